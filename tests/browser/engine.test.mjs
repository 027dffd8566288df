/** The library as a portal uses it: `import { Tillcast }`, real workers, real wasm, the strictest policy that is documented. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, visit } from "./harness.mjs";
import { BLANK, HOST_POLICY, orderRows, rowsAsCsv, serveHost } from "./host.mjs";

/** Longest stretch that the page may be blocked. */
const STRETCH_MS = 50;

/** A promise that never settles fails its test rather than the run. */
const LIMIT = { timeout: 120_000 };

let browser;
let server;
let visited;

before(async () => {
  browser = await launch();
  server = await serveHost({ "host.html": BLANK }, { policy: `default-src 'none'; ${HOST_POLICY}` });
  visited = await visit(browser, `${server.origin}/host.html`);
  await visited.page.evaluate(async () => {
    const { Tillcast, answerTo } = await import("/tillcast.js");
    globalThis.Tillcast = Tillcast;
    globalThis.answerTo = answerTo;
    globalThis.till = await Tillcast.start({ device: "cpu" });
    /** What a promise came to, in a form that leaves the page. */
    globalThis.outcome = (promise) =>
      promise.then(
        (value) => ({ value }),
        (error) => ({
          isError: error instanceof Error && error.name === "TillcastError",
          kind: error.kind,
          code: error.code,
          message: error.message,
          remedy: error.remedy,
        }),
      );
    globalThis.asFile = (text, name = "orders.csv") => new File([text], name, { type: "text/csv" });
  });
});

after(async () => {
  await visited?.close();
  await browser?.close();
  await server?.close();
});

/** Runs in the page. @type {import("playwright-core").Page["evaluate"]} */
const inPage = (work, argument) => visited.page.evaluate(work, argument);

test("it starts on the CPU and says so", LIMIT, async () => {
  const device = await inPage(() => till.device);
  assert.equal(device.kind, "cpu");
  assert.ok(device.workers >= 1);
});

test("numbers of orders times their sizes come from the lines, and of sums by days there are none", LIMIT, async () => {
  const made = await inPage(async () => {
    const day = (at) => new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10);
    const [orders, sums] = [["order,date,sku,qty"], ["date,sku,units"]];
    for (let at = 0; at < 120; at += 1) {
      const count = (at * at + 3 * at) % 4;
      for (let order = 0; order < count; order += 1) orders.push(`${orders.length},${day(at)},MUG,6`);
      sums.push(`${day(at)},MUG,${6 * count}`);
    }
    const told = [];
    for (const lines of [orders, sums]) {
      const shop = await till.open(asFile(`${lines.join("\n")}\n`));
      const { products } = await till.forecast(shop, { horizon: 7, model: "orders" });
      told.push({ model: products[0].model, quantiles: products[0].quantiles.flatMap((row) => [...row]) });
      await till.close(shop);
    }
    return told;
  });
  assert.deepEqual(made.map(({ model }) => model), ["orders", "negative-binomial"]);
  assert.ok(made[0].quantiles.every((value) => value % 6 === 0), `half dozens: ${made[0].quantiles}`);
  assert.ok(made[1].quantiles.some((value) => value % 6 !== 0), "whoever sees the sums alone knows of no half dozens");
});

test("a file, its rows, and rows with Date objects are the same shop", LIMIT, async () => {
  const rows = orderRows(60);
  const shops = await inPage(
    async ({ rows, csv }) => {
      const local = (text) => new Date(`${text}T00:00`);
      const dated = rows.map((row) => ({ ...row, date: local(row.date) }));
      const shops = [];
      for (const data of [asFile(csv), rows, dated]) {
        const { products, from, to, totalUnits, questions, frequency } = await till.open(data);
        shops.push({ products, from, to, totalUnits, questions, frequency });
      }
      return shops;
    },
    { rows, csv: rowsAsCsv(rows) },
  );
  const units = rows.reduce((sum, row) => sum + row.quantity, 0);
  assert.equal(shops[0].totalUnits, units);
  assert.deepEqual(shops[0].products.map((product) => product.id).sort(), ["=Strainer", 'Mug "large"', "Teapot, red"]);
  assert.equal(shops[0].from, "2022-01-03");
  assert.deepEqual(shops[1], shops[0]);
  assert.deepEqual(shops[2], shops[0]);
});

