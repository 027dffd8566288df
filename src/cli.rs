//! The command: inspect, panel, forecast, backtest, models, sample.

/// Runs the command with the process's arguments.
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
