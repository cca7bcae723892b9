//! Lines of BagIt tag files: encodings, manifest entries, percent-escapes, paths that leave the bag.

use std::fmt::Write as _;

use super::digest::Algorithm;

/// One line of a manifest after normalisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Line number, from 1.
    pub line_number: usize,
    /// Digest in lower case.
    pub digest: String,
    /// Path with escapes resolved and a leading `./` taken off.
    pub path: String,
    /// The path as it stands, when escapes were resolved.
    pub literal: Option<String>,
    /// What is unusual about the line, in plain words.
    pub oddities: Vec<&'static str>,
}

/// Text of a tag file in the encoding that `bagit.txt` declares, or why it cannot be read.
///
/// A byte order mark decides between the two orders of UTF-16; without one the order is big-endian (RFC 2781 §4.3).
/// The mark itself is not part of the text; the flag says whether there was one.
pub fn decode(bytes: &[u8], encoding: &str) -> Result<(String, bool), &'static str> {
    let label = encoding.trim();
    let codec = if label.eq_ignore_ascii_case("utf-16") {
        if bytes.starts_with(&[0xff, 0xfe]) { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE }
    } else {
        encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()).ok_or("the declared encoding is not known")?
    };
    let mark: &[u8] = if codec == encoding_rs::UTF_8 {
        &[0xef, 0xbb, 0xbf]
    } else if codec == encoding_rs::UTF_16LE {
        &[0xff, 0xfe]
    } else if codec == encoding_rs::UTF_16BE {
        &[0xfe, 0xff]
    } else {
        &[]
    };
    let marked = !mark.is_empty() && bytes.starts_with(mark);
    let body = bytes.get(if marked { mark.len() } else { 0 }..).unwrap_or_default();
    let text = codec.decode_without_bom_handling_and_without_replacement(body).ok_or("the bytes are not text in the declared encoding")?;
    Ok((text.into_owned(), marked))
}

/// Lines ended by LF, CR or CRLF, numbered from 1.
pub fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        if let Some(end) = text.find(['\n', '\r']) {
            let (line, tail) = text.split_at(end);
            rest = Some(tail.strip_prefix("\r\n").unwrap_or_else(|| tail.get(1..).unwrap_or_default()));
            Some(line)
        } else {
            rest = None;
            (!text.is_empty()).then_some(text)
        }
    })
    .enumerate()
    .map(|(index, line)| (index + 1, line))
}

/// One manifest line: digest, white space, path (RFC 8493 §2.1.3). `None` for a blank line.
///
/// # Errors
/// What is wrong with the line, in plain words.
pub fn parse_line(line_number: usize, line: &str, algorithm: Algorithm, version_1: bool) -> Result<Option<Entry>, &'static str> {
    if line.trim().is_empty() {
        return Ok(None);
    }
    let (digest, rest) = line.split_once([' ', '\t']).ok_or("holds no path")?;
    if digest.len() != algorithm.digits() || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err("does not start with a digest of the manifest's algorithm");
    }
    let mut oddities = Vec::new();
    let mut path = rest.trim_start_matches([' ', '\t']);
    // `md5sum` and its kin mark binary mode with one star before the name.
    if let Some(name) = path.strip_prefix('*') {
        oddities.push("the path has the star of a checksum tool before it");
        path = name;
    }
    while let Some(name) = path.strip_prefix("./") {
        if !oddities.contains(&DOT_SLASH) {
            oddities.push(DOT_SLASH);
        }
        path = name;
    }
    if path.is_empty() {
        return Err("holds no path");
    }
    let decoded = unescape(path, version_1);
    let literal = (decoded != path).then(|| path.to_string());
    Ok(Some(Entry { line_number, digest: digest.to_ascii_lowercase(), path: decoded, literal, oddities }))
}

const DOT_SLASH: &str = "the path starts with ./";

