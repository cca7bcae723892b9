//! Every file of a folder, read once: hash, format, facts.

use super::cache::Cache;
use super::crawl::{self, Source};
use super::pool::{Pool, PoolError};
use super::{Inspected, look_at, weigh};
use crate::error::{DocError, FileFault};
use crate::format::{Format, sniff};
use crate::limits::Limits;
use crate::model::{DraftFacts, Inspection, Shingle, TextFacts, Wanted};

/// One file and what is known of it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Name and place.
    pub source: Source,
    /// Hash of the bytes that were inspected; `None` when they could not be read.
    pub sha256: Option<String>,
    /// Told by its content; `None` when it could not be read.
    pub format: Option<Format>,
    /// The facts, or why the file is refused.
    pub inspection: Result<Inspection, DocError>,
    /// Hashes of the five-word sequences of the letter's words that stand in it, see [`Draft::listen`].
    pub echoes: Vec<Shingle>,
}

impl Draft {
    fn refused(source: &Source, fault: FileFault) -> Self {
        Self { source: source.clone(), sha256: None, format: None, inspection: Err(DocError::whole(fault)), echoes: Vec::new() }
    }

    /// Keeps which of these five-word sequences stand in its text, before or after its tracked changes. `told`: hashes, ascending.
    pub fn listen(&mut self, told: &[Shingle]) {
        if let Ok(Inspection { facts: Some(DraftFacts { text, .. }), .. }) = &self.inspection {
            self.echoes = told.iter().copied().filter(|hash| text.holds(*hash)).collect();
        }
    }

    /// Lets go of the words and hashes by which drafts are compared: nothing asks for them once every draft has its place, and they are
    /// most of what is kept of one.
    pub fn forget_words(&mut self) {
        if let Ok(Inspection { facts: Some(facts), .. }) = &mut self.inspection {
            facts.text = TextFacts::default();
            (facts.front_matter, facts.running_text, facts.rsids) = Default::default();
        }
    }

    /// What `clean` needs to know of it.
    pub fn inspected(&self) -> Inspected {
        Inspected { format: self.format.unwrap_or(Format::Unknown), inspection: self.inspection.clone() }
    }
}

/// Reads and inspects every source, or takes its inspection, with all facts, from a cache; one bad file never stops the rest.
///
/// # Errors
/// [`PoolError`] when the threads cannot be started.
pub fn survey(
    pool: &Pool,
    sources: &[Source],
    wanted: Wanted,
    limits: &Limits,
    cache: Option<&Cache>,
    done: impl Fn(usize, &Draft) + Sync,
) -> Result<Vec<Draft>, PoolError> {
    let panicked = |source: &Source| {
        let sha256 = crawl::read(source, limits).and_then(|content| crawl::digest(&content)).ok();
        Draft { sha256, ..Draft::refused(source, FileFault::Panicked) }
    };
    pool.run(
        sources,
        limits.in_flight_bytes,
        |source| weigh::weight(source, limits),
        |source| look(source, wanted, limits, cache),
        panicked,
        done,
    )
}

fn look(source: &Source, wanted: Wanted, limits: &Limits, cache: Option<&Cache>) -> Draft {
    if !source.regular {
        return Draft::refused(source, source.set_aside.clone().unwrap_or(FileFault::Special));
    }
    let (content, sha256) = match crawl::read(source, limits).and_then(|content| crawl::digest(&content).map(|sha256| (content, sha256))) {
        Ok(read) => read,
        Err(fault) => return Draft::refused(source, source.set_aside.clone().unwrap_or(fault)),
    };
    let (format, inspection) = if let Some(fault) = &source.set_aside {
        (sniff(&content), Err(DocError::whole(fault.clone())))
    } else {
        let inspected = match cache {
            Some(cache) => cache.inspect(&source.name, &content, &sha256, limits),
            None => look_at(&source.name, &content, wanted, limits),
        };
        // What is kept until every draft is read stands among what this one needed, and would keep that room in pieces: it is put elsewhere.
        (inspected.format, inspected.inspection.clone())
    };
    if let Err(fault) = crawl::still(&content, &sha256) {
        return Draft::refused(source, fault);
    }
    let source = Source { bytes: content.length(), ..source.clone() };
    Draft { source, sha256: Some(sha256), format: Some(format), inspection, echoes: Vec::new() }
}
