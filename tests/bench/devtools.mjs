/**
 * A Chromium whose every thread is looked at from outside, over the DevTools protocol on a pipe: Playwright's own
 * sessions reach the page only, not the workers that its workers start.
 */

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { Missing } from "../../scripts/run.mjs";
import { findChromium } from "../../scripts/setup.mjs";
import { FLAGS } from "../browser/harness.mjs";

/** Run in each worker before its own script: keeps hold of the memories of all modules that it will start. */
const KEEP_MEMORIES = `
  globalThis.__memories = [];
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, words) {
      const made = Reflect.construct(target, words);
      for (const one of Object.values(made.exports)) if (one instanceof WebAssembly.Memory) __memories.push(one);
      return made;
    },
  });
`;
const WASM_BYTES = `globalThis.__memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)`;

/**
 * @typedef {object} Thread the page or a worker
 * @property {string} session
 * @property {string} name of the worker, as its creator called it; "page" for the page
 * @property {number} wasm bytes of its modules' memories when last asked
 * @property {number} heap bytes of its script objects and buffers when last asked
 * @property {boolean} asked whether it has not yet answered
 */

/** As if the machine had a core for the page and for each of so many compute workers. */
const withWorkers = (workers) => (workers ? `Object.defineProperty(navigator, "hardwareConcurrency", { value: ${workers + 1} });` : "");

/** Opens a page, and follows all workers of it; `workers` are the compute workers, by default as many as the machine suggests. */
export async function openWatched(address, { workers = 0 } = {}) {
  const executable = findChromium();
  if (!executable) throw new Missing("No Chromium or Chrome was found: `npm test` installs one or says how.");
  const profile = await mkdtemp(path.join(os.tmpdir(), "tillcast-profile-"));
  const words = [...FLAGS, "--no-first-run", `--user-data-dir=${profile}`, "--remote-debugging-pipe", "about:blank"];
  const child = spawn(executable, words, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const protocol = speak(child);
  const { targetInfos } = await protocol.send("Target.getTargets");
  const target = targetInfos.find(({ type }) => type === "page");
  const { sessionId: page } = await protocol.send("Target.attachToTarget", { targetId: target.targetId, flatten: true });
  const { product } = await protocol.send("Browser.getVersion");

  /** @type {Map<string, Thread>} */
  const threads = new Map();
  const thread = (session, name) => ({ session, name, wasm: 0, heap: 0, asked: false });
  threads.set(page, thread(page, "page"));
  const follow = (session) =>
    protocol.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }, session);
  protocol.on("Target.attachedToTarget", async ({ sessionId, targetInfo }) => {
    const isWorker = targetInfo.type === "worker";
    if (isWorker) threads.set(sessionId, thread(sessionId, targetInfo.title || "worker"));
    const steps = isWorker ? [protocol.send("Runtime.evaluate", { expression: KEEP_MEMORIES + withWorkers(workers) }, sessionId), follow(sessionId)] : [];
    // It may have been ended meanwhile.
    await Promise.allSettled([...steps, protocol.send("Runtime.runIfWaitingForDebugger", {}, sessionId)]);
  });
  protocol.on("Target.detachedFromTarget", ({ sessionId }) => void threads.delete(sessionId));
  await follow(page);

  const evaluate = async (expression, session = page) => {
    const { result, exceptionDetails } = await protocol.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }, session);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };

  /** Asks a thread what it holds, unless it still owes the answer to the question before. */
  async function ask(one) {
    if (one.asked) return;
    one.asked = true;
    try {
      const wasm = one.session === page ? 0 : await evaluate(WASM_BYTES, one.session);
      const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await protocol.send("Runtime.getHeapUsage", {}, one.session);
      Object.assign(one, { wasm, heap: usedSize + embedderHeapUsedSize + backingStorageSize });
    } catch {
      // Ended.
    }
    one.asked = false;
  }

  await protocol.send("Page.enable", {}, page);
  const loaded = new Promise((resolve) => protocol.on("Page.loadEventFired", resolve));
  await protocol.send("Page.navigate", { url: address }, page);
  await loaded;

  return {
    product,
    evaluate,
    /** What the threads held when last asked; those that are busy answer later. @returns {Thread[]} */
    look() {
      for (const one of threads.values()) void ask(one);
      return [...threads.values()];
    },
    /** What the threads hold now, once all have answered. @returns {Promise<Thread[]>} */
    async lookWell() {
      while ([...threads.values()].some(({ asked }) => asked)) await new Promise((resolve) => setTimeout(resolve, 10));
      await Promise.all([...threads.values()].map(ask));
      return [...threads.values()];
    },
    /** Chooses a file in the page's first file field, as a visitor does. */
    async choose(file) {
      const { result } = await protocol.send("Runtime.evaluate", { expression: `document.querySelector("input[type=file]")` }, page);
      if (!result.objectId) throw new Error("the page has no file field");
      await protocol.send("DOM.setFileInputFiles", { files: [file], objectId: result.objectId }, page);
    },
    /** Records the page's tasks; the function that it answers with ends that and answers with the trace's events. */
    async trace(categories) {
      const events = [];
      protocol.on("Tracing.dataCollected", ({ value }) => events.push(...value));
      const complete = new Promise((resolve) => protocol.on("Tracing.tracingComplete", resolve));
      await protocol.send("Tracing.start", { traceConfig: { includedCategories: categories }, transferMode: "ReportEvents" });
      return async () => {
        await protocol.send("Tracing.end");
        await complete;
        return events;
      };
    },
    async close() {
      await protocol.send("Browser.close").catch(() => {});
      await protocol.ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Messages over the pipe, each ended by a zero. */
function speak(child) {
  const [, , , to, from] = child.stdio;
  const waiting = new Map();
  const listeners = new Map();
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let number = 0;
  let rest = [];
  from.on("data", (bytes) => {
    let begin = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, begin)) {
      const message = JSON.parse(Buffer.concat([...rest, bytes.subarray(begin, end)]).toString());
      rest = [];
      begin = end + 1;
      hear(message);
    }
    rest.push(bytes.subarray(begin));
  });
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error("the browser has ended"));
    waiting.clear();
  });
  function hear({ id, method, params, result, error }) {
    if (method) for (const listener of listeners.get(method) ?? []) void listener(params);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error) asked?.reject(new Error(error.message));
    else asked?.resolve(result);
    if (method !== "Target.detachedFromTarget") return;
    // What a worker was asked before it ended will not be answered.
    for (const [asked, { session, reject }] of waiting) {
      if (session !== params.sessionId) continue;
      waiting.delete(asked);
      reject(new Error("the worker has ended"));
    }
  }
  return {
    ended,
    send: (method, params = {}, session = undefined) =>
      new Promise((resolve, reject) => {
        number += 1;
        waiting.set(number, { resolve, reject, session });
        to.write(`${JSON.stringify({ id: number, method, params, sessionId: session })}\0`);
      }),
    on: (method, listener) => void listeners.set(method, [...(listeners.get(method) ?? []), listener]),
  };
}
