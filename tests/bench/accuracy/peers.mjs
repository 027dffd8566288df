/** What other libraries reach on the official origin, as the datasets folder's `reference.csv` has it. */

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Rows about fewer of a set's products than this say too little to stand beside ours. */
const LEAST_SHARE = 0.5;

const LIGHTGBM = "LightGBM 4.7 with mlforecast 1.1, untuned";
/** @type {Record<string, string>} */
const LIBRARIES = { LightGBM_global: LIGHTGBM, LightGBM_exog: LIGHTGBM, LightGBM_diff: LIGHTGBM };
const STATSFORECAST = "statsforecast 2.1.1";

/**
 * @typedef {object} Peer
 * @property {string} name
 * @property {string} library with its version
 * @property {number} products
 * @property {Record<string, number>} scores
 */

/**
 * @param {string} datasets
 * @param {string} set
 * @param {number} products of the whole set
 * @returns {{ peers: Peer[], leftOut: string[] }} best MASE first; names of those left out for covering too few products
 */
export function peersOf(datasets, set, products) {
  const file = path.join(datasets, "reference.csv");
  if (!existsSync(file)) return { peers: [], leftOut: [] };
  /** @type {Map<string, Peer>} */
  const found = new Map();
  for (const row of readFileSync(file, "utf8").trimEnd().split("\n").slice(1)) {
    const [dataset, name, metric, value, count] = row.split(",");
    if (dataset !== set) continue;
    const peer = found.get(name) ?? { name, library: LIBRARIES[name] ?? STATSFORECAST, products: Number(count), scores: {} };
    peer.scores[metric] = Number(value);
    found.set(name, peer);
  }
  const all = [...found.values()].sort((a, b) => a.scores.MASE - b.scores.MASE);
  const enough = (/** @type {Peer} */ peer) => peer.products >= LEAST_SHARE * products;
  return { peers: all.filter(enough), leftOut: all.filter((peer) => !enough(peer)).map((peer) => peer.name) };
}
