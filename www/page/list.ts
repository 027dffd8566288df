/** The list of products: rows of one height, of which only those in sight exist. */

import { drawing } from "../engine/policy";
import type { CategoryForecast, Frequency, Product, ProductForecast, Shop, Theme } from "../engine/types";
import { dress, fill, h, icon, narrow, s } from "./dom";
import { fileInput } from "./frame";
import { byName } from "./order";
import type { Session } from "./session";
import { refocusMapping, sheetOf } from "./sheet";
import { categoryOf, likely, madeOf, middle } from "./span";
import type { Part } from "./start";
import type { Sort } from "./states";
import { lastDay, periodsBetween, type Words } from "./words";

/** Rows above and below the sight, so that a quick scroll finds them there. */
const SPARE = 6;
/** What stands above and below the list, about: the first guess at its height. */
const AROUND = 160;
/** As `--row` in the style. */
const rowHeight = () => (narrow.matches ? 60 : 44);
const SPARK = { width: 60, height: 28 };
/** Periods of the forecast that a small chart shows. */
const AHEAD = 13;
/** With fewer periods since its first sale a product is new: four weeks by hours or days, else 13 periods. */
const SHORT: Record<Frequency, number> = { hour: 24 * 28, day: 28, week: 13, month: 13 };

interface Row {
  element: HTMLElement;
  name: HTMLElement;
  sub: HTMLElement;
  number: HTMLElement;
  /** The range in words, which the small bar shows to the eye. */
  likely: HTMLElement;
  past: SVGPathElement;
  next: SVGPathElement;
  low: SVGRectElement;
  mid: SVGRectElement;
  /** What it shows, to leave alone what has not changed. */
  shows: string;
}

export interface List extends Part {
  /** Moves the choice by rows. */
  move: (rows: number) => void;
  search: () => void;
  /** Empties the search, if that is where it was asked for and there is something. */
  clear: (where: EventTarget | null) => boolean;
}

