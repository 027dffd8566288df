/** What the page's state holds of what was chosen and said, in Node, beside a core that answers when it is told to. */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { bundle } from "./host.mjs";

/** The library, and with it the core, is asked for nothing here. */
const noWorker = { name: "no-worker", enforce: "pre", resolveId: (id) => (id.endsWith("?worker&url") ? "\0no-worker" : null), load: (id) => (id === "\0no-worker" ? 'export default ""' : null) };

let folder;
let state;

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "tillcast-state-"));
  const file = path.join(folder, "state.mjs");
  await writeFile(file, await bundle("tests/browser/standin/state.ts", [noWorker]));
  // A question about the page's width and nothing else of a browser.
  globalThis.matchMedia ??= () => ({ matches: false });
  state = await import(pathToFileURL(file));
});

after(async () => {
  if (folder) await rm(folder, { recursive: true });
});

const PROMO = { name: "promo", kind: "promotion", flag: true, varies: true };
const QUESTION = { code: "date-order", text: "", layout: "C", column: "day", examples: [], choices: [] };

const turn = () => new Promise((resolve) => setTimeout(resolve));

/** A core whose forecasts and second readings end when the test says so; it asks where the file's name says so. */
class Core {
  device = { kind: "cpu", vendor: "", architecture: "", workers: 1, reason: "none" };
  held = new Set();
  /** Requests that are not answered yet, by the options they came with. */
  open_ = [];
  #last = 0;

  #shop(name, questions = []) {
    const id = ++this.#last;
    this.held.add(id);
    return { id, name, sample: false, reports: [], questions, notes: [], products: [], frequency: "day", frequencies: ["day", "week"], from: "2024-01-01", to: "2025-12-31", totalUnits: 1, totalRevenue: null, extras: [PROMO] };
  }

  #later(options, { signal, onProgress }, made) {
    return new Promise((resolve, reject) => {
      const one = { options, onProgress, end: () => resolve(made()), fail: (code = "odd") => reject({ kind: "internal", code, message: code, args: [], remedy: "", position: {} }) };
      this.open_.push(one);
      signal.addEventListener("abort", () => reject({ kind: "cancelled", code: "cancelled", message: "", args: [], remedy: "", position: {} }));
    });
  }

  async open(files) {
    const [{ name }] = files;
    if (name.startsWith("bad")) throw { kind: "input", code: "not-a-table", message: "", args: [], remedy: "", position: {} };
    return this.#shop(name, name.startsWith("question") ? [QUESTION] : []);
  }

  reread(shop, said, run) {
    return this.#later(said, run, () => this.#shop(shop.name, said.mappings?.some(({ roles }) => roles.length > 0) ? [QUESTION] : []));
  }

  async answer(shop) {
    return Object.assign(shop, { questions: [] });
  }

  forecast(shop, options, run) {
    return this.#later(options, run, () => this.made(shop, options));
  }

  made(shop, { frequency, horizon }, stage = "final") {
    return { id: ++this.#last, shop: shop.id, stage, frequency, horizon, products: [], accuracy: {}, training: [], notes: [] };
  }

  holds = () => true;
  close = ({ id }) => this.held.delete(id);
}

/** A page on which a shop was forecast; `last` is the request that waits. */
async function page(name = "shop.csv") {
  const core = new Core();
  const session = new state.Session(async () => core, "auto");
  void session.openFiles([{ name }]);
  await turn();
  const last = async () => {
    await turn();
    return core.open_.at(-1);
  };
  (await last()).end();
  await turn();
  assert.equal(session.state, "done");
  return { core, session, last };
}

const known = (date) => ({ columns: ["promo"], said: new Map([[state.placeOf("day", null, date), new Map([["promo", 1]])]]) });

test("after a stop what is chosen is what the forecast was made by, however many choices came to nothing", async () => {
  const { session, last } = await page();
  for (const choose of [
    () => session.knowAhead(known("2026-01-02")),
    () => session.lookAhead(7),
    () => session.cleanBy({ missing: "interpolate" }),
    () => session.cleanBy({ outliers: "cap" }),
    () => session.group("week"),
  ]) {
    void session.knowAhead(known("2026-01-01"));
    await turn();
    void choose();
    await turn();
    session.stop();
    await turn();
    assert.equal(session.known, state.NOTHING_KNOWN);
    assert.deepEqual([session.clean, session.horizon, session.frequency], [{}, 28, "day"]);
  }
  // What was taken stays, be it the quick one.
  const wanted = known("2026-01-03");
  void session.knowAhead(wanted);
  const quick = await last();
  quick.onProgress({ phase: "training", done: 0.5, forecast: { id: 99, shop: session.shop.id, stage: "quick", frequency: "day", horizon: 28 } });
  void session.cleanBy({ outliers: "cap" });
  await turn();
  session.stop();
  await turn();
  assert.equal(session.known, wanted);
  assert.deepEqual(session.clean, {});
});

