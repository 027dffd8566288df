/** What a shop says of a file and may say otherwise later, on the real page: statuses, currencies, totals. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { part, reach, until, visit } from "./harness.mjs";
import { setStage } from "./stage.mjs";

const LIMIT = { timeout: 240_000 };
const SETTLED = ["done", "too-little-data"];

const stage = setStage();

const day = (at) => new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);

/** Sixty days as the rows that `line` makes of each. */
const file = (header, line) => ({
  name: "orders.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(`${[header, ...Array.from({ length: 60 }, (_, at) => line(day(at), at))].join("\n")}\n`),
});

async function given(made, locale = "en-GB") {
  const visited = await visit(stage.browser, `${stage.server.origin}/?device=cpu`, { locale, viewport: { width: 1280, height: 800 } });
  await visited.page.locator("input[type=file]").first().setInputFiles(made);
  return visited;
}

const units = async (page) => Number((await page.locator(`${part("data")} .page-h`).innerText()).match(/([\d,]+) \w+ in all/)?.[1].replace(",", ""));
const focused = (page) => page.evaluate(() => document.activeElement?.tagName);

async function end({ page, violations, errors }, close) {
  assert.deepEqual(await violations(), []);
  assert.deepEqual(errors, []);
  await close();
  return page;
}

test("statuses of which no word is known are told and left out one by one", LIMIT, async () => {
  const visited = await given(file("order,date,sku,qty,status", (date, at) => `${at},${date},MUG,${1 + (at % 3)},${["Completed", "Toimitettu", "Peruttu hetki"][at % 3]}`));
  const { page } = visited;
  await reach(page, SETTLED);
  assert.match(await page.locator(part("notes")).innerText(), /40 lines count whose status is not known \(Peruttu hetki, Toimitettu\)/);
  await page.keyboard.press("d");
  const policy = page.locator(part("policy"));
  await policy.waitFor();
  const before = await units(page);
  const flip = policy.getByRole("switch", { name: "Lines with the status “Peruttu hetki”, which is not known" });
  assert.ok(await flip.isChecked());
  await flip.click();
  await until(async () => /60 pieces fewer than before/.test(await policy.innerText()), "sixty pieces fewer");
  await reach(page, SETTLED);
  assert.equal(await units(page), before - 60);
  assert.match(await page.locator(part("data")).innerText(), /20 rows: a status that you left out/);
  assert.ok(!(await page.locator(part("data")).innerText()).includes("whose status is not known"), "it was looked at");
  assert.equal(await flip.isChecked(), false);
  await flip.click();
  await until(async () => (await units(page)) === before, "all pieces again");
  await end(visited, () => visited.close());
});

test("several currencies count as pieces, and the answer can be another one later", LIMIT, async () => {
  const visited = await given(file("order,date,sku,qty,price,currency", (date, at) => `${at},${date},MUG,2,${at % 2 ? "5.00,EUR" : "6.00,USD"}`));
  const { page } = visited;
  const question = page.locator(part("question"));
  await question.waitFor();
  assert.match(await question.innerText(), /All, as pieces without prices\s+60 lines/);
  await question.locator("button[type=submit]").click();
  await reach(page, SETTLED);
  // The focus does not fall out of the page with the question.
  await until(async () => /^H[12]$/.test(await focused(page)), "a heading has the focus");
  await page.keyboard.press("d");
  const select = page.locator(`${part("answered")} select`);
  await select.waitFor();
  assert.equal(await select.inputValue(), "all");
  assert.equal(await units(page), 120);
  assert.match(await page.locator(part("data")).innerText(), /Pieces count whatever they were paid in \(USD, EUR\), without prices/);
  await select.selectOption("EUR");
  await page.locator(`${part("answered")} button`).click();
  await until(async () => (await units(page)) === 60, "half of the pieces");
  assert.equal(await select.inputValue(), "EUR");
  await until(async () => (await focused(page)) === "SELECT", "the choice keeps the focus");
  assert.match(await page.locator(part("data")).innerText(), /30 rows: another currency/);
  await end(visited, () => visited.close());
});

test("a series of orders is called so, and its answer may be revenue", LIMIT, async () => {
  const visited = await given(file("Order ID,Date,Customer,Order total", (date, at) => `${at},${date},Ann,${10 + at}.50`));
  const { page } = visited;
  const question = page.locator(part("question"));
  await question.waitFor();
  assert.match(await question.innerText(), /Orders[\s\S]*Revenue/);
  await question.locator("button[type=submit]").click();
  await reach(page, SETTLED);
  assert.match(await page.locator(part("summary")).innerText(), /orders/);
  assert.match(await page.locator(part("product")).last().innerText(), /^Orders/);
  await page.keyboard.press("d");
  assert.match(await page.locator(`${part("data")} .page-h`).innerText(), /60 orders in all/);
  await page.locator(`${part("answered")} select`).selectOption("revenue");
  await page.locator(`${part("answered")} button`).click();
  await until(async () => /2,400 in revenue in all/.test(await page.locator(`${part("data")} .page-h`).innerText()), "revenue");
  await end(visited, () => visited.close());
});

test("Escape empties the search before it leaves it", LIMIT, async () => {
  const visited = await given(file("date,sku,qty", (date, at) => `${date},${at % 2 ? "MUG" : "CUP"},2`));
  const { page } = visited;
  await reach(page, SETTLED);
  await page.keyboard.press("/");
  await page.keyboard.type("mu");
  const search = page.locator(part("search"));
  const shown = () => page.locator(`${part("product")}:visible`).count();
  await until(async () => (await shown()) === 1, "one product");
  await page.keyboard.press("Escape");
  assert.equal(await search.inputValue(), "");
  assert.equal(await shown(), 2);
  assert.equal(await focused(page), "INPUT");
  await page.keyboard.press("Escape");
  assert.notEqual(await focused(page), "INPUT");
  await end(visited, () => visited.close());
});
