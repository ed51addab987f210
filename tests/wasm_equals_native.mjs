#!/usr/bin/env node
// The module and the program give the same bytes.
//
//     wasm_equals_native.mjs KRATREE [FOLDER…]
//
// Below FOLDER… (default: fixtures, and what was recorded where that is) every folder that holds `in/` is rendered by
// both as a zip: its bytes, the exit status, the diagnostics and the report must be equal. A folder of steps 1/, 2/, …
// is a life: the program renders each into the same directory with the same lock, the module is given both as they were
// before, and lock, report and each file of the tree must be equal. Last line: 'N passed, N failed'.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { begin, exitStatus, load } from "../wasm/render.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const RECORDED = join(ROOT, "../shared/conformance");
const FOLDERS = ["2026-08", "2025-03", "public", "dumps", "life"].map((name) => join(RECORDED, name));
const HOST_ONLY = new Set(["--verbose", "--quiet", "--force", "--locked"]); // flags that say nothing to the core

/* ---- What there is to render ---- */

/** Folders with `in/`, and those whose steps have it: [folder, is a life]. */
function* cases(folder) {
  if (existsSync(join(folder, "in"))) yield [folder, false];
  else if (existsSync(join(folder, "1/in"))) yield [folder, true];
  else
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)))
      if (entry.isDirectory()) yield* cases(join(folder, entry.name));
}

const stepsOf = (life) => readdirSync(life).filter((name) => /^\d+$/.test(name)).sort((a, b) => a - b);

const read = (path) => (existsSync(path) ? readFileSync(path) : null);
const lines = (path) => (read(path) ?? "").toString().split("\n").filter((line) => line !== "");

/** The arguments of a case: its `args`, a line each; recorded trees stand in the folder of their version. */
function argumentsOf(folder, out) {
  const args = [join(folder, "in"), ...lines(join(folder, "args")).filter((arg) => !HOST_ONLY.has(arg)), "--out", out];
  if (!folder.startsWith(ROOT + "/"))
    args.push("--keep-going", "--kratix-version", /\/2025-03\//.test(folder) ? "2025-03" : "2026-08");
  const outputs = join(folder, "outputs");
  return existsSync(outputs) ? [...args, "--outputs", outputs] : args;
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => ({ path, bytes: readFileSync(join(folder, path)) }));
}

/* ---- Both ---- */

function native(program, args) {
  const report = join(scratch, "report.json");
  rmSync(report, { force: true });
  const all = ["render", ...args, "--verbose", "-o", `json=${report}`]; // else many warnings of one code are cut short
  const done = spawnSync(program, all, { encoding: "utf8", timeout: 300_000 });
  return { status: done.status, diagnostics: done.stderr, report: read(report) };
}

/** Of files that are too long: the program does not read them, knows less, and makes no report. */
const TOO_LONG = /error: .*(\[KT-70[12]\])/g;
const words = (text) => text.replace(TOO_LONG, "error: $1");

function* differ(what, have, want) {
  const isSame = have && want ? Buffer.compare(have, want) === 0 : have === want;
  if (!isSame) yield `${what}: ${have?.length ?? "no"} bytes, natively ${want?.length ?? "no"}`;
}

/** The program also says what it wrote; only lines of diagnostics are the core's. */
function* differences(rendering, want) {
  const status = exitStatus(rendering);
  if (status !== want.status) yield `exit status ${status}, natively ${want.status}: ${want.diagnostics.slice(-200)}`;
  const diagnostics = rendering.diagnosticsText();
  if (!words(want.diagnostics).includes(words(diagnostics)))
    yield `other diagnostics:\n${diagnostics}natively:\n${want.diagnostics}`;
  if (diagnostics.search(TOO_LONG) < 0) yield* differ("report", Buffer.from(rendering.reportText), want.report);
}

function* compareZips(folder) {
  const out = join(scratch, "tree.zip");
  rmSync(out, { force: true });
  const args = argumentsOf(folder, out);
  const { rendering } = begin(kratree, args);
  yield* differences(rendering, native(program, args));
  yield* differ("zip", rendering.status === "ok" ? rendering.zip() : null, read(out));
  rendering.close();
}

function* compareLives(life) {
  const out = join(scratch, "tree");
  const lock = join(scratch, "kratree.lock");
  for (const path of [out, lock]) rmSync(path, { recursive: true, force: true });
  for (const step of stepsOf(life)) {
    const folder = join(life, step);
    if (existsSync(join(folder, "lock"))) cpSync(join(folder, "lock"), lock);
    if (existsSync(join(folder, "put"))) cpSync(join(folder, "put"), out, { recursive: true });
    for (const problem of compareStep(argumentsOf(folder, out), out, lock)) yield `step ${step}: ${problem}`;
  }
}

function* compareStep(args, out, lock) {
  const before = read(lock);
  const more = { have: filesBelow(out), lock: before ? { path: lock, bytes: before } : undefined };
  const { rendering } = begin(kratree, args, more);
  yield* differences(rendering, native(program, [...args, "--lock", lock]));
  if (rendering.status === "ok") {
    yield* differ("lock", Buffer.from(rendering.lock()), read(lock));
    for (const { path, bytes } of rendering.files()) yield* differ(path, bytes, read(join(out, path)));
  }
  rendering.close();
}

const [program, ...chosen] = process.argv.slice(2);
const folders = chosen.length ? chosen : [join(ROOT, "fixtures"), ...FOLDERS.filter(existsSync)];
const kratree = await load();
const scratch = mkdtempSync(join(tmpdir(), "kratree-"));
let passed = 0;
let failed = 0;
for (const [folder, isLife] of folders.flatMap((name) => [...cases(name)])) {
  let problems;
  try {
    problems = [...(isLife ? compareLives : compareZips)(folder)];
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
