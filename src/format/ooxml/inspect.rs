//! What a document holds: marks in numbers, findings by kind and part, evidence of its age.
//!
//! Findings are what the sanitiser would take out or hold under the default policy: one account, not two.

use std::collections::BTreeSet;

use super::build::{Parts, account, assemble};
use super::facts;
use super::package::{Package, Target};
use super::relationship::RelKind;
use super::report::Report;
use super::tracked::is_tracked;
use crate::format::Spool;
use crate::format::moment::Moments;
use crate::format::xml::{Ns, Tape, sym};
use crate::model::{Finding, FindingKind, Inspection, Marks, TimeSpan, Wanted};
use crate::policy::{Orders, TrackedChanges};
use crate::{DocError, Fault, Limits};

/// An inspection, and what was made of the document under the [`orders`] that it stands on, with the account of that.
pub struct Inspected<T> {
    pub inspection: Inspection,
    pub made: Result<T, DocError>,
    pub report: Report,
}

/// The orders under which a document is inspected.
pub fn orders() -> Orders {
    Orders::default().with_tracked_changes(TrackedChanges::Accept)
}

/// Reads one document.
///
/// # Errors
/// Faults of the container, of its XML, of the package, or of a picture in it.
pub fn inspect(package: &Package<'_>, wanted: Wanted, limits: &Limits) -> Result<Inspection, DocError> {
    look(package, wanted, limits, Report::of_counts(), |report| account(package, &orders(), limits, report))
        .map(|inspected| inspected.inspection)
}

/// The findings of [`inspect`], and the parts of the copy that the inspection gives its account of.
///
/// # Errors
/// As for [`inspect`].
pub fn inspect_and_assemble(package: &Package<'_>, limits: &Limits, spool: &Spool) -> Result<Inspected<Parts>, DocError> {
    look(package, Wanted::Findings, limits, Report::default(), |report| assemble(package, &orders(), limits, report, spool))
}

fn look<T>(
    package: &Package<'_>,
    wanted: Wanted,
    limits: &Limits,
    mut report: Report,
    make: impl FnOnce(&mut Report) -> Result<T, DocError>,
) -> Result<Inspected<T>, DocError> {
    package.format()?;
    let main = package.tape(package.main, limits)?;
    facts::check(package, limits)?;
    let facts = if wanted == Wanted::Facts { Some(facts::facts(package, &main, limits)?) } else { None };
    let marks = marks(package, &main, limits)?;
    // What cannot be cleaned can still be placed among the other drafts.
    let made = make(&mut report);
    let unread = made.as_ref().err();
    let mut findings: Vec<Finding> =
        report.removals().into_iter().map(|removed| Finding::new(removed.kind, removed.part, removed.count, "")).collect();
    findings.extend(report.holds());
    // A damaged picture is told by its place among the unread; it hides no words from the comparison.
    if unread.is_some_and(|error| !matches!(error.fault, Fault::Image(_))) {
        findings.push(Finding::new(FindingKind::Unknown, "", 1, "a part that cannot be cleaned"));
    }
    let unread: Vec<String> = unread.map(ToString::to_string).into_iter().collect();
    findings.sort();
    Ok(Inspected { inspection: Inspection { marks, findings, facts, unread }, made, report })
}

/// Tracked changes and comments of all stories (ECMA-376-1 §17.13.5, §17.13.4).
fn marks(package: &Package<'_>, main: &Tape<'_>, limits: &Limits) -> Result<Marks, DocError> {
    let mut marks = Marks::default();
    let mut signed = Signed::default();
    count(main, &mut marks, &mut signed, true);
    let mut seen = BTreeSet::from([package.main]);
    for rel in package.rels_of(package.main) {
        let Target::Part(part) = rel.target else { continue };
        let story = matches!(
            rel.kind,
            RelKind::Header | RelKind::Footer | RelKind::Footnotes | RelKind::Endnotes | RelKind::Styles | RelKind::Numbering
        );
        if rel.kind == RelKind::Comments && seen.insert(part) {
            comments(&package.tape(part, limits)?, &mut marks, &mut signed);
        } else if story && seen.insert(part) {
            count(&package.tape(part, limits)?, &mut marks, &mut signed, !matches!(rel.kind, RelKind::Styles | RelKind::Numbering));
        }
    }
    marks.authors = signed.authors.into_iter().collect();
    Ok(marks)
}

