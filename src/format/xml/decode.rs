//! The characters of a part.

use std::borrow::Cow;

use super::XmlFault;
use crate::DocError;

/// A part in UTF-8 without byte order mark.
///
/// # Errors
/// [`XmlFault::Encoding`] for bytes that are not what the part declares, or for an encoding other than UTF-8 and UTF-16
/// (ECMA-376-2 §6.2.5 allows no other).
pub fn decode<'a>(part: &str, bytes: &'a [u8]) -> Result<Cow<'a, str>, DocError> {
    if let Some(text) = utf16(part, bytes)? {
        return Ok(Cow::Owned(text));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| DocError::at(part, error.valid_up_to(), XmlFault::Encoding { what: "not UTF-8".into() }))?;
    utf8(part, text)
}

/// As [`decode`], of bytes that are known to be UTF-8.
///
/// # Errors
/// As [`decode`].
pub fn decode_utf8<'a>(part: &str, text: &'a str) -> Result<Cow<'a, str>, DocError> {
    match utf16(part, text.as_bytes())? {
        Some(text) => Ok(Cow::Owned(text)),
        None => utf8(part, text),
    }
}

fn wrong(part: &str, what: &str) -> DocError {
    DocError::part(part, XmlFault::Encoding { what: what.into() })
}

fn utf16(part: &str, bytes: &[u8]) -> Result<Option<String>, DocError> {
    let (bytes, read): (&[u8], fn([u8; 2]) -> u16) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => (rest, u16::from_be_bytes),
        [b'<', 0, ..] => (bytes, u16::from_le_bytes),
        [0, b'<', ..] => (bytes, u16::from_be_bytes),
        _ => return Ok(None),
    };
    if !bytes.len().is_multiple_of(2) {
        return Err(wrong(part, "an odd number of bytes in UTF-16"));
    }
    let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<_, _>>().map(Some).map_err(|_| wrong(part, "not UTF-16"))
}

fn utf8<'a>(part: &str, text: &'a str) -> Result<Cow<'a, str>, DocError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(encoding) = declared_encoding(text)
        && !["utf-8", "utf8", "us-ascii", "ascii", "utf-16"].contains(&encoding.to_ascii_lowercase().as_str())
        && !text.is_ascii()
    {
        return Err(wrong(part, "a part must be UTF-8 or UTF-16"));
    }
    Ok(Cow::Borrowed(text))
}

fn declared_encoding(text: &str) -> Option<&str> {
    let declaration = text.strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split("encoding").nth(1)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::super::Tape;
    use super::*;

    #[test]
    fn utf_16_is_read() {
        let text = r#"<?xml version="1.0" encoding="UTF-16"?><a>Grüße</a>"#;
        for (mark, bytes) in [
            (vec![0xff, 0xfe], text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()),
            (vec![0xfe, 0xff], text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ] {
            let all = [mark, bytes].concat();
            let tape = Tape::read("part.xml", &all, &crate::Limits::default()).unwrap();
            assert_eq!(tape.inner_text(tape.root), "Grüße");
        }
        // Without a mark such text can be UTF-8 as well.
        for text in ["<\0a\0/\0>\0", "\0<\0a\0/\0>"] {
            assert_eq!(decode("part.xml", text.as_bytes()).unwrap(), "<a/>");
            assert_eq!(decode_utf8("part.xml", text).unwrap(), "<a/>");
        }
        assert_eq!(decode_utf8("part.xml", "\u{feff}<a/>").unwrap(), "<a/>");
        let latin = "<?xml version='1.0' encoding='ISO-8859-1'?><a>ß</a>";
        assert!(decode_utf8("part.xml", latin).is_err() && decode("part.xml", latin.as_bytes()).is_err());
    }
}
