//! Portable Document Format (ISO 32000-2).
//!
//! A copy is never the source with something cut out: it is a new file that holds what the pages show and nothing else.
//! `open` reads the source, `interpret` runs its pages, `judge` tells what a reader sees, `inventory` lists the rest,
//! `rebuild` writes the copy, and the copy is run again and compared before it leaves this module.

#![allow(clippy::cast_sign_loss, clippy::cast_possible_wrap, reason = "numbers of a page are clamped to a range before they become whole")]
#![allow(clippy::float_cmp, reason = "a number that was read is compared with itself cut to a whole")]
#![allow(clippy::many_single_char_names, reason = "a matrix is [a b c d e f] in the standard")]
#![allow(clippy::doc_markdown, reason = "ToUnicode, CMap, DeviceN and their kin are words of the standard")]
#![allow(clippy::single_match_else, reason = "kinds of object read as a table, also when the table is short")]
#![allow(clippy::needless_pass_by_value, reason = "a stream takes its bytes over")]

mod analysis;
mod annots;
mod appearance;
mod beside;
mod blend;
mod budget;
mod cff;
mod cmap;
mod codecs;
mod colour;
mod content;
mod crowded;
mod facts;
mod filter;
#[cfg(test)]
mod fixture;
mod font;
mod fontcopy;
mod fontfile;
mod fontname;
mod function;
mod grid;
mod icc;
mod images;
mod interpret;
mod inventory;
mod items;
mod judge;
mod layers;
mod letters;
mod lines;
mod links;
mod looks;
mod matrix;
mod mend;
mod metrics;
mod odd;
mod open;
mod outline;
mod outlines;
mod overprint;
mod pages;
mod painting;
mod pen;
mod private;
mod ranges;
mod raw;
mod rebuild;
mod redline;
mod reread;
mod resources;
mod rewrite;
mod sfnt;
mod shade;
mod showtext;
mod state;
mod strings;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_data;
#[cfg(test)]
mod tests_odd;
#[cfg(test)]
mod tests_unseen;
mod type1;
mod value;
mod veil;
mod words;
mod write;

pub use crowded::values;

use crate::error::DocError;
use crate::format::{Choose, Content, Processed, Spool};
use crate::limits::Limits;
use crate::model::{Cleaned, Finding, FindingKind as K, Inspection, Marks, Removed, Reread, Wanted};
use crate::policy::{Action, Orders};

crate::faults! {
    /// Faults of a PDF file (ISO 32000-2).
    PdfFault {
        NoPages => "pdf-no-pages", File, "the file has no pages", "ask the owner for a sound copy";
        NoHeader => "pdf-no-header", File, "the file does not start like a PDF", "ask the owner for a sound copy";
        Xref => "pdf-xref", File, "the table of objects cannot be read or rebuilt", "open it in a PDF viewer, print it to a new PDF, and compare the two";
        Damaged { what: String } => "pdf-damaged", File, "the file is damaged: {what}", "ask the owner for a sound copy";
        EncryptionUnsupported => "pdf-encryption-unsupported", File, "the file is encrypted in a way that cannot be opened", "ask the owner for a copy without protection";
        PageTreeLoop => "pdf-page-tree-loop", File, "the page tree runs in a circle", "treat the file as hostile; decide it by hand in the plan";
        FormLoop => "pdf-form-loop", File, "drawings contain each other without end", "treat the file as hostile; decide it by hand in the plan";
        FilterUnknown { name: String } => "pdf-filter-unknown", File, "a stream uses a filter that is not known: {name}", "open it in a PDF viewer, print it to a new PDF, and compare the two";
        TooManyFilters { count: usize, limit: usize } => "pdf-filters", Limit, "a stream names {count} filters, the limit is {limit}", "treat the file as hostile; decide it by hand in the plan";
        TooManyObjects { limit: u64 } => "pdf-objects", Limit, "more than {limit} objects", "raise `limits.objects` in the policy if you trust the sender";
        TooManyValues { limit: u64 } => "pdf-values", Limit, "the objects hold more than {limit} values", "raise `limits.values` in the policy if you trust the sender";
        TooManyPages { limit: u64 } => "pdf-pages", Limit, "more than {limit} pages", "raise `limits.pages` in the policy if you trust the sender";
        TooManyOperators { limit: u64 } => "pdf-operators", Limit, "the content of a page goes past {limit} steps", "raise `limits.operators` in the policy if you trust the sender";
        TooManySteps { limit: u64 } => "pdf-steps", Limit, "what refers to what makes more than {limit} steps of work", "treat the file as hostile; raise `limits.operators` in the policy only if you know the sender";
        StreamTooLarge { limit: u64 } => "pdf-stream-too-large", Limit, "a stream inflates past {limit} bytes", "raise `limits.part_bytes` in the policy if you trust the sender";
        TotalTooLarge { limit: u64 } => "pdf-total-too-large", Limit, "the streams inflate past {limit} bytes", "raise `limits.total_bytes` in the policy if you trust the sender";
        Overlap { limit: u64 } => "pdf-overlap", Limit, "streams without an end lie over each other for more than {limit} bytes", "treat the file as hostile; decide it by hand in the plan";
        Bomb { ratio: u64 } => "pdf-bomb", Limit, "a stream inflates more than {ratio} times", "treat the file as hostile; raise `limits.ratio` only if you know the sender";
        CopyDiffers { page: usize } => "pdf-copy-differs", File, "the copy of page {page} does not show what the source shows", "open it in a PDF viewer, print it to a new PDF, and compare the two";
        CopyPages { source_pages: usize, copy_pages: usize } => "pdf-copy-pages", File, "the source has {source_pages} pages, the copy {copy_pages}", "open it in a PDF viewer, print it to a new PDF, and compare the two";
    }
}

