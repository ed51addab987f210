/* kratree.wasm as an object of JavaScript: bytes of manifests in, trees and diagnostics out.
 *
 *     const kratree = await Kratree.load(bytes);
 *     const rendering = kratree.render([{ path: "promise.yaml", bytes: text }], { keepGoing: true });
 *     for (const tree of rendering.report.trees) …
 *     rendering.close();
 *
 * No file, network, clock or DOM is touched: the same code runs in a page, a worker and Node. What holds memory of
 * the module (Rendering, Archive, Comparison) is closed by the caller; Uint8Arrays handed out are copies and stay. */

/* ---- Input ---- */

/** A file as path and content; text is taken as UTF-8. */
export interface PlainFile {
  path: string;
  bytes: Uint8Array | string;
}

/** A manifest, or a file of captured pipeline output. */
export interface Source extends PlainFile {
  /** Captured output: its path below the outputs folder, `promise/<promise>/<pipeline>/{output,metadata}/…`. */
  capture?: string;
  /** NAMED, FOLDER, UNREADABLE, or-ed. */
  flags?: number;
}

/** The user named this file: failing to parse is an error whatever it holds. */
export const NAMED: number;
/** Captured output: a folder, which may be empty. */
export const FOLDER: number;
/** Captured output: a link that leads nowhere or out of the capture. */
export const UNREADABLE: number;

export type KratixVersion = "2025-03" | "2026-08";

/** The command line's --max-… flags; absent: its defaults. */
export interface Limits {
  fileBytes?: number;
  totalBytes?: number;
  depth?: number;
  documents?: number;
  values?: number;
  outputBytes?: number;
  patternSteps?: number;
  patternDepth?: number;
  checks?: number;
}

/** The command line's flags of the same meaning. */
export interface RenderOptions {
  kratixVersion?: KratixVersion;
  keepGoing?: boolean;
  strict?: boolean;
  /** Report what `kratree validate` reports; the tree is the same. */
  validate?: boolean;
  /** "gitstatestore/default": only this State Store. */
  store?: string;
  /** Only this Destination. */
  destination?: string;
  limits?: Limits;
  /** A kratree.lock, and what the place holds that it tells of. */
  lock?: PlainFile;
  have?: readonly PlainFile[];
}

/* ---- The module ---- */

/** Compiled once. A call that traps ends the instance it ran in, and everything open in it; the next one has a new. */
export class Kratree {
  constructor(module: WebAssembly.Module);
  /** Compile kratree.wasm. */
  static load(bytes: BufferSource): Promise<Kratree>;
  /** "0.1.0" */
  readonly version: string;
  /** A rendering also of wrong manifests: look at its status. Throws KratreeError. */
  render(sources: readonly Source[], options?: RenderOptions): Rendering;
  /** The files of a zip. Throws KratreeError of kind "input" or "limit" with the diagnostic when it refuses. */
  readZip(file: PlainFile, limits?: ZipLimits): Archive;
}

export interface ZipLimits {
  /** Entries; default 100,000. */
  zipEntries?: number;
  /** Bytes of all files together; default 1 GiB. */
  zipBytes?: number;
  /** Bytes of a file for each byte that it takes in the zip, above 1 MiB; default 500. */
  zipRatio?: number;
}

/** Why a call failed that should not. What is wrong with manifests is a diagnostic instead. */
export class KratreeError extends Error {
  /** "trap": the instance is gone; "closed": what was called is closed, or its instance is gone; "input", "limit": a
   *  zip is refused, or a limit was exceeded where nothing carries diagnostics; "memory"; "argument". */
  readonly kind: "trap" | "closed" | "input" | "limit" | "memory" | "argument";
  /** Which limit, or what is wrong, in the command line's words; "" if there are none. */
  readonly diagnostics: string;
}

/** What kt_render() gives, for as long as it is not closed. */
export interface Rendering {
  /** "ok", also with warnings; "input", "limit": diagnostics say what is wrong, and there is no tree. */
  readonly status: "ok" | "input" | "limit";
  /** How many objects and files keepGoing left out; 0: the trees are whole. */
  readonly leftOut: number;
  /** Plan, trees with provenance, diagnostics; made once, when first asked for. */
  readonly report: Report;
  /** The same as JSON, made anew: cheaper to hand to another thread. */
  readonly reportText: string;
  /** An Outline as JSON: a report without what grows with the content of files, and so quicker to make. */
  readonly outlineText: string;
  /** report.diagnostics */
  readonly diagnostics: readonly Diagnostic[];
  /** All diagnostics, or one of them, as the command line prints them. */
  diagnosticsText(index?: number): string;
  /** The trees as the zip that `render --out FILE.zip` writes; level 0 (stored) to 9. */
  zip(level?: number): Uint8Array;
  /** Content of report.trees[tree].files[file]. */
  file(tree: number, file: number): Uint8Array;
  /** The kratree.lock that remembers this rendering. */
  lock(): string;
  /** The files of all trees, with the folder of their State Store where there are several. */
  files(): { path: string; bytes: Uint8Array }[];
  /** What changes from `base` to this: an earlier rendering, or what a place holds now. Neither may be closed before
   *  the comparison is. */
  compare(base: Rendering | Archive | readonly PlainFile[], options?: CompareOptions): Comparison;
  close(): void;
}

export interface Archive {
  /** Path and size of each file, by path. */
  readonly list: readonly { path: string; size: number }[];
  /** Content of list[index]. */
  file(index: number): Uint8Array;
  /** All of them. */
  files(): { path: string; bytes: Uint8Array }[];
  close(): void;
}

/* ---- The report: docs/json.md ---- */

