// "Save report": Python writes the page, the browser keeps it.
import type { Actions } from "./actions";
import { element, ended } from "./dom";
import { SILENCE_MS, type Store } from "./store";

const FILE = "chinchilla-plan.html";
const FETCHED_MS = 10_000;

export function saveReport(store: Store, actions: Actions, signal: AbortSignal): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  /** Asked for and not here yet; a busy Python may still send what one no longer waits for. */
  let asked = false;
  const done = (said: string) => {
    clearTimeout(waiting);
    waiting = undefined;
    actions.say(button, said);
  };
  ended(signal, () => clearTimeout(waiting));
  const button = actions.add(store.text("ui.save"), () => {
    if (waiting !== undefined) return; // one is on its way
    asked = true;
    // Why stands below, as for whatever else Python leaves unanswered.
    waiting = setTimeout(() => done(store.text("ui.not_saved")), SILENCE_MS);
    actions.say(button, store.text("ui.saving"), true);
    store.ask();
  });
  store.on("saved", () => {
    const { html, refused } = store.get("saved") ?? {};
    // Another view asked, or Python has taken it back.
    if (!asked || (html === undefined && refused === undefined)) return;
    asked = false;
    if (html !== undefined) keep(html);
    // Why there is no plan stands under the figures already.
    done(refused === undefined ? store.text("ui.saved") : refused === store.get("status").error ? store.text("ui.not_saved") : refused);
    store.taken();
  }, signal);
}

function keep(html: string): void {
  const href = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  element("a", { href, download: FILE }).click();
  // Browsers fetch it after the click has returned.
  setTimeout(() => URL.revokeObjectURL(href), FETCHED_MS);
}
