// Bundles tests/js/*.test.ts (the oldest Node supported here reads no TypeScript) and runs them with node --test.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "tests", "js");
const tests = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".test.ts")) : [];
if (tests.length === 0) {
  console.error("no tests/js/*.test.ts");
  process.exit(1);
}

// Inside the checkout, so that packages left out of the bundle are found in node_modules.
const out = mkdtempSync(join(root, "node_modules", ".tests-"));
try {
  await build({
    absWorkingDir: root,
    entryPoints: tests.map((name) => join("tests", "js", name)),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "inline",
    logLevel: "warning",
  });
  const files = tests.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
  // Tests read the corpus and the sources by paths relative to the checkout.
  const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { cwd: root, stdio: "inherit" });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
