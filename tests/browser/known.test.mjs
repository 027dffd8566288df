/** What is known ahead, on the real page: a promotion is ticked in the table, pasted, kept, and seen in the forecast. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { at } from "../../scripts/run.mjs";
import { file, serveStandIn } from "./page-stand-in.mjs";
import { part, reach, until, visit } from "./harness.mjs";
import { setStage } from "./stage.mjs";

const LIMIT = { timeout: 420_000 };
const SETTLED = ["done", "too-little-data"];

const stage = setStage();

const DAYS = 154;
/** What a promotion multiplies sales by. */
const EFFECT = 3;
const day = (index) => new Date(Date.UTC(2025, 0, 1 + index)).toISOString().slice(0, 10);

/** Three products with a week, promotions of five days in twenty, which differ by product, and a price that rose once. */
function orders(days = DAYS) {
  const lines = ["date,sku,qty,price,promo"];
  for (let index = 0; index < days; index += 1) {
    for (let product = 0; product < 3; product += 1) {
      const promoted = (Math.floor(index / 5) + product) % 4 === 0;
      const noise = 0.9 + (0.2 * ((index * 7919 + product * 104_729) % 101)) / 101;
      const usual = (20 + 6 * product) * (1 + 0.1 * (index % 7)) * noise;
      lines.push(`${day(index)},P${product},${Math.round(usual * (promoted ? EFFECT : 1))},${5 + product}.${index < 30 ? 2 : 5},${promoted ? "yes" : "no"}`);
    }
  }
  return { name: "orders.csv", mimeType: "text/csv", buffer: Buffer.from(`${lines.join("\n")}\n`) };
}

async function open(file, options) {
  const visited = await visit(stage.browser, `${stage.server.origin}/?device=cpu`, { locale: "en-GB", viewport: { width: 1280, height: 900 }, ...options });
  await visited.page.locator("input[type=file]").first().setInputFiles(file);
  return visited;
}

const known = (page) => page.locator(part("known"));
const boxes = (page) => known(page).locator('tbody input[type="checkbox"]');
const ticked = async (page) => Promise.all((await boxes(page).all()).map((box) => box.isChecked()));
/** Of the page itself; the service worker fetches all files behind the first visit. */
const loaded = async (page) => {
  const names = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname.slice(1)));
  return names.filter((name) => /known-table-/.test(name));
};

/** Units a day, as the table behind the chart has them. */
async function numbers(page) {
  const table = page.locator(part("numbers"));
  if (!(await table.evaluate((details) => details.open))) await table.locator("summary").click();
  // Its rows are made once the browser has told that it is open.
  await table.locator("tbody tr").first().waitFor();
  const cells = await table.locator("tbody tr td:first-of-type").allInnerTexts();
  return cells.map((text) => Number(text.replace(/\D/g, "")));
}

async function settled(page, begin) {
  // A forecast of a few weeks is over sooner than the state is asked for again.
  await page.evaluate(() => {
    const root = document.querySelector("[data-state]");
    globalThis.watched?.disconnect();
    globalThis.states = [];
    globalThis.watched = new MutationObserver(() => globalThis.states.push(root.dataset.state));
    globalThis.watched.observe(root, { attributes: true, attributeFilter: ["data-state"] });
  });
  await begin();
  await until(() => page.evaluate(() => globalThis.states.some((state) => ["improving", "first-results"].includes(state))), "the forecast begins anew");
  await reach(page, SETTLED, 300_000);
}

