// "Save report": Python writes the page, the browser keeps it.
import type { Actions } from "./actions";
import { element, ended } from "./dom";
import { SILENCE_MS, type Store } from "./store";

const FILE = "chinchilla-plan.html";
const FETCHED_MS = 10_000;

export function saveReport(store: Store, actions: Actions, signal: AbortSignal): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  /** Given up, but it may still come: then nobody takes it, and no notebook is to carry it. */
  let late = false;
  const done = (said: string) => {
    clearTimeout(waiting);
    waiting = undefined;
    actions.say(said);
  };
  ended(signal, () => clearTimeout(waiting));
  actions.add(store.text("ui.save"), () => {
    if (waiting !== undefined) return; // one is on its way
    late = false;
    waiting = setTimeout(() => {
      late = true;
      done(store.text("ui.not_saved")); // why stands below, as for whatever else Python leaves unanswered
    }, SILENCE_MS);
    actions.say(store.text("ui.saving"), true);
    store.ask();
  });
  store.on("saved", () => {
    const { html, refused } = store.get("saved") ?? {};
    // Another view asked, or Python has taken it back.
    if ((waiting === undefined && !late) || (html === undefined && refused === undefined)) return;
    if (!late) {
      if (html !== undefined) keep(html);
      // Why there is no plan stands under the figures already.
      done(refused === undefined ? store.text("ui.saved") : refused === store.get("status").error ? store.text("ui.not_saved") : refused);
    }
    late = false;
    store.taken();
  }, signal);
}

function keep(html: string): void {
  const href = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  element("a", { href, download: FILE }).click();
  // Browsers fetch it after the click has returned.
  setTimeout(() => URL.revokeObjectURL(href), FETCHED_MS);
}
