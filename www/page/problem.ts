/** What went wrong, what was kept, what to do: above whatever was there before. */

import { fill, h, icon } from "./dom";
import { fileInput } from "./frame";
import { periodsNeeded } from "./horizon";
import type { Session } from "./session";
import type { Part } from "./start";
import { periodsBetween, type Words } from "./words";

export function problemCard(session: Session, words: Words): Part {
  const { t } = words;
  const element = h("div", { class: "notices" });
  let seen: unknown[] = [];
  const update = () => {
    const { problem, state, forecast, shop, rescue, unkept } = session;
    const short = problem === null && state === "too-little-data" ? forecast : null;
    const key = [problem, problem && rescue, short, unkept];
    if (key.every((one, place) => one === seen[place])) return;
    seen = key;
    const cards: HTMLElement[] = [];
    if (unkept) {
      cards.push(
        h(
          "section",
          { class: "card", "data-part": "not-saved", role: "status" },
          h("p", {}, words.note(unkept)),
          h("div", { class: "acts" }, h("button", { class: "btn btn-s", type: "button", onclick: () => session.notKept(null) }, t.problem.close)),
        ),
      );
    }
    if (problem) {
      const { message, remedy } = words.failure(problem);
      const { file, record, column } = problem.position;
      const where = [
        file && words.say(t.problem.where, { file }),
        record && words.say(t.problem.record, { record: words.count(record) }),
        column && words.say(t.problem.column, { column }),
      ].filter((part): part is string => Boolean(part));
      const made = rescue === "going" || rescue === "done";
      cards.push(
        h(
          "section",
          { class: "card is-bad", "data-part": "error", "data-code": problem.code, role: "alert" },
          h("h2", { class: "st-t" }, icon("alert", "ic bad"), t.problem.title),
          h("p", {}, message),
          where.length > 0 && h("p", { class: "sub" }, where.join(", ")),
          // What one would do has been done.
          remedy && !(made && problem.code === "engine-lost") && h("p", {}, words.say(t.problem.remedy, { remedy })),
          forecast && h("p", {}, rescue ? t.problem.rescue[rescue] : t.problem.kept),
          h(
            "div",
            { class: "acts" },
            h("label", { class: "btn btn-s" }, fileInput((files) => void session.openFiles(files)), t.problem.other),
            // The same file says the same again, or ends the core again.
            !made && (problem.kind !== "input" || problem.code === "file-unreadable") && h("button", { class: "btn btn-s", type: "button", onclick: () => void session.again() }, t.problem.again),
            h("button", { class: "btn btn-s", type: "button", onclick: () => session.forgive() }, t.problem.close),
          ),
          words.code !== "en" && h("details", { class: "sub" }, h("summary", {}, t.problem.details), problem.message),
        ),
      );
    } else if (short && forecast && shop) {
      const have = periodsBetween(shop.from, shop.to, forecast.frequency);
      const more = Math.max(1, periodsNeeded(forecast.horizon) - have);
      cards.push(
        h(
          "section",
          { class: "card", role: "status" },
          h("h2", { class: "st-t" }, icon("alert", "ic warn"), t.short.title),
          h("p", {}, words.say(t.short.text, { have: words.span(have, forecast.frequency), more: words.span(more, forecast.frequency) })),
          h("p", {}, t.short.range),
        ),
      );
    }
    fill(element, ...cards);
  };
  return { element, update };
}
