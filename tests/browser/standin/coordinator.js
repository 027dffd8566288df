/**
 * Stands in for the coordinator and the core where only the page is tested: an invented shop of as many products as
 * the file's name says, forecasts after a moment, and questions or failures on command.
 */

import { live } from "../../../www/engine/life.ts";
import { ownPort, serve } from "../../../www/engine/rpc.ts";

const LEVELS = [0.1, 0.25, 0.5, 0.75, 0.9];
const SPREAD = [0.6, 0.8, 1, 1.2, 1.5];
/** Demand of products by their places. */
const UNEVEN = { 1: { adi: 6.4, cv2: 0.2, kind: "intermittent", rare: true }, 4: { adi: 2.1, cv2: 0.9, kind: "lumpy", rare: false } };
const shops = new Map();
const forecasts = new Map();
let last = 0;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const day = (from, count) => new Date(Date.parse(from) + count * 86_400_000).toISOString().slice(0, 10);

const failure = (kind, code, message, args = []) => ({
  kind,
  code,
  message,
  args,
  remedy: "",
  position: { file: null, record: null, column: null },
});

const HEADERS = ["day", "item", "pieces", "remark"];
const UNUSED = { use: "unused", role: null, confidence: null, found: null, rival: null };

/** What each column is read as, by headers by role. */
function columnsOf(roles) {
  return HEADERS.map((header) => {
    const role = roles.find(([, column]) => column === header)?.[0];
    return role ? { use: "role", role, confidence: "high", found: "name", rival: null } : UNUSED;
  });
}

function shopOf(name, count, questions = []) {
  const products = Array.from({ length: count }, (_, index) => ({
    index,
    id: `SKU-${index}`,
    // Thousands of names stand in no order, so that sorting them is work.
    name: index === 3 ? "<img src=x onerror=alert(1)>" : `Product ${count < 1000 ? index : (index * 7919) % count}`,
    category: null,
    units: (count - index) * 10,
    revenue: (index + 1) * 100,
    first: "2022-01-01",
    last: "2023-12-31",
    // In a shop of this name one sells rarely, and another unevenly and not much lately.
    recent: Array.from({ length: 13 }, (_, at) => (name.startsWith("rare") && index === 4 && at % 3 ? 0 : 5 + ((index + at * 7) % 9))),
    demand: (name.startsWith("rare") && UNEVEN[index]) || { adi: 1, cv2: 0.1, kind: "smooth", rare: false },
    ended: name.startsWith("rare") && index === 5,
  }));
  const report = {
    file: name,
    source: "generic",
    ...(name.startsWith("book") ? { sheet: "Orders", otherSheets: ["Returns", "Old"] } : { sheet: null, otherSheets: [] }),
    encoding: "UTF-8",
    delimiter: ",",
    headerRecord: 1,
    roles: [["date", "day"], ["product", "item"], ["quantity", "pieces"]],
    headers: HEADERS,
    layout: "day-item-pieces-remark",
    mapped: false,
    columns: columnsOf([["date", "day"], ["product", "item"], ["quantity", "pieces"]]),
    preview: [["2022-01-01", "Product 0", "3", "gift"]],
    datePattern: "YYYY-MM-DD",
    rowsRead: 1200,
    rowsUsed: 1190,
    leftOut: [{ reason: "cancelled", count: 10, records: [4, 9], optional: true }],
    currencies: ["GBP"],
    statuses: [],
    answered: [],
  };
  const id = ++last;
  const shop = {
    id,
    name,
    sample: false,
    reports: [report],
    questions,
    notes: [{ code: "pending-kept", severity: "info", product: null, count: 7, args: [], text: "7 pending" }],
    products,
    frequency: "day",
    frequencies: ["day", "week"],
    from: "2022-01-01",
    to: name.startsWith("short") ? "2022-02-10" : "2023-12-31",
    totalUnits: 123_456,
    totalRevenue: 1000,
    extras: name.startsWith("plan") ? [{ name: "promo", kind: "promotion", flag: true, varies: true }] : [],
  };
  shops.set(id, shop);
  return shop;
}

const KINDS = ["smooth", "erratic", "intermittent", "lumpy"];

/** The shop as it crosses to the page, see `www/engine/products.ts`. */
function packed(shop) {
  const { products } = shop;
  const texts = products.flatMap(({ id, name, category, supplier }) => [id, name, category ?? null, supplier ?? null]);
  const labels = [...new Set(products.flatMap(({ first, last }) => [first, last]))];
  let end = 0;
  return {
    ...shop,
    products: {
      texts: texts.join(""),
      ends: Uint32Array.from(texts, (text) => (text === null ? 2 ** 32 - 1 : (end += text.length))),
      labels,
      numbers: Float64Array.from(
        products.flatMap(({ units, revenue, first, last, recent, demand, ended }) => {
          const { adi, cv2, kind, rare } = demand;
          return [units, revenue, labels.indexOf(first), labels.indexOf(last), recent.length, adi, cv2, KINDS.indexOf(kind), Number(rare), Number(ended)];
        }),
      ),
      recent: Float64Array.from(products.flatMap(({ recent }) => recent)),
    },
  };
}

