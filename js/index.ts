// The widget: the budget and the price of compute, the answer, three pictures, the law, the doubt.
// Everything on the screen follows from traits and signals within a frame; Python hears in parallel.
import { BudgetControl, Choice, NumberField, type Place } from "./controls";
import { attribute, element, ended, listen, write } from "./dom";
import { show } from "./format";
import type { Model, Specs, Traits } from "./model";
import { Panel, type Shown } from "./panel";
import { Program } from "./program";
import { Readouts } from "./readouts";
import { accelerator, anchors, inputs, law, mfu, OUTPUTS, pricePerHour, type Answer, type Values } from "./signals";
import { Store } from "./store";

const SETTLED_MS = 250;
const PICTURES = ["isoflop", "frontier", "loss"] as const;
type Picture = (typeof PICTURES)[number];
// Any of these changes what is drawn; `messages` and `lang` change every word, hence the whole view.
const DRAWN: (keyof Traits)[] = [
  "budget", "accelerator", "dtype", "peak_flops", "price_kind", "price_per_hour", "mfu", "goodput", "chips",
  "final_share", "law", "token_price", "unique_tokens", "repeats", "served_tokens", "serving_mfu",
  "serving_price_per_hour", "params", "tokens", "target_loss", "pue", "grid", "fx",
  "specs", "tables", "bounds", "status",
];

export function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const gone = new AbortController();
  let view: AbortController | undefined;
  const show = () => {
    view?.abort();
    view = new AbortController();
    const root = element("section", { class: "cw" });
    el.replaceChildren(root);
    new View(model, root, view.signal);
  };
  model.on("change:messages", show);
  ended(gone.signal, () => {
    model.off("change:messages", show);
    view?.abort();
    view = undefined; // hosts keep what render returned, and with it whatever this holds
    el.replaceChildren();
  });
  show();
  return () => gone.abort();
}

export default { render };

const pictures = (make: () => HTMLElement): Record<Picture, HTMLElement> => ({
  isoflop: make(),
  frontier: make(),
  loss: make(),
});

class View implements Place {
  readonly store: Store;
  readonly lang;
  readonly #prefix = `cw-${Math.random().toString(36).slice(2, 8)}`;
  readonly #budget: BudgetControl;
  readonly #accelerator: Choice;
  readonly #price: NumberField;
  readonly #mfu: NumberField;
  readonly #goodput: NumberField;
  readonly #chips: NumberField;
  readonly #law: Choice;
  readonly #lawName = element("span");
  readonly #lawFacts = element("div", { class: "cw-facts", role: "list" });
  readonly #readouts: Readouts;
  readonly #silence = element("p", { class: "cw-muted cw-silence", role: "status" });
  readonly #hosts = pictures(() => element("div", { class: "cw-picture" }));
  readonly #lacking = pictures(() => element("p", { class: "cw-lacking cw-muted", hidden: true }));

  #program: Program | undefined;
  #panels = new Map<Picture, Panel>();
  #specs: Specs | undefined;
  #embedding: AbortController | undefined;
  #embedded = false;
  #generation = 0;
  #shown: Shown = {};
  #anchors: Values = {};
  #frame = 0;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #settling = true;

