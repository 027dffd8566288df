/** The page's state and how the core is told of it, without a page: for tests that choose what the core answers, and when. */

export { listed } from "../../../www/engine/known";
export { NOTHING_KNOWN, placeOf, rowsOf } from "../../../www/page/known";
export { Session } from "../../../www/page/session";
