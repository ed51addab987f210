// The worker: holds kratree.wasm and the sources, answers calls. Who calls, and why there are two: engine.js.

import module from "kratree:module";
import { Kratree } from "../wasm/kratree.js";
import { inflate } from "./deflate.js";
import { provenanceOf } from "./provenance.js";
import { sourcesOf } from "./sources.js";

const loading = inflate(module).then((bytes) => Kratree.load(bytes));
const files = new Map(); // path → {path, bytes}
let rendering = null;
let comparison = null;

const calls = {
  /** Take over what has changed and render. The tree stays here, to be asked for. */
  async render({ changed, removed, options }) {
    for (const path of removed) files.delete(path);
    for (const file of changed) files.set(file.path, file);
    const kratree = await loading;
    const start = performance.now();
    close();
    rendering = kratree.render(sourcesOf(files.values()), options);
    const { status, outlineText } = rendering;
    const printed = rendering.diagnosticsText();
    return { status, outlineText, printed, milliseconds: performance.now() - start };
  },

  /** What the outline leaves out: of all files, which lines made what … */
  provenance: () => provenanceOf(rendering.report),

  /** … and of one file the content, its digest and who put which stretch there. */
  file({ tree, file, most }) {
    const { size, sha256, makers } = rendering.report.trees[tree].files[file];
    return { bytes: size <= most ? rendering.file(tree, file) : null, sha256, makers };
  },

  files: () => rendering.files(),

  zip: ({ level }) => rendering.zip(level),

  /** What has changed since `base`, which is files. The comparison stays here, to be asked for lines. */
  compare({ base, ours }) {
    comparison?.close();
    comparison = null;
    comparison = rendering.compare(base, { ours });
    const { counts, differences } = comparison;
    return { counts, differences };
  },

  lines: ({ index }) => comparison.lines(index),

  async unzip({ name, bytes, limits }) {
    const opened = (await loading).readZip({ path: name, bytes }, limits);
    const found = opened.files();
    opened.close();
    return found;
  },
};

function close() {
  comparison?.close();
  rendering?.close();
  comparison = rendering = null;
}

/** In the order they came: a call waits for the one before. */
let last = Promise.resolve();

onmessage = ({ data }) => {
  last = last.then(() => answer(data));
};

async function answer({ id, call, args }) {
  try {
    const value = await calls[call](args);
    const bytes = value?.bytes ?? value;
    postMessage({ id, value }, bytes instanceof Uint8Array ? [bytes.buffer] : []);
  } catch (error) {
    postMessage({ id, error: error.diagnostics || String(error.message ?? error) });
  }
}
