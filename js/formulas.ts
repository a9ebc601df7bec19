// How the figures come about: each formula with the values in it, for whoever points at one. What
// a formula needs beyond the figures themselves is an output of Python's program.
import { show, type ShowKind } from "./format";
import type { Lang } from "./model";
import { accelerator, law, mfu, peakFlops, pinned, pricePerHour, usual, type Answer } from "./signals";
import type { Store } from "./store";

export type Explained = "params" | "tokens" | "ratio" | "loss" | "days" | "serving" | "flops";

const TERA = 1e12;
const HAIR = 1e-9;
const HOLE = "–"; // no value to put there

/** Lines for every figure; "" where there is nothing to say. */
export function formulas(store: Store, lang: Lang, answer: Answer, budget: { kind: string; value: number | null }): Record<Explained, string[]> {
  const own = law(store);
  const print = (value: number, kind: ShowKind) => (Number.isFinite(value) && value > 0 ? show(value, kind, lang) : HOLE);
  const chips = store.number("chips");
  const values = {
    chip: accelerator(store).chip_word,
    params: print(answer.k_params, "params"),
    tokens: print(answer.k_tokens, "tokens"),
    flops: print(answer.k_flops, "flops"),
    total: print(answer.k_budget_flops, "flops"),
    ratio: print(answer.k_tokens_per_param, "ratio"),
    loss: print(answer.k_loss, "constant"),
    best: print(answer.k_best_params, "params"),
    peak: store.text("ui.tflops", { peak: print(peakFlops(store) / TERA, "constant") }),
    mfu: print(mfu(store), "percent"),
    goodput: print(answer.k_goodput_used, "percent"),
    price: print(pricePerHour(store) ?? NaN, "price"),
    hours: print(answer.k_chip_hours, "hours"),
    chips: print(chips ?? NaN, "count"),
    days: print(answer.k_days * 86_400, "duration"),
    serving_mfu: print(answer.k_serving_mfu_used, "percent"),
    serving_rate: print(answer.k_serving_price_used, "price"),
    serving: print(answer.k_serving_price, "price"),
    k: print(answer.k_frontier_factor, "constant"),
    a: print(answer.k_frontier_exponent, "constant"),
    E: show(own.signals.k_E ?? own.signals.k_loss_floor!, "constant", lang), // of some laws 0
    of_params: print(answer.k_loss_of_params, "constant"),
    of_tokens: print(answer.k_loss_of_tokens, "constant"),
    of_flops: print(answer.k_loss_of_flops, "constant"),
  };
  const say = (name: string, more: Record<string, string> = {}) => {
    const line = store.text(`ui.how_${name}`, { ...values, ...more });
    return line.includes(HOLE) ? "" : line;
  };
  const surface = own.family === "parametric";
  const fixed = pinned(store) !== null;
  const once = store.get("repeats") === false && answer.k_tokens >= (store.number("unique_tokens") ?? Infinity) * (1 - HAIR);
  const power = (name: "params" | "tokens") =>
    say(`power_${name}`, {
      k: print(own.signals[`k_${name}_factor`] ?? NaN, "constant"), a: print(own.signals[`k_${name}_exponent`] ?? NaN, "constant"),
    });

  const params = fixed
    ? [say("params_asked")]
    : !surface
      ? [power("params")]
      : store.number("params") !== null
        ? [say("params_own")]
        : once
          ? [say("params_once")]
          : [say("params"), answer.k_plain > 0 ? say("params_law") : ""];
  const loss = !(answer.k_loss > 0) ? [] : surface ? [say("loss"), say("loss_values")] : [say("loss_flops"), say("loss_flops_values")];
  const share = usual(store, "final_share");
  const spent = {
    dollars: print(budget.value ?? NaN, "money"),
    time: print(budget.value ?? NaN, "hours"),
    share: share < 1 ? store.text("ui.how_times_share", { share: show(share, "percent", lang) }) : "",
  };
  const all = Math.abs(answer.k_flops / answer.k_budget_flops - 1) < 0.005;
  const bought = budget.value === null || budget.kind === "flop" ? "" : say(budget.kind === "money" ? "flops_money" : "flops_time", spent);
  return {
    params,
    tokens: [!surface && !fixed ? power("tokens") : say("tokens"), answer.k_epochs > 1.005 ? say("tokens_again") : ""],
    ratio: [say("ratio")],
    loss: [...loss, surface && answer.k_epochs > 1.005 ? say("loss_again") : ""],
    days: [say("hours"), chips ? say("days") : ""],
    serving: answer.k_serving_price > 0 ? [say("serving")] : [],
    flops: [bought, all && bought ? "" : say("flops_training")],
  };
}
