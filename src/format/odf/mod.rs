//! OpenDocument text (OASIS OpenDocument 1.3): read for classification, not cleaned.

mod content;
mod meta;

use crate::error::{DocError, FileFault};
use crate::format::xml::Tape;
use crate::format::zip::{Archive, Budget};
use crate::format::{Backend, Content, Spool};
use crate::model::{Cleaned, DraftFacts, Finding, FindingKind, Inspection, Marks, Reread, Wanted};
use crate::policy::Orders;
use crate::{Fault, Limits};

/// OpenDocument text, `.odt`.
#[derive(Debug, Clone, Copy)]
pub struct Odt;

impl Backend for Odt {
    /// Facts are always told: some findings follow from them.
    fn inspect(&self, source: &Content<'_>, _wanted: Wanted, limits: &Limits) -> Result<Inspection, DocError> {
        let members = Members::open(source, limits)?;
        let mut inspection = Inspection::default();
        let mut facts = DraftFacts::default();
        let content = members.tape("content.xml", limits)?.ok_or_else(|| DocError::whole(unsupported()))?;
        content::read(&content, &mut inspection, &mut facts);
        let mut beyond = content::beside_the_body(&content);
        if let Some(tape) = members.tape("meta.xml", limits)? {
            meta::properties(&tape, &mut inspection, &mut facts);
        }
        if let Some(tape) = members.tape("settings.xml", limits)? {
            meta::settings(&tape, &mut facts);
        }
        if let Some(tape) = members.tape("styles.xml", limits)? {
            content::running_text(&tape, &mut facts, &mut beyond);
        }
        facts.text.beyond = Some(crate::lineage::shingles::beyond(&beyond));
        facts.rsids.sort_unstable();
        facts.rsids.dedup();
        inspection.findings.extend(findings(&inspection.marks, &facts));
        inspection.findings.sort();
        inspection.facts = Some(facts);
        Ok(inspection)
    }

    fn sanitise(&self, _source: &Content<'_>, _orders: &Orders, _limits: &Limits, _spool: &Spool) -> Result<Cleaned, DocError> {
        Err(DocError::whole(unsupported()))
    }

    fn reread<'c>(&self, _copy: &'c Content<'_>, _orders: &Orders, _limits: &'c Limits) -> Result<Reread<'c>, DocError> {
        Err(DocError::whole(unsupported()))
    }
}

fn unsupported() -> Fault {
    FileFault::FormatUnsupported { format: "OpenDocument text".to_owned() }.into()
}

/// The members that classification reads, inflated.
struct Members {
    members: Vec<(String, Vec<u8>)>,
}

impl Members {
    fn open(source: &Content<'_>, limits: &Limits) -> Result<Self, DocError> {
        const WANTED: &[&str] = &["content.xml", "meta.xml", "settings.xml", "styles.xml", "META-INF/manifest.xml"];
        let archive = Archive::open(source, limits)?;
        let mut budget = Budget::new(limits);
        let mut members = Vec::new();
        for entry in archive.entries.iter().filter(|entry| WANTED.contains(&entry.name.as_str())) {
            members.push((entry.name.clone(), entry.inflate(&mut budget)?.bytes));
        }
        let members = Self { members };
        let encrypted =
            members.get("META-INF/manifest.xml").is_some_and(|manifest| memchr::memmem::find(manifest, b"encryption-data").is_some());
        if encrypted { Err(DocError::whole(FileFault::PasswordProtected)) } else { Ok(members) }
    }

    fn get(&self, name: &str) -> Option<&[u8]> {
        self.members.iter().find(|(known, _)| known == name).map(|(_, bytes)| bytes.as_slice())
    }

    fn tape(&self, name: &str, limits: &Limits) -> Result<Option<Tape<'_>>, DocError> {
        self.get(name).map(|bytes| Tape::read(name, bytes, limits)).transpose()
    }
}

/// What is in the file, counted by kind. Enough for a schedule; the format is not cleaned.
fn findings(marks: &Marks, facts: &DraftFacts) -> Vec<Finding> {
    let counts = [
        (FindingKind::Comment, "content.xml", u64::from(marks.comments)),
        (FindingKind::TrackedInsertion, "content.xml", u64::from(marks.insertions)),
        (FindingKind::TrackedDeletion, "content.xml", u64::from(marks.deletions)),
        (FindingKind::TrackedFormat, "content.xml", u64::from(marks.format_changes)),
        (FindingKind::AuthorName, "content.xml", marks.authors.len() as u64),
        (FindingKind::SessionId, "content.xml", facts.rsids.len() as u64),
    ];
    counts.into_iter().filter(|(_, _, count)| *count > 0).map(|(kind, part, count)| Finding::new(kind, part, count, "")).collect()
}

#[cfg(test)]
mod tests;
