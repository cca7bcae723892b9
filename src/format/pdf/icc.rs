//! ICC profiles without words (ICC.1:2022): who made them, when and for what goes; the numbers stay.

/// Tags that hold numbers a viewer needs to convert colours (§9.2).
const KEPT: &[&[u8]] = &[
    b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"bkpt", b"chad", b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1",
    b"B2A2",
];

/// Copies a profile with a neutral description and no other text; `None` for what is no profile, or has a tag of a type that is not
/// known.
pub(super) fn strip(data: &[u8]) -> Option<Vec<u8>> {
    rebuild(data)
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
    // Tags may share their data. Others have data of their own, which together is no more than there is.
    let mut places: Vec<(usize, usize)> = Vec::new();
    for index in 0..count {
        let at = 132 + index * 12;
        let name = data.get(at..at + 4)?;
        let (offset, size) = (word(data, at + 4)?, word(data, at + 8)?);
        // Readers pass over a tag that reaches past the end.
        let Some(body) = offset.checked_add(size).and_then(|end| data.get(offset..end)) else { continue };
        if KEPT.contains(&name) && !tags.iter().any(|(known, _)| known == name) {
            if !places.contains(&(offset, size)) {
                places.push((offset, size));
                if places.iter().map(|(_, size)| size).sum::<usize>() > data.len() {
                    return None;
                }
            }
            tags.push((name.to_vec(), element(body)?));
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

/// The fields of a tag by its type, and nothing behind them (§10).
fn element(data: &[u8]) -> Option<Vec<u8>> {
    let kind = data.get(..4)?;
    let byte = |at: usize| data.get(at).copied().map(usize::from);
    let short = |at: usize| -> Option<usize> { Some(usize::from(u16::from_be_bytes(data.get(at..at + 2)?.try_into().ok()?))) };
    let power = |base: usize, count: usize| base.checked_pow(u32::try_from(count).ok()?);
    let length = match kind {
        // White and black points and colorants have one colour each.
        b"XYZ " => 20,
        b"curv" | b"para" => curve_len(data)?,
        b"sf32" => 8 + 9 * 4,
        b"mft1" => {
            let (inputs, outputs, grid) = (byte(8)?, byte(9)?, byte(10)?);
            let table = power(grid, inputs)?.checked_mul(outputs)?;
            48 + 256 * inputs + table + 256 * outputs
        }
        b"mft2" => {
            let (inputs, outputs, grid) = (byte(8)?, byte(9)?, byte(10)?);
            let table = power(grid, inputs)?.checked_mul(outputs)?;
            52 + 2 * (short(48)? * inputs + table + short(50)? * outputs)
        }
        b"mAB " | b"mBA " => return steps(data),
        _ => return None,
    };
    let mut fields = data.get(..length)?.to_vec();
    // Reserved.
    fields.get_mut(4..8)?.fill(0);
    Some(fields)
}

fn curve_len(data: &[u8]) -> Option<usize> {
    match data.get(..4)? {
        b"curv" => word(data, 8)?.checked_mul(2)?.checked_add(12),
        b"para" => {
            let kind = usize::from(u16::from_be_bytes(data.get(8..10)?.try_into().ok()?));
            Some(12 + 4 * [1, 3, 4, 5, 7].get(kind)?)
        }
        _ => None,
    }
}

/// A transform in steps: curves, a matrix, a table, each laid down anew (§10.12, §10.13).
fn steps(data: &[u8]) -> Option<Vec<u8>> {
    let (inputs, outputs) = (usize::from(*data.get(8)?), usize::from(*data.get(9)?));
    let is_from_device = data.starts_with(b"mAB ");
    let mut out = data.get(..32)?.to_vec();
    out.get_mut(4..8)?.fill(0);
    out.get_mut(10..12)?.fill(0);
    // B curves, matrix, M curves, table, A curves. The B curves stand on the side of the connection space.
    for step in 0..5 {
        let field = 12 + step * 4;
        let from = word(data, field)?;
        if from == 0 {
            continue;
        }
        let at = u32::try_from(out.len()).ok()?;
        out.get_mut(field..field + 4)?.copy_from_slice(&at.to_be_bytes());
        let (side, device) = if is_from_device { (outputs, inputs) } else { (inputs, outputs) };
        match step {
            1 => out.extend_from_slice(data.get(from..from + 48)?),
            3 => {
                let grid = data.get(from..from + 16)?;
                let points = grid.iter().take(inputs).try_fold(1usize, |product, points| product.checked_mul(usize::from(*points)))?;
                let precision = usize::from(*data.get(from + 16)?);
                let bytes = points.checked_mul(outputs)?.checked_mul(precision)?;
                out.extend(grid.iter().enumerate().map(|(index, points)| if index < inputs { *points } else { 0 }));
                out.extend_from_slice(&[u8::try_from(precision).ok()?, 0, 0, 0]);
                out.extend_from_slice(data.get(from + 20..(from + 20).checked_add(bytes)?)?);
            }
            _ => {
                let mut at = from;
                for _ in 0..if step == 4 { device } else { side } {
                    let curve = data.get(at..)?;
                    let length = curve_len(curve)?;
                    let start = out.len();
                    out.extend_from_slice(curve.get(..length)?);
                    out.get_mut(start + 4..start + 8)?.fill(0);
                    out.resize(out.len().div_ceil(4) * 4, 0);
                    at += length.div_ceil(4) * 4;
                }
            }
        }
        out.resize(out.len().div_ceil(4) * 4, 0);
    }
    Some(out)
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

    fn profile(tags: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut data = vec![0u8; 128];
        data[8] = 2;
        data[36..40].copy_from_slice(b"acsp");
        data[48..56].copy_from_slice(b"CANARYHD");
        data.extend_from_slice(&(tags.len() as u32).to_be_bytes());
        let mut offset = 132 + tags.len() * 12;
        for (name, body) in tags {
            data.extend_from_slice(*name);
            data.extend_from_slice(&(offset as u32).to_be_bytes());
            data.extend_from_slice(&(body.len() as u32).to_be_bytes());
            offset += body.len();
        }
        data.extend(tags.iter().flat_map(|(_, body)| body.iter()));
        data
    }

    fn holds(data: &[u8], what: &[u8]) -> bool {
        memchr::memmem::find(data, what).is_some()
    }

    #[test]
    fn a_profile_keeps_its_numbers_and_loses_its_words() {
        let data =
            profile(&[(b"desc", b"CANARYTX"), (b"wtpt", b"XYZ CANA123456789012CANARY"), (b"rTRC", b"curv\0\0\0\0\0\0\0\x02abcdCANARY")]);
        let copy = strip(&data).expect("a profile");
        assert!(!holds(&copy, b"CANARY") && holds(&copy, b"XYZ \0\0\0\x00123456789012") && holds(&copy, b"abcd"));
        assert_eq!(word(&copy, 0), Some(copy.len()));
        assert_eq!(strip(&copy), Some(copy));
    }

    #[test]
    fn a_transform_in_steps_is_laid_down_anew() {
        let curve = b"para\0\0\0\0\0\0\0\0\0\x01\0\0";
        let mut steps = b"mAB CANA\x01\x03\0\0".to_vec();
        // B curves, no matrix, no M curves, a table, A curves.
        for offset in [44u32, 0, 0, 100, 200] {
            steps.extend_from_slice(&offset.to_be_bytes());
        }
        steps.resize(44, b'C');
        steps.extend(curve.repeat(3));
        steps.resize(100, b'C');
        steps.extend([2; 16].iter().chain(&[1, 9, 9, 9]).chain(b"sample"));
        steps.resize(200, b'C');
        steps.extend_from_slice(curve);
        steps.extend_from_slice(b"CANARY");
        let copy = strip(&profile(&[(b"A2B0", &steps)])).expect("a profile");
        assert!(!holds(&copy, b"CANA") && !holds(&copy, b"CCCC") && holds(&copy, b"sample"));
        assert_eq!(copy.windows(curve.len()).filter(|window| window == curve).count(), 4);
        assert_eq!(strip(&copy), Some(copy));
    }

    #[test]
    fn tags_may_share_their_data_and_not_overlap() {
        let curve = [&b"curv\0\0\0\0\0\0\0\x64"[..], &[7; 200]].concat();
        let mut shared = profile(&[(b"rTRC", &curve), (b"gTRC", b""), (b"bTRC", b"")]);
        // The second and the third entry of the table name the data of the first, or all but its end.
        for (entry, less) in [(1, 0), (2, 0), (2, 2)] {
            let from = shared[136..144].to_vec();
            let at = 132 + entry * 12 + 4;
            shared[at..at + 8].copy_from_slice(&from);
            shared[at + 7] -= less;
            if entry == 2 {
                assert_eq!(strip(&shared).is_some(), less == 0);
            }
        }
    }

    #[test]
    fn what_is_no_profile_is_told() {
        for data in [&b"no profile CANARY"[..], &profile(&[(b"wtpt", b"text\0\0\0\0CANARY CANARY CANARY")])] {
            assert_eq!(strip(data), None);
        }
    }
}
