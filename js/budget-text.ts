// The budget a text is, where no Python is needed to read it: what the printer prints, the marks
// of the slider, and FLOP with an exponent. `tests/corpus/budgets.json` holds it equal to Python.
import { readPrinted } from "./format";
import type { Budget, Kind, Lang } from "./model";

// Plain dollars are shown in full, "$1M" as $1,000,000; any other wording stays as it was put.
export const PLAIN_DOLLARS = /^\s*(?:US\s?)?\$\s?[\d.,\s]+(?:[kKmMbB]|mil)?\s*$|^\s*[\d.,\s]+(?:[kKmM]|mil)?\s?(?:US)?\$\s*$/;
const MARKS = { en: /^\$ ?(\d+(?:\.\d{1,2})?) ?([kKMB])$/, es: /^(\d+(?:,\d{1,2})?) ?([kKM]|mil) ?US\$$/ } as const;
const POWERS: Record<string, number> = { k: 3, K: 3, mil: 3, M: 6, B: 9 };
const EXPONENT = { en: /^(\d+(?:\.\d+)?)e\+?(\d{1,2}) ?FLOP$/, es: /^(\d+(?:,\d+)?)e\+?(\d{1,2}) ?FLOP$/ } as const;

/** A slider's ends: they stay where they are unless the budget lies beyond them, as in Python's `_ends`. */
export function ends([low, high]: readonly [number, number], value: number): Pick<Budget, "low" | "high"> {
  const power = (of: (exponent: number) => number) => 10 ** of(Math.log10(value));
  return { low: value >= low ? low : power(Math.floor), high: value <= high ? high : power(Math.ceil) };
}

/** How the page writes FLOP and chip-hours. */
export interface Templates {
  /** "{flops} FLOP" */
  flop: string;
  /** "{hours} GPU-hours" */
  hours: string;
}

/** Null for whatever only Python's grammar reads. */
export function readBudget(text: string, lang: Lang, templates: Templates): { kind: Kind; value: number } | null {
  const read = printed(text, lang, templates);
  return read && Number.isFinite(read.value) ? read : null;
}

function printed(text: string, lang: Lang, { flop, hours }: Templates): { kind: Kind; value: number } | null {
  const money = PLAIN_DOLLARS.test(text) ? (readPrinted(text.trim(), "money", lang) ?? scaled(text, MARKS[lang], lang)) : null;
  if (money) return { kind: "money", value: money };
  const flops = between(flop, "{flops}", text);
  const amount = (flops && readPrinted(flops, "flops", lang)) || scaled(text, EXPONENT[lang], lang);
  if (amount) return { kind: "flop", value: amount };
  const time = between(hours, "{hours}", text);
  const spent = time && readPrinted(time, "hours", lang);
  return spent ? { kind: "chip_time", value: spent } : null;
}

function scaled(text: string, form: RegExp, lang: Lang): number | null {
  const found = form.exec(text.replace(/[\s\u00a0\u202f]+/g, " ").trim());
  if (!found) return null;
  const [, digits = "", power = ""] = found;
  return Number(`${lang === "es" ? digits.replace(",", ".") : digits}e${POWERS[power] ?? power}`);
}

/** What stands in `text` where `template` has its placeholder; null where the rest differs. */
function between(template: string, placeholder: string, text: string): string | null {
  const plain = (words: string) => words.replace(/[\s\u00a0\u202f]+/g, " ").trim();
  const [before = "", after = ""] = plain(template).split(placeholder);
  const said = plain(text);
  const fits = said.startsWith(before) && said.endsWith(after) && said.length > before.length + after.length;
  return fits ? said.slice(before.length, said.length - after.length) : null;
}