test("a promotion that is ticked ahead raises the forecast on its days", LIMIT, async () => {
  const visited = await open(orders());
  const { page } = visited;
  // While it is still being read, so that only one forecast is made.
  await reach(page, ["first-results", "improving", ...SETTLED]);
  await settled(page, () => page.locator(part("horizon")).getByText("7 days").click());
  assert.equal((await numbers(page)).length, 7);

  assert.deepEqual(await loaded(page), [], "the table is loaded when it is wanted");
  assert.equal(await known(page).locator("summary").innerText(), "Known ahead: say what is planned");
  await known(page).locator("summary").click();
  await known(page).getByRole("checkbox", { name: "promo" }).check();
  await boxes(page).first().waitFor();
  assert.equal((await loaded(page)).length, 1);
  assert.deepEqual(await ticked(page), Array(7).fill(false), "nothing is promoted unless it is said");
  const use = known(page).getByRole("button", { name: "Forecast with this" });
  await settled(page, () => use.click());
  const before = await numbers(page);
  // By keyboard: down two rows, and the three days from there on.
  await boxes(page).first().focus();
  for (const key of ["ArrowDown", "ArrowDown", "Space", "Enter", "Space", "Enter", "Space"]) await page.keyboard.press(key);
  const planned = [false, false, true, true, true, false, false];
  assert.deepEqual(await ticked(page), planned);
  await settled(page, () => use.click());
  const now = await numbers(page);
  planned.slice(0, 5).forEach((is, step) => {
    const [lifted, truth] = [now[step] / before[step], is ? EFFECT : 1];
    assert.ok(lifted > 0.7 * truth && lifted < 1.3 * truth, `${lifted} times as many on day ${step}, in truth ${truth}: ${before} → ${now}`);
  });
  assert.match(await page.locator(part("known-effect")).innerText(), /What you said counts in /);
  assert.equal(await known(page).locator("summary").innerText(), "Known ahead: promo");
  assert.deepEqual(await visited.violations(), []);
  assert.deepEqual(visited.errors, []);
  await visited.close();
});

test("cells are pasted, checked and kept, for all products and for one", LIMIT, async () => {
  const visited = await open(orders(40), { permissions: ["clipboard-read", "clipboard-write"] });
  const { page } = visited;
  await reach(page, SETTLED);
  await settled(page, () => page.locator(part("horizon")).getByText("14 days").click());
  await known(page).locator("summary").click();
  await known(page).getByRole("checkbox", { name: "promo" }).check();
  await known(page).getByRole("checkbox", { name: "Price of one" }).check();
  const prices = () => known(page).locator('tbody input[type="text"]');
  await prices().first().waitFor();
  assert.equal(await prices().first().inputValue(), "", "prices differ by product");
  const paste = async (text, cell) => {
    await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await cell.focus();
    await page.keyboard.press("ControlOrMeta+V");
  };
  // As a spreadsheet copies it; the price stands first.
  await paste("4,50\tja\r\n4.75\tnein\r\n5\tx\r\n", prices().nth(1));
  const values = async () => Promise.all((await prices().all()).slice(0, 5).map((input) => input.inputValue()));
  assert.deepEqual(await values(), ["", "4.5", "4.75", "5", ""]);
  assert.deepEqual((await ticked(page)).slice(0, 5), [false, true, false, true, false]);
  await paste("1\n1\n1\n", boxes(page).nth(12));
  assert.deepEqual((await ticked(page)).slice(11), [false, true, true]);
  const alert = () => known(page).locator('[role="alert"]').textContent();
  assert.match(await alert(), /1 pasted value had no place in the table/);

  await prices().nth(4).fill("cheap");
  await prices().nth(4).press("Enter");
  assert.match(await alert(), /“cheap” is no number that can stand here \(Price of one, .*14 Feb 2025\). Write it like 9.9/);
  assert.equal(await prices().nth(4).getAttribute("aria-invalid"), "true");
  const use = known(page).getByRole("button", { name: "Forecast with this" });
  await use.click();
  assert.equal(await prices().nth(4).evaluate((input) => input === document.activeElement), true, "what is wrong has the focus");
  await prices().nth(4).fill("1.234,5");
  await prices().nth(4).press("Enter");
  assert.equal(await prices().nth(4).inputValue(), "1234.5");
  await prices().nth(4).fill("");
  await prices().nth(4).press("Tab");
  assert.equal(await alert(), "");

  // One product begins with what is said of all, and with its own price.
  await known(page).getByLabel("Values for").selectOption("P2");
  await until(async () => (await prices().first().inputValue()) === "7.5", "its own price is there");
  assert.deepEqual(await values(), ["7.5", "4.5", "4.75", "5", "7.5"]);
  await boxes(page).nth(1).uncheck();
  await settled(page, () => use.click());
  assert.equal(await known(page).locator("summary").innerText(), "Known ahead: Price of one, promo");
  await settled(page, () => page.locator(part("horizon")).getByText("7 days").click());
  await until(async () => (await boxes(page).count()) === 7, "the table follows the horizon");
  assert.deepEqual(await ticked(page), [false, false, false, true, false, false, false], "what was said is kept");
  await known(page).getByLabel("Values for").selectOption("All products");
  await until(async () => (await prices().first().inputValue()) === "", "all products again");
  assert.deepEqual((await ticked(page)).slice(0, 4), [false, true, false, true]);
  // Another screen and another language do not lose what is being written.
  await prices().first().fill("6");
  await prices().first().press("Tab");
  await page.locator(part("language")).click();
  await page.locator('html[lang="zh-CN"]').waitFor();
  await page.locator(part("known")).locator("summary").click();
  await until(async () => (await prices().first().inputValue().catch(() => "")) === "6", "the draft is still there");
  await known(page).getByRole("button", { name: "全部恢复平常" }).click();
  assert.deepEqual(await values(), ["", "", "", "", ""]);
  assert.deepEqual(await ticked(page), Array(7).fill(false));
  assert.deepEqual(await visited.violations(), []);
  assert.deepEqual(visited.errors, []);
  await visited.close();
});

