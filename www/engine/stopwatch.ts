/** How long networks were trained and where: the core has no clock, and knows its device only as long as it is there. */

import type { DeviceInfo, Forecast, Progress, TrainingCurve } from "./types";

export class Stopwatch {
  readonly #device: DeviceInfo;
  readonly #trained = new Map<string, { begun: number; ended: number }>();
  /** When it was last heard of other work than this training. */
  #before: number;

  constructor(device: DeviceInfo, now: number) {
    this.#device = device;
    this.#before = now;
  }

  /** The same progress, its curves with time and device. */
  told(progress: Progress, now: number): Progress {
    const { training, forecast } = progress;
    if (training) {
      // An epoch is told when it has ended: the first began when the work before it was last heard of.
      const begun = training.epochs.length > 1 ? this.#trained.get(training.model)?.begun : undefined;
      this.#trained.set(training.model, { begun: begun ?? this.#before, ended: now });
    } else {
      this.#before = now;
    }
    return {
      ...progress,
      ...(training && { training: this.#curve(training, false) }),
      ...(forecast && { forecast: this.finished(forecast) }),
    };
  }

  finished(forecast: Forecast): Forecast {
    const lost = forecast.notes.some(({ code }) => code === "gpu-lost" || code === "gpu-memory");
    return { ...forecast, training: forecast.training.map((curve) => this.#curve(curve, lost)) };
  }

  #curve(curve: TrainingCurve, lost: boolean): TrainingCurve {
    const { begun = 0, ended = 0 } = this.#trained.get(curve.model) ?? {};
    const device = lost ? "cpu" : this.#device.kind;
    return { ...curve, device: curve.device ?? device, seconds: curve.seconds ?? (ended - begun) / 1000 };
  }
}
