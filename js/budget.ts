// The question itself: the budget as text, and on a slider with logarithmic steps.
import { ends, PLAIN_DOLLARS, readBudget } from "./budget-text";
import { round, STEP, TextField, type Place } from "./controls";
import { attribute, element, listen, write } from "./dom";
import { show, tick, words as spoken } from "./format";
import type { Budget, Kind, Lang, Traits } from "./model";
import { fromSlider, toSlider } from "./signals";
import type { Store } from "./store";
import { Tip } from "./tip";

/** What decides whether the budget is given or found. */
type Question = Pick<Traits, "budget" | "target_loss" | "params" | "tokens">;
const question = (store: Store): Question => ({
  budget: store.get("budget"), target_loss: store.get("target_loss"), params: store.get("params"), tokens: store.get("tokens"),
});

const READ_AS = { money: "money", flop: "flops", chip_time: "hours" } as const;
const ONE_TIMES = /1[.,]0+\s×\s/; // 10²¹ says it

/** A text field, and a slider under it. */
export class BudgetControl {
  readonly element: HTMLElement;
  /** Where the same budget stands in other units. */
  readonly equals = element("p", { class: "cw-equals cw-muted" });
  /** How the compute comes about. */
  readonly how: Tip;
  readonly #flops: HTMLElement;
  readonly #dollars = element("span", { class: "cw-term", "data-quantity": "dollars" });
  readonly #field: TextField;
  readonly #slider: HTMLInputElement;
  readonly #ticks = element("div", { class: "cw-ticks cw-muted", "aria-hidden": "true" });
  /** What the slider says while it is in use: it outranks what Python says, which may be older. */
  #local: Budget | null = null;
  /** In hand: axes keep still however long it rests. */
  held = false;
  /** Taken back with Escape while the hand still drags: until it lets go, nothing more is heard of it. */
  #cancelled = false;
  #tickKey = "";
  /** What was drawn last: it stands while a text is being read, or refused. */
  #last: Budget | null = null;
  /** The text Python last read, and its reading. */
  #read: { text: string; said: Traits["bounds"]["budget"]; value: number } | null = null;
  /** The question as it last stood, for Escape. */
  #good: Question;
  /** The question when the slider was taken in hand. */
  #before: Question | null = null;

