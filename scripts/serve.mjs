/** Serves a folder on this machine with the final security headers: `node scripts/serve.mjs [--port N] [FOLDER]`. */

import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { securityHeaders } from "./headers.mjs";

const compress = promisify(gzip);

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};
const COMPRESSED = /^(text\/|image\/svg|application\/(json|manifest|wasm))/;

/**
 * Starts a server on the loopback interface.
 *
 * @param {object} options
 * @param {string} options.root folder to serve
 * @param {number} [options.port] 0, the default, takes any free one
 * @param {(pathname: string) => Record<string, string>} [options.headers] security headers of a response
 * @returns {Promise<{ origin: string, close: () => Promise<void> }>}
 */
export async function serve({ root, port = 0, headers = securityHeaders }) {
  const folder = path.resolve(root);
  const compressed = new Map();
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(500, headers("/"));
      response.end(`${error.message}\n`);
    });
  });

  async function answer(request, response) {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const fixed = headers(pathname);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { ...fixed, allow: "GET, HEAD" });
      return response.end();
    }
    const file = await locate(pathname);
    if (!file) {
      response.writeHead(404, { ...fixed, "content-type": "text/plain; charset=utf-8" });
      return response.end("not here\n");
    }
    const type = TYPES[path.extname(file.name)] ?? "application/octet-stream";
    const out = { ...fixed, "content-type": type, "cache-control": cacheFor(pathname) };
    const wantsGzip = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
    if (COMPRESSED.test(type) && wantsGzip) {
      const key = `${file.name} ${file.modified}`;
      if (!compressed.has(key)) compressed.set(key, await compress(await readFile(file.name)));
      const body = compressed.get(key);
      response.writeHead(200, { ...out, "content-encoding": "gzip", "content-length": body.length, vary: "accept-encoding" });
      return response.end(request.method === "HEAD" ? undefined : body);
    }
    response.writeHead(200, { ...out, "content-length": file.size });
    if (request.method === "HEAD") return response.end();
    createReadStream(file.name).on("error", () => response.destroy()).pipe(response);
  }

  async function locate(pathname) {
    let decoded;
    try {
      decoded = decodeURIComponent(pathname);
    } catch {
      return null;
    }
    const name = path.join(folder, decoded.endsWith("/") ? `${decoded}index.html` : decoded);
    if (decoded.includes("\0") || !name.startsWith(folder + path.sep)) return null;
    const found = await stat(name).catch(() => null);
    return found?.isFile() ? { name, size: found.size, modified: found.mtimeMs } : null;
  }

  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(undefined));
  });
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve(undefined));
        server.closeAllConnections();
      }),
  };
}

/** Files whose names carry a hash of their content never change. */
function cacheFor(pathname) {
  return pathname.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2);
  const at = words.indexOf("--port");
  const port = at < 0 ? 8000 : Number(words.splice(at, 2)[1]);
  const { origin } = await serve({ root: words[0] ?? "dist", port });
  console.log(origin);
}
