// Wrong input: the command line's words, and the last good tree.

import assert from "node:assert/strict";
import { native } from "./harness.mjs";

export async function the_words_are_the_command_line_s(open) {
  const visit = await open();
  for (const [title, name] of [
    ["A broken Promise", "broken"],
    ["A collision", "collision"],
    ["From the documentation", "documents"],
    ["Several Destinations match", "several_matches"],
  ]) {
    await visit.example(title);
    assert.equal(await visit.problems(), native(visit.exampleFolder(name)).diagnostics, title);
  }
}

export async function the_words_are_in_the_editor_too(open) {
  const visit = await open();
  const { page } = visit;
  await visit.example("A broken Promise");
  await page.locator("#editor .cm-lintRange-error", { hasText: "destinatonSelectors" }).first().hover();
  const told = await page.locator(".cm-tooltip .cm-words").first().textContent();
  assert.ok((await visit.problems()).includes(told), told);
  assert.match(told, /^error: unknown field .* \[KT-204\]/);
}

export async function a_problem_leads_to_its_place(open) {
  const visit = await open();
  const { page } = visit;
  await visit.example("A broken Promise");
  await page.locator(".problem", { hasText: "KT-207" }).press("Enter");
  assert.equal(await page.locator("#editor-title").textContent(), "destinations.yaml");
  assert.equal(await page.locator("#editor .cm-activeLine").textContent(), "    mode: nested");
  assert.equal(await page.evaluate(() => document.activeElement.closest("#editor") !== null), true);
}

export async function the_last_good_tree_stays_while_input_is_broken(open) {
  const visit = await open();
  const { page } = visit;
  await page.locator("#editor .cm-line", { hasText: "path: berlin" }).click();
  await page.keyboard.press("Home");
  await page.keyboard.type("x");
  await visit.status(/1 error/);
  assert.equal(await page.locator("#stale").isVisible(), true);
  assert.match(await page.locator("#stale").textContent(), /last good tree: 1 error/);
  assert.ok((await visit.names()).includes("all.yaml"));
  await visit.item("all.yaml").click();
  assert.equal((await visit.content())[0], "apiVersion: v1");
  await page.keyboard.press("Escape");
  await visit.item("destinations.yaml", "file-tree").click();
  await page.locator("#editor .cm-line", { hasText: "xpath: berlin" }).click();
  await page.keyboard.press("Home");
  await page.keyboard.press("Delete");
  await visit.status(/14 files rendered/);
  assert.equal(await page.locator("#stale").isVisible(), false);
}

export async function what_Kratix_refuses_is_left_out_on_demand(open) {
  const visit = await open();
  await visit.example("A broken Promise");
  await visit.page.getByRole("button", { name: "Leave it out" }).click();
  await visit.status(/files? rendered/);
  const want = native(visit.exampleFolder("broken"), ["--keep-going"]);
  assert.equal(await visit.problems(), want.diagnostics);
  await visit.page.getByRole("button", { name: "Refuse again what Kratix refuses" }).click();
  await visit.status(/2 errors/);
}

export async function nothing_to_write_is_said(open) {
  const visit = await open();
  for (const name of await visit.names("file-tree"))
    if (!name.endsWith("/")) await visit.page.getByRole("button", { name: "Delete file" }).click();
  await visit.page.getByRole("heading", { name: "No manifests" }).waitFor();
  await visit.page.getByRole("button", { name: "Look at an example" }).click();
  await visit.page.getByRole("dialog", { name: "Examples" }).waitFor();
}
