//! CPU time rather than wall time, so that a busy machine spoils little; the best of several runs, and how far the others were from it.

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

/// What several runs of the same work took.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// CPU time of the fastest run.
    pub best: Duration,
    /// The median run over the fastest, less one.
    pub spread: f64,
}

impl Timing {
    fn of(mut runs: Vec<Duration>) -> Self {
        runs.sort_unstable();
        let best = runs.first().copied().unwrap_or_default();
        let median = runs.get(runs.len() / 2).copied().unwrap_or_default();
        Self { best, spread: median.as_secs_f64() / best.as_secs_f64().max(1e-9) - 1.0 }
    }
}

/// CPU time of one call: the best of five runs, each of as many calls as take longer than the clock's tick.
pub fn timed(mut work: impl FnMut()) -> Timing {
    const RUN: Duration = Duration::from_millis(100);
    const CALLS_MAX: u32 = 1 << 17;
    let mut calls = 1;
    // The first calls make what all later ones share, and say little of how long one takes.
    loop {
        let start = Instant::now();
        (0..calls).for_each(|_| work());
        if start.elapsed() >= RUN / 2 || calls >= CALLS_MAX {
            break;
        }
        calls *= 2;
    }
    let run = |_| {
        let before = cpu();
        (0..calls).for_each(|_| work());
        cpu().saturating_sub(before) / calls
    };
    Timing::of((0..5).map(run).collect())
}

/// What a child took.
#[derive(Debug, Clone, Copy)]
pub struct Child {
    /// User and system.
    pub cpu: Timing,
    /// From start to end, of the fastest run.
    pub wall: Duration,
    /// Largest resident set seen, in bytes; 0 where the system does not tell.
    pub peak_bytes: u64,
}

/// Runs a command to its end, several times; many times where it takes no longer than the clock of children ticks.
pub fn child(runs: usize, mut command: impl FnMut() -> std::process::Command) -> Child {
    const TICKS: Duration = Duration::from_millis(100);
    const RUNS: usize = 20;
    let mut ran = vec![once(&mut command())];
    let short = ran.iter().all(|(cpu, ..)| *cpu < TICKS);
    ran.extend((1..if short { RUNS } else { runs }).map(|_| once(&mut command())));
    let sum: Duration = ran.iter().map(|(cpu, ..)| *cpu).sum();
    let cpu = if short { Timing { best: sum / RUNS as u32, spread: 0.0 } } else { Timing::of(ran.iter().map(|(cpu, ..)| *cpu).collect()) };
    Child {
        cpu,
        wall: ran.iter().map(|(_, wall, _)| *wall).min().unwrap_or_default(),
        peak_bytes: ran.iter().map(|(.., peak)| *peak).max().unwrap_or_default(),
    }
}

fn once(command: &mut std::process::Command) -> (Duration, Duration, u64) {
    let (before, start) = (children(), Instant::now());
    let mut child = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("the command starts");
    let mut peak_bytes = 0;
    let code = loop {
        if let Some(status) = child.try_wait().expect("the command is waited for") {
            break status.code();
        }
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let high = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
        peak_bytes = peak_bytes.max(high.unwrap_or(0) * 1024);
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(matches!(code, Some(0 | 1)), "{command:?} ended with {code:?}");
    (children().saturating_sub(before), start.elapsed(), peak_bytes)
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

/// One row of the table. What is not known stays empty.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// What was done, and to what.
    pub what: String,
    /// Documents.
    pub documents: usize,
    /// CPU time.
    pub cpu: Option<Timing>,
    /// From start to end, where more than one thread works.
    pub wall: Option<Duration>,
    /// Bytes of all documents after inflation.
    pub inflated: u64,
    /// The least CPU time that it could take, in the same run.
    pub floor: Option<Duration>,
    /// Largest resident set.
    pub peak_bytes: u64,
    /// What came of it.
    pub note: String,
}

impl Row {
    /// Prints it.
    pub fn print(&self) {
        let cpu = self.cpu.map(|timing| timing.best.as_secs_f64());
        let figure = |value: Option<f64>, digits: usize| value.map(|value| format!("{value:.digits$}")).unwrap_or_default();
        let mebibytes = |bytes: u64| (bytes > 0).then(|| bytes as f64 / f64::from(1 << 20));
        let cells = [
            self.what.clone(),
            self.documents.to_string(),
            figure(mebibytes(self.inflated), 1),
            figure(cpu, 4),
            figure(self.wall.map(|wall| wall.as_secs_f64()), 2),
            figure(cpu.filter(|_| self.inflated > 0).map(|cpu| cpu * 1e9 / self.inflated as f64), 1),
            figure(cpu.zip(self.floor).map(|(cpu, floor)| cpu / floor.as_secs_f64().max(1e-9)), 1),
            figure(cpu.map(|cpu| self.documents as f64 / cpu.max(1e-9)), 0),
            figure(mebibytes(self.peak_bytes), 0),
            self.cpu.map(|timing| format!("{:.0} %", timing.spread * 100.0)).unwrap_or_default(),
            self.note.clone(),
        ];
        println!("| {} |", cells.join(" | "));
    }
}

/// The heading of the table.
pub fn head() {
    println!(
        "| what | documents | inflated MiB | CPU s | wall s | ns a byte | times the floor | documents a CPU second | peak MiB | spread | note |"
    );
    println!("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --- |");
}

/// What it was measured on, and how to read the table.
pub fn machine() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ").map(|(_, name)| name)).unwrap_or("?");
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!(
        "{model}, {cores} cores, load {} at the end. CPU is user and system time of the fastest run; spread is how much slower the median run was; \
         ns a byte counts bytes after inflation.",
        load.split(' ').next().unwrap_or("?")
    )
}
