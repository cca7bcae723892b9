//! Comments and tracked changes that a word processor printed into the page: balloons in the margin, struck and underlined colour.

use lopdf::Dictionary;

use super::interpret::PageItems;
use super::lines::Line;
use super::open::{Page, Source};

/// What was printed into one page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Redline {
    /// Comment balloons.
    pub(super) comments: u32,
    /// Printed insertions.
    pub(super) insertions: u32,
    /// Printed deletions.
    pub(super) deletions: u32,
    /// Printed formatting changes.
    pub(super) formats: u32,
}

/// Looks for printed markup on one page.
pub(super) fn find(_page: &Page<'_>, _items: &PageItems, _lines: &[Line], _links: &[&Dictionary], _source: &Source<'_>) -> Redline {
    Redline::default()
}
