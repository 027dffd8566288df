/** The wasm core inside a worker. It travels as text of a script, since a page that may connect nowhere cannot fetch. */

import { Engine as Bound, FileReader, initSync, runJob } from "../generated/tillcast.js";
import type { Backtest, Figure, ModelInfo } from "./types";

export { FileReader, runJob };

/** The core's surface that the page counts on. */
export interface Engine extends Bound {
  backtest(shop: number, options: object, onEvent: (progress: any) => void): Promise<Backtest>;
  figure(forecast: number, kind: string, options: object): Figure;
  exampleFigure(options: object): Figure;
  exportCsv(forecast: number): Uint8Array;
  models(): ModelInfo[];
}

export const Engine = Bound as unknown as new (pool: unknown) => Engine;

/** Unpacks and compiles the module; the compiled module can be posted to other workers. */
export async function compile(): Promise<WebAssembly.Module> {
  const { default: text } = await import("../generated/wasm-bytes.js");
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
}

let memory: WebAssembly.Memory | undefined;

export function instantiate(module: WebAssembly.Module): void {
  memory = initSync({ module }).memory;
}

/** Bytes the core holds; its memory never shrinks. */
export const memoryBytes = (): number => memory?.buffer.byteLength ?? 0;
