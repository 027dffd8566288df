/** Small parts of the library by themselves: the policy's rules, rows as text, the time left. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, visit } from "./harness.mjs";
import { BLANK, bundle, HOST_POLICY, serveHost } from "./host.mjs";

const LIMIT = { timeout: 60_000 };

let browser;
let server;
let visited;

before(async () => {
  browser = await launch();
  server = await serveHost(
    {
      "host.html": BLANK,
      "policy.bundle.js": await bundle("www/engine/policy.ts"),
      "gpu.bundle.js": await bundle("www/engine/gpu.ts"),
      "rows.bundle.js": await bundle("www/engine/rows.ts"),
      "parts.bundle.js": await bundle("www/engine/parts.ts"),
      "pieces.bundle.js": await bundle("www/engine/pieces.ts"),
      "time-left.bundle.js": await bundle("www/engine/time-left.ts"),
    },
    { policy: HOST_POLICY },
  );
  visited = await visit(browser, `${server.origin}/host.html`);
});

after(async () => {
  await visited?.close();
  await browser?.close();
  await server?.close();
});

/** @type {import("playwright-core").Page["evaluate"]} */
const inPage = (work, argument) => visited.page.evaluate(work, argument);

const SVG = 'xmlns="http://www.w3.org/2000/svg"';

test("a file comes in pieces, whether the browser writes them into one buffer or into one each", LIMIT, async () => {
  const told = await inPage(async () => {
    const { pieces } = await import("/pieces.bundle.js");
    const bytes = Uint8Array.from({ length: 1_500_000 }, (_, at) => at % 251);
    const blob = new Blob([bytes]);
    // A stream of an older browser, which hands out its own pieces.
    const plain = { stream: () => new Response(bytes).body.pipeThrough(new TransformStream()) };
    const all = async (file, most) => {
      let read = 0;
      let right = true;
      await pieces(file, "a.csv", (piece) => {
        right &&= piece.every((byte, at) => byte === (read + at) % 251);
        read += piece.length;
        return read < most;
      });
      return [right, read >= most ? "stopped" : read];
    };
    return [await all(blob, 1e9), await all(plain, 1e9), await all(blob, 100_000), await all(plain, 100_000), await all(new Blob([]), 1)];
  });
  assert.deepEqual(told, [[true, 1_500_000], [true, 1_500_000], [true, "stopped"], [true, "stopped"], [true, 0]]);
});

test("the policy lets drawings through, whatever the products are called", LIMIT, async () => {
  const drawings = [
    `<svg ${SVG} viewBox="0 0 9 9"><path d="M0 0L9 9"/></svg>`,
    `<svg ${SVG}><text>&lt;script&gt; onload=x href=y style=z</text></svg>`,
    `<svg ${SVG}><text>5" tube, 3' hose</text></svg>`,
    `<svg ${SVG} aria-label="Buy one = two, href=&quot;x&quot; &lt;script&gt;"><title>onion = 3</title></svg>`,
  ];
  const passed = await inPage(async (drawings) => {
    const { drawing } = await import("/policy.bundle.js");
    return drawings.map((svg) => drawing(svg).localName);
  }, drawings);
  assert.deepEqual(passed, ["svg", "svg", "svg", "svg"]);
});

