/** The page in two languages and themes, on narrow screens, and for those who do not see it. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { at } from "../../scripts/run.mjs";
import { part, reach, until } from "./harness.mjs";
import { file, setPage } from "./page-stand-in.mjs";

const LIMIT = { timeout: 120_000 };

const { assertClean, onPage, open } = setPage();

onPage("language and theme switch in place and are remembered", { locale: "zh-CN" }, async ({ page }) => {
  await reach(page, ["done"]);
  assert.match(await page.locator(part("summary")).textContent(), /全部商品.*约.*件.*10 次里约 8 次/);
  await page.locator(part("language")).click();
  await until(async () => /All products/.test(await page.locator(part("summary")).textContent()), "the other language");
  await page.locator(part("theme")).click();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await until(() => page.locator(`${part("fan")} rect[stroke="#fff"]`).count(), "a dark drawing");
  await page.reload();
  await page.locator(part("sample")).waitFor();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  assert.match(await page.locator("h1").first().textContent(), /Know what will sell/);
});

onPage("a choice that the browser would not keep is said, and all that it keeps can be deleted", { file: null }, async ({ page }) => {
  await page.locator(part("theme")).click();
  // What is kept is on the disk a moment later.
  await page.waitForTimeout(500);
  await page.reload();
  await page.locator(part("sample")).waitFor();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await page.getByText("How can I check?").click();
  await page.locator(part("forget")).click();
  await until(async () => /Deleted\./.test(await page.locator(part("check")).textContent()), "the deletion");
  await page.locator(part("check")).getByText("Close").click();
  await page.reload();
  await page.locator(part("sample")).waitFor();
  assert.equal(await page.locator("html").getAttribute("data-theme"), null);
  assert.equal(await page.locator(part("not-saved")).count(), 0);
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await page.locator(part("theme")).click();
  await page.locator(part("not-saved")).waitFor();
  assert.match(await page.locator(part("not-saved")).textContent(), /holds for this visit only/);
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await page.locator(part("not-saved")).getByText("Close").click();
  assert.equal(await page.locator(part("not-saved")).count(), 0);
});

onPage("a narrow screen shows the list, then the product, with a way back", { viewport: { width: 390, height: 844 }, hasTouch: true }, async ({ page }) => {
  await reach(page, ["done"]);
  assert.ok(await page.locator(part("products")).isVisible());
  assert.ok(!(await page.locator(part("fan")).isVisible()));
  assert.match(await page.locator(part("device")).innerText(), /Processor/);
  const chip = await page.locator(part("device")).boundingBox();
  assert.ok(chip && chip.x >= 0 && chip.x + chip.width <= 390, JSON.stringify(chip));
  for (const tab of await page.locator(".tab").all()) {
    const box = await tab.boundingBox();
    assert.ok(box && (box.x + box.width <= chip.x || box.y >= chip.y + chip.height), "the device covers no screen's name");
  }
  await page.locator(`${part("product")}[data-product="SKU-2"]`).click();
  await page.locator(`${part("fan")} svg`).waitFor();
  assert.ok(!(await page.locator(part("products")).isVisible()));
  await page.goBack();
  await page.locator(part("products")).waitFor({ state: "visible" });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `the page is ${wide} px too wide`);
});

onPage("on a narrow screen each product's chart is its own, also of one chosen while the chart is out of sight", { viewport: { width: 390, height: 844 }, hasTouch: true }, async ({ page }) => {
  await reach(page, ["done"]);
  const fan = page.locator(part("fan"));
  for (const [back, index] of [["history", 2], ["link", 1], ["history", 4], ["link", 2]]) {
    await page.locator(`${part("product")}[data-product="SKU-${index}"]`).tap();
    await until(async () => (await fan.locator("svg").textContent()).includes(`fan ${index}`), `the chart of product ${index}`, 5000);
    assert.match(await fan.getAttribute("aria-label"), new RegExp(`^A fan of ${index}\\.`));
    if (back === "history") await page.goBack();
    else await page.getByRole("button", { name: "All products" }).tap();
    await page.locator(part("products")).waitFor({ state: "visible" });
    // The layout without it has been seen.
    await page.waitForTimeout(100);
  }
});

onPage("stopped on a narrow screen, the file is named and another one can be chosen", { file: "long 20.csv", viewport: { width: 390, height: 844 } }, async ({ page }) => {
  await reach(page, ["first-results", "improving"]);
  await page.locator(part("cancel")).click();
  await reach(page, ["stopped"]);
  const from = page.locator(part("list-file"));
  assert.equal(await from.innerText(), "long 20.csv\nAnother file");
  await from.locator("input[type=file]").setInputFiles(file("other 5.csv"));
  await until(async () => /^other 5\.csv/.test(await from.innerText()), "the other file");
  await reach(page, ["done"]);
});

test("very large numbers stay in their column", LIMIT, async () => {
  for (const [locale, name, width] of [["en-GB", "huge 20.csv", 390], ["zh-CN", "huge 20.csv", 390], ["en-GB", "large 20.csv", 390], ["en-GB", "large 20.csv", 1280], ["zh-CN", "large 20.csv", 1280]]) {
    const visited = await open(name, { locale, viewport: { width, height: 844 } });
    const { page } = visited;
    await reach(page, ["done"]);
    const over = () => page.locator(".r-num:visible").evaluateAll((cells) => cells.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent));
    assert.deepEqual(await over(), []);
    if (name.startsWith("large")) assert.match(await page.locator(`${part("product")}[data-product="SKU-2"] .r-num`).getAttribute("title"), /^\d\d,\d00 /);
    await page.locator(`${part("product")}[data-product="SKU-2"]`).click();
    await page.locator(`${part("fan")} svg`).waitFor();
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, "the page is no wider than the screen");
    await assertClean(visited);
    await visited.close();
  }
});

test("no view has an accessibility fault that axe can find", LIMIT, async () => {
  const axe = await readFile(at("node_modules/axe-core/axe.min.js"), "utf8");
  for (const colorScheme of ["light", "dark"]) {
    const visited = await open(null, { colorScheme });
    const { page } = visited;
    const check = async (what) => {
      await page.evaluate(`if (!globalThis.axe) { ${axe} }`);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" ")}`);
      assert.deepEqual(found, [], `${what}, ${colorScheme}`);
    };
    await page.locator(".example-chart svg").waitFor();
    await check("start");
    await page.locator("input[type=file]").first().setInputFiles(file("question 40.csv"));
    await page.locator(part("question")).waitFor();
    await check("question");
    await page.locator(`${part("question")} button[type=submit]`).click();
    await reach(page, ["done"]);
    await page.locator(`${part("fan")} svg`).waitFor();
    await check("forecast");
    await page.keyboard.press("d");
    await check("data");
    await page.keyboard.press("a");
    await check("accuracy");
    await visited.close();
  }
});
