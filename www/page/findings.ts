/** What looks odd in the data, what was done about it, and a switch where the shop may think otherwise. */

import type { Finding } from "../engine/types";
import { fill, h, icon } from "./dom";
import { choose, refocus } from "./policy";
import type { Session } from "./session";
import { lookUp, periodsBetween, type Words } from "./words";

/** Those that do not count unless the shop says otherwise. */
const UNCOUNTED = new Set(["dates-far-off", "stock-out"]);

/** What switches a finding: one switch holds for all days without stock, however they are known. */
const switchOf = (code: string) => (code === "counted-out" ? "stock-out" : code);

/** Whether that kind counts where nothing is said. Zeros that a table of days or weeks holds stand as they were written. */
const isUsual = (kind: string, { done }: Finding, { policy }: Session) => !UNCOUNTED.has(kind) || (kind === "stock-out" && (policy.uncounted.includes(kind) || (done === "zero" && !policy.counted.includes(kind))));

/** Whether such a note is told as a finding. */
export const isFinding = (code: string, { t }: Words): boolean => lookUp(t.findings.texts, code) !== undefined;

/** Filled when they are found: that takes a moment, which nobody waits for who only wants a forecast. */
export function findingsOf(session: Session, words: Words): HTMLElement {
  const { t } = words;
  const list = h("ul", { class: "found card flush" });
  const element = h(
    "section",
    { "data-part": "findings", hidden: true },
    h("div", { class: "sec-h" }, h("h2", {}, t.findings.title), h("p", {}, t.findings.sub)),
    list,
  );
  const show = (findings: Finding[]) => {
    fill(list, ...findings.map((finding) => one(finding, session, words)));
    element.hidden = findings.length === 0;
    refocus(element, true);
  };
  // Without them the rest of the view stands.
  session.findings().then(show, () => {});
  return element;
}

function one(finding: Finding, session: Session, words: Words): HTMLElement {
  const { t } = words;
  const { code, done } = finding;
  const counts = done === "left-out" || done === "missing" || done === "usual";
  const kind = switchOf(code);
  const known = lookUp(t.findings.texts, code);
  const text = known ? words.say(known, { count: words.count(finding.count), days: words.count(finding.days ?? 0) }) : finding.text;
  const examples = finding.examples.slice(0, 3).map((example) => {
    const product = session.shop?.products.find(({ id }) => id === example.product)?.name ?? example.product ?? "";
    const from = words.date(example.from, { day: "numeric", month: "short", year: "numeric" });
    const until = example.until && example.until !== example.from ? words.date(example.until, { day: "numeric", month: "short", year: "numeric" }) : "";
    const when = until ? words.say(t.findings.span, { from, until }) : from;
    const said = lookUp(t.findings.examples, code) ?? "{product} {when}";
    // Prices have decimals, pieces mostly none.
    const number = (value: number | null) => (value === null ? "" : new Intl.NumberFormat(words.tag, { maximumFractionDigits: 2 }).format(value));
    const days = words.count(periodsBetween(example.from, example.until ?? example.from, "day"));
    return words.say(said, { product, when, days, value: number(example.value), usual: number(example.usual) }).trim();
  });
  return h(
    "li",
    {},
    icon(finding.severity === "warning" ? "alert" : "ask", finding.severity === "warning" ? "ic warn" : "ic"),
    h(
      "div",
      {},
      h("p", { class: "f-t", id: `finding-${code}` }, text),
      h("p", {}, `${t.findings.done[done]} ${examples.join(" · ")}`),
    ),
    finding.optional &&
      !session.shop?.sample &&
      h("button", { class: "btn btn-s", type: "button", "data-kind": kind, "aria-describedby": `finding-${code}`, onclick: () => choose(session, kind, counts, isUsual(kind, finding, session)) }, code === "bulk-order" && !counts ? t.findings.bulk : t.findings.instead[done]),
  );
}
