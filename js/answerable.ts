// What the page cannot answer by itself: questions that have no answer, and those that Python alone solves.
import type { NumberWord, Words } from "./model";
import { law, pricePerHour, pythons, type Asked } from "./signals";

// Where a plan is what was fixed, not what a budget buys, these decide it: Python's to solve.
const DECIDES = ["law", "token_price", "unique_tokens", "repeats", "served_tokens", "serving_mfu", "serving_price_per_hour"] as const;
const PRICES = ["accelerator", "price_per_hour", "price_kind", "mfu", "goodput"] as const;
const ASKED = [...DECIDES, ...PRICES, "budget", "final_share", "params", "tokens", "target_loss"] as const;
/** What a fixed plan was solved with. */
export type Solved = Readonly<Pick<Words, (typeof ASKED)[number]>>;

// What a law without a loss surface cannot take: by itself, and beside a budget.
const NEED_SURFACE = ["token_price", "unique_tokens", "served_tokens", "target_loss"] as const;
export const FIXED = ["params", "tokens"] as const;

/** Why no plan can answer this: the code of Python's sentence, and the words it is about. */
export function unanswerable(asked: Asked): { code: string; words: readonly NumberWord[] } | null {
  const given = (word: NumberWord) => (asked.number(word) ?? 0) !== 0;
  const budget = asked.get("budget");
  if (pricePerHour(asked) === null) {
    if (budget !== null && asked.get("bounds").budget.kind === "money") return { code: "scenario.no_price", words: [] };
    const word = (["token_price", "serving_price_per_hour"] as const).find(given);
    if (word) return { code: "scenario.no_price_for", words: [word] };
  }
  const [tokens, unique] = [asked.number("tokens"), asked.number("unique_tokens")];
  if (budget !== null && tokens !== null && asked.number("params") !== null) return { code: "scenario.budget_and", words: FIXED };
  if (asked.get("repeats") === false && tokens !== null && unique !== null && tokens > unique) return { code: "scenario.tokens_beyond", words: [] };
  if (law(asked).family === "parametric") return null;
  const word = [...NEED_SURFACE, ...(budget === null ? [] : FIXED)].find(given);
  return word ? { code: "scenario.needs_surface", words: [word] } : null;
}

export function solvedWith(asked: Asked): Solved {
  return Object.fromEntries(ASKED.map((word) => [word, asked.get(word)])) as Solved;
}

/** Whether a word that decides a fixed plan is another now. */
export const decided = (asked: Asked, first: Solved): boolean => DECIDES.some((word) => asked.get(word) !== first[word]);

/** A fixed plan stands for the words it was solved with, and for no others: which sentence says why not. */
export function unanswered(asked: Asked, first: Solved): "live.python" | "live.python_tokens" | null {
  if (!pythons(asked)) return null;
  const code = asked.get("budget") === null ? "live.python" : "live.python_tokens";
  if (asked.get("tables").pin === null) return code;
  const changed = (word: keyof Solved) => asked.get(word) !== first[word];
  if (["budget", "target_loss", "params", "tokens"].some((word) => changed(word as keyof Solved))) return code;
  // Both given: nothing is left to find but the loss and the cost.
  if (first.params !== null && first.tokens !== null) return null;
  const budget = first.budget !== null;
  const priced = budget || first.token_price !== 0 || first.served_tokens !== 0;
  return decided(asked, first) || (priced && PRICES.some(changed)) || (budget && changed("final_share")) ? code : null;
}