test("what is planned by days counts for weeks, what is planned by weeks for days", LIMIT, async () => {
  const visited = await open(orders(40));
  const { page } = visited;
  const of = (name) => page.locator(part("frequency")).getByText(name);
  const use = known(page).getByRole("button", { name: "Forecast with this" });
  const carried = known(page).locator(part("carried"));
  const marked = async (property) => {
    const marks = await Promise.all((await boxes(page).all()).map((box) => box.evaluate((input, name) => input[name], property)));
    return marks.flatMap((is, at) => (is ? [at] : []));
  };
  await reach(page, SETTLED);
  await known(page).locator("summary").click();
  await known(page).getByRole("checkbox", { name: "promo" }).check();
  await boxes(page).first().waitFor();
  assert.ok(await carried.isHidden(), "nothing was said of other periods");
  for (const at of [1, 2, 3]) await boxes(page).nth(at).check();
  await settled(page, () => use.click());
  await settled(page, () => of("Weeks").click());
  await until(async () => (await boxes(page).count()) === 8, "the table goes by weeks");
  // The file ends on a Sunday: three of the first week's seven days.
  assert.deepEqual([await marked("indeterminate"), await marked("checked")], [[0], []]);
  assert.match(await carried.innerText(), /a week takes the mean of its days/);
  await boxes(page).nth(1).check();
  await settled(page, () => use.click());
  await settled(page, () => of("Days").click());
  await until(async () => (await boxes(page).count()) === 28, "the table goes by days");
  assert.deepEqual([await marked("indeterminate"), await marked("checked")], [[], [1, 2, 3, 7, 8, 9, 10, 11, 12, 13]]);
  await known(page).getByRole("button", { name: "All as usual" }).click();
  await until(async () => (await marked("checked")).length === 0, "what was said of weeks is gone too");
  assert.ok(await carried.isHidden());
  assert.deepEqual(visited.errors, []);
  await visited.close();
});

