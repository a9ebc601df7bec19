// A line that explains, on hover, focus or touch. It lies over the page and moves nothing in it.
import { attribute, element, listen } from "./dom";

/** The text under an element; whatever of `host` is pointed at, or has the focus, shows it. */
export class Tip {
  readonly element: HTMLElement;
  #text = "";

  constructor(readonly host: HTMLElement, id: string, signal: AbortSignal) {
    this.element = element("span", { class: "cw-tip", role: "tooltip", id, hidden: true });
    host.classList.add("cw-how");
    host.append(this.element);
    // Taken away with Escape it comes back when one comes back: pointer and focus both have gone.
    listen(host, "pointerleave", signal, () => host.matches(":focus-within") || attribute(host, "data-quiet", null));
    listen(host, "focusout", signal, () => host.matches(":hover") || attribute(host, "data-quiet", null));
  }

  /** Lines of text, with raised and lowered letters. Nothing to say: nothing is shown. */
  write(lines: string[]): void {
    const text = lines.filter(Boolean).join("\n");
    if (text === this.#text) return;
    this.#text = text;
    this.element.hidden = text === "";
    this.element.replaceChildren(...text.split("\n").map((line) => element("span", { class: "cw-tip-line" }, ...raised(line))));
  }
}

/** "N^α" with a raised α (letters or a number after ^), "R_D" with a lowered D (after one letter). */
export function raised(text: string): (Node | string)[] {
  return text.split(/(\^[−-]?[\p{L}\d]+(?:[.,]\d+)?|(?<=(?<!\p{L})\p{L})_\p{L}+)/u).map((part, index) => {
    if (index % 2 === 0) return part;
    return element(part.startsWith("^") ? "sup" : "sub", {}, part.slice(1));
  });
}

/** Escape hides every line that is shown within; true where there was one. */
export function hush(root: HTMLElement): boolean {
  const shown = [...root.querySelectorAll<HTMLElement>(".cw-tip")].filter((tip) => tip.getClientRects().length > 0);
  for (const tip of shown) {
    const pointed = tip.classList.contains("cw-pointed");
    tip.hidden ||= pointed;
    attribute(pointed ? tip : tip.parentElement!, "data-quiet", pointed ? tip.firstChild?.textContent : true);
  }
  return shown.length > 0;
}
