/** What is said about the total over the horizon: one number, and a range that holds it. */

import type { CategoryForecast, Forecast, ProductForecast } from "../engine/types";

/** The line's sum below this share of the total that is said is another number to the eye. */
const APART = 0.75;

/** Where a level stands; levels went through arithmetic and may be off by a hair. */
export const place = (levels: number[], level: number): number => levels.findIndex((one) => Math.abs(one - level) < 1e-6);

/** The 80 % range of the total over the horizon. */
export function likely({ total }: ProductForecast, levels: number[]): [number, number] {
  return [total.quantiles[place(levels, 0.1)] ?? total.mean, total.quantiles[place(levels, 0.9)] ?? total.mean];
}

/** What is looked at: nothing chosen is the whole shop; numbers beyond the products' are categories. */
export function madeOf(forecast: Forecast, selected: number | null): ProductForecast | undefined {
  return selected === null ? forecast.all : (forecast.products[selected] ?? categoryOf(forecast, selected));
}

/** The category that is looked at, if it is one. */
export function categoryOf({ categories, products }: Forecast, selected: number | null): CategoryForecast | undefined {
  return selected === null ? undefined : categories[selected - products.length];
}

/** The same for charts. */
export function subjectOf(forecast: Forecast | null, selected: number | null): { product?: number; category?: number } {
  if (selected === null || !forecast) return selected === null ? {} : { product: selected };
  const category = selected - forecast.products.length;
  return category < 0 ? { product: selected } : { category };
}

/** Whether it is known how often a range holds, and if not, why. */
export type Sureness = "tested" | "pending" | "stopped" | "short";

/** Of the range of what is looked at; `improves`: whether its test is still to come. */
export function sureness(forecast: Forecast, selected: number | null, improves: boolean): Sureness {
  const { accuracy, stage } = forecast;
  if (!accuracy) return stage === "final" ? "short" : improves ? "pending" : "stopped";
  const tested = selected === null ? accuracy.shopTested : (categoryOf(forecast, selected) ?? accuracy.products[selected])?.tested ?? 0;
  return tested > 0 ? "tested" : "short";
}

/** Where few periods sell much, the middle of every single one is low, or none: it says nothing of what they bring together. */
export function standsApart(made: ProductForecast, levels: number[]): boolean {
  const drawn = made.quantiles[place(levels, 0.5)]?.reduce((sum, one) => sum + one, 0);
  const said = middle(made, levels);
  return drawn !== undefined && said >= 1 && drawn < APART * said;
}

/** The total to say: its median, as the mean of few sales may lie outside the range. */
export function middle(made: ProductForecast, levels: number[]): number {
  const [low, high] = likely(made, levels);
  return made.total.quantiles[place(levels, 0.5)] ?? Math.min(high, Math.max(low, made.total.mean));
}
