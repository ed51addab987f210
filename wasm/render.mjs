#!/usr/bin/env node
// Render directories through kratree.wasm, as `kratree render PATH… --out FILE.zip` does natively.
//
//     node wasm/render.mjs [--kratix-version V] [--keep-going] [--strict] [--validate] [--store KIND/NAME]
//                          [--destination NAME] [--max-… N] [--outputs DIR] --out FILE.zip PATH…
//
// Diagnostics go to standard error. Exit status as kratree's: 0; 1 something was left out; 2 error.

import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { captures, isFolder, manifests } from "./files.mjs";
import { Kratree } from "./kratree.js";

const MODULE = new URL("../build/wasm/kratree.wasm", import.meta.url);

const SWITCHES = ["keep-going", "strict", "validate"];
const VALUES = ["kratix-version", "store", "destination"];
const LIMITS = ["file-bytes", "total-bytes", "depth", "documents", "values", "output-bytes",
    "pattern-steps", "pattern-depth", "checks"];
const options = Object.fromEntries([
  ...SWITCHES.map((name) => [name, { type: "boolean" }]),
  ...[...VALUES, ...LIMITS.map((name) => `max-${name}`), "outputs", "out"].map((name) => [name, { type: "string" }]),
]);

/** The module, compiled. */
export function load() {
  return Kratree.load(readFileSync(MODULE));
}

const camelCase = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** Flags as RenderOptions: max-depth is limits.depth. */
function renderOptions(flags) {
  const options = { limits: {} };
  for (const [name, value] of Object.entries(flags))
    if (name.startsWith("max-")) options.limits[camelCase(name.slice(4))] = value;
    else options[camelCase(name)] = value;
  return options;
}

/** Render what a command line names, with more RenderOptions. Returns {rendering, out}. */
export function begin(kratree, args, more = {}) {
  const { values, positionals: paths } = parseArgs({ args, options, allowPositionals: true });
  const { out, outputs, ...rest } = values;
  if (!out || paths.length === 0) throw new Error("--out FILE.zip and a PATH are needed");
  const folders = outputs ? [outputs] : paths.filter(isFolder).map((path) => join(path, "outputs"));
  const found = paths.flatMap(manifests);
  if (found.length === 0) throw new Error("no manifest was found");
  const sources = [...found, ...folders.flatMap(captures)];
  return { rendering: kratree.render(sources, { ...renderOptions(rest), ...more }), out };
}

/** The exit status that the program would have. */
export function exitStatus({ status, leftOut }) {
  return status === "ok" ? Math.min(leftOut, 1) : 2;
}

async function main() {
  const { rendering, out } = begin(await load(), process.argv.slice(2));
  process.stderr.write(rendering.diagnosticsText());
  if (rendering.status === "ok") writeFileSync(out, rendering.zip());
  return exitStatus(rendering);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`render.mjs: ${error.message}\n`);
    process.exitCode = 2;
  }
}
