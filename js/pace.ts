// How fast a view goes about its work: a frame here, a moment there, so that nothing waits for it;
// and at once where it is about to be printed, because paper does not wait.
import { ended } from "./dom";

export class Pace {
  readonly #waiting = new Set<() => void>();
  #printing = false;

  /** `hurry` hears that the page is about to be printed, `rest` that it is a screen again. */
  constructor(signal: AbortSignal, hurry: () => void, rest: () => void) {
    const before = () => {
      this.#printing = true;
      hurry();
      // What goes on from here waits no longer, so it is done before the printer looks.
      for (const go of [...this.#waiting]) go();
    };
    const after = () => {
      this.#printing = false;
      rest();
    };
    addEventListener("beforeprint", before, { signal });
    addEventListener("afterprint", after, { signal });
    ended(signal, () => this.#waiting.clear());
  }

  get printing(): boolean {
    return this.#printing;
  }

  /** The next frame. */
  frame(): Promise<void> {
    return this.#wait((go) => requestAnimationFrame(go));
  }

  /** After whatever else is waiting. */
  moment(): Promise<void> {
    return this.#wait((go) => setTimeout(go));
  }

  #wait(later: (go: () => void) => void): Promise<void> {
    if (this.#printing) return Promise.resolve();
    return new Promise((resolve) => {
      const go = () => {
        this.#waiting.delete(go);
        resolve();
      };
      this.#waiting.add(go);
      later(go);
    });
  }
}
