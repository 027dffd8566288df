/** Work on the page that is stopped, and a second file that comes while the first is there. */

import assert from "node:assert/strict";

import { part, reach, state, until } from "./harness.mjs";
import { file, setPage } from "./page-stand-in.mjs";

const { onPage } = setPage();

onPage("work is stopped at once and keeps what is there", { file: "slow 10.csv" }, async ({ page }) => {
  await page.locator(part("cancel")).first().click();
  await reach(page, ["empty"]);
  await page.locator("input[type=file]").first().setInputFiles(file("long 30.csv"));
  await reach(page, ["improving", "first-results"]);
  await page.locator(part("cancel")).click();
  await reach(page, ["stopped"]);
  assert.match(await page.locator(part("summary")).textContent(), /pieces/);
});

onPage("while a second file is read its name is told, and what is chosen is for it", { file: "first 20.csv" }, async ({ page }) => {
  await reach(page, ["done"]);
  await page.locator("input[type=file]").first().setInputFiles(file("slow 30.csv"));
  await until(async () => /slow 30\.csv: Reading/.test(await page.locator(part("progress")).textContent()), "the file's name");
  assert.equal(await page.locator(".shop").textContent(), "next: slow 30.csv");
  await page.locator(part("horizon")).getByText("7 days").click();
  await page.locator(part("horizon")).getByText("14 days").click();
  await reach(page, ["done"]);
  assert.match(await page.locator(".shop, header").first().textContent(), /slow 30/);
  assert.match(await page.locator(part("summary")).textContent(), /from 1 to 14 January|1 January to 14 January/);
});

onPage("stopped while a second file is read, going on goes on with that file", { file: "first 20.csv" }, async ({ page }) => {
  await reach(page, ["done"]);
  await page.locator("input[type=file]").first().setInputFiles(file("slow 30.csv"));
  await reach(page, ["improving"]);
  await page.locator(part("horizon")).getByText("7 days").click();
  await page.locator(part("cancel")).click();
  await reach(page, ["stopped"]);
  assert.match(await page.locator("footer").textContent(), /Stopped reading slow 30\.csv\. What was there is kept\. Go on/);
  await page.getByText("Go on").click();
  await reach(page, ["done"]);
  assert.match(await page.locator(part("summary")).textContent(), /from 1 to 7 January|1 January to 7 January/);
  assert.match(await page.locator(".shop, header").first().textContent(), /slow 30/);
});

onPage("an unusable file does not end the improving of what is there", { file: "long 20.csv" }, async ({ page }) => {
  await reach(page, ["first-results", "improving"]);
  await page.locator("input[type=file]").first().setInputFiles(file("bad.csv"));
  await reach(page, ["failed"]);
  assert.doesNotMatch(await page.locator(part("summary")).textContent(), /better ones follow/);
  await page.locator(part("error")).getByText("Close").click();
  await reach(page, ["done"]);
  assert.match(await page.locator(part("notes")).textContent(), /Neural network/, "the final forecast, not the quick one");
});

onPage("an unusable second try, or one after a stop, leaves things as they were", { file: "long 20.csv" }, async ({ page }) => {
  const give = (name) => page.locator("input[type=file]").first().setInputFiles(file(name));
  const close = () => page.locator(part("error")).getByText("Close").click();
  await reach(page, ["first-results", "improving"]);
  await page.locator(part("cancel")).click();
  await reach(page, ["stopped"]);
  assert.doesNotMatch(await page.locator(part("summary")).textContent(), /better ones follow/);
  await give("bad.csv");
  await reach(page, ["failed"]);
  await close();
  assert.equal(await state(page), "stopped");
  await page.getByText("Go on").click();
  await page.locator(part("horizon")).getByText("7 days").click();
  for (const name of ["bad 1.csv", "bad 2.csv"]) {
    const card = await page.locator(part("error")).elementHandle({ timeout: 1000 }).catch(() => null);
    await give(name);
    if (card) await until(() => card.evaluate((one) => !one.isConnected), "the earlier message gone");
    await reach(page, ["failed"]);
  }
  await close();
  await reach(page, ["done"]);
  assert.match(await page.locator(part("summary")).textContent(), /from 1 to 7 January|1 January to 7 January/);
});

onPage("one bar goes over reading and forecasting and never back", { file: null }, async ({ page }) => {
  await page.evaluate(() => {
    globalThis.__bar = [];
    const look = () => {
      const bar = document.querySelector('[data-part="progress"] progress');
      if (bar) __bar.push([document.documentElement.dataset.state, bar.value]);
      requestAnimationFrame(look);
    };
    look();
  });
  await page.locator("input[type=file]").first().setInputFiles(file("slow 20.csv"));
  await reach(page, ["done"]);
  const seen = (await page.evaluate("__bar")).map(([, value]) => value);
  assert.ok(seen.some((value) => value > 0 && value <= 0.1), "reading is a small part");
  assert.ok(seen.some((value) => value > 0.5), "forecasting is the larger one");
  assert.ok(seen.every((value, at) => at === 0 || value >= seen[at - 1]), `never back: ${[...new Set(seen)].join(" ")}`);
});
