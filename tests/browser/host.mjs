/** Pages of a host beside the built library, and data to give it. */

import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { build } from "vite";

import { at } from "../../scripts/run.mjs";
import { serveBuild } from "./harness.mjs";

/** What a portal must allow at least, for its page and for the library's workers. */
export const HOST_POLICY =
  "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; require-trusted-types-for 'script'; trusted-types tillcast";

export const BLANK = '<!doctype html><html lang="en"><meta charset="utf-8"><title>host</title><body></body></html>';

/**
 * Serves the build together with pages of a host.
 *
 * @param {Record<string, string>} pages text by path
 * @param {{ policy?: string | null }} [options] null: no policy at all
 */
export async function serveHost(pages, { policy = HOST_POLICY } = {}) {
  const root = await mkdtemp(path.join(os.tmpdir(), "tillcast-host-"));
  await cp(at("dist"), root, { recursive: true });
  for (const [name, text] of Object.entries(pages)) await writeFile(path.join(root, name), text);
  const server = await serveBuild({ root, headers: () => (policy ? { "content-security-policy": policy } : {}) });
  return {
    origin: server.origin,
    close: async () => {
      await server.close();
      await rm(root, { recursive: true });
    },
  };
}

/**
 * One source file and what it imports as a script, for parts that the library does not export.
 *
 * @param {string} entry
 * @param {import("vite").Plugin[]} [plugins]
 */
export async function bundle(entry, plugins = []) {
  const [result] = /** @type {any} */ (
    await build({
      configFile: false,
      logLevel: "warn",
      plugins,
      build: { write: false, lib: { entry: at(entry), formats: ["es"] } },
    })
  );
  return result.output[0].code;
}

const isoDay = (day) => new Date(Date.UTC(2022, 0, 3 + day)).toISOString().slice(0, 10);

/**
 * Order lines with a week's rhythm and a little noise, the same every time.
 *
 * @param {number} days
 * @param {string[]} products
 */
export function orderRows(days, products = ["Teapot, red", 'Mug "large"', "=Strainer"]) {
  let noise = 12345;
  const random = () => (noise = (noise * 1103515245 + 12345) % 2147483648) / 2147483648;
  const rows = [];
  for (let day = 0; day < days; day += 1) {
    products.forEach((product, place) => {
      const level = 6 + 4 * (place % 5);
      const quantity = Math.round(level * (1 + 0.5 * Math.sin((2 * Math.PI * (day + place)) / 7)) + 3 * random());
      rows.push({ date: isoDay(day), product, quantity });
    });
  }
  return rows;
}

/** @param {ReturnType<typeof orderRows>} rows */
export function rowsAsCsv(rows) {
  const quoted = (text) => `"${String(text).replaceAll('"', '""')}"`;
  const lines = rows.map((row) => `${row.date},${quoted(row.product)},${row.quantity}`);
  return `date,product,quantity\n${lines.join("\n")}\n`;
}
