//! Every file of a folder, read once: hash, format, facts.

use super::crawl::{self, Source};
use super::pool::{Pool, PoolError};
use super::{Inspected, inspect, weigh};
use crate::error::{DocError, FileFault};
use crate::format::{Format, sniff};
use crate::limits::Limits;
use crate::model::{Inspection, sha256_hex};

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
}

impl Draft {
    fn refused(source: &Source, fault: FileFault) -> Self {
        Self { source: source.clone(), sha256: None, format: None, inspection: Err(DocError::whole(fault)) }
    }

    /// What `clean` needs to know of it.
    pub fn inspected(&self) -> Inspected {
        Inspected { format: self.format.unwrap_or(Format::Unknown), inspection: self.inspection.clone() }
    }
}

/// Reads and inspects every source; one bad file never stops the rest.
///
/// # Errors
/// [`PoolError`] when the threads cannot be started.
pub fn survey(pool: &Pool, sources: &[Source], limits: &Limits, done: impl Fn(usize, &Draft) + Sync) -> Result<Vec<Draft>, PoolError> {
    let panicked = |source: &Source| {
        let sha256 = crawl::read(source, limits).ok().map(|bytes| sha256_hex(&bytes));
        Draft { sha256, ..Draft::refused(source, FileFault::Panicked) }
    };
    pool.run(sources, limits.in_flight_bytes, |source| weigh::weight(source, limits), |source| look(source, limits), panicked, done)
}

fn look(source: &Source, limits: &Limits) -> Draft {
    if !source.regular {
        return Draft::refused(source, source.set_aside.clone().unwrap_or(FileFault::Special));
    }
    let bytes = match crawl::read(source, limits) {
        Ok(bytes) => bytes,
        Err(fault) => return Draft::refused(source, source.set_aside.clone().unwrap_or(fault)),
    };
    let sha256 = Some(sha256_hex(&bytes));
    let (format, inspection) = if let Some(fault) = &source.set_aside {
        (sniff(&bytes), Err(DocError::whole(fault.clone())))
    } else {
        let inspected = inspect(&source.name, &bytes, limits);
        (inspected.format, inspected.inspection)
    };
    let source = Source { bytes: bytes.len() as u64, ..source.clone() };
    Draft { source, sha256, format: Some(format), inspection }
}
