/** What was left out and what counts as demand, on the real page: the list to download, and the switches. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { part, reach, until, visit } from "./harness.mjs";
import { setStage } from "./stage.mjs";

const LIMIT = { timeout: 240_000 };
const SETTLED = ["done", "too-little-data"];

const stage = setStage();

const day = (at) => new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);

/** Sixty days of two products; every tenth order is cancelled, one has far too many, one date is no date, one name is a formula. */
function orders() {
  const lines = ["order,date,sku,qty,status"];
  for (let at = 0; at < 60; at += 1) {
    for (const sku of ["MUG", "=1+1"]) lines.push(`${lines.length},${day(at)},${sku},${at === 30 && sku === "MUG" ? 500 : 2},${lines.length % 10 === 0 ? "cancelled" : "paid"}`);
  }
  lines.push(`${lines.length},someday,MUG,1,paid`);
  return Buffer.from(`${lines.join("\n")}\n`);
}

async function open(locale = "en-GB", buffer = orders()) {
  const visited = await visit(stage.browser, `${stage.server.origin}/?device=cpu`, { locale, viewport: { width: 1280, height: 800 } });
  const { page } = visited;
  await page.locator("input[type=file]").first().setInputFiles({ name: "orders.csv", mimeType: "text/csv", buffer });
  await reach(page, SETTLED);
  await page.keyboard.press("d");
  await page.locator(part("data")).waitFor();
  return visited;
}

/** Ninety days of a product by twos and threes, and one order of far more. */
function bulk() {
  const lines = ["order,date,sku,qty"];
  for (let at = 0; at < 90; at += 1) lines.push(`${lines.length},${day(at)},MUG,${at === 40 ? 95 : 2 + (at % 2)}`);
  return Buffer.from(`${lines.join("\n")}\n`);
}

async function list(page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(part("export-left-out")).click()]);
  return { name: download.suggestedFilename(), lines: (await readFile(await download.path(), "utf8")).trimEnd().split("\n") };
}

test("the rows that were left out are downloaded, with reasons in the page's language", LIMIT, async () => {
  const visited = await open("zh-CN");
  const { name, lines } = await list(visited.page);
  assert.equal(name, "orders-left-out-2026-03-01.csv");
  assert.equal(lines[0], "\ufefffile,row,reason,why,text");
  assert.equal(lines.length, 1 + 12 + 1);
  assert.equal(lines[1], 'orders.csv,11,cancelled,已取消,"10,2026-01-05,=1+1,2,cancelled"');
  assert.equal(lines.at(-1), 'orders.csv,122,bad-date,日期无法读取,"121,someday,MUG,1,paid"');
  assert.deepEqual(await visited.violations(), []);
  assert.deepEqual(visited.errors, []);
  await visited.close();
});

test("what looks odd is told, left out on request, and cleaned for the methods alone", LIMIT, async () => {
  const visited = await open();
  const { page } = visited;
  const findings = () => page.locator(part("findings")).innerText();
  // Lists stand a moment after their headings.
  const told = /1 line is about a hundred times as large as usual\s+Counted as it stands. MUG, 31 Jan 2026: 500, usually 2/;
  await until(async () => told.test(await findings().catch(() => "")), "the large line is told");
  await page.locator(part("cleaning")).getByLabel("Unusual days").selectOption("clip");
  const heading = await page.locator("h1").innerText();
  await page.keyboard.press("f");
  const cleaned = /1 unusual value was cleaned before methods learned from (it|them)/;
  const notes = page.locator(part("notes"));
  await until(async () => (await notes.count()) > 0 && cleaned.test(await notes.innerText().catch(() => "")), "the new forecast says what was cleaned");
  await reach(page, SETTLED);
  await page.keyboard.press("d");
  assert.equal(await page.locator("h1").innerText(), heading, "what was sold stays as it is");
  await page.locator(`${part("findings")} [data-kind="quantity-outlier"]`).press("Enter");
  await until(async () => /Left out. MUG/.test(await findings().catch(() => "")), "the line is left out");
  await reach(page, SETTLED);
  const { lines } = await list(page);
  assert.equal(lines.filter((line) => /,quantity-outlier,/.test(line)).length, 1);
  assert.deepEqual(await visited.violations(), []);
  assert.deepEqual(visited.errors, []);
  await visited.close();
});

