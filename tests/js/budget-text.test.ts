// What a page reads as a budget without Python, Python reads as the same: one corpus for both.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { readBudget } from "../../js/budget-text";
import type { Kind, Lang } from "../../js/model";

interface Case {
  text: string;
  lang: Lang;
  chip: string;
  printed: boolean;
  kind: Kind | null;
  value: number | null;
}

const corpus = JSON.parse(readFileSync("tests/corpus/budgets.json", "utf8")) as Case[];
const HOURS: Record<Lang, string> = { en: "{hours} {chip}-hours", es: "{hours} horas de {chip}" };
const read = ({ text, lang, chip }: Case) => readBudget(text, lang, { flop: "{flops} FLOP", hours: HOURS[lang].replace("{chip}", chip) });

test("what the printer prints is read, to Python's value", () => {
  const printed = corpus.filter((each) => each.printed);
  assert.ok(printed.length > 60);
  for (const each of printed) assert.deepEqual(read(each), { kind: each.kind, value: each.value }, `${each.lang} ${each.text}`);
});

test("plain spaces stand for those that do not break", () => {
  for (const each of corpus.filter((one) => one.printed)) {
    const text = each.text.replaceAll("\u00a0", " ");
    assert.deepEqual(read({ ...each, text }), { kind: each.kind, value: each.value }, text);
  }
});

test("the marks of the slider and exponents are read", () => {
  const marks = ["$1k", "$10k", "$1M", "$2.5M", "$1B", "$ 3 M", "2.5e23 FLOP", "1e+24 FLOP", "10 mil US$", "1,5 M US$", "2,5e23 FLOP"];
  for (const each of corpus.filter(({ text }) => marks.includes(text))) {
    assert.deepEqual(read(each), { kind: each.kind, value: each.value }, each.text);
  }
});

test("nothing else is read otherwise than Python reads it", () => {
  for (const each of corpus.filter((one) => !one.printed)) {
    const found = read(each);
    if (found !== null) assert.deepEqual(found, { kind: each.kind, value: each.value }, `${each.lang} ${each.text}`);
  }
});

test("what says more than a budget, or no budget, is left to Python", () => {
  const others = ["512 H100 for 28 days", "€500k", "a million dollars", "$1M spot", "1e6", "", "$-5", "$0", "60 B", "<img src=x>", "NaN FLOP", "1e999 FLOP", "10k H100-hours"];
  for (const text of others) {
    const each = corpus.find((one) => one.text === text);
    assert.ok(each, text);
    assert.equal(read(each), null, text);
  }
});
