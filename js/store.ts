// The model as one view of it sees it: reads now, writes at once here and throttled to Python.
import { ended } from "./dom";
import { filled } from "./format";
import type { Model, NumberWord, Paper, Traits, Words } from "./model";
import type { Answer } from "./signals";
import { QUESTION } from "./words";

// A notebook redraws its kernel's state at every message, and takes the frames for it from ours.
const THROTTLE_MS = 100;
const CROWDED_MS = 300; // at most so long after it where frames leave no time between them
export const SILENCE_MS = 2000;

export class Store {
  /** Python has not answered for a while; `onSilence` hears when that changes. */
  silent = false;
  onSilence = (): void => {};
  /** Hears of every answer; the words it is about are here. */
  onAnswered = (): void => {};
  /** True while listeners hear of a change that was made here. */
  writing = false;

  readonly #model: Model;
  /** The view's own: in another language there is another view, though not under a hand that holds something. */
  readonly #messages: Traits["messages"];
  #specs: Traits["specs"] | undefined;
  /** The last number each word had: what stays drawn while Python reads, or refuses, a text. */
  readonly #numbers = new Map<NumberWord, number | null>();
  #saved = -Infinity;
  /** The last of Python's answers that was heard here. */
  #turn: number | undefined;
  #saving: ReturnType<typeof setTimeout> | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(model: Model, signal: AbortSignal) {
    this.#model = model;
    this.#messages = model.get("messages");
    // Python counts its answers.
    this.#turn = model.get("turn");
    this.on("turn", () => this.#answered(), signal);
    for (const word of QUESTION) this.on(word, () => this.#heard(), signal);
    ended(signal, () => {
      this.flush();
      clearTimeout(this.#waiting);
    });
  }

  /** Something set here that Python has not answered yet. */
  get pending(): boolean {
    return this.#saving !== undefined || this.#waiting !== undefined;
  }

  /** What walks expressions where a page forbids eval. */
  get interpreter(): unknown {
    return this.#model.interpreter;
  }

  /** The sizes of the pictures on paper; null where the page around says nothing of it. */
  get paper(): Paper | null {
    return this.#model.paper ?? null;
  }

  /** The page has solved this: where there is no Python, the model says what must be admitted. */
  answered(answer: Answer): void {
    this.#model.answered?.(answer);
  }

  get<K extends keyof Traits>(name: K): Traits[K] {
    return name === "specs" ? (this.#pictures() as Traits[K]) : this.#model.get(name);
  }

  /** Their titles are in a language too: with other sentences they are another view's. */
  #pictures(): Traits["specs"] {
    if (!this.#specs || this.#model.get("messages") === this.#messages) this.#specs = this.#model.get("specs");
    return this.#specs;
  }

  /** A number, null where none is given, or the last number while a text is being read. */
  number(word: NumberWord): number | null {
    const value = this.#model.get(word);
    if (typeof value === "string") return this.#numbers.get(word) ?? null;
    this.#numbers.set(word, value);
    return value;
  }

  /** A sentence, its {placeholders} filled. */
  text(code: string, values: Record<string, string> = {}): string {
    return filled(this.#messages[code] ?? code, values);
  }

  /** Here at once; to Python after the frame that shows it, with whatever else changes in the next 100 ms. */
  set(words: Partial<Words>): void {
    const changed = Object.entries(words).filter(([name, value]) => this.#model.get(name as keyof Words) !== value);
    // What Python has already is not sent, hence not answered either.
    if (changed.length === 0) return;
    this.writing = true;
    for (const [name, value] of changed) this.#model.set(name as keyof Words, value as never);
    this.writing = false;
    if (this.#saving !== undefined) return;
    this.#saving = setTimeout(() => this.#idle(), this.#saved + THROTTLE_MS - performance.now());
  }

  /** When the page has a moment: what answers it takes time from the frames. */
  #idle(): void {
    const saving = this.#saving;
    const go = () => { if (this.#saving === saving) this.#save(); };
    // Safari knows of no idle times.
    if (!globalThis.requestIdleCallback?.(go, { timeout: CROWDED_MS })) go();
  }

  /** A report, please: `saved` will hold it. */
  ask(): void {
    this.#model.set("saving", (this.#model.get("saving") ?? 0) + 1);
    this.#save();
  }

  /** It is here: nobody has to carry it any longer. */
  taken(): void {
    this.#model.set("saving", 0);
    this.#save();
  }

  /** To Python now: a drag has ended, or the view goes away. */
  flush(): void {
    if (this.#saving !== undefined) this.#save();
  }

  on(name: keyof Traits, listener: () => void, signal: AbortSignal): void {
    const event = `change:${name}`;
    this.#model.on(event, listener);
    ended(signal, () => this.#model.off(event, listener));
  }

  #save(): void {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    this.#saved = performance.now();
    this.#model.save_changes();
    this.#wait();
  }

  #wait(): void {
    // Without the count an answer that changes nothing could not be told from no answer.
    if (this.#model.live === false || this.#model.get("turn") === undefined) return;
    this.#waiting ??= setTimeout(() => this.#hush(true), SILENCE_MS);
  }

  /** A word changed without an answer: another view's, and open here too. */
  #heard(): void {
    if (!this.writing && this.#model.get("turn") === this.#turn) this.#wait();
  }

  #answered(): void {
    // In whichever order a host tells of what came in one message: its words need no answer.
    queueMicrotask(() => { this.#turn = this.#model.get("turn"); });
    this.onAnswered();
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    this.#hush(false);
  }

  #hush(silent: boolean): void {
    if (this.silent === silent) return;
    this.silent = silent;
    this.onSilence();
  }
}
