//! Office Open XML packages (ECMA-376).

mod attributes;
mod binding;
mod blocks;
mod boxes;
mod build;
mod charts;
mod colour;
mod cover;
mod diagram;
mod drawing;
mod drawn;
mod emit;
pub mod facts;
mod fields;
mod fit;
mod forbidden;
mod geometry;
mod ground;
mod hidden;
mod incomplete;
mod ink;
mod inspect;
mod instruction;
mod layers;
mod lengths;
mod look;
mod mc;
mod members;
mod names;
mod numbering;
pub mod package;
mod pages;
mod pictures;
mod places;
mod plan;
mod prefixes;
pub mod relationship;
mod report;
mod reread;
mod restore;
mod sections;
mod signs;
mod squeezed;
mod stories;
mod structure;
mod styles;
mod tracked;
mod walk;
mod word_art;
mod words;

use self::inspect::Inspected;
use self::package::Package;
use self::report::Report;
use super::{Backend, Choose, Content, Processed, Spool};
use crate::model::{Cleaned, Inspection, Reread, Wanted};
use crate::policy::Orders;
use crate::{DocError, Limits};

crate::faults! {
    /// Faults of an Office Open XML package.
    OoxmlFault {
        NoContentTypes => "ooxml-no-content-types", File, "the package has no [Content_Types].xml", "ask the owner for a sound copy";
        NoMainPart => "ooxml-no-main-part", File, "no main document part is reachable from the package", "ask the owner for a sound copy";
        NotWordprocessing { is: String } => "ooxml-not-wordprocessing", File, "the main part is not a word-processing document but {is}", "convert it to .docx or PDF and put the copy in the folder";
        DoubledRelationship => "ooxml-doubled-relationship", File, "a relationship has no identifier, or one that another has", "open the document in a word processor and save a copy";
        MissingPart { target: String } => "ooxml-missing-part", File, "a relationship leads to {target}, which is not in the package", "open the document in a word processor and save a copy";
        PartsTooDeep { limit: usize } => "ooxml-parts-too-deep", Limit, "more than {limit} parts lead to each other one after the other", "ask the owner for a sound copy";
        UnknownContent { what: String } => "ooxml-unknown-content", File, "visible content of a kind that is not understood: {what}", "open the document in a word processor, replace that object by text or a picture, and save a copy";
    }
}

/// Word-processing documents: `.docx`, `.docm`, `.dotx`, `.dotm`, transitional and strict.
#[derive(Debug, Clone, Copy, Default)]
pub struct Word;

impl Backend for Word {
    fn inspect(&self, source: &Content<'_>, wanted: Wanted, limits: &Limits) -> Result<Inspection, DocError> {
        inspect::inspect(&Package::open(source, limits)?, wanted, limits)
    }

    fn process(&self, source: &Content<'_>, limits: &Limits, spool: &Spool, choose: Choose<'_>) -> Processed {
        let package = Package::open(source, limits)?;
        let Inspected { inspection, made: parts, report } = inspect::inspect_and_assemble(&package, limits, spool)?;
        let cleaned = match choose(&inspection) {
            None => None,
            // The copy that the inspection gave its account of.
            Some(orders) if orders == inspect::orders() => Some(parts.and_then(|parts| cleaned(&package, parts, &report, limits, spool))),
            Some(orders) => {
                drop(parts);
                Some(sanitised(&package, &orders, limits, spool))
            }
        };
        Ok((inspection, cleaned))
    }

    fn sanitise(&self, source: &Content<'_>, orders: &Orders, limits: &Limits, spool: &Spool) -> Result<Cleaned, DocError> {
        sanitised(&Package::open(source, limits)?, orders, limits, spool)
    }

    fn reread<'c>(&self, copy: &'c Content<'_>, orders: &Orders, limits: &'c Limits) -> Result<Reread<'c>, DocError> {
        reread::reread(copy, orders, limits)
    }
}

fn sanitised(package: &Package<'_>, orders: &Orders, limits: &Limits, spool: &Spool) -> Result<Cleaned, DocError> {
    let mut report = Report::default();
    let parts = build::assemble(package, orders, limits, &mut report, spool)?;
    cleaned(package, parts, &report, limits, spool)
}

fn cleaned(package: &Package<'_>, parts: build::Parts, report: &Report, limits: &Limits, spool: &Spool) -> Result<Cleaned, DocError> {
    let copy = build::pack(package, parts, limits, spool)?;
    let (removed, holds, secrets) = (report.removals(), report.holds(), report.secrets());
    Ok(Cleaned { copy, removed, holds, secrets, beside_text: report.beside_text(), rearranged: report.is_rearranged() })
}
