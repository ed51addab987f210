// Links that hold the state, files that do, and links from strangers.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";

const fragment = (value) =>
  `#s=${deflateRawSync(Buffer.from(typeof value === "string" ? value : JSON.stringify(value))).toString("base64url")}`;

async function link(visit) {
  await visit.page.getByRole("button", { name: "Share" }).click();
  await visit.page.locator("#share-link").waitFor();
  return visit.page.locator("#share-link").inputValue();
}

export async function a_link_holds_files_options_and_the_open_file(open, build) {
  const visit = await open();
  await visit.example("A broken Promise");
  await visit.page.getByRole("button", { name: "Leave it out" }).click();
  await visit.status(/rendered/);
  const url = await link(visit);
  assert.ok(url.startsWith(`${build.url}#s=`));
  assert.match(await visit.page.locator("#share").textContent(), /The link holds the data/);
  const other = await open({ hash: url.slice(build.url.length) });
  assert.equal(await other.page.locator("#editor-title").textContent(), "promises/beacon.yaml");
  assert.deepEqual(await other.names(), await visit.names());
  assert.equal(await other.problems(), await visit.problems());
}

export async function every_example_fits_into_a_link(open) {
  const visit = await open();
  for (const title of ["Three filepath modes", "Captured workflow output", "From the documentation"]) {
    await visit.example(title);
    const url = await link(visit);
    assert.ok(url.split("#")[1].length <= 8192, title);
    await visit.page.keyboard.press("Escape");
  }
}

export async function too_much_for_a_link_becomes_a_file(open) {
  const visit = await open();
  const random = Array.from({ length: 900 }, (_, i) => `  k${i}: "${Math.random()}"`).join("\n");
  await visit.page.getByRole("button", { name: "Open or drop files" }).click();
  await visit.page.getByLabel("Or paste manifests").fill(`kind: Other\nspec:\n${random}\n`);
  await visit.page.getByRole("button", { name: "Add as a file" }).click();
  await visit.settled();
  await visit.page.getByRole("button", { name: "Share" }).click();
  await visit.page.getByText("too much for a link").waitFor();
  assert.equal(await visit.page.locator("#share-link").count(), 0);
  const { name, bytes } = await visit.download(() => visit.page.getByRole("button", { name: "Save as" }).click());
  assert.equal(name, "state.kratree");
  const path = join(visit.scratch, name);
  writeFileSync(path, bytes);
  const other = await open();
  await other.drop(path);
  await other.page.locator("#file-tree .name:text-is('pasted.yaml')").waitFor();
}

const HOSTILE = {
  "it is damaged": ["#s=", "#s=%%%", "#s=AAAA", fragment("{"), fragment("not json"), "#s=" + "A".repeat(50_000)],
  "it is of another version": [fragment("null"), fragment([]), fragment({ version: 2, files: [["a.yaml", ""]] })],
  "it holds no files": [
    fragment({ version: 1 }),
    fragment({ version: 1, files: [] }),
    fragment({ version: 1, files: "x" }),
  ],
  "a file in it is damaged": [
    fragment({ version: 1, files: [["../../etc/passwd.yaml", "x"]] }),
    fragment({ version: 1, files: [["/a.yaml", "x"]] }),
    fragment({ version: 1, files: [["a.yaml", 7]] }),
    fragment({ version: 1, files: [null] }),
    fragment({ version: 1, files: [["a\0.yaml", ""]] }),
    fragment({ version: 1, files: [["a.exe", ""]] }),
    fragment({ version: 1, files: [[["a.yaml"], "x"]] }),
  ],
  "it holds too much": [fragment({ version: 1, files: [["a.yaml", "a".repeat(9 << 20)]] })],
};

export async function links_from_strangers_do_no_harm(open) {
  const visit = await open();
  for (const [words, fragments] of Object.entries(HOSTILE))
    for (const hash of fragments) {
      await visit.page.evaluate(() => (document.getElementById("toast").textContent = ""));
      await visit.page.evaluate((value) => (location.hash = value), hash);
      await visit.toast(new RegExp(`This link cannot be opened: ${words}`));
      assert.ok((await visit.names()).includes("all.yaml"), "what was open stays open");
    }
}

export async function a_broken_link_opens_the_example(open) {
  const visit = await open({ hash: "#s=AAAA" });
  assert.ok((await visit.names()).includes("all.yaml"));
  await visit.toast(/This link cannot be opened/);
}

export async function options_and_markup_in_a_link_are_only_text(open) {
  const evil = "<img src=x onerror=alert(1)><script>window.ran=1</script>";
  const visit = await open({
    hash: fragment({
      version: 1,
      active: "__proto__",
      options: { kratixVersion: "nonsense", constructor: true, limits: { depth: 1 }, store: evil },
      files: [
        [`${evil}.yaml`.replaceAll("/", ""), `kind: ${evil}\napiVersion: platform.kratix.io/v1alpha1\n`],
        ["__proto__.yaml", "a: 1"],
      ],
    }),
    wait: false,
  });
  await visit.page.waitForTimeout(500);
  assert.equal(await visit.page.evaluate(() => window.ran), undefined);
  assert.equal(await visit.page.locator("img").count(), 0);
  assert.match(await visit.page.locator("#status").textContent(), /failed|error/);
}
