// What one can do with a plan: plain words at the end of the drawers' line, and what came of it.
import { attribute, element, ended, listen, write } from "./dom";

const SAID_MS = 4000;

export class Actions {
  readonly element: HTMLElement;
  readonly #labels = new Map<HTMLButtonElement, string>();
  readonly #said = element("span", { class: "cw-muted cw-hidden", role: "status" });
  #quiet: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly signal: AbortSignal) {
    this.element = element("span", { class: "cw-actions" }, this.#said);
    ended(signal, () => clearTimeout(this.#quiet));
  }

  add(text: string, act: (button: HTMLButtonElement) => unknown): HTMLButtonElement {
    const button = element("button", { type: "button", class: "cw-action" }, text);
    listen(button, "click", this.signal, () => void act(button));
    this.#labels.set(button, text);
    this.element.append(button);
    return button;
  }

  /** Where there is nothing to act on: they can be pressed all the same, and say why. */
  disable(none: boolean): void {
    for (const button of this.#labels.keys()) attribute(button, "aria-disabled", none ? "true" : null);
  }

  /** What came of pressing `button`: for a moment, or until something else is said. */
  say(button: HTMLButtonElement, text: string, stays = false): void {
    this.#hush();
    // On the button where it is no longer than its label: beside it, the line might break and move.
    const wide = () => button.getBoundingClientRect().width;
    const [label, width] = [this.#labels.get(button)!, wide()];
    write(button, text);
    const fits = wide() <= width;
    if (fits) button.style.minWidth = `${width}px`;
    else write(button, label);
    attribute(button, "aria-label", fits && label);
    this.#said.classList.toggle("cw-hidden", fits);
    write(this.#said, text);
    if (!stays) this.#quiet = setTimeout(() => this.#hush(), SAID_MS);
  }

  #hush(): void {
    clearTimeout(this.#quiet);
    write(this.#said, "");
    this.#said.classList.add("cw-hidden");
    for (const [button, label] of this.#labels) {
      write(button, label);
      attribute(button, "aria-label", null);
    }
  }
}
