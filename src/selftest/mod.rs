//! `cleardraft selftest`: a canary in every hiding place we know, in documents made for the purpose; clean them and look for the canaries.
//!
//! It proves on the user's own machine that the detectors still see each place and that nothing is left of it in the copy. The
//! documents are made from raw XML and raw PDF objects, and the canaries are looked for by a byte search, so that neither side
//! shares code with what is tested.

mod pdf;
mod word;

use serde::Serialize;

use crate::format::zip::{Archive, Budget};
use crate::format::{self, Content, Format, Spool};
use crate::limits::Limits;
use crate::model::FindingKind;
use crate::pipeline::{self, Outcome};
use crate::policy::{Orders, Policy, TrackedChanges};

/// The words of every test document that a reader sees and that must survive.
const VISIBLE: &str = "The visible words stay.";

/// A document with one canary in one place.
struct Specimen {
    /// Where the canary is, in plain words.
    place: &'static str,
    /// Kinds of finding of which the detectors must report at least one.
    kinds: &'static [FindingKind],
    /// Hidden there and nowhere else.
    canary: String,
    /// The file.
    bytes: Vec<u8>,
}

/// What came of one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// A copy was made.
    Cleaned,
    /// The document waits for a person; there is no copy.
    Held,
    /// The document was refused; there is no copy.
    Refused,
}

impl Ending {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cleaned => "cleaned",
            Self::Held => "held",
            Self::Refused => "refused",
        }
    }
}

/// The trial of one hiding place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trial {
    /// Where the canary was, in plain words.
    pub place: &'static str,
    /// Format of the document.
    pub format: Format,
    /// The kind of finding that the place stands for.
    pub kind: FindingKind,
    /// Whether the detectors saw it.
    pub seen: bool,
    /// What came of it.
    pub ending: Ending,
    /// Places in the copy, after inflation, where the canary still stands.
    pub left: usize,
    /// Whether the visible words are in the copy.
    pub text_kept: bool,
    /// Seen, and either nothing is left in a copy whose words are all there or there is no copy.
    pub ok: bool,
}

/// Runs every trial, in a fixed order.
pub fn run() -> Vec<Trial> {
    let limits = Limits::default();
    let orders = Policy { tracked_changes: TrackedChanges::Accept, ..Policy::default() }.orders();
    let specimens = word::specimens().into_iter().chain(pdf::specimens());
    specimens
        .filter(|specimen| format::backend(format::sniff(&specimen.bytes)).is_some())
        .map(|specimen| try_one(&specimen, &orders, &limits))
        .collect()
}

fn try_one(specimen: &Specimen, orders: &Orders, limits: &Limits) -> Trial {
    let inspected = pipeline::inspect("", &specimen.bytes, limits);
    let seen = inspected
        .inspection
        .as_ref()
        .is_ok_and(|inspection| inspection.findings.iter().any(|finding| specimen.kinds.contains(&finding.kind)));
    let (ending, left, text_kept) = match pipeline::clean(&specimen.bytes, &inspected, orders, limits, &Spool::in_memory()) {
        Ok(Outcome::Clean(clean)) => {
            let copy = clean.copy.bytes().unwrap_or_default();
            let (streams, visible) = streams_of(&copy, clean.format, orders, limits);
            let left = streams.iter().map(|stream| occurrences(stream, &specimen.canary)).sum();
            (Ending::Cleaned, left, visible.contains(VISIBLE) || streams.iter().any(|stream| occurrences(stream, VISIBLE) > 0))
        }
        Ok(Outcome::Held(_)) => (Ending::Held, 0, true),
        Err(_) => (Ending::Refused, 0, true),
    };
    let ok = seen && left == 0 && text_kept && ending != Ending::Refused;
    let kind = specimen.kinds.first().copied().unwrap_or(FindingKind::Unknown);
    Trial { place: specimen.place, format: inspected.format, kind, seen, ending, left, text_kept, ok }
}

/// Every byte string of a copy after inflation (the file itself included), and the words that a reader sees.
fn streams_of(copy: &[u8], is: Format, orders: &Orders, limits: &Limits) -> (Vec<Vec<u8>>, String) {
    let mut streams = vec![copy.to_vec()];
    if let Ok(archive) = Archive::open(copy, limits) {
        let mut budget = Budget::new(limits);
        for entry in &archive.entries {
            streams.push(entry.name.clone().into_bytes());
            if let Ok(inflated) = entry.inflate(&mut budget) {
                streams.push(inflated.bytes);
            }
        }
    }
    let copy = Content::from(copy);
    let reread = format::backend(is).and_then(|backend| backend.reread(&copy, orders, limits).ok());
    let visible = reread.and_then(|reread| {
        reread.streams.each(&mut |stream| streams.push(stream.to_vec())).ok()?;
        Some(reread.visible)
    });
    (streams, visible.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "))
}

/// How often a canary stands in a byte string: as UTF-8, as UTF-16 in either order, or in hexadecimal digits.
fn occurrences(stream: &[u8], canary: &str) -> usize {
    let hex = crate::model::hex(canary.as_bytes());
    let wide = |order: fn(u16) -> [u8; 2]| canary.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let needles =
        [canary.as_bytes().to_vec(), wide(u16::to_le_bytes), wide(u16::to_be_bytes), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    needles.iter().map(|needle| memchr::memmem::find_iter(stream, needle).count()).sum()
}

/// A canary of its own for each place: letters only, so that no format splits or escapes it.
fn canary(number: usize) -> String {
    let letters: String = format!("{number:04}").bytes().map(|digit| char::from(b'a' + (digit - b'0') * 2)).collect();
    format!("Zq{letters}Canary")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hiding_place_is_seen_and_emptied() {
        let trials = run();
        let failed: Vec<&Trial> = trials.iter().filter(|trial| !trial.ok).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        assert!(trials.len() > 40, "{}", trials.len());
    }

    #[test]
    fn the_search_finds_a_canary_in_every_coding() {
        let canary = canary(17);
        let wide: Vec<u8> = canary.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for coded in [canary.clone().into_bytes(), wide, crate::model::hex(canary.as_bytes()).to_uppercase().into_bytes()] {
            assert_eq!(occurrences(&[b"x".as_slice(), &coded, b"x"].concat(), &canary), 1);
        }
        assert_eq!(occurrences(b"nothing", &canary), 0);
    }

    #[test]
    fn every_specimen_holds_its_canary_and_no_other() {
        let limits = Limits::default();
        let all: Vec<Specimen> = word::specimens().into_iter().chain(pdf::specimens()).collect();
        for specimen in &all {
            let mut streams = vec![specimen.bytes.clone()];
            if let Ok(archive) = Archive::open(&specimen.bytes, &limits) {
                let mut budget = Budget::new(&limits);
                streams.extend(archive.entries.iter().map(|entry| entry.inflate(&mut budget).unwrap().bytes));
                streams.extend(archive.entries.iter().map(|entry| entry.name.clone().into_bytes()));
            }
            for other in &all {
                let count: usize = streams.iter().map(|stream| occurrences(stream, &other.canary)).sum();
                assert_eq!(count > 0, other.canary == specimen.canary, "{}: {}", specimen.place, other.place);
            }
        }
    }
}
