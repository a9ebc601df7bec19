// The words whose values are numbers, by name: types do not outlive the compiler.
import type { NumberWord, Words } from "./model";

const ALL: Record<NumberWord, true> = {
  peak_flops: true, price_per_hour: true, mfu: true, goodput: true, chips: true, final_share: true, token_price: true,
  unique_tokens: true, served_tokens: true, serving_mfu: true, serving_price_per_hour: true, params: true, tokens: true,
  target_loss: true, pue: true, grid: true, fx: true,
};

export const NUMBER_WORDS = Object.keys(ALL) as NumberWord[];

export const isNumberWord = (word: string): word is NumberWord => Object.hasOwn(ALL, word);

/** All that a person may ask for, but the language. */
export const QUESTION: (keyof Words)[] = [...NUMBER_WORDS, "budget", "accelerator", "dtype", "price_kind", "law", "repeats"];

/** What was typed, fit to stand in a sentence; what nobody sees goes by its number. */
export function short(text: string): string {
  const told = text.replace(/\s/g, " ").replace(/[\p{Cc}\p{Cf}]/gu, (letter) => ` U+${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")} `);
  const plain = told.replace(/ +/g, " ").trim();
  return plain.length > 60 ? `${plain.slice(0, 59)}…` : plain;
}
