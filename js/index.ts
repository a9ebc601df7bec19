// The widget: the budget and the price of compute, the answer, three pictures, the law, the doubt.
// Everything on the screen follows from traits and signals within a frame; Python hears in parallel.
import { Actions } from "./actions";
import { solvedWith, unanswerable, unanswered, type Solved } from "./answerable";
import { Assumptions } from "./assumptions";
import { BudgetControl } from "./budget";
import { carried } from "./carried";
import { Choice, NumberField } from "./controls";
import { copyPlan, python } from "./copy";
import { Diamond, type Curve } from "./diamond";
import { attribute, element, ended, listen, magnified, write } from "./dom";
import { Drawers } from "./drawers";
import { enough } from "./equivalent";
import { show } from "./format";
import { bands, interval, type Interval } from "./interval";
import { LawFacts } from "./law";
import type { Model, Paper, Picture, Specs, Traits } from "./model";
import { Models, withModels } from "./models";
import { Pace } from "./pace";
import { Panel, type Shown, type Told } from "./panel";
import { Program } from "./program";
import { Readouts } from "./readouts";
import { accelerator, anchors, highestMfu, inputs, isPlan, law, mfu, NOTHING, OUTPUTS, pinned, pricePerHour, usual, type Answer, type Values } from "./signals";
import { saveReport } from "./save";
import { Store } from "./store";
import { Switch } from "./switch";
import { Terms } from "./terms";
import { hush } from "./tip";
import { NUMBER_WORDS, QUESTION, short } from "./words";

const SETTLED_MS = 250;
const PICTURES: readonly Picture[] = ["isoflop", "frontier", "loss"];
// Any of these changes what is drawn; `messages` and `lang` change every word, hence the whole view.
const DRAWN: (keyof Traits)[] = [...QUESTION, "specs", "tables", "bounds", "status"];

/** One view of a model, in its place until the signal; its language stays. */
export function view(model: Model, el: HTMLElement, signal: AbortSignal): HTMLElement {
  const root = element("section", { class: "cw" });
  el.replaceChildren(root);
  new View(model, root, signal);
  return root;
}

