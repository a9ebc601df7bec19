// What else a budget pays for: tokens that cost money or run out, and a model that is served. Each has
// a drawer: its label says what is asked, its last line what that takes of the whole.
import { NumberField, type Place } from "./controls";
import { element, write } from "./dom";
import { show } from "./format";
import { highestMfu, law, mfu, pricePerHour, type Answer } from "./signals";
import { Switch } from "./switch";

class Term {
  readonly label = element("span");
  readonly body: HTMLElement;
  readonly #takes = element("p", { class: "cw-follows cw-muted" });

  constructor(fields: NumberField[]) {
    this.body = element(
      "div", {}, element("div", { class: "cw-terms" }, ...fields.map((each) => each.element)),
      ...fields.map((each) => each.error), this.#takes,
    );
  }

  write(label: string, takes: string): void {
    write(this.label, label);
    write(this.#takes, takes);
  }
}

export class Terms {
  readonly data: Term;
  readonly serving: Term;
  readonly #price: NumberField;
  readonly #unique: NumberField;
  readonly #once: Switch;
  readonly #served: NumberField;
  readonly #mfu: NumberField;
  readonly #rate: NumberField;

  constructor(private readonly place: Place) {
    const text = (name: string, values?: Record<string, string>) => place.store.text(`ui.${name}`, values);
    this.#price = new NumberField("token_price", "price", place, { label: text("token_price"), placeholder: text("data_free"), step: 0.05 });
    this.#unique = new NumberField("unique_tokens", "tokens", place, { label: text("assume_unique_tokens"), placeholder: text("unlimited") });
    this.#once = new Switch(place, "repeats", { says: text("once"), means: text("once_means") }, (on) => ({ repeats: !on }));
    this.#unique.suffix.after(this.#once.element);
    this.data = new Term([this.#price, this.#unique]);

    this.#served = new NumberField("served_tokens", "tokens", place, { label: text("assume_served_tokens"), placeholder: text("serving_none") });
    this.#mfu = new NumberField("serving_mfu", "percent", place, { label: text("serving_mfu"), step: 0.01, most: () => highestMfu(place.store) });
    this.#rate = new NumberField("serving_price_per_hour", "price", place, {
      label: text("serving_rate", { chip: place.chip() }), placeholder: text("price_placeholder"), step: 0.05,
    });
    this.serving = new Term([this.#served, this.#mfu, this.#rate]);
  }

  refresh(answer: Answer): void {
    const { store, lang } = this.place;
    const text = (name: string, values?: Record<string, string>) => store.text(`ui.${name}`, values);
    const [price, unique, served] = [store.number("token_price") ?? 0, store.number("unique_tokens"), store.number("served_tokens") ?? 0];
    const once = store.get("repeats") === false;
    this.#price.refresh(price);
    this.#unique.refresh(unique);
    this.#once.refresh(once);
    const stock = unique === null ? text("data_unlimited") : text("data_unique", { tokens: show(unique, "tokens", lang) });
    this.data.write(
      text("data_is", { price: price > 0 ? text("data_price", { price: show(price, "price", lang) }) : text("data_free"), stock }) + (once ? text("data_once") : ""),
      this.#takes("data", answer.k_dollars_data, answer),
    );

    this.#served.refresh(served);
    // As in training, until given.
    this.#mfu.refresh(store.number("serving_mfu") ?? mfu(store));
    this.#rate.relabel(text("serving_rate", { chip: this.place.chip() }));
    this.#rate.refresh(store.number("serving_price_per_hour") ?? pricePerHour(store));
    this.serving.write(
      text("serving_is", { what: served > 0 ? text("serving_tokens", { tokens: show(served, "tokens", lang) }) : text("serving_none") }),
      this.#takes("serving", answer.k_dollars_serving, answer),
    );
  }

  #takes(term: "data" | "serving", dollars: number, answer: Answer): string {
    const { store, lang } = this.place;
    const { family, name } = law(store);
    if (family !== "parametric") return store.text("ui.terms_no_surface", { name });
    if (dollars > 0) {
      const share = show(dollars / answer.k_dollars, "percent", lang);
      return store.text(`ui.${term}_takes`, { dollars: show(dollars, "money", lang), share, total: show(answer.k_dollars, "money", lang) });
    }
    // Data has a price in dollars alone; serving takes compute, whatever that costs.
    const share = (answer.k_serving_per_param * answer.k_params) / answer.k_total_flops;
    return term === "serving" && share > 0 ? store.text("ui.serving_takes_compute", { share: show(share, "percent", lang) }) : store.text(`ui.${term}_hint`);
  }
}
