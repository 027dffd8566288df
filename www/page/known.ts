/** What is known ahead: a line that opens into a table, which is loaded when somebody wants it. */

import { failure } from "../engine/failure";
import type { Extra, Forecast, ForecastOptions, Frequency, FutureRow, Shop } from "../engine/types";
import { fill, h } from "./dom";
import type { Session } from "./session";
import type { Words } from "./words";

/** Values by column. */
export type Values = Map<string, number>;

/** What is known ahead of a shop; values stay when their column or period is not in use. */
export interface Known {
  columns: string[];
  /** By {@link placeOf}. */
  said: Map<string, Values>;
}

export const NOTHING_KNOWN: Known = { columns: [], said: new Map() };

export type Place = [frequency: Frequency, product: string | null, date: string];

/** A period of one product, or of all without one of their own. */
export const placeOf = (frequency: Frequency, product: string | null, date: string): string => JSON.stringify([frequency, product, date]);

/** What a forecast is told of it; a column that the shop no longer has is let go. */
export function aheadFor({ columns, said }: Known, shop: Shop): Pick<ForecastOptions, "known" | "future"> {
  const known = columns.filter((name) => shop.extras.some((extra) => extra.name === name));
  return known.length === 0 ? {} : { known, future: rowsOf(said) };
}

/** A row whose columns may be called anything. */
type Said = FutureRow & { values: Record<string, number> };

/** What was said, in rows: of those places only, where it is told which. */
export function rowsOf(said: Known["said"], only: (frequency: Frequency, product: string | null) => boolean = () => true): Said[] {
  const rows: Said[] = [];
  for (const [place, values] of said) {
    const [frequency, product, date] = JSON.parse(place) as Place;
    if (only(frequency, product)) rows.push({ date, frequency, values: Object.fromEntries(values), ...(product !== null && { product }) });
  }
  return rows;
}

/** What came of it, in a sentence: all methods look at what is known ahead, but for the simple rule. */
function effect({ training, products }: Forecast, selected: number | null, words: Words): string {
  const { ahead } = words.t;
  // A past too short to train on leaves the network its simple start.
  const blind = training.length === 0 ? ["seasonal-naive", "lstm"] : ["seasonal-naive"];
  const looks = (model: string): boolean => model.split(" + ").some((one) => !blind.includes(one));
  const product = selected === null ? undefined : products[selected];
  if (product) return looks(product.model) ? ahead.looks : ahead.looksNot;
  const count = products.filter(({ model }) => looks(model)).length;
  if (count === 0) return ahead.noneLooks;
  return count === products.length ? ahead.allLook : words.say(ahead.someLook, { count: words.count(count), all: words.count(products.length) });
}

/** The columns that are worth saying ahead. */
export const offered = (shop: Shop): Extra[] => shop.extras.filter(({ varies }) => varies);

/** Name of a column for people. */
export const columnName = (name: string, words: Words): string => (name === "price" ? words.role("price") : name);

export function knownAhead(session: Session, words: Words): { element: HTMLElement; update: () => void } {
  const { ahead } = words.t;
  const title = h("summary", {});
  const told = h("p", { class: "sub", role: "status", "data-part": "known-effect", hidden: true });
  const body = h("div", {});
  const element = h("details", { class: "behind ahead", "data-part": "known", ontoggle: () => void show() }, title, body);
  let table: { update: () => void } | null = null;
  let loading = false;
  const show = async () => {
    if (!element.open || table || loading) return table?.update();
    loading = true;
    try {
      const { knownTable } = await import("./known-table");
      const made = knownTable(session, words);
      table = made;
      fill(body, made.element);
      made.update();
    } catch {
      element.open = false;
      session.trouble(failure("internal", "engine-not-loaded", "a part of Tillcast could not be loaded", "reload the page"));
    }
    loading = false;
  };
  return {
    element: h("div", { class: "ahead-box" }, element, told),
    update: () => {
      const { shop, forecast, known, selected } = session;
      element.hidden = !shop || offered(shop).length === 0;
      const used = shop ? known.columns.filter((name) => shop.extras.some((extra) => extra.name === name)) : [];
      title.textContent = used.length > 0 ? words.say(ahead.used, { list: words.list(used.map((name) => columnName(name, words))) }) : ahead.title;
      told.hidden = used.length === 0 || !forecast || forecast.stage === "quick" || session.busy;
      if (!told.hidden && forecast) told.textContent = effect(forecast, selected, words);
      if (element.open) table?.update();
    },
  };
}
