import assert from "node:assert/strict";
import { mock, test, type TestContext } from "node:test";
import type { Model } from "../../js/model";
import { Store } from "../../js/store";

/** A model that keeps what Python was told; `answer` is Python writing. */
function host(traits: Record<string, unknown>) {
  const listeners = new Map<string, Set<() => void>>();
  const saved: unknown[] = [];
  const heard = (name: string) => listeners.get(`change:${name}`)?.forEach((listener) => listener());
  const model = {
    get: (name: string) => traits[name],
    set: (name: string, value: unknown) => {
      traits[name] = value;
      heard(name);
    },
    save_changes: () => saved.push({ ...traits }),
    on: (event: string, listener: () => void) => {
      if (!listeners.has(event)) listeners.set(event, new Set());
      listeners.get(event)?.add(listener);
    },
    off: (event: string, listener: () => void) => listeners.get(event)?.delete(listener),
  };
  const listening = () => [...listeners.values()].reduce((sum, some) => sum + some.size, 0);
  const answer = (name: string, value: unknown) => {
    traits[name] = value;
    heard(name);
  };
  return { model: model as unknown as Model, saved, answer, listening };
}

function clock(t: TestContext) {
  mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  const original = performance.now.bind(performance);
  performance.now = () => now;
  t.after(() => {
    mock.timers.reset();
    performance.now = original;
  });
  return (ms: number) => {
    now += ms;
    mock.timers.tick(ms);
  };
}

test("a drag reaches Python in the first frame, then every 100 ms, then as it ends", (t) => {
  const pass = clock(t);
  const { model, saved } = host({ budget: "", status: {} });
  const store = new Store(model, new AbortController().signal);
  const budgets = () => saved.map((each) => (each as { budget: string }).budget);
  for (let step = 0; step < 12; step += 1) {
    store.set({ budget: `$${step}` });
    pass(20);
  }
  assert.deepEqual(budgets(), ["$0", "$5", "$10"]);
  store.set({ budget: "$12" });
  store.flush();
  assert.deepEqual(budgets(), ["$0", "$5", "$10", "$12"]);
  pass(1000);
  assert.equal(saved.length, 4, "nothing more to say");
});

test("frames come first: where they leave no time Python hears less often", (t) => {
  const pass = clock(t);
  const page = globalThis as { requestIdleCallback?: unknown };
  t.after(() => delete page.requestIdleCallback);
  // A page that has never a moment.
  page.requestIdleCallback = (go: () => void, { timeout }: { timeout: number }) => setTimeout(go, timeout);
  const { model, saved } = host({ budget: "", status: {} });
  const store = new Store(model, new AbortController().signal);
  for (let step = 0; step < 40; step += 1) {
    store.set({ budget: `$${step}` });
    pass(20);
  }
  assert.deepEqual(saved.map((each) => (each as { budget: string }).budget), ["$15", "$35"]);
  store.set({ budget: "$40" });
  store.flush();
  assert.equal(saved.length, 3, "the end of a drag waits for no moment");
  pass(1000);
  assert.equal(saved.length, 3, "and the moment that comes has nothing to say");
});

test("what Python has already is not sent again", (t) => {
  clock(t);
  const { model, saved } = host({ budget: "$1M", status: {} });
  new Store(model, new AbortController().signal).set({ budget: "$1M" });
  assert.equal(saved.length, 0);
});

test("while Python reads a text, the last number stands", () => {
  const traits: Record<string, unknown> = { mfu: 0.4, status: {} };
  const store = new Store(host(traits).model, new AbortController().signal);
  assert.equal(store.number("mfu"), 0.4);
  traits.mfu = "two fifths";
  assert.equal(store.number("mfu"), 0.4);
  traits.mfu = null;
  assert.equal(store.number("mfu"), null);
});

test("no answer in two seconds is said, and unsaid by the next answer", (t) => {
  const pass = clock(t);
  const { model, answer } = host({ budget: "$1M", turn: 1 });
  const store = new Store(model, new AbortController().signal);
  let heard = 0;
  store.onSilence = () => (heard += 1);
  store.set({ budget: "$2M" });
  pass(10);
  pass(1900);
  assert.equal(store.silent, false);
  pass(200);
  assert.equal(store.silent, true);
  answer("turn", 2);
  assert.equal(store.silent, false);
  assert.equal(heard, 2);
});

test("where no Python is, nobody waits for it", (t) => {
  const pass = clock(t);
  const { model } = host({ budget: "$1M", turn: 1 });
  const store = new Store(Object.assign(model, { live: false }), new AbortController().signal);
  store.set({ budget: "$2M" });
  pass(5000);
  assert.equal(store.silent, false);
});

test("a view that goes away says its last word and stops listening", (t) => {
  clock(t);
  const { model, saved, listening } = host({ budget: "$1M", status: {} });
  const gone = new AbortController();
  const store = new Store(model, gone.signal);
  store.on("budget", () => {}, gone.signal);
  store.set({ budget: "$2M" });
  store.set({ budget: "$3M" });
  gone.abort();
  assert.deepEqual((saved.at(-1) as { budget: string }).budget, "$3M");
  assert.equal(listening(), 0);
});

test("sentences have their placeholders filled", () => {
  const { model } = host({ messages: { "ui.flop": "{flops} FLOP of {what}" }, status: {} });
  const store = new Store(model, new AbortController().signal);
  assert.equal(store.text("ui.flop", { flops: "10²¹" }), "10²¹ FLOP of {what}");
});
