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
import { middle, sureness } from "../page/span";
import { heldSeldom, lastDay, lookUp, ofProduct, ofShop, verdict, Words } from "../page/words";
import { ProductList } from "./list";

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
  /** `undefined` until the dictionary is there; what is to be shown waits for it. */
  #loaded: Words | undefined;
  #waiting: (() => void)[] = [];
  #looks = 0;
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

  get #words(): Words {
    return this.#loaded as Words;
  }

  #show(change: () => void): void {
    if (this.#loaded) change();
    else this.#waiting.push(change);
  }

  async look(language: Language, theme: Theme): Promise<void> {
    this.#theme = theme;
    const turn = ++this.#looks;
    try {
      const words = await Words.of(language);
      if (turn !== this.#looks) return;
      this.#loaded = words;
    } catch {
      this.#error.textContent = "A part of Tillcast could not be loaded.";
      this.#error.hidden = false;
      return;
    }
    for (const change of this.#waiting.splice(0)) change();
    const { t } = this.#words;
    this.element.lang = language;
    this.#cancel.textContent = t.progress.cancel;
    this.#tableTitle.textContent = t.forecast.numbers;
    this.#list.label = t.list.label;
    if (this.#forecast) this.forecast(this.#forecast);
    else if (this.#bar.hidden) this.#said.textContent = t.widget.waiting;
  }

  empty(): void {
    this.#show(() => {
      this.#shop = null;
      this.#forecast = null;
      this.#state({ said: this.#words.t.widget.waiting });
      this.#body.hidden = true;
    });
  }

  begin(): void {
    this.#show(() => {
      this.#state({ said: this.#words.t.widget.starting, working: true });
      this.#bar.removeAttribute("value");
    });
  }

  progress({ phase, done, secondsLeft }: Progress): void {
    this.#show(() => {
      const { t } = this.#words;
      const doing = lookUp(t.progress.phases, phase) ?? phase;
      const time = secondsLeft === undefined ? undefined : this.#words.seconds(Math.ceil(secondsLeft));
      this.#said.textContent = time ? `${doing} · ${this.#words.say(t.progress.left, { time })}` : doing;
      this.#bar.value = done;
    });
  }

  shop(shop: Shop): void {
    this.#show(() => {
      this.#shop = shop;
    });
  }

  ask(questions: Question[]): void {
    this.#show(() => {
      this.#state({});
      const { t } = this.#words;
      for (const question of questions) {
        const text = document.createElement("p");
        const list = question.examples.slice(0, 3).join(" · ");
        const parts = [lookUp(t.question.texts, question.code) ?? question.text];
        if (question.column) parts.push(this.#words.say(t.question.column, { column: question.column }));
        if (list) parts.push(this.#words.say(t.question.examples, { list }));
        text.textContent = parts.join(" ");
        this.#question.append(text);
        for (const { value, consequence } of question.choices) {
          const button = document.createElement("button");
          const choice = lookUp(t.question.choices, value) ?? value;
          button.textContent = consequence ? `${choice}: ${consequence}` : choice;
          button.addEventListener("click", () => this.#actions.answer(question, value));
          this.#question.append(button);
        }
      }
      this.#question.hidden = false;
    });
  }

  forecast(forecast: Forecast): void {
    this.#show(() => {
      this.#forecast = forecast;
      this.#body.hidden = false;
      const names = this.#shop?.products ?? [];
      this.#list.show(forecast.products.length + 1, (place) => {
        const one = this.#at(place);
        if (!one) return { name: "", id: "", total: "", range: "" };
        const product = place === 0 ? undefined : names[one.index];
        const name = place === 0 ? this.#words.t.list.all : product?.name || one.id;
        const id = name === one.id || place === 0 ? "" : one.id;
        return { name, id, total: this.#about(one), range: this.#range(one) };
      });
      this.#choose();
    });
  }

  done(): void {
    this.#show(() => {
      this.#state({});
    });
  }

  stopped(): void {
    this.#show(() => {
      this.#state({ said: this.#words.t.stopped });
    });
  }

  failed(error: TillcastError): void {
    this.#show(() => {
      this.#state({});
      const { t } = this.#words;
      const { message, remedy } = this.#words.failure(error);
      const { file, column } = error.position;
      const parts = [message];
      if (file) parts.push(`(${this.#words.say(t.problem.where, { file })})`);
      if (column) parts.push(`(${this.#words.say(t.problem.column, { column })})`);
      if (remedy) parts.push(this.#words.say(t.problem.remedy, { remedy }));
      this.#error.textContent = parts.join(" ");
      this.#error.hidden = false;
    });
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
    const { accuracy, frequency, horizon } = this.#forecast;
    const { t } = this.#words;
    const whole = this.#list.chosen === 0;
    this.#name.textContent = whole ? t.list.all : this.#shop?.products[one.index]?.name || one.id;
    const sure = sureness(this.#forecast, whole ? null : one.index, true);
    const likely = this.#words.say(sure === "tested" ? t.forecast.likely : t.forecast.unsure, {
      range: this.#range(one),
      sure: sure === "tested" ? t.forecast.sure : t.forecast.untested[sure],
      from: this.#words.date(one.dates[0] ?? ""),
      to: this.#words.date(lastDay(one.dates.at(-1) ?? "", frequency)),
    });
    this.#sentence.textContent = `${t.forecast.about} ${this.#about(one)} ${t.forecast.pieces} · ${likely}`;
    const past = accuracy && (whole ? ofShop(accuracy) : ofProduct(accuracy, one.index));
    this.#accuracy.hidden = !past;
    if (past) {
      const miss = this.#words.say(t.cards.goodMiss, { span: this.#words.span(horizon, frequency) });
      const rule = { rule: t.cards.rules[frequency], miss: this.#words.miss(past.ruleTotalMiss), nearer: this.#words.count(past.ruleNearer), tests: this.#words.count(past.tests) };
      const says = { worse: t.cards.ruleNearer, unsure: t.cards.ruleUnsure, better: t.cards.goodRule, same: t.cards.goodRule, alone: "" }[verdict(past)];
      const held = { held: this.#words.count(past.held), tested: this.#words.count(past.tested) };
      this.#accuracy.textContent = [
        `${this.#words.miss(past.totalMiss)} ${miss}.`,
        this.#words.say(says, rule),
        past.tested > 0 && this.#words.say(heldSeldom(past) ? t.cards.heldSeldom : t.cards.goodHeld, held),
      ]
        .filter(Boolean)
        .join(" ");
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
      const figure = await this.#actions.figure(forecast, { product, width, height, theme: this.#theme, language: this.#words.code });
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
    const { t } = this.#words;
    const { frequency } = this.#forecast as Forecast;
    const head = this.#table.createTHead().insertRow();
    for (const text of [t.forecast.period[frequency], t.forecast.columns.about, t.forecast.columns.most]) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = text;
      head.append(cell);
    }
    const body = this.#table.createTBody();
    const [middles, lows, highs] = [this.#level(one, 0.5), this.#level(one, LOW_LEVEL), this.#level(one, HIGH_LEVEL)];
    one.dates.forEach((label, step) => {
      const row = body.insertRow();
      const [about, low, high] = [middles?.[step] ?? one.mean[step], lows?.[step], highs?.[step]];
      const range = low === undefined || high === undefined ? "" : this.#words.range(low, high);
      const cells = [this.#words.period(label, frequency), this.#words.about(about ?? 0), range];
      for (const text of cells) row.insertCell().textContent = text;
    });
  }

  #level(one: ProductForecast, level: number): Float64Array | undefined {
    return one.quantiles[this.#forecast?.levels.indexOf(level) ?? -1];
  }

  #about(one: ProductForecast): string {
    return this.#words.about(middle(one, this.#forecast?.levels ?? []));
  }

  #range(one: ProductForecast): string {
    const at = (level: number) => one.total.quantiles[this.#forecast?.levels.indexOf(level) ?? -1];
    const [low, high] = [at(LOW_LEVEL), at(HIGH_LEVEL)];
    return low === undefined || high === undefined ? "" : this.#words.range(low, high);
  }
}

function make<Name extends keyof HTMLElementTagNameMap>(name: Name, part: string): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.className = part;
  element.setAttribute("part", part);
  return element;
}
