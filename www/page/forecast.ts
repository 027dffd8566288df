/** The home screen: the list of products beside the forecast of one of them. */

import type { Forecast, Theme } from "../engine/types";
import { cards } from "./cards";
import { chart } from "./chart";
import { fill, h, icon, rich } from "./dom";
import { type List, list } from "./list";
import { howMade } from "./how-made";
import { knownAhead } from "./known";
import { numbers } from "./numbers";
import { saveAs } from "./save";
import { HORIZONS } from "./horizon";
import type { Session } from "./session";
import { categoryOf, likely, madeOf, middle, standsApart, subjectOf, sureness } from "./span";
import type { Part } from "./start";
import { heldSeldom, lastDay, lookUp, ofShop, type Words } from "./words";

/** Marks the step from the list into a product, on narrow screens. */
export const DEEPER = "product";

/** So few pieces a year before are compared as they are. */
const FEW = 20;

export interface ForecastView extends Part {
  list: List;
}

export function forecastView(session: Session, words: Words, theme: () => Theme): ForecastView {
  const { t } = words;
  const products = list(session, words, theme);
  const title = h("h1", { id: "p-name" });
  const sku = h("span", { class: "sku" });
  const big = h("span", {});
  const unit = h("span", { class: "big-u" });
  const range = h("p", { class: "big-s" });
  const delta = h("p", { class: "delta" });
  const lost = h("p", { class: "lost", "data-part": "rows-lost", hidden: true });
  const peak = h("p", { class: "told", "data-part": "peak-once", hidden: true }, t.forecast.peakOnce);
  const addsUp = h("p", { class: "told", "data-part": "adds-up", hidden: true }, t.forecast.addsUp);
  const fresh = h("p", { class: "fresh", role: "status" });
  const horizons = h("fieldset", { class: "seg", "data-part": "horizon" });
  const groups = h("fieldset", { class: "seg", "data-part": "frequency" });
  const apart = h("p", { class: "apart", hidden: true });
  const save = (part: string, totals: boolean, text: string) =>
    h("button", { class: "btn btn-s", type: "button", "data-part": part, onclick: (event: MouseEvent) => void download(session, event.currentTarget as HTMLButtonElement, totals) }, text);
  const fan = chart({
    part: "fan",
    ask: (size) =>
      session.figure("fan", {
        ...size,
        ...subjectOf(session.forecast, session.selected),
        theme: theme(),
        language: words.code,
      }),
    height: (width) => (width < 560 ? 240 : 372),
    waiting: t.forecast.drawing,
    failed: () => (session.rescue === "going" ? t.forecast.drawing : t.forecast.notDrawn),
    hint: t.forecast.keys,
    read: (point) => {
      const { read } = t.forecast;
      const frequency = session.forecast?.frequency ?? "day";
      const lines: [string, string, string][] = [];
      if (point.actual !== null) lines.push(["sold", read.sold, `${words.count(point.actual)} ${words.unit(session.shop)}`]);
      if (point.median !== null) lines.push(["about", read.about, `${words.about(point.median)} ${words.unit(session.shop)}`]);
      const isTested = session.forecast !== null && sureness(session.forecast, session.selected, session.improves) === "tested";
      if (point.low80 !== null && point.high80 !== null) lines.push(["most", isTested ? read.most : read.untested, words.range(point.low80, point.high80)]);
      if (isTested && point.low50 !== null && point.high50 !== null) lines.push(["half", read.half, words.range(point.low50, point.high50)]);
      if (point.holidays.length > 0) lines.push(["holiday", read.holiday, words.list(point.holidays.map((code) => lookUp(t.holidays, code) ?? code))]);
      const rule = frequency === "day" ? read.ruleWeek : frequency === "hour" ? read.ruleDay : read.ruleYear;
      if (point.rule !== null) lines.push(["rule", rule, words.about(point.rule)]);
      return { title: words.period(point.label, frequency), lines };
    },
  });
  const table = numbers(session, words);
  const ahead = knownAhead(session, words);
  const why = cards(session, words, theme);
  const inside = howMade(session, words, theme);
  const article = h(
    "article",
    { class: "product", "aria-labelledby": "p-name" },
    h("button", { class: "link back narrow-only", type: "button", onclick: () => goBack(session) }, icon("back"), t.forecast.back),
    h(
      "header",
      { class: "answer" },
      h(
        "div",
        { class: "answer-l", "data-part": "summary" },
        h("div", { class: "p-title" }, title, sku),
        h("p", { class: "big" }, h("span", { class: "big-a" }, `${t.forecast.about} `), big, unit),
        range,
        delta,
        lost,
        peak,
        addsUp,
        fresh,
      ),
      h("div", { class: "answer-r" }, horizons, groups),
    ),
    h(
      "figure",
      { class: "plot", "aria-label": t.forecast.chart },
      fan.element,
      apart,
      h("div", { class: "under" }, table.element, save("export", false, t.forecast.download), save("export-totals", true, t.forecast.downloadTotals)),
      ahead.element,
    ),
    why.element,
    inside.element,
  );
  const detail = h("div", { class: "detail" }, article);
  const element = h("div", { class: "split" }, products.element, detail);

  function choices() {
    const { forecast, shop } = session;
    if (!forecast || !shop) return;
    const { frequency } = session;
    segment(
      horizons,
      t.forecast.lookAhead,
      "horizon",
      HORIZONS[frequency].choices.map((count) => ({
        text: words.span(count, frequency),
        value: String(count),
        checked: count === session.horizon,
        choose: () => void session.lookAhead(count),
      })),
    );
    groups.hidden = shop.frequencies.length < 2;
    segment(
      groups,
      t.forecast.by,
      "frequency",
      shop.frequencies.map((one) => ({
        text: t.forecast.byFrequency[one],
        value: one,
        checked: one === frequency,
        choose: () => void session.group(one),
      })),
    );
  }

  function answer() {
    const { forecast, shop, selected } = session;
    if (!forecast || !shop) return;
    const made = madeOf(forecast, selected);
    const category = categoryOf(forecast, selected);
    const product = selected === null ? undefined : shop.products[selected];
    if (!made) return;
    title.textContent = product ? words.called(product, session.shop) : (category?.id ?? t.list.all);
    sku.textContent = product
      ? product.id === product.name ? "" : product.id
      : words.say(category ? t.list.categorySub : t.list.allSub, { count: words.count(category?.products ?? shop.products.length) });
    const about = middle(made, forecast.levels);
    big.textContent = words.about(about);
    unit.textContent = ` ${words.unit(session.shop, Math.round(about) === 1)}`;
    const [low, high] = likely(made, forecast.levels);
    const first = made.dates[0] ?? shop.to;
    const last = lastDay(made.dates.at(-1) ?? first, forecast.frequency);
    const sure = sureness(forecast, selected, session.improves);
    // One year is said once: at the end in English, at the beginning in Chinese.
    const day = (code: string) => (words.code === code && first.slice(0, 4) === last.slice(0, 4) ? ({ day: "numeric", month: "long" } as const) : undefined);
    const places = {
      range: h("strong", {}, words.range(low, high)),
      sure: h("span", { class: sure === "tested" ? "q" : "q untested" }, sure === "tested" ? promise(forecast, selected) : t.forecast.untested[sure]),
      from: words.date(first, day("en")),
      to: words.date(last, day("zh")),
    };
    fill(range, ...rich(sure === "tested" ? t.forecast.likely : t.forecast.unsure, places));
    lost.textContent = words.lost(shop);
    lost.hidden = !lost.textContent;
    peak.hidden = !(selected === null ? forecast.peakOnceAll : (category?.peakOnce ?? forecast.peakOnce[selected]));
    addsUp.hidden = product !== undefined || (category?.products ?? shop.products.length) < 2;
    apart.hidden = !product || (!product.ended && !standsApart(made, forecast.levels));
    const uneven = product?.demand?.rare ? t.forecast.apartRare : t.forecast.apart;
    apart.textContent = words.say(product?.ended ? t.forecast.apartEnded : uneven, { period: t.forecast.period[forecast.frequency].toLowerCase() });
    change(about, selected === null ? forecast.yearBeforeAll : category ? category.yearBefore : forecast.yearBefore[selected]);
    fresh.textContent = forecast.stage !== "quick" ? "" : session.improves ? t.forecast.quick : t.forecast.quickOnly;
  }

  /** How often the range holds: what it is made for, or where it did so too seldom in the test, that. */
  function promise(forecast: Forecast, selected: number | null): string {
    const { accuracy } = forecast;
    const held = accuracy && (selected === null ? ofShop(accuracy) : (categoryOf(forecast, selected) ?? accuracy));
    return held && heldSeldom(held) ? words.say(t.forecast.seldom, { held: words.count(held.held), tested: words.count(held.tested) }) : t.forecast.sure;
  }

  function change(about: number, before: number | null | undefined) {
    const { forecast } = session;
    if (!forecast) return;
    const span = words.span(forecast.horizon, forecast.frequency);
    const ago = t.forecast.ago[forecast.frequency];
    if (!before || before <= 0) {
      fill(delta, words.say(before === 0 ? t.forecast.noneBefore : t.forecast.noDelta, { ago }));
      return;
    }
    const share = about / before - 1;
    const percent = words.percent(Math.abs(share));
    // A percentage of a handful says nothing; a difference of less than one is none.
    const few = before < FEW;
    const by = Math.abs(Math.round(about) - Math.round(before));
    const same = few ? by === 0 : Math.abs(share) < 0.005;
    const more = few ? t.forecast.moreCount : t.forecast.more;
    const fewer = few ? t.forecast.fewerCount : t.forecast.fewer;
    const text = same ? t.forecast.same : words.say(share > 0 ? more : fewer, { percent, count: words.count(by) });
    fill(
      delta,
      h("span", {}, ...rich(same ? t.forecast.deltaSame : t.forecast.deltaMore, { change: h("strong", {}, text), span, ago, before: words.count(Math.round(before)) })),
    );
  }

  let focused = false;
  const update = (changed: string) => {
    products.update(changed);
    element.classList.toggle("show-detail", session.detail);
    if (changed !== "progress" && changed !== "device") {
      answer();
      choices();
      table.update();
      fan.draw();
    }
    ahead.update();
    why.update(changed);
    inside.update(changed);
    // On a narrow screen the other side comes into sight, and the focus goes with it.
    if (session.detail !== focused) {
      focused = session.detail;
      if (focused && getComputedStyle(products.element).display === "none") {
        scrollTo(0, 0);
        title.tabIndex = -1;
        title.focus({ preventScroll: true });
      }
    }
  };
  return {
    element,
    update,
    list: products,
    close: () => {
      products.close?.();
      fan.close();
      why.close?.();
      inside.close?.();
    },
  };
}

interface Choice {
  text: string;
  value: string;
  checked: boolean;
  choose: () => void;
}

/** A row of choices; made anew only where they changed, so that the focus stays. */
function segment(fieldset: HTMLElement, label: string, name: string, choices: Choice[]) {
  const key = choices.map((choice) => choice.text).join("|");
  if (fieldset.dataset.key !== key) {
    fieldset.dataset.key = key;
    fill(
      fieldset,
      h("legend", { class: "sr" }, label),
      ...choices.map(({ text, value, choose }) =>
        h("label", {}, h("input", { type: "radio", name, value, onchange: choose }), h("span", {}, text)),
      ),
    );
  }
  for (const input of fieldset.querySelectorAll("input")) input.checked = choices.some((one) => one.checked && one.value === input.value);
}

/** The step into a product is in the browser's history, see `main.ts`. */
function goBack(session: Session) {
  if (history.state === DEEPER) history.back();
  else session.back();
}

const download = (session: Session, button: HTMLButtonElement, totals: boolean) =>
  saveAs(session, button, totals ? "totals" : "forecast", () => session.export(totals));

