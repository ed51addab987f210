// The result: State Store → Destination → file, and the content of the file that is chosen.

import { byId, copy, count, h, replace, size } from "./dom.js";
import { lastLine, makerName } from "./provenance.js";
import { Tree, nodesOf } from "./tree.js";

const MOST_SHOWN = 4 << 20; // bytes of a file that the view takes
const MOST_OPEN = 400; // files until folders begin closed

const RULES = {
  canary: "canary: Kratix's sign of life",
  workload: "workload",
  stateFile: "state file: names the files of a Work",
  aggregate: "aggregate of all Works",
};

export class Result {
  /** @param {{ask: (call, args) => Promise, goTo: (position) => void, onchoose: (ranges) => void}} page */
  constructor(page) {
    this.page = page;
    this.report = null;
    this.outline = null; // the report's text
    this.chosen = null; // id of a file
    this.tree = new Tree(byId("result-tree"), { label: "State Stores", onselect: (node) => this.#choose(node) });
    byId("copy-path").onclick = () => copy(this.#entry.path, "Path");
    byId("copy-file").onclick = () => copy(this.text, "File");
  }

  /**
   * Show another report; `fresh` when it is of another project, so that nothing stays chosen. Where the `outline`,
   * its text, is what is shown already, the tree stays.
   */
  show(report, { fresh = false, outline = null } = {}) {
    if (outline === null || outline !== this.outline) this.#draw(report);
    this.outline = outline;
    if (fresh) this.chosen = null;
    if (this.chosen && this.entries.has(this.chosen)) this.#load(this.entries.get(this.chosen), false);
    else this.#none();
  }

  #draw(report) {
    this.report = report;
    this.entries = new Map();
    this.tree.show(report.trees.map((tree, t) => this.#store(tree, t)));
    replace(byId("totals"), totals(report));
    byId("tree-count").textContent = report.summary.files || "";
    byId("switch-count").textContent = report.summary.files || "";
  }

  #store(tree, t) {
    const byDestination = grouped(tree.files, ({ destination }) => destination);
    const id = `${tree.statestore.kind}/${tree.statestore.name}`;
    tree.files.forEach((file, f) => this.entries.set(fileId(tree, file), { ...file, t, f, id: fileId(tree, file) }));
    return {
      id,
      kind: "store",
      label: tree.statestore.name,
      note: tree.statestore.kind,
      open: true,
      detail: size(tree.size),
      badges: [{ text: count(tree.files.length, "file"), tone: "count" }],
      children: [...byDestination].map(([name, files]) => this.#destination(tree, name, files)),
    };
  }

  #destination(tree, name, files) {
    const destination = this.report.destinations.find((one) => one.name === name);
    const id = `${tree.statestore.kind}/${tree.statestore.name}\0${name}`;
    const open = this.report.summary.files <= MOST_OPEN;
    const common = folderOf(files);
    return {
      id,
      kind: "destination",
      open,
      label: name ?? "no Destination",
      note: common,
      detail: size(files.reduce((sum, file) => sum + file.size, 0)),
      badges: [
        ...(destination ? [{ text: MODES[destination.filepathMode], tone: "mode" }] : []),
        ...(destination?.strictMatchLabels ? [{ text: "strict", tone: "mode" }] : []),
        { text: count(files.length, "file"), tone: "count" },
      ],
      children: nodesOf(
        files.map((file) => ({ file, path: file.path.slice(common.length) })),
        `${id}\0`,
        ({ file }, label) => ({
          id: fileId(tree, file),
          kind: "file",
          label,
          detail: size(file.size),
          note: file.reason,
        }),
        open,
      ),
    };
  }

  get #entry() {
    return this.entries.get(this.chosen);
  }

  #choose(node) {
    const entry = this.entries.get(node.id);
    this.chosen = node.id;
    this.#load(entry, true);
  }

  /** Choose the file of these indices. */
  chooseFile(t, f) {
    const tree = this.report.trees[t];
    const id = fileId(tree, tree.files[f]);
    this.tree.select(id);
    this.#choose({ id });
  }

  /** Mark the files of these indices as what the editor's cursor is about. */
  mark(outputs) {
    this.tree.mark(
      outputs.map(({ tree, file }) => fileId(this.report.trees[tree], this.report.trees[tree].files[file])),
    );
  }

  #none() {
    byId("content").hidden = true;
    this.tree.select(null);
    this.page.onchoose([], null);
  }

