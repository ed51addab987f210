// What is there when the page opens, and what the policy allows.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { WEB } from "./harness.mjs";

const POLICY = (scripts) =>
  `default-src 'none'; script-src ${scripts} 'wasm-unsafe-eval'; worker-src blob: 'self'; style-src 'unsafe-inline'; img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'`;

const TITLES = [
  "Three filepath modes",
  "Strict matching",
  "Several Destinations match",
  "Captured workflow output",
  "Aggregated files",
  "A collision",
  "From the documentation",
  "A broken Promise",
];

export async function opens_with_an_example_rendered(open) {
  const { page } = await open();
  assert.match(await page.locator("#totals").textContent(), /1 State Store · 3 Destinations · 14 files/);
  assert.match(
    await page.locator("#version").textContent(),
    /^kratree \d+\.\d+\.\d+, emulates Kratix 2025-03 to 2026-08$/,
  );
}

/** What the build rendered: there before anything runs, and what the module then says. */
export async function the_first_tree_is_there_when_the_page_is(open) {
  const silent = () => {
    globalThis.Worker = class extends EventTarget {
      postMessage() {}
      terminate() {}
    };
  };
  const { page: before } = await open({ before: silent, wait: false });
  const rows = (page) => page.locator("#totals, #result-tree .row").allTextContents();
  const there = await rows(before);
  assert.match(await before.locator("#status").textContent(), /^(Loading|Rendering …)$/);
  const visit = await open();
  assert.deepEqual((await rows(visit.page)).map(unmarked), there);
  await visit.example("Strict matching");
  await visit.example("Three filepath modes");
  assert.deepEqual((await rows(visit.page)).map(unmarked), there);
  assert.equal(there.length, 1 + (await visit.names()).length);
}

/** The cursor's lines are found once the module has run. */
const unmarked = (text) => text.replace("made here", "");

export async function every_example_opens(open) {
  const visit = await open();
  for (const title of TITLES) {
    await visit.example(title);
    const broken = title === "A collision" || title === "A broken Promise";
    assert.equal(await visit.page.locator("#empty").isVisible(), broken, title);
    assert.equal((await visit.names()).length > 0, !broken, title);
  }
}

export async function policy_is_exactly_this(open, build) {
  const { page } = await open();
  const policy = await page.locator("meta[http-equiv='Content-Security-Policy']").getAttribute("content");
  if (build.name === "hosted") return assert.equal(policy, POLICY("'self'"));
  const html = readFileSync(join(WEB, "kratree.html"), "utf8");
  const scripts = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text);
  const hashes = scripts.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  assert.equal(hashes.length, 2);
  assert.equal(policy, POLICY(hashes.join(" ")));
}

export async function policy_holds(open) {
  const visit = await open();
  const refused = await visit.page.evaluate(async () => {
    const told = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => told.push(effectiveDirective));
    await fetch("https://example.com/").catch(() => {});
    const image = new Image();
    image.src = "https://example.com/x.png";
    document.body.append(Object.assign(document.createElement("script"), { textContent: "window.ran = true" }));
    await new Promise((done) => setTimeout(done, 300));
    return { told, ran: window.ran ?? false };
  });
  assert.deepEqual([...new Set(refused.told)].sort(), ["connect-src", "img-src", "script-src-elem"]);
  assert.equal(refused.ran, false);
  visit.offences = visit.offences.filter((one) => !/Content Security Policy|example\.com/.test(one)); // those were ours
}

export async function without_javascript_a_paragraph_says_what_to_do(open) {
  const { page } = await open({ javaScriptEnabled: false, wait: false });
  assert.match(await page.locator("noscript").textContent(), /kratree render FOLDER/);
  assert.equal(await page.locator("noscript p").isVisible(), true);
  assert.equal(await page.locator("main").isVisible(), false);
}

export async function theme_follows_the_system_and_the_button(open) {
  const { page } = await open({ colorScheme: "dark" });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await paper();
  await page.getByRole("button", { name: "Theme: system" }).click();
  const light = await paper();
  assert.notEqual(light, dark);
  await page.getByRole("button", { name: "Theme: light" }).click();
  assert.equal(await paper(), dark);
  await page.emulateMedia({ colorScheme: "light" });
  assert.equal(await paper(), dark);
}

export async function the_page_is_small(_open) {
  const { gzipSync } = await import("node:zlib");
  const bytes = gzipSync(readFileSync(join(WEB, "kratree.html")), { level: 9 }).length;
  assert.ok(bytes <= 500_000, `${bytes} bytes gzipped`);
}