  constructor(private readonly place: Place) {
    const { store, signal } = place;
    this.#good = question(store);
    this.#field = new TextField(
      "budget",
      place,
      (text) => {
        // Where the budget is the answer an emptied field asks nothing: it comes back.
        if (text === "" && store.get("budget") === null) {
          place.changed();
          return true;
        }
        this.#local = null;
        this.#ask(text);
        return this.#readable(text) !== null;
      },
      () => store.set(this.#good),
    );
    this.#field.input.classList.add("cw-budget-input");
    this.#slider = element("input", {
      class: "cw-slider", type: "range", step: STEP, "data-word": "budget",
      "aria-label": store.text("ui.budget_slider"),
    });
    listen(this.#slider, "focus", signal, () => { this.#before ??= this.#good; });
    listen(this.#slider, "blur", signal, () => { this.#before = null; });
    listen(this.#slider, "pointerdown", signal, (event) => {
      if (event.button !== 0) return; // a menu opens, and keeps the pointer
      this.held = true;
      this.#cancelled = false;
      this.#before = this.#good;
    });
    listen(this.#slider, "keydown", signal, (event) => {
      if (event.key === "Escape") return this.#takeBack(event);
      const direction = event.key === "PageUp" ? 1 : event.key === "PageDown" ? -1 : 0;
      if (direction === 0) return;
      event.preventDefault(); // browsers disagree on what a page is, and none lands on a round figure
      const { low, high } = this.current();
      const value = Math.min(high, Math.max(low, round(fromSlider(Number(this.#slider.value)), direction)));
      this.#slider.value = String(toSlider(value)); // the next key may come before the next frame
      this.#slide(value);
      place.settled();
    });
    listen(this.#slider, "input", signal, () => {
      if (this.#cancelled) place.changed(); // the thumb goes back to where the budget is
      else this.#slide(fromSlider(Number(this.#slider.value)));
    });
    // A finger that touched the track on its way has turned out to scroll the page.
    listen(this.#slider, "pointercancel", signal, (event) => this.#takeBack(event));
    for (const event of ["change", "pointerup", "lostpointercapture", "contextmenu", "blur"] as const)
      listen(this.#slider, event, signal, () => {
        this.held = this.#cancelled = false;
        place.settled();
      });
    listen(this.#ticks, "click", signal, ({ target }) => {
      const value = target instanceof HTMLElement ? Number(target.dataset.value) : NaN;
      if (!(value > 0)) return;
      this.#slide(value);
      place.settled();
    });
    this.#flops = element("button", { type: "button", class: "cw-plain", "data-quantity": "flops", "aria-describedby": place.id("how-flops") });
    const flops = element("span", { class: "cw-term" }, this.#flops);
    this.how = new Tip(flops, place.id("how-flops"), signal);
    this.equals.append(flops, this.#dollars);
    this.element = element(
      "div", { class: "cw-budget" }, this.#field.label,
      element("div", { class: "cw-budget-line" }, this.#field.input, this.equals), this.#field.error,
      element("div", { class: "cw-slide" }, this.#slider, this.#ticks),
    );
  }

  /** The budget to draw: the slider's while it is used, else the text's where the page can read it, else Python's. */
  current(): Budget {
    const { store } = this.place;
    if (this.#local) return this.#local;
    const said = store.get("bounds").budget;
    const text = store.get("budget");
    const read = text === null ? null : this.#readable(text);
    if (text !== null && said.value != null && said !== this.#read?.said) this.#read = { text, said, value: said.value };
    const known = this.#read?.text === text ? this.#read : null;
    // Where the budget is the answer, or its text is more than a number, only Python knows; until
    // it has said so, or where it cannot read it, what was drawn stays.
    if (read) {
      // Nor do the ends of its slider wait for Python.
      const within = read.kind === said.kind && said.low <= read.value && read.value <= said.high;
      this.#last = { ...said, ...read, ...(within ? {} : ends(store.get("tables").ranges[read.kind], read.value)) };
    }
    else if (known) this.#last = { ...known.said, value: known.value };
    else if (text === null || this.#last === null) this.#last = { value: NaN, ...said };
    const asks = question(store);
    if ((read || known || text === null) && Object.values(asks).some((each) => each !== null)) this.#good = asks;
    return this.#last;
  }

  /** A text that Python alone can read, and has not read yet. */
  get unread(): string | null {
    const text = this.place.store.get("budget");
    return text === null || this.#local || this.#readable(text) || this.#read?.text === text ? null : text;
  }

  /** The text of what is drawn: what stands in the field may be none. */
  get text(): string | null {
    return this.#good.budget;
  }

  /** The same budget as compute and as money; "" where the field says it. */
  equal(flops: string, dollars: string): void {
    write(this.#flops, flops);
    write(this.#dollars, dollars);
    attribute(this.how.host, "hidden", flops === "");
    attribute(this.#dollars, "hidden", dollars === "");
  }

  /** The slider was let go and what it said has reached the model. */
  release(): void {
    if (!this.held) this.#local = null;
  }

  refresh(answer: { dollars: number; summary: string }): void {
    const { store, lang } = this.place;
    const budget = this.current();
    const value = budget.value ?? answer.dollars;
    const known = Number.isFinite(value) && value > 0;
    const text = store.get("budget");
    const printed = known ? this.#print(value, budget.kind) : "";
    const plain = budget.kind === "money" && text !== null && PLAIN_DOLLARS.test(text);
    if (this.#local && !this.#field.typing) this.#field.replace(printed);
    else this.#field.refresh(text === null || plain ? printed : text);
    write(this.#field.label, store.text("ui.budget", { chip: this.place.chip() }));
    const length = this.#field.input.value.length;
    attribute(this.#field.input, "data-length", length > 14 ? "long" : length > 10 ? "middle" : null);
    this.#field.input.style.setProperty("--cw-characters", String(length));

    attribute(this.#slider, "min", toSlider(budget.low));
    attribute(this.#slider, "max", toSlider(budget.high));
    if (known && !this.held) {
      const position = String(Math.round(toSlider(value) / STEP) * STEP);
      if (Math.abs(Number(this.#slider.value) - Number(position)) > STEP / 2) this.#slider.value = position;
    }
    const low = toSlider(budget.low);
    const share = (Number(this.#slider.value) - low) / (toSlider(budget.high) - low);
    this.#slider.style.setProperty("--cw-share", share.toFixed(4));
    attribute(this.#slider, "aria-valuetext", `${known ? spoken(value, READ_AS[budget.kind], lang) : ""}, ${answer.summary}`);
    this.#mark(budget, lang);
  }

  #slide(value: number): void {
    const budget = this.current();
    this.#field.forget(); // what nobody has read yet is no longer asked
    this.#local = { ...budget, value };
    this.#ask(this.#print(value, budget.kind));
  }

  #takeBack(event: Event): void {
    const { store } = this.place;
    const before = this.#before;
    if (!before || before.budget === store.get("budget")) return;
    event.stopPropagation(); // as in the fields: there was something to take back
    this.#cancelled = this.held;
    this.held = false;
    this.#local = null;
    store.set(before);
    this.place.settled();
  }

  /** A budget asks a new question: what made it the answer so far is no longer fixed. */
  #ask(budget: string): void {
    const { store } = this.place;
    // A target does not go with a budget, nor does a whole run; a size or its tokens do.
    const whole = store.get("params") !== null && store.get("tokens") !== null;
    const anew = store.get("bounds").budget.value === null || whole;
    store.set({ budget, target_loss: null, ...(anew ? { params: null, tokens: null } : {}) });
    this.place.changed();
  }

  #print(value: number, kind: Kind): string {
    const { store, lang } = this.place;
    const printed = show(value, READ_AS[kind], lang);
    if (kind === "flop") return store.text("ui.flop", { flops: printed });
    if (kind === "chip_time") return store.text("ui.hours", { hours: printed, chip: this.place.chip() });
    return printed;
  }

  /** The budget this text is, where the printer could have written it. */
  #readable(text: string): { kind: Kind; value: number } | null {
    const { store, lang } = this.place;
    return readBudget(text, lang, { flop: store.text("ui.flop"), hours: store.text("ui.hours", { chip: this.place.chip() }) });
  }

  #mark({ kind, low, high }: Budget, lang: Lang): void {
    const key = `${kind} ${low} ${high} ${lang}`;
    if (key === this.#tickKey) return;
    this.#tickKey = key;
    const [first, last] = [toSlider(low), toSlider(high)];
    const every = Math.max(1, Math.ceil((last - first) / 7));
    const powers: number[] = [];
    for (let power = Math.ceil(first - 1e-9); power <= last + 1e-9; power += every) powers.push(power);
    const { length } = this.#tick(powers.at(-1) ?? 0, kind);
    if (length > 6) powers.splice(-2, 1); // takes its neighbour's room
    this.#ticks.replaceChildren(
      ...powers.map((power) => {
        const share = (power - first) / (last - first);
        const edge = share < 0.02 ? "start" : share > 0.98 ? "end" : null;
        const attributes = { class: "cw-tick", "data-value": 10 ** power, "data-edge": edge, "data-beside-long": length > 5 && power === powers.at(-2) };
        const tick = element("span", attributes, this.#tick(power, kind));
        tick.style.setProperty("--cw-share", share.toFixed(4));
        if (edge === "end" && length > 5) tick.style.right = "-6px"; // leaves its neighbour room
        return tick;
      }),
    );
  }

  #tick(power: number, kind: Kind): string {
    const { lang } = this.place;
    if (kind === "flop" || power >= 15) return show(10 ** power, READ_AS[kind], lang).replace(ONE_TIMES, "");
    return tick(power, kind === "money", lang);
  }
}
