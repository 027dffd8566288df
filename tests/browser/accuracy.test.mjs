/** What the page of the accuracy measurements says of `auto` beside a single model. */

import assert from "node:assert/strict";
import { test } from "node:test";

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
});
