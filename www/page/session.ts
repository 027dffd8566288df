/** What the page knows and does: one shop at a time, one request at a time. Views read it and are told of changes. */

import { answerTo, Tillcast } from "../engine/client";
import { toFailure } from "../engine/failure";
import type {
  CleanOptions,
  DeviceChoice,
  DeviceInfo,
  Figure,
  FigureKind,
  FigureOptions,
  Forecast,
  Frequency,
  Progress,
  Question,
  ReadOptions,
  RunOptions,
  Shop,
  TillcastFailure,
} from "../engine/types";
import { HORIZONS, isShort } from "./horizon";

export type State = "empty" | "reading" | "first-results" | "improving" | "done" | "too-little-data" | "stopped" | "failed";
export type View = "forecast" | "data" | "accuracy";
export type Sort = "units" | "revenue" | "name";

/** What changed: views that do not show it need not look. */
export type Change = "all" | "progress" | "forecast" | "selection" | "device";

/** How much of the bar reading a file takes; forecasting it is the longer part. */
const READING_SHARE = 0.1;

/** The part of the library that the page uses; tests put their own in its place. */
export type Engine = Pick<
  Tillcast,
  "device" | "open" | "sample" | "answer" | "forecast" | "figure" | "exampleFigure" | "export" | "leftOut" | "close"
>;

type Wish = { frequency: Frequency; horizon: number };
/** What the shop said counts as demand, in the words of {@link ReadOptions}; `more`: pieces that its last word brought. */
export interface Policy {
  counted: string[];
  uncounted: string[];
  more: number | null;
}

const OPEN_POLICY: Policy = { counted: [], uncounted: [], more: null };

type Input = { kind: "files"; files: File[] } | { kind: "sample" };

export class Session {
  state: State = "empty";
  view: View = "forecast";
  device: DeviceInfo | null = null;
  shop: Shop | null = null;
  /** A shop with an open question: not forecast yet. Nothing is computed while it stands. */
  asked: Shop | null = null;
  /** A shop whose question was put off, and the name of its file. */
  putOff: { shop: Shop; file: string } | null = null;
  forecast: Forecast | null = null;
  /** How many forecasts were taken, so that what is drawn of one is told from what was drawn of the one before. */
  taken = 0;
  progress: Progress | null = null;
  problem: TillcastFailure | null = null;
  /** Index of the product that is looked at; `null` is the whole shop. */
  selected: number | null = null;
  /** On a narrow screen: the product rather than the list. */
  detail = false;
  sort: Sort = "units";
  query = "";
  frequency: Frequency = "day";
  horizon = HORIZONS.day.usual;
  sample = false;
  /** How what methods learn from is cleaned; held until the shop is closed. */
  clean: CleanOptions = {};
  /** Held until the shop is closed. */
  policy: Policy = OPEN_POLICY;
  /** Whether something of this shop was downloaded. */
  exported = false;
  /** Name of the file that is being read or first forecast while an earlier shop is still shown. */
  incoming: string | null = null;

  readonly #listeners = new Set<(change: Change) => void>();
  readonly #engine: Promise<Engine>;
  #run = new AbortController();
  #last: Input | null = null;
  /** The shop that was read but is not shown yet. */
  #next: Shop | null = null;
  /** What was chosen while a file was being read. */
  #wish: Wish | null = null;
  /** What was being computed when another file came: it goes on if that file is of no use. */
  #interrupted: Wish | null = null;

  constructor(start: (device: DeviceChoice) => Promise<Engine>, device: DeviceChoice) {
    this.#engine = start(device);
    this.#engine.then(
      (engine) => {
        this.device = engine.device;
        this.#tell("device");
      },
      (why) => this.#fail(why),
    );
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether something is being computed. */
  get busy(): boolean {
    return this.asked === null && (this.state === "reading" || this.state === "first-results" || this.state === "improving");
  }

  /** Whether what is computed is a better answer than the one shown, or its test. */
  get improves(): boolean {
    return this.busy && this.incoming === null && this.forecast?.stage === "quick";
  }

  openFiles(files: File[]): Promise<void> {
    return files.length === 0 ? Promise.resolve() : this.#open({ kind: "files", files });
  }

  openSample(): Promise<void> {
    return this.#open({ kind: "sample" });
  }

