/** A question about the file, with what follows from each answer: a page of its own, or above what was there before. */

import { coveredForm, REPORT_PERIOD, uncovered } from "./covered";
import { columnAsked } from "../engine/client";
import { leftOut } from "./data";
import { fill, h, icon } from "./dom";
import { mappingOf } from "./mapping";
import type { Session } from "./session";
import type { Part } from "./start";
import { formatOf } from "./sheet";
import { lookUp, type Words } from "./words";

/** The question of how dates are written, which another column may answer as well. */
const UNREADABLE_DATES = "unreadable-dates";

/** The answer that is written by hand. */
const TYPED = "typed";

/** What was written last, and of which file of which shop: where it reads too few of its dates, the question comes again. */
let tried: { shop: unknown; file: string; format: string } | null = null;

/** The question that only other columns answer. */
const NOTHING_LEFT = "nothing-left";

export function questionView(session: Session, words: Words): Part {
  const { t } = words;
  const element = h("div");
  let seen: unknown = null;
  const update = () => {
    const question = session.asked?.questions[0] ?? null;
    const before = session.forecast !== null && session.shop !== null;
    element.className = question ? (before ? "notices" : "page") : "";
    if (seen === question) return;
    seen = question;
    if (!question) return fill(element);
    const send = h("button", { class: "btn btn-1", type: "submit" }, t.question.use);
    const said = (value: string) => lookUp(t.question.choices, value) ?? value;
    const asked = lookUp(t.question.texts, question.code) ?? question.text;
    // What the core says in English only is said from the dictionary; dates and numbers need no words.
    const isWhole = question.code === "without-products";
    const isUnread = question.code === UNREADABLE_DATES;
    const follows = ({ consequence, count }: (typeof question.choices)[number]) =>
      isWhole ? t.question.whole : typeof count === "number" ? words.say(isUnread ? t.question.remain : t.question.lines, { count: words.count(count) }) : consequence;
    const examples = question.examples.slice(0, question.code === REPORT_PERIOD ? 1 : 3).map((example) => lookUp(t.question.reports, example) ?? example);
    const choices = question.choices.map((choice, at) =>
      h(
        "label",
        { class: "choice" },
        h("input", { type: "radio", name: "answer", value: choice.value, checked: at === 0 }),
        h("span", { class: "choice-b" }, h("span", { class: "choice-t" }, said(choice.value)), h("span", { class: "choice-s" }, follows(choice))),
      ),
    );
    const failed = isUnread && tried?.shop === session.asked && tried.file === question.file ? tried.format : "";
    const format = h("input", { class: "format", type: "text", name: TYPED, value: failed, placeholder: "DD-MM-YYYY", "aria-label": t.question.typedAs, "aria-describedby": "format-help", spellcheck: false, autocomplete: "off" });
    if (isUnread) {
      const typed = h("input", { type: "radio", name: "answer", value: TYPED });
      format.addEventListener("focus", () => (typed.checked = true));
      choices.push(
        h("label", { class: "choice" }, typed, h("span", { class: "choice-b" }, h("span", { class: "choice-t" }, t.question.typed), format, h("span", { class: "choice-s", id: "format-help" }, t.question.typedHelp))),
      );
    }
    const isOfPeriod = question.code === REPORT_PERIOD;
    const later = h("button", { class: "btn", type: "button", onclick: () => session.later() }, before ? t.question.notNow : t.question.later);
    const form = isOfPeriod ? coveredForm("asked", uncovered(session.asked?.questions ?? []), words, [send, later], (spans) => session.cover(spans)) : h(
      "form",
      {
        onsubmit: (event: SubmitEvent) => {
          event.preventDefault();
          const value = new FormData(form).get("answer");
          if (value === TYPED && !format.value.trim()) return format.focus();
          tried = value === TYPED ? { shop: session.asked, file: question.file, format: formatOf(format.value) } : null;
          if (typeof value === "string") void session.answer(question, tried?.format ?? value);
        },
      },
      failed && h("p", { class: "bad", role: "alert" }, words.say(t.question.typedWrong, { format: failed })),
      choices.length > 0 && h("fieldset", { class: "choices" }, h("legend", { class: "sr" }, asked), ...choices),
      h("p", { class: "ask-f" }, choices.length > 0 && send, later),
    );
    // Where a column is not found, or no row can be used, others may be taken for what they are not.
    const needed = isUnread ? "date" : columnAsked(question);
    const isLost = question.code === NOTHING_LEFT;
    const shop = session.asked;
    const report = (needed || isLost) && shop?.reports.find(({ headers, layout, rowsUsed }) => (isLost ? rowsUsed === 0 : isUnread ? layout === question.layout : question.choices.every(({ value }) => headers.includes(value))));
    // Of several files it is not clear which one is meant.
    const files = (shop?.reports ?? []).filter(({ layout }) => layout === question.layout).map(({ file }) => file);
    const about = [question.column && words.say(t.question.column, { column: question.column }), files.length < (shop?.reports.length ?? 0) && words.list(files)];
    const title = h(before ? "h2" : "h1", { class: "ask-t", tabindex: -1 }, asked);
    fill(
      element,
      h(
        "section",
        { class: "ask card", "data-part": "question", "data-code": question.code },
        h(
          "div",
          { class: "ask-h" },
          icon("ask", "ic ic-20"),
          h(
            "div",
            {},
            h("p", { class: "eyebrow" }, before ? words.say(t.question.about, { file: session.incoming || t.sampleShop }) : t.question.title),
            title,
            about.some(Boolean) && h("p", { "data-part": "asked-about" }, about.filter(Boolean).join(" · ")),
            examples.length > 0 && h("p", {}, words.say(isWhole ? t.question.report : isOfPeriod ? t.question.better : t.question.examples, { list: examples.join(" · ") })),
          ),
        ),
        !isLost && form,
        isLost && report && h("div", { class: "sec-h" }, h("h2", {}, t.data.leftOut)),
        isLost && report && leftOut(report, words),
        report && shop && h("div", { class: "sec-h" }, h("h2", {}, isLost ? t.data.roles : t.mapping.all), h("p", {}, words.say(t.data.preview, { file: report.file }))),
        report && shop && mappingOf(report, shop, session, words, needed ?? undefined),
        isLost && form,
      ),
    );
    // Once it is in the page.
    queueMicrotask(() => title.focus());
  };
  update();
  return { element, update };
}
