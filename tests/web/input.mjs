// Every way in which manifests come in, and what can be done to them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const STORE = `apiVersion: platform.kratix.io/v1alpha1
kind: GitStateStore
metadata: {name: s}
spec: {url: "https://git.example.com/s.git", secretRef: {name: c, namespace: d}}
`;
const destination = (name) => `apiVersion: platform.kratix.io/v1alpha1
kind: Destination
metadata: {name: ${name}}
spec: {path: ${name}, stateStoreRef: {kind: GitStateStore, name: s}}
`;
const PLATFORM = { "store.yaml": STORE, "clusters/a.yaml": destination("a"), "clusters/b.yml": destination("b") };

export async function a_folder_is_dropped(open) {
  const visit = await open();
  const noise = {
    "README.md": "x",
    ".hidden/x.yaml": "kind: [",
    "node_modules/y/package.json": "{",
    "old/.kratix/z.yaml": "a: 1",
    "old/z.yaml": "b: 1",
  };
  await visit.drop(visit.folder({ ...PLATFORM, ...noise }));
  await visit.toast(/3 files opened, 5 passed over/);
  await visit.status(/4 files rendered/);
  assert.deepEqual(await visit.names("file-tree"), ["clusters/", "a.yaml", "b.yml", "store.yaml"]);
}

export async function files_are_dropped_beside_others(open) {
  const visit = await open();
  const top = visit.folder({ "more.yaml": STORE.replace("name: s}", "name: t}"), "notes.txt": "x" });
  await visit.drop(join(top, "more.yaml"), join(top, "notes.txt"));
  await visit.toast(/1 file added/);
  assert.ok((await visit.names("file-tree")).includes("more.yaml"));
  assert.ok((await visit.names("file-tree")).includes("stores.yaml"));
}

export async function a_folder_is_chosen(open) {
  const visit = await open();
  await visit.choose("Choose a folder", "choose-folder", visit.folder(PLATFORM));
  await visit.status(/4 files rendered/);
}

/** Dropped on file:// Chromium passes over names that are not allowed everywhere; chosen, it does not. */
export async function names_are_taken_as_they_are(open, build) {
  const visit = await open();
  const odd = { [`it's "quoted" & <b>.yaml`]: STORE, "déjà vu 🎉/a b.yaml": destination("a") };
  const folder = visit.folder(odd);
  if (build.name === "hosted") await visit.drop(folder);
  else await visit.choose("Choose a folder", "choose-folder", folder);
  await visit.status(/2 files rendered/);
  assert.deepEqual(await visit.names("file-tree"), ["déjà vu 🎉/", "a b.yaml", `it's "quoted" & <b>.yaml`]);
  await visit.item("a b.yaml", "file-tree").click();
  await visit.page.locator("#editor-title:text-is('déjà vu 🎉/a b.yaml')").waitFor();
}

export async function lines_that_end_as_on_Windows_are_lines(open) {
  const visit = await open();
  await visit.drop(visit.folder({ "store.yaml": STORE, "a.yaml": destination("a").replaceAll("\n", "\r\n") }));
  await visit.status(/2 files rendered/);
  await visit.item("a.yaml", "file-tree").click();
  await visit.page.locator("#editor .cm-line", { hasText: "spec: {path: a" }).click();
  await visit.page.keyboard.press("End");
  await visit.page.keyboard.type(" # still");
  await visit.status(/2 files rendered/);
  assert.equal(await visit.problems(), "");
}

export async function files_are_chosen(open) {
  const visit = await open();
  const top = visit.folder({ "more.yaml": STORE.replace("name: s}", "name: t}") });
  await visit.choose("Choose files or a zip", "choose-files", [join(top, "more.yaml")]);
  await visit.toast(/1 file added/);
  assert.equal(await visit.page.locator("#editor-title").textContent(), "more.yaml");
}

export async function manifests_are_pasted_into_the_sheet(open) {
  const visit = await open();
  await visit.page.getByRole("button", { name: "Open or drop files" }).click();
  await visit.page.getByLabel("Or paste manifests").fill(destination("pasted").replace("name: s}", "name: fleet}"));
  await visit.page.getByRole("button", { name: "Add as a file" }).click();
  await visit.status(/17 files rendered/);
  assert.ok((await visit.names("file-tree")).includes("pasted.yaml"));
}

