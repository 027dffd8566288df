/** Workbooks, archives and legacy encodings: a worker of its own makes text of such a file, for the core's reader. */

import { cancelled, failure } from "./failure";
import { startWorker } from "./policy";
import type { PackedText, UnpackMessages } from "./protocol";
import { Caller } from "./rpc";
import type { TillcastFailure } from "./types";

/** What the coordinator calls the worker. */
export const UNPACK = "tillcast-unpack";

/** First bytes of a zip file, of an empty one, and of a compound file. */
const MAGIC = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x50, 0x4b, 0x05, 0x06],
  [0xd0, 0xcf, 0x11, 0xe0],
];

/** How web pages and XML begin, which many platforms call `.xls`; every other byte of UTF-16 is zero. */
const MARKUP = /^(ï»¿|ÿþ|þÿ)?\s*<(html|!doctype html|table|\?xml|meta|head|style|body|div|!--|workbook)/i;

/** Whether a file that begins like this is a workbook or an archive. */
export const isPacked = (first: Uint8Array): boolean =>
  MAGIC.some((magic) => magic.every((byte, place) => first[place] === byte)) || MARKUP.test(String.fromCharCode(...first.subarray(0, 64)).replaceAll("\0", ""));

/** A table of a packed file. */
export interface PackedTable {
  /** Name inside an archive. */
  member: string | undefined;
  /** The sheet of a workbook. */
  sheet: string | undefined;
  /** Further sheets, which are not read. */
  others: string[];
  /** First bytes of what is text as it is, to tell its encoding by. */
  head: Uint8Array | undefined;
  /** Hands over the text piece by piece, with `decode` as UTF-8; resolves to what was found in it. */
  read(decode: { label: string | undefined } | null, take: (text: Uint8Array) => Promise<void>): Promise<Omit<PackedText, "text">>;
}

/**
 * Opens a packed file, or `text` that is to be decoded, and gives its tables one by one; resolves to the names of members
 * that are no tables, and to those of workbooks that lack the sheet that is wanted.
 */
export async function unpack(
  { blob, name }: { blob: Blob; name: string },
  { text, ...sheets }: { text: boolean; sheet: string | undefined; sheets: [string, string][] },
  signal: AbortSignal,
  onTable: (table: PackedTable) => Promise<void>,
): Promise<{ leftOut: string[]; withoutSheet: string[] }> {
  const worker = startWorker(self.location.href, UNPACK);
  const caller = new Caller<UnpackMessages>(worker, (why) => caller.end(why));
  worker.addEventListener("error", (event) => caller.end(ended(event.message)));
  worker.addEventListener("messageerror", () => caller.end(ended("an answer could not be read")));
  const stop = () => caller.end(cancelled());
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    const leftOut = await caller.call("open", { blob, text, ...sheets });
    for (;;) {
      const told = await caller.call("next", null);
      if (!told) return { leftOut, withoutSheet: await caller.call("withoutSheet", null) };
      const read: PackedTable["read"] = async (decode, take) => {
        for (;;) {
          const { text, ...found } = await caller.call("read", { decode });
          if (text.length === 0) return found;
          await take(text);
        }
      };
      await onTable({ ...told, read });
    }
  } catch (thrown) {
    throw named(thrown, name);
  } finally {
    signal.removeEventListener("abort", stop);
    worker.terminate();
  }
}

/** The worker knows the member of an archive, not the file. */
function named(thrown: unknown, name: string): unknown {
  const trouble = thrown as Partial<TillcastFailure>;
  if (trouble.kind !== "input" || !trouble.position) return thrown;
  const { file } = trouble.position;
  if (file?.startsWith(name)) return thrown;
  return { ...trouble, position: { ...trouble.position, file: file ? `${name}/${file}` : name } };
}

const ended = (why: string): TillcastFailure =>
  failure("internal", "engine-lost", `the worker that reads workbooks was lost: ${why || "its script did not load"}`, "try again, or reload the page");
