// One Vega view a picture: made once, it then follows its signals. Nothing here asks the network
// for anything.
import { Error as OnlyErrors, loader, parse, View, type Loader, type Runtime, type Spec } from "vega";
import { ended } from "./dom";

/** Numbers, and texts that a picture shows as they are. */
export type Shown = Record<string, number | string>;

/** Vega's loader that loads nothing: data comes with the specification or not at all. */
function noLoader(): Loader {
  const refuse = () => Promise.reject(new Error("pictures load nothing"));
  return Object.assign(loader(), { load: refuse, sanitize: refuse, http: refuse, file: refuse });
}

function signalsOf(spec: Spec): Set<string> {
  // A signal with a formula of its own is computed, not set.
  return new Set((spec.signals ?? []).filter((each) => !("update" in each)).map((each) => each.name));
}

/** One picture in its element, whose size it takes. */
export class Panel {
  readonly #view: View;
  readonly #settable: Set<string>;
  #running: Promise<unknown> = Promise.resolve();

  private constructor(view: View, settable: Set<string>) {
    this.#view = view;
    this.#settable = settable;
  }

  /** Resolves when the first drawing is on the page; null where the view went away meanwhile. */
  static async open(host: HTMLElement, spec: Spec, values: Shown, signal: AbortSignal): Promise<Panel | null> {
    // Named rather than inherited: Vega measures texts on a canvas, which inherits nothing.
    const font = getComputedStyle(host).fontFamily;
    const type = { text: { font }, style: { "guide-label": { font }, "guide-title": { font } } };
    const room = element(host);
    const sized: Spec = {
      ...spec,
      ...room,
      // Descenders of the axis titles reach below what Vega measures.
      padding: { top: 4, right: 1, bottom: 4, left: 1 },
      // The whole picture fits its element, labels included; axes measure themselves anew on resize.
      autosize: { type: "fit", contains: "padding", resize: true },
    };
    const runtime = parse(sized, { background: "transparent", ...type } as never) as Runtime;
    const view = new View(runtime, { renderer: "svg", container: host, loader: noLoader(), hover: true, logLevel: OnlyErrors });
    const panel = new Panel(view, signalsOf(sized));
    const svg = host.querySelector("svg");
    const sizes = new ResizeObserver(() => panel.#resize(element(host)));
    ended(signal, () => {
      sizes.disconnect();
      view.finalize();
      host.replaceChildren();
      dismantle(svg);
      void panel.#running.finally(() => dismantle(svg)); // a drawing under way goes on meanwhile
    });
    panel.#set(values);
    await panel.#run();
    if (signal.aborted) return null;
    sizes.observe(host);
    return panel;
  }

  draw(values: Shown): void {
    this.#set(values);
    void this.#run();
  }

  #run(): Promise<unknown> {
    return (this.#running = this.#view.runAsync());
  }

  /** Whether a point lies within the axes as they are drawn now. */
  shows(x: number, y: number | null): boolean {
    return within(this.#domain("x"), x) && (y === null || within(this.#domain("y"), y));
  }

  #domain(name: string): unknown {
    try {
      return (this.#view.scale(name) as { domain(): unknown }).domain();
    } catch {
      return null; // the picture has no such axis
    }
  }

  #set(values: Shown): void {
    for (const [name, value] of Object.entries(values)) if (this.#settable.has(name)) this.#view.signal(name, value);
  }

  #resize({ width, height }: { width: number; height: number }): void {
    // A cell that is folded, or in a hidden tab, has no size to draw for.
    if (width < 50 || (width === this.#view.width() && height === this.#view.height())) return;
    this.#view.width(width).height(height);
    void this.#run();
  }
}

/**
 * Vega remembers the last element it drew, and by way of it the whole view, for as long as its
 * module lives; a notebook loads the module anew for every widget and never lets go of one.
 */
function dismantle(svg: Element | null): void {
  for (const node of svg?.querySelectorAll("*") ?? []) {
    Object.assign(node, { __data__: null, __values__: null });
    node.remove();
  }
}

function within(domain: unknown, value: number): boolean {
  if (!Array.isArray(domain) || !Number.isFinite(value)) return true;
  const numbers = domain.map(Number);
  return value >= Math.min(...numbers) && value <= Math.max(...numbers);
}

function element(host: HTMLElement): { width: number; height: number } {
  return { width: host.clientWidth || 360, height: host.clientHeight || 300 };
}
