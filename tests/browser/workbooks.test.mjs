/**
 * Workbooks and archives in a real browser under the production policy: they are read, by a part of the page that is
 * loaded when it is needed and not before.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";

import { at } from "../../scripts/run.mjs";
import { part, state, until, visit } from "./harness.mjs";
import { BLANK, HOST_POLICY, orderRows, rowsAsCsv, serveHost } from "./host.mjs";
import { setStage } from "./stage.mjs";

const LIMIT = { timeout: 120_000 };
/** From the click to the answer. */
const CANCEL_MS = 400;

const stage = setStage();

/** A zip file. @param {[string, string | Buffer][]} members */
function zip(members) {
  const [bodies, heads, numbers] = [[], [], (buffer, values) => values.reduce((at, [bytes, value]) => buffer.writeUIntLE(value, at, bytes), 0)];
  let offset = 0;
  for (const [name, content] of members) {
    const bytes = Buffer.from(content);
    const [packed, letters] = [deflateRawSync(bytes), Buffer.from(name)];
    const common = [[2, 20], [2, 0x800], [2, 8], [4, 0], [4, crc32(bytes)], [4, packed.length], [4, bytes.length], [2, letters.length], [2, 0]];
    const local = Buffer.alloc(30);
    numbers(local, [[4, 0x04034b50], ...common]);
    const head = Buffer.alloc(46);
    numbers(head, [[4, 0x02014b50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]);
    bodies.push(local, letters, packed);
    heads.push(head, letters);
    offset += 30 + letters.length + packed.length;
  }
  const directory = Buffer.concat(heads);
  const end = Buffer.alloc(22);
  numbers(end, [[4, 0x06054b50], [2, 0], [2, 0], [2, members.length], [2, members.length], [4, directory.length], [4, offset], [2, 0]]);
  return Buffer.concat([...bodies, directory, end]);
}

/** A workbook whose sheet "Orders" has those rows of text and numbers, and `more` the rows of further sheets, by name. */
function xlsx(rows, more = {}) {
  const sheets = Object.entries({ Orders: rows, ...more });
  const cell = (value) =>
    typeof value === "number" ? `<c><v>${value}</v></c>` : `<c t="inlineStr"><is><t>${value.replaceAll("&", "&amp;")}</t></is></c>`;
  const names = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
  const link = (kind, target, at) => `<Relationship Id="r${at + 1}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${kind}" Target="${target}"/>`;
  const links = (...all) => `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all.join("")}</Relationships>`;
  return zip([
    ["[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'],
    ["_rels/.rels", links(link("officeDocument", "xl/workbook.xml", 0))],
    ["xl/workbook.xml", `<workbook ${names}><sheets>${sheets.map(([name], at) => `<sheet name="${name}" sheetId="${at + 1}" r:id="r${at + 1}"/>`).join("")}</sheets></workbook>`],
    ["xl/_rels/workbook.xml.rels", links(...sheets.map((_, at) => link("worksheet", `worksheets/sheet${at + 1}.xml`, at)))],
    ...sheets.map(([, rows], at) => [
      `xl/worksheets/sheet${at + 1}.xml`,
      `<worksheet ${names}><sheetData>${rows.map((row) => `<row>${row.map(cell).join("")}</row>`).join("")}</sheetData></worksheet>`,
    ]),
  ]);
}

const sample = (name) => readFileSync(at("tests/data/workbooks", name));
const file = (name, buffer) => ({ name, mimeType: "application/octet-stream", buffer });
const asRows = (rows) => [["date", "product", "quantity"], ...rows.map(({ date, product, quantity }) => [date, product, quantity])];

/** Opens a file on the page and waits until its forecast, or a failure, shows. */
async function opened(files, options = {}) {
  const visited = await visit(stage.browser, `${stage.server.origin}/?device=cpu`, { locale: "en-GB", serviceWorkers: "block", ...options });
  await choose(visited, files);
  return visited;
}

async function choose(visited, files) {
  await visited.page.locator("input[type=file]").first().setInputFiles(files);
  const settled = ["first-results", "improving", "done", "too-little-data", "failed"];
  await until(async () => settled.includes(await state(visited.page)), "the file's forecast", 90_000);
}

async function assertClean(visited) {
  assert.deepEqual(await visited.violations(), []);
  assert.deepEqual(visited.errors, []);
  assert.deepEqual(visited.escaped(), []);
}

/** The list comes a moment after the state. */
async function assertProducts(visited, wanted) {
  const listed = () => visited.page.locator(part("product")).evaluateAll((found) => found.map((one) => one.getAttribute("data-product")).sort());
  await until(async () => (await state(visited.page)) === "failed" || (await listed()).length === wanted.length, `${wanted.length} products`);
  assert.deepEqual(await listed(), [...wanted].sort(), await visited.page.locator(part("error")).allTextContents().then(String));
}

const loaded = (visited) => visited.finished.filter((url) => /\/workbooks(-bytes)?-[^/]*\.js$/.test(new URL(url).pathname));

test("a page with a table that is called a workbook is read, and one without is refused", LIMIT, async () => {
  const visited = await opened(file("orders.xls", sample("page.xls")));
  const { page } = visited;
  await until(async () => ["done", "too-little-data"].includes(await state(page)), "a forecast");
  await page.keyboard.press("d");
  assert.match(await page.locator(`${part("data")} .page-h`).innerText(), /4 of 4 rows count as sales[\s\S]*10 pieces in all/);
  await page.locator("input[type=file]").first().setInputFiles(file("sign-in.xls", Buffer.from("<!DOCTYPE html><html><body>Sign in</body></html>")));
  await page.locator(part("error")).waitFor();
  assert.match(await page.locator(part("error")).innerText(), /a web page/);
  await assertClean(visited);
  await visited.close();
});

test("the reader of workbooks is not loaded for a CSV", LIMIT, async () => {
  const visited = await opened(file("orders.xlsx", Buffer.from(rowsAsCsv(orderRows(60)))));
  // Content counts, not the name.
  await assertProducts(visited, ["=Strainer", 'Mug "large"', "Teapot, red"]);
  assert.deepEqual(loaded(visited), []);
  // The same visit loads it for a workbook: this test would see it.
  await choose(visited, file("orders.csv", xlsx(asRows(orderRows(60)))));
  await until(async () => loaded(visited).length === 2, "the reader of workbooks");
  await assertClean(visited);
  await visited.close();
});

test("an .xlsx is read on the page, as are .xls and .ods", LIMIT, async () => {
  for (const [name, key] of [["orders.xlsx", "00712"], ["orders-1904.xls", "712"], ["orders.ods", "712"]]) {
    const visited = await opened(file(name, sample(name)));
    await assertProducts(visited, [key, "4006381333931"]);
    await assertClean(visited);
    await visited.close();
  }
});

test("every table of a .zip is a file of one shop, the rest is named", LIMIT, async () => {
  const rows = orderRows(60);
  const archive = zip([
    ["mugs.csv", rowsAsCsv(rows.filter((row) => row.product.startsWith("Mug")))],
    ["2022/others.xlsx", xlsx(asRows(rows.filter((row) => !row.product.startsWith("Mug"))))],
    ["readme.txt", "Thank you.\n"],
  ]);
  const visited = await opened(file("export.zip", archive));
  await assertProducts(visited, ["=Strainer", 'Mug "large"', "Teapot, red"]);
  await visited.page.keyboard.press("d");
  const data = visited.page.locator(part("data"));
  await data.waitFor();
  const text = await data.textContent();
  for (const said of ["export.zip/mugs.csv", "export.zip/2022/others.xlsx", "Orders", "readme.txt"]) assert.ok(text.includes(said), `${said} in ${text}`);
  await assertClean(visited);
  await visited.close();
});

test("texts of legacy encodings are decoded by the same part of the page", LIMIT, async () => {
  const rows = orderRows(60, ["Tür", "Glas"]);
  const latin = Buffer.from(`Datum;Artikel;Stück\n${rows.map((row) => `${row.date};${row.product};${row.quantity}`).join("\n")}\n`, "latin1");
  // 订单创建时间,商品标题,购买数量 and 手工蜡烛 香草味 礼品装 in GB18030, which node cannot encode.
  const [header, candle] = [
    "b6a9b5a5b4b4bda8cab1bce42cc9ccc6b7b1eacce22cb9bac2f2cafdc1bf0a",
    "cad6b9a4c0afd6f220cfe3b2ddceb620c0f1c6b7d7b0",
  ].map((hex) => Buffer.from(hex, "hex"));
  const lines = orderRows(60, ["a"]).flatMap((row) => [Buffer.from(`${row.date},`), candle, Buffer.from(`,${row.quantity}\n`)]);
  const chinese = Buffer.concat([header, ...lines]);
  for (const [name, bytes, wanted] of [
    ["latin.csv", latin, ["Glas", "Tür"]],
    ["latin.csv.gz", gzipSync(latin), ["Glas", "Tür"]],
    ["both.zip", zip([["latin.csv", latin], ["chinese.csv", chinese]]), ["Glas", "Tür", "手工蜡烛 香草味 礼品装"]],
  ]) {
    const visited = await opened(file(name, bytes));
    await assertProducts(visited, wanted);
    await visited.page.keyboard.press("d");
    const data = visited.page.locator(part("data"));
    await data.waitFor();
    assert.match(await data.textContent(), /windows-1252/, name);
    await assertClean(visited);
    await visited.close();
  }
});

test("what cannot be read is named, in both languages", LIMIT, async () => {
  const cut = sample("orders.xlsx").subarray(0, 4000);
  const damaged = Buffer.from(sample("orders.xls"));
  damaged.fill(0xff, 512, 4096);
  const bomb = zip([["bomb.csv", Buffer.alloc(100 << 20, "0")]]);
  for (const [name, bytes, code, english] of [
    ["protected.xlsx", sample("protected.xlsx"), "password", /protected by a password/],
    ["cut.xlsx", cut, "damaged-archive", /archive is damaged/],
    ["damaged.xls", damaged, "damaged-workbook", /workbook is damaged/],
    ["bomb.zip", bomb, "inflates-too-far", /hundredfold/],
  ]) {
    for (const locale of ["en-GB", "zh-CN"]) {
      const visited = await opened(file(name, bytes), { locale });
      const error = visited.page.locator(part("error"));
      assert.equal(await error.getAttribute("data-code"), code, name);
      const text = await error.textContent();
      assert.match(text, locale === "en-GB" ? english : /[\u4e00-\u9fff]/, name);
      assert.ok(text.includes(name), `${name} in ${text}`);
      // The engine goes on.
      await choose(visited, file("orders.csv", Buffer.from(rowsAsCsv(orderRows(60)))));
      await assertProducts(visited, ["=Strainer", 'Mug "large"', "Teapot, red"]);
      await visited.close();
    }
  }
});

test("another sheet of a workbook is read, by keyboard, and the focus stays", LIMIT, async () => {
  const rows = orderRows(60);
  const other = rows.filter(({ product }) => product.startsWith("Mug")).map((row) => ({ ...row, product: "Returned" }));
  const visited = await opened(file("book.xlsx", xlsx(asRows(rows), { Returns: asRows(other), Stock: [["item", "shelf"], ["Mug", "left"], ["Cup", "right"], ["Can", "top"]], Cover: [["Thank you"]] })));
  const { page } = visited;
  await page.keyboard.press("d");
  const sheet = page.locator(part("sheet"));
  const choose = sheet.getByLabel("Sheet");
  assert.deepEqual(await choose.locator("option").allTextContents(), ["Orders", "Returns", "Stock"]);
  await choose.focus();
  await page.keyboard.press("ArrowDown");
  assert.equal(await choose.inputValue(), "Returns");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await until(async () => /SheetReturns/.test(await page.locator(".facts").textContent()), "the other sheet", 20_000);
  assert.deepEqual(await choose.locator("option").allTextContents(), ["Returns", "Orders", "Stock"]);
  await until(() => choose.evaluate((element) => element === document.activeElement), "the focus");
  // One without dates says so, and what was there stays.
  await choose.selectOption("Stock");
  await sheet.getByRole("button").click();
  await page.locator(part("error")).waitFor();
  assert.match(await page.locator(part("error")).textContent(), /still here/);
  assert.equal(await choose.inputValue(), "Returns");
  await page.locator(part("error")).getByText("Close").click();
  await page.keyboard.press("f");
  await assertProducts(visited, ["Returned"]);
  // Beside the forecast as well.
  assert.match(await sheet.textContent(), /Read: sheet “Returns” of book\.xlsx\. Also there: Orders, Stock\./);
  await choose.selectOption("Orders");
  await sheet.getByRole("button").click();
  await until(async () => /Read: sheet “Orders” of book\.xlsx/.test(await sheet.textContent()), "the first sheet again", 20_000);
  await until(() => choose.evaluate((element) => element === document.activeElement), "the focus beside the forecast");
  await assertProducts(visited, ["=Strainer", 'Mug "large"', "Teapot, red"]);
  await assertClean(visited);
  await visited.close();
});

test("a workbook opens with the network switched off after load", LIMIT, async () => {
  const visited = await visit(stage.browser, `${stage.server.origin}/?device=cpu`, { locale: "en-GB" });
  const active = () => visited.page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.active));
  await until(active, "the service worker");
  await visited.context.setOffline(true);
  await choose(visited, file("orders.xlsx", sample("orders.xlsx")));
  await assertProducts(visited, ["00712", "4006381333931"]);
  assert.deepEqual(visited.errors, []);
  await visited.close();
});

