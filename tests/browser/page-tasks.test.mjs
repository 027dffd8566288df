/** The page never blocks: on its way through everything a merchant does, no task of its thread takes 50 ms. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, part, reach, serveBuild, until, visit } from "./harness.mjs";
import { file, serveStandIn } from "./page-stand-in.mjs";
import { longSteps, recordTasks } from "./page-tasks.mjs";

const LIMIT = { timeout: 300_000 };
/** From here on a browser speaks of a long task. */
const LONG_MS = 50;
const WIDE = { locale: "en-GB", viewport: { width: 1280, height: 800 } };

let browser;
let standIn;
let server;

before(async () => {
  browser = await launch();
  standIn = await serveStandIn();
  server = await serveBuild();
});

after(async () => {
  await browser?.close();
  await standIn?.close();
  await server?.close();
});

/** A visit whose tasks are recorded from before the page is opened. */
async function recorded(origin, travel) {
  const visited = await visit(browser, "about:blank", WIDE);
  const record = await recordTasks(browser, visited.page);
  await visited.page.goto(`${origin}/?device=cpu`);
  await record.step("open");
  await visited.page.locator(`.example-chart svg`).waitFor();
  await travel(visited.page, record.step);
  const tasks = await record.stop();
  assert.deepEqual(visited.errors, []);
  await visited.close();
  return tasks;
}

/** What a merchant does once there is a forecast. */
async function lookAround(page, step, query) {
  const settle = () => page.waitForTimeout(250);
  await step("product");
  await page.locator(part("product")).nth(2).click();
  await page.locator(`${part("fan")} svg`).waitFor();
  for (let row = 0; row < 4; row += 1) {
    await page.keyboard.press("ArrowDown");
    await settle();
  }
  await step("scroll");
  await page.locator(part("products")).evaluate(async (rows) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (let at = 0; at <= 30; at += 1) {
      rows.scrollTop = (at / 30) * (rows.scrollHeight - rows.clientHeight);
      await frame();
    }
  });
  await step("search");
  await page.keyboard.press("/");
  await page.keyboard.type(query, { delay: 30 });
  await settle();
  for (const _ of query) await page.keyboard.press("Backspace");
  await settle();
  await step("sort");
  const sorts = page.getByLabel("Sort by");
  for (const sort of ["revenue", "name", "units"]) {
    await sorts.selectOption(sort);
    await settle();
  }
  await step("numbers");
  await page.locator(part("numbers")).locator("summary").click();
  await settle();
  await page.locator(part("numbers")).locator("summary").click();
  await step("theme");
  await page.locator(part("theme")).click();
  await settle();
  await step("accuracy");
  await page.locator('[data-view="accuracy"]').click();
  await settle();
  await step("data");
  await page.locator('[data-view="data"]').click();
  await settle();
  await page.locator('[data-view="forecast"]').click();
  await settle();
  await step("language");
  await page.locator(part("language")).click();
  await until(async () => (await page.locator("html").getAttribute("lang")) === "zh-CN", "the other language");
  await settle();
  await step("horizon");
  await page.locator(part("horizon")).locator("label").last().click();
  await settle();
}

test("a task that is long is seen, by its processor time", LIMIT, async () => {
  const tasks = await recorded(standIn.origin, async (page, step) => {
    await step("busy");
    await page.evaluate(() => {
      const end = performance.now() + 500;
      while (performance.now() < end);
    });
  });
  const busy = tasks.filter(({ step, cpuMs }) => step === "busy" && cpuMs >= LONG_MS);
  assert.equal(busy.length, 1);
  assert.ok(busy[0].cpuMs <= busy[0].wallMs + 1, JSON.stringify(busy));
});

test("ten thousand products: no task is long, from opening to another horizon", LIMIT, async () => {
  const journey = () =>
    recorded(standIn.origin, async (page, step) => {
      await step("first results");
      await page.locator("input[type=file]").first().setInputFiles(file("shop 10000.csv"));
      await reach(page, ["done"]);
      await lookAround(page, step, "product 777");
      await reach(page, ["done"]);
      assert.ok((await page.locator(part("product")).count()) < 80, "only rows in sight exist");
      await step("weeks");
      await page.locator(part("frequency")).locator("label").nth(1).click();
      await reach(page, ["done"]);
    });
  assert.deepEqual(await longSteps(journey, LONG_MS), []);
});

test("the sample shop: no task is long while the real core reads, forecasts and draws", LIMIT, async () => {
  const journey = () =>
    recorded(server.origin, async (page, step) => {
      await step("first results");
      await page.locator(part("sample")).click();
      await reach(page, ["first-results", "improving", "done"]);
      await lookAround(page, step, "mug");
      await reach(page, ["first-results", "improving", "done"]);
    });
  assert.deepEqual(await longSteps(journey, LONG_MS), []);
});
