// What a person was doing, carried over to the view that comes in its place: in another language it
// is made anew, with the same controls in the same order.
/** Tells a field that what was put into it was refused where it stood before. */
export const REFUSED = "cw-refused";
const CONTROLS = ["input", "select", "textarea", "button", "a[href]", "[tabindex]"].join();

/** Takes down which drawers are open, where the focus is and what is being typed there; returns how to go on. */
export function carried(root: HTMLElement): (anew: HTMLElement) => void {
  const controls = (of: HTMLElement) => [...of.querySelectorAll<HTMLElement>(CONTROLS)];
  const opened = (of: HTMLElement) => [...of.querySelectorAll<HTMLElement>("[data-drawer]")];
  const open = opened(root).map((drawer) => drawer.getAttribute("aria-expanded") === "true");
  const page = root.getRootNode() as Document | ShadowRoot;
  const focus = page.activeElement instanceof HTMLElement ? page.activeElement : null;
  const at = focus ? controls(root).indexOf(focus) : -1;
  // What was refused is to be mended, like what is not finished.
  const refused = controls(root).flatMap((each, index) => (each instanceof HTMLInputElement && each.matches("[aria-invalid]") ? [{ index, text: each.value }] : []));
  const typed = focus instanceof HTMLInputElement && focus.matches("[data-typed]")
    ? { text: focus.value, from: focus.selectionStart, to: focus.selectionEnd }
    : null;
  return (anew) => {
    opened(anew).forEach((drawer, index) => open[index] && drawer.click());
    const all = controls(anew);
    for (const { index, text } of refused) {
      const field = all[index];
      if (!(field instanceof HTMLInputElement)) continue;
      field.value = text;
      field.dispatchEvent(new Event(REFUSED));
    }
    const again = all[at];
    if (!again) return;
    const focus = () => again.focus({ preventScroll: true });
    if (again.hidden) {
      // A handle waits for its picture; whoever went elsewhere meanwhile stays there.
      const waiting = new MutationObserver(() => {
        if (again.hidden) return;
        waiting.disconnect();
        if (page.activeElement === null || page.activeElement === document.body) focus();
      });
      waiting.observe(again, { attributes: true, attributeFilter: ["hidden"] });
    } else focus();
    if (!typed || !(again instanceof HTMLInputElement)) return;
    again.value = typed.text;
    again.setSelectionRange(typed.from, typed.to);
    again.dispatchEvent(new Event("input", { bubbles: true }));
  };
}