test("stopped on the way to weeks, the table that went ahead still speaks of weeks", LIMIT, async () => {
  const standIn = await serveStandIn();
  const visited = await visit(stage.browser, `${standIn.origin}/?device=cpu`, { locale: "en-GB", viewport: { width: 1280, height: 900 } });
  const { page } = visited;
  const told = async () => (await Promise.all(page.workers().map((worker) => worker.evaluate("globalThis.future ?? []")))).flat();
  const use = known(page).getByRole("button", { name: "Forecast with this" });
  await page.locator("input[type=file]").first().setInputFiles(file("plan late 4.csv"));
  await reach(page, ["done"]);
  await known(page).locator("summary").click();
  await known(page).getByRole("checkbox", { name: "promo" }).check();
  await until(async () => (await boxes(page).count()) === 28, "the table goes by days");
  await page.locator(part("frequency")).getByText("Weeks").click();
  await until(async () => (await boxes(page).count()) === 8, "the table goes by weeks");
  await page.locator(part("cancel")).click();
  await reach(page, ["stopped"]);
  await until(() => page.locator(part("frequency")).getByLabel("Days").isChecked(), "the forecast goes by days");
  await boxes(page).nth(1).check();
  await use.click();
  await until(async () => (await told()).length > 0, "the forecast begins");
  assert.deepEqual(await told(), [{ date: "2024-01-08", frequency: "week", values: { promo: 1 } }]);
  await until(async () => (await boxes(page).count()) === 28, "the table goes by days again");
  assert.match(await known(page).locator(part("carried")).innerText(), /What you said by other periods counts here too/);
  assert.deepEqual(visited.errors, []);
  await visited.close();
  await standIn.close();
});

test("it is said whether the chosen method looks at what is known ahead", LIMIT, async () => {
  const standIn = await serveStandIn();
  const visited = await visit(stage.browser, `${standIn.origin}/?device=cpu`, { locale: "en-GB", viewport: { width: 1280, height: 900 } });
  const { page } = visited;
  const effect = () => page.locator(part("known-effect"));
  for (const [name, whole] of [
    ["plan 4.csv", /^What you said counts in the forecasts of 2 of 4 products.* The others repeat the last season, which does not look at it\.$/],
    ["plan local 4.csv", /^All products are forecast by repeating the last season.*So it changes nothing here\.$/],
  ]) {
    await page.locator("input[type=file]").first().setInputFiles(file(name));
    await until(async () => (await page.locator(".shop").first().innerText()).startsWith(name.slice(0, -4)), `${name} is there`);
    await reach(page, ["done"]);
    assert.ok(await effect().isHidden(), "nothing is said where nothing is known");
    if (!(await known(page).evaluate((details) => details.open))) await known(page).locator("summary").click();
    await known(page).getByRole("checkbox", { name: "promo" }).check();
    await boxes(page).first().check();
    await known(page).getByRole("button", { name: "Forecast with this" }).click();
    await until(async () => whole.test(await effect().textContent()), "what came of it is said");
    await page.locator(`${part("product")}[data-product="SKU-1"]`).click();
    await until(async () => /This product is forecast by repeating the last season/.test(await effect().textContent()), "and of one product");
  }
  assert.deepEqual(visited.errors, []);
  await visited.close();
  await standIn.close();
});

for (const [locale, colorScheme, width] of [
  ["en-GB", "light", 1280],
  ["zh-CN", "dark", 390],
]) {
  test(`the table has no fault that axe can find and fits into the page: ${locale}, ${colorScheme}, ${width} px`, LIMIT, async () => {
    const visited = await open(orders(40), { locale, colorScheme, viewport: { width, height: 900 } });
    const { page } = visited;
    await reach(page, SETTLED);
    if (width < 720) await page.locator(part("all-products")).click();
    await known(page).locator("summary").click();
    await known(page).locator("fieldset input").first().waitFor();
    const columns = await known(page).locator('fieldset input[type="checkbox"]').all();
    for (const box of columns) await box.check();
    // The table is drawn for each column that is ticked.
    await until(async () => (await known(page).locator("tbody tr").first().locator("input").count()) === columns.length, "all columns are there");
    await known(page).locator("tbody input").first().fill("abc");
    await known(page).locator("tbody input").first().press("Enter");
    await known(page).getByRole("alert").waitFor();
    if (process.env.TILLCAST_SHOTS) await page.screenshot({ path: `${process.env.TILLCAST_SHOTS}/known-${locale}-${width}.png`, fullPage: true });
    const axe = await readFile(at("node_modules/axe-core/axe.min.js"), "utf8");
    await page.evaluate(`if (!globalThis.axe) { ${axe} }`);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing runs out of the page");
    await visited.close();
  });
}
