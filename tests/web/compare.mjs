// What a change moves: against the kept result, a folder, a zip.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, native } from "./harness.mjs";

const differences = async ({ page }) => {
  const items = await page
    .locator(".change")
    .evaluateAll((all) =>
      all.map((one) => [one.querySelector(".unseen").textContent, one.querySelector(".path").textContent].join("")),
    );
  return items;
};

async function edit(visit, line, text) {
  await visit.page.locator("#editor .cm-line", { hasText: line }).click();
  await visit.page.keyboard.press("End");
  await visit.page.keyboard.type(text);
}

export async function an_edit_is_seen_against_the_kept_result(open) {
  const visit = await open();
  const { page } = visit;
  await page.getByRole("tab", { name: "Changes" }).click();
  await page.getByRole("button", { name: "Keep this result as the base" }).click();
  await page.getByRole("heading", { name: "No change" }).waitFor();
  await visit.item("ingress.yaml", "file-tree").click();
  await edit(visit, "timeout: 30s", "0");
  await page.locator("#compare-count", { hasText: "3" }).waitFor();
  assert.deepEqual(await differences(visit), [
    "changed: fleet/berlin/dependencies/ingress/5058f/static/ingress-dependencies.yaml",
    "changed: fleet/lisbon/static/ingress-dependencies.yaml",
    "changed: fleet/osaka/all.yaml",
  ]);
  await page.locator(".change", { hasText: "fleet/osaka/all.yaml" }).press("Enter");
  await page.locator(".hunk .added").waitFor();
  assert.deepEqual(await page.locator(".hunk .removed .text").allTextContents(), ["removed:   timeout: 30s"]);
  assert.deepEqual(await page.locator(".hunk .added .text").allTextContents(), ["added:   timeout: 30s0"]);
  await page.getByRole("button", { name: "Keep this instead" }).click();
  await page.getByRole("heading", { name: "No change" }).waitFor();
  await page.getByRole("button", { name: "Stop comparing" }).click();
  await page.getByRole("button", { name: "Keep this result as the base" }).waitFor();
}

export async function what_moves_is_told_as_moved(open) {
  const visit = await open();
  const { page } = visit;
  await page.getByRole("tab", { name: "Changes" }).click();
  await page.getByRole("button", { name: "Keep this result as the base" }).click();
  await page.getByRole("heading", { name: "No change" }).waitFor();
  await edit(visit, "path: berlin", "-2");
  await page.locator(".change", { hasText: "from fleet/berlin/resources/shop" }).waitFor();
  const all = await differences(visit);
  assert.deepEqual(all.map((one) => one.split(":")[0]).sort(), [
    "gone",
    "gone",
    "moved",
    "moved",
    "moved",
    "new",
    "new",
  ]);
}

/** What the program wrote to a directory, with a file changed, one gone and one more. */
function tamperedStore(visit) {
  const manifests = visit.exampleFolder("three_modes");
  const store = join(visit.scratch, "store");
  assert.equal(spawnSync(join(ROOT, "build/kratree"), ["render", "--out", store], { cwd: manifests }).status, 0);
  writeFileSync(
    join(store, "fleet/osaka/all.yaml"),
    readFileSync(join(store, "fleet/osaka/all.yaml"), "utf8").replace("30s", "60s"),
  );
  rmSync(join(store, "fleet/lisbon/static/ingress-dependencies.yaml"));
  writeFileSync(join(store, "fleet/osaka/stray.yaml"), "a: 1\n");
  return store;
}

const TAMPERED = ["new: fleet/lisbon/static/ingress-dependencies.yaml", "changed: fleet/osaka/all.yaml"];

export async function a_state_store_is_compared_as_a_folder(open) {
  const visit = await open();
  const { page } = visit;
  await page.getByRole("tab", { name: "Changes" }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Compare with a folder" }).click();
  await (await chooser).setFiles(tamperedStore(visit));
  await page.locator("#compare-count", { hasText: "3" }).waitFor();
  assert.deepEqual((await differences(visit)).slice(0, 2), TAMPERED);
  assert.equal(await page.locator("#compare-base").textContent(), "Since store");
}

export async function a_state_store_is_dropped_as_a_base(open) {
  const visit = await open();
  await visit.page.getByRole("tab", { name: "Changes" }).click();
  await visit.drop(tamperedStore(visit));
  await visit.page.locator("#compare-count", { hasText: "3" }).waitFor();
  assert.deepEqual((await differences(visit)).slice(0, 2), TAMPERED);
  assert.ok((await visit.names("file-tree")).includes("stores.yaml"), "the manifests are the same");
}
