/**
 * The library's entry: `import { Tillcast } from "tillcast"`. Importing it also defines `<tillcast-forecast>`, unless the
 * page has defined one already.
 */

import { TillcastForecastElement } from "./element";

export { answerTo, type Data, Tillcast, TillcastError } from "../engine/client";
export type * from "../engine/types";
export { TillcastForecastElement };

if (!customElements.get("tillcast-forecast")) customElements.define("tillcast-forecast", TillcastForecastElement);

declare global {
  interface HTMLElementTagNameMap {
    "tillcast-forecast": TillcastForecastElement;
  }
}
