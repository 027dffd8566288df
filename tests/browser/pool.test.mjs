/** The workers around the core, with a core that fails on command. */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";

import { build } from "vite";

import { at } from "../../scripts/run.mjs";
import product from "../../vite.config.js";
import { launch, serveBuild, visit } from "./harness.mjs";
import { BLANK, HOST_POLICY } from "./host.mjs";

/** Cancelling answers within this. */
const CANCEL_MS = 200;
/** A promise that never settles fails its test rather than the run. */
const LIMIT = { timeout: 30_000 };

const standIn = {
  name: "stand-in-core",
  enforce: "pre",
  resolveId: (id) => (id.endsWith("generated/tillcast.js") ? at("tests/browser/standin/tillcast.js") : null),
};

let folder;
let browser;
let server;
let visited;

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "tillcast-pool-"));
  await build({
    configFile: false,
    root: at(),
    base: "./",
    logLevel: "error",
    publicDir: false,
    resolve: product.resolve,
    plugins: [standIn],
    worker: { format: "es", plugins: () => [standIn] },
    build: {
      outDir: folder,
      target: "es2022",
      modulePreload: { polyfill: false },
      rollupOptions: {
        input: { pool: at("www/engine/pool.ts"), worker: at("www/engine/worker.ts"), client: at("www/engine/client.ts") },
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name].js" },
      },
    },
  });
  await writeFile(path.join(folder, "host.html"), BLANK);
  browser = await launch();
  server = await serveBuild({ root: folder, headers: () => ({ "content-security-policy": HOST_POLICY }) });
  visited = await visit(browser, `${server.origin}/host.html`, { patienceMs: 200_000 });
  await visited.page.evaluate(async () => {
    // Every worker that the pool starts is kept, so that a test can end it from outside.
    globalThis.started = [];
    const Plain = Worker;
    globalThis.Worker = class extends Plain {
      constructor(...words) {
        super(...words);
        started.push(this);
      }
    };
    const { Pool } = await import("/pool.js");
    const empty = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
    globalThis.newPool = (width) => new Pool(empty, width, "/worker.js", 1500);
    globalThis.bytes = (...values) => new Uint8Array(values);
    globalThis.outcome = (promise) =>
      promise.then(
        (outputs) => outputs.map((output) => [...output]),
        ({ kind, code }) => ({ kind, code }),
      );
  });
});

after(async () => {
  await visited?.close();
  await browser?.close();
  await server?.close();
  if (folder) await rm(folder, { recursive: true });
});

/** @type {import("playwright-core").Page["evaluate"]} */
const inPage = (work, argument) => visited.page.evaluate(work, argument);

test("results come in the order of the jobs, events with the place of theirs", LIMIT, async () => {
  const { outputs, events, workers } = await inPage(async () => {
    const pool = newPool(3);
    const before = started.length;
    const events = [];
    // The first job takes longest.
    const inputs = [20, 1, 5, 2, 1, 3].map((units) => bytes(units));
    const outputs = await outcome(pool.map(inputs.map(() => "spin"), inputs, (place, event) => events.push([place, event[0]])));
    return { outputs, events, workers: started.length - before };
  });
  assert.deepEqual(outputs, [[20], [1], [5], [2], [1], [3]]);
  assert.equal(events.length, 32);
  assert.deepEqual(events.filter(([place]) => place === 2).map(([, unit]) => unit), [0, 1, 2, 3, 4]);
  assert.equal(workers, 3);
});

test("no jobs, no workers", LIMIT, async () => {
  assert.deepEqual(
    await inPage(async () => {
      const before = started.length;
      return [await outcome(newPool(2).map([], [], () => {})), started.length - before];
    }),
    [[], 0],
  );
});

test("workers that were started before there was work do it", LIMIT, async () => {
  const { outputs, started: counts } = await inPage(async () => {
    const pool = newPool(2);
    const before = started.length;
    const counts = [1, undefined, 9].map((most) => {
      pool.prepare(most);
      return started.length - before;
    });
    const outputs = await outcome(pool.map(["echo", "echo", "echo"], [bytes(1), bytes(2), bytes(3)], () => {}));
    return { outputs, started: [...counts, started.length - before] };
  });
  assert.deepEqual(outputs, [[1], [2], [3]]);
  assert.deepEqual(counts, [1, 2, 2, 2]);
});

test("a job's own failure rejects the call, and the pool goes on", LIMIT, async () => {
  const [failed, after] = await inPage(async () => {
    const pool = newPool(2);
    const failed = await outcome(pool.map(["echo", "fail", "spin"], [bytes(1), bytes(2), bytes(200)], () => {}));
    return [failed, await outcome(pool.map(["echo"], [bytes(7)], () => {}))];
  });
  assert.deepEqual(failed, { kind: "input", code: "bad-job" });
  assert.deepEqual(after, [[7]]);
});

