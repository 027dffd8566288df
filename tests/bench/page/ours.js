/** Our side of the benchmarks: one worker with the shipped wasm, driven by messages `{ what, ... }`. */

// By its place: nothing bundles this page, so that no bare name is known to it.
import { decompress } from "../../../node_modules/lzma1/lib/index.js";
import { rejoin } from "../../../www/engine/rejoin.js";
import * as core from "../../../www/generated/tillcast.js";
import packed from "../../../www/generated/wasm-bytes.js";

const bytes = rejoin(decompress(Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0))));
core.initSync({ module: new WebAssembly.Module(bytes) });

const CHUNK_BYTES = 1 << 20;

const work = {
  /** Reads a file to daily series, from memory or from the disk; answers seconds and what was found. */
  async csv({ file, fromMemory }) {
    const bytes = fromMemory ? new Uint8Array(await file.arrayBuffer()) : null;
    const engine = new core.Engine({ width: 1, map: () => Promise.reject(new Error("no pool")), cancel() {} });
    const begun = performance.now();
    const reader = engine.reader(file.name, {});
    for (let from = 0; from < file.size; from += CHUNK_BYTES) {
      const to = from + CHUNK_BYTES;
      reader.push(bytes ? bytes.subarray(from, to) : new Uint8Array(await file.slice(from, to).arrayBuffer()));
    }
    const shop = engine.open([reader], file.name);
    const seconds = (performance.now() - begun) / 1000;
    engine.free();
    return {
      seconds,
      products: shop.products.ends.length / 4,
      units: shop.totalUnits,
      rows: shop.reports.reduce((sum, report) => sum + report.rowsRead, 0),
      frequency: shop.frequency,
    };
  },

  /** Runs jobs as the pool's workers do, one after the other, some rounds; answers milliseconds of the quickest. */
  async jobs({ kind, jobs, leastMs }) {
    const inputs = jobs.map((job) => new Uint8Array(job));
    const times = [];
    const first = performance.now();
    while (times.length < 3 || performance.now() - first < leastMs) {
      const begun = performance.now();
      for (const input of inputs) core.runJob(kind, input, new Uint8Array(), () => {}, () => {});
      times.push(performance.now() - begun);
    }
    return Math.min(...times);
  },

  /** Trains an LSTM for some steps on one device; answers samples a second and the loss. */
  async lstm({ device, batch, steps }) {
    return core.benchLstm(device, batch, steps);
  },
};

addEventListener("message", async ({ data }) => {
  try {
    postMessage({ answer: await work[data.what](data) });
  } catch (error) {
    postMessage({ error: error?.message ?? String(error) });
  }
});
