/**
 * `npm test`: sets up what it needs and runs everything. `npm test -- NAME…` runs the named steps only.
 * Without a Vulkan driver or GPU the kernel parity tests are skipped, except in CI, which requires them.
 */

import { readdirSync } from "node:fs";

import { build } from "./build.mjs";
import { checks, runSteps } from "./check.mjs";
import { ask, at, Missing, onCi, run, say, script } from "./run.mjs";
import { ensureChromium, ensureLinker, ensurePackages, ensureRust, ensureVulkan } from "./setup.mjs";

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
  const nextest = ask("cargo", ["nextest", "--version"]).ok;
  /** @type {[string, () => Promise<void>][]} */
  const steps = [
    ["build", () => build()],
    ...checks,
    [
      "rust",
      async () => {
        if (!nextest) return run("cargo", ["test", "--locked", "--workspace"], { env: gpu });
        await run("cargo", ["nextest", "run", "--locked", "--workspace", "--no-fail-fast"], { env: gpu });
        await run("cargo", ["test", "--locked", "--doc"]);
      },
    ],
    ["size", () => run(process.execPath, [at("scripts/size.mjs")])],
    ["egress", () => run(process.execPath, [at("scripts/egress-gate.mjs")])],
    ["browser", () => browserTests(chromium)],
  ];
  const unknown = wanted.filter((name) => !steps.some(([step]) => step === name));
  if (unknown.length > 0) {
    throw new Missing(`No step is called ${unknown.join(", ")}; there are: ${steps.map(([name]) => name).join(", ")}.`);
  }
  return runSteps(wanted.length > 0 ? steps.filter(([name]) => wanted.includes(name)) : steps);
});

/** One file after the other: each has browsers and workers of its own, and timings are asserted. */
function browserTests(chromium) {
  const files = readdirSync(at("tests/browser"))
    .filter((name) => name.endsWith(".test.mjs"))
    .sort();
  return run(process.execPath, ["--test", "--test-concurrency=1", ...files.map((name) => at("tests/browser", name))], {
    env: { TILLCAST_CHROMIUM: chromium },
  });
}