export function list(session: Session, words: Words, theme: () => Theme): List {
  const { t } = words;
  const input = h("input", {
    type: "search",
    "data-part": "search",
    "aria-label": t.list.search,
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => {
      session.query = input.value;
      anew();
      said.textContent = words.say(t.list.found, { count: words.count(order.length) });
    },
  });
  const choose = h("select", {
    "aria-label": t.list.sort,
    onchange: () => {
      session.sort = choose.value as Sort;
      anew();
    },
  });
  const span = h("span", { class: "sort-r" });
  const headline = h("h1", { class: "list-h narrow-only" });
  // On a narrow screen the top bar has no room for them.
  const file = h("span", { class: "list-name" });
  const other = h("label", { class: "link list-other" }, fileInput((files) => void session.openFiles(files)), t.newFile);
  const from = h("p", { class: "list-file narrow-only", "data-part": "list-file" }, file, other);
  const sheets = h("div", { class: "list-sheets", hidden: true });
  const said = h("p", { class: "sr", "aria-live": "polite" });
  const rows = h("div", {
    class: "rows",
    role: "listbox",
    tabindex: 0,
    "data-part": "products",
    "aria-label": t.list.label,
    onkeydown: (event: KeyboardEvent) => keyed(event),
    onscroll: () => {
      top = rows.scrollTop;
      paint();
    },
  });
  const all = makeRow(() => session.select(null));
  dress(all.element, { class: "row row-all", "data-part": "all-products", id: "row-all" });
  const space = h("div", { class: "row-space", role: "presentation" });
  const none = h("div", { class: "none", hidden: true });
  rows.append(all.element, space);
  const element = h(
    "section",
    { class: "list", "aria-label": t.list.label },
    from,
    headline,
    sheets,
    h(
      "div",
      { class: "find", role: "search" },
      h("div", { class: "search" }, icon("search"), input, h("kbd", { "aria-hidden": "true" }, "/")),
      h("div", { class: "sort" }, choose, span),
    ),
    none,
    rows,
    said,
  );

  let order: Product[] = [];
  let names: string[] = [];
  let namesOf: unknown = null;
  let sorted: unknown = null;
  /** Places by name, for the products they were made of. */
  let ranks: Uint32Array | null = null;
  let ranksOf: unknown = null;
  // Asked of the browser only when it has laid the page out: at any other time the question makes it do so at once.
  let height = rowHeight();
  let sight = Math.max(0, innerHeight - AROUND);
  let top = 0;
  /** None for the first drawing, which has enough to do. */
  let spare = 0;
  const pool: Row[] = [];

  function arrange() {
    const { shop, forecast } = session;
    if (!shop) return;
    const sums = (forecast?.categories ?? []).map((category) => lineOf(category, shop, shop.products.length));
    const query = session.query.trim().toLowerCase();
    // Only somebody who searches waits for it.
    if (query && namesOf !== shop.products) {
      namesOf = shop.products;
      names = shop.products.map((product) => `${product.name}\n${product.id}\n${product.category ?? ""}`.toLowerCase());
    }
    const asked = session.sort === "revenue" && shop.totalRevenue === 0 ? "units" : session.sort;
    // Until the names are in order, the order before it stands.
    const by = asked === "name" && !named(shop.products) ? "units" : asked;
    const found = query ? shop.products.filter((product) => names[product.index]?.includes(query)) : shop.products;
    order = [...sums.filter(({ name }) => name.toLowerCase().includes(query)), ...found];
    const isSum = ({ index }: Product) => index >= shop.products.length;
    // The number that is seen, once there is one.
    const worth = [...shop.products, ...sums].map((product) => {
      const made = (by === "units" || (by === "revenue" && isSum(product))) && forecast && madeOf(forecast, product.index);
      return made ? middle(made, forecast.levels) : by === "name" ? -(ranks?.[product.index] ?? product.index) : product[by];
    });
    sorted = forecast;
    order.sort((one, two) => Number(isSum(two)) - Number(isSum(one)) || (worth[two.index] ?? 0) - (worth[one.index] ?? 0) || one.index - two.index);
    none.hidden = order.length > 0;
    if (order.length === 0) {
      const clear = () => {
        input.value = session.query = "";
        arrange();
        paint();
        input.focus();
      };
      fill(
        none,
        h("p", {}, words.say(t.list.none, { query: session.query })),
        h("button", { class: "link", type: "button", onclick: clear }, t.list.clear),
      );
    }
    space.style.height = `${order.length * height}px`;
  }

  /** Whether the names are in order; if not, puts them in order and comes back. */
  function named(products: Product[]): boolean {
    if (ranksOf === products) return ranks !== null;
    ranksOf = products;
    ranks = null;
    void byName(products, words.tag).then((found) => {
      if (ranksOf !== products) return;
      ranks = found;
      anew();
    });
    return false;
  }

  /** Another order or choice of products, from its beginning. */
  function anew() {
    arrange();
    toTop();
    paint();
  }

  function toTop() {
    if (top === 0) return;
    rows.scrollTop = top = 0;
  }

  function paint() {
    const first = Math.max(0, Math.floor(top / height) - spare);
    const many = Math.min(order.length - first, Math.ceil(sight / height) + 2 * spare);
    while (pool.length < many) {
      const row = makeRow(() => session.select(Number(row.element.dataset.index)));
      dress(row.element, { class: "row row-one", "data-part": "product" });
      pool.push(row);
      space.append(row.element);
    }
    for (const [place, row] of pool.entries()) {
      // A row keeps its element while it stays in sight: by place in the list, not on the screen.
      const at = first + ((((place - first) % pool.length) + pool.length) % pool.length);
      const product = at < first + many ? order[at] : undefined;
      row.element.hidden = !product;
      if (product) show(row, product, at);
      else vacate(row);
    }
    active();
  }

  function show(row: Row, product: Product, at: number) {
    const { forecast } = session;
    const made = forecast ? madeOf(forecast, product.index) : undefined;
    const category = forecast ? categoryOf(forecast, product.index) : undefined;
    row.element.style.transform = `translateY(${at * height}px)`;
    dress(row.element, { "aria-posinset": at + 2, "aria-setsize": order.length + 1 });
    choice(row, session.selected === product.index);
    const shows = `${session.shop?.id} ${product.index} ${session.taken} ${product.recent.length}`;
    if (row.shows === shows) return;
    row.shows = shows;
    row.element.id = `row-${product.index}`;
    dress(row.element, { "data-part": category ? "category" : "product", "data-product": category ? null : product.id, "data-index": product.index });
    const sub = category ? words.say(t.list.categorySub, { count: words.count(category.products) }) : product.name === product.id ? (product.category ?? "") : product.id;
    numbers(row, category ? category.id : words.called(product, session.shop), sub, product.recent, made);
    row.element.classList.toggle("row-sum", category !== undefined);
    const badge = category ? null : badgeOf(product);
    const titles = { rare: words.demand(product), ended: t.list.ended, new: t.list.fresh };
    const title = badge && titles[badge];
    if (badge) row.sub.append(" ", h("span", { class: `badge b-${badge}`, title }, t.list.badges[badge]));
  }

  /** A row out of use keeps no id: its product may stand in another row by now. */
  function vacate(row: Row) {
    row.shows = "";
    for (const name of ["id", "data-product", "data-index"]) row.element.removeAttribute(name);
  }

  function numbers(row: Row, name: string, sub: string, recent: number[], made: ProductForecast | undefined) {
    row.name.textContent = name;
    row.sub.textContent = sub;
    row.element.title = name;
    const levels = session.forecast?.levels ?? [];
    const [low, high] = made ? likely(made, levels) : [0, 0];
    const about = made ? middle(made, levels) : 0;
    row.number.textContent = made ? words.short(about) : "";
    row.number.title = made ? `${words.about(about)} ${words.unit(session.shop)}` : "";
    spark(row, recent, made ? made.mean : null);
    bar(row, about, low, high);
    row.likely.textContent = made ? words.say(t.list.likely, { unit: words.unit(session.shop), low: words.about(low), high: words.about(high) }) : "";
  }

  /** At most one: what explains a wide range best. */
  function badgeOf(product: Product): "new" | "ended" | "rare" | null {
    const { shop } = session;
    if (!shop) return null;
    const short = SHORT[shop.frequency];
    if (periodsBetween(product.first, shop.to, shop.frequency) < short && periodsBetween(shop.from, shop.to, shop.frequency) >= 2 * short) return "new";
    if (product.ended) return "ended";
    return product.demand?.rare ? "rare" : null;
  }

  function active() {
    const { selected } = session;
    choice(all, selected === null);
    const id = selected === null ? "row-all" : `row-${selected}`;
    if (rows.querySelector(`#${id}:not([hidden])`)) rows.setAttribute("aria-activedescendant", id);
    else rows.removeAttribute("aria-activedescendant");
  }

  function move(by: number) {
    const at = session.selected === null ? -1 : order.findIndex((product) => product.index === session.selected);
    const to = Math.max(-1, Math.min(order.length - 1, at + by));
    const { detail } = session;
    session.select(to < 0 ? null : (order[to]?.index ?? null));
    session.detail = detail;
    if (to < 0) toTop();
    else if (to * height < top) rows.scrollTop = top = to * height;
    else if ((to + 2) * height > top + sight) rows.scrollTop = top = (to + 2) * height - sight;
    paint();
  }

  function keyed(event: KeyboardEvent) {
    const page = Math.max(1, Math.floor(sight / height) - 2);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -1e9, End: 1e9 };
    const by = steps[event.key];
    if (by !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      move(by);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      session.select(session.selected);
    }
  }

  function measure() {
    const seen = rows.clientHeight;
    // Behind a product on a narrow screen.
    if (seen === 0) return;
    sight = seen;
    height = rowHeight();
    top = rows.scrollTop;
    space.style.height = `${order.length * height}px`;
    paint();
    if (spare > 0) return;
    spare = SPARE;
    setTimeout(paint);
  }

  /** The whole shop's small chart: its past is known to the core only. */
  async function whole() {
    const { forecast } = session;
    if (!forecast) return;
    try {
      const figure = await session.figure("spark", { ...SPARK, theme: theme(), language: words.code });
      if (session.forecast !== forecast) return;
      const svg = drawing(figure.svg);
      dress(svg, { class: "spark", "aria-hidden": "true" });
      all.element.querySelector(".spark")?.replaceWith(svg);
    } catch {
      // The forecast's own line is there already.
    }
  }

  /** Of workbooks with several sheets: which one was read, and which others there are. */
  let reports: unknown = null;
  function sheetsRead() {
    const { shop } = session;
    file.textContent = shop?.sample ? t.sampleShop : (shop?.name ?? "");
    // What was chosen stays in sight while it is read; where that came to nothing, what holds is shown again.
    if (session.rereading) reports = null;
    if (!shop || reports === shop.reports || session.rereading) return;
    reports = shop.reports;
    const forms = shop.reports.map((report) => sheetOf(report, session, words)).filter((form) => form !== null);
    sheets.hidden = forms.length === 0;
    fill(sheets, ...forms);
    refocusMapping(sheets);
  }

  let seen: unknown = null;
  const update = (change: string) => {
    const { shop, forecast } = session;
    if (!shop) return;
    if (change === "selection") {
      paint();
      return;
    }
    if (change === "progress" || change === "device") return;
    sheetsRead();
    if (seen !== shop.products) {
      seen = shop.products;
      input.value = session.query;
      input.placeholder = words.say(t.list.searchIn, { count: words.count(shop.products.length) });
      const sorts = (Object.keys(t.list.sorts) as Sort[]).filter((sort) => sort !== "revenue" || shop.totalRevenue > 0);
      fill(choose, ...sorts.map((sort) => h("option", { value: sort, selected: sort === session.sort }, t.list.sorts[sort])));
      arrange();
    } else if (sorted !== forecast) arrange();
    const sub = words.say(t.list.allSub, { count: words.count(shop.products.length) });
    numbers(all, t.list.all, sub, [], forecast?.all);
    if (shop.products.length > 1) all.element.title = `${t.list.all}: ${t.forecast.addsUp}`;
    void whole();
    if (forecast) {
      span.textContent = words.say(t.list.next, { unit: words.unit(shop), span: words.span(forecast.horizon, forecast.frequency) });
      const pieces = words.say(t.list.headlinePieces, { unit: words.unit(shop), about: words.about(middle(forecast.all, forecast.levels)) });
      const last = forecast.all.dates.at(-1);
      const date = last ? words.date(lastDay(last, forecast.frequency), { day: "numeric", month: "long" }) : "";
      headline.textContent = words.say(t.list.headline, { pieces, date });
    }
    paint();
  };
  // Told after the browser has laid the page out, when measuring costs nothing.
  const watch = new ResizeObserver(measure);
  watch.observe(rows);
  return {
    element,
    update,
    move,
    clear: (where) => {
      if (where !== input || input.value === "") return false;
      input.value = "";
      input.dispatchEvent(new Event("input"));
      return true;
    },
    search: () => {
      session.back();
      input.focus();
      input.select();
    },
    close: () => watch.disconnect(),
  };
}

