// The page: who tells whom. The parts know nothing of each other; what they do to each other is here.

import { Compare } from "./compare.js";
import { announce, byId, count, h, replace } from "./dom.js";
import { Stopped } from "./engine.js";
import { EXAMPLES } from "./examples.js";
import { engine, filesOf, firstRun, project, result } from "./first.js";
import { CORE_LIMITS, LIMITS, chosen, insideCommonFolder, isZip, read } from "./files.js";
import { Input } from "./input.js";
import { Matrix } from "./matrix.js";
import { makeMenus } from "./menus.js";
import { Problems } from "./problems.js";
import { outputsOf } from "./provenance.js";
import { rangesOf } from "./result.js";
import { fromFragment } from "./share.js";
import { makeTabs, makeTheme, showPane } from "./shell.js";

const SLOW = 250; // milliseconds until a run shows that it runs
const QUICK = 256 << 10; // bytes of a tree whose provenance is found at once
const PAUSE = 200; // milliseconds
const NOTHING = { from: 0, outputs: [] };


/** What is shown: the last run, and the last good one with what follows from it. */
const shown = {
  report: null,
  good: null,
  provenance: null, // of the last good one, once it is known
  diagnostics: [],
  isStale: false,
  example: null,
  milliseconds: 20,
};

const input = new Input(project, {
  oncursor: () => cursorMoved(),
  onproject: (files, more) => openProject(files, null, more),
  ondrop: (found) => dropped(found),
  ontoolarge: (what) => tooLarge(what),
  unzip: (name, bytes, limits) => engine.unzip(name, bytes, limits),
  wait: () => Math.min(400, Math.max(15, shown.milliseconds / 8)), // a run waits for the one before anyway
});
result.page = { ask: (call, args) => engine.ask(call, args), goTo, onchoose: outputChosen };
const matrix = new Matrix(byId("panel-matrix"), { goTo });
const compare = new Compare(byId("panel-compare"), {
  ask: (call, args) => engine.ask(call, args),
  keep,
  choose: chooseBase,
  stores: () => shown.good?.trees.length ?? 0,
});
const problems = new Problems({ goTo, keepGoing: () => project.set("keepGoing", !project.options.keepGoing) });
const tabs = makeTabs(["tree", "matrix", "compare"]);

// ---- Running -----------------------------------------------------------------------------------

let wanted = false; // something changed since the run began
let generation = 0; // of the project that is shown
let begun = firstRun; // a run that goes on already

/** However many things change at once, there is one run. */
function change() {
  if (change.waits) return;
  change.waits = true;
  queueMicrotask(() => {
    change.waits = false;
    run();
  });
}

async function run() {
  if (engine.running && !begun) return void (wanted = true);
  const answer = begun ?? engine.render(project.files, { ...project.options, limits: CORE_LIMITS });
  begun = null;
  wanted = false;
  const of = project.generation;
  const slow = setTimeout(() => running(true), SLOW);
  try {
    took(await answer, of);
  } catch (error) {
    failed(error);
  }
  clearTimeout(slow);
  running(false);
  if (wanted) run();
}

function running(yes) {
  byId("stop").hidden = !yes;
  document.body.classList.toggle("is-running", yes);
  if (yes) status("Rendering …");
}

function failed(error) {
  shown.isStale = shown.good !== null;
  stale(error instanceof Stopped ? "Stopped. This is the last good tree." : "This is the last good tree.");
  if (!shown.good) noTree("The run was stopped", "Take out what makes it long, or let the command line render it.");
  status(error instanceof Stopped ? "Stopped" : `The run failed: ${error.message}`);
}

function took({ status: outcome, outlineText, printed, milliseconds }, of) {
  const report = JSON.parse(outlineText);
  const isFresh = of !== generation;
  generation = of;
  shown.report = report;
  shown.milliseconds = milliseconds;
  const words = printed.split(/^(?! )/m); // what belongs to a diagnostic is indented below its line
  shown.diagnostics = report.diagnostics.map((one, index) => ({ ...one, printed: words[index] }));
  problems.show(shown.diagnostics, report.summary, project.options.keepGoing);
  diagnose();
  const { errors, files } = report.summary;
  if (outcome === "ok") good(report, outlineText, isFresh);
  else bad(errors, isFresh);
  byId("version").textContent = `kratree ${report.kratreeVersion}, emulates Kratix ${VERSIONS[report.kratixVersion]}`;
  const told = outcome === "ok" ? `${count(files, "file")} rendered` : `${count(errors, "error")} found`;
  status(`${told} in ${Math.max(1, Math.round(milliseconds))} ms`);
}

const VERSIONS = { any: "2025-03 to 2026-08", "2025-03": "2025-03", "2026-08": "2026-08" };

