//! ICC profiles without words (ICC.1:2022): who made them, when and for what goes; the numbers stay.

/// Tags that hold numbers a viewer needs to convert colours (§9.2).
const KEPT: &[&[u8]] = &[
    b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"bkpt", b"chad", b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1",
    b"B2A2", b"gamt", b"lumi", b"chrm",
];

/// Copies a profile with a neutral description and no other text. What is no profile comes back as it was.
pub(super) fn strip(data: &[u8]) -> Vec<u8> {
    rebuild(data).unwrap_or_else(|| data.to_vec())
}

fn word(data: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?) as usize)
}

fn rebuild(data: &[u8]) -> Option<Vec<u8>> {
    if data.get(36..40)? != b"acsp" {
        return None;
    }
    let mut header = data.get(..128)?.to_vec();
    // Preferred module, date, platform, manufacturer, model, creator, identifier.
    for range in [4..8, 24..36, 40..44, 48..64, 80..128] {
        header.get_mut(range)?.fill(0);
    }
    let version2 = *data.get(8)? < 4;
    let mut tags: Vec<(Vec<u8>, Vec<u8>)> = vec![(b"desc".to_vec(), description(version2)), (b"cprt".to_vec(), copyright(version2))];
    let count = word(data, 128)?.min(100);
    for index in 0..count {
        let at = 132 + index * 12;
        let name = data.get(at..at + 4)?;
        let (offset, size) = (word(data, at + 4)?, word(data, at + 8)?);
        if KEPT.contains(&name) {
            tags.push((name.to_vec(), data.get(offset..offset.checked_add(size)?)?.to_vec()));
        }
    }
    let mut table = (tags.len() as u32).to_be_bytes().to_vec();
    let mut body: Vec<u8> = Vec::new();
    let start = 132 + tags.len() * 12;
    let mut placed: Vec<(Vec<u8>, usize)> = Vec::new();
    for (name, content) in &tags {
        // Curves that are the same are stored once.
        let offset = match placed.iter().find(|(known, _)| known == content) {
            Some((_, offset)) => *offset,
            None => {
                let offset = start + body.len();
                body.extend_from_slice(content);
                body.resize(body.len().div_ceil(4) * 4, 0);
                placed.push((content.clone(), offset));
                offset
            }
        };
        table.extend_from_slice(name);
        table.extend_from_slice(&(offset as u32).to_be_bytes());
        table.extend_from_slice(&(content.len() as u32).to_be_bytes());
    }
    header.extend_from_slice(&table);
    header.extend_from_slice(&body);
    let size = (header.len() as u32).to_be_bytes();
    header.get_mut(..4)?.copy_from_slice(&size);
    Some(header)
}

fn description(version2: bool) -> Vec<u8> {
    if !version2 {
        return localized(b"\0p\0r\0o\0f\0i\0l\0e");
    }
    let mut out = b"desc\0\0\0\0\0\0\0\x08profile\0".to_vec();
    out.resize(out.len() + 78, 0);
    out
}

fn copyright(version2: bool) -> Vec<u8> {
    if version2 { b"text\0\0\0\0none\0".to_vec() } else { localized(b"\0n\0o\0n\0e") }
}

fn localized(text: &[u8]) -> Vec<u8> {
    let mut out = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
    out.extend_from_slice(&(text.len() as u32).to_be_bytes());
    out.extend_from_slice(&28u32.to_be_bytes());
    out.extend_from_slice(text);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_keeps_its_numbers_and_loses_its_words() {
        let mut data = vec![0u8; 128];
        data[8] = 2;
        data[36..40].copy_from_slice(b"acsp");
        data[48..56].copy_from_slice(b"CANARYHD");
        data.extend_from_slice(&2u32.to_be_bytes());
        for (name, offset, size) in [(b"desc", 156u32, 8u32), (b"wtpt", 164, 8)] {
            data.extend_from_slice(name);
            data.extend_from_slice(&offset.to_be_bytes());
            data.extend_from_slice(&size.to_be_bytes());
        }
        data.extend_from_slice(b"CANARYTX");
        data.extend_from_slice(b"XYZ 1234");
        let copy = strip(&data);
        assert!(memchr::memmem::find(&copy, b"CANARY").is_none());
        assert!(memchr::memmem::find(&copy, b"XYZ 1234").is_some());
        assert_eq!(word(&copy, 0), Some(copy.len()));
        assert_eq!(strip(&copy), copy);
        assert_eq!(strip(b"no profile"), b"no profile");
    }
}
