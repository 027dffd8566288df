/** The checks that guard a release are shown a bad build once: a gate that cannot close is none. */

import assert from "node:assert/strict";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";

import { findWaysOut } from "../../scripts/egress-gate.mjs";
import { securityHeaders } from "../../scripts/headers.mjs";
import { at } from "../../scripts/run.mjs";
import { serve } from "../../scripts/serve.mjs";

test("the egress gate finds each way out in a build that has them, and none in ours", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "tillcast-gate-"));
  const ways = [
    'fetch("/x")',
    "new XMLHttpRequest",
    'new WebSocket("wss://x")',
    'new EventSource("/x")',
    'navigator.sendBeacon("/x")',
    "new RTCPeerConnection",
    'new WebTransport("https://x")',
    'import("https://x/y.js")',
    "new Image",
    'window.open("/x")',
    'location = "/x"',
    'location.href="/x"',
    'location.replace("/x")',
  ];
  await mkdir(path.join(folder, "assets"));
  for (const [at, way] of ways.entries()) await writeFile(path.join(folder, "assets", `${at}.js`), `${way};\n`);
  await writeFile(path.join(folder, "sw.js"), 'fetch("/own");\n');
  await writeFile(path.join(folder, "index.html"), '<img src="https://elsewhere.example/pixel.png">\n');
  await writeFile(path.join(folder, "fine.js"), "if (location.origin === own) prefetched(1);\n");
  const found = findWaysOut(folder);
  await rm(folder, { recursive: true });
  for (const [at, way] of ways.entries()) {
    assert.ok(found.some((line) => line.startsWith(`assets/${at}.js: `)), `${way} was not found`);
  }
  assert.ok(found.some((line) => line.startsWith("index.html: ")), "a picture from elsewhere was not found");
  assert.ok(!found.some((line) => /^(sw|fine)\.js/.test(line)), found.join("\n"));
  assert.deepEqual(findWaysOut(at("dist")), []);
});

test("every answer carries the policy, and only the service worker may connect", async () => {
  const server = await serve({ root: at("dist") });
  try {
    for (const [name, status] of [["/", 200], ["/tillcast.js", 200], ["/sw.js", 200], ["/nowhere", 404], ["/..%2fCargo.toml", 404]]) {
      const response = await fetch(server.origin + name);
      await response.arrayBuffer();
      assert.equal(response.status, status, name);
      const policy = response.headers.get("content-security-policy") ?? "";
      assert.match(policy, /default-src 'none'/, name);
      assert.match(policy, name === "/sw.js" ? /connect-src 'self'/ : /connect-src 'none'/, name);
      for (const [header, value] of Object.entries(securityHeaders(name))) {
        assert.equal(response.headers.get(header), value, `${name}: ${header}`);
      }
    }
    const posted = await fetch(server.origin, { method: "POST", body: "x" });
    assert.equal(posted.status, 405);
  } finally {
    await server.close();
  }
});
