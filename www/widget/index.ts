/** The library's entry: `import { Tillcast } from "tillcast"`. */

export { Tillcast, TillcastError, type Data } from "../engine/client";
export type * from "../engine/types";
