#!/usr/bin/env node
// Time the page as its reader meets it: "name value" lines, seconds and bytes, medians.
//
//     page.mjs ROUNDS
//
// "First tree" counts from the load event to the tree in the document, which the build rendered; "first run" to the
// module's own answer; "edit" from the last key in a Promise of 1 MB to the new tree.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Visit, WEB, builds, launch, serve } from "../web/harness.mjs";

const rounds = Number(process.argv[2]);
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** Runs in the page before anything else: when was the tree there, when was the last run told? */
function watch() {
  new MutationObserver((_, observer) => {
    if (!document.querySelector("#result-tree > li")) return;
    globalThis.firstTree = performance.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
  addEventListener("DOMContentLoaded", () => {
    const status = document.getElementById("status");
    new MutationObserver(() => {
      if (!/ in \d+ ms$/.test(status.textContent)) return;
      globalThis.told = performance.now();
    }).observe(status, { childList: true });
    addEventListener("keydown", () => (globalThis.key = performance.now()), true);
  });
}

function platform() {
  const store =
    'apiVersion: platform.kratix.io/v1alpha1\nkind: GitStateStore\nmetadata: {name: s}\nspec: {url: "https://git.example.com/s.git", secretRef: {name: c, namespace: d}}\n';
  const destinations = [1, 2, 3].map(
    (n) =>
      `apiVersion: platform.kratix.io/v1alpha1\nkind: Destination\nmetadata: {name: d${n}}\nspec: {path: d${n}, stateStoreRef: {kind: GitStateStore, name: s}}\n`,
  );
  let promise =
    "apiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata:\n  name: large\nspec:\n  dependencies:\n";
  for (let n = 0; promise.length < 1 << 20; n++)
    promise += `  - apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: part-${n}\n      namespace: large\n    spec:\n      replicas: ${n % 5}\n      template:\n        spec:\n          containers:\n          - name: manager\n            image: registry.example.com/part-${n}:v1\n            args: [--leader-elect, --level=info]\n`;
  return { "platform.yaml": [store, ...destinations].join("---\n"), "promise.yaml": promise };
}

/** Seconds from the load event to the first tree and to the first run of the module. */
async function opening(browser, build) {
  const visit = await Visit.open(browser, build, { before: watch });
  const [load, ...times] = await visit.page.evaluate(() => [
    performance.getEntriesByType("navigation")[0].loadEventEnd,
    firstTree,
    performance.getEntriesByName("first-run")[0].startTime,
  ]);
  await visit.close();
  return times.map((time) => Math.max(0, time - load) / 1000);
}

async function edits(browser, build) {
  const visit = await Visit.open(browser, build, { before: watch });
  const { page } = visit;
  await visit.drop(visit.folder(platform()));
  await visit.status(/9 files rendered/);
  await visit.item("promise.yaml", "file-tree").click();
  await page.locator("#editor .cm-line", { hasText: "replicas: 0" }).first().click();
  await page.keyboard.press("End");
  const taken = [];
  for (let i = 0; i < 2 * rounds + 2; i++) {
    await page.evaluate(() => (globalThis.told = 0));
    await page.keyboard.press(i % 2 ? "Backspace" : "1");
    await page.waitForFunction(() => told > key);
    taken.push(await page.evaluate(() => told - key));
    await page.waitForTimeout(300);
  }
  await visit.close();
  return median(taken.slice(2)) / 1000; // the first ones warm up
}

const server = await serve();
const browser = await launch();
const [single] = builds(server);
const openings = [];
for (let i = 0; i < rounds; i++) openings.push(await opening(browser, single));
const [tree, told] = [0, 1].map((which) => median(openings.map((one) => one[which])));
console.log("page_bytes", gzipSync(readFileSync(join(WEB, "kratree.html")), { level: 9 }).length);
console.log("first_tree_seconds", tree);
console.log("first_run_seconds", told);
console.log("edit_seconds", await edits(browser, single));
await browser.close();
server.close();