test("a portal's page reads workbooks too, and can stop in the middle of a large one", LIMIT, async () => {
  const host = await serveHost({ "host.html": BLANK }, { policy: `default-src 'none'; ${HOST_POLICY}` });
  const visited = await visit(stage.browser, `${host.origin}/host.html`);
  const rows = [];
  for (let line = 0; line < 300_000; line += 1) rows.push([`2022-0${1 + (line % 9)}-1${line % 10}`, `SKU-${line % 500}`, 1 + (line % 7)]);
  const large = xlsx([["date", "sku", "quantity"], ...rows]).toString("base64");
  const told = await visited.page.evaluate(
    async ({ large, small }) => {
      const { Tillcast } = await import("/tillcast.js");
      const till = await Tillcast.start({ device: "cpu" });
      const asFile = (text) => new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], "a.xlsx");
      const controller = new AbortController();
      const shares = [];
      let stopped = 0;
      const onProgress = ({ done }) => {
        shares.push(done);
        if (shares.length < 4 || stopped) return;
        stopped = performance.now();
        controller.abort();
      };
      const outcome = await till.open(asFile(large), {}, { signal: controller.signal, onProgress }).then(() => "read", (error) => error.code);
      const took = performance.now() - stopped;
      const shop = await till.open(asFile(small));
      const named = await till.open(asFile(small), { sheet: "old" });
      await till.stop();
      return { outcome, took, shares, units: shop.totalUnits, sheet: shop.reports[0].sheet, other: named.products.map(({ id }) => id) };
    },
    { large, small: sample("orders.xlsx").toString("base64") },
  );
  assert.equal(told.outcome, "cancelled");
  assert.ok(told.took < CANCEL_MS, `it took ${told.took} ms to stop`);
  assert.deepEqual(told.shares, [...told.shares].sort((a, b) => a - b), "progress goes one way");
  assert.ok(told.units > 0);
  assert.equal(told.sheet, "Orders 2026");
  assert.deepEqual(told.other, ["X"]);
  await assertClean(visited);
  await visited.close();
  await host.close();
});
