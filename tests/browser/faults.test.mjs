/** What goes wrong in a tab: stopped work, dead workers, a lost GPU, files pulled away, storage refused. */

import assert from "node:assert/strict";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";

import { launch, until, visit } from "./harness.mjs";
import { BLANK, bundle, orderRows, rowsAsCsv, serveHost } from "./host.mjs";

/** Cancelling answers within this, in any phase. */
const CANCEL_MS = 200;
/** A promise that never settles fails its test rather than the run. */
const LIMIT = { timeout: 120_000 };
/** Training on a GPU made of software takes its time. */
const PATIENCE = { patienceMs: 100_000 };

let browser;
let server;

before(async () => {
  browser = await launch({ softwareGpu: true });
  server = await serveHost({
    "host.html": `${BLANK}<input type="file">`,
    "storage.js": await bundle("www/engine/storage.ts"),
  });
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/** A page with the library loaded and every worker that the page itself starts kept in `started`. */
async function host() {
  const visited = await visit(browser, `${server.origin}/host.html`, PATIENCE);
  await visited.page.evaluate(async () => {
    globalThis.started = [];
    const Plain = Worker;
    globalThis.Worker = class extends Plain {
      constructor(...words) {
        super(...words);
        started.push(this);
      }
    };
    globalThis.Tillcast = (await import("/tillcast.js")).Tillcast;
    globalThis.outcome = (promise) =>
      promise.then(
        (value) => ({ value }),
        ({ kind, code, message }) => ({ kind, code, message }),
      );
    globalThis.csvOf = async (engine, forecast) => (await engine.export(forecast)).text();
  });
  return visited;
}

/**
 * Starts `work` in the page, stops it once `phase` has begun, and asks how long the answer took and what still works.
 *
 * @param {{ device: string, phase: string, model: string, rows: object[], open?: boolean }} about
 */
async function stopIn(visited, about) {
  return visited.page.evaluate(async ({ device, phase, model, rows, open }) => {
    const till = await Tillcast.start({ device, workers: 2 });
    const shop = await till.open(rows.slice(0, 600));
    const stop = new AbortController();
    // Some forty megabytes, a second or two of reading.
    const long = () => {
      const part = rows.map((row) => `${row.date},${row.product},${row.quantity}\n`).join("");
      return new File(["date,product,quantity\n", ...Array.from({ length: 100 }, () => part)], "long.csv");
    };
    let begun = 0;
    const phases = new Set();
    const onProgress = (progress) => {
      phases.add(progress.phase);
      if (begun === 0 && progress.phase === phase && (!open || progress.done > 0.2)) {
        begun = performance.now();
        stop.abort();
      }
    };
    const run = { onProgress, signal: stop.signal };
    const work = open ? till.open(long(), {}, run) : till.forecast(shop, { horizon: 14, model }, run);
    const result = await outcome(work.then(() => "finished"));
    const took = performance.now() - begun;
    // The engine itself must be free again, not only this promise.
    const again = performance.now();
    const after = await outcome(till.forecast(shop, { horizon: 7, model: "seasonal-naive" }).then((made) => made.products.length));
    const next = performance.now() - again;
    await till.stop();
    return { result, took, after, next, phases: [...phases] };
  }, about);
}

const manyRows = orderRows(400, Array.from({ length: 40 }, (_, place) => `Product ${place}`));

for (const { name, ...about } of [
  { name: "reading", phase: "reading", device: "cpu", model: "", open: true },
  { name: "fitting", phase: "fitting", device: "cpu", model: "auto" },
  { name: "training on the CPU", phase: "training", device: "cpu", model: "lstm" },
  { name: "training on the GPU", phase: "training", device: "gpu", model: "lstm" },
]) {
  test(`cancelling while ${name} answers within ${CANCEL_MS} ms and keeps the shop`, LIMIT, async () => {
    const visited = await host();
    const { result, took, after, next, phases } = await stopIn(visited, { ...about, rows: manyRows });
    assert.equal(result.kind, "cancelled", `${JSON.stringify(result)} after phases ${phases.join(", ")}`);
    assert.ok(took <= CANCEL_MS, `the answer took ${took} ms`);
    assert.ok(after.value > 0, JSON.stringify(after));
    assert.ok(next < 3000, `the next forecast took ${next} ms`);
    assert.deepEqual(visited.errors, []);
    await visited.close();
  });
}

test("a coordinator that is ended is replaced; its shop is read anew and gives the same forecast", LIMIT, async () => {
  const visited = await host();
  const { lost, before, after, workers, holds, drawn } = await visited.page.evaluate(async (rows) => {
    const till = await Tillcast.start({ device: "cpu", workers: 2 });
    const shop = await till.open(rows);
    const options = { horizon: 7, model: "ets" };
    const first = await till.forecast(shop, options);
    const before = await csvOf(till, first);
    const holds = [till.holds(first)];
    const running = outcome(till.forecast(shop, options));
    // Ended in the turn that asked for the work: no machine is quick enough to have answered.
    started[0].terminate();
    const lost = await running;
    holds.push(till.holds(first));
    const drawn = await outcome(till.figure(first, "fan", { width: 400, height: 240 }));
    const second = await till.forecast(shop, options);
    const after = await csvOf(till, second);
    holds.push(till.holds(first), till.holds(second));
    return { lost, before, after, workers: started.length, holds, drawn };
  }, orderRows(120));
  assert.deepEqual(holds, [true, false, false, true]);
  assert.equal(drawn.code, "no-forecast", "its number means nothing to the next coordinator");
  assert.equal(lost.kind, "internal");
  assert.equal(lost.code, "engine-lost");
  assert.equal(workers, 2);
  assert.equal(after, before);
  assert.deepEqual(visited.errors, []);
  await visited.close();
});

test("files read in another way are another shop, and the first stays as it was", LIMIT, async () => {
  const visited = await host();
  const { first, second, again, sold } = await visited.page.evaluate(async (rows) => {
    const till = await Tillcast.start({ device: "cpu", workers: 1 });
    const text = `day,item,pieces,boxes\n${rows.map(({ date, product, quantity }) => `${date},${product.slice(0, 3)},${quantity},${2 * quantity}`).join("\n")}\n`;
    const one = await till.open(new File([text], "two.csv"), { roles: [["quantity", "pieces"]] });
    const options = { horizon: 7, model: "seasonal-naive" };
    const first = await csvOf(till, await till.forecast(one, options));
    const other = await till.reread(one, { roles: [["quantity", "boxes"]] });
    const second = await csvOf(till, await till.forecast(other, options));
    till.close(other);
    const again = await csvOf(till, await till.forecast(one, options));
    await till.stop();
    return { first, second, again, sold: [one.totalUnits, other.totalUnits] };
  }, orderRows(90));
  assert.equal(sold[1], 2 * sold[0]);
  assert.notEqual(second, first);
  assert.equal(again, first);
  await visited.close();
});

test("the GPU is lost while training: the work goes on, says so once, and the next work has one again", LIMIT, async () => {
  const visited = await host();
  const { devices, forecast, lost, next } = await visited.page.evaluate(async (rows) => {
    const till = await Tillcast.start({ device: "gpu", workers: 2 });
    const shop = await till.open(rows);
    const devices = [till.device];
    let lost = false;
    const onProgress = ({ phase }) => {
      if (phase === "training" && !lost) {
        lost = true;
        void till.loseDevice();
      }
    };
    const made = await till.forecast(shop, { horizon: 7, model: "lstm" }, { onProgress });
    devices.push(till.device);
    const { notes, training, products } = made;
    // A new one is tried on known answers before it is told.
    const next = await till.forecast(shop, { horizon: 7, model: "seasonal-naive" });
    devices.push(till.device);
    return {
      devices,
      lost,
      forecast: { notes, training, finite: products.every((one) => one.mean.every(Number.isFinite)) },
      next: next.notes,
    };
  }, orderRows(200, ["a", "b", "c", "d", "e", "f"]));
  assert.deepEqual(devices.map(({ kind, reason }) => [kind, reason]), [["gpu", ""], ["cpu", "lost"], ["gpu", ""]]);
  assert.equal(devices[1].workers, devices[0].workers);
  assert.ok(lost, "training was reached");
  assert.ok(forecast.finite);
  assert.equal(forecast.training.at(-1).device, "cpu", JSON.stringify(forecast.training));
  assert.ok(forecast.training.at(-1).seconds > 0);
  assert.equal(forecast.notes.filter((note) => note.code === "gpu-lost").length, 1, JSON.stringify(forecast.notes));
  assert.ok(!next.some((note) => note.code === "gpu-lost"), JSON.stringify(next));
  await visited.close();
});

test("a file that is changed after it was chosen is told, and the shop before it stays", LIMIT, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "tillcast-file-"));
  const name = path.join(folder, "orders.csv");
  await writeFile(name, rowsAsCsv(orderRows(60)));
  const visited = await host();
  await visited.page.locator("input[type=file]").setInputFiles(name);
  // The browser looks at the file's length and time when they are first asked for.
  await visited.page.evaluate(() => [document.querySelector("input").files[0].size, document.querySelector("input").files[0].lastModified]);
  await writeFile(name, "something else altogether, and of another length");
  // Well after the choice: the browser compares times in whole seconds.
  const later = Date.now() / 1000 + 60;
  await utimes(name, later, later);
  const { failed, after } = await visited.page.evaluate(async (rows) => {
    const till = await Tillcast.start({ device: "cpu", workers: 1 });
    const shop = await till.open(rows);
    const failed = await outcome(till.open(document.querySelector("input").files[0]));
    return { failed, after: await outcome(till.forecast(shop, { horizon: 3, model: "seasonal-naive" }).then((made) => made.horizon)) };
  }, orderRows(60));
  assert.equal(failed.kind, "input", JSON.stringify(failed));
  assert.equal(failed.code, "file-unreadable");
  assert.equal(after.value, 3);
  await visited.close();
  await rm(folder, { recursive: true });
});

