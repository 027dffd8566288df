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

const FLAGS = [
  "--no-sandbox",
  "--headless=new",
  "--enable-unsafe-webgpu",
  // The browser's own traffic: not ours, and not wanted in the record.
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

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
  return chromium.launch({ executablePath, args: [...FLAGS, ...adapter, ...args] });
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

/**
 * Opens a page in a fresh profile and records.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {string} address
 * @param {import("playwright-core").BrowserContextOptions} [options]
 * @returns {Promise<Visit>}
 */
export async function visit(browser, address, options = {}) {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const record = { console: [], errors: [], finished: [], failed: [] };
  // A request event also fires for what the policy stopped; only finished ones have left.
  context.on("requestfinished", (request) => record.finished.push(request.url()));
  context.on("requestfailed", (request) => record.failed.push({ url: request.url(), error: request.failure()?.errorText ?? "" }));
  await context.addInitScript(RECORDER);
  const page = await context.newPage();
  page.on("console", (message) => record.console.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => record.errors.push(String(error)));
  await page.goto(address);
  const { origin } = new URL(address);
  return {
    page,
    context,
    ...record,
    escaped: () => record.finished.filter((url) => !isOwn(url, origin)),
    violations: () => collectViolations(page, record.console),
    close: () => context.close(),
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
 * Polls until a check answers with something true.
 *
 * @template T
 * @param {() => Promise<T>} check
 * @param {string} what is waited for, for the message
 * @param {number} [limitMs]
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(check, what, limitMs = 60_000) {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await check();
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
export async function reach(page, states, limitMs = 240_000) {
  return until(
    async () => {
      const now = await state(page);
      if (now === "failed" && !states.includes("failed")) {
        const text = await page.locator(part("error")).first().textContent({ timeout: 1000 }).catch(() => "");
        throw new Error(`the page failed: ${text}`);
      }
      return states.includes(now ?? "") ? now : null;
    },
    `state ${states.join(" or ")}`,
    limitMs,
  );
}
