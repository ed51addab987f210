// The worker: holds kratree.wasm and the sources, answers calls. Who calls, and why there are two: engine.js.

import module from "kratree:module";
import { FOLDER, Kratree } from "../wasm/kratree.js";
import { inflate } from "./deflate.js";
import { provenanceOf } from "./provenance.js";

const NOTHING = new Uint8Array();
const OUTPUTS = "outputs/";

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
    rendering = kratree.render(sources(), options);
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

/** Files below outputs/ are captured pipeline output, as the command line reads it; the rest are manifests. */
function sources() {
  const folders = new Set();
  const found = [];
  for (const { path, bytes } of files.values()) {
    if (!path.startsWith(OUTPUTS)) {
      found.push({ path, bytes });
      continue;
    }
    const capture = path.slice(OUTPUTS.length);
    for (let end = capture.indexOf("/"); end > 0; end = capture.indexOf("/", end + 1))
      folders.add(capture.slice(0, end));
    found.push({ path, capture, bytes });
  }
  for (const capture of folders) found.push({ path: OUTPUTS + capture, capture, bytes: NOTHING, flags: FOLDER });
  return found;
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