test("cancelling answers at once, ends the busy workers, and the pool goes on", LIMIT, async () => {
  const { outcomes, took, after } = await inPage(async () => {
    const pool = newPool(2);
    const calls = [0, 1].map(() => outcome(pool.map(["spin", "spin", "spin"], [bytes(250), bytes(250), bytes(250)], () => {})));
    await new Promise((resolve) => setTimeout(resolve, 400));
    const begun = performance.now();
    pool.cancel();
    const outcomes = await Promise.all(calls);
    const took = performance.now() - begun;
    return { outcomes, took, after: await outcome(pool.map(["echo"], [bytes(3)], () => {})) };
  });
  assert.deepEqual(outcomes, [
    { kind: "cancelled", code: "cancelled" },
    { kind: "cancelled", code: "cancelled" },
  ]);
  assert.ok(took < CANCEL_MS, `${took} ms`);
  assert.deepEqual(after, [[3]]);
});

test("workers that are ended from outside are replaced and their jobs done again", LIMIT, async () => {
  const { outputs, workers } = await inPage(async () => {
    const pool = newPool(2);
    const before = started.length;
    let killed = false;
    const kill = () => {
      // Whichever has told of a unit is among them, and has many more to do.
      if (!killed) started.slice(before).forEach((worker) => worker.terminate());
      killed = true;
    };
    const outputs = await outcome(pool.map(["spin", "spin", "spin"], [bytes(40), bytes(30), bytes(20)], kill));
    return { outputs, workers: started.length - before };
  });
  assert.deepEqual(outputs, [[40], [30], [20]]);
  assert.ok(workers >= 3, `${workers} workers`);
});

test("a job whose worker died goes on from its last checkpoint", LIMIT, async () => {
  const { first, told } = await inPage(async () => {
    const pool = newPool(1);
    const before = started.length;
    const told = [];
    const onEvent = (_, event) => {
      told.push(event[0]);
      if (told.length === 20) started[before].terminate();
    };
    const [[first]] = await outcome(pool.map(["learn"], [bytes(40)], onEvent));
    return { first, told };
  });
  assert.ok(first >= 20 && first < 40, `it went on from ${first}`);
  assert.equal(new Set(told).size, told.length, `nothing is told twice: ${told}`);
  assert.equal(told.at(-1), 39);
});

test("an idle worker that has died is not given the next job for ever", LIMIT, async () => {
  const outputs = await inPage(async () => {
    const pool = newPool(1);
    const before = started.length;
    await pool.map(["echo"], [bytes(1)], () => {});
    started[before].terminate();
    return outcome(pool.map(["echo"], [bytes(2)], () => {}));
  });
  assert.deepEqual(outputs, [[2]]);
});

for (const death of ["trap", "vanish"]) {
  test(`a job that kills its worker twice (${death}) fails, and the pool goes on`, LIMIT, async () => {
    const { failed, workers, after } = await inPage(async (death) => {
      const pool = newPool(2);
      const before = started.length;
      const failed = await outcome(pool.map([death, "echo"], [bytes(1), bytes(2)], () => {}));
      const workers = started.length - before;
      return { failed, workers, after: await outcome(pool.map(["echo"], [bytes(9)], () => {})) };
    }, death);
    assert.deepEqual(failed, { kind: "internal", code: "worker-lost" });
    assert.ok(workers >= 2 && workers <= 4, `${workers} workers were started`);
    assert.deepEqual(after, [[9]]);
  });
}

test("a hundred deaths at random moments lose no result", { timeout: 240_000 }, async () => {
  const { outputs, deaths } = await inPage(async () => {
    const pool = newPool(2);
    let seed = 7;
    const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    const outputs = [];
    let deaths = 0;
    for (let round = 0; round < 100; round += 1) {
      const work = pool.map(["spin", "spin"], [bytes(4), bytes(4)], () => {});
      // Sometimes while it starts, sometimes at work, sometimes idle; once a round, as a job gets one second chance.
      const death = new Promise((resolve) => setTimeout(resolve, random() * 80)).then(() => started.at(-1).terminate());
      deaths += 1;
      outputs.push(await outcome(work));
      await death;
    }
    return { outputs, deaths };
  });
  assert.equal(deaths, 100);
  assert.deepEqual(outputs.filter((output) => JSON.stringify(output) !== "[[4],[4]]"), []);
});

test("a shop whose opening was stopped too late to hear of it is not kept", LIMIT, async () => {
  const { stopped, took, held } = await inPage(async () => {
    const { Tillcast } = await import("/client.js");
    const till = await Tillcast.start({ device: "cpu", workers: 1 });
    const kept = await till.sample();
    const stop = new AbortController();
    const opening = outcome(till.sample({ signal: stop.signal }));
    await new Promise((resolve) => setTimeout(resolve, 150));
    const begun = performance.now();
    stop.abort();
    const stopped = await opening;
    const took = performance.now() - begun;
    // It is still busy: what is asked now it hears together with the stop, before it can close anything.
    await till.models();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const held = [await till.models()];
    till.close(kept);
    held.push(await till.models());
    await till.stop();
    return { stopped, took, held };
  });
  assert.deepEqual(stopped, { kind: "cancelled", code: "cancelled" });
  assert.ok(took < CANCEL_MS, `${took} ms`);
  assert.deepEqual(held, [[1], []]);
});

test("no uncaught errors, no violations", LIMIT, async () => {
  assert.deepEqual(visited.errors, []);
  assert.deepEqual(await visited.violations(), []);
});
