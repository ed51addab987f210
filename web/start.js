// Runs before the page's own script is read: the first worker compiles kratree.wasm meanwhile.

import { spawn } from "kratree:spawn";

let first = spawn();
let hasFailed = false;
first.onerror = () => (hasFailed = true);

/** The worker that was begun, then new ones; new ones also where it failed, so that its user learns why. */
globalThis.kratreeSpawn = () => {
  const worker = first && !hasFailed ? first : spawn();
  first = null;
  return worker;
};
