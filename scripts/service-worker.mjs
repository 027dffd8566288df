/** A Vite plugin that writes `dist/sw.js`: the service worker with the exact list of the build's files and their hashes. */

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** @param {string} source the service worker without its list */
export function serviceWorker(source) {
  let folder = "dist";
  return {
    name: "tillcast-service-worker",
    apply: "build",
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      const files = listFiles(folder)
        .filter((name) => name !== "sw.js")
        .map((name) => ({ path: name, integrity: integrity(readFileSync(path.join(folder, name))) }));
      const list = JSON.stringify(files, null, 2);
      const version = createHash("sha256").update(list).digest("hex").slice(0, 16);
      const script = readFileSync(source, "utf8").replace('"__FILES__"', () => list).replace("__VERSION__", version);
      writeFileSync(path.join(folder, "sw.js"), script);
    },
  };
}

/**
 * @param {string} folder
 * @returns {string[]} every file below it, sorted, with forward slashes
 */
export function listFiles(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)).split(path.sep).join("/"))
    .sort();
}

function integrity(bytes) {
  return `sha256-${createHash("sha256").update(bytes).digest("base64")}`;
}
