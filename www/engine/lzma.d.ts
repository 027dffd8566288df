/**
 * What is used of lzma1: its decoder alone, under names that the build makes of the package's files (vite.config.js), as
 * the package's own entry would bring its encoder along.
 */

declare module "lzma1/decoder" {
  import type { InputBuffer, OutputBuffer } from "lzma1/streams";
  export class Decoder {
    decompress(input: InputBuffer, output: OutputBuffer): void;
  }
}

declare module "lzma1/streams" {
  export class InputBuffer {
    constructor(bytes: Uint8Array);
  }
  export class OutputBuffer {
    constructor(capacity: number);
    toArray(): Uint8Array;
  }
}
