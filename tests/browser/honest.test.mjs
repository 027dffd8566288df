/** What the page decided by itself is said, with a switch beside it: variations of products, day or month first, rows that the series leave out. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { part, reach, until, visit } from "./harness.mjs";
import { setStage } from "./stage.mjs";

const LIMIT = { timeout: 240_000 };
const SETTLED = ["done", "too-little-data"];

const stage = setStage();

/** Four times twelve days that can be read both ways, of a shirt in two sizes and a cap that came back before it was sold; the last orders are open. */
function orders() {
  const lines = ["order,date,product,Size,qty,status", "1,01/01/2026,Cap,S,-1,paid"];
  for (let at = 0; at < 48; at += 1) {
    const date = `0${1 + Math.floor(at / 12)}/${String(1 + (at % 12)).padStart(2, "0")}/2026`;
    lines.push(`${lines.length},${date},Shirt,${at % 2 ? "M" : "L"},2,${at > 44 ? "In Bearbeitung" : "paid"}`);
  }
  lines.push(`${lines.length},04/12/2026,Cap,S,2,paid`);
  return Buffer.from(`${lines.join("\n")}\n`);
}

test("what was decided is told, and can be decided otherwise", LIMIT, async () => {
  const visited = await visit(stage.browser, `${stage.server.origin}/?device=cpu`, { locale: "en-GB", viewport: { width: 1280, height: 800 } });
  const { page } = visited;
  const data = () => page.locator(part("data")).innerText();
  const focused = () => page.evaluate("document.activeElement?.dataset.kind");
  /** Waits until what was read anew says so. */
  const says = async (text) => {
    await until(async () => text.test(await data().catch(() => "")), String(text));
    await reach(page, SETTLED);
  };
  await page.locator("input[type=file]").first().setInputFiles({ name: "orders.csv", mimeType: "text/csv", buffer: orders() });
  await reach(page, SETTLED);
  await page.keyboard.press("d");
  const begun = await data();
  for (const text of [
    /^49 of 50 rows count as sales/,
    /Orders that are still open\s+Counted: 3\./,
    /Counted together: the variations of 1 product \(for example Shirt\)/,
    /1 row: returned before the product’s first sale\s+Line 2/,
    /01\/02\/2026 is read as 2026-01-02: then the rows run in the order of their dates/,
  ]) {
    assert.match(begun, text);
  }
  assert.ok(await page.locator(part("export-left-out")).isVisible());

  await page.locator('[data-kind="variants"]').press("Space");
  await says(/Counted apart: 3 variations \(for example Cap · S\)/);
  assert.match(await data(), /3 products, from/);
  assert.equal(await focused(), "variants");

  await page.locator('[data-kind^="date-order-"]').press("Enter");
  await says(/01\/02\/2026 is read as 2026-02-01, as you said/);
  assert.match(await data(), /Counted apart/, "what was said before still holds");
  assert.match(await focused(), /^date-order-[0-9a-f]{16}$/);
  assert.equal(await page.locator('[data-kind^="date-order-"]').innerText(), "Read it as 2026-01-02");
  assert.deepEqual(await visited.violations(), []);
  assert.deepEqual(visited.errors, []);
  await visited.close();
});

test("of two files each is asked about its own dates", LIMIT, async () => {
  const visited = await visit(stage.browser, `${stage.server.origin}/?device=cpu`, { locale: "en-GB", viewport: { width: 1280, height: 800 } });
  const { page } = visited;
  const two = (at) => String(at).padStart(2, "0");
  const lines = (head, product, date) => [head, ...Array.from({ length: 12 }, (_, at) => `${date(two(at + 1))},${product},${1 + (at % 3)}`)].join("\n");
  const files = { "shop.csv": lines("date,sku,qty", "Mug", (at) => `02/${at}/2026`), "market.csv": lines("day,item,units", "Cup", (at) => `${at}/02/2026`) };
  await page.locator("input[type=file]").first().setInputFiles(Object.entries(files).map(([name, text]) => ({ name, mimeType: "text/csv", buffer: Buffer.from(`${text}\n`) })));
  const answers = { "shop.csv": "Month first", "market.csv": "Day first" };
  const asked = [];
  for (let at = 0; at < 2; at += 1) {
    await until(async () => {
      const about = await page.locator(part("asked-about")).innerText().catch(() => "");
      const name = Object.keys(files).find((one) => about.includes(one) && !asked.includes(one));
      return name ? asked.push(name) : false;
    }, "the question names its file");
    await page.locator(part("question")).getByText(answers[asked[at]], { exact: true }).click();
    await page.locator(part("question")).getByRole("button", { name: "Use this" }).click();
  }
  await reach(page, SETTLED);
  await page.keyboard.press("d");
  const data = await page.locator(part("data")).innerText();
  assert.match(data, /2 products, from 1 February 2026 to 12 February 2026/);
  assert.ok(data.includes("MM/DD/YYYY") && data.includes("DD/MM/YYYY"), data);
  assert.equal(await page.locator('[data-kind^="date-order-"]').count(), 2);
  assert.deepEqual(visited.errors, []);
  await visited.close();
});

test("a file of which no row can be used says why, and is read by other columns", LIMIT, async () => {
  const visited = await visit(stage.browser, `${stage.server.origin}/?device=cpu`, { locale: "en-GB", viewport: { width: 1280, height: 800 } });
  const { page } = visited;
  // The column says "never" where others leave it blank.
  const lines = ["date,sku,qty,cancelled"];
  for (let at = 0; at < 60; at += 1) lines.push(`${new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10)},MUG,${2 + (at % 3)},never`);
  await page.locator("input[type=file]").first().setInputFiles({ name: "odd.csv", mimeType: "text/csv", buffer: Buffer.from(`${lines.join("\n")}\n`) });
  await page.locator(part("question")).waitFor();
  const asked = await page.locator(part("question")).innerText();
  assert.match(asked, /No row of this file can be used/);
  assert.match(asked, /60 rows: cancelled\s+Lines 2, 3, 4, 5, 6, and more/);
  await page.getByLabel("What column “cancelled” is").selectOption("");
  await page.getByRole("button", { name: "Use these columns" }).click();
  await reach(page, SETTLED);
  await page.keyboard.press("d");
  assert.match(await page.locator(part("data")).innerText(), /60 of 60 rows count as sales/);
  assert.deepEqual(visited.errors, []);
  await visited.close();
});