  /** The last request again. */
  again(): Promise<void> {
    if (this.incoming !== null && this.#last) return this.#goOn(this.#last);
    if (this.shop && this.problem === null) return this.#working((signal) => this.#forecast(this.shop as Shop, signal));
    return this.#last ? this.#open(this.#last) : Promise.resolve();
  }

  answer(question: Question, value: string): Promise<void> {
    const shop = this.asked;
    if (!shop) return Promise.resolve();
    this.asked = null;
    return this.#working(async (signal) => {
      const engine = await this.#engine;
      try {
        await engine.answer(shop, answerTo(question, value), this.#options(signal));
      } catch (thrown) {
        // What went wrong may go right at the next try; what was stopped is read again.
        if (signal.aborted) this.#close(shop);
        else this.asked = shop;
        throw thrown;
      }
      await this.#opened(shop, signal);
    });
  }

  /** Puts the question off: what was there before goes on, or the file is let go where there was nothing. */
  later(): void {
    const { asked, forecast } = this;
    if (!asked || !forecast) return this.stop();
    this.#setAside(asked);
    Object.assign(this, { frequency: forecast.frequency, horizon: forecast.horizon });
    this.#goBack();
  }

  /** The question that was put off, again. */
  resume(): void {
    const { putOff } = this;
    if (!putOff) return;
    this.#interrupt();
    this.#run.abort();
    Object.assign(this, { asked: putOff.shop, incoming: putOff.file, putOff: null, progress: null });
    this.#become("reading");
  }

