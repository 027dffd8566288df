/** What was read, how it was understood, and what was left out. */

import type { Note, Report } from "../engine/types";
import { cleaningOf } from "./cleaning";
import { fill, h, icon } from "./dom";
import { fileInput } from "./frame";
import { findingsOf, isFinding } from "./findings";
import { isSwitched, policyOf, refocus } from "./policy";
import { saveAs } from "./save";
import type { Session } from "./session";
import type { Part } from "./start";
import { lookUp, type Words } from "./words";

const PREVIEW = 6;
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
    if (!shop || seen === shop.reports) return;
    seen = shop.reports;
    const { t } = words;
    const sum = (of: (report: Report) => number) => shop.reports.reduce((all, report) => all + of(report), 0);
    const places = {
      products: words.count(shop.products.length),
      from: words.date(shop.from),
      to: words.date(shop.to),
      units: words.count(shop.totalUnits),
    };
    const headline = words.say(t.data.headline, {
      used: words.count(sum((report) => report.rowsUsed)),
      read: words.count(sum((report) => report.rowsRead)),
    });
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
      ...shop.reports.map((report) => reportOf(report, session, words)),
      notesOf(session, words),
      cleaningOf(session, words),
    );
    refocus(element);
  };
  update();
  queueMicrotask(() => refocus(element));
  return { element, update };
}

const leftOutOf = (report: Report) => report.leftOut.reduce((all, one) => all + one.count, 0);

function reportOf(report: Report, session: Session, words: Words): HTMLElement {
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
    h("div", { class: "sec-h" }, h("h2", {}, t.data.roles), h("p", {}, words.say(t.data.preview, { file: report.file }))),
    report.headers.length > 0 ? preview(report, session, words) : h("p", { class: "sub" }, t.data.noPreview),
    h("div", { class: "sec-h" }, h("h2", {}, t.data.leftOut)),
    leftOut(report, words),
  );
}

/** Roles that a column can be given by hand, in the order of the list. */
const ROLES = ["date", "product", "name", "quantity", "price", "revenue", "order", "status", "cancelled", "category", "store", "currency"];

/** What a column is read as; changing it reads the file again. */
function roleChoice(header: string, role: string | undefined, session: Session, words: Words): HTMLElement | string {
  const { t } = words;
  // The sample shop was never a file.
  if (session.shop?.sample) return role ? h("strong", {}, words.role(role)) : t.data.unused;
  const choose = h("select", {
    class: !role && "unused",
    "aria-label": words.say(t.data.roleOf, { column: header }),
    onchange: () => void session.reread(choose.value, header),
  });
  // A role moves to another column by choosing it there; none can be taken away, or the file could not be read.
  if (!role) choose.append(h("option", { value: "", selected: true, disabled: true }, t.data.unused));
  for (const one of ROLES) choose.append(h("option", { value: one, selected: one === role }, words.role(one)));
  return choose;
}

function preview(report: Report, session: Session, words: Words): HTMLElement {
  const roles = new Map(report.roles.map(([role, column]) => [column, role]));
  const { t } = words;
  return h(
    "div",
    { class: "scroll card flush", tabindex: 0, role: "region", "aria-label": t.data.roles },
    h(
      "table",
      { class: "tbl map" },
      h(
        "thead",
        {},
        h(
          "tr",
          { class: "roles" },
          ...report.headers.map((header) => {
            const role = roles.get(header);
            return h("td", { class: !role && "off" }, roleChoice(header, role, session, words));
          }),
        ),
        h("tr", {}, ...report.headers.map((header) => h("th", { scope: "col" }, header))),
      ),
      h(
        "tbody",
        {},
        ...report.preview
          .slice(0, PREVIEW)
          .map((row) => h("tr", {}, ...report.headers.map((header, at) => h("td", { class: !roles.has(header) && "off" }, row[at] ?? "")))),
      ),
    ),
  );
}

function leftOut(report: Report, words: Words): HTMLElement {
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
          h("p", { class: "f-t" }, `${words.say(t.data.count, { count: words.count(count) })}: ${words.leftOut(reason)}`),
          records.length > 0 && h("p", {}, words.say(t.data.records, { list: `${named.join(words.code === "zh" ? "、" : ", ")}${named.length < count ? t.data.recordsMore : ""}` })),
        ),
      );
    }),
  );
}

function notesOf(session: Session, words: Words): HTMLElement | null {
  const { shop } = session;
  const isSaid = ({ code }: Note) => isFinding(code, words) || (!shop?.sample && isSwitched(code));
  const notes = (shop?.notes ?? []).filter((note) => !isSaid(note));
  if (notes.length === 0) return null;
  return h(
    "section",
    {},
    h("div", { class: "sec-h" }, h("h2", {}, words.t.data.noticed)),
    h(
      "ul",
      { class: "found card flush" },
      ...notes.slice(0, 50).map((note) =>
        h(
          "li",
          {},
          note.severity === "warning" ? icon("alert", "ic warn") : icon("check", "ic good"),
          h("div", {}, h("p", { class: "f-t" }, words.note(note)), note.product && h("p", {}, note.product)),
        ),
      ),
    ),
  );
}
