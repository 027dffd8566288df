/** What the page knows and does: one shop at a time, one request at a time. Views read it and are told of changes. */

import { answerTo, columnAsked } from "../engine/client";
import { failure, toFailure } from "../engine/failure";
import type {
  CleanOptions,
  DeviceChoice,
  Forecast,
  Frequency,
  Mapping,
  Progress,
  Question,
  ReadOptions,
  RunOptions,
  Shop,
  TillcastFailure,
} from "../engine/types";
import { HORIZONS } from "./horizon";
import { type Engine, type Input, nameOf, OPEN_POLICY, type Policy, read, type Reread, type Wish, withColumn, withKind, withMapping } from "./input";
import { aheadFor, type Known, NOTHING_KNOWN } from "./known";
import { Shown } from "./shown";
import { settled } from "./states";

/** How much of the bar reading a file takes; forecasting it is the longer part. */
const READING_SHARE = 0.1;

/** So often is a forecast made again by itself. */
const MOST_RESCUES = 2;

export class Session extends Shown {
  /** A shop with an open question: not forecast yet. Nothing is computed while it stands. */
  asked: Shop | null = null;
  /** A shop whose question was put off, the name of its file, and where it came from. */
  putOff: { shop: Shop; file: string; input: Input | null } | null = null;
  progress: Progress | null = null;
  problem: TillcastFailure | null = null;
  /** The forecast that is shown is made again by itself, as the core that held it was lost. */
  rescue: "going" | "done" | "failed" | null = null;
  frequency: Frequency = "day";
  horizon = HORIZONS.day.usual;
  sample = false;
  /** How what methods learn from is cleaned; held until the shop is closed. */
  clean: CleanOptions = {};
  /** Held as well. */
  known: Known = NOTHING_KNOWN;
  /** Held until the shop is closed. */
  policy: Policy = OPEN_POLICY;
  /** What is known of the columns of files, by layout. */
  mappings: Mapping[] = [];
  /** Name of the file that is being read or first forecast while an earlier shop is still shown. */
  incoming: string | null = null;

  #run = new AbortController();
  #last: Input | null = null;
  /** What went wrong: reading something, or what was to be forecast. */
  #failed: { input: Input | null; wish: Wish } | null = null;
  /** How often it was made again since something was last asked for. */
  #rescues = 0;
  readonly #origins = new WeakMap<Shop, Input>();
  /** The shop that was read but is not shown yet. */
  #next: Shop | null = null;
  /** What was chosen while a file was being read. */
  #wish: Wish | null = null;
  /** What was being computed when another file came: it goes on if that file is of no use. */
  #interrupted: Wish | null = null;

  constructor(start: (device: DeviceChoice) => Promise<Engine>, device: DeviceChoice) {
    super(start(device));
    this.engine.catch((why) => this.#fail(why, this));
  }

  /** Whether something is being computed. */
  get busy(): boolean {
    return this.asked === null && (this.state === "reading" || this.state === "first-results" || this.state === "improving");
  }

  /** Whether what is computed is a better answer than the one shown, or its test. */
  get improves(): boolean {
    return this.busy && this.incoming === null && this.forecast?.stage === "quick";
  }

  /** Whether the files of the shop are being read in another way. */
  get rereading(): boolean {
    return this.#reading !== null;
  }

  get #reading(): Reread | null {
    const last = this.#last;
    return last?.kind === "reread" && this.incoming !== null && (this.busy || this.asked !== null) ? last : null;
  }

