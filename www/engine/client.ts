/** The public library: one object for the page, a portal or the widget; all work happens in workers. */

import { cancelled, failure, TillcastError, toFailure } from "./failure";
import { newLife, onDeath } from "./life";
import { startWorker } from "./policy";
import { unpackShop } from "./products";
import type { CoordinatorMessages, Source, Work } from "./protocol";
import { Caller, type CallOptions } from "./rpc";
import type {
  Backtest,
  BacktestOptions,
  DeviceInfo,
  Diagnosis,
  Figure,
  Finding,
  FigureKind,
  FigureOptions,
  Forecast,
  ForecastOptions,
  Frequency,
  FutureRow,
  ModelInfo,
  ReadOptions,
  Row,
  RunOptions,
  Shop,
  StartOptions,
  TillcastFailure,
  Usual,
} from "./types";
import coordinatorAddress from "./worker.ts?worker&url";

export { answerTo, columnAsked } from "./answers";
export { TillcastError } from "./failure";

/** Files (several are one shop), or rows. */
export type Data = Blob | readonly Blob[] | readonly Row[];

/** What is needed to make a shop again after the coordinator was lost. */
interface Kept {
  source: Source;
  frequency: Frequency;
  /** Which coordinator holds it, and under which number there. */
  engine: number;
  inner: number;
}

interface Made {
  engine: number;
  inner: number;
}

type Name = keyof CoordinatorMessages & string;

export class Tillcast {
  /** Where networks are trained; another one while a forecast is made, if a GPU is lost or found again. */
  device: DeviceInfo = { kind: "cpu", vendor: "", architecture: "", workers: 1, reason: "none" };

  readonly #options: StartOptions;
  readonly #shops = new Map<number, Kept>();
  readonly #forecasts = new Map<number, Made>();
  #worker: Worker | undefined;
  #caller: Caller<CoordinatorMessages> | undefined;
  #ready: Promise<DeviceInfo> | undefined;
  #forget: () => void = () => {};
  #engine = 0;
  #last = 0;
  #stopped = false;

  private constructor(options: StartOptions) {
    this.#options = options;
  }

  /** Starts the workers; rejects where the page's policy or browser forbids them, never for want of a GPU. */
  static async start(options: StartOptions = {}): Promise<Tillcast> {
    const till = new Tillcast(options);
    await till.#outward(() => till.#start());
    return till;
  }

  /** Reads files or rows into a shop. Where it has `questions`, {@link answer} them before forecasting. */
  open(data: Data, options: ReadOptions = {}, run: RunOptions = {}): Promise<Shop> {
    return this.#outward(() => this.#open(sourceOf(data, options), run));
  }

  /** The invented sample shop. */
  sample(run: RunOptions = {}): Promise<Shop> {
    return this.#outward(() => this.#open({ kind: "sample" }, run));
  }

