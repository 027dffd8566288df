/**
 * Statistical methods on generated series, a year by the day, ten by the month and two by the week: ours on one core
 * against statsforecast in a Python environment of its own, and our wasm in one worker of the browser against that and
 * against augurs.
 *
 * `npm run bench:stat`. Python 3.10 or later is needed; packages go to `target/bench-python`.
 */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { at, Missing, run, say } from "../../scripts/run.mjs";
import { machine, openBench } from "./browser.mjs";

const PEER = "statsforecast==2.1.1";
const HORIZON = 28;
const SHAPES = [
  { length: 365, season: 7 },
  { length: 120, season: 12 },
];
/** Weeks of less than two years: too few for a season of 52, so that all search the same forms, those without one. */
const WEEKS = { length: 100, season: 52, methods: ["ets"], series: 8 };
const STEADY = { methods: ["ets", "theta", "dynamic-optimised-theta", "arima", "mstl"], series: 8 };
const RARE = { methods: ["croston", "croston-optimised", "sba", "tsb", "adida", "imapa"], series: 64 };
/** Rounds in turns; the quickest of each side counts. */
const ROUNDS = 2;
/** How long a worker runs the same jobs. */
const WARM_MS = 1000;
const MAX_OUTPUT = 1 << 28;

function random(seed) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return { next, normal: () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()) };
}

/** Levels that wander or do not, trends, seasons from none to strong. */
function steady({ length, season }, place) {
  const { normal } = random(1000 * length + place);
  const usual = 50 * (1 + (place % 3));
  let level = usual;
  return Array.from({ length }, (_, time) => {
    level += ((place % 4) * 0.05 * usual) / length + (place % 2) * 0.02 * usual * normal();
    const wave = 1 + 0.1 * (place % 5) * Math.sin((2 * Math.PI * time) / season);
    return Number(Math.max(1, level * wave + 0.08 * usual * normal()).toFixed(2));
  });
}

/** Sales on half of the days down to one in twelve. */
function rare({ length }, place) {
  const { next } = random(77 * length + place);
  const chance = [0.5, 0.3, 0.15, 0.08][place % 4];
  return Array.from({ length }, () => (next() < chance ? 1 + Math.floor(-2 * Math.log(next())) : 0));
}

/** The peer's Python. */
async function environment() {
  const folder = at("target/bench-python");
  const python = path.join(folder, os.platform() === "win32" ? "Scripts/python.exe" : "bin/python");
  if (!existsSync(python)) {
    say(`a Python environment with ${PEER}`);
    try {
      await run("python3", ["-m", "venv", folder]);
    } catch (error) {
      throw new Missing(`No Python environment could be made (${error.message}): Python 3.10 or later with venv is needed.`);
    }
  }
  await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER]);
  return python;
}

const told = (command, words) => JSON.parse(execFileSync(command, words, { cwd: at(), encoding: "utf8", maxBuffer: MAX_OUTPUT, stdio: ["ignore", "pipe", "inherit"] }));

const key = ({ method, length }) => `${method} ${length}`;

/** The quicker round of each. */
function quickest(rounds) {
  const made = new Map();
  for (const one of rounds.flat()) {
    const known = made.get(key(one));
    if (!known || one.milliseconds < known.milliseconds) made.set(key(one), one);
  }
  return made;
}

const inWorker = (page, script, message) =>
  page.evaluate(
    async ([script, message]) => {
      const worker = new Worker(script, { type: "module" });
      const reply = await new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage(message);
      });
      worker.terminate();
      if (reply.error) throw new Error(reply.error);
      return reply.answer;
    },
    [script, message],
  );

