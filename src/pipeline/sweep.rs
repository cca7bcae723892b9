//! A plain byte sweep of a copy for the words that were taken out of it. Knows nothing of any format.
//!
//! What is searched for: each removed text is cut at line ends into pieces of at most six words. A piece counts when it is
//! - a phrase: two words or more, eight characters or more;
//! - a token: one word of eight characters or more that holds something besides letters (an address, a path, a number
//!   with letters), but not a plain number, which stands in any markup;
//! - a name: one word of six letters or more out of an author's name, found only as a whole word.
//!
//! Single ordinary words are not searched for: "document" is in the code of every file. Pieces that also stand in the visible
//! text of the copy say nothing and are left out, as are the words that programs write themselves (`GENERIC`).

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt as _};

use crate::error::DocError;
use crate::model::{Finding, FindingKind, Secret, Streams};

const PIECE_WORDS_MAX: usize = 6;
const PIECE_CHARS_MAX: usize = 48;
const PHRASE_CHARS_MIN: usize = 8;
const NAME_CHARS_MIN: usize = 6;

/// Bytes by which a needle is found before it is compared whole.
const ANCHOR_BYTES: usize = 5;
/// Only every second place is looked at: a needle has an anchor at its first byte and one at its second.
const STRIDE: usize = 2;
/// Bytes at the end of a needle that are compared before the rest. No needle is shorter, and none than its anchors.
const END_BYTES: usize = 6;

/// Texts that word processors write into every file: fonts, built-in styles, their own names.
const GENERIC: &[&str] = &[
    "annotation reference",
    "annotation subject",
    "annotation text",
    "balloon text",
    "block text",
    "body text",
    "body text indent",
    "book title",
    "comment reference",
    "comment subject",
    "comment text",
    "courier new",
    "default paragraph font",
    "document map",
    "e-mail signature",
    "endnote reference",
    "endnote text",
    "envelope address",
    "envelope return",
    "followed hyperlink",
    "footer char",
    "footnote reference",
    "footnote text",
    "header char",
    "html address",
    "html preformatted",
    "index heading",
    "intense emphasis",
    "intense quote",
    "intense reference",
    "libreoffice writer",
    "line number",
    "list bullet",
    "list continue",
    "list number",
    "list paragraph",
    "message header",
    "microsoft excel",
    "microsoft macintosh word",
    "microsoft office",
    "microsoft office user",
    "microsoft office word",
    "microsoft word",
    "no spacing",
    "normal (web)",
    "normal indent",
    "normal table",
    "normal.dot",
    "normal.dotm",
    "note heading",
    "office theme",
    "page number",
    "placeholder text",
    "plain table",
    "plain text",
    "segoe ui",
    "subtle emphasis",
    "subtle reference",
    "table grid",
    "table normal",
    "table of authorities",
    "table of contents",
    "table of figures",
    "times new roman",
    "title char",
    "toa heading",
    "toc heading",
    "windows user",
];

/// What a sweep found.
pub(super) struct Swept {
    /// Pieces still in the copy, by kind. Never the words.
    pub residue: Vec<Finding>,
    /// The pieces themselves, for the internal record only.
    pub words: Vec<Secret>,
    /// What was looked for, in plain words.
    pub proof: String,
}

/// One piece of a removed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece<'a> {
    text: &'a str,
    part: &'a str,
    kind: FindingKind,
    whole_word: bool,
}

/// Searches `streams` for every piece of `secrets` that is not in the `visible` text, in UTF-8, UTF-16 and, where they differ,
/// with XML escapes; for a PDF in Latin-1 and as hexadecimal digits too.
///
/// # Errors
/// When the copy cannot be read any more.
pub(super) fn sweep(secrets: &[Secret], visible: &str, streams: &Streams<'_>, pdf: bool) -> Result<Swept, DocError> {
    let mut pieces: BTreeMap<&str, Piece<'_>> = BTreeMap::new();
    for secret in secrets {
        for piece in pieces_of(secret) {
            pieces.entry(piece.text).or_insert(piece);
        }
    }
    let pieces: Vec<Piece<'_>> = pieces.into_values().collect();
    let seen = also_visible(&pieces, visible);
    let mut matcher = Matcher::with_capacity(pieces.len() * 4);
    for (index, piece) in pieces.iter().enumerate().filter(|(index, _)| !seen.contains(index)) {
        for form in forms(piece.text, pdf) {
            matcher.add(form, index);
        }
    }
    let mut found: Vec<usize> = Vec::new();
    let mut bytes = 0;
    streams.each(&mut |stream| {
        bytes += stream.len();
        matcher.search(stream, |index, at, length| {
            if pieces.get(index).is_some_and(|piece| !piece.whole_word || is_whole_word(stream, at, length)) {
                found.push(index);
            }
        });
    })?;
    found.sort_unstable();
    found.dedup();
    let mut counts: BTreeMap<FindingKind, u64> = BTreeMap::new();
    let mut words = Vec::new();
    for Piece { kind, part, text, .. } in found.iter().filter_map(|index| pieces.get(*index)) {
        *counts.entry(*kind).or_default() += 1;
        words.push(Secret { kind: *kind, part: (*part).to_owned(), text: (*text).to_owned() });
    }
    let residue = counts.into_iter().map(|(kind, count)| Finding::new(kind, "", count, "removed texts are still in the file")).collect();
    let proof = format!(
        "{bytes} inflated bytes swept for {} removed texts and names in UTF-8, UTF-16{}; {} more stand in the visible text too; {} found",
        pieces.len() - seen.len(),
        if pdf { ", Latin-1 and hexadecimal" } else { " and with XML escapes" },
        seen.len(),
        found.len()
    );
    Ok(Swept { residue, words, proof })
}

