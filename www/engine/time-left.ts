/** Seconds left, from how fast the share done has been growing lately. */

/** Nothing is said before this much is known: early guesses are wild. */
const QUIET_SECONDS = 1.5;
const QUIET_SHARE = 0.02;
/** Weight of the newest speed, per second of its age. */
const SMOOTHING = 0.25;

export class TimeLeft {
  #begun: number;
  #seen: number;
  #done = 0;
  #speed = 0;

  constructor(now: number) {
    this.#begun = now;
    this.#seen = now;
  }

  /** `now` in milliseconds; `done` from 0 to 1. A share that falls back starts the estimate anew. */
  left(now: number, done: number): number | undefined {
    if (done < this.#done) {
      this.#begun = now;
      this.#seen = now;
      this.#done = done;
      this.#speed = 0;
      return undefined;
    }
    const seconds = (now - this.#seen) / 1000;
    if (seconds > 0.1 && done > this.#done) {
      const newest = (done - this.#done) / seconds;
      const weight = this.#speed === 0 ? 1 : 1 - Math.exp(-SMOOTHING * seconds);
      this.#speed += weight * (newest - this.#speed);
      this.#seen = now;
      this.#done = done;
    }
    const quiet = (now - this.#begun) / 1000 < QUIET_SECONDS || done < QUIET_SHARE;
    if (quiet || this.#speed === 0) return undefined;
    // Counts down between two reports too.
    return Math.max(0, (1 - this.#done) / this.#speed - (now - this.#seen) / 1000);
  }
}
