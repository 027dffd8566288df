/** Small helpers shared by the scripts: where things are, and running commands. */

import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
export const onCi = /^(1|true)$/i.test(process.env.CI ?? "");

/** What is missing and how to get it; shown without a stack. */
export class Missing extends Error {}

/** @param {string} name a path from the project's root */
export const at = (...name) => path.join(ROOT, ...name);

/** @param {string} line */
export const say = (line) => console.log(`• ${line}`);

/** Rust's tools are found even where the shell's profile was not read after their installation. */
const cargoBin = path.join(process.env.CARGO_HOME ?? path.join(os.homedir(), ".cargo"), "bin");
if (existsSync(cargoBin) && !(process.env.PATH ?? "").split(path.delimiter).includes(cargoBin)) {
  process.env.PATH = `${process.env.PATH ?? ""}${path.delimiter}${cargoBin}`;
}

const onWindows = process.platform === "win32";

/** Commands that {@link run} has started and that have not ended. */
const running = new Set();

/**
 * Runs a command with its output shown.
 *
 * @param {string} command
 * @param {string[]} [words]
 * @param {{ env?: Record<string, string>, cwd?: string }} [options]
 * @returns {Promise<void>} rejects when it fails
 */
export function run(command, words = [], { env = {}, cwd = ROOT } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      cwd,
      env: { ...process.env, ...env },
      stdio: "inherit",
      shell: onWindows && command === "npm",
    });
    running.add(child);
    child.once("error", (error) => {
      running.delete(child);
      reject(new Missing(`${command} could not be started: ${error.message}`));
    });
    child.once("exit", (code, signal) => {
      running.delete(child);
      if (code === 0) resolve();
      else reject(new Error(`${command} ${words.join(" ")} ended with ${signal ?? code}`));
    });
  });
}

/** How long a program has to end by itself before it is ended. */
const GRACE_MS = 5000;

/**
 * The end of everything, in milliseconds since 1970: `TILLCAST_DEADLINE` (seconds since 1970) where it is set, else never.
 */
export const deadline = process.env.TILLCAST_DEADLINE ? Number(process.env.TILLCAST_DEADLINE) * 1000 : Number.POSITIVE_INFINITY;

/**
 * Does some work and ends it, with all the programs that it started, when it takes too long: a program that hangs fails
 * its step, not the whole run. Never goes beyond {@link deadline}.
 *
 * @template T
 * @param {number} seconds
 * @param {string} what for the message
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function within(seconds, what, work) {
  const limit = Math.min(seconds, (deadline - Date.now()) / 1000);
  if (limit <= 0) throw new Error(`${what}: no time was left`);
  let timer;
  let expired = null;
  const expiry = new Promise((_, reject) => {
    timer = setTimeout(() => {
      expired = new Error(`${what} took longer than ${Math.round(limit)} s and was ended`);
      endRunning().finally(() => reject(expired));
    }, limit * 1000);
  });
  // Of two that fail, the one that is waited for speaks.
  expiry.catch(() => {});
  try {
    return await Promise.race([work(), expiry]);
  } catch (error) {
    if (expired) await expiry;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Ends what {@link run} has started and all that this has started in turn (browsers leave their parent's group). */
async function endRunning() {
  if (onWindows) {
    for (const { pid } of running) spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"]);
    return;
  }
  const family = new Set(descendants([...running].map((child) => child.pid)));
  const signal = (name) => {
    for (const pid of family) {
      try {
        process.kill(pid, name);
      } catch {
        family.delete(pid); // It has ended.
      }
    }
  };
  signal("SIGTERM");
  const end = Date.now() + GRACE_MS;
  while (family.size > 0 && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    signal(0);
  }
  signal("SIGKILL");
}

/** @param {(number | undefined)[]} pids @returns {number[]} these and all below them */
function descendants(pids) {
  const { text } = ask("ps", ["-A", "-o", "pid=,ppid="]);
  const pairs = text.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const found = new Set(pids.filter((pid) => pid !== undefined));
  // A parent is met before its children here, as a set is walked in the order of insertion, while it grows.
  for (const parent of found) for (const [pid, of] of pairs) if (of === parent) found.add(pid);
  return [...found];
}

/**
 * @param {string} command
 * @param {string[]} words
 * @returns {{ ok: boolean, text: string }} its standard output, trimmed
 */
export function ask(command, words) {
  const { status, stdout } = spawnSync(command, words, { cwd: ROOT, encoding: "utf8", shell: onWindows && command === "npm" });
  return { ok: status === 0, text: (stdout ?? "").trim() };
}

/** @param {string} tool a Node program of an installed package, e.g. `vite/bin/vite.js` */
export const nodeTool = (tool, ...words) => run(process.execPath, [at("node_modules", tool), ...words]);

/**
 * Runs a script's main function; a missing prerequisite is told in plain words.
 *
 * @param {() => Promise<number | void>} main
 */
export async function script(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(error instanceof Missing ? `\n${error.message}\n` : error);
    process.exitCode = 1;
  }
}
