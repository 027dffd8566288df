/**
 * What the page's own thread did, task by task, from the browser's trace. A task is judged by the time it had the
 * processor: on a busy machine the time on the clock says how long it waited for its turn.
 */

/** Names of what takes part in a task, for the report. */
const CATEGORIES = ["disabled-by-default-devtools.timeline", "devtools.timeline", "blink.user_timing", "v8"];
const STEP = "step: ";

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
      // The last task answers before it ends, and the trace holds only what has ended.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
      return tasksOf(JSON.parse((await browser.stopTracing()).toString()).traceEvents);
    },
  };
}

/** @returns {Task[]} */
function tasksOf(events) {
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
  return tasks.map(({ event, inner }) => {
    if (event.tdur === undefined) throw new Error("this browser's trace has no processor time");
    const step = steps.findLast(({ ts }) => ts <= event.ts)?.name.slice(STEP.length) ?? "loading";
    const large = inner.filter((one) => one.tdur > 3000).map((one) => `${one.name} ${Math.round(one.tdur / 1000)}`);
    return { step, cpuMs: event.tdur / 1000, wallMs: event.dur / 1000, what: large.slice(0, 8).join(", ") };
  });
}

/**
 * Makes a journey until each of its steps was once without a task that long, some times at most: work that is really
 * long is so every time, while what a busy machine adds (cold caches, a tidying of memory at a bad moment) moves about.
 *
 * @param {() => Promise<Task[]>} journey
 * @param {number} limitMs of processor time
 * @param {number} [tries]
 * @returns {Promise<string[]>} the steps that had such a task every time, with the last of them
 */
export async function longSteps(journey, limitMs, tries = 3) {
  /** @type {Map<string, string> | null} */
  let still = null;
  for (let left = tries; left > 0 && still?.size !== 0; left -= 1) {
    const long = (await journey()).filter(({ cpuMs }) => cpuMs >= limitMs);
    const found = new Map(long.map(({ step, cpuMs, wallMs, what }) => [step, `${step}: ${Math.round(cpuMs)} ms (${Math.round(wallMs)} on the clock; ${what})`]));
    still = still ? new Map([...still].filter(([step]) => found.has(step))) : found;
  }
  return [...(still?.values() ?? [])];
}
