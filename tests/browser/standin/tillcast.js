/** Stands in for the core where only the workers around it are tested: jobs that wait, fail, trap and die. */

/** Takes its time over opening a shop, and hears nothing meanwhile, as the real one does at the end of a large file. */
export class Engine {
  #shops = [];
  #last = 0;

  startDevice = async () => ({ kind: "cpu", vendor: "", architecture: "", reason: "chosen" });
  deviceLost = () => false;
  cancel() {}
  sample() {
    const end = performance.now() + 400;
    while (performance.now() < end);
    this.#shops.push(++this.#last);
    const none = new Float64Array();
    const products = { texts: "", ends: new Uint32Array(), labels: [], numbers: none, recent: none };
    return { id: this.#last, frequency: "day", products };
  }
  closeShop(id) {
    this.#shops = this.#shops.filter((one) => one !== id);
  }
  /** The shops that it holds. */
  models() {
    return this.#shops;
  }
}
export class FileReader {}
export class SectionReader {}
export const initSync = () => ({ memory: new WebAssembly.Memory({ initial: 1 }) });

/** A module whose only function is `unreachable`. */
const TRAP = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 116, 0, 0, 10, 5, 1, 3, 0, 0, 11,
]);

const jobs = {
  echo: (input) => input,
  /** Works for ten milliseconds a unit and tells each. */
  spin(input, onEvent) {
    for (let unit = 0; unit < input[0]; unit += 1) {
      const end = performance.now() + 10;
      while (performance.now() < end);
      onEvent(new Uint8Array([unit]));
    }
    return input;
  },
  /** Works as `spin`, and tells after each unit where to go on; its output is the unit that it began with. */
  learn(input, onEvent, from, onCheckpoint) {
    const first = from[0] ?? 0;
    for (let unit = first; unit < input[0]; unit += 1) {
      const end = performance.now() + 10;
      while (performance.now() < end);
      onCheckpoint(new Uint8Array([unit + 1]));
      onEvent(new Uint8Array([unit]));
    }
    return new Uint8Array([first]);
  },
  fail() {
    throw { kind: "input", code: "bad-job", message: "no", remedy: "", args: [], position: {} };
  },
  trap() {
    new WebAssembly.Instance(new WebAssembly.Module(TRAP)).exports.t();
  },
  /** Dies without a word, as when the browser ends a worker for want of memory. */
  vanish() {
    self.postMessage = () => {};
    self.close();
    return new Uint8Array(1);
  },
};

/** Nothing is read with it. */
export const isLegacy = () => false;

export function runJob(kind, input, from, onEvent, onCheckpoint) {
  return jobs[kind](input, onEvent, from, onCheckpoint);
}
