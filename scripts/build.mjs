/**
 * Builds wasm and page when a source is newer than the build: `npm run build [-- --dev]`.
 * `--dev` leaves out link-time optimisation and wasm-opt: seconds instead of minutes, slower to run.
 */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { at, nodeTool, ROOT, run, say, script } from "./run.mjs";
import { checkNode, ensureLinker, ensurePackages, ensureRust } from "./setup.mjs";

const WASM_SOURCES = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "src", "inside", "kernels", "web", "workbooks", "xtask"];
const PAGE_SOURCES = ["index.html", "www", "vite.config.js", "scripts/service-worker.mjs", "tsconfig.json", "package-lock.json"];
const STAMP = at("www/generated/.built.json");

/**
 * Builds wasm and page, each when it is older than its sources.
 *
 * @param {{ dev?: boolean }} [options] `dev` makes the quick wasm, and is content with either
 */
export async function build({ dev = false } = {}) {
  await buildWasm({ dev });
  const page = `${readStamp().wasm} ${fingerprint(PAGE_SOURCES)}`;
  if (readStamp().page === page && existsSync(at("dist/index.html"))) return;
  say("page");
  await nodeTool("vite/bin/vite.js", "build", "--logLevel", "warn");
  writeStamp({ page });
}

/** @param {{ dev?: boolean }} [options] as of {@link build} */
export async function buildWasm({ dev = false } = {}) {
  checkNode();
  await ensurePackages();
  const sources = fingerprint(WASM_SOURCES);
  const fresh = (dev ? ["dev", "release"] : ["release"]).map((mode) => `${mode} ${sources}`);
  if (fresh.includes(readStamp().wasm) && ["workbooks", "inside"].every((name) => existsSync(at(`www/generated/${name}-bytes.js`)))) return;
  await ensureRust();
  await ensureLinker();
  say(dev ? "wasm, quick build" : "wasm, optimised build: some minutes the first time");
  await run("cargo", ["run", "--quiet", "--locked", "-p", "xtask", "--", "web", ...(dev ? ["--dev"] : [])]);
  writeStamp({ wasm: `${dev ? "dev" : "release"} ${sources}` });
}

const readStamp = () => (existsSync(STAMP) ? JSON.parse(readFileSync(STAMP, "utf8")) : {});
const writeStamp = (news) => writeFileSync(STAMP, JSON.stringify({ ...readStamp(), ...news }));

/** Of content, not of times: a fresh checkout has new times and an old build. */
function fingerprint(names) {
  const hash = createHash("sha256");
  const visit = (name) => {
    const full = at(name);
    if (!existsSync(full) || name === path.join("www", "generated")) return;
    if (statSync(full).isDirectory()) readdirSync(full).sort().forEach((entry) => visit(path.join(name, entry)));
    else hash.update(`${path.relative(ROOT, full)}\0`).update(readFileSync(full)).update("\0");
  };
  names.forEach((name) => visit(path.normalize(name)));
  return hash.digest("hex");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await script(() => build({ dev: process.argv.includes("--dev") }));
}
