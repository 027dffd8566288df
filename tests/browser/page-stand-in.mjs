/** The built page with a coordinator that answers at once: what is tested is what the page shows and does. */

import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";

import { at } from "../../scripts/run.mjs";
import { launch, serveBuild, visit } from "./harness.mjs";
import { bundle } from "./host.mjs";

/** Serves it; `close` also removes the copy. */
export async function serveStandIn() {
  const root = await mkdtemp(path.join(os.tmpdir(), "tillcast-page-"));
  await cp(at("dist"), root, { recursive: true });
  const worker = (await readdir(path.join(root, "assets"))).find((name) => /^worker-.*\.js$/.test(name));
  if (!worker) throw new Error("the build has no coordinator");
  await writeFile(path.join(root, "assets", worker), await bundle("tests/browser/standin/coordinator.js"));
  // Files of another hash than the list says: the service worker must not keep them.
  await rm(path.join(root, "sw.js"));
  const server = await serveBuild({ root });
  return {
    origin: server.origin,
    close: async () => {
      await server.close();
      await rm(root, { recursive: true });
    },
  };
}

/** A file whose name tells the stand-in what to do with it. */
export const file = (name) => ({ name, mimeType: "text/csv", buffer: Buffer.from("day,item,pieces\n") });

/**
 * What the tests of a file share: a browser and this page. `open` opens the page, with the file of that name unless it is
 * null; `assertClean`: no policy was violated, and nothing went wrong unseen. `onPage` is a test of one visit that ends
 * so: `onPage(name, [{ file, ...options of the visit }], work)`.
 */
export function setPage() {
  let browser;
  let server;
  before(async () => {
    browser = await launch();
    server = await serveStandIn();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  const open = async (name = "shop 50.csv", options = {}) => {
    const visited = await visit(browser, `${server.origin}/?device=cpu`, { locale: "en-GB", viewport: { width: 1280, height: 800 }, ...options });
    if (name) await visited.page.locator("input[type=file]").first().setInputFiles(file(name));
    return visited;
  };
  const assertClean = async (visited) => {
    assert.deepEqual(await visited.violations(), []);
    assert.deepEqual(visited.errors, []);
  };
  const onPage = (name, ...rest) => {
    const work = rest.pop();
    const { file: opened, ...options } = rest[0] ?? {};
    test(name, { timeout: 120_000 }, async () => {
      const visited = await open(opened, options);
      await work(visited);
      await assertClean(visited);
      await visited.close();
    });
  };
  return { open, assertClean, onPage };
}
