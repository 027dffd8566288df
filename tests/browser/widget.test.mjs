/** The element in a page that is not ours: hostile styles, a strict policy, two of them, moved about. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, until, visit } from "./harness.mjs";
import { orderRows, serveHost } from "./host.mjs";

/** Everything that a careless or hostile sheet does to elements it does not know. */
const HOSTILE = `
  body *, tillcast-forecast { all: unset !important; display: none !important; visibility: hidden !important; }
  * { font: 3px cursive !important; color: transparent !important; opacity: 0.1; }
  div, svg, button { position: fixed !important; left: -9999px !important; transform: scale(0) !important; }
`;

const page = (body, head = "") => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>portal</title>${head}
<script type="module" src="./tillcast.js"></script></head><body>${body}</body></html>`;

/** A promise that never settles fails its test rather than the run. */
const LIMIT = { timeout: 120_000 };

let browser;
let server;

before(async () => {
  browser = await launch();
  server = await serveHost({
    "hostile.css": HOSTILE,
    "hostile.html": page(
      '<tillcast-forecast horizon="14" theme="light" device="cpu" model="seasonal-naive"></tillcast-forecast>',
      '<link rel="stylesheet" href="./hostile.css">',
    ),
    "two.html": page(
      ["en", "zh"]
        .map((lang) => `<tillcast-forecast horizon="7" lang="${lang}" device="cpu" model="seasonal-naive"></tillcast-forecast>`)
        .join(""),
    ),
    "shared.html": `<!doctype html><meta charset="utf-8"><title>shared</title><script src="./policy.js"></script>
      <body><tillcast-forecast horizon="7" device="cpu" model="seasonal-naive"></tillcast-forecast>
      <script type="module" src="./tillcast.js"></script></body>`,
    // A host that needs the policy for itself makes it and lends it.
    "policy.js": `const rules = { createScriptURL: (text) => text, createHTML: (text) => text };
      Object.defineProperty(globalThis, Symbol.for("tillcast.policy"), { value: trustedTypes.createPolicy("tillcast", rules) });`,
    "taken.html": `<!doctype html><meta charset="utf-8"><title>taken</title><script src="./taken.js"></script>
      <body><tillcast-forecast horizon="7" device="cpu"></tillcast-forecast>
      <script type="module" src="./tillcast.js"></script></body>`,
    "taken.js": `trustedTypes.createPolicy("tillcast", { createScriptURL: (text) => text });`,
  });
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/** Gives an element rows and waits for its final forecast. */
const giveRows = (visited, rows, place = 0) =>
  visited.page.evaluate(
    async ({ rows, place }) => {
      await customElements.whenDefined("tillcast-forecast");
      const element = document.querySelectorAll("tillcast-forecast")[place];
      return new Promise((resolve, reject) => {
        element.addEventListener("tillcast-error", ({ detail }) => reject(new Error(`${detail.code}: ${detail.message}`)));
        element.addEventListener("tillcast-forecast", ({ detail }) => {
          if (detail.stage === "final") resolve({ products: detail.products.length, horizon: detail.horizon });
        });
        element.data = rows;
      });
    },
    { rows, place },
  );

/** The drawn chart, once it is there. */
const chart = (visited, place = 0) =>
  until(
    () =>
      visited.page.evaluate((place) => {
        const svg = document.querySelectorAll("tillcast-forecast")[place]?.shadowRoot?.querySelector(".chart svg");
        const box = svg?.getBoundingClientRect();
        const style = svg && getComputedStyle(svg);
        return svg && box && style
          ? { paths: svg.querySelectorAll("path, polyline, polygon, line").length, width: box.width, height: box.height, left: box.left, visibility: style.visibility }
          : null;
      }, place),
    "the chart",
    20_000,
  );

async function assertQuiet(visited) {
  assert.deepEqual(await visited.violations(), [], "violations of the host's policy");
  assert.deepEqual(visited.errors, [], "uncaught errors");
  assert.deepEqual(visited.escaped(), [], "requests elsewhere");
}

test("hostile styles do not reach it, and it violates no policy", LIMIT, async () => {
  const visited = await visit(browser, `${server.origin}/hostile.html`, { viewport: { width: 1000, height: 800 } });
  assert.deepEqual(await giveRows(visited, orderRows(90)), { products: 3, horizon: 14 });
  const drawn = await chart(visited);
  assert.ok(drawn.paths > 3, "the chart has lines");
  assert.ok(drawn.width > 400 && drawn.height > 200 && drawn.left >= 0, JSON.stringify(drawn));
  assert.equal(drawn.visibility, "visible");
  const shown = await visited.page.evaluate(() => {
    const root = document.querySelector("tillcast-forecast").shadowRoot;
    const name = root.querySelector(".row .name");
    const style = getComputedStyle(name);
    const rules = { fontSize: style.fontSize, color: style.color, inlineStyles: root.querySelectorAll("style").length };
    return { ...rules, rows: root.querySelectorAll(".row").length, sentence: root.querySelector(".summary").textContent };
  });
  assert.equal(shown.rows, 4, "all products, and each of the three");
  assert.equal(shown.fontSize, "14px");
  assert.notEqual(shown.color, "rgba(0, 0, 0, 0)");
  assert.equal(shown.inlineStyles, 0);
  assert.match(shown.sentence, /^about [\d<]/);
  await assertQuiet(visited);
  await visited.close();
});

test("products are reached by keyboard alone", LIMIT, async () => {
  const visited = await visit(browser, `${server.origin}/hostile.html`);
  await giveRows(visited, orderRows(90));
  const before = await chart(visited);
  assert.ok(before);
  const name = () => visited.page.evaluate(() => document.querySelector("tillcast-forecast").shadowRoot.querySelector("h2").textContent);
  assert.equal(await name(), "All products");
  await visited.page.keyboard.press("Tab");
  await visited.page.keyboard.press("ArrowDown");
  const first = await name();
  assert.notEqual(first, "All products");
  await visited.page.keyboard.press("End");
  assert.notEqual(await name(), first);
  const active = await visited.page.evaluate(() => {
    const root = document.querySelector("tillcast-forecast").shadowRoot;
    const list = root.activeElement;
    return { role: list.getAttribute("role"), chosen: root.getElementById(list.getAttribute("aria-activedescendant"))?.ariaSelected };
  });
  assert.deepEqual(active, { role: "listbox", chosen: "true" });
  await visited.close();
});

test("two on a page share one engine, each in its language", LIMIT, async () => {
  const visited = await visit(browser, `${server.origin}/two.html`);
  await Promise.all([giveRows(visited, orderRows(60), 0), giveRows(visited, orderRows(60, ["茶壶", "杯子"]), 1)]);
  await Promise.all([chart(visited, 0), chart(visited, 1)]);
  const names = await visited.page.evaluate(() =>
    [...document.querySelectorAll("tillcast-forecast")].map((element) => element.shadowRoot.querySelector("h2").textContent),
  );
  assert.deepEqual(names, ["All products", "全部商品"]);
  // Compute workers run the same script under a name of their own.
  const workers = await Promise.all(visited.page.workers().map((worker) => worker.evaluate(() => self.name)));
  assert.equal(workers.filter((name) => name !== "tillcast-compute").length, 1, workers.join(", "));
  await assertQuiet(visited);
  await visited.close();
});

test("other data lets the shop before it go", LIMIT, async () => {
  const visited = await visit(browser, `${server.origin}/hostile.html`);
  await visited.page.evaluate(() => {
    globalThis.sent = [];
    const plain = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function post(message, ...more) {
      if (message?.name === "open" || message?.name === "close") sent.push(message.name);
      return plain.call(this, message, ...more);
    };
  });
  for (const days of [60, 90, 70]) await giveRows(visited, orderRows(days));
  assert.deepEqual((await visited.page.evaluate(() => sent)).toSorted(), ["close", "close", "open", "open", "open"]);
  await assertQuiet(visited);
  await visited.close();
});

test("a core that is gone is missed with the next drawing, and the forecast is made again", LIMIT, async () => {
  const visited = await visit(browser, `${server.origin}/hostile.html`);
  await giveRows(visited, orderRows(90));
  await chart(visited);
  await visited.page.evaluate(() => {
    globalThis.again = new Promise((resolve) => {
      document.querySelector("tillcast-forecast").addEventListener("tillcast-forecast", ({ detail }) => detail.stage === "final" && resolve(detail.products.length));
    });
  });
  // They may be gone before they can answer; and be missed at once, by a drawing that was on its way, and replaced.
  const gone = visited.page.workers().map((worker) => worker.waitForEvent("close"));
  await Promise.all(visited.page.workers().map((worker) => worker.evaluate("setTimeout(close)").catch(() => {})));
  await Promise.all(gone);
  await visited.page.evaluate(() => document.querySelector("tillcast-forecast").shadowRoot.querySelectorAll(".row")[2].click());
  assert.equal(await visited.page.evaluate(() => again), 3);
  assert.ok((await chart(visited)).paths > 3, "the chart has lines");
  await assertQuiet(visited);
  await visited.close();
});

test("removed in the middle of its work and added again, it goes on", LIMIT, async () => {
  const visited = await visit(browser, `${server.origin}/hostile.html`);
  const outcome = await visited.page.evaluate(async (rows) => {
    await customElements.whenDefined("tillcast-forecast");
    const element = document.querySelector("tillcast-forecast");
    const events = [];
    for (const name of ["error", "forecast"]) element.addEventListener(`tillcast-${name}`, () => events.push(name));
    element.data = rows;
    await new Promise((resolve) => setTimeout(resolve, 5));
    element.remove();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const whileAway = [...events];
    const elsewhere = document.createElement("section");
    document.body.append(elsewhere);
    elsewhere.style.setProperty("display", "block", "important");
    const done = new Promise((resolve) => element.addEventListener("tillcast-forecast", ({ detail }) => detail.stage === "final" && resolve(detail.horizon)));
    elsewhere.append(element);
    return { whileAway, horizon: await done };
  }, orderRows(90));
  assert.deepEqual(outcome, { whileAway: [], horizon: 14 });
  await chart(visited);
  await assertQuiet(visited);
  await visited.close();
});

test("data set before the element is defined is not lost", LIMIT, async () => {
  const visited = await visit(browser, `${server.origin}/hostile.html`);
  const horizon = await visited.page.evaluate(async (rows) => {
    const element = document.createElement("tillcast-forecast");
    // As a framework does that renders before the script has come.
    Object.defineProperty(element, "data", { value: rows, configurable: true, writable: true, enumerable: true });
    element.setAttribute("horizon", "5");
    element.setAttribute("device", "cpu");
    element.setAttribute("model", "seasonal-naive");
    const done = new Promise((resolve) => element.addEventListener("tillcast-forecast", ({ detail }) => detail.stage === "final" && resolve(detail.horizon)));
    document.body.append(element);
    return done;
  }, orderRows(60));
  assert.equal(horizon, 5);
  await visited.close();
});

test("unusable data is an event and a sentence, and the element can be used again", LIMIT, async () => {
  const visited = await visit(browser, `${server.origin}/hostile.html`);
  const failed = await visited.page.evaluate(async () => {
    await customElements.whenDefined("tillcast-forecast");
    const element = document.querySelector("tillcast-forecast");
    const failed = new Promise((resolve) => element.addEventListener("tillcast-error", ({ detail }) => resolve(detail.kind), { once: true }));
    element.data = new File(["%PDF-1.7\n"], "report.pdf");
    const kind = await failed;
    return { kind, text: element.shadowRoot.querySelector(".error").textContent };
  });
  assert.equal(failed.kind, "input");
  assert.match(failed.text, /pdf/i);
  assert.equal((await giveRows(visited, orderRows(60))).products, 3);
  await assertQuiet(visited);
  await visited.close();
});

test("a host that made the policy itself lends it; one that only took its name gets a clear error", LIMIT, async () => {
  const lent = await visit(browser, `${server.origin}/shared.html`);
  assert.equal((await giveRows(lent, orderRows(60))).products, 3);
  await chart(lent);
  await assertQuiet(lent);
  await lent.close();

  const taken = await visit(browser, `${server.origin}/taken.html`);
  await assert.rejects(giveRows(taken, orderRows(60)), /trusted-types: /);
  assert.deepEqual(taken.errors, [], "the host's page goes on");
  await taken.close();
});

test("where nothing is enforced it works as well", LIMIT, async () => {
  const open = await serveHost(
    { "plain.html": page('<tillcast-forecast device="cpu" model="seasonal-naive" horizon="7"></tillcast-forecast>') },
    { policy: null },
  );
  const visited = await visit(browser, `${open.origin}/plain.html`);
  assert.equal((await giveRows(visited, orderRows(60))).products, 3);
  await visited.close();
  await open.close();
});