  /** The same files with another column for a role; the forecast begins anew. */
  reread(role: string, column: string): Promise<void> {
    return this.#reread({ roles: [[role, column]] }, () => {
      this.policy = { ...this.policy, more: null };
    });
  }

  /** The same files with lines of a kind counted or left out; `usual`: whether they count unless something is said. */
  count(kind: string, counts: boolean, usual: boolean): Promise<void> {
    const before = this.policy;
    const { totalUnits = 0, frequency } = this.shop ?? {};
    const listed = (kinds: string[], on: boolean) => [...kinds.filter((one) => one !== kind), ...(on ? [kind] : [])];
    const { counted, uncounted } = {
      counted: listed(before.counted, counts && !usual),
      uncounted: listed(before.uncounted, !counts && usual),
    };
    const { more } = before;
    this.policy = { counted, uncounted, more };
    return this.#reread({ counted, uncounted }, (shop) => {
      // Other periods may leave out other ends.
      if (!shop) this.policy = before;
      else this.policy.more = shop.frequency === frequency ? shop.totalUnits - totalUnits : null;
    });
  }

  /** `done` is given the shop, or nothing where it is as before. */
  #reread(said: ReadOptions, done: (shop?: Shop) => void): Promise<void> {
    const { shop } = this;
    if (!shop || shop.sample) return Promise.resolve();
    if (this.asked) this.#setAside(this.asked);
    return this.#working(async (signal) => {
      const engine = await this.#engine;
      try {
        done(await engine.answer(shop, said, this.#options(signal)));
      } catch (thrown) {
        // A choice that followed this one holds this one too.
        if (this.#run.signal === signal) done();
        throw thrown;
      }
      // What was forecast belongs to products that are no longer there.
      Object.assign(this, { forecast: null, selected: null });
      this.#become("reading");
      await this.#opened(shop, signal);
    });
  }

  /** Forecasts anew from sales that are cleaned so. */
  cleanBy(clean: CleanOptions): Promise<void> {
    const { shop } = this;
    if (!shop) return Promise.resolve();
    const { clean: before, taken } = this;
    this.clean = clean;
    return this.#working(async (signal) => {
      try {
        await this.#forecast(shop, signal);
      } catch (thrown) {
        // What is shown is still by the choice before.
        if (this.#run.signal === signal && this.taken === taken) this.clean = before;
        throw thrown;
      }
    });
  }

  lookAhead(horizon: number): Promise<void> {
    return this.#reforecast(this.frequency, horizon);
  }

  group(frequency: Frequency): Promise<void> {
    return this.#reforecast(frequency, HORIZONS[frequency].usual);
  }

  /** Ends what is going on; what is there stays. */
  stop(): void {
    this.#run.abort();
    this.#interrupted = null;
    if (this.asked) this.#forget();
    this.progress = null;
    this.#become(this.forecast ? "stopped" : "empty");
  }

  select(index: number | null): void {
    this.selected = index;
    this.detail = true;
    this.#tell("selection");
  }

  back(): void {
    this.detail = false;
    this.#tell("selection");
  }

  show(view: View): void {
    if (this.view === view || !this.shop) return;
    this.view = view;
    this.#tell("all");
  }

  /** Back to the first screen; the workers stay. */
  leave(): void {
    this.#run.abort();
    const { shop } = this;
    if (shop) void this.#engine.then((engine) => engine.close(shop));
    this.#forget();
    Object.assign(this, { shop: null, policy: OPEN_POLICY, clean: {}, forecast: null, progress: null, problem: null, selected: null, detail: false, view: "forecast", query: "", incoming: null });
    this.#become("empty");
  }

  forgive(): void {
    this.problem = null;
    if (this.state !== "failed") this.#tell("all");
    else if (this.asked) this.#become("reading");
    else this.#goBack();
  }

  /** To what was there before another file came. */
  #goBack(): void {
    const { shop, forecast } = this;
    if (!shop || !forecast) this.#become("empty");
    else if (this.#interrupted) {
      Object.assign(this, this.#interrupted);
      this.#interrupted = null;
      void this.#working((signal) => this.#forecast(shop, signal));
    } else this.#become(forecast.stage === "quick" ? "stopped" : settled(shop, forecast));
  }

  async figure(kind: FigureKind, options: FigureOptions): Promise<Figure> {
    const engine = await this.#engine;
    if (!this.forecast) throw new Error("no forecast");
    return engine.figure(this.forecast, kind, options);
  }

  async example(options: FigureOptions): Promise<Figure> {
    return (await this.#engine).exampleFigure(options);
  }

  /** A table of the forecast: its periods, or their totals. */
  async export(totals: boolean): Promise<Blob> {
    const engine = await this.#engine;
    if (!this.forecast) throw new Error("no forecast");
    const { shop } = this;
    const file = await engine.export(this.forecast, { totals });
    if (this.shop === shop) this.exported = true;
    this.#tell("progress");
    return file;
  }

  /** The rows that were left out, with the reasons in these words. */
  async leftOut(words: Record<string, string>): Promise<Blob> {
    const engine = await this.#engine;
    if (!this.shop) throw new Error("no shop");
    return engine.leftOut(this.shop, { words });
  }

  /** Whether closing the tab would lose something of the user's own. */
  get unsaved(): boolean {
    return this.shop !== null && !this.shop.sample && !this.exported;
  }

  /** Something that was asked beside the run went wrong; the forecast stays. */
  trouble(thrown: unknown): void {
    this.problem = toFailure(thrown);
    this.#tell("all");
  }

  #open(input: Input): Promise<void> {
    // Where one unusable file follows another, what the first one interrupted is still meant.
    if (this.incoming === null && this.state !== "failed") this.#interrupt();
    this.#wish = null;
    return this.#read(input);
  }

  #interrupt(): void {
    const { frequency, horizon } = this;
    this.#interrupted = this.forecast && this.busy ? { frequency, horizon } : null;
  }

  #setAside(shop: Shop): void {
    this.putOff = { shop, file: this.incoming || shop.name };
    this.asked = this.incoming = null;
  }

  /** Lets go of what was read but is not shown. */
  #forget(): void {
    for (const shop of [this.asked, this.#next, this.putOff?.shop]) if (shop) this.#close(shop);
    this.asked = this.#next = this.putOff = null;
  }

  /** Closes a shop that is not shown. */
  #close(shop: Shop): void {
    if (shop !== this.shop) void this.#engine.then((engine) => engine.close(shop));
  }

  /** The file that was stopped, as far as it has come, with what was chosen for it. */
  #goOn(input: Input): Promise<void> {
    const shop = this.#next;
    Object.assign(this, this.#wish);
    if (!shop) return this.#read(input);
    return this.#working((signal) => this.#opened(shop, signal));
  }

  #read(input: Input): Promise<void> {
    this.#last = input;
    this.sample = input.kind === "sample";
    this.#forget();
    this.incoming = input.kind === "sample" ? "" : input.files.map((file) => file.name).join(", ");
    return this.#working(async (signal) => {
      const engine = await this.#engine;
      const run = this.#options(signal);
      const shop = input.kind === "sample" ? await engine.sample(run) : await engine.open(input.files, {}, run);
      await this.#opened(shop, signal);
    });
  }

  /** Forecasts, or asks first. */
  async #opened(shop: Shop, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (shop.questions.length > 0) {
      this.asked = shop;
      this.progress = null;
      this.#become("reading");
      return;
    }
    this.asked = null;
    this.#next = shop;
    const wish = this.#wish;
    this.frequency = wish && shop.frequencies.includes(wish.frequency) ? wish.frequency : shop.frequency;
    this.horizon = wish?.frequency === this.frequency ? wish.horizon : HORIZONS[this.frequency].usual;
    await this.#forecast(shop, signal);
  }

  async #forecast(shop: Shop, signal: AbortSignal): Promise<void> {
    const engine = await this.#engine;
    const { frequency, horizon } = this;
    // What was chosen for another shop is not meant for this one.
    const clean = this.shop === shop ? this.clean : {};
    // The bar goes on from where reading has brought it.
    const begun = this.progress?.done ?? 0;
    const take = (forecast: Forecast) => {
      const other = this.shop !== shop;
      if (other) {
        if (this.shop) engine.close(this.shop);
        Object.assign(this, { shop, policy: OPEN_POLICY, clean: {}, exported: false, incoming: null, selected: null, detail: false, query: "", view: "forecast" });
        this.#next = null;
        this.#wish = null;
        this.#interrupted = null;
      }
      this.forecast = forecast;
      this.taken += 1;
      this.device = engine.device;
      return other;
    };
    const onProgress = (progress: Progress) => {
      if (signal.aborted) return;
      this.#advance(progress, begun + (1 - begun) * progress.done);
      if (progress.forecast) {
        take(progress.forecast);
        this.#become("first-results", "forecast");
      } else if (this.state === "first-results") this.#become("improving", "progress");
      else this.#tell("progress");
    };
    const final = await engine.forecast(shop, { horizon, frequency, clean }, { onProgress, signal });
    signal.throwIfAborted();
    take(final);
    this.progress = null;
    this.#become(settled(shop, final), "forecast");
  }

  #reforecast(frequency: Frequency, horizon: number): Promise<void> {
    if (frequency === this.frequency && horizon === this.horizon) return Promise.resolve();
    // What one sees is meant, not the file that waits for an answer.
    if (this.asked && this.forecast) this.#setAside(this.asked);
    const reading = this.incoming !== null && this.busy;
    const shop = reading ? this.#next : this.shop;
    if (reading) this.#wish = { frequency, horizon };
    if (reading && !shop) {
      // The file is still being read: its forecast will be as chosen.
      Object.assign(this, { frequency, horizon });
      this.#tell("all");
      return Promise.resolve();
    }
    if (!shop || !shop.frequencies.includes(frequency)) return Promise.resolve();
    Object.assign(this, { frequency, horizon });
    if (!reading) this.incoming = this.#interrupted = null;
    return this.#working((signal) => this.#forecast(shop, signal));
  }

  async #working(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#run.abort();
    const run = new AbortController();
    this.#run = run;
    this.problem = null;
    this.progress = null;
    this.#become(this.forecast && !this.asked ? "improving" : "reading");
    try {
      await work(run.signal);
    } catch (thrown) {
      // The next request has begun already: what it wants counts.
      if (this.#run !== run) return;
      const { forecast } = this;
      // What is shown is still by the choice before.
      if (forecast) Object.assign(this, { frequency: forecast.frequency, horizon: forecast.horizon });
      if (run.signal.aborted) this.#tell("all");
      else this.#fail(thrown);
    }
  }

  /** One bar over the whole request, which never goes back. */
  #advance(progress: Progress, done: number): void {
    this.progress = { ...progress, done: Math.max(done, this.progress?.done ?? 0) };
  }

  #options(signal: AbortSignal): RunOptions {
    return {
      signal,
      onProgress: (progress) => {
        if (signal.aborted) return;
        // How long reading takes says nothing about the forecast that follows.
        this.#advance({ ...progress, secondsLeft: undefined }, READING_SHARE * progress.done);
        this.#tell("progress");
      },
    };
  }

  #fail(thrown: unknown): void {
    if (!this.asked) this.incoming = null;
    this.problem = toFailure(thrown);
    this.progress = null;
    this.#become("failed");
  }

  #become(state: State, change: Change = "all"): void {
    this.state = state;
    this.#tell(change);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}

const settled = (shop: Shop, final: Forecast): State =>
  final.accuracy === null && isShort(shop, final) ? "too-little-data" : "done";
