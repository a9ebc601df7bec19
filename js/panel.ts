// One Vega view a picture: made once, it then follows its signals. Nothing here asks the network
// for anything.
import { Error as OnlyErrors, loader, parse, View, type Loader, type Runtime, type Spec } from "vega";
import { ended } from "./dom";

/** Numbers, texts that a picture shows as they are, and tables. */
export type Shown = Record<string, number | string | number[]>;

/** Vega's loader that loads nothing: data comes with the specification or not at all. */
function noLoader(): Loader {
  const refuse = () => Promise.reject(new Error("pictures load nothing"));
  return Object.assign(loader(), { load: refuse, sanitize: refuse, http: refuse, file: refuse });
}

function signalsOf(spec: Spec): Set<string> {
  // A signal with a formula of its own is computed, not set.
  return new Set((spec.signals ?? []).filter((each) => !("update" in each)).map((each) => each.name));
}

interface Scale {
  (value: number): number;
  domain(): unknown;
  invert?(position: number): number;
}

type Tooltip = (handler: unknown, event: MouseEvent | undefined, item: unknown, told: unknown) => void;

/** What is under the pointer, as the picture names it; null when nothing is. */
export type Told = Record<string, string> | null;

/** One picture in its element, whose size it takes. */
export class Panel {
  readonly #view: View;
  readonly #settable: Set<string>;
  readonly #host: HTMLElement;
  #running: Promise<unknown> = Promise.resolve();

  private constructor(view: View, settable: Set<string>, host: HTMLElement) {
    this.#view = view;
    this.#host = host;
    this.#settable = settable;
  }

  /** Resolves when the first drawing is on the page; null where the view went away meanwhile. */
  static async open(host: HTMLElement, spec: Spec, values: Shown, signal: AbortSignal, interpreter?: unknown): Promise<Panel | null> {
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
    // A report's page forbids eval: there expressions stay trees, and an interpreter walks them.
    const ast = interpreter ? { ast: true, expr: interpreter } : {};
    const runtime = parse(sized, { background: "transparent", ...type } as never, ast as never) as Runtime;
    // Vega would put a form for input elements beside the picture; browsers remember every form there was.
    const bind = document.createElement("div");
    const tooltip: Tooltip = (_handler, event, _item, told) => panel.onPoint(typeof told === "string" ? { told } : ((told ?? null) as Told), event);
    const options = { renderer: "svg", container: host, bind, tooltip, loader: noLoader(), hover: true, logLevel: OnlyErrors, ...ast } as const;
    const view = new View(runtime, options as never);
    const panel = new Panel(view, signalsOf(sized), host);
    const svg = host.querySelector("svg");
    const sizes = new ResizeObserver(() => void panel.#resize(element(host)));
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

  /** Resolves when it is on the page, within the frame. */
  async draw(values: Shown): Promise<void> {
    this.#set(values);
    await this.#run();
  }

  /** Hears of what is pointed at. */
  onPoint: (told: Told, event: MouseEvent | undefined) => void = () => {};

  #run(): Promise<unknown> {
    return (this.#running = this.#view.runAsync());
  }

  /** Whether a point lies within the axes as they are drawn now. */
  shows(x: number, y: number | null): boolean {
    return within(this.#domain("x"), x) && (y === null || within(this.#domain("y"), y));
  }

  /** Where a point lies in the picture's element, in pixels; null where the axes don't reach. */
  place(x: number, y: number): { left: number; top: number } | null {
    const [across, up] = [this.#scale("x"), this.#scale("y")];
    if (!across || !up || !this.shows(x, y)) return null;
    const [left = 0, top = 0] = this.#origin();
    return { left: left + across(x), top: top + up(y) };
  }

  /** What the horizontal axis says at a distance from the element's left edge. */
  across(left: number): number {
    return this.#scale("x")?.invert?.(left - (this.#origin()[0] ?? 0)) ?? NaN;
  }

  /** The ends of the horizontal axis. */
  get ends(): [number, number] {
    const domain = this.#domain("x");
    return Array.isArray(domain) ? [Number(domain[0]), Number(domain[1])] : [NaN, NaN];
  }

  #origin(): number[] {
    const padding = this.#view.padding() as { left: number; top: number };
    const [left = 0, top = 0] = this.#view.origin() as number[];
    return [left + padding.left, top + padding.top];
  }

  #scale(name: string): Scale | null {
    try {
      return this.#view.scale(name) as Scale;
    } catch {
      return null; // the picture has no such axis
    }
  }

  #domain(name: string): unknown {
    return this.#scale(name)?.domain() ?? null;
  }

  #set(values: Shown): void {
    for (const [name, value] of Object.entries(values)) if (this.#settable.has(name)) this.#view.signal(name, value);
  }

  /** Hears when the picture has taken another size. */
  onResize = (): void => {};

  /** Of this size, whatever its element's is; null: of its element's again. */
  fit(size: { width: number; height: number } | null): Promise<void> {
    return this.#resize(size ?? element(this.#host));
  }

  async #resize({ width, height }: { width: number; height: number }): Promise<void> {
    // A cell that is folded, or in a hidden tab, has no size to draw for.
    if (width < 50 || (width === this.#view.width() && height === this.#view.height())) return;
    this.#view.width(width).height(height);
    await this.#run();
    this.onResize();
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
