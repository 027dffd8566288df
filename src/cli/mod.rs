//! The command: `inspect`, `panel`, `forecast`, `backtest`, `models`, `sample`.

mod args;
mod backtest;
mod forecast;
mod future;
mod input;
mod kinds;
mod left_out;
mod output;
mod progress;
mod reason;

use std::process::ExitCode;

use clap::Parser;

use crate::error::{Error, ErrorKind, Result};

/// Exit status when the input or the work failed.
const FAILED: u8 = 1;
/// Exit status when the call was wrong.
const MISUSED: u8 = 2;

/// Runs the command with the process's arguments.
pub fn main() -> ExitCode {
    let call = match args::Call::try_parse() {
        Ok(call) => call,
        Err(error) => error.exit(),
    };
    match run(call) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tillcast: {error}");
            ExitCode::from(if error.kind() == ErrorKind::Usage { MISUSED } else { FAILED })
        }
    }
}

fn run(call: args::Call) -> Result<()> {
    match call.command {
        args::Command::Inspect(inspect) => output::inspect(&inspect),
        args::Command::Panel(panel) => output::panel(&panel),
        args::Command::Forecast(forecast) => forecast::forecast(&forecast),
        args::Command::Backtest(backtest) => backtest::backtest(&backtest),
        args::Command::Models { json } => output::models(json),
        args::Command::Sample(sample) => output::sample(&sample),
    }
}

/// An input or output failure of the system.
fn system(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Error {
    Error::input("file-access", format!("could not {doing} \"{}\": {error}", path.display()))
        .remedy("check the path and its permissions")
}
