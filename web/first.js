// What is there when the page opens: the tree of the first example, as kratree.wasm rendered it when the page was built.
//
// The rest, CodeMirror above all, is evaluated once that is on the screen and the module has rendered the example
// itself: until the page lets go of its thread neither is anything drawn nor does the worker begin.

import examples from "kratree:examples";
import first from "kratree:first";
import { byId } from "./dom.js";
import { Engine } from "./engine.js";
import { EXAMPLES } from "./examples.js";
import { CORE_LIMITS } from "./files.js";
import { Result } from "./result.js";
import { Project } from "./state.js";

const PATIENCE = 300; // milliseconds that the rest waits for the module

/** A file that is chosen before main.js is there waits for it. */
const nobodyYet = { ask: () => new Promise(() => {}), goTo() {}, onchoose() {} };

export const engine = new Engine(globalThis.kratreeSpawn); // start.js
export const project = new Project();
export const result = new Result(nobodyYet);

/** The module's answer to the first example; null where a link says what is shown. */
export let firstRun = null;

/** Files of an example, as a project takes them. */
export const filesOf = (name) => examples[name].map(([path, bytes]) => ({ path, bytes }));

if (location.hash.length <= 1) {
  const { name, open } = EXAMPLES[0];
  project.open(filesOf(name), { active: open });
  firstRun = engine.render(project.files, { limits: CORE_LIMITS });
  firstRun.then(() => performance.mark("first-run")).catch(() => {}); // main.js says what went wrong
  result.show(JSON.parse(first), { outline: first });
  byId("empty").hidden = true;
  byId("panel-tree").classList.remove("is-empty");
}

const wait = document.hidden ? setTimeout : requestAnimationFrame; // what is hidden has no frames
const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
const begin = () => import("./main.js");
wait(() => setTimeout(() => Promise.race([firstRun, patience]).then(begin, begin)));
