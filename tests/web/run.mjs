#!/usr/bin/env node
// The page as its readers use it, in Debian's Chromium, as one file and as hosted.
//
//     run.mjs [WORD…]      all tests, or those whose names hold one of the words
//
// A test is a function in one of the files below; it gets a way to open the page and takes it from there. Whatever it
// does, the page must make no request, log no error and violate no policy. A test with `only` is for that build: it
// looks at what both share. Last line: 'N passed, N failed'.

import { Visit, builds, launch, serve } from "./harness.mjs";

const FILES = ["opening", "input", "result", "problems", "compare", "zips", "sharing", "limits", "access"];
const AT_ONCE = 2;
const LONGEST = 300_000; // milliseconds for a test

const words = process.argv.slice(2);
const server = await serve();
const browser = await launch();
const waiting = [];
for (const file of FILES)
  for (const [name, test] of Object.entries(await import(`./${file}.mjs`)))
    for (const build of builds(server).filter((one) => !test.only || test.only === one.name))
      waiting.push({ name: `${file}: ${name.replaceAll("_", " ")} (${build.name})`, test, build });

let [passed, failed] = [0, 0];

async function attempt({ name, test, build }) {
  const visits = [];
  const open = async (options) => {
    visits.push(await Visit.open(browser, build, options));
    return visits.at(-1);
  };
  const tooLong = new Promise((_, reject) =>
    setTimeout(reject, LONGEST, new Error(`no end after ${LONGEST} ms`)).unref(),
  );
  const problems = [];
  await Promise.race([test(open, build), tooLong]).catch((error) => problems.push(error));
  for (const visit of visits) await visit.close().catch((error) => problems.push(error));
  if (problems.length === 0) return void passed++;
  failed++;
  console.log(`FAIL ${name}\n  ${problems.map(({ stack }) => stack.replaceAll("\n", "\n  ")).join("\n  ")}`);
}

async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift())
    if (words.length === 0 || words.some((word) => next.name.includes(word))) await attempt(next);
}

await Promise.all(Array.from({ length: AT_ONCE }, work));
await browser.close();
server.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
