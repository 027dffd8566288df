/** Where products have categories, each of them has a row, a range and a chart of its own. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { part, reach, until, visit } from "./harness.mjs";
import { setStage } from "./stage.mjs";

const LIMIT = { timeout: 240_000 };
const DAYS = 190;

const stage = setStage();

/** Four products of two categories and one of none, sold every day. */
function orders() {
  const lines = ["date,product,category,quantity"];
  for (let at = 0; at < DAYS; at += 1) {
    const date = new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);
    for (const [place, [product, category]] of [["Mug", "Kitchen"], ["Pan", "Kitchen"], ["Rake", "Garden"], ["Hose", "Garden"], ["Card", ""]].entries()) {
      lines.push(`${date},${product},${category},${5 * (place + 1) + ((((at * 7919 + place * 131) % 1009) * (place + 3)) % 7)}`);
    }
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

test("a category can be looked at like a product", LIMIT, async () => {
  const visited = await visit(stage.browser, `${stage.server.origin}/?device=cpu`, { locale: "en-GB", viewport: { width: 1280, height: 800 } });
  const { page } = visited;
  await page.locator("input[type=file]").first().setInputFiles({ name: "orders.csv", mimeType: "text/csv", buffer: orders() });
  await reach(page, ["done"]);
  const rows = page.locator(part("category"));
  assert.deepEqual(await rows.locator(".r-name").allTextContents(), ["Garden", "Kitchen"], "the larger one first, products after them");
  assert.deepEqual(await rows.locator(".r-sub").allTextContents(), ["category, 2 products", "category, 2 products"]);
  assert.equal(await page.locator(`${part("product")}:visible`).count(), 5);
  const number = async (row) => Number((await row.locator(".r-num").textContent()).replace(/[^\d.]/g, ""));
  const product = (id) => page.locator(`${part("product")}[data-product="${id}"]`);
  const [whole, one, other] = [await number(rows.first()), await number(product("Rake")), await number(product("Hose"))];
  assert.ok(Math.abs(whole / (one + other) - 1) < 0.1, `${whole} of ${one} and ${other}`);

  await rows.first().click();
  await until(async () => (await page.locator("#p-name").textContent()) === "Garden", "the category's name");
  assert.match(await page.locator(part("summary")).textContent(), /category, 2 products.*likely .* \((8 times out of 10|held)/s);
  assert.match(await page.locator(part("fan")).innerHTML(), /<svg/);
  assert.match(await page.locator(part("accuracy")).textContent(), /held (only )?\d of 4 times/);
  assert.ok(await page.locator(part("adds-up")).isVisible());
  assert.ok(await page.locator(part("made")).isHidden(), "what is added up was made by no method");
  assert.equal(await rows.first().getAttribute("aria-selected"), "true");
  await page.keyboard.press("ArrowDown");
  await until(async () => (await page.locator("#p-name").textContent()) === "Kitchen", "the next one");
  await product("Card").click();
  assert.ok(await page.locator(part("made")).isVisible());

  await page.locator(part("search")).fill("kitch");
  await until(async () => (await page.locator(`${part("product")}:visible`).count()) === 2, "its products");
  assert.equal(await page.locator(`${part("category")}:visible`).count(), 1);
  assert.deepEqual(await visited.violations(), []);
});
