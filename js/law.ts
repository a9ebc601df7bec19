// The drawer of the law: another one to choose, its constants, and what it rests on.
import { element } from "./dom";
import { source } from "./drawers";
import { show } from "./format";
import type { Lang, Law } from "./model";
import { law } from "./signals";
import type { Store } from "./store";
import { raised } from "./tip";

// As papers write them.
const LETTERS: [RegExp, string][] = [[/^alpha/, "α"], [/^beta/, "β"], [/^R_[DN]$/, "$&*"], [/^tokens_per_param$/, "D/N"]];
const RANGES = ["flops", "params", "tokens", "tokens_per_param"] as const;
const KINDS = { flops: "flops", params: "params", tokens: "tokens", tokens_per_param: "constant" } as const;

const written = (letter: string): string => LETTERS.reduce((name, [from, to]) => name.replace(from, to), letter);

export class LawFacts {
  readonly element = element("dl", { class: "cw-facts" });
  #shown: Law | undefined;

  constructor(private readonly store: Store, private readonly lang: Lang) {}

  refresh(): void {
    const now = law(this.store);
    if (now === this.#shown) return;
    this.#shown = now;
    this.element.replaceChildren(...this.#facts(now).flatMap(([code, fact]) => (fact.length ? [this.#fact(code, fact)] : [])));
  }

  #fact(code: string, fact: (Node | string)[]): HTMLElement {
    return element("div", {}, element("dt", { class: "cw-label" }, this.store.text(`ui.${code}`)), element("dd", {}, ...fact));
  }

  #facts(now: Law): [code: string, fact: (Node | string)[]][] {
    const { store } = this;
    // A law of one's own says what its author wrote, in whatever language.
    const quoted = (text: string | undefined) => (text ? [element("span", {}, ...source(text))] : []);
    const formula = now.family === "parametric" ? store.text("ui.law_surface") : now.signals.k_has_loss ? store.text("ui.law_frontier_loss") : store.text("ui.law_frontier");
    return [
      ["law_formula", raised(formula)],
      ["law_constants", [this.#constants(now)]],
      ["law_counts", [store.text(`ui.counts_${now.counts.replaceAll("-", "_")}`)]],
      ["law_fitted", this.#ranges(now)],
      ["law_data", quoted(now.data || now.scale)],
      ["law_source", quoted(now.source)],
      ["law_verified", quoted(now.verified)],
      ["law_note", quoted(now.note)],
      ["law_compare", [store.text(now.compare ? "ui.compare_yes" : "ui.compare_no")]],
    ];
  }

  #constants({ constants }: Law): HTMLElement {
    const terms = Object.entries(constants).map(([letter, value]) =>
      element("span", { class: "cw-term" }, ...raised(written(letter)), `\u00a0=\u00a0${show(value, "constant", this.lang)}`),
    );
    return element("span", { class: "cw-constants" }, ...terms.flatMap((term) => [term, " "]));
  }

  #ranges({ domain, flops_high }: Law): (Node | string)[] {
    const { store, lang } = this;
    const lines = RANGES.flatMap((what) => {
      const [low, high] = domain[what] ?? [null, what === "flops" ? flops_high : null];
      if (!high) return [];
      const values = { low: low ? show(low, KINDS[what], lang) : "", high: show(high, KINDS[what], lang) };
      return [element("div", {}, store.text(low ? `ui.fitted_${what}` : "ui.law_up_to", values))];
    });
    return lines;
  }
}
