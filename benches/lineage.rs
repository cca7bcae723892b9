//! `cargo bench --bench lineage`: families, order and stage of many drafts, from facts in memory: time, its growth, and memory.
//!
//! `CLEARDRAFT_BENCH_SIZES=5000,10000,20000,40000` sets the numbers of drafts (default 5000,10000,20000).

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on stops")]
#![allow(clippy::print_stdout, reason = "the table is what a bench is for")]

mod harness;

use std::process::Command;

use cleardraft::format::Format;
use cleardraft::lineage::shingles::text_facts;
use cleardraft::lineage::{Draft, MilestoneAt, ReportSpec, classify};
use cleardraft::model::{DraftFacts, Marks, TimeSpan};
use cleardraft::policy::{StageDecisions, StageRules};
use harness::{Child, Seeded, child, heading, line};

const CHILD: &str = "CLEARDRAFT_BENCH_LINEAGE";
const DAY: i64 = 86_400;

/// Drafts of one family, paragraphs of one draft.
const SHAPES: [(usize, usize); 4] = [(10, 30), (40, 30), (40, 150), (usize::MAX, 30)];

fn main() {
    if let Ok(order) = std::env::var(CHILD) {
        return work(&order);
    }
    let sizes = std::env::var("CLEARDRAFT_BENCH_SIZES").unwrap_or_else(|_| "5000,10000,20000".into());
    let sizes: Vec<usize> = sizes.split(',').filter_map(|size| size.trim().parse().ok()).collect();
    heading(&["drafts", "families of", "paragraphs", "facts s", "classify s", "facts MiB", "peak MiB"]);
    for (family, paragraphs) in SHAPES {
        let mut rows = Vec::new();
        for size in &sizes {
            let facts = run(&format!("facts,{size},{family},{paragraphs}"));
            let whole = run(&format!("classify,{size},{family},{paragraphs}"));
            let classified = whole.cpu.saturating_sub(facts.cpu).as_secs_f64();
            rows.push((*size as f64, classified.max(0.005)));
            let mebibytes = |bytes: u64| format!("{:.0}", bytes as f64 / f64::from(1 << 20));
            line(&[
                size.to_string(),
                family.min(*size).to_string(),
                paragraphs.to_string(),
                format!("{:.2}", facts.cpu.as_secs_f64()),
                format!("{classified:.2}"),
                mebibytes(facts.peak_bytes),
                mebibytes(whole.peak_bytes),
            ]);
        }
        if let [.., (small, before), (large, after)] = rows.as_slice() {
            println!("classification grows with the number of drafts to the power {:.2}", (after / before).ln() / (large / small).ln());
        }
    }
    println!("CPU seconds; classification is the difference of a run with and one without it");
}

fn run(order: &str) -> Child {
    child(Command::new(std::env::current_exe().unwrap()).env(CHILD, order))
}

/// One file, as classification sees it.
struct File {
    path: String,
    sha256: String,
    marks: Marks,
    facts: DraftFacts,
}

fn work(order: &str) {
    let (mode, numbers) = order.split_once(',').unwrap();
    let numbers: Vec<usize> = numbers.split(',').map(|number| number.parse().unwrap()).collect();
    let [size, family, paragraphs] = numbers[..] else { return };
    let files = corpus(size, family, paragraphs);
    if mode == "facts" {
        std::hint::black_box(&files);
        return;
    }
    let drafts: Vec<Draft<'_>> = files
        .iter()
        .map(|file| Draft {
            path: &file.path,
            sha256: &file.sha256,
            format: Format::Docx,
            marks: &file.marks,
            facts: &file.facts,
            readable: true,
        })
        .collect();
    let report = ReportSpec {
        title: "Report 0".to_owned(),
        final_path: None,
        milestone: Some(("circulated".to_owned(), MilestoneAt::Date(jiff::civil::date(2018, 1, 12)))),
    };
    std::hint::black_box(classify(&drafts, &[report], &StageRules::default(), &StageDecisions::default()));
}

/// A paragraph of a language of 4,000 words.
fn paragraph(random: &mut Seeded) -> String {
    (0..8 + random.below(16)).map(|_| format!("w{}", random.below(4_000))).collect::<Vec<_>>().join(" ")
}

/// Every draft keeps most of the paragraphs of the one before it, and adds a session id. All families share a tenth of their
/// paragraphs, as those of one template do.
fn corpus(size: usize, family: usize, paragraphs: usize) -> Vec<File> {
    let mut random = Seeded(size as u64);
    let mut text: Vec<String> = Vec::new();
    let template: Vec<String> = (0..paragraphs / 10).map(|_| paragraph(&mut random)).collect();
    (0..size)
        .map(|number| {
            let (family, draft) = (number / family, number % family);
            if draft == 0 {
                text = template.clone();
                text.extend((template.len()..paragraphs).map(|_| paragraph(&mut random)));
            }
            let before = text.clone();
            for _ in 0..=paragraphs / 20 {
                let at = template.len() + random.below(paragraphs - template.len());
                text[at] = paragraph(&mut random);
            }
            let time = 1_514_764_800 + (number % 4_000) as i64 * DAY;
            let facts = DraftFacts {
                text: text_facts(&text, (draft % 4 == 1).then_some(before.as_slice())),
                front_matter: text.iter().take(40).cloned().collect(),
                modified: Some(time),
                created: Some(1_514_764_800 - DAY),
                change_dates: (draft % 4 == 1).then_some(TimeSpan { first: time - DAY, last: time }),
                rsids: (0..30 + draft as u32).map(|session| 0x0010_0000 + family as u32 * 64 + session).collect(),
                ..DraftFacts::default()
            };
            File {
                path: format!("Unit {:03}/Report {family} v0.{draft}.docx", family / 20),
                sha256: format!("{number:064x}"),
                marks: Marks::default(),
                facts,
            }
        })
        .collect()
}