test("a file beyond the limit is refused before it is read", LIMIT, async () => {
  const visited = await host();
  const { failed, took } = await visited.page.evaluate(async () => {
    const till = await Tillcast.start({ device: "cpu", workers: 1 });
    // One megabyte, named a thousand and one times: big on paper only.
    const part = new Blob([new Uint8Array(1e6)]);
    const begun = performance.now();
    const failed = await outcome(till.open(new Blob(Array.from({ length: 1001 }, () => part))));
    return { failed, took: performance.now() - begun };
  });
  assert.equal(failed.code, "file-too-large");
  assert.match(failed.message, /1000 MB/);
  assert.ok(took < 1000, `${took} ms`);
  await visited.close();
});

test("a page whose policy forbids WebAssembly is told what to allow", LIMIT, async () => {
  const strict = await serveHost({ "host.html": BLANK }, { policy: "script-src 'self'; worker-src 'self'" });
  const visited = await visit(browser, `${strict.origin}/host.html`);
  const failed = await visited.page.evaluate(async () => {
    const { Tillcast } = await import("/tillcast.js");
    return Tillcast.start().then(
      () => null,
      ({ kind, code, remedy }) => ({ kind, code, remedy }),
    );
  });
  assert.equal(failed?.code, "wasm-blocked");
  assert.match(failed.remedy, /wasm-unsafe-eval/);
  await visited.close();
  await strict.close();
});

