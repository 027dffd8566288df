/**
 * Gets what the project needs and is not there yet; each step does nothing when there is nothing to do. What it cannot
 * get by itself, it names, with the command that gets it.
 */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { ask, at, Missing, run, say } from "./run.mjs";

const WASM_TARGET = "wasm32-unknown-unknown";

/** Vite's own floor. */
export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Missing(`Node ${process.versions.node} is too old: 20.19 or newer is needed, from https://nodejs.org.`);
}

/**
 * Installs the npm packages of the lock file when they are missing or of another lock file.
 *
 * @param {string} [folder] where package.json stands
 */
export async function ensurePackages(folder = at()) {
  const lock = path.join(folder, "package-lock.json");
  const stamp = path.join(folder, "node_modules", ".lock-hash");
  const hash = createHash("sha256").update(readFileSync(lock)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  say("npm packages (npm ci)");
  try {
    await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  } catch (error) {
    throw new Missing(
      `The npm packages could not be installed (${error.message}). They come once from the npm registry: check the network ` +
        "or the proxy settings of npm, then run the same command again.",
    );
  }
  writeFileSync(stamp, hash);
}

/** Checks for Rust and its wasm target; with rustup, gets the pinned toolchain and the target. */
export async function ensureRust() {
  if (!ask("cargo", ["--version"]).ok && !ask("rustup", ["--version"]).ok) {
    throw new Missing(
      "Rust is missing. Install it from https://rustup.rs (Linux and macOS: " +
        "`curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh`), then run the same command again; " +
        "the right version and its wasm target are added by themselves.",
    );
  }
  const libraries = () => {
    const { ok, text } = ask("rustc", ["--print", "target-libdir", "--target", WASM_TARGET]);
    return ok && existsSync(text) && readdirSync(text).some((name) => name.startsWith("libcore"));
  };
  if (libraries() && ask("cargo", ["fmt", "--version"]).ok && ask("cargo", ["clippy", "--version"]).ok) return;
  if (!ask("rustup", ["--version"]).ok) {
    throw new Missing(
      `This Rust has no ${WASM_TARGET} target (or no rustfmt and clippy) and was not installed by rustup. Install Rust ` +
        "from https://rustup.rs, or add these through the package manager that it came from.",
    );
  }
  say(`Rust ${pinnedRust()} with ${WASM_TARGET} (rustup)`);
  try {
    await run("rustup", ["toolchain", "install", pinnedRust(), "--profile", "minimal"]);
    await run("rustup", ["component", "add", "--toolchain", pinnedRust(), "rustfmt", "clippy"]);
    await run("rustup", ["target", "add", "--toolchain", pinnedRust(), WASM_TARGET]);
  } catch (error) {
    throw new Missing(`rustup could not get Rust ${pinnedRust()} (${error.message}): is there a network?`);
  }
}

function pinnedRust() {
  return /channel = "([^"]+)"/.exec(readFileSync(at("rust-toolchain.toml"), "utf8"))?.[1] ?? "stable";
}

/** Native builds link through the system's C compiler driver. */
export async function ensureLinker() {
  if (process.platform === "win32" || ["cc", "gcc", "clang"].some((name) => ask(name, ["--version"]).ok)) return;
  if (process.platform === "darwin") throw new Missing("The linker is missing: run `xcode-select --install`.");
  await aptInstall(["build-essential"], "A C linker (cc) is missing");
}

const CHROMIUM = {
  linux: [
    ...["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge"].map((n) => `/usr/bin/${n}`),
    "/snap/bin/chromium",
  ],
  darwin: ["Google Chrome", "Chromium", "Microsoft Edge"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`),
  win32: [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA].flatMap((base) =>
    base ? [`${base}\\Google\\Chrome\\Application\\chrome.exe`, `${base}\\Microsoft\\Edge\\Application\\msedge.exe`] : [],
  ),
};

/** @returns {string | undefined} the path of a Chromium or Chrome of this machine */
export function findChromium() {
  const named = process.env.TILLCAST_CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    throw new Missing(`TILLCAST_CHROMIUM names ${named}, which is not there.`);
  }
  return (CHROMIUM[process.platform] ?? []).find((name) => existsSync(name));
}

/** @returns {Promise<string>} the path of a Chromium, installed now where that is allowed */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  await aptInstall(["chromium"], "No Chromium or Chrome was found (TILLCAST_CHROMIUM may name one)");
  const installed = findChromium();
  if (!installed) throw new Missing("Chromium was installed, but not where it was expected: name it in TILLCAST_CHROMIUM.");
  return installed;
}

/**
 * Kernel parity runs on Mesa's software Vulkan where there is no GPU.
 *
 * @returns {Promise<string | null>} null when a driver is there, else what is missing
 */
export async function ensureVulkan() {
  if (process.platform !== "linux") return null;
  const drivers = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"].flatMap((dir) => (existsSync(dir) ? readdirSync(dir) : []));
  if (drivers.length > 0) return null;
  try {
    await aptInstall(["mesa-vulkan-drivers", "libvulkan1"], "No Vulkan driver was found");
    return null;
  } catch (error) {
    if (error instanceof Missing) return error.message;
    throw error;
  }
}

/** Installs Debian packages when this may be done without asking for a password. */
async function aptInstall(packages, cause) {
  const byHand = `${cause}. Get it with \`sudo apt-get install ${packages.join(" ")}\` or this system's own package manager.`;
  if (!ask("apt-get", ["--version"]).ok) throw new Missing(byHand);
  const root = process.getuid?.() === 0;
  if (!root && !ask("sudo", ["-n", "true"]).ok) throw new Missing(byHand);
  const apt = (...words) =>
    run(root ? "apt-get" : "sudo", root ? words : ["-n", "apt-get", ...words], { env: { DEBIAN_FRONTEND: "noninteractive" } });
  say(`${packages.join(", ")} (apt-get install)`);
  try {
    await apt("-qq", "update");
    await apt("-qq", "install", "-y", "--no-install-recommends", ...packages);
  } catch (error) {
    throw new Missing(`${byHand} (${error.message})`);
  }
}
