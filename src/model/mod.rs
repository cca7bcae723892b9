//! The vocabulary that every stage shares.

mod facts;
mod finding;
mod inspection;
mod ruling;

pub use facts::{DraftFacts, Shingle, TextFacts, TimeSpan};
pub use finding::{Finding, FindingKind, Removed, Secret, Severity, place_in_words};
pub use inspection::{Cleaned, EachStream, Inspection, Marks, Proof, Reread, Streams, Wanted};
pub use ruling::{Decision, Stage};

/// A name from a file, safe to show on a terminal or in a report: control, bidirectional and
/// other invisible characters are written as `\u{..}`.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let invisible = matches!(character, '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
        // The last two code points of each plane are no characters; XML, for one, cannot hold them.
        let unsafe_to_show = character.is_control() || invisible || u32::from(character) & 0xfffe == 0xfffe;
        if unsafe_to_show {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

/// SHA-256 as 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex(&sha2::Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_bidi_characters_are_escaped() {
        assert_eq!(printable("\u{ffff}\u{e0041}"), "\\u{ffff}\\u{e0041}");
        assert_eq!(printable("a\u{1b}[31m\u{202e}b"), "a\\u{1b}[31m\\u{202e}b");
        assert_eq!(printable("Résumé – 草案.docx"), "Résumé – 草案.docx");
    }
}
