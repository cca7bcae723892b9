//! The command line: arguments in, reports out, and the exit code that says what the officer has to do.
//!
//! Everything below this module is silent; progress, messages and exit codes are made here alone.

mod args;
mod bundle;
mod inspect;
mod label;
mod plan;
mod progress;
mod sanitise;
mod scan;
mod selftest;
mod session;
mod small;
mod stop;
mod stream;
mod study;
mod verify;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command, RecordCommand};
use session::Session;
use stop::Stop;

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let session = Session::new(cli.shared);
    session.prepare_process();
    match run(cli.command, &session) {
        Ok(code) => ExitCode::from(code),
        Err(stop) => {
            session.error(&stop);
            ExitCode::from(stop.code())
        }
    }
}

fn run(command: Command, session: &Session) -> Result<u8, Stop> {
    match command {
        Command::Init { dir } => small::init(&dir, session),
        Command::Inspect { paths, policy, format } => inspect::run(&paths, &policy, format, session),
        Command::Scan { dir, policy, case, cache, format, explain, tree } => {
            scan::run(&dir, &policy, case.as_deref(), &cache, &scan::View { format, explain: explain.as_deref(), tree }, session)
        }
        Command::Sanitise { paths, out, policy, format } => sanitise::run(&paths, &out, &policy, format, session),
        Command::Label { texts, format } => label::run(&texts, format, session),
        Command::Presets { id, format } => small::presets(id.as_deref(), format, session),
        Command::Completions { shell } => small::completions(shell, session),
        Command::Man => small::man(session),
        Command::Selftest { format } => selftest::run(format, session),
        Command::Plan { dir, out, policy, case, cache } => plan::run(&dir, &out, &policy, case.as_deref(), &cache, session),
        Command::Bundle(args) => bundle::run(&args, session),
        Command::Verify(args) => verify::run(&args, session),
        Command::Record { command: RecordCommand::Verify { record, sources } } => verify::record(&record, &sources, session),
    }
}
