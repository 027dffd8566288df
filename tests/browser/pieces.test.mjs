/** Files on the disk, read while the browser tidies its memory up: every read must come to its end. */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";

import { launch, visit } from "./harness.mjs";
import { BLANK, HOST_POLICY, serveHost } from "./host.mjs";

/** Often enough to meet every stream that nothing holds. */
const READS = 12;
const PATIENCE_MS = 15_000;

let browser;
let server;
let visited;
let folder;

before(async () => {
  browser = await launch({ args: ["--js-flags=--expose-gc"] });
  server = await serveHost({ "host.html": BLANK }, { policy: `default-src 'none'; ${HOST_POLICY}` });
  visited = await visit(browser, `${server.origin}/host.html`);
  folder = await mkdtemp(path.join(os.tmpdir(), "tillcast-pieces-"));
  const lines = ["date,sku,qty"];
  for (let at = 0; at < 900_000; at += 1) {
    const day = new Date(Date.UTC(2023, 0, 1 + (at % 700))).toISOString().slice(0, 10);
    lines.push(`${day},SKU-${at % 50},${1 + (at % 3)}`);
  }
  await writeFile(path.join(folder, "orders.csv"), lines.join("\n"));
});

after(async () => {
  await visited?.close();
  await browser?.close();
  await server?.close();
  if (folder) await rm(folder, { recursive: true });
});

test("a file is read to its end whatever the garbage collector does meanwhile", { timeout: 120_000 }, async () => {
  const { page } = visited;
  await page.evaluate(async () => {
    document.body.append(Object.assign(document.createElement("input"), { type: "file" }));
    const { Tillcast } = await import("/tillcast.js");
    globalThis.till = await Tillcast.start({ device: "cpu", workers: 1 });
  });
  await page.locator("input").setInputFiles(path.join(folder, "orders.csv"));
  const read = () =>
    page.evaluate(async (patienceMs) => {
      const [file] = document.querySelector("input").files;
      const late = new Promise((resolve) => setTimeout(resolve, patienceMs, null));
      const shop = await Promise.race([till.open(file), late]);
      if (shop) till.close(shop);
      return shop?.reports[0].rowsRead ?? "stalled";
    }, PATIENCE_MS);
  await read();
  assert.equal(page.workers().length, 2);
  for (const worker of page.workers()) await worker.evaluate(() => void setInterval(() => gc(), 1));
  for (let at = 0; at < READS; at += 1) assert.equal(await read(), 900_000, `read ${at + 1}`);
});
