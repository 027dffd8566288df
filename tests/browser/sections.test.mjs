/** Large files, which the workers read in sections: the shop must be the same as from one go. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, visit } from "./harness.mjs";
import { BLANK, HOST_POLICY, serveHost } from "./host.mjs";

const LIMIT = { timeout: 120_000 };

let browser;
let server;
let visited;

before(async () => {
  browser = await launch();
  server = await serveHost({ "host.html": BLANK }, { policy: `default-src 'none'; ${HOST_POLICY}` });
  visited = await visit(browser, `${server.origin}/host.html`);
  await visited.page.evaluate(async () => {
    const { Tillcast } = await import("/tillcast.js");
    globalThis.till = await Tillcast.start({ device: "cpu", workers: 3 });
    /** Some 20 MB of orders of one to four lines; `remark` writes the last cell of a line. */
    globalThis.orders = (remark) => {
      const lines = ["order,date,sku,name,qty,price,remark"];
      for (let order = 1; lines.length < 420_000; order += 1) {
        const day = new Date(Date.UTC(2024, 0, 1 + Math.floor(order / 240))).toISOString().slice(0, 10);
        // Some orders stand in the file a second time, far from the first.
        const number = order % 5000 === 0 ? order - 4000 : order;
        const when = order % 5000 === 0 ? new Date(Date.UTC(2024, 0, 1 + Math.floor(number / 240))).toISOString().slice(0, 10) : day;
        for (let line = 0; line <= (number * 7) % 4; line += 1) {
          const sku = (number * 31 + line * 17) % 900;
          lines.push(`${number},${when},SKU-${sku},"Thing, ${sku}",${(number % 97 === 0 && line === 0 && "many") || 1 + (line % 3)},${(sku % 40) + 0.5},${remark(lines.length)}`);
        }
      }
      return lines.join("\n");
    };
    /** The shop as a plain file, and packed, which nobody can begin to read in the middle. */
    globalThis.bothWays = async (text) => {
      const file = new File([text], "orders.csv");
      const packed = new Response(file.stream().pipeThrough(new CompressionStream("gzip")));
      const shops = [];
      let most = 0;
      let reading = [];
      let stay = null;
      const onProgress = () =>
        void lives().then((now) => {
          if (now.length > most) [most, reading] = [now.length, now];
        });
      for (const data of [file, new File([await packed.blob()], "orders.csv")]) {
        const shop = await till.open(data, {}, { onProgress });
        till.close(shop);
        stay ??= (await lives()).filter((life) => reading.includes(life)).length;
        shops.push(JSON.stringify({ ...shop, id: 0 }));
      }
      return { same: shops[0] === shops[1], most, stay, reading, size: file.size, rows: JSON.parse(shops[0]).reports[0].rowsRead, leftOut: JSON.parse(shops[0]).reports[0].leftOut.map(({ reason }) => reason) };
    };
    /** How many workers are at hand, the coordinator included: each holds a lock for its life. */
    globalThis.lives = async () => (await navigator.locks.query()).held.map(({ name }) => name);
    globalThis.workers = async () => (await lives()).length;
  });
});

after(async () => {
  await visited?.close();
  await browser?.close();
  await server?.close();
});

test("a large file is read by all workers, and is the same shop as from one go", LIMIT, async () => {
  const { before, told, left } = await visited.page.evaluate(async () => {
    const before = await workers();
    const told = await bothWays(orders((line) => (line % 7 ? "" : "häß")));
    const shop = await till.sample();
    await till.forecast(shop, { horizon: 7, model: "ets" });
    till.close(shop);
    return { before, told, left: (await lives()).filter((life) => told.reading.includes(life)).length };
  });
  assert.ok(before >= 1 && before <= 3, `${before}: beside the coordinator two are started early, and come when they come`);
  assert.equal(told.most, 4);
  assert.equal(told.stay, 4, "they are there for the next file");
  assert.equal(left, 1, "their memory is given back before methods are fitted");
  assert.ok(told.size > 16e6, `${told.size} bytes make four sections`);
  assert.ok(told.same);
  assert.deepEqual(told.leftOut.toSorted(), ["bad-number", "duplicate"]);
});

test("fields with line ends are no sections' beginnings", LIMIT, async () => {
  // Every remark holds lines that look like orders, so that some section begins among them.
  const told = await visited.page.evaluate(() => bothWays(orders((line) => `"see\n${line},2024-01-01,SKU-1,x,5,1,\n${line}"`)));
  assert.ok(told.same);
});

test("reading in sections stops when told to", LIMIT, async () => {
  const told = await visited.page.evaluate(async () => {
    // Long enough that there is something left to stop.
    const file = new File(Array(8).fill(orders(() => "")), "orders.csv");
    const stop = new AbortController();
    let asked = 0;
    const opening = till.open(file, {}, {
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done < 0.2 || asked) return;
        asked = performance.now();
        stop.abort();
      },
    });
    const code = await opening.then(() => "read", (error) => error.code);
    const shop = await till.open(new File(["date,sku,qty\n2026-01-01,A,1\n2026-01-02,A,2\n2026-01-03,B,2\n"], "small.csv"));
    return { code, ms: performance.now() - asked, products: shop.products.length };
  });
  assert.equal(told.code, "cancelled");
  assert.equal(told.products, 2);
});
