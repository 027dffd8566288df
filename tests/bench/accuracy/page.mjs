/** `docs/accuracy.md`, from the newest lines of the history. */

import path from "node:path";

import { calibrationSection } from "./calibration-page.mjs";
import { latest } from "./history.mjs";
import { peersOf } from "./peers.mjs";
import { SETS, metaOf, originsOf } from "./sets.mjs";
import { table } from "./tables.mjs";

/** Models in the order of the tables; others follow. */
export const MODELS = ["seasonal-naive", "moving-average", "ets", "lstm", "statistical", "auto"];
/** Those of them that are combinations of others. */
const CHOICES = ["statistical", "auto"];
/** Models of which `statistical` has none. */
const NETWORKS = ["lstm"];
/** A model that few sets were forecast with has no column of its own. */
const LEAST_SETS = 3;
/** What every other model is held against. */
const YARDSTICK = "seasonal-naive";
/** Differences within this share are ties: another sample of products would turn them round. */
const TIE = 0.03;

/** @type {[string, string][]} */
const MEASURES = [
  ["relSQL", "The headline: quantile loss over all nine levels, scaled by product; a naive forecast is 1, smaller is better."],
  ["relMASE", "The same for the median alone: absolute error, scaled by product; a naive forecast is 1."],
  ["MASE", "Absolute error of the median over that of repeating the last season within the training part. On goods that seldom sell it rewards forecasting zero."],
  ["WQL", "Quantile loss over the quantity sold: large products count more."],
  ["WAPE", "Absolute error of the median over the quantity sold."],
  ["total", "Miss of the medians' sum over the whole horizon, by product, over the quantity sold."],
  ["bias", "Sum of mean forecast minus sale over the quantity sold; 0 is best, positive is too much."],
  ["cover80", "Share of sales between the 10 % and the 90 % quantile; 0.8 is best. Goods with many zeros lie above it, since the band's edge is itself often zero."],
];

const number = (/** @type {number | undefined} */ value, digits = 3) =>
  value === undefined || !Number.isFinite(value) ? "–" : value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1");

/**
 * The comparison a choice is held to, on one set.
 *
 * @param {import("./history.mjs").Line[]} history
 * @param {string} set
 * @param {string} [choice]
 * @returns {{ best?: string, auto?: number, chosen?: number, ratio?: number, within?: boolean, naive?: number, hindsight?: string }}
 * relSQL on the test part; `best` is the single model that was best on the validation part, `auto` the choice
 */
export function verdict(history, set, choice = "auto") {
  const newest = (/** @type {string} */ model, /** @type {string} */ part) => latest(history, { set, model, part });
  const single = [...new Set(history.map((line) => line.model))].filter((model) => !CHOICES.includes(model) && !(choice === "statistical" && NETWORKS.includes(model)));
  const scored = (/** @type {string} */ part) =>
    single
      .map((model) => ({ model, score: newest(model, part)?.scores.relSQL ?? NaN }))
      .filter(({ score }) => Number.isFinite(score))
      .sort((a, b) => a.score - b.score);
  const test = scored("test");
  // The best of some says nothing: another single model, not measured there, may have been the better pick.
  const judged = scored("validation");
  const best = judged.length === single.length ? judged[0]?.model : undefined;
  const chosen = best === undefined ? undefined : newest(best, "test");
  const auto = newest(choice, "test");
  // Means over different origins are no comparison.
  const ratio = auto && chosen && auto.origins === chosen.origins ? auto.scores.relSQL / chosen.scores.relSQL : undefined;
  return {
    best,
    auto: auto?.scores.relSQL,
    chosen: chosen?.scores.relSQL,
    ratio,
    within: ratio === undefined ? undefined : ratio <= 1 + TIE,
    naive: newest(YARDSTICK, "test")?.scores.relSQL,
    hindsight: test[0]?.model,
  };
}

