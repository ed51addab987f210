#!/usr/bin/env node
// @ts-check
// The module through its JavaScript API, as a page uses it. `tsc` checks this file against wasm/kratree.d.ts.
//
//     wasm_api.mjs MODULE
//
// Last line: 'N passed, N failed'.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Kratree, KratreeError, NAMED } from "../wasm/kratree.js";

const [file = "build/wasm/kratree.wasm"] = process.argv.slice(2);
const kratree = await Kratree.load(readFileSync(file));

const KRATIX = "apiVersion: platform.kratix.io/v1alpha1\n";
const store = `${KRATIX}kind: GitStateStore
metadata: {name: main}
spec: {url: 'https://git.example.com/x.git', secretRef: {name: s, namespace: default}}
---
`;
const destination = (/** @type {string} */ name, /** @type {string} */ env) => `${KRATIX}kind: Destination
metadata: {name: ${name}, labels: {env: ${env}}}
spec: {path: ${name}, stateStoreRef: {kind: GitStateStore, name: main}, initWorkloads: {enabled: false}}
---
`;
const promise = (/** @type {string} */ env, /** @type {string} */ name) => `${KRATIX}kind: Promise
metadata: {name: p}
spec:
  destinationSelectors: [{matchLabels: {env: ${env}}}]
  dependencies:
    - {apiVersion: v1, kind: Namespace, metadata: {name: ${name}}}
---
`;
const platform = (env = "dev", name = "x") => [
  { path: "platform.yaml", bytes: store + destination("a", "dev") + destination("b", "prod") },
  { path: "promise.yaml", bytes: promise(env, name) },
];
const PATH = "a/dependencies/p/5058f/static/p-dependencies.yaml";
const MADE = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n";

const text = (/** @type {Uint8Array} */ bytes) => new TextDecoder().decode(bytes);

/** What an outline is to hold. @param {import("../wasm/kratree.js").Report} report */
function outline(report) {
  const left = new Set(["sha256", "makers", "origins"]);
  return JSON.parse(JSON.stringify(report, (name, value) => (left.has(name) ? undefined : value)));
}

/** A zip of two files with `size` equal bytes in the one. */
function zipOf(/** @type {number} */ size) {
  const big = `${KRATIX}kind: Promise
metadata: {name: q}
spec:
  dependencies:
    - {apiVersion: v1, kind: ConfigMap, metadata: {name: big}, data: {x: ${"x".repeat(size)}}}
`;
  const rendering = kratree.render([...platform(), { path: "big.yaml", bytes: big }]);
  const bytes = rendering.zip(9);
  rendering.close();
  return bytes;
}

