// The whole state as text: in the fragment of a link, or in a file. Whoever opens one may have it from anywhere, so
// nothing in it is believed.

import { deflate, inflate } from "./deflate.js";
import { LIMITS, pathProblem } from "./files.js";
import { OPTIONS } from "./state.js";

/** A fragment longer than this is offered as a file instead. */
export const MOST_IN_LINK = 8 << 10;

/** Name of the file, told from a manifest by its ending. */
export const FILE_NAME = "state.kratree";

const VERSION = 1;
const PREFIX = "#s=";
const MOST_INFLATED = 8 << 20;

/** JSON of what is open; files that are no text are left out. */
export function serialize({ files, options, active }) {
  const texts = [...files.values()]
    .filter(({ bytes }) => typeof bytes === "string")
    .map(({ path, bytes }) => [path, bytes]);
  return JSON.stringify({ version: VERSION, files: texts, options, active });
}

/** What serialize() wrote, checked: {files, options, active}. Throws an Error that says what is wrong. */
export function parse(text) {
  const state = parsed(text);
  if (state?.version !== VERSION) throw new Error("it is of another version");
  if (!Array.isArray(state.files) || state.files.length === 0 || state.files.length > LIMITS.files)
    throw new Error("it holds no files");
  const files = state.files.map((entry) => checkedFile(entry));
  const active = files.some(({ path }) => path === state.active) ? state.active : undefined;
  return { files, options: checkedOptions(state.options), active };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("it is damaged");
  }
}

function checkedFile(entry) {
  const [path, bytes] = Array.isArray(entry) ? entry : [];
  if (typeof path !== "string" || typeof bytes !== "string" || pathProblem(path) !== "")
    throw new Error("a file in it is damaged");
  return { path, bytes };
}

function checkedOptions(options) {
  const known = OPTIONS.filter((name) => Object.hasOwn(Object(options), name)).map((name) => [name, options[name]]);
  return Object.fromEntries(
    known.filter(([, value]) => value === true || (typeof value === "string" && value.length <= 512)),
  );
}

/** The fragment of a link, "#s=…". */
export async function toFragment(project) {
  return PREFIX + (await deflate(new TextEncoder().encode(serialize(project))));
}

/** The state in a fragment; null if there is none. Throws an Error that says what is wrong. */
export async function fromFragment(fragment) {
  if (!fragment.startsWith(PREFIX)) return null;
  let bytes;
  try {
    bytes = await inflate(fragment.slice(PREFIX.length), MOST_INFLATED);
  } catch (error) {
    throw new Error(error instanceof RangeError ? "it holds too much" : "it is damaged");
  }
  return parse(new TextDecoder().decode(bytes));
}
