/**
 * `npm test`: sets up what it needs and runs everything. `npm test -- NAME…` runs the named steps only.
 * Without a Vulkan driver or GPU the kernel parity tests are skipped, except in CI, which requires them.
 */

import { readdirSync, readFileSync } from "node:fs";

import { build } from "./build.mjs";
import { checks, runSteps } from "./check.mjs";
import { ask, at, Missing, onCi, run, say, script, within } from "./run.mjs";
import { ensureChromium, ensureLinker, ensurePackages, ensureRust, ensureVulkan } from "./setup.mjs";

/** For all browser tests, and for one file of them. */
const BROWSER_MINUTES = 20;
const FILE_SECONDS = 400;
/** Browser test files that run at the same time, of those that may. */
const TOGETHER = 3;

await script(async () => {
  const wanted = process.argv.slice(2);
  await ensurePackages();
  await ensureRust();
  await ensureLinker();
  const chromium = await ensureChromium();
  const noVulkan = await ensureVulkan();
  if (noVulkan && onCi) throw new Missing(noVulkan);
  if (noVulkan) say(`kernel parity is skipped: ${noVulkan}`);

  const gpu = noVulkan ? {} : { TILLCAST_REQUIRE_GPU: "1" };
  const node = (name) => run(process.execPath, [at(name)]);
  /** @type {import("./check.mjs").Step[]} */
  const steps = [
    { name: "build", minutes: 15, work: () => build() },
    ...checks,
    { name: "rust", minutes: 20, work: () => rustTests(gpu) },
    { name: "size", minutes: 1, work: () => node("scripts/size.mjs") },
    { name: "egress", minutes: 1, work: () => node("scripts/egress-gate.mjs") },
    { name: "browser", minutes: BROWSER_MINUTES, work: () => browserTests(chromium) },
  ];
  const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new Missing(`No step is called ${unknown.join(", ")}; there are: ${steps.map((step) => step.name).join(", ")}.`);
  }
  return runSteps(wanted.length > 0 ? steps.filter((step) => wanted.includes(step.name)) : steps);
});

/**
 * Without `--workspace`: xtask has no tests, and its crates would be compiled again, with the features of both.
 *
 * @param {Record<string, string>} env
 */
async function rustTests(env) {
  if (!ask("cargo", ["nextest", "--version"]).ok) return run("cargo", ["test", "--locked"], { env });
  await run("cargo", ["nextest", "run", "--locked", "--no-fail-fast"], { env });
  await run("cargo", ["test", "--locked", "--doc"]);
}

/**
 * One file after the other, each in a program of its own: each has browsers and workers of its own, timings are
 * asserted, and a file that hangs is ended without the others. Only files on the stand-in for the core, which wait more
 * than they compute, run some at a time. (Node's `--test-timeout` is no help: Node 20 takes it for
 * the time of a whole file, later ones for that of a test.)
 */
async function browserTests(chromium) {
  const end = Date.now() + BROWSER_MINUTES * 60_000 - 30_000;
  const files = readdirSync(at("tests/browser"))
    .filter((name) => name.endsWith(".test.mjs"))
    .sort();
  const standIns = files.filter((name) => readFileSync(at("tests/browser", name), "utf8").includes("= setPage()"));
  const failures = [];
  for (const names of [...files.filter((name) => !standIns.includes(name)).map((name) => [name]), standIns]) {
    const begun = Date.now();
    const name = names.join(", ");
    const words = ["--test", `--test-concurrency=${TOGETHER}`, "--test-reporter=spec", ...names.map((one) => at("tests/browser", one))];
    const work = () => run(process.execPath, words, { env: { TILLCAST_CHROMIUM: chromium } });
    const failure = await within(Math.min(FILE_SECONDS, (end - begun) / 1000), name, work).then(() => null, (error) => error);
    say(`${name}: ${failure ? "FAILED" : "passed"}, ${((Date.now() - begun) / 1000).toFixed(0)} s`);
    if (failure) failures.push(/took longer|no time/.test(failure.message) ? failure.message : name);
  }
  if (failures.length > 0) throw new Error(failures.join("; "));
}
