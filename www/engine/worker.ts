/**
 * The coordinator: holds the core, the shops, the forecasts and the GPU. It answers quick questions while long work is
 * going on, and does long work one piece after the other. Under other names the script is a compute worker, or one that
 * opens a workbook.
 */

import { COMPUTE, serveJobs } from "./compute";
import { cancelled, failure, toFailure } from "./failure";
import { Gpu } from "./gpu";
import { INSIDE, serveInside, tellInside } from "./inside";
import { listLeftOut } from "./left-out";
import { apart, listed } from "./known";
import { live } from "./life";
import { Pool } from "./pool";
import type { CoordinatorMessages, Work } from "./protocol";
import { breathe, readSource } from "./read";
import { type Call, ownPort, serve } from "./rpc";
import { sweep } from "./shelf";
import { Stopwatch } from "./stopwatch";
import { TimeLeft } from "./time-left";
import type { DeviceInfo, Progress } from "./types";
import { serveUnpacking } from "./unpack";
import { UNPACK } from "./workbooks";
import { compile, Engine, instantiate, trapOf } from "./wasm";

const MOST_WORKERS = 8;
/** Workers that are there before the first file: all would be a burden on who only looks at the page. */
const EARLY_WORKERS = 2;
/** Progress is told this often at most; a new forecast or epoch is told at once. */
const PROGRESS_MS = 50;

let engine: Engine | undefined;
let pool: Pool | undefined;
let gpu: Gpu | undefined;

function core(): Engine {
  if (!engine) throw failure("usage", "not-started", "the engine was not started");
  return engine;
}

let lastWork: Promise<unknown> = Promise.resolve();

/** Long work waits for the work before it; stopping it stops what it has in hand, or takes it out of the line. */
async function alone<Told, Value>(call: Call<Told>, work: () => Promise<Value> | Value): Promise<Value> {
  const before = lastWork;
  const turn = Promise.race([before, aborted(call.signal)]).then(async () => {
    if (call.signal.aborted) throw cancelled();
    const stop = () => core().cancel();
    call.signal.addEventListener("abort", stop);
    try {
      return await work();
    } finally {
      call.signal.removeEventListener("abort", stop);
    }
  });
  lastWork = Promise.allSettled([before, turn]);
  return turn;
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** Work on networks: the device is looked after, and told where it is another one than before. */
async function onDevice<Value>(call: Call<Work>, work: (tell: (progress: Progress) => void, found: DeviceInfo) => Promise<Value>): Promise<Value> {
  const device = gpu as Gpu;
  const say = (found: DeviceInfo | null) => found && call.tell({ device: found });
  say(await device.renewed());
  const tell = teller(call);
  const made = await work((progress) => {
    say(device.news());
    tell(progress);
  }, device.found);
  say(device.news());
  device.held();
  return made;
}

/** Passes the core's progress on, thinned out and with the time left. */
function teller(call: Call<Progress>): (progress: Progress) => void {
  const time = new TimeLeft(performance.now());
  let told = -Infinity;
  return (progress) => {
    const now = performance.now();
    const secondsLeft = time.left(now, progress.done);
    if (!progress.forecast && !progress.training && now - told < PROGRESS_MS) return;
    told = now;
    call.tell({ ...progress, ...(secondsLeft === undefined ? {} : { secondsLeft }) });
  };
}

/** The core takes a missing key for its default, but no `undefined`. */
function given<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}

function coordinate(): void {
  serve<CoordinatorMessages>(
    ownPort,
    {
      async start({ device, workers, life }) {
        const module = await compile();
        instantiate(module);
        await live(life);
        // One core is left to the page; the coordinator mostly waits.
        const width = workers ?? (navigator.hardwareConcurrency || 2) - 1;
        pool = new Pool(module, Math.min(Math.max(Math.trunc(width), 1), MOST_WORKERS), self.location.href);
        engine = new Engine(pool);
        gpu = await Gpu.start(engine, device, pool.width);
        pool.prepare(EARLY_WORKERS);
        void sweep();
        return gpu.found;
      },
      open({ source }, call) {
        return alone(call, async () => {
          const shop = await readSource(core(), pool as Pool, source, call.signal, teller(call));
          // The end of it is one long stretch: a stop that came meanwhile is heard now, and nobody would close this shop.
          await breathe();
          if (!call.signal.aborted) return shop;
          core().closeShop(shop.id);
          throw cancelled();
        });
      },
      regroup({ shop, frequency }, call) {
        return alone(call, () => core().regroup(shop, frequency));
      },
      forecast({ shop, options }, call) {
        return alone(call, () =>
          onDevice(call, async (tell, found) => {
            const watch = new Stopwatch(found, performance.now());
            const [plain, known, rows, values] = apart(options);
            const onEvent = (progress: Progress) => tell(watch.told(progress, performance.now()));
            return watch.finished(await core().forecast(shop, given(plain), known, rows, values, onEvent));
          }),
        );
      },
      backtest({ shop, options }, call) {
        return alone(call, () => onDevice(call, (tell) => core().backtest(shop, given(options), tell)));
      },
      figure({ forecast, kind, options }) {
        return core().figure(forecast, kind, given(options));
      },
      diagnose({ forecast, model, options }, call) {
        return core().inside(forecast, model, given(options)).then((asked) => asked && tellInside(asked, call.signal));
      },
      exampleFigure({ options }) {
        return core().exampleFigure(given(options));
      },
      exportCsv({ forecast, totals }, call) {
        const bytes = core().exportCsv(forecast, totals) as Uint8Array<ArrayBuffer>;
        call.transfer(bytes.buffer);
        return bytes;
      },
      // Beside long work: who waits for a file should not wait for a training.
      leftOut({ shop, source, words }, call) {
        return listLeftOut(core(), shop, source, words, call.signal);
      },
      findings({ shop }) {
        return core().findings(shop);
      },
      usual({ shop, known, horizon, product, future }) {
        return core().usual(shop, known, horizon, product, ...listed(known, future));
      },
      models() {
        return core().models();
      },
      close({ shop }) {
        core().closeShop(shop);
        return null;
      },
      loseDevice() {
        core().loseDevice();
        return null;
      },
    },
    trapOf,
  );

  // A trap inside awaited work reaches nobody's handler: its promise would never settle.
  const fatal = (thrown: unknown) => ownPort.postMessage({ fatal: trapOf(thrown) ?? toFailure(thrown) }, []);
  self.addEventListener("error", (event) => fatal(event.error ?? event.message));
  self.addEventListener("unhandledrejection", (event) => fatal(event.reason));
}

if (self.name === COMPUTE) serveJobs();
else if (self.name === UNPACK) serveUnpacking();
else if (self.name === INSIDE) serveInside();
else coordinate();
