// The widget without a kernel: in a report's page, in an output of a notebook, and in hosts of
// anywidget's front-end format that have no Python. What Python sent once is all there is.
import { expressionInterpreter } from "vega-interpreter";
import { Actions } from "./actions";
import { copy, copyField } from "./copy";
import { attribute, element, write } from "./dom";
import { view } from "./index";
import * as address from "./location";
import type { Budget, Model, Paper, Report, Traits, Words } from "./model";
import { Program } from "./program";
import { inputs, isPlan, law, OUTPUTS, type Answer, type Asked } from "./signals";
import { StaticModel } from "./static-model";

// As report.css shares a sheet out: drawn so, pictures shrink alike and stand level.
const PAPER: Paper = { isoflop: 370, frontier: 370, loss: 280, height: 270 };

// Browsers refuse to rename a page at every frame of a drag.
const AT_REST_MS = 250;

type State = Traits & { report: Report };

/** Show a plan that lives in `state` alone; returns how to take it away. */
export function mount(el: HTMLElement, state: State): () => void {
  const gone = new AbortController();
  view(new StaticModel(state, expressionInterpreter), el, gone.signal);
  return () => {
    gone.abort();
    el.replaceChildren();
  };
}

/** The same as a page: its address opens a scenario, and there is a way back to the plan as saved. */
export function page(el: HTMLElement, state: State): void {
  const model = new StaticModel(state, expressionInterpreter);
  model.paper = PAPER;
  const problem = element("p", { class: "rp-problem", role: "alert", hidden: true });
  const moved = document.querySelectorAll<HTMLElement>("[data-moved]");
  const [page] = location.href.split("#");
  let opening = false;
  let rest: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    clearTimeout(rest);
    opening = true;
    write(problem, address.open(model, location.hash, () => isPlan(solve(model, { value: null, ...model.get("bounds").budget }))));
    opening = false;
    problem.hidden = problem.textContent === "";
  };
  open();
  addEventListener("hashchange", open);
  el.before(problem);
  view(model, el, new AbortController().signal); // as long as the page

  const text = (code: string) => model.text(code);
  const actions = new Actions(new AbortController().signal); // the page and this end together
  const field = copyField(text("link"), 2);
  const said = (code: string) => model.get("messages")[code] ?? "";
  actions.add(text("link"), async (button) => {
    const copied = await copy(`${page}#${address.write(model)}`, field);
    actions.say(button, said(copied ? "ui.copied" : "ui.copy_refused"), !copied);
  });
  const back = actions.add(text("back"), () => {
    model.assign(model.words);
    rename("");
    el.querySelector<HTMLElement>("[data-word='budget']")?.focus();
  });
  el.querySelector(".cw-actions")?.append(actions.element);
  el.querySelector(".cw-drawers")?.append(field);

  const rename = (hash: string) => {
    try {
      history.replaceState(null, "", page + (hash && `#${hash}`));
    } catch {
      // Some browsers let no page of a file's do it: then its address stays as it was opened.
    }
  };
  const mark = () => {
    attribute(back, "hidden", !model.moved);
    attribute(el, "data-otherwise", model.moved);
    for (const each of moved) attribute(each, "hidden", !model.moved);
  };
  const follow = () => {
    mark();
    if (opening) return;
    // The reader has moved on: what the address asked is no longer what is shown.
    problem.hidden = true;
    clearTimeout(rest);
    rest = setTimeout(() => rename(address.write(model)), AT_REST_MS);
  };
  for (const word of Object.keys(model.words) as (keyof Words)[]) model.on(`change:${word}`, follow);
  mark();
}

const NAMES: (keyof State)[] = ["specs", "tables", "bounds", "status", "messages", "report"];

/** anywidget's front-end format, where `model` only holds what a file gave it. */
export function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const get = (name: string) => model.get(name as keyof Traits) as unknown;
  const words = Object.keys((get("tables") as Traits["tables"]).defaults);
  const state = Object.fromEntries([...NAMES, ...words].map((name) => [name, get(name)]));
  return mount(el, state as unknown as State);
}

/** What the page answers a budget with, to all its digits. */
export function answer(state: State, budget: Pick<Budget, "kind" | "value">): Answer {
  return solve(new StaticModel(state), budget);
}

function solve(asked: Asked, budget: Pick<Budget, "kind" | "value">): Answer {
  const { family } = law(asked);
  const specs = asked.get("specs")[family];
  if (!specs) throw new Error(`no solver for ${family}`);
  const program = new Program(specs.solver);
  program.set(inputs(asked, budget));
  program.run();
  return Object.fromEntries(OUTPUTS.map((name) => [name, program.get(name)])) as Answer;
}

export default { render };
