/*
 * Makes the page work without a network after the first visit. It alone may connect, to its own origin, once: it fetches
 * the files of this build (their list, with hashes, is written in by the build) and from then on answers from its cache.
 */
const VERSION = "__VERSION__";
/** @type {{ path: string, integrity: string }[]} */
const FILES = "__FILES__";

const CACHE = `tillcast-${VERSION}`;
const scope = new URL("./", self.location.href);
const known = new Set(FILES.map((file) => new URL(file.path, scope).href));

self.addEventListener("install", (event) => event.waitUntil(fill()));

async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all(
    FILES.map(async ({ path, integrity }) => {
      const url = new URL(path, scope).href;
      // Unchanged files come from the browser's own cache; the hash refuses a mixture of two releases.
      const response = await fetch(url, { integrity, credentials: "omit" });
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      await cache.put(url, response);
    }),
  );
}

// A new version waits until every tab of the old one is closed: no tab ever sees chunks of two builds.
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith("tillcast-") && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== scope.origin) return;
  url.search = "";
  url.hash = "";
  if (url.href === scope.href) url.pathname += "index.html";
  // What this build does not know (other pages of the same origin) is left to the browser.
  if (!known.has(url.href)) return;
  event.respondWith(stored(event.request, url.href));
});

async function stored(request, address) {
  const cache = await caches.open(CACHE);
  return (await cache.match(address)) ?? fetch(request);
}
