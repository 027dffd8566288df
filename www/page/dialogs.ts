/** Small windows: how to check the promise, and the keys. */

import { type Child, h } from "./dom";
import type { Words } from "./words";

export function checkDialog(words: Words): void {
  const { check } = words.t;
  open("check", check.title, words, h("ol", { class: "steps" }, ...check.steps.map((step) => h("li", {}, step))));
}

export function keysDialog(words: Words): void {
  const { keys } = words.t;
  const rows = keys.list.map(([key, what]) => h("div", {}, h("dt", {}, h("b", {}, key)), h("dd", {}, what)));
  open("keys", keys.title, words, h("dl", { class: "keys" }, ...rows));
}

function open(part: string, title: string, words: Words, inside: Child): void {
  document.querySelector("dialog")?.remove();
  const dialog = h(
    "dialog",
    { class: "window", "data-part": part, "aria-labelledby": "window-t", onclose: () => dialog.remove() },
    h("h2", { id: "window-t" }, title),
    inside,
    h("button", { class: "btn btn-1", type: "button", onclick: () => dialog.close() }, words.t.check.close),
  );
  // A click beside the window closes it; one inside has another target.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}
