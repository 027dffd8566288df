/**
 * `npm run bench [-- NAME [ARGUMENT…]]`: all benchmarks, or one. Each is a file `tests/bench/NAME.bench.mjs`, runs our
 * side and its peers on this machine in one go, and ends with lines `NAME cpu ratio X` and `NAME gpu ratio X`.
 */

import { readdirSync } from "node:fs";

import { build } from "./build.mjs";
import { at, Missing, run, script } from "./run.mjs";
import { ensureChromium, ensurePackages } from "./setup.mjs";

await script(async () => {
  const [wanted, ...words] = process.argv.slice(2);
  const names = readdirSync(at("tests/bench"))
    .filter((name) => name.endsWith(".bench.mjs"))
    .map((name) => name.replace(".bench.mjs", ""))
    .sort();
  if (wanted && !names.includes(wanted)) throw new Missing(`No benchmark is called ${wanted}; there are: ${names.join(", ")}.`);
  await build();
  await ensurePackages(at("tests/bench"));
  const chromium = await ensureChromium();
  for (const name of wanted ? [wanted] : names) {
    console.log(`\n── ${name} ──`);
    await run(process.execPath, [at(`tests/bench/${name}.bench.mjs`), ...words], { env: { TILLCAST_CHROMIUM: chromium } });
  }
});