/// Who signed the marks read so far.
#[derive(Default)]
struct Signed {
    authors: BTreeSet<String>,
    /// Who signed last: the marks of one stand together.
    last: String,
    moments: Moments,
}

fn who_and_when(tape: &Tape<'_>, index: usize, marks: &mut Marks, signed: &mut Signed) {
    if let Some(author) = tape.attr(index, Ns::W, sym::AUTHOR).filter(|author| !author.is_empty() && **author != signed.last) {
        signed.last = author.into_owned();
        if !signed.authors.contains(&signed.last) {
            signed.authors.insert(signed.last.clone());
        }
    }
    if let Some(moment) = tape.attr(index, Ns::W, sym::DATE).and_then(|date| signed.moments.parse(&date)) {
        TimeSpan::widen(&mut marks.dates, moment);
    }
}

fn comments(tape: &Tape<'_>, marks: &mut Marks, signed: &mut Signed) {
    for index in tape.named(Ns::W, sym::COMMENT) {
        marks.comments += 1;
        who_and_when(tape, index, marks, signed);
    }
}

/// Counts the marks of one part, and its characters when it is a story.
fn count(tape: &Tape<'_>, marks: &mut Marks, signed: &mut Signed, story: bool) {
    // Ends of the insertions and deletions that the walk is inside of.
    let (mut inserted_until, mut deleted_until) = (0_usize, 0_usize);
    let names = [facts::CHANGES, &[sym::CONFLICT_INS, sym::CONFLICT_DEL, sym::T, sym::DEL_TEXT]].concat();
    for index in tape.named_any(&names) {
        let node = tape.node(index);
        if !matches!(node.ns, Ns::W | Ns::M | Ns::W14) {
            continue;
        }
        if is_tracked(node.ns, node.name) {
            let next = node.next as usize;
            match node.name {
                sym::INS | sym::CELL_INS | sym::CONFLICT_INS => {
                    marks.insertions += 1;
                    inserted_until = inserted_until.max(next);
                }
                sym::DEL | sym::CELL_DEL | sym::CONFLICT_DEL => {
                    marks.deletions += 1;
                    deleted_until = deleted_until.max(next);
                }
                sym::MOVE_FROM => {
                    marks.moves += 1;
                    deleted_until = deleted_until.max(next);
                }
                sym::MOVE_TO => {
                    marks.moves += 1;
                    inserted_until = inserted_until.max(next);
                }
                name if name.name().ends_with("Change") || name == sym::CELL_MERGE => marks.format_changes += 1,
                _ => continue,
            }
            who_and_when(tape, index, marks, signed);
        } else if story && matches!(node.name, sym::T | sym::DEL_TEXT) {
            let characters: u64 = tape.children(index).map(|child| tape.character_count(child)).sum();
            if index < deleted_until || node.name == sym::DEL_TEXT {
                marks.deleted_chars += characters;
            } else {
                marks.text_chars += characters;
                if index < inserted_until {
                    marks.inserted_chars += characters;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::facts::tests::package;
    use super::*;

    #[test]
    fn an_inspection_says_the_same_whether_a_copy_is_made_or_not() {
        let body = r#"<w:p w:rsidR="00AA0001"><w:hyperlink w:anchor="CANARY"><w:r><w:t>go</w:t></w:r></w:hyperlink><w:del w:author="CANARY"><w:r><w:delText>CANARY</w:delText></w:r></w:del><w:bookmarkStart w:id="1" w:name="CANARY"/><w:t note="CANARY">x</w:t></w:p>"#;
        let bytes = package(body, "", "<a/>");
        let limits = Limits::default();
        let alone = inspect(&Package::open(&bytes, &limits).unwrap(), Wanted::Findings, &limits).unwrap();
        let with_copy = inspect_and_assemble(&Package::open(&bytes, &limits).unwrap(), &limits, &Spool::in_memory()).unwrap();
        assert_eq!(alone, with_copy.inspection);
        assert!(with_copy.made.is_ok() && alone.findings.len() > 3);
        let mut with_facts = inspect(&Package::open(&bytes, &limits).unwrap(), Wanted::Facts, &limits).unwrap();
        assert_eq!(with_facts.facts.take().map(|facts| facts.rsids), Some(vec![0x00AA_0001]));
        assert_eq!(alone, with_facts);
    }
}
