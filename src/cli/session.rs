//! What every command shares: where its report goes, how loud it is, how many threads it may use.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::args::{CacheArgs, ColorWhen, PolicyArgs, ReportFormat, Shared, TrackedChoice};
use super::stop::{Stop, shown};
use crate::bundle::{interrupt, outside};
use crate::case::Case;
use crate::pipeline::cache::Cache;
use crate::pipeline::crawl::{self, Source};
use crate::pipeline::pool::Pool;
use crate::policy::{Policy, TrackedChanges};
use crate::report::human::Look;

const WIDTH_DEFAULT: usize = 80;
const WIDTH_MAX: usize = 140;
const WIDTH_MIN: usize = 40;
/// A policy, case or plan of more than this is none.
pub(super) const SETTINGS_BYTES_MAX: u64 = 64 << 20;

/// Extensions of what may be a draft.
pub(super) const DRAFT_EXTENSIONS: &[&str] = &["docx", "docm", "dotx", "dotm", "doc", "dot", "odt", "rtf", "pdf"];

/// One run of the command.
pub(super) struct Session {
    shared: Shared,
}

impl Session {
    pub(super) fn new(shared: Shared) -> Self {
        Self { shared }
    }

    /// Ctrl-C ends the process cleanly; a panic in one document prints where, never what.
    pub(super) fn prepare_process(&self) {
        std::panic::set_hook(Box::new(|info| {
            let place = info.location().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(std::io::stderr(), "cleardraft: internal error at {place}; the document is refused, the others go on");
        }));
        if let Err(error) = interrupt::install(|| {
            let _ = write!(std::io::stderr(), "\r");
        }) {
            self.warn(&format!("Ctrl-C will not be handled: {error}"));
        }
    }

    /// The worker pool.
    pub(super) fn pool(&self) -> Pool {
        Pool { jobs: self.shared.jobs }
    }

    /// Runs something that uses the threads of the process on as many as the call allows.
    pub(super) fn with_pool<R: Send>(&self, work: impl FnOnce() -> R + Send) -> Result<R, Stop> {
        Ok(self.pool().install(work)?)
    }

    /// Whether to draw a progress bar.
    pub(super) fn shows_progress(&self) -> bool {
        !self.shared.no_progress && !self.shared.quiet && std::io::stderr().is_terminal()
    }

    /// How to draw a report.
    pub(super) fn look(&self) -> Look {
        let stdout = self.shared.output.is_none() && std::io::stdout().is_terminal();
        let width = match console::Term::stdout().size_checked() {
            Some((_, columns)) if stdout => usize::from(columns).clamp(WIDTH_MIN, WIDTH_MAX),
            _ => WIDTH_DEFAULT,
        };
        Look { width, colour: self.colour(stdout), verbose: self.shared.verbose }
    }

    fn colour(&self, terminal: bool) -> bool {
        match self.shared.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }

    /// A message on the standard error stream, unless told to be quiet.
    pub(super) fn say(&self, message: &str) {
        if !self.shared.quiet {
            let _ = writeln!(std::io::stderr(), "{message}");
        }
    }

    /// A warning on the standard error stream.
    pub(super) fn warn(&self, message: &str) {
        self.say(&format!("warning: {message}"));
    }

    /// Why the command stops.
    pub(super) fn error(&self, stop: &Stop) {
        let style = console::Style::new().red().bold().force_styling(self.colour(std::io::stderr().is_terminal()));
        let _ = writeln!(std::io::stderr(), "{} {stop}", style.apply_to("error:"));
    }

    /// Delivers the report: to the standard output, or whole to the file of `--output`.
    pub(super) fn publish(&self, report: &[u8]) -> Result<(), Stop> {
        match &self.shared.output {
            Some(path) => write_whole(path, report),
            None => to_stdout(report),
        }
    }

    /// Whether lines may be printed as they become known: no file is waiting for the whole report.
    pub(super) fn streams(&self, format: ReportFormat) -> bool {
        format == ReportFormat::Jsonl && self.shared.output.is_none()
    }

    /// Refuses to write the report into or over what the call reads or writes, over a file that is no report, or where no file can be.
    pub(super) fn check_output(&self, sources: &[&Path], others: &[PathBuf]) -> Result<(), Stop> {
        let Some(path) = &self.shared.output else { return Ok(()) };
        for source in sources {
            outside(source, path)?;
        }
        for other in others {
            if outside(other, path).is_err() {
                let message = format!("the report {} would lie in {} or replace it", shown(path), shown(other));
                return Err(Stop::call(message, "write the report somewhere else"));
            }
        }
        check_file(path)?;
        if std::fs::metadata(path).is_ok_and(|found| found.is_file()) && !may_be_report(path) {
            return Err(Stop::call(format!("{} is there, and no report", shown(path)), "name another file: it may be evidence"));
        }
        Ok(())
    }
}

/// Refuses a target that is a source, lies in a source folder, or holds one, by whatever path or link it is named.
pub(super) fn keep_outside(target: &Path, roots: &[PathBuf]) -> Result<(), Stop> {
    for root in roots {
        outside(root, target)?;
    }
    Ok(())
}

/// Whether a report may stand in a file: plain text, under a name that no draft has.
fn may_be_report(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    let mut start = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(512).read_to_end(&mut start));
    let marks: [&[u8]; 4] = [b"PK\x03\x04", b"%PDF", b"{\\rtf", b"\xd0\xcf\x11\xe0"];
    read.is_ok()
        && !DRAFT_EXTENSIONS.contains(&extension.as_str())
        && !start.contains(&0)
        && !marks.iter().any(|mark| start.starts_with(mark))
}

