// Whatever a person reads comes with the model's messages: no sentence is written down in js/.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import ts from "typescript";

// Two words in a row, or one with a capital that is no key, no part of Vega's syntax, no Python.
const WORDS = /[A-Za-zÀ-ÿ]{2,}[,;:.]? [A-Za-zÀ-ÿ]{2,}|^[A-ZÀ-Ý][a-zà-ÿ]{2,}$/;
const NAMES = new Set(["Enter", "Escape", "Tab", "Home", "End", "Delete", "Backspace", "Control", "Meta", "Literal", "Identifier", "True", "False"]);
const CLASSES = /^\s*(cw-[\w-]+\s*)+$|^noopener noreferrer$/;

/** Strings of a source, without those that a program alone hears of: errors thrown. */
function loose(source: string): string[] {
  const found: string[] = [];
  const walk = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText().endsWith("Error")) return;
    if (ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node)) found.push(node.text);
    ts.forEachChild(node, walk);
  };
  walk(ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest, true));
  return found.filter((text) => WORDS.test(text) && !NAMES.has(text) && !CLASSES.test(text));
}

test("no sentence is written in js/", () => {
  // Units spelled out for screen readers are format.ts's, which prints as Python's quantities do.
  const files = readdirSync("js").filter((name) => name.endsWith(".ts") && name !== "format.ts");
  assert.ok(files.length > 10);
  for (const name of files) assert.deepEqual(loose(readFileSync(`js/${name}`, "utf8")), [], name);
});

test("a sentence would be found", () => {
  assert.deepEqual(loose('write(line, "no such law"); title("Budget"); label(`${n} runs left`)'), ["no such law", "Budget", " runs left"]);
  assert.deepEqual(loose('element("p", { class: "cw-muted cw-note" }); throw new Error("pictures load nothing")'), []);
});
