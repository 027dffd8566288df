/** What is known ahead, as the core takes it. */

import { failure } from "./failure";
import type { ForecastOptions, Frequency, FutureRow } from "./types";

/** The other options, names of columns, and {@link listed} rows. */
export type Ahead = [options: ForecastOptions, known: string[], rows: string[], values: Float64Array];

const PERIODS: unknown[] = ["hour", "day", "week", "month"] satisfies Frequency[];

/** Options apart from what is known ahead. */
export const apart = ({ known = [], future = [], ...options }: ForecastOptions): Ahead => [options, known, ...listed(known, future)];

/**
 * Product, date and period of each row, and its values: `NaN` where it says nothing. A value that is no number is refused by
 * name.
 */
export function listed(known: string[], future: FutureRow[]): [rows: string[], values: Float64Array] {
  const values = future.flatMap((row) =>
    known.map((name) => {
      const value = (typeof row.values === "object" && row.values ? row.values : row)[name] ?? "";
      const empty = typeof value === "string" && value.trim() === "";
      const number = empty ? Number.NaN : Number(value);
      if (empty || Number.isFinite(number)) return number;
      throw failure("usage", "bad-number", `"${value}" is no number for "${name}" on ${row.date}`, "give numbers, or nothing");
    }),
  );
  // A column may be called so as well.
  const period = ({ frequency }: FutureRow) => (PERIODS.includes(frequency) ? (frequency as string) : "");
  return [future.flatMap((row) => [row.product ?? "", row.date, period(row)]), Float64Array.from(values)];
}