  /** Reads the same files again with what the user said; `shop` itself becomes the answered one. */
  answer(shop: Shop, answers: ReadOptions, run: RunOptions = {}): Promise<Shop> {
    return this.#outward(async () => {
      const kept = this.#kept(shop);
      if (kept.source.kind === "sample") throw failure("usage", "no-question", "the sample shop has no questions");
      const source = { ...kept.source, options: merge(kept.source.options, answers) };
      const { answered, engine } = await this.#read(source, run);
      const before = { ...kept };
      Object.assign(kept, { source, frequency: answered.frequency, engine, inner: answered.id });
      this.#release(before);
      return Object.assign(shop, answered, { id: shop.id });
    });
  }

  /** The same files as another shop, with something else said about them; `shop` stays as it is. */
  reread(shop: Shop, answers: ReadOptions, run: RunOptions = {}): Promise<Shop> {
    return this.#outward(async () => {
      const { source } = this.#kept(shop);
      if (source.kind === "sample") throw failure("usage", "no-question", "the sample shop has no files");
      return this.#open({ ...source, options: merge(source.options, answers) }, run);
    });
  }

  /** The same shop by other periods; `shop` itself becomes it, forecasts made before stay as they are. */
  regroup(shop: Shop, frequency: Frequency, run: RunOptions = {}): Promise<Shop> {
    return this.#outward(() => this.#regroup(shop, frequency, run));
  }

  /** Forecasts every product. Quick methods come first, by `onProgress`; the promise is for the final forecast. */
  forecast(shop: Shop, options: ForecastOptions, run: RunOptions = {}): Promise<Forecast> {
    return this.#outward(async () => {
      if (options.frequency) await this.#regroup(shop, options.frequency, run);
      const inner = await this.#inner(shop, run);
      const engine = this.#engine;
      const { onProgress } = run;
      const id = ++this.#last;
      const own = (forecast: Forecast): Forecast => {
        this.#forecasts.set(id, { engine, inner: forecast.id });
        return { ...forecast, id, shop: shop.id };
      };
      const made = await this.#ask(
        "forecast",
        { shop: inner, options },
        {
          signal: run.signal,
          onEvent: this.#watch((told) => onProgress?.(told.forecast ? { ...told, forecast: own(told.forecast) } : told)),
        },
      );
      return own(made);
    });
  }

  /** Scores methods on the shop's own past, from rolling origins. */
  backtest(shop: Shop, options: BacktestOptions, run: RunOptions = {}): Promise<Backtest> {
    return this.#outward(async () => {
      if (options.frequency) await this.#regroup(shop, options.frequency, run);
      const inner = await this.#inner(shop, run);
      return this.#ask("backtest", { shop: inner, options }, { onEvent: this.#watch(run.onProgress), signal: run.signal });
    });
  }

  /** Whether a forecast can still be drawn and exported: those of a coordinator that was lost cannot, but made again. */
  holds(forecast: Forecast): boolean {
    return this.#worker !== undefined && this.#forecasts.get(forecast.id)?.engine === this.#engine;
  }

  /** A chart of a forecast as SVG, with how its plot area maps. */
  figure(forecast: Forecast, kind: FigureKind, options: FigureOptions): Promise<Figure> {
    return this.#outward(() =>
      this.#ask("figure", { forecast: this.#made(forecast), kind, options: { theme: "light", language: "en", ...options } }),
    );
  }

  /**
   * What a method's fit to a product, or to the whole shop, says of itself: the models compared, tests of its misses, and
   * figures of them. `model` has a likelihood: `ets`, `ces`, `arima`, `ar(2)` …; null for others, and where nothing fits.
   */
  diagnose(forecast: Forecast, model: string, options: FigureOptions, run: RunOptions = {}): Promise<Diagnosis | null> {
    return this.#outward(() =>
      this.#ask("diagnose", { forecast: this.#made(forecast), model, options: { theme: "light", language: "en", ...options } }, { signal: run.signal }),
    );
  }

  /** A fan chart of the sample shop, for a page that has no data yet. */
  exampleFigure(options: FigureOptions): Promise<Figure> {
    return this.#outward(() => this.#ask("exampleFigure", { options: { theme: "light", language: "en", ...options } }));
  }

  /** The forecast as a CSV file for a spreadsheet: a row per product and period, or per product with the total. */
  export(forecast: Forecast, { totals = false }: { totals?: boolean } = {}): Promise<Blob> {
    return this.#outward(async () => {
      const bytes = await this.#ask("exportCsv", { forecast: this.#made(forecast), totals });
      return new Blob([bytes], { type: "text/csv;charset=utf-8" });
    });
  }

  /**
   * The rows that were left out as a CSV file for a spreadsheet, from a second pass over the files: `file,row,reason,text`,
   * the text as it stands there. With `words` (by reason), a column `why` after `reason`.
   */
  leftOut(shop: Shop, { words = {} }: { words?: Record<string, string> } = {}, run: RunOptions = {}): Promise<Blob> {
    return this.#outward(async () => {
      const inner = await this.#inner(shop, run);
      return this.#ask("leftOut", { shop: inner, source: this.#kept(shop).source, words }, { signal: run.signal });
    });
  }

  /** What looks odd in a shop's data, and what was done about it. */
  findings(shop: Shop): Promise<Finding[]> {
    return this.#outward(async () => this.#ask("findings", { shop: await this.#inner(shop, {}) }));
  }

  /**
   * What columns would say over the horizon if nothing special were planned, for one product (by index) or for all; with
   * what `future` says of other periods than the shop is forecast by.
   */
  usual(shop: Shop, known: string[], horizon: number, product?: number, future: FutureRow[] = []): Promise<Usual> {
    return this.#outward(async () => this.#ask("usual", { shop: await this.#inner(shop, {}), known, horizon, product, future }));
  }

  /** The methods there are. */
  models(): Promise<ModelInfo[]> {
    return this.#outward(() => this.#ask("models", null));
  }

  /** Forgets a shop and its forecasts. */
  close(shop: Shop): void {
    const kept = this.#shops.get(shop.id);
    this.#shops.delete(shop.id);
    if (kept) this.#release(kept);
  }

  /** Loses the GPU on purpose, as a driver's reset would, so that a host can see that work goes on without it. */
  loseDevice(): Promise<void> {
    return this.#outward(() => this.#ask("loseDevice", null).then(() => {}));
  }

  /** Ends the workers; what is still open rejects as cancelled, what is asked later as stopped. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#shops.clear();
    this.#forecasts.clear();
    this.#end(cancelled());
  }

  /** Every promise of the library rejects with a {@link TillcastError}, and nothing is thrown beside it. */
  async #outward<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      if (this.#stopped) throw failure("usage", "stopped", "this engine was stopped", "start another one");
      return await work();
    } catch (thrown) {
      throw thrown instanceof TillcastError ? thrown : new TillcastError(toFailure(thrown));
    }
  }

  #start(): Promise<DeviceInfo> {
    const engine = ++this.#engine;
    const worker = startWorker(coordinatorAddress, "tillcast");
    const life = newLife();
    const lost = (why: TillcastFailure) => {
      if (this.#engine === engine && this.#worker) this.#end(why);
    };
    const caller = new Caller<CoordinatorMessages>(worker, lost);
    this.#worker = worker;
    this.#caller = caller;
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      lost(event.message ? crashed(event.message) : notLoaded());
    });
    worker.addEventListener("messageerror", () => lost(crashed("an answer could not be read")));
    const { device = "auto", workers } = this.#options;
    this.#ready = caller.call("start", { device, workers, life });
    this.#ready.then(
      (found) => {
        this.device = found;
        if (this.#engine === engine && this.#worker) this.#forget = onDeath(life, () => lost(crashed("it was ended from outside")));
      },
      (why) => lost(toFailure(why)),
    );
    return this.#ready;
  }

  /** Ends the coordinator; the next request starts another. */
  #end(why: TillcastFailure): void {
    this.#forget();
    this.#forget = () => {};
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#ready = undefined;
    this.#caller?.end(why);
  }

  async #ask<N extends Name>(
    name: N,
    request: CoordinatorMessages[N]["request"],
    options: CallOptions<CoordinatorMessages[N]["event"]> = {},
  ): Promise<CoordinatorMessages[N]["response"]> {
    // It was running when it was asked: who stopped it knows.
    if (this.#stopped) throw cancelled();
    await (this.#ready ?? this.#start());
    return (this.#caller as Caller<CoordinatorMessages>).call(name, request, options);
  }

  /** Keeps what is told of the device, and passes progress on. */
  #watch(onProgress: RunOptions["onProgress"]): (told: Work) => void {
    return (told) => {
      if ("device" in told) this.device = told.device;
      else onProgress?.(told);
    };
  }

  async #open(source: Source, run: RunOptions): Promise<Shop> {
    const { answered, engine } = await this.#read(source, run);
    const id = ++this.#last;
    this.#shops.set(id, { source, frequency: answered.frequency, engine, inner: answered.id });
    return { ...answered, id };
  }

  /** What the coordinator makes of it, and which coordinator: by the time all is unpacked it may be another one. */
  async #read(source: Source, run: RunOptions): Promise<{ answered: Shop; engine: number }> {
    const packed = await this.#ask("open", { source }, { onEvent: run.onProgress, signal: run.signal });
    const engine = this.#engine;
    return { answered: await unpackShop(packed), engine };
  }

  async #regroup(shop: Shop, frequency: Frequency, run: RunOptions): Promise<Shop> {
    const kept = this.#kept(shop);
    if (kept.frequency === frequency) return shop;
    const inner = await this.#inner(shop, run);
    const made = await unpackShop(await this.#ask("regroup", { shop: inner, frequency }, { signal: run.signal }));
    kept.frequency = frequency;
    return Object.assign(shop, made, { id: shop.id });
  }

  #kept(shop: Shop): Kept {
    const kept = this.#shops.get(shop.id);
    if (!kept) throw failure("usage", "no-shop", "this shop was closed", "open the file again");
    return kept;
  }

  /** The shop's number in the coordinator, made again if that was lost. */
  async #inner(shop: Shop, run: RunOptions): Promise<number> {
    const kept = this.#kept(shop);
    await (this.#ready ?? this.#start());
    if (kept.engine === this.#engine) return kept.inner;
    const { source, frequency } = kept;
    const made = await this.#ask("open", { source }, { signal: run.signal });
    if (made.frequency !== frequency) await this.#ask("regroup", { shop: made.id, frequency }, { signal: run.signal });
    Object.assign(kept, { engine: this.#engine, inner: made.id });
    return made.id;
  }

  #made(forecast: Forecast): number {
    const made = this.#forecasts.get(forecast.id);
    if (!made || !this.holds(forecast)) {
      throw failure("usage", "no-forecast", "this forecast is no longer held", "forecast again");
    }
    return made.inner;
  }

  #release({ engine, inner }: Made): void {
    if (engine !== this.#engine || !this.#caller) return;
    // Nobody waits for it; a coordinator that is gone holds nothing either.
    this.#caller.call("close", { shop: inner }).catch(() => {});
  }
}

function sourceOf(data: Data, options: ReadOptions): Source {
  if (data instanceof Blob) return files([data], options);
  if (data.length > 0 && data.every((item) => item instanceof Blob)) return files(data as readonly Blob[], options);
  return { kind: "rows", rows: [...(data as readonly Row[])], options };
}

function files(blobs: readonly Blob[], options: ReadOptions): Source {
  return { kind: "files", files: blobs.map((blob) => ({ blob, name: blob instanceof File ? blob.name : "" })), options };
}

/** What is said by file: what was said of others stays. */
export const byFile = (before: ReadOptions | undefined, more: ReadOptions): ReadOptions => ({
  sheets: { ...before?.sheets, ...more.sheets },
  dateFormats: { ...before?.dateFormats, ...more.dateFormats },
  reportPeriods: { ...before?.reportPeriods, ...more.reportPeriods },
});

/** Later answers overrule earlier ones; roles, and what is said by file, one by one. */
function merge(options: ReadOptions, answers: ReadOptions): ReadOptions {
  // A mapping says all about its columns.
  const said = (answers.mappings ?? []).flatMap(({ roles, unused, extra }) => [...roles.map(([, header]) => header), ...unused, ...extra]);
  const before = (options.roles ?? []).filter(([, header]) => !said.includes(header));
  const roles = new Map([...before, ...(answers.roles ?? [])]);
  return { ...options, ...answers, roles: [...roles], ...byFile(options, answers) };
}

const crashed = (why: string): TillcastFailure =>
  failure("internal", "engine-lost", `the engine stopped unexpectedly (${why})`, "try again; the shop is read anew by itself");

const notLoaded = (): TillcastFailure =>
  failure("internal", "engine-not-loaded", "a part of Tillcast could not be loaded", "reload the page");