/** Lines and columns from 1, columns in code points; line 0: the file, column 0: the line as a whole. */
export interface Position {
  file: string;
  line: number;
  column: number;
}

export interface Diagnostic {
  severity: "error" | "warning" | "note";
  code: string;
  message: string;
  position: Position | null;
  object?: string;
  field?: string;
  help?: string;
  related?: { position: Position; text: string };
}

export type Labels = Record<string, string>;
export type StoreKind = "GitStateStore" | "BucketStateStore";
export interface StoreName {
  kind: StoreKind;
  name: string;
}

export interface StateStore extends StoreName {
  path: string;
  prefix: string;
  missing: boolean;
  position: Position | null;
}

export interface Destination {
  name: string;
  statestore: StoreName | null;
  path: string;
  filepathMode: "nestedByMetadata" | "none" | "aggregatedYAML";
  filename?: string;
  strictMatchLabels: boolean;
  initWorkloads: boolean;
  cleanup: "all" | "none";
  labels: Labels;
  position: Position | null;
}

export interface Request {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  promise: string;
  position: Position | null;
}

export interface Work {
  type: "static" | "promise" | "resource";
  name: string;
  namespace: string;
  identity: string;
  promise: string;
  resource?: string;
  pipeline?: string;
  text: string;
  position: Position | null;
  kept?: boolean;
  groups: Group[];
}

export interface Group {
  directory: string;
  id: string;
  selectors: { source: "promise" | "promiseWorkflow" | "resourceWorkflow"; matchLabels: Labels }[];
  selector: string;
  selectorError?: string;
  workloads: { path: string; size: number; origins: { offset: number; size: number; position: Position | null }[] }[];
  placements: { name: string; namespace: string; destination: string; misplaced: boolean }[];
  reasons: { destination: string; verdict: Verdict; term?: string; text: string }[];
  lingering?: string[];
  kept?: boolean;
  unknown?: boolean;
}

export type Verdict =
  | "chosen"
  | "chosenFirst"
  | "chosenAll"
  | "notFirst"
  | "termFailed"
  | "strictLabels"
  | "dryRunOnly"
  | "selectorInvalid"
  | "afterInvalid"
  | "pinned"
  | "notPlaced"
  | "stays";

export interface Tree {
  statestore: StoreName;
  folder: string;
  size: number;
  files: TreeFile[];
}

export interface TreeFile {
  path: string;
  key: string;
  size: number;
  sha256: string;
  rule: "canary" | "workload" | "stateFile" | "aggregate";
  destination: string | null;
  reason: string;
  makers: Maker[];
}

/** Who put the bytes [offset, offset + size) of a file there. */
export interface Maker {
  offset: number;
  size: number;
  position: Position | null;
  namespace?: string;
  work?: string;
  group?: string;
  workload?: string;
  placement?: string;
}

export interface Report {
  schemaVersion: 1;
  kratreeVersion: string;
  kratixVersion: KratixVersion | "any";
  summary: Record<
    | "errors" | "warnings" | "notes" | "statestores" | "destinations" | "requests" | "works" | "groups"
    | "placements" | "unplacedGroups" | "files" | "size" | "leftOut" | "passedOver",
    number
  >;
  statestores: StateStore[];
  destinations: Destination[];
  requests: Request[];
  works: Work[];
  trees: Tree[];
  diagnostics: Diagnostic[];
}

type Without<T, K extends keyof T> = Omit<T, K>;

/** A Report without what grows with the content of files. */
export interface Outline extends Without<Report, "works" | "trees"> {
  works: (Without<Work, "groups"> & {
    groups: (Without<Group, "workloads"> & { workloads: { path: string; size: number }[] })[];
  })[];
  trees: (Without<Tree, "files"> & { files: Without<TreeFile, "sha256" | "makers">[] })[];
}

/* ---- Comparing ---- */

export interface CompareOptions {
  /** The place holds nothing but a tree (and .git, README, LICENSE …): what is not wanted is deleted. Default true; else
   *  it is foreign, and stays. */
  ours?: boolean;
  limits?: {
    /** Lines of a file before and after, together; default 1,000,000. */
    diffLines?: number;
  };
}

/** What changes, as `kratree diff` tells it. */
export interface Comparison {
  readonly counts: Record<"same" | "created" | "changed" | "moved" | "deleted" | "foreign", number>;
  /** By path; what is the same is only counted. */
  readonly differences: readonly Difference[];
  /** The lines of differences[index] that differ, with `context` equal lines around them (3). */
  lines(index: number, context?: number): LineDiff;
  /** The same as a unified diff; of all differences without an index. */
  unified(index?: number, context?: number): string;
  close(): void;
}

/** "moved": the same content was at `from`. "foreign": it is there and not of the tree; it stays. */
export interface Difference {
  kind: "created" | "changed" | "moved" | "deleted" | "foreign";
  /** With the folder of its State Store where there are several. */
  path: string;
  from?: string;
  statestore?: StoreName;
  destination?: string;
  /** One clause: "postgres request orders: matches env=prod". */
  reason: string;
  oldSize?: number;
  newSize?: number;
}

export interface LineDiff {
  /** Not text: only that it differs is known. */
  binary: boolean;
  /** More lines than the limit: the same. */
  tooLong: boolean;
  removed: number;
  added: number;
  hunks: Hunk[];
}

/** Lines count from 1; a start is the line before where its count is 0. */
export interface Hunk {
  oldStart: number;
  oldCount: number;
  newStart: number;
  newCount: number;
  /** open: the last line of its content, which ends without a line feed. */
  lines: { kind: "same" | "removed" | "added"; text: string; open?: true }[];
}
