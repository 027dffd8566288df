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
    child.once("error", (error) => reject(new Missing(`${command} could not be started: ${error.message}`)));
    child.once("exit", (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${command} ${words.join(" ")} ended with ${signal ?? code}`)),
    );
  });
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
