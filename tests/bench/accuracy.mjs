/**
 * How accurate the command is on real sales: `node tests/bench/accuracy.mjs DATASETS_FOLDER`. Builds the release
 * command, forecasts each set with each model at each origin, scores that and counts how often ranges hold, adds both
 * to `docs/accuracy-history.csv` and `docs/calibration-history.csv`, and makes `docs/accuracy.md` anew.
 *
 *   --sets a,b          these sets instead of all
 *   --models a,b        these models
 *   --origins n         at most n test origins
 *   --part NAME         validation or test alone
 *   --limit-series N    a quick look at N series of each set; nothing is written into docs
 *   --device NAME       cpu (the default: the same answer on every machine), gpu or auto
 *   --cache FOLDER      where forecasts and scores are kept, so that a stopped run goes on
 *   --command FILE      another command than target/release/tillcast; nothing is written into docs
 *   --docs FOLDER       write there instead
 *
 * The folder has the sets, `split.py` and `score.py`; `python3` runs these two.
 */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { Missing, ask, at, run, say, script } from "../../scripts/run.mjs";
import { appendCalibration, readCalibration } from "./accuracy/calibration-history.mjs";
import { pooled } from "./accuracy/calibration.mjs";
import { SCORES, append, readHistory } from "./accuracy/history.mjs";
import { keep, measure, output } from "./accuracy/measure.mjs";
import { MODELS, page, verdict } from "./accuracy/page.mjs";
import { SETS, metaOf, originsOf, setNamed } from "./accuracy/sets.mjs";

const PARTS = /** @type {const} */ (["validation", "test"]);
const USAGE = "node tests/bench/accuracy.mjs DATASETS_FOLDER [--sets a,b] [--models a,b] [--origins n] [--part validation|test]";
const SHOWN = ["relSQL", "relMASE", "MASE", "WQL", "bias", "cover80"];

/** A call that cannot be meant. */
const misused = (/** @type {string} */ why) => new Missing(`${why}\nUsage: ${USAGE}`);

function readCall() {
  const text = { type: /** @type {const} */ ("string") };
  const options = { sets: text, models: text, origins: text, part: text, "limit-series": text, device: text, cache: text, command: text, docs: text };
  let parsed;
  try {
    parsed = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw misused(/** @type {Error} */ (error).message);
  }
  const { values, positionals } = parsed;
  const count = (/** @type {"origins" | "limit-series"} */ name) => {
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < 1) throw misused(`--${name} is a whole number from 1, not "${values[name]}".`);
    return number;
  };
  if (positionals.length !== 1) throw misused("One folder with the data sets is needed.");
  if (values.part !== undefined && !PARTS.some((part) => part === values.part)) throw misused(`--part is validation or test, not "${values.part}".`);
  const sets = values.sets?.split(",") ?? SETS.map((set) => set.name);
  const unknown = sets.filter((name) => !setNamed(name));
  if (unknown.length > 0) throw misused(`No set is called ${unknown.join(", ")}; there are: ${SETS.map((set) => set.name).join(", ")}.`);

  const datasets = path.resolve(positionals[0]);
  for (const tool of ["split.py", "score.py"]) {
    if (!existsSync(path.join(datasets, tool))) throw new Missing(`${datasets} has no ${tool}: give the folder of the data sets.`);
  }
  const command = path.resolve(values.command ?? at("target", "release", os.platform() === "win32" ? "tillcast.exe" : "tillcast"));
  if (values.command !== undefined && !existsSync(command)) throw new Missing(`${command} is not there.`);
  const limit = values["limit-series"] === undefined ? 0 : count("limit-series");
  const intoDocs = limit === 0 && (values.command === undefined || values.docs !== undefined);
  return {
    build: values.command === undefined,
    place: { datasets, command, limit, device: values.device ?? "cpu", cache: path.resolve(values.cache ?? path.join(os.tmpdir(), "tillcast-accuracy")) },
    sets,
    models: values.models?.split(",") ?? MODELS,
    parts: PARTS.filter((part) => values.part === undefined || part === values.part),
    origins: values.origins === undefined ? undefined : count("origins"),
    docs: intoDocs ? path.resolve(values.docs ?? at("docs")) : null,
  };
}

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param {Record<string, number>} scores */
const shown = (scores) => SHOWN.map((name) => `${name} ${(scores[name] ?? NaN).toFixed(3)}`).join("  ");

