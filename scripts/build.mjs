// Bundles the front end: js/index.ts -> static/widget.js, js/style.css -> static/widget.css, and the
// licences of what is inside -> static/LICENSES.txt. What a notebook is given, and keeps with every widget it
// saves, is widget.js packed: static/widget.packed.js. A report carries report.js, the same widget over plain state
// with Vega's interpreter, as a script that a page may name by its hash; it is kept gzipped. report.start.js unpacks it.
// --watch rebuilds on every change (make dev), unminified and with source maps.
import zopfli from "@gfx/zopfli";
import { context } from "esbuild";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { slim } from "./slim.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "src", "chinchilla_widget", "static");
const watch = process.argv.includes("--watch");

const common = {
  absWorkingDir: root,
  outdir: out,
  bundle: true,
  platform: "browser",
  target: "es2022",
  // A script of ASCII alone takes half the memory: one letter outside it and engines keep two bytes for each.
  charset: "ascii",
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  legalComments: "none",
  metafile: true,
  // Some of Vega's dependencies would rather register with a page's AMD loader (pages that nbconvert
  // writes have one) than be part of this bundle.
  define: { "define.amd": "false" },
  // A module with top-level await could not be wrapped into a function by a host.
  supported: { "top-level-await": false },
  logLevel: "warning",
};
const bundle = await context({
  ...common,
  entryPoints: [
    { in: "js/index.ts", out: "widget" },
    { in: "js/style.css", out: "widget" },
    { in: "js/report.css", out: "report" },
  ],
  format: "esm",
  plugins: [slim, { name: "pack", setup: (build) => build.onEnd(pack) }],
});
const report = await context({
  ...common,
  entryPoints: [{ in: "js/report.ts", out: "report" }],
  format: "iife",
  globalName: "chinchilla_widget",
  write: false,
  plugins: [slim, { name: "zip", setup: (build) => build.onEnd(zip) }],
});

const start = await context({
  ...common,
  entryPoints: [{ in: "js/report-start.ts", out: "report.start" }],
  format: "iife",
});
const all = [bundle, report, start];

if (watch) {
  // What a watch leaves behind must not pass for a finished build.
  rmSync(join(out, "bundle.sha256"), { force: true });
  for (const each of all) await each.watch();
  console.log("watching js/ (Ctrl-C ends)");
} else {
  try {
    const made = [];
    for (const each of all) made.push(await each.rebuild());
    writeFileSync(join(out, "LICENSES.txt"), licences(made.flatMap(({ metafile }) => Object.keys(metafile.inputs))));
  } catch {
    process.exitCode = 1; // esbuild has said why
  }
  for (const each of all) await each.dispose();
}

/** In 4 % fewer bytes than zlib's best, and two seconds; of more turns one has 40 bytes. */
function gzip(bytes) {
  return zopfli.gzipAsync(bytes, { numiterations: 5 });
}

/** report.js, gzipped: no page needs it any other way. */
async function zip({ errors, outputFiles }) {
  if (errors.length > 0) return;
  const script = outputFiles.find(({ path }) => path.endsWith("report.js"));
  writeFileSync(join(out, "report.js.gz"), await gzip(script.contents));
}

/** widget.js as a module that unpacks it; the planners of a page share what the first one unpacked. */
async function pack({ errors }) {
  if (errors.length > 0) return;
  const content = readFileSync(join(out, "widget.js"));
  const key = createHash("sha256").update(content).digest("hex").slice(0, 16);
  const packed = `// chinchilla_widget's front end: its file static/widget.js, gzipped.
const unpack = async () => {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const plain = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
  const url = URL.createObjectURL(new Blob([await plain.text()], { type: "text/javascript" }));
  try {
    return (await import(url)).default;
  } finally {
    URL.revokeObjectURL(url);
  }
};
export default () => {
  const unpacked = (globalThis.chinchilla_widget ??= {});
  return (unpacked["${key}"] ??= unpack().catch((problem) => {
    delete unpacked["${key}"];
    throw problem;
  }));
};
const packed = "${Buffer.from(await gzip(content)).toString("base64")}";
`;
  writeFileSync(join(out, "widget.packed.js"), packed);
}

/** The licence texts of the packages whose files went into the bundle: their authors ask for that. */
function licences(inputs) {
  const packages = new Set(inputs.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]));
  packages.delete(undefined);
  const entries = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(root, folder, file), "utf8").trim() : "";
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return `widget.js and report.js contain code of the following packages.\n\n${entries.join(`\n${"-".repeat(72)}\n\n`)}`;
}
