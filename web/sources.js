// What the core is given of the files that are open; the worker and build.mjs share it.

import { FOLDER } from "../wasm/kratree.js";

const NOTHING = new Uint8Array();
const OUTPUTS = "outputs/";

/** Files below outputs/ are captured pipeline output, as the command line reads it; the rest are manifests. */
export function sourcesOf(files) {
  const folders = new Set();
  const found = [];
  for (const { path, bytes } of files) {
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
