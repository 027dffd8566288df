/** Why several methods were combined, or one was used alone, in one sentence. */

import type { Accuracy, Product } from "../engine/types";
import type { Words } from "./words";

/**
 * Of the whole shop, or of a product for whose kind of demand the choice fell otherwise; null where nothing was chosen, and
 * for a product to which the shop's own sentence applies.
 */
export function reason({ reason: why }: Accuracy, words: Words, product?: Product): string | null {
  if (!why) return null;
  const { reasons } = words.t.accuracy;
  const places = { methods: words.count(why.methods), tests: words.count(why.origins) };
  if (product) {
    const own = why.overruled.find(({ kind }) => kind === product.demand?.kind);
    if (!own) return null;
    const kind = words.t.list.kinds[own.kind];
    return own.rival ? words.say(reasons.kindAlone, { ...places, kind, model: words.model(own.rival.model) }) : words.say(reasons.kindCombined, { ...places, kind });
  }
  if (!why.best || why.origins === 0) return words.say(reasons.few, places);
  if (why.alone) return words.say(reasons.alone, { ...places, model: words.model(why.best.model) });
  return words.say(why.origins === 1 ? reasons.combinedOnce : reasons.combined, places);
}
