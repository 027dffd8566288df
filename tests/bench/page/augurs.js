/** augurs' side of the statistical benchmark: one worker, driven by messages `{ what, series, season, horizon }`. */

import startEts, { AutoETS } from "../node_modules/@bsull/augurs/ets.js";
import startMstl, { MSTL } from "../node_modules/@bsull/augurs/mstl.js";

const started = Promise.all([startEts(), startMstl()]);

const models = {
  // Its seasonal forms are not there: the others are what it has.
  ets: ({ season }) => new AutoETS(season, "ZZN"),
  mstl: ({ season }) => MSTL.ets([season]),
};

addEventListener("message", async ({ data }) => {
  try {
    await started;
    const answer = [];
    const begun = performance.now();
    for (const values of data.series) {
      const model = models[data.what](data);
      model.fit(new Float64Array(values));
      answer.push(model.predict(data.horizon, null).point);
      model.free();
    }
    postMessage({ answer: { milliseconds: (performance.now() - begun) / data.series.length, means: answer } });
  } catch (error) {
    postMessage({ error: error?.message ?? String(error) });
  }
});
