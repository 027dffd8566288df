/** What counts as demand: a switch for each kind of line on which a shop may think otherwise. */

import { h } from "./dom";
import type { Session } from "./session";
import { lookUp, type Words } from "./words";

/** Kinds that count unless the shop says otherwise; all others are left out unless it does. */
const isKept = (kind: string) => kind.endsWith("-kept") || kind.startsWith(STATUS);

/** How kinds begin that are lines of a status of which no word is known. */
const STATUS = "status:";

/** Names of elements hold no blanks; statuses do. */
const idOf = (kind: string) => `policy-${kind.replace(/\s/g, "_")}`;

/** Notes on variations of products, which are put together or apart, and on their units, which are one or several. */
const CHOICES = ["variants-together", "variants-apart", "units-mixed", "units-smallest"] as const;
type Choice = (typeof CHOICES)[number];
const isChoice = (code: string): code is Choice => CHOICES.some((one) => one === code);

/** Notes that are said by a switch. */
export const isSwitched = (code: string): boolean => code === "counted" || isKept(code) || isChoice(code);

/** The switch that was used last: it keeps the focus while the file is read anew. */
let used: string | null = null;

/** Gives it the focus in what was drawn anew; `last`: nothing more will be drawn in which it may be. */
export function refocus(element: HTMLElement, last = false): void {
  if (used === null) return;
  const found = element.querySelector<HTMLElement>(`[data-kind="${CSS.escape(used)}"]`);
  found?.focus();
  // Before it is in the page it cannot have it.
  if (last || (found && document.activeElement === found)) used = null;
}

/** The switch of a kind. */
function flip(kind: string, checked: boolean, change: (checked: boolean) => void): HTMLInputElement {
  const element: HTMLInputElement = h("input", {
    class: "switch",
    type: "checkbox",
    role: "switch",
    checked,
    "data-kind": kind,
    "aria-labelledby": idOf(kind),
    "aria-describedby": `${idOf(kind)}-now`,
    onchange: () => change(element.checked),
  });
  return element;
}

/** What is used keeps the focus. */
export function remember(kind: string): void {
  used = kind;
}

/** Remembers what was used, and counts a kind or not. */
export function choose(session: Session, kind: string, counts: boolean, usual: boolean): void {
  remember(kind);
  void session.count(kind, counts, usual);
}

export function policyOf(session: Session, words: Words): HTMLElement | null {
  const { shop, policy } = session;
  if (!shop || shop.sample) return null;
  const { t } = words;
  /** Rows left out or orders counted, by kind. */
  const kinds = new Map<string, number | null>();
  for (const report of shop.reports) {
    for (const { reason, count, optional } of report.leftOut) if (optional) kinds.set(reason, (kinds.get(reason) ?? 0) + count);
    for (const { word, lines } of report.statuses) kinds.set(STATUS + word, (kinds.get(STATUS + word) ?? 0) + lines);
  }
  for (const { code, args, count } of shop.notes) {
    if (isSwitched(code) && !isChoice(code)) kinds.set(code === "counted" ? (args.find(([name]) => name === "reason")?.[1] ?? code) : code, count);
  }
  // What was chosen stays in sight where it leaves no trace in the file.
  for (const kind of [...policy.counted, ...policy.uncounted]) if (!kinds.has(kind) && lookUp(t.findings.texts, kind) === undefined) kinds.set(kind, null);
  // In an order that does not hang on what is on, so that no row moves under the hand.
  const places = Object.keys(t.data.policyKinds);
  const place = (kind: string) => (places.includes(kind) ? places.indexOf(kind) : places.length);
  const choices = (["variants", "units"] as const).flatMap((kind) => {
    const note = shop.notes.find(({ code }) => isChoice(code) && code.startsWith(kind));
    return note ? [{ kind, note }] : [];
  });
  if (kinds.size === 0 && choices.length === 0) return null;
  const row = (kind: string, title: string, now: string, element: HTMLElement) =>
    h("li", {}, h("div", {}, h("p", { class: "f-t", id: idOf(kind) }, title), h("p", { id: `${idOf(kind)}-now` }, now)), element);
  const called = (kind: string) => (kind.startsWith(STATUS) ? words.say(t.data.policyStatus, { word: kind.slice(STATUS.length) }) : words.leftOut(kind));
  const inOrder = [...kinds].sort(([one], [other]) => place(one) - place(other));
  const rows = inOrder.map(([kind, count]) => {
    const counts = isKept(kind) ? !policy.uncounted.includes(kind) : policy.counted.includes(kind);
    const now = !counts ? t.data.policyLeft : kind === "returns-kept" ? t.data.policyTaken : t.data.policyCounted;
    const text = count === null ? (counts ? t.data.policyOn : t.data.policyOff) : words.say(now, { count: words.count(count) });
    return row(kind, lookUp(t.data.policyKinds, kind) ?? called(kind), text, flip(kind, counts, (on) => choose(session, kind, on, isKept(kind))));
  });
  for (const { kind, note } of choices) {
    const change = (on: boolean) => {
      remember(kind);
      void (kind === "variants" ? session.tellApart(on) : session.inSmallestUnit(on));
    };
    const on = note.code === "variants-apart" || note.code === "units-smallest";
    rows.push(row(kind, t.data.policyChoices[kind], words.note(note), flip(kind, on, change)));
  }
  const more = policy.more === null ? null : Math.round(policy.more);
  return h(
    "section",
    { "data-part": "policy" },
    h("div", { class: "sec-h" }, h("h2", {}, t.data.policy), h("p", {}, t.data.policySub)),
    h("ul", { class: "found card flush" }, ...rows),
    more !== null &&
      h("p", { class: "sub", role: "status" }, words.say(more > 0 ? t.data.policyMore : more < 0 ? t.data.policyFewer : t.data.policySame, { count: words.count(Math.abs(more)) })),
  );
}
