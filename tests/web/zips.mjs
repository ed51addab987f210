// Zips: as input, and as a base to compare with.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, native } from "./harness.mjs";

export async function a_zip_is_dropped(open) {
  const visit = await open();
  const zip = join(visit.scratch, "platform.zip");
  const script = "import shutil, sys; shutil.make_archive(sys.argv[1][:-4], 'zip', sys.argv[2], 'in')";
  const made = spawnSync("python3", ["-c", script, zip, join(ROOT, "fixtures/examples/strict_matching")]);
  assert.equal(made.status, 0, String(made.stderr));
  await visit.drop(zip);
  await visit.status(/10 files rendered/);
  assert.deepEqual(await visit.names("file-tree"), ["destinations.yaml", "promises.yaml"]);
}

export async function what_is_no_zip_is_no_input(open) {
  const visit = await open();
  const top = visit.folder({ "broken.zip": "PK\x03\x04 but no more" });
  await visit.drop(join(top, "broken.zip"));
  await visit.toast(/broken\.zip|KT-/);
  assert.ok((await visit.names("file-tree")).includes("stores.yaml"), "what was open stays open");
}

export async function a_zip_is_compared(open) {
  const visit = await open();
  const { page } = visit;
  const zip = join(visit.scratch, "old.zip");
  writeFileSync(zip, native(visit.exampleFolder("three_modes"), ["--destination", "berlin"]).zip);
  await page.getByRole("tab", { name: "Changes" }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Compare with a zip" }).click();
  await (await chooser).setFiles(zip);
  await page.locator("#compare-count", { hasText: "9" }).waitFor();
  assert.equal(await page.locator("#compare-base").textContent(), "Since old.zip");
  assert.equal(await page.locator("#compare-sum").textContent(), "9 new · 5 the same");
}

export async function what_is_no_zip_is_no_base(open) {
  const visit = await open();
  const { page } = visit;
  const zip = join(visit.scratch, "no.zip");
  writeFileSync(zip, "PK\x03\x04 and no more");
  await page.getByRole("tab", { name: "Changes" }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Compare with a zip" }).click();
  await (await chooser).setFiles(zip);
  await visit.toast(/no\.zip/);
  await page.getByRole("button", { name: "Keep this result as the base" }).waitFor();
}
