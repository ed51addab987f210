// Runs in the head, before anything is drawn: the theme, and the first worker, which compiles kratree.wasm meanwhile.

import { spawn } from "kratree:spawn";
import { showTheme, storedTheme } from "./theme.js";

showTheme(storedTheme());

let first = spawn();
let hasFailed = false;
first.onerror = () => (hasFailed = true);

/** The worker that was begun, then new ones; new ones also where it failed, so that its user learns why. */
globalThis.kratreeSpawn = () => {
  const worker = first && !hasFailed ? first : spawn();
  first = null;
  return worker;
};
