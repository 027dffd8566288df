/** Keeps the GPU: one that was lost is looked for anew, once, when it is next wanted (a laptop slept, a driver was reset). */

import type { DeviceChoice, DeviceInfo } from "./types";
import type { Engine } from "./wasm";

type Core = Pick<Engine, "startDevice" | "deviceLost">;

export class Gpu {
  readonly #engine: Core;
  readonly #choice: DeviceChoice;
  readonly #workers: number;
  #found: DeviceInfo;
  /** Whether the present one took the place of one that was lost, and has finished nothing yet. */
  #isSecond = false;

  private constructor(engine: Core, choice: DeviceChoice, workers: number, found: DeviceInfo) {
    this.#engine = engine;
    this.#choice = choice;
    this.#workers = workers;
    this.#found = found;
  }

  static async start(engine: Core, choice: DeviceChoice, workers: number): Promise<Gpu> {
    return new Gpu(engine, choice, workers, await look(engine, choice, workers));
  }

  /** Where networks are computed. */
  get found(): DeviceInfo {
    return this.#found;
  }

  /** Another device than was told, if it was lost since; for the work that goes on without it. */
  news(): DeviceInfo | null {
    if (this.#found.kind !== "gpu" || !this.#engine.deviceLost()) return null;
    this.#found = { kind: "cpu", vendor: "", architecture: "", workers: this.#workers, reason: "lost" };
    return this.#found;
  }

  /** Before work that may want it: another device than was told, if there is one. */
  async renewed(): Promise<DeviceInfo | null> {
    if (!this.#engine.deviceLost()) return null;
    // One that is lost as often as it is found is given up.
    const given = this.#isSecond ? "cpu" : this.#choice;
    this.#isSecond = true;
    const found = await look(this.#engine, given, this.#workers);
    this.#found = found.kind === "gpu" ? found : { ...found, reason: "lost" };
    return this.#found;
  }

  /** After work that went well to its end. */
  held(): void {
    if (this.#found.kind === "gpu" && !this.#engine.deviceLost()) this.#isSecond = false;
  }
}

const look = async (engine: Core, choice: DeviceChoice, workers: number): Promise<DeviceInfo> => ({
  ...((await engine.startDevice(choice)) as DeviceInfo),
  workers,
});
