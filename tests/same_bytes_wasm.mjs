#!/usr/bin/env node
// The module for same_bytes.py. A line in: arguments of wasm/render.mjs, as JSON. A line out: {status, sha256, error}.

import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { begin, exitStatus, load } from "../wasm/render.mjs";

const kratree = await load();

function answer(args) {
  const { rendering } = begin(kratree, [...args, "--out", "-"]);
  try {
    const zip = rendering.status === "ok" ? rendering.zip() : new Uint8Array();
    return { status: exitStatus(rendering), sha256: createHash("sha256").update(zip).digest("hex") };
  } finally {
    rendering.close();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(answer(JSON.parse(line))));
  } catch (error) {
    console.log(JSON.stringify({ status: 2, error: error.message }));
  }
}