/// The PDF backend.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pdf;

impl super::Backend for Pdf {
    fn inspect(&self, source: &Content<'_>, wanted: Wanted, limits: &Limits) -> Result<Inspection, DocError> {
        let (source, traces) = opened(source, limits)?;
        let layers = layers::Layers::read(&source);
        Ok(Looked::at(&traces, &source, &layers, &Orders::default(), false)?.inspection(wanted))
    }

    fn sanitise(&self, source: &Content<'_>, orders: &Orders, limits: &Limits, spool: &Spool) -> Result<Cleaned, DocError> {
        let (cleaned, digests) = {
            let (source, traces) = opened(source, limits)?;
            let layers = layers::Layers::read(&source);
            Looked::at(&traces, &source, &layers, orders, true)?.clean(orders, spool)?
        };
        // The source is out of memory by now.
        compare(&digests, &cleaned, orders, limits)?;
        Ok(cleaned)
    }

    fn process(&self, source: &Content<'_>, limits: &Limits, spool: &Spool, choose: Choose<'_>) -> Processed {
        let usual = Orders::default();
        let (inspection, orders, made) = {
            let (source, traces) = opened(source, limits)?;
            let layers = layers::Layers::read(&source);
            let looked = Looked::at(&traces, &source, &layers, &usual, true)?;
            let inspection = looked.inspection(Wanted::Findings);
            let Some(orders) = choose(&inspection) else { return Ok((inspection, None)) };
            // A PDF tracks no changes; under orders that differ in more, other things may go from the pages.
            let made = (orders.clone().with_tracked_changes(usual.tracked_changes) == usual).then(|| looked.clean(&orders, spool));
            (inspection, orders, made)
        };
        let cleaned = match made {
            Some(made) => made.and_then(|(cleaned, digests)| compare(&digests, &cleaned, &orders, limits).map(|()| cleaned)),
            None => self.sanitise(source, &orders, limits, spool),
        };
        Ok((inspection, Some(cleaned)))
    }

    fn reread<'c>(&self, copy: &'c Content<'_>, orders: &Orders, limits: &'c Limits) -> Result<Reread<'c>, DocError> {
        reread::reread(copy, orders, limits)
    }
}

/// A file that was opened, and what only its bytes show. They are let go then: the objects hold all data again.
fn opened<'l>(source: &Content<'_>, limits: &'l Limits) -> Result<(open::Source<'l>, raw::Traces), DocError> {
    let bytes = source.whole()?;
    Ok((open::open(&bytes, limits)?, raw::traces(&bytes)))
}

/// An open file with its pages run and its inventory taken under some orders.
struct Looked<'s, 'l> {
    source: &'s open::Source<'l>,
    layers: &'s layers::Layers,
    analysis: analysis::Analysis<'s>,
    tally: inventory::Tally,
}

impl<'s, 'l> Looked<'s, 'l> {
    /// `for_copy`: whether a copy may be asked for.
    fn at(
        traces: &raw::Traces,
        source: &'s open::Source<'l>,
        layers: &'s layers::Layers,
        orders: &Orders,
        for_copy: bool,
    ) -> Result<Self, DocError> {
        if for_copy {
            source.keep_for_copy();
        }
        let analysis = analysis::analyse(source, layers, orders, for_copy)?;
        let tally = inventory::take(source, layers, &analysis, traces, orders);
        source.budget.check()?;
        Ok(Self { source, layers, analysis, tally })
    }

    fn inspection(&self, wanted: Wanted) -> Inspection {
        let facts = (wanted == Wanted::Facts).then(|| facts::draft(self.source, &self.analysis));
        let marks = marks(self.source, &self.analysis);
        Inspection { marks, findings: self.tally.findings(), facts, unread: unread(self.source, self.layers) }
    }

