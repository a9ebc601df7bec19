// Assumptions and sources: every figure on the screen with its value, its date and where it is from.
import { element } from "./dom";
import { source } from "./drawers";
import { show, type ShowKind } from "./format";
import { count, LEVEL } from "./interval";
import type { Lang, NumberWord } from "./model";
import { accelerator, law, mfu, peakFlops, pinned, pricePerHour, priceSeen, usual, type Answer } from "./signals";
import type { Store } from "./store";
import { raised } from "./tip";

const sentence = (text: string): string => `${text.charAt(0).toLocaleUpperCase()}${text.slice(1)}.`;

type Row = [name: string, value: string, from: string, quoted?: string];

export class Assumptions {
  readonly element = element("div", { class: "cw-sources" });

  constructor(private readonly store: Store, private readonly lang: Lang) {}

  refresh(answer: Answer): void {
    const { store } = this;
    const head = (...codes: string[]) =>
      element("thead", {}, element("tr", {}, ...codes.map((code) => element("th", { scope: "col" }, store.text(`ui.${code}`)))));
    const given = this.#rows(answer).map(([name, value, from, quoted]) =>
      element(
        "tr", {}, element("th", { scope: "row" }, ...raised(store.text(`ui.assume_${name}`))), element("td", {}, value),
        element("td", {}, ...source(from), ...(quoted ? [from ? " " : "", ...source(quoted)] : [])),
      ),
    );
    const models = store.get("tables").models.map(({ name, params, tokens, source: from }) =>
      element(
        "tr", {}, element("th", { scope: "row" }, name), element("td", {}, show(params, "params", this.lang)),
        element("td", {}, show(tokens, "tokens", this.lang)), element("td", {}, ...source(from)),
      ),
    );
    this.element.replaceChildren(
      element("table", { class: "cw-assumed" }, head("assumed", "value", "from"), element("tbody", {}, ...given)),
      element(
        "table", { class: "cw-models" }, element("caption", {}, store.text("ui.models")),
        head("model", "params", "tokens", "from"), element("tbody", {}, ...models),
      ),
    );
  }

  /** The rows of Python's `assumptions`, by the same rules: a word that was given is given, whatever its value. */
  #rows(answer: Answer): Row[] {
    const { store, lang } = this;
    const chip = accelerator(store);
    const own = law(store);
    const pin = pinned(store);
    const text = (name: string, values: Record<string, string> = {}) => store.text(`ui.${name}`, { chip: chip.chip_word, ...values });
    const asked = (word: NumberWord, kind: ShowKind, unit = ""): Row | null => {
      const value = store.number(word);
      return value ? [word, show(value, kind, lang) + unit, text("given")] : null;
    };
    const percent = (value: number) => show(value, "percent", lang);
    const peak = text("tflops", { peak: show(peakFlops(store) / 1e12, "constant", lang) });
    const ownPeak = this.#origin("peak_flops");
    const energy = show(answer.k_energy_kwh, "energy", lang);
    const tdp = chip.tdp_w ? show(chip.tdp_w, "count", lang) : "–";
    const consumes = answer.k_energy_kwh > 0;
    const ranged = store.get("tables").laws.filter(({ compare }) => compare).map(({ name }) => name);
    const rows: (Row | null)[] = [
      ["accelerator", chip.name, "", chip.spec_source],
      ownPeak ? ["peak", peak, ownPeak] : ["peak", text("peak_dense", { peak, dtype: store.get("dtype") ?? chip.dtype }), "", chip.spec_source],
      this.#price(text),
      ...(store.get("bounds").budget.rates ?? []).map(([value, from]): Row => ["fx", value, from]),
      ["mfu", percent(mfu(store)), this.#origin("mfu") || sentence(store.text(chip.mfu_reason))],
      ["goodput", percent(answer.k_goodput_used), this.#origin("goodput") || text("goodput_rule")],
      ["share", percent(usual(store, "final_share")), text("share_rule")],
      ["training", "6 N D", text("training_rule")],
      asked("token_price", "price", ` ${text("per_million")}`),
      asked("unique_tokens", "tokens"),
      asked("served_tokens", "tokens"),
      answer.k_serving_mfu_used > 0 ? [
        "serving", text("serving_at", { mfu: percent(answer.k_serving_mfu_used), price: answer.k_dollars_per_flop > 0 ? show(answer.k_serving_price_used, "price", lang) : "–" }),
        text(this.#origin("serving_mfu") || this.#origin("serving_price_per_hour") ? "serving_rule" : "serving_as_training"),
      ] : null,
      consumes ? ["energy", energy, text("energy_rule", { tdp, pue: show(usual(store, "pue"), "constant", lang) }), chip.spec_source] : null,
      consumes ? ["co2", show(answer.k_co2_kg, "mass", lang), text("co2_rule", { grid: show(usual(store, "grid"), "count", lang) })] : null,
      own.signals.k_R_D ? ["repeats", show(own.signals.k_R_D, "constant", lang), [text("repeats_rule"), own.constants.R_D && own.source].filter(Boolean).join(" ")] : null,
      ["law", own.name, [this.#range(), own.source].filter(Boolean).join(" ")],
      own.reference ? ["reference", show(own.reference.loss, "loss", lang), text("reference_rule", { name: own.reference.name, law: own.name })] : null,
      own.draws && (!pin || pin.sure) ? ["interval", percent(LEVEL), text("interval_rule", { draws: show(count(own.draws), "count", lang) }), own.draws.source] : null,
      ["across", String(ranged.length), text("across_rule", { laws: ranged.join(" · ") })],
      answer.k_best_plain > 0 && own.family === "parametric" ? ["band", percent(0.05), text("band_rule")] : null,
    ];
    return rows.filter((row): row is Row => row !== null);
  }

  /** Where a value is from that is not the catalogue's; "" where it is. */
  #origin(word: NumberWord): string {
    const { store } = this;
    const value = store.get(word);
    return value === null ? "" : store.text(value === store.get("tables").kept[word] ? "ui.kept" : "ui.given");
  }

  #range(): string {
    const { store, lang } = this;
    const { flops_low, flops_high } = law(store);
    if (!flops_high) return "";
    const values = { low: flops_low ? show(flops_low, "flops", lang) : "", high: show(flops_high, "flops", lang) };
    return store.text(flops_low ? "ui.fitted_between" : "ui.fitted_up_to", values);
  }

  #price(text: (name: string, values?: Record<string, string>) => string): Row {
    const { store, lang } = this;
    const price = pricePerHour(store);
    const seen = priceSeen(store);
    const value = price === null ? "–" : text("price_an_hour", { price: show(price, "price", lang) });
    const spot = store.get("price_kind") === "spot";
    const name = spot ? "price_spot" : "price";
    const own = this.#origin("price_per_hour");
    if (own) return [name, value, own];
    if (!seen) return [name, value, text(spot ? "price_none_spot" : "price_none")];
    const values = { low: show(seen.low, "price", lang), high: show(seen.high, "price", lang), date: seen.date ?? "" };
    const range = values.low === values.high ? "" : text(seen.typical === null ? "price_mean" : "price_range", values);
    const date = seen.date ? text("price_date", values) : text("price_no_date");
    return [name, value, `${range} ${date}`.trim(), seen.source];
  }
}
