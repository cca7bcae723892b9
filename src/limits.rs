//! One budget for what a document may make us do. Counts work, never seconds, so that a slow machine never changes a verdict.

use serde::{Deserialize, Serialize};

/// Upper bounds, each with its unit. The defaults take every real document we know with room to spare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Size of a source file in bytes.
    pub file_bytes: u64,
    /// Inflated size of one member, stream or part in bytes.
    pub part_bytes: u64,
    /// Inflated size of all members or streams of one document in bytes.
    pub total_bytes: u64,
    /// Inflated size divided by deflated size of a member that inflates to more than a mebibyte.
    pub ratio: u64,
    /// Members of a ZIP container.
    pub members: u64,
    /// Depth of nested XML elements.
    pub depth: u64,
    /// XML nodes and attributes of one document, those of tags that are spelled alike counted once.
    pub nodes: u64,
    /// Indirect objects of a PDF.
    pub objects: u64,
    /// Numbers, names, strings and other values in the objects of a PDF, those inside of others included.
    pub values: u64,
    /// Pages of a PDF.
    pub pages: u64,
    /// Operators in the content of one PDF page, forms included.
    pub operators: u64,
    /// Width times height of a picture that has to be decoded, in pixels.
    pub pixels: u64,
    /// Estimated memory of the documents that are worked on at one time, in bytes. One that needs more by itself is worked on alone.
    pub in_flight_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        Self {
            file_bytes: 512 * MIB,
            part_bytes: 200 * MIB,
            total_bytes: 768 * MIB,
            ratio: 500,
            members: 20_000,
            depth: 512,
            nodes: 8_000_000,
            objects: 2_000_000,
            values: 2_000_000,
            pages: 20_000,
            operators: 20_000_000,
            pixels: 100_000_000,
            in_flight_bytes: 768 * MIB,
        }
    }
}
