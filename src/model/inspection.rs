//! What a backend returns: facts in, orders carried out, a second look.

use serde::{Deserialize, Serialize};

use super::{DraftFacts, Finding, Removed, Secret, TimeSpan};
use crate::error::DocError;
use crate::format::Content;

/// Tracked changes and comments of one draft, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Marks {
    /// Tracked insertions (runs, paragraph marks, rows, cells).
    pub insertions: u32,
    /// Tracked deletions.
    pub deletions: u32,
    /// Tracked moves: sources and destinations each count once.
    pub moves: u32,
    /// Tracked changes of formatting, numbering, tables and sections.
    pub format_changes: u32,
    /// Comments, replies included.
    pub comments: u32,
    /// Characters inside tracked insertions and move destinations.
    pub inserted_chars: u64,
    /// Characters inside tracked deletions and move sources.
    pub deleted_chars: u64,
    /// Characters of the visible text, insertions in, deletions out.
    pub text_chars: u64,
    /// Distinct author names on marks, sorted. Reports give their number only.
    pub authors: Vec<String>,
    /// First and last date on a mark.
    pub dates: Option<TimeSpan>,
}

impl Marks {
    /// Number of tracked changes of any kind.
    pub fn tracked_changes(&self) -> u32 {
        self.insertions + self.deletions + self.moves + self.format_changes
    }
}

/// How much an inspection tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Marks and findings.
    Findings,
    /// The facts by which drafts are compared and placed, too.
    Facts,
}

/// What one draft holds. Facts only: no ruling is made here.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// Marks in numbers.
    pub marks: Marks,
    /// What was found, by kind and part, sorted.
    pub findings: Vec<Finding>,
    /// Evidence for family, order and stage, where that was wanted.
    pub facts: Option<DraftFacts>,
    /// Places that could not be read; not empty means the draft needs a person.
    pub unread: Vec<String>,
}

/// A copy that the sanitiser made. Not clean until the re-inspection says so.
#[derive(Debug, Clone)]
pub struct Cleaned {
    /// The new file.
    pub copy: Content<'static>,
    /// What was taken out, by kind and part, sorted.
    pub removed: Vec<Removed>,
    /// What the orders say a person must see first. Not empty means: no release.
    pub holds: Vec<Finding>,
    /// The words that were taken out. For the byte sweep and the internal record only.
    pub secrets: Vec<Secret>,
    /// Words that stay in the copy though no text holds them, but lists, charts and instructions.
    pub beside_text: Vec<String>,
    /// Whether words of the copy stand under other properties than in the source: what was judged of them there says nothing.
    pub rearranged: bool,
}

/// What the independent re-inspection of a copy saw.
#[derive(Debug, Default)]
pub struct Reread<'c> {
    /// Marks, forbidden parts, broken references. Not empty means: no release.
    pub residue: Vec<Finding>,
    /// Every byte string of the file after inflation: part names, parts, streams.
    pub streams: Streams<'c>,
    /// All the text that a reader sees, for telling a removed word from a word that also stands in the text.
    pub visible: String,
    /// Pages, where the file itself fixes them: a PDF does, a word-processing document does not.
    pub pages: Option<u32>,
    /// What was checked, in plain words, for the proof.
    pub checks: Vec<String>,
}

/// What the re-inspection of a released copy looked for without finding it, in plain words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// What follows from the copy alone.
    pub looked_for: Vec<String>,
    /// How many removed texts were searched for. Internal: that tells whether two remarks are by one person, or repeat the text.
    pub swept: String,
}

impl Proof {
    /// All of it, for those who have the source.
    pub fn lines(&self) -> Vec<String> {
        self.looked_for.iter().chain(Some(&self.swept).filter(|swept| !swept.is_empty())).cloned().collect()
    }

    /// What a reader of the copy may know.
    pub fn public(&self) -> Vec<String> {
        let swept = "every removed text and name that the visible text does not hold, in every inflated byte; 0 found";
        self.looked_for.iter().cloned().chain(Some(swept.to_owned()).filter(|_| !self.swept.is_empty())).collect()
    }
}

/// Byte strings of a copy: those at hand, and those that are inflated again one after the other.
#[derive(Default)]
pub struct Streams<'c> {
    /// In memory.
    pub at_hand: Vec<Vec<u8>>,
    /// Calls its argument with each of the others.
    pub others: Option<EachStream<'c>>,
}

/// Calls its argument with one byte string after the other.
pub type EachStream<'c> = Box<dyn Fn(&mut dyn FnMut(&[u8])) -> Result<(), DocError> + 'c>;

impl Streams<'_> {
    /// Calls `each` with every byte string.
    ///
    /// # Errors
    /// When the copy cannot be read any more.
    pub fn each(&self, each: &mut dyn FnMut(&[u8])) -> Result<(), DocError> {
        self.at_hand.iter().for_each(|stream| each(stream));
        self.others.as_ref().map_or(Ok(()), |others| others(each))
    }
}

impl From<Vec<Vec<u8>>> for Streams<'_> {
    fn from(at_hand: Vec<Vec<u8>>) -> Self {
        Self { at_hand, others: None }
    }
}

impl std::fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Streams").field("at_hand", &self.at_hand.len()).field("others", &self.others.is_some()).finish()
    }
}