/** @param {import("./history.mjs").Line[]} history @param {string[]} sets @param {string} choice */
function verdicts(history, sets, choice) {
  const rows = sets.map((set) => {
    const { best, auto, chosen, ratio, within, naive, hindsight } = verdict(history, set, choice);
    const say = within === undefined ? "–" : within ? "yes" : "no";
    return [set, best ?? "–", hindsight ?? "–", number(naive), number(chosen), number(auto), number(ratio), say];
  });
  return table(["set", "best single model on validation", "best on test, in hindsight", YARDSTICK, "best on validation", `\`${choice}\``, "ratio", "within 3 %"], rows, 3);
}

/** @param {import("./history.mjs").Line[]} history @param {string[]} sets @param {string[]} models @param {string} measure */
function measureTable(history, sets, models, measure) {
  const value = (/** @type {string} */ set, /** @type {string} */ model) => latest(history, { set, model, part: "test" })?.scores[measure];
  const rows = sets.map((set) => [set, ...models.map((model) => number(value(set, model)))]);
  if (measure.startsWith("rel") && sets.length > 1) {
    const whole = models.map((model) => {
      const logs = sets.map((set) => Math.log(value(set, model) ?? NaN));
      return number(Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length));
    });
    rows.push(["**geometric mean**", ...whole]);
  }
  return table(["set", ...models], rows);
}

/** One measure on the validation part: models down, sets across. @param {import("./history.mjs").Line[]} history @param {string[]} sets @param {string[]} models @param {string} measure */
function validationTable(history, sets, models, measure) {
  const rows = models
    .map((model) => [model, ...sets.map((set) => number(latest(history, { set, model, part: "validation" })?.scores[measure]))])
    .filter((row) => row.slice(1).some((cell) => cell !== "–"));
  return table(["model", ...sets], rows);
}

/** @param {import("./history.mjs").Line[]} history @param {string} datasets @param {string} set @param {string[]} models */
function beside(history, datasets, set, models) {
  const meta = metaOf(path.join(datasets, set));
  const measures = ["MASE", "RMSSE", "sMAPE", "WAPE", "WQL"];
  const ours = models
    .map((model) => latest(history, { set, model, part: "test", origins: "0" }))
    .filter((line) => line !== undefined)
    .map((line) => ({ name: `**${line.model}**`, library: "Tillcast", products: line.products, scores: line.scores }));
  const { peers, leftOut } = meta ? peersOf(datasets, set, meta.series) : { peers: [], leftOut: [] };
  const rows = [...ours, ...peers]
    .sort((a, b) => a.scores.MASE - b.scores.MASE)
    .map(({ name, library, products, scores }) => [name, library, String(products), ...measures.map((measure) => number(scores[measure], measure === "sMAPE" ? 2 : 3))]);
  const omitted = leftOut.length > 0 ? `\n\nMeasured on fewer than half of the products, and left out: ${leftOut.join(", ")}.` : "";
  return `### ${set}\n\n${table(["model", "library", "products", ...measures], rows, 2)}${omitted}`;
}

/** @param {import("./history.mjs").Line[]} history @param {string[]} sets @param {string[]} models */
function provenance(history, sets, models) {
  const rows = sets.flatMap((set) =>
    models.flatMap((model) => {
      const line = latest(history, { set, model, part: "test" }) ?? latest(history, { set, model, part: "validation" });
      return line ? [[set, model, line.part, line.origins, line.version, line.commit, line.date, line.device, line.seconds.toFixed(1)]] : [];
    }),
  );
  return table(["set", "model", "part", "origins", "version", "commit", "date", "device", "seconds"], rows, 8);
}

/** Says where figures of `auto` are older than the newest ones: its members may have changed since. */
function outdated(history, newest) {
  const older = [...new Set(history.filter((line) => line.model === "auto" && line.part === "test").map((line) => line.set))]
    .map((set) => latest(history, { set, model: "auto", part: "test" }))
    .filter((line) => line !== undefined && line.commit !== newest.commit)
    .map((line) => `${line.set} (${line.commit})`);
  return older.length > 0 ? ` Its figures are of earlier commits, with the members of then, on ${older.join(", ")}.` : "";
}

/**
 * @param {import("./history.mjs").Line[]} history
 * @param {import("./calibration-history.mjs").Measured[]} calibration
 * @param {string} datasets
 * @returns {string} the page
 */
