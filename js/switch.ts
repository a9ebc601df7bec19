// A switch inside a field: between two values of a word.
import type { Place } from "./controls";
import { attribute, element, listen } from "./dom";
import type { Words } from "./model";

export class Switch {
  readonly element: HTMLButtonElement;

  /** `turned`: what is asked when it is on, or off. */
  constructor(place: Place, word: keyof Words, { says, means }: { says: string; means: string }, turned: (on: boolean) => Partial<Words>) {
    this.element = element("button", { type: "button", class: "cw-switch", "data-word": word, "aria-label": means }, says);
    listen(this.element, "click", place.signal, () => {
      place.store.set(turned(!this.#on));
      place.settled();
    });
  }

  #on = false;

  refresh(on: boolean, hidden = false): void {
    this.#on = on;
    attribute(this.element, "hidden", hidden);
    attribute(this.element, "aria-pressed", String(on));
  }
}
