/** How good the forecast is for all products: the headline, the methods, the ten that are hardest. */

import type { Accuracy, Product } from "../engine/types";
import { technical } from "./cards";
import { type Child, fill, h, s } from "./dom";
import { reason } from "./reason";
import type { Session } from "./session";
import type { Part } from "./start";
import { heldSeldom, lacksSeason, ofShop, verdict, type Words } from "./words";

const WORST = 10;
/** A miss of the total below this is none to explain. */
const EASY = 0.1;

export function accuracyView(session: Session, words: Words): Part {
  const { t } = words;
  const element = h("div", { class: "page", "data-part": "accuracy-view" });
  let seen: unknown = 0;
  const update = () => {
    const { forecast, shop } = session;
    const accuracy = forecast?.accuracy ?? null;
    const none = session.improves ? t.accuracy.wait : forecast?.stage === "quick" ? t.cards.goodStopped : t.accuracy.none;
    const key = accuracy ?? none;
    if (!forecast || !shop || seen === key) return;
    seen = key;
    if (!accuracy) {
      fill(element, h("header", { class: "page-h" }, h("h1", {}, t.accuracy.title), h("p", {}, none)));
      return;
    }
    const isShort = lacksSeason({ first: shop.from, last: shop.to }, forecast.frequency, accuracy);
    const rule = (isShort ? t.accuracy.ruleShort : t.accuracy.rule)[forecast.frequency];
    const said = verdict(ofShop(accuracy));
    const chance = { rule: (isShort ? t.cards.rulesShort : t.cards.rules)[forecast.frequency], nearer: words.count(accuracy.ruleNearer), tests: words.count(accuracy.folds) };
    const span = words.span(accuracy.horizon, forecast.frequency);
    const headline = words.say(t.accuracy.headlines[said], {
      miss: words.miss(accuracy.totalMiss),
      rule,
      ruleMiss: words.miss(accuracy.ruleTotalMiss),
    });
    fill(
      element,
      h(
        "header",
        { class: "page-h" },
        h("h1", {}, headline),
        h("p", {}, words.say(t.accuracy.sub, { folds: words.count(accuracy.folds), span })),
        said === "unsure" && h("p", {}, words.say(t.accuracy.unsure, chance)),
      ),
      facts(accuracy, rule, words),
      methods(accuracy, words),
      worst(accuracy, session, words),
    );
  };
  update();
  return { element, update };
}

function facts(accuracy: Accuracy, rule: string, words: Words): HTMLElement {
  const { accuracy: text } = words.t;
  const fact = (name: string, value: string, sub: string) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value), h("dd", { class: "fact-s" }, sub));
  const shop = ofShop(accuracy);
  const held = (one: { held: number; tested: number }) => words.say(text.heldValue, { held: words.count(one.held), tested: words.count(one.tested) });
  const known = accuracy.products.flatMap((one) => (one && Number.isFinite(one.totalMiss) && Number.isFinite(one.ruleTotalMiss) ? [one] : []));
  const better = known.filter((one) => one.totalMiss < one.ruleTotalMiss).length;
  return h(
    "dl",
    { class: "facts" },
    fact(text.total, words.miss(accuracy.totalMiss), words.say(text.totalSub, { miss: words.miss(accuracy.ruleTotalMiss), rule })),
    fact(text.product, words.miss(accuracy.productMiss), words.say(text.totalSub, { miss: words.miss(accuracy.ruleProductMiss), rule })),
    shop.tested > 0 && fact(text.heldShop, held(shop), heldSeldom(shop) ? text.heldSeldom : text.heldSub),
    fact(text.held, held(accuracy), heldSeldom(accuracy) ? text.heldSeldom : text.heldSub),
    fact(text.bias, words.say(text.biasValue, { better: words.count(better), all: words.count(known.length) }), text.biasSub),
  );
}

/** Measures in the order they are shown, where the core gives them. */
const METRICS = ["wape", "mase", "coverage80", "bias"] as const;
const SHARES = new Set<string>(["wape", "coverage80", "bias"]);

