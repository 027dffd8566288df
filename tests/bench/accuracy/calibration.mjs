/**
 * Whether ranges hold as often as they say: of single periods, in each half of the horizon and each third of the
 * products by volume, and of sums over spans. Counted by the scorer's rules: where q0.1 equals q0.9 there is no range,
 * missing values are left out, forecasts are held at 0.
 */

import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

/** What is counted: `banded` cases have a range, `all` those that q0.95 is held against. */
export const COUNTS = ["banded", "below10", "at10", "at90", "above90", "all", "held95"];
/** Levels that the counts need, as columns of a forecast. */
const COLUMNS = ["q0.1", "q0.9", "q0.95"];
/** Groups of single periods, in the order of the tables. */
export const GROUPS = ["all", "first half", "second half", "small third", "middle third", "large third"];

/** @typedef {Record<string, number>} Counts by {@link COUNTS} */
/** @typedef {Record<string, Counts>} Calibration by group: one of {@link GROUPS}, or `sum N` for a span of N periods */

/** Days of the spans that goods are ordered for; elsewhere half of the horizon stands for them. */
const SPAN_DAYS = [7, 14, 28];
const DAYS = /** @type {Record<string, number>} */ ({ day: 1, week: 7 });

/**
 * Lengths of the spans that are summed, the horizon's the last.
 *
 * @param {import("./sets.mjs").Meta} meta
 * @returns {number[]} periods
 */
export function spansOf({ freq, horizon }) {
  const lengths = freq in DAYS ? SPAN_DAYS.map((days) => days / DAYS[freq]) : [Math.floor(horizon / 2)];
  return [...lengths.filter((length) => length < horizon), horizon];
}

/** @param {string} line of CSV; @returns {string[]} */
function fields(line) {
  if (!line.includes('"')) return line.split(",");
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);
}

/** @param {string} file, packed or plain @returns {Generator<Record<string, string>>} */
function* rows(file) {
  const bytes = readFileSync(file);
  const [header, ...lines] = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").trimEnd().split("\n");
  const names = fields(header);
  for (const line of lines) {
    const values = fields(line);
    yield Object.fromEntries(names.map((name, at) => [name, values[at] ?? ""]));
  }
}

const number = (/** @type {string} */ text) => (text === "" || text === "NaN" ? NaN : Number(text));

/** @param {string} file @returns {Map<string, { date: string, quantity: number }[]>} by product and date */
function sales(file) {
  /** @type {Map<string, { date: string, quantity: number }[]>} */
  const found = new Map();
  for (const { product, date, quantity } of rows(file)) {
    const own = found.get(product) ?? [];
    if (own.length === 0) found.set(product, own);
    own.push({ date, quantity: number(quantity) });
  }
  found.forEach((own) => own.sort((a, b) => (a.date < b.date ? -1 : 1)));
  return found;
}

/** Mean sale of the known periods. */
function volume(/** @type {{ quantity: number }[]} */ values) {
  const known = values.map(({ quantity }) => quantity).filter((quantity) => !Number.isNaN(quantity));
  return known.reduce((sum, quantity) => sum + quantity, 0) / Math.max(known.length, 1);
}

/** Which third of the products by volume each belongs to: 0 is the small one. */
function thirds(/** @type {Map<string, { quantity: number }[]>} */ train) {
  const ordered = [...train].map(([product, values]) => ({ product, size: volume(values) })).sort((a, b) => a.size - b.size);
  return new Map(ordered.map(({ product }, at) => [product, Math.floor((3 * at) / ordered.length)]));
}

/**
 * @param {string} folder of the set at an origin
 * @param {string} forecast CSV with the levels 0.1, 0.9 and 0.95, and rows for the sums over {@link spansOf}
 * @param {import("./sets.mjs").Meta} meta
 * @returns {Calibration}
 */
export function calibrationOf(folder, forecast, meta) {
  const test = sales(path.join(folder, "test.csv.gz"));
  const third = thirds(sales(path.join(folder, "train.csv.gz")));
  const spans = spansOf(meta);
  /** @type {Calibration} */
  const made = {};
  /** @param {string} group @param {number} came @param {number[]} said */
  const count = (group, came, [low, high, highest]) => {
    const own = (made[group] ??= Object.fromEntries(COUNTS.map((name) => [name, 0])));
    own.all += 1;
    own.held95 += Number(came <= highest);
    if (low >= high) return;
    own.banded += 1;
    own.below10 += Number(came < low);
    own.at10 += Number(came <= low);
    own.at90 += Number(came >= high);
    own.above90 += Number(came > high);
  };
  const place = new Map([...test].map(([product, values]) => [product, new Map(values.map(({ date }, step) => [date, step]))]));
  const sums = /** @type {Map<string, number>} */ (new Map());
  for (const row of rows(forecast)) {
    const values = test.get(row.product);
    if (!values) continue;
    const said = COLUMNS.map((name) => Math.max(0, Number(row[name])));
    const step = place.get(row.product)?.get(row.date);
    if (step !== undefined) {
      const came = values[step].quantity;
      if (Number.isNaN(came)) continue;
      const half = 2 * step < values.length ? 1 : 2;
      for (const group of [GROUPS[0], GROUPS[half], GROUPS[3 + (third.get(row.product) ?? 0)]]) count(group, came, said);
    } else if (row.date.includes("..")) {
      // Spans are written from the shortest to the longest.
      const at = sums.get(row.product) ?? 0;
      sums.set(row.product, at + 1);
      const came = values.slice(0, spans[at]).reduce((sum, { quantity }) => sum + quantity, 0);
      if (!Number.isNaN(came)) count(`sum ${spans[at]}`, came, said);
    }
  }
  return made;
}

/**
 * Several origins as one.
 *
 * @param {Calibration[]} all
 * @returns {Calibration}
 */
export function pooled(all) {
  /** @type {Calibration} */
  const made = {};
  for (const [group, counts] of all.flatMap((one) => Object.entries(one))) {
    const own = (made[group] ??= Object.fromEntries(COUNTS.map((name) => [name, 0])));
    for (const name of COUNTS) own[name] += counts[name];
  }
  return made;
}

/**
 * Counts as shares.
 *
 * @param {Counts} counts
 * @returns {Counts} `held95` of all cases, the others of those with a range
 */
export function shares(counts) {
  const of = (/** @type {string} */ name) => counts[name] / counts[name === "held95" ? "all" : "banded"];
  return Object.fromEntries(COUNTS.map((name) => [name, name === "banded" || name === "all" ? counts[name] : of(name)]));
}

/** Farthest that a tail may be from a tenth: of all single periods, and of a group of them. */
const TAIL = 0.03;
const GROUP_TAIL = 0.05;
/** How often q0.95 of a sum has to hold. */
const SUMS_HOLD = [0.92, 0.98];

/**
 * Whether both ends hold: whole units make ties, so an end is right where 10 % lies between what is beyond and what is
 * at or beyond.
 *
 * @param {Counts} counts
 * @param {string} group
 */
export function holds(counts, group) {
  const { below10, at10, at90, above90, held95 } = shares(counts);
  if (group.startsWith("sum")) return SUMS_HOLD[0] <= held95 && held95 <= SUMS_HOLD[1];
  const tail = group === GROUPS[0] ? TAIL : GROUP_TAIL;
  return Math.max(below10, above90) <= 0.1 + tail && Math.min(at10, at90) >= 0.1 - tail;
}
