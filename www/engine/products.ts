/** Products of a shop as they cross to the page: as columns, laid out in `src/wasm/summary.rs`. */

import type { Demand, Product, Shop } from "./types";

export interface PackedProducts {
  texts: string;
  ends: Uint32Array;
  labels: string[];
  numbers: Float64Array;
  recent: Float64Array;
}

/** A shop whose products are packed. */
export type PackedShop = Omit<Shop, "products"> & { products: PackedProducts };

const NO_TEXT = 2 ** 32 - 1;
const TEXTS = 4;
const NUMBERS = 10;
const KINDS: readonly Demand["kind"][] = ["smooth", "erratic", "intermittent", "lumpy"];

/** So many are unpacked in one task: ten thousand at once would hold up the page for as long as a drawing of it may take. */
const AT_ONCE = 1000;

export async function unpackShop(shop: PackedShop): Promise<Shop> {
  return { ...shop, products: await unpack(shop.products) };
}

async function unpack({ texts, ends, labels, numbers, recent }: PackedProducts): Promise<Product[]> {
  let read = 0;
  let taken = 0;
  const text = (place: number): string | null => {
    const end = ends[place] as number;
    if (end === NO_TEXT) return null;
    const found = texts.slice(read, end);
    read = end;
    return found;
  };
  const products: Product[] = [];
  // Places are counted out: destructuring typed arrays takes three times as long, which ten thousand products feel.
  for (let index = 0; index < ends.length / TEXTS; index += 1) {
    if (index % AT_ONCE === 0 && ends.length / TEXTS > AT_ONCE) await new Promise((resolve) => setTimeout(resolve));
    const at = index * TEXTS;
    const number = (place: number) => numbers[index * NUMBERS + place] as number;
    const last = new Array<number>(number(4));
    for (let place = 0; place < last.length; place += 1) last[place] = recent[taken + place] as number;
    taken += last.length;
    products.push({
      index,
      id: text(at) as string,
      name: text(at + 1) as string,
      category: text(at + 2),
      supplier: text(at + 3),
      units: number(0),
      revenue: number(1),
      first: labels[number(2)] as string,
      last: labels[number(3)] as string,
      recent: last,
      demand: Number.isNaN(number(5)) ? null : { adi: number(5), cv2: number(6), kind: KINDS[number(7)] as Demand["kind"], rare: number(8) === 1 },
      ended: number(9) === 1,
    });
  }
  return products;
}
