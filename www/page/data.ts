/** What was read, how it was understood, and what was left out. */

import type { Note, Report, Shop } from "../engine/types";
import { cleaningOf, showCleaning } from "./cleaning";
import { fill, h, icon } from "./dom";
import { fileInput } from "./frame";
import { findingsOf, isFinding } from "./findings";
import { mappingOf } from "./mapping";
import { isSwitched, policyOf, refocus, remember } from "./policy";
import { saveAs } from "./save";
import type { Session } from "./session";
import { answersOf, refocusMapping, sheetOf } from "./sheet";
import type { Part } from "./start";
import { isLost, lastDay, lookUp, type Words } from "./words";

/** How codes begin of notes on whether the day or the month comes first. */
const DATE_ORDER = "date-order-";
/** Line numbers of left-out rows that are named. */
const NAMED = 8;

export function dataView(session: Session, words: Words): Part {
  const element = h("div", { class: "page", "data-part": "data" });
  let seen: unknown = null;
  const update = () => {
    const { shop } = session;
    // What was chosen stays in sight while it is read; where that came to nothing, what holds is shown again.
    if (session.rereading && element.firstChild) {
      seen = null;
      return;
    }
    if (!shop || seen === shop.reports) return showCleaning(element, session);
    seen = shop.reports;
    const { t } = words;
    const sum = (of: (report: Report) => number) => shop.reports.reduce((all, report) => all + of(report), 0);
    const places = {
      products: words.count(shop.products.length),
      from: words.date(shop.from),
      to: words.date(lastDay(shop.to, shop.frequency)),
      units: words.count(shop.totalUnits),
      unit: words.unit(shop),
    };
    const headline = words.say(t.data.headline, {
      used: words.count(sum((report) => report.rowsUsed)),
      read: words.count(sum((report) => report.rowsRead)),
    });
    const lost = words.lost(shop);
    const list: HTMLButtonElement = h(
      "button",
      { class: "btn btn-s", type: "button", "data-part": "export-left-out", onclick: () => void saveAs(session, list, "left-out", () => session.leftOut(t.leftOut)) },
      t.data.download,
    );
    fill(
      element,
      h(
        "header",
        { class: "page-h" },
        h("h1", {}, shop.reports.length > 0 ? headline : t.sampleShop),
        h("p", {}, words.say(t.data.sub, places)),
        shop.sample && h("p", {}, t.data.sampleSub),
        lost && h("p", { class: "lost", "data-part": "rows-lost" }, lost),
        h(
          "div",
          { class: "acts" },
          h("label", { class: "btn btn-s" }, fileInput((files) => void session.openFiles(files)), t.newFile),
          h("button", { class: "btn btn-s", type: "button", onclick: () => session.leave() }, t.data.close),
          sum((report) => leftOutOf(report)) > 0 && list,
        ),
      ),
      policyOf(session, words),
      findingsOf(session, words),
      ...shop.reports.map((report) => reportOf(report, shop, session, words)),
      notesOf(session, words),
      cleaningOf(session, words),
    );
    showCleaning(element, session);
    refocus(element);
    refocusMapping(element);
  };
  update();
  queueMicrotask(() => {
    refocus(element);
    refocusMapping(element);
  });
  return { element, update };
}

const leftOutOf = (report: Report) => report.leftOut.reduce((all, one) => all + one.count, 0);

function reportOf(report: Report, shop: Shop, session: Session, words: Words): HTMLElement {
  const { t } = words;
  const fact = (name: string, value: string) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
  const source = lookUp(t.data.sources, report.source) ?? report.source;
  const left = leftOutOf(report);
  const separator = { "\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe" }[report.delimiter] ?? report.delimiter;
  return h(
    "section",
    { class: "report" },
    report.file && h("h2", { class: "file" }, report.file),
    h(
      "dl",
      { class: "facts" },
      fact(t.data.rowsRead, words.count(report.rowsRead)),
      fact(t.data.rowsUsed, words.count(report.rowsUsed)),
      fact(t.data.rowsLeft, words.count(left)),
      fact(t.data.source, source),
      report.sheet && fact(t.data.sheet, report.sheet),
      report.encoding && fact(t.data.encoding, report.encoding),
      separator && fact(t.data.separator, lookUp(t.data.separators, separator) ?? separator),
      report.datePattern && fact(t.data.dates, report.datePattern),
      report.currencies.length > 0 && fact(t.data.currencies, words.list(report.currencies)),
    ),
    sheetOf(report, session, words),
    ...(shop.sample ? [] : answersOf(report, session, words)),
    h("div", { class: "sec-h" }, h("h2", {}, t.data.roles), h("p", {}, words.say(t.data.preview, { file: report.file }))),
    report.headers.length > 0 ? mappingOf(report, shop, session, words) : h("p", { class: "sub" }, t.data.noPreview),
    h("div", { class: "sec-h" }, h("h2", {}, t.data.leftOut)),
    leftOut(report, words),
  );
}

/** What was left out of a file, by reason. */
export function leftOut(report: Report, words: Words): HTMLElement {
  const { t } = words;
  if (report.leftOut.length === 0) {
    return h("ul", { class: "found card flush" }, h("li", {}, icon("check", "ic good"), h("div", {}, h("p", { class: "f-t" }, t.data.clean))));
  }
  return h(
    "ul",
    { class: "found card flush" },
    ...report.leftOut.map(({ reason, count, records }) => {
      const named = records.slice(0, NAMED).map((record) => words.count(record));
      return h(
        "li",
        {},
        icon("alert", "ic warn"),
        h(
          "div",
          {},
          h("p", { class: "f-t" }, words.say(t.data.leftOutFor, { count: words.count(count), reason: words.leftOut(reason) })),
          records.length > 0 && h("p", {}, words.say(count === 1 ? t.data.record : t.data.records, { list: `${words.list(named)}${named.length < count ? t.data.recordsMore : ""}` })),
        ),
      );
    }),
  );
}

/** A button that reads the dates the other way. */
function datesOtherwise({ args }: Note, describedBy: string, session: Session, words: Words): HTMLElement {
  const { answer, other, layout } = Object.fromEntries(args);
  const kind = `${DATE_ORDER}${layout ?? ""}`;
  return h(
    "button",
    {
      class: "btn btn-s",
      type: "button",
      "data-kind": kind,
      "aria-describedby": describedBy,
      onclick: () => {
        remember(kind);
        void session.readDates(layout ?? "", answer as "dmy" | "mdy");
      },
    },
    words.say(words.t.data.readAs, { date: other ?? "" }),
  );
}

function notesOf(session: Session, words: Words): HTMLElement | null {
  const { shop } = session;
  const isSaid = ({ code }: Note) => isFinding(code, words) || isLost({ code }) || code === "out-of-stock" || (!shop?.sample && isSwitched(code));
  const notes = (shop?.notes ?? []).filter((note) => !isSaid(note));
  if (notes.length === 0) return null;
  return h(
    "section",
    {},
    h("div", { class: "sec-h" }, h("h2", {}, words.t.data.noticed)),
    h(
      "ul",
      { class: "found card flush" },
      ...notes.slice(0, 50).map((note, at) =>
        h(
          "li",
          {},
          note.severity === "warning" ? icon("alert", "ic warn") : icon("check", "ic good"),
          h("div", {}, h("p", { class: "f-t", id: `note-${at}` }, words.note(note)), note.product && h("p", {}, note.product)),
          note.code.startsWith(DATE_ORDER) && datesOtherwise(note, `note-${at}`, session, words),
        ),
      ),
    ),
  );
}
