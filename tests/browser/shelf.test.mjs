/** Room outside of memory, in a worker of a real browser. */

import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
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

/** Of a small shop a whole forecast, in a core whose pool is this worker itself, with a shelf that counts its use. */
const CORE = `
  import * as core from "./tillcast.js";
  import { Shelf } from "./shelf.js";

  const DAYS = 150;
  const PRODUCTS = 12;

  function csv() {
    const rows = ["date,sku,quantity"];
    for (let day = 0; day < DAYS; day += 1) {
      const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
      for (let product = 0; product < PRODUCTS; product += 1) rows.push([date, "P-" + product, (day * 7 + product * 3) % 11].join(","));
    }
    return new TextEncoder().encode(rows.join("\\n"));
  }

  async function forecast(heldBytes, loses) {
    const told = { puts: 0, takes: 0, empties: 0, bytes: 0 };
    const shelf = await Shelf.open();
    const pool = {
      width: 1,
      heldBytes,
      map: async (kinds, inputs, onEvent) =>
        kinds.map((kind, place) => core.runJob(kind, inputs[place], new Uint8Array(), (event) => onEvent(place, event), () => {})),
      cancel() {},
      openShelf: async () => true,
      putAway: (bytes) => ((told.puts += 1), (told.bytes += bytes.length), shelf.put(bytes)),
      bring: (at, into) => ((told.takes += 1), !loses && shelf.take(at, into)),
      emptyShelf: () => ((told.empties += 1), shelf.empty()),
    };
    const engine = new core.Engine(pool);
    try {
      const reader = engine.reader("orders.csv", {});
      reader.push(csv());
      const shop = engine.open([reader], "orders.csv");
      const options = { horizon: 7, model: "auto", levels: [0.1, 0.5, 0.9], folds: 2 };
      const made = await engine.forecast(shop.id, options, [], [], new Float64Array(), () => {});
      const numbers = made.products.map(({ mean, quantiles, total }) => [[...mean], quantiles.map((row) => [...row]), total]);
      return { ...told, numbers: JSON.stringify([numbers, made.accuracy.totalMiss]), left: shelf.take(0, new Uint8Array(1)) };
    } catch (thrown) {
      return { ...told, failure: thrown.message ?? String(thrown), left: shelf.take(0, new Uint8Array(1)) };
    }
  }

  const started = fetch("./core.wasm")
    .then((answer) => answer.arrayBuffer())
    .then((bytes) => core.initSync({ module: new WebAssembly.Module(bytes) }));
  onmessage = async ({ data }) => postMessage(await started.then(() => forecast(...data)));
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
  await writeFile(path.join(folder, "core.js"), CORE);
  await copyFile(at("www/generated/tillcast.js"), path.join(folder, "tillcast.js"));
  await copyFile(at("www/generated/.tillcast.wasm"), path.join(folder, "core.wasm"));
  browser = await launch();
  server = await serveBuild({ root: folder, headers: () => ({}) });
  ({ page } = await visit(browser, `${server.origin}/host.html`));
  await page.evaluate(() => {
    globalThis.newWorker = (script = "/work.js") => {
      const worker = new Worker(script, { type: "module" });
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

test("a whole forecast whose methods wait on the shelf is that of one in memory, and leaves the shelf empty", { timeout: 180_000 }, async () => {
  const [held, shelved, lost] = await page.evaluate(async () => {
    const { ask, end } = newWorker("/core.js");
    const all = [await ask(1e9, false), await ask(0, false), await ask(0, true)];
    end();
    return all;
  });
  assert.equal(held.failure, undefined);
  assert.deepEqual([held.puts, held.takes], [0, 0], "memory has room");
  assert.ok(shelved.puts > 10 && shelved.takes >= shelved.puts && shelved.bytes > 0, JSON.stringify({ ...shelved, numbers: "" }));
  assert.equal(shelved.numbers, held.numbers);
  assert.deepEqual([shelved.empties, shelved.left], [1, false], "nothing stays behind");
  assert.match(lost.failure, /lost a forecast/);
  assert.deepEqual([lost.empties, lost.left], [1, false], "nor behind a failure");
});
