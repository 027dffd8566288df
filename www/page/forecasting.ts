/** Forecasting of what the page shows: one request at a time, what is chosen for it, and what becomes of one that fails. */

import { failure, toFailure } from "../engine/failure";
import type { CleanOptions, DeviceChoice, Forecast, Frequency, Progress, Shop, TillcastFailure } from "../engine/types";
import { HORIZONS } from "./horizon";
import type { Choice, Engine, Input, Reread, Wish } from "./input";
import { aheadFor, type Known, NOTHING_KNOWN } from "./known";
import { Shown } from "./shown";
import { settled } from "./states";

/** So often is a forecast made again by itself. */
const MOST_RESCUES = 2;

export abstract class Forecasting extends Shown {
  /** A shop with an open question: not forecast yet. Nothing is computed while it stands. */
  asked: Shop | null = null;
  progress: Progress | null = null;
  problem: TillcastFailure | null = null;
  /** The forecast that is shown is made again by itself, as the core that held it was lost. */
  rescue: "going" | "done" | "failed" | null = null;
  frequency: Frequency = "day";
  horizon = HORIZONS.day.usual;
  /** How what methods learn from is cleaned; held until the shop is closed. */
  clean: CleanOptions = {};
  /** Held as well. */
  known: Known = NOTHING_KNOWN;
  /** Name of the file that is being read or first forecast while an earlier shop is still shown. */
  incoming: string | null = null;

  protected run = new AbortController();
  /** What was last to be read. */
  protected last: Input | null = null;
  /** What went wrong: reading something, or what was to be forecast. */
  protected failed: { input: Input | null; wish: Choice } | null = null;
  /** How often it was made again since something was last asked for. */
  #rescues = 0;
  /** The shop that was read but is not shown yet. */
  protected next: Shop | null = null;
  /** What was chosen while a file was being read. */
  protected wish: Wish | null = null;
  /** What was being computed when another file came: it goes on if that file is of no use. */
  protected interrupted: Choice | null = null;
  /** How the forecast that is shown was made. */
  #made: Choice | null = null;

  constructor(start: (device: DeviceChoice) => Promise<Engine>, device: DeviceChoice) {
    super(start(device));
    this.engine.catch((why) => this.#fail(why, this.#choice));
  }

  /** Whether something is being computed. */
  get busy(): boolean {
    return this.asked === null && (this.state === "reading" || this.state === "first-results" || this.state === "improving");
  }

  /** Whether what is computed is a better answer than the one shown, or its test. */
  get improves(): boolean {
    return this.busy && this.incoming === null && this.forecast?.stage === "quick";
  }

  /** Whether the forecast is only what is on the screen: nothing of it can be drawn or saved. */
  get #stranded(): boolean {
    return this.forecast !== null && this.till !== null && !this.till.holds(this.forecast);
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
    Object.assign(this, choice);
    return this.working((signal) => this.forecastOf(shop, signal));
  }

