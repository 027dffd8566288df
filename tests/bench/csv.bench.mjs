/**
 * Reading an orders file to daily series against PapaParse merely parsing it and DuckDB-wasm adding it up by product and
 * day, in the same browser, all warm. Ours as a page does it, from a dropped file to the shop and with the workers that
 * the machine allows; PapaParse from a decoded string in memory, which is its quickest way, DuckDB by whichever is
 * quicker of the dropped file and bytes in memory. Ours on one thread from bytes in memory, PapaParse from the file and
 * with records by name, and each side's first read are shown beside it.
 *
 * `npm run bench -- csv [FILE]`, FILE being UCI Online Retail as CSV (45 MB), plain or .gz; without it, a generated
 * stand-in of the same shape. Then a generated Shopify export of 100 MB.
 */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import os from "node:os";
import path from "node:path";

import { machine, median, openBench } from "./browser.mjs";
import { bundleDuckdb, DUCKDB, DUCKDB_FOLDER } from "./duckdb.mjs";
import { onlineRetail, shopifyOrders } from "./orders.mjs";

const ROUNDS = 5;
const SHOPIFY_BYTES = 100e6;

/** What runs in the page. */
const sides = {
  openShop: async () => {
    const [file] = document.querySelector("input").files;
    const begun = performance.now();
    const shop = await globalThis.till.open(file);
    const seconds = (performance.now() - begun) / 1000;
    globalThis.till.close(shop);
    return seconds;
  },

  readOurs: async (fromMemory) => {
    const reply = await globalThis.askOurs({ what: "csv", file: document.querySelector("input").files[0], fromMemory });
    if (reply.error) throw new Error(reply.error);
    return reply.answer;
  },

  "PapaParse 5.7.1, parsing a string": async () => {
    const text = await document.querySelector("input").files[0].text();
    const begun = performance.now();
    const { data } = Papa.parse(text, { header: false, skipEmptyLines: true });
    if (data.length < 1000) throw new Error(`PapaParse found ${data.length} rows`);
    return (performance.now() - begun) / 1000;
  },

  "PapaParse 5.7.1, a string to objects": async () => {
    const text = await document.querySelector("input").files[0].text();
    const begun = performance.now();
    const { data } = Papa.parse(text, { header: true, skipEmptyLines: true });
    if (data.length < 1000) throw new Error(`PapaParse found ${data.length} rows`);
    return (performance.now() - begun) / 1000;
  },

  "PapaParse 5.7.1, file in chunks from disk": async () => {
    const begun = performance.now();
    let rows = 0;
    await new Promise((complete, error) => {
      Papa.parse(document.querySelector("input").files[0], {
        header: false,
        skipEmptyLines: true,
        chunk: ({ data }) => (rows += data.length),
        complete,
        error,
      });
    });
    if (rows < 1000) throw new Error(`PapaParse found ${rows} rows`);
    return (performance.now() - begun) / 1000;
  },
};

/** In the page: DuckDB's way, to be compared by what it finds. */
const duckdb = {
  start: async ([script, folder]) => {
    globalThis.duckdb = await import(script);
    return globalThis.duckdb.start(folder);
  },
  query: async ([sql, fromMemory]) => {
    const [file] = document.querySelector("input").files;
    return globalThis.duckdb.query(file, sql, fromMemory);
  },
};

/** In the page: one engine for all rounds, as the product has; and a worker with the bare core. */
async function startOurs() {
  const { Tillcast } = await import("/dist/tillcast.js");
  globalThis.till = await Tillcast.start({ device: "cpu" });
  const worker = new Worker("ours.js", { type: "module" });
  // It may break while it loads, when nothing was asked of it yet.
  const broken = new Promise((_, reject) => {
    worker.onerror = (event) => reject(new Error(event.message || "ours.js did not load"));
  });
  broken.catch(() => {});
  globalThis.askOurs = (message) => {
    const answer = new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
    });
    worker.postMessage(message);
    return Promise.race([answer, broken]);
  };
}