test("what was chosen goes on behind a file that is of no use, and after a failure at the next try", async () => {
  const { session, last } = await page();
  const wanted = known("2026-01-01");
  void session.knowAhead(wanted);
  await turn();
  void session.openFiles([{ name: "bad.csv" }]);
  await turn();
  assert.equal(session.state, "failed");
  session.forgive();
  assert.deepEqual((await last()).options.known, ["promo"]);
  assert.equal(session.known, wanted);
  (await last()).fail();
  await turn();
  assert.equal(session.known, state.NOTHING_KNOWN, "what is shown knows of none");
  void session.again();
  assert.deepEqual((await last()).options.known, ["promo"]);
  (await last()).end();
  await turn();
  assert.deepEqual([session.state, session.known], ["done", wanted]);
});

test("what is said about columns holds what was said while it is still being read", async () => {
  const { core, session, last } = await page();
  const said = async () => (await last()).options.mappings.map(({ layout, dateOrder, roles }) => `${layout} ${dateOrder ?? ""} ${roles}`);
  void session.readDates("A", "dmy");
  assert.deepEqual(await said(), ["A dmy "]);
  void session.readDates("B", "mdy");
  assert.deepEqual(await said(), ["A dmy ", "B mdy "]);
  void session.unmap("D", session.shop);
  assert.deepEqual(await said(), ["A dmy ", "B mdy "]);
  void session.map({ layout: "C", roles: [["product", "item"]], unused: [], extra: [] }, session.shop);
  assert.deepEqual(await said(), ["A dmy ", "B mdy ", "C  product,item"]);
  assert.deepEqual(session.mappings, [], "nothing is learned of what is not shown yet");
  // The columns make it ask, and the answer comes to them.
  (await last()).end();
  await turn();
  void session.answer(QUESTION, "dmy");
  (await last()).end();
  await turn();
  assert.equal(session.state, "done");
  assert.deepEqual(
    session.mappings.map(({ layout, dateOrder, roles }) => `${layout} ${dateOrder ?? ""} ${roles}`),
    ["A dmy ", "B mdy ", "C dmy product,item"],
  );
  assert.deepEqual([...core.held], [session.shop.id]);
});

test("a shop that was read gives way to a question that was put off", async () => {
  const { core, session, last } = await page();
  void session.openFiles([{ name: "question.csv" }]);
  await turn();
  session.later();
  void session.tellApart(true);
  (await last()).end();
  await turn();
  assert.equal(core.held.size, 3, "the shop, the one with the question, and the one that is forecast");
  session.resume();
  void session.answer(QUESTION, "dmy");
  (await last()).end();
  await turn();
  assert.equal(session.state, "done");
  assert.equal(session.shop.name, "question.csv");
  assert.deepEqual([...core.held], [session.shop.id]);
});

test("a column may be called as something else in a row, and an empty text says nothing", () => {
  const names = ["date", "product", "frequency", "values", "promo"];
  const said = new Map([[state.placeOf("week", "MUG", "2026-01-05"), new Map(names.map((name, at) => [name, at]))]]);
  said.set(state.placeOf("day", null, "2026-01-06"), new Map([["promo", 1]]));
  const [rows, values] = state.listed(names, state.rowsOf(said));
  assert.deepEqual(rows, ["MUG", "2026-01-05", "week", "", "2026-01-06", "day"]);
  assert.deepEqual([...values], [0, 1, 2, 3, 4, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 1]);

  const flat = (promo) => state.listed(["promo"], [{ date: "2026-01-01", promo }])[1][0];
  for (const empty of [" ", "", "\t", null, undefined]) assert.ok(Number.isNaN(flat(empty)), JSON.stringify(empty));
  assert.deepEqual([" 3 ", true, false, 0, "0.5"].map(flat), [3, 1, 0, 0, 0.5]);
  for (const wrong of ["a lot", "1,5", Number.POSITIVE_INFINITY, {}]) assert.throws(() => flat(wrong), { code: "bad-number" });
  // Columns beside the others, as before.
  assert.deepEqual([...state.listed(["frequency", "values"], [{ date: "2026-01-01", frequency: 2, values: 5 }])[1]], [2, 5]);
});
