/** What is inside the widget's shadow root. It shows; what to do is the element's business. */

import type { TillcastError } from "../engine/client";
import { drawing } from "../engine/policy";
import type {
  Figure,
  FigureOptions,
  Forecast,
  Language,
  ProductForecast,
  Progress,
  Question,
  Shop,
  Theme,
} from "../engine/types";
import { ProductList } from "./list";
import { type Words, WORDS } from "./words";

export interface Actions {
  cancel(): void;
  answer(question: Question, value: string): void;
  figure(forecast: Forecast, options: FigureOptions): Promise<Figure | null>;
}

/** The likely range: 8 times out of 10. */
const LOW_LEVEL = 0.1;
const HIGH_LEVEL = 0.9;

export class View {
  readonly element: HTMLElement;
  readonly #actions: Actions;
  readonly #status = make("div", "status");
  readonly #said = make("span", "said");
  readonly #bar = document.createElement("progress");
  readonly #cancel = make("button", "cancel");
  readonly #error = make("div", "error");
  readonly #question = make("div", "question");
  readonly #body = make("div", "body");
  readonly #name = make("h2", "name");
  readonly #sentence = make("p", "summary");
  readonly #accuracy = make("p", "accuracy");
  readonly #chart = make("div", "chart");
  readonly #tableTitle = document.createElement("summary");
  readonly #table = document.createElement("table");
  readonly #list: ProductList;
  readonly #resize = new ResizeObserver(() => void this.#draw());
  #words: Words = WORDS.en;
  #language: Language = "en";
  #theme: Theme = "light";
  #shop: Shop | null = null;
  #forecast: Forecast | null = null;
  #drawn = 0;

