/** Ten thousand names in order without holding the page up: sorted in runs, the runs merged in slices. */

import type { Product } from "../engine/types";
import { breath } from "./dom";

/** Names that are compared at a stretch: some milliseconds. */
const SLICE = 2000;

/** The place of each product when sorted by name as a language has it, by the product's index. */
export async function byName(products: readonly Product[], tag: string): Promise<Uint32Array> {
  const { compare } = new Intl.Collator(tag, { numeric: true });
  const before = (one: Product, two: Product) => compare(one.name, two.name) || one.index - two.index;
  let runs: Product[][] = [];
  for (let from = 0; from < products.length; from += SLICE) {
    runs.push(products.slice(from, from + SLICE).sort(before));
    await breath();
  }
  while (runs.length > 1) {
    const merged: Product[][] = [];
    for (let at = 0; at < runs.length; at += 2) merged.push(await merge(runs[at] ?? [], runs[at + 1] ?? [], before));
    runs = merged;
  }
  const places = new Uint32Array(products.length);
  for (const [place, { index }] of (runs[0] ?? []).entries()) places[index] = place;
  return places;
}

async function merge<Item>(left: Item[], right: Item[], before: (one: Item, two: Item) => number): Promise<Item[]> {
  const all: Item[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    const [one, two] = [left[l] as Item, right[r] as Item];
    if (before(one, two) <= 0) {
      all.push(one);
      l += 1;
    } else {
      all.push(two);
      r += 1;
    }
    if (all.length % SLICE === 0) await breath();
  }
  return [...all, ...left.slice(l), ...right.slice(r)];
}
