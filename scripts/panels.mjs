// Compiles panels from Vega-Lite to Vega: JSON in, the same tree of JSON out. Run by panels.py.
import { readFileSync } from "node:fs";
import { compile } from "vega-lite";

const isSpec = (value) => "$schema" in value;
const compiled = (tree) =>
  isSpec(tree)
    ? compile(tree, { logger }).spec
    : Object.fromEntries(Object.entries(tree).map(([name, branch]) => [name, compiled(branch)]));
// A warning is a fault of the description, which nobody would see on the page.
const complain = (...said) => {
  throw new Error(said.join(" "));
};
const logger = { level: () => logger, error: complain, warn: complain, info: () => logger, debug: () => logger };

process.stdout.write(JSON.stringify(compiled(JSON.parse(readFileSync(0, "utf8")))));
