// From what is asked to the signals of the pictures, and back from signals to figures. Arithmetic
// on units only: what a budget buys is computed by the solver view, whose formulas are Python's.
import type { Accelerator, Budget, Kind, Law, NumberWord, Price, Traits } from "./model";

export type Values = Record<string, number>;

/** What is read of the traits; `Store` is one. */
export interface Asked {
  get<K extends keyof Traits>(name: K): Traits[K];
  number(word: NumberWord): number | null;
}

const KINDS: Record<Kind, number> = { money: 0, flop: 1, chip_time: 2 };

/** The signals that answer; a solver may lack those its family has no answer to. */
export const OUTPUTS = [
  "k_params", "k_tokens", "k_tokens_per_param", "k_loss", "k_flops", "k_total_flops",
  "k_dollars", "k_dollars_training", "k_dollars_data", "k_dollars_serving", "k_dollars_per_flop",
  "k_unique_tokens_used", "k_epochs", "k_chip_hours", "k_days", "k_energy_kwh", "k_co2_kg",
  "k_goodput_used", "k_serving_price", "k_budget_flops", "k_data_price", "k_serving_per_param",
  "k_plain", "k_last_mile", "k_serving_mfu_used", "k_serving_price_used",
  "k_best_params", "k_best_tokens", "k_best_loss", "k_best_plain",
  "k_loss_of_params", "k_loss_of_tokens", "k_loss_of_flops", "k_frontier_factor", "k_frontier_exponent",
  "k_params_low", "k_params_high", "k_tokens_low", "k_tokens_high",
  "k_tokens_per_param_low", "k_tokens_per_param_high", "k_loss_low", "k_loss_high",
] as const;
export type Output = (typeof OUTPUTS)[number];
export type Answer = Record<Output, number>;
/** No plan: every figure is a dash. */
export const NOTHING = Object.fromEntries(OUTPUTS.map((name) => [name, NaN])) as Answer;

/** Whether there is a run to speak of: at least one parameter and one token. */
export function isPlan({ k_params, k_tokens }: Answer): boolean {
  return k_params >= 1 && k_tokens >= 1;
}

/** What axes follow, once a drag has settled. */
export function anchors(answer: Answer): Values {
  const { k_params, k_tokens, k_loss, k_flops, k_budget_flops, k_best_params, k_best_loss } = answer;
  return {
    k_anchor_params: k_params,
    k_anchor_tokens: k_tokens,
    k_anchor_loss: k_loss,
    k_anchor_flops: k_flops,
    k_anchor_budget_flops: k_budget_flops,
    k_anchor_best_params: k_best_params,
    k_anchor_best_loss: k_best_loss,
  };
}

export function accelerator(asked: Asked): Accelerator {
  return byId(asked.get("tables").accelerators, asked.get("accelerator"));
}

export function law(asked: Asked): Law {
  return byId(asked.get("tables").laws, asked.get("law"));
}

/** The catalogue's price for this accelerator and kind of price. */
export function priceSeen(asked: Asked): Price | null {
  return accelerator(asked).prices[asked.get("price_kind") ?? "on-demand"] ?? null;
}

/** Dollars a chip-hour; null where nobody knows. */
export function pricePerHour(asked: Asked): number | null {
  const given = asked.number("price_per_hour");
  if (given !== null) return given;
  const seen = priceSeen(asked);
  // As in Python: no typical price, then the geometric mean of the low and the high one.
  return seen && (seen.typical ?? Math.sqrt(seen.low * seen.high));
}

export function mfu(asked: Asked): number {
  return asked.number("mfu") ?? accelerator(asked).mfu;
}

/** The highest MFU a bare matrix multiplication was measured to reach on what is asked for. */
export function highestMfu(asked: Asked): number {
  const { matmul, peaks, dtype } = accelerator(asked);
  return matmul !== null && peaks[asked.get("dtype") ?? dtype] === peaks.bf16 ? matmul / peakFlops(asked) : Infinity;
}

export function peakFlops(asked: Asked): number {
  const { peaks, dtype } = accelerator(asked);
  return asked.number("peak_flops") ?? peaks[asked.get("dtype") ?? dtype] ?? peaks[dtype] ?? 0;
}

