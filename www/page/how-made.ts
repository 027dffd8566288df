/** "How was this made?": a line that opens into a method's inside, which is loaded when somebody wants it. */

import { failure } from "../engine/failure";
import type { Theme } from "../engine/types";
import { fill, h } from "./dom";
import type { Session } from "./session";
import { categoryOf } from "./span";
import type { Part } from "./start";
import type { Words } from "./words";

export function howMade(session: Session, words: Words, theme: () => Theme): Part {
  const body = h("div", {});
  const element = h("details", { class: "behind", "data-part": "made", ontoggle: () => void show() }, h("summary", {}, words.t.made.title), body);
  let inside: { update: () => void; close: () => void } | null = null;
  let loading = false;
  const show = async () => {
    if (!element.open || inside || loading) return inside?.update();
    loading = true;
    try {
      const { made } = await import("./made");
      const part = made(session, words, theme);
      inside = part;
      fill(body, part.element);
      part.update();
    } catch {
      element.open = false;
      session.trouble(failure("internal", "engine-not-loaded", "a part of Tillcast could not be loaded", "reload the page"));
    }
    loading = false;
  };
  const update = () => {
    const { forecast, selected } = session;
    // What was added up was made by no method.
    element.hidden = forecast !== null && categoryOf(forecast, selected) !== undefined;
    if (element.open && !element.hidden) inside?.update();
  };
  return { element, update, close: () => inside?.close() };
}
