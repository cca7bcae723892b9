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

use std::path::{Path, PathBuf};
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
    let (sources, others) = named(&cli.command);
    match session.check_output(&sources, &others).and_then(|()| run(cli.command, &session)) {
        Ok(code) => ExitCode::from(code),
        Err(stop) => {
            session.error(&stop);
            ExitCode::from(stop.code())
        }
    }
}

/// The sources that a call names, and the other files and folders.
fn named(command: &Command) -> (Vec<&Path>, Vec<PathBuf>) {
    let (sources, others): (Vec<&PathBuf>, Vec<Option<&PathBuf>>) = match command {
        Command::Inspect { paths, policy, .. } => (paths.iter().collect(), vec![policy.policy.as_ref()]),
        Command::Scan { dir, policy, case, cache, .. } => (vec![dir], vec![policy.policy.as_ref(), case.as_ref(), cache.cache.as_ref()]),
        Command::Plan { dir, out, policy, case, cache } => {
            (vec![dir], vec![Some(out), policy.policy.as_ref(), case.as_ref(), cache.cache.as_ref()])
        }
        Command::Sanitise { paths, out, policy, .. } => (paths.iter().collect(), vec![Some(out), policy.policy.as_ref()]),
        Command::Bundle(args) => {
            let settings = vec![args.policy.policy.as_ref(), args.case.as_ref(), args.cache.cache.as_ref(), args.plan.as_ref()];
            (vec![&args.dir], [settings, vec![args.sign.as_ref(), Some(&args.out)]].concat())
        }
        Command::Verify(args) => {
            let settings = vec![args.policy.policy.as_ref(), args.trust.as_ref(), args.suppress.as_ref(), args.record.as_ref()];
            (args.sources.iter().collect(), [settings, vec![Some(&args.bundle)]].concat())
        }
        Command::Record { command: RecordCommand::Verify { record, sources } } => (vec![sources], vec![Some(record)]),
        Command::Init { .. }
        | Command::Label { .. }
        | Command::Presets { .. }
        | Command::Selftest { .. }
        | Command::Completions { .. }
        | Command::Man => (Vec::new(), Vec::new()),
    };
    let mut others: Vec<PathBuf> = others.into_iter().flatten().cloned().collect();
    if let Command::Bundle(args) = command {
        others.push(bundle::record_dir(args));
    }
    (sources.into_iter().map(PathBuf::as_path).collect(), others)
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
