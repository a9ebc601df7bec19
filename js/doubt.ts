// What a plan must admit, where there is no Python to say it: the conditions of plans/doubt.py over
// what the page has solved. Tests hold the sentences equal at many settings. How far a budget lies
// beyond a law's runs is the readouts' own sentence.
import { factor, show, type ShowKind } from "./format";
import type { Lang, Limits, Status } from "./model";
import { law, mfu, pricePerHour, priceSeen, ROOM, type Answer, type Asked } from "./signals";

export type Sentence = Status["sentences"][number];
type Say = (code: string, values: Record<string, string>) => string;

const HAIR = 1e-9;
const RATE = "scenario.echo"; // a rate that was looked up: Python's last note
const DAY_MS = 86_400_000;

/** In Python's order; `readings` tell how words were read, which Python alone knows. */
export function doubts(asked: Asked, answer: Answer, limits: Limits, readings: Sentence[], say: Say, lang: Lang): Sentence[] {
  const found: Sentence[] = [];
  const tell = (code: string, values: Record<string, [ShowKind, number] | string>) => {
    const printed = Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? value : show(value[1], value[0], lang)]);
    found.push({ code, text: say(code, Object.fromEntries(printed) as Record<string, string>) });
  };
  const own = law(asked);
  const { k_params: params, k_tokens: tokens, k_tokens_per_param: ratio, k_epochs: epochs } = answer;
  const unique = answer.k_unique_tokens_used;

  const most = own.domain.params?.[1] ?? Infinity;
  if (!own.domain.flops && params > most * ROOM) tell("plans.larger_than_fitted", { factor: factor(params / most, lang), params: ["params", most] });

  const [low, high] = own.domain.tokens_per_param ?? [0, Infinity];
  if (ratio < low / ROOM || ratio > high * ROOM) tell("plans.ratio_outside", { ratio: ["ratio", ratio], low: ["ratio", low], high: ["ratio", high] });

  if (epochs > limits.epochs_spent) tell("plans.epochs_spent", { epochs: ["ratio", epochs] });
  else if (epochs > limits.epochs_nearly_free) tell("plans.epochs_many", { epochs: ["ratio", epochs] });
  if (unique > limits.public_text) tell("plans.beyond_public_text", { stock: ["tokens", limits.public_text] });
  else if (unique > limits.largest_corpus) tell("plans.beyond_corpus", { stock: ["tokens", limits.largest_corpus] });
  if (epochs > 1 + HAIR && !("R_D" in own.constants)) tell("plans.borrowed_repeats", { law: own.name });

  found.push(...(own.doubts ?? []));
  if (own.counts !== "total") tell(`plans.counts_${own.counts.replaceAll("-", "_")}`, { law: own.name });
  const product = 6 * params * tokens;
  const frontier = own.family === "frontier";
  if (frontier && Math.abs(product - answer.k_flops) > 1e-3 * Math.max(product, answer.k_flops)) tell("plans.not_6nd", { law: own.name, share: ["percent", product / answer.k_flops] });

  if (!frontier && asked.get("budget") !== null) {
    const spent = answer.k_flops + answer.k_serving_per_param * params + answer.k_data_price * unique;
    // Something was bought, however little: it is never all that is left.
    if (spent < answer.k_total_flops * (1 - HAIR)) tell("plans.money_left", { share: ["percent", Math.min(1 - spent / answer.k_total_flops, 0.999)] });
  }

  found.push(...readings.filter(({ code }) => code !== RATE));
  for (const value of new Set([mfu(asked), asked.number("serving_mfu") ?? mfu(asked)])) if (value > limits.high_mfu) tell("accelerators.mfu_high", { mfu: ["percent", value] });
  if (asked.get("price_per_hour") === null) {
    const [price, seen] = [pricePerHour(asked), priceSeen(asked)];
    if (price !== null && seen) {
      if (seen.typical === null && seen.low !== seen.high) tell("accelerators.geometric_mean", { price: ["price", price] });
      const age = aged(seen.date);
      if (age) tell(`scenario.price_${age}`, { price: ["price", price], date: seen.date ?? "" });
    }
  }
  return [...found, ...readings.filter(({ code }) => code === RATE)];
}

/** A month counts from its first day; a bare year says too little until its last day is that old. */
function aged(date: string | null): "old" | "undated" | null {
  if (!date) return "undated";
  const [year = 0, month, day] = date.split("-").map(Number);
  const seen = month === undefined ? Date.UTC(year, 11, 31) : Date.UTC(year, month - 1, day ?? 1);
  const now = new Date();
  const old = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) - seen > 180 * DAY_MS;
  return old ? "old" : month === undefined ? "undated" : null;
}
