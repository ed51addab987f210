// The result: trees, content, provenance both ways, placement, the zip.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { native } from "./harness.mjs";

export async function the_tree_is_walked_by_keyboard(open) {
  const { page } = await open();
  const focused = () => page.evaluate(() => document.activeElement.querySelector(".name")?.textContent);
  const expanded = () => page.evaluate(() => document.activeElement.getAttribute("aria-expanded"));
  await page.locator("#result-tree [role=treeitem][tabindex='0']").focus();
  const steps = [
    ["Home", "fleet"],
    ["ArrowDown", "berlin"],
    ["ArrowRight", "dependencies/"],
    ["ArrowLeft", "dependencies/"],
    ["ArrowLeft", "berlin"],
    ["End", "kratix-canary-namespace.yaml"],
    ["a", "all.yaml"],
    ["Home", "fleet"],
    ["l", "lisbon"],
  ];
  for (const [key, name] of steps) {
    await page.keyboard.press(key);
    assert.equal(await focused(), name, key);
  }
  await page.keyboard.press("ArrowLeft");
  assert.equal(await expanded(), "false");
  await page.keyboard.press("*");
  assert.equal(await expanded(), "true");
  await page.waitForTimeout(800); // the word that was typed is over
  await page.keyboard.type("ingress-dep");
  assert.equal(await focused(), "ingress-dependencies.yaml");
  await page.keyboard.press("Enter");
  assert.match(await page.locator("#content-title").textContent(), /ingress-dependencies\.yaml$/);
  assert.equal(await page.locator("#result-tree [role=treeitem][tabindex='0']").count(), 1);
}

export async function the_tree_is_one_for_assistive_technology(open) {
  const { page } = await open();
  await page.getByRole("tree", { name: "State Stores" }).getByRole("treeitem", { name: /fleet/ }).first().waitFor();
  const levels = await page
    .locator("#result-tree [role=treeitem]")
    .evaluateAll((items) => items.map((item) => Number(item.getAttribute("aria-level"))));
  assert.deepEqual([levels[0], levels[1], Math.max(...levels)], [1, 2, 5]);
  assert.equal(await page.locator("#result-tree > [role=treeitem] > [role=group] > [role=treeitem]").count(), 3);
}

export async function a_file_shows_its_content_and_the_lines_that_made_it(open) {
  const visit = await open();
  const { page } = visit;
  await visit.item("all.yaml").click();
  assert.equal(await page.locator("#content-title").textContent(), "fleet/osaka/all.yaml");
  assert.deepEqual((await visit.content()).slice(0, 4), [
    "apiVersion: v1",
    "kind: Namespace",
    "metadata:",
    "  name: ingress",
  ]);
  assert.equal(await page.locator("#editor-title").textContent(), "promises/ingress.yaml");
  const marked = await page.locator("#editor .cm-made").allTextContents();
  assert.equal(marked[0], "    - apiVersion: v1");
  assert.equal(marked.at(-1), "        timeout: 30s");
  await page.locator("#viewer .cm-caption button", { hasText: "promises/postgres.yaml" }).first().click();
  assert.equal(await page.locator("#editor-title").textContent(), "promises/postgres.yaml");
  assert.equal(await page.evaluate(() => document.activeElement.closest("#editor") !== null), true);
}

export async function the_cursor_shows_what_its_lines_make(open) {
  const visit = await open();
  const { page } = visit;
  await visit.item("ingress.yaml", "file-tree").click();
  await page.locator("#editor .cm-line", { hasText: "timeout: 30s" }).click();
  await page.locator("#made", { hasText: "These lines make 3 files" }).waitFor();
  const marked = page.locator("#result-tree .is-marked .name");
  assert.deepEqual(await marked.allTextContents(), [
    "ingress-dependencies.yaml",
    "ingress-dependencies.yaml",
    "all.yaml",
  ]);
  await page.locator("#made button", { hasText: "all.yaml" }).click();
  assert.equal(await page.locator("#content-title").textContent(), "fleet/osaka/all.yaml");
  await visit.item("destinations.yaml", "file-tree").click();
  await page.locator("#editor .cm-line", { hasText: "name: lisbon" }).click();
  await page.locator("#made", { hasText: "These lines make 6 files" }).waitFor();
  await visit.item("stores.yaml", "file-tree").click();
  await page.locator("#made", { hasText: "These lines make 14 files" }).waitFor();
}

