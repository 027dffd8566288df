/** What is known ahead, as the core takes it. */

import { failure } from "./failure";
import type { ForecastOptions } from "./types";

/** The other options, names of columns, product and date of each row, and its values: `NaN` where it says nothing. */
export type Ahead = [options: ForecastOptions, known: string[], rows: string[], values: Float64Array];

/** Options apart from what is known ahead; a value that is no number is refused by name. */
export function apart({ known = [], future = [], ...options }: ForecastOptions): Ahead {
  const values = future.flatMap((row) =>
    known.map((name) => {
      const value = row[name] ?? "";
      const number = value === "" ? Number.NaN : Number(value);
      if (value === "" || Number.isFinite(number)) return number;
      throw failure("usage", "bad-number", `"${value}" is no number for "${name}" on ${row.date}`, "give numbers, or nothing");
    }),
  );
  return [options, known, future.flatMap(({ product = "", date }) => [product, date]), Float64Array.from(values)];
}
