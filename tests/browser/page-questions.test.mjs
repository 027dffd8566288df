/** What the page asks about a file, and what can be said about its columns and sheets. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { part, reach, until } from "./harness.mjs";
import { file, setPage } from "./page-stand-in.mjs";

const LIMIT = { timeout: 120_000 };

const { assertClean, onPage, open } = setPage();

onPage("a question is asked before the forecast, and its answer is used", { file: "question 20.csv" }, async ({ page }) => {
  await page.locator(part("question")).waitFor();
  assert.match(await page.locator(part("question")).textContent(), /Is the day or the month first.*Day first2022-02-01/);
  await page.locator('input[value="mdy"]').check();
  await page.locator(`${part("question")} button[type=submit]`).click();
  await reach(page, ["done"]);
});

onPage("while a question stands the earlier shop stays, and it can be put off", { file: "long 50.csv" }, async ({ page }) => {
  const question = page.locator(part("question"));
  const waiting = page.locator(part("waiting"));
  await reach(page, ["first-results", "improving"]);
  await page.locator(`${part("product")}[data-product="SKU-1"]`).click();
  await page.locator("input[type=file]").first().setInputFiles(file("question 20.csv"));
  await question.waitFor();
  assert.match(await question.textContent(), /One question about question 20\.csv/);
  assert.match(await page.locator(part("summary")).textContent(), /Product 1/);
  assert.match(await page.locator("header .shop").textContent(), /^long 50\.csv/);
  assert.equal(await waiting.textContent(), "question 20.csv waits for your answer. ");
  assert.equal(await page.locator(part("progress")).count(), 0, "nothing is read while it stands");
  await page.keyboard.press("d");
  await page.locator(part("data")).waitFor();
  await page.keyboard.press("f");
  // Put off, the forecast that was interrupted goes on; the question can be asked again.
  await question.getByText("Not now").click();
  await question.waitFor({ state: "detached" });
  await reach(page, ["done"]);
  assert.match(await page.locator(part("summary")).textContent(), /Product 1/);
  await waiting.getByText("Answer").click();
  await question.waitFor();
  // A choice about what one sees puts it off as well.
  await page.locator(part("horizon")).getByText("7 days").click();
  await question.waitFor({ state: "detached" });
  await reach(page, ["done"]);
  await until(async () => /next 7 days/.test(await page.locator(".sort-r").textContent()), "seven days");
  await waiting.getByText("Answer").click();
  await page.locator('input[value="mdy"]').check();
  await question.locator("button[type=submit]").click();
  await question.waitFor({ state: "detached" });
  await reach(page, ["done"]);
  assert.match(await page.locator("header .shop").textContent(), /^question 20\.csv/);
  assert.equal(await waiting.count(), 0);
});

test("a question taller than the window can be scrolled, and so can what is below it", LIMIT, async () => {
  for (const viewport of [{ width: 390, height: 420 }, { width: 1000, height: 360 }]) {
    const visited = await open("shop 50.csv", { viewport });
    const { page } = visited;
    await reach(page, ["done"]);
    await page.locator("input[type=file]").first().setInputFiles(file("question 20.csv"));
    await page.locator(part("question")).waitFor();
    const inSight = (selector) =>
      page.locator(selector).evaluate((one) => {
        const [box, top, bottom] = [one.getBoundingClientRect(), document.querySelector("header.top"), document.querySelector("footer")];
        return box.height > 0 && box.top >= top.getBoundingClientRect().bottom - 1 && box.bottom <= bottom.getBoundingClientRect().top + 1;
      });
    await page.mouse.move(viewport.width / 2, viewport.height / 2);
    const wheelTo = (selector) =>
      until(async () => {
        if (await inSight(selector)) return true;
        await page.mouse.wheel(0, 60);
        return null;
      }, `${selector} in sight`, 10_000);
    await wheelTo(`${part("question")} .btn:not(.btn-1)`);
    await wheelTo(part("all-products"));
    await assertClean(visited);
    await visited.close();
  }
});

onPage("a column gets another role, and the forecast begins anew", async ({ page }) => {
  await reach(page, ["done"]);
  await page.keyboard.press("d");
  await page.getByLabel("What column “remark” is").selectOption("product");
  await page.locator(part("mapping")).getByRole("button").click();
  await page.locator(part("mapped")).waitFor();
  assert.equal(await page.getByLabel("What column “remark” is").inputValue(), "product");
  assert.equal(await page.getByLabel("What column “item” is").inputValue(), "", "one column a role");
  await reach(page, ["done"]);
});

/** Names of the shops that the coordinator holds. */
const held = async (page) => (await Promise.all(page.workers().map((worker) => worker.evaluate("globalThis.held?.() ?? []")))).flat();

