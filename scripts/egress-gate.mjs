/**
 * The release gate behind the promise "nothing leaves this device": no built file may contain a way out. Blocked by the
 * policy or not, it has no business there. `node scripts/egress-gate.mjs [FOLDER]`.
 */

import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { at, script } from "./run.mjs";
import { listFiles } from "./service-worker.mjs";

const WAYS_OUT = {
  fetch: /\bfetch\s*\(/g,
  XMLHttpRequest: /\bXMLHttpRequest\b/g,
  WebSocket: /\bWebSocket(Stream)?\b/g,
  EventSource: /\bEventSource\b/g,
  sendBeacon: /\bsendBeacon\b/g,
  RTCPeerConnection: /\bRTCPeerConnection\b/g,
  WebTransport: /\bWebTransport\b/g,
  "import of an address": /\bimport\s*\(\s*["'`](https?:)?\/\//g,
  "new Image": /\bnew Image\b/g,
  "window.open": /\bwindow\.open\b/g,
  "location =": /\blocation(\.href)?\s*=(?!=)|\blocation\.(assign|replace)\s*\(/g,
  "resource from elsewhere": /(?:src|href|action|ping)\s*=\s*["']?(?:https?:)?\/\/|url\(\s*["']?(?:https?:)?\/\//g,
};

/** What is allowed, where, and why. */
const ALLOWED = [
  { file: /^sw\.js$/, way: "fetch", reason: "the service worker fills its cache from its own origin" },
];

/**
 * @param {string} folder of the build
 * @returns {string[]} one line for each way out that is not allowed
 */
export function findWaysOut(folder) {
  const found = [];
  for (const file of listFiles(folder)) {
    if (!/\.(js|mjs|css|html|svg|json|webmanifest)$/.test(file)) continue;
    const text = readFileSync(path.join(folder, file), "utf8");
    for (const [way, pattern] of Object.entries(WAYS_OUT)) {
      if (ALLOWED.some((entry) => entry.way === way && entry.file.test(file))) continue;
      for (const match of text.matchAll(pattern)) {
        const from = Math.max(0, match.index - 40);
        found.push(`${file}: ${way}: …${text.slice(from, match.index + 60).replace(/\s+/g, " ")}…`);
      }
    }
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await script(async () => {
    const folder = process.argv[2] ?? at("dist");
    const found = findWaysOut(folder);
    if (found.length === 0) {
      console.log(`egress gate: ${listFiles(folder).length} files, no way out`);
      return 0;
    }
    console.error(`egress gate: ${found.length} ways out of the page:\n${found.join("\n")}`);
    return 1;
  });
}
