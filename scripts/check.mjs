/** `npm run check`: what takes seconds to a minute: formatting, lints, types, the crate for wasm. No browser, no tests. */

import { fileURLToPath } from "node:url";

import { ask, nodeTool, run, script } from "./run.mjs";
import { buildWasm } from "./build.mjs";
import { ensureLinker, ensureRust } from "./setup.mjs";

/** @type {[string, () => Promise<void>][]} */
export const checks = [
  ["format", () => run("cargo", ["fmt", "--all", "--check"])],
  ["clippy", () => run("cargo", ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"])],
  [
    "clippy-wasm",
    () => run("cargo", ["clippy", "--locked", "--target", "wasm32-unknown-unknown", "--lib", "--", "-D", "warnings"]),
  ],
  ["types", () => nodeTool("typescript/bin/tsc", "--project", ".")],
];
if (ask("cargo", ["deny", "--version"]).ok) {
  checks.push(["licences", () => run("cargo", ["deny", "--offline", "check", "licenses", "bans", "sources"])]);
}

/**
 * Runs steps in order, all of them, and tells at the end which failed.
 *
 * @param {[string, () => Promise<void>][]} steps
 * @returns {Promise<number>} exit status
 */
export async function runSteps(steps) {
  const results = [];
  for (const [name, step] of steps) {
    console.log(`\n── ${name} ──`);
    const begun = Date.now();
    const failure = await step().then(() => null, (error) => error);
    if (failure) console.error(`${name}: ${failure.message}`);
    results.push({ name, failed: failure !== null, seconds: (Date.now() - begun) / 1000 });
  }
  console.log();
  for (const { name, failed, seconds } of results) {
    console.log(`${failed ? "FAILED" : "passed"}  ${name.padEnd(14)} ${seconds.toFixed(0).padStart(4)} s`);
  }
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
