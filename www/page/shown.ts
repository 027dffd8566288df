/** What the page shows, and what can be asked of it as it stands. */

import type { DeviceInfo, Diagnosis, Figure, FigureKind, FigureOptions, Finding, Forecast, FutureRow, Note, Shop, Usual } from "../engine/types";
import type { Engine } from "./input";
import type { Change, Sort, State, View } from "./states";

export abstract class Shown {
  state: State = "empty";
  view: View = "forecast";
  device: DeviceInfo | null = null;
  shop: Shop | null = null;
  forecast: Forecast | null = null;
  /** How many forecasts were taken, so that what is drawn of one is told from what was drawn of the one before. */
  taken = 0;
  /** What the browser would not keep for the next visit. */
  unkept: Note | null = null;
  /** Index of the product that is looked at; `null` is the whole shop. */
  selected: number | null = null;
  /** On a narrow screen: the product rather than the list. */
  detail = false;
  sort: Sort = "units";
  query = "";
  /** Whether something of this shop was downloaded. */
  exported = false;

  protected readonly engine: Promise<Engine>;
  /** The same once it has started. */
  protected till: Engine | null = null;
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(engine: Promise<Engine>) {
    this.engine = engine;
    engine.then(
      (till) => {
        this.till = till;
        this.device = till.device;
        this.tell("device");
      },
      // Told where work is begun.
      () => {},
    );
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  select(index: number | null): void {
    this.selected = index;
    this.detail = true;
    this.tell("selection");
  }

  back(): void {
    this.detail = false;
    this.tell("selection");
  }

  show(view: View): void {
    if (this.view === view || !this.shop) return;
    this.view = view;
    this.tell("all");
  }

  async figure(kind: FigureKind, options: FigureOptions): Promise<Figure> {
    const engine = await this.engine;
    const { forecast } = this;
    if (!forecast) throw new Error("no forecast");
    try {
      return await engine.figure(forecast, kind, options);
    } catch (thrown) {
      this.miss();
      throw thrown;
    }
  }

  /** A method seen from inside, of the product that `options` names; null where there is no fit. */
  async diagnose(model: string, options: FigureOptions, signal?: AbortSignal): Promise<Diagnosis | null> {
    const engine = await this.engine;
    const { forecast } = this;
    if (!forecast) throw new Error("no forecast");
    try {
      return await engine.diagnose(forecast, model, options, { signal });
    } catch (thrown) {
      this.miss();
      throw thrown;
    }
  }

  async example(options: FigureOptions): Promise<Figure> {
    return (await this.engine).exampleFigure(options);
  }

  /** A table of the forecast: its periods, or their totals. */
  async export(totals: boolean): Promise<Blob> {
    const engine = await this.engine;
    if (!this.forecast) throw new Error("no forecast");
    const { shop } = this;
    const file = await engine.export(this.forecast, { totals });
    if (this.shop === shop) this.exported = true;
    this.tell("progress");
    return file;
  }

  /** What looks odd in the shop's data. */
  async findings(): Promise<Finding[]> {
    const engine = await this.engine;
    return this.shop ? engine.findings(this.shop) : [];
  }

  /** What columns would say over a horizon if nothing were planned but what is said of other periods. */
  async usual(columns: string[], horizon: number, product: number | undefined, future: FutureRow[]): Promise<Usual> {
    const engine = await this.engine;
    if (!this.shop) throw new Error("no shop");
    return engine.usual(this.shop, columns, horizon, product, future);
  }

  /** The rows that were left out, with the reasons in these words. */
  async leftOut(words: Record<string, string>): Promise<Blob> {
    const engine = await this.engine;
    if (!this.shop) throw new Error("no shop");
    return engine.leftOut(this.shop, { words });
  }

  /** Whether closing the tab would lose something of the user's own. */
  get unsaved(): boolean {
    return this.shop !== null && !this.shop.sample && !this.exported;
  }

  /** A setting could not be kept. */
  notKept(note: Note | null): void {
    this.unkept = note;
    this.tell("all");
  }

  protected become(state: State, change: Change = "all"): void {
    this.state = state;
    this.tell(change);
  }

  protected tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** What is shown could not be drawn: the core that held it may be gone. */
  protected abstract miss(): void;
}