test("the policy refuses whatever is not a drawing", LIMIT, async () => {
  const refused = [
    "<div>text</div>",
    `<svg ${SVG}><script>alert(1)</script></svg>`,
    `<svg ${SVG} onload="alert(1)"></svg>`,
    `<svg ${SVG}><g\nonclick = "alert(1)"/></svg>`,
    `<svg ${SVG}><foreignObject><p>x</p></foreignObject></svg>`,
    `<svg ${SVG}><image href="https://example.com/x.png"/></svg>`,
    `<svg ${SVG} xmlns:xlink="http://www.w3.org/1999/xlink"><a xlink:href="javascript:alert(1)"/></svg>`,
    `<svg ${SVG}><rect style="fill:url(https://example.com)"/></svg>`,
    `<svg ${SVG}><style>@import "https://example.com"</style></svg>`,
    `<svg ${SVG}><use href="#a"/></svg>`,
    `<svg ${SVG}><animate attributeName="x" to="y"/></svg>`,
    // Quotation marks that pair up wrongly must hide nothing.
    `<svg ${SVG}><text>5" tube</text><rect onload="alert(1)"/></svg>`,
    `<svg ${SVG}><rect x='"' onload='alert(1)' y='"'/></svg>`,
    `<!DOCTYPE svg [<!ENTITY a "b">]><svg ${SVG}></svg>`,
  ];
  const passed = await inPage(async (refused) => {
    const { drawing } = await import("/policy.bundle.js");
    return refused.filter((markup) => {
      try {
        drawing(markup);
        return true;
      } catch {
        return false;
      }
    });
  }, refused);
  assert.deepEqual(passed, []);
});

test("the policy makes worker addresses of the library's own origin only", LIMIT, async () => {
  const outcomes = await inPage(async () => {
    const { startWorker } = await import("/policy.bundle.js");
    return ["https://example.com/worker.js", "data:text/javascript,0", "blob:x", "/host.html"].map((address) => {
      try {
        startWorker(address, "x").terminate();
        return "started";
      } catch ({ code }) {
        return code;
      }
    });
  });
  assert.deepEqual(outcomes, Array(4).fill("trusted-types"));
});

test("rows become one column a key, escaped; keys named like roles are those roles", LIMIT, async () => {
  const { text, roles } = await inPage(async () => {
    const { rowsToText, rowRoles } = await import("/rows.bundle.js");
    const rows = [
      { date: new Date(2024, 1, 29, 13, 5), product: 'a "b", c', quantity: 2 },
      { date: "2024-03-01", product: "line\nbreak", quantity: "3", price: 1.5, note: null },
    ];
    const decoder = new TextDecoder();
    const text = [...rowsToText(rows)].map((part) => decoder.decode(part)).join("");
    return { text, roles: rowRoles(rows, { roles: [["name", "note"], ["price", "note"]] }).roles };
  });
  assert.equal(
    text,
    'date,product,quantity,price,note\n2024-02-29 13:05:00,"a ""b"", c",2,,\n2024-03-01,"line\nbreak",3,1.5,\n',
  );
  assert.deepEqual(Object.fromEntries(roles), { date: "date", product: "product", quantity: "quantity", price: "note", name: "note" });
});

test("the time left is silent at first, then near the truth, and starts anew with the share", LIMIT, async () => {
  const told = await inPage(async () => {
    const { TimeLeft } = await import("/time-left.bundle.js");
    const time = new TimeLeft(0);
    const told = [];
    // Twenty seconds of steady work, told every half second, with some jitter.
    for (let half = 1; half <= 40; half += 1) {
      const done = Math.min(half / 40 + (half % 2 ? 0.004 : -0.004), 1);
      told.push(time.left(half * 500, done) ?? null);
    }
    told.push(time.left(20_500, 0.01) ?? null);
    return told;
  });
  assert.equal(told[0], null);
  assert.equal(told[1], null);
  for (const half of [8, 16, 24, 32]) {
    const truth = 20 - half / 2;
    const left = told[half - 1];
    assert.ok(Math.abs(left - truth) <= 0.25 * truth, `after ${half / 2} s: ${left} s, in truth ${truth} s`);
  }
  assert.equal(told.at(-1), null);
});

test("the time left is not told while the end moves about", LIMIT, async () => {
  const told = await inPage(async () => {
    const { TimeLeft } = await import("/time-left.bundle.js");
    const time = new TimeLeft(0);
    const told = [];
    // Five quick seconds, then work that is ten times as slow.
    for (let half = 1; half <= 60; half += 1) told.push(time.left(half * 500, half <= 10 ? half * 0.05 : 0.5 + (half - 10) * 0.005) ?? null);
    return told;
  });
  assert.notEqual(told[9], null, "steady so far");
  assert.ok(told.slice(13, 20).every((left) => left === null), "the end runs away");
  assert.ok(Math.abs(told[59] - 25) <= 0.35 * 25, `after 30 s: ${told[59]} s, in truth 25 s`);
});