const OURS = "tillcast, a dropped file to series";
const PAPA = "PapaParse 5.7.1, parsing a string";
const DUCKDB_SIDES = { "DuckDB-wasm, a dropped file to sums": false, "DuckDB-wasm, bytes in memory to sums": true };
const folder = await mkdtemp(path.join(os.tmpdir(), "tillcast-bench-"));
await bundleDuckdb();
const bench = await openBench("csv");
try {
  console.log(machine(bench.browser));
  const at = (file) => `${bench.origin}/${file}`;
  console.log(`DuckDB ${await bench.page.evaluate(duckdb.start, [at(DUCKDB), at(DUCKDB_FOLDER)])}`);
  await bench.page.evaluate(startOurs);
  console.log(`${await bench.page.evaluate(() => globalThis.till.device.workers)} worker(s) beside the coordinator, ${ROUNDS} rounds, median`);

  const given = process.argv[2];
  await compare("csv", given ? "given file" : "generated stand-in of UCI Online Retail", given ? await plain(given) : onlineRetail(), {
    product: "StockCode",
    day: `CAST("InvoiceDate" AS DATE)`,
    units: "Quantity",
  });
  await compare("csv-shopify", "generated Shopify export", shopifyOrders(SHOPIFY_BYTES), {
    product: "Lineitem sku",
    day: `CAST(substr("Created at", 1, 10) AS DATE)`,
    units: "Lineitem quantity",
    // The zone that follows would cost it more than the rest of the line.
    options: ", types = {'Created at': 'VARCHAR'}",
  });
} finally {
  await bench.close();
  await rm(folder, { recursive: true });
}

/** The bytes of a file, unpacked. */
async function plain(name) {
  const bytes = await readFile(name);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

/** All sides on one file; `columns` say what DuckDB adds up. */
async function compare(label, what, bytes, { product, day, units, options = "" }) {
  const file = path.join(folder, `${label}.csv`);
  await writeFile(file, bytes);
  await bench.page.locator("input").setInputFiles(file);
  const sql = `SELECT "${product}", ${day} AS day, sum("${units}") FROM read_csv('orders.csv', header = true${options}) GROUP BY ALL`;
  const { readOurs, openShop, ...papa } = sides;
  /** @type {Record<string, number[]>} seconds of each round by what was timed; the first round apart */
  const times = {};
  /** @type {Record<string, number>} */
  let firsts = {};
  let found;
  let sums;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const timed = {
      [OURS]: await bench.page.evaluate(openShop),
      "tillcast, one thread, from memory": (found = await bench.page.evaluate(readOurs, true)).seconds,
    };
    for (const [name, side] of Object.entries(papa)) timed[name] = await bench.page.evaluate(side);
    for (const [name, fromMemory] of Object.entries(DUCKDB_SIDES)) {
      sums = await bench.page.evaluate(duckdb.query, [sql, fromMemory]);
      timed[name] = sums.seconds;
    }
    // In the first round every side is compiled by the browser while it runs, as in a visit.
    if (round === 0) firsts = timed;
    else for (const [name, seconds] of Object.entries(timed)) (times[name] ??= []).push(seconds);
  }
  console.log(`\n${what}: ${(bytes.length / 1e6).toFixed(1)} MB`);
  console.log(`${found.rows} rows, ${found.frequency} series of ${found.products} products, ${found.units} units; DuckDB's ${sums.rows} sums leave nothing out`);
  for (const [name, seconds] of Object.entries(times)) {
    const speed = (taken) => `${taken.toFixed(3)} s ${(bytes.length / 1e6 / taken).toFixed(0).padStart(4)} MB/s`;
    console.log(`${name.padEnd(42)} ${speed(median(seconds))}   first read ${speed(firsts[name])}`);
  }
  const quickest = Math.min(...Object.keys(DUCKDB_SIDES).map((name) => median(times[name])));
  console.log(`${label} cpu ratio ${(median(times[PAPA]) / median(times[OURS])).toFixed(1)}`);
  console.log(`${label}-duckdb cpu ratio ${(quickest / median(times[OURS])).toFixed(1)}`);
}
