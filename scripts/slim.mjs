// An esbuild plugin: "vega" is vega.mjs. Vega registers all it can do in tables that a bundler must keep whole;
// here whole packages are left out, and the classes of others made droppable.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

// Maps, trees, forces, colour schemes, calendars, random numbers, selections: no panel has any. What stands in for
// them throws by name when it is called.
const LEFT_OUT = [
  "d3-color", "d3-delaunay", "d3-dsv", "d3-ease", "d3-force", "d3-geo", "d3-geo-projection", "d3-hierarchy",
  "d3-scale-chromatic", "d3-time", "d3-time-format", "d3-timer", "topojson-client", "vega-projection",
  "vega-selections", "vega-statistics", "vega-time",
];
// Their classes are functions that statements at the top of the file turn into classes.
const LOOSENED = /[\\/](d3-shape|vega-(?:encode|expression|scale|scenegraph|transforms|view-transforms))[\\/](?:build|dist)[\\/][a-z0-9-]+\.m?js$/;
// Pictures are SVG, axes linear, logarithmic or of names, lines straight from point to point, colours are not mixed.
// [what is replaced, by what]; each must be there.
const REPLACED = {
  "d3-shape": [[/= \(function custom/g, "= /* @__PURE__ */ (function custom"]],
  // Two lists of ranges, of 8 KB, that engines know.
  "vega-expression": [
    [/(RegexNonAsciiIdentifierStart = )new RegExp\('.*'\)/, "$1/\\p{ID_Start}/u"],
    [/(RegexNonAsciiIdentifierPart = )new RegExp\('.*'\)/, "$1/\\p{ID_Continue}/u"],
  ],
  "vega-scale": [
    [/^import \* as (\S+) from 'd3-interpolate';$/m, "const $1 = {};"],
    [/^scale\((?:Time|UTC|Sequential|Quantile|Quantize|Threshold|BinOrdinal|`).*$/gm, ""],
    [/^apply\((?:discrete|continuous), .*$/gm, ""],
  ],
  "vega-scenegraph": [
    [/^const lookup = \{\n {2}'basis'[^]*?^\};$/m, "const lookup = { linear: { curve: curveLinear } };"],
    [/modules\[Canvas\] = modules\[PNG\] = \{[^}]*\};/, ""],
    [/modules\[Hybrid\] = \{[^}]*\};/, ""],
    [/(modules\[SVG\] = \{[^}]*?)headless: SVGStringRenderer,/, "$1"],
    // Set again in every frame to what they are, the clips and fonts would have all they touch laid out and painted anew.
    [/ {4}el\.setAttribute\(name, value\);\n {2}\} else \{\n {4}\/\/ else remove DOM attribute/, "    if (el.getAttribute(name) !== String(value)) el.setAttribute(name, value);\n  } else {"],
    // Other pictures on the page have a "clip1" too, and the first of a name is what all of them are cut with.
    [/^var clip_id = 1;$/m, "const clip_salt = `cw-${Math.random().toString(36).slice(2, 8)}-`;\nvar clip_id = 1;"],
    [/item\.clip_id = 'clip' \+ clip_id\+\+/, "item.clip_id = clip_salt + clip_id++"],
    [/el\.setAttribute\('id', clip\.id\);/, "if (el.id !== clip.id) el.setAttribute('id', clip.id);"],
  ],
};

export const slim = {
  name: "slim",
  setup(build) {
    build.onResolve({ filter: /^vega$/ }, () => ({ path: fileURLToPath(new URL("vega.mjs", import.meta.url)) }));
    build.onResolve({ filter: new RegExp(`^(?:${LEFT_OUT.join("|")})$`) }, ({ path }) => ({ path, namespace: "left-out" }));
    build.onLoad({ filter: /.*/, namespace: "left-out" }, async ({ path }) => ({ contents: await stub(path) }));
    build.onLoad({ filter: LOOSENED }, ({ path }) => {
      const name = LOOSENED.exec(path)[1];
      return { contents: loosened(replaced(readFileSync(path, "utf8"), name)) };
    });
  },
};

/** The names a package exports, each a function that says it is not here. */
async function stub(name) {
  const names = Object.keys(await import(name)).filter((each) => each !== "default");
  const lines = names.map((each) => `export const ${each} = /* @__PURE__ */ absent(${JSON.stringify(each)});`);
  const absent = `const absent = (name) => () => { throw new Error(name + " of ${name} is left out (scripts/slim.mjs)"); };`;
  return [absent, ...lines].join("\n");
}

function replaced(text, name) {
  return (REPLACED[name] ?? []).reduce((before, [what, by]) => {
    const after = before.replace(what, by);
    if (after === before) throw new Error(`${name} has changed: ${what} is not in it`);
    return after;
  }, text);
}

/** `function X …` and all that is done to X afterwards, in one expression that is dropped where X is not used. */
function loosened(text) {
  const { statements } = ts.createSourceFile("vega.js", text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const written = (statement) => text.slice(statement.pos, statement.end);
  const functions = new Map(
    statements.filter((each) => ts.isFunctionDeclaration(each) && each.name).map((each) => [each.name.text, [each]]),
  );
  for (const each of statements) functions.get(changed(each))?.push(each);
  return statements.map((each) => {
    const name = ts.isFunctionDeclaration(each) ? each.name?.text : changed(each);
    const parts = functions.get(name);
    if (!parts || parts.length === 1) return written(each);
    // What stands between the function and the last change to it may be used by that.
    if (each !== parts.at(-1)) return "";
    return `\nconst ${name} = /* @__PURE__ */ (() => {${parts.map(written).join("")}\nreturn ${name};\n})();`;
  }).join("");
}

/** X, of `inherits(X, …)` and `X.Definition = …`. */
function changed(statement) {
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression: made } = statement;
  if (ts.isCallExpression(made) && made.expression.text === "inherits") return made.arguments[0].text;
  if (ts.isBinaryExpression(made) && ts.isPropertyAccessExpression(made.left)) {
    let on = made.left;
    while (ts.isPropertyAccessExpression(on)) on = on.expression;
    return on.text;
  }
  return undefined;
}
