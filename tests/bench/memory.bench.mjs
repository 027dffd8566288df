/**
 * What reading and forecasting large files costs in the browser: the shipped page in a Chromium of its own, a file chosen
 * in it, and until its forecast is done, every 50 ms, the memory of all wasm modules in all workers and the script heaps
 * of page and workers. A busy worker answers late; what its module has grown to is seen then, since wasm memory never
 * shrinks. Beside it how soon the bar moves, how soon a stop is answered, and the page's longest task.
 *
 * `npm run bench -- memory [rows|products] [memory|stops]`: one of the two files and of what is measured; without them, all.
 * TILLCAST_BENCH_SECONDS is how long a forecast may take, TILLCAST_BENCH_WORKERS how many compute workers there are.
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { serveBuild } from "../browser/harness.mjs";
import { CATEGORIES, STEP, tasksOf } from "../browser/page-tasks.mjs";
import { machine } from "./browser.mjs";
import { openWatched } from "./devtools.mjs";
import { manyProducts, millionRows } from "./orders.mjs";

const LOOK_MS = 50;
const MOST_BYTES = 400e6;
const MOST_FIRST_MS = 300;
const MOST_CANCEL_MS = 200;
const MOST_TASK_MS = 50;
/** Compute workers; 0 for as many as the machine suggests. */
const WORKERS = Number(process.env.TILLCAST_BENCH_WORKERS ?? 0);
/** A forecast that takes longer is stopped: what it holds by then is told, with how far it was. */
const MOST_SECONDS = Number(process.env.TILLCAST_BENCH_SECONDS ?? 420);
/** Shares of the bar at which a stop is tried: while the file is read, and while methods are fitted. */
const STOPS = [0.02, 0.06, 0.09, 0.2];

const FILES = {
  rows: { name: "a million rows", make: millionRows },
  products: { name: "10,000 products × 730 days", make: manyProducts },
};

/** In the page: what happened when, by its own clock. */
const WATCH = `
  globalThis.__times = {};
  const note = (name) => (__times[name] ??= performance.now());
  addEventListener("change", ({ target }) => target.type === "file" && note("chosen"), true);
  const root = () => document.querySelector("[data-state]");
  const look = () => {
    const { state } = root()?.dataset ?? {};
    if (state && state !== "empty") note(state);
    const bar = document.querySelector("[data-part=progress] progress");
    if (bar) note("bar");
    if (bar?.value > 0) note("moved");
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
`;
const NOW = `({
  state: document.querySelector("[data-state]")?.dataset.state,
  done: document.querySelector("[data-part=progress] progress")?.value ?? 0,
  what: document.querySelector("#progress-what, #improving")?.textContent ?? "",
})`;
/** Ends the work in hand. */
const STOP = `document.querySelector("[data-part=cancel]").click()`;
/** Whether the page says that it is doing nothing. */
const STOPPED = `!["reading", "first-results", "improving"].includes(document.querySelector("[data-state]").dataset.state)`;

const doing = ({ state, what }) => `${state || "empty"}: ${what.replace(/,? ?\d.*/, "").trim()}`;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const sum = (values) => values.reduce((all, one) => all + one, 0);
const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
const verdict = (value, most) => (value <= most ? "" : "  MISSED");
const told = (threads, count) =>
  threads
    .filter((one) => count(one) >= 5e5)
    .map((one) => `${one.name} ${mb(count(one))}`)
    .join(", ");

const words = process.argv.slice(2);
const isWanted = (word, others) => words.includes(word) || !others.some((other) => words.includes(other));
const server = await serveBuild();
const folder = await mkdtemp(path.join(os.tmpdir(), "tillcast-bench-"));
try {
  for (const [label, { name, make }] of Object.entries(FILES)) {
    if (!isWanted(label, Object.keys(FILES))) continue;
    const file = path.join(folder, `${label}.csv`);
    const bytes = make();
    await writeFile(file, bytes);
    console.log(`\n${name}, ${mb(bytes.length)}`);
    if (isWanted("memory", ["stops"])) await measure(label, file);
    if (isWanted("stops", ["memory"])) await tryStops(label, file);
    await rm(file);
  }
} finally {
  await server.close();
  await rm(folder, { recursive: true });
}

