/** The rows that were left out, as a file to download: the source is read once more for it. */

import type { Source } from "./protocol";
import { type Taker, readTables } from "./read";
import type { Engine } from "./wasm";

export async function listLeftOut(engine: Engine, shop: number, source: Source, words: Record<string, string>, signal: AbortSignal): Promise<Blob> {
  const writer = engine.leftOut(shop, Object.entries(words));
  // Blobs lie outside of the memory that scripts have.
  const parts: Blob[] = [];
  const write = (bytes: Uint8Array) => {
    if (bytes.length > 0) parts.push(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  };
  const begin = (): Taker => {
    write(writer.begin());
    return {
      push: (piece) => write(writer.push(piece)),
      get isDone() {
        return writer.isDone;
      },
    };
  };
  try {
    write(writer.head());
    if (source.kind === "sample") {
      begin();
      write(writer.sample());
    } else await readTables(source, begin, signal, () => {});
    write(writer.end());
    return new Blob(parts, { type: "text/csv;charset=utf-8" });
  } finally {
    writer.free();
  }
}