  /** Whether the forecast is only what is on the screen: nothing of it can be drawn or saved. */
  get #stranded(): boolean {
    return this.forecast !== null && this.till !== null && !this.till.holds(this.forecast);
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
    const failed = this.problem && this.#failed;
    if (failed?.input) return this.#open(failed.input);
    const { shop } = this;
    if (!shop) return this.#last ? this.#open(this.#last) : Promise.resolve();
    Object.assign(this, failed?.wish);
    return this.#working((signal) => this.#forecast(shop, signal));
  }

  answer(question: Question, value: string): Promise<void> {
    const { asked } = this;
    const report = asked && columnAsked(question) ? asked.reports.find(({ headers }) => headers.includes(value)) : null;
    if (!asked || !report) return this.#answer(answerTo(question, value));
    // What a column is holds for the next file of the same layout too.
    return this.map(withColumn(this.mappings, report.layout, columnAsked(question) as string, value), asked);
  }

  #answer(answers: ReadOptions): Promise<void> {
    const shop = this.asked;
    if (!shop) return Promise.resolve();
    this.asked = null;
    return this.#working(async (signal) => {
      const engine = await this.engine;
      try {
        await engine.answer(shop, answers, this.#options(signal));
      } catch (thrown) {
        // What went wrong may go right at the next try; what was stopped is read again.
        if (signal.aborted) this.#close(shop);
        else this.asked = shop;
        throw thrown;
      }
      if (answers.mappings) this.#learn(answers.mappings);
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
    this.#last = putOff.input;
    Object.assign(this, { asked: putOff.shop, incoming: putOff.file, putOff: null, progress: null });
    this.become("reading");
  }

  /** The same files with their columns read so, now and whenever a file has the same ones. */
  map(mapping: Mapping, shop: Shop): Promise<void> {
    const mappings = withMapping(this.mappings, mapping);
    if (shop === this.asked) return this.#answer({ mappings });
    return this.#reread({ mappings }, this.#reading?.policy ?? this.policy, false);
  }

  /** The same files with the columns of a layout read as they are found, now and from now on. */
  unmap(layout: string, shop: Shop): Promise<void> {
    const mappings = this.mappings.filter((one) => one.layout !== layout);
    if (shop === this.asked) return this.#answer({ mappings });
    return this.#reread({ mappings }, this.#reading?.policy ?? this.policy, false);
  }

  /** The same files with another sheet of one of them. */
  readSheet(file: string, sheet: string): Promise<void> {
    return this.#reread({ sheets: { [file]: sheet } }, this.#reading?.policy ?? this.policy, false);
  }

  /** The same files with the day or the month first in their dates. */
  readDates(dateOrder: ReadOptions["dateOrder"]): Promise<void> {
    return this.#reread({ dateOrder }, this.#reading?.policy ?? this.policy, false);
  }

  /** The same files with the variations of a product as products of their own, or together. */
  tellApart(variants: boolean): Promise<void> {
    return this.#reread({ variants }, this.#reading?.policy ?? this.policy, false);
  }

  /** The same files with lines of a kind counted or left out; `usual`: whether they count unless something is said. */
  count(kind: string, counts: boolean, usual: boolean): Promise<void> {
    const policy = withKind(this.#reading?.policy ?? this.policy, kind, counts, usual);
    return this.#reread({ counted: policy.counted, uncounted: policy.uncounted }, policy, true);
  }

  #reread(more: ReadOptions, policy: Policy, compares: boolean): Promise<void> {
    const { shop } = this;
    if (!shop || shop.sample) return Promise.resolve();
    // A choice that follows one still being read holds it too.
    const before = this.#reading?.said;
    const said = { ...before, ...more, sheets: { ...before?.sheets, ...more.sheets } };
    return this.#open({ kind: "reread", shop, said, policy, compares });
  }

  /** Forecasts anew from sales that are cleaned so. */
  cleanBy(clean: CleanOptions): Promise<void> {
    return this.#chosen({ clean });
  }

  /** Forecasts anew with what is known ahead. */
  knowAhead(known: Known): Promise<void> {
    return this.#chosen({ known });
  }

  #chosen(choice: { clean: CleanOptions } | { known: Known }): Promise<void> {
    const { shop } = this;
    if (!shop) return Promise.resolve();
    const { clean, known, taken } = this;
    Object.assign(this, choice);
    return this.#working(async (signal) => {
      try {
        await this.#forecast(shop, signal);
      } catch (thrown) {
        // What is shown is still by the choice before.
        if (this.#run.signal === signal && this.taken === taken) Object.assign(this, { clean, known });
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
    if (this.rescue === "going") this.rescue = "failed";
    this.progress = null;
    this.become(this.forecast ? "stopped" : "empty");
  }

  /** Back to the first screen; the workers stay. */
  leave(): void {
    this.#run.abort();
    const { shop } = this;
    if (shop) void this.engine.then((engine) => engine.close(shop));
    this.#forget();
    Object.assign(this, { shop: null, policy: OPEN_POLICY, clean: {}, known: NOTHING_KNOWN, forecast: null, progress: null, problem: null, rescue: null, selected: null, detail: false, view: "forecast", query: "", incoming: null });
    this.become("empty");
  }

  forgive(): void {
    this.problem = null;
    if (this.state !== "failed") this.tell("all");
    else if (this.asked) this.become("reading");
    else this.#goBack();
  }

  /** To what was there before another file came. */
  #goBack(): void {
    const { shop, forecast } = this;
    if (!shop || !forecast) this.become("empty");
    else if (this.#interrupted) {
      Object.assign(this, this.#interrupted);
      this.#interrupted = null;
      void this.#working((signal) => this.#forecast(shop, signal));
    } else this.become(forecast.stage === "quick" ? "stopped" : settled(shop, forecast));
  }

  /** Something that was asked beside the run went wrong; the forecast stays. */
  trouble(thrown: unknown): void {
    if (this.#stranded) {
      if (this.rescue === "failed") this.rescue = null;
      return this.miss();
    }
    this.problem = toFailure(thrown);
    this.tell("all");
  }

  /** The forecast turned out to be gone while nothing else was asked: the core was lost unnoticed. */
  protected override miss(): void {
    if (!this.#stranded || this.busy || this.rescue === "failed") return;
    const { frequency, horizon } = this;
    this.#fail(failure("internal", "engine-lost", "the engine was ended by the browser", "try again"), { frequency, horizon });
  }

  #open(input: Input): Promise<void> {
    // Where one unusable file follows another, what the first one interrupted is still meant.
    if (this.incoming === null && this.state !== "failed") this.#interrupt();
    const again = input.kind === "reread";
    if (again && this.asked && this.#last?.kind !== "reread") this.#setAside(this.asked);
    const { frequency, horizon } = this;
    this.#wish = again ? { frequency, horizon } : null;
    return this.#read(input);
  }

  #interrupt(): void {
    const { frequency, horizon } = this;
    this.#interrupted = this.forecast && this.busy ? { frequency, horizon } : null;
  }

  #setAside(shop: Shop): void {
    this.putOff = { shop, file: this.incoming || shop.name, input: this.#last };
    this.asked = this.incoming = null;
  }

  /** Lets go of what was read but is not shown. */
  #forget(): void {
    this.#forgetNext();
    if (this.putOff) this.#close(this.putOff.shop);
    this.putOff = null;
  }

  #forgetNext(): void {
    for (const shop of [this.asked, this.#next]) if (shop) this.#close(shop);
    this.asked = this.#next = null;
  }

  /** Closes a shop that is not shown. */
  #close(shop: Shop): void {
    if (shop !== this.shop) void this.engine.then((engine) => engine.close(shop));
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
    if (input.kind === "reread") this.#forgetNext();
    else this.#forget();
    this.incoming = nameOf(input);
    return this.#working(async (signal) => {
      const engine = await this.engine;
      const shop = await read(engine, input, this.mappings, this.#options(signal));
      this.#origins.set(shop, input);
      await this.#opened(shop, signal);
    });
  }

  /** Forecasts, or asks first. */
  async #opened(shop: Shop, signal: AbortSignal): Promise<void> {
    if (signal.aborted) this.#close(shop);
    signal.throwIfAborted();
    if (shop.questions.length > 0) {
      this.asked = shop;
      this.progress = null;
      this.become("reading");
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
    const engine = await this.engine;
    const { frequency, horizon } = this;
    // What was chosen for another shop is not meant for this one.
    const isSame = this.shop === shop || this.#rereads(shop) !== null;
    const chosen = isSame ? { clean: this.clean, ...aheadFor(this.known, shop, frequency) } : {};
    // The bar goes on from where reading has brought it.
    const begun = this.progress?.done ?? 0;
    const take = (forecast: Forecast) => {
      if (this.shop !== shop) this.#swap(shop, engine);
      if (this.rescue === "going") this.rescue = "done";
      this.forecast = forecast;
      this.taken += 1;
      this.device = engine.device;
    };
    const onProgress = (progress: Progress) => {
      if (signal.aborted) return;
      if (this.device !== engine.device) {
        this.device = engine.device;
        this.tell("device");
      }
      this.#advance(progress, begun + (1 - begun) * progress.done);
      if (progress.forecast) {
        take(progress.forecast);
        this.become("first-results", "forecast");
      } else if (this.state === "first-results") this.become("improving", "progress");
      else this.tell("progress");
    };
    const final = await engine.forecast(shop, { horizon, frequency, ...chosen }, { onProgress, signal });
    signal.throwIfAborted();
    take(final);
    this.progress = null;
    this.become(settled(shop, final), "forecast");
  }

  /** How a shop came of the files of the one that is shown, if it did. */
  #rereads(shop: Shop): Reread | null {
    const input = this.#origins.get(shop);
    return input?.kind === "reread" && input.shop === this.shop ? input : null;
  }

  /** Another shop is shown from now on: what was chosen in the one before stays only where it is the same one. */
  #swap(shop: Shop, engine: Engine): void {
    const { shop: before, selected } = this;
    if (before) engine.close(before);
    const input = this.#rereads(shop);
    if (before && input) {
      const more = input.compares && shop.frequency === before.frequency ? shop.totalUnits - before.totalUnits : null;
      this.policy = { ...input.policy, more };
      if (input.said.mappings) this.#learn(input.said.mappings);
      const id = selected === null ? undefined : before.products[selected]?.id;
      const place = shop.products.findIndex((product) => product.id === id);
      this.selected = place < 0 ? null : place;
    } else Object.assign(this, { policy: OPEN_POLICY, clean: {}, known: NOTHING_KNOWN, selected: null, detail: false, query: "", view: "forecast" });
    Object.assign(this, { shop, exported: false, incoming: null });
    this.#next = null;
    this.#wish = null;
    this.#interrupted = null;
  }

  /** What was said about columns holds from now on. */
  #learn(mappings: Mapping[]): void {
    this.mappings = mappings;
    this.tell("mappings");
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
      this.tell("all");
      return Promise.resolve();
    }
    if (!shop || !shop.frequencies.includes(frequency)) return Promise.resolve();
    Object.assign(this, { frequency, horizon });
    if (!reading) {
      this.incoming = this.#interrupted = null;
      this.#forgetNext();
    }
    return this.#working((signal) => this.#forecast(shop, signal));
  }

  async #working(work: (signal: AbortSignal) => Promise<void>, rescuing = false): Promise<void> {
    this.#run.abort();
    const run = new AbortController();
    this.#run = run;
    if (!rescuing) {
      this.problem = this.rescue = null;
      this.#rescues = 0;
    }
    this.progress = null;
    this.become(this.forecast && !this.asked ? "improving" : "reading");
    try {
      await work(run.signal);
    } catch (thrown) {
      // The next request has begun already: what it wants counts.
      if (this.#run !== run) return;
      const { forecast, frequency, horizon } = this;
      // What is shown is still by the choice before.
      if (forecast) Object.assign(this, { frequency: forecast.frequency, horizon: forecast.horizon });
      if (run.signal.aborted) this.tell("all");
      else this.#fail(thrown, { frequency, horizon }, rescuing);
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
        this.tell("progress");
      },
    };
  }

  #fail(thrown: unknown, wish: Wish, rescuing = false): void {
    this.#failed = { input: this.incoming === null ? null : this.#last, wish };
    if (!this.asked) {
      this.incoming = null;
      this.#forgetNext();
    }
    this.problem = toFailure(thrown);
    this.progress = null;
    const { shop, forecast } = this;
    if (!shop || !forecast || !this.#stranded) return this.become("failed");
    // What is asked again by itself may be what ends the core.
    if (rescuing || this.#rescues >= MOST_RESCUES) {
      this.rescue = "failed";
      return this.become("failed");
    }
    const { frequency, horizon } = this.#interrupted ?? forecast;
    Object.assign(this, { rescue: "going", frequency, horizon });
    this.#rescues += 1;
    this.#interrupted = null;
    this.#failed = { input: null, wish: { frequency, horizon } };
    void this.#working((signal) => this.#forecast(shop, signal), true);
  }
}
