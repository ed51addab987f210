// What the tests of the page have in common: a browser, both builds, the native program, and eyes for what must never
// happen: a request, an error, a violated policy.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const WEB = join(ROOT, "build/web");
const installed = createRequire(join(ROOT, "build/page-tests/package.json"));
const axe = installed("axe-core");
const { chromium } = installed("playwright-core");

const PATIENCE = 120_000; // milliseconds; machines are slow when they are busy, and nothing here measures
const FLAGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-gpu", // the processor draws in any case, quicker without the detour
  "--disable-gpu-compositing",
  "--disable-software-rasterizer",
];
const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript" };

export const launch = () => chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });

/** Serves build/web/hosted; what else is asked for is recorded and not found. */
export async function serve() {
  const server = createServer(({ url }, response) => {
    const name = url === "/" ? "index.html" : url.slice(1);
    if (!["index.html", "start.js", "page.js", "worker.js"].includes(name)) return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": TYPES[name.split(".").pop()] });
    response.end(readFileSync(join(WEB, "hosted", name)));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}

/** Where each build is: its address, and the requests that loading it makes. */
export function builds(server) {
  const hosted = `http://127.0.0.1:${server.address().port}/`;
  const single = pathToFileURL(join(WEB, "kratree.html")).href;
  return [
    { name: "single", url: single, own: [single] },
    { name: "hosted", url: hosted, own: [hosted, `${hosted}start.js`, `${hosted}page.js`, `${hosted}worker.js`] },
  ];
}

/** One page of one build, watched. */
export class Visit {
  static async open(browser, build, options = {}) {
    const { hash = "", wait = true, before = null, ...context } = options;
    const visit = new Visit();
    visit.build = build;
    visit.scratch = mkdtempSync(join(tmpdir(), "kratree-page-"));
    visit.context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      acceptDownloads: true,
      ...context,
    });
    visit.page = await visit.context.newPage();
    visit.page.setDefaultTimeout(PATIENCE);
    visit.offences = [];
    visit.#watch();
    if (before) await visit.page.addInitScript(before);
    await visit.page.goto(build.url + hash);
    if (wait) await visit.settled();
    return visit;
  }

  #watch() {
    const isOwn = (url) => this.build.own.includes(url.split("#")[0]) || /^(blob|data):/.test(url);
    this.context.on("request", (request) => isOwn(request.url()) || this.offences.push(`request: ${request.url()}`));
    this.page.on("websocket", (socket) => this.offences.push(`socket: ${socket.url()}`));
    this.page.on("pageerror", (error) => this.offences.push(`error: ${error.stack}`));
    this.page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.offences.push(`console: ${message.text()}`);
    });
  }

  async close() {
    await this.context.close();
    rmSync(this.scratch, { recursive: true });
    assert.deepEqual(this.offences, [], "requests, errors or violations of the policy");
  }

  // ---- What the reader sees ----

  /** Until the last run has been told. */
  async settled() {
    await this.page.waitForFunction(() => / in \d+ ms$/.test(document.getElementById("status").textContent));
  }

  async status(pattern) {
    await this.page.waitForFunction(
      (source) => new RegExp(source).test(document.getElementById("status").textContent),
      pattern.source,
    );
  }

  async example(title) {
    await this.page.getByRole("button", { name: "Examples" }).click();
    await this.page.evaluate(() => (document.getElementById("status").textContent = "")); // until the run tells
    await this.page.getByRole("dialog", { name: "Examples" }).getByRole("button", { name: title }).click();
    await this.settled();
  }

  /** Names in the result's tree, as they stand there. */
  names(tree = "result-tree") {
    return this.page.locator(`#${tree} .name`).allTextContents();
  }

  item(name, tree = "result-tree") {
    return this.page.locator(`#${tree} .row`, { has: this.page.locator(`.name:text-is("${name}")`) });
  }

  /** Text of an editor; CodeMirror shows only what is in view, so files of tests are short. */
  content(id = "viewer") {
    return this.page.locator(`#${id} .cm-line`).allTextContents();
  }

  async problems() {
    const words = await this.page.locator("#problem-list .words").allTextContents();
    return words.map((one) => `${one}\n`).join("");
  }

  async toast(pattern) {
    await this.page.waitForFunction(
      (source) => new RegExp(source).test(document.getElementById("toast").textContent),
      pattern.source,
    );
  }

  /** Another text for the file in the editor. */
  async type(text) {
    await this.page.locator("#editor .cm-content").click();
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.insertText(text);
  }

  // ---- What comes from outside ----

  /** Files on disk, {path: text}; the folder that holds them. */
  folder(files, name = "platform") {
    const top = join(this.scratch, name);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(top, path)), { recursive: true });
      writeFileSync(join(top, path), text);
    }
    return top;
  }

  /** A copy of an example's files. */
  exampleFolder(name) {
    const top = join(this.scratch, name);
    cpSync(join(ROOT, "fixtures/examples", name, "in"), top, { recursive: true });
    return top;
  }

  /** Drop paths of files and folders on the page, as a file manager does. */
  async drop(...paths) {
    const client = await this.context.newCDPSession(this.page);
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    await this.page.evaluate(() => {
      globalThis.came = [];
      for (const type of ["dragenter", "dragover", "drop"])
        addEventListener(type, () => globalThis.came.push(type), { capture: true, once: true });
    });
    for (const type of ["dragEnter", "dragOver", "drop"]) {
      await client.send("Input.dispatchDragEvent", { type, x: 400, y: 300, data });
      // A drop that overtakes the page's answer to what came before is none.
      await this.page.waitForFunction((name) => globalThis.came.includes(name), type.toLowerCase());
    }
    await client.detach();
  }

  async choose(button, id, paths) {
    await this.page.getByRole("button", { name: "Open or drop files" }).click();
    const chooser = this.page.waitForEvent("filechooser");
    await this.page.getByRole("button", { name: button }).click();
    await (await chooser).setFiles(paths);
  }

  async download(act) {
    const waiting = this.page.waitForEvent("download");
    await act();
    const file = await waiting;
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
  }
}

/** The program, run inside a folder: {status, stderr, zip, diagnostics}. */
export function native(folder, args = []) {
  const out = join(mkdtempSync(join(tmpdir(), "kratree-page-")), "tree.zip");
  const done = spawnSync(join(ROOT, "build/kratree"), ["render", ...args, "--out", out], {
    cwd: folder,
    encoding: "utf8",
  });
  let zip = null;
  try {
    zip = readFileSync(out);
  } catch {
    // It was not written.
  }
  rmSync(dirname(out), { recursive: true });
  return {
    status: done.status,
    zip,
    diagnostics: done.stderr.split(/^(?:$|(?:wrote|same|differs) .* State Store)/m)[0],
  };
}

/** Axe's findings, a line each; of some rules only, if any are named. There are no frames to look into. */
export async function findings(page, rules = null) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const options = { resultTypes: ["violations"], iframes: false, preload: false, ...(rules && { runOnly: rules }) };
  const { violations } = await page.evaluate((how) => globalThis.axe.run(document, how), options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary.split("\n")[1]}`),
  );
}
