/** What is said about the total over the horizon: one number, and a range that holds it. */

import type { ProductForecast } from "../engine/types";

/** Where a level stands; levels went through arithmetic and may be off by a hair. */
export const place = (levels: number[], level: number): number => levels.findIndex((one) => Math.abs(one - level) < 1e-6);

/** The 80 % range of the total over the horizon. */
export function likely({ total }: ProductForecast, levels: number[]): [number, number] {
  return [total.quantiles[place(levels, 0.1)] ?? total.mean, total.quantiles[place(levels, 0.9)] ?? total.mean];
}

/** The total to say: its median, as the mean of few sales may lie outside the range. */
export function middle(made: ProductForecast, levels: number[]): number {
  const [low, high] = likely(made, levels);
  return made.total.quantiles[place(levels, 0.5)] ?? Math.min(high, Math.max(low, made.total.mean));
}
