// A scenario in a report's address: plan.html#budget=$3M&law=porian-2024. Only what differs from the
// plan as saved stands there; what cannot be read is refused as a whole.
import type { NumberWord, Words } from "./model";
import type { StaticModel } from "./static-model";
import { isNumberWord, short } from "./words";

// What was fixed gives way to a budget without being told, and rates of exchange do not move.
const UNTOLD: readonly string[] = ["tokens", "target_loss", "fx"];

/** The address of what is shown, its part after "#". */
export function write(model: StaticModel): string {
  const told = new URLSearchParams();
  // Where nothing was asked with a budget, one lets go of the size that was: whoever opens the address has none.
  const letGo = model.first.budget === null && model.get("budget") !== null;
  for (const [word, first] of Object.entries(model.words) as [keyof Words, Words[keyof Words]][]) {
    const value = model.get(word);
    if (value === (letGo && word === "params" ? null : first) || UNTOLD.includes(word)) continue;
    told.set(word, value === null ? "" : String(value).replace(/[\u00a0\u202f]/g, " "));
  }
  return told.toString();
}

/** Ask what the address asks; the sentence why not, where it cannot be read or is no question that `answers`. */
export function open(model: StaticModel, hash: string, answers: () => boolean): string {
  const fragment = hash.replace(/^#/, "");
  model.assign(model.words);
  if (fragment === "") return "";
  const asked = read(fragment, model);
  if (typeof asked === "string") return model.text("address", { text: short(asked) });
  model.assign({ ...model.words, ...asked });
  const { errors, error } = model.get("status");
  const refused = Object.values(errors)[0];
  const none = refused ?? error ?? (answers() ? null : model.text("none"));
  if (none === null) return "";
  model.assign(model.words);
  const code = refused === undefined ? "address_unanswered" : "address";
  return `${model.text(code, { text: short(decoded(fragment)) })} ${none}`;
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment.replaceAll("+", " "));
  } catch {
    return fragment;
  }
}

/** The words of a fragment, or the part of it that cannot be read. */
function read(fragment: string, model: StaticModel): Partial<Words> | string {
  const found: Record<string, unknown> = {};
  for (const [word, text] of new URLSearchParams(fragment)) {
    const value = one(word, text, model);
    if (value === undefined || word in found) return `${word}=${text}`;
    found[word] = value;
  }
  if (Object.keys(found).length === 0) return fragment;
  const words = found as Partial<Words>;
  if (words.dtype) {
    const chip = model.first.tables.accelerators.find(({ id }) => id === (words.accelerator ?? model.first.accelerator));
    if (!(words.dtype in (chip?.peaks ?? {}))) return `dtype=${words.dtype}`;
  }
  // Another budget is another question: what was fixed so far is open again.
  if (words.budget && model.first.budget === null) return { params: null, tokens: null, target_loss: null, ...words };
  return words;
}

/** The value a text gives a word; undefined where it gives none. */
function one(word: string, text: string, model: StaticModel): unknown {
  const { accelerators, laws, defaults } = model.first.tables;
  if (text === "") return word in defaults && defaults[word as keyof Words] === null && word !== "budget" ? null : undefined;
  if (isNumberWord(word)) return UNTOLD.includes(word) ? undefined : number(word, text, model);
  switch (word) {
    case "budget": return text;
    case "dtype": return text;
    case "accelerator": return accelerators.some(({ id }) => id === text) ? text : undefined;
    case "law": return laws.some(({ id }) => id === text) ? text : undefined;
    case "price_kind": return text === "on-demand" || text === "spot" ? text : undefined;
    case "repeats": return text === "true" || text === "false" ? text === "true" : undefined;
    default: return undefined;
  }
}

function number(word: NumberWord, text: string, model: StaticModel): number | undefined {
  if (!/^\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?$/i.test(text)) return undefined;
  const value = Number(text);
  // Whether a number can be a chip's peak, and is no other's, Python alone knows.
  if (word === "peak_flops" && value !== model.first.peak_flops) return undefined;
  return model.allows(word, value) ? value : undefined;
}
