/**
 * What a fit says of itself: a worker of its own fits a method once more and tells of it, beside all other work. It is the
 * coordinator's script under another name, with a module that is loaded only for it.
 */

import { cancelled, failure } from "./failure";
import { startWorker } from "./policy";
import type { InsideMessages } from "./protocol";
import { Caller, ownPort, serve } from "./rpc";
import type { Diagnosis } from "./types";
import { compile, notLoaded } from "./wasm";

/** What the coordinator calls the worker. */
export const INSIDE = "tillcast-inside";

/** Asks a worker, which ends with its answer. */
export async function tellInside(asked: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Diagnosis | null> {
  const worker = startWorker(self.location.href, INSIDE);
  const caller = new Caller<InsideMessages>(worker, (why) => caller.end(why));
  const lost = () => caller.end(failure("internal", "engine-lost", "the worker that looks into methods was lost", "try again, or reload the page"));
  worker.addEventListener("error", lost);
  worker.addEventListener("messageerror", lost);
  const stop = () => caller.end(cancelled());
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    return JSON.parse(await caller.call("tell", { asked })) as Diagnosis | null;
  } finally {
    signal.removeEventListener("abort", stop);
    worker.terminate();
  }
}

export function serveInside(): void {
  serve<InsideMessages>(
    ownPort,
    {
      async tell({ asked }) {
        const { initSync, tell } = await bindings();
        initSync({ module: await compile(() => import("../generated/inside-bytes.js")) });
        return tell(asked);
      },
    },
    () => null,
  );
}

/** By name, so that the rest of the bindings, which would fetch, stays out of the build. */
async function bindings() {
  try {
    const { initSync, tell } = await import("../generated/inside.js");
    return { initSync, tell };
  } catch (thrown) {
    throw notLoaded(thrown);
  }
}
