/** What the page keeps when something fails, and what it does about it by itself. */

import assert from "node:assert/strict";

import { part, reach, state, until } from "./harness.mjs";
import { file, setPage } from "./page-stand-in.mjs";

const { onPage } = setPage();

onPage("a file that ends the core does not take the shop with it", async ({ page }) => {
  await reach(page, ["done"]);
  await page.locator(`${part("product")}[data-product="SKU-1"]`).click();
  await page.locator(part("horizon")).getByText("7 days").click();
  await reach(page, ["done"]);
  await page.locator("input[type=file]").first().setInputFiles(file("deadly 9.csv"));
  const card = page.locator(part("error"));
  await card.waitFor();
  assert.match(await card.textContent(), /not enough memory/);
  await until(async () => /your shop was forecast again by itself/.test(await card.textContent()), "the shop forecast again");
  await reach(page, ["done"]);
  assert.equal(await card.getByRole("button", { name: "Try again" }).count(), 0, "the same file would end it again");
  assert.match(await page.locator(part("summary")).textContent(), /Product 1.*from 1 to 7 January|Product 1.*1 January to 7 January/);
  await page.locator(`${part("product")}[data-product="SKU-2"]`).click();
  await page.locator(`${part("fan")} svg`).getByText("fan 2").waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(part("export")).click()]);
  assert.equal(download.suggestedFilename(), "shop-50-forecast-2023-12-31.csv");
  await card.getByRole("button", { name: "Close" }).click();
  assert.equal(await state(page), "done");
});

onPage("a core that is gone unnoticed is missed with the next drawing", async ({ page }) => {
  await reach(page, ["done"]);
  // It may be gone before it can answer; and its end be missed at once, by a drawing that was on its way.
  const gone = page.workers().map((worker) => worker.waitForEvent("close"));
  await Promise.all(page.workers().map((worker) => worker.evaluate("setTimeout(close)").catch(() => {})));
  await Promise.all(gone);
  await page.locator(`${part("product")}[data-product="SKU-2"]`).click();
  await until(async () => /was forecast again by itself/.test(await page.locator(part("error")).textContent()), "the shop forecast again");
  await page.locator(`${part("fan")} svg`).getByText("fan 2").waitFor();
});

onPage("a shop that ends the core twice keeps its numbers, and no chart of another product", { file: "dying 20.csv" }, async ({ page }) => {
  await reach(page, ["failed"]);
  const card = page.locator(part("error"));
  assert.match(await card.textContent(), /stopped unexpectedly.*but for the numbers on the screen/);
  await page.locator(`${part("product")}[data-product="SKU-2"]`).click();
  assert.match(await page.locator(part("summary")).textContent(), /Product 2.*pieces/);
  await page.locator(part("fan")).getByText("cannot be drawn").waitFor();
  assert.equal(await page.locator(`${part("fan")} svg`).count(), 0);
  await card.getByRole("button", { name: "Try again" }).click();
  await reach(page, ["first-results", "improving"]);
  await page.locator(`${part("fan")} svg`).getByText("fan 2").waitFor();
});

onPage("a failure says what to do and keeps the earlier result", async ({ page }) => {
  await reach(page, ["done"]);
  await page.locator("input[type=file]").first().setInputFiles(file("bad.csv"));
  await reach(page, ["failed"]);
  const text = await page.locator(part("error")).textContent();
  assert.match(text, /This is a picture, no table of orders.*export the orders as CSV.*still here/);
  assert.match(await page.locator(part("summary")).textContent(), /pieces/);
  await page.locator(part("error")).getByText("Close").click();
  assert.equal(await state(page), "done");
});
