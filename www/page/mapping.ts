/** What each column of a file is read as: its first rows, above each column a choice of roles and how sure it is. */

import type { Column, Mapping, Report, Shop } from "../engine/types";
import { h, icon } from "./dom";
import type { Session } from "./session";
import { remember } from "./sheet";
import { lookUp, type Words } from "./words";

/** Roles that a column can be given by hand, in the order of the list. */
const ROLES = ["date", "product", "name", "variant", "quantity", "price", "revenue", "order", "status", "cancelled", "kind", "category", "supplier", "store", "currency"];
const ROWS = 6;
/** Wider tables show so many columns, and beside them those that have a role. */
const COLUMNS = 40;
/** Choices that are no role. */
const UNUSED = "";
const EXTRA = "extra";
/** The role that several columns may have. */
const SEVERAL = "variant";
/** A column that its table's shape gives a meaning: it stays so unless it is given a role. */
const ACROSS = "across";

/** The mapping of a file of `shop`, which is the one that is shown or the one that is asked about: then for a `needed` role. */
export function mappingOf(report: Report, shop: Shop, session: Session, words: Words, needed?: string): HTMLElement {
  const { t } = words;
  const { file, headers, columns } = report;
  const names = headers.map((header, at) => header.trim() || words.say(t.mapping.blank, { place: words.count(at + 1) }));
  // Of columns with one name the first counts: what is said goes by names.
  const first = new Map<string, number>();
  headers.forEach((header, at) => void (first.has(header.trim()) || first.set(header.trim(), at)));
  const shown = headers.map((_, at) => at).filter((at) => at < COLUMNS || columns[at]?.role);
  const begun = headers.map((_, at) => choiceOf(columns[at]));
  const focus = (what: string) => `${file} ${what}`;
  const id = `mapping-${(mappings += 1)}`;

  const selects = new Map<number, HTMLSelectElement>();
  const hint = h("p", { class: "map-hint", role: "status" });
  const send = h("button", { class: "btn btn-1", type: "submit", "data-focus": focus("use") }, t.mapping.use);

  /** By column, the one whose role it took, and that role. */
  const taken = new Map<number, { from: number; role: string }>();
  /** One column a role: where it is chosen anew, the column that had it has none. */
  const choose = (at: number) => {
    const value = selects.get(at)?.value ?? UNUSED;
    // Keys step through the roles one by one: what was only passed goes back.
    const before = taken.get(at);
    const passed = before && before.role !== value ? selects.get(before.from) : undefined;
    if (before && passed?.value === UNUSED) passed.value = before.role;
    if (passed) taken.delete(at);
    if (value !== UNUSED && value !== EXTRA && value !== ACROSS && value !== SEVERAL) {
      for (const [from, select] of selects) {
        if (from === at || select.value !== value) continue;
        select.value = UNUSED;
        taken.set(at, { from, role: value });
      }
    }
    const lost = taken.get(at);
    for (const [column, select] of selects) {
      select.classList.toggle("unused", select.value === UNUSED);
      const sure = form.querySelector<HTMLElement>(`#${id}-${column}-sure`);
      if (sure) sure.hidden = select.value !== begun[column];
    }
    const open = missing();
    hint.textContent =
      open.length > 0
        ? words.say(t.mapping.missing, { list: words.list(open.map((role) => words.role(role))) })
        : lost
          ? words.say(t.mapping.moved, { column: names[lost.from] as string, role: words.role(lost.role) })
          : changed()
            ? t.mapping.changed
            : "";
  };
  const values = () => [...selects].map(([at, select]): [number, string] => [at, select.value]);
  const changed = () => values().some(([at, value]) => value !== begun[at]);
  /** Roles that were there and without which the file cannot be read. */
  const missing = () => {
    const now = new Set(values().map(([, value]) => value));
    const had = new Set([...begun, needed]);
    const named = (roles: Set<string | undefined>) => roles.has("product") || roles.has("name");
    return [
      ...["date", "quantity"].filter((role) => had.has(role) && !now.has(role)),
      ...(named(had) && !named(now) ? ["product"] : []),
    ];
  };

  const form: HTMLFormElement = h(
    "form",
    {
      "data-part": "mapping",
      "data-file": file,
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        const open = missing();
        if (open.length > 0) {
          const at = begun.indexOf(open[0] as string);
          choose(-1);
          return (selects.get(at) ?? [...selects.values()][0])?.focus();
        }
        remember(focus("use"));
        void session.map(mapping(report, new Map(values())), shop);
      },
    },
    h(
      "div",
      { class: "scroll card flush", tabindex: 0, role: "region", "aria-label": t.data.roles },
      h(
        "table",
        { class: "tbl map" },
        h("thead", {}, h("tr", { class: "roles" }, ...shown.map((at) => cell(at))), h("tr", {}, ...shown.map((at) => h("th", { scope: "col", id: `${id}-${at}` }, names[at])))),
        h("tbody", {}, ...report.preview.slice(0, ROWS).map((row) => h("tr", {}, ...shown.map((at) => h("td", { class: begun[at] === UNUSED && "off" }, row[at] ?? ""))))),
      ),
    ),
    shown.length < headers.length && h("p", { class: "sub" }, words.say(t.mapping.more, { count: words.count(headers.length - shown.length) })),
    report.mapped && h("p", { class: "sub", "data-part": "mapped" }, report.headerRecord > 0 ? t.mapping.kept : t.mapping.keptNow),
    !shop.sample && h(
      "div",
      { class: "acts map-acts" },
      send,
      report.mapped &&
        h(
          "button",
          {
            class: "btn",
            type: "button",
            "data-part": "forget-mapping",
            onclick: () => {
              remember(focus("use"));
              void session.unmap(report.layout, shop);
            },
          },
          t.mapping.forget,
        ),
      hint,
    ),
  );
  return form;

  function cell(at: number): HTMLElement {
    const column = columns[at];
    const told = told_of(column, words);
    const says = `${id}-${at}-sure`;
    // The sample shop was never a file.
    if (shop.sample) return h("td", { class: !column?.role && "off" }, column?.role ? h("strong", {}, words.role(column.role)) : t.data.unused);
    if (first.get((headers[at] as string).trim()) !== at) return h("td", { class: "off" }, t.mapping.double);
    const select: HTMLSelectElement = h("select", {
      class: begun[at] === UNUSED && "unused",
      "aria-label": words.say(t.data.roleOf, { column: names[at] as string }),
      "aria-describedby": told && says,
      "data-focus": focus(`column ${at}`),
      onchange: () => choose(at),
    });
    const option = (value: string, text: string) => select.append(h("option", { value, selected: value === begun[at] }, text));
    if (begun[at] === ACROSS) option(ACROSS, lookUp(t.mapping.uses, column?.use ?? "") ?? t.data.unused);
    for (const role of ROLES) option(role, words.role(role));
    if (begun[at] === EXTRA || report.preview.some((row) => /\d/.test(row[at] ?? ""))) option(EXTRA, column?.kind ? (lookUp(t.mapping.kinds, column.kind) ?? t.mapping.extra) : t.mapping.extra);
    option(UNUSED, t.data.unused);
    selects.set(at, select);
    return h("td", {}, select, told && h("p", { class: `sure sure-${column?.confidence ?? "high"}`, id: says }, column?.confidence === "low" && icon("alert", "ic warn"), told));
  }
}

