#!/usr/bin/env node
// Render directories through kratree.wasm, as `kratree render PATH… --out FILE.zip` does natively.
//
//     node wasm/render.mjs [--kratix-version V] [--keep-going] [--strict] --out FILE.zip PATH…
//
// Diagnostics go to standard error. Exit status as kratree's: 0; 1 something was left out; 2 error.

import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Kratree, NAMED } from "./kratree.mjs";

const MODULE = new URL("../build/wasm/kratree.wasm", import.meta.url);
const MANIFEST = /\.(yaml|yml|json)$/;
const SKIPPED = new Set(["node_modules", "outputs"]);

const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Manifests below a directory, hidden ones left out; a file stands for itself. */
function* walk(path, flags = NAMED) {
  if (!statSync(path).isDirectory()) {
    yield { path, bytes: readFileSync(path), flags };
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => byBytes(a.name, b.name))) {
    const inside = path === "." ? entry.name : `${path.replace(/\/+$/, "")}/${entry.name}`;
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* walk(inside, 0);
    else if (entry.isFile() && MANIFEST.test(entry.name)) yield* walk(inside, 0);
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: "string" },
      "kratix-version": { type: "string" },
      "keep-going": { type: "boolean" },
      strict: { type: "boolean" },
    },
  });
  const { out, ...rest } = values;
  if (!out || positionals.length === 0) throw new Error("--out FILE.zip and a PATH are needed");
  const options = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
  const sources = positionals.flatMap((path) => [...walk(path)]);
  const kratree = await Kratree.load(readFileSync(MODULE));
  const rendering = kratree.render(sources, options);
  process.stderr.write(rendering.diagnostics());
  if (rendering.status !== "ok") return 2;
  writeFileSync(out, rendering.zip());
  return rendering.leftOut > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`render.mjs: ${error.message}\n`);
  process.exitCode = 2;
}