export function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const gone = new AbortController();
  let shown: AbortController | undefined;
  let held = false;
  let late = false;
  const show = () => {
    // In another language every word changes: not under a hand that holds something.
    if ((late = held)) return;
    const before = el.firstElementChild;
    const goOn = before instanceof HTMLElement ? carried(before) : null;
    shown?.abort();
    shown = new AbortController();
    const root = view(model, el, shown.signal); // made whether or not something is carried over
    goOn?.(root);
  };
  el.addEventListener("pointerdown", () => { held = true; }, { capture: true, signal: gone.signal });
  for (const event of ["pointerup", "pointercancel"])
    window.addEventListener(event, () => {
      held = false;
      if (late) setTimeout(() => late && !gone.signal.aborted && show()); // what was pressed is clicked first
    }, { capture: true, signal: gone.signal });
  model.on("change:messages", show);
  ended(gone.signal, () => {
    model.off("change:messages", show);
    shown?.abort();
    shown = undefined; // hosts keep what render returned, and with it whatever this holds
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

class View implements Curve {
  readonly store: Store;
  readonly lang;
  readonly #pace: Pace;
  readonly #prefix = `cw-${Math.random().toString(36).slice(2, 8)}`;
  readonly #budget: BudgetControl;
  readonly #accelerator: Choice;
  readonly #price: NumberField;
  readonly #spot: Switch;
  readonly #mfu: NumberField;
  readonly #goodput: NumberField;
  readonly #chips: NumberField;
  readonly #terms: Terms;
  readonly #law: Choice;
  readonly #lawName = element("span");
  readonly #lawFacts: LawFacts;
  readonly #assumptions: Assumptions;
  readonly #diamond: Diamond;
  readonly #models: Models;
  readonly #readouts: Readouts;
  readonly #silence = element("p", { class: "cw-muted cw-silence", role: "status" });
  readonly #hosts = pictures(() => element("div", { class: "cw-picture" }));
  /** A picture, and what lies over it. */
  readonly #stages = pictures(() => element("div", { class: "cw-stage" }));
  readonly #pointed = pictures(() => element("div", { class: "cw-tip cw-pointed", "aria-hidden": "true", hidden: true }));
  readonly #lacking = pictures(() => element("p", { class: "cw-lacking cw-muted", hidden: true }));

  #program: Program | undefined;
  #panels = new Map<Picture, Panel>();
  #specs: Specs | undefined;
  #embedding: AbortController | undefined;
  #embedded = false;
  #generation = 0;
  #shown: Shown = {};
  #anchors: Values = {};
  #asked: Values = {};
  #answer: Answer | undefined;
  #frame = 0;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #settling = true;
  /** The pictures whose axes stand, and when something last came from outside. */
  #anchored: Specs | undefined;
  #outside = -Infinity;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #question = "";
  /** The words of Python's last answer. */
  #solved: Solved;
  readonly #actions: Actions;
  /** The plan as text, where copying is refused. */
  #copied!: HTMLTextAreaElement;
  /** Of which question the interval is, and what stops its being worked out. */
  #sureOf = "";
  #sure: AbortController | undefined;

  constructor(model: Model, readonly root: HTMLElement, readonly signal: AbortSignal) {
    this.store = new Store(model, signal);
    this.#pace = new Pace(signal, () => this.#print(), () => this.#fit(null));
    this.lang = this.store.get("lang");
    const { store } = this;
    this.#solved = solvedWith(store);
    const text = (name: string, values?: Record<string, string>) => store.text(`ui.${name}`, values);

    this.#actions = new Actions(signal);
    this.#budget = new BudgetControl(this);
    this.#accelerator = new Choice("accelerator", this, text("accelerator"), () => this.#accelerators(), (id) => {
      // Another chip has its own price, efficiency and peaks: the catalogue's, until given anew.
      store.set({ accelerator: id, price_per_hour: null, price_kind: "on-demand", mfu: null, peak_flops: null, dtype: null });
      for (const field of [this.#price, this.#mfu]) field.forget();
      this.changed();
    });
    const chip = this.chip();
    this.#price = new NumberField("price_per_hour", "price", this, {
      label: text("price", { chip }), placeholder: text("price_placeholder"), step: 0.05,
    });
    // What was given was a price of the other kind.
    this.#spot = new Switch(this, "price_kind", { says: text("spot"), means: text("spot_instead") }, (on) => ({ price_kind: on ? "spot" : "on-demand", price_per_hour: null }));
    this.#price.suffix.after(this.#spot.element);
    this.#mfu = new NumberField("mfu", "percent", this, { label: text("mfu"), help: text("mfu_help"), step: 0.01, most: () => highestMfu(store) });
    this.#goodput = new NumberField("goodput", "percent", this, { label: text("goodput"), help: text("goodput_help"), step: 0.01 });
    this.#chips = new NumberField("chips", "count", this, {
      label: text(`chips_${chip}`), placeholder: text(`chips_placeholder_${chip}`), step: 8,
    });
    this.#terms = new Terms(this);
    this.#law = new Choice("law", this, text("law"), () => store.get("tables").laws.map(({ id, name }) => ({ id, text: name })), (id) => {
      // A law that knows the best size alone cannot take another.
      const surface = store.get("tables").laws.find((each) => each.id === id)?.family === "parametric";
      if (!surface && store.number("params") !== null && store.get("budget") !== null) this.#diamond.drop();
      store.set(surface ? { law: id } : { law: id, params: null });
      this.changed();
    });
    this.#readouts = new Readouts(this, this.#budget.how);
    this.#diamond = new Diamond(this);
    this.#models = new Models(store, this.lang, () => this.#panels.get("frontier"), (told, at) => this.#point("frontier", told, at), signal);
    this.#lawFacts = new LawFacts(store, this.lang);
    this.#assumptions = new Assumptions(store, this.lang);

    attribute(root, "lang", this.lang);
    attribute(root, "aria-label", text("widget"));
    // Keys pressed here are meant for here: JupyterLab, which listens before the page does, heeds
    // this mark. Saving alone is the notebook's, wherever the hands are.
    const saves = ({ key, ctrlKey, metaKey }: KeyboardEvent) => (ctrlKey || metaKey) && (key === "s" || key === "S");
    const mark = (event?: KeyboardEvent) => attribute(root, "data-lm-suppress-shortcuts", event && saves(event) ? null : "true");
    mark();
    window.addEventListener("keydown", mark, { capture: true, signal });
    listen(root, "keydown", signal, (event) => {
      // Not even of a modifier: once JupyterLab has heard of one, a field has nothing left to undo.
      if (event.key === "Escape" ? hush(root) : event.key !== "Tab" && !saves(event)) event.stopPropagation();
    });
    // A line that is shown to a pointer goes with Escape too, wherever the focus is.
    document.addEventListener("keydown", (event) => event.key === "Escape" && hush(root), { signal });
    const fields = [this.#accelerator, this.#price, this.#mfu, this.#goodput, this.#chips];
    root.append(
      element(
        "div", { class: "cw-body" },
        element(
          "div", { class: "cw-question" }, this.#budget.element,
          element(
            "div", {},
            element("div", { class: "cw-fields" }, ...fields.map((each) => each.element)),
            ...fields.map((each) => each.error),
            this.#readouts.follows,
          ),
        ),
        this.#readouts.line,
        element(
          "div", { class: "cw-pictures" }, this.#figure("isoflop"),
          element("div", { class: "cw-below" }, this.#diamond.error, this.#diamond.note),
          this.#figure("frontier"), this.#figure("loss"),
        ),
        this.#drawers(),
        element("div", { class: "cw-doubts" }, ...this.#readouts.doubts, this.#silence),
        this.#readouts.table,
      ),
    );

    for (const name of DRAWN) store.on(name, () => this.#heard(), signal);
    // An answer of which no other trait says anything: the same refusal again, or a text that was read.
    store.on("turn", () => {
      const { error, errors } = store.get("status");
      if (error || Object.keys(errors).length > 0) this.#heard();
      else this.#schedule();
    }, signal);
    store.onSilence = () => {
      this.#settling = true; // what is told of a plan at rest changes
      this.#schedule();
    };
    store.onAnswered = () => { this.#solved = solvedWith(store); };
    ended(signal, () => {
      cancelAnimationFrame(this.#frame);
      clearTimeout(this.#quiet);
      clearTimeout(this.#rest);
      this.#sure?.abort();
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
    this.store.flush();
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
    if (this.#diamond.held) return;
    this.#budget.release();
    this.#settling = true;
    this.#schedule();
  }

  /** About to be printed. */
  #print(): void {
    this.#now();
    this.#fit(this.store.paper);
  }

  /** What waits for a frame, or for a drag to end, is done now. */
  #now(): void {
    if (this.#quiet !== undefined) this.settled();
    if (this.#frame === 0) return;
    cancelAnimationFrame(this.#frame);
    this.#draw();
  }

  /** The plan that stands is of what is asked: where Python alone can answer, it is waited for. */
  async #caughtUp(): Promise<void> {
    const { store } = this;
    const waits = () => store.pending && !store.silent && (this.#foreign.length > 0 || unanswered(store, this.#solved) !== null);
    while (!this.signal.aborted && waits()) await this.#pace.frame();
    this.#now();
  }

  /** Pictures of the sizes that a sheet of paper gives them; null: of their elements'. */
  #fit(paper: Paper | null): void {
    if (paper === null && this.store.paper === null) return;
    for (const [name, panel] of this.#panels) void panel.fit(paper ? { ...paper, width: paper[name] } : null);
  }

  /**
   * A trait changed; where it was changed from outside, and nobody is dragging here, axes follow: at
   * once, and of many changes (another view's drag, a loop of Python's) after the last.
   */
  #heard(): void {
    this.#schedule();
    if (this.store.writing || this.#quiet !== undefined) return;
    const now = performance.now();
    const first = now - this.#outside > SETTLED_MS;
    this.#outside = now;
    if (first) this.#settling = true;
    clearTimeout(this.#rest);
    if (this.#settling) return;
    this.#rest = setTimeout(() => {
      this.#settling = true;
      this.#schedule();
    }, SETTLED_MS);
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
    if (this.#program?.text !== specs.solver) this.#program = new Program(specs.solver);
    const budget = this.#budget.current();
    const asked = { ...inputs(store, budget), k_own_params: this.#diamond.size ?? 0 };
    // What was fixed Python solves anew: until it has, the figures stand; if it is silent, there are none.
    const waits = store.get("turn") !== undefined && unanswered(store, this.#solved) !== null;
    const pythons = unanswerable(store) !== null || (waits && store.silent);
    const solved = this.#solve(asked);
    let answer = pythons ? NOTHING : (waits && this.#answer) || solved;
    write(this.#silence, store.silent ? this.#silent(pythons) : "");
    // Python said that there is no plan for just this; or it is too small to be one.
    const none = (store.get("status").error !== null && !store.pending) || !isPlan(answer);
    this.root.toggleAttribute("data-no-plan", none);
    this.#actions.disable(none);
    // What compute costs is known all the same.
    if (none) answer = { ...NOTHING, k_goodput_used: solved.k_goodput_used, k_dollars_per_flop: solved.k_dollars_per_flop };
    // Where there is no answer (Python says why) the pictures stay as they were.
    else if (specs !== this.#specs) this.#open(specs);
    [this.#asked, this.#answer] = [asked, answer];
    store.answered(answer);
    const question = [law(store).id, ...Object.values(asked)].join();
    // What could not be copied and stands there to be taken is of another plan now.
    if (question !== this.#question) attribute(this.#copied, "hidden", true);
    this.#question = question;
    // Where the budget is the answer, it is what the plan found here costs.
    if (budget.value === null) answer.k_budget_flops = answer.k_total_flops;
    this.#readouts.draw(answer);
    this.#refresh(answer);
    this.#diamond.busy(!this.#settling);
    this.#diamond.refresh(answer, this.#share(answer));
    // Axes stand while slider or diamond is in hand, and where there is nothing to draw.
    const stand = this.#anchored === specs && (!this.#settling || this.#budget.held || this.#diamond.held);
    if (!none && !(stand && this.#visible(answer))) {
      this.#anchors = anchors(answer);
      this.#anchored = specs;
    }
    this.#weigh(none);
    if (this.#settling) this.#readouts.settle(answer, budget);
    if (this.#settling && !this.#assumptions.element.closest("[hidden]")) this.#assumptions.refresh(answer);
    this.#settling = false;
    if (none) return;
    this.#lack("isoflop", specs.isoflop ? "" : "ui.no_surface");
    this.#lack("loss", answer.k_loss > 0 ? "" : "ui.no_loss_curve");
    this.#shown = { ...asked, ...answer, ...this.#anchors, ...this.#readouts.texts(answer), ...bands(law(store)) };
    for (const [name, panel] of this.#panels) this.#show(name, panel);
    if (!this.#embedded) void this.#embed(specs, this.#embedding!.signal);
  }

  /** Texts that Python alone reads, and has not read yet. */
  get #foreign(): string[] {
    return [this.#budget.unread, ...NUMBER_WORDS.map((word) => this.store.get(word))].filter((text) => typeof text === "string");
  }

  /** Those that nobody reads, for it is silent: the figures are of what stood there before. */
  get #unread(): string[] {
    return this.store.silent ? this.#foreign : [];
  }

  /** What is to be said of Python's silence. */
  #silent(pythons: boolean): string {
    const { store } = this;
    const texts = this.#unread.map((text) => store.text("ui.quoted", { text: short(text) })).join(", ");
    return texts ? store.text("ui.python_unread", { texts }) : store.text(pythons ? "ui.python_needed" : "ui.python_silent");
  }

  /** How sure the law is: worked out at rest, and gone with the next movement. */
  #weigh(none: boolean): void {
    const { draws } = law(this.store);
    const [asked, answer] = [this.#asked, this.#answer!];
    const question = none ? "" : this.#question;
    if (question === this.#sureOf) return;
    this.#sure?.abort();
    this.#readouts.sure(null);
    this.#sureOf = "";
    const pin = pinned(this.store);
    if (!this.#settling || none || !(pin ? pin.sure : draws)) return;
    this.#sureOf = question;
    const say = (found: Partial<Interval> | null) => {
      if (!found) return;
      this.#readouts.sure(found);
      this.#readouts.settle(answer, this.#budget.current());
    };
    if (pin) return say(pin.sure ?? null);
    const { signal } = (this.#sure = new AbortController());
    void interval(this.#program!, asked, draws!, answer.k_flops, signal, this.#pace).then(say);
  }

  #refresh(answer: Answer): void {
    const { store, lang } = this;
    const chip = this.chip();
    this.#budget.refresh({ dollars: answer.k_dollars, summary: this.#readouts.summary(answer) });
    const { kind, value } = this.#budget.current();
    const flops = store.text("ui.flop", { flops: show(answer.k_flops, "flops", lang) });
    // Data, serving and experiments take their share of the budget: then this is less than all of it.
    // No plan, and no share to speak of: the line stays where it is.
    const share = value === null ? 1 : usual(store, "final_share");
    const all = !(Math.abs((share * answer.k_flops) / answer.k_total_flops - 1) >= 0.005);
    this.#budget.equal(
      kind !== "flop" || !all || value === null ? (all ? flops : store.text("ui.of_training", { flops })) : "",
      kind !== "money" && answer.k_dollars > 0 ? show(answer.k_dollars, "money", lang) : "",
    );
    // What the figures are of is not what stands beside it.
    attribute(this.#budget.equals, "data-void", store.silent && this.#budget.unread !== null);
    // More than one short term stands on a line of its own, whatever the length of the budget.
    // What may take a share of it decides, and not how much it takes: that changes in a drag.
    const shared = (store.number("served_tokens") ?? 0) > 0 || (store.number("token_price") ?? 0) > 0 || usual(store, "final_share") < 1;
    attribute(this.#budget.equals, "data-apart", kind !== "money" || shared || !all);

    this.#accelerator.refresh();
    const spot = store.get("price_kind") === "spot";
    // Where there is no spot price to choose, there is still one to leave.
    this.#spot.refresh(spot, !spot && accelerator(store).prices.spot === null);
    this.#price.relabel(store.text(spot ? "ui.price_spot" : "ui.price", { chip }));
    this.#price.refresh(pricePerHour(store));
    this.#mfu.refresh(mfu(store));
    this.#mfu.explain(store.text("ui.mfu_help"), store.get("mfu") === null ? store.text("ui.mfu_because", { mfu: show(mfu(store), "percent", lang), reason: store.text(accelerator(store).mfu_reason) }) : "");
    this.#goodput.refresh(store.number("goodput") ?? answer.k_goodput_used);
    this.#chips.relabel(store.text(`ui.chips_${chip}`), store.text(`ui.chips_placeholder_${chip}`));
    this.#chips.refresh(store.number("chips"));
    const time = answer.k_days > 0 ? show(answer.k_days * 86_400, "duration", lang) : "";
    write(this.#chips.suffix, time && store.number("chips") ? `→ ${time}` : "");
    this.#terms.refresh(answer);
    this.#law.refresh();
    write(this.#lawName, store.text("ui.law_is", { name: law(store).name }));
    this.#lawFacts.refresh();
  }

  panel(): Panel | undefined {
    return this.#panels.get("isoflop");
  }

  trial(params: number): Answer {
    return this.#solve({ ...this.#asked, k_own_params: params });
  }

  /** How much of the budget the best size needs for the loss of a size of one's own. */
  #share(answer: Answer): number {
    if (this.#diamond.size === null || !(answer.k_loss > 0)) return NaN;
    return enough(this.#program!, this.#asked, answer.k_loss);
  }

  #show(name: Picture, panel: Panel): void {
    void panel.draw(this.#shown).then(() => {
      if (this.signal.aborted) return;
      if (name === "isoflop") this.#diamond.place();
      if (name === "frontier") this.#models.place();
    });
  }

  /** Beside what is pointed at, over the picture: it moves nothing. */
  #point(name: Picture, told: Told, { left: x, top: y }: { left: number; top: number }): void {
    const [tip, stage] = [this.#pointed[name], this.#stages[name]];
    const [title = "", ...rest] = Object.values(told ?? {});
    // Taken away with Escape it stays away until something else is pointed at.
    if (tip.dataset.quiet !== title) attribute(tip, "data-quiet", null);
    attribute(tip, "hidden", told === null || tip.hasAttribute("data-quiet"));
    if (tip.hidden) return;
    const { offsetWidth: width, offsetHeight: height } = stage;
    tip.replaceChildren(element("strong", {}, title), ...rest.map((line) => element("span", { class: "cw-tip-line" }, line)));
    // On the side that has room.
    Object.assign(tip.style, x < width / 2 ? { left: `${x + 12}px`, right: "auto" } : { left: "auto", right: `${width - x + 12}px` });
    Object.assign(tip.style, y < height / 2 ? { top: `${y + 12}px`, bottom: "auto" } : { top: "auto", bottom: `${height - y + 12}px` });
  }

  /** The dots lie within the axes as drawn; else axes must follow even in the middle of a drag. */
  #visible(answer: Answer): boolean {
    const { k_params, k_tokens, k_flops, k_loss, k_best_params, k_best_loss } = answer;
    const within = (name: Picture, x: number, y: number) => this.#panels.get(name)?.shows(x, y) ?? true;
    return (
      within("isoflop", k_params, k_loss) && within("isoflop", k_best_params, k_best_loss) && within("loss", k_flops, k_loss) &&
      within("frontier", k_flops, k_params) && within("frontier", k_flops, k_tokens)
    );
  }

  /** Another family of laws: its pictures, when they are ready. */
  #open(specs: Specs): void {
    this.#embedding?.abort();
    this.#embedding = new AbortController();
    this.#embedded = false;
    this.#specs = specs;
    this.#panels.clear();
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
      await this.#pace.frame();
      if (generation !== this.#generation || signal.aborted) return;
      host.replaceChildren();
      const filled = withModels(spec, this.store.get("tables").models, this.lang);
      const panel = await Panel.open(host, filled, this.#shown, signal, this.store.interpreter);
      if (!panel || generation !== this.#generation) return;
      this.#panels.set(name, panel);
      attribute(host, "aria-busy", null);
      panel.onPoint = (told, event) => {
        const { left, top } = this.#stages[name].getBoundingClientRect();
        const scale = magnified(this.#stages[name]);
        this.#point(name, event ? told : null, { left: ((event?.clientX ?? 0) - left) / scale, top: ((event?.clientY ?? 0) - top) / scale });
      };
      panel.onResize = () => {
        this.#diamond.place();
        this.#models.place();
      };
      this.#show(name, panel); // what changed while it was being made
      if (this.#pace.printing) this.#fit(this.store.paper);
    }
  }

  /** A sentence in place of a picture that this law cannot give. */
  #lack(name: Picture, code: string): void {
    attribute(this.#hosts[name], "hidden", code !== "");
    const sentence = this.#lacking[name];
    attribute(sentence, "hidden", code === "");
    if (code) write(sentence, this.store.text(code, { name: law(this.store).name }));
  }

  #figure(name: Picture): HTMLElement {
    const [title, rest] = [this.store.text(`charts.${name}_title`), this.store.text(`charts.${name}_about`)];
    const caption = element("figcaption", {}, element("h3", {}, title, " ", element("span", { class: "cw-says" }, `— ${rest}`)));
    const stage = this.#stages[name];
    stage.append(this.#hosts[name], this.#lacking[name], this.#pointed[name]);
    if (name === "isoflop") {
      caption.append(this.#diamond.field);
      stage.append(this.#diamond.handle);
    }
    if (name === "frontier") {
      stage.append(this.#models.stop);
      listen(stage, "pointerup", this.signal, ({ pointerType, clientX, clientY }) => {
        if (pointerType !== "touch") return;
        const { left, top } = stage.getBoundingClientRect();
        const scale = magnified(stage);
        this.#models.tap((clientX - left) / scale, (clientY - top) / scale);
      });
    }
    return element("figure", { class: `cw-panel cw-panel-${name}` }, caption, stage);
  }

  #drawers(): HTMLElement {
    const { store } = this;
    const drawers = new Drawers((name) => this.id(name), this.signal);
    drawers.add("data", this.#terms.data.label, this.#terms.data.body);
    drawers.add("serving", this.#terms.serving.label, this.#terms.serving.body);
    drawers.add("law", this.#lawName, element("div", { class: "cw-law" }, element("div", {}, this.#law.element, this.#law.error), this.#lawFacts.element));
    drawers.add("sources", element("span", {}, store.text("ui.sources")), this.#assumptions.element, () => {
      if (this.#answer) this.#assumptions.refresh(this.#answer);
    });
    this.#copied = copyPlan(store, this.#actions, async () => {
      await this.#caughtUp();
      if (this.root.hasAttribute("data-no-plan")) return null;
      const own = this.#diamond.size === null ? "" : this.#diamond.note.textContent;
      const notes = [own, this.#unread.length === 0 ? "" : this.#silence.textContent].filter(Boolean).join("\n\n");
      return `${this.#readouts.markdown(this.#answer!, notes)}\n\n${python(store, this.#budget.text)}\n`;
    });
    // A report is one already, and where there is no Python nobody writes one.
    if (store.get("saved") !== undefined) saveReport(store, this.#actions, this.signal);
    drawers.end(this.#actions.element);
    drawers.element.append(this.#copied);
    return drawers.element;
  }

  #accelerators(): { id: string; text: string }[] {
    return this.store.get("tables").accelerators.map(({ id, name, peaks, dtype }) => {
      const peak = show((peaks[dtype] ?? 0) / 1e12, "count", this.lang);
      return { id, text: this.store.text("ui.accelerator_option", { name, peak }) };
    });
  }
}
