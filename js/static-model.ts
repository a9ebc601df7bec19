// A model over plain state: what Python does for a planner, as far as a report can do it alone. It
// reads the budget, refuses what it cannot read, and says what a plan must admit.
import { decided, unanswerable, unanswered } from "./answerable";
import { ends, readBudget } from "./budget-text";
import { doubts, type Sentence } from "./doubt";
import { filled, readPrinted, show } from "./format";
import type { Budget, Model, NumberWord, Paper, Report, Traits, Words } from "./model";
import { accelerator, highestMfu, isPlan, law, type Answer, type Asked } from "./signals";
import { isNumberWord, short } from "./words";

const SHARES: ReadonlySet<string> = new Set(["mfu", "goodput", "final_share", "serving_mfu"]);

export class StaticModel implements Model, Asked {
  readonly live = false;
  paper?: Paper;
  readonly first: Readonly<Traits>;
  #values: Traits;
  #good: Traits;
  readonly #report: Report;
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #told: Sentence[];
  #reading = false;
  /** Words set since they were last read: what was said of the others stands. */
  readonly #set = new Set<keyof Traits>();

  constructor(state: Traits & { report: Report }, readonly interpreter?: unknown) {
    const { report, ...traits } = state;
    this.#report = report;
    this.first = traits;
    this.#values = { ...traits };
    this.#good = { ...traits };
    this.#told = traits.status.sentences.filter(({ word }) => word !== undefined);
  }

  get<K extends keyof Traits>(name: K): Traits[K] {
    return this.#values[name];
  }

  number(word: NumberWord): number | null {
    const value = this.#values[word];
    return typeof value === "string" ? null : value;
  }