function good(report, outline, fresh) {
  shown.good = report;
  shown.isStale = false;
  byId("stale").hidden = true;
  byId("empty").hidden = report.trees.length > 0;
  byId("panel-tree").classList.toggle("is-empty", report.trees.length === 0);
  if (report.trees.length === 0) nothingWritten(report);
  result.show(report, { fresh, outline });
  matrix.show(report);
  compare.show();
  trace(report);
  globalThis.requestIdleCallback?.(() => engine.warm());
}

/** Find out which lines made what. Where that takes long it waits for a pause in the typing. */
async function trace(report) {
  shown.provenance = null;
  if (report.summary.size > QUICK) await new Promise((resolve) => setTimeout(resolve, PAUSE));
  if (shown.good !== report) return;
  try {
    const found = await engine.ask("provenance");
    if (shown.good !== report) return;
    shown.provenance = found;
    cursorMoved();
  } catch (error) {
    announce(`Which lines made what is not known: ${error.message}`);
  }
}

function bad(errors, isFresh) {
  if (isFresh) shown.good = null;
  shown.isStale = shown.good !== null;
  stale(`This is the last good tree: ${count(errors, "error")} to correct before there is another.`);
  if (!shown.good)
    noTree(
      `${count(errors, "error")}, so nothing is written`,
      "Kratix would refuse what is marked. Correct it, or leave it out and see the rest.",
      h("button.strong", { type: "button", onclick: () => project.set("keepGoing", true) }, "Leave it out"),
    );
}

function stale(text) {
  byId("stale").hidden = !shown.isStale;
  byId("stale").textContent = text;
  byId("result").classList.toggle("is-stale", shown.isStale);
}

const status = (text) => (byId("status").textContent = text);

byId("stop").onclick = () => engine.stop();

// ---- States without a tree -----------------------------------------------------------------------

function noTree(title, text, button = null) {
  const empty = {
    summary: { files: 0, size: 0, statestores: 0, destinations: 0 },
    trees: [],
    works: [],
    destinations: [],
    statestores: [],
    requests: [],
  };
  result.show(empty, { fresh: true });
  replace(byId("totals"));
  for (const panel of ["panel-matrix", "panel-compare"])
    replace(byId(panel), h("div.state", {}, h("h3", { text: title }), h("p", { text })));
  emptyState(h("h3", { text: title }), h("p", { text }), button && h("p.row-of-buttons", {}, button));
}

function emptyState(...children) {
  byId("empty").hidden = false;
  byId("panel-tree").classList.add("is-empty");
  replace(byId("empty"), ...children);
}

function nothingWritten({ summary }) {
  const why =
    summary.destinations === 0
      ? "A tree needs a Destination and its State Store."
      : "No Destination has its State Store among the manifests.";
  const open = h("button.strong", { type: "button", onclick: () => byId("open").showPopover() }, "Open files");
  const look = h(
    "button.plain",
    { type: "button", onclick: () => byId("examples").showPopover() },
    "Look at an example",
  );
  emptyState(
    h("h3", { text: project.files.size ? "Nothing is written" : "No manifests" }),
    h("p", { text: project.files.size ? why : "Drop a folder of Kratix manifests anywhere on this page." }),
    h("p.row-of-buttons", {}, open, look),
  );
}

/** What was open stays open; the reader is told in the place where the tree would be. */
function tooLarge(what) {
  shown.good = null;
  noTree(
    `Too large for a page: ${what}`,
    "This page takes 64 MiB and 20,000 files; the command line takes more: kratree render FOLDER",
    h("button.plain", { type: "button", onclick: change }, "Back to what is open"),
  );
  status(`Too large for this page: ${what}`);
}

// ---- From lines to files and back -----------------------------------------------------------------

function goTo({ file, line, column }) {
  showPane("input");
  if (!project.files.has(file)) return;
  project.show(file);
  input.editor.go({ line: Math.max(1, line), column: Math.max(1, column) });
}

let chosenPositions = [];

/** A file of the result was chosen: mark the lines that made it; by the reader, also go there. */
function outputChosen(positions, byReader) {
  chosenPositions = positions;
  if (byReader && positions.length > 0 && !positions.some(({ file }) => file === project.active))
    project.show(positions[0].file);
  markLines(byReader);
}

function markLines(reveal = false) {
  input.editor.mark(rangesOf(chosenPositions, project.active, input.editor.lines), reveal);
}

function cursorMoved() {
  if (shown.good && !shown.provenance) return; // trace() comes back
  const about =
    shown.good && project.active !== null && !byId("editor").hidden
      ? outputsOf(
          shown.good,
          shown.provenance,
          project.active,
          input.editor.line,
          input.editor.lines.at,
          input.editor.lines.count,
        )
      : NOTHING;
  if (shown.good) result.mark(about.outputs);
  showMade(about);
}

