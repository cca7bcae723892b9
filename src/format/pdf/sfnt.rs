//! Tables of TrueType and OpenType fonts, each no longer than what is in it (OpenType 1.9).

/// Subtables of a `cmap` that are looked at.
const MAPS_MAX: usize = 16;

/// A table by its tag.
pub(super) type Table<'d> = (&'d [u8], Vec<u8>);

fn short(data: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_be_bytes(data.get(at..at.checked_add(2)?)?.try_into().ok()?)))
}

fn long(data: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_be_bytes(data.get(at..at.checked_add(4)?)?.try_into().ok()?) as usize)
}

/// The body of a table; nothing when there is none.
pub(super) fn table<'t, B: AsRef<[u8]>>(tables: &'t [(&[u8], B)], tag: &[u8]) -> &'t [u8] {
    tables.iter().find(|(known, _)| *known == tag).map_or(&[], |(_, body)| body.as_ref())
}

/// Cuts tables to their length and overwrites with zeros what lies between their parts. Instructions stay as they are.
pub(super) fn trim(tables: &mut [Table<'_>]) {
    let glyphs = short(table(tables, b"maxp"), 4).unwrap_or(0);
    let widths = short(table(tables, b"hhea"), 34).unwrap_or(0);
    let places = places(tables, glyphs);
    for (tag, body) in tables {
        let length = match *tag {
            b"head" => Some(54),
            b"hhea" => Some(36),
            b"maxp" => Some(if body.starts_with(&[0, 0, 0x50, 0]) { 6 } else { 32 }),
            b"OS/2" => match short(body, 0) {
                Some(0) => Some(78),
                Some(1) => Some(86),
                Some(2..=4) => Some(96),
                _ => Some(100),
            },
            b"hmtx" => Some(4 * widths + 2 * glyphs.saturating_sub(widths)),
            b"loca" => places.as_ref().map(|places| places.offsets.len() * places.width),
            b"post" => names_end(body),
            b"cmap" => {
                trim_map(body);
                None
            }
            b"glyf" => {
                if let Some(places) = &places {
                    blank_gaps(body, &places.offsets);
                }
                None
            }
            _ => None,
        };
        body.truncate(length.unwrap_or(body.len()));
    }
}

/// Where the outlines of glyphs begin, and the last one ends, in bytes.
struct Places {
    offsets: Vec<usize>,
    /// Bytes of one entry.
    width: usize,
}

/// `None` where the places do not rise, or lead out of the outlines: each reader makes something else of such a font.
fn places<B: AsRef<[u8]>>(tables: &[(&[u8], B)], glyphs: usize) -> Option<Places> {
    let (loca, glyf) = (table(tables, b"loca"), table(tables, b"glyf"));
    let is_long = short(table(tables, b"head"), 50)? != 0;
    let place = |index: usize| if is_long { long(loca, index * 4) } else { short(loca, index * 2).map(|half| half * 2) };
    let offsets = (0..=glyphs).map(place).collect::<Option<Vec<usize>>>()?;
    let is_sound = offsets.is_sorted() && offsets.last().is_some_and(|end| *end <= glyf.len());
    is_sound.then_some(Places { offsets, width: if is_long { 4 } else { 2 } })
}

/// Glyphs without an outline, by number; nothing when the font has none in this form.
pub(super) fn is_empty<B: AsRef<[u8]>>(tables: &[(&[u8], B)]) -> Vec<bool> {
    let glyphs = short(table(tables, b"maxp"), 4).unwrap_or(0);
    let Some(Places { offsets, .. }) = places(tables, glyphs) else { return Vec::new() };
    let glyf = table(tables, b"glyf");
    offsets
        .windows(2)
        .map(|pair| match pair {
            [start, end] => end <= start || short(glyf, *start).is_none_or(|contours| contours == 0),
            _ => true,
        })
        .collect()
}

/// Overwrites what lies between and behind the outlines of glyphs.
fn blank_gaps(glyf: &mut Vec<u8>, offsets: &[usize]) {
    let mut ranges: Vec<(usize, usize)> = Vec::with_capacity(offsets.len());
    for pair in offsets.windows(2) {
        if let [start, end] = pair
            && let Some(outline) = glyf.get(*start..(*end).min(glyf.len()))
        {
            // Of one that does not read viewers draw what they can.
            ranges.push((*start, start + outline_len(outline).unwrap_or(outline.len())));
        }
    }
    ranges.sort_unstable();
    keep_only(glyf, &ranges);
    glyf.truncate(offsets.iter().copied().max().unwrap_or(0));
}

/// Overwrites with zeros what is in none of some ranges, which rise.
pub(super) fn keep_only(data: &mut [u8], ranges: &[(usize, usize)]) {
    let mut at = 0;
    for (start, end) in ranges {
        if let Some(gap) = data.get_mut(at..*start) {
            gap.fill(0);
        }
        at = at.max(*end);
    }
    if let Some(rest) = data.get_mut(at..) {
        rest.fill(0);
    }
}

/// Bytes of an outline with its instructions (OpenType `glyf`); `None` for one that breaks off.
fn outline_len(data: &[u8]) -> Option<usize> {
    const HEADER: usize = 10;
    let contours = i16::from_be_bytes(data.get(..2)?.try_into().ok()?);
    let mut at = HEADER;
    if contours < 0 {
        loop {
            let flags = short(data, at)?;
            at += 4 + if flags & 1 != 0 { 4 } else { 2 };
            at += match flags {
                _ if flags & 0x08 != 0 => 2,
                _ if flags & 0x40 != 0 => 4,
                _ if flags & 0x80 != 0 => 8,
                _ => 0,
            };
            if flags & 0x20 == 0 {
                at += if flags & 0x100 != 0 { 2 + short(data, at)? } else { 0 };
                return (at <= data.len()).then_some(at);
            }
        }
    }
    let contours = usize::try_from(contours).ok()?;
    if contours == 0 {
        return Some(HEADER.min(data.len()));
    }
    at += 2 * contours;
    let points = short(data, at - 2)? + 1;
    at += 2 + short(data, at)?;
    let (mut seen, mut coordinates) = (0, 0);
    while seen < points {
        let flags = *data.get(at)?;
        at += 1;
        let mut count = 1;
        if flags & 8 != 0 {
            count += usize::from(*data.get(at)?);
            at += 1;
        }
        let count = count.min(points - seen);
        let bytes = |is_short: u8, is_same: u8| match (flags & is_short != 0, flags & is_same != 0) {
            (true, _) => 1,
            (false, true) => 0,
            (false, false) => 2,
        };
        coordinates += count * (bytes(2, 0x10) + bytes(4, 0x20));
        seen += count;
    }
    at += coordinates;
    (at <= data.len()).then_some(at)
}

/// Where a `post` table ends: behind its last name.
fn names_end(post: &[u8]) -> Option<usize> {
    /// Names that every Macintosh font has without writing them down.
    const STANDARD: usize = 258;
    let header = 32;
    match long(post, 0)? {
        0x2_0000 => {
            let glyphs = short(post, header)?;
            let mut at = header + 2 + 2 * glyphs;
            let own = (0..glyphs).filter_map(|glyph| short(post, header + 2 + 2 * glyph)).max().unwrap_or(0).saturating_sub(STANDARD - 1);
            for _ in 0..own {
                let Some(length) = post.get(at) else { break };
                at += 1 + usize::from(*length);
            }
            Some(at)
        }
        0x2_8000 => Some(header + 2 + short(post, header)?),
        _ => Some(header),
    }
}

/// Platform, encoding and place of each subtable of a `cmap`.
pub(super) fn maps(cmap: &[u8]) -> impl Iterator<Item = (usize, usize, usize)> {
    let count = short(cmap, 2).unwrap_or(0).min(MAPS_MAX);
    (0..count).filter_map(|index| Some((short(cmap, 4 + index * 8)?, short(cmap, 6 + index * 8)?, long(cmap, 8 + index * 8)?)))
}

/// The glyph of a character by the subtable of a `cmap` that begins at a place.
pub(super) fn glyph(cmap: &[u8], at: usize, character: usize) -> Option<usize> {
    let map = cmap.get(at..)?;
    match short(map, 0)? {
        0 => map.get(6 + character).filter(|_| character < 256).map(|glyph| usize::from(*glyph)),
        4 => {
            let size = short(map, 6)?;
            let (ends, starts) = (14, 16 + size);
            let index = (0..size / 2).find(|index| short(map, ends + 2 * index).is_some_and(|end| end >= character))?;
            let first = short(map, starts + 2 * index)?;
            if first > character {
                return None;
            }
            let delta = short(map, starts + size + 2 * index)?;
            let field = starts + 2 * size + 2 * index;
            match short(map, field)? {
                0 => Some((character + delta) & 0xffff),
                offset => match short(map, field + offset + 2 * (character - first))? {
                    0 => None,
                    glyph => Some((glyph + delta) & 0xffff),
                },
            }
        }
        6 => {
            let index = character.checked_sub(short(map, 6)?)?;
            short(map, 10 + 2 * index).filter(|_| short(map, 8).is_some_and(|count| index < count))
        }
        12 => (0..long(map, 12)?.min(65_536)).find_map(|group| {
            let field = 16 + 12 * group;
            let index = character.checked_sub(long(map, field)?)?;
            long(map, field + 8).filter(|_| long(map, field + 4).is_some_and(|last| character <= last)).map(|glyph| glyph + index)
        }),
        _ => None,
    }
}

/// The glyphs that a viewer may take for a code of a simple font (ISO 32000-2 §9.6.5.4); `text` is what the encoding says of it.
pub(super) fn glyphs(cmap: &[u8], code: u8, text: Option<&str>) -> impl Iterator<Item = usize> {
    let code = usize::from(code);
    let letter = text.and_then(|text| text.chars().next()).map(|letter| letter as usize);
    let mapped = maps(cmap).flat_map(move |(platform, encoding, at)| {
        let keys = match (platform, encoding) {
            (1, 0) => [Some(code), None],
            (3, 0) => [Some(code), Some(0xf000 + code)],
            (0, _) | (3, 1 | 10) => [letter, None],
            _ => [None; 2],
        };
        keys.into_iter().flatten().filter_map(move |key| glyph(cmap, at, key))
    });
    mapped.filter(|glyph| *glyph > 0)
}

/// Leaves of a `cmap` the subtables that viewers read, each as long as it says.
fn trim_map(cmap: &mut [u8]) {
    let head = 4 + 8 * maps(cmap).count();
    let is_kept = |(platform, _, at): &(usize, usize, usize)| matches!(platform, 0 | 1 | 3) && (head..cmap.len()).contains(at);
    let kept: Vec<(usize, usize, usize)> = maps(cmap).filter(is_kept).collect();
    let mut ranges = vec![(0, 4 + 8 * kept.len())];
    for (_, _, at) in &kept {
        let length = match short(cmap, *at) {
            Some(0 | 2 | 4 | 6) => short(cmap, at + 2),
            Some(8 | 10 | 12 | 13) => long(cmap, at + 4),
            Some(14) => long(cmap, at + 2),
            _ => Some(0),
        };
        ranges.push((*at, at.saturating_add(length.unwrap_or(0)).min(cmap.len())));
    }
    ranges.sort_unstable();
    let count = (kept.len() as u16).to_be_bytes();
    if let Some(field) = cmap.get_mut(2..4) {
        field.copy_from_slice(&count);
    }
    for (index, (platform, encoding, at)) in kept.iter().enumerate() {
        let record = [&(*platform as u16).to_be_bytes()[..], &(*encoding as u16).to_be_bytes(), &(*at as u32).to_be_bytes()].concat();
        if let Some(field) = cmap.get_mut(4 + index * 8..12 + index * 8) {
            field.copy_from_slice(&record);
        }
    }
    keep_only(cmap, &ranges);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(tables: &[Table<'_>], tag: &[u8], what: &[u8]) -> bool {
        memchr::memmem::find(table(tables, tag), what).is_some()
    }

    fn with_tail(body: &[u8]) -> Vec<u8> {
        [body, b"CANARY"].concat()
    }

    #[test]
    fn tables_end_with_what_is_in_them_and_gaps_are_empty() {
        // Three corners, no instructions.
        let outline =
            [&[0u8, 1, 0, 0, 0, 0, 1, 244, 1, 244, 0, 2, 0, 0][..], &[1, 1, 1], &[0, 0, 1, 244, 1, 12], &[0, 0, 0, 0, 1, 244]].concat();
        let glyf = [b"CANARYGAP.", &outline[..], b"CANARYIN.", b"CANARYEND."].concat();
        let start = 10;
        let end = (start + outline.len() + 9) as u16;
        let places: Vec<u8> = [start as u16 / 2, end / 2, end / 2].iter().flat_map(|place| place.to_be_bytes()).collect();
        let mut hhea = vec![0; 36];
        hhea[35] = 1;
        let maps = [&[0, 0, 0, 2, 0, 240, 0, 7, 0, 0, 0, 26, 0, 3, 0, 1, 0, 0, 0, 20][..], &[0, 6, 0, 6, 0, 0], b"CANARYMAP"].concat();
        let names = [&[0, 2, 0, 0][..], &[0; 28], &[0, 2, 0, 0, 1, 2], b"\x03own"].concat();
        let mut tables: Vec<Table<'_>> = vec![
            (b"head", with_tail(&[0; 54])),
            (b"hhea", with_tail(&hhea)),
            (b"maxp", with_tail(&[&[0, 1, 0, 0, 0, 2][..], &[0; 26]].concat())),
            (b"hmtx", with_tail(&[1; 6])),
            (b"OS/2", with_tail(&[&[0, 4][..], &[0; 94]].concat())),
            (b"loca", with_tail(&places)),
            (b"post", with_tail(&names)),
            (b"cmap", maps),
            (b"glyf", glyf),
        ];
        trim(&mut tables);
        for (tag, body) in &tables {
            assert!(memchr::memmem::find(body, b"CANARY").is_none(), "{}", String::from_utf8_lossy(tag));
        }
        assert!(holds(&tables, b"glyf", &outline) && holds(&tables, b"post", b"\x03own") && holds(&tables, b"cmap", &[0, 6, 0, 6]));
        assert_eq!(maps_of(&tables), [(3, 1, 20)]);
        let once = tables.clone();
        trim(&mut tables);
        assert_eq!(tables, once);
    }

    fn maps_of(tables: &[Table<'_>]) -> Vec<(usize, usize, usize)> {
        maps(table(tables, b"cmap")).collect()
    }

    #[test]
    fn an_outline_is_as_long_as_its_points() {
        let simple = [&[0u8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 2, 9, 9][..], &[0x37, 0x39, 2], &[5, 6], b"rest"].concat();
        assert_eq!(outline_len(&simple), Some(21));
        let composite =
            [&[255u8, 255, 0, 0, 0, 0, 0, 0, 0, 0][..], &[0x01, 0x21, 0, 1, 0, 0, 0, 0], &[0x01, 0x08, 0, 2, 0, 0, 1, 1, 0, 1, 7], b"rest"]
                .concat();
        assert_eq!(outline_len(&composite), Some(29));
        assert_eq!(outline_len(&simple[..18]), None);
    }

    #[test]
    fn maps_of_all_kinds_are_read() {
        let bytes = [&[0u8, 0, 0, 0, 0, 0][..], &[0; 97], &[7]].concat();
        assert_eq!(glyph(&bytes, 0, 97), Some(7));
        let ranges = [4u16, 32, 0, 4, 0, 0, 0, 0x62, 0xffff, 0, 0x61, 0xffff, 5u16.wrapping_sub(0x61), 1, 0, 0];
        let ranges: Vec<u8> = ranges.iter().flat_map(|value| value.to_be_bytes()).collect();
        assert_eq!([glyph(&ranges, 0, 0x62), glyph(&ranges, 0, 0x60)], [Some(6), None]);
        let row: Vec<u8> = [6u16, 14, 0, 0x61, 2, 8, 9].iter().flat_map(|value| value.to_be_bytes()).collect();
        assert_eq!([glyph(&row, 0, 0x62), glyph(&row, 0, 0x63)], [Some(9), None]);
        let groups: Vec<u8> = [0x000c_0000u32, 28, 0, 1, 0x61, 0x7a, 3].iter().flat_map(|value| value.to_be_bytes()).collect();
        assert_eq!([glyph(&groups, 0, 0x62), glyph(&groups, 0, 0x7b)], [Some(4), None]);
    }
}
