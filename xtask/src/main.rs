//! Builds the browser's half of the crate: `cargo run -p xtask -- web [--dev]`.
//!
//! Rust → wasm (cargo) → bindings (wasm-bindgen) → smaller and faster wasm (wasm-opt of the npm package binaryen) →
//! `www/generated/`: `tillcast.js` and `tillcast.d.ts`, the bindings, and `wasm-bytes.js`, the wasm itself, taken apart
//! ([`split`]), as base64 of LZMA; `.tillcast.wasm` is what that must give again. A page that may connect nowhere
//! (`connect-src 'none'`) cannot fetch a .wasm file, but it can import a script.
//! `workbooks.js` and `workbooks-bytes.js` are a second module, which the page loads when a workbook is opened, `inside.js`
//! and `inside-bytes.js` a third, for who asks how a forecast was made.

mod split;

use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use base64::Engine;
use lzma_rust2::{LzmaOptions, LzmaWriter};
use wasm_bindgen_cli_support::Bindgen;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Memory that unpacking looks back in; a module is smaller.
const DICTIONARY_BYTES: u32 = 4 << 20;

const TARGET: &str = "wasm32-unknown-unknown";

/// What rustc may emit for this target; named because wasm-opt cannot tell once the feature section is gone.
const WASM_FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// A module of the page: the crate that it is made of, and the names of its bindings and its bytes.
struct Module {
    package: &'static str,
    name: &'static str,
    bytes: &'static str,
}

const MODULES: [Module; 3] = [
    Module { package: "tillcast-web", name: "tillcast", bytes: "wasm-bytes" },
    Module { package: "tillcast-workbooks", name: "workbooks", bytes: "workbooks-bytes" },
    Module { package: "tillcast-inside", name: "inside", bytes: "inside-bytes" },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["web"] => web(Mode::Release),
        ["web", "--dev"] => web(Mode::Dev),
        _ => {
            eprintln!("usage: cargo run -p xtask -- web [--dev]");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// What is shipped: link-time optimisation and wasm-opt, minutes.
    Release,
    /// For trying things out: seconds after the first time.
    Dev,
}

fn web(mode: Mode) -> Outcome<()> {
    // Of this run, not of the build: checkouts that share a target folder share this program.
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).ok_or("run it by `cargo run -p xtask`")?;
    let root = manifest.parent().ok_or("xtask stands in no workspace")?;
    MODULES.iter().try_for_each(|module| make(root, mode, module))
}

fn make(root: &Path, mode: Mode, module: &Module) -> Outcome<()> {
    let compiled = compile(root, mode, module.package)?;
    let generated = root.join("www/generated");
    fs::create_dir_all(&generated)?;

    // What is made depends on what was compiled and on this program.
    let made_of = fingerprint(&fs::read(&compiled)?);
    let made_by = fingerprint(concat!(include_str!("main.rs"), include_str!("split.rs")).as_bytes());
    let stamp = format!("{} {made_of:016x} {made_by:016x}\n", mode as u8);
    let Module { name, bytes, .. } = *module;
    let stamp_file = generated.join(format!(".{name}.stamp"));
    if fs::read_to_string(&stamp_file).is_ok_and(|before| before == stamp) {
        println!("www/generated/{name}.js is up to date");
        return Ok(());
    }

    let scratch = compiled.with_file_name(format!("{name}-bindings"));
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    Bindgen::new()
        .input_path(&compiled)
        .out_name(name)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(true)
        .keep_debug(false)
        .remove_name_section(mode == Mode::Release)
        .remove_producers_section(true)
        .generate(&scratch)
        .map_err(|error| format!("wasm-bindgen: {error:#}"))?;

    let bound = scratch.join(format!("{name}_bg.wasm"));
    let wasm = match mode {
        Mode::Release => optimise(root, &bound)?,
        Mode::Dev => fs::read(&bound)?,
    };
    for file in [format!("{name}.js"), format!("{name}.d.ts")] {
        fs::copy(scratch.join(&file), generated.join(&file))?;
    }
    let chunk = script_chunk(&split::split(&wasm)?)?;
    fs::write(generated.join(format!(".{name}.wasm")), &wasm)?;
    fs::write(generated.join(format!("{bytes}.js")), &chunk)?;
    fs::write(
        generated.join(format!("{bytes}.d.ts")),
        "/** The wasm module: base64 of LZMA of what `rejoin` puts together. */\ndeclare const bytes: string;\nexport default bytes;\n",
    )?;
    // Last, so that an interrupted run is not taken for a finished one.
    fs::write(&stamp_file, stamp)?;
    println!("www/generated/{name}.js: wasm {} KB, as script {} KB", wasm.len() / 1000, chunk.len() / 1000);
    Ok(())
}