const MOST_MADE = 200;
let isMadeOpen = false;

function showMade({ outputs }) {
  const strip = byId("made");
  strip.hidden = outputs.length === 0;
  if (outputs.length === 0) return replace(strip);
  const chip = ({ tree, file }) => {
    const { path, destination } = shown.good.trees[tree].files[file];
    return h(
      "button.chip",
      {
        type: "button",
        title: path,
        onclick: () => (tabs.show("tree"), showPane("result"), result.chooseFile(tree, file)),
      },
      h("b", { text: destination ?? "" }),
      h("span", { text: path.split("/").at(-1) }),
    );
  };
  const rest = outputs.length - MOST_MADE;
  replace(
    strip,
    h("span.sum", { text: `These lines make ${count(outputs.length, "file")}` }),
    h(
      "div.chips",
      {},
      outputs.slice(0, MOST_MADE).map(chip),
      rest > 0 ? h("span.sum", { text: `and ${rest.toLocaleString("en")} more, marked in the tree` }) : null,
    ),
    h("button.link", { type: "button", id: "made-more", onclick: () => openMade(!isMadeOpen) }),
  );
  openMade(isMadeOpen);
}

/** One row of what the lines make, or all of it. */
function openMade(open) {
  isMadeOpen = open;
  const more = byId("made-more");
  byId("made").classList.toggle("is-open", open);
  more.textContent = open ? "Show fewer" : "Show all";
  more.setAttribute("aria-expanded", String(open));
  fitMade();
}

/** The button is there where something is cut off. */
function fitMade() {
  const [chips] = byId("made").getElementsByClassName("chips");
  if (!chips) return;
  const isCut = !isMadeOpen && chips.scrollWidth > chips.clientWidth;
  byId("made").classList.toggle("is-cut", isCut);
  byId("made-more").hidden = !isCut && !isMadeOpen;
}

new ResizeObserver(fitMade).observe(byId("made"));

function diagnose() {
  if (project.active === null || byId("editor").hidden) return;
  input.editor.diagnose(shown.diagnostics.filter(({ position }) => position?.file === project.active));
}

// ---- Bases to compare with ------------------------------------------------------------------------

async function keep() {
  try {
    await compare.setBase({ name: "the kept result", files: await engine.ask("files"), ours: true });
    announce("Kept as the base");
  } catch (error) {
    announce(error.message);
  }
}

function chooseBase(what) {
  const picker = h("input", { type: "file", ...(what === "folder" ? { webkitdirectory: true } : { accept: ".zip" }) });
  picker.id = "choose-base";
  picker.hidden = true;
  picker.onchange = () => takeBase(chosen(picker.files)).finally(() => picker.remove());
  byId("choose-base")?.remove();
  document.body.append(picker);
  picker.click();
}

async function takeBase(found) {
  try {
    const files = await read(found);
    const name = found[0]?.path.split("/")[0] ?? "the folder";
    const isArchive = isZip(found);
    const held = isArchive ? await engine.unzip(name, files[0].bytes, LIMITS.zip) : insideCommonFolder(files);
    await compare.setBase({ name, files: held, ours: false });
  } catch (error) {
    announce(error.message);
  }
}

/** On the tab of changes a drop is a base; elsewhere it is input. */
function dropped(found) {
  return tabs.current() === "compare" && shown.good ? takeBase(found) : input.take(found);
}

// ---- Opening --------------------------------------------------------------------------------------

function openProject(files, example = null, more = {}) {
  shown.example = example;
  compare.base = null;
  project.open(files, more);
}

function openExample(name) {
  const { open } = EXAMPLES.find((one) => one.name === name);
  openProject(filesOf(name), name, { active: open });
}

async function openFragment() {
  try {
    const state = await fromFragment(location.hash);
    if (state) openProject(state.files, null, state);
    return state !== null;
  } catch (error) {
    announce(`This link cannot be opened: ${error.message}`);
    return false;
  }
}

project.on("files content options", change);
project.on("active", () => {
  diagnose();
  markLines();
});
project.on("content", () => cursorMoved());
addEventListener("hashchange", openFragment);

makeTheme(byId("theme"));
makeMenus({
  project,
  openExample,
  example: () => shown.example,
  report: () => shown.good,
  isStale: () => shown.isStale,
  paste: (text) => input.paste(text),
  flush: () => input.flush(),
  zip: () => engine.ask("zip", { level: 6 }),
});

async function start() {
  if (location.hash.length > 1 && (await openFragment())) return;
  if (!begun) return openExample(EXAMPLES[0].name);
  shown.example = EXAMPLES[0].name;
  generation = project.generation; // its tree is shown
  project.tell();
}

start();
