// What is there when the page opens: the tree of the first example, as kratree.wasm rendered it when the page was built.
//
// The rest, CodeMirror above all, is evaluated once that is on the screen: until the page lets go of its thread neither
// is anything drawn nor does the worker begin. main.js then renders the example like any other; the tree stays.

import first from "kratree:first";
import { byId } from "./dom.js";
import { Result } from "./result.js";

/** A file that is chosen before main.js is there waits for it. */
const nobodyYet = { ask: () => new Promise(() => {}), goTo() {}, onchoose() {} };

export const result = new Result(nobodyYet);
if (location.hash.length <= 1) {
  result.show(JSON.parse(first), { outline: first });
  byId("empty").hidden = true;
  byId("panel-tree").classList.remove("is-empty");
}

const wait = document.hidden ? setTimeout : requestAnimationFrame; // what is hidden has no frames
wait(() => setTimeout(() => import("./main.js")));
