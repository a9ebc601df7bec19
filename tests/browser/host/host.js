// A notebook reduced to what the widget sees of one: a model over plain state, and an element.
import widget from "/widget.js";

/** The model of the anywidget protocol. `receive` is Python writing; `saved` and `sent` are what Python got. */
class Model {
  #state;
  #changed = new Set();
  #listeners = new Map();
  saved = [];
  sent = [];

  constructor(state) {
    this.#state = { ...state };
  }

  get(name) {
    return this.#state[name];
  }

  set(name, value) {
    const values = typeof name === "object" ? name : { [name]: value };
    for (const key of this.#write(values)) this.#changed.add(key);
  }

  save_changes() {
    if (this.#changed.size === 0) return;
    const values = Object.fromEntries([...this.#changed].map((key) => [key, this.#state[key]]));
    this.#changed.clear();
    this.saved.push(structuredClone(values));
  }

  receive(values) {
    this.#write(values);
  }

  send(content) {
    this.sent.push(structuredClone(content));
  }

  on(event, listener) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event).add(listener);
  }

  off(event, listener) {
    if (event == null) this.#listeners.clear();
    else if (listener == null) this.#listeners.delete(event);
    else this.#listeners.get(event)?.delete(listener);
  }

  /** How many listeners are left: a view that is gone must leave none. */
  get listening() {
    return [...this.#listeners.values()].reduce((sum, some) => sum + some.size, 0);
  }

  // As in Backbone, every value is in place before the first listener hears of any.
  #write(values) {
    const keys = Object.keys(values).filter((key) => values[key] !== this.#state[key]);
    Object.assign(this.#state, values);
    const events = keys.map((key) => `change:${key}`);
    if (keys.length > 0) events.push("change");
    for (const event of events) for (const listener of [...(this.#listeners.get(event) ?? [])]) listener();
    return keys;
  }
}

const cleanups = [];

/** Add a view of a model to the page; returns its number. */
async function show(model) {
  const el = document.createElement("div");
  el.dataset.view = String(cleanups.length);
  document.body.append(el);
  const experimental = { invoke: () => Promise.reject(new Error("no Python here")) };
  cleanups.push(undefined);
  const cleanup = await widget.render({ model, el, experimental });
  cleanups[Number(el.dataset.view)] = cleanup;
  return Number(el.dataset.view);
}

/** Take a view off the page as a notebook does: call what render returned, then remove the element. */
async function hide(view) {
  await cleanups[view]?.();
  document.querySelector(`[data-view="${view}"]`).remove();
}

Object.assign(window, { Model, show, hide, hosted: true });
