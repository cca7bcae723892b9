//! A bar on a terminal, silence elsewhere.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

use super::session::Session;

/// Progress over the files of one step.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    files: Mutex<u64>,
    total: u64,
}

impl Progress {
    /// A bar for `files` files of `bytes` bytes; `step` says what is done with them.
    pub(super) fn start(session: &Session, step: &'static str, files: usize, bytes: u64) -> Self {
        let bar = session.shows_progress().then(|| {
            let bar = ProgressBar::new(bytes.max(1));
            let style = "{prefix:>10} {bar:20} {msg}  {bytes}/{total_bytes}  ETA {eta}";
            bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_prefix(step);
            bar.enable_steady_tick(std::time::Duration::from_millis(200));
            bar
        });
        Self { bar, files: Mutex::new(0), total: files as u64 }
    }

    /// One more file is done.
    pub(super) fn tick(&self, bytes: u64) {
        let Some(bar) = &self.bar else { return };
        let mut files = self.files.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *files += 1;
        bar.inc(bytes);
        let seconds = bar.elapsed().as_secs_f64().max(0.001);
        bar.set_message(format!("{files}/{} files, {:.0} drafts/s", self.total, *files as f64 / seconds));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
