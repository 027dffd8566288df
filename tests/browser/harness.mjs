/**
 * What every browser test starts from: a real Chromium, the production build behind the production headers on a free
 * port, and a record of everything that was asked for, printed or blocked. The policy is never bypassed and nothing is
 * routed or stubbed; `page.waitForFunction` needs eval, which the policy forbids: use {@link until}.
 */

import { existsSync } from "node:fs";

import { chromium } from "playwright-core";

import { at, Missing } from "../../scripts/run.mjs";
import { serve } from "../../scripts/serve.mjs";
import { findChromium } from "../../scripts/setup.mjs";

/** What every browser of the tests and benchmarks is started with. */
export const FLAGS = [
  "--no-sandbox",
  "--headless=new",
  "--enable-unsafe-webgpu",
  // The browser's own traffic: not ours, and not wanted in the record.
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How long a page may take to answer, where a test does not say otherwise. */
const PATIENCE_MS = 60_000;
/** Closing takes no longer, whatever the page is doing. */
const CLOSING_MS = 10_000;

/** A policy violation as the browser reports it, in the page and in workers. */
const RECORDER = `
  globalThis.__violations = [];
  addEventListener("securitypolicyviolation", (event) => {
    __violations.push(event.effectiveDirective + " | " + event.blockedURI + " | " + event.sourceFile + " | " + event.sample);
  }, true);
`;

/**
 * Starts a browser.
 *
 * @param {{ args?: string[], softwareGpu?: boolean }} [options] `softwareGpu` forces WebGPU's software adapter
 * @returns {Promise<import("playwright-core").Browser>}
 */
export async function launch({ args = [], softwareGpu = false } = {}) {
  const executablePath = findChromium();
  if (!executablePath) throw new Missing("No Chromium or Chrome was found: `npm test` installs one or says how.");
  const adapter = softwareGpu ? ["--use-webgpu-adapter=swiftshader"] : [];
  return chromium.launch({ executablePath, args: [...FLAGS, ...adapter, ...args], timeout: PATIENCE_MS });
}

/**
 * Serves the production build (or another folder).
 *
 * @param {Partial<Parameters<typeof serve>[0]>} [options]
 */
export async function serveBuild(options = {}) {
  const root = options.root ?? at("dist");
  if (!existsSync(root)) throw new Missing("There is no build yet: run `npm run build` first.");
  return serve({ ...options, root });
}

/**
 * @typedef {object} Visit
 * @property {import("playwright-core").Page} page
 * @property {import("playwright-core").BrowserContext} context
 * @property {string[]} console lines as "type: text"
 * @property {string[]} errors uncaught errors of the page
 * @property {string[]} finished addresses that were really fetched, service worker included
 * @property {{ url: string, error: string }[]} failed requests that never left, or found nobody
 * @property {() => Promise<string[]>} violations of the policy, in the page and its workers
 * @property {() => string[]} escaped addresses that reached anything but the page's own origin
 * @property {() => Promise<void>} close
 */

/** The open visit of each browser. @type {WeakMap<import("playwright-core").Browser, () => Promise<void>>} */
const opened = new WeakMap();

/**
 * Opens a page in a fresh profile and records. There is one visit at a time in a browser: what a failed test has left
 * open is closed now, since its workers would go on and take the processors from this one.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {string} address
 * @param {import("playwright-core").BrowserContextOptions & { patienceMs?: number }} [options] `patienceMs`: how long one
 *   `page.evaluate` may take; after it the page is closed and the call rejects, with what the page said last
 * @returns {Promise<Visit>}
 */
export async function visit(browser, address, { patienceMs = PATIENCE_MS, ...options } = {}) {
  await opened.get(browser)?.();
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const close = () => withLimit(context.close(), CLOSING_MS, () => "closing the page").catch(() => {});
  opened.set(browser, close);
  const record = { console: [], errors: [], finished: [], failed: [] };
  // A request event also fires for what the policy stopped; only finished ones have left.
  context.on("requestfinished", (request) => record.finished.push(request.url()));
  context.on("requestfailed", (request) => record.failed.push({ url: request.url(), error: request.failure()?.errorText ?? "" }));
  await context.addInitScript(RECORDER);
  const page = await context.newPage();
  page.on("console", (message) => record.console.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => record.errors.push(String(error)));
  const evaluate = page.evaluate.bind(page);
  // Playwright itself waits for ever for a promise of the page, or for a page that is busy.
  page.evaluate = async (work, argument) => {
    const answer = evaluate(work, argument);
    const said = () => ["the page's answer", ...record.console.slice(-5), ...record.errors.slice(-3)].join("\n  ");
    return withLimit(answer, patienceMs, said, () => void close());
  };
  await page.goto(address);
  const { origin } = new URL(address);
  return {
    page,
    context,
    ...record,
    escaped: () => record.finished.filter((url) => !isOwn(url, origin)),
    violations: () => collectViolations(page, record.console),
    close,
  };
}

/** Own origin, or never on any wire. */
function isOwn(url, origin) {
  const { protocol, origin: asked } = new URL(url);
  return protocol === "data:" || protocol === "blob:" || asked === origin;
}

/** Pages report by event; workers cannot be listened to from outside, but Chromium prints each violation. */
async function collectViolations(page, lines) {
  const events = await page.evaluate("globalThis.__violations ?? []");
  const printed = lines.filter((line) => /Content Security Policy|TrustedScript|Trusted Types?\b|TrustedHTML/.test(line));
  return [...events, ...printed];
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} limitMs
 * @param {() => string} what is waited for, for the message
 * @param {() => void} [giveUp] called when the time is over
 * @returns {Promise<T>}
 */
async function withLimit(promise, limitMs, what, giveUp = () => {}) {
  let timer;
  const { stack = "" } = new Error(); // Made here, it tells where in the test the waiting began.
  const expiry = new Promise((_, reject) => {
    timer = setTimeout(() => {
      const expired = new Error(`after ${limitMs / 1000} s still waiting for ${what()}`);
      expired.stack = stack.replace(/^Error/, () => `Error: ${expired.message}`);
      reject(expired);
      giveUp();
    }, limitMs);
  });
  promise.catch(() => {}); // One that fails after its time has nobody to tell.
  return Promise.race([promise, expiry]).finally(() => clearTimeout(timer));
}

/**
 * Polls until a check answers with something true.
 *
 * @template T
 * @param {() => Promise<T>} check
 * @param {string} what is waited for, for the message
 * @param {number} [limitMs]
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(check, what, limitMs = PATIENCE_MS) {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await withLimit(Promise.resolve(check()), Math.max(end - Date.now(), 1000), () => `${what} (one look)`);
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`after ${limitMs / 1000} s still waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @param {string} name of a hook; @returns {string} its selector */
export const part = (name) => `[data-part="${name}"]`;

/**
 * @param {import("playwright-core").Page} page
 * @returns {Promise<string | null>} what the page is doing, by its root's `data-state`
 */
export const state = (page) => page.evaluate(() => document.querySelector("[data-state]")?.getAttribute("data-state") ?? null);

/**
 * Waits for one of some states; fails at once when the page reports a failure instead.
 *
 * @param {import("playwright-core").Page} page
 * @param {string[]} states
 * @param {number} [limitMs]
 */
export async function reach(page, states, limitMs = 120_000) {
  let now = null;
  return until(
    async () => {
      now = await state(page);
      if (now === "failed" && !states.includes("failed")) {
        const text = await page.locator(part("error")).first().textContent({ timeout: 1000 }).catch(() => "");
        throw new Error(`the page failed: ${text}`);
      }
      return states.includes(now ?? "") ? now : null;
    },
    `state ${states.join(" or ")}`,
    limitMs,
  ).catch((error) => {
    throw new Error(`${error.message}; the page is in state ${now}`);
  });
}
