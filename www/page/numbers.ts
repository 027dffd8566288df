/** The table behind the chart. */

import { fill, h } from "./dom";
import type { Session } from "./session";
import { madeOf, place, sureness } from "./span";
import type { Words } from "./words";

export function numbers(session: Session, words: Words): { element: HTMLElement; update: () => void } {
  const { t } = words;
  const body = h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": words.say(t.forecast.numbersOf, { unit: words.unit(session.shop) }) });
  const element = h("details", { class: "behind", "data-part": "numbers", ontoggle: () => update() }, h("summary", {}, t.forecast.numbers), body);
  let shows = "";
  const update = () => {
    const { forecast, selected } = session;
    // Hundreds of cells are made only for somebody who looks.
    if (!element.open || !forecast) return;
    const isTested = sureness(forecast, selected, session.improves) === "tested";
    const key = `${session.taken} ${selected} ${isTested}`;
    if (key === shows) return;
    shows = key;
    const made = madeOf(forecast, selected);
    if (!made) return;
    const at = (level: number, step: number) => made.quantiles[place(forecast.levels, level)]?.[step] ?? made.mean[step] ?? 0;
    const { columns } = t.forecast;
    const head = [t.forecast.period[forecast.frequency], columns.about, ...(isTested ? [columns.half, columns.most] : [columns.untested])];
    fill(
      body,
      h(
        "table",
        { class: "tbl" },
        h("caption", { class: "sr" }, words.say(t.forecast.numbersOf, { unit: words.unit(session.shop) })),
        h("thead", {}, h("tr", {}, ...head.map((text, column) => h("th", { scope: "col", class: column > 0 && "n" }, text)))),
        h(
          "tbody",
          {},
          ...made.dates.map((date, step) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, words.period(date, forecast.frequency)),
              h("td", { class: "n" }, words.about(at(0.5, step))),
              isTested && h("td", { class: "n" }, words.range(at(0.25, step), at(0.75, step))),
              h("td", { class: "n" }, words.range(at(0.1, step), at(0.9, step))),
            ),
          ),
        ),
      ),
    );
  };
  return { element, update };
}