/// Refuses a target in whose place no file can be.
fn check_file(path: &Path) -> Result<(), Stop> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(Stop::call(format!("{}: the folder does not exist", shown(folder)), "make it first"));
    }
    if path.is_dir() {
        return Err(Stop::call(format!("{}: is a folder", shown(path)), "name a file"));
    }
    Ok(())
}

/// Writes part of a report to the standard output. A reader that has gone away is no failure.
pub(super) fn to_stdout(bytes: &[u8]) -> Result<(), Stop> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Stop::disk(Path::new("standard output"), &error)),
        _ => Ok(()),
    }
}

/// A file of its own in a folder, for those to read whom the process lets read what it makes (`umask`).
pub(super) fn aside(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    builder.prefix(".cleardraft-").tempfile_in(folder)
}

/// Writes a file whole: aside, flushed, then renamed over the target. A link stays a link to the file that is replaced; a device or a
/// pipe is written to, since a rename would put a plain file in its place.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let target = std::fs::canonicalize(path);
    let path = target.as_deref().unwrap_or(path);
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        let written = std::fs::OpenOptions::new().write(true).open(path).and_then(|mut file| file.write_all(bytes));
        return written.map_err(|error| Stop::disk(path, &error));
    }
    check_file(path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let fail = |error: std::io::Error| Stop::disk(path, &error);
    let mut file = aside(folder).map_err(fail)?;
    file.write_all(bytes).map_err(fail)?;
    file.as_file().sync_all().map_err(fail)?;
    file.persist(path).map_err(|error| fail(error.error))?;
    Ok(())
}

/// Reads a file that the call names whole, unless it has more than `most` bytes. A device or a pipe does not say how much it has.
pub(super) fn read_bounded(path: &Path, most: u64, what: &str) -> Result<Vec<u8>, Stop> {
    let fail = |error: std::io::Error| Stop::unreadable(path, &error);
    let file = std::fs::File::open(path).map_err(fail)?;
    let too_large = Err(Stop::call(format!("{}: more than {most} bytes are too many for {what}", shown(path)), "name the right file"));
    let size = file.metadata().map_err(fail)?.len();
    if size > most {
        return too_large;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default().saturating_add(1));
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() as u64 > most { too_large } else { Ok(bytes) }
}

/// Reads a settings file that the call names.
pub(super) fn settings_text(path: &Path) -> Result<String, Stop> {
    let bytes = read_bounded(path, SETTINGS_BYTES_MAX, "a settings file")?;
    String::from_utf8(bytes).map_err(|_| Stop::call(format!("{}: is not UTF-8 text", shown(path)), "save it as UTF-8"))
}

/// The policy in force: the file or the built-in one, and the flag that overrides it.
pub(super) fn policy(args: &PolicyArgs) -> Result<Policy, Stop> {
    let mut policy = match &args.policy {
        Some(path) => Policy::parse(&settings_text(path)?, &path.to_string_lossy())?,
        None => Policy::default(),
    };
    if let Some(choice) = args.tracked_changes {
        policy.tracked_changes = match choice {
            TrackedChoice::Accept => TrackedChanges::Accept,
            TrackedChoice::Reject => TrackedChanges::Reject,
            TrackedChoice::Keep => TrackedChanges::Keep,
        };
    }
    Ok(policy)
}

/// The case file, or an empty case.
pub(super) fn case(path: Option<&Path>) -> Result<Case, Stop> {
    Ok(case_with_text(path)?.0)
}

/// The case file and its text, read once: a pipe gives it once, and a file may change.
pub(super) fn case_with_text(path: Option<&Path>) -> Result<(Case, Option<String>), Stop> {
    let Some(path) = path else { return Ok((Case { two_people: true, ..Case::default() }, None)) };
    let text = settings_text(path)?;
    Ok((Case::parse(&text, &path.to_string_lossy())?, Some(text)))
}

/// The cache, if the call names one: never in a folder of sources or a target, and never around one.
pub(super) fn cache(args: &CacheArgs, apart: &[&Path]) -> Result<Option<Cache>, Stop> {
    let Some(folder) = &args.cache else { return Ok(None) };
    for other in apart {
        outside(other, folder)?;
    }
    Cache::open(folder).map(Some).map_err(|error| Stop::disk(folder, &error))
}

/// The files of one folder.
pub(super) fn folder(dir: &Path) -> Result<Vec<Source>, Stop> {
    crawl::crawl(dir).map_err(|error| Stop::unreadable(dir, &error))
}

/// The files that the call names: folders in full, files under their base names.
pub(super) fn sources(paths: &[PathBuf]) -> Result<Vec<Source>, Stop> {
    let mut sources = Vec::new();
    for path in paths {
        if path.is_dir() {
            sources.extend(folder(path)?);
        } else {
            sources.push(crawl::single(path).map_err(|error| Stop::unreadable(path, &error))?);
        }
    }
    sources.sort_by(|one, other| (&one.name, &one.path).cmp(&(&other.name, &other.path)));
    Ok(sources)
}

/// What the call looked at, for the `root` of a report.
pub(super) fn root_of(paths: &[PathBuf]) -> String {
    match paths {
        [path] => path.to_string_lossy().into_owned(),
        _ => String::new(),
    }
}
