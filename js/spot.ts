// Spot instead of on demand, where the catalogue knows what spot costs: a switch in the price's field.
import type { Place } from "./controls";
import { attribute, element, listen } from "./dom";
import { accelerator } from "./signals";

export class Spot {
  readonly element: HTMLButtonElement;

  constructor(private readonly place: Place) {
    const { store, signal } = place;
    this.element = element(
      "button", { type: "button", class: "cw-switch", "data-word": "price_kind", "aria-label": store.text("ui.spot_instead") },
      store.text("ui.spot"),
    );
    listen(this.element, "click", signal, () => {
      // What was given was a price of the other kind.
      store.set({ price_kind: this.on ? "on-demand" : "spot", price_per_hour: null });
      place.changed();
      store.flush();
      place.settled();
    });
  }

  get on(): boolean {
    return this.place.store.get("price_kind") === "spot";
  }

  refresh(): void {
    // Where there is no spot price to choose, there is still one to leave.
    this.element.hidden = !this.on && accelerator(this.place.store).prices.spot === null;
    attribute(this.element, "aria-pressed", String(this.on));
  }
}
