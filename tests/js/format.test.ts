// What the browser prints, says and reads back is what Python does: one corpus for both.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { readPrinted, show, words, type Lang, type ShowKind } from "../../js/format";

interface Case {
  value: number;
  kind: ShowKind;
  lang: Lang;
  text: string;
  words: string;
  read: number | null;
}

const corpus = JSON.parse(readFileSync("tests/corpus/quantities.json", "utf8")) as Case[];
const named = ({ value, kind, lang }: Case) => `${value} as ${kind} in ${lang}`;

test("the corpus has every kind in both languages", () => {
  assert.ok(corpus.length > 300);
  assert.equal(new Set(corpus.map(({ kind, lang }) => `${kind} ${lang}`)).size, 32);
});

test("show prints what Python prints", () => {
  for (const c of corpus) assert.equal(show(c.value, c.kind, c.lang), c.text, named(c));
});

test("words says what Python says", () => {
  for (const c of corpus) assert.equal(words(c.value, c.kind, c.lang), c.words, named(c));
});

test("readPrinted reads what is printed, to the value Python reads", () => {
  for (const c of corpus) {
    if (c.value >= 0) assert.equal(readPrinted(c.text, c.kind, c.lang), c.read, named(c));
  }
});

test("a reading prints as it was printed", () => {
  for (const c of corpus) {
    if (c.read !== null) assert.equal(show(c.read, c.kind, c.lang), c.text, named(c));
  }
});

test("units may follow and spaces may be plain", () => {
  assert.equal(readPrinted("4.02 × 10²³ FLOP", "flops", "en"), 4.02e23);
  assert.equal(readPrinted("338.983 horas de GPU", "hours", "es"), 338983);
  assert.equal(readPrinted("338,983 GPU-hours", "hours", "en"), 338983);
  assert.equal(readPrinted("$2,500 M", "money", "en"), 2.5e9);
  assert.equal(readPrinted("2500 M US$", "money", "es"), 2.5e9);
  assert.equal(readPrinted("2,95", "price", "es"), 2.95);
});

test("what is not printed is not guessed at", () => {
  const others: [string, ShowKind, Lang][] = [
    ["", "money", "en"],
    ["1000000", "money", "en"], // dollars of what?
    ["$1.500", "money", "en"], // thousands to Python
    ["1,5 M", "params", "en"],
    ["1.075 B", "params", "es"],
    ["$1MM", "money", "en"],
    ["$1,00", "money", "en"],
    ["1,500", "price", "en"],
    ["40", "percent", "en"],
    ["€5", "money", "en"],
    ["1.2.3", "ratio", "en"],
    ["nan", "ratio", "en"],
    ["512 H100 for 28 days", "hours", "en"],
  ];
  for (const [text, kind, lang] of others) assert.equal(readPrinted(text, kind, lang), null, `${text} as ${kind}`);
});

test("what is not a number prints as such", () => {
  assert.equal(show(NaN, "params", "en"), "–");
  assert.equal(show(-Infinity, "money", "es"), "−∞");
  assert.equal(words(NaN, "tokens", "en"), "–");
});
