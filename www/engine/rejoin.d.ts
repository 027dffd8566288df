/** Puts a module together that xtask took apart; throws a RangeError where it is cut off. */
export function rejoin(split: Uint8Array): Uint8Array<ArrayBuffer>;
