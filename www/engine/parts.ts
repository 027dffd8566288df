/**
 * Long lists cross to the page in parts: a message is read in one go, and ten thousand products in one message would block
 * the page for a third of a second. Each part has its numbers in one buffer and its dates once: tens of thousands of small
 * arrays would cost the page as much again whenever the browser tidies its memory.
 */

const PART_ITEMS = 400;

/** Where a list stands in a value: keys from the outside in. */
type Place = string[];

export interface Part {
  place: Place;
  items: unknown[];
}

/**
 * The value with its long lists taken out, and these in parts, each made when it is asked for: all at once would be a
 * second copy. Lists inside lists stay.
 */
export function takeApart(value: unknown): { rest: unknown; parts: Iterable<Part> } {
  const lists: Part[] = [];
  const visit = (inner: unknown, place: Place): unknown => {
    if (Array.isArray(inner)) {
      if (inner.length <= PART_ITEMS || place.length === 0) return inner;
      lists.push({ place, items: inner });
      return [];
    }
    return isPlain(inner) ? mapped(inner, (one, key) => visit(one, [...place, key])) : inner;
  };
  return { rest: visit(value, []), parts: cut(lists) };
}

function* cut(lists: readonly Part[]): Iterable<Part> {
  for (const { place, items } of lists) {
    for (let from = 0; from < items.length; from += PART_ITEMS) yield { place, items: packed(items.slice(from, from + PART_ITEMS)) };
  }
}

/** The same items, their arrays of numbers as views of one buffer and equal lists of texts as one list. */
function packed(items: unknown[]): unknown[] {
  let length = 0;
  const measure = (value: unknown): void => {
    if (value instanceof Float64Array) length += value.length;
    else if (Array.isArray(value)) value.forEach(measure);
    else if (isPlain(value)) Object.values(value).forEach(measure);
  };
  measure(items);
  const numbers = new Float64Array(length);
  const lists = new Map<string, string[]>();
  let used = 0;
  const pack = (value: unknown): unknown => {
    if (value instanceof Float64Array) {
      numbers.set(value, used);
      used += value.length;
      return numbers.subarray(used - value.length, used);
    }
    if (Array.isArray(value)) {
      if (value.length < 2 || !value.every((one) => typeof one === "string")) return value.map(pack);
      const key = JSON.stringify(value);
      const known = lists.get(key);
      if (!known) lists.set(key, value);
      return known ?? value;
    }
    return isPlain(value) ? mapped(value, pack) : value;
  };
  return items.map(pack);
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;

function mapped(object: Record<string, unknown>, change: (value: unknown, key: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
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