export async function all_that_the_lines_make_can_be_reached(open) {
  const visit = await open();
  const { page } = visit;
  await visit.item("stores.yaml", "file-tree").click();
  await page.locator("#made", { hasText: "These lines make 14 files" }).waitFor();
  const more = page.getByRole("button", { name: "Show all" });
  assert.equal(await more.getAttribute("aria-expanded"), "false");
  await more.press("Enter");
  const last = page.locator("#made .chip").last();
  await last.focus();
  const inside = () =>
    page.evaluate(() => {
      const [chips, chip] = [document.querySelector("#made .chips"), document.activeElement];
      const [around, box] = [chips, chip].map((one) => one.getBoundingClientRect());
      return box.left >= around.left && box.right <= around.right && box.bottom <= around.bottom + 1;
    });
  assert.equal(await inside(), true, "the last one is seen");
  await last.press("Enter");
  assert.equal(await page.locator("#content-title").textContent(), "fleet/osaka/kratix-canary-namespace.yaml");
  await page.getByRole("button", { name: "Show fewer" }).click();
  await page.setViewportSize({ width: 1280, height: 700 });
  await page.getByRole("button", { name: "Show all" }).waitFor();
}

export async function captured_output_knows_its_files(open) {
  const visit = await open();
  await visit.item("cluster.yaml", "file-tree").click();
  await visit.page.locator("#made", { hasText: "These lines make 1 file" }).waitFor();
}

export async function placement_says_why_and_why_not(open) {
  const { page } = await open();
  await page.getByRole("tab", { name: "Files" }).press("ArrowRight");
  const grid = page.getByRole("grid");
  await grid.locator("[role=gridcell][tabindex='0']").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  assert.equal(
    await page.locator(".sentence").textContent(),
    "postgres request orders ↛ osaka: it has no label tier, which tier=gold asks for",
  );
  await page.keyboard.press("Home");
  assert.match(
    await page.locator(".sentence").textContent(),
    /^postgres request orders → berlin: its labels match env=prod,tier=gold$/,
  );
  assert.equal(await grid.locator("[role=gridcell]").count(), 9);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#editor-title").textContent(), "requests/orders.yaml");
  await grid.locator("[role=gridcell]").nth(8).click();
  assert.match(await page.locator(".sentence").textContent(), /^dependencies of postgres → osaka/);
}

export async function the_zip_is_the_program_s(open) {
  const visit = await open();
  for (const [title, name] of [
    ["Three filepath modes", "three_modes"],
    ["Captured workflow output", "directory_selectors"],
    ["Several Destinations match", "several_matches"],
  ]) {
    await visit.example(title);
    await visit.page.getByRole("button", { name: "Download" }).click();
    await visit.page.locator("#zip-sha256", { hasText: /^[0-9a-f]{64}$/ }).waitFor();
    const told = await visit.page.locator("#zip-sha256").textContent();
    const { name: file, bytes } = await visit.download(() => visit.page.locator("#take-zip").click());
    await visit.page.keyboard.press("Escape");
    const want = createHash("sha256")
      .update(native(visit.exampleFolder(name)).zip)
      .digest("hex");
    assert.equal(file, "tree.zip");
    assert.equal(createHash("sha256").update(bytes).digest("hex"), want, title);
    assert.equal(told, want, title);
  }
}

async function copies(open) {
  const visit = await open({ permissions: ["clipboard-read", "clipboard-write"] });
  const { page } = visit;
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await visit.item("all.yaml").click();
  await page.getByRole("button", { name: "Copy path" }).click();
  await visit.toast(/Path copied/);
  assert.equal(await clipboard(), "fleet/osaka/all.yaml");
  await page.getByRole("button", { name: "Copy file" }).click();
  await visit.toast(/File copied/);
  assert.match(await clipboard(), /^apiVersion: v1\nkind: Namespace\n/);
  await page.getByRole("button", { name: "Download" }).click();
  await page.getByRole("button", { name: "Copy command" }).click();
  await visit.toast(/Command copied/);
  assert.equal(await clipboard(), "kratree render --out tree.zip");
}

/** There is one clipboard, so that two builds at once would meet there. */
export const paths_files_and_the_command_are_copied = Object.assign(copies, { only: "single" });

export async function what_was_chosen_stays_chosen_through_an_edit(open) {
  const visit = await open();
  await visit.item("all.yaml").click();
  await visit.page.locator("#editor .cm-line", { hasText: "timeout: 30s" }).click();
  await visit.page.keyboard.press("End");
  await visit.page.keyboard.type("x");
  await visit.page.locator("#viewer .cm-line", { hasText: "timeout: 30sx" }).waitFor();
  assert.equal(await visit.page.locator("#content-title").textContent(), "fleet/osaka/all.yaml");
}
