/** What the tests of a file share: one browser, and the production build behind its headers. */

import { after, before } from "node:test";

import { launch, serveBuild } from "./harness.mjs";

/**
 * Starts both before the first test of the file and ends them behind the last; they are there once tests run.
 *
 * @returns {{ browser: import("playwright-core").Browser, server: Awaited<ReturnType<typeof serveBuild>> }}
 */
export function setStage() {
  const stage = { browser: null, server: null };
  before(async () => {
    stage.browser = await launch();
    stage.server = await serveBuild();
  });
  after(async () => {
    await stage.browser?.close();
    await stage.server?.close();
  });
  return stage;
}
