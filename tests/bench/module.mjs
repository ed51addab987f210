#!/usr/bin/env node
// Time kratree.wasm on the manifests of a folder: "name value" lines of medians, as bench prints them.
//
//     module.mjs MODULE FOLDER ROUNDS

import { readFileSync } from "node:fs";
import { manifests } from "../../wasm/files.mjs";
import { Kratree } from "../../wasm/kratree.js";

const [module, folder, rounds] = process.argv.slice(2);
const bytes = readFileSync(module);
const sources = manifests(folder);

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

async function seconds(work) {
  const taken = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    await work();
    taken.push((performance.now() - start) / 1000);
  }
  return median(taken);
}

const kratree = await Kratree.load(bytes);
const render = () => {
  const rendering = kratree.render(sources);
  if (rendering.status !== "ok") throw new Error(rendering.diagnosticsText());
  return rendering;
};

console.log("compile_seconds", await seconds(() => WebAssembly.compile(bytes)));
console.log("wasm_render_seconds", await seconds(() => render().close()));
const rendering = render();
console.log("report_seconds", await seconds(() => JSON.parse(rendering.reportText)));
console.log("wasm_zip6_seconds", await seconds(() => rendering.zip(6)));
