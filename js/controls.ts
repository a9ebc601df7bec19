// What is asked: fields that take text, numbers among them, and selects. The budget has a file of its own.
// A control in use never takes a value from outside, and what Python refused stays to be mended.
import { REFUSED } from "./carried";
import { attribute, element, listen, write } from "./dom";
import { readPrinted, show } from "./format";
import type { Lang, NumberWord } from "./model";
import type { Store } from "./store";
import { Tip } from "./tip";

// Text that nobody has refused for this long after an answer was accepted.
const ACCEPTED_MS = 2000;

/** What controls need of the view they stand in. */
export interface Place {
  store: Store;
  lang: Lang;
  signal: AbortSignal;
  /** Something was given here: draw it in the next frame. */
  changed(): void;
  /** A drag is over: Python hears of it now, and axes may follow. */
  settled(): void;
  /** Unique on the page: two views stand side by side. */
  id(name: string): string;
  /** "GPU", or what the accelerator is called. */
  chip(): string;
}

/** A text input under its label, with room for why its text was refused. */
export class TextField {
  readonly input: HTMLInputElement;
  readonly label: HTMLLabelElement;
  readonly error: HTMLParagraphElement;
  /** What was last typed and handed over, as it was typed: it stays until it is accepted. */
  #handed: { text: string; read: boolean; turn: number | undefined; answered: number | null; refused?: string } | null = null;
  /** What stood here before the arrow keys moved it, for Escape. */
  #stepped: { back: () => void } | null = null;

  constructor(
    readonly word: "budget" | NumberWord,
    readonly place: Place,
    /** Take the text: true where it could be read here, false where Python has to. */
    private readonly commit: (text: string) => boolean,
    private readonly restore: () => void,
  ) {
    const { signal } = place;
    const id = place.id(word);
    this.input = element("input", {
      id, class: "cw-input", type: "text", autocomplete: "off", spellcheck: "false", "data-word": word,
    });
    this.label = element("label", { for: id, class: "cw-label" });
    this.error = element("p", { id: `${id}-error`, class: "cw-error", role: "alert", hidden: true });
    listen(this.input, "input", signal, () => { this.#typed = true; });
    // Once taken it is printed anew: what browsers would undo, or do again, was said of another text.
    listen(this.input, "beforeinput", signal, (event) => {
      const done = !this.#typed && !this.input.hasAttribute("aria-invalid");
      if (done && event.inputType.startsWith("history")) event.preventDefault();
    });
    listen(this.input, "change", signal, () => this.take());
    // Refused where it stood before: `carried` has put it here.
    this.input.addEventListener(REFUSED, () => {
      this.#handed = { text: this.input.value, read: false, turn: undefined, answered: null };
      place.changed(); // what was said of it may have been heard before
    }, { signal });
    listen(this.input, "keydown", signal, (event) => {
      if (event.key === "Enter") this.take();
      if (event.key === "Escape") this.#escape(event);
    });
    listen(this.input, "blur", signal, () => {
      this.#stepped = null;
      this.take(); // what another view began to hear of, no change of this one's tells
    });
  }

  /** A hand is typing here. */
  get typing(): boolean {
    return this.#typed && (this.input.getRootNode() as Document | ShadowRoot).activeElement === this.input;
  }

  /** Typed since it was last committed: the element says so, to the view that comes in place of this one. */
  get #typed(): boolean {
    return this.input.hasAttribute("data-typed");
  }

  set #typed(typed: boolean) {
    attribute(this.input, "data-typed", typed);
  }

  /** The id of what always describes the field. */
  help: string | null = null;

