/**
 * Reading natively, on one core: bytes in memory to daily series, against the csv crate merely dividing the same bytes
 * into fields, in the same program.
 *
 * `npm run bench -- native [FILE]`, FILE being UCI Online Retail as CSV, plain or .gz; without it, a generated stand-in.
 * Then a generated Shopify export of 100 MB.
 */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";

import { run } from "../../scripts/run.mjs";
import { onlineRetail, shopifyOrders } from "./orders.mjs";

const SHOPIFY_BYTES = 100e6;

const folder = await mkdtemp(path.join(os.tmpdir(), "tillcast-bench-"));
try {
  const [given] = process.argv.slice(2);
  const packed = given ? await readFile(given) : onlineRetail();
  const files = { csv: packed[0] === 0x1f ? gunzipSync(packed) : packed, "csv-shopify": shopifyOrders(SHOPIFY_BYTES) };
  const names = Object.keys(files).map((name) => path.join(folder, `${name}.csv`));
  for (const [at, bytes] of Object.values(files).entries()) await writeFile(names[at], bytes);
  console.log(`${os.cpus()[0]?.model ?? "unknown processor"}, one core${given ? "" : ", stand-in of UCI Online Retail"}`);
  await run("cargo", ["bench", "--locked", "--bench", "reading", "--", ...names]);
} finally {
  await rm(folder, { recursive: true });
}
