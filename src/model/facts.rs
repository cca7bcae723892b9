//! What a draft says about its own age and place. Internal: quoted in evidence only in part, never in a public file.

use serde::{Deserialize, Serialize};

/// First and last moment of something, in seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeSpan {
    /// The earliest.
    pub first: i64,
    /// The latest.
    pub last: i64,
}

impl TimeSpan {
    /// Widens a span (or starts one) by a moment.
    pub fn widen(span: &mut Option<Self>, moment: i64) {
        match span {
            Some(span) => {
                span.first = span.first.min(moment);
                span.last = span.last.max(moment);
            }
            None => *span = Some(Self { first: moment, last: moment }),
        }
    }
}

/// Hash of a five-word sequence. No longer than that, since those of all drafts are kept at once: of two texts of 40,000 words each that
/// have nothing in common, every third pair shares one by chance.
pub type Shingle = u32;

/// The text of a draft, reduced to what comparison needs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TextFacts {
    /// Hashes of the distinct five-word sequences of the body text, ascending.
    ///
    /// Words are runs of word characters in lower case; tracked insertions are in, deletions and comments out;
    /// body paragraphs only (no headers, notes or text boxes).
    #[serde(with = "packed")]
    pub shingles: Vec<Shingle>,
    /// Number of words.
    pub words: u32,
    /// Hash of the whole sequence of words: equal for drafts with the same words. `None` when there are no words.
    pub digest: Option<u64>,
    /// As `digest`, with tracked deletions in and insertions out: the words before the changes.
    pub digest_before: Option<u64>,
    /// Hash of the signs between the words that carry meaning (ticks, minus, percent, ...), each with its place; 0 for none.
    pub signs: u64,
    /// Hash of the words and signs that a reader sees outside of the body: headers, notes, text boxes; each paragraph once, whatever
    /// their order. 0 for none; `None` when they are not known.
    pub beyond: Option<u64>,
    /// Five-word sequences that the tracked changes bring in: in `shingles`, not in the text before the changes; ascending.
    #[serde(with = "packed")]
    pub added: Vec<Shingle>,
    /// Five-word sequences that the tracked changes take out: in the text before the changes, not in `shingles`; ascending.
    #[serde(with = "packed")]
    pub removed: Vec<Shingle>,
}

impl TextFacts {
    /// Whether a five-word sequence stands in the text, before or after the tracked changes.
    pub fn holds(&self, shingle: Shingle) -> bool {
        self.shingles.binary_search(&shingle).is_ok() || self.removed.binary_search(&shingle).is_ok()
    }

    /// Whether a reader sees the same words and signs in both, outside of the body too.
    pub fn shows_the_same(&self, other: &Self) -> bool {
        let seen = |facts: &Self| (facts.digest, facts.signs, facts.beyond);
        self.digest.is_some() && self.beyond.is_some() && seen(self) == seen(other)
    }
}

/// Everything that classification may use about one draft.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DraftFacts {
    /// First 40 visible body paragraphs that hold text, each cut at 300 characters, in order.
    pub front_matter: Vec<String>,
    /// Visible text of headers, footers and watermarks, each distinct paragraph once.
    pub running_text: Vec<String>,
    /// Title property.
    pub title: Option<String>,
    /// Version or status properties (`cp:version`, `cp:contentStatus`, custom properties with such names).
    pub version_properties: Vec<String>,
    /// Creation time property.
    pub created: Option<i64>,
    /// Last modification time property.
    pub modified: Option<i64>,
    /// Last printing time property.
    pub printed: Option<i64>,
    /// `cp:revision`.
    pub revision: Option<u32>,
    /// Minutes of editing (`TotalTime`).
    pub editing_minutes: Option<u32>,
    /// Application that saved the file.
    pub application: Option<String>,
    /// Revision session ids of settings and text, ascending, distinct (ECMA-376-1 §17.15.1.72).
    pub rsids: Vec<u32>,
    /// `w:rsidRoot`.
    pub rsid_root: Option<u32>,
    /// Session id of the last save, where the application counts them up (LibreOffice `Rsid`).
    pub rsid_last: Option<u32>,
    /// Dates on tracked changes.
    pub change_dates: Option<TimeSpan>,
    /// Dates on comments.
    pub comment_dates: Option<TimeSpan>,
    /// Latest time stamp of a container member, when it is not the format's zero.
    pub container_time: Option<i64>,
    /// The words.
    pub text: TextFacts,
}

/// Hashes as one string: a list of numbers takes twice the room and many times as long to read.
mod packed {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::Shingle;

    pub(super) fn serialize<S: Serializer>(hashes: &[Shingle], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect();
        serializer.serialize_str(&STANDARD_NO_PAD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Shingle>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let bytes = STANDARD_NO_PAD.decode(text.as_bytes()).map_err(D::Error::custom)?;
        let (hashes, rest) = bytes.as_chunks();
        if rest.is_empty() {
            Ok(hashes.iter().map(|hash| Shingle::from_le_bytes(*hash)).collect())
        } else {
            Err(D::Error::custom("a hash is cut"))
        }
    }
}
