/** What the page can be doing and showing. */

import type { Forecast, Shop } from "../engine/types";
import { isShort } from "./horizon";

export type State = "empty" | "reading" | "first-results" | "improving" | "done" | "too-little-data" | "stopped" | "failed";
export type View = "forecast" | "data" | "accuracy";
export type Sort = "units" | "revenue" | "name";

/** What changed: views that do not show it need not look. */
export type Change = "all" | "progress" | "forecast" | "selection" | "device" | "mappings";

/** The state that a final forecast leaves. */
export const settled = (shop: Shop, final: Forecast): State =>
  final.accuracy === null && isShort(shop, final) ? "too-little-data" : "done";
