/** What the page makes of the packed modules is, byte for byte, what the build packed. Needs the build, but no browser. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { decompress } from "lzma1";

import { at } from "../../scripts/run.mjs";
import { rejoin } from "../../www/engine/rejoin.js";

/** A module's name, and that of its bytes. */
const MODULES = { tillcast: "wasm", workbooks: "workbooks", inside: "inside" };

async function unpack(bytes) {
  const chunk = await import(at(`www/generated/${bytes}-bytes.js`));
  return decompress(Uint8Array.from(atob(chunk.default), (letter) => letter.charCodeAt(0)));
}

for (const [name, bytes] of Object.entries(MODULES)) {
  test(`${name} is put together as it was taken apart`, async () => {
    const whole = Buffer.from(rejoin(await unpack(bytes)));
    // Not deepEqual, which prints both.
    assert.ok(whole.equals(readFileSync(at(`www/generated/.${name}.wasm`))), `${whole.length} bytes`);
    assert.ok(WebAssembly.validate(whole));
  });
}

test("a module that is cut off is refused, and does not run on for ever", async () => {
  const split = await unpack(MODULES.inside);
  assert.throws(() => rejoin(split.subarray(0, split.length / 2)), RangeError);
});
