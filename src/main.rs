//! The `tillcast` command.

fn main() -> std::process::ExitCode {
    tillcast::cli::main()
}
