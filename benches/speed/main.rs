//! `cargo bench`: one table of what the work costs, each row beside the least that it could cost in the same run.
//!
//! `cargo bench -- documents large folder lineage growth` prints the sections named. Of the environment:
//! `CLEARDRAFT_BENCH_FILES=DIR` adds every file of a folder of your own to the documents, summed by format;
//! `CLEARDRAFT_BENCH_SIZES=10,100,1000,10000,100000` sets the numbers of drafts of the growth (default 10,100,1000).

#![allow(
    clippy::unwrap_used,
    clippy::format_collect,
    clippy::format_push_string,
    reason = "a bench that cannot go on stops; its documents are small"
)]
#![allow(clippy::print_stdout, reason = "the table is what a bench is for")]

mod documents;
mod folder;
mod harness;
mod large;
mod lineage;
#[path = "../../tests/support/mod.rs"]
mod support;

/// One section of the table.
type Section = (&'static str, fn());

const SECTIONS: &[Section] = &[
    ("documents", documents::rows),
    ("large", large::rows),
    ("folder", folder::rows),
    ("lineage", lineage::rows),
    ("growth", folder::growth),
];

fn main() {
    if documents::work_as_child() || lineage::work_as_child() {
        return;
    }
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |section: &&Section| asked.iter().all(|word| word.starts_with('-')) || asked.iter().any(|word| word == section.0);
    harness::head();
    SECTIONS.iter().filter(wanted).for_each(|(_, rows)| rows());
    println!();
    println!("{}", harness::machine());
}