    /// A copy, and the digests of the pages that it must show.
    fn clean(self, orders: &Orders, spool: &Spool) -> Result<(Cleaned, Vec<[u8; 32]>), DocError> {
        let Self { source, layers, analysis, mut tally } = self;
        let built = rebuild::Rebuild::new(source, layers, orders, &analysis.seen, spool).build(&analysis.pages, &analysis.annotations)?;
        tally.add(K::UnusedResource, "", built.unused, "resources that no page uses");
        tally.add(K::LinkedDocument, "", built.external, "data kept in another file");
        tally.add(K::Unknown, "", built.damaged, "pictures, fonts or other data that are damaged");
        tally.add(K::Unknown, "", built.ambiguous, "fonts in which viewers find different letters, or none");
        tally.add(K::Unknown, "", built.wordy, "fonts with a letter that stands for more text than one draws");
        tally.add(
            K::Unknown,
            "",
            built.misfits,
            "page content that viewers do not read alike: its words, numbers and names, or the places of letters",
        );
        tally.add(
            K::Unknown,
            "",
            u64::from(source.has_misfit()),
            "entries that decide what is drawn and are not of the kind that they must be",
        );
        tally.add(K::CoveringShape, "", built.thick_borders, "borders of links that cover what stands under them");
        let mut holds = Vec::new();
        let mut removed = Vec::new();
        for finding in tally.findings() {
            match orders.action(finding.kind) {
                Action::Hold => holds.push(finding),
                Action::Remove => removed.push(Removed { kind: finding.kind, part: finding.part, count: finding.count }),
                Action::Keep => {}
            }
        }
        for place in unread(source, layers) {
            holds.push(Finding::new(K::Unknown, place, 1, "cannot be told apart"));
        }
        Ok((
            Cleaned { copy: built.copy, removed, holds, secrets: tally.into_secrets(), beside_text: Vec::new(), rearranged: false },
            analysis.digests,
        ))
    }
}

/// Runs the copy and compares page by page what it paints.
///
/// A copy that hides text where its source, by the same rules, does not is another page than it, too.
fn compare(source: &[[u8; 32]], cleaned: &Cleaned, orders: &Orders, limits: &Limits) -> Result<(), DocError> {
    let copy = open::open(&cleaned.copy.whole()?, limits)?;
    let layers = layers::Layers::read(&copy);
    let copy = analysis::digests(&copy, &layers, orders)?;
    if copy.len() != source.len() {
        let fault = PdfFault::CopyPages { source_pages: source.len(), copy_pages: copy.len() };
        return Err(DocError::whole(fault));
    }
    for (index, (one, (other, hides))) in source.iter().zip(&copy).enumerate() {
        if one != other || *hides && cleaned.holds.is_empty() {
            return Err(DocError::part(format!("page {}", index + 1), PdfFault::CopyDiffers { page: index + 1 }));
        }
    }
    Ok(())
}

/// Places that cannot be judged.
fn unread(source: &open::Source, layers: &layers::Layers) -> Vec<String> {
    let mut places = Vec::new();
    if layers.is_disputed() {
        places.push("layers that not every viewer shows, or not both on screen and on paper".to_owned());
    }
    if source.missing() > 0 {
        places.push("objects that cannot be read".to_owned());
    }
    if inventory::reaches_guessed(source) {
        places.push("objects that are not written as PDF has them, so that viewers differ in what they say".to_owned());
    }
    if source.lost_fields > 0 {
        places.push("form fields with letters that their font does not have, which not every viewer draws".to_owned());
    }
    if source.outdated > 0 {
        places.push("objects that stand in the file and not in its table, or once more behind it".to_owned());
    }
    places
}

fn marks(source: &open::Source, analysis: &analysis::Analysis) -> Marks {
    let mut marks = Marks::default();
    let mut authors = std::collections::BTreeSet::new();
    for annotations in &analysis.annotations {
        for remark in &annotations.remarks {
            if matches!(remark.subtype, b"Popup" | b"Watermark" | b"PrinterMark" | b"TrapNet" | b"Screen" | b"3D" | b"RichMedia" | b"Movie")
            {
                continue;
            }
            marks.comments += 1;
            if let lopdf::Object::String(author, _) = source.entry(remark.dict, b"T") {
                authors.insert(strings::text_string(author));
            }
            for key in [&b"M"[..], b"CreationDate"] {
                if let lopdf::Object::String(date, _) = source.entry(remark.dict, key)
                    && let Some(moment) = facts::date(date)
                {
                    crate::model::TimeSpan::widen(&mut marks.dates, moment);
                }
            }
        }
    }
    for facts in &analysis.facts {
        marks.comments += facts.redline.comments;
        marks.insertions += facts.redline.insertions;
        marks.deletions += facts.redline.deletions;
        marks.format_changes += facts.redline.formats;
        marks.text_chars += facts.lines.iter().map(|line| line.text.chars().count() as u64).sum::<u64>();
    }
    authors.remove("");
    marks.authors = authors.into_iter().collect();
    marks
}
