#!/usr/bin/env node
// Build the page: one file that works from file://, and a split build for hosting.
//
//     build.mjs OUT MODULE      build/web, build/wasm/kratree.wasm
//
// esbuild and CodeMirror are below OUT/node_modules (packaging/npm.sh). OUT/kratree.html holds everything;
// OUT/hosted/ is index.html and three scripts. Both carry the WASM bytes in a script: nothing is fetched.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { Kratree } from "../wasm/kratree.js";
import { EXAMPLES } from "./examples.js";
import { CORE_LIMITS } from "./files.js";
import { sourcesOf } from "./sources.js";

const WEB = dirname(fileURLToPath(import.meta.url));
const FIXTURES = join(WEB, "../fixtures/examples");
const [out, module] = process.argv.slice(2).map((path) => resolve(path));
const { build } = createRequire(join(out, "package.json"))("esbuild");

/** Files of an example: [[path, text]], by path. */
function exampleFiles(name) {
  const top = join(FIXTURES, name, "in");
  const paths = readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return paths.sort().map((path) => [relative(top, path), readFileSync(path, "utf8")]);
}

/** The outline of the first example, as the worker gives it. */
async function firstOutline() {
  const kratree = await Kratree.load(readFileSync(module));
  const files = exampleFiles(EXAMPLES[0].name).map(([path, bytes]) => ({ path, bytes }));
  return kratree.render(sourcesOf(files), { limits: CORE_LIMITS }).outlineText;
}

/** Where the worker comes from: text in the page, or a file beside it. */
const SPAWN = {
  single: `export const spawn = () => new Worker(spawn.url ??= URL.createObjectURL(
    new Blob([document.getElementById("worker").textContent], { type: "text/javascript" })));`,
  hosted: `export const spawn = () => new Worker(new URL("worker.js", document.baseURI));`,
};

/** What is made here and imported by name: kratree:module, kratree:examples, kratree:first, kratree:spawn. */
const made = (kind) => ({
  name: "kratree",
  setup(builder) {
    const contents = {
      module: () =>
        `export default ${JSON.stringify(deflateRawSync(readFileSync(module), { level: 9 }).toString("base64"))};`,
      examples: () =>
        `export default ${JSON.stringify(Object.fromEntries(EXAMPLES.map(({ name }) => [name, exampleFiles(name)])))};`,
      first: async () => `export default ${JSON.stringify(await firstOutline())};`,
      spawn: () => SPAWN[kind],
    };
    builder.onResolve({ filter: /^kratree:/ }, ({ path }) => ({
      path: path.slice("kratree:".length),
      namespace: "kratree",
    }));
    builder.onLoad({ filter: /.*/, namespace: "kratree" }, async ({ path }) => ({
      contents: await contents[path](),
      loader: "js",
    }));
  },
});

/** A script of everything that `entry` imports. */
async function script(entry, kind) {
  const { outputFiles } = await build({
    entryPoints: [join(WEB, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    nodePaths: [join(out, "node_modules")],
    plugins: [made(kind)],
  });
  return outputFiles[0].text.trim();
}

/** The dark theme's block, where the system wants it and where the reader does. */
function withDark(css) {
  return css.replace(
    /@dark \{([^}]*)\}/,
    (_, block) =>
      `@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) {${block}} }\n:root[data-theme="dark"] {${block}}`,
  );
}

async function style() {
  const { transform } = createRequire(join(out, "package.json"))("esbuild");
  const { code } = await transform(withDark(readFileSync(join(WEB, "style.css"), "utf8")), {
    loader: "css",
    minify: true,
  });
  return code.trim();
}

const hashOf = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The policy: no network at all. `scripts` is what may run. */
const policy = (scripts) =>
  `default-src 'none'; script-src ${scripts} 'wasm-unsafe-eval'; worker-src blob: 'self'; style-src 'unsafe-inline'; ` +
  `img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'`;

/** Text inside <script> ends at </script, and <!-- makes the rest of it something else. */
function inScript(text) {
  if (/<\/script|<!--/i.test(text)) throw new Error("a script holds what would end it");
  return text;
}

function page(parts) {
  return readFileSync(join(WEB, "index.html"), "utf8").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
}

const css = await style();
const worker = inScript(await script("worker.js", "single"));

const start = inScript(await script("start.js", "single"));
const main = inScript(await script("first.js", "single"));
writeFileSync(
  join(out, "kratree.html"),
  page({
    policy: policy([start, main].map(hashOf).join(" ")),
    style: css,
    start: `<script type="text/plain" id="worker">${worker}</script>\n<script>${start}</script>`,
    scripts: `<script>${main}</script>`,
  }),
);

mkdirSync(join(out, "hosted"), { recursive: true });
writeFileSync(join(out, "hosted/worker.js"), worker);
writeFileSync(join(out, "hosted/start.js"), await script("start.js", "hosted"));
writeFileSync(join(out, "hosted/page.js"), await script("first.js", "hosted"));
writeFileSync(
  join(out, "hosted/index.html"),
  page({
    policy: policy("'self'"),
    style: css,
    start: '<script src="start.js"></script>',
    scripts: '<script src="page.js"></script>',
  }),
);
