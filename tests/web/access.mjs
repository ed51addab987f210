// Readers without a mouse, without sight, with little room, with other colours.

import assert from "node:assert/strict";
import { findings } from "./harness.mjs";

const STATES = {
  "the first example": async () => {},
  "a chosen file": async (visit) => (
    await visit.item("all.yaml").click(),
    visit.page.locator("#viewer .cm-line", { hasText: "kind: Namespace" }).first().waitFor()
  ),
  placement: async ({ page }) => page.getByRole("tab", { name: "Placement" }).click(),
  changes: async ({ page }) => page.getByRole("tab", { name: "Changes" }).click(),
  problems: async (visit) => visit.example("A broken Promise"),
  "what the lines make": async (visit) => (
    await visit.example("Three filepath modes"),
    await visit.item("stores.yaml", "file-tree").click(),
    visit.page.getByRole("button", { name: "Show all" }).click()
  ),
  "an old tree": async (visit) => (
    await visit.type("apiVersion: platform.kratix.io/v1alpha1\nkind: ["),
    visit.page.locator("#stale").waitFor()
  ),
  warnings: async (visit) => visit.example("Several Destinations match"),
  examples: async ({ page }) => page.getByRole("button", { name: "Examples" }).click(),
  options: async ({ page }) => page.getByRole("button", { name: "Options" }).click(),
  share: async ({ page }) => (
    await page.getByRole("button", { name: "Share" }).click(),
    page.locator("#share-link").waitFor()
  ),
  open: async ({ page }) => page.getByRole("button", { name: "Open or drop files" }).click(),
  download: async ({ page }) => page.getByRole("button", { name: "Download" }).click(),
  "new file": async ({ page }) => page.getByRole("button", { name: "New file" }).click(),
};

const axe = (context, rules) => async (open) => {
  const visit = await open({ reducedMotion: "reduce", ...context });
  for (const [state, reach] of Object.entries(STATES)) {
    await reach(visit);
    assert.deepEqual(await findings(visit.page, rules), [], state);
    await visit.page.keyboard.press("Escape");
  }
};

export const axe_finds_nothing = Object.assign(axe({ colorScheme: "light" }), { only: "single" });
export const axe_finds_nothing_in_the_dark = Object.assign(axe({ colorScheme: "dark" }, ["color-contrast"]), {
  only: "single",
});

async function axe_on_a_phone(open) {
  const visit = await open({ viewport: { width: 320, height: 640 } });
  assert.deepEqual(await findings(visit.page), []);
  await visit.page.getByRole("button", { name: /^Result/ }).click();
  assert.deepEqual(await findings(visit.page), []);
}

/** The style is the same in both builds. */
export const axe_finds_nothing_on_a_phone = Object.assign(axe_on_a_phone, { only: "single" });

async function sideways(open) {
  const { page } = await open();
  for (const width of [320, 640, 900, 1600]) {
    await page.setViewportSize({ width, height: 700 });
    for (const pane of width < 720 ? ["Manifests", "Result"] : [null]) {
      if (pane)
        await page.getByRole("navigation", { name: "Part of the page" }).getByRole("button", { name: pane }).click();
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${over} pixels over at ${width}`);
    }
    for (const name of ["Examples", "Options", "Share", "Download"]) {
      await page
        .getByRole("button", { name, exact: name !== "Examples" })
        .first()
        .click();
      const box = await page.getByRole("dialog", { name }).boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= width, `${name} at ${width}`);
      await page.keyboard.press("Escape");
    }
  }
}

/** 320 pixels, and 1280 zoomed to 200 %: nothing is cut off sideways. */
export const nothing_needs_scrolling_sideways = Object.assign(sideways, { only: "single" });

/** Runs in the page; the editor is told a moment after the focus came. */
function isFocusSeen() {
  const element = document.activeElement;
  const marked = [element, element.firstElementChild].filter(Boolean).map((one) => getComputedStyle(one));
  return (
    marked.some(({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && outlineWidth !== "0px") ||
    element.closest(".cm-editor.cm-focused") !== null ||
    element === document.body
  );
}

export async function tab_goes_everywhere_and_shows_where_it_is(open) {
  const { page } = await open();
  const seen = new Set();
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press("Tab");
    await page.waitForFunction(isFocusSeen).catch(async () => {
      assert.fail(`focus is not seen on ${await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200))}`);
    });
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      return {
        name: element.id || element.textContent.trim().slice(0, 20),
        inEditor: element.closest("#editor") !== null,
      };
    });
    seen.add(at.name);
    if (at.inEditor) await page.keyboard.press("Escape"); // then Tab leaves the editor
  }
  for (const id of [
    "examples-button",
    "options-button",
    "share-button",
    "theme",
    "new-file",
    "tab-tree",
    "download-button",
  ])
    assert.ok(seen.has(id), id);
}

export async function the_skip_link_leads_to_the_result(open) {
  const { page } = await open();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "result");
}

export async function sheets_open_and_close_by_keyboard(open) {
  const { page } = await open();
  const button = page.getByRole("button", { name: "Options" });
  await button.press("Enter");
  await page.getByRole("dialog", { name: "Options" }).waitFor();
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("dialog", { name: "Options" }).isVisible(), false);
  assert.equal(await page.evaluate(() => document.activeElement.id), "options-button");
}

export async function nothing_moves_for_those_who_want_it_so(open) {
  const { page } = await open({ reducedMotion: "reduce" });
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll("*")].filter(
        (one) => !["0s", ""].includes(getComputedStyle(one).transitionDuration),
      ).length,
  );
  assert.equal(moving, 0);
}
