// What one can do with a plan: plain words at the end of the drawers' line, and what came of it.
import { attribute, element, ended, listen, write } from "./dom";

const SAID_MS = 4000;

export class Actions {
  readonly element: HTMLElement;
  readonly #buttons: HTMLButtonElement[] = [];
  readonly #said = element("span", { class: "cw-muted", role: "status" });
  #quiet: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly signal: AbortSignal) {
    this.element = element("span", { class: "cw-actions" }, this.#said);
    ended(signal, () => clearTimeout(this.#quiet));
  }

  add(text: string, act: () => unknown): HTMLButtonElement {
    const button = element("button", { type: "button", class: "cw-action" }, text);
    listen(button, "click", this.signal, () => void act());
    this.#buttons.push(button);
    this.element.append(button);
    return button;
  }

  /** Where there is nothing to act on: they can be pressed all the same, and say why. */
  disable(none: boolean): void {
    for (const button of this.#buttons) attribute(button, "aria-disabled", none ? "true" : null);
  }

  /** For a moment, or until something else is said. */
  say(text: string, stays = false): void {
    if (this.signal.aborted) return;
    write(this.#said, text);
    clearTimeout(this.#quiet);
    if (!stays) this.#quiet = setTimeout(() => write(this.#said, ""), SAID_MS);
  }
}
