/** What the page knows and does: one shop at a time, one request at a time. Views read it and are told of changes. */

import { answerTo, byFile, columnAsked } from "../engine/client";
import type { DateOrder, Mapping, Question, ReadOptions, RunOptions, Shop } from "../engine/types";
import { Forecasting } from "./forecasting";
import { HORIZONS } from "./horizon";
import { type Engine, type Input, nameOf, OPEN_POLICY, type Policy, read, type Reread, withColumn, withDates, withKind, withMapping, withoutColumns } from "./input";
import { NOTHING_KNOWN } from "./known";

/** How much of the bar reading a file takes; forecasting it is the longer part. */
const READING_SHARE = 0.1;

export class Session extends Forecasting {
  /** A shop whose question was put off, the name of its file, and where it came from. */
  putOff: { shop: Shop; file: string; input: Input | null } | null = null;
  sample = false;
  /** Held until the shop is closed. */
  policy: Policy = OPEN_POLICY;
  /** What is known of the columns of files, by layout. */
  mappings: Mapping[] = [];

  readonly #origins = new WeakMap<Shop, Input>();

  /** Whether the files of the shop are being read in another way. */
  get rereading(): boolean {
    return this.#reading !== null;
  }

  /** What was said about columns, with what is still being read so. */
  get #mapped(): Mapping[] {
    return this.#reading?.said.mappings ?? this.mappings;
  }

  get #reading(): Reread | null {
    const last = this.last;
    return last?.kind === "reread" && this.incoming !== null && (this.busy || this.asked !== null) ? last : null;
  }

  openFiles(files: File[]): Promise<void> {
    return files.length === 0 ? Promise.resolve() : this.#open({ kind: "files", files });
  }

  openSample(): Promise<void> {
    return this.#open({ kind: "sample" });
  }

  /** The last request again. */
  again(): Promise<void> {
    if (this.incoming !== null && this.last) return this.#goOn(this.last);
    const failed = this.problem && this.failed;
    if (failed?.input) return this.#open(failed.input);
    const { shop } = this;
    if (!shop) return this.last ? this.#open(this.last) : Promise.resolve();
    Object.assign(this, failed?.wish);
    return this.working((signal) => this.forecastOf(shop, signal));
  }

  answer(question: Question, value: string): Promise<void> {
    const { asked } = this;
    const role = columnAsked(question);
    // What a column is, and how its dates are written, holds for the files of its layout alone, and for the next of them.
    if (asked && question.code === "date-order") return this.#answer({ mappings: withDates(this.#mapped, question.layout, value as DateOrder) });
    if (asked && role) return this.map(withColumn(this.#mapped, question.layout, role, value), asked);
    return this.#answer(answerTo(question, value));
  }

  /** Says which days reports without dates cover, by file. */
  cover(reportPeriods: Record<string, string>): Promise<void> {
    return this.#answer({ reportPeriods });
  }

  #answer(answers: ReadOptions): Promise<void> {
    const shop = this.asked;
    if (!shop) return Promise.resolve();
    this.asked = null;
    return this.working(async (signal) => {
      const engine = await this.engine;
      try {
        await engine.answer(shop, answers, this.#options(signal));
      } catch (thrown) {
        // What went wrong may go right at the next try; what was stopped is read again.
        if (signal.aborted) this.closeUnshown(shop);
        else this.asked = shop;
        throw thrown;
      }
      const { mappings } = answers;
      const input = this.#origins.get(shop);
      if (mappings && input?.kind === "reread") input.said = { ...input.said, mappings };
      else if (mappings) this.#learn(mappings);
      await this.#opened(shop, signal);
    });
  }

  /** Puts the question off: what was there before goes on, or the file is let go where there was nothing. */
  later(): void {
    const { asked, forecast } = this;
    if (!asked || !forecast) return this.stop();
    this.setAside(asked);
    this.asShown();
    this.goBack();
  }

  /** The question that was put off, again. */
  resume(): void {
    const { putOff } = this;
    if (!putOff) return;
    this.interrupt();
    this.run.abort();
    // What is being read meanwhile gives way.
    this.forgetNext();
    this.last = putOff.input;
    Object.assign(this, { asked: putOff.shop, incoming: putOff.file, putOff: null, progress: null });
    this.become("reading");
  }

  /** The same files with their columns read so, now and whenever a file has the same ones. */
  map(mapping: Mapping, shop: Shop): Promise<void> {
    const mappings = withMapping(this.#mapped, mapping);
    if (shop === this.asked) return this.#answer({ mappings });
    return this.#reread({ mappings }, this.#reading?.policy ?? this.policy, false);
  }

  /** The same files with the columns of a layout read as they are found, now and from now on. */
  unmap(layout: string, shop: Shop): Promise<void> {
    const mappings = withoutColumns(this.#mapped, layout);
    if (shop === this.asked) return this.#answer({ mappings });
    return this.#reread({ mappings }, this.#reading?.policy ?? this.policy, false);
  }

  /** The same files with another sheet of one of them. */
  readSheet(file: string, sheet: string): Promise<void> {
    return this.#reread({ sheets: { [file]: sheet } }, this.#reading?.policy ?? this.policy, false);
  }

  /** The same files with the day or the month first in the dates of a layout, now and from now on. */
  readDates(layout: string, dateOrder: DateOrder): Promise<void> {
    return this.#reread({ mappings: withDates(this.#mapped, layout, dateOrder) }, this.#reading?.policy ?? this.policy, false);
  }

  /** The same files with another answer to a question. */
  answerAgain(question: Question, value: string): Promise<void> {
    return this.#reread(answerTo(question, value), this.#reading?.policy ?? this.policy, false);
  }

  /** The same files with the variations of a product as products of their own, or together. */
  tellApart(variants: boolean): Promise<void> {
    return this.#reread({ variants }, this.#reading?.policy ?? this.policy, false);
  }

  /** The same files with what is sold by g and kg, piece and dozen counted in the smallest of these, or as it stands. */
  inSmallestUnit(smallestUnit: boolean): Promise<void> {
    return this.#reread({ smallestUnit }, this.#reading?.policy ?? this.policy, false);
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
    const said = { ...before, ...more, ...byFile(before, more) };
    return this.#open({ kind: "reread", shop, said, policy, compares });
  }

  /** Ends what is going on; what is there stays. */
  stop(): void {
    this.run.abort();
    this.interrupted = null;
    if (this.asked) this.#forget();
    if (this.rescue === "going") this.rescue = "failed";
    this.progress = null;
    this.become(this.forecast ? "stopped" : "empty");
  }

  /** Back to the first screen; the workers stay. */
  leave(): void {
    this.run.abort();
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
    else this.goBack();
  }

  #open(input: Input): Promise<void> {
    // Where one unusable file follows another, what the first one interrupted is still meant.
    if (this.incoming === null && this.state !== "failed") this.interrupt();
    const again = input.kind === "reread";
    if (again && this.asked && this.last?.kind !== "reread") this.setAside(this.asked);
    const { frequency, horizon } = this;
    this.wish = again ? { frequency, horizon } : null;
    return this.#read(input);
  }

  protected override setAside(shop: Shop): void {
    this.putOff = { shop, file: this.incoming || shop.name, input: this.last };
    this.asked = this.incoming = null;
  }

  /** Lets go of what was read but is not shown. */
  #forget(): void {
    this.forgetNext();
    if (this.putOff) this.closeUnshown(this.putOff.shop);
    this.putOff = null;
  }

  /** The file that was stopped, as far as it has come, with what was chosen for it. */
  #goOn(input: Input): Promise<void> {
    const shop = this.next;
    Object.assign(this, this.wish);
    if (!shop) return this.#read(input);
    return this.working((signal) => this.#opened(shop, signal));
  }

  #read(input: Input): Promise<void> {
    this.last = input;
    this.sample = input.kind === "sample";
    if (input.kind === "reread") this.forgetNext();
    else this.#forget();
    this.incoming = nameOf(input);
    return this.working(async (signal) => {
      const engine = await this.engine;
      const shop = await read(engine, input, this.mappings, this.#options(signal));
      this.#origins.set(shop, input);
      await this.#opened(shop, signal);
    });
  }

  /** Forecasts, or asks first. */
  async #opened(shop: Shop, signal: AbortSignal): Promise<void> {
    if (signal.aborted) this.closeUnshown(shop);
    signal.throwIfAborted();
    if (shop.questions.length > 0) {
      this.asked = shop;
      this.progress = null;
      this.become("reading");
      return;
    }
    this.asked = null;
    this.next = shop;
    const wish = this.wish;
    this.frequency = wish && shop.frequencies.includes(wish.frequency) ? wish.frequency : shop.frequency;
    this.horizon = wish?.frequency === this.frequency ? wish.horizon : HORIZONS[this.frequency].usual;
    await this.forecastOf(shop, signal);
  }

  /** How a shop came of the files of the one that is shown, if it did. */
  protected override rereads(shop: Shop): Reread | null {
    const input = this.#origins.get(shop);
    return input?.kind === "reread" && input.shop === this.shop ? input : null;
  }

  /** Another shop is shown from now on: what was chosen in the one before stays only where it is the same one. */
  protected override swap(shop: Shop, engine: Engine): void {
    const { shop: before, selected } = this;
    if (before) engine.close(before);
    const input = this.rereads(shop);
    if (before && input) {
      const more = input.compares && shop.frequency === before.frequency ? shop.totalUnits - before.totalUnits : null;
      this.policy = { ...input.policy, more };
      if (input.said.mappings) this.#learn(input.said.mappings);
      const id = selected === null ? undefined : before.products[selected]?.id;
      const place = shop.products.findIndex((product) => product.id === id);
      this.selected = place < 0 ? null : place;
    } else Object.assign(this, { policy: OPEN_POLICY, clean: {}, known: NOTHING_KNOWN, selected: null, detail: false, query: "", view: "forecast" });
    Object.assign(this, { shop, exported: false, incoming: null });
    this.next = null;
    this.wish = null;
    this.interrupted = null;
  }

  /** What was said about columns holds from now on. */
  #learn(mappings: Mapping[]): void {
    this.mappings = mappings;
    this.tell("mappings");
  }

  #options(signal: AbortSignal): RunOptions {
    return {
      signal,
      onProgress: (progress) => {
        if (signal.aborted) return;
        // How long reading takes says nothing about the forecast that follows.
        this.advance({ ...progress, secondsLeft: undefined }, READING_SHARE * progress.done);
        this.tell("progress");
      },
    };
  }
}
