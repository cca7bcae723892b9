#![allow(dead_code, reason = "each target uses its own share")]
// Look again, inspect, sanitise, sanitise the copy: shared by the formats.

use cleardraft::Limits;
use cleardraft::format::{Content, Spool, backend, sniff};
use cleardraft::pipeline::{Outcome, clean, inspect};
use cleardraft::policy::{Policy, TrackedChanges};

/// Small budgets, so that a run is about logic and not about size.
pub fn limits() -> Limits {
    Limits { part_bytes: 4 << 20, total_bytes: 16 << 20, pixels: 1 << 20, objects: 20_000, operators: 200_000, ..Limits::default() }
}

/// What is cleaned once is cleaned.
pub fn round(name: &str, bytes: &[u8], treatment: TrackedChanges) {
    let limits = limits();
    let orders = Policy { tracked_changes: treatment, limits: limits.clone(), ..Policy::default() }.orders();
    let spool = Spool::in_memory();
    // Anybody can put anything into a bundle; looking at it again ends.
    let source = Content::from(bytes);
    if let Some(backend) = backend(sniff(&source)) {
        let _ = backend.reread(&source, &orders, &limits);
    }
    let inspected = inspect(name, bytes, &limits);
    let Ok(Outcome::Clean(first)) = clean(bytes, &inspected, &orders, &limits, &spool) else { return };
    let copy = first.copy.bytes().expect("a copy in memory");
    let again = inspect(name, &copy, &limits);
    match clean(&copy, &again, &orders, &limits, &spool) {
        Ok(Outcome::Clean(second)) => {
            assert!(second.copy.sha256() == first.copy.sha256(), "cleaning twice is not cleaning once");
        }
        Ok(Outcome::Held(held)) => panic!("the copy is held: {held:?}"),
        Err(error) => panic!("the copy is refused: {error}"),
    }
}

/// The treatment that a byte stands for.
pub fn treatment(byte: u8) -> TrackedChanges {
    match byte % 3 {
        0 => TrackedChanges::Accept,
        1 => TrackedChanges::Reject,
        _ => TrackedChanges::Keep,
    }
}
