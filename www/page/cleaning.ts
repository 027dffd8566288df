/** What methods learn from: how missing days and unusual ones are taken. The chart shows what was sold. */

import type { CleanOptions } from "../engine/types";
import { h } from "./dom";
import type { Session } from "./session";
import type { Words } from "./words";

export function cleaningOf(session: Session, words: Words): HTMLElement {
  const { cleaning } = words.t;
  const choice = <Name extends keyof CleanOptions>(name: Name, choices: Record<NonNullable<CleanOptions[Name]>, string>) => {
    const select = h("select", {
      id: `clean-${name}`,
      onchange: () => void session.cleanBy({ ...session.clean, [name]: select.value }),
    });
    for (const [value, text] of Object.entries<string>(choices)) select.append(h("option", { value }, text));
    return h("li", {}, h("div", {}, h("label", { class: "f-t", for: `clean-${name}` }, cleaning[name]), h("p", {}, cleaning.about[name])), select);
  };
  return h(
    "section",
    { "data-part": "cleaning" },
    h("div", { class: "sec-h" }, h("h2", {}, cleaning.title), h("p", {}, cleaning.sub)),
    h("ul", { class: "found card flush" }, choice("missing", cleaning.missingBy), choice("outliers", cleaning.outliersBy)),
  );
}

/** Shows what holds now: what was chosen may have come to nothing. */
export function showCleaning(within: Element, { clean }: Session): void {
  for (const select of within.querySelectorAll<HTMLSelectElement>('[data-part="cleaning"] select')) {
    select.value = clean[select.id.slice("clean-".length) as keyof CleanOptions] ?? "keep";
  }
}
