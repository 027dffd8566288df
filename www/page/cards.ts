/** Under the chart: how good it is, how it was trained, what was done to the data. */

import type { Note, Theme, TrainingCurve } from "../engine/types";
import { chart, type Chart } from "./chart";
import { type Child, fill, h } from "./dom";
import { reason } from "./reason";
import type { Session } from "./session";
import { categoryOf, madeOf } from "./span";
import type { Part } from "./start";
import { heldSeldom, lacksSeason, lookUp, ofProduct, ofShop, verdict, type Words } from "./words";

export function cards(session: Session, words: Words, theme: () => Theme): Part {
  const { t } = words;
  const good = h("div", { class: "card-b" });
  const trained = h("p", {});
  const lossBox = h("div", { class: "loss-box" });
  const notes = h("ul", { class: "notes" });
  const see = h("button", { class: "link more", type: "button", hidden: true, onclick: () => session.show("accuracy") }, t.cards.see);
  const card = (part: string, title: string, ...inside: Child[]) =>
    h("section", { class: "card", "data-part": part }, h("h2", {}, title), ...inside);
  const training = card("training", t.cards.trained, lossBox, trained);
  const element = h(
    "div",
    { class: "cards" },
    card("accuracy", t.cards.good, good, see),
    training,
    card("notes", t.cards.notes, notes, h("button", { class: "link more", type: "button", onclick: () => session.show("data") }, t.cards.seeData)),
  );
  let loss: Chart | null = null;
  let curveShown = "";

  function howGood() {
    const { forecast, selected, shop } = session;
    if (!forecast || !shop) return;
    const { accuracy, frequency } = forecast;
    see.hidden = !accuracy;
    if (!accuracy) {
      fill(good, h("p", {}, session.improves ? t.cards.goodWait : forecast.stage === "quick" ? t.cards.goodStopped : t.cards.goodNone));
      return;
    }
    const category = categoryOf(forecast, selected);
    if (category) {
      fill(good, h("p", {}, category.tested > 0 ? words.say(heldSeldom(category) ? t.cards.heldSeldom : t.cards.goodHeld, { held: words.count(category.held), tested: words.count(category.tested) }) : t.cards.goodNone));
      return;
    }
    const own = selected === null ? ofShop(accuracy) : ofProduct(accuracy, selected);
    if (!own || !Number.isFinite(own.totalMiss)) {
      fill(good, h("p", {}, own ? t.cards.goodNothing : t.cards.goodNone));
      return;
    }
    const product = selected === null ? undefined : shop.products[selected];
    const rules = lacksSeason(product ?? { first: shop.from, last: shop.to }, frequency, accuracy) ? t.cards.rulesShort : t.cards.rules;
    const made = selected === null ? undefined : forecast.products[selected];
    const rule = { worse: made?.model === accuracy.rule ? t.cards.ruleUsed : t.cards.ruleNearer, unsure: t.cards.ruleUnsure, better: t.cards.goodRule, same: t.cards.goodRule, alone: "" }[verdict(own)];
    const places = { rule: rules[frequency], miss: words.miss(own.ruleTotalMiss), nearer: words.count(own.ruleNearer), tests: words.count(own.tests) };
    const span = words.span(accuracy.horizon, frequency);
    const why = reason(accuracy, words, product);
    fill(
      good,
      h("p", { class: "card-n" }, `${words.miss(own.totalMiss)} `, h("span", {}, words.say(t.cards.goodMiss, { span }))),
      rule && h("p", {}, words.say(rule, places)),
      own.tested > 0 && h("p", {}, words.say(heldSeldom(own) ? t.cards.heldSeldom : t.cards.goodHeld, { held: words.count(own.held), tested: words.count(own.tested) })),
      // A product's own few tests say little.
      selected !== null && accuracy.tested > own.tested && h("p", {}, words.say(t.cards.heldAmong, { held: words.count(accuracy.held), tested: words.count(accuracy.tested) })),
      why && h("p", { "data-part": "reason" }, why),
    );
  }

  function howTrained() {
    const { forecast, progress } = session;
    const curve: TrainingCurve | undefined = forecast?.training.at(-1) ?? progress?.training;
    // Where no network has a part in the forecast there is nothing to tell.
    training.hidden = !curve && !(session.busy && progress?.phase === "training");
    if (!forecast || !curve) {
      trained.textContent = t.cards.trainedWait;
      loss?.close();
      loss = null;
      fill(lossBox);
      curveShown = "";
      return;
    }
    if (forecast.training.length === 0) {
      const error = curve.validation.at(-1);
      const digits = new Intl.NumberFormat(words.tag, { maximumSignificantDigits: 3 });
      const places = { count: words.count(curve.epochs.at(-1) ?? 0), error: error === undefined ? "–" : digits.format(error) };
      trained.textContent = words.say(t.cards.trainedNow, places);
      return;
    }
    const device = curve.device === "gpu" ? t.device.gpu : t.device.cpu;
    trained.textContent = words.say(t.cards.trainedText, {
      epochs: words.count(curve.epochs.length),
      seconds: words.seconds(curve.seconds),
      device: words.code === "en" ? device.toLowerCase() : device,
    });
    const key = `${session.taken} ${theme()}`;
    if (key === curveShown) return;
    curveShown = key;
    if (loss) loss.draw();
    else {
      loss = chart({
        part: "loss",
        ask: (size) => session.figure("loss", { ...size, theme: theme(), language: words.code }),
        height: () => 150,
        waiting: t.forecast.drawing,
        failed: () => (session.rescue === "going" ? t.forecast.drawing : t.forecast.notDrawn),
        hint: t.forecast.keys,
        read: (point) => {
          const decimals = new Intl.NumberFormat(words.tag, { maximumSignificantDigits: 3 });
          const lines: [string, string, string][] = [];
          if (point.actual !== null) lines.push(["sold", t.cards.curves.training, decimals.format(point.actual)]);
          if (point.median !== null) lines.push(["about", t.cards.curves.validation, decimals.format(point.median)]);
          return { title: words.say(t.cards.curves.round, { count: point.label }), lines };
        },
      });
      fill(lossBox, loss.element);
    }
  }

  function whatHappened() {
    const { forecast, shop, selected } = session;
    if (!forecast || !shop) return;
    const isSum = selected === null || categoryOf(forecast, selected) !== undefined;
    const about = selected === null ? null : (shop.products[selected]?.id ?? selected);
    const told = new Set<string>();
    // A forecast's notes begin with its shop's.
    const mine = [...shop.notes, ...forecast.notes].filter((note) => note.product === about && told.size < told.add(JSON.stringify(note)).size);
    const urgent = (note: Note) => Number(note.severity === "warning");
    mine.sort((one, other) => urgent(other) - urgent(one));
    const lines: Child[] = mine.slice(0, 6).map((note) => h("li", { class: note.severity === "warning" && "warn" }, words.note(note)));
    const left = new Map<string, number>();
    for (const report of selected === null ? shop.reports : []) for (const { reason, count } of report.leftOut) left.set(reason, (left.get(reason) ?? 0) + count);
    for (const [reason, count] of left) {
      lines.push(h("li", {}, words.say(t.cards.leftOut, { count: words.count(count), reason: words.leftOut(reason) })));
    }
    if (lines.length === 0 && isSum) lines.push(h("li", {}, t.cards.noNotes));
    const made = madeOf(forecast, selected);
    // How the shop's numbers were added up is no method.
    if (made && made.model !== "sum") {
      const plain = words.model(made.model);
      const method = words.say(t.cards.method, { method: plain });
      lines.push(h("li", {}, method, plain !== made.model && h("span", { class: "tech" }, ` ${technical(made.model)}`)));
    }
    fill(notes, ...lines);
  }

  const update = (changed: string) => {
    if (changed === "device") return;
    if (changed !== "progress") {
      howGood();
      whatHappened();
    }
    if (changed !== "selection") howTrained();
  };
  return { element, update, close: () => loss?.close() };
}

const TECHNICAL: Record<string, string> = { ets: "ETS", lstm: "LSTM", gru: "GRU", tsb: "TSB", gbdt: "GBDT" };

/** As the field writes it. */
export const technical = (model: string): string =>
  model.split(" + ").map((one) => one.replace(/^[a-z]+/, (name) => lookUp(TECHNICAL, name) ?? name)).join(" + ");
