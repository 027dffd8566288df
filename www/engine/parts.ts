/**
 * Long lists cross to the page in parts: a message is read in one go, and ten thousand products in one message would block
 * the page for a third of a second.
 */

const PART_ITEMS = 400;

/** Where a list stands in a value: keys from the outside in. */
type Place = string[];

export interface Part {
  place: Place;
  items: unknown[];
}

/** The value with its long lists taken out, and these in parts; lists inside lists stay. */
export function takeApart(value: unknown): { rest: unknown; parts: Part[] } {
  const parts: Part[] = [];
  const visit = (inner: unknown, place: Place): unknown => {
    if (Array.isArray(inner)) {
      if (inner.length <= PART_ITEMS || place.length === 0) return inner;
      for (let from = 0; from < inner.length; from += PART_ITEMS) {
        parts.push({ place, items: inner.slice(from, from + PART_ITEMS) });
      }
      return [];
    }
    if (inner === null || typeof inner !== "object" || Object.getPrototypeOf(inner) !== Object.prototype) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, visit(one, [...place, key])]));
  };
  return { rest: visit(value, []), parts };
}

/** Puts the parts back where they were. */
export function putTogether(rest: unknown, parts: readonly Part[]): unknown {
  for (const { place, items } of parts) {
    let list = rest as any;
    for (const key of place) list = list[key];
    for (const item of items) list.push(item);
  }
  return rest;
}
