// Much, too much, and what would never end.

import assert from "node:assert/strict";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const STORE =
  'apiVersion: platform.kratix.io/v1alpha1\nkind: GitStateStore\nmetadata: {name: s}\nspec: {url: "https://git.example.com/s.git", secretRef: {name: c, namespace: d}}\n';
const destination = (name) =>
  `apiVersion: platform.kratix.io/v1alpha1\nkind: Destination\nmetadata: {name: ${name}}\nspec: {path: ${name}, stateStoreRef: {kind: GitStateStore, name: s}}\n`;

export async function two_thousand_files_are_taken(open) {
  const visit = await open();
  const files = { "store.yaml": STORE };
  for (let i = 1; i < 2000; i++) files[`clusters/${i % 20}/d${i}.yaml`] = destination(`d${i}`);
  await visit.drop(visit.folder(files));
  await visit.toast(/2,000 files opened/);
  await visit.status(/3,998 files rendered/);
  assert.equal((await visit.names()).length, 1 + 500 + 1);
  await visit.item("500 more of 1,499").click();
  await visit.item("500 more of 999").waitFor();
}

export async function a_manifest_that_explodes_is_refused(open) {
  const visit = await open();
  const levels = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(", ")}]`);
  await visit.type(
    `apiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata: {name: bomb}\na0: &a0 [x]\n${levels.join("\n")}\n`,
  );
  await visit.status(/error/);
  assert.match(await visit.problems(), /KT-70[56]/);
  assert.equal(await visit.page.locator("#stale").isVisible(), true);
}

export async function a_run_that_lasts_is_stopped_and_the_tree_stays(open) {
  const visit = await open();
  const { page } = visit;
  const list = Array.from({ length: 60_000 }, (_, i) => `      a${i}: {b: [1, 2, {c: "text ${i}"}], d: 0.${i}}`).join(
    "\n",
  );
  const files = { "store.yaml": STORE, "a.yaml": destination("a") };
  for (let i = 0; i < 8; i++)
    files[`p${i}.yaml`] =
      `apiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata: {name: p${i}}\nspec:\n  dependencies:\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: c}\n    data:\n${list}\n`;
  const top = visit.folder(files);
  await page.locator("#choose-files").setInputFiles(Object.keys(files).map((name) => join(top, name)));
  await page.getByRole("button", { name: "Stop" }).click();
  await visit.status(/Stopped/);
  assert.match(await page.locator("#stale").textContent(), /Stopped/);
  await visit.item("all.yaml").click();
  assert.equal((await visit.content())[0], "apiVersion: v1");
  // There is a fresh worker.
  await visit.example("Strict matching");
  assert.ok((await visit.names()).includes("strict-bare"));
}

export async function too_many_bytes_are_told_in_time(open) {
  const visit = await open();
  const path = join(visit.scratch, "big.yaml");
  writeFileSync(path, "");
  truncateSync(path, 65 << 20); // nobody reads it
  await visit.drop(path);
  await visit.page.getByRole("heading", { name: "Too large for a page" }).waitFor();
  assert.ok((await visit.names("file-tree")).includes("stores.yaml"), "what was open stays open");
  await visit.page.getByRole("button", { name: "Back to what is open" }).click();
  await visit.item("all.yaml").waitFor();
}

export async function deep_nesting_is_an_answer_too(open) {
  const visit = await open();
  await visit.type(
    `kind: Promise\napiVersion: platform.kratix.io/v1alpha1\nspec: ${"[".repeat(20_000)}${"]".repeat(20_000)}\n`,
  );
  await visit.status(/error/);
  assert.match(await visit.problems(), /KT-703/);
}
