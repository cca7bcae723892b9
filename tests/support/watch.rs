//! Runs a command and watches what it costs.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a watched run did.
pub struct Watched {
    /// Exit code; `None` when a signal ended it, or when it was stopped at the deadline.
    pub code: Option<i32>,
    /// Peak of resident memory in bytes.
    pub peak_bytes: u64,
    /// From start to end.
    pub took: Duration,
}

/// Runs a command whose output nobody reads. `VmHWM` only ever grows, so looking every two milliseconds misses nothing but the last moment.
pub fn watch(command: &mut Command, deadline: Duration) -> Watched {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    let status_path = format!("/proc/{}/status", child.id());
    let mut peak_bytes = 0;
    loop {
        let status = std::fs::read_to_string(&status_path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib: u64 = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or_default();
        peak_bytes = peak_bytes.max(kib * 1024);
        if let Some(status) = child.try_wait().unwrap() {
            return Watched { code: status.code(), peak_bytes, took: started.elapsed() };
        }
        if started.elapsed() > deadline {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
