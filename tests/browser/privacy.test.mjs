/**
 * The promise "everything stays on this device", from outside: a real browser, the production headers, and a second
 * origin that must hear nothing. The control shows that this test would see a leak.
 */

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";

import { at } from "../../scripts/run.mjs";
import { listFiles } from "../../scripts/service-worker.mjs";
import { attackFromPage, attackFromWorker, startCanary } from "./canary.mjs";
import { launch, part, reach, serveBuild, until, visit } from "./harness.mjs";
import { setStage } from "./stage.mjs";

/** A hit is one arrival at the canary; the control must see at least so many different ones. */
const CONTROL_HITS = 20;
/** A forecast that never comes fails its test rather than the run. */
const LIMIT = { timeout: 240_000 };
const MARKER = "Zitronenpresse-4711";

const stage = setStage();

/** Sample shop (or a file), forecast, download; returns the downloaded text. */
async function journey(page, file) {
  if (file) await page.locator("input[type=file]").first().setInputFiles(file);
  else await page.locator(part("sample")).first().click();
  await reach(page, ["done"]);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(part("export")).first().click()]);
  return readFile(await download.path(), "utf8");
}

/** Two years of daily order lines with a word that must never be seen on a wire. */
function markedFile() {
  const rows = ["date,product,quantity"];
  for (let day = 0; day < 400; day += 1) {
    const date = new Date(Date.UTC(2023, 0, 1 + day)).toISOString().slice(0, 10);
    rows.push(`${date},${MARKER},${3 + ((day * 7) % 5)}`, `${date},Teekanne,${1 + (day % 7)}`);
  }
  return { name: `${MARKER}.csv`, mimeType: "text/csv", buffer: Buffer.from(`${rows.join("\n")}\n`) };
}

/** Nothing was asked of anybody but this server, and there only files of the build. */
async function assertStayedHome(visited) {
  const own = new Set(["", ...listFiles(at("dist"))].map((name) => `${stage.server.origin}/${name}`));
  const strangers = visited.finished.filter((url) => /^https?:/.test(url) && !own.has(url.replace(/[?#].*$/, "")));
  assert.deepEqual(strangers, [], "requests for something that is not a file of the build");
  assert.deepEqual(visited.failed, [], "requests that were tried and failed");
  assert.deepEqual(await visited.violations(), [], "violations of the policy");
  assert.deepEqual(visited.errors, [], "uncaught errors");
}

test("the sample journey asks for nothing but the page's own files and violates no policy", LIMIT, async () => {
  const visited = await visit(stage.browser, `${stage.server.origin}/?device=cpu`);
  const csv = await journey(visited.page);
  assert.match(csv, /^\uFEFF?product,date,/);
  assert.ok(csv.trim().split("\n").length > 100, "the download has a row for each product and day");
  await assertStayedHome(visited);
  await visited.close();
});

test("the journey passes with the network switched off after load, and so does opening the page again", LIMIT, async () => {
  const visited = await visit(stage.browser, `${stage.server.origin}/?device=cpu`);
  await until(
    () => visited.page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.active)),
    "the service worker",
  );
  await visited.context.setOffline(true);
  assert.match(await journey(visited.page), /^\uFEFF?product,date,/);
  await visited.page.reload();
  await visited.page.locator(part("sample")).first().waitFor({ state: "visible" });
  assert.match(await journey(visited.page), /^\uFEFF?product,date,/);
  assert.deepEqual(visited.errors, []);
  await visited.close();
});

test("no byte of a file is in the browser's own network log", LIMIT, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "tillcast-netlog-"));
  const log = path.join(folder, "net.json");
  const logged = await launch({
    args: [
      `--log-net-log=${log}`,
      "--net-log-capture-mode=Everything",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
  try {
    const visited = await visit(logged, `${stage.server.origin}/?device=cpu`);
    assert.ok((await journey(visited.page, markedFile())).includes(MARKER), "the journey really used the file");
    await assertStayedHome(visited);
    await visited.close();
  } finally {
    await logged.close();
  }
  const text = await readFile(log, "utf8");
  await rm(folder, { recursive: true });
  assert.ok(text.includes(stage.server.origin), "the log holds this visit");
  assert.ok(!text.includes(MARKER), "the file's content is in the network log");
  assert.ok(!text.includes(Buffer.from(MARKER).toString("base64").slice(0, 20)), "… nor in base64");
});

test("what a hostile script tries is stopped by the policy, and would be seen without it", LIMIT, async () => {
  const attack = async (address, canary) => {
    const visited = await visit(stage.browser, address);
    const workers = await until(() => visited.page.workers().length > 0 && visited.page.workers(), "the page's worker");
    await workers[0].evaluate(attackFromWorker, canary.origin);
    const tried = await visited.page.evaluate(attackFromPage, canary.origin);
    const violations = await visited.page.evaluate("__violations.length").catch(() => 0);
    await visited.close();
    return { tried, violations };
  };

  const canary = await startCanary();
  const open = await serveBuild({ headers: () => ({}) });
  try {
    await attack(`${open.origin}/?device=cpu`, canary);
    const seen = new Set(canary.hits);
    assert.ok(seen.size >= CONTROL_HITS, `the control saw only ${seen.size} ways: ${[...seen].join(", ")}`);
    assert.ok([...seen].some((hit) => hit.includes("worker-fetch")), "the control sees a worker's request");

    canary.hits.length = 0;
    const { violations } = await attack(`${stage.server.origin}/?device=cpu`, canary);
    assert.deepEqual(canary.hits, [], "arrived in spite of the policy");
    assert.ok(violations >= CONTROL_HITS, `only ${violations} violations were reported`);
  } finally {
    await open.close();
    await canary.close();
  }
});
