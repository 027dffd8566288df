/**
 * Training an LSTM (8 inputs, hidden 64, 56 steps, 28 outputs, batch 256, Adam, squared error) against TensorFlow.js in
 * the same browser: our CPU path in one worker against its cpu and wasm backends, our WebGPU path against its WebGPU
 * backend, both on the same adapter (the software one unless `--gpu` asks for the machine's own).
 */

import { machine, median, openBench } from "./browser.mjs";

const BATCH = 256;
/** Steps timed after one that warms up; the slow backends need a minute for two. */
const PEERS = [
  { backend: "cpu", steps: 1, warm: false },
  { backend: "wasm", steps: 4, warm: true },
];
const GPU_PEER = { backend: "webgpu", steps: 2, warm: true };
const OUR_STEPS = { cpu: 12, gpu: 3 };
const ROUNDS = 3;

const ownGpu = process.argv.includes("--gpu");
const bench = await openBench("lstm", { softwareGpu: !ownGpu });
try {
  console.log(machine(bench.browser));
  const say = (name, speed) => console.log(`${name.padEnd(34)} ${speed.toFixed(0).padStart(7)} samples/s`);

  const ours = async (device) => {
    const speeds = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const answer = await bench.page.evaluate(trainOurs, { device, batch: BATCH, steps: OUR_STEPS[device] });
      speeds.push(answer.samplesPerSecond);
    }
    say(`tillcast ${device}`, median(speeds));
    return median(speeds);
  };
  const peer = async (options) => {
    const speed = await bench.page.evaluate(trainPeer, { ...options, batch: BATCH });
    say(`TensorFlow.js 4.22 ${options.backend}`, speed);
    return speed;
  };

  const ourCpu = await ours("cpu");
  const peerSpeeds = [];
  for (const options of PEERS) peerSpeeds.push(await peer(options));
  const ourGpu = await ours("gpu");
  const peerGpu = await peer(GPU_PEER);
  console.log(`lstm cpu ratio ${(ourCpu / Math.max(...peerSpeeds)).toFixed(1)}`);
  console.log(`lstm gpu ratio ${(ourGpu / peerGpu).toFixed(1)}`);
} finally {
  await bench.close();
}

/** In the page: our worker, a fresh one each time. */
async function trainOurs({ device, batch, steps }) {
  const worker = new Worker("ours.js", { type: "module" });
  const reply = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage({ what: "lstm", device, batch, steps });
  });
  worker.terminate();
  if (reply.error) throw new Error(reply.error);
  if (!(reply.answer.lastLoss < reply.answer.firstLoss)) {
    throw new Error(`nothing was learnt: loss ${reply.answer.firstLoss}, then ${reply.answer.lastLoss}`);
  }
  return reply.answer;
}

/** In the page: the same net by TensorFlow.js; answers samples a second. */
async function trainPeer({ backend, steps, warm, batch }) {
  tf.wasm?.setWasmPaths("/tests/bench/node_modules/@tensorflow/tfjs-backend-wasm/dist/");
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} here`);
  await tf.ready();
  const model = tf.sequential();
  model.add(tf.layers.lstm({ units: 64, inputShape: [56, 8], recurrentActivation: "sigmoid", recurrentInitializer: "glorotUniform" }));
  model.add(tf.layers.dense({ units: 28 }));
  model.compile({ optimizer: tf.train.adam(1e-3), loss: "meanSquaredError" });
  const inputs = tf.randomNormal([batch, 56, 8], 0, 1, "float32", 1);
  const targets = tf.randomNormal([batch, 28], 0, 1, "float32", 2);
  if (warm) await model.trainOnBatch(inputs, targets);
  const times = [];
  for (let step = 0; step < steps; step += 1) {
    const begun = performance.now();
    // Answers the loss as a number, so the step is finished when this is.
    await model.trainOnBatch(inputs, targets);
    times.push((performance.now() - begun) / 1000);
  }
  tf.dispose([inputs, targets]);
  model.dispose();
  return batch / Math.min(...times);
}