export async function manifests_are_pasted_on_the_page(open) {
  const visit = await open();
  await visit.page.evaluate(
    (text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    },
    destination("pasted").replace("name: s}", "name: fleet}"),
  );
  await visit.status(/17 files rendered/);
}

export async function files_are_made_renamed_and_deleted_by_keyboard(open) {
  const visit = await open();
  const { page } = visit;
  await page.getByRole("button", { name: "New file" }).press("Enter");
  await page.getByLabel("Path").fill("no-manifest.txt");
  await page.keyboard.press("Enter");
  assert.match(await page.getByRole("alert").textContent(), /\.yaml, \.yml or \.json/);
  await page.getByLabel("Path").fill("stores.yaml");
  await page.keyboard.press("Enter");
  assert.match(await page.getByRole("alert").textContent(), /there is a file of this name/);
  await page.getByLabel("Path").fill("promises/new.yaml");
  await page.keyboard.press("Enter");
  await visit.status(/error/);
  assert.equal(await page.locator("#editor-title").textContent(), "promises/new.yaml");
  await page.locator("#file-tree [aria-selected=true]").focus();
  await page.keyboard.press("F2");
  await page.getByLabel("Path").fill("promises/other.yaml");
  await page.keyboard.press("Enter");
  await page.locator("#file-tree .name:text-is('other.yaml')").waitFor();
  await page.locator("#file-tree [aria-selected=true]").focus();
  await page.keyboard.press("Delete");
  await visit.status(/14 files rendered/);
  assert.ok(!(await visit.names("file-tree")).includes("other.yaml"));
  await page.getByRole("button", { name: "Undo" }).click();
  await visit.status(/error/);
}

export async function typing_renders_anew_and_undo_goes_back(open) {
  const visit = await open();
  await visit.page.locator("#editor .cm-line", { hasText: "path: berlin" }).click();
  await visit.page.keyboard.press("End");
  await visit.page.keyboard.type("-east");
  await visit.page.locator("#result-tree .note:text-is('fleet/berlin-east/')").waitFor();
  for (let i = 0; i < 5; i++) await visit.page.keyboard.press("Control+z");
  await visit.page.locator("#result-tree .note:text-is('fleet/berlin/')").waitFor();
}

export async function the_editor_helps_with_kinds_of_Kratix(open) {
  const visit = await open();
  const { page } = visit;
  await page.locator("#editor .cm-line", { hasText: "mode: nestedByMetadata" }).click();
  await page.keyboard.press("Home");
  await page.keyboard.type("fil");
  await page.locator(".cm-tooltip-autocomplete li", { hasText: "filename" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+z");
  await page
    .locator("#editor .cm-line", { hasText: "path: lisbon" })
    .locator("span", { hasText: "path" })
    .first()
    .hover();
  await page.locator(".cm-explain", { hasText: "Destination spec.path" }).waitFor();
}

export async function options_change_the_result(open) {
  const visit = await open();
  const { page } = visit;
  await visit.example("From the documentation");
  await page.getByRole("button", { name: "Options" }).click();
  await page.getByLabel("Kratix", { exact: true }).selectOption("2026-08");
  await visit.status(/1 error/);
  await page.getByLabel("Keep going").check();
  await visit.status(/rendered/);
  assert.match(await page.locator("#version").textContent(), /emulates Kratix 2026-08/);
  await page.getByLabel("Kratix", { exact: true }).selectOption("2025-03");
  await page.getByLabel("Destination", { exact: true }).selectOption("worker-1");
  await page.locator("#version", { hasText: "2025-03" }).waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector("#result-tree").textContent.includes("worker-2"));
  await page.getByRole("button", { name: "Download" }).click();
  assert.equal(
    await page.locator("#command").textContent(),
    "kratree render --kratix-version 2025-03 --keep-going --destination worker-1 --out tree.zip",
  );
}

export async function files_that_are_no_text_are_kept_as_they_are(open) {
  const visit = await open();
  const bytes = Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]);
  const top = visit.folder({ ...PLATFORM, "bad.yaml": bytes });
  await visit.drop(top);
  await visit.status(/4 files rendered/);
  await visit.item("bad.yaml", "file-tree").click();
  assert.match(await visit.page.locator("#editor-title").textContent(), /bad\.yaml: not text/);
  assert.deepEqual(readFileSync(join(top, "bad.yaml")), bytes);
}