test("a forecast comes quickly first, then finally, with every number in its place", LIMIT, async () => {
  const { stages, forecast, product, csv, totals } = await inPage(async (rows) => {
    const shop = await till.open(rows);
    const stages = [];
    const onProgress = (progress) => stages.push(progress.forecast?.stage ?? progress.phase);
    const made = await till.forecast(shop, { horizon: 14, model: "ets" }, { onProgress });
    const { products, all, ...forecast } = made;
    const csv = await (await till.export(made)).text();
    const totals = await (await till.export(made, { totals: true })).text();
    const plain = (one) => ({ ...one, mean: [...one.mean], quantiles: one.quantiles.map((row) => [...row]) });
    till.close(shop);
    return { stages, forecast: { ...forecast, count: products.length, total: all.total.mean }, product: plain(products[0]), csv, totals };
  }, orderRows(120));
  assert.ok(stages.length > 0, "progress is told");
  assert.equal(forecast.stage, "final");
  assert.equal(forecast.count, 3);
  assert.equal(product.dates.length, 14);
  assert.equal(product.dates[0], "2022-05-03", "the day after the last one in the file");
  assert.equal(product.mean.length, 14);
  assert.deepEqual(forecast.levels, [0.1, 0.25, 0.5, 0.75, 0.9]);
  for (let step = 0; step < 14; step += 1) {
    const across = product.quantiles.map((row) => row[step]);
    assert.ok(across[0] >= 0, "nothing below zero");
    assert.deepEqual(across, [...across].sort((a, b) => a - b), "quantiles do not cross");
  }
  const lines = csv.replace(/^\uFEFF/, "").trim().split(/\r?\n/);
  assert.match(lines[0], /^product,date,model,mean,q0\.1,.*,q0\.9,name,unit,frequency,until$/);
  assert.equal(lines.length, 1 + 3 * 14, "every step of every product");
  assert.match(lines[1], /,pieces,day,2022-05-03$/);
  const sums = totals.replace(/^\uFEFF/, "").trim().split("\n");
  assert.equal(sums[0], lines[0]);
  assert.equal(sums.length, 1 + 3, "every product once");
  assert.match(sums[1], /,2022-05-03,.*,pieces,total,2022-05-16$/);
});

test("the number of workers changes nothing in the answer", LIMIT, async () => {
  const [one, three] = await inPage(async (rows) => {
    const answers = [];
    for (const workers of [1, 3]) {
      const other = await Tillcast.start({ device: "cpu", workers });
      const shop = await other.open(rows);
      const forecast = await other.forecast(shop, { horizon: 14, model: "ets" });
      answers.push(await (await other.export(forecast)).text());
      await other.stop();
    }
    return answers;
  }, orderRows(90, ["a", "b", "c", "d", "e", "f", "g"]));
  assert.ok(one.length > 500);
  assert.equal(three, one);
});

test("dates that can be read in two ways are asked about, and the answer is taken", LIMIT, async () => {
  const lines = ["date,product,quantity"];
  // Neither order of the parts makes the rows rise: 5 is no divisor of 144, so every pair comes once.
  for (let step = 0; step < 144; step += 1) {
    const pair = (step * 5) % 144;
    lines.push(`${1 + (pair % 12)}/${1 + Math.floor(pair / 12)}/2023,Pan,${1 + (pair % 7)}`);
  }
  const { codes, answered, firsts } = await inPage(async (text) => {
    const shop = await till.open(asFile(text));
    const [question] = shop.questions;
    const codes = shop.questions.map((asked) => asked.code);
    const firsts = {};
    for (const value of ["dmy", "mdy"]) {
      await till.answer(shop, answerTo(question, value));
      firsts[value] = { from: shop.from, to: shop.to, units: shop.totalUnits, questions: shop.questions.length };
    }
    return { codes, answered: shop.id > 0, firsts };
  }, `${lines.join("\n")}\n`);
  assert.deepEqual(codes, ["date-order"]);
  assert.ok(answered);
  assert.equal(firsts.dmy.questions, 0);
  assert.equal(firsts.dmy.from, "2023-01-01");
  assert.equal(firsts.dmy.units, firsts.mdy.units);
});

test("a shop by weeks is the same shop, forecast by weeks", LIMIT, async () => {
  const { frequency, dates, units } = await inPage(async (rows) => {
    const shop = await till.open(rows);
    const units = [shop.totalUnits];
    const forecast = await till.forecast(shop, { horizon: 4, frequency: "week", model: "seasonal-naive" });
    units.push(shop.totalUnits);
    return { frequency: [shop.frequency, forecast.frequency], dates: forecast.products[0].dates, units };
  }, orderRows(140));
  assert.deepEqual(frequency, ["week", "week"]);
  assert.equal(units[0], units[1]);
  assert.equal(dates.length, 4);
  for (const date of dates) assert.equal(new Date(date).getUTCDay(), 1, "a week is named by its Monday");
});

