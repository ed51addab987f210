// Bringing files in: dropped, chosen, pasted, from a zip; which of them count, and under which names.

/** What the page takes at most; the command line takes more. */
export const LIMITS = { files: 20_000, bytes: 64 << 20, zip: { zipEntries: 20_000, zipBytes: 64 << 20 } };

/** Limits of the core: smaller than the command line's, since a tab has less memory, and its reader less patience. */
export const CORE_LIMITS = {
  fileBytes: LIMITS.bytes,
  totalBytes: LIMITS.bytes,
  values: 4_000_000,
  documents: 100_000,
  outputBytes: 64 << 20,
};

const MANIFEST = /\.(yaml|yml|json)$/;
const SIGNS = new Set([".kratix", "kratix-canary-namespace.yaml", "kratix-canary-configmap.yaml"]);

export class TooLarge extends Error {}

/**
 * Files of a drop: [{path, file}]. To be called before anything is awaited: the list is emptied by then. Folders have
 * two ways in: entries, which Chromium does not read on file://, and handles, which not every browser has and which
 * in Chromium pass over names that are not allowed everywhere.
 */
export async function dropped(transfer) {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const waiting = items.map((item) => ({
    entry: item.webkitGetAsEntry?.(),
    file: item.getAsFile(),
    handle: item.getAsFileSystemHandle?.(),
  }));
  const found = [];
  for (const { entry, file, handle } of waiting) {
    const folder = (await handle?.catch(() => null)) ?? null;
    if (entry?.isDirectory && !(folder && location.protocol === "file:")) await walkEntry(entry, found);
    else if (folder?.kind === "directory") await walkHandle(folder, found);
    else if (file) found.push({ path: file.name, file });
  }
  return found;
}

/** Files of an <input type="file">; those of a folder know their path. */
export function chosen(list) {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

// Folders wait on a list, since a folder may be as deep as it likes.

async function walkHandle(top, found) {
  const waiting = [[top, `${top.name}/`]];
  while (waiting.length > 0) {
    const [folder, prefix] = waiting.pop();
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind === "directory") waiting.push([handle, `${prefix}${name}/`]);
      else add(found, prefix + name, await handle.getFile());
    }
  }
}

async function walkEntry(top, found) {
  const waiting = [top];
  while (waiting.length > 0) {
    for (const entry of await children(waiting.pop())) {
      if (entry.isDirectory) waiting.push(entry);
      else add(found, entry.fullPath.replace(/^\//, ""), await new Promise((ok, no) => entry.file(ok, no)));
    }
  }
}

function add(found, path, file) {
  found.push({ path, file });
  if (found.length > LIMITS.files) throw new TooLarge(`more than ${LIMITS.files.toLocaleString("en")} files`);
}

async function children(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((ok, no) => reader.readEntries(ok, no));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** Read [{path, file}] to [{path, bytes}], within the limits. */
export async function read(found) {
  check(
    found.length,
    found.reduce((sum, { file }) => sum + file.size, 0),
  );
  return Promise.all(found.map(async ({ path, file }) => ({ path, bytes: new Uint8Array(await file.arrayBuffer()) })));
}

function check(files, bytes) {
  if (files > LIMITS.files) throw new TooLarge(`${files.toLocaleString("en")} files`);
  if (bytes > LIMITS.bytes) throw new TooLarge(`${Math.ceil(bytes / (1 << 20)).toLocaleString("en")} MiB`);
}

/** Whether this is one zip and nothing else. */
export const isZip = (found) => found.length === 1 && /\.zip$/i.test(found[0].path);

/** Paths without the folder that all of them are in, as if the command ran inside it. */
export function insideCommonFolder(found) {
  const first = found[0]?.path.split("/")[0];
  const common = found.length > 0 && found.every(({ path }) => path.startsWith(`${first}/`));
  return common ? found.map((one) => ({ ...one, path: one.path.slice(first.length + 1) })) : found;
}

/**
 * What the command line would read of a folder: manifests by their names and everything below outputs/, but nothing
 * hidden, no node_modules and no folder that looks like a rendered State Store.
 */
export function manifestsOf(found) {
  const rendered = new Set();
  for (const { path } of found) {
    const parts = path.split("/");
    parts.forEach((part, i) => SIGNS.has(part) && i > 0 && rendered.add(parts.slice(0, i).join("/")));
  }
  return found.filter(({ path }) => path.startsWith("outputs/") || counts(path, rendered));
}

function counts(path, rendered) {
  const parts = path.split("/");
  const folders = parts.slice(0, -1);
  const passedOver = folders.some(
    (name, i) => name === "node_modules" || rendered.has(parts.slice(0, i + 1).join("/")),
  );
  return MANIFEST.test(path) && !passedOver && !parts.some((name) => name.startsWith("."));
}

/** Why a path cannot be used, or "". */
export function pathProblem(path) {
  if (path === "") return "a name is needed";
  if (path.length > 1024) return "the name is too long";
  if (/[\0-\x1f\\]/.test(path)) return "the name holds a character that it may not";
  if (path.split("/").some((part) => part === "" || part === "." || part === "..")) return "the path leads nowhere";
  if (!path.startsWith("outputs/") && !MANIFEST.test(path)) return "manifests end in .yaml, .yml or .json";
  return "";
}
