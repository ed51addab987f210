#!/usr/bin/env node
// The module and the program give the same bytes.
//
//     wasm_equals_native.mjs KRATREE [FOLDER…]
//
// Every folder that holds `in/` below FOLDER… (default: fixtures, and the recorded trees where they are) is
// rendered by both, as a zip: bytes, exit status and diagnostics must be equal. Last line: 'N passed, N failed'.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { load, render } from "../wasm/render.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const RECORDED = ["2026-08", "2025-03", "public"].map((name) => join(ROOT, "../shared/conformance", name));
const HOST_ONLY = new Set(["--verbose", "--quiet", "--force", "--locked"]); // flags that say nothing to the core

function* cases(folder) {
  if (existsSync(join(folder, "in"))) {
    yield folder;
    return;
  }
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)))
    if (entry.isDirectory()) yield* cases(join(folder, entry.name));
}

function lines(path) {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter((line) => line !== "") : [];
}

/** The arguments of a case: its `args`, a line each; recorded trees stand in the folder of their version. */
function argumentsOf(folder) {
  const args = lines(join(folder, "args")).filter((arg) => !HOST_ONLY.has(arg));
  if (!folder.startsWith(ROOT + "/"))
    args.push("--keep-going", "--kratix-version", /\/2025-03\//.test(folder) ? "2025-03" : "2026-08");
  const outputs = join(folder, "outputs");
  return existsSync(outputs) ? [...args, "--outputs", outputs] : args;
}

function native(program, args, out) {
  const done = spawnSync(program, ["render", ...args], { encoding: "utf8", timeout: 120_000 });
  return { status: done.status, diagnostics: done.stderr, zip: existsSync(out) ? readFileSync(out) : null };
}

/** Without the words for files that are too long: the program does not read them, and knows less. */
const words = (text) => text.replace(/error: .*(\[KT-70[12]\])/g, "error: $1");

/** The program also says what it wrote; only lines of diagnostics are the core's. */
function compare(have, want) {
  const problems = [];
  if (have.status !== want.status)
    problems.push(`exit status ${have.status}, natively ${want.status}: ${want.diagnostics.slice(-200)}`);
  if ((have.zip === null) !== (want.zip === null))
    problems.push(`${have.zip ? "a" : "no"} zip, natively ${want.zip ? "one" : "none"}`);
  else if (have.zip && Buffer.compare(have.zip, want.zip) !== 0)
    problems.push(`zips differ: ${have.zip.length} bytes, natively ${want.zip.length}`);
  if (!words(want.diagnostics).includes(words(have.diagnostics)))
    problems.push(`other diagnostics:\n${have.diagnostics}natively:\n${want.diagnostics}`);
  return problems;
}

const [program, ...chosen] = process.argv.slice(2);
const folders = chosen.length ? chosen : [join(ROOT, "fixtures"), ...RECORDED.filter((path) => existsSync(path))];
const kratree = await load();
const scratch = mkdtempSync(join(tmpdir(), "kratree-"));
let passed = 0;
let failed = 0;
for (const folder of folders.flatMap((name) => [...cases(name)])) {
  const out = join(scratch, `${passed + failed}.zip`);
  const args = [join(folder, "in"), ...argumentsOf(folder), "--out", out];
  let problems;
  try {
    problems = compare(render(kratree, args), native(program, args, out));
  } catch (error) {
    problems = [String(error)];
  }
  if (problems.length) {
    failed++;
    console.log(`FAIL ${relative(ROOT, folder)}\n  ${problems.join("\n  ")}`);
  } else passed++;
}
rmSync(scratch, { recursive: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
