// Elements, made briefly.

type Attributes = Record<string, string | number | boolean | null | undefined>;

/** `element("p", { class: "cw-muted" }, "text")`; attributes that are false or null are left out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) attribute(made, name, value);
  made.append(...children);
  return made;
}

/** Set, or take away where the value is false or null; said again, a browser would style the element anew. */
export function attribute(on: Element, name: string, value: Attributes[string]): void {
  const text = value === true ? "" : String(value);
  if (value === null || value === undefined || value === false) on.removeAttribute(name);
  else if (on.getAttribute(name) !== text) on.setAttribute(name, text);
}

/** Write only what differs: an unchanged figure costs no layout and is not read out again. */
export function write(on: Element, text: string): void {
  const { firstChild: first } = on;
  if (on.textContent === text) return;
  // Other letters in the same node cost less than another node.
  if (text && first instanceof Text && on.lastChild === first) first.data = text;
  else on.textContent = text;
}

/** Listen until the view goes away. */
export function listen<K extends keyof HTMLElementEventMap>(
  on: HTMLElement,
  event: K,
  signal: AbortSignal,
  listener: (event: HTMLElementEventMap[K]) => void,
): void {
  on.addEventListener(event, listener, { signal });
}

/** Do this when the view goes away, once: what a signal would call again it would keep alive. */
export function ended(signal: AbortSignal, last: () => void): void {
  signal.addEventListener("abort", last, { once: true });
}

/** By how much the page around magnifies an element: slides do, and browsers where CSS says so. */
export function magnified(element: HTMLElement): number {
  return element.getBoundingClientRect().width / element.offsetWidth || 1;
}