export function page(history, calibration, datasets) {
  const measured = new Set(history.map((line) => line.set));
  const sets = SETS.filter((set) => measured.has(set.name));
  const names = sets.map((set) => set.name);
  const seen = new Set(history.map((line) => line.model));
  const models = [...MODELS.filter((model) => seen.has(model)), ...[...seen].filter((model) => !MODELS.includes(model)).sort()];
  const isWide = (/** @type {string} */ model) => names.filter((set) => latest(history, { set, model, part: "test" })).length >= LEAST_SETS;
  const wide = models.filter((model) => MODELS.includes(model) || isWide(model));
  const newest = history.reduce((a, b) => (b.date >= a.date ? b : a));
  const described = sets.map((set) => {
    const meta = metaOf(path.join(datasets, set.name));
    const back = (/** @type {"test" | "validation"} */ part) => originsOf(set, part).join(", ");
    return [set.name, set.what, set.source, String(meta?.series ?? "–"), `${meta?.horizon ?? "–"} ${meta?.freq ?? ""}s`, back("test"), back("validation")];
  });
  const lone = sets.length > 1 ? "The last line is the geometric mean over the sets, for the models that were measured on all of them. Models measured on fewer than three sets stand in the history alone." : "";

  return `# How accurate it is

Measured last on ${newest.date}, version ${newest.version}, commit ${newest.commit}, on real sales and the public forecasting
competitions. \`tests/bench/accuracy.mjs\` makes this page; every figure ever measured is a line of
[accuracy-history.csv](accuracy-history.csv) or [calibration-history.csv](calibration-history.csv), to which lines are only
added.

## In short

relSQL on the test part, mean of its origins: 1 is what repeating the past with its own spread gets, smaller is better.
\`auto\` is what runs when no model is named, \`statistical\` the same without networks. Both are held to the single
model that was best on the *validation* part, since whoever picks one model has no more to go by, \`statistical\` to the best
without a network; up to 3 % is a tie. A dash: not every single model was measured there.${outdated(history, newest)}

${verdicts(history, names, "auto")}

${verdicts(history, names, "statistical")}

## The sets and how they are split

${table(["set", "what", "source", "series", "horizon", "test origins", "validation"], described, 3)}

An origin is told by how many horizons lie between it and the end of the data: at origin 0 the last horizon is forecast,
at origin 1 the one before it, each time from nothing but what came earlier. The scores of the test part are means over its
origins. The validation part is the horizon before all of them: models are compared and settings chosen there, never on the
test part. Products that are too short at an origin are left out there. Columns known ahead are those a shop plans itself.
Several of these sets may not be passed on, so none is in the project; the command gets the same columns a shop's own
export would have.

## Scores on the test part

${lone}

${MEASURES.map(([measure, means]) => `### ${measure}\n\n${means}\n\n${measureTable(history, names, wide, measure)}`).join("\n\n")}

${calibrationSection(calibration, names)}## Scores on the validation part

### relSQL

${validationTable(history, names, models, "relSQL")}

### MASE

${validationTable(history, names, models, "MASE")}

## Beside other libraries

Origin 0 alone, as in published comparisons, best MASE first. The other libraries' figures are those of a reference run on
the same split; absolute errors there are of the one point forecast a library gives, here of the median. Where a row has fewer products than the set, it was measured on a part of them
and compares only roughly. \`LightGBM_diff\` was chosen with sight of the test part and is the better for it.

${names.map((set) => beside(history, datasets, set, models)).join("\n\n")}

## What was measured when

Seconds are those of one forecast of the whole set, reading included: an order of magnitude, as the machine was busy with
other things. A commit with a + had changes on top of it; origins are those the scores above are means over.

${provenance(history, names, models)}

## Measuring again

\`\`\`
node tests/bench/accuracy.mjs DATASETS_FOLDER [--sets a,b] [--models a,b] [--origins n] [--part validation|test]
\`\`\`

\`DATASETS_FOLDER\` has a folder for each set (\`train.csv.gz\`, \`test.csv.gz\`, \`meta.json\`, and \`future.csv.gz\` where columns
are known ahead), and beside them \`split.py\`, which cuts at an earlier origin, and \`score.py\`, which scores a forecast.
`;
}
