//! Families, order and stage of many drafts, from facts in memory.

use std::process::Command;

use cleardraft::format::Format;
use cleardraft::lineage::shingles::text_facts;
use cleardraft::lineage::{Draft, MilestoneAt, ReportSpec, classify};
use cleardraft::model::{DraftFacts, Marks, TimeSpan};
use cleardraft::policy::{StageDecisions, StageRules};

use crate::harness::{Child, Row, Seeded, Timing, child};

const CHILD: &str = "CLEARDRAFT_BENCH_LINEAGE";
const DAY: i64 = 86_400;

/// Drafts of one family, paragraphs of one draft.
const SHAPES: [(usize, usize); 4] = [(10, 30), (40, 30), (40, 150), (usize::MAX, 30)];
const SIZES: [usize; 2] = [5_000, 20_000];

/// A row for each shape of a folder and number of drafts. The time is the difference of a run with classification and one without.
pub fn rows() {
    for (family, paragraphs) in SHAPES {
        let mut before: Option<(usize, f64)> = None;
        for size in SIZES {
            let facts = run(&format!("facts,{size},{family},{paragraphs}"));
            let whole = run(&format!("classify,{size},{family},{paragraphs}"));
            let cpu = Timing { best: whole.cpu.best.saturating_sub(facts.cpu.best), ..whole.cpu };
            let seconds = cpu.best.as_secs_f64().max(0.005);
            let grown = before.map(|(fewer, took)| (seconds / took).ln() / (size as f64 / fewer as f64).ln());
            before = Some((size, seconds));
            Row {
                what: format!("classify families of {}, {paragraphs} paragraphs each", family.min(size)),
                documents: size,
                cpu: Some(cpu),
                peak_bytes: whole.peak_bytes,
                note: grown.map(|power| format!("grows to the power {power:.2}")).unwrap_or_default(),
                ..Row::default()
            }
            .print();
        }
    }
}

fn run(order: &str) -> Child {
    child(3, || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(CHILD, order);
        command
    })
}

/// Makes facts and classifies them; whether this process was started for that.
pub fn work_as_child() -> bool {
    let order = std::env::var(CHILD);
    order.iter().for_each(|order| work(order));
    order.is_ok()
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
