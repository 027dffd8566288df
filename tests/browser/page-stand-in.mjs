/** The built page with a coordinator that answers at once: what is tested is what the page shows and does. */

import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { at } from "../../scripts/run.mjs";
import { serveBuild } from "./harness.mjs";
import { bundle } from "./host.mjs";

/** Serves it; `close` also removes the copy. */
export async function serveStandIn() {
  const root = await mkdtemp(path.join(os.tmpdir(), "tillcast-page-"));
  await cp(at("dist"), root, { recursive: true });
  const worker = (await readdir(path.join(root, "assets"))).find((name) => /^worker-.*\.js$/.test(name));
  if (!worker) throw new Error("the build has no coordinator");
  await writeFile(path.join(root, "assets", worker), await bundle("tests/browser/standin/coordinator.js"));
  // Files of another hash than the list says: the service worker must not keep them.
  await rm(path.join(root, "sw.js"));
  const server = await serveBuild({ root });
  return {
    origin: server.origin,
    close: async () => {
      await server.close();
      await rm(root, { recursive: true });
    },
  };
}

/** A file whose name tells the stand-in what to do with it. */
export const file = (name) => ({ name, mimeType: "text/csv", buffer: Buffer.from("day,item,pieces\n") });
