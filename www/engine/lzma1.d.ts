/** What is used of it; its own types are sources that other rules hold for. */
export function decompress(packed: Uint8Array): Uint8Array;