/// Compiles a crate with bindings as a wasm module and returns its path. It declares no cdylib, so that native builds do
/// not link one.
fn compile(root: &Path, mode: Mode, package: &str) -> Outcome<PathBuf> {
    let profile = match mode {
        Mode::Release => "web",
        Mode::Dev => "web-dev",
    };
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root).args(["rustc", "--locked", "--package", package, "--lib", "--crate-type", "cdylib"]);
    cargo.args(["--target", TARGET, "--profile", profile]);
    if mode == Mode::Dev {
        cargo.args(["--config", "profile.web-dev.inherits='dev'", "--config", "profile.web-dev.opt-level=2"]);
    }
    // With --target these reach the module only: build scripts and macros are compiled for the host, without simd128.
    // Crates' places on this machine are no part of what is shipped, and two machines make the same bytes.
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
        .ok_or("neither CARGO_HOME nor a home directory is known")?;
    let remap = format!("--remap-path-prefix={}=cargo", home.display());
    cargo
        .env("CARGO_ENCODED_RUSTFLAGS", ["-C", "target-feature=+simd128", &remap].join("\u{1f}"))
        .env_remove("RUSTFLAGS");
    run(&mut cargo)?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |set| root.join(set));
    Ok(target.join(TARGET).join(profile).join(format!("{}.wasm", package.replace('-', "_"))))
}

fn optimise(root: &Path, bound: &Path) -> Outcome<Vec<u8>> {
    let tool = root.join("node_modules/binaryen/bin/wasm-opt");
    if !tool.exists() {
        return Err("wasm-opt is missing: run `npm ci` first (or build with --dev, which does without)".into());
    }
    let smaller = bound.with_file_name("optimised.wasm");
    let mut wasm_opt = Command::new("node");
    wasm_opt.arg(tool).args(["-O3", "--converge"]).args(WASM_FEATURES).arg(bound).arg("-o").arg(&smaller);
    run(&mut wasm_opt)?;
    Ok(fs::read(smaller)?)
}

fn script_chunk(bytes: &[u8]) -> Outcome<String> {
    let mut options = LzmaOptions::with_preset(9);
    // What is farther back than the whole is never met; instructions have no alignment.
    (options.dict_size, options.pb) = (DICTIONARY_BYTES, 0);
    options.nice_len = LzmaOptions::NICE_LEN_MAX;
    let mut writer = LzmaWriter::new_use_header(Vec::new(), &options, Some(bytes.len() as u64))?;
    writer.write_all(bytes)?;
    let packed = writer.finish()?;
    let text = base64::engine::general_purpose::STANDARD.encode(packed);
    Ok(format!("export default \"{text}\";\n"))
}

fn run(command: &mut Command) -> Outcome<()> {
    let status = command.status().map_err(|error| {
        let name = command.get_program().to_string_lossy();
        format!("{name} could not be started: {error}")
    })?;
    if !status.success() {
        let words: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
        return Err(format!("{} {} failed", command.get_program().to_string_lossy(), words.join(" ")).into());
    }
    Ok(())
}

/// FNV-1a: tells a changed module from an unchanged one, nothing more.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