/** In shops that plan ahead every other product has no network, or none has. */
const isSimple = ({ name }, index) => name.startsWith("plan") && (index % 2 === 1 || name.includes("local"));

function made(shop, { horizon, frequency = "day" }, stage, id) {
  const product = (index, key, level) => {
    const mean = Float64Array.from({ length: horizon }, (_, at) => level + (at % 7));
    const sum = mean.reduce((all, one) => all + one, 0);
    return {
      index,
      id: key,
      model: stage === "quick" ? "seasonal-naive" : isSimple(shop, index) ? "seasonal-naive" : "ets + lstm",
      dates: Array.from({ length: horizon }, (_, at) => day("2024-01-01", at * (frequency === "week" ? 7 : 1))),
      mean,
      quantiles: SPREAD.map((spread) => mean.map((one) => one * spread)),
      total: { mean: sum, quantiles: SPREAD.map((spread) => sum * (1 + (spread - 1) / 3)) },
    };
  };
  const level = (stage === "quick" ? 4 : 5) * (shop.name.startsWith("huge") ? 1e9 : shop.name.startsWith("large") ? 379 : 1);
  const products = shop.products.map(({ index, id }) => product(index, id, level));
  // On most days none goes.
  if (shop.name.startsWith("rare")) {
    products[1].quantiles = products[1].quantiles.map((row, at) => row.map((one) => (at < 3 ? 0 : one)));
    products[4].quantiles = products[4].quantiles.map((row) => row.map((one) => one / 2));
  }
  const final = stage === "final" && !shop.name.startsWith("short");
  const forecast = {
    id,
    shop: shop.id,
    stage,
    frequency,
    horizon,
    levels: LEVELS,
    products,
    all: product(-1, "", 400),
    accuracy: final
      ? {
          horizon,
          folds: 4,
          model: "ets + lstm",
          rule: "seasonal-naive",
          totalMiss: 0.12,
          ruleTotalMiss: 0.2,
          ruleNearer: 1,
          productMiss: 0.3,
          ruleProductMiss: 0.4,
          held: 79,
          tested: 100,
          shopHeld: 4,
          shopTested: 4,
          products: shop.products.map(({ index }) => (index % 5 === 4 ? null : { totalMiss: 0.1 + (index % 7) / 20, ruleTotalMiss: 0.3, ruleNearer: 1, held: 3, tested: 4 })),
          reason: {
            methods: 6,
            origins: 3,
            best: { model: "ets", difference: 0.02, error: 0.01 },
            alone: false,
            overruled: [{ kind: "intermittent", rival: { model: "window", difference: -0.1, error: 0.02 } }],
          },
          models: [
            { model: "ets", metrics: { wape: 0.31, mase: 0.8, coverage80: 0.79 } },
            { model: "seasonal-naive", metrics: { wape: 0.44, mase: 1, coverage80: 0.7 } },
          ],
        }
      : null,
    training: final
      ? [{ model: "lstm", epochs: [1, 2, 3], training: [3, 2, 1], validation: [3, 2.5, 2], device: "cpu", seconds: 2.5 }]
      : [],
    notes: shop.name.startsWith("closed")
      ? [{ code: "closed-ahead", severity: "warning", product: null, count: null, args: [["from", "2024-01-01"], ["to", "2024-01-03"]], text: "closed" }]
      : [],
    yearBefore: shop.products.map(() => 100),
    yearBeforeAll: 10_000,
    categories: [],
    peakOnce: shop.products.map(({ index }) => index === 2),
    peakOnceAll: false,
  };
  // In a shop of this name the simple rule misses less: of one product in every test.
  if (final && shop.name.startsWith("beaten")) {
    Object.assign(forecast.accuracy, { totalMiss: 0.3, ruleNearer: 3 });
    Object.assign(forecast.accuracy.products[1], { totalMiss: 0.5, ruleNearer: 4 });
    Object.assign(forecast.accuracy.products[2], { totalMiss: 0.5, ruleNearer: 2 });
    Object.assign(forecast.accuracy.products[3], { totalMiss: 0.024, ruleTotalMiss: 0.016, ruleNearer: 4 });
  }
  forecasts.set(id, forecast);
  return forecast;
}

