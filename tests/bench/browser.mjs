/** A page for benchmarks: both sides run in it, one after the other, in the browser of the browser tests. */

import { execFileSync } from "node:child_process";
import os from "node:os";

import { at } from "../../scripts/run.mjs";
import { serve } from "../../scripts/serve.mjs";
import { launch } from "../browser/harness.mjs";

/**
 * Opens `tests/bench/page/NAME.html` with the project's folder behind it.
 *
 * @param {string} name
 * @param {{ softwareGpu?: boolean }} [options]
 */
export async function openBench(name, options = {}) {
  // Isolation gives the peers shared memory, so that they may use threads; ours uses none.
  const isolated = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
  };
  const server = await serve({ root: at(), headers: () => isolated });
  const browser = await launch(options);
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(`page: ${error}`));
  page.on("console", (message) => message.type() === "error" && console.error(`page: ${message.text()}`));
  await page.goto(`${server.origin}/tests/bench/page/${name}.html`);
  return {
    page,
    browser,
    origin: server.origin,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** One line that says where the figures come from. */
export function machine(browser) {
  const [cpu] = os.cpus();
  return `${cpu?.model ?? "unknown processor"}, ${os.cpus().length} cores, Chromium ${browser.version()}, commit ${commit()}`;
}

function commit() {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: at(), encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}

/** @param {number[]} values; @returns {number} the middle one: other work on the machine makes outliers, both ways */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
