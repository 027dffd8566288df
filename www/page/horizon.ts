/** How far one can look ahead, and how much past that needs. */

import type { Forecast, Frequency, Shop } from "../engine/types";
import { periodsBetween } from "./words";

/** What one can look ahead, and the place of the default. */
export const HORIZONS: Record<Frequency, { choices: number[]; usual: number }> = {
  hour: { choices: [24, 48, 168], usual: 48 },
  day: { choices: [7, 14, 28, 56], usual: 28 },
  week: { choices: [4, 8, 13], usual: 8 },
  month: { choices: [3, 6, 12], usual: 6 },
};

/** A test hides as many periods as are looked ahead and needs at least twice as many before them. */
export const periodsNeeded = (horizon: number): number => 3 * horizon;

/** Whether the shop's past is too short for a test of this forecast. */
export const isShort = (shop: Shop, forecast: Forecast): boolean =>
  periodsBetween(shop.from, shop.to, forecast.frequency) < periodsNeeded(forecast.horizon);
