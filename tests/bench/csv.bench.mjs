/**
 * Reading an orders file to daily series against PapaParse merely parsing it, in the same browser, both warm. Ours as a
 * page does it, from a dropped file to the shop and with the workers that the machine allows; PapaParse from a decoded
 * string in memory, which is its quickest way. Ours on one thread from bytes in memory, PapaParse from the file and with
 * records by name, and each side's first read are shown beside it.
 *
 * `npm run bench -- csv [FILE]`, FILE being UCI Online Retail as CSV (45 MB), plain or .gz. Without it, a generated
 * stand-in of the same shape.
 */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import os from "node:os";
import path from "node:path";

import { machine, median, openBench } from "./browser.mjs";

const ROUNDS = 5;
const ROWS = 541_909;
const PRODUCTS = 3_900;

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

/** In the page: one engine for all rounds, as the product has; and a worker with the bare core. */
async function startOurs() {
  const { Tillcast } = await import("/dist/tillcast.js");
  globalThis.till = await Tillcast.start({ device: "cpu" });
  const worker = new Worker("ours.js", { type: "module" });
  globalThis.askOurs = (message) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(message);
    });
}

const OURS = "tillcast, a dropped file to series";
const PEER = "PapaParse 5.7.1, parsing a string";
const given = process.argv[2];
const text = given ? await readFile(given) : standIn();
const bytes = text[0] === 0x1f && text[1] === 0x8b ? gunzipSync(text) : text;

const folder = await mkdtemp(path.join(os.tmpdir(), "tillcast-bench-"));
const file = path.join(folder, "orders.csv");
await writeFile(file, bytes);
const bench = await openBench("csv");
try {
  console.log(machine(bench.browser));
  console.log(`${given ? "given file" : "generated stand-in of UCI Online Retail"}: ${(bytes.length / 1e6).toFixed(1)} MB, ${ROUNDS} rounds, median`);
  await bench.page.locator("input").setInputFiles(file);

  await bench.page.evaluate(startOurs);
  const { readOurs: ours, openShop, ...peers } = sides;
  /** @type {Record<string, number[]>} seconds of each round by what was timed; the first round apart */
  const times = {};
  /** @type {Record<string, number>} */
  let firsts = {};
  let found;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const timed = {
      [OURS]: await bench.page.evaluate(openShop),
      "tillcast, one thread, from memory": (found = await bench.page.evaluate(ours, true)).seconds,
    };
    for (const [name, side] of Object.entries(peers)) timed[name] = await bench.page.evaluate(side);
    // In the first round every side is compiled by the browser while it runs, as in a visit.
    if (round === 0) firsts = timed;
    else for (const [name, seconds] of Object.entries(timed)) (times[name] ??= []).push(seconds);
  }
  console.log(`${await bench.page.evaluate(() => globalThis.till.device.workers)} worker(s) beside the coordinator`);
  console.log(`${found.rows} rows, ${found.frequency} series of ${found.products} products, ${found.units} units`);
  for (const [name, seconds] of Object.entries(times)) {
    const middle = median(seconds);
    const speed = (taken) => `${taken.toFixed(3)} s ${(bytes.length / 1e6 / taken).toFixed(0).padStart(4)} MB/s`;
    console.log(`${name.padEnd(42)} ${speed(middle)}   first read ${speed(firsts[name])}`);
  }
  console.log(`csv cpu ratio ${(median(times[PEER]) / median(times[OURS])).toFixed(1)}`);
} finally {
  await bench.close();
  await rm(folder, { recursive: true });
}

/** Order lines with the columns, lengths and quirks of UCI Online Retail, from a fixed seed. */
function standIn() {
  let state = 20101201;
  const draw = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const nouns = ["T-LIGHT HOLDER", "LUNCH BAG RED RETROSPOT", "METAL LANTERN", "COAT HANGER", "HOT WATER BOTTLE", "CAKE CASES"];
  const names = Array.from({ length: PRODUCTS }, (_, at) => {
    const name = `WHITE ${nouns[at % nouns.length]} ${at}`;
    return at % 90 === 0 ? `"${name}, SET OF ""6"""` : name;
  });
  const countries = ["United Kingdom", "United Kingdom", "United Kingdom", "Germany", "France", "EIRE"];
  const lines = ["InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"];
  const first = Date.UTC(2010, 11, 1);
  for (let row = 0; row < ROWS; row += 1) {
    const minute = 480 + (row % 600);
    const date = new Date(first + Math.floor((row * 374) / ROWS) * 86_400_000 + minute * 60_000);
    const when = date.toISOString().slice(0, 19).replace("T", " ");
    const product = Math.floor(draw(PRODUCTS) * (draw(1000) / 1000));
    const cancelled = row % 58 === 0;
    const quantity = cancelled ? -1 - draw(12) : 1 + draw(24);
    const price = (0.42 + draw(900) / 100).toFixed(2);
    const customer = row % 4 === 0 ? "" : `${12346 + draw(5000)}.0`;
    const code = 20000 + product;
    const invoice = `${cancelled ? "C" : ""}${536365 + Math.floor(row / 21)}`;
    lines.push(`${invoice},${code},${names[product]},${quantity},${when},${price},${customer},${countries[row % 6]}`);
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}
