/** `docs/calibration-history.csv`: counts by group each time a set was measured; lines are only ever added. */

import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";

import { COUNTS } from "./calibration.mjs";

const ABOUT = ["date", "commit", "version", "device", "set", "model", "part", "origins"];
const COLUMNS = [...ABOUT, "group", ...COUNTS];

/**
 * @typedef {object} Measured one measurement
 * @property {string} date
 * @property {string} commit
 * @property {string} version
 * @property {string} device
 * @property {string} set
 * @property {string} model
 * @property {string} part
 * @property {string} origins pooled, horizons back from the official one, joined by spaces
 * @property {import("./calibration.mjs").Calibration} calibration
 */

/**
 * @param {string} file
 * @returns {Measured[]} oldest first
 */
export function readCalibration(file) {
  if (!existsSync(file)) return [];
  const [header, ...rows] = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => line.split(","));
  /** @type {Measured[]} */
  const found = [];
  let last = "";
  for (const row of rows) {
    const field = Object.fromEntries(header.map((name, at) => [name, row[at] ?? ""]));
    const about = ABOUT.map((name) => field[name]).join();
    // A measurement's groups stand together, and the first of them begins each.
    if (about !== last || field.group in (found.at(-1)?.calibration ?? {})) {
      found.push(/** @type {Measured} */ ({ ...Object.fromEntries(ABOUT.map((name) => [name, field[name]])), calibration: {} }));
    }
    last = about;
    const { calibration } = /** @type {Measured} */ (found.at(-1));
    calibration[field.group] = Object.fromEntries(COUNTS.map((name) => [name, Number(field[name])]));
  }
  return found;
}

/**
 * @param {Measured[]} history
 * @param {{ set: string, model: string, part: string }} wanted
 * @returns {Measured | undefined} the newest of those with the most origins
 */
export function latestCalibration(history, { set, model, part }) {
  const found = history.filter((one) => one.set === set && one.model === model && one.part === part);
  const count = (/** @type {Measured} */ one) => one.origins.split(" ").length;
  const most = Math.max(...found.map(count));
  return found.filter((one) => count(one) === most).at(-1);
}

/**
 * Adds a measurement, unless the newest one about the same thing says the same.
 *
 * @param {string} file
 * @param {Measured} made
 */
export function appendCalibration(file, made) {
  const { set, model, part, origins } = made;
  const is = (/** @type {Measured} */ one) => one.set === set && one.model === model && one.part === part && one.origins === origins;
  const newest = readCalibration(file).filter(is).at(-1);
  if (newest && newest.commit === made.commit && JSON.stringify(newest.calibration) === JSON.stringify(made.calibration)) return;
  if (!existsSync(file)) writeFileSync(file, `${COLUMNS.join()}\n`);
  const about = ABOUT.map((name) => made[/** @type {keyof Measured} */ (name)]);
  const lines = Object.entries(made.calibration).map(([group, counts]) => [...about, group, ...COUNTS.map((name) => counts[name])].join());
  appendFileSync(file, `${lines.join("\n")}\n`);
}
