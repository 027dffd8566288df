/**
 * The sets of series the accuracy is measured on, and how their last periods are split.
 *
 * An origin is told by how many horizons lie between it and the official one: 0 is the official split. The test parts
 * are those of the latest origins, one horizon apart. The validation part is the horizon before the earliest of them,
 * so that no period is both chosen by and judged on.
 */

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Test origins where the series are long enough. */
const TEST_ORIGINS = 3;

/**
 * @typedef {object} Meta what a set's folder says of itself
 * @property {string} freq
 * @property {number} horizon
 * @property {number} season
 * @property {string[]} known_ahead
 * @property {number} series
 */

/** @type {{ name: string, what: string, source: string, testOrigins?: number }[]} */
export const SETS = [
  { name: "rossmann", what: "turnover of German drugstores; open, promotion and school holiday known ahead", source: "Kaggle" },
  { name: "walmart_weekly", what: "turnover of departments of US stores; holiday known ahead", source: "Kaggle" },
  { name: "online_retail_daily", what: "units of giftware in a UK web shop, erratic", source: "UCI, CC BY 4.0" },
  // 42 to 52 weeks a product: a third test origin would leave the validation 10 weeks to learn from.
  { name: "online_retail_weekly", what: "the same shop by the week, more products", source: "UCI, CC BY 4.0", testOrigins: 2 },
  { name: "m4_hourly", what: "M4 competition, hourly series", source: "M4" },
  { name: "m4_weekly", what: "M4 competition, weekly series", source: "M4" },
  { name: "m3_monthly", what: "M3 competition, monthly company and industry series", source: "M3" },
  { name: "tourism_monthly", what: "tourism competition, strong season and trend", source: "tourism" },
  { name: "aus_retail", what: "turnover of Australian retail by state and industry", source: "ABS, CC BY" },
  { name: "nn5_daily", what: "cash drawn from machines in England", source: "NN5" },
  // 51 months a part: a second test origin would leave the validation 15 months, less than the 24 it needs.
  { name: "carparts", what: "spare parts, three months in four without a sale, missing values", source: "carparts", testOrigins: 1 },
  { name: "store_item", what: "units of 50 items in 10 stores, looks synthetic: a sanity check", source: "Kaggle" },
];

/** @param {string} name */
export const setNamed = (name) => SETS.find((set) => set.name === name);

/**
 * Origins of a part, the official one first.
 *
 * @param {{ testOrigins?: number }} set
 * @param {"validation" | "test"} part
 * @param {number} [atMost] fewer test origins for a quick look; the validation stays where it is
 * @returns {number[]} horizons back from the official origin
 */
export function originsOf(set, part, atMost = TEST_ORIGINS) {
  const tests = set.testOrigins ?? TEST_ORIGINS;
  return part === "validation" ? [tests] : Array.from({ length: Math.min(tests, atMost) }, (_, back) => back);
}

/**
 * @param {string} folder of the set
 * @returns {Meta | null} null where the set is not there
 */
export function metaOf(folder) {
  const file = path.join(folder, "meta.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
}
