/** What the page says about its numbers, and what it must not claim. */

import assert from "node:assert/strict";

import { part, reach, until } from "./harness.mjs";
import { setPage } from "./page-stand-in.mjs";

const { onPage } = setPage();

onPage("of a rarely sold product it is said why the line stays below the number", { file: "rare 20.csv" }, async ({ page }) => {
  await reach(page, ["done"]);
  const said = page.locator(".apart");
  await page.locator(`${part("product")}[data-product="SKU-1"]`).click();
  await said.waitFor();
  assert.match(await said.textContent(), /Rarely sold: the line shows each day by itself, mostly none/);
  const badge = (id) => page.locator(`${part("product")}[data-product="${id}"] .badge`);
  assert.equal(await badge("SKU-1").textContent(), "rarely sold");
  assert.equal(await badge("SKU-1").getAttribute("title"), "Sold in 16% of its periods (intermittent demand: ADI 6.4, CV² 0.2)");
  assert.match(await page.locator(part("accuracy")).textContent(), /For products with intermittent sales “Past values, newest first” was used alone: there it was better than the combination of 6 methods/);
  assert.equal(await badge("SKU-5").textContent(), "stopped");
  assert.equal(await badge("SKU-5").getAttribute("title"), "It has sold nothing for far longer than ever before.");
  await page.locator(`${part("product")}[data-product="SKU-5"]`).click();
  await until(async () => /most likely it has stopped/.test(await said.textContent()), "what a range of zero is made of");
  // Not much was sold lately, but rare it is not.
  await page.locator(`${part("product")}[data-product="SKU-4"]`).click();
  await until(async () => /^Sales come unevenly/.test(await said.textContent()), "another sentence");
  assert.equal(await badge("SKU-4").count(), 0);
  for (const elsewhere of [`${part("product")}[data-product="SKU-2"]`, part("all-products")]) {
    await page.locator(elsewhere).click();
    await said.waitFor({ state: "hidden" });
  }
});

onPage("a product without a test of its own promises nothing, nor does a quick result", { file: "long 20.csv" }, async ({ page }) => {
  await reach(page, ["first-results", "improving"]);
  assert.match(await page.locator(part("summary")).textContent(), /perhaps .* \(not tested yet\)/);
  await page.locator(part("cancel")).click();
  await reach(page, ["stopped"]);
  assert.match(await page.locator(part("summary")).textContent(), /perhaps .* \(not tested\)/);
  await page.getByText("Go on").click();
  await reach(page, ["done"]);
  assert.match(await page.locator(part("summary")).textContent(), /likely .* \(8 times out of 10\)/);
  await page.locator(`${part("product")}[data-product="SKU-4"]`).click();
  assert.match(await page.locator(part("summary")).textContent(), /perhaps .* \(a rough guess/);
});

onPage("the simple rule is called better only where it was so in every test", { file: "beaten 20.csv" }, async ({ page }) => {
  await reach(page, ["done"]);
  const says = (id) => async () => {
    await page.locator(id ? `${part("product")}[data-product="${id}"]` : part("all-products")).click();
    return page.locator(part("accuracy")).textContent();
  };
  assert.match(await says(null)(), /missed by 20\s?%, and was nearer in 3 of 4 tests: too few to tell/);
  assert.match(await says("SKU-1")(), /Repeating last week would have been nearer, in each of 4 tests: 30\s?%/);
  assert.match(await says("SKU-2")(), /nearer in 2 of 4 tests/);
  assert.match(await says("SKU-3")(), /2\s?%.*Repeating last week would have missed by 2\s?%\./, "the same to the reader");
  await page.keyboard.press("a");
  assert.match(await page.locator(part("accuracy-view")).textContent(), /too near to tell which is better.*nearer in 3 of 4 tests/);
});

onPage("what the whole shop's number and a peak seen once mean is said beside them", async ({ page }) => {
  const peak = page.locator(part("peak-once"));
  const adds = page.locator(part("adds-up"));
  await reach(page, ["done"]);
  assert.ok((await adds.isVisible()) && !(await peak.isVisible()));
  assert.match(await adds.textContent(), /do not add up to this one exactly/);
  await page.locator(`${part("product")}[data-product="SKU-2"]`).click();
  await peak.waitFor();
  assert.match(await peak.textContent(), /less than two years/);
  assert.ok(!(await adds.isVisible()));
  assert.match(await page.locator(part("summary")).textContent(), /more than in the same 28 days 52 weeks before \(100\)/);
  await page.locator(`${part("product")}[data-product="SKU-1"]`).click();
  await peak.waitFor({ state: "hidden" });
});

onPage("dates in notes are written as the reader writes them", { file: "closed 5.csv" }, async ({ page }) => {
  await reach(page, ["done"]);
  assert.match(await page.locator(part("notes")).textContent(), /from 1 January 2024 to 3 January 2024/);
});

onPage("where no network was trained there is no card of its training", { file: "short 5.csv" }, async ({ page }) => {
  await reach(page, ["too-little-data"]);
  assert.ok(await page.locator(part("notes")).isVisible());
  assert.ok(!(await page.locator(part("training")).isVisible()));
});

onPage("what was foreseen well is not called hard", { file: "beaten 4.csv" }, async ({ page }) => {
  await reach(page, ["done"]);
  await page.keyboard.press("a");
  const why = (name) => page.locator(".worst tr").filter({ hasText: name }).locator("td").last().textContent();
  assert.equal(await why("Product 2"), "sales jump about");
  assert.equal(await why("SKU-3"), "–");
});