onPage("a column's new role is tried beside the shop that is shown, which a stop, a failure or a question leaves alone", { file: "reread 50.csv" }, async ({ page }) => {
  const role = page.getByLabel("What column “remark” is");
  const use = async (value) => {
    await role.selectOption(value);
    await page.locator(part("mapping")).getByRole("button", { name: "Use these columns" }).click();
  };
  const stays = async (what) => {
    await until(async () => (await role.inputValue()) === "", `the role before, ${what}`);
    await page.keyboard.press("f");
    assert.match(await page.locator(part("summary")).textContent(), /Product 1/, what);
    await page.locator(`${part("fan")} svg`).getByText("fan 1").waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(part("export")).click()]);
    assert.equal(download.suggestedFilename(), "reread-50-forecast-2023-12-31.csv");
    await until(async () => (await held(page)).length === 1, `one shop is held, ${what}`);
    await page.keyboard.press("d");
  };
  await reach(page, ["done"]);
  await page.locator(`${part("product")}[data-product="SKU-1"]`).click();
  await page.keyboard.press("d");
  await use("product");
  assert.match(await page.locator(part("data")).textContent(), /1,190 of 1,200 rows/, "what is there stays in sight");
  await page.locator(part("cancel")).click();
  await reach(page, ["stopped"]);
  await stays("stopped");
  await use("status");
  await reach(page, ["failed"]);
  assert.match(await page.locator(part("error")).textContent(), /not one sale.*still here/);
  await page.locator(part("error")).getByText("Close").click();
  await stays("failed");
  await use("store");
  await page.locator(part("question")).waitFor();
  await page.locator(part("question")).getByText("Not now").click();
  await page.locator(part("question")).waitFor({ state: "detached" });
  await until(async () => (await role.inputValue()) === "", "the role before, put off");
  await use("product");
  await page.locator(part("cancel")).click();
  await page.getByText("Go on").click();
  await until(async () => (await role.inputValue()) === "product", "the new role");
  await reach(page, ["done"]);
  await page.keyboard.press("f");
  assert.match(await page.locator(part("summary")).textContent(), /Product 1/, "the same product");
});

onPage("of a workbook it is said beside the forecast which sheet was read, and another can be chosen there", { file: "book 20.xlsx", viewport: { width: 390, height: 844 } }, async ({ page }) => {
  await reach(page, ["done"]);
  const sheet = page.locator(`.list ${part("sheet")}`);
  assert.match(await sheet.textContent(), /Read: sheet “Orders” of book 20\.xlsx\. Also there: Returns, Old\./);
  assert.ok(await sheet.getByRole("button").isVisible());
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
});

test("screens and questions are loaded once a file is read; where they cannot be, that is said and the forecast stays", LIMIT, async () => {
  for (const [fails, name] of [[false, "question 20.csv"], [true, "question 20.csv"], [true, "shop 20.csv"]]) {
    const visited = await open(null);
    const { page } = visited;
    let asked = 0;
    await page.route(/\/screens-[^/]*\.js$/, async (route) => {
      asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await (fails ? route.abort() : route.continue());
    });
    await page.locator(part("drop")).waitFor();
    assert.equal(asked, 0, "nobody wants them yet");
    await page.locator("input[type=file]").first().setInputFiles(file(name));
    if (!fails) {
      await page.locator(part("question")).waitFor();
      await until(() => page.evaluate(() => document.activeElement?.classList.contains("ask-t")), "the question has the focus");
    } else if (name.startsWith("question")) await page.locator(part("error")).getByText(/could not be loaded/).waitFor();
    else {
      await reach(page, ["done"]);
      await page.keyboard.press("d");
      await page.locator(part("error")).getByText(/could not be loaded/).waitFor();
      assert.match(await page.locator(part("summary")).textContent(), /pieces/);
    }
    await visited.close();
  }
});
