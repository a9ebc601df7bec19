// "Save report": Python writes the page, the browser keeps it.
import type { Actions } from "./actions";
import { element } from "./dom";
import type { Store } from "./store";

const FILE = "chinchilla-plan.html";
const FETCHED_MS = 10_000;

export function saveReport(store: Store, actions: Actions, signal: AbortSignal): void {
  let waiting = false;
  actions.add(store.text("ui.save"), () => {
    waiting = true;
    actions.say(store.text("ui.saving"), true);
    store.ask();
  });
  store.on("saved", () => {
    const { html, refused } = store.get("saved") ?? {};
    // Another view asked, or Python has taken it back.
    if (!waiting || (html === undefined && refused === undefined)) return;
    waiting = false;
    if (html !== undefined) keep(html);
    actions.say(refused ?? store.text("ui.saved"), refused !== undefined);
    store.taken();
  }, signal);
}

function keep(html: string): void {
  const href = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  element("a", { href, download: FILE }).click();
  // Browsers fetch it after the click has returned.
  setTimeout(() => URL.revokeObjectURL(href), FETCHED_MS);
}