  /** What is chosen now. */
  get #choice(): Choice {
    const { frequency, horizon, clean, known } = this;
    return { frequency, horizon, clean, known };
  }

  /** Chooses what the forecast that is shown was made by. */
  protected asShown(): void {
    Object.assign(this, this.#made);
  }

  lookAhead(horizon: number): Promise<void> {
    return this.#reforecast(this.frequency, horizon);
  }

  group(frequency: Frequency): Promise<void> {
    return this.#reforecast(frequency, HORIZONS[frequency].usual);
  }

  /** To what was there before another file came. */
  protected goBack(): void {
    const { shop, forecast } = this;
    if (!shop || !forecast) this.become("empty");
    else if (this.interrupted) {
      Object.assign(this, this.interrupted);
      this.interrupted = null;
      void this.working((signal) => this.forecastOf(shop, signal));
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
    this.#fail(failure("internal", "engine-lost", "the engine was ended by the browser", "try again"), this.#choice);
  }

  protected interrupt(): void {
    this.interrupted = this.forecast && this.busy ? this.#choice : null;
  }

  protected forgetNext(): void {
    for (const shop of [this.asked, this.next]) if (shop) this.closeUnshown(shop);
    this.asked = this.next = null;
  }

  /** Closes a shop that is not shown. */
  protected closeUnshown(shop: Shop): void {
    if (shop !== this.shop) void this.engine.then((engine) => engine.close(shop));
  }

  protected async forecastOf(shop: Shop, signal: AbortSignal): Promise<void> {
    const engine = await this.engine;
    // What was chosen for another shop is not meant for this one.
    const isSame = this.shop === shop || this.rereads(shop) !== null;
    const made = { ...this.#choice, ...(!isSame && { clean: {}, known: NOTHING_KNOWN }) };
    const { frequency, horizon, clean, known } = made;
    // The bar goes on from where reading has brought it.
    const begun = this.progress?.done ?? 0;
    const take = (forecast: Forecast) => {
      if (this.shop !== shop) this.swap(shop, engine);
      if (this.rescue === "going") this.rescue = "done";
      this.forecast = forecast;
      this.#made = made;
      this.taken += 1;
      this.device = engine.device;
    };
    const onProgress = (progress: Progress) => {
      if (signal.aborted) return;
      if (this.device !== engine.device) {
        this.device = engine.device;
        this.tell("device");
      }
      this.advance(progress, begun + (1 - begun) * progress.done);
      if (progress.forecast) {
        take(progress.forecast);
        this.become("first-results", "forecast");
      } else if (this.state === "first-results") this.become("improving", "progress");
      else this.tell("progress");
    };
    const final = await engine.forecast(shop, { horizon, frequency, clean, ...aheadFor(known, shop) }, { onProgress, signal });
    signal.throwIfAborted();
    take(final);
    this.progress = null;
    this.become(settled(shop, final), "forecast");
  }

  #reforecast(frequency: Frequency, horizon: number): Promise<void> {
    if (frequency === this.frequency && horizon === this.horizon) return Promise.resolve();
    // What one sees is meant, not the file that waits for an answer.
    if (this.asked && this.forecast) this.setAside(this.asked);
    const reading = this.incoming !== null && this.busy;
    const shop = reading ? this.next : this.shop;
    if (reading) this.wish = { frequency, horizon };
    if (reading && !shop) {
      // The file is still being read: its forecast will be as chosen.
      Object.assign(this, { frequency, horizon });
      this.tell("all");
      return Promise.resolve();
    }
    if (!shop || !shop.frequencies.includes(frequency)) return Promise.resolve();
    Object.assign(this, { frequency, horizon });
    if (!reading) {
      this.incoming = this.interrupted = null;
      this.forgetNext();
    }
    return this.working((signal) => this.forecastOf(shop, signal));
  }

  protected async working(work: (signal: AbortSignal) => Promise<void>, rescuing = false): Promise<void> {
    this.run.abort();
    const run = new AbortController();
    this.run = run;
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
      if (this.run !== run) return;
      const choice = this.#choice;
      // What is shown is still by the choice before.
      if (this.forecast) this.asShown();
      if (run.signal.aborted) this.tell("all");
      else this.#fail(thrown, choice, rescuing);
    }
  }

  /** One bar over the whole request, which never goes back. */
  protected advance(progress: Progress, done: number): void {
    this.progress = { ...progress, done: Math.max(done, this.progress?.done ?? 0) };
  }

  #fail(thrown: unknown, wish: Choice, rescuing = false): void {
    this.failed = { input: this.incoming === null ? null : this.last, wish };
    if (!this.asked) {
      this.incoming = null;
      this.forgetNext();
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
    Object.assign(this, { rescue: "going" }, this.interrupted ?? this.#made);
    this.#rescues += 1;
    this.interrupted = null;
    this.failed = { input: null, wish: this.#choice };
    void this.working((signal) => this.forecastOf(shop, signal), true);
  }

  /** Puts the question of a shop off. */
  protected abstract setAside(shop: Shop): void;

  /** How a shop came of the files of the one that is shown, if it did. */
  protected abstract rereads(shop: Shop): Reread | null;

  /** Another shop is shown from now on. */
  protected abstract swap(shop: Shop, engine: Engine): void;
}
