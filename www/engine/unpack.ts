/**
 * A worker that opens one workbook or archive and ends with it: whatever a damaged file does to the module, the
 * coordinator goes on, and the memory is given back. It is the coordinator's script under another name.
 */

import type { Unpacker } from "../generated/workbooks.js";
import { failure } from "./failure";
import type { UnpackMessages } from "./protocol";
import { ownPort, serve } from "./rpc";
import type { TillcastFailure } from "./types";
import { compile, notLoaded } from "./wasm";

/** Near the end of 32-bit addresses a trap is the want of memory. */
const MEMORY_END_BYTES = 2 ** 32;

export function serveUnpacking(): void {
  let memory: WebAssembly.Memory | undefined;
  let unpacker: Unpacker | undefined;

  const opened = (): Unpacker => {
    if (!unpacker) throw failure("usage", "not-started", "no file was opened");
    return unpacker;
  };

  serve<UnpackMessages>(
    ownPort,
    {
      async open({ blob, sheet }) {
        const { initSync, Unpacker } = await bindings();
        memory = initSync({ module: await compile(() => import("../generated/workbooks-bytes.js")) }).memory;
        unpacker = new Unpacker(blob.size);
        const stream = blob.stream().getReader();
        for (;;) {
          const { done, value } = await unreadable(stream.read());
          if (done) break;
          unpacker.push(value);
        }
        return unpacker.open(sheet);
      },
      next() {
        return opened().next() ?? null;
      },
      read(_, call) {
        const text = opened().read() as Uint8Array<ArrayBuffer>;
        call.transfer(text.buffer);
        return { text, errorCells: opened().errorCells() };
      },
    },
    (thrown) => trapOf(thrown, memory?.buffer.byteLength ?? 0),
  );
}

/** By name, so that the rest of the bindings, which would fetch, stays out of the build. */
async function bindings() {
  try {
    const { initSync, Unpacker } = await import("../generated/workbooks.js");
    return { initSync, Unpacker };
  } catch (thrown) {
    throw notLoaded(thrown);
  }
}

/** Moved, changed or unplugged since it was chosen. */
async function unreadable<Value>(reading: Promise<Value>): Promise<Value> {
  try {
    return await reading;
  } catch (thrown) {
    throw failure(
      "input",
      "file-unreadable",
      `the file could no longer be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      "choose it again; what was open before is untouched",
    );
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
