/** A file's bytes, piece by piece. */

import { readable } from "./failure";

/** Bytes taken from the disk at a time: little enough to be still in the processor's cache when they are looked at. */
const PIECE_BYTES = 1 << 18;

/**
 * What is being read. Chromium (seen in 156) lets its garbage collector take a file's stream that fills the reader's own
 * buffers while a piece is still to come, unless something other than whoever waits for that piece refers to it: the wait
 * would never end.
 */
const held = new Set<ReadableStreamBYOBReader>();

/**
 * Hands on what the disk gives until `take` says that it has enough. A piece is gone once `take` has settled: the next one
 * is written over it, as that many new buffers would keep the garbage collector busy.
 */
export async function pieces(
  blob: Blob,
  name: string,
  take: (piece: Uint8Array<ArrayBuffer>) => boolean | Promise<boolean>,
): Promise<void> {
  const next = reading(blob.stream());
  try {
    for (;;) {
      const piece = await readable(next.read(), name);
      if (!piece || !(await take(piece))) return;
    }
  } finally {
    // A stream that was left early would keep its file open.
    next.stop();
  }
}

/** A stream's pieces in one buffer, where the browser can do that. */
function reading(stream: ReadableStream<Uint8Array<ArrayBuffer>>): { read: () => Promise<Uint8Array<ArrayBuffer> | undefined>; stop: () => void } {
  const stop = (reader: { cancel: () => Promise<void> }) => () => void reader.cancel().catch(() => {});
  let into: ReadableStreamBYOBReader;
  try {
    into = stream.getReader({ mode: "byob" });
  } catch {
    const reader = stream.getReader();
    return { read: () => reader.read().then(({ value }) => value), stop: stop(reader) };
  }
  held.add(into);
  let buffer = new ArrayBuffer(PIECE_BYTES);
  const read = async () => {
    const { done, value } = await into.read(new Uint8Array(buffer));
    if (done || !value) return undefined;
    buffer = value.buffer;
    return value;
  };
  const leave = stop(into);
  return {
    read,
    stop: () => {
      held.delete(into);
      leave();
    },
  };
}
