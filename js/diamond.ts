// A size of one's own: a handle on the IsoFLOP curve, a field beside its title, and the line that
// says what it costs. The word is `params`; without it the handle lies on the best size.
import { TextField, type Place } from "./controls";
import { attribute, element, listen, magnified, write } from "./dom";
import { factor, readPrinted, show, words } from "./format";
import type { Panel } from "./panel";
import { law, rounded, sizeIsOpen, type Answer } from "./signals";

/** What the diamond needs of the view beyond what every control does. */
export interface Curve extends Place {
  panel(): Panel | undefined;
  /** The answer for a size of one's own, without drawing it. */
  trial(params: number): Answer;
}

const STEP = 1.02;
const LEAP = 1.1;
const HAIR = 1e-9;
const HALVINGS = 16; // of an axis of four decades: less than the last of three digits
const NEAR = 0.05; // as the band in the picture
const A_MOVE = 3; // pixels; less than that was a click
// In these directions, by these factors; Home and End go to the ends of the axis.
const KEYS: Record<string, [step: number, leap: number]> = {
  ArrowRight: [STEP, LEAP], ArrowUp: [STEP, LEAP], ArrowLeft: [1 / STEP, 1 / LEAP], ArrowDown: [1 / STEP, 1 / LEAP],
  PageUp: [LEAP, LEAP], PageDown: [1 / LEAP, 1 / LEAP],
};

export class Diamond {
  /** Lies over the picture, where the mark is. */
  readonly handle: HTMLElement;
  readonly field: HTMLElement;
  readonly error: HTMLElement;
  readonly note = element("p", { class: "cw-note", role: "status", "aria-atomic": "true" });
  /** Being dragged: axes keep still however long it rests. */
  held = false;
  #size: number | null = null;
  #dropped: number | null = null;
  readonly #field: TextField;
  readonly #clear: HTMLButtonElement;
  /** What was there when it was grabbed, for Escape. */
  #before: number | null = null;
  #from: { x: number; off: number; moved: boolean } | null = null;
  #answer: Answer | undefined;