function methods(accuracy: Accuracy, words: Words): HTMLElement | null {
  const { accuracy: text } = words.t;
  if (accuracy.models.length === 0) return null;
  // Keys come as the core writes them: `WAPE` and `wape` are one measure.
  const value = (metrics: Record<string, number>, name: string) => Object.entries(metrics).find(([key]) => key.toLowerCase() === name)?.[1];
  const shown = METRICS.filter((name) => accuracy.models.some(({ metrics }) => value(metrics, name) !== undefined));
  // What was not measured is not the best.
  const miss = ({ metrics }: Accuracy["models"][number]) => {
    const known = value(metrics, "wape");
    return known !== undefined && Number.isFinite(known) ? known : Number.MAX_VALUE;
  };
  const sorted = [...accuracy.models].sort((one, two) => miss(one) - miss(two));
  const most = Math.max(1e-9, ...sorted.map(({ metrics }) => value(metrics, "wape") ?? 0).filter(Number.isFinite));
  const decimals = new Intl.NumberFormat(words.tag, { maximumFractionDigits: 2, minimumFractionDigits: 2 });
  const cell = (metrics: Record<string, number>, name: string) => {
    const number = value(metrics, name);
    if (number === undefined || !Number.isFinite(number)) return "–";
    return SHARES.has(name) ? words.miss(number) : decimals.format(number);
  };
  const row = (one: Accuracy["models"][number]) => {
    const { model, metrics } = one;
    const plain = words.model(model);
    const tech = technical(model);
    return h(
      "tr",
      { class: model === accuracy.model ? "win" : model === accuracy.rule && "rule" },
      h("th", { scope: "row" }, plain, plain !== tech && h("span", { class: "tech" }, ` ${tech}`)),
      ...shown.map((name) => h("td", { class: "n" }, cell(metrics, name))),
      h("td", {}, miss(one) <= most && bar(miss(one) / most)),
    );
  };
  return h(
    "section",
    {},
    h("div", { class: "sec-h" }, h("h2", {}, text.methods), h("p", { "data-part": "reason" }, reason(accuracy, words) ?? text.methodsSub)),
    h(
      "div",
      { class: "scroll card flush", tabindex: 0, role: "region", "aria-label": text.methods },
      h(
        "table",
        { class: "tbl methods" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, text.method),
            ...shown.map((name) => h("th", { scope: "col", class: "n" }, text.metrics[name], h("span", { class: "tech" }, ` ${name.length > 4 ? name : name.toUpperCase()}`))),
            h("th", { scope: "col" }, h("span", { class: "sr" }, text.bar)),
          ),
        ),
        h("tbody", {}, ...sorted.map(row)),
      ),
    ),
  );
}

function bar(share: number): SVGSVGElement {
  const width = Math.max(2, Math.min(1, share) * 120).toFixed(1);
  return s(
    "svg",
    { class: "mbar", viewBox: "0 0 120 8", width: 120, height: 8, "aria-hidden": "true" },
    s("rect", { class: "rb-track", y: 2.5, width: 120, height: 3, rx: 1.5 }),
    s("rect", { class: "mb", y: 1, width, height: 6, rx: 3 }),
  );
}

function worst(accuracy: Accuracy, session: Session, words: Words): HTMLElement | null {
  const { accuracy: text } = words.t;
  const { shop } = session;
  const tested = accuracy.products.flatMap((one, index) => (one && Number.isFinite(one.totalMiss) ? [{ ...one, index }] : []));
  if (!shop || tested.length === 0) return null;
  tested.sort((one, two) => two.totalMiss - one.totalMiss);
  const row = (one: (typeof tested)[number]): Child => {
    const product = shop.products[one.index];
    if (!product) return null;
    const open = () => {
      session.select(one.index);
      session.show("forecast");
    };
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, h("button", { class: "link", type: "button", onclick: open }, product.name), product.id !== product.name && h("span", { class: "tech" }, ` ${product.id}`)),
      h("td", { class: "n" }, words.miss(one.totalMiss)),
      h("td", { class: "n" }, words.miss(one.ruleTotalMiss)),
      h("td", { class: "n" }, words.say(text.heldValue, { held: words.count(one.held), tested: words.count(one.tested) })),
      // What was foreseen well is not hard, however it sells.
      h("td", {}, one.totalMiss < EASY ? "–" : why(product, words)),
    );
  };
  const title = tested.length > WORST ? text.worst : text.worstAll;
  const head = [text.miss, text.ruleMiss, text.heldColumn].map((title) => h("th", { scope: "col", class: "n" }, title));
  return h(
    "section",
    {},
    h("div", { class: "sec-h" }, h("h2", {}, title)),
    h(
      "div",
      { class: "scroll card flush", tabindex: 0, role: "region", "aria-label": title },
      h(
        "table",
        { class: "tbl worst" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words.t.list.label), ...head, h("th", { scope: "col" }, text.why))),
        h("tbody", {}, ...tested.slice(0, WORST).map(row)),
      ),
    ),
  );
}

/** What can be seen in the past: plainly, and beside it as the field says it. */
function why(product: Product, words: Words): Node {
  const { accuracy: text } = words.t;
  const { demand } = product;
  if (product.recent.length < 13 || !demand) return document.createTextNode(text.whyShort);
  const says = demand.rare ? text.whyFew : demand.kind === "intermittent" || demand.kind === "lumpy" ? text.whyGaps : text.whyJumpy;
  return h("span", { title: words.demand(product) }, says);
}
