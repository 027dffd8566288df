/** The page itself, from a file to its forecast and on through its screens. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { part, reach, until } from "./harness.mjs";
import { file, setPage } from "./page-stand-in.mjs";

const LIMIT = { timeout: 120_000 };

const { assertClean, onPage, open } = setPage();

onPage("a file becomes a quick forecast, then a final one, in place", { file: "long 50.csv" }, async ({ page }) => {
  await reach(page, ["first-results", "improving"]);
  const before = await page.locator(part("summary")).textContent();
  await page.locator(`${part("product")}[data-product="SKU-1"]`).click();
  await reach(page, ["done"]);
  assert.match(before, /about [\d,]+ pieces/);
  assert.match(await page.locator(part("summary")).textContent(), /Product 1\s*SKU-1.*about 220 pieces.*8 times out of 10.*120 % more|Product 1\s*SKU-1/);
  // What is about the whole shop is not said on every product.
  assert.match(await page.locator(part("notes")).textContent(), /^NotesMethod: Smoothing \+ Neural network/);
  assert.match(await page.locator(part("accuracy")).textContent(), /15\s?%.*Repeating last week would have missed by 30\s?%.*held 3 of 4 times.*Over all products such ranges held 79 of 100 times/);
  // Above it stands the shop's own range: how often ranges of single products held says nothing about it.
  await page.locator(part("all-products")).click();
  await until(async () => /All products/.test(await page.locator(part("summary")).textContent()), "all products");
  assert.match(await page.locator(part("accuracy")).textContent(), /12\s?%.*held 4 of 4 times in a test on your own past\.A combination of 6 methods was used: in the last 3 tests no single method was better by more than chance\.See/);
  await page.locator(`${part("loss")} svg`).waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(part("export")).click()]);
  assert.equal(download.suggestedFilename(), "long-50-forecast-2023-12-31.csv");
  assert.match(await readFile(await download.path(), "utf8"), /^product,date,expected/);
  const [totals] = await Promise.all([page.waitForEvent("download"), page.locator(part("export-totals")).click()]);
  assert.equal(totals.suggestedFilename(), "long-50-totals-2023-12-31.csv");
  assert.match(await readFile(await totals.path(), "utf8"), /^product,date,total/);
});

onPage("of ten thousand products only those in sight exist; they are found and sorted", { file: "shop 10000.csv" }, async ({ page }) => {
  await reach(page, ["done"]);
  assert.ok((await page.locator(part("product")).count()) < 80, "only rows in sight exist");
  await page.locator(part("products")).evaluate((rows) => {
    rows.scrollTop = 380_000;
  });
  await page.locator(`${part("product")}[data-product="SKU-8640"]`).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("product 777");
  await until(async () => (await page.locator(`${part("product")}:visible`).count()) === 11, "eleven products found");
  await page.getByLabel("Sort by").selectOption("revenue");
  const first = () => page.locator(`${part("product")}[aria-posinset="2"]:visible`).getAttribute("data-product");
  // The stand-in's names: those of higher places have sold for more.
  const place = (number) => [...Array(10_000).keys()].find((index) => (index * 7919) % 10_000 === number);
  const dearest = Math.max(...[777, ...Array.from({ length: 10 }, (_, at) => 7770 + at)].map(place));
  await until(async () => (await first()) === `SKU-${dearest}`, "most revenue first");
  await page.locator(part("search")).fill("");
  await page.getByLabel("Sort by").selectOption("name");
  // Numbers in names are compared as numbers.
  await until(async () => (await first()) === "SKU-3", "names in order");
  await page.locator(part("products")).evaluate((rows) => {
    rows.scrollTop = 1e9;
  });
  await page.locator(`${part("product")}[data-product="SKU-${place(9999)}"][aria-posinset="10001"]`).click();
  await until(async () => /Product 9999/.test(await page.locator(part("summary")).textContent()), "the product");
});

test("names of products are text, never markup", LIMIT, async () => {
  const visited = await open();
  await reach(visited.page, ["done"]);
  await visited.page.locator(`${part("product")}[data-product="SKU-3"]`).click();
  await until(async () => (await visited.page.locator("h1").first().textContent()) !== "", "a title");
  assert.match(await visited.page.locator(part("summary")).textContent(), /<img src=x onerror=alert\(1\)>/);
  assert.equal(await visited.page.locator("main img").count(), 0);
  await assertClean(visited);
  await visited.close();
});

onPage("keys move through products, chart and screens", async ({ page }) => {
  await reach(page, ["done"]);
  await page.keyboard.press("ArrowDown");
  assert.match(await page.locator(part("summary")).textContent(), /Product 0/);
  await page.locator(`${part("fan")} svg`).waitFor();
  await page.locator(part("fan")).focus();
  await page.keyboard.press("ArrowRight");
  assert.match(await page.locator(`${part("fan")} .readout`).textContent(), /1 Jan 2024.*about6 pieces.*8 times out of 103–9/);
  await page.keyboard.press("ArrowLeft");
  assert.match(await page.locator(`${part("fan")} .readout`).textContent(), /31 Dec 2023.*sold/);
  await page.keyboard.press("d");
  assert.match(await page.locator(part("data")).textContent(), /1,190 of 1,200 rows count as sales/);
  await page.keyboard.press("a");
  assert.match(await page.locator(part("accuracy-view")).textContent(), /It misses by 12\s?% where repeating last week misses by 20\s?%.*The whole shop’s likely range held4 of 4.*Single products’ likely ranges held79 of 100.*MethodsA combination of 6 methods was used/);
  await page.keyboard.press("f");
  await page.locator(part("fan")).waitFor();
  await page.keyboard.press("?");
  await page.locator(part("keys")).waitFor();
  await page.keyboard.press("Escape");
});

onPage("horizon and period change the forecast", async ({ page }) => {
  await reach(page, ["done"]);
  await page.locator(part("horizon")).getByText("7 days").click();
  await reach(page, ["done"]);
  await until(async () => /next 7 days/.test(await page.locator(".sort-r").textContent()), "seven days");
  await page.locator(part("frequency")).getByText("Weeks").click();
  await until(async () => /next 8 weeks/.test(await page.locator(".sort-r").textContent()), "weeks");
  await reach(page, ["done"]);
  await page.locator(part("numbers")).locator("summary").click();
  await until(async () => (await page.locator(`${part("numbers")} tbody tr`).count()) === 8, "a row for each week");
});

onPage("little data is said, with how much more would do", { file: "short 5.csv" }, async ({ page }) => {
  await reach(page, ["too-little-data"]);
  assert.match(await page.locator(".notices").first().textContent(), /could not be tested: the file holds 41 days. With about 43 days more/);
  assert.match(await page.locator(".notices").first().textContent(), /its likely range: with so short a past it is a rough guess/);
  assert.match(await page.locator(part("accuracy")).textContent(), /too short for a test/);
  // Of a range that was not tested nobody knows how often it holds.
  for (const where of [part("all-products"), `${part("product")}[data-product="SKU-1"]`]) {
    await page.locator(where).click();
    assert.match(await page.locator(part("summary")).textContent(), /perhaps [\d,]+–[\d,]+ \(a rough guess: its past is too short for a test\), from/);
  }
  await page.locator(`${part("fan")} svg`).waitFor();
  await page.locator(part("fan")).focus();
  await page.keyboard.press("ArrowRight");
  await page.locator(part("numbers")).locator("summary").click();
  await page.locator(`${part("numbers")} tbody tr`).first().waitFor();
  assert.match(await page.locator(`${part("fan")} .readout`).textContent(), /not tested3–9$/);
  assert.doesNotMatch(await page.locator(".detail").textContent(), /out of 10/);
});

onPage("a file may be dropped anywhere; being offline is said, and how to check the promise", { file: null }, async (visited) => {
  const { page } = visited;
  await page.locator(part("drop")).waitFor();
  await page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["day,item,pieces\n"], "dropped 12.csv"));
    for (const type of ["dragenter", "dragover", "drop"]) {
      document.querySelector("main").dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }
  });
  await reach(page, ["done"]);
  assert.match(await page.locator("header").first().textContent(), /dropped 12\.csv/);
  await visited.context.setOffline(true);
  await page.locator("html[data-offline]").waitFor();
  assert.match(await page.locator("header").first().textContent(), /Offline: nothing is missing/);
  await page.getByText("How can I check?").click();
  assert.match(await page.locator(part("check")).textContent(), /Switch off the network/);
});

onPage("what was pointed at leaves the chart whole, and no two rows share an id", async ({ page }) => {
  await reach(page, ["done"]);
  const dot = () => page.locator(`${part("fan")} .c-dot`).evaluate((one) => getComputedStyle(one).visibility);
  await page.locator(`${part("fan")} svg`).waitFor();
  await page.locator(part("fan")).hover();
  assert.equal(await dot(), "visible");
  await page.locator(`${part("product")}[data-product="SKU-1"]`).click();
  await page.locator(`${part("fan")} svg`).getByText("fan 1").waitFor();
  assert.equal(await dot(), "hidden");
  await page.keyboard.press("/");
  await page.keyboard.type("product 4");
  await until(async () => (await page.locator(`${part("product")}:visible`).count()) === 11, "eleven products found");
  const ids = await page.locator("[id^=row-]").evaluateAll((rows) => rows.map((row) => row.id));
  assert.equal(new Set(ids).size, ids.length, ids.join(" "));
});

onPage("weeks end with their last day", { file: "shop 20.csv", viewport: { width: 390, height: 844 } }, async ({ page }) => {
  await reach(page, ["done"]);
  const headline = page.locator(".list-h");
  assert.match(await headline.textContent(), /by 28 January/);
  await page.locator(part("all-products")).click();
  await page.locator(part("frequency")).getByText("Weeks").click();
  await until(async () => /to 25 February 2024/.test(await page.locator(part("summary")).textContent()), "eight weeks");
  await page.goBack();
  assert.match(await headline.textContent(), /by 25 February/);
});

test("the browser asks before it closes on a shop of one's own, until something was downloaded", LIMIT, async () => {
  const leave = async (prepare) => {
    const visited = await open(null);
    const { page } = visited;
    const asked = [];
    page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await prepare(page);
    // Browsers ask only those who have touched the page.
    await page.locator(part("theme")).click();
    await page.close({ runBeforeUnload: true });
    await until(async () => page.isClosed(), "the page closed");
    await visited.close();
    return asked;
  };
  const openShop = async (page) => {
    await page.locator("input[type=file]").first().setInputFiles(file("shop 5.csv"));
    await reach(page, ["done"]);
  };
  assert.deepEqual(await leave(async () => {}), [], "nothing opened");
  assert.deepEqual(await leave(openShop), ["beforeunload"], "a shop of one's own");
  const sample = async (page) => {
    await page.locator(part("sample")).click();
    await reach(page, ["done"]);
  };
  assert.deepEqual(await leave(sample), [], "the sample");
  const downloaded = async (page) => {
    await openShop(page);
    await Promise.all([page.waitForEvent("download"), page.locator(part("export")).click()]);
  };
  assert.deepEqual(await leave(downloaded), [], "downloaded");
  const another = async (page) => {
    await downloaded(page);
    await page.locator("input[type=file]").first().setInputFiles(file("other 5.csv"));
    await until(async () => (await page.locator(".shop").textContent()) === "other 5.csv", "the other shop");
    await reach(page, ["done"]);
  };
  assert.deepEqual(await leave(another), ["beforeunload"], "another shop");
});