let mappings = 0;

function choiceOf(column: Column | undefined): string {
  const { use, role } = column ?? { use: "unused", role: null };
  if (role) return role;
  return use === "unused" ? UNUSED : use === "extra" ? EXTRA : ACROSS;
}

/** How sure a column's role is and why, in words. */
function told_of(column: Column | undefined, words: Words): string | null {
  const { t } = words;
  if (!column?.role || !column.confidence || !column.found) return null;
  if (column.found === "given") return t.mapping.found.given;
  const sure = words.say(t.mapping.sure[column.confidence], { why: t.mapping.found[column.found] });
  return column.rival ? `${sure} ${words.say(t.mapping.rival, { column: column.rival })}` : sure;
}

/** What is said by these choices, which leave columns that are not shown as they are. */
function mapping({ layout, headers, columns }: Report, choices: Map<number, string>): Mapping {
  const said: Mapping = { layout, roles: [], unused: [], extra: [] };
  headers.forEach((header, at) => {
    const value = choices.get(at) ?? choiceOf(columns[at]);
    if (value === UNUSED) {
      // The second of one name would take its role from the first.
      if (choices.has(at) || !headers.slice(0, at).includes(header)) said.unused.push(header);
    } else if (value === EXTRA) said.extra.push(header);
    else if (value !== ACROSS) said.roles.push([value, header]);
  });
  return said;
}
