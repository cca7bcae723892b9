//! Ctrl-C, `SIGTERM` and `SIGHUP`: the writer takes back what it began, then the process ends with 130.
//!
//! A signal belongs to the process, so this is the one place with global state. While nothing is being written the process ends at
//! once. While the writer is at work, the handler waits for it; the writer looks at [`raised`] between files and cleans up itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

static RAISED: AtomicBool = AtomicBool::new(false);
static COMMITTED: AtomicBool = AtomicBool::new(false);
static WRITING: Mutex<()> = Mutex::new(());

/// Installs the handler; `main` calls it once, before any work. `before_exit` may clear a progress bar.
///
/// # Errors
/// When the system refuses the handler; the caller may go on without it: the next run then clears what a killed run leaves hidden.
pub fn install(before_exit: impl Fn() + Send + 'static) -> std::io::Result<()> {
    ctrlc::set_handler(move || {
        RAISED.store(true, Ordering::SeqCst);
        let _until_the_writer_is_done = writing();
        before_exit();
        let state = if COMMITTED.load(Ordering::SeqCst) { "what was being written is complete" } else { "nothing was written" };
        eprintln!("cleardraft: interrupted; {state}");
        #[allow(clippy::exit, reason = "the documented exit code of an interrupted run; nothing is being written any more")]
        std::process::exit(130);
    })
    .map_err(std::io::Error::other)
}

/// Whether an interrupt arrived.
pub fn raised() -> bool {
    RAISED.load(Ordering::SeqCst)
}

/// Held by the writer from the first byte until the commit or the clean-up is over.
pub(crate) fn writing() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Told by the writer when its target is in place.
pub(crate) fn committed() {
    COMMITTED.store(true, Ordering::SeqCst);
}