/** @param {import("./accuracy/measure.mjs").Place} place */
async function whatRuns(place) {
  const version = (await output(place.command, ["--version"])).trim().split(" ").at(-1) ?? "";
  const listed = JSON.parse(await output(place.command, ["models", "--json"])).models.map((/** @type {{ name: string }} */ model) => model.name);
  const dirty = ask("git", ["status", "--porcelain", "--", "src", "Cargo.toml", "Cargo.lock"]).text !== "";
  const commit = ask("git", ["log", "-1", "--format=%h", "--", "src", "Cargo.toml", "Cargo.lock"]).text + (dirty ? "+" : "");
  return { version, commit, known: new Set([...listed, "auto"]) };
}

await script(async () => {
  const { build, place, sets, models, parts, origins, docs } = readCall();
  // Scores bear the commit's name, so what is measured must be what the sources say.
  if (build) await run("cargo", ["build", "--release", "--locked", "--quiet"]);
  place.command = keep(place);
  const { version, commit, known } = await whatRuns(place);
  const unknown = models.filter((model) => !known.has(model));
  if (unknown.length > 0) say(`The command has no model ${unknown.join(", ")}: skipped.`);
  if (place.limit > 0) say(`A partial look: ${place.limit} series of each set. Nothing is written into docs.`);
  say(`tillcast ${version}, commit ${commit}, device ${place.device}; forecasts are kept in ${place.cache}`);
  const history = docs && path.join(docs, "accuracy-history.csv");
  const calibration = docs && path.join(docs, "calibration-history.csv");
  if (docs) mkdirSync(docs, { recursive: true });
  let failures = 0;

  for (const name of sets) {
    const set = /** @type {NonNullable<ReturnType<typeof setNamed>>} */ (setNamed(name));
    const meta = metaOf(path.join(place.datasets, name));
    if (!meta) {
      say(`${name} is not in the folder: skipped.`);
      continue;
    }
    console.log(`\n${name}: ${meta.series} series, horizon ${meta.horizon} ${meta.freq}s`);
    for (const part of parts) {
      for (const model of models.filter((model) => known.has(model))) {
        const backs = originsOf(set, part, origins);
        const results = [];
        for (const back of backs) {
          try {
            const result = await measure(place, name, model, back);
            results.push(result);
            const time = result.cached ? "kept" : `${result.seconds.toFixed(1)} s`;
            console.log(`  ${part.padEnd(10)} ${model.padEnd(15)} origin ${back}  ${shown(result.scores)}  ${time}`);
          } catch (error) {
            failures += 1;
            console.error(`  ${part.padEnd(10)} ${model.padEnd(15)} origin ${back}  failed: ${/** @type {Error} */ (error).message}`);
            break;
          }
        }
        if (!history || !calibration || results.length < backs.length) continue;
        const about = { date: new Date().toISOString().slice(0, 10), commit, version, device: place.device, set: name, model, part };
        appendCalibration(calibration, { ...about, origins: backs.join(" "), calibration: pooled(results.map((result) => result.calibration)) });
        // Published comparisons use the official origin alone, so it has a line of its own.
        for (const count of new Set(part === "test" ? [1, backs.length] : [backs.length])) {
          const used = results.slice(0, count);
          append(history, {
            ...about,
            origins: backs.slice(0, count).join(" "),
            products: Math.min(...used.map(({ scores }) => scores.products)),
            seconds: mean(used.map(({ seconds }) => seconds)),
            scores: Object.fromEntries(SCORES.map((score) => [score, mean(used.map(({ scores }) => scores[score] ?? NaN))])),
          });
        }
      }
    }
    if (!docs || !history || !calibration) continue;
    const lines = readHistory(history);
    if (lines.length === 0) continue;
    writeFileSync(path.join(docs, "accuracy.md"), page(lines, readCalibration(calibration), place.datasets));
    const { best, ratio, within } = verdict(lines, name);
    if (ratio !== undefined) console.log(`  auto against ${best}, the best single model on validation: ratio ${ratio.toFixed(3)}${within ? "" : ", more than 3 % worse"}`);
  }
  return failures > 0 ? 1 : 0;
});