  constructor(private readonly curve: Curve) {
    const { store, signal } = curve;
    const text = (name: string) => store.text(`ui.${name}`);
    let good: number | null = null;
    this.#field = new TextField(
      "params",
      curve,
      (typed) => {
        good = store.number("params");
        const value = typed === "" ? null : readPrinted(typed, "params", curve.lang);
        const read = typed === "" || (value !== null && value > 0);
        store.set({ params: read ? value : typed });
        curve.changed();
        return read;
      },
      () => store.set({ params: good }),
    );
    const { input, label } = this.#field;
    this.error = this.#field.error;
    label.append(text("own_label"));
    label.className = "cw-hidden";
    attribute(input, "placeholder", text("own_placeholder"));
    this.#clear = element("button", { type: "button", class: "cw-clear", "aria-label": text("own_clear") }, "×");
    listen(this.#clear, "click", signal, () => {
      this.#put(null);
      input.focus();
    });
    this.field = element("span", { class: "cw-own" }, label, element("span", { class: "cw-box" }, input, this.#clear));
    this.handle = element("div", {
      class: "cw-handle", role: "slider", tabindex: "0", "aria-label": text("own_label"), "aria-orientation": "horizontal", hidden: true,
    });
    this.#listen();
  }

  /** The size to draw: the hand's while it drags, whatever comes from outside meanwhile. */
  get size(): number | null {
    if (!sizeIsOpen(this.curve.store)) return null;
    return this.held ? this.#size : this.curve.store.number("params");
  }

  /** A law was chosen that knows the best size alone: this one goes, and the line says so. */
  drop(): void {
    this.#dropped = this.curve.store.number("params");
  }

  /** One frame: the field and the line. */
  refresh(answer: Answer, share: number): void {
    const { store, lang } = this.curve;
    const open = sizeIsOpen(store);
    const given = this.held ? this.#size : store.get("params");
    const own = this.size;
    this.#answer = answer;
    if (open) this.#dropped = null;
    attribute(this.field, "hidden", !open);
    attribute(this.note, "hidden", !open && this.#dropped === null);
    this.#field.refresh(typeof given === "string" ? given : own === null ? "" : show(own, "params", lang));
    attribute(this.#clear, "data-idle", given === null);
    attribute(this.#clear, "disabled", given === null);
    attribute(this.note, "data-hint", own === null);
    const dropped = this.#dropped === null ? "" : store.text("ui.own_dropped", { params: show(this.#dropped, "params", lang), law: law(store).name });
    write(this.note, dropped || (own === null ? store.text("ui.own_hint") : this.#cost(answer, share)));
    if (!open) attribute(this.handle, "hidden", true);
  }

  /** The picture is drawn: the handle goes where its mark is. */
  place(): void {
    const { store, lang } = this.curve;
    const [panel, answer] = [this.curve.panel(), this.#answer];
    const at = panel && answer && sizeIsOpen(store) ? panel.place(answer.k_params, answer.k_loss) : null;
    attribute(this.handle, "hidden", at === null);
    if (!panel || !answer || !at) return;
    this.handle.style.translate = `${at.left}px ${at.top}px`;
    const [low, high] = panel.ends;
    attribute(this.handle, "aria-valuemin", rounded(low));
    attribute(this.handle, "aria-valuemax", rounded(high));
    attribute(this.handle, "aria-valuenow", answer.k_params);
    attribute(this.handle, "aria-valuetext", store.text("ui.own_value", {
      params: words(answer.k_params, "params", lang), loss: show(answer.k_loss, "loss", lang),
      excess: show(this.#excess(answer), "percent", lang),
    }));
  }

  /** Read aloud only what stays: while it moves the handle speaks for itself. */
  busy(moving: boolean): void {
    attribute(this.note, "aria-busy", moving ? "true" : null);
  }

  #excess({ k_loss, k_best_loss }: Answer): number {
    return two(Math.max(0, k_loss / k_best_loss - 1));
  }

  #cost(answer: Answer, share: number): string {
    const { store, lang } = this.curve;
    if (!(answer.k_loss > 0) || store.get("status").error) return "";
    const params = show(answer.k_params, "params", lang);
    const dollars = answer.k_budget_flops * answer.k_dollars_per_flop;
    const near = 1 / share - 1 <= NEAR;
    // What is left over buys nothing either, but for want of tokens and not of a better size.
    const left = answer.k_total_flops < answer.k_budget_flops * (1 - HAIR);
    const values = {
      params,
      excess: show(this.#excess(answer), "percent", lang),
      loss: show(two(Math.max(0, answer.k_loss - answer.k_best_loss)), "constant", lang),
      share: show(two(share), "percent", lang),
      // Where data and serving are paid too they have their part in what is saved.
      of: store.text(answer.k_data_price > 0 || answer.k_serving_per_param > 0 ? "ui.own_of_budget" : "ui.own_of_compute"),
      wasted: show(partOf(dollars, 1 - share), "money", lang),
      dollars: show(dollars, "money", lang),
    };
    const code = near ? "own_near" : !(share > 0) || left ? "own_loss" : dollars > 0 ? "own_cost_money" : "own_cost";
    const sentences = [store.text(`ui.${code}`, values)];
    const smaller = answer.k_best_params / answer.k_params;
    const times = factor(two(Math.max(smaller, 1 / smaller)), lang, "constant");
    if (Math.abs(Math.log(smaller)) > NEAR) sentences.push(store.text(smaller > 1 ? "ui.own_cheaper" : "ui.own_dearer", { factor: times }));
    return sentences.join(" ");
  }

  #listen(): void {
    const { handle, curve } = this;
    const { signal, store } = curve;
    listen(handle, "focus", signal, () => { this.#before = store.number("params"); });
    listen(handle, "pointerdown", signal, (event) => {
      if (event.button !== 0) return;
      handle.setPointerCapture(event.pointerId);
      const { left, width } = handle.getBoundingClientRect();
      this.#before = store.number("params");
      this.#from = { x: event.clientX, off: event.clientX - left - width / 2, moved: false };
    });
    listen(handle, "pointermove", signal, (event) => this.#drag(event.clientX));
    listen(handle, "pointercancel", signal, () => this.#put(this.#before));
    for (const event of ["pointerup", "lostpointercapture"] as const) listen(handle, event, signal, () => this.#drop());
    listen(handle, "keydown", signal, (event) => this.#key(event));
  }

  #drag(x: number): void {
    const [from, panel, stage] = [this.#from, this.curve.panel(), this.handle.parentElement];
    if (!from || !panel || !stage) return;
    if (!from.moved && Math.abs(x - from.x) < A_MOVE) return;
    if (!this.held) this.#size = this.#before;
    from.moved = this.held = true;
    attribute(this.handle, "data-held", true);
    this.#move(panel.across((x - from.off - stage.getBoundingClientRect().left) / magnified(stage)));
  }

  #drop(): void {
    if (!this.#from) return;
    const { moved } = this.#from;
    this.#from = null;
    this.held = false;
    attribute(this.handle, "data-held", null);
    if (!moved) return;
    this.curve.settled();
  }

  #key(event: KeyboardEvent): void {
    const { store } = this.curve;
    const own = store.number("params");
    if (event.key === "Escape") {
      if (own === this.#before) return;
      // There was something to take back here; otherwise the key is the notebook's.
      event.stopPropagation();
      return this.#put(this.#before);
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      return this.#put(null);
    }
    const at = this.#answer?.k_params ?? NaN;
    const [low, high] = this.curve.panel()?.ends ?? [NaN, NaN];
    const by = KEYS[event.key];
    const to = event.key === "Home" ? low : event.key === "End" ? high : by ? (own ?? at) * by[event.shiftKey ? 1 : 0] : null;
    if (to === null) return;
    event.preventDefault();
    this.#move(to);
  }

  /** To a size within the axis, or as near to it as this budget goes. */
  #move(to: number): void {
    const [low, high] = this.curve.panel()?.ends ?? [NaN, NaN];
    const size = this.#possible(inside(to, low, high), low, high);
    if (size === null) return;
    this.#size = size;
    this.curve.store.set({ params: size });
    this.curve.changed();
  }

  /** This size, or the last on the way to it that the budget can train and serve. */
  #possible(to: number, low: number, high: number): number | null {
    const possible = (size: number) => this.curve.trial(size).k_loss > 0;
    if (possible(to)) return to;
    const from = this.size ?? this.#answer?.k_params ?? NaN;
    if (!possible(from)) return null;
    let [last, beyond] = [from, to];
    for (let halvings = 0; halvings < HALVINGS; halvings += 1) {
      const middle = Math.sqrt(last * beyond);
      if (possible(middle)) last = middle;
      else beyond = middle;
    }
    return to > from ? inside(last, low, last) : inside(last, last, high);
  }

  /** A key or a button ends what the hand was doing. */
  #put(params: number | null): void {
    this.#from = null;
    this.held = false;
    attribute(this.handle, "data-held", null);
    this.curve.store.set({ params });
    this.curve.settled();
  }
}

/** Three digits, as the field prints them, without rounding out of the axis. */
function inside(value: number, low: number, high: number): number {
  const size = rounded(Math.min(Math.max(value, low), high));
  const digit = 10 ** (Math.floor(Math.log10(size)) - 2);
  return rounded(size < low ? size + digit : size > high ? size - digit : size);
}

const two = (value: number): number => Number(value.toPrecision(2));

/** Three digits of a share of it, down where up would be as much as the whole. */
function partOf(whole: number, share: number): number {
  const part = share * whole;
  const step = 10 ** (Math.floor(Math.log10(part)) - 2);
  const rounded = Math.round(part / step);
  return Number(((rounded * step < whole ? rounded : Math.floor(part / step)) * step).toPrecision(3));
}
