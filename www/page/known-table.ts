/** The table of what is known ahead: a row for each period, a column for each thing that is known. */

import type { Extra, Frequency, Shop, Usual } from "../engine/types";
import { fill, h } from "./dom";
import { columnName, type Known, offered, type Place, placeOf, rowsOf, type Values } from "./known";
import type { Session } from "./session";
import type { Words } from "./words";

/** Shops with more products choose in the list beside it. */
const MOST_CHOICES = 200;

/** What was said but not used yet: it outlives the view, of one shop. */
interface Draft {
  shop: number;
  /** What it began with, and what came of it: the forecast that is shown may be by any of them. */
  from: Known[];
  columns: Set<string>;
  said: Map<string, Values>;
  /** Index of the product; null for all. */
  product: number | null;
  /** Texts in sight that are no numbers, by place and column. */
  wrong: Map<string, string>;
}

const drafts = new WeakMap<Session, Draft>();

function draftOf(session: Session, shop: Shop): Draft {
  const kept = drafts.get(session);
  if (kept?.shop === shop.id && kept.from.includes(session.known)) return kept;
  const { known } = session;
  const said = new Map([...known.said].map(([place, values]) => [place, new Map(values)]));
  const draft = { shop: shop.id, from: [known], columns: new Set(known.columns), said, product: null, wrong: new Map<string, string>() };
  drafts.set(session, draft);
  return draft;
}

const YES = /^(1|x|✓|✔|√|○|y|yes|true|on|j|ja|wahr|oui|vrai|s[ií]|sim|vero|да|是|有|真|はい|예)$/i;
const NO = /^(0|-|×|n|no|false|off|nein|falsch|non|faux|não|falso|нет|否|无|無|假|いいえ|아니오)$/i;

/**
 * A number as people of many countries write it; null for anything else. Of two marks the last begins the decimals; of one
 * before three digits the reader's own language decides.
 */
