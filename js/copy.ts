// "Copy plan": a sentence, the figures as a Markdown table, and the line of Python that gives them.
import type { Actions } from "./actions";
import { element } from "./dom";
import type { Words } from "./model";
import { law } from "./signals";
import type { Store } from "./store";
import { isNumberWord } from "./words";

/** Returns where the text stands, selected, where the clipboard is refused. */
export function copyPlan(store: Store, actions: Actions, text: () => Promise<string | null>): HTMLTextAreaElement {
  const field = copyField(store.text("ui.copy_refused"), 12);
  actions.add(store.text("ui.copy"), async (button) => {
    const plan = await text();
    if (plan === null) return actions.say(button, store.text("ui.no_plan"));
    const copied = await copy(plan, field);
    actions.say(button, store.text(copied ? "ui.copied" : "ui.copy_refused"), !copied);
  });
  return field;
}

export function copyField(label: string, rows: number): HTMLTextAreaElement {
  return element("textarea", { class: "cw-copied", readonly: true, rows, hidden: true, "aria-label": label });
}

/** True where it is there; else it stands in the field, selected. */
export async function copy(text: string, field: HTMLTextAreaElement): Promise<boolean> {
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

/** `cw.plan("$1M", chips=512)`: the words of the plan shown that differ from what they default to. */
export function python(store: Store, budget = store.get("budget")): string {
  const { defaults } = store.get("tables");
  // A number that is text is being read, or refused: the plan shown has the one before.
  const value = (word: keyof Words) => (isNumberWord(word) ? store.number(word) : store.get(word));
  const words = (Object.keys(defaults) as (keyof Words)[]).filter((word) => word !== "budget" && value(word) !== defaults[word]);
  const given = [
    ...(budget === null ? [] : [literal(budget)]),
    // A law of one's own is an object over there, not a name.
    ...words.map((word) => (word === "law" && law(store).own ? "law=law" : `${word}=${literal(value(word))}`)),
  ];
  const { again } = law(store);
  return `${again ? `law = ${again}\n` : ""}cw.plan(${given.join(", ")})`;
}

function literal(value: unknown): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return Math.abs(value) >= 1e6 ? value.toExponential().replace("e+", "e") : String(value);
  // Printed texts hold spaces that do not break; Python reads plain ones as well.
  return JSON.stringify(String(value).replace(/[\u00a0\u202f]/g, " "));
}
