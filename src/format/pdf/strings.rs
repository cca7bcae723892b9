//! Text strings, and whether two texts say the same.

use lopdf::Object;

/// Whether a replacement text adds nothing to the glyphs: equal but for white space, hyphens, forms and order of letters, or a few
/// signs without a letter or digit among them.
pub(super) fn says_the_same(actual: &str, shown: &str) -> bool {
    use unicode_normalization::UnicodeNormalization as _;
    let bare = |text: &str| -> String {
        text.nfkc()
            .filter(|character| {
                !character.is_whitespace() && !matches!(character, '-' | '\u{ad}' | '\u{2010}' | '\u{2011}' | '\u{200b}' | '\0')
            })
            .flat_map(char::to_lowercase)
            .collect()
    };
    let (said, seen) = (bare(actual), bare(shown));
    // Scripts that run from right to left are often drawn from left to right.
    let right_to_left = |character: char| matches!(character, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
    if said == seen || said.chars().any(right_to_left) && said.chars().rev().eq(seen.chars()) {
        return true;
    }
    // Flags, smileys, leader dots, spaces, nothing.
    actual.chars().count() <= 16 && !actual.chars().any(char::is_alphanumeric)
}

/// A text string as text (ISO 32000-2 §7.9.2.2).
pub(super) fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units: Vec<u16> =
                rest.chunks_exact(2).filter_map(|pair| Some(u16::from_be_bytes([*pair.first()?, *pair.get(1)?]))).collect();
            String::from_utf16_lossy(&units)
        }
        [0xff, 0xfe, rest @ ..] => {
            let units: Vec<u16> =
                rest.chunks_exact(2).filter_map(|pair| Some(u16::from_le_bytes([*pair.first()?, *pair.get(1)?]))).collect();
            String::from_utf16_lossy(&units)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ if bytes.is_ascii() => bytes.iter().map(|byte| char::from(*byte)).collect(),
        _ => {
            let object = Object::String(bytes.to_vec(), lopdf::StringFormat::Literal);
            lopdf::decode_text_string(&object).unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect())
        }
    }
}
