/**
 * Puts a module together that xtask took apart (`xtask/src/split.rs` says how and why): apart it packs nine per cent smaller.
 * A script without types, since the benchmarks' page and the tests load it unbundled.
 */

const PREAMBLE_BYTES = 8;
const CODE_SECTION = 10;
/** Of the head's four numbers; room for a body's length, the longest it can be. */
const [HEAD_BYTES, LENGTH_BYTES] = [16, 5];

/** @param {Uint8Array} split what xtask made @returns {Uint8Array<ArrayBuffer>} the module */
export function rejoin(split) {
  const head = new DataView(split.buffer, split.byteOffset, HEAD_BYTES);
  const [wholeBytes, localBytes, offsetBytes, depthBytes] = [0, 4, 8, 12].map((at) => head.getUint32(at, true));
  // A function that ends is moved back over the room that its length did not take.
  const out = new Uint8Array(wholeBytes + LENGTH_BYTES);
  let at = 0;
  let local = HEAD_BYTES;
  let offset = local + localBytes;
  let depth = offset + offsetBytes;
  let rest = depth + depthBytes;

  const byte = () => {
    if (rest >= split.length) throw new RangeError("the module is cut off");
    return (out[at++] = split[rest++]);
  };
  const copy = (count) => {
    for (let i = 0; i < count; i++) byte();
  };
  /** A LEB128 number of the rest. */
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const next = byte();
      value |= (next & 127) << shift;
      if (next < 128) return value >>> 0;
    }
  };
  const numbers = (count) => {
    for (let i = 0; i < count; i++) while (byte() > 127);
  };
  const takeLocal = () => {
    while ((out[at++] = split[local++]) > 127);
  };
  const takeDepth = () => {
    while ((out[at++] = split[depth++]) > 127);
  };
  const memory = () => {
    numbers(1);
    while ((out[at++] = split[offset++]) > 127);
  };
  /** Of a block, a loop or a condition: its type. */
  const nested = () => {
    numbers(1);
    return 1;
  };
  const bulk = (kind) => numbers(kind < 8 ? 0 : kind > 14 || kind % 2 ? 1 : 2);
  const vector = (kind) => {
    const laneInMemory = kind >= 84 && kind < 92;
    if (kind < 12 || laneInMemory || kind === 92 || kind === 93) memory();
    if (kind === 12 || kind === 13) copy(16);
    if (laneInMemory || (kind >= 21 && kind < 35)) byte();
  };

  const body = () => {
    numbers(2 * number());
    for (let open = 1; open; ) {
      const code = byte();
      if (code === 0x0b) open--;
      else if (code >= 0x20 && code < 0x23) takeLocal();
      else if (code >= 0x28 && code < 0x3f) memory();
      else if (code === 0x0c || code === 0x0d) takeDepth();
      else if (code >= 0x02 && code < 0x05) open += nested();
      else if (code === 0x0e) numbers(number() + 1);
      else if (code === 0x11) numbers(2);
      else if (code === 0x1c) numbers(number());
      else if (code === 0x10 || (code >= 0x23 && code < 0x43) || code === 0xd0 || code === 0xd2) numbers(1);
      else if (code === 0x43) copy(4);
      else if (code === 0x44) copy(8);
      else if (code === 0xfc) bulk(number());
      else if (code === 0xfd) vector(number());
    }
  };

  copy(PREAMBLE_BYTES);
  while (rest < split.length) {
    const section = byte();
    const length = number();
    if (section !== CODE_SECTION) {
      copy(length);
      continue;
    }
    for (let left = number(); left; left--) {
      const start = at;
      at += LENGTH_BYTES;
      body();
      const end = at;
      at = start;
      for (let value = end - start - LENGTH_BYTES; ; value >>>= 7) {
        out[at++] = value > 127 ? value | 128 : value;
        if (value < 128) break;
      }
      out.copyWithin(at, start + LENGTH_BYTES, end);
      at += end - start - LENGTH_BYTES;
    }
  }
  if (at !== wholeBytes) throw new RangeError("a packed module that does not fit together");
  return out.subarray(0, wholeBytes);
}
