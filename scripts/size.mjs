/** Prints what a first visit transfers and fails above the budget: `node scripts/size.mjs`. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { at, script } from "./run.mjs";
import { listFiles } from "./service-worker.mjs";

/** Bytes after gzip, html, scripts, styles, wasm and fonts together. */
export const BUDGET_BYTES = 600_000;

/** What the page loads only when a file is read, or when it is a workbook or archive, or the table of what is known ahead or the inside of a method is opened; the service worker fetches it behind the first visit. */
export const ON_DEMAND = /^assets\/((workbooks|inside)(-bytes)?|known-table|made|screens)-[^/]*\.js$/;

/** The smaller one of the dictionaries: a visitor loads one of them. */
const OTHER_LANGUAGE = /^assets\/en-[^/]*\.js$/;

/** What portals load in their own pages: the page itself does not. */
const LIBRARY = "tillcast.js";

/** @returns {{ name: string, bytes: number, gzip: number }[]} every file of the build, largest transfer first */
export function sizes() {
  return listFiles(at("dist"))
    .map((name) => {
      const content = readFileSync(at("dist", name));
      return { name, bytes: content.length, gzip: gzipSync(content).length };
    })
    .sort((a, b) => b.gzip - a.gzip);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await script(async () => {
    const files = sizes();
    const column = (bytes) => `${(bytes / 1000).toFixed(1)} KB`.padStart(11);
    for (const file of files) console.log(`${column(file.gzip)} gzip ${column(file.bytes)}  ${file.name}`);
    const sum = (some) => some.reduce((total, file) => total + file.gzip, 0);
    const later = files.filter((file) => ON_DEMAND.test(file.name));
    const apart = files.filter(({ name }) => OTHER_LANGUAGE.test(name) || name === LIBRARY);
    const total = sum(files) - sum(later) - sum(apart);
    console.log(`${column(total)} gzip of ${BUDGET_BYTES / 1000} KB allowed`);
    console.log(`${column(sum(later))} gzip more when a file, workbook, archive or table is opened`);
    if (total > BUDGET_BYTES) console.error("the page transfers more than it may");
    return total > BUDGET_BYTES ? 1 : 0;
  });
}
