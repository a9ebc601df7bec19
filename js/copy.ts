// "Copy plan": a sentence, the figures as a Markdown table, and the line of Python that gives them.
import { element, ended, listen, write } from "./dom";
import type { Words } from "./model";
import { law } from "./signals";
import type { Store } from "./store";

const SAID_MS = 4000;

export class CopyPlan {
  readonly element: HTMLElement;
  /** Where the clipboard is refused: the text itself, selected. */
  readonly fallback = element("textarea", { class: "cw-copied", readonly: true, rows: 12, hidden: true });

  constructor(store: Store, signal: AbortSignal, text: () => string) {
    const said = element("span", { class: "cw-muted", role: "status" });
    const button = element("button", { type: "button", class: "cw-action" }, store.text("ui.copy"));
    let quiet: ReturnType<typeof setTimeout> | undefined;
    ended(signal, () => clearTimeout(quiet));
    this.fallback.setAttribute("aria-label", store.text("ui.copy_refused"));
    listen(button, "click", signal, async () => {
      const copied = await intoClipboard(text(), this.fallback);
      if (signal.aborted) return;
      write(said, store.text(copied ? "ui.copied" : "ui.copy_refused"));
      clearTimeout(quiet);
      if (copied) quiet = setTimeout(() => write(said, ""), SAID_MS);
    });
    this.element = element("span", { class: "cw-actions" }, button, said);
  }
}

/** True where it is there; else it stands in the field, selected. */
export async function intoClipboard(text: string, field: HTMLTextAreaElement): Promise<boolean> {
  field.value = text;
  field.hidden = true;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Older way, for pages without leave to write: it wants a selection that is on the screen.
    field.hidden = false;
    const focused = document.activeElement;
    field.select();
    const copied = document.execCommand("copy");
    field.hidden = copied;
    if (copied && focused instanceof HTMLElement) focused.focus();
    return copied;
  }
}

/** `cw.plan("$1M", chips=512)`: the words that differ from what they default to. */
export function python(store: Store): string {
  const { defaults } = store.get("tables");
  const words = (Object.keys(defaults) as (keyof Words)[]).filter((word) => word !== "budget" && store.get(word) !== defaults[word]);
  const budget = store.get("budget");
  const given = [
    ...(budget === null ? [] : [literal(budget)]),
    // A law of one's own is an object over there, not a name.
    ...words.map((word) => (word === "law" && law(store).own ? "law=law" : `${word}=${literal(store.get(word))}`)),
  ];
  return `cw.plan(${given.join(", ")})`;
}

function literal(value: unknown): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return Math.abs(value) >= 1e6 ? value.toExponential().replace("e+", "e") : String(value);
  // Printed texts hold spaces that do not break; Python reads plain ones as well.
  return JSON.stringify(String(value).replace(/[\u00a0\u202f]/g, " "));
}
