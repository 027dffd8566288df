/**
 * Reading an orders file to daily series against PapaParse merely parsing it, in the same browser:
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

  const ours = [];
  const peers = { "PapaParse 5.7.1, text in memory": [], "PapaParse 5.7.1, file in chunks": [] };
  let found;
  for (let round = 0; round < ROUNDS; round += 1) {
    found = await bench.page.evaluate(readOurs);
    ours.push(found.seconds);
    peers["PapaParse 5.7.1, text in memory"].push(await bench.page.evaluate(parseText));
    peers["PapaParse 5.7.1, file in chunks"].push(await bench.page.evaluate(parseFile));
  }
  const speed = (seconds) => `${seconds.toFixed(2)} s, ${(bytes.length / 1e6 / seconds).toFixed(1)} MB/s`;
  console.log(`tillcast, to ${found.frequency} series of ${found.products} products (${found.rows} rows, ${found.units} units): ${speed(median(ours))}`);
  for (const [name, seconds] of Object.entries(peers)) console.log(`${name}, parsing only: ${speed(median(seconds))}`);
  const best = Math.min(...Object.values(peers).map(median));
  console.log(`csv cpu ratio ${(best / median(ours)).toFixed(1)}`);
} finally {
  await bench.close();
  await rm(folder, { recursive: true });
}

/** In the page: our worker, a fresh one each round. */
async function readOurs() {
  const worker = new Worker("ours.js", { type: "module" });
  const file = document.querySelector("input").files[0];
  const reply = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage({ what: "csv", file });
  });
  worker.terminate();
  if (reply.error) throw new Error(reply.error);
  return reply.answer;
}

async function parseText() {
  const file = document.querySelector("input").files[0];
  const begun = performance.now();
  const { data } = Papa.parse(await file.text(), { header: false, skipEmptyLines: true });
  if (data.length < 1000) throw new Error(`PapaParse found ${data.length} rows`);
  return (performance.now() - begun) / 1000;
}

async function parseFile() {
  const file = document.querySelector("input").files[0];
  const begun = performance.now();
  let rows = 0;
  await new Promise((complete, error) => {
    Papa.parse(file, { header: false, skipEmptyLines: true, chunk: ({ data }) => (rows += data.length), complete, error });
  });
  if (rows < 1000) throw new Error(`PapaParse found ${rows} rows`);
  return (performance.now() - begun) / 1000;
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
