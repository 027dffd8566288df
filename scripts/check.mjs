/** `npm run check`: what takes seconds to a minute: formatting, lints, types, the crate for wasm. No browser, no tests. */

import { fileURLToPath } from "node:url";

import { ask, nodeTool, run, script, within } from "./run.mjs";
import { buildWasm } from "./build.mjs";
import { ensureLinker, ensureRust } from "./setup.mjs";

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {number} minutes after which it is ended: several times what it takes on a slow machine with two processors
 * @property {() => Promise<void>} work rejects when something is wrong
 */

/** @type {Step[]} */
export const checks = [
  { name: "format", minutes: 2, work: () => run("cargo", ["fmt", "--all", "--check"]) },
  { name: "clippy", minutes: 12, work: () => clippy("--all-targets").then(() => clippy("-p", "xtask")) },
  { name: "clippy-wasm", minutes: 10, work: () => clippy("--target", "wasm32-unknown-unknown", "--lib", "-p", "tillcast", "-p", "tillcast-web", "-p", "tillcast-inside", "-p", "tillcast-workbooks") },
  { name: "types", minutes: 3, work: () => nodeTool("typescript/bin/tsc", "--project", ".") },
];
if (ask("cargo", ["deny", "--version"]).ok) {
  const work = () => run("cargo", ["deny", "--offline", "check", "licenses", "bans", "sources"]);
  checks.push({ name: "licences", minutes: 3, work });
}

/**
 * One package at a time: `--workspace` gives crates like syn the features of both, and they are compiled once more.
 *
 * @param {string[]} words
 */
function clippy(...words) {
  return run("cargo", ["clippy", "--locked", ...words, "--", "-D", "warnings"]);
}

/**
 * Runs steps in order, all of them, and tells at the end which failed and how long each took.
 *
 * @param {Step[]} steps
 * @returns {Promise<number>} exit status
 */
export async function runSteps(steps) {
  const results = [];
  const start = Date.now();
  for (const { name, minutes, work } of steps) {
    console.log(`\n── ${name} ──`);
    const begun = Date.now();
    const failure = await within(minutes * 60, name, work).then(() => null, (error) => error);
    if (failure) console.error(`${name}: ${failure.message}`);
    results.push({ name, failed: failure !== null, seconds: (Date.now() - begun) / 1000 });
  }
  console.log();
  const told = (word, name, seconds) => console.log(`${word}  ${name.padEnd(14)} ${seconds.toFixed(0).padStart(5)} s`);
  for (const { name, failed, seconds } of results) told(failed ? "FAILED" : "passed", name, seconds);
  told("      ", "in all", (Date.now() - start) / 1000);
  return results.some((result) => result.failed) ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await script(async () => {
    await ensureRust();
    await ensureLinker();
    // The types of the wasm boundary come from the build; the quick one has the same.
    await buildWasm({ dev: true });
    return runSteps(checks);
  });
}
