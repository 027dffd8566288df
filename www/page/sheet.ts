/** Of a file, what else it could be read as: another sheet, another answer; and what keeps the focus meanwhile. */

import { coveredForm, REPORT_PERIOD } from "./covered";
import type { Report } from "../engine/types";
import { h } from "./dom";
import type { Session } from "./session";
import { lookUp, type Words } from "./words";

/** What was used last: it keeps the focus while the file is read anew. */
let used: string | null = null;

/** Gives it the focus in what was drawn anew. */
export function refocusMapping(element: HTMLElement): void {
  if (used === null) return;
  const found = [...element.querySelectorAll<HTMLElement>("[data-focus]")].find((one) => one.dataset.focus === used);
  found?.focus();
  // Before it is in the page it cannot have it.
  if (!found || document.activeElement === found) used = null;
}

/** The choice of a format that is written by hand. */
const TYPED = "typed";

/** What is used gets the focus again. */
export function remember(what: string): void {
  used = what;
}

/** Of a workbook with several sheets: which one to read. */
export function sheetOf({ file, sheet, otherSheets }: Report, session: Session, words: Words): HTMLElement | null {
  if (!sheet || otherSheets.length === 0) return null;
  const { t } = words;
  const named = [sheet, ...otherSheets].map((name): [string, string] => [name, name]);
  const said = words.say(t.mapping.sheetRead, { sheet, file, list: words.list(otherSheets) });
  return choice(`${file} sheet`, "sheet", t.data.sheet, sheet, named, t.mapping.readSheet, said, (name) => session.readSheet(file, name));
}

/** A format of dates as the core knows it; one without capitals is written in small letters. */
export const formatOf = (typed: string): string => (/[DMY]/.test(typed) ? typed.trim() : typed.trim().replace(/[dmy]/g, (letter) => letter.toUpperCase()));

/** What was answered about a file: it may be answered otherwise. */
export function answersOf({ file, answered }: Report, session: Session, words: Words): HTMLElement[] {
  const { t } = words;
  return answered.map(({ question, value }) => {
    const named = question.choices.map((one): [string, string] => [one.value, lookUp(t.question.choices, one.value) ?? one.value]);
    const title = lookUp(t.question.texts, question.code) ?? question.text;
    if (question.code === REPORT_PERIOD) {
      const use = h("button", { class: "btn btn-s", type: "submit" }, t.question.use);
      return coveredForm("sheet", [{ file, said: value }], words, [use], (spans) => session.answerAgain(question, spans[file] ?? value));
    }
    if (question.code === "unreadable-dates") {
      // What was written by hand is none of the choices.
      if (!named.some(([one]) => one === value)) named.push([value, value]);
      named.push([TYPED, t.question.typed]);
    }
    return choice(`${file} ${question.code}`, "answered", title, value, named, t.question.use, "", (other) => session.answerAgain(question, other));
  });
}

/** One of several, read with a button: a choice by keys passes the others. */
function choice(focus: string, part: string, title: string, now: string, named: [string, string][], use: string, said: string, read: (value: string) => Promise<void>): HTMLElement {
  const format = h("input", { class: "format", type: "text", placeholder: "DD-MM-YYYY", "aria-label": title, hidden: true, spellcheck: false, autocomplete: "off" });
  const show = () => {
    format.hidden = select.value !== TYPED;
    if (!format.hidden) format.focus();
  };
  const select: HTMLSelectElement = h("select", { "aria-label": title, "data-focus": focus, onchange: show }, ...named.map(([value, name]) => h("option", { value, selected: value === now }, name)));
  return h(
    "form",
    {
      class: "sheet",
      "data-part": part,
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        const said = select.value === TYPED ? formatOf(format.value) : select.value;
        if (said === now || !said) return;
        used = focus;
        void read(said);
      },
    },
    h("label", {}, title, select),
    named.some(([value]) => value === TYPED) && format,
    h("button", { class: "btn btn-s", type: "submit" }, use),
    said && h("p", { class: "sub" }, said),
  );
}
