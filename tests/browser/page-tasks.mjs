/**
 * What the page's own thread did, task by task, from the browser's trace. A task is judged by the time it had the
 * processor: on a busy machine the time on the clock says how long it waited for its turn. Processors differ, and share
 * what they have: how long a fixed piece of work took in the same journey says how slow this one was.
 */

/** Names of what takes part in a task, for the report. */
export const CATEGORIES = ["disabled-by-default-devtools.timeline", "devtools.timeline", "blink.user_timing", "v8"];
export const STEP = "step: ";
/** The step of the fixed piece of work. */
const YARDSTICK = "yardstick";
const YARDSTICKS = 7;
/** What the yardstick takes on the machine on which the page was measured (AMD EPYC, 2 cores, quiet). */
const YARDSTICK_MS = 15;

/**
 * @typedef {object} Task
 * @property {string} step the last step begun before it
 * @property {number} cpuMs
 * @property {number} wallMs
 * @property {string} what the largest things in it
 */

/**
 * Records from now on; the page may be opened later.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {import("playwright-core").Page} page
 */
export async function recordTasks(browser, page) {
  await browser.startTracing(page, { categories: CATEGORIES });
  return {
    /** @param {string} name of what comes now */
    step: (name) => page.evaluate((mark) => void performance.mark(mark), STEP + name),
    /** @returns {Promise<Task[]>} all tasks of the page's thread */
    stop: async () => {
      for (let count = 0; count < YARDSTICKS; count += 1) {
        await page.evaluate((mark) => void performance.mark(mark), `${STEP}${YARDSTICK} ${count}`);
        await page.evaluate(yardstick);
      }
      // The last task answers before it ends, and the trace holds only what has ended.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
      return tasksOf(JSON.parse((await browser.stopTracing()).toString()).traceEvents);
    },
  };
}

/** In the page: script, texts and layout, as drawing a screen has them. */
function yardstick() {
  const numbers = Array.from({ length: 20_000 }, (_, at) => ({ at, value: (at * 7919) % 10_007 }));
  numbers.sort((one, two) => one.value - two.value || one.at - two.at);
  const host = document.createElement("div");
  for (const { at, value } of numbers.slice(0, 300)) {
    const line = document.createElement("p");
    line.append(`Product ${at}`, Object.assign(document.createElement("span"), { textContent: `${value} pieces` }));
    host.append(line);
  }
  document.body.append(host);
  host.getBoundingClientRect();
  host.remove();
}

/** How slow the machine was while tasks were recorded: 1 where it was as quick as the one the page was measured on. */
function slowness(tasks) {
  const sticks = new Map();
  for (const { step, cpuMs } of tasks) if (step.startsWith(YARDSTICK)) sticks.set(step, Math.max(cpuMs, sticks.get(step) ?? 0));
  if (sticks.size !== YARDSTICKS) throw new Error(`the trace knows ${sticks.size} yardsticks`);
  const middle = [...sticks.values()].sort((one, two) => one - two)[Math.floor(YARDSTICKS / 2)];
  return Math.max(1, middle / YARDSTICK_MS);
}

/** @returns {Task[]} */
export function tasksOf(events) {
  const steps = events.filter(({ cat, name }) => cat?.includes("blink.user_timing") && name.startsWith(STEP)).sort((a, b) => a.ts - b.ts);
  const thread = steps[0];
  if (!thread) throw new Error("the trace knows none of the steps");
  const own = events.filter(({ pid, tid, ph }) => pid === thread.pid && tid === thread.tid && ph === "X").sort((a, b) => a.ts - b.ts);
  const tasks = [];
  for (const event of own) {
    const last = tasks.at(-1);
    if (event.name === "RunTask") tasks.push({ event, inner: [] });
    else if (last && event.ts + event.dur <= last.event.ts + last.event.dur) last.inner.push(event);
  }
  if (!tasks.some(({ event }) => event.tdur > 0)) throw new Error("this browser's trace has no processor time");
  return tasks.map(({ event, inner }) => {
    const step = steps.findLast(({ ts }) => ts <= event.ts)?.name.slice(STEP.length) ?? "loading";
    const large = inner.filter((one) => one.tdur > 3000).map((one) => `${one.name} ${Math.round(one.tdur / 1000)}`);
    // Left out of the trace where it is less than a microsecond.
    const cpuMs = (event.tdur ?? 0) / 1000;
    return { step, cpuMs, wallMs: event.dur / 1000, what: large.slice(0, 8).join(", ") };
  });
}

/**
 * Makes a journey until each of its steps was once without a task that long, some times at most: work that is really
 * long is so every time, while what a busy machine adds (cold caches, a tidying of memory at a bad moment) moves about.
 *
 * @param {() => Promise<Task[]>} journey
 * @param {number} limitMs of processor time, on a machine that is not slow
 * @param {number} [tries]
 * @returns {Promise<string[]>} the steps that had such a task every time, with the last of them
 */
export async function longSteps(journey, limitMs, tries = 3) {
  /** @type {Map<string, string> | null} */
  let still = null;
  for (let left = tries; left > 0 && still?.size !== 0; left -= 1) {
    const tasks = await journey();
    const limit = limitMs * slowness(tasks);
    const long = tasks.filter(({ step, cpuMs }) => cpuMs >= limit && !step.startsWith(YARDSTICK));
    const found = new Map(long.map(({ step, cpuMs, wallMs, what }) => [step, `${step}: ${Math.round(cpuMs)} ms of at most ${Math.round(limit)} (${Math.round(wallMs)} on the clock; ${what})`]));
    still = still ? new Map([...still].filter(([step]) => found.has(step))) : found;
  }
  return [...(still?.values() ?? [])];
}
