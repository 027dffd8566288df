/** "How was this made?", on the real page: a module that is loaded only then fits a method and says what is left. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { part, reach, until, visit } from "./harness.mjs";
import { setStage } from "./stage.mjs";

const LIMIT = { timeout: 420_000 };
const SETTLED = ["done", "too-little-data"];

const stage = setStage();

/** A product that half remembers the day before, and one that never changes. */
function orders() {
  const lines = ["product,date,quantity"];
  let [value, state] = [40, 1];
  for (let index = 0; index < 120; index += 1) {
    const day = new Date(Date.UTC(2025, 0, 1 + index)).toISOString().slice(0, 10);
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    value = 20 + 0.5 * value + (state / 2 ** 31 - 0.5) * 16;
    lines.push(`MUG,${day},${Math.round(value)}`, `PEN,${day},5`);
  }
  return { name: "orders.csv", mimeType: "text/csv", buffer: Buffer.from(`${lines.join("\n")}\n`) };
}

const loaded = (visited) => visited.finished.filter((url) => /\/(inside(-bytes)?|made)-[^/]*\.js$/.test(new URL(url).pathname));

test("a method is seen from inside", LIMIT, async () => {
  const visited = await visit(stage.browser, `${stage.server.origin}/?device=cpu`, { locale: "en-GB", viewport: { width: 1280, height: 900 } });
  const { page } = visited;
  await page.locator("input[type=file]").first().setInputFiles(orders());
  await reach(page, SETTLED, 300_000);
  const made = page.locator(part("made"));
  const told = () => made.innerText();
  const scripts = () => page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => /\/made-/.test(name)).length);
  assert.equal(await scripts(), 0, "it is loaded when it is wanted");
  await made.locator("summary").click();
  await until(async () => /Taken: ETS\(/.test(await told()), "smoothing is told of");
  assert.equal(await scripts(), 1);
  await until(async () => (await made.locator("svg").count()) === 4, "all four figures are drawn");
  const smoothing = await told();
  assert.match(smoothing, /Ljung–Box test: p [=<] /);
  assert.match(smoothing, /augmented Dickey–Fuller test: p [=<] .*; KPSS test: p (= 0\.0\d|[≥] 0\.1$|[≤] 0\.01$)/m);
  assert.match(smoothing, /fitted to the last 120 days/);
  for (const cell of await made.locator("table").first().locator("tbody td:nth-child(n + 3)").allInnerTexts()) assert.match(cell, /^[\d,]+\.\d\d$/);
  assert.match(smoothing, /season.*strength of the season: 0.\d+ of 1; OCSB test: .+, doubted below /);
  assert.match(smoothing, /alpha = 0/);
  assert.equal(/Worked out step by step/.test(smoothing), false, "smoothing is no autoregression");

  await made.locator("select").selectOption("ar");
  await until(async () => /Taken: \w+\(1\)/.test(await told()), "an autoregression of the day before is told of");
  const steps = made.locator("table").nth(1).locator("tbody tr");
  assert.equal(await steps.count(), 5, "five steps are worked out");
  assert.match(await steps.first().innerText(), /0\.\d+·\(\d/);
  assert.match(await told(), /ar1 = 0\.[3-7]/);
  await until(async () => (await made.locator("svg").count()) === 4, "its figures are drawn");
  // What stands in a figure can be read out by keys.
  await made.locator(part("misses")).focus();
  await page.keyboard.press("Home");
  assert.match(await made.locator(".readout").first().innerText(), /missed by\s*[−-]?\d/);
  // Sales half remember the day before, and nothing beyond it.
  const pacf = made.locator(part("pacf"));
  assert.match((await pacf.getAttribute("aria-label")) ?? "", /^How sales go together .*, beyond what the periods between explain; [1-3] more than chance allows\./);
  await pacf.focus();
  await page.keyboard.press("Home");
  assert.match(await pacf.locator(".readout").innerText(), /^1 period apart\s+partial correlation\s*0\.[3-7]/);

  // Of the constant product there is nothing to tell.
  await page.locator(part("product")).filter({ hasText: "PEN" }).first().click();
  await until(async () => /always the same/.test(await told()), "a constant has no fit");
  assert.equal(await made.locator("svg").count(), 0);
  assert.deepEqual(await visited.violations(), []);
  assert.deepEqual(visited.errors, []);
  assert.equal(new Set(loaded(visited).map((url) => new URL(url).pathname)).size, 3, "the part of the page, the module and its bindings");
  await visited.close();
});
