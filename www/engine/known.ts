/** What is known ahead, as the core takes it. */

import { failure } from "./failure";
import type { ForecastOptions, FutureRow } from "./types";

/** A row with its values in the order of the columns. */
export interface AheadRow {
  product?: string;
  date: string;
  values: (number | null)[];
}

/** Options whose rows the core can read; a value that is no number is refused by name. */
export function aheadOf({ known = [], future = [], ...options }: ForecastOptions): object {
  return { ...options, known, future: future.map((row) => aheadRow(row, known)) };
}

function aheadRow(row: FutureRow, known: string[]): AheadRow {
  const values = known.map((name) => {
    const value = row[name];
    if (value === undefined || value === null || value === "") return null;
    const number = Number(value);
    if (Number.isFinite(number)) return number;
    throw failure("usage", "bad-number", `"${value}" is no number for "${name}" on ${row.date}`, "give numbers, or nothing");
  });
  return { ...(row.product !== undefined && { product: row.product }), date: row.date, values };
}
