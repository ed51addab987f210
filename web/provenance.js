// Which manifest lines made which output, both ways. Pure functions of the report and the text of a manifest.

/**
 * Where outputs came from, turned around: for each manifest what begins where and what it made, by place; and the
 * names of the Works in each file.
 * @returns {{places: Map<string, {line: number, column: number, outputs: {tree: number, file: number}[]}[]>,
 *            works: string[][][]}} a plain value, to be made in a worker
 */
export function provenanceOf(report) {
  const works = report.trees.map(({ files }) =>
    files.map(({ makers }) => [...new Set(makers.map(({ work }) => work))].filter(Boolean)),
  );
  return { places: placesOf(report), works };
}

function placesOf(report) {
  const byFile = new Map();
  report.trees.forEach((tree, t) =>
    tree.files.forEach((file, f) => {
      for (const { position } of file.makers) if (position) placeIn(byFile, position).push({ tree: t, file: f });
    }),
  );
  for (const [file, places] of byFile)
    byFile.set(
      file,
      [...places.values()].sort((a, b) => a.line - b.line || a.column - b.column),
    );
  return byFile;
}

function placeIn(byFile, { file, line, column }) {
  if (!byFile.has(file)) byFile.set(file, new Map());
  const places = byFile.get(file);
  const key = `${line}:${column}`;
  if (!places.has(key)) places.set(key, { line, column, outputs: [] });
  return places.get(key).outputs;
}

/**
 * The last line of what begins at a place: it goes on while lines are indented at least as far, up to the next
 * document. `lineAt(n)` is the text of line n, from 1; `count` the number of lines.
 */
export function lastLine(lineAt, count, { line, column }) {
  if (line === 0) return count;
  const indent = Math.max(column, 1) - 1;
  let last = line;
  for (let n = line + 1; n <= count; n++) {
    const text = lineAt(n);
    if (/^(---|\.\.\.)(\s|$)/.test(text)) break;
    if (/^\s*(#|$)/.test(text)) continue;
    const found = text.search(/\S/);
    // The items of a list that begins at its key's own indentation go on with it.
    if (found < indent || (found === indent && indent > 0 && text[found] === "-")) break;
    last = n;
  }
  return last;
}

/** What the cursor's line made: the outputs of the stretch around it, else of the object it is in. */
export function outputsOf(report, provenance, file, line, lineAt, count) {
  const around = stretchAround(provenance.places.get(file) ?? [], line, lineAt, count);
  if (around && !isWhole(around, report, file)) return { from: around.line, outputs: unique(around.outputs) };
  return outputsOfObject(report, provenance, file, line, lineAt, count);
}

/** Stretches do not overlap but where one is a whole file: it is the last one before the line, or the first of all. */
function stretchAround(places, line, lineAt, count) {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle].line <= line) low = middle + 1;
    else high = middle;
  }
  return [places[low - 1], places[0]].find(
    (place) => place && place.line <= line && line <= lastLine(lineAt, count, place),
  );
}

/** Whether a stretch begins where an object does: then the object knows more. */
function isWhole(made, report, file) {
  return [...report.destinations, ...report.statestores].some((object) => isAt(object.position, file, made.line));
}

const isAt = (position, file, line) => position?.file === file && position.line === line;

/** Objects of each kind, and the files that would not be there without them. */
const KINDS = [
  ["destinations", (object) => (file) => file.destination === object.name],
  ["statestores", (object) => (file, tree) => isSame(tree.statestore, object)],
  ["requests", (object) => madeBy((work) => work.promise === object.promise && work.resource === object.name)],
  ["works", (object) => madeBy((work) => work.promise === object.promise)],
];

const isSame = (a, b) => a.kind === b.kind && a.name === b.name;
const madeBy = (isIts) => (file, tree, works) => works.some(isIts);

function outputsOfObject(report, provenance, file, line, lineAt, count) {
  const works = new Map(report.works.map((work) => [work.name, work]));
  const start = documentStart(lineAt, line);
  const tests = KINDS.flatMap(([list, test]) =>
    report[list]
      .filter(({ position }) => position?.file === file && documentStart(lineAt, position.line) === start)
      .map(test),
  );
  const outputs = [];
  report.trees.forEach((tree, t) =>
    tree.files.forEach((one, f) => {
      const made = provenance.works[t][f].map((name) => works.get(name));
      if (tests.some((test) => test(one, tree, made))) outputs.push({ tree: t, file: f });
    }),
  );
  return { from: Math.min(start, count), outputs };
}

/** The line after the document separator above. */
function documentStart(lineAt, line) {
  let n = Math.max(line, 1);
  while (n > 1 && !/^---(\s|$)/.test(lineAt(n - 1))) n--;
  return n;
}

function unique(made) {
  const seen = new Set();
  return made.filter(({ tree, file }) => {
    const key = `${tree}/${file}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** What made a stretch, in the core's words. */
export function makerName(report, maker) {
  const work = report.works.find((one) => one.name === maker.work && one.namespace === maker.namespace);
  return work ? work.text : "canary";
}
