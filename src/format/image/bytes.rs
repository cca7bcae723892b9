//! Fixed-width integers out of untrusted bytes, and the words worth sweeping for.

/// One byte.
pub(super) fn u8_at(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied()
}

/// Big-endian 16 bits.
pub(super) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_be_bytes)
}

/// Big-endian 32 bits.
pub(super) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_be_bytes)
}

/// Little-endian 16 bits.
pub(super) fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_le_bytes)
}

/// Little-endian 32 bits.
pub(super) fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

/// Little-endian 32 bits, signed.
pub(super) fn le32i(bytes: &[u8], at: usize) -> Option<i32> {
    array(bytes, at).map(i32::from_le_bytes)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// `len` bytes from `at`.
pub(super) fn slice(bytes: &[u8], at: usize, len: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(len)?)
}

/// Overwrites four bytes; nothing happens when they are not all there.
pub(super) fn put_le32(bytes: &mut [u8], at: usize, value: u32) {
    if let Some(place) = at.checked_add(4).and_then(|end| bytes.get_mut(at..end)) {
        place.copy_from_slice(&value.to_le_bytes());
    }
}

/// Sets every byte of a range to zero, as far as it exists. Says whether any was not zero.
pub(super) fn zero(bytes: &mut [u8], from: usize, to: usize) -> bool {
    let to = to.min(bytes.len());
    let Some(range) = bytes.get_mut(from..to) else { return false };
    let dirty = range.iter().any(|byte| *byte != 0);
    range.fill(0);
    dirty
}

/// Adds the words of a removed piece of metadata: pieces in ASCII, UTF-8 or UTF-16LE with at least six characters
/// of which three are letters. XML tags are not words.
pub(super) fn harvest(piece: &[u8], out: &mut Vec<String>) {
    const MOST: usize = 64;
    let text = String::from_utf8_lossy(piece);
    let mut in_tag = false;
    let mut word = String::new();
    for character in text.chars() {
        match character {
            '<' => {
                in_tag = true;
                keep_word(&mut word, out, MOST);
            }
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            '\u{fffd}' => keep_word(&mut word, out, MOST),
            _ if character.is_control() => keep_word(&mut word, out, MOST),
            _ => word.push(character),
        }
    }
    keep_word(&mut word, out, MOST);
    for start in 0..2 {
        for pair in piece.get(start..).unwrap_or_default().chunks_exact(2) {
            match pair {
                [low @ 0x20..=0x7e, 0] => word.push(char::from(*low)),
                _ => keep_word(&mut word, out, MOST),
            }
        }
        keep_word(&mut word, out, MOST);
    }
}

fn keep_word(word: &mut String, out: &mut Vec<String>, most: usize) {
    let text = word.trim();
    if out.len() < most
        && text.chars().count() >= 6
        && text.chars().filter(|c| c.is_alphabetic()).count() >= 3
        && !out.iter().any(|w| w == text)
    {
        out.push(text.to_owned());
    }
    word.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_utf8_and_in_utf16() {
        let mut out = Vec::new();
        harvest(b"\x01\x02Jane Example\0\0<x:tag attr='1'>Draft for fact check</x:tag>", &mut out);
        let wide: Vec<u8> = "\u{1}Secret words".encode_utf16().flat_map(u16::to_le_bytes).collect();
        harvest(&wide, &mut out);
        assert!(out.contains(&"Jane Example".to_owned()) && out.contains(&"Draft for fact check".to_owned()));
        assert!(out.contains(&"Secret words".to_owned()));
        assert!(!out.iter().any(|word| word.contains("tag")));
    }
}
