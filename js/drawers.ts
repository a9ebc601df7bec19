// Drawers under the pictures: closed, and the label is already the answer. Labels stand in one line
// and keep their places; what is open lies below them, so nothing above moves.
import { attribute, element, listen } from "./dom";

export class Drawers {
  readonly element: HTMLElement;
  readonly #line = element("div", { class: "cw-drawer-line" });

  constructor(private readonly id: (name: string) => string, private readonly signal: AbortSignal) {
    this.element = element("div", { class: "cw-drawers" }, this.#line);
  }

  /** A drawer; `opened` hears when it is opened, to fill what is not worth keeping up to date. */
  add(name: string, label: HTMLElement, body: HTMLElement, opened = (): void => {}): void {
    const id = this.id(`drawer-${name}`);
    const button = element("button", { type: "button", class: "cw-drawer", "data-drawer": name, "aria-expanded": "false", "aria-controls": id }, label);
    const content = element("div", { id, class: `cw-drawer-body cw-drawer-${name}`, hidden: true }, body);
    listen(button, "click", this.signal, () => {
      const open = content.hidden;
      if (open) opened();
      content.hidden = !open;
      attribute(button, "aria-expanded", String(open));
    });
    this.#line.append(button);
    this.element.append(content);
  }

  /** What stands at the end of the line. */
  end(actions: HTMLElement): void {
    this.#line.append(actions);
  }
}

const ARXIV = /arXiv:(\d{4}\.\d{4,5})/g;

/** A source as it is written, arXiv numbers as links. */
export function source(text: string): (Node | string)[] {
  return text.split(ARXIV).map((part, index) =>
    index % 2
      ? element("a", { href: `https://arxiv.org/abs/${part}`, target: "_blank", rel: "noopener noreferrer" }, `arXiv:${part}`)
      : part,
  );
}
