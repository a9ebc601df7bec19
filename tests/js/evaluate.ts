// Evaluates, for the Python tests, what the page would: reads {programs, tables, questions, specs, panels}
// as JSON from standard input, writes the answer to each question and the tables of each panel.
import { readFileSync } from "node:fs";
import { parse, View, type Spec } from "vega";
import { enough } from "../../js/equivalent";
import type { Budget, Tables, Traits, Words } from "../../js/model";
import { Program, type ProgramText } from "../../js/program";
import { inputs, type Asked } from "../../js/signals";

interface Task {
  programs: Record<string, ProgramText>;
  tables: Tables;
  questions: { family: string; words: Words; pin: Tables["pin"]; budget: Budget }[];
  specs: Record<string, Spec>;
  /** Settings of a picture, by its name in `specs`; `columns` are the ones asked for, or all. */
  panels: { spec: string; signals: Record<string, number | number[]>; columns?: string[] }[];
}

const { programs, tables: known, questions, specs, panels } = JSON.parse(readFileSync(0, "utf8")) as Task;
const ready = Object.fromEntries(
  Object.entries(programs).map(([family, text]) => [family, new Program(text)]),
);
const answers = questions.map(({ family, words, pin, budget }) => {
  const traits = { ...words, tables: { ...known, pin } } as Traits;
  const asked: Asked = { get: (name) => traits[name], number: (word) => traits[word] as number | null };
  const signals = inputs(asked, budget);
  const program = ready[family]!;
  const { inputs: start, before, after } = programs[family]!;
  program.set({ ...start, ...signals });
  program.run();
  const names = [...before, ...after].map(([name]) => name).filter((name) => name.startsWith("k_"));
  const answer = Object.fromEntries(names.map((name) => [name, program.get(name)]));
  // As the page asks: what share of the budget would do for a size of one's own.
  if (signals.k_own_params) answer.share = enough(program, { ...start, ...signals }, answer.k_loss!);
  return answer;
});

// As on the page one view takes one setting after the other, so nothing may be left of the one before.
// Tables are asked for, so nothing is drawn of them: that is nearly half the work.
const views = Object.fromEntries(
  Object.entries(specs).map(([name, spec]) => [
    name,
    new View(parse({ ...spec, marks: [], axes: [], legends: [] }), { renderer: "none" }),
  ]),
);
const tables: Record<string, object[]>[] = [];
for (const { spec: of, signals, columns } of panels) {
  const [spec, view] = [specs[of]!, views[of]!];
  const has = new Set((spec.signals ?? []).map(({ name }) => name));
  for (const [name, value] of Object.entries(signals)) if (has.has(name)) view.signal(name, value);
  await view.runAsync();
  const names = (spec.data ?? []).map(({ name }) => name);
  tables.push(Object.fromEntries(names.map((name) => [name, (view.data(name) as object[]).map((row) => numbers(row, columns))])));
}

/** The row's numbers; scene items, which hold each other, stay behind. */
function numbers(row: object, columns?: string[]): object {
  return Object.fromEntries(
    Object.entries(row).filter(([name, value]) => typeof value === "number" && (!columns || columns.includes(name))),
  );
}

// A number that is none (no chips: no days) has no JSON; null stands for it.
process.stdout.write(JSON.stringify({ answers, tables }));
