//! Lines of a report, printed as they become known and in the order of the files.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::session::to_stdout;
use super::stop::Stop;

/// Holds back a line until all before it are out, so that the order never depends on the threads.
pub(super) struct Lines {
    on: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next: usize,
    waiting: BTreeMap<usize, Vec<u8>>,
    failed: Option<Stop>,
}

impl Lines {
    /// `on`: whether anything is printed at all.
    pub(super) fn new(on: bool) -> Self {
        Self { on, state: Mutex::default() }
    }

    /// The line of one file, made only when it is printed.
    pub(super) fn put(&self, index: usize, line: impl FnOnce() -> Vec<u8>) {
        if !self.on {
            return;
        }
        let line = line();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting.insert(index, line);
        loop {
            let next = state.next;
            let Some(line) = state.waiting.remove(&next) else { return };
            state.next += 1;
            if state.failed.is_none() {
                state.failed = to_stdout(&line).err();
            }
        }
    }

    /// What went wrong on the way.
    pub(super) fn finish(self) -> Result<(), Stop> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).failed.map_or(Ok(()), Err)
    }
}