test("long lists are taken apart and put together, wherever they stand", LIMIT, async () => {
  const { same, longest, count } = await inPage(async () => {
    const { takeApart, putTogether } = await import("/parts.bundle.js");
    const list = (length, of) => Array.from({ length }, (_, place) => of(place));
    const make = () => ({
      products: list(1001, (id) => ({ id, recent: [1, 2] })),
      accuracy: { products: list(900, (id) => (id % 2 ? null : { id })), folds: 4 },
      short: [1, 2, 3],
      nothing: null,
      mean: new Float64Array([1, 2]),
    });
    const { rest, parts: made } = takeApart(make());
    const parts = [...made];
    const longest = Math.max(rest.products.length, ...parts.map(({ items }) => items.length));
    const whole = putTogether(structuredClone(rest), structuredClone(parts));
    const same = JSON.stringify(whole) === JSON.stringify(make()) && whole.mean instanceof Float64Array;
    return { same, longest, count: parts.length };
  });
  assert.ok(same);
  assert.equal(longest, 400);
  assert.equal(count, 3 + 3);
});

test("what a part holds many times crosses once: one buffer of numbers, one list of dates", LIMIT, async () => {
  const { same, buffers, dates } = await inPage(async () => {
    const { takeApart, putTogether } = await import("/parts.bundle.js");
    const make = () =>
      Array.from({ length: 500 }, (_, id) => ({
        dates: id % 2 ? ["2024-01-01", "2024-01-02"] : ["2024-01-02", "2024-01-03"],
        mean: Float64Array.of(id, 0.5),
        quantiles: [Float64Array.of(id - 1, 0), Float64Array.of(id + 1, Number.NaN)],
      }));
    const { rest, parts } = takeApart({ products: make() });
    const { products } = putTogether(structuredClone(rest), [...parts].map((part) => structuredClone(part)));
    const plain = (items) => JSON.stringify(items.map(({ dates, mean, quantiles }) => [dates, [...mean], quantiles.map((one) => [...one])]));
    const of = (pick) => new Set(products.slice(0, 400).map(pick)).size;
    return { same: plain(products) === plain(make()), buffers: of(({ quantiles }) => quantiles[1].buffer), dates: of((one) => one.dates) };
  });
  assert.ok(same);
  assert.equal(buffers, 1);
  assert.equal(dates, 2);
});

test("no violations beside the refusals", LIMIT, async () => {
  assert.deepEqual(visited.escaped(), []);
  assert.deepEqual(visited.errors, []);
});

test("a lost GPU is looked for once, and given up if it is lost again at once", LIMIT, async () => {
  const told = await inPage(async () => {
    const { Gpu } = await import("/gpu.bundle.js");
    const gpu = { kind: "gpu", vendor: "acme", architecture: "one", reason: "" };
    const looked = [];
    let lost = false;
    const core = {
      startDevice: async (choice) => {
        looked.push(choice);
        lost = false;
        return choice === "cpu" ? { ...gpu, kind: "cpu", reason: "chosen" } : gpu;
      },
      deviceLost: () => lost,
    };
    const kept = await Gpu.start(core, "auto", 3);
    const kinds = [kept.found.kind, kept.news(), await kept.renewed()];
    for (const goesWell of [true, false, false, true]) {
      lost = true;
      kinds.push(kept.news()?.reason ?? null, kept.found.workers, (await kept.renewed())?.kind ?? null);
      if (goesWell) kept.held();
      if (kept.found.kind === "cpu") break;
    }
    lost = false;
    kinds.push(await kept.renewed(), kept.found.reason);
    return { kinds, looked };
  });
  assert.deepEqual(told, {
    kinds: ["gpu", null, null, "lost", 3, "gpu", "lost", 3, "gpu", "lost", 3, "cpu", null, "lost"],
    looked: ["auto", "auto", "auto", "cpu"],
  });
});