/** A number, or what Python takes where none is given. */
export function usual(asked: Asked, word: NumberWord): number {
  return asked.number(word) ?? Number(asked.get("tables").defaults[word]);
}

/** Every signal that asks. */
export function inputs(asked: Asked, budget: Pick<Budget, "kind" | "value">): Values {
  const { endless } = asked.get("tables");
  const pin = pinned(asked);
  const number = (word: NumberWord, otherwise: number) => asked.number(word) ?? otherwise;
  return {
    k_budget: budget.value ?? 1,
    k_budget_kind: KINDS[budget.kind],
    k_peak_flops: peakFlops(asked),
    k_price_per_hour: pricePerHour(asked) ?? 0,
    k_mfu: mfu(asked),
    k_goodput: number("goodput", 0),
    k_chips: number("chips", 0),
    k_final_share: usual(asked, "final_share"),
    k_token_price: number("token_price", 0),
    k_unique_tokens: Math.min(number("unique_tokens", endless), endless),
    k_repeats: asked.get("repeats") === false ? 0 : 1,
    k_served_tokens: number("served_tokens", 0),
    k_serving_mfu: number("serving_mfu", 0),
    k_serving_price_per_hour: number("serving_price_per_hour", 0),
    k_own_params: number("params", 0),
    k_own_tokens: budget.value !== null && !pythons(asked) ? number("tokens", 0) : 0,
    k_pin_params: pin?.params ?? 0,
    k_pin_tokens: pin?.tokens ?? 0,
    // A whole run reads what there is; anything else was solved with what there was.
    k_pin_unique: (asked.number("params") !== null && asked.number("tokens") !== null ? pin?.tokens : pin?.unique_tokens) ?? 0,
    k_pue: usual(asked, "pue"),
    k_grid: usual(asked, "grid"),
    k_tdp: accelerator(asked).tdp_w ?? 0,
    ...law(asked).signals,
  };
}

/** Whether tokens have a price and may be read again: how many to buy is then a search of its own. */
export function buysAndReadsAgain(asked: Asked): boolean {
  return (asked.number("token_price") ?? 0) > 0 && asked.get("repeats") !== false;
}

/** Whether all that is asked is what a budget buys. */
const plain = (asked: Asked): boolean => asked.get("budget") !== null && asked.get("tokens") === null && asked.get("target_loss") === null;

/** What Python solved, where the question is another. */
export function pinned(asked: Asked): Traits["tables"]["pin"] {
  return plain(asked) ? null : asked.get("tables").pin;
}

/** Whether Python alone solves this: it has no budget, or tokens are given that may be bought and read again. */
export function pythons(asked: Asked): boolean {
  return asked.get("budget") === null || (asked.number("tokens") !== null && buysAndReadsAgain(asked));
}

/** Whether the question leaves the size open, so that it may be one's own. */
export function sizeIsOpen(asked: Asked): boolean {
  return plain(asked) && asked.get("specs")[law(asked).family]?.isoflop !== undefined;
}

/** Three significant digits: what a slider gives and prints. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** Where a value lies on a slider whose steps are logarithmic, and back. */
export const toSlider = (value: number): number => Math.log10(value);
export const fromSlider = (position: number): number => rounded(10 ** position);

/** Half as much again is no extrapolation to speak of; Python's sentences have the same margin. */
export const ROOM = 1.5;

/** How far outside the runs a law was fitted on: "beyond", "below", or within. */
export function extrapolation(answer: Answer, { flops_low, flops_high }: Law): { code: "beyond" | "below"; factor: number; flops: number } | null {
  if (flops_high && answer.k_flops > ROOM * flops_high)
    return { code: "beyond", factor: answer.k_flops / flops_high, flops: flops_high };
  if (flops_low && answer.k_flops < flops_low / ROOM)
    return { code: "below", factor: flops_low / answer.k_flops, flops: flops_low };
  return null;
}

function byId<T extends { id: string }>(rows: T[], id: string): T {
  const row = rows.find((each) => each.id === id) ?? rows[0];
  if (!row) throw new Error(`no ${id} in the tables`);
  return row;
}
