/**
 * `npm start`: sets up what is missing, builds when needed, serves the production build on this machine.
 *   -- --port N    another port (8000)
 *   -- --smoke     fetches the page and every file of it, checks the headers, and stops
 */

import { readFileSync } from "node:fs";

import { build } from "./build.mjs";
import { securityHeaders } from "./headers.mjs";
import { at, say, script, within } from "./run.mjs";
import { listFiles } from "./service-worker.mjs";
import { serve } from "./serve.mjs";

const SMOKE_BUILD_MINUTES = 20;

await script(async () => {
  const words = process.argv.slice(2);
  const smoke = words.includes("--smoke");
  const portAt = words.indexOf("--port");
  const port = portAt < 0 ? (smoke ? 0 : 8000) : Number(words[portAt + 1]);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error("--port takes a number from 0 to 65535");
  const work = () => build({ dev: words.includes("--dev") });
  // Where nobody watches, nothing goes on for ever; a newcomer's slow network or machine has all the time it needs.
  await (smoke ? within(SMOKE_BUILD_MINUTES * 60, "the build", work) : work());
  const server = await serve({ root: at("dist"), port }).catch((error) => {
    if (error.code !== "EADDRINUSE") throw error;
    say(`port ${port} is taken, another is used`);
    return serve({ root: at("dist") });
  });
  if (smoke) {
    const checked = await within(60, "the smoke run", () => smokeTest(server.origin)).finally(server.close);
    say(`smoke run passed: ${checked} files served with the right headers`);
    return;
  }
  console.log(`\nTillcast: ${server.origin}/\n\nOnly this computer can reach it. Ctrl+C stops it.`);
  await new Promise((resolve) => ["SIGINT", "SIGTERM"].forEach((signal) => process.once(signal, resolve)));
  await server.close();
});

/** Fetches `/` and every file of the build; throws at the first that is not as it must be. */
async function smokeTest(origin) {
  const files = listFiles(at("dist"));
  for (const name of ["", ...files]) {
    const response = await fetch(`${origin}/${name}`);
    const body = Buffer.from(await response.arrayBuffer());
    const fail = (what) => {
      throw new Error(`/${name}: ${what}`);
    };
    if (response.status !== 200) fail(`status ${response.status}`);
    if (!body.equals(readFileSync(at("dist", name || "index.html")))) fail("differs from the file");
    for (const [header, value] of Object.entries(securityHeaders(`/${name}`))) {
      if (response.headers.get(header) !== value) fail(`${header} is ${response.headers.get(header)}`);
    }
    if (name.endsWith(".js") && !response.headers.get("content-type")?.startsWith("text/javascript")) fail("not a script");
  }
  const page = readFileSync(at("dist/index.html"), "utf8");
  for (const [, address] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
    const response = await fetch(new URL(address, `${origin}/`));
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`the page asks for ${address}, which is not there`);
  }
  const outside = await fetch(`${origin}/..%2fpackage.json`);
  if (outside.status !== 404) throw new Error("a file outside the build was served");
  return files.length + 1;
}