/** What a call throws, a KratreeError. @param {() => unknown} call */
function thrown(call) {
  try {
    call();
  } catch (error) {
    if (error instanceof KratreeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** @type {Record<string, () => void>} */
const tests = {
  "a rendering holds plan, trees and provenance"() {
    const rendering = kratree.render(platform());
    const [tree] = rendering.report.trees;
    assert.equal(rendering.status, "ok");
    assert.equal(rendering.leftOut, 0);
    assert.deepEqual(tree.files.map(({ path, rule }) => [path, rule]), [[PATH, "workload"]]);
    assert.equal(text(rendering.file(0, 0)), MADE);
    assert.equal(createHash("sha256").update(rendering.file(0, 0)).digest("hex"), tree.files[0].sha256);
    const [maker] = tree.files[0].makers;
    assert.deepEqual([maker.offset, maker.size, maker.position], [0, 51, { file: "promise.yaml", line: 7, column: 7 }]);
    assert.equal(tree.files[0].reason, "p: matches env=dev");
    assert.deepEqual(JSON.parse(rendering.outlineText), outline(rendering.report));
    assert.deepEqual(rendering.report.works[0].groups[0].reasons.map(({ verdict }) => verdict), ["chosen", "termFailed"]);
    assert.deepEqual(rendering.files(), [{ path: PATH, bytes: rendering.file(0, 0) }]);
    assert.match(rendering.lock(), /^# /);
    assert.equal(text(rendering.zip(0).subarray(0, 2)), "PK");
    rendering.close();
  },

  "diagnostics are data, and text in the command line's words"() {
    const rendering = kratree.render([{ path: "x.yaml", bytes: promise("dev", "x").replace("spec:", "spek:"), flags: NAMED }]);
    const [first] = rendering.diagnostics;
    assert.equal(rendering.status, "input");
    assert.deepEqual([first.severity, first.code, first.position?.line], ["error", "KT-204", 4]);
    assert.ok(rendering.diagnosticsText(0).startsWith(`x.yaml:4:1: error: ${first.message} [KT-204]\n`));
    assert.equal(rendering.diagnostics.map((_, i) => rendering.diagnosticsText(i)).join(""), rendering.diagnosticsText());
    assert.deepEqual(rendering.report.trees, []);
    rendering.close();
  },

  "options are those of the command line"() {
    const broken = [...platform(), { path: "z.yaml", bytes: `${KRATIX}kind: Promise\nmetadata: {name: q}\nspec: {nonsense: 1}\n` }];
    const kept = kratree.render(broken, { keepGoing: true, kratixVersion: "2026-08", destination: "a", validate: true });
    assert.deepEqual([kept.status, kept.report.kratixVersion], ["ok", "2026-08"]);
    const strict = kratree.render(platform("nowhere"), { strict: true });
    assert.equal(strict.status, "input");
    const filtered = kratree.render(platform(), { store: "gitstatestore/none" });
    assert.equal(filtered.diagnostics[0].code, "KT-510");
    [kept, strict, filtered].forEach((rendering) => rendering.close());
    assert.equal(thrown(() => kratree.render([], /** @type {any} */ ({ nonsense: true }))).kind, "argument");
  },

  "each limit is an option, and a diagnostic"() {
    const limits = { fileBytes: 100, totalBytes: 200, depth: 2, documents: 1, values: 10, outputBytes: 10 };
    const codes = { fileBytes: "701", totalBytes: "702", depth: "703", documents: "704", values: "705", outputBytes: "720" };
    for (const [name, value] of Object.entries(limits)) {
      const rendering = kratree.render(platform(), { limits: { [name]: value } });
      assert.ok(rendering.diagnostics.some(({ code }) => code === `KT-${codes[/** @type {"depth"} */ (name)]}`), name);
      assert.equal(rendering.status, "limit", name);
      rendering.close();
    }
  },

  "a lock is taken up, with what the place holds"() {
    const first = kratree.render(platform());
    const lock = { path: "kratree.lock", bytes: first.lock() };
    const second = kratree.render(platform("prod"), { lock, have: first.files() });
    assert.equal(second.status, "ok");
    assert.deepEqual(second.report.works[0].groups[0].placements.map(({ destination, misplaced }) => [destination, misplaced]),
      [["a", true], ["b", false]]);
    first.close();
    second.close();
  },

  "two renderings are compared"() {
    const before = kratree.render(platform("dev", "x"));
    const now = kratree.render(platform("dev", "z"));
    const comparison = now.compare(before);
    assert.deepEqual(comparison.counts, { same: 0, created: 0, changed: 1, moved: 0, deleted: 0, foreign: 0 });
    assert.deepEqual(comparison.differences, [{
      kind: "changed", path: PATH, statestore: { kind: "GitStateStore", name: "main" }, destination: "a",
      reason: "p: matches env=dev", oldSize: 51, newSize: 51,
    }]);
    assert.deepEqual(comparison.lines(0, 0), {
      binary: false, tooLong: false, removed: 1, added: 1,
      hunks: [{ oldStart: 4, oldCount: 1, newStart: 4, newCount: 1, lines: [
        { kind: "removed", text: "  name: x" }, { kind: "added", text: "  name: z" }] }],
    });
    assert.match(comparison.unified(), /@@ -1,4 \+1,4 @@\n apiVersion: v1\n/);
    comparison.close();
    const moved = kratree.render(platform("prod", "z"));
    const again = moved.compare(now);
    assert.deepEqual(again.differences.map(({ kind, path, from }) => [kind, path, from]),
      [["moved", PATH.replace("a/", "b/"), PATH]]);
    again.close();
    [before, now, moved].forEach((rendering) => rendering.close());
  },

  "a rendering is compared with files"() {
    const now = kratree.render(platform());
    const files = [{ path: "old.yaml", bytes: "old\n" }, { path: PATH, bytes: MADE }, { path: "README.md", bytes: "x" }];
    const ours = now.compare(files);
    assert.deepEqual(ours.differences.map(({ kind, path }) => [kind, path]), [["deleted", "old.yaml"]]);
    assert.deepEqual(ours.lines(0).hunks[0].lines, [{ kind: "removed", text: "old" }]);
    const theirs = now.compare(files, { ours: false, limits: { diffLines: 1 } });
    assert.deepEqual(theirs.differences.map(({ kind, path }) => [kind, path]), [["foreign", "old.yaml"]]);
    const empty = now.compare([]);
    assert.deepEqual(empty.counts.created, 1);
    [ours, theirs, empty, now].forEach((open) => open.close());
  },

  "a zip is read, and compared with"() {
    const before = kratree.render(platform("dev", "x"));
    const archive = kratree.readZip({ path: "tree.zip", bytes: before.zip() });
    assert.deepEqual(archive.list, [{ path: PATH, size: 51 }]);
    assert.equal(text(archive.file(0)), MADE);
    assert.deepEqual(archive.files(), before.files());
    const now = kratree.render(platform("dev", "z"));
    const comparison = now.compare(archive);
    assert.deepEqual(comparison.differences.map(({ kind, path }) => [kind, path]), [["changed", PATH]]);
    assert.equal(comparison.lines(0).removed, 1);
    [comparison, archive, before, now].forEach((open) => open.close());
  },

  "a zip is refused with a diagnostic, and each limit is an option"() {
    const rendering = kratree.render(platform());
    const zip = { path: "tree.zip", bytes: rendering.zip() };
    rendering.close();
    const broken = thrown(() => kratree.readZip({ ...zip, bytes: zip.bytes.slice(1) }));
    assert.equal(broken.kind, "input");
    assert.match(broken.diagnostics, /^tree\.zip: error: not a whole zip: .* \[KT-610\]\n/);
    const big = { path: "big.zip", bytes: zipOf(3 << 20) };
    /** @type {[import("../wasm/kratree.js").ZipLimits, string][]} */
    const limits = [[{ zipEntries: 1 }, "KT-612"], [{ zipBytes: 1000 }, "KT-613"], [{ zipRatio: 2 }, "KT-614"]];
    for (const [limit, code] of limits) {
      const error = thrown(() => kratree.readZip(big, limit));
      assert.deepEqual([error.kind, error.diagnostics.includes(code)], ["limit", true], code);
    }
    kratree.readZip(big, { zipRatio: 2000 }).close();
  },

  "the limit of lines is an option"() {
    const before = kratree.render(platform("dev", "x"));
    const now = kratree.render(platform("dev", "z"));
    const comparison = now.compare(before, { limits: { diffLines: 7 } });
    assert.equal(comparison.lines(0).tooLong, true);
    [comparison, before, now].forEach((open) => open.close());
  },

  "what is closed says so"() {
    const rendering = kratree.render(platform());
    rendering.close();
    rendering.close();
    assert.equal(thrown(() => rendering.zip()).kind, "closed");
  },

  "memory grows during calls"() {
    const big = `${"# padding\n".repeat(2_000_000)}${promise("dev", "x")}`;
    const rendering = kratree.render([...platform().slice(0, 1), { path: "big.yaml", bytes: big }]);
    assert.equal(text(rendering.file(0, 0)), MADE);
    rendering.close();
    const again = kratree.render(platform());
    assert.equal(text(again.file(0, 0)), MADE);
    again.close();
  },

  "text of every length of character arrives whole"() {
    for (const pad of ["", "a".repeat(70_000)]) {
      const name = "ä€😀";
      const source = { path: `${name}.yaml`, bytes: `# ${pad}${name}\n{` };
      const rendering = kratree.render([{ ...source, flags: NAMED }]);
      assert.equal(rendering.diagnostics[0].position?.file, source.path);
      rendering.close();
    }
  },

  "a trap ends its instance, and the next call has a new one"() {
    const open = kratree.render(platform());
    const instance = /** @type {any} */ (open).instance;
    const error = thrown(() => instance.call("kratree_free", 0xfffffff0));
    assert.equal(error.kind, "trap");
    assert.ok(error.cause instanceof WebAssembly.RuntimeError);
    assert.equal(thrown(() => open.zip()).kind, "closed");
    open.close();
    const next = kratree.render(platform());
    assert.notEqual(/** @type {any} */ (next).instance, instance);
    assert.equal(text(next.file(0, 0)), MADE);
    next.close();
  },

  "the version is known"() {
    assert.match(kratree.version, /^\d+\.\d+\.\d+/);
  },
};

let passed = 0;
let failed = 0;
for (const [name, test] of Object.entries(tests))
  try {
    test();
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}\n  ${String(error instanceof Error ? error.stack : error).split("\n").join("\n  ")}`);
  }
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
