/**
 * A compute worker: runs one job at a time and holds nothing that cannot be lost. It is the coordinator's script under
 * another name: a script of its own would carry the core's bindings a second time.
 */

import { live } from "./life";
import type { ComputeMessages } from "./protocol";
import { ownPort, serve } from "./rpc";
import { readSection } from "./sections";
import { instantiate, runJob, trapOf } from "./wasm";

/** What the coordinator calls its workers. */
export const COMPUTE = "tillcast-compute";

export function serveJobs(): void {
  serve<ComputeMessages>(
    ownPort,
    {
      async start({ module, life }) {
        instantiate(module);
        await live(life);
        return null;
      },
      run({ kind, input, from }, call) {
        call.tell("begun");
        const onEvent = (event: Uint8Array) => call.tell(event);
        const onCheckpoint = (checkpoint: Uint8Array) => call.tell({ checkpoint });
        const output = runJob(kind, input, from, onEvent, onCheckpoint) as Uint8Array<ArrayBuffer>;
        call.transfer(output.buffer);
        return output;
      },
      async section(section, call) {
        call.tell("begun");
        const output = (await readSection(section, (bytes) => call.tell(bytes))) as Uint8Array<ArrayBuffer>;
        call.transfer(output.buffer);
        return output;
      },
    },
    trapOf,
  );

  // What went wrong outside a job (an answer that could not be posted, say) leaves its owner waiting: end instead.
  const end = (event: Event) => {
    event.preventDefault();
    ownPort.close();
  };
  self.addEventListener("error", end);
  self.addEventListener("unhandledrejection", end);
}
