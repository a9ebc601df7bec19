// Real models without a pointer: a stop on the frontier, whose arrows go from one to the next.
import { attribute, element, listen } from "./dom";
import { show, words } from "./format";
import type { Lang, RealModel } from "./model";
import type { Spec } from "vega";
import type { Panel } from "./panel";
import type { Store } from "./store";

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, Home: -Infinity, End: Infinity };

const A_FINGER = 20; // pixels that it covers around where it is

/** What is told of a model, and where its mark is in the picture. */
export type Tell = (told: Record<string, string> | null, at: { left: number; top: number }) => void;

/** How a model is told of. */
function told({ name, params, tokens, source }: RealModel, lang: Lang): Record<string, string> {
  return { name, summary: `${show(params, "params", lang)} · ${show(tokens, "tokens", lang)}`, source };
}

/** A picture with the models in it that it names without having them. */
export function withModels(spec: Spec, models: RealModel[], lang: Lang): Spec {
  const values = models.map((model) => ({ ...model, ...told(model, lang) }));
  return { ...spec, data: (spec.data ?? []).map((table) => (table.name === "models" ? { ...table, values } : table)) };
}

export class Models {
  /** Lies over the picture, where the model's tokens are; a pointer goes through it. */
  readonly stop: HTMLElement;
  readonly #models: RealModel[];
  #at = 0;
  #told = false;

  constructor(store: Store, private readonly lang: Lang, private readonly panel: () => Panel | undefined, private readonly tell: Tell, signal: AbortSignal) {
    this.#models = [...store.get("tables").models].sort((a, b) => a.flops - b.flops);
    this.stop = element("div", {
      class: "cw-handle", role: "slider", tabindex: "0", "aria-label": store.text("ui.models"), "aria-orientation": "horizontal",
      "aria-valuemin": 1, "aria-valuemax": this.#models.length, hidden: true,
    });
    // No edge even where forced colours draw unseen ones: only the focus shows it.
    Object.assign(this.stop.style, { pointerEvents: "none", borderWidth: "0" });
    listen(this.stop, "focus", signal, () => this.#show(true));
    listen(this.stop, "blur", signal, () => this.#show(false));
    listen(this.stop, "keydown", signal, (event) => {
      const by = STEPS[event.key];
      if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.#at = Math.min(Math.max(this.#at + by, 0), this.#models.length - 1);
      this.#show(true);
    });
  }

  /** The picture is drawn, perhaps on other axes. */
  place(): void {
    const model = this.#models[this.#at];
    const at = model && this.panel()?.place(model.flops, model.tokens);
    attribute(this.stop, "hidden", !at);
    if (!model || !at) return;
    const { name, params, tokens, source } = model;
    this.stop.style.translate = `${at.left}px ${at.top}px`;
    attribute(this.stop, "aria-valuenow", this.#at + 1);
    attribute(this.stop, "aria-valuetext", [name, words(params, "params", this.lang), words(tokens, "tokens", this.lang), source].join(", "));
    if (!this.#told) return;
    this.tell(told(model, this.lang), at);
  }

  /** A finger hovers over nothing: the model it means is the nearest within its reach; none, and nothing is told. */
  tap(left: number, top: number): void {
    const panel = this.panel();
    let reach = A_FINGER;
    let meant: [RealModel, { left: number; top: number }] | null = null;
    for (const model of this.#models)
      for (const height of [model.params, model.tokens]) {
        const at = panel?.place(model.flops, height);
        const off = at ? Math.hypot(at.left - left, at.top - top) : Infinity;
        if (at && off < reach) [reach, meant] = [off, [model, at]];
      }
    this.tell(meant && told(meant[0], this.lang), meant ? meant[1] : { left, top });
  }

  #show(told: boolean): void {
    this.#told = told;
    if (told) this.place();
    else this.tell(null, { left: 0, top: 0 });
  }
}
