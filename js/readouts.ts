// The answer in words and figures: one line of six, what follows from the price, and the doubts.
import { unanswerable } from "./answerable";
import type { Place } from "./controls";
import { attribute, element, listen, write } from "./dom";
import { factor, show, words, type ShowKind } from "./format";
import { formulas, type Explained } from "./formulas";
import { LEVEL, type Interval } from "./interval";
import type { Budget, Lang, Traits } from "./model";
import { accelerator, extrapolation, isPlan, law, pinned, priceSeen, sizeIsOpen, usual, type Answer } from "./signals";
import type { Store } from "./store";
import { Tip } from "./tip";

const SECONDS_PER_DAY = 86_400;
const NONE = "–";
const BLANK = "\u00a0";

/** A figure under its name, with its doubt under it. */
class Figure {
  readonly element: HTMLElement;
  readonly label = element("div", { class: "cw-label" });
  /** A button: focus and a touch show how the figure comes about, as hover does. */
  readonly value: HTMLElement;
  /** How sure the law is of it; an empty line while that is not known yet. */
  readonly sure = element("div", { class: "cw-doubt cw-sure", hidden: true });
  readonly doubt = element("div", { class: "cw-doubt" });
  readonly more = element("div", { class: "cw-doubt" });
  readonly tip: Tip;

  constructor(quantity: string, name: string, place: Place) {
    const tip = place.id(`how-${quantity}`);
    this.value = element("button", { type: "button", class: "cw-value", "data-quantity": quantity, "aria-describedby": tip });
    const number = element("div", { class: "cw-number" }, this.value);
    this.tip = new Tip(number, tip, place.signal);
    this.element = element(
      "div", { class: `cw-figure cw-figure-${quantity.replaceAll("_", "-")}`, role: "listitem" },
      this.label, number, this.sure, this.doubt, this.more,
    );
    write(this.label, name);
  }

  /** Stands below, whatever the length of the figure: beside it, it would come and go. */
  unit = "";

  write(value: string, doubt: string, more = "", unit = ""): void {
    this.unit = unit;
    write(this.value, value);
    // A sixth of a line holds no more in large letters.
    attribute(this.value, "data-long", value.length > 13 ? "very" : value.length > 9);
    // Where there is no plan they keep their room, unseen.
    if (value === NONE && !unit && !doubt) return;
    write(this.doubt, unit || doubt);
    write(this.more, more);
  }
}

/** The two ends of a range, the symbol once where both have the same: 35.1–69.8 B. Null where they print alike. */
function ends(from: number, to: number, kind: ShowKind, lang: Lang): { low: string; high: string } | null {
  const [low, high] = [show(from, kind, lang), show(to, kind, lang)];
  if (low === high) return null;
  const symbol = /\u00a0[A-Z]$/.exec(high)?.[0] ?? "";
  return { low: low.replace(symbol, ""), high };
}

export class Readouts {
  /** The answer in one line. */
  readonly line: HTMLElement;
  /** What follows from the price of compute. */
  readonly follows = element("p", { class: "cw-follows cw-muted" });
  /** The sentence of doubt, and below it what else Python has to say. */
  readonly doubts: HTMLElement[];
  /** The figures again, for screen readers. */
  readonly table: HTMLElement;
  readonly #figures;
  readonly #doubt = element("p", { class: "cw-warning", role: "status" });
  readonly #notes = element("ul", { class: "cw-notes cw-muted" });
  readonly #rows = element("tbody");
  /** The way back from a size of one's own. */
  readonly #back: HTMLButtonElement;
  readonly #terms = new Map<string, HTMLElement>();
  #told: [name: string, text: string][] = [];
  /** A size of one's own, and a question of which other laws say nothing. */
  #bare = false;

  private readonly store: Store;
  private readonly lang: Lang;
  readonly #print = (value: number, kind: ShowKind) => (Number.isFinite(value) && value > 0 ? show(value, kind, this.lang) : NONE);

