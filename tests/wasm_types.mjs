#!/usr/bin/env node
// kratree.d.ts is true: TypeScript takes what uses it and what the module really makes; what is told is there.
//
//     wasm_types.mjs MODULE
//
// Reports and comparisons of fixtures become TypeScript below build/wasm-types/made, where a member that is missing,
// surplus or of another type is an error. `make build/wasm-types/ready` brings the compiler.
//
// Last line: 'N passed, N failed'.

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "../build/wasm-types/node_modules/typescript/lib/typescript.js";
import { captures, manifests } from "../wasm/files.mjs";
import { Kratree, KratreeError } from "../wasm/kratree.js";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MADE = join(ROOT, "build/wasm-types/made");
const DECLARED = join(ROOT, "wasm/kratree.d.ts");
const SHOWN = ["examples", "diag", "place", "layout", "life"]; // folders of fixtures that have all there is to tell

const [file = join(ROOT, "build/wasm/kratree.wasm")] = process.argv.slice(2);
const kratree = await Kratree.load(readFileSync(file));
let passed = 0;
let failed = 0;

function judge(name, problems) {
  if (problems.length === 0) passed++;
  else failed++;
  if (problems.length > 0) console.log(`FAIL ${name}\n  ${problems.join("\n  ")}`);
}

/* ---- What the module makes, as TypeScript ---- */

function* inputs(folder) {
  if (existsSync(join(folder, "in"))) yield folder;
  else
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) yield* inputs(join(folder, entry.name));
}

const literal = (name, type, value) => `export const ${name}: kratree.${type} = ${JSON.stringify(value)};\n`;

/** All that is plain data about one fixture, against nothing. */
function told(rendering) {
  const comparison = rendering.compare([]);
  const { counts, differences } = comparison;
  const lines = differences.map((_, index) => comparison.lines(index));
  comparison.close();
  return (
    literal("report", "Report", rendering.report) +
    literal("counts", 'Comparison["counts"]', counts) +
    literal("differences", "Difference[]", differences) +
    literal("lines", "LineDiff[]", lines)
  );
}

function write(name, text) {
  writeFileSync(join(MADE, `${name}.ts`), `import type * as kratree from "../../../wasm/kratree.js";\n${text}`);
}

function writeFixture(folder) {
  const sources = [...manifests(join(folder, "in")), ...captures(join(folder, "outputs"))];
  const rendering = kratree.render(sources, { keepGoing: true, validate: true });
  if (rendering.status === "ok") write(folder.slice(ROOT.length + 1).replaceAll("/", "."), told(rendering));
  rendering.close();
}

/** What has to be refused, so that the compiler is seen to look. */
const MISTAKEN = {
  surplus: 'export const place: kratree.Position = {"file": "a", "line": 1, "column": 1, "row": 1};\n',
  missing: 'export const place: kratree.Position = {"file": "a", "line": 1};\n',
  word: 'export const kind: kratree.StoreKind = "GitStore";\n',
  option: 'export const options: kratree.RenderOptions = {"limits": {"width": 1}};\n',
};

/* ---- TypeScript's word ---- */

/** Its complaints, by name of the file; "" for those about none. */
function complaints() {
  const config = ts.getParsedCommandLineOfConfigFile(join(ROOT, "wasm/tsconfig.json"), {}, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (problem) => { throw new Error(text(problem)); },
  });
  const program = ts.createProgram(config.fileNames, config.options);
  const found = new Map(config.fileNames.map((name) => [basename(name), []]));
  for (const problem of [...config.errors, ...ts.getPreEmitDiagnostics(program)]) {
    const name = problem.file ? basename(problem.file.fileName) : "";
    found.set(name, [...(found.get(name) ?? []), text(problem)]);
  }
  return found;
}

function text({ file, start, messageText }) {
  const line = file ? `line ${file.getLineAndCharacterOfPosition(start).line + 1}: ` : "";
  return line + ts.flattenDiagnosticMessageText(messageText, "\n    ").slice(0, 1000);
}

function judgeProgram() {
  rmSync(MADE, { recursive: true, force: true });
  mkdirSync(MADE, { recursive: true });
  for (const folder of SHOWN.flatMap((name) => [...inputs(join(ROOT, "fixtures", name))])) writeFixture(folder);
  for (const [name, source] of Object.entries(MISTAKEN)) write(`mistaken.${name}`, source);
  for (const [name, problems] of complaints())
    if (!name.startsWith("mistaken.")) judge(name, problems.slice(0, 3));
    else judge(name, problems.length === 1 ? [] : [`${problems.length} complaints, not 1`]);
}

/* ---- Names: what is declared is there, and what the module takes is declared ---- */

/** Names of the members of each class and interface. */
function declarations() {
  const source = ts.createSourceFile(DECLARED, readFileSync(DECLARED, "utf8"), ts.ScriptTarget.ES2022);
  const named = source.statements.filter((one) => ts.isInterfaceDeclaration(one) || ts.isClassDeclaration(one));
  return Object.fromEntries(named.map(({ name, members }) =>
    [name.text, members.filter((member) => member.name).map((member) => member.name.text)]));
}

const absent = (names, object) => names.filter((name) => !(name in object)).map((name) => `no ${name}`);

function judgeObjects(declared) {
  const rendering = kratree.render([]);
  const comparison = rendering.compare([]);
  const archive = kratree.readZip({ path: "empty.zip", bytes: rendering.zip() });
  const things = { Kratree: kratree, Rendering: rendering, Comparison: comparison, Archive: archive };
  for (const [name, thing] of Object.entries(things))
    judge(`members of ${name}`, absent(declared[name].filter((member) => member !== "load"), thing)); // called above
  judge("members of KratreeError", absent(declared.KratreeError, new KratreeError("input", "")));
  for (const thing of [comparison, archive, rendering]) thing.close();
}

const camelCase = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** The options that the shim has a table row for; JavaScript alone has lock and have, a comparison diffLines. */
function judgeOptions(declared) {
  const shim = readFileSync(join(ROOT, "wasm/kratree_wasm.c"), "utf8");
  const taken = [...shim.matchAll(/\{"([a-z-]+)", /g)].map(([, name]) => name);
  const limits = taken.filter((name) => name.startsWith("max-")).map((name) => camelCase(name.slice(4)));
  const options = taken.filter((name) => !name.startsWith("max-")).map(camelCase);
  const same = (have, want) => [...have.filter((name) => !want.includes(name)).map((name) => `surplus: ${name}`),
    ...want.filter((name) => !have.includes(name)).map((name) => `not declared: ${name}`)];
  judge("limits", same([...declared.Limits, ...declared.ZipLimits], limits));
  judge("options", same(declared.RenderOptions.filter((name) => !["limits", "lock", "have"].includes(name)), options));
}

judgeProgram();
const declared = declarations();
judgeObjects(declared);
judgeOptions(declared);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