export function numberIn(text: string, decimal: string): number | null {
  const plain = text.replace(/[\s\u00a0\u202f'’$€£¥￥%]/g, "").replaceAll("，", ",");
  const marks = plain.match(/[.,]/g) ?? [];
  const last = marks.at(-1) ?? ".";
  const groups = marks.length > 1 ? new Set(marks).size === 1 : /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(plain) && last !== decimal;
  const bare = groups ? plain.replaceAll(last, "") : plain.replaceAll(last === "," ? "." : ",", "").replace(last, ".");
  return /^-?(\d+\.?\d*|\.\d+)$/.test(bare) ? Number(bare) : null;
}

/** What a cell says: a number, nothing, or what cannot be read. */
function read(text: string, extra: Extra, decimal: string): number | undefined | null {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  if (extra.flag) return YES.test(trimmed) ? 1 : NO.test(trimmed) ? 0 : null;
  const value = numberIn(trimmed, decimal);
  return value === null || (value < 0 && extra.kind !== null && extra.kind !== "discount") ? null : value;
}

export function knownTable(session: Session, words: Words): { element: HTMLElement; update: () => void } {
  const { ahead } = words.t;
  const intro = h("p", { class: "sub" });
  const boxes = h("fieldset", { class: "ahead-columns" });
  const whose = h("select", { "aria-label": ahead.whose, onchange: () => choose(whose.value) });
  const line = h("div", { class: "ahead-whose" }, h("label", {}, ahead.whose, " ", whose), h("button", { class: "btn btn-s", type: "button", onclick: () => clear() }, ahead.clear));
  const more = h("p", { class: "sub" }, ahead.chooseInList);
  const carried = h("p", { class: "sub", "data-part": "carried", hidden: true }, ahead.carried);
  const rows = h("div", { class: "scroll card flush", tabindex: 0, role: "region", "aria-label": ahead.table });
  const problem = h("p", { class: "ahead-wrong", role: "alert" });
  const send = h("button", { class: "btn btn-1", type: "submit" }, ahead.use);
  const element = h(
    "form",
    { class: "ahead-form", novalidate: true, onsubmit: (event: SubmitEvent) => use(event) },
    intro,
    boxes,
    line,
    more,
    carried,
    rows,
    h("p", { class: "sub ahead-keys" }, ahead.keys),
    problem,
    h("div", { class: "acts" }, send),
  );

  let shows = "";
  let asked = "";
  let boxesOf = "";
  /** What the table shows: the page may go over to other periods before it does, or back. */
  let usual: (Usual & { frequency: Frequency }) | null = null;

  const current = () => (session.shop ? { shop: session.shop, draft: draftOf(session, session.shop) } : null);
  const columnsOf = (shop: Shop, draft: Draft) => shop.extras.filter(({ name }) => draft.columns.has(name));
  const decimal = new Intl.NumberFormat(words.tag).formatToParts(0.5).find(({ type }) => type === "decimal")?.value ?? ".";
  const write = (value: number) => new Intl.NumberFormat(words.tag, { maximumFractionDigits: 4, useGrouping: false }).format(value);

  function update() {
    const now = current();
    if (!now || !session.forecast) return;
    const { shop, draft } = now;
    const { frequency, horizon } = session;
    if (draft.product !== null && !shop.products[draft.product]) draft.product = null;
    intro.textContent = words.say(ahead.about, { span: words.span(horizon, frequency) });
    pick(shop, draft);
    chooser(shop, draft);
    const columns = columnsOf(shop, draft);
    for (const part of [line, rows]) part.hidden = columns.length === 0;
    (element.querySelector(".ahead-keys") as HTMLElement).hidden = columns.length === 0;
    more.hidden = columns.length === 0 || shop.products.length <= MOST_CHOICES;
    send.disabled = columns.length === 0 && session.known.columns.length === 0;
    // The shop goes over to other periods when they are first forecast.
    if (shop.frequency !== frequency) return;
    const id = draft.product === null ? null : shop.products[draft.product]?.id;
    const others = rowsOf(draft.said, (by, product) => by !== frequency && (product === null || product === id));
    carried.hidden = !others.some(({ values }) => columns.some(({ name }) => name in values));
    const key = JSON.stringify([shop.id, shop.to, frequency, horizon, draft.product, columns, others]);
    if (columns.length === 0 || key === shows || key === asked) return;
    asked = key;
    const names = columns.map(({ name }) => name);
    session.usual(names, horizon, draft.product ?? undefined, others).then(
      (found) => {
        if (asked !== key) return;
        [usual, shows, asked] = [{ ...found, frequency }, key, ""];
        draw();
      },
      (thrown) => {
        if (asked === key) asked = "";
        session.trouble(thrown);
      },
    );
  }

  /** The columns that there are, to be ticked. */
  function pick(shop: Shop, draft: Draft) {
    const key = JSON.stringify([shop.id, shop.extras]);
    if (key === boxesOf) return;
    boxesOf = key;
    const box = ({ name, kind }: Extra) => {
      const input: HTMLInputElement = h("input", {
        type: "checkbox",
        checked: draft.columns.has(name),
        onchange: () => {
          const now = current();
          if (input.checked) now?.draft.columns.add(name);
          else now?.draft.columns.delete(name);
          update();
          check();
        },
      });
      const about = kind && kind !== "price" ? ahead.kinds[kind] : "";
      return h("label", {}, input, h("span", {}, columnName(name, words), about && about.toLowerCase() !== name.toLowerCase() && h("span", { class: "sub" }, ` ${about}`)));
    };
    fill(boxes, h("legend", {}, ahead.columns), ...offered(shop).map(box));
  }

  /** Whose values they are: all products', or one's own. */
  function chooser(shop: Shop, draft: Draft) {
    const many = shop.products.length > MOST_CHOICES;
    const own = new Set([...draft.said.keys()].map((place) => (JSON.parse(place) as (string | null)[])[1]));
    const listed = shop.products.filter(({ index, id }) => !many || index === session.selected || index === draft.product || own.has(id));
    const key = `${listed.map(({ index }) => index).join()} ${draft.product}`;
    if (whose.dataset.key === key) return;
    whose.dataset.key = key;
    const option = (value: string, text: string) => h("option", { value, selected: value === String(draft.product ?? "") }, text);
    fill(whose, option("", ahead.all), ...listed.map(({ index, name }) => option(String(index), name)));
  }

  function choose(value: string) {
    const now = current();
    if (!now) return;
    const wrong = unreadable();
    if (wrong) {
      // It would be out of sight, and lost.
      whose.value = String(now.draft.product ?? "");
      wrong.focus();
      return;
    }
    now.draft.product = value === "" ? null : Number(value);
    update();
  }

  const placeAt = (product: string | null, step: number) => placeOf(usual?.frequency ?? session.frequency, product, usual?.dates[step] ?? "");
  const placeIn = (draft: Draft, shop: Shop, step: number) => placeAt(draft.product === null ? null : (shop.products[draft.product]?.id ?? null), step);

  /** What holds at a place unless something is said there: of one product what is said of all, else what is usual. */
  function otherwise(draft: Draft, step: number, column: number, name: string): number | null {
    const ofAll = draft.product === null ? undefined : draft.said.get(placeAt(null, step))?.get(name);
    const value = ofAll ?? usual?.columns[column]?.[step] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  }

  function draw() {
    const now = current();
    if (!now || !usual) return;
    const { shop, draft } = now;
    const { frequency } = usual;
    const columns = columnsOf(shop, draft);
    const head = [words.t.forecast.period[frequency], ...columns.map(({ name }) => columnName(name, words))];
    fill(
      rows,
      h(
        "table",
        { class: "tbl ahead-table", onkeydown: move, onpaste: paste },
        h("caption", { class: "sr" }, ahead.table),
        h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { scope: "col" }, text)))),
        h(
          "tbody",
          {},
          ...usual.dates.map((date, step) => {
            const period = words.period(date, frequency);
            return h("tr", {}, h("th", { scope: "row" }, period), ...columns.map((extra, column) => h("td", {}, cell(extra, step, column, period))));
          }),
        ),
      ),
    );
    const inSight = new Set(usual.dates.flatMap((_, step) => columns.map(({ name }) => wrongAt(draft, shop, step, name))));
    for (const key of draft.wrong.keys()) if (!inSight.has(key)) draft.wrong.delete(key);
    for (const input of cells()) show(input);
    check();
  }

  const wrongAt = (draft: Draft, shop: Shop, step: number, name: string) => `${placeIn(draft, shop, step)} ${name}`;
  const unreadable = () => cells().find((input) => input.ariaInvalid === "true");

  function cell(extra: Extra, step: number, column: number, period: string): HTMLInputElement {
    const label = words.say(ahead.cell, { column: columnName(extra.name, words), period });
    const common = { "aria-label": label, "data-step": step, "data-column": column };
    return extra.flag
      ? h("input", { ...common, type: "checkbox", onchange: (event: Event) => said(event.target as HTMLInputElement, (event.target as HTMLInputElement).checked ? "1" : "0") })
      : h("input", { ...common, type: "text", inputmode: "decimal", autocomplete: "off", onchange: (event: Event) => said(event.target as HTMLInputElement, (event.target as HTMLInputElement).value) });
  }

  const cells = () => [...rows.querySelectorAll("input")];
  const at = (step: number, column: number) => rows.querySelector<HTMLInputElement>(`[data-step="${step}"][data-column="${column}"]`);

  /** Takes what is written in a cell. */
  function said(input: HTMLInputElement, text: string) {
    const now = current();
    const [step, column] = [Number(input.dataset.step), Number(input.dataset.column)];
    const extra = now && columnsOf(now.shop, now.draft)[column];
    if (!now || !extra) return;
    const { draft, shop } = now;
    const place = placeIn(draft, shop, step);
    const wrong = wrongAt(draft, shop, step, extra.name);
    const value = read(text, extra, decimal);
    const values = draft.said.get(place) ?? new Map<string, number>();
    draft.wrong.delete(wrong);
    if (value === null) draft.wrong.set(wrong, text);
    else if (value === undefined || (value === otherwise(draft, step, column, extra.name) && !values.has(extra.name))) values.delete(extra.name);
    else values.set(extra.name, value);
    if (values.size > 0) draft.said.set(place, values);
    else draft.said.delete(place);
    show(input);
    check();
  }

  /** What a cell says, or would say by itself. */
  function show(input: HTMLInputElement) {
    const now = current();
    const [step, column] = [Number(input.dataset.step), Number(input.dataset.column)];
    const extra = now && columnsOf(now.shop, now.draft)[column];
    if (!now || !extra) return;
    const { draft, shop } = now;
    const place = placeIn(draft, shop, step);
    const wrong = draft.wrong.get(wrongAt(draft, shop, step, extra.name));
    const own = draft.said.get(place)?.get(extra.name);
    const value = own ?? otherwise(draft, step, column, extra.name);
    input.classList.toggle("usual", own === undefined);
    input.ariaInvalid = wrong === undefined ? "false" : "true";
    if (extra.flag) {
      input.checked = (value ?? 0) > 0.5;
      // Some products or days say so, others not.
      input.indeterminate = value === null || (value > 0 && value < 1);
    } else {
      input.value = wrong ?? (value === null ? "" : write(value));
      input.placeholder = value === null ? ahead.each : "";
    }
  }

  /** Says what cannot be read. */
  function check(note = "") {
    const wrong = unreadable();
    if (!wrong) problem.textContent = note;
    else {
      const now = current();
      const extra = now && columnsOf(now.shop, now.draft)[Number(wrong.dataset.column)];
      const text = extra && now.draft.wrong.get(wrongAt(now.draft, now.shop, Number(wrong.dataset.step), extra.name));
      problem.textContent = words.say(extra?.flag ? ahead.wrongFlag : ahead.wrong, { text: text ?? "", cell: wrong.ariaLabel ?? "", example: write(9.9) });
    }
  }

  function clear() {
    const now = current();
    if (!now || !usual) return;
    now.draft.wrong.clear();
    const { draft, shop } = now;
    const id = draft.product === null ? null : shop.products[draft.product]?.id;
    for (const place of [...draft.said.keys()]) {
      const [by, product, date] = JSON.parse(place) as Place;
      if (product === id && (by !== usual.frequency || usual.dates.includes(date))) draft.said.delete(place);
    }
    for (const input of cells()) show(input);
    update();
    check();
  }

  /** Arrows go up and down; so does Enter, and from the last row on to what is to be pressed. */
  function move(event: KeyboardEvent) {
    const input = event.target;
    const by = { ArrowUp: -1, ArrowDown: 1, Enter: event.shiftKey ? -1 : 1 }[event.key];
    if (!(input instanceof HTMLInputElement) || by === undefined || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const next = at(Number(input.dataset.step) + by, Number(input.dataset.column));
    (next ?? (event.key === "Enter" && by > 0 ? send : input)).focus();
    if (next?.type === "text") next.select();
  }

  /** Cells of a spreadsheet go where they fit, from the cell that has the focus on. */
  function paste(event: ClipboardEvent) {
    const input = event.target;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!(input instanceof HTMLInputElement) || text.trim() === "") return;
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    // A single value goes where the caret is, as everywhere; a box has no caret.
    if (lines.length === 1 && !text.includes("\t") && input.type === "text") return;
    event.preventDefault();
    let past = 0;
    lines.forEach((line, down) => {
      line.split("\t").forEach((value, right) => {
        const cell = at(Number(input.dataset.step) + down, Number(input.dataset.column) + right);
        if (cell) said(cell, value);
        else if (value.trim() !== "") past += 1;
      });
    });
    check(past > 0 ? words.say(ahead.past, { count: words.count(past) }) : "");
  }

  function use(event: SubmitEvent) {
    event.preventDefault();
    const now = current();
    if (!now) return;
    // What is being typed counts as well.
    const typed = document.activeElement;
    if (typed instanceof HTMLInputElement && typed.type === "text" && rows.contains(typed)) said(typed, typed.value);
    const { draft, shop } = now;
    const wrong = unreadable();
    if (wrong) {
      wrong.focus();
      return check();
    }
    const names = columnsOf(shop, draft).map(({ name }) => name);
    const known = { columns: names, said: new Map([...draft.said].map(([place, values]) => [place, new Map(values)])) };
    // Where it comes to nothing, what was known before holds, but what was said here stays to be tried again.
    draft.from.push(known);
    void session.knowAhead(known);
  }

  return { element, update };
}
