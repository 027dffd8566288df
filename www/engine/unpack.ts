/**
 * A worker that opens one workbook or archive, or decodes one text, and ends with it: whatever a damaged file does to the
 * module, the coordinator goes on, and the memory is given back. It is the coordinator's script under another name.
 */

import type { Decoder, Unpacker } from "../generated/workbooks.js";
import { failure, readable } from "./failure";
import type { UnpackMessages } from "./protocol";
import { ownPort, serve } from "./rpc";
import type { TillcastFailure } from "./types";
import { compile, notLoaded } from "./wasm";

/** Near the end of 32-bit addresses a trap is the want of memory. */
const MEMORY_END_BYTES = 2 ** 32;

/** Enough of a text to tell its encoding. */
const HEAD_BYTES = 1 << 19;

export function serveUnpacking(): void {
  let memory: WebAssembly.Memory | undefined;
  let unpacker: Unpacker | undefined;
  let decoder: Decoder | undefined;
  let makeDecoder: (label: string | undefined) => Decoder;
  /** The table's bytes, piece by piece; what was looked at already stands before the others. */
  let pieces: AsyncIterator<Bytes> = none();
  let looked: Bytes[] = [];
  let whole: Blob | undefined;

  const nextPiece = async (): Promise<Bytes> => looked.shift() ?? (await pieces.next()).value ?? new Uint8Array();

  serve<UnpackMessages>(
    ownPort,
    {
      async open({ blob, text, sheet, sheets }) {
        const { initSync, Unpacker, Decoder } = await bindings();
        memory = initSync({ module: await compile(() => import("../generated/workbooks-bytes.js")) }).memory;
        makeDecoder = (label) => new Decoder(label);
        if (text) {
          whole = blob;
          return [];
        }
        unpacker = new Unpacker(blob.size);
        for await (const piece of bytesOf(blob)) unpacker.push(piece);
        for (const [member, own] of sheets) unpacker.sheetOf(member, own);
        return unpacker.open(sheet);
      },
      withoutSheet: async () => unpacker?.withoutSheet ?? [],
      async next() {
        looked = [];
        decoder = undefined;
        if (whole) {
          pieces = bytesOf(whole);
          whole = undefined;
          return { member: undefined, sheet: undefined, others: [], head: undefined };
        }
        const told = unpacker?.nextTable();
        if (!told) return null;
        pieces = textOf(unpacker as Unpacker);
        if (told.sheet !== undefined) return { ...told, head: undefined };
        let length = 0;
        while (length < HEAD_BYTES) {
          const { value } = await pieces.next();
          if (!value) break;
          looked.push(value);
          length += value.length;
        }
        return { ...told, head: joined(looked, length) };
      },
      async read({ decode }, call) {
        if (decode) decoder ??= makeDecoder(decode.label);
        let text: Bytes;
        let ended: boolean;
        do {
          const piece = await nextPiece();
          ended = piece.length === 0;
          text = decoder ? (decoder.push(piece) as Bytes) : piece;
        } while (text.length === 0 && !ended);
        call.transfer(text.buffer);
        return { text, errorCells: unpacker?.errorCells() ?? 0, encoding: decoder?.encoding ?? "", replaced: decoder?.replaced ?? 0 };
      },
    },
    (thrown) => trapOf(thrown, memory?.buffer.byteLength ?? 0),
  );
}

type Bytes = Uint8Array<ArrayBuffer>;

async function* none(): AsyncGenerator<Bytes> {}

async function* textOf(unpacker: Unpacker): AsyncGenerator<Bytes> {
  for (;;) {
    const text = unpacker.read() as Bytes;
    if (text.length === 0) return;
    yield text;
  }
}

async function* bytesOf(blob: Blob): AsyncGenerator<Bytes> {
  const stream = blob.stream().getReader();
  for (;;) {
    const { done, value } = await readable(stream.read());
    if (done) return;
    if (value.length > 0) yield value;
  }
}

function joined(pieces: Bytes[], length: number): Bytes {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** By name, so that the rest of the bindings, which would fetch, stays out of the build. */
async function bindings() {
  try {
    const { initSync, Unpacker, Decoder } = await import("../generated/workbooks.js");
    return { initSync, Unpacker, Decoder };
  } catch (thrown) {
    throw notLoaded(thrown);
  }
}

/** The module has no way out of what its crates do not expect but a trap. */
function trapOf(thrown: unknown, bytes: number): TillcastFailure | null {
  if (!(thrown instanceof WebAssembly.RuntimeError)) return null;
  return bytes > MEMORY_END_BYTES / 2
    ? failure("memory", "out-of-memory", "the workbook needs more memory than a browser tab has", "export a shorter time span, or as CSV")
    : failure(
        "input",
        "damaged-workbook",
        "the workbook is damaged: it could not be read to its end",
        "download it again, or open it in a spreadsheet program and save it as .xlsx or CSV",
      );
}
