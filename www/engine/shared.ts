/** One engine for all widgets of a page: started by the first, stopped some time after the last has gone. */

import { Tillcast } from "./client";
import type { DeviceChoice } from "./types";

/** An element that is moved is removed and added again; starting takes longer than this costs. */
const LINGER_MS = 10_000;

interface Shared {
  till: Promise<Tillcast>;
  users: number;
  linger: ReturnType<typeof setTimeout> | undefined;
}

const engines = new Map<DeviceChoice, Shared>();

/** The engine, and what to call once when it is no longer needed. */
export function borrow(device: DeviceChoice): { till: Promise<Tillcast>; giveBack: () => void } {
  let shared = engines.get(device);
  if (!shared) {
    const till = Tillcast.start({ device });
    shared = { till, users: 0, linger: undefined };
    engines.set(device, shared);
    // A start that failed is tried anew by the next user.
    till.catch(() => engines.delete(device));
  }
  const one = shared;
  clearTimeout(one.linger);
  one.users += 1;
  let given = false;
  const giveBack = () => {
    if (given) return;
    given = true;
    one.users -= 1;
    if (one.users > 0) return;
    one.linger = setTimeout(() => {
      if (engines.get(device) === one) engines.delete(device);
      one.till.then((till) => till.stop()).catch(() => {});
    }, LINGER_MS);
  };
  return { till: one.till, giveBack };
}