  set<K extends keyof Traits>(name: K, value: Traits[K]): void {
    this.#set.add(name); // the same again is a word as well
    if (this.#values[name] === value) return;
    this.#values[name] = value;
    this.#tell(name);
  }

  /** Several words at once, as from an address. */
  assign(words: Partial<Words>): void {
    const changed = (Object.keys(words) as (keyof Words)[]).filter((word) => words[word] !== this.#values[word]);
    Object.assign(this.#values, words);
    for (const word of Object.keys(words) as (keyof Words)[]) this.#set.add(word);
    this.#read();
    for (const word of changed) this.#tell(word);
  }

  /** Read as Python reads: after whoever set the words has returned. */
  save_changes(): void {
    if (this.#reading) return;
    this.#reading = true;
    queueMicrotask(() => this.#read());
  }

  /** Whether a number is in its word's range, which is Python's. */
  allows(word: NumberWord, value: number): boolean {
    const [least, most] = this.#report.words[word] ?? [0, Infinity];
    if (word === "chips" && !Number.isInteger(value)) return false;
    return (value >= least && value <= most) || (value === 0 && this.#report.may_be_zero.includes(word));
  }

  /** The question as it was when the report was written. */
  get words(): Words {
    return Object.fromEntries(Object.keys(this.first.tables.defaults).map((word) => [word, this.first[word as keyof Words]])) as unknown as Words;
  }

  /** Whether something else is asked by now. */
  get moved(): boolean {
    return Object.entries(this.words).some(([word, value]) => this.#values[word as keyof Words] !== value);
  }

  /** Sentences of the report, filled. */
  text(code: string, values: Record<string, string> = {}): string {
    return this.#say(`live.${code}`, values);
  }

  answered(answer: Answer): void {
    const { status, lang } = this.#values;
    const solved = isPlan(answer);
    const told = this.#told.filter(({ word }) => word && this.#values[word] === this.first[word]);
    const sentences = solved ? doubts(this, answer, this.#report, told, (code, values) => this.#say(code, values), lang) : [];
    const error = status.error ?? (solved ? null : this.#say("live.none", {}));
    // Read in this very frame, so nobody needs telling.
    this.#values.status = { ...status, sentences, error };
  }

  on(event: string, listener: () => void): void {
    const all = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, all.add(listener));
  }

  off(event: string, listener: () => void): void {
    this.#listeners.get(event)?.delete(listener);
  }

  /** Words are taken, or refused with a sentence and left as they were. */
  #read(): void {
    this.#reading = false;
    const errors = this.#standing();
    const values = this.#values;
    const refused: (keyof Words)[] = [];
    const refuse = (word: keyof Words, code: string, told: Record<string, string>) => {
      errors[word] = this.#say(`live.${code}`, told);
      refused.push(word);
    };
    const { lang } = values;
    const renamed = this.#renamed();
    if (renamed !== null) values.budget = renamed;
    const budget = values.budget === null ? null : this.#budget(values.budget);
    if (values.budget !== null && !budget) refuse("budget", values.budget.trim() ? "budget" : "empty", { text: short(values.budget), chip: accelerator(this).chip_word });
    for (const [word, value] of Object.entries(values) as [keyof Words, unknown][]) {
      if (typeof value !== "string" || !isNumberWord(word)) continue;
      const share = SHARES.has(word) ? readPrinted(value, "percent", lang) : null;
      if (share !== null) values[word] = share; // judged below, as any number is
      else refuse(word, SHARES.has(word) ? "share" : "number", { text: short(value) });
    }
    for (const [word, ends] of Object.entries(this.#report.words) as [NumberWord, [number, number]][]) {
      const value = values[word];
      if (typeof value !== "number" || this.allows(word, value)) continue;
      const [low, high] = ends.map((end) => show(end, "ratio", lang)) as [string, string];
      refuse(word, "range", { value: show(value, "ratio", lang), low, high });
    }
    const most = highestMfu(this);
    for (const word of ["mfu", "serving_mfu"] as const) {
      const mfu = this.number(word);
      if (mfu === null || mfu <= most) continue;
      // Rounded down: the limit as printed must itself be allowed.
      const limit = Math.floor(100 * most) / 100;
      refuse(word, "mfu", { mfu: show(mfu, "percent", lang), name: accelerator(this).name, limit: show(limit, "percent", lang) });
    }
    for (const word of refused) values[word] = this.#good[word] as never;
    this.#good = { ...values };
    if (budget) values.bounds = { budget };
    const pin = this.#pin();
    if (pin !== values.tables.pin) values.tables = { ...values.tables, pin };
    const error = this.#unanswered() ?? this.#unanswerable();
    values.status = { errors, error, sentences: values.status.sentences };
    for (const name of [...refused, ...(renamed === null ? [] : ["budget" as const]), "bounds", "tables", "status"] as const) this.#tell(name);
  }

  /** What was refused and is not asked anew stays refused, unless what it was judged by is another. */
  #standing(): Record<string, string> {
    const judged = this.#set.has("accelerator") || this.#set.has("dtype") || this.#set.has("peak_flops");
    const over = (word: string) => this.#set.has(word as keyof Traits) || (judged && (word === "mfu" || word === "serving_mfu"));
    const errors = Object.fromEntries(Object.entries(this.#values.status.errors).filter(([word]) => !over(word)));
    this.#set.clear();
    return errors;
  }

  #tell(name: keyof Traits): void {
    for (const listener of [...(this.#listeners.get(`change:${name}`) ?? [])]) listener();
  }

  #say(code: string, values: Record<string, string>): string {
    return filled(this.#values.messages[code] ?? code, values);
  }

  /** Hours of a chip that goes by another word are hours of the new one: the text in its word, else null. */
  #renamed(): string | null {
    const { budget } = this.#good;
    const [before, now] = [chipWord(this.#good), chipWord(this.#values)];
    if (budget === null || budget !== this.#values.budget || before === now) return null;
    const read = this.#budget(budget, before);
    if (read?.kind !== "chip_time") return null;
    return this.#hours(now).replace("{hours}", show(read.value ?? 0, "hours", this.#values.lang));
  }

  #hours(chip: string): string {
    return (this.#values.messages["ui.hours"] ?? "").replace("{chip}", chip);
  }

  /** The budget of a text, and the ends of its slider, which move only where it lies beyond. */
  #budget(text: string, chip = chipWord(this.#values)): Budget | null {
    // What Python has read already, in whatever words.
    const { budget, bounds } = this.first;
    const { value, kind, rates } = bounds.budget;
    const known = text === budget && (kind !== "chip_time" || chip === chipWord(this.first));
    if (known && value) return { ...bounds.budget, value };
    const { messages, lang } = this.#values;
    // GPU is everybody's word for a chip; any other is that chip's alone.
    const read = [chip, "GPU", "chip"]
      .map((word) => readBudget(text, lang, { flop: messages["ui.flop"] ?? "", hours: this.#hours(word) }))
      .find((each) => each !== null);
    if (!read || read.value > 1e36) return null;
    return {
      ...read,
      ...ends(this.first.tables.ranges[read.kind], read.value),
      ...(known && rates && { rates }),
    };
  }

  /** Size and tokens are given only while no budget is asked with. */
  #pin(): Traits["tables"]["pin"] {
    const { budget, tokens, target_loss } = this.#values;
    if (budget !== null && tokens === null && target_loss === null) return null;
    const { pin } = this.first.tables;
    // How sure its figures are is known for what Python was asked, and for nothing else.
    return pin && decided(this, this.first) ? { ...pin, sure: null } : pin;
  }

  /** What was fixed is answered for the words it was solved with: why it is not. */
  #unanswered(): string | null {
    const code = unanswered(this, this.first);
    return code && this.#say(code, {});
  }

  /** What Python refuses without solving anything, in its words. */
  #unanswerable(): string | null {
    const why = unanswerable(this);
    if (!why) return null;
    const { lang } = this.#values;
    const named = (word: string) => this.#values.messages[`words.${word}`] ?? word;
    const { name, chip_word: chip } = accelerator(this);
    const words = why.words.map(named).join(", ");
    const tokens = (word: "tokens" | "unique_tokens") => show(this.number(word) ?? NaN, "tokens", lang);
    const told = { name, chip, law: law(this).name, word: words, words, tokens: tokens("tokens"), unique: tokens("unique_tokens") };
    const sentence = this.#say(why.code, told);
    return `${sentence.charAt(0).toLocaleUpperCase()}${sentence.slice(1)}`;
  }
}

function chipWord(traits: Readonly<Traits>): string {
  return traits.tables.accelerators.find(({ id }) => id === traits.accelerator)?.chip_word ?? "";
}