/// Resolves the percent-escapes that manifests use: CR and LF, from version 1.0 on also the percent sign; no others.
pub fn unescape(path: &str, version_1: bool) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let plain = match tail.get(1..3) {
            Some(code) if code.eq_ignore_ascii_case("0a") => Some('\n'),
            Some(code) if code.eq_ignore_ascii_case("0d") => Some('\r'),
            Some("25") if version_1 => Some('%'),
            _ => None,
        };
        if let Some(character) = plain {
            out.push(character);
            rest = tail.get(3..).unwrap_or_default();
        } else {
            out.push('%');
            rest = tail.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

/// The path as version 1.0 writes it: CR, LF and the percent sign escaped.
pub fn escape(path: &str) -> String {
    path.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A manifest as this tool writes it: sorted by path, lower-case digest, two spaces, LF; `sha256sum -c` reads it.
pub fn print<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut entries: Vec<(&str, &str)> = entries.into_iter().collect();
    entries.sort_unstable();
    entries.iter().fold(String::new(), |mut out, (path, digest)| {
        let _ = writeln!(out, "{digest}  {}", escape(path));
        out
    })
}

/// Why a listed path may not be followed, if so. Applies to payload and tag files alike, before any look at the disk.
pub fn path_fault(path: &str) -> Option<&'static str> {
    let mut bytes = path.bytes();
    let drive = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic()) && bytes.next() == Some(b':');
    if path.is_empty() {
        Some("is empty")
    } else if path.starts_with(['/', '\\']) {
        Some("is absolute")
    } else if drive {
        Some("names a drive")
    } else if path.starts_with('~') {
        Some("starts at a home folder")
    } else if path.contains('\0') {
        Some("holds a NUL character")
    } else if path.split(['/', '\\']).any(|part| part == ".." || part == "\\.\\.") {
        Some("climbs out of its folder")
    } else if path.split('/').any(|part| part.is_empty() || part == ".") {
        Some("has an empty or a dot component")
    } else {
        None
    }
}

/// Why a file name may fail or change on another system, if so.
pub fn portability_fault(path: &str) -> Option<&'static str> {
    const RESERVED: &[&str] = &["CON", "PRN", "AUX", "NUL"];
    path.split('/').find_map(|part| {
        let stem = part.split('.').next().unwrap_or_default().to_ascii_uppercase();
        let numbered =
            |prefix: &str| stem.strip_prefix(prefix).is_some_and(|tail| tail.len() == 1 && tail.bytes().all(|b| b.is_ascii_digit()));
        if RESERVED.contains(&stem.as_str()) || numbered("COM") || numbered("LPT") {
            Some("is a reserved name on Windows")
        } else if part.contains(['<', '>', ':', '"', '|', '?', '*', '\\']) || part.chars().any(char::is_control) {
            Some("holds characters that other systems refuse")
        } else if part.ends_with(['.', ' ']) {
            Some("ends in a dot or space, which Windows drops")
        } else {
            None
        }
    })
}

/// Whether a file is one that an operating system leaves behind.
pub fn is_system_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name == ".DS_Store" || name.starts_with("._") || name.eq_ignore_ascii_case("thumbs.db") || name.eq_ignore_ascii_case("desktop.ini")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_round_trip_and_others_stay() {
        for path in ["data/a%b", "data/a\nb", "data/a\r\nb", "data/%0A", "data/%7Edir", "data/é%"] {
            assert_eq!(unescape(&escape(path), true), path);
        }
        assert_eq!(unescape("data/%7Edir2/%test%", true), "data/%7Edir2/%test%");
        assert_eq!(unescape("data/%250A", false), "data/%250A");
    }

    #[test]
    fn lines_end_by_any_convention() {
        let all: Vec<_> = lines("a\nb\r\nc\rd\r\r\ne").map(|(_, line)| line).collect();
        assert_eq!(all, ["a", "b", "c", "d", "", "e"]);
        assert_eq!(lines("").count(), 0);
    }

    #[test]
    fn paths_that_leave_the_bag_are_named() {
        for path in [
            "../x",
            "data/../../x",
            "/etc/passwd",
            "~/x",
            "~root/x",
            "C:\\x",
            "data/..\\..\\x",
            "data//x",
            "data/./x",
            "\\\\host\\x",
            "\\.\\./x",
        ] {
            assert!(path_fault(path).is_some(), "{path}");
        }
        for path in ["data/~x", "data/..x", "data/a b", "bag-info.txt"] {
            assert!(path_fault(path).is_none(), "{path}");
        }
    }

    #[test]
    fn tag_files_are_read_in_their_declared_encoding() {
        assert_eq!(decode(&[0xfe, 0xff, 0, b'a'], "UTF-16"), Ok(("a".into(), true)));
        assert_eq!(decode(&[0xff, 0xfe, b'a', 0], "utf-16"), Ok(("a".into(), true)));
        assert_eq!(decode(&[0, b'a'], "UTF-16"), Ok(("a".into(), false)));
        assert_eq!(decode(b"N\xfa", "ISO-8859-1"), Ok(("N\u{fa}".into(), false)));
        assert!(decode(b"N\xfa", "UTF-8").is_err());
        assert!(decode(b"a", "no-such-code").is_err());
    }
}