/// Cuts a removed text into what can be searched for without false alarms.
fn pieces_of(secret: &Secret) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for line in secret.text.split(char::is_control) {
        let words: Vec<(usize, &str)> =
            line.split_whitespace().map(|word| (word.as_ptr() as usize - line.as_ptr() as usize, word)).collect();
        for chunk in words.chunks(PIECE_WORDS_MAX) {
            let (Some((start, _)), Some((last, word))) = (chunk.first(), chunk.last()) else { continue };
            let text = line.get(*start..last + word.len()).unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric());
            let text = text.char_indices().nth(PIECE_CHARS_MAX).map_or(text, |(end, _)| text.get(..end).unwrap_or(text).trim_end());
            pieces.extend(piece_of(text, secret));
        }
        if secret.kind == FindingKind::AuthorName {
            let names = words.iter().map(|(_, word)| word.trim_matches(|c: char| !c.is_alphanumeric()));
            pieces.extend(names.filter_map(|name| name_of(name, secret)));
        }
    }
    pieces
}

fn piece_of<'a>(text: &'a str, secret: &'a Secret) -> Option<Piece<'a>> {
    if text.chars().count() < PHRASE_CHARS_MIN || is_generic(text) {
        return None;
    }
    let phrase = text.contains(char::is_whitespace) && text.chars().any(char::is_alphabetic);
    let token = text.chars().any(char::is_alphabetic) && text.chars().any(|c| !c.is_alphabetic()) && !text.contains("schemas.");
    (phrase || token).then_some(Piece { text, part: &secret.part, kind: secret.kind, whole_word: false })
}

/// One part of a person's name.
fn name_of<'a>(text: &'a str, secret: &'a Secret) -> Option<Piece<'a>> {
    const NO_NAMES: &[&str] =
        &["author", "reviewer", "administrator", "unknown", "microsoft", "office", "windows", "google", "libreoffice"];
    let usable = text.chars().count() >= NAME_CHARS_MIN
        && text.chars().all(char::is_alphabetic)
        && text.starts_with(char::is_uppercase)
        && !NO_NAMES.contains(&text.to_lowercase().as_str());
    usable.then_some(Piece { text, part: &secret.part, kind: secret.kind, whole_word: true })
}

fn is_generic(text: &str) -> bool {
    GENERIC.contains(&folded(text).as_str())
}

/// Lower case, runs of white space as one space.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_space = false;
    for character in text.chars() {
        if character.is_whitespace() {
            after_space = true;
            continue;
        }
        if std::mem::take(&mut after_space) && !out.is_empty() {
            out.push(' ');
        }
        if character.is_ascii() {
            out.push(character.to_ascii_lowercase());
        } else {
            out.extend(character.to_lowercase());
        }
    }
    out
}

