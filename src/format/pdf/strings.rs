//! Text strings, and whether two texts say the same.

use lopdf::Object;

/// Whether a replacement text adds nothing to the glyphs: equal but for white space, hyphens and forms of letters.
pub(super) fn says_the_same(actual: &str, shown: &str) -> bool {
    use unicode_normalization::UnicodeNormalization as _;
    let bare = |text: &str| -> String {
        text.nfkc()
            .filter(|character| {
                !character.is_whitespace() && !matches!(character, '-' | '\u{ad}' | '\u{2010}' | '\u{2011}' | '\u{200b}' | '\0')
            })
            .collect()
    };
    if bare(actual) == bare(shown) {
        return true;
    }
    // Pictures of characters, such as flags and smileys: the glyphs say nothing, the replacement holds no letters.
    let says_nothing = |character: char| matches!(character, '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}');
    !shown.is_empty() && shown.chars().all(says_nothing) && !actual.chars().any(char::is_alphanumeric) && actual.chars().count() <= 16
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
