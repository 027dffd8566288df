/**
 * Large files in sections: the coordinator reads the first, the compute workers the others, and the core puts them behind
 * each other. Where they do not fit, as one that begins inside a quoted field, the coordinator reads on by itself.
 */

import { readable } from "./failure";
import { pieces } from "./pieces";
import type { SectionOf } from "./protocol";
import { SectionReader } from "./wasm";

/** A section is worth a worker's while from here on. */
const LEAST_SECTION_BYTES = 4 << 20;
/** A line longer than this has no section begin behind it. */
const LINE_BYTES = 1 << 16;
const LINE_END = 10;
/** What was read is told whenever it is so much more. */
const TOLD_BYTES = 1 << 20;

/** Whether it is worth dividing. */
export const isLong = (blob: Blob) => blob.size >= 2 * LEAST_SECTION_BYTES;

/** Where the sections behind the first begin, at most `most` of them: each at the beginning of a line. */
export async function cutsOf(blob: Blob, name: string, most: number): Promise<number[]> {
  const sections = Math.min(most + 1, Math.floor(blob.size / LEAST_SECTION_BYTES));
  const places = Array.from({ length: Math.max(0, sections - 1) }, (_, at) => Math.floor(((at + 1) * blob.size) / sections));
  const begins = places.map(async (place) => {
    const near = new Uint8Array(await readable(blob.slice(place, place + LINE_BYTES).arrayBuffer(), name));
    const end = near.indexOf(LINE_END);
    return end < 0 ? [] : [place + end + 1];
  });
  return (await Promise.all(begins)).flat();
}

/** Reads one of them, in a compute worker. */
export async function readSection(
  { blob, name, options, head, from, until }: SectionOf,
  tell: (bytes: number) => void,
): Promise<Uint8Array> {
  const reader = new SectionReader(name, options, head, from, until);
  let read = 0;
  try {
    await pieces(blob.slice(from), name, (piece) => {
      reader.push(piece);
      read += piece.length;
      if (read >= TOLD_BYTES || reader.isDone) {
        tell(read);
        read = 0;
      }
      return !reader.isDone;
    });
    tell(read);
  } catch (thrown) {
    reader.free();
    throw thrown;
  }
  return reader.finish();
}