/** A category as a line of the list, after all products. */
const lineOf = ({ index, id, recent }: CategoryForecast, { from, to }: Shop, after: number): Product =>
  ({ index: after + index, id, name: id, category: null, supplier: null, units: 0, revenue: 0, first: from, last: to, recent: [...recent], demand: null, ended: false });

function makeRow(chosen: () => void): Row {
  const name = h("span", { class: "r-name" });
  const sub = h("span", { class: "r-sub" });
  const number = h("span", { class: "r-num" });
  const likely = h("span", { class: "sr" });
  const past = s("path", { class: "c-hist" });
  const next = s("path", { class: "c-fore" });
  const low = s("rect", { class: "rb-range", y: 2, height: 4, rx: 2 });
  const mid = s("rect", { class: "rb-mid", y: 0.5, height: 7, width: 2 });
  const { width, height } = SPARK;
  const drawing = s("svg", { class: "spark", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" }, past, next);
  const bar = s(
    "svg",
    { class: "r-bar", viewBox: "0 0 54 8", width: 54, height: 8, "aria-hidden": "true" },
    s("rect", { class: "rb-track", y: 2.5, width: 54, height: 3, rx: 1.5 }),
    low,
    mid,
  );
  const element = h("div", { role: "option", onclick: chosen }, name, sub, drawing, number, likely, bar);
  return { element, name, sub, number, likely, past, next, low, mid, shows: "" };
}

function choice(row: Row, chosen: boolean) {
  row.element.setAttribute("aria-selected", String(chosen));
}

/** The last periods joined to the next ones; both on one scale from zero. */
function spark(row: Row, recent: number[], next: ArrayLike<number> | null) {
  const ahead = next ? Array.from({ length: Math.min(AHEAD, next.length) }, (_, at) => next[at] ?? 0) : [];
  const values = [...recent, ...ahead];
  // Less than one piece is next to nothing, not a peak.
  const top = Math.max(1, ...values);
  const { width, height } = SPARK;
  const x = (at: number) => (1 + (at * (width - 2)) / Math.max(1, values.length - 1)).toFixed(1);
  const y = (value: number) => (height - 2 - (Math.max(0, value) / top) * (height - 5)).toFixed(1);
  const line = (from: number, to: number) => {
    let path = "";
    for (let at = from; at < to; at += 1) path += `${path ? "L" : "M"}${x(at)} ${y(values[at] ?? 0)}`;
    return path;
  };
  row.past.setAttribute("d", line(0, recent.length));
  row.next.setAttribute("d", line(Math.max(0, recent.length - 1), values.length));
}

/** The range around the expected number, which stands in the middle: short is sure. */
function bar(row: Row, about: number, low: number, high: number) {
  const scale = about > 0 ? 27 / about : 0;
  const from = Math.max(0, 27 - (about - low) * scale);
  const to = Math.min(54, 27 + (high - about) * scale);
  dress(row.low, { x: from.toFixed(1), width: Math.max(0, to - from).toFixed(1) });
  dress(row.mid, { x: 26 });
}