test("a switch counts what was left out, by keyboard, and says what it changed", LIMIT, async () => {
  const visited = await open();
  const { page } = visited;
  const cancelled = () => page.locator(`${part("policy")} [data-kind="cancelled"]`);
  assert.equal(await cancelled().isChecked(), false);
  assert.match(await page.locator(part("policy")).innerText(), /Cancelled orders\s+12 rows are left out/);
  await cancelled().focus();
  await page.keyboard.press("Space");
  await until(async () => (await cancelled().count()) === 1 && (await cancelled().isChecked()), "the switch is on");
  await until(async () => /24 pieces more than before/.test(await page.locator(part("policy")).innerText()), "what it changed");
  await reach(page, SETTLED);
  assert.match(await page.locator("h1").innerText(), /120 of 121 rows/);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-kind")), "cancelled");
  assert.equal((await list(page)).lines.length, 2);
  // It lasts with the file, and goes back.
  await page.keyboard.press("f");
  await page.keyboard.press("d");
  assert.equal(await cancelled().isChecked(), true);
  await cancelled().press("Space");
  await until(async () => /24 pieces fewer than before/.test(await page.locator(part("policy")).innerText()), "it went back");
  await reach(page, SETTLED);
  // Another file knows nothing of it.
  await cancelled().press("Space");
  await until(async () => (await cancelled().count()) === 1 && (await cancelled().isChecked()), "the switch is on again");
  await reach(page, SETTLED);
  await page.locator("input[type=file]").first().setInputFiles({ name: "other.csv", mimeType: "text/csv", buffer: orders() });
  await until(async () => (await page.evaluate(() => document.documentElement.hasAttribute("data-incoming"))) === false, "the other file is shown");
  await reach(page, SETTLED);
  await page.keyboard.press("d");
  assert.equal(await cancelled().isChecked(), false);
  assert.deepEqual(await visited.violations(), []);
  assert.deepEqual(visited.errors, []);
  await visited.close();
});

test("what is sold by gram and by kilogram is told, and counted in grams on request", LIMIT, async () => {
  const visited = await visit(stage.browser, `${stage.server.origin}/?device=cpu`, { locale: "en-GB", viewport: { width: 1280, height: 800 } });
  const { page } = visited;
  const lines = ["date,item,qty,unit"];
  for (let at = 0; at < 20; at += 1) lines.push(`${day(at)},Tea,${at % 5 === 0 ? "2,kg" : "250,g"}`, `${day(at)},Mug,1,piece`);
  await page.locator("input[type=file]").first().setInputFiles({ name: "tea.csv", mimeType: "text/csv", buffer: Buffer.from(`${lines.join("\n")}\n`) });
  await reach(page, SETTLED);
  await page.keyboard.press("d");
  const policy = () => page.locator(part("policy")).innerText();
  const units = () => page.locator(`${part("policy")} [data-kind="units"]`);
  assert.match(await policy(), /4 lines of 1 product are in another unit than most of (its|theirs), and count as they stand \(for example Tea: g, kg\)/);
  assert.match(await page.locator(part("data")).innerText(), /4,028 pieces in all/);
  await units().press("Space");
  await until(async () => /Counted in grams/.test(await policy().catch(() => "")), "the smallest unit counts");
  await reach(page, SETTLED);
  assert.ok(await units().isChecked());
  assert.match(await page.locator(part("data")).innerText(), /12,020 pieces in all/);
  assert.deepEqual(await visited.violations(), []);
  assert.deepEqual(visited.errors, []);
  await visited.close();
});

test("a bulk order is told in both languages, and taken as a usual one and back", LIMIT, async () => {
  for (const [locale, told, usual, whole] of [
    ["en-GB", /1 order is far larger than usual.*\s+Counted as it stands. MUG, 10 Feb 2026: 95, usually 3 an order/, /Counted as orders of the usual size. MUG/, /Counted as it stands. MUG/],
    ["zh-CN", /1 笔订单远大于平常.*\s+按原样计入。 MUG，2026年2月10日：95，平常每单 3/, /按平常的每单数量计入。 MUG/, /按原样计入。 MUG/],
  ]) {
    const visited = await open(locale, bulk());
    const { page } = visited;
    const findings = () => page.locator(part("findings")).innerText();
    // The list stands a moment after its heading.
    await until(async () => told.test(await findings().catch(() => "")), `it says ${told}`);
    for (const said of [usual, whole]) {
      await page.locator(`${part("findings")} [data-kind="bulk-order"]`).press("Enter");
      await until(async () => said.test(await findings().catch(() => "")), `it says ${said}`);
      await reach(page, SETTLED);
      const pieces = said === usual ? /\b226\b/ : /\b318\b/;
      await until(async () => pieces.test(await page.locator(part("data")).innerText()), "92 pieces fewer, and as before");
    }
    assert.deepEqual(await visited.violations(), []);
    assert.deepEqual(visited.errors, []);
    await visited.close();
  }
});
