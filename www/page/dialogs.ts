/** Small windows: how to check the promise, and the keys. */

import { type Child, h } from "./dom";
import type { Words } from "./words";

/** `forget` deletes what the browser keeps of this page. */
export function checkDialog(words: Words, forget: () => Promise<void>): void {
  const { check } = words.t;
  const said = h("span", { role: "status" });
  const done = (text: string) => () => {
    said.textContent = text;
  };
  const act = () => void forget().then(done(check.forgotten), done(check.notForgotten));
  open(
    "check",
    check.title,
    words,
    h("ol", { class: "steps" }, ...check.steps.map((step) => h("li", {}, step))),
    h("p", { class: "kept" }, check.kept),
    h("p", { class: "acts" }, h("button", { class: "btn btn-s", type: "button", "data-part": "forget", onclick: act }, check.forget), said),
  );
}

export function keysDialog(words: Words): void {
  const { keys } = words.t;
  const rows = keys.list.map(([key, what]) => h("div", {}, h("dt", {}, h("b", {}, key)), h("dd", {}, what)));
  open("keys", keys.title, words, h("dl", { class: "keys" }, ...rows));
}

function open(part: string, title: string, words: Words, ...inside: Child[]): void {
  document.querySelector("dialog")?.remove();
  const dialog = h(
    "dialog",
    { class: "window", "data-part": part, "aria-labelledby": "window-t", onclose: () => dialog.remove() },
    h("h2", { id: "window-t" }, title),
    ...inside,
    h("button", { class: "btn btn-1", type: "button", onclick: () => dialog.close() }, words.t.check.close),
  );
  // A click beside the window closes it; one inside has another target.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}