test("what cannot be used is told with what to do, and the shop before it stays", LIMIT, async () => {
  const outcomes = await inPage(async (rows) => {
    const shop = await till.open(rows);
    const tries = {
      empty: till.open(asFile("")),
      header: till.open(asFile("date,product,quantity\n")),
      pdf: till.open(asFile("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n1 0 obj\n<< >>\nendobj\n", "report.pdf")),
      undated: till.open(asFile("name,amount\nPan,3\nPot,4\nLid,5\n")),
      nothing: till.open([]),
      model: till.forecast(shop, { horizon: 7, model: "crystal-ball" }),
      horizon: till.forecast(shop, { horizon: 0 }),
    };
    const outcomes = {};
    for (const [name, promise] of Object.entries(tries)) outcomes[name] = await outcome(promise);
    outcomes.after = await outcome(till.forecast(shop, { horizon: 7, model: "seasonal-naive" }).then((made) => made.horizon));
    return outcomes;
  }, orderRows(60));
  const { after, ...failed } = outcomes;
  for (const [name, result] of Object.entries(failed)) {
    assert.ok(result.isError, `${name} rejects with a TillcastError: ${JSON.stringify(result)}`);
    assert.equal(result.kind, name === "model" || name === "horizon" ? "usage" : "input", `${name}: ${result.message}`);
    assert.ok(result.remedy, `${name} says what to do`);
  }
  assert.match(`${failed.pdf.message} ${failed.pdf.remedy}`, /PDF/);
  assert.equal(after.value, 7);
});

test("a closed shop and a stopped engine reject, and nothing stays open", LIMIT, async () => {
  const outcomes = await inPage(async (rows) => {
    const other = await Tillcast.start({ device: "cpu", workers: 1 });
    const shop = await other.open(rows);
    const closed = await other.open(rows);
    other.close(closed);
    const onClosed = await outcome(other.forecast(closed, { horizon: 7 }));
    const running = outcome(other.forecast(shop, { horizon: 7, model: "ets" }));
    await other.stop();
    return [onClosed, await running, await outcome(other.open(rows))].map(({ kind, code }) => ({ kind, code }));
  }, orderRows(60));
  assert.deepEqual(outcomes, [
    { kind: "usage", code: "no-shop" },
    { kind: "cancelled", code: "cancelled" },
    { kind: "usage", code: "stopped" },
  ]);
});

test("a figure is a drawing with the map of its plot", LIMIT, async () => {
  const figure = await inPage(async (rows) => {
    const shop = await till.open(rows);
    const forecast = await till.forecast(shop, { horizon: 14, model: "seasonal-naive" });
    const [whole, one] = [
      await till.figure(forecast, "fan", { width: 640, height: 360 }),
      await till.figure(forecast, "fan", { width: 320, height: 240, product: 1, theme: "dark", language: "zh" }),
    ];
    return { whole, one: one.svg };
  }, orderRows(60));
  const { whole, one } = figure;
  assert.match(whole.svg, /^<svg[\s>]/);
  assert.match(one, /^<svg[\s>]/);
  assert.notEqual(whole.svg, one);
  assert.ok(whole.plot.width > 300 && whole.plot.width <= 640);
  assert.ok(whole.x.max > whole.x.min && whole.y.max > whole.y.min);
  assert.ok(whole.summary.length > 20);
  assert.ok(whole.points.some((point) => point.actual !== null) && whole.points.some((point) => point.median !== null));
});

test("the sample shop is the same every time and says that it is invented", LIMIT, async () => {
  const [first, second] = await inPage(async () => [await till.sample(), await till.sample()]);
  assert.equal(first.sample, true);
  assert.ok(first.products.length >= 50);
  assert.deepEqual({ ...second, id: 0 }, { ...first, id: 0 });
});

test("the page is never blocked while reading and forecasting", LIMIT, async () => {
  const { longest, bytes } = await inPage(
    async ({ csv, stretch }) => {
      const long = [];
      const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map((entry) => entry.duration)));
      // Long tasks are those of 50 ms and more; anything reported is too long.
      observer.observe({ entryTypes: ["longtask"] });
      const file = asFile(csv);
      const shop = await till.open(file);
      await till.forecast(shop, { horizon: 14, model: "ets" });
      await new Promise((resolve) => setTimeout(resolve, 100));
      observer.disconnect();
      return { longest: Math.max(0, ...long.filter((duration) => duration > stretch)), bytes: file.size };
    },
    { csv: rowsAsCsv(orderRows(400, Array.from({ length: 200 }, (_, place) => `Product ${place}`))), stretch: STRETCH_MS },
  );
  assert.ok(bytes > 2_000_000);
  assert.equal(longest, 0, `the page was blocked for ${longest} ms`);
});

test("nothing was asked of anybody else and no policy was violated", LIMIT, async () => {
  assert.deepEqual(visited.escaped(), []);
  assert.deepEqual(await visited.violations(), []);
  assert.deepEqual(visited.errors, []);
});
