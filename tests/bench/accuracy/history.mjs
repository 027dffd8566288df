/** `docs/accuracy-history.csv`: one line per set, model and part each time it was measured; lines are only ever added. */

import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";

/** What the scorer gives, in its own names. */
export const SCORES = [
  "relSQL", "relMASE", "MASE", "WQL", "SQL", "RMSSE", "sMAPE", "WAPE", "bias", "total",
  "cover80", "below10", "at10", "at90", "above90",
];
const COLUMNS = ["date", "commit", "version", "device", "set", "model", "part", "origins", "products", "seconds", ...SCORES];
const DIGITS = 5;

/**
 * @typedef {object} Line
 * @property {string} date
 * @property {string} commit short; with `+` where the sources had changes on top of it
 * @property {string} version
 * @property {string} device
 * @property {string} set
 * @property {string} model
 * @property {string} part
 * @property {string} origins horizons back from the official origin, joined by spaces; scores are means over them
 * @property {number} products at the earliest of the origins
 * @property {number} seconds of the command, mean over the origins
 * @property {Record<string, number>} scores NaN where the scorer gave none
 */

/**
 * @param {string} file
 * @returns {Line[]} oldest first
 */
export function readHistory(file) {
  if (!existsSync(file)) return [];
  const [header, ...rows] = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => line.split(","));
  return rows.map((row) => {
    const field = Object.fromEntries(header.map((name, at) => [name, row[at] ?? ""]));
    const scores = Object.fromEntries(SCORES.map((name) => [name, field[name] ? Number(field[name]) : NaN]));
    return { ...field, products: Number(field.products), seconds: Number(field.seconds), scores };
  });
}

/** @param {Line} line */
function textOf(line) {
  const score = (value) => (Number.isFinite(value) ? value.toFixed(DIGITS) : "");
  const fields = COLUMNS.map((name) => {
    if (SCORES.includes(name)) return score(line.scores[name]);
    return name === "seconds" ? line.seconds.toFixed(1) : String(line[name]);
  });
  return fields.join(",");
}

/** The same measurement, whenever it was made: its scores, not its date and seconds. */
const identity = (line) => textOf({ ...line, date: "", seconds: 0 });

/**
 * Adds a line, unless the newest one about the same thing says the same.
 *
 * @param {string} file
 * @param {Line} line
 */
export function append(file, line) {
  const same = (/** @type {Line} */ other) => ["set", "model", "part", "origins"].every((name) => other[name] === line[name]);
  const newest = readHistory(file).filter(same).at(-1);
  if (newest && identity(newest) === identity(line)) return;
  if (!existsSync(file)) writeFileSync(file, `${COLUMNS.join(",")}\n`);
  appendFileSync(file, `${textOf(line)}\n`);
}

/**
 * @param {Line[]} history
 * @param {{ set: string, model: string, part: string, origins?: string }} wanted without origins: the line with the most
 * @returns {Line | undefined} the newest
 */
export function latest(history, { set, model, part, origins }) {
  const lines = history.filter((line) => line.set === set && line.model === model && line.part === part);
  const count = (/** @type {Line} */ line) => line.origins.split(" ").length;
  const most = Math.max(...lines.map(count));
  return lines.filter((line) => (origins === undefined ? count(line) === most : line.origins === origins)).at(-1);
}