  /**
   * Write `text` unless the field is being typed in, or holds what Python refused or has yet to read.
   * True where it was refused: what another view handed over, or what was taken back, is not this field's.
   */
  refresh(text: string): boolean {
    const { store } = this.place;
    const open = this.#open;
    const { answered: since, refused: before } = this.#handed ?? {};
    // Accepted long ago, or Python speaks of another text by now: what it says is not of this one.
    const late = since != null && performance.now() - since > ACCEPTED_MS;
    if (!open && (late || (before && before !== this.#said))) this.#handed = null;
    // What stands here was not answered yet: nothing was said of it. A text that only Python reads
    // may have been refused, and another word be waiting for its answer.
    const answered = this.#handed?.refused !== undefined;
    const older = open && !answered && (this.#handed?.read === true || this.#handed?.turn === store.get("turn"));
    const refused = older || this.#handed === null ? "" : this.#said;
    attribute(this.input, "aria-invalid", refused ? "true" : null);
    attribute(this.input, "aria-describedby", [refused ? this.error.id : null, this.help].filter(Boolean).join(" ") || null);
    attribute(this.error, "hidden", refused === "");
    write(this.error, refused);
    if (this.#handed && !open) {
      this.#handed.answered ??= performance.now();
      if (refused) [this.#handed.answered, this.#handed.refused] = [null, refused];
    }
    if (this.typing) return refused !== "";
    // Python takes its text back first and says why after that: in between nothing is to be shown.
    const keep = this.#handed && (refused || (open && !this.#handed.read)) ? this.#handed.text : text;
    if (this.input.value !== keep) this.input.value = keep;
    return refused !== "";
  }

  /** A value from elsewhere (the slider) replaces whatever stood here. */
  replace(text: string): void {
    this.#typed = false;
    this.#handed = null;
    this.input.value = text;
  }

  /** The arrow keys move what stands here; `back` is the way to what stood here before the first of them. */
  step(text: string, read: boolean, back: () => void): void {
    this.replace(text);
    this.#stepped ??= { back };
    // Should Python refuse it, it stands beside the reason, as if it had been typed.
    this.#handed = { text, read, turn: this.place.store.get("turn"), answered: null };
  }

  /** What was typed is about something else by now, and so is what was said of it. */
  forget(): void {
    this.#typed = false;
    this.#handed = this.#stepped = null;
  }

  get #said(): string {
    return this.place.store.get("status").errors[this.word] ?? "";
  }

  /** Not answered since it was handed over; an answer that was under way may come first, hence ACCEPTED_MS. */
  get #open(): boolean {
    const { store } = this.place;
    const turn = store.get("turn");
    return this.#handed !== null && (store.pending || (turn !== undefined && turn === this.#handed.turn));
  }

  private take(): void {
    if (!this.#typed) return;
    this.#typed = false;
    this.#stepped = null;
    const { store } = this.place;
    const [text, before] = [this.input.value.trim(), store.get(this.word)];
    const turn = store.get("turn");
    this.#handed = { text, read: this.commit(text), turn, answered: null };
    // Back to what Python has already: it is not told, so its old refusal ends here.
    if (store.get(this.word) === before) this.#handed = null;
    this.place.settled();
  }

  #escape(event: KeyboardEvent): void {
    const handed = this.#handed !== null && (this.#said !== "" || this.#open);
    if (!this.#typed && !handed && !this.#stepped) return;
    // There was something to take back here; otherwise the key is the notebook's.
    event.stopPropagation();
    const back = this.#typed && !handed ? null : this.#stepped ? this.#stepped.back : this.restore;
    this.#typed = false;
    this.#handed = null;
    if (back) {
      this.#stepped = null;
      back();
    }
    this.place.settled();
  }
}

const HAIR = 1e-9;

type FieldKind = "price" | "percent" | "count" | "tokens";
// The same number to readers of either language.
const PLAIN = /^[1-9]\d*e\d+$/;
// Where the arrow keys begin that go from one round number to the next.
const FIRST = 1e12;
// Python's own limit of a quantity.
const MOST = 1e36;

/** A number that is printed as people write it, and steps with the arrow keys. */
export class NumberField {
  readonly element: HTMLElement;
  /** Why it was refused: a sentence, too long to stand under so small a field. */
  readonly error: HTMLElement;
  readonly suffix = element("span", { class: "cw-suffix cw-muted", "aria-hidden": "true" });
  readonly #field: TextField;
  #tip: Tip | undefined;
  #shown: number | null = null;

  constructor(
    private readonly word: NumberWord,
    private readonly kind: FieldKind,
    private readonly place: Place,
    private readonly options: { label: string; help?: string; placeholder?: string; step?: number; most?: () => number },
  ) {
    const { store } = place;
    const { step } = options;
    const none = store.get("tables").defaults[word]; // null where that follows from something else, or 0
    let good = store.number(word);
    this.#field = new TextField(
      word,
      place,
      (text) => {
        good = store.number(word);
        const nothing = text === "" || text.toLowerCase() === options.placeholder?.toLowerCase();
        const value = nothing ? none : this.#readable(text);
        const read = nothing || (typeof value === "number" && (value === none || this.#taken(value)));
        store.set({ [word]: read ? value : text });
        place.changed();
        return read;
      },
      () => store.set({ [word]: good }),
    );
    const { input, label } = this.#field;
    this.error = this.#field.error;
    label.append(options.label);
    attribute(input, "inputmode", "decimal");
    attribute(input, "role", "spinbutton");
    attribute(input, "placeholder", options.placeholder);
    listen(input, "keydown", place.signal, (event) => {
      const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
      if (direction === 0 || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      // From what stands here, handed over or not.
      const at = this.#readable(input.value) ?? this.#shown ?? 0;
      const beyond = step ? whole(at, step, direction) : at > 0 ? round(at, direction) : direction > 0 ? FIRST : 0;
      const next = kind === "percent" && direction < 0 ? Math.min(beyond, 1) : beyond;
      if (next !== none && !sane(next, kind)) return;
      const before = store.get(word);
      this.#shown = next; // the next key may come before the next frame
      const [text, read] = [this.#print(next), next === none || this.#taken(next)];
      this.#field.step(text, read, () => store.set({ [word]: before }));
      store.set({ [word]: read ? next : text });
      place.changed();
    });
    this.element = element(
      "div", { class: `cw-field cw-field-${word.replaceAll("_", "-")}` }, label,
      element("div", { class: "cw-box" }, input, this.suffix),
    );
    if (options.help === undefined) return;
    this.#field.help = place.id(`${word}-help`);
    this.#tip = new Tip(this.element, this.#field.help, place.signal);
    this.explain(options.help);
  }

  /** In plain words what the field is, and why it says what it says. */
  explain(...lines: string[]): void {
    this.#tip?.write(lines);
  }

  relabel(label: string, placeholder?: string): void {
    write(this.#field.label, label);
    if (placeholder !== undefined) attribute(this.#field.input, "placeholder", placeholder);
  }

  /** It goes by something else now: what was typed here is no longer asked. */
  forget(): void {
    this.#field.forget();
  }

  /** Show this value, the catalogue's or the rule's where none was given; null: nothing is known. */
  refresh(value: number | null): void {
    const { store } = this.place;
    this.#shown = value;
    const given = store.get(this.word);
    const text = value === null || !Number.isFinite(value) ? "" : this.#print(value);
    const refused = this.#field.refresh(typeof given === "string" ? given : text);
    attribute(this.#field.input, "aria-valuenow", refused ? null : value);
    attribute(this.#field.input, "aria-valuetext", (refused ? this.#field.input.value : text) || null);
  }

  /** What the picture can take; the rest Python reads, or refuses with a sentence. */
  #taken(value: number): boolean {
    return sane(value, this.kind) && value <= (this.options.most?.() ?? Infinity);
  }

  /** What needs no Python: as it is printed, or plainly a number. */
  #readable(text: string): number | null {
    const { lang } = this.place;
    return readPrinted(text, this.kind, lang) ?? (this.kind === "tokens" && PLAIN.test(text.trim()) ? Number(text) : null);
  }

  /** Nothing is told by the placeholder. */
  #print(value: number): string {
    return value === 0 ? "" : show(value, this.kind, this.place.lang);
  }
}

/** Decades: one step of a slider is one to three of the last digit printed. */
export const STEP = 0.01;

/** The next of 1, 2, 5, 10, … above or below a value; what is nearer than a step of a slider's is passed. */
export function round(value: number, direction: 1 | -1): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const all = [0.5, 1, 2, 5, 10, 20].map((each) => Number((each * power).toPrecision(1)));
  const beyond = (each: number) => direction * Math.log10(each / value) > STEP;
  return (direction > 0 ? all : all.reverse()).find(beyond) ?? value;
}

/** The next whole step; from nothing the first. */
function whole(value: number, step: number, direction: 1 | -1): number {
  const at = value / step;
  return Number(((direction > 0 ? Math.floor(at + HAIR) + 1 : Math.ceil(at - HAIR) - 1) * step).toFixed(4));
}

/** What may be given at all. */
function sane(value: number, kind: FieldKind): boolean {
  if (!Number.isFinite(value)) return false; // JSON has no infinity: it would arrive as nothing given
  if (kind === "percent") return value > 0 && value <= 1;
  if (kind === "count") return value >= 1 && Number.isInteger(value);
  if (kind === "tokens") return value >= 1 && value <= MOST;
  return value > 0;
}

/** A native select under its label. */
export class Choice {
  readonly element: HTMLElement;
  readonly #select: HTMLSelectElement;
  #tables: unknown;
  readonly error = element("p", { class: "cw-error", role: "alert", hidden: true });

  constructor(
    private readonly word: "accelerator" | "law",
    private readonly place: Place,
    label: string,
    private readonly options: () => { id: string; text: string }[],
    chosen: (id: string) => void,
  ) {
    const id = place.id(word);
    this.#select = element("select", { id, class: "cw-input", "data-word": word });
    listen(this.#select, "change", place.signal, () => {
      chosen(this.#select.value);
      place.settled();
    });
    this.element = element(
      "div", { class: `cw-field cw-field-${word}` },
      element("label", { for: id, class: "cw-label" }, label),
      element("div", { class: "cw-box cw-box-select" }, this.#select),
    );
  }

  refresh(): void {
    const tables = this.place.store.get("tables");
    if (tables !== this.#tables) {
      this.#tables = tables;
      const options = this.options().map(({ id, text }) => element("option", { value: id }, text));
      // A fit of one's own joins the laws; the rest of a new table changes no choice.
      if (options.length !== this.#select.length) this.#select.replaceChildren(...options);
    }
    const value = this.place.store.get(this.word);
    if (this.#select.value !== value) this.#select.value = value;
    const refused = this.place.store.get("status").errors[this.word] ?? "";
    attribute(this.error, "hidden", refused === "");
    write(this.error, refused);
  }
}