test("settings are kept, a damaged record is none, and all is deleted", LIMIT, async () => {
  const visited = await host();
  const kept = () =>
    visited.page.evaluate(async () => {
      const { Store } = await import("/storage.js");
      return (await Store.open()).settings;
    });
  const saved = await visited.page.evaluate(async () => {
    const { Store } = await import("/storage.js");
    const store = await Store.open();
    return [await store.change({ language: "zh" }), await store.change({ theme: "dark" })];
  });
  assert.deepEqual(saved, [true, true]);
  await visited.page.reload();
  assert.deepEqual(await kept(), { language: "zh", theme: "dark" });
  await visited.page.evaluate(async () => {
    const { Store } = await import("/storage.js");
    await (await Store.open()).change({ language: "tlh" });
  });
  await visited.page.reload();
  assert.deepEqual(await kept(), { theme: "dark" });
  await visited.page.evaluate(async () => {
    const { Store } = await import("/storage.js");
    await (await Store.open()).deleteAll();
  });
  await visited.page.reload();
  assert.deepEqual(await kept(), {});
  await visited.close();
});

for (const [reason, sabotage] of Object.entries({
  denied: () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("denied", "SecurityError");
    };
  },
  full: () => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  },
})) {
  test(`storage that is ${reason}: the visit goes on and a note says that it is not saved`, LIMIT, async () => {
    const visited = await host();
    await visited.page.evaluate(sabotage);
    const { saved, settings, notes } = await visited.page.evaluate(async () => {
      const { Store } = await import("/storage.js");
      const notes = [];
      const store = await Store.open((note) => notes.push(note));
      return { saved: await store.change({ language: "zh" }), settings: store.settings, notes };
    });
    assert.equal(saved, false);
    assert.deepEqual(settings, { language: "zh" });
    assert.deepEqual(notes.map(({ code, args }) => [code, args.at(-1)]), [["not-saved", ["reason", reason]]]);
    await visited.close();
  });
}

test("a tab that is left in the middle of its work leaves nothing running", LIMIT, async () => {
  const visited = await host();
  await visited.page.evaluate((rows) => {
    Tillcast.start({ device: "cpu", workers: 2 }).then(async (till) => {
      const shop = await till.open(rows);
      await till.forecast(shop, { horizon: 14 });
    });
  }, manyRows);
  await until(async () => visited.page.workers().length > 0, "the workers");
  await visited.page.goto("about:blank");
  await until(async () => visited.page.workers().length === 0, "their end", 5000);
  assert.deepEqual(visited.errors, []);
  await visited.close();
});
