/** What the page of the accuracy measurements says of `auto` beside a single model, and what it counts of ranges. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { calibrationOf, holds, pooled, shares, spansOf } from "../bench/accuracy/calibration.mjs";
import { verdict } from "../bench/accuracy/page.mjs";

const SET = "some_shop";

/** @param {string} model @param {string} part @param {number} relSQL */
const line = (model, part, relSQL) => ({
  date: "2026-01-01", commit: "a", version: "1", device: "cpu", set: SET, model, part,
  origins: part === "test" ? "0 1" : "2", products: 3, seconds: 1, scores: { relSQL },
});

test("auto is held to the best single model on validation only if every one was measured there", () => {
  const some = [
    line("ets", "validation", 0.9), line("naive", "validation", 1.1), line("auto", "validation", 0.7),
    line("ets", "test", 0.9), line("naive", "test", 1), line("lstm", "test", 0.6), line("auto", "test", 0.7),
  ];
  const before = verdict(some, SET);
  assert.deepEqual([before.best, before.ratio, before.within], [undefined, undefined, undefined]);
  assert.equal(before.hindsight, "lstm");
  const all = verdict([...some, line("lstm", "validation", 0.65)], SET);
  assert.equal(all.best, "lstm");
  assert.ok(all.ratio > 1.16 && all.ratio < 1.17 && all.within === false, JSON.stringify(all));
  // What has no network is held to the best without one.
  const without = verdict([...some, line("statistical", "test", 0.8)], SET, "statistical");
  assert.equal(without.best, "ets");
  assert.ok(without.ratio > 0.88 && without.ratio < 0.89 && without.within === true, JSON.stringify(without));
});

test("ranges are counted by half and third, without those of no width and missing sales, and sums by their spans", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "calibration-"));
  try {
    const write = (/** @type {string} */ name, /** @type {string[]} */ lines) => writeFileSync(path.join(folder, name), gzipSync(`${lines.join("\n")}\n`));
    const header = "product,date,quantity";
    write("train.csv.gz", [header, "small,2026-01-01,1", '"a, b",2026-01-01,5', "large,2026-01-01,90"]);
    const days = ["2026-01-02", "2026-01-03"];
    const sold = { small: [0, 3], '"a, b"': [4, ""], large: [120, 80] };
    write("test.csv.gz", [header, ...Object.entries(sold).flatMap(([product, values]) => days.map((day, at) => `${product},${day},${values[at]}`))]);
    const said = { small: "0,0,2", '"a, b"': "4,6,7", large: "90,110,115" };
    const sums = { small: "0,1,2", '"a, b"': "8,12,13", large: "180,220,240" };
    const rows = Object.keys(sold).flatMap((product) => [
      ...days.map((day) => `${product},${day},x,1,${said[/** @type {"small"} */ (product)]}`),
      `${product},${days[0]}..${days[1]},x,2,${sums[/** @type {"small"} */ (product)]}`,
    ]);
    const forecast = path.join(folder, "forecast.csv");
    writeFileSync(forecast, ["product,date,model,mean,q0.1,q0.9,q0.95", ...rows].join("\n"));
    const meta = { freq: "day", horizon: 2, season: 7, known_ahead: [], series: 3 };
    assert.deepEqual(spansOf(meta), [2]);
    assert.deepEqual(spansOf({ ...meta, freq: "week", horizon: 8 }), [1, 2, 4, 8]);
    const made = calibrationOf(folder, forecast, meta);
    assert.deepEqual(made.all, { banded: 3, below10: 1, at10: 2, at90: 1, above90: 1, all: 5, held95: 3 });
    assert.deepEqual([made["first half"].banded, made["second half"].banded, made["small third"].banded, made["large third"].banded], [2, 1, 0, 2]);
    assert.deepEqual(made["sum 2"], { banded: 2, below10: 0, at10: 0, at90: 1, above90: 1, all: 2, held95: 1 });
    assert.equal(pooled([made, made]).all.below10, 2);
    assert.equal(shares(made["sum 2"]).held95, 0.5);
    assert.equal(holds(made.all, "all"), false);
    assert.equal(holds({ banded: 100, below10: 12, at10: 12, at90: 9, above90: 8, all: 100, held95: 95 }, "all"), true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
