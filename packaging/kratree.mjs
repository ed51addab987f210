#!/usr/bin/env node
// The command of the package kratree-hooks: the program of kratree-bin, which npm does not link by itself.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const program = createRequire(import.meta.url).resolve("kratree-bin/bin/kratree");
const done = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });

if (done.error)
    console.error(`kratree: ${done.error.message}`);
process.exit(done.status ?? 2);