  async #load(entry, byReader) {
    const content = byId("content");
    const wasHidden = content.hidden;
    content.hidden = false;
    if (wasHidden) this.tree.select(entry.id); // there is less room now
    byId("content-title").textContent = entry.path;
    replace(byId("content-facts"), facts(entry));
    const { Viewer } = await import("./editor.js"); // not before it is needed: see first.js
    this.viewer ??= new Viewer(byId("viewer"), "Content of the chosen file");
    try {
      const { bytes, sha256, makers } = await this.page.ask("file", { tree: entry.t, file: entry.f, most: MOST_SHOWN });
      if (this.entries.get(this.chosen) !== entry) return;
      replace(byId("content-facts"), facts(entry, sha256));
      this.#view(...(bytes ? this.#decoded(bytes, makers) : tooLarge(entry)));
      if (byReader) content.scrollIntoView({ block: "nearest" }); // on a small screen it is further down
      this.page.onchoose(makers.map(({ position }) => position).filter(Boolean), byReader);
    } catch (error) {
      this.#view(`# The content could not be read: ${error.message}\n`, []);
    }
  }

  #view(text, stretches) {
    this.text = text;
    this.viewer.show(text, stretches);
  }

  /** Text and its stretches; offsets of the report count bytes, those of text UTF-16 units. */
  #decoded(bytes, makers) {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const text = decoder.decode(bytes);
    const isPlain = text.length === bytes.length;
    const at = (offset) => (isPlain ? offset : decoder.decode(bytes.subarray(0, offset)).length);
    const stretches = makers.slice(0, 2000).map((maker) => ({
      at: at(maker.offset),
      label: makerName(this.report, maker),
      place: maker.position ? placeOf(maker.position) : "",
      go: maker.position ? () => this.page.goTo(maker.position) : null,
    }));
    return [text, stretches];
  }
}

export const MODES = { nestedByMetadata: "nested", none: "flat", aggregatedYAML: "aggregated" };

const fileId = (tree, file) => `${tree.statestore.kind}/${tree.statestore.name}\0${file.destination}\0${file.path}`;

const placeOf = ({ file, line }) => (line > 0 ? `${file}:${line}` : file);

function grouped(list, key) {
  const groups = new Map();
  for (const one of list) {
    if (!groups.has(key(one))) groups.set(key(one), []);
    groups.get(key(one)).push(one);
  }
  return groups;
}

/** The folder that all files are in, with its slash. */
function folderOf(files) {
  let common = files[0].path.slice(0, files[0].path.lastIndexOf("/") + 1);
  for (const { path } of files)
    while (!path.startsWith(common)) common = common.slice(0, common.lastIndexOf("/", common.length - 2) + 1);
  return common;
}

function totals({ summary }) {
  const parts = [
    count(summary.statestores, "State Store"),
    count(summary.destinations, "Destination"),
    count(summary.files, "file"),
    size(summary.size),
  ];
  if (summary.unplacedGroups) parts.push(`${count(summary.unplacedGroups, "group")} without Destination`);
  if (summary.leftOut) parts.push(`${summary.leftOut} left out`);
  return parts.flatMap((part, i) => [
    i ? h("span.dot", { "aria-hidden": "true" }, " · ") : null,
    h("span", { text: part }),
  ]);
}

const tooLarge = (entry) => [
  `# ${size(entry.size)}: too large to show here. Download the zip, or render it with the command line.\n`,
  [],
];

function facts(entry, sha256 = null) {
  return [
    h("span", { text: RULES[entry.rule] ?? entry.rule }),
    h("span.dot", { "aria-hidden": "true" }, " · "),
    h("span", { text: size(entry.size) }),
    sha256 ? h("span", { title: sha256 }, " · SHA-256 ", h("code", { text: sha256.slice(0, 12) })) : null,
    entry.key !== entry.path ? h("span", {}, " · key ", h("code", { text: entry.key })) : null,
  ];
}

/** Lines of the manifest in the editor that made a file. */
export function rangesOf(positions, file, lines) {
  return positions
    .filter((position) => position.file === file)
    .map((position) => ({ from: Math.max(1, position.line), to: lastLine(lines.at, lines.count, position) }));
}