  constructor(model: Model, root: HTMLElement, readonly signal: AbortSignal) {
    this.store = new Store(model, signal);
    this.lang = this.store.get("lang");
    const { store } = this;
    const text = (name: string, values?: Record<string, string>) => store.text(`ui.${name}`, values);

    this.#budget = new BudgetControl(this);
    this.#accelerator = new Choice("accelerator", this, text("accelerator"), () => this.#accelerators(), (id) => {
      // Another chip has its own price, efficiency and peaks: the catalogue's, until given anew.
      store.set({ accelerator: id, price_per_hour: null, mfu: null, peak_flops: null, dtype: null });
      this.changed();
    });
    const chip = this.chip();
    this.#price = new NumberField("price_per_hour", "price", this, {
      label: text("price", { chip }), placeholder: text("price_placeholder"), step: 0.05,
    });
    this.#mfu = new NumberField("mfu", "percent", this, { label: text("mfu"), help: text("mfu_help"), step: 0.01 });
    this.#goodput = new NumberField("goodput", "percent", this, { label: text("goodput"), help: text("goodput_help"), step: 0.01 });
    this.#chips = new NumberField("chips", "count", this, {
      label: text(`chips_${chip}`), placeholder: text("chips_placeholder"), step: 8,
    });
    this.#law = new Choice("law", this, text("law"), () => store.get("tables").laws.map(({ id, name }) => ({ id, text: name })), (id) => {
      store.set({ law: id });
      this.changed();
    });
    this.#readouts = new Readouts(store, this.lang);

    attribute(root, "lang", this.lang);
    attribute(root, "aria-label", text("widget"));
    // Keys pressed here are meant for here. JupyterLab listens before the page does and heeds this mark.
    attribute(root, "data-lm-suppress-shortcuts", "true");
    // Saving alone is the notebook's, wherever the hands are.
    for (const event of ["keydown", "keyup"] as const)
      listen(root, event, signal, ({ key, ctrlKey, metaKey }) => {
        const save = (ctrlKey || metaKey) && ["s", "S", "Control", "Meta"].includes(key);
        attribute(root, "data-lm-suppress-shortcuts", save ? null : "true");
      });
    listen(root, "keydown", signal, (event) => {
      const save = !root.hasAttribute("data-lm-suppress-shortcuts");
      if (!save && event.key !== "Escape" && event.key !== "Tab") event.stopPropagation();
    });
    const fields = [this.#accelerator, this.#price, this.#mfu, this.#goodput, this.#chips];
    root.append(
      element(
        "div", { class: "cw-body" },
        element(
          "div", { class: "cw-question" }, this.#budget.element,
          element(
            "div", { class: "cw-compute" },
            element("div", { class: "cw-fields" }, ...fields.map((each) => each.element)),
            ...fields.map((each) => each.error),
            this.#readouts.follows,
          ),
        ),
        this.#readouts.line,
        element("div", { class: "cw-pictures" }, ...PICTURES.map((name) => this.#figure(name))),
        element("div", { class: "cw-drawers" }, this.#lawDrawer()),
        this.#readouts.doubts,
        this.#silence,
        this.#readouts.table,
      ),
    );

    for (const name of DRAWN) store.on(name, () => this.#heard(), signal);
    store.onSilence = () => write(this.#silence, store.silent ? text("python_silent") : "");
    ended(signal, () => {
      cancelAnimationFrame(this.#frame);
      clearTimeout(this.#quiet);
      this.#embedding?.abort();
    });
    this.#draw();
  }

  id(name: string): string {
    return `${this.#prefix}-${name}`;
  }

  chip(): string {
    return accelerator(this.store).chip_word;
  }

  changed(): void {
    this.#schedule();
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.settled(), SETTLED_MS);
  }

  settled(): void {
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
    this.#budget.release();
    this.#settling = true;
    this.#schedule();
  }

  /** A trait changed; where it was changed from outside, and nobody is dragging here, axes follow. */
  #heard(): void {
    if (!this.store.writing && this.#quiet === undefined) this.#settling = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#frame === 0 && !this.signal.aborted) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  /** One frame: solve, write the figures, hand the signals to the pictures. */
  #draw(): void {
    this.#frame = 0;
    const { store } = this;
    const specs = store.get("specs")[law(store).family];
    if (!specs) return;
    const changed = specs !== this.#specs;
    if (changed) this.#open(specs);
    const budget = this.#budget.current();
    const asked = inputs(store, budget);
    const answer = this.#solve(asked);
    // Where the budget is the answer, it is what the plan found here costs.
    if (budget.value === null) answer.k_budget_flops = answer.k_total_flops;
    this.#readouts.draw(answer);
    this.#refresh(answer);
    if (this.#settling || changed || !this.#visible(answer)) this.#anchors = anchors(answer);
    if (this.#settling) this.#readouts.settle(answer);
    this.#lack("isoflop", specs.isoflop ? "" : "ui.no_surface");
    this.#lack("loss", answer.k_loss > 0 || !(answer.k_params > 0) ? "" : "ui.no_loss_curve");
    this.#settling = false;
    // Where there is no answer (Python says why) the pictures stay as they were.
    if (!(answer.k_params > 0)) return;
    this.#shown = { ...asked, ...answer, ...this.#anchors, ...this.#readouts.texts(answer) };
    for (const panel of this.#panels.values()) panel.draw(this.#shown);
    if (!this.#embedded) void this.#embed(specs, this.#embedding!.signal);
  }

  #refresh(answer: Answer): void {
    const { store, lang } = this;
    const chip = this.chip();
    this.#budget.refresh({ dollars: answer.k_dollars, summary: this.#readouts.summary(answer) });
    const equals = [];
    const { kind, value } = this.#budget.current();
    const flops = store.text("ui.flop", { flops: show(answer.k_flops, "flops", lang) });
    // Data, serving and experiments take their share of the budget: then this is less than all of it.
    const all = Math.abs(answer.k_flops / answer.k_total_flops - 1) < 0.005;
    if (kind !== "flop" || !all || value === null) equals.push(["flops", all ? flops : store.text("ui.of_training", { flops })]);
    if (kind !== "money" && answer.k_dollars > 0) equals.push(["dollars", show(answer.k_dollars, "money", lang)]);
    // More than one short term stands on a line of its own, whatever the length of the budget.
    attribute(this.#budget.equals, "data-apart", kind !== "money" || !all);
    const terms = equals.map(([quantity, text]) => `${quantity} ${text}`).join();
    if (this.#budget.equals.dataset.terms !== terms) {
      this.#budget.equals.dataset.terms = terms;
      this.#budget.equals.replaceChildren(
        ...equals.map(([quantity, text]) => element("span", { class: "cw-term", "data-quantity": quantity }, text ?? "")),
      );
    }

    this.#accelerator.refresh();
    this.#price.relabel(store.text("ui.price", { chip }));
    this.#price.refresh(pricePerHour(store));
    this.#mfu.refresh(mfu(store));
    this.#goodput.refresh(store.number("goodput") ?? answer.k_goodput_used);
    this.#chips.relabel(store.text(`ui.chips_${chip}`));
    this.#chips.refresh(store.number("chips"));
    const time = answer.k_days > 0 ? show(answer.k_days * 86_400, "duration", lang) : "";
    write(this.#chips.suffix, time && store.number("chips") ? `→ ${time}` : "");
    this.#law.refresh();
    this.#lawFactsFor();
  }

  /** The dots lie within the axes as drawn; else axes must follow even in the middle of a drag. */
  #visible(answer: Answer): boolean {
    const { k_params, k_tokens, k_flops, k_loss } = answer;
    const within = (name: Picture, x: number, y: number) => this.#panels.get(name)?.shows(x, y) ?? true;
    return (
      within("isoflop", k_params, k_loss) && within("loss", k_flops, k_loss) &&
      within("frontier", k_flops, k_params) && within("frontier", k_flops, k_tokens)
    );
  }

  /** Another family of laws: its solver at once, its pictures when they are ready. */
  #open(specs: Specs): void {
    this.#embedding?.abort();
    this.#embedding = new AbortController();
    this.#embedded = false;
    this.#specs = specs;
    this.#panels.clear();
    this.#program = new Program(specs.solver);
  }

  #solve(asked: Values): Answer {
    const program = this.#program!;
    program.set(asked);
    program.run();
    return Object.fromEntries(OUTPUTS.map((name) => [name, program.get(name)])) as Answer;
  }

  async #embed(specs: Specs, signal: AbortSignal): Promise<void> {
    this.#embedded = true;
    const generation = ++this.#generation;
    for (const name of PICTURES) {
      const host = this.#hosts[name];
      const spec = specs[name];
      attribute(host, "aria-busy", spec ? "true" : null);
      if (!spec) continue;
      // The figures come first; each picture takes a frame or two to be made.
      await new Promise((frame) => requestAnimationFrame(frame));
      if (generation !== this.#generation || signal.aborted) return;
      host.replaceChildren();
      const panel = await Panel.open(host, spec, this.#shown, signal);
      if (!panel || generation !== this.#generation) return;
      this.#panels.set(name, panel);
      attribute(host, "aria-busy", null);
      panel.draw(this.#shown); // what changed while it was being made
    }
  }

  /** A sentence in place of a picture that this law cannot give. */
  #lack(name: Picture, code: string): void {
    this.#hosts[name].hidden = code !== "";
    const sentence = this.#lacking[name];
    sentence.hidden = code === "";
    if (code) write(sentence, this.store.text(code, { name: law(this.store).name }));
  }

  #figure(name: Picture): HTMLElement {
    const [title, rest] = [this.store.text(`charts.${name}_title`), this.store.text(`charts.${name}_about`)];
    return element(
      "figure", { class: `cw-panel cw-panel-${name}` },
      element("figcaption", {}, element("h3", {}, title, " ", element("span", { class: "cw-says" }, `— ${rest}`))),
      this.#hosts[name],
      this.#lacking[name],
    );
  }

  #lawDrawer(): HTMLElement {
    const summary = element("summary", {}, this.#lawName);
    return element("details", { class: "cw-drawer" }, summary, element("div", { class: "cw-drawer-body" }, this.#law.element, this.#law.error, this.#lawFacts));
  }

  #lawFactsFor(): void {
    const { store, lang } = this;
    const { id, name, counts, scale, data, flops_low, flops_high, source } = law(store);
    write(this.#lawName, store.text("ui.law_is", { name }));
    if (this.#lawFacts.dataset.law === id) return;
    this.#lawFacts.dataset.law = id;
    const flops = (value: number) => show(value, "flops", lang);
    const fitted = flops_high
      ? store.text(flops_low ? "ui.law_between" : "ui.law_up_to", { low: flops(flops_low ?? 0), high: flops(flops_high) })
      : "";
    const facts = [["law_counts", store.text(`ui.counts_${counts.replaceAll("-", "_")}`)], ["law_data", data || scale], ["law_fitted", fitted], ["law_source", source ?? ""]];
    this.#lawFacts.replaceChildren(
      ...facts.flatMap(([code, fact]) =>
        fact ? [element("div", { role: "listitem" }, element("div", { class: "cw-label" }, store.text(`ui.${code}`)), fact)] : [],
      ),
    );
  }

  #accelerators(): { id: string; text: string }[] {
    return this.store.get("tables").accelerators.map(({ id, name, peaks, dtype }) => {
      const peak = show((peaks[dtype] ?? 0) / 1e12, "count", this.lang);
      return { id, text: this.store.text("ui.accelerator_option", { name, peak }) };
    });
  }
}