function figure(kind, { product, width, height, theme }) {
  const plot = { x: 40, y: 20, width: width - 60, height: height - 50 };
  const loss = kind === "loss";
  const points = Array.from({ length: 40 }, (_, at) => ({
    x: at,
    label: loss ? String(at + 1) : day("2023-12-12", at),
    actual: at < 20 ? 5 + (at % 7) : null,
    median: at >= 20 || loss ? 6 : null,
    low80: at >= 20 ? 3 : null,
    high80: at >= 20 ? 9 : null,
    low50: at >= 20 ? 5 : null,
    high50: at >= 20 ? 7 : null,
    rule: null,
    holidays: [],
  }));
  const ink = theme === "dark" ? "#fff" : "#000";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><rect x="${plot.x}" y="${plot.y}" width="${plot.width}" height="${plot.height}" fill="none" stroke="${ink}"/><text x="50" y="40" fill="${ink}">${kind} ${product ?? "all"}</text></svg>`;
  return { svg, plot, x: { min: 0, max: 39 }, y: { min: 0, max: 12 }, points, summary: `A ${kind} of ${product ?? "all"}.` };
}

/** Steps that a cancellation can end. */
async function steps(call, phase, count, ms) {
  for (let step = 1; step <= count; step += 1) {
    await wait(ms);
    if (call.signal.aborted) throw failure("cancelled", "cancelled", "stopped by the user");
    call.tell({ phase, done: step / count, secondsLeft: ((count - step) * ms) / 1000 });
  }
}

const QUESTION = {
  code: "date-order",
  text: "01/02/2022 can be read two ways",
  layout: "day,item,pieces",
  column: "day",
  examples: ["01/02/2022"],
  choices: [
    { value: "dmy", consequence: "2022-02-01" },
    { value: "mdy", consequence: "2022-01-02" },
  ],
};

const handlers = {
  async start({ life }) {
    await live(life);
    return { kind: "cpu", vendor: "", architecture: "", workers: 2, reason: "none" };
  },
  async open({ source }, call) {
    const name = source.kind === "sample" ? "sample" : source.files[0].name;
    if (name.startsWith("bad")) throw failure("input", "not-a-table", "this is a picture, no table of orders", [["kind", "picture"]]);
    const mapping = source.options?.mappings?.at(-1);
    const said = mapping?.roles ?? [];
    const slow = name.startsWith("slow") || (name.startsWith("reread") && said.length > 0);
    await steps(call, "reading", 4, slow ? 2000 : 20);
    if (name.startsWith("deadly")) throw { ends: failure("memory", "out-of-memory", "the work needs more memory than a browser tab has") };
    if (said.some(([role]) => role === "status")) throw failure("input", "no-sales", "not one sale is left");
    const asks = (name.startsWith("question") || said.some(([role]) => role === "store")) && !source.options?.mappings?.some(({ dateOrder }) => dateOrder);
    const shop = shopOf(name, Number(/\d+/.exec(name)?.[0] ?? 50), asks ? [QUESTION] : []);
    if (said.length > 0) Object.assign(shop.reports[0], { roles: said, columns: columnsOf(said), mapped: true });
    return packed({ ...shop, sample: source.kind === "sample" });
  },
  regroup({ shop, frequency }) {
    return packed(Object.assign(shops.get(shop), { frequency }));
  },
  async forecast({ shop, options }, call) {
    const known = shops.get(shop);
    const id = ++last;
    globalThis.future = options.future ?? [];
    await steps(call, "fitting", 2, known.name.includes("late") && options.frequency === "week" ? 2000 : 30);
    call.tell({ phase: "training", done: 0.2, forecast: made(known, options, "quick", id) });
    if (known.name.startsWith("dying")) {
      await steps(call, "training", 2, 300);
      throw { ends: failure("internal", "engine-lost", "the engine stopped unexpectedly: unreachable") };
    }
    await steps(call, "training", 6, known.name.startsWith("long") ? 1000 : 60);
    return made(known, options, "final", id);
  },
  figure: ({ kind, options }) => figure(kind, options),
  exampleFigure: ({ options }) => figure("fan", options),
  findings: () => [],
  usual: ({ shop, known, horizon }) => ({
    dates: Array.from({ length: horizon }, (_, at) => day("2024-01-01", at * (shops.get(shop).frequency === "week" ? 7 : 1))),
    columns: known.map(() => new Float64Array(horizon)),
  }),
  exportCsv: ({ forecast, totals }) =>
    new TextEncoder().encode(`product,date,${totals ? "total" : "expected"}\n${forecasts.get(forecast).products.map(({ id }) => `${id},2024-01-01,5`).join("\n")}\n`),
  models: () => [],
  close: ({ shop }) => (shops.delete(shop), null),
};

/** What the last forecast was told of what is known ahead. */
globalThis.future = [];

/** The shops that it holds. */
globalThis.held = () => [...shops.values()].map(({ name }) => name);

serve(ownPort, handlers, (thrown) => thrown.ends ?? null);
