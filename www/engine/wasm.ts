/** The wasm core inside a worker. It travels as text of a script, since a page that may connect nowhere cannot fetch. */

import { Decoder } from "lzma1/decoder";
import { InputBuffer, OutputBuffer } from "lzma1/streams";

import { Engine as Bound, FileReader, initSync, isLegacy, runJob, SectionReader } from "../generated/tillcast.js";
import { failure } from "./failure";
import { rejoin } from "./rejoin";
import type { Backtest, Figure, Finding, ModelInfo, TillcastFailure } from "./types";

export { FileReader, isLegacy, runJob, SectionReader };

/** The core's surface that the page counts on. */
export interface Engine extends Bound {
  backtest(shop: number, options: object, onEvent: (progress: any) => void): Promise<Backtest>;
  figure(forecast: number, kind: string, options: object): Figure;
  exampleFigure(options: object): Promise<Figure>;
  inside(forecast: number, model: string, options: object): Promise<Uint8Array<ArrayBuffer> | null>;
  exportCsv(forecast: number, totals: boolean): Uint8Array;
  findings(shop: number): Finding[];
  models(): ModelInfo[];
}

export const Engine = Bound as unknown as new (pool: unknown) => Engine;

/** Room for what is unpacked, as a multiple of what was packed; where it is too little, the decoder takes more. */
const UNPACKED_SHARE = 4;

/** Unpacks and compiles a module, the core unless said; the compiled module can be posted to other workers. */
export async function compile(load = () => import("../generated/wasm-bytes.js")): Promise<WebAssembly.Module> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const packed = Uint8Array.from(atob((await load()).default), (letter) => letter.charCodeAt(0));
    const unpacked = new OutputBuffer(UNPACKED_SHARE * packed.length);
    new Decoder().decompress(new InputBuffer(packed), unpacked);
    bytes = rejoin(unpacked.toArray());
  } catch (thrown) {
    throw notLoaded(thrown);
  }
  try {
    return await WebAssembly.compile(bytes);
  } catch (thrown) {
    throw refused(String(thrown));
  }
}

export const notLoaded = (thrown: unknown): TillcastFailure =>
  failure("internal", "engine-not-loaded", `a part of Tillcast could not be loaded: ${String(thrown)}`, "connect to the network and reload the page");

function refused(why: string): TillcastFailure {
  return /unsafe-eval|Content Security Policy|disallowed by embedder/i.test(why)
    ? failure("usage", "wasm-blocked", `this page's security policy blocks WebAssembly: ${why}`, "allow script-src 'self' 'wasm-unsafe-eval'")
    : failure("usage", "browser-too-old", `this browser cannot run Tillcast's WebAssembly: ${why}`, "update the browser");
}

let memory: WebAssembly.Memory | undefined;

export function instantiate(module: WebAssembly.Module): void {
  memory = initSync({ module }).memory;
}

/** A module of 32-bit addresses ends here; near it, a trap is the want of memory. */
const MEMORY_END_BYTES = 2 ** 32;

/** What a trap means: the instance is dead, as its memory is in no known state. Null for anything but a trap. */
export function trapOf(thrown: unknown): TillcastFailure | null {
  if (!(thrown instanceof WebAssembly.RuntimeError)) return null;
  return (memory?.buffer.byteLength ?? 0) > MEMORY_END_BYTES / 2
    ? failure("memory", "out-of-memory", "the work needs more memory than a browser tab has", "leave out products or years")
    : failure("internal", "engine-lost", `the engine stopped unexpectedly: ${thrown.message}`, "try again");
}
