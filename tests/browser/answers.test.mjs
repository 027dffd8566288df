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

test("many dates that cannot be read: their format is written by hand, and holds for that file alone", LIMIT, async () => {
  const parts = (date) => date.slice(2).split("-");
  const odd = (date) => `${parts(date)[2]}~${parts(date)[1]}~${parts(date)[0]}`;
  const broken = file("date,sku,qty", (date, at) => `${at % 2 ? date : odd(date)},MUG,2`);
  const visited = await given([broken, { ...file("date,sku,qty", (date) => `${date},CUP,1`), name: "other.csv" }]);
  const { page } = visited;
  const question = page.locator(part("question"));
  await question.waitFor();
  const write = async (format) => {
    await question.getByLabel("How the dates are written").fill(format);
    await question.getByRole("button", { name: "Use this" }).click();
  };
  await write("yyyy~mm~dd");
  await question.locator("[role=alert]").waitFor();
  assert.match(await question.innerText(), /“YYYY~MM~DD” reads too few of these dates/);
  await write("dd~mm~yy");
  await reach(page, SETTLED);
  await page.keyboard.press("d");
  assert.equal(await units(page), 180);
  const answered = page.locator(part("answered"));
  assert.equal(await answered.count(), 1, "the other file was not asked about");
  // Left out after all, everything is too low, which is said above the forecast; and written once more.
  await answered.locator("select").selectOption("leave-out");
  await answered.locator("button").click();
  await until(async () => (await units(page)) === 120, "half of the mugs are left out");
  await reach(page, SETTLED);
  assert.match(await page.locator(`${part("data")} ${part("rows-lost")}`).innerText(), /30 of 60 rows were left out.*\(a date that cannot be read\).*about 50% too low/);
  // Letters typed in a list choose from it.
  await page.locator('[data-view="forecast"]').click();
  assert.match(await page.locator(`${part("summary")} ${part("rows-lost")}`).innerText(), /about 50% too low/);
  assert.match(await page.locator(`${part("notes")} li`).first().innerText(), /about 50% too low/);
  await page.locator('[data-view="data"]').click();
  await answered.locator("select").selectOption("typed");
  await answered.locator("input").fill("DD~MM~YY");
  await answered.locator("button").click();
  await until(async () => (await units(page)) === 180, "all of them");
  await reach(page, SETTLED);
  assert.equal(await page.locator(`${part("data")} ${part("rows-lost")}`).count(), 0);
  await end(visited, () => visited.close());
});

test("a product that was out of stock has a note with its days, and what was on hand its name", LIMIT, async () => {
  const made = file("date,sku,qty,stock on hand", (date, at) => (at >= 30 && at < 42 ? `${date},MUG,0,0\n${date},CUP,1,9` : `${date},MUG,${2 + (at % 3)},${20 - (at % 7)}\n${date},CUP,1,9`));
  const visited = await given(made);
  const { page } = visited;
  await reach(page, SETTLED);
  await page.locator(`${part("product")}[data-product="MUG"]`).click();
  await until(async () => /on 12 days between 31 January 2026 and 11 February 2026/.test(await page.locator(part("notes")).innerText()), "the note");
  await page.keyboard.press("d");
  await until(async () => /On 12 days in all a product’s stock was 0.*MUG: 12 days, 31 Jan 2026 to 11 Feb 2026/s.test(await page.locator(part("findings")).innerText()), "the finding");
  assert.equal(await page.getByLabel("What column “stock on hand” is").locator("option:checked").innerText(), "Stock on hand");
  await end(visited, () => visited.close());
});

test("reports without dates are asked which days they cover, all at once, and make a history of months", LIMIT, async () => {
  const report = (month, units) => ({
    name: `report-${month}.csv`,
    mimeType: "text/csv",
    buffer: Buffer.from(`"(Parent) ASIN","(Child) ASIN","Title","SKU","Units Ordered","Ordered Product Sales"\n"P","C","Mug","MUG","${units}","$${units}.50"\n`),
  });
  const visited = await given([report("03", 30), report("01", 10), report("02", 20)]);
  const { page } = visited;
  const question = page.locator(part("question"));
  await question.waitFor();
  assert.match(await question.innerText(), /Which days does this report cover\?[^]*All Orders report[^]*report-03\.csv/);
  const span = (month, nth) => question.getByLabel(`report-${month}.csv: ${nth} day`);
  for (const month of ["01", "02", "03"]) await span(month, "First").fill(`2026-${month}-01`);
  assert.equal(await span("02", "Last").inputValue(), "2026-02-28", "the month's last day is filled in");
  await span("03", "Last").fill("2026-03-20");
  await question.locator("button[type=submit]").click();
  await until(async () => /report-03\.csv: these are no single day/.test(await question.innerText()), "what is no period is asked again");
  assert.equal(await question.locator("input").count(), 2, "the others stay answered");
  await span("03", "Last").fill("2026-03-31");
  await question.locator("button[type=submit]").click();
  await reach(page, SETTLED);
  await page.keyboard.press("d");
  assert.match(await page.locator(`${part("data")} .page-h`).innerText(), /1 January 2026 to 31 March 2026\. 60 pieces/);
  // Said otherwise, it is read again: January alone becomes April.
  const january = page.locator(`${part("report-period")}`).nth(1);
  await january.locator("input").nth(0).fill("2026-04-01");
  await january.locator("input").nth(1).fill("2026-04-30");
  await january.locator("button").click();
  await until(async () => /1 February 2026 to 30 April 2026/.test(await page.locator(`${part("data")} .page-h`).innerText()), "April");
  await end(visited, () => visited.close());
});
