/** A method seen from inside: what it was chosen from, what it missed, and what tests say of that. */

import type { Diagnosis, Figure, Theme } from "../engine/types";
import { chart, type Chart } from "./chart";
import { type Child, fill, h } from "./dom";
import type { Session } from "./session";
import type { Words } from "./words";

/** Methods that have a likelihood, the quickest first. */
const METHODS = ["ets", "ces", "arima", "ar"];
/** Below this chance one may doubt that it was chance. */
const DOUBT = 0.05;
/** As the field writes it. */
const technical = (model: string): string => model.replace(/^[a-z]+/, (name) => name.toUpperCase());
/** Candidates that are shown. */
const SHOWN = 6;
/** Ends of the table that the KPSS test's chance is read from. */
const KPSS_ENDS = { least: 0.01, most: 0.1 };
/** Figures in the order in which they stand. */
const FIGURES = ["misses", "together", "acf", "pacf"] as const;
type Part = (typeof FIGURES)[number];

export function made(session: Session, words: Words, theme: () => Theme): { element: HTMLElement; update: () => void; close: () => void } {
  const { made: text, forecast: drawn } = words.t;
  const body = h("div", { role: "status" });
  const name = (method: string) => `${words.model(method)} (${method.toUpperCase()})`;
  const select = h("select", { id: "made-method", onchange: () => update() }, ...METHODS.map((method) => h("option", { value: method }, name(method))));
  const charts = h("div", { class: "made-figures" });
  const rest = h("div", {});
  const element = h("div", { class: "made" }, h("p", {}, text.about), h("label", { for: "made-method" }, `${text.method} `, select), body, charts, rest);
  let figures: Chart[] = [];
  let shows = "";
  let run = new AbortController();
  const digits = (value: number, most = 4) => new Intl.NumberFormat(words.tag, { maximumSignificantDigits: most }).format(value);
  /** Criteria differ by little and are compared by their differences. */
  const criterion = (value: number | null) => (value === null ? "–" : new Intl.NumberFormat(words.tag, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value));
  const size = () => ({ ...(session.selected === null ? {} : { product: session.selected }), theme: theme(), language: words.code });

  /** The method that the forecast was made by, if it has an inside. */
  function usual(): string {
    const { forecast, selected } = session;
    const model = (selected === null ? forecast?.all : forecast?.products[selected])?.model ?? "";
    return METHODS.find((method) => model.split(" + ").some((one) => one.replace(/[( ].*$/, "") === method)) ?? "ets";
  }

  /** Figures of one size are drawn of one fit. */
  function drawing(method: string): (part: Part, wide: { width: number; height: number }) => Promise<Figure> {
    let [known, fit]: [string, Promise<Diagnosis | null>] = ["", Promise.resolve(null)];
    return async (part, wide) => {
      const key = `${wide.width} ${wide.height}`;
      if (key !== known) [known, fit] = [key, session.diagnose(method, { ...size(), ...wide })];
      // What has failed may succeed when it is drawn again.
      fit.catch(() => (known = ""));
      const figure = (await fit)?.[part];
      if (!figure) throw new Error("no fit");
      return figure;
    };
  }

  function figure(part: Part, draw: ReturnType<typeof drawing>, isShare: boolean): Chart {
    const miss = (value: number) => (isShare ? words.say(text.share, { share: words.percent(value) }) : `${digits(value, 3)} ${words.unit(session.shop)}`);
    const value = (value: number) => (part === "misses" ? miss(value) : digits(value, 2));
    return chart({
      part,
      ask: (wide) => draw(part, wide),
      height: () => 180,
      waiting: drawn.drawing,
      failed: () => drawn.notDrawn,
      hint: drawn.keys,
      read: (point) => ({
        title: part === "misses" ? words.period(point.label, session.forecast?.frequency ?? "day") : words.say(text.lag, { count: point.label }),
        lines: point.actual === null ? [] : [["about", text.read[part], value(point.actual)]],
      }),
    });
  }

  function tell(found: Diagnosis, method: string) {
    const { diagnostics, steps } = found;
    const { adf, kpss, season } = diagnostics.values;
    const { ljungBox, jarqueBera } = diagnostics.residuals;
    const p = (test: { p: number } | null) => (test ? (test.p < 0.001 ? "< 0.001" : `= ${digits(test.p, 2)}`) : "–");
    const kpssP = kpss && (kpss.p >= KPSS_ENDS.most ? `≥ ${digits(KPSS_ENDS.most)}` : kpss.p <= KPSS_ENDS.least ? `≤ ${digits(KPSS_ENDS.least)}` : p(kpss));
    const says = (plain: string, tests: string): Child => h("li", {}, `${plain} `, h("span", { class: "tech" }, tests));
    const keeps = adf && kpss ? (adf.p < DOUBT) === (kpss.p >= DOUBT) ? (adf.p < DOUBT ? "keeps" : "wanders") : "unclear" : null;
    fill(
      body,
      h("p", {}, words.say(text.taken, { model: technical(diagnostics.model), count: words.count(diagnostics.candidates.length), span: words.span(diagnostics.values.count, session.forecast?.frequency ?? "day") })),
      h(
        "ul",
        { class: "notes" },
        ljungBox && says(ljungBox.p < DOUBT ? text.pattern : text.chance, words.say(text.tests.left, { p: p(ljungBox) })),
        keeps && says(text[keeps], words.say(text.tests.level, { adf: p(adf), kpss: kpssP ?? "–" })),
        season?.ocsb &&
          season.verdict &&
          says(
            text.season[season.verdict],
            words.say(text.tests.season, { strength: digits(season.strength, 2), ocsb: digits(season.ocsb.statistic, 3), critical: digits(season.ocsb.critical, 3) }),
          ),
        jarqueBera && says(jarqueBera.p < DOUBT ? text.skewed : text.bell, words.say(text.tests.shape, { p: p(jarqueBera) })),
      ),
      h("p", { class: "sub" }, text.p),
    );
    const draw = drawing(method);
    figures = FIGURES.filter((part) => found[part]).map((part) => figure(part, draw, diagnostics.residuals.relative));
    fill(charts, ...figures.map((one) => one.element));
    const cells = (values: string[]) => values.map((value) => h("td", { class: "n" }, value));
    const table = (title: string, head: string[], rows: [string, string[]][]) =>
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": title },
        h(
          "table",
          { class: "tbl" },
          h("caption", {}, title),
          h("thead", {}, h("tr", {}, ...head.map((one, column) => h("th", { scope: "col", class: column > 0 && "n" }, one)))),
          h("tbody", {}, ...rows.map(([first, others]) => h("tr", {}, h("th", { scope: "row" }, first), ...cells(others)))),
        ),
      );
    fill(
      rest,
      table(
        text.compared,
        [text.columns.model, text.columns.parameters, "AIC", "AICc", "BIC"],
        diagnostics.candidates.slice(0, SHOWN).map((one) => [technical(one.model), [words.count(one.parameters), ...[one.aic, one.aicc, one.bic].map(criterion)]]),
      ),
      h("p", {}, `${text.parameters} `, h("span", { class: "tech" }, diagnostics.coefficients.map(({ name, value }) => `${name} = ${digits(value)}`).join(", "))),
      steps && h("p", {}, text.steps),
      steps &&
        table(
          text.worked,
          [text.columns.step, text.columns.calculation, drawn.columns.about, drawn.columns.most],
          steps.map(({ text: calculation, value, low, high }, place) => [words.count(place + 1), [calculation, digits(value), `${digits(low)} … ${digits(high)}`]]),
        ),
    );
  }

  function clear(said: string) {
    for (const one of figures) one.close();
    figures = [];
    fill(charts);
    fill(rest);
    fill(body, h("p", { class: "sub" }, said));
  }

  async function ask(method: string, key: string) {
    clear(text.wait);
    run.abort();
    run = new AbortController();
    const { signal } = run;
    try {
      const found = await session.diagnose(method, { ...size(), width: 320, height: 180 }, signal);
      if (signal.aborted || shows !== key) return;
      if (found) tell(found, method);
      else clear(text.none);
    } catch {
      if (!signal.aborted && shows === key) clear(text.failed);
    }
  }

  let about = "";
  const update = () => {
    const { forecast, selected, taken } = session;
    if (!forecast) return;
    if (about !== `${taken} ${selected}`) select.value = usual();
    about = `${taken} ${selected}`;
    const key = `${about} ${select.value} ${theme()}`;
    if (key === shows) return;
    shows = key;
    void ask(select.value, key);
  };
  return {
    element,
    update,
    close: () => {
      run.abort();
      for (const one of figures) one.close();
    },
  };
}
