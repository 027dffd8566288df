/**
 * `npm run coverage [-- FOLDER]`: runs the Rust tests with counters and prints which share of the lines of each file of
 * a folder, by default `src/ingest`, they ran; lines of the tests themselves do not count. `--missed` lists the lines that no
 * test ran. Words behind a second `--` go to `cargo test`, to run some of the tests only.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";

import { ask, at, Missing, run, script } from "./run.mjs";
import { ensureRust } from "./setup.mjs";

const GOAL = 95;
const percent = (part, whole) => ((100 * part) / whole).toFixed(1).padStart(5);

await script(async () => {
  if (process.platform === "win32") throw new Missing("Coverage is measured on Linux and macOS only.");
  await ensureRust();
  const given = process.argv.slice(2);
  const split = given.includes("--") ? given.indexOf("--") : given.length;
  const words = given.slice(0, split);
  const tests = given.slice(split + 1);
  const folder = words.find((word) => !word.startsWith("-")) ?? "src/ingest";
  const tools = await llvmTools();
  const profiles = at("target/coverage");
  rmSync(profiles, { recursive: true, force: true });
  mkdirSync(profiles, { recursive: true });
  const env = { RUSTC_WORKSPACE_WRAPPER: at("scripts/instrument.sh"), LLVM_PROFILE_FILE: path.join(profiles, "%p-%m.profraw") };
  await run("cargo", ["test", "--locked", "--no-fail-fast", ...tests], { env });

  const built = listen("cargo", ["test", "--locked", "--no-run", "--message-format=json", ...tests], env);
  const messages = built.split("\n").filter((line) => line.startsWith("{"));
  const programs = new Set(messages.map((line) => JSON.parse(line).executable).filter(Boolean));
  const merged = path.join(profiles, "all.profdata");
  const counts = readdirSync(profiles).map((name) => path.join(profiles, name));
  await run(path.join(tools, "llvm-profdata"), ["merge", "-sparse", ...counts, "-o", merged]);
  const [first, ...others] = programs;
  if (!first) throw new Error("no test was built");
  const objects = [first, ...others.flatMap((name) => ["-object", name])];
  const lcov = listen(path.join(tools, "llvm-cov"), ["export", "-format=lcov", `-instr-profile=${merged}`, ...objects, "-sources", at(folder)]);
  report(folder, lcov, words.includes("--missed"));
});

/** What a command prints. */
function listen(command, words, env = {}) {
  const { status, stdout } = spawnSync(command, words, { cwd: at(), env: { ...process.env, ...env }, maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) throw new Error(`${command} failed`);
  return stdout.toString();
}

/** Prints each file's share and that of all. */
function report(folder, lcov, missed) {
  let [all, ran] = [0, 0];
  for (const record of lcov.split("end_of_record").filter((text) => text.includes("SF:"))) {
    const file = /SF:(.*)/.exec(record)[1];
    const source = readFileSync(file, "utf8").split("\n");
    const tests = source.findIndex((line) => line.startsWith("#[cfg(test)]"));
    const end = tests < 0 ? source.length : tests;
    const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gm)].map(([, line, count]) => [Number(line), Number(count)]).filter(([line]) => line <= end);
    if (lines.length === 0) continue;
    const own = lines.filter(([, count]) => count > 0).length;
    [all, ran] = [all + lines.length, ran + own];
    console.log(`${percent(own, lines.length)} % of ${String(lines.length).padStart(4)}  ${path.relative(at(), file)}`);
    if (!missed) continue;
    for (const [line] of lines.filter(([, count]) => count === 0)) console.log(`        ${line}: ${source[line - 1].trim()}`);
  }
  console.log(`${folder} line coverage ${percent(ran, all).trim()} % of ${all} lines, goal ${GOAL} %`);
}

/** Where rustup keeps LLVM's own tools, which must be of the compiler's version. */
async function llvmTools() {
  const sysroot = ask("rustc", ["--print", "sysroot"]).text;
  const host = /host: (.*)/.exec(ask("rustc", ["-vV"]).text)[1];
  const folder = path.join(sysroot, "lib/rustlib", host, "bin");
  if (!existsSync(path.join(folder, "llvm-cov"))) await run("rustup", ["component", "add", "llvm-tools"]);
  if (!existsSync(path.join(folder, "llvm-cov"))) throw new Missing("LLVM's tools are missing: `rustup component add llvm-tools`.");
  return folder;
}
