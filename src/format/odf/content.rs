//! Words, tracked changes and comments of `content.xml`; headers and footers of `styles.xml`.

use std::collections::{BTreeMap, BTreeSet};

use crate::format::moment;
use crate::format::xml::{Kind, Ns, Tape, sym};
use crate::lineage::shingles;
use crate::model::{DraftFacts, Inspection, TimeSpan};

const FRONT_PARAGRAPHS: usize = 40;
const FRONT_CHARS: usize = 300;
const RUNNING_PARAGRAPHS: usize = 200;

/// One tracked change (OpenDocument 1.3 Part 3 §5.5.3).
struct Change {
    kind: ChangeKind,
    /// The deleted words, paragraph by paragraph.
    deleted: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ChangeKind {
    Insertion,
    Deletion,
    Format,
}

/// Reads words, marks and session ids.
pub(super) fn read(tape: &Tape<'_>, inspection: &mut Inspection, facts: &mut DraftFacts) {
    let changes = changes(tape, inspection, facts);
    let after = paragraphs(tape, None, usize::MAX);
    let before = (!changes.is_empty()).then(|| paragraphs(tape, Some(&changes), usize::MAX));
    inspection.marks.text_chars = after.iter().map(|text| text.chars().count() as u64).sum();
    inspection.marks.inserted_chars = inserted_chars(tape, &changes);
    facts.text = shingles::text_facts(&after, before.as_deref());
    facts.front_matter = after.iter().take(FRONT_PARAGRAPHS).map(|text| cut(text)).collect();
    comments(tape, inspection, facts);
    for at in tape.descendants(tape.root) {
        for attr in tape.attrs(at).iter().filter(|attr| attr.ns == Ns::LoExt && tape.attr_name(attr).ends_with("rsid")) {
            facts.rsids.extend(u32::from_str_radix(tape.value(attr), 16).ok().filter(|id| *id != 0));
        }
    }
    let spans = [facts.change_dates, facts.comment_dates];
    for span in spans.into_iter().flatten() {
        TimeSpan::widen(&mut inspection.marks.dates, span.first);
        TimeSpan::widen(&mut inspection.marks.dates, span.last);
    }
}

/// Paragraphs of notes and text boxes.
pub(super) fn beside_the_body(tape: &Tape<'_>) -> Vec<String> {
    let is_aside = |at: &usize| tape.is(*at, Ns::OdfText, sym::ODF_NOTE_BODY) || tape.is(*at, Ns::OdfDraw, sym::ODF_TEXT_BOX);
    tape.descendants(tape.root).filter(is_aside).flat_map(|at| paragraphs_in(tape, at, None, usize::MAX)).collect()
}

/// Texts of headers and footers, each once. `beyond`: gets their paragraphs.
pub(super) fn running_text(tape: &Tape<'_>, facts: &mut DraftFacts, beyond: &mut Vec<String>) {
    let mut texts = BTreeSet::new();
    for master in tape.descendants(tape.root).filter(|at| tape.is(*at, Ns::OdfOffice, sym::ODF_MASTER_STYLES)) {
        beyond.extend(paragraphs_in(tape, master, None, usize::MAX));
        texts.extend(paragraphs_in(tape, master, None, RUNNING_PARAGRAPHS).iter().map(|text| cut(text)));
    }
    facts.running_text = texts.into_iter().take(RUNNING_PARAGRAPHS).collect();
}

fn cut(text: &str) -> String {
    text.trim().chars().take(FRONT_CHARS).collect()
}

fn changes(tape: &Tape<'_>, inspection: &mut Inspection, facts: &mut DraftFacts) -> BTreeMap<String, Change> {
    let mut changes = BTreeMap::new();
    let mut authors: BTreeSet<String> = inspection.marks.authors.iter().cloned().collect();
    for region in tape.descendants(tape.root).filter(|at| tape.is(*at, Ns::OdfText, sym::ODF_CHANGED_REGION)) {
        let id = tape.attr(region, Ns::OdfText, sym::ID).or_else(|| tape.attr(region, Ns::Xml, sym::ID));
        for at in tape.children(region) {
            let kind = match (tape.node(at).ns, tape.node(at).name) {
                (Ns::OdfText, sym::INSERTION) => ChangeKind::Insertion,
                (Ns::OdfText, sym::DELETION) => ChangeKind::Deletion,
                (Ns::OdfText, sym::ODF_FORMAT_CHANGE) => ChangeKind::Format,
                _ => continue,
            };
            let deleted = if kind == ChangeKind::Deletion { paragraphs_in(tape, at, None, usize::MAX) } else { Vec::new() };
            match kind {
                ChangeKind::Insertion => inspection.marks.insertions += 1,
                ChangeKind::Deletion => inspection.marks.deletions += 1,
                ChangeKind::Format => inspection.marks.format_changes += 1,
            }
            inspection.marks.deleted_chars += deleted.iter().map(|text| text.chars().count() as u64).sum::<u64>();
            signature(tape, at, &mut authors, &mut facts.change_dates);
            if let Some(id) = &id {
                changes.insert(id.to_string(), Change { kind, deleted });
            }
        }
    }
    inspection.marks.authors = authors.into_iter().collect();
    changes
}

fn comments(tape: &Tape<'_>, inspection: &mut Inspection, facts: &mut DraftFacts) {
    let mut authors: BTreeSet<String> = inspection.marks.authors.iter().cloned().collect();
    for at in tape.descendants(tape.root).filter(|at| tape.is(*at, Ns::OdfOffice, sym::ANNOTATION)) {
        inspection.marks.comments += 1;
        signature(tape, at, &mut authors, &mut facts.comment_dates);
    }
    inspection.marks.authors = authors.into_iter().collect();
}

/// Author and date of a change or comment (§14.5).
fn signature(tape: &Tape<'_>, at: usize, authors: &mut BTreeSet<String>, dates: &mut Option<TimeSpan>) {
    for inside in tape.descendants(at) {
        if tape.is(inside, Ns::Dc, sym::CREATOR) {
            authors.insert(tape.inner_text(inside).trim().to_owned());
        } else if tape.is(inside, Ns::Dc, sym::DATE)
            && let Some(moment) = moment::parse(&tape.inner_text(inside))
        {
            TimeSpan::widen(dates, moment);
        }
    }
}

/// Body paragraphs that hold text; with `changes`, as they were before these.
fn paragraphs(tape: &Tape<'_>, changes: Option<&BTreeMap<String, Change>>, most: usize) -> Vec<String> {
    let body = tape.descendants(tape.root).find(|at| tape.is(*at, Ns::OdfOffice, sym::TEXT));
    body.map_or_else(Vec::new, |body| paragraphs_in(tape, body, changes, most))
}

fn paragraphs_in(tape: &Tape<'_>, root: usize, changes: Option<&BTreeMap<String, Change>>, most: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut text = String::new();
    // Insertions that are open at this place, when the words before the changes are wanted.
    let mut open: BTreeSet<String> = BTreeSet::new();
    let mut put_back = BTreeSet::new();
    let mut at = root + 1;
    let end = tape.node(root).next as usize;
    while at < end {
        let node = tape.node(at);
        let is_text = matches!(node.kind, Kind::Text | Kind::CData);
        if is_text && open.is_empty() && in_paragraph(tape, at) {
            text.push_str(&tape.characters(at));
        }
        if node.kind != Kind::Element {
            at += 1;
            continue;
        }
        match (node.ns, node.name) {
            (
                Ns::OdfText,
                sym::ODF_TRACKED_CHANGES
                | sym::NOTE
                | sym::ODF_SEQUENCE_DECLS
                | sym::ODF_CHANGE_INFO
                | sym::ODF_PAGE_NUMBER
                | sym::ODF_PAGE_COUNT,
            )
            | (Ns::OdfOffice, sym::ANNOTATION | sym::ODF_CHANGE_INFO)
            | (Ns::OdfDraw, _) => {
                at = node.next as usize;
                continue;
            }
            (Ns::OdfText, sym::P | sym::H) if finish(&mut out, &mut text, most) => {
                return out;
            }
            (Ns::OdfText, sym::S | sym::TAB | sym::ODF_LINE_BREAK) => text.push(' '),
            (Ns::OdfText, sym::CHANGE | sym::ODF_CHANGE_START | sym::ODF_CHANGE_END) => {
                if let Some(changes) = changes {
                    step(tape, at, changes, &mut open, &mut put_back, &mut text);
                }
            }
            _ => {}
        }
        at += 1;
    }
    finish(&mut out, &mut text, most);
    out
}

fn finish(out: &mut Vec<String>, text: &mut String, most: usize) -> bool {
    let done = std::mem::take(text);
    if !done.trim().is_empty() {
        out.push(done);
    }
    out.len() >= most
}

/// Goes over the place of a change towards the words before it. What was deleted stood in one place: it is put back once.
fn step<'c>(
    tape: &Tape<'_>,
    at: usize,
    changes: &'c BTreeMap<String, Change>,
    open: &mut BTreeSet<String>,
    put_back: &mut BTreeSet<&'c str>,
    text: &mut String,
) {
    let change_id = tape.attrs(at).iter().find(|attr| attr.ns == Ns::OdfText && tape.attr_name(attr).ends_with("change-id"));
    let Some((id, change)) = change_id.and_then(|attr| changes.get_key_value(tape.value(attr))) else { return };
    match (tape.node(at).name, change.kind) {
        (sym::CHANGE, ChangeKind::Deletion) if put_back.insert(id.as_str()) => text.push_str(&change.deleted.join(" ")),
        (sym::ODF_CHANGE_START, ChangeKind::Insertion) => drop(open.insert(id.clone())),
        (sym::ODF_CHANGE_END, ChangeKind::Insertion) => drop(open.remove(id)),
        _ => {}
    }
}

/// Whether characters stand in a paragraph or heading, and not between table cells.
fn in_paragraph(tape: &Tape<'_>, at: usize) -> bool {
    let mut here = tape.parent(at);
    while let Some(element) = here {
        let node = tape.node(element);
        match (node.ns, node.name) {
            (Ns::OdfText, sym::P | sym::H) => return true,
            (Ns::OdfText, _) => here = tape.parent(element),
            _ => return false,
        }
    }
    false
}

fn inserted_chars(tape: &Tape<'_>, changes: &BTreeMap<String, Change>) -> u64 {
    let mut open: BTreeSet<String> = BTreeSet::new();
    let mut put_back = BTreeSet::new();
    let mut chars = 0;
    for at in tape.descendants(tape.root) {
        let node = tape.node(at);
        match (node.kind, node.ns, node.name) {
            (Kind::Element, Ns::OdfText, sym::ODF_CHANGE_START | sym::ODF_CHANGE_END) => {
                step(tape, at, changes, &mut open, &mut put_back, &mut String::new());
            }
            (Kind::Text, _, _) if !open.is_empty() && in_paragraph(tape, at) => chars += tape.characters(at).chars().count() as u64,
            _ => {}
        }
    }
    chars
}
