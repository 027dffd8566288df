/** The part of `docs/accuracy.md` that tells whether ranges hold as often as they say. */

import { latestCalibration } from "./calibration-history.mjs";
import { GROUPS, holds, shares } from "./calibration.mjs";
import { table } from "./tables.mjs";

/** Methods shown. */
const MODELS = ["statistical", "auto"];

const percent = (/** @type {number} */ share) => (Number.isFinite(share) ? (100 * share).toFixed(1) : "–");
const pair = (/** @type {number} */ one, /** @type {number} */ other) => `${percent(one)}–${percent(other)}`;

/**
 * @param {import("./calibration-history.mjs").Measured[]} history
 * @param {string[]} sets
 * @returns {{ set: string, model: string, calibration: import("./calibration.mjs").Calibration }[]}
 */
function measured(history, sets) {
  return MODELS.flatMap((model) =>
    sets.flatMap((set) => {
      const found = latestCalibration(history, { set, model, part: "test" });
      return found ? [{ set, model, calibration: found.calibration }] : [];
    }),
  );
}

/**
 * @param {import("./calibration-history.mjs").Measured[]} history
 * @param {string[]} sets
 * @returns {string} nothing where nothing was measured
 */
export function calibrationSection(history, sets) {
  const rows = measured(history, sets);
  if (rows.length === 0) return "";
  const singles = rows.map(({ set, model, calibration }) => {
    const { below10, at10, at90, above90 } = shares(calibration[GROUPS[0]]);
    const off = GROUPS.filter((group) => calibration[group] && !holds(calibration[group], group));
    return [set, model, pair(below10, at10), pair(above90, at90), off.length === 0 ? "yes" : `not ${off.join(", ")}`];
  });
  const groups = rows.map(({ set, model, calibration }) => [
    set,
    model,
    ...GROUPS.slice(1).map((group) => {
      const { below10, above90 } = shares(calibration[group]);
      return `${percent(below10)} / ${percent(above90)}`;
    }),
  ]);
  const sums = rows.flatMap(({ set, model, calibration }) =>
    Object.keys(calibration)
      .filter((group) => group.startsWith("sum"))
      .map((group) => {
        const { all, below10, above90, held95 } = shares(calibration[group]);
        return [set, model, group.slice("sum ".length), String(all), percent(below10), percent(above90), percent(held95)];
      }),
  );
  return `## Whether ranges hold

On the test part, all its origins pooled, in percent. Of sales where the range has a width: those below the 10 % quantile, and those at or
below it. Whole units make ties, so 10 % should lie between the two; likewise above the 90 % quantile. A range holds where
neither share is more than 3 points to the wrong side, and in each half of the horizon and each third of the products by
volume no more than 5.

${table(["set", "model", "below–at 10 %", "above–at 90 %", "holds"], singles, 2)}

Below the 10 % quantile and above the 90 % quantile, by half of the horizon and third of the products:

${table(["set", "model", ...GROUPS.slice(1)], groups, 2)}

Sums over the first periods of the horizon, by product. The last column is how often the 95 % quantile held, of all
products; 92 to 98 is right.

${table(["set", "model", "periods", "sums", "below 10 %", "above 90 %", "95 % held"], sums, 2)}

`;
}
