/** Room outside of memory, in a worker of a real browser. */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";

import { build } from "vite";

import { at } from "../../scripts/run.mjs";
import { launch, serveBuild, visit } from "./harness.mjs";
import { BLANK } from "./host.mjs";

/** A promise that never settles fails its test rather than the run. */
const LIMIT = { timeout: 30_000 };

/** The worker: runs what it is told on shelves that it keeps by name. */
const WORKER = `
  import { Shelf, sweep } from "./shelf.js";
  const shelves = {};
  const work = {
    open: async (name) => Boolean((shelves[name] = await Shelf.open())),
    put: (name, value, count) => shelves[name].put(new Uint8Array(count).fill(value)),
    take: (name, at, count) => {
      const into = new Uint8Array(count);
      return [shelves[name].take(at, into), into.every((value) => value === into[0]), into[0]];
    },
    empty: (name) => shelves[name].empty(),
    sweep,
    files: async () => (await Array.fromAsync((await navigator.storage.getDirectory()).keys())).length,
    without: () => { navigator.storage.getDirectory = () => Promise.reject(new DOMException("", "SecurityError")); },
  };
  onmessage = async ({ data: [what, ...words] }) => postMessage(await work[what](...words));
`;

let folder;
let browser;
let server;
let page;

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "tillcast-shelf-"));
  await build({
    configFile: false,
    root: at(),
    logLevel: "error",
    publicDir: false,
    build: {
      outDir: folder,
      target: "es2022",
      rollupOptions: {
        input: { shelf: at("www/engine/shelf.ts") },
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name].js" },
      },
    },
  });
  await writeFile(path.join(folder, "host.html"), BLANK);
  await writeFile(path.join(folder, "work.js"), WORKER);
  browser = await launch();
  server = await serveBuild({ root: folder, headers: () => ({}) });
  ({ page } = await visit(browser, `${server.origin}/host.html`));
  await page.evaluate(() => {
    globalThis.newWorker = () => {
      const worker = new Worker("/work.js", { type: "module" });
      const ask = (...words) =>
        new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage(words);
        });
      return { ask, end: () => worker.terminate() };
    };
  });
});

after(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true });
});

test("what is put on the shelf comes back, and is gone once it was emptied", LIMIT, async () => {
  const told = await page.evaluate(async () => {
    const { ask, end } = newWorker();
    const all = [await ask("open", "one"), await ask("put", "one", 7, 3000), await ask("put", "one", 9, 2000)];
    all.push(await ask("take", "one", 3000, 2000), await ask("take", "one", 0, 3000), (await ask("take", "one", 4000, 2000))[0]);
    await ask("empty", "one");
    all.push((await ask("take", "one", 0, 3000))[0], await ask("put", "one", 5, 10));
    end();
    return all;
  });
  assert.deepEqual(told, [true, 0, 3000, [true, true, 9], [true, true, 7], false, false, 0]);
});

test("what a tab has left is swept away, but not what another one is using", LIMIT, async () => {
  const [two, none] = await page.evaluate(async () => {
    const [first, second, third] = [newWorker(), newWorker(), newWorker()];
    await first.ask("open", "own");
    await first.ask("put", "own", 3, 100);
    await second.ask("open", "own");
    await second.ask("sweep");
    const both = [await second.ask("files"), (await first.ask("take", "own", 0, 100))[0]];
    first.end();
    second.end();
    // The browser notices the end of a worker a little later.
    let left;
    for (let tries = 0; tries < 50 && left !== 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await third.ask("sweep");
      left = await third.ask("files");
    }
    third.end();
    return [both, left];
  });
  assert.deepEqual(two, [2, true]);
  assert.equal(none, 0);
});

test("where the browser has no such file, there is no shelf", LIMIT, async () => {
  const opened = await page.evaluate(async () => {
    const { ask, end } = newWorker();
    await ask("without");
    const opened = await ask("open", "none");
    end();
    return opened;
  });
  assert.equal(opened, false);
});
