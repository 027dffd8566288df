/**
 * `<tillcast-forecast horizon="28" lang="en" theme="auto">`: a list of products and the chart of the chosen one, from a
 * file or rows set as `.data`. Everything lies in a shadow root; nothing of the page is touched.
 */

import { answerTo, type Data, type Tillcast, TillcastError } from "../engine/client";
import { toFailure } from "../engine/failure";
import { borrow } from "../engine/shared";
import type { DeviceChoice, Forecast, Frequency, Language, Progress, Shop, Theme } from "../engine/types";
import sheetText from "../style/widget.css?inline";
import { View } from "./view";

const DEFAULT_HORIZON = 28;

let sheet: CSSStyleSheet | undefined;

/** One sheet for all elements of the page; made when the first is made, so that importing does nothing. */
function sharedSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(sheetText);
  }
  return sheet;
}

export class TillcastForecastElement extends HTMLElement {
  static readonly observedAttributes = ["horizon", "lang", "theme", "frequency", "model"];

  readonly #view: View;
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  readonly #restyle = () => this.#applyLook();
  #engine: { till: Promise<Tillcast>; giveBack: () => void } | undefined;
  #run: AbortController | undefined;
  #data: Data | null = null;
  #shop: Shop | null = null;
  #forecast: Forecast | null = null;
  #rescued = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sharedSheet()];
    this.#view = new View({
      cancel: () => this.cancel(),
      answer: (question, value) => void this.#answer(answerTo(question, value)),
      figure: async (forecast, options) => {
        if (!this.#engine) return null;
        const till = await this.#engine.till;
        try {
          return await till.figure(forecast, "fan", options);
        } catch (thrown) {
          this.#miss(till, forecast);
          throw thrown;
        }
      },
    });
    root.append(this.#view.element);
  }

  /** A file, several files of one shop, or rows of `{ date, product, quantity, … }`; setting it starts the forecast. */
  get data(): Data | null {
    return this.#data;
  }

  set data(data: Data | null) {
    this.#data = data;
    this.#forget();
    this.#restart();
  }

  /** What was read, once it is. */
  get shop(): Shop | null {
    return this.#shop;
  }

  /** The newest forecast, once there is one. */
  get forecast(): Forecast | null {
    return this.#forecast;
  }

  /** Stops the work in hand and keeps what is there. */
  cancel(): void {
    this.#run?.abort();
  }

  connectedCallback(): void {
    // Set before the element was defined, `data` is a plain property that hides the accessor.
    if (Object.hasOwn(this, "data")) {
      const { data } = this;
      Reflect.deleteProperty(this, "data");
      this.#data = data;
    }
    this.#engine = borrow((this.getAttribute("device") ?? "auto") as DeviceChoice);
    this.#dark.addEventListener("change", this.#restyle);
    this.#applyLook();
    this.#view.connect();
    void this.#ready();
    this.#restart();
  }

  disconnectedCallback(): void {
    this.#run?.abort();
    this.#run = undefined;
    this.#forget();
    this.#engine?.giveBack();
    this.#engine = undefined;
    this.#dark.removeEventListener("change", this.#restyle);
    this.#view.disconnect();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.#engine || before === now) return;
    if (name === "lang" || name === "theme") this.#applyLook();
    else this.#restart();
  }

  async #ready(): Promise<void> {
    const engine = this.#engine;
    try {
      const till = await engine?.till;
      if (till && engine === this.#engine) this.#tell("ready", { device: till.device });
    } catch (thrown) {
      if (engine === this.#engine && !this.#data) this.#fail(thrown);
    }
  }

  #restart(): void {
    this.#run?.abort();
    this.#run = undefined;
    this.#rescued = false;
    if (!this.#engine) return;
    if (this.#data) void this.#work(async (till, run) => this.#shop ?? till.open(this.#data as Data, {}, run));
    else this.#view.empty();
  }

  async #answer(answers: ReturnType<typeof answerTo>): Promise<void> {
    const shop = this.#shop;
    if (shop) await this.#work((till, run) => till.answer(shop, answers, run));
  }

  /** Opens (or answers) and forecasts; a later start makes this one stop and stay silent. */
  async #work(open: (till: Tillcast, run: { signal: AbortSignal; onProgress: (progress: Progress) => void }) => Promise<Shop>): Promise<void> {
    const controller = new AbortController();
    this.#run?.abort();
    this.#run = controller;
    const current = () => this.#run === controller;
    const run = {
      signal: controller.signal,
      onProgress: (progress: Progress) => {
        if (!current()) return;
        this.#view.progress(progress);
        if (progress.forecast) this.#show(progress.forecast);
        this.#tell("progress", progress);
      },
    };
    this.#view.begin();
    try {
      const till = await (this.#engine as { till: Promise<Tillcast> }).till;
      const shop = await open(till, run);
      if (!current()) return this.#drop(till, shop);
      this.#shop = shop;
      this.#view.shop(shop);
      if (shop.questions.length > 0) return this.#view.ask(shop.questions);
      const horizon = Number(this.getAttribute("horizon")) || DEFAULT_HORIZON;
      const frequency = (this.getAttribute("frequency") ?? undefined) as Frequency | undefined;
      const model = this.getAttribute("model") ?? "auto";
      const forecast = await till.forecast(shop, { horizon, frequency, model }, run);
      if (!current()) return;
      this.#show(forecast);
      this.#view.done();
    } catch (thrown) {
      if (current()) this.#fail(thrown);
    }
  }

  /** A forecast whose core was lost unnoticed is made again, once: what cannot be drawn may be what ends the core. */
  #miss(till: Tillcast, forecast: Forecast): void {
    if (this.#rescued || this.#forecast !== forecast || till.holds(forecast)) return;
    this.#restart();
    this.#rescued = true;
  }

  /** Lets the shop go: the engine would hold it as long as it lives. */
  #forget(): void {
    const shop = this.#shop;
    this.#shop = null;
    this.#forecast = null;
    if (shop) this.#engine?.till.then((till) => till.close(shop)).catch(() => {});
  }

  #drop(till: Tillcast, shop: Shop): void {
    if (shop !== this.#shop) till.close(shop);
  }

  #show(forecast: Forecast): void {
    this.#forecast = forecast;
    this.#view.forecast(forecast);
    this.#tell("forecast", forecast);
  }

  #fail(thrown: unknown): void {
    const error = thrown instanceof TillcastError ? thrown : new TillcastError(toFailure(thrown));
    if (error.kind === "cancelled") this.#view.stopped();
    else this.#view.failed(error);
    this.#tell("error", error);
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(`tillcast-${name}`, { detail, bubbles: true, composed: true }));
  }

  #applyLook(): void {
    const asked = this.getAttribute("theme");
    const theme: Theme = asked === "dark" || (asked !== "light" && this.#dark.matches) ? "dark" : "light";
    this.dataset.theme = theme;
    const tag = this.closest("[lang]")?.getAttribute("lang") || navigator.language;
    const language: Language = /^zh\b/i.test(tag) ? "zh" : "en";
    void this.#view.look(language, theme);
  }
}