  constructor(actions: Actions) {
    this.#actions = actions;
    this.#list = new ProductList(() => this.#choose());
    this.element = make("div", "root");
    this.#status.setAttribute("role", "status");
    this.#error.setAttribute("role", "alert");
    this.#chart.setAttribute("role", "img");
    this.#bar.setAttribute("part", "bar");
    this.#bar.max = 1;
    this.#cancel.addEventListener("click", () => this.#actions.cancel());
    this.#status.append(this.#said, this.#bar, this.#cancel);
    const details = document.createElement("details");
    details.addEventListener("toggle", () => this.#fillTable());
    details.append(this.#tableTitle, this.#table);
    const detail = make("div", "detail");
    detail.append(this.#name, this.#sentence, this.#accuracy, this.#chart, details);
    this.#body.append(this.#list.element, detail);
    this.element.append(this.#status, this.#error, this.#question, this.#body);
    this.empty();
  }

  connect(): void {
    this.#resize.observe(this.#chart);
  }

  disconnect(): void {
    this.#resize.disconnect();
  }

  look(language: Language, theme: Theme): void {
    this.#language = language;
    this.#theme = theme;
    this.#words = WORDS[language];
    this.element.lang = language;
    this.#cancel.textContent = this.#words.cancel;
    this.#tableTitle.textContent = this.#words.table;
    this.#list.label = this.#words.products;
    if (this.#forecast) this.forecast(this.#forecast);
    else if (this.#bar.hidden) this.#said.textContent = this.#words.waiting;
  }

  empty(): void {
    this.#shop = null;
    this.#forecast = null;
    this.#state({ said: this.#words.waiting });
    this.#body.hidden = true;
  }

  begin(): void {
    this.#state({ said: this.#words.starting, working: true });
    this.#bar.removeAttribute("value");
  }

  progress({ phase, done, secondsLeft }: Progress): void {
    const doing = this.#words.phases[phase] ?? phase;
    const left = secondsLeft === undefined ? "" : ` · ${this.#words.left(this.#duration(secondsLeft))}`;
    this.#said.textContent = `${doing}${left}`;
    this.#bar.value = done;
  }

  shop(shop: Shop): void {
    this.#shop = shop;
  }

  ask(questions: Question[]): void {
    this.#state({});
    for (const question of questions) {
      const text = document.createElement("p");
      text.textContent = `${question.text} ${question.examples.join(" · ")}`;
      this.#question.append(text);
      for (const { value, consequence } of question.choices) {
        const button = document.createElement("button");
        button.textContent = consequence ? `${value}: ${consequence}` : value;
        button.addEventListener("click", () => this.#actions.answer(question, value));
        this.#question.append(button);
      }
    }
    this.#question.hidden = false;
  }

  forecast(forecast: Forecast): void {
    this.#forecast = forecast;
    this.#body.hidden = false;
    const names = this.#shop?.products ?? [];
    this.#list.show(forecast.products.length + 1, (place) => {
      const one = this.#at(place);
      if (!one) return { name: "", id: "", total: "", range: "" };
      const product = place === 0 ? undefined : names[one.index];
      const name = place === 0 ? this.#words.all : product?.name || one.id;
      const { about, low, high } = this.#range(one);
      return { name, id: name === one.id || place === 0 ? "" : one.id, total: about, range: `${low}–${high}` };
    });
    this.#choose();
  }

  done(): void {
    this.#state({});
  }

  stopped(): void {
    this.#state({ said: this.#words.stopped });
  }

  failed({ message, remedy, position }: TillcastError): void {
    this.#state({});
    const place = [position.file, position.column].filter(Boolean).join(", ");
    this.#error.textContent = [place ? `${message} (${place})` : message, remedy].filter(Boolean).join(". ");
    this.#error.hidden = false;
  }

  #state({ said = "", working = false }: { said?: string; working?: boolean }): void {
    this.#status.hidden = said === "";
    this.#said.textContent = said;
    this.#bar.hidden = !working;
    this.#cancel.hidden = !working;
    this.#error.hidden = true;
    this.#question.hidden = true;
    this.#question.replaceChildren();
  }

  /** The whole shop stands first. */
  #at(place: number): ProductForecast | undefined {
    return place === 0 ? this.#forecast?.all : this.#forecast?.products[place - 1];
  }

  #choose(): void {
    const one = this.#at(this.#list.chosen);
    if (!this.#forecast || !one) return;
    const { accuracy } = this.#forecast;
    const product = this.#shop?.products[one.index];
    this.#name.textContent = this.#list.chosen === 0 ? this.#words.all : product?.name || one.id;
    const { about, low, high } = this.#range(one);
    const day = (label: string | undefined) => this.#date(label ?? "");
    this.#sentence.textContent = this.#words.expected(about, low, high, day(one.dates[0]), day(one.dates.at(-1)));
    const past = this.#list.chosen === 0 ? accuracy : (accuracy?.products[one.index] ?? null);
    this.#accuracy.hidden = !past;
    if (past) {
      const [miss, rule] = [this.#percent(past.totalMiss), this.#percent(past.ruleTotalMiss)];
      this.#accuracy.textContent = this.#words.typicalMiss(String(accuracy?.folds ?? ""), miss, rule);
    }
    this.#fillTable();
    void this.#draw();
  }

  async #draw(): Promise<void> {
    const forecast = this.#forecast;
    const { clientWidth: width, clientHeight: height } = this.#chart;
    if (!forecast || width < 1 || height < 1) return;
    const turn = ++this.#drawn;
    const product = this.#list.chosen === 0 ? undefined : this.#at(this.#list.chosen)?.index;
    try {
      const figure = await this.#actions.figure(forecast, { product, width, height, theme: this.#theme, language: this.#language });
      // A later choice or size has overtaken this one.
      if (!figure || turn !== this.#drawn) return;
      this.#chart.setAttribute("aria-label", figure.summary);
      this.#chart.replaceChildren(drawing(figure.svg));
    } catch (thrown) {
      if (turn === this.#drawn) this.#chart.textContent = thrown instanceof Error ? thrown.message : String(thrown);
    }
  }

  #fillTable(): void {
    const one = this.#at(this.#list.chosen);
    this.#table.replaceChildren();
    if (!one || !(this.#table.parentElement as HTMLDetailsElement).open) return;
    const { period, expected, low, high } = this.#words.columns;
    const head = this.#table.createTHead().insertRow();
    for (const text of [period, expected, low, high]) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = text;
      head.append(cell);
    }
    const body = this.#table.createTBody();
    const [lows, highs] = [this.#level(one, LOW_LEVEL), this.#level(one, HIGH_LEVEL)];
    one.dates.forEach((label, step) => {
      const row = body.insertRow();
      const cells = [this.#date(label), ...[one.mean, lows, highs].map((values) => this.#number(values?.[step]))];
      for (const text of cells) row.insertCell().textContent = text;
    });
  }

  #level(one: ProductForecast, level: number): Float64Array | undefined {
    return one.quantiles[this.#forecast?.levels.indexOf(level) ?? -1];
  }

  #range(one: ProductForecast): { about: string; low: string; high: string } {
    const at = (level: number) => one.total.quantiles[this.#forecast?.levels.indexOf(level) ?? -1];
    return {
      about: this.#number(one.total.mean),
      low: this.#number(at(LOW_LEVEL)),
      high: this.#number(at(HIGH_LEVEL)),
    };
  }

  /** Pieces are whole; only little numbers have a digit behind the point. */
  #number(value: number | undefined): string {
    if (value === undefined || !Number.isFinite(value)) return "–";
    return new Intl.NumberFormat(this.#language, { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 }).format(value);
  }

  #percent(share: number): string {
    return new Intl.NumberFormat(this.#language, { style: "percent", maximumFractionDigits: 0 }).format(share);
  }

  #duration(seconds: number): string {
    const [value, unit] = seconds < 60 ? [Math.ceil(seconds), "second"] : [Math.ceil(seconds / 60), "minute"];
    return new Intl.NumberFormat(this.#language, { style: "unit", unit, unitDisplay: "short" }).format(value);
  }

  /** Dates are the shop's own days: no time zone may move them. */
  #date(label: string): string {
    const date = new Date(/T/.test(label) ? `${label}Z` : label);
    if (Number.isNaN(date.getTime())) return label;
    const hours: Intl.DateTimeFormatOptions = /T/.test(label) ? { hour: "2-digit", minute: "2-digit" } : {};
    return new Intl.DateTimeFormat(this.#language, { dateStyle: undefined, year: "numeric", month: "short", day: "numeric", ...hours, timeZone: "UTC" }).format(date);
  }
}

function make<Name extends keyof HTMLElementTagNameMap>(name: Name, part: string): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.className = part;
  element.setAttribute("part", part);
  return element;
}
