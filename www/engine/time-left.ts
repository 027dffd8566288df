/** Seconds left, from how fast the share done has been growing lately. */

/** Nothing is said before this much is known: early guesses are wild. */
const QUIET_SECONDS = 3;
const QUIET_SHARE = 0.02;
/** The end that was foretold must have stayed where it is for so long, within a part of the time left. */
const STEADY_SECONDS = 2.5;
const STEADY_SHARE = 0.35;
/** Weight of the newest speed, per second of its age. */
const SMOOTHING = 0.25;

export class TimeLeft {
  #begun: number;
  #seen: number;
  #done = 0;
  #speed = 0;
  /** When the end was foretold lately, and for when, in milliseconds. */
  #ends: { at: number; end: number }[] = [];

  constructor(now: number) {
    this.#begun = now;
    this.#seen = now;
  }

  /** `now` in milliseconds; `done` from 0 to 1; nothing while the end moves about. A share that falls back starts anew. */
  left(now: number, done: number): number | undefined {
    if (done < this.#done) {
      this.#begun = now;
      this.#seen = now;
      this.#done = done;
      this.#speed = 0;
      this.#ends = [];
      return undefined;
    }
    const seconds = (now - this.#seen) / 1000;
    if (seconds > 0.1 && done > this.#done) {
      const newest = (done - this.#done) / seconds;
      const weight = this.#speed === 0 ? 1 : 1 - Math.exp(-SMOOTHING * seconds);
      this.#speed += weight * (newest - this.#speed);
      this.#seen = now;
      this.#done = done;
      this.#ends.push({ at: now, end: now + ((1 - done) / this.#speed) * 1000 });
    }
    const quiet = (now - this.#begun) / 1000 < QUIET_SECONDS || done < QUIET_SHARE;
    if (quiet || this.#speed === 0) return undefined;
    // Counts down between two reports too.
    const left = Math.max(0, (1 - this.#done) / this.#speed - (now - this.#seen) / 1000);
    return this.#steady(now, left) ? left : undefined;
  }

  #steady(now: number, left: number): boolean {
    const lately = now - STEADY_SECONDS * 1000;
    // The last one stays: where nothing is told for long, it is all there is.
    while (this.#ends.length > 1 && (this.#ends[0]?.at ?? now) < lately) this.#ends.shift();
    const ends = this.#ends.map(({ end }) => end);
    return Math.max(...ends) - Math.min(...ends) <= (STEADY_SHARE * left + 1) * 1000;
  }
}