const share = (ours, theirs, least) => `${ours.filter((value, place) => value <= theirs[place] + least).length} of ${ours.length}`;
const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const folder = await mkdtemp(path.join(os.tmpdir(), "tillcast-bench-"));
const bench = await openBench("statistics");
try {
  console.log(machine(bench.browser));
  const cases = SHAPES.flatMap((shape) => [
    { ...shape, methods: STEADY.methods, series: Array.from({ length: STEADY.series }, (_, place) => steady(shape, place)) },
    { ...shape, methods: RARE.methods, series: Array.from({ length: RARE.series }, (_, place) => rare(shape, place)) },
  ]);
  cases.push({ ...WEEKS, series: Array.from({ length: WEEKS.series }, (_, place) => steady(WEEKS, place)) });
  const series = path.join(folder, "series.json");
  const jobs = path.join(folder, "jobs.json");
  await writeFile(series, JSON.stringify(cases));
  const python = await environment();
  const native = () => told("cargo", ["bench", "--locked", "--quiet", "--bench", "statistics", "--", series, jobs]);
  const rounds = { ours: [], peer: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.ours.push(native());
    rounds.peer.push(told(python, [at("tests/bench/statistics.py"), series]).made);
  }
  const ours = quickest(rounds.ours);
  const peer = quickest(rounds.peer);

  const browser = new Map();
  const ofAugurs = new Map();
  for (const one of JSON.parse(await readFile(jobs, "utf8"))) {
    // The browser compiles better what has run for a while.
    const message = { what: "jobs", kind: "local-forecast", jobs: one.jobs, leastMs: WARM_MS };
    browser.set(key(one), (await inWorker(bench.page, "ours.js", message)) / one.count);
  }
  for (const { series, season, length, methods } of cases) {
    for (const what of ["ets", "mstl"].filter((method) => methods.includes(method))) {
      const made = await inWorker(bench.page, "augurs.js", { what, series, season, horizon: HORIZON });
      ofAugurs.set(`${what} ${length}`, made.milliseconds);
    }
  }

  console.log("method, length: milliseconds a series natively, of statsforecast, in one worker of the browser, of augurs there");
  for (const [name, one] of ours) {
    const cells = [one.milliseconds, peer.get(name)?.milliseconds, browser.get(name), ofAugurs.get(name)];
    const shown = cells.map((value) => (value === undefined ? "–" : value.toFixed(value < 1 ? 4 : 1)).padStart(9)).join("");
    const alone = one.rate_milliseconds === null ? "" : `   the rate alone ${one.rate_milliseconds.toFixed(4)}`;
    console.log(`${name.padEnd(30)}${shown}${alone}`);
  }
  for (const [name, one] of ours) {
    const theirs = peer.get(name);
    const label = `statistics-${name.replace(" ", "-")}`;
    if (theirs) console.log(`${label} cpu ratio ${(theirs.milliseconds / one.milliseconds).toFixed(1)}`);
    if (theirs && one.rate_milliseconds !== null) console.log(`${label}-rate cpu ratio ${(theirs.milliseconds / one.rate_milliseconds).toFixed(1)}`);
    console.log(`${label}-wasm cpu ratio ${(one.milliseconds / browser.get(name)).toFixed(2)} of native`);
    if (ofAugurs.has(name)) {
      // augurs has no forms with seasons.
      const forms = one.method !== "ets" ? "" : one.length === WEEKS.length ? "-both-without-seasons" : "-ours-with-theirs-without-seasons";
      console.log(`${label}-augurs${forms} cpu ratio ${(ofAugurs.get(name) / browser.get(name)).toFixed(1)}`);
    }
  }
  for (const [name, one] of ours) {
    const theirs = peer.get(name);
    if (!theirs) continue;
    const apart = one.means.map((mean, place) => meanOf(mean.map((value, step) => Math.abs(value - theirs.means[place][step]))) / meanOf(theirs.means[place].map(Math.abs)));
    const criterion = theirs.aicc.length > 0 ? `; AICc no worse by 0.002 on ${share(one.aicc, theirs.aicc, 2e-3)}` : "";
    console.log(`${name}: forecasts apart by ${(100 * meanOf(apart)).toFixed(2)} % in the mean${criterion}`);
  }
} finally {
  await bench.close();
  await rm(folder, { recursive: true });
}
