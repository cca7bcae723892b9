//! A small harness: CPU time rather than wall time, so that a busy machine spoils little, and the best of several runs.

#![allow(dead_code, reason = "each bench uses its own share of this module")]
#![allow(clippy::print_stdout, reason = "the table is what a bench is for")]

use std::time::{Duration, Instant};

/// CPU time of this thread so far; wall time where the system does not tell.
fn cpu() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

/// CPU time of finished children so far, in ticks of 10 ms (proc(5), `cutime` and `cstime`).
fn children() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name.split_whitespace().skip(13).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// The best CPU time of one call: at least five, for at least 300 ms.
pub fn best(mut work: impl FnMut()) -> Duration {
    let (mut best, mut spent, mut runs) = (Duration::MAX, Duration::ZERO, 0);
    while runs < 5 || spent < Duration::from_millis(300) {
        let before = cpu();
        work();
        let took = cpu().saturating_sub(before);
        best = best.min(took);
        spent += took.max(Duration::from_micros(1));
        runs += 1;
    }
    best
}

/// What a child took.
pub struct Child {
    /// User and system.
    pub cpu: Duration,
    /// From start to end.
    pub wall: Duration,
    /// Largest resident set seen, in bytes; 0 where the system does not tell.
    pub peak_bytes: u64,
}

/// Runs a command to its end.
pub fn child(command: &mut std::process::Command) -> Child {
    let (before, start) = (children(), Instant::now());
    let mut child = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("the command starts");
    let mut peak_bytes = 0;
    while child.try_wait().expect("the command is waited for").is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let high = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
        peak_bytes = peak_bytes.max(high.unwrap_or(0) * 1024);
        std::thread::sleep(Duration::from_millis(2));
    }
    Child { cpu: children().saturating_sub(before), wall: start.elapsed(), peak_bytes }
}

/// Numbers in an order that a seed fixes (`SplitMix64`).
pub struct Seeded(pub u64);

impl Seeded {
    /// The next number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    /// A sentence.
    pub fn sentence(&mut self) -> String {
        const WORDS: [&str; 24] = [
            "inspection",
            "of",
            "the",
            "unit",
            "found",
            "that",
            "schedules",
            "were",
            "late",
            "and",
            "officers",
            "had",
            "not",
            "been",
            "trained",
            "to",
            "read",
            "material",
            "from",
            "telephones",
            "before",
            "review",
            "in",
            "November",
        ];
        (0..8 + self.below(16)).map(|_| WORDS[self.below(WORDS.len())]).collect::<Vec<_>>().join(" ") + "."
    }
}

/// One line of a table; widths fit the headings of the benches here.
pub fn line(cells: &[String]) {
    let padded: Vec<String> =
        cells.iter().enumerate().map(|(at, cell)| if at == 0 { format!("{cell:<28}") } else { format!("{cell:>11}") }).collect();
    println!("{}", padded.join(" "));
}

/// The cells of a heading.
pub fn heading(cells: &[&str]) {
    line(&cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
}

/// Nanoseconds for each byte.
pub fn per_byte(time: Duration, bytes: u64) -> f64 {
    time.as_secs_f64() * 1e9 / bytes.max(1) as f64
}