/// The pieces that a reader of the copy sees anyway.
fn also_visible(pieces: &[Piece<'_>], visible: &str) -> std::collections::BTreeSet<usize> {
    let mut matcher = Matcher::with_capacity(pieces.len());
    for (index, piece) in pieces.iter().enumerate() {
        matcher.add(folded(piece.text).into_bytes(), index);
    }
    let mut seen = std::collections::BTreeSet::new();
    matcher.search(folded(visible).as_bytes(), |index, _, _| {
        seen.insert(index);
    });
    seen
}

/// The byte strings that a text can be written as.
fn forms(text: &str, pdf: bool) -> Vec<Vec<u8>> {
    let wide_little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide_big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut forms = vec![text.as_bytes().to_vec(), wide_little];
    if pdf {
        let latin: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
        for bytes in latin.into_iter().chain([wide_big.clone()]) {
            let hex = crate::model::hex(&bytes);
            forms.extend([hex.to_ascii_uppercase().into_bytes(), hex.into_bytes(), bytes]);
        }
    } else {
        let mut escaped = String::new();
        for c in text.chars() {
            match c {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '"' => escaped.push_str("&quot;"),
                '\'' => escaped.push_str("&apos;"),
                c => escaped.push(c),
            }
        }
        forms.push(wide_big);
        forms.push(escaped.into_bytes());
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Whether the neighbours of a hit are no letters or digits. The zero bytes of UTF-16 are passed over.
fn is_whole_word(stream: &[u8], at: usize, length: usize) -> bool {
    let joins = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let before = stream.get(..at).and_then(|head| head.iter().rev().take(2).find(|byte| **byte != 0));
    let after = stream.get(at + length..).and_then(|tail| tail.iter().take(2).find(|byte| **byte != 0));
    !joins(before) && !joins(after)
}

/// Many needles at once: a bit for each hashed anchor, then a look-up of the whole needle.
///
/// An automaton over thousands of needles in four encodings is slower to build than the sweep itself takes; this costs
/// about a nanosecond a byte whatever their number.
struct Matcher {
    bits: Vec<u64>,
    /// A bit for each needle's length and last bytes: many needles begin alike, and a look-up for each length is dear.
    ends: Vec<u64>,
    /// Bits of a hash that do not choose a bit.
    shift: u32,
    /// Where in a needle an anchor is, and how long that is: ascending and distinct.
    places: HashMap<u64, Vec<(usize, usize)>>,
    needles: HashMap<Vec<u8>, Vec<usize>>,
}

impl Matcher {
    /// For about so many needles: few bits of many are set, so that few places need the look-up.
    fn with_capacity(needles: usize) -> Self {
        const BITS_PER_NEEDLE: usize = 64 * STRIDE;
        const BITS_MAX: usize = 1 << 20;
        let bits = needles.saturating_mul(BITS_PER_NEEDLE).clamp(1 << 12, BITS_MAX).next_power_of_two();
        Self {
            bits: vec![0; bits / 64],
            ends: vec![0; bits / 64],
            shift: 64 - bits.ilog2(),
            places: HashMap::new(),
            needles: HashMap::new(),
        }
    }

    /// Adds a needle. Needles shorter than their anchors are left out; none of the rules above makes one.
    fn add(&mut self, needle: Vec<u8>, index: usize) {
        let Some(end) = end_of(&needle) else { return };
        let (word, bit) = self.slot(end);
        if let Some(word) = self.ends.get_mut(word) {
            *word |= bit;
        }
        for shift in 0..STRIDE {
            let Some(anchor) = needle.get(shift..).and_then(<[u8]>::first_chunk::<ANCHOR_BYTES>) else { continue };
            let anchor = number_of(anchor);
            let (word, bit) = self.slot(anchor);
            if let Some(word) = self.bits.get_mut(word) {
                *word |= bit;
            }
            let places = self.places.entry(anchor).or_default();
            let place = (shift, needle.len());
            if let Err(at) = places.binary_search(&place) {
                places.insert(at, place);
            }
        }
        self.needles.entry(needle).or_default().push(index);
    }

    /// Calls `hit` with the index of the piece, the offset and the length, for every occurrence of a needle.
    fn search(&self, haystack: &[u8], mut hit: impl FnMut(usize, usize, usize)) {
        const ANCHOR: u64 = (1 << (8 * ANCHOR_BYTES)) - 1;
        if self.needles.is_empty() {
            return;
        }
        let mut look = |at: usize, anchor: u64| {
            let (word, bit) = self.slot(anchor);
            if self.bits.get(word).is_some_and(|word| word & bit != 0) {
                self.compare(haystack, at, anchor, &mut hit);
            }
        };
        // Eight bytes are read at once, of which the anchor is five; the last places are read from what is left.
        let mut at = 0;
        while let Some(bytes) = haystack.get(at..).and_then(<[u8]>::first_chunk) {
            look(at, u64::from_le_bytes(*bytes) & ANCHOR);
            at += STRIDE;
        }
        while let Some(anchor) = haystack.get(at..).and_then(<[u8]>::first_chunk::<ANCHOR_BYTES>) {
            look(at, number_of(anchor));
            at += STRIDE;
        }
    }

    #[cold]
    fn compare(&self, haystack: &[u8], at: usize, anchor: u64, hit: &mut impl FnMut(usize, usize, usize)) {
        for (shift, length) in self.places.get(&anchor).into_iter().flatten() {
            let Some(start) = at.checked_sub(*shift) else { continue };
            let ends_alike = |bytes: &&[u8]| {
                let slot = end_of(bytes).map(|end| self.slot(end));
                slot.is_some_and(|(word, bit)| self.ends.get(word).is_some_and(|word| word & bit != 0))
            };
            let whole = haystack.get(start..start + length).filter(ends_alike).and_then(|bytes| self.needles.get(bytes));
            for index in whole.into_iter().flatten() {
                hit(*index, start, *length);
            }
        }
    }

    /// Where the bit of an anchor or an end is.
    fn slot(&self, anchor: u64) -> (usize, u64) {
        let hash = anchor.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift;
        ((hash >> 6) as usize, 1 << (hash & 63))
    }
}

/// A few bytes as a number.
fn number_of(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// The last bytes of a text and its length as a number; `None` for one that is too short to be searched for.
fn end_of(text: &[u8]) -> Option<u64> {
    Some(number_of(text.last_chunk::<END_BYTES>()?) | (text.len() as u64) << (8 * END_BYTES))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kind: FindingKind, secret: &str, visible: &str, stream: &[u8], pdf: bool) -> u64 {
        let secrets = [Secret { kind, part: String::new(), text: secret.into() }];
        sweep(&secrets, visible, &vec![stream.to_vec()].into(), pdf).unwrap().residue.iter().map(|finding| finding.count).sum()
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn a_removed_phrase_is_found_in_every_encoding() {
        let secret = "Tell R&D it is wrong";
        assert_eq!(found(FindingKind::Comment, secret, "", b"<t>Tell R&amp;D it is wrong</t>", false), 1);
        assert_eq!(found(FindingKind::Comment, secret, "", secret.as_bytes(), false), 1);
        assert_eq!(found(FindingKind::Comment, secret, "", &wide(secret), false), 1);
        let big: Vec<u8> = secret.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(found(FindingKind::Comment, secret, "", &big, false), 1);
        assert_eq!(found(FindingKind::Comment, secret, "", crate::model::hex(&big).as_bytes(), true), 1);
        assert_eq!(found(FindingKind::Comment, secret, "", b"something else", false), 0);
    }

    #[test]
    fn a_removed_text_is_found_wherever_it_stands() {
        let secret = "aé1 2f8g";
        for (before, after) in (0..10).flat_map(|before| (0..10).map(move |after| (before, after))) {
            let stream = ["x".repeat(before), secret.to_owned(), "y".repeat(after)].concat();
            assert_eq!(found(FindingKind::Comment, secret, "", stream.as_bytes(), false), 1, "{before} {after}");
        }
        assert_eq!(found(FindingKind::Comment, secret, "", &secret.as_bytes()[..secret.len() - 1], false), 0);
    }

    #[test]
    fn the_shortest_name_is_found_wherever_it_stands() {
        for (before, after) in (0..10).flat_map(|before| (0..10).map(move |after| (before, after))) {
            let stream = [" ".repeat(before), "Barlow".to_owned(), " ".repeat(after)].concat();
            assert_eq!(found(FindingKind::AuthorName, "Barlow", "", stream.as_bytes(), false), 1, "{before} {after}");
        }
        assert_eq!(found(FindingKind::AuthorName, "Barlow", "", b"Barlo", false), 0);
    }

    #[test]
    fn part_of_a_long_text_is_enough() {
        let secret = "one two three four five six seven eight nine ten eleven twelve";
        assert_eq!(found(FindingKind::TrackedDeletion, secret, "", b"...seven eight nine ten eleven twelve...", false), 1);
    }

    #[test]
    fn what_the_reader_sees_anyway_is_no_residue() {
        assert_eq!(found(FindingKind::TrackedDeletion, "the  Final Report", "See the final\nreport.", b"the  Final Report", false), 0);
    }

    #[test]
    fn ordinary_words_numbers_and_program_names_raise_no_alarm() {
        for text in ["document", "12700000", "Table of Contents", "Microsoft Office Word", "Times New Roman"] {
            assert_eq!(found(FindingKind::TrackedDeletion, text, "", text.as_bytes(), false), 0, "{text}");
        }
    }

    #[test]
    fn a_surname_is_found_as_a_word_only() {
        assert_eq!(found(FindingKind::AuthorName, "Ann Quilter", "", b"w:x=\"Quilter\"", false), 1);
        assert_eq!(found(FindingKind::AuthorName, "Ann Quilter", "", &wide(" Quilter "), false), 1);
        assert_eq!(found(FindingKind::AuthorName, "Ann Quilter", "", b"Quilters", false), 0);
    }

    #[test]
    fn a_name_with_digits_or_an_address_is_found_anywhere() {
        assert_eq!(found(FindingKind::AuthorName, "km.smith@dept.example", "", b"xkm.smith@dept.examplex", false), 1);
        assert_eq!(found(FindingKind::TemplatePath, r"S:\Drafts\secret.dotm", "", br"S:\Drafts\secret.dotm", false), 1);
    }
}
