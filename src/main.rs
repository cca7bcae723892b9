//! The `cleardraft` command: parse, run, return the exit code.

fn main() -> std::process::ExitCode {
    cleardraft::cli::main()
}
