/** WebGPU for real: the network is trained on the browser's software adapter, and the processor must agree. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, visit } from "./harness.mjs";
import { BLANK, orderRows, serveHost } from "./host.mjs";

/** Single precision, in another order of sums, over some thousand steps of training: measured 2e-6, a wrong kernel 1e-1. */
const TOLERANCE = 1e-3;
/** A GPU made of software takes a minute where a real one takes a second. */
const LIMIT = { timeout: 280_000 };

let browser;
let server;

before(async () => {
  browser = await launch({ softwareGpu: true });
  server = await serveHost({ "host.html": BLANK });
});

after(async () => {
  await browser?.close();
  await server?.close();
});

test("the network learns the same on the GPU as on the processor, and forecasts the same", LIMIT, async () => {
  const visited = await visit(browser, `${server.origin}/host.html`, { patienceMs: 270_000 });
  const [gpu, cpu] = await visited.page.evaluate(async (rows) => {
    const { Tillcast } = await import("/tillcast.js");
    const made = [];
    for (const device of ["gpu", "cpu"]) {
      const till = await Tillcast.start({ device, workers: 1 });
      const shop = await till.open(rows);
      const { training, products, notes } = await till.forecast(shop, { horizon: 14, model: "lstm", seed: 5, folds: 0 });
      const numbers = products.flatMap((one) => [...one.mean, ...one.quantiles.flatMap((row) => [...row])]);
      made.push({ device: till.device, training: training[0], numbers, notes: notes.map((note) => note.code) });
      await till.stop();
    }
    return made;
    // Without a test on its own past: one training each, and nothing calibrated, which goes by steps.
  }, orderRows(70, ["a", "b", "c", "d"]));

  assert.equal(gpu.device.kind, "gpu");
  assert.ok(gpu.device.vendor, "a GPU has a vendor");
  assert.equal(cpu.device.kind, "cpu");
  assert.equal(gpu.training.device, "gpu");
  assert.equal(cpu.training.device, "cpu");
  assert.ok(!gpu.notes.includes("gpu-lost"), gpu.notes.join(", "));

  const near = (found, expected, what) =>
    assert.ok(Math.abs(found - expected) <= TOLERANCE * Math.abs(expected) + TOLERANCE, `${what}: ${found} on the GPU, ${expected} on the processor`);
  assert.deepEqual(gpu.training.epochs, cpu.training.epochs);
  assert.ok(gpu.training.epochs.length > 1);
  gpu.training.training.forEach((loss, epoch) => near(loss, cpu.training.training[epoch], `training loss of epoch ${epoch + 1}`));
  gpu.training.validation.forEach((loss, epoch) => near(loss, cpu.training.validation[epoch], `hidden loss of epoch ${epoch + 1}`));
  assert.ok(gpu.training.training.at(-1) < gpu.training.training[0], "the loss falls");
  assert.equal(gpu.numbers.length, 4 * 14 * 6);
  gpu.numbers.forEach((number, place) => near(number, cpu.numbers[place], `number ${place} of the forecast`));
  assert.deepEqual(visited.errors, []);
  await visited.close();
});
