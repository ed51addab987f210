// What the command line reads from disk, for Node: manifests below a path and captured pipeline output.
//
// Names that are no UTF-8 are not served here.

import { lstatSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { FOLDER, NAMED, UNREADABLE } from "./kratree.js";

const MANIFEST = /\.(yaml|yml|json)$/;
const NOTHING = new Uint8Array();

const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const names = (folder) => readdirSync(folder).sort(byBytes);
const inside = (folder, name) => (folder === "." ? name : `${folder.replace(/\/+$/, "")}/${name}`);
export const isFolder = (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Manifests below a folder, in byte order; a file stands for itself. */
export function manifests(path) {
  return isFolder(path) ? below(path) : [{ path, bytes: readFileSync(path), flags: NAMED }];
}

function below(folder) {
  return names(folder).flatMap((name) => {
    const path = inside(folder, name);
    const entry = lstatSync(path);
    if (name.startsWith(".")) return [];
    if (entry.isDirectory()) return name === "node_modules" || name === "outputs" ? [] : below(path);
    return entry.isFile() && MANIFEST.test(name) ? [{ path, bytes: readFileSync(path) }] : [];
  });
}

/** Everything below an outputs folder, hidden or not; none if there is no such folder. */
export function captures(outputs) {
  return isFolder(outputs) ? captured(outputs, "", realpathSync(outputs)) : [];
}

function captured(outputs, prefix, root) {
  return names(join(outputs, prefix)).flatMap((name) => {
    const capture = prefix + name;
    const path = inside(outputs, capture);
    if (lstatSync(path).isDirectory())
      return [{ path, capture, bytes: NOTHING, flags: FOLDER }, ...captured(outputs, `${capture}/`, root)];
    return isReadable(path, root)
      ? [{ path, capture, bytes: readFileSync(path) }]
      : [{ path, capture, bytes: NOTHING, flags: UNREADABLE }];
  });
}

/** A file, or a link to a file below `root`. */
function isReadable(path, root) {
  const target = statSync(path, { throwIfNoEntry: false });
  return (target?.isFile() ?? false) && realpathSync(path).startsWith(root + sep);
}