/** One visit, from the file to the last forecast. */
async function measure(label, file) {
  const watched = await openWatched(`${server.origin}/?device=cpu`, { workers: WORKERS });
  console.log(machine({ version: () => watched.product }));
  await wait(1500);
  const before = sum((await watched.lookWell()).map(({ wasm, heap }) => wasm + heap));
  console.log(`before the file: ${mb(before)}`);
  const stopTrace = await watched.trace(CATEGORIES);
  await watched.evaluate(WATCH + `performance.mark(${JSON.stringify(`${STEP}file`)});`);
  await watched.choose(file);
  /** The largest sum by what was going on, and what it was of. */
  const peaks = new Map();
  let now = { state: "", done: 0, what: "" };
  const take = (threads) => {
    const bytes = sum(threads.map(({ wasm, heap }) => wasm + heap));
    const when = doing(now);
    if (bytes > (peaks.get(when)?.bytes ?? 0)) peaks.set(when, { when, done: now.done, bytes, threads: threads.map((one) => ({ ...one })) });
  };
  const tell = ({ when, done, bytes, threads }) =>
    console.log(`peak while ${when} (${Math.round(done * 100)} %): ${mb(bytes)}; wasm ${told(threads, ({ wasm }) => wasm)}; heaps ${told(threads, ({ heap }) => heap)}`);
  const begun = Date.now();
  let last = doing(now);
  const ends = ["done", "too-little-data", "failed", "stopped"];
  while (!ends.includes(now.state) && Date.now() - begun < MOST_SECONDS * 1000) {
    take(watched.look());
    await Promise.all([watched.evaluate(NOW).then((found) => (now = found)), wait(LOOK_MS)]);
    if (doing(now) !== last && peaks.has(last)) tell(peaks.get(last));
    last = doing(now);
  }
  const times = await watched.evaluate("globalThis.__times");
  // Read before the work is stopped, which ends its workers.
  if (ends.includes(now.state)) take(await watched.lookWell());
  const tasks = tasksOf(await stopTrace()).filter(({ step }) => step === "file");
  await watched.close();

  console.log(`ended in state "${now.state}" after ${((Date.now() - begun) / 1000).toFixed(0)} s, ${Math.round(now.done * 100)} % of the bar`);
  if (peaks.has(last)) tell(peaks.get(last));
  const first = times.moved - times.chosen;
  const results = times["first-results"] - times.chosen;
  if (results > 0) console.log(`first results after ${(results / 1000).toFixed(1)} s`);
  const longest = tasks.reduce((most, one) => (one.cpuMs > most.cpuMs ? one : most));
  const most = Math.max(...[...peaks.values()].map(({ bytes }) => bytes));
  console.log(`${label} peak ${mb(most)} of ${mb(MOST_BYTES)}${verdict(most, MOST_BYTES)}`);
  console.log(`${label} bar shown after ${(times.bar - times.chosen).toFixed(0)} ms, moved after ${first.toFixed(0)} ms of ${MOST_FIRST_MS}${verdict(first, MOST_FIRST_MS)}`);
  console.log(`${label} longest task of the page ${longest.cpuMs.toFixed(0)} ms of processor time, ${longest.wallMs.toFixed(0)} on the clock, of ${MOST_TASK_MS}${verdict(longest.cpuMs, MOST_TASK_MS)} (${longest.what})`);
}

/** Visits that are stopped on the way: the page must say so, and all threads must be free for other work. */
async function tryStops(label, file) {
  const answers = [];
  for (const share of STOPS) {
    const watched = await openWatched(`${server.origin}/?device=cpu`, { workers: WORKERS });
    await wait(1000);
    await watched.choose(file);
    let now = { state: "", done: 0, what: "" };
    const end = Date.now() + MOST_SECONDS * 1000;
    while (now.done < share && now.state !== "done" && Date.now() < end) {
      now = await watched.evaluate(NOW);
      await wait(5);
    }
    const begun = performance.now();
    await watched.evaluate(STOP);
    if (!(await watched.evaluate(STOPPED))) throw new Error("the page goes on after it was stopped");
    const said = performance.now() - begun;
    await watched.lookWell();
    answers.push({ said, free: performance.now() - begun, at: now });
    await watched.close();
  }
  for (const [what, pick] of [["the page says so", (one) => one.said], ["all threads are free", (one) => one.free]]) {
    const worst = Math.max(...answers.map(pick));
    const each = answers.map((one) => `${pick(one).toFixed(0)} ms at ${Math.round(one.at.done * 100)} % (${doing(one.at)})`);
    console.log(`${label} stopped: ${what} within ${worst.toFixed(0)} ms of ${MOST_CANCEL_MS}${verdict(worst, MOST_CANCEL_MS)}; ${each.join(", ")}`);
  }
}
