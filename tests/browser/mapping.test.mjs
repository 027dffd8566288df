/** What the columns of a file are, on the real page: set by keyboard, kept for the next file of the layout, forgotten. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { part, reach, until, visit } from "./harness.mjs";
import { setStage } from "./stage.mjs";

const LIMIT = { timeout: 240_000 };
const SETTLED = ["done", "too-little-data"];

const stage = setStage();

const day = (at) => new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);
const table = (lines) => Buffer.from(`${lines.join("\n")}\n`);

/** Sixty days of two products: what the columns of numbers are called does not say which one counts. */
function boxes(name = "boxes.csv", from = 0) {
  const lines = ["day,item,pieces,boxes,remark"];
  for (let at = from; at < from + 60; at += 1) for (const item of ["Mug", "Cup"]) lines.push(`${day(at)},${item},2,10,gift ${at % 7}`);
  return { name, mimeType: "text/csv", buffer: table(lines) };
}

const visitPage = (options) =>
  visit(stage.browser, `${stage.server.origin}/?device=cpu`, { locale: "en-GB", viewport: { width: 1280, height: 800 }, ...options });

const choose = (page, one) => page.locator("input[type=file]").first().setInputFiles(one);

async function open(one, options) {
  const visited = await visitPage(options);
  await choose(visited.page, one);
  await reach(visited.page, SETTLED);
  await visited.page.keyboard.press("d");
  await visited.page.locator(part("mapping")).waitFor();
  return visited;
}

const columnOf = (page, name) => page.getByLabel(`What column “${name}” is`);
const units = async (page) => (await page.locator(`${part("data")} .page-h`).innerText()).match(/([\d,]+) pieces/)?.[1];

/** Tabs on until what has that name has the focus. */
async function tabTo(page, name) {
  for (let step = 0; step < 60; step += 1) {
    const at = await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent);
    if (at === name) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${name} is not reached by Tab`);
}

async function assertClean(visited) {
  assert.deepEqual(await visited.violations(), []);
  assert.deepEqual(visited.errors, []);
}

test("columns that were guessed wrong are set by keyboard, kept for the next visit, and forgotten", LIMIT, async () => {
  const visited = await open(boxes());
  const { page } = visited;
  assert.equal(await units(page), "240");
  assert.equal(await columnOf(page, "pieces").inputValue(), "quantity");
  assert.equal(await columnOf(page, "remark").inputValue(), "");
  const described = await columnOf(page, "pieces").getAttribute("aria-describedby");
  assert.match(await page.locator(`[id="${described}"]`).textContent(), /^(Sure|Likely): by its name\./);

  await tabTo(page, "What column “boxes” is");
  await page.keyboard.type("pieces");
  assert.equal(await columnOf(page, "boxes").inputValue(), "quantity");
  assert.equal(await columnOf(page, "pieces").inputValue(), "", "one column a role");
  assert.match(await page.locator(part("mapping")).textContent(), /“pieces” was Pieces before and is now not used/);
  assert.equal(await units(page), "240", "nothing is read before it is asked for");
  await tabTo(page, "Use these columns");
  await page.keyboard.press("Enter");
  await page.locator(part("mapped")).waitFor();
  assert.equal(await units(page), "1,200");
  await until(() => page.evaluate(() => document.activeElement?.textContent === "Use these columns"), "the focus where it was");
  assert.match(await page.locator(part("mapping")).textContent(), /As you chose\./);
  await reach(page, SETTLED);

  // The next month's file, at the next visit.
  page.on("dialog", (dialog) => dialog.accept());
  await page.reload();
  await choose(page, boxes("next.csv", 60));
  await reach(page, SETTLED);
  await page.keyboard.press("d");
  await page.locator(part("mapped")).waitFor();
  assert.equal(await units(page), "1,200");
  assert.match(await page.locator(part("mapped")).textContent(), /files with this header row.*kept on this device/);
  // Without the columns that are needed nothing is read.
  await columnOf(page, "boxes").selectOption("");
  await page.locator(part("mapping")).getByText("Use these columns").click();
  assert.match(await page.locator(part("mapping")).textContent(), /Still needed: Pieces/);
  await columnOf(page, "boxes").selectOption("quantity");

  await tabTo(page, "Forget, and read as found");
  await page.keyboard.press("Enter");
  await page.locator(part("mapped")).waitFor({ state: "detached" });
  assert.equal(await units(page), "240");
  await reach(page, SETTLED);
  await page.reload();
  await choose(page, boxes());
  await reach(page, SETTLED);
  await page.keyboard.press("d");
  await page.locator(part("mapping")).waitFor();
  assert.equal(await page.locator(part("mapped")).count(), 0, "forgotten");
  assert.equal(await units(page), "240");
  await assertClean(visited);
  await visited.close();
});

/** A file in whose column of dates most are none. */
function asked() {
  const lines = ["moment,what,count a,count b"];
  for (let at = 0; at < 60; at += 1) lines.push(`${at % 3 === 0 ? day(at) : "-- open --"},Mug,${2 + (at % 2)},${5 + (at % 3)}`);
  return { name: "asked.csv", mimeType: "text/csv", buffer: table(lines) };
}

test("on a narrow screen the question's columns stay inside its card, above a forecast too", LIMIT, async () => {
  for (const locale of ["en-GB", "zh-CN"]) {
    const visited = await visitPage({ locale, viewport: { width: 390, height: 844 } });
    const { page } = visited;
    await choose(page, boxes());
    await reach(page, SETTLED);
    await choose(page, asked());
    const question = page.locator(part("question"));
    await question.waitFor();
    const out = await question.evaluate((card) => {
      const edge = card.getBoundingClientRect().right;
      const inside = [...card.querySelectorAll("*")].filter((one) => !one.closest(".scroll, .sr") && one.getBoundingClientRect().right > edge);
      return inside.map(({ className, textContent }) => `${className}: ${textContent.slice(0, 40)}`);
    });
    assert.deepEqual(out, []);
    const signs = await question.locator(".sure .ic").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));
    assert.ok(signs.length > 0 && signs.every((width) => width === 16), `signs ${signs} px wide`);
    await assertClean(visited);
    await visited.close();
  }
});

test("where a column is missing all can be set at the question, and the answer is kept", LIMIT, async () => {
  const one = asked();
  const visited = await visitPage();
  const { page } = visited;
  await choose(page, one);
  const question = page.locator(part("question"));
  await question.waitFor();
  assert.equal(await question.getAttribute("data-code"), "column-date");
  assert.equal(await question.locator("tbody tr").count(), 6, "the first rows stand below");
  await columnOf(page, "moment").selectOption("date");
  await columnOf(page, "what").selectOption("product");
  await columnOf(page, "count b").selectOption("quantity");
  await question.getByText("Use these columns").click();
  await reach(page, SETTLED);
  await page.keyboard.press("d");
  assert.equal(await columnOf(page, "count b").inputValue(), "quantity");
  // The same file is not asked about again.
  await choose(page, one);
  await until(async () => (await page.locator(part("question")).count()) === 0, "no question");
  await reach(page, SETTLED);
  assert.equal(await page.locator(part("question")).count(), 0);
  await assertClean(visited);
  await visited.close();
});

test("on a phone the table scrolls, and the page does not", LIMIT, async () => {
  const visited = await open(boxes(), { viewport: { width: 390, height: 800 } });
  const { page } = visited;
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `the page is ${over} px too wide`);
  const within = await page.locator(`${part("mapping")} .scroll`).evaluate((element) => element.scrollWidth > element.clientWidth);
  assert.ok(within, "the table scrolls");
  await visited.close();
});