  /** `flops` tells how the training compute comes about: it stands beside the budget. */
  constructor(place: Place, private readonly flops: Tip) {
    const store = (this.store = place.store);
    this.lang = place.lang;
    const figure = (quantity: string, name: string) => new Figure(quantity, store.text(`ui.${name}`), place);
    this.#figures = {
      params: figure("params", "params"),
      tokens: figure("tokens", "tokens"),
      ratio: figure("tokens_per_param", "tokens_per_param"),
      loss: figure("loss", "loss"),
      days: figure("days", "days"),
      serving: figure("serving_price", "serving"),
    };
    this.#back = element("button", { type: "button", class: "cw-doubt cw-back", "data-quantity": "best_params", hidden: true });
    listen(this.#back, "click", place.signal, () => {
      store.set({ params: null });
      place.settled();
      this.#figures.params.value.focus();
    });
    this.#figures.params.sure.before(this.#back);
    this.line = element("div", { class: "cw-line", role: "list" }, ...Object.values(this.#figures).map((each) => each.element));
    this.doubts = [this.#doubt, this.#notes];
    this.table = element(
      "div", { class: "cw-hidden" },
      element("table", {}, element("caption", {}, store.text("ui.table")), this.#rows),
    );
    for (const quantity of ["dollars_per_flop", "chip_hours", "energy_kwh", "price", "scope"]) {
      const term = element("span", { class: "cw-term", "data-quantity": quantity });
      this.#terms.set(quantity, term);
      this.follows.append(term, " ");
    }
  }

  /** Once it has settled: how sure the law is of its figures; null where that is not known now. */
  sure(found: Partial<Interval> | null): void {
    const { store, lang } = this;
    const { params, tokens, ratio, loss } = this.#figures;
    // A line is kept while they are worked out, and beside a size of one's own, which has none but
    // comes and goes; where the budget is the answer Python sends them with it.
    const kept = law(store).draws && pinned(store) === null ? BLANK : "";
    // Where laws are not compared a size of one's own has its way back in that line's place.
    const bare = this.#bare;
    const level = show(LEVEL, "percent", lang);
    const each = [
      [params, "params", found?.k_params], [tokens, "tokens", found?.k_tokens],
      [ratio, "ratio", found?.k_tokens_per_param], [loss, "loss", found?.k_loss],
    ] as const;
    for (const [figure, kind, range] of each) {
      const told = range && ends(range[0], range[1], kind, lang);
      const text = told && store.text("ui.interval", { ...told, level });
      write(figure.sure, text || kept);
      attribute(figure.sure, "hidden", !text && (!kept || (bare && figure === params)));
    }
  }

  /** In every frame: the figures. */
  draw(answer: Answer): void {
    const { store, lang } = this;
    const figures = this.#figures;
    const chip = accelerator(store).chip_word;
    const print = this.#print;
    // A law that is left out of the range is measured against the others.
    const across = law(store).compare ? "ui.across_laws" : "ui.across_others";
    const range = (low: number, high: number, kind: ShowKind) => {
      const told = low > 0 && high > 0 ? ends(low, high, kind, lang) : null;
      return told ? store.text(across, told) : "";
    };

    figures.params.write(print(answer.k_params, "params"), range(answer.k_params_low, answer.k_params_high, "params"));
    const own = sizeIsOpen(store) && store.number("params") !== null;
    attribute(this.#back, "hidden", !own);
    this.#bare = own && !(answer.k_best_plain > 0);
    if (own) {
      const best = print(answer.k_best_params, "params");
      write(this.#back, store.text("ui.own_best", { params: best }));
      attribute(this.#back, "aria-label", store.text("ui.own_back", { params: best }));
    }
    figures.tokens.write(
      print(answer.k_tokens, "tokens"),
      range(answer.k_tokens_low, answer.k_tokens_high, "tokens"),
      answer.k_epochs > 1.005
        ? store.text("ui.epochs", {
            unique: print(answer.k_unique_tokens_used, "tokens"), epochs: print(answer.k_epochs, "ratio"),
          })
        : "",
    );
    figures.ratio.write(
      print(answer.k_tokens_per_param, "ratio"),
      range(answer.k_tokens_per_param_low, answer.k_tokens_per_param_high, "ratio"),
    );
    const { reference } = law(store);
    const hasLoss = answer.k_loss > 0;
    figures.loss.write(
      print(answer.k_loss, "loss"),
      !hasLoss
        ? Number.isNaN(answer.k_loss) ? "" : store.text("ui.no_loss")
        : reference
          ? store.text("ui.reference", { name: reference.name, loss: show(reference.loss, "loss", lang) })
          : store.text("ui.nats"),
      range(answer.k_loss_low, answer.k_loss_high, "loss"),
    );
    const chips = store.number("chips") ?? 0;
    const hours = print(answer.k_chip_hours, "hours");
    if (chips > 0) {
      figures.days.write(
        print(answer.k_days * SECONDS_PER_DAY, "duration"),
        store.text("ui.on_chips", { chips: show(chips, "count", lang), accelerator: accelerator(store).name }),
      );
      attribute(figures.days.value, "data-quantity", "days");
    } else {
      figures.days.write(hours, "", store.text(`ui.give_chips_${chip}`), store.text("ui.hours_unit", { chip }));
      attribute(figures.days.value, "data-quantity", "chip_hours");
    }
    figures.serving.write(print(answer.k_serving_price, "price"), store.text("ui.per_million"));

    this.#follow(answer, chip, hours);
    this.#warn(answer);
  }

  /** What Python has to say of the plan; of another than the last it answered, nothing. */
  get #sentences(): Traits["status"]["sentences"] {
    return this.store.silent ? [] : this.store.get("status").sentences;
  }

  /** The plan as text: a sentence, the figures, what it must admit. */
  markdown(answer: Answer, more: string): string {
    const { store, lang } = this;
    const flops = store.text("ui.flop", { flops: show(answer.k_flops, "flops", lang) });
    const dollars = answer.k_dollars > 0 ? show(answer.k_dollars, "money", lang) : "";
    const sentence = store.text(answer.k_loss > 0 ? "ui.copy_sentence" : "ui.copy_sentence_no_loss", {
      budget: dollars ? `${dollars} (${flops})` : flops,
      params: words(answer.k_params, "params", lang), tokens: words(answer.k_tokens, "tokens", lang),
      loss: show(answer.k_loss, "loss", lang), law: law(store).name,
    });
    const cell = (text: string) => text.replaceAll("|", "\\|");
    const rows = this.#told.map(([name, text]) => `| ${cell(name)} | ${cell(text)} |`);
    const head = [`| ${store.text("ui.copy_figure")} | ${store.text("ui.value")} |`, "| --- | --- |"];
    const notes = this.#sentences.map(({ text }) => text);
    return [sentence, [...head, ...rows].join("\n"), more, this.#doubt.textContent, ...notes].filter(Boolean).join("\n\n");
  }

  /** Once a drag has settled: what is long, or read aloud. */
  settle(answer: Answer, budget: Pick<Budget, "kind" | "value">): void {
    const { store, lang } = this;
    const figures = this.#figures;
    const how = formulas(store, lang, answer, budget);
    const named = (value: number, kind: "params" | "tokens") => (value > 0 ? words(value, kind, lang) : "");
    for (const [name, figure] of Object.entries(figures) as [Exclude<Explained, "flops">, Figure][]) {
      const inWords = name === "params" || name === "tokens" ? named(answer[`k_${name}`], name) : "";
      figure.tip.write([inWords, ...how[name]]);
    }
    this.flops.write(how.flops);

    const rows: [string, string][] = Object.values(figures).map(({ label, value, unit, sure, doubt, more }) => [
      label.textContent ?? "",
      [`${value.textContent} ${unit}`.trim(), sure.textContent?.trim(), ...(unit || !isPlan(answer) ? [] : [doubt.textContent, more.textContent])].filter(Boolean).join("; "),
    ]);
    rows.push([store.text("ui.compute"), store.text("ui.flop", { flops: show(answer.k_flops, "flops", lang) })]);
    rows.push([store.text("ui.cost"), this.#print(answer.k_dollars, "money")]);
    for (const term of ["data", "serving"] as const) {
      const part = answer[`k_dollars_${term}`];
      if (part > 0) rows.push([store.text(`plans.dollars_${term}`).trim(), show(part, "money", lang)]);
    }
    this.#told = rows;
    this.#rows.replaceChildren(
      ...rows.map(([name, text]) => element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, text))),
    );
    const sentences = this.#sentences;
    this.#notes.replaceChildren(...sentences.map(({ text }) => element("li", {}, text)));
    attribute(this.#notes, "hidden", sentences.length === 0);
  }

  /** The texts in the pictures: printed here, as every number is. */
  texts(answer: Answer): Record<string, string> {
    const { store, lang } = this;
    const { k_E, k_loss_floor } = law(store).signals;
    const rate = answer.k_dollars_per_flop;
    const priced = Number.isFinite(rate) && rate > 0;
    const budget = (factor: number) =>
      show(answer.k_budget_flops * factor * (priced ? rate : 1), priced ? "brief" : "flops", lang);
    return {
      k_text_params: show(answer.k_best_params, "params", lang),
      k_text_tenth: budget(0.1),
      k_text_tenfold: budget(10),
      k_text_floor: store.text("charts.floor", { loss: show(k_E ?? k_loss_floor ?? NaN, "loss", lang) }),
      // 0 where it has no price.
      k_text_mile: answer.k_last_mile > 0 ? store.text("charts.mile", { factor: show(answer.k_last_mile, "ratio", lang) }) : "",
    };
  }

  /** Two figures in words, for the slider. */
  summary(answer: Answer): string {
    return `${words(answer.k_params, "params", this.lang)}, ${words(answer.k_tokens, "tokens", this.lang)}`;
  }

  #follow(answer: Answer, chip: string, hours: string): void {
    const { store, lang } = this;
    const term = (quantity: string, text: string) => {
      const at = this.#terms.get(quantity);
      if (!at) return;
      write(at, text);
      attribute(at, "hidden", text === "");
    };
    term("price", this.#price());
    term("scope", store.text(usual(store, "final_share") < 1 ? "ui.scope_share" : "ui.scope"));
    const perFlop = answer.k_dollars_per_flop * 1e21;
    term("dollars_per_flop", perFlop > 0 ? store.text("ui.per_flop", { dollars: show(perFlop, "money", lang) }) : "");
    const inFigure = !((store.number("chips") ?? 0) > 0);
    term("chip_hours", inFigure ? "" : store.text("ui.hours", { hours, chip }));
    const energy = answer.k_energy_kwh;
    term("energy_kwh", energy > 0 ? show(energy, "energy", lang) : Number.isNaN(energy) ? `${NONE}${BLANK}MWh` : "");
  }

  #price(): string {
    const { store, lang } = this;
    if (store.get("price_per_hour") !== null) return store.text("ui.price_own");
    const seen = priceSeen(store);
    const spot = store.get("price_kind") === "spot" ? "_spot" : "";
    if (!seen) return store.text(`ui.price_none${spot}`);
    const values = { low: show(seen.low, "price", lang), high: show(seen.high, "price", lang), date: seen.date?.slice(0, 7) ?? "" };
    const one = values.low === values.high ? "_one" : "";
    return store.text(`ui.price_${seen.date ? "seen" : "undated"}${one}${spot}`, values);
  }

  #warn(answer: Answer): void {
    const { store, lang } = this;
    const own = law(store);
    const outside = extrapolation(answer, own);
    // An old refusal says nothing of a plan that is found here before Python says so, nor of what Python still solves.
    const old = store.pending && unanswerable(store) === null;
    if (Number.isNaN(answer.k_params)) return write(this.#doubt, (!old && store.get("status").error) || "");
    if (!outside) return write(this.#doubt, "");
    const values = { factor: factor(outside.factor, lang), flops: show(outside.flops, "flops", lang) };
    if (outside.code === "below") return write(this.#doubt, store.text("plans.below_domain", values));
    if (!(answer.k_params_low > 0 && law(store).compare)) return write(this.#doubt, store.text("plans.extrapolates", values));
    write(
      this.#doubt,
      store.text("plans.extrapolates_spread", {
        ...values,
        least: show(answer.k_params_low, "params", lang),
        most: show(answer.k_params_high, "params", lang),
      }),
    );
  }
}
