/**
 * One forecast and its score: cut the set at an origin, run the command, run the scorer. Each step's result is kept in
 * a scratch folder and not made twice, so that a run that was stopped goes on where it was.
 */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

import { calibrationOf, spansOf } from "./calibration.mjs";
import { metaOf } from "./sets.mjs";

/** The scorer wants the first nine; goods are ordered by the last. */
const LEVELS = "0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,0.95";
/** Lines of a failed process's own words that are shown. */
const LAST_WORDS = 3;

/**
 * @typedef {object} Place
 * @property {string} datasets folder with the sets, `split.py` and `score.py`
 * @property {string} cache scratch folder
 * @property {string} command the native command, or the copy that is kept of it
 * @property {string} device what `--device` gets
 * @property {number} limit series of a quick look; 0 is all
 */

/**
 * Runs a program to its end.
 *
 * @param {string} program
 * @param {string[]} words
 * @returns {Promise<string>} standard output; rejects with the last of its own words
 */
export function output(program, words) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
    const said = { out: "", error: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => (said.out += text));
    // A command may warn once a product; the cause stands at the end.
    child.stderr.setEncoding("utf8").on("data", (text) => (said.error = (said.error + text).slice(-10_000)));
    child.once("error", (error) => reject(new Error(`${program} could not be started: ${error.message}`)));
    child.once("close", (code, signal) => {
      if (code === 0) return resolve(said.out);
      const words = said.error.trim().split("\n").slice(-LAST_WORDS).join(" / ");
      reject(new Error(`${path.basename(program)} ended with ${signal ?? code}: ${words}`));
    });
  });
}

/**
 * A folder that is made whole or not at all.
 *
 * @param {string} folder
 * @param {(unfinished: string) => Promise<unknown> | unknown} make
 */
async function once(folder, make) {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  await make(unfinished);
  renameSync(unfinished, folder);
}

/** @param {string} line whose first field is the product, quoted or plain */
function productOf(line) {
  return line.startsWith('"') ? line.slice(0, line.indexOf('"', 1) + 1) : line.slice(0, line.indexOf(","));
}

/**
 * The same task with fewer series, spread evenly over the set.
 *
 * @param {string} from
 * @param {string} to
 * @param {number} limit
 */
function thin(from, to, limit) {
  const read = (file) => gunzipSync(readFileSync(path.join(from, file))).toString("utf8").trimEnd().split("\n");
  const products = [...new Set(read("test.csv.gz").slice(1).map(productOf))];
  const kept = new Set(products.filter((_, at) => Math.floor((at * limit) / products.length) !== Math.floor(((at - 1) * limit) / products.length)));
  for (const file of ["train.csv.gz", "test.csv.gz", "future.csv.gz"]) {
    if (!existsSync(path.join(from, file))) continue;
    const [header, ...lines] = read(file);
    const text = [header, ...lines.filter((line) => kept.has(productOf(line)))].join("\n");
    writeFileSync(path.join(to, file), gzipSync(`${text}\n`));
  }
  writeFileSync(path.join(to, "meta.json"), JSON.stringify({ ...metaOf(from), series: kept.size }));
}

/**
 * The set as it stood at an origin.
 *
 * @param {Place} place
 * @param {string} set
 * @param {number} back horizons before the official origin
 * @returns {Promise<string>} folder
 */
async function cut(place, set, back) {
  const official = path.join(place.datasets, set);
  const whole = back === 0 ? official : path.join(place.cache, "splits", `${set}-${back}`);
  await once(whole, (folder) => output("python3", [path.join(place.datasets, "split.py"), official, String(back), folder]));
  if (place.limit === 0) return whole;
  const few = path.join(place.cache, "splits", `${set}-${back}-few-${place.limit}`);
  await once(few, (folder) => thin(whole, folder, place.limit));
  return few;
}

/**
 * A copy of the command, in a folder named by its content: what was forecast by the same program is not forecast again
 * after a commit that left it as it was, and a build meanwhile does not change what is measured.
 *
 * @param {Place} place
 * @returns {string} the copy; forecasts lie beside it
 */
export function keep({ command, cache }) {
  const fingerprint = createHash("sha256").update(readFileSync(command)).digest("hex").slice(0, 16);
  const copy = path.join(cache, fingerprint, path.basename(command));
  if (existsSync(copy)) return copy;
  mkdirSync(path.dirname(copy), { recursive: true });
  copyFileSync(command, `${copy}.unfinished`);
  renameSync(`${copy}.unfinished`, copy);
  return copy;
}

/**
 * Forecasts a set at an origin and scores that.
 *
 * @param {Place} place
 * @param {string} set
 * @param {string} model
 * @param {number} back
 * @returns {Promise<{ scores: Record<string, number>, calibration: import("./calibration.mjs").Calibration, seconds: number, cached: boolean }>} seconds of the command
 */
export async function measure(place, set, model, back) {
  const folder = await cut(place, set, back);
  const kind = place.limit === 0 ? String(back) : `${back}-few-${place.limit}`;
  const home = path.join(path.dirname(place.command), place.device, set, model);
  const file = { forecast: path.join(home, `${kind}.csv`), result: path.join(home, `${kind}.json`) };
  if (existsSync(file.result)) return { ...JSON.parse(readFileSync(file.result, "utf8")), cached: true };

  mkdirSync(home, { recursive: true });
  const meta = /** @type {import("./sets.mjs").Meta} */ (metaOf(folder));
  const words = ["forecast", path.join(folder, "train.csv.gz"), "--product", "product", "--date", "date", "--quantity", "quantity"];
  words.push("--freq", meta.freq, "--horizon", String(meta.horizon), "--model", model, "--quantiles", LEVELS, "--sums", spansOf(meta).join());
  words.push("--device", place.device, "--out", file.forecast);
  if (meta.known_ahead.length > 0) words.push("--known", meta.known_ahead.join(","), "--future", path.join(folder, "future.csv.gz"));
  const begun = performance.now();
  await output(place.command, words);
  const seconds = (performance.now() - begun) / 1000;
  const { dataset: _, ...scores } = JSON.parse(await output("python3", [path.join(place.datasets, "score.py"), folder, file.forecast, "--json"]));
  const result = { scores, calibration: calibrationOf(folder, file.forecast, meta), seconds };
  writeFileSync(`${file.result}.unfinished`, JSON.stringify(result));
  renameSync(`${file.result}.unfinished`, file.result);
  return { ...result, cached: false };
}
