// Compiles panels from Vega-Lite to Vega: JSON in, the same tree of JSON out. Run by panels.py.
// Each is then drawn with the Vega that the page has, so that none can need more than that.
import { build } from "esbuild";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "vega-lite";
import { lighten } from "./lighten.mjs";
import { slim } from "./slim.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const isSpec = (value) => "$schema" in value || "marks" in value;
const every = (tree, made) =>
  isSpec(tree) ? made(tree) : Object.fromEntries(Object.entries(tree).map(([name, branch]) => [name, every(branch, made)]));
// A warning is a fault of the description, which nobody would see on the page.
const complain = (...said) => {
  throw new Error(said.join(" "));
};
const silent = { level: () => silent, warn: () => silent, info: () => silent, debug: () => silent };
const strict = { ...silent, level: () => strict, warn: complain, error: complain };

const compiled = every(JSON.parse(readFileSync(0, "utf8")), (spec) => lighten(compile(spec, { logger: strict }).spec));
const { parse, View } = await pageVega();
const drawn = [];
every(compiled, (spec) => {
  const faults = [];
  const logger = { ...silent, level: () => logger, error: (...said) => faults.push(said.join(" ")) };
  const view = new View(parse(spec), { renderer: "none", logger });
  drawn.push(view.runAsync().then(() => (faults.length > 0 ? complain(...faults) : view.finalize())));
});
await Promise.all(drawn);
process.stdout.write(JSON.stringify(compiled));

async function pageVega() {
  const out = mkdtempSync(join(root, "node_modules", ".vega-"));
  const outfile = join(out, "vega.mjs");
  try {
    await build({
      absWorkingDir: root, entryPoints: ["scripts/vega.mjs"], outfile, bundle: true, format: "esm", platform: "browser",
      target: "es2022", define: { "define.amd": "false" }, plugins: [slim], logLevel: "warning",
    });
    return await import(outfile);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
