/** Which days reports without dates cover: first and last day of each, written by hand. */

import type { Question } from "../engine/types";
import { h } from "./dom";
import type { Words } from "./words";

/** The question that this answers. */
export const REPORT_PERIOD = "report-period";

/** A file, and the period that was said of it. */
interface Asked {
  file: string;
  said?: string | undefined;
}

/** The files that are asked for. */
export const uncovered = (questions: readonly Question[]): Asked[] =>
  questions.filter(({ code }) => code === REPORT_PERIOD).map(({ file, examples }) => ({ file, said: examples[1] }));

/** A form of all files; `take` gets `YYYY-MM-DD..YYYY-MM-DD` of each. */
export function coveredForm(name: string, asked: Asked[], words: Words, buttons: HTMLElement[], take: (spans: Record<string, string>) => Promise<void>): HTMLFormElement {
  const { t } = words;
  const rows = asked.map(({ file, said }) => {
    const [from = "", to = ""] = said?.split("..") ?? [];
    const day = (label: string, value: string) => h("input", { type: "date", required: true, value, "aria-label": `${file}: ${label}` });
    const first = day(t.question.firstDay, from);
    const last = day(t.question.lastDay, to);
    // Most reports are of a month: the first of one says its last.
    first.addEventListener("change", () => {
      if (!last.value && first.value.endsWith("-01")) last.value = monthsEnd(first.value);
    });
    const row = h("div", { class: "covered" }, name === "asked" && h("span", { class: "choice-t" }, file), h("label", {}, t.question.firstDay, first), h("label", {}, t.question.lastDay, last));
    return { file, span: () => `${first.value}..${last.value}`, row };
  });
  const wrong = name === "asked" && asked.filter(({ said }) => said !== undefined).map(({ file }) => file);
  return h(
    "form",
    {
      class: name === "sheet" ? "sheet" : "",
      "data-part": "report-period",
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        void take(Object.fromEntries(rows.map(({ file, span }) => [file, span()])));
      },
    },
    wrong && wrong.length > 0 && h("p", { class: "bad", role: "alert" }, words.say(t.question.noPeriod, { list: words.list(wrong) })),
    name === "sheet" && h("p", {}, t.question.texts[REPORT_PERIOD]),
    ...rows.map(({ row }) => row),
    h("p", { class: "ask-f" }, ...buttons),
  );
}

/** The last day of the month that begins on a day. */
function monthsEnd(first: string): string {
  const day = new Date(`${first}T00:00Z`);
  day.setUTCMonth(day.getUTCMonth() + 1, 0);
  return day.toISOString().slice(0, 10);
}
