//! Font programs without the words in them: names, notices, comments (Adobe Type 1 Font Format; Adobe TN 5176; OpenType 1.9).

use std::collections::BTreeSet;

use super::metrics::Metrics;

/// Tables of an sfnt font that draw or map glyphs. `name`, `DSIG`, `meta` and private tables go.
const TABLES: &[&[u8]] = &[
    b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"cvt ", b"fpgm", b"prep", b"OS/2", b"post", b"CFF ", b"vhea", b"vmtx",
    b"VORG", b"gasp", b"GSUB", b"kern", b"EBDT", b"EBLC", b"CBDT", b"CBLC", b"sbix", b"COLR", b"CPAL", b"hdmx", b"VDMX", b"LTSH",
];

/// Families whose name tells a viewer what to use when the font is not embedded.
const FAMILIES: &[&str] = &[
    "Helvetica",
    "Times",
    "Courier",
    "Symbol",
    "ZapfDingbats",
    "Arial",
    "Calibri",
    "Cambria",
    "Candara",
    "Consolas",
    "Constantia",
    "Corbel",
    "Verdana",
    "Tahoma",
    "Georgia",
    "Trebuchet",
    "Garamond",
    "Bookman",
    "Palatino",
    "Century",
    "Book",
    "Segoe",
    "Franklin",
    "Gill",
    "Lucida",
    "Comic",
    "Impact",
    "Wingdings",
    "Webdings",
    "Myriad",
    "Minion",
    "Univers",
    "Frutiger",
    "Futura",
    "Optima",
    "Avenir",
    "Aptos",
    "Rockwell",
    "Liberation",
    "DejaVu",
    "Noto",
    "Roboto",
    "Open",
    "Source",
    "Ubuntu",
    "Carlito",
    "Caladea",
    "Nimbus",
    "URW",
    "CMR",
    "LM",
    "Latin",
    "MS-",
    "MSung",
    "MHei",
    "MSGothic",
    "MSMincho",
    "SimSun",
    "SimHei",
    "NSimSun",
    "KaiTi",
    "FangSong",
    "STSong",
    "STHeiti",
    "STKaiti",
    "STFangsong",
    "Batang",
    "Gulim",
    "Dotum",
    "Malgun",
    "HYGoThic",
    "HYGothic",
    "HYSMyeongJo",
    "HeiseiMin",
    "HeiseiKakuGo",
    "KozMin",
    "KozGo",
    "Kozuka",
    "Ryumin",
    "GothicBBB",
    "AdobeSong",
    "AdobeHeiti",
    "AdobeMing",
    "AdobeMyungjo",
    "AdobeKaiti",
    "AdobeFangsong",
    "AdobeSans",
    "AdobeSerif",
    "MingLiU",
    "PMingLiU",
    "Meiryo",
    "YuGothic",
    "YuMincho",
    "Hiragino",
    "Osaka",
    "GulimChe",
    "BatangChe",
    "Monotype",
    "Monaco",
    "Menlo",
    "Geneva",
    "Chicago",
    "New",
    "American",
    "Baskerville",
    "Bodoni",
    "Caslon",
    "Didot",
    "Hoefler",
    "Perpetua",
    "Sabon",
    "Tw",
    "Narrow",
    "Sim",
    "Albertus",
    "Antique",
    "CG",
    "Clarendon",
    "Coronet",
    "Letter",
    "Marigold",
    "Zapf",
    "ITC",
    "Avant",
    "Eurostile",
    "Copperplate",
    "Bell",
    "Goudy",
    "Haettenschweiler",
    "Andale",
    "Kaiti",
    "Mangal",
    "Sylfaen",
    "Vrinda",
    "Cordia",
    "Angsana",
    "Browallia",
    "Traditional",
    "Simplified",
    "Andalus",
    "David",
    "Miriam",
];

/// The family that a name begins with, the longest that fits.
fn family(name: &[u8]) -> Option<&'static str> {
    let bare = String::from_utf8_lossy(without_tag(name)).to_ascii_lowercase();
    let begins = |family: &&&str| bare.starts_with(&family.to_ascii_lowercase());
    FAMILIES.iter().filter(begins).max_by_key(|family| family.len()).copied()
}

/// Whether a name tells nothing but a well-known family and a style.
pub(super) fn is_plain_name(name: &[u8]) -> bool {
    /// Styles, and the second words of families that many files share.
    const WORDS: &[&str] = &[
        "semibold",
        "demibold",
        "extrabold",
        "ultrabold",
        "bold",
        "black",
        "heavy",
        "demi",
        "italic",
        "oblique",
        "regular",
        "regu",
        "roman",
        "psmt",
        "mt",
        "ps",
        "newer",
        "new",
        "light",
        "medium",
        "medi",
        "thin",
        "book",
        "narrow",
        "rounded",
        "condensed",
        "cond",
        "extended",
        "unicode",
        "ui",
        "ms",
        "sans",
        "serif",
        "mono",
        "math",
        "console",
        "schoolbook",
        "schlbk",
        "antiqua",
        "oldstyle",
        "old",
        "style",
        "gothic",
        "linotype",
        "typewriter",
        "handwriting",
        "no9l",
        "rom",
        "std",
        "pro",
        "lt",
        "symbol",
        "dingbats",
        "bright",
        "fax",
        "printer",
        "sc",
        "tc",
        "jp",
        "kr",
        "cjk",
        "han",
        "code",
        "w3",
        "w5",
        "w6",
        "w7",
        "w9",
        "pr6n",
        "pr6",
        "prn",
        "min",
        "mincho",
        "kaku",
        "myeongjo",
        "song",
        "ming",
        "heiti",
        "kaiti",
        "mj",
        "pgothic",
        "pmincho",
        "neue",
        "century",
        "avant",
        "garde",
        "sanl",
        "monl",
        "display",
        "text",
        "caps",
        "ext",
        "extra",
        "semi",
        "ultra",
        "bt",
        "0",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
    ];
    let bare = String::from_utf8_lossy(without_tag(name)).to_ascii_lowercase();
    let Some(family) = family(name) else { return false };
    let mut rest = bare.get(family.len()..).unwrap_or_default();
    loop {
        let next = rest.trim_start_matches(['-', ',', ' ']);
        let Some(word) = WORDS.iter().filter(|word| next.starts_with(**word)).max_by_key(|word| word.len()) else { break };
        rest = next.get(word.len()..).unwrap_or_default();
    }
    rest.is_empty() && bare.len() <= 48
}

/// Whether a font program is sfnt or bare CFF.
pub(super) fn is_other(data: &[u8]) -> bool {
    matches!(data, [1, 0, 4..=64, 1..=4, ..]) || is_sfnt(data)
}

fn is_sfnt(data: &[u8]) -> bool {
    data.starts_with(b"OTTO") || data.starts_with(&[0, 1, 0, 0]) || data.starts_with(b"true")
}

/// A name without the letters that tell subsets apart.
pub(super) fn without_tag(name: &[u8]) -> &[u8] {
    match name {
        [tag @ .., _] if name.len() > 7 && name.get(6) == Some(&b'+') && tag.iter().take(6).all(u8::is_ascii_uppercase) => {
            name.get(7..).unwrap_or(name)
        }
        _ => name,
    }
}

/// A neutral name that keeps the words by which viewers guess a style, and the family that they use where they cannot read the font.
pub(super) fn neutral_name(name: &[u8], embedded: bool) -> Vec<u8> {
    let text = String::from_utf8_lossy(name).to_ascii_lowercase();
    let family = family(name).unwrap_or("Font");
    let mut out = if embedded { format!("AAAAAA+{family}") } else { family.to_owned() };
    let bold = ["bold", "black", "heavy", "demi"].iter().any(|word| text.contains(word));
    let italic = ["italic", "oblique"].iter().any(|word| text.contains(word));
    if bold || italic {
        out.push('-');
    }
    if bold {
        out.push_str("Bold");
    }
    if italic {
        out.push_str("Italic");
    }
    // The words by which widths are told where the file gives none.
    let told = |name: &[u8]| [0, 2].map(|flags| Metrics::pick(name, flags));
    let kept = ["", "Roman", "Mono", "Sans", "Symbol", "Dingbats"].iter().map(|word| format!("{out}{word}").into_bytes());
    kept.into_iter().find(|kept| told(kept) == told(name)).unwrap_or_else(|| out.clone().into_bytes())
}

/// A font program of unknown kind, sfnt or bare CFF, with only what draws and maps glyphs; `None` for what is neither.
pub(super) fn any(data: Vec<u8>) -> Option<Vec<u8>> {
    if is_sfnt(&data) {
        return sfnt(&data);
    }
    cff(data)
}

/// A TrueType or OpenType font with only the tables that draw and map glyphs.
fn sfnt(data: &[u8]) -> Option<Vec<u8>> {
    let version = data.get(..4)?;
    if !matches!(version, [0, 1, 0, 0] | b"OTTO" | b"true") {
        return None;
    }
    let count = usize::from(u16::from_be_bytes(data.get(4..6)?.try_into().ok()?));
    let word = |at: usize| -> Option<usize> { Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?) as usize) };
    let mut tables: Vec<(&[u8], Vec<u8>)> = Vec::new();
    for index in 0..count {
        let at = 12 + index * 16;
        let tag = data.get(at..at + 4)?;
        let (offset, length) = (word(at + 8)?, word(at + 12)?);
        if !TABLES.contains(&tag) || tables.iter().any(|(known, _)| *known == tag) {
            continue;
        }
        // A cut table stays cut; viewers cope or do not, as before.
        let body = data.get(offset..offset.saturating_add(length).min(data.len())).unwrap_or_default();
        tables.push((tag, if tag == b"CFF " { cff(body.to_vec())? } else { body.to_vec() }));
    }
    tables.sort_by(|one, other| one.0.cmp(other.0));
    if tables.is_empty() {
        return None;
    }
    let number = tables.len() as u16;
    let power = 15 - number.leading_zeros() as u16;
    let range = 16u16 << power;
    let mut out = version.to_vec();
    for value in [number, range, power, number * 16 - range] {
        out.extend_from_slice(&value.to_be_bytes());
    }
    let mut offset = 12 + tables.len() * 16;
    let mut body = Vec::new();
    for (tag, content) in &tables {
        out.extend_from_slice(tag);
        out.extend_from_slice(&checksum(content).to_be_bytes());
        out.extend_from_slice(&(offset as u32).to_be_bytes());
        out.extend_from_slice(&(content.len() as u32).to_be_bytes());
        body.extend_from_slice(content);
        body.resize(body.len().div_ceil(4) * 4, 0);
        offset = 12 + tables.len() * 16 + body.len();
    }
    out.extend_from_slice(&body);
    Some(out)
}

fn checksum(content: &[u8]) -> u32 {
    content.chunks(4).fold(0u32, |sum, word| {
        let value = (0..4).fold(0u32, |value, index| value << 8 | u32::from(word.get(index).copied().unwrap_or(0)));
        sum.wrapping_add(value)
    })
}

/// A bare CFF font whose name and notices are overwritten in place, so that no offset moves (TN 5176 §7 to §10).
fn cff(mut data: Vec<u8>) -> Option<Vec<u8>> {
    let ranges = cff_words(&data)?;
    for (start, end) in ranges {
        if let Some(words) = data.get_mut(start..end) {
            words.fill(b'x');
        }
    }
    Some(data)
}

/// Start and end of each item of an INDEX, and where it ends.
fn cff_index(data: &[u8], at: usize) -> Option<(Vec<(usize, usize)>, usize)> {
    let count = usize::from(u16::from_be_bytes(data.get(at..at.checked_add(2)?)?.try_into().ok()?));
    if count == 0 {
        return Some((Vec::new(), at + 2));
    }
    let size = usize::from(*data.get(at + 2)?);
    if !(1..=4).contains(&size) {
        return None;
    }
    let base = at + 3 + (count + 1) * size - 1;
    let offset = |index: usize| -> Option<usize> {
        let bytes = data.get(at + 3 + index * size..at + 3 + (index + 1) * size)?;
        Some(base + bytes.iter().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte)))
    };
    let mut items = Vec::with_capacity(count);
    for index in 0..count {
        let (start, end) = (offset(index)?, offset(index + 1)?);
        if start > end || end > data.len() {
            return None;
        }
        items.push((start, end));
    }
    Some((items, offset(count)?))
}

fn cff_words(data: &[u8]) -> Option<Vec<(usize, usize)>> {
    // The major version, and the length of the header.
    let header = match data {
        [1, _, length @ 4..=u8::MAX, ..] => usize::from(*length),
        _ => return None,
    };
    let (names, next) = cff_index(data, header)?;
    let (tops, next) = cff_index(data, next)?;
    let (strings, _) = cff_index(data, next)?;
    // A program in a PDF file is one font (ISO 32000-2 §9.9.2).
    let [top] = tops.as_slice() else { return None };
    let mut words = names;
    let told = dict_words(data, *top, &strings, &mut words);
    // A CID font names each of its parts, in a dictionary of its own.
    for part in told.parts.and_then(|at| cff_index(data, at)).map(|(parts, _)| parts).unwrap_or_default() {
        dict_words(data, part, &strings, &mut words);
    }
    // What no glyph has for a name is a word, too.
    if let Some(named) = named_strings(data, &told) {
        let is_named = |index: &usize| named.contains(&(index + STANDARD_STRINGS));
        words.extend(
            strings.iter().enumerate().filter(|(index, range)| !is_named(index) && !is_collection(data, **range)).map(|(_, range)| *range),
        );
    }
    Some(words)
}

/// Strings that every font has without writing them down (TN 5176 Appendix A).
const STANDARD_STRINGS: usize = 391;

/// What a DICT of a CFF font tells of where things are.
#[derive(Debug, Default)]
struct Told {
    is_cid: bool,
    charset: Option<usize>,
    encoding: Option<usize>,
    glyphs: Option<usize>,
    /// The list of the parts of a CID font.
    parts: Option<usize>,
}

/// The strings that name glyphs (TN 5176 §12, §13); `None` when that does not read.
fn named_strings(data: &[u8], told: &Told) -> Option<BTreeSet<usize>> {
    let mut named = BTreeSet::new();
    // The glyphs of a CID font have numbers.
    if told.is_cid {
        return Some(named);
    }
    let short = |at: usize| -> Option<usize> { Some(usize::from(u16::from_be_bytes(data.get(at..at.checked_add(2)?)?.try_into().ok()?))) };
    let glyphs = short(told.glyphs?)?;
    // The first three are those of Adobe, without strings of their own.
    if let Some(start) = told.charset.filter(|start| *start > 2) {
        let format = *data.get(start)?;
        let mut at = start + 1;
        let mut count = 1;
        while count < glyphs {
            let first = short(at)?;
            let more = match format {
                0 => 0,
                1 => usize::from(*data.get(at + 2)?),
                2 => short(at + 2)?,
                _ => return None,
            };
            named.extend(first..=first + more);
            count += 1 + more;
            at += 2 + usize::from(format);
        }
    }
    if let Some(start) = told.encoding.filter(|start| *start > 1) {
        let (format, length) = (*data.get(start)?, usize::from(*data.get(start + 1)?));
        if format & 0x80 != 0 {
            let at = start + 2 + length * if format == 0x80 { 1 } else { 2 };
            for supplement in 0..usize::from(*data.get(at)?) {
                named.insert(short(at + 2 + supplement * 3)?);
            }
        }
    }
    Some(named)
}

/// Whether a string names a character collection that viewers know, or who registered it.
fn is_collection(data: &[u8], (start, end): (usize, usize)) -> bool {
    let text = data.get(start..end).unwrap_or_default();
    text == b"Adobe" || super::fontcopy::COLLECTIONS.contains(&text)
}

/// Adds the words that a DICT refers to.
fn dict_words(data: &[u8], (start, end): (usize, usize), strings: &[(usize, usize)], words: &mut Vec<(usize, usize)>) -> Told {
    let mut told = Told::default();
    let mut operands: Vec<usize> = Vec::new();
    let mut at = start;
    let number = |range: std::ops::Range<usize>| -> usize {
        data.get(range).unwrap_or_default().iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    while let Some(byte) = data.get(at..end).and_then(|rest| rest.first().copied()) {
        at += 1;
        let last = operands.last().copied();
        match byte {
            12 => {
                let second = number(at..at + 1);
                at += 1;
                match second {
                    // Copyright, PostScript, BaseFontName, FontName.
                    0 | 21 | 22 | 38 => words.extend(string_range(strings, last)),
                    30 => {
                        told.is_cid = true;
                        let names = operands.iter().take(2).filter_map(|id| string_range(strings, Some(*id)));
                        words.extend(names.filter(|range| !is_collection(data, *range)));
                    }
                    36 => told.parts = last,
                    _ => {}
                }
                operands.clear();
            }
            0..=21 => {
                match byte {
                    // version, Notice, FullName, FamilyName, Weight.
                    0..=4 => words.extend(string_range(strings, last)),
                    15 => told.charset = last,
                    16 => told.encoding = last,
                    17 => told.glyphs = last,
                    _ => {}
                }
                operands.clear();
            }
            28 => {
                operands.push(number(at..at + 2));
                at += 2;
            }
            29 => {
                operands.push(number(at..at + 4));
                at += 4;
            }
            30 => {
                while data.get(at).is_some_and(|byte| byte & 15 != 15 && byte >> 4 != 15) {
                    at += 1;
                }
                at += 1;
                operands.push(0);
            }
            32..=246 => operands.push(usize::from(byte).saturating_sub(139)),
            247..=250 => {
                operands.push((usize::from(byte) - 247) * 256 + number(at..at + 1) + 108);
                at += 1;
            }
            251..=254 => {
                operands.push(0);
                at += 1;
            }
            _ => {}
        }
    }
    told
}

fn string_range(strings: &[(usize, usize)], id: Option<usize>) -> Option<(usize, usize)> {
    strings.get(id?.checked_sub(STANDARD_STRINGS)?).copied()
}

/// Bytes of the last part of a Type 1 font: 512 zeros in lines, and a few words.
const TRAILER_MAX: usize = 600;

/// The name of the key that every private part has.
const ENCRYPTED: &[u8] = b"eexec";

/// A Type 1 font: what no reader needs of its clear part overwritten in place, nothing after its three parts; `None` for what is none.
pub(super) fn type1(
    mut data: Vec<u8>,
    length1: Option<usize>,
    length2: Option<usize>,
    length3: Option<usize>,
) -> Option<(Vec<u8>, [usize; 3])> {
    let (length1, length2, length3) = match unwrapped(&data) {
        Some((bare, [one, two, three])) => {
            data = bare;
            (Some(one), Some(two), Some(three))
        }
        None => (length1, length2, length3),
    };
    let clear = clear_end(&data)?;
    let first = length1.filter(|length| *length >= clear && *length <= data.len()).unwrap_or(clear);
    let second = length2.map_or(data.len() - first, |length| length.min(data.len() - first));
    let third = length3.map_or(0, |length| length.min(data.len() - first - second));
    // Some producers count wrongly; then everything stays, and the last part holds what is left.
    let trailer = data.get(first + second..).unwrap_or_default();
    let is_trailer = trailer.iter().take(TRAILER_MAX).all(|byte| byte.is_ascii_whitespace() || byte.is_ascii_digit());
    let third = if third == 0 && is_trailer { trailer.len().min(TRAILER_MAX) } else { third };
    data.truncate(first + second + third);
    blank_words(data.get_mut(..clear)?);
    blank_trailer(data.get_mut(first + second..)?);
    Some((data, [first, second, third]))
}

/// Where the clear part ends: behind the word that a private part follows. In a comment or a notice the word may stand before.
fn clear_end(data: &[u8]) -> Option<usize> {
    const STARTS_MAX: usize = 16;
    let ends = || memchr::memmem::find_iter(data, ENCRYPTED).map(|at| at + ENCRYPTED.len()).take(STARTS_MAX);
    let is_private = |end: &usize| {
        let plain = decrypted(data.get(*end..).unwrap_or_default());
        [&b"/Private"[..], b"/CharStrings", b"/Subrs"].iter().any(|key| memchr::memmem::find(&plain, key).is_some())
    };
    let first = ends().next()?;
    if ends().nth(1).is_none() { Some(first) } else { ends().find(is_private).or_else(|| ends().last()) }
}

/// Overwrites in the last part what is neither one of its zeros nor one of its words (Adobe Type 1 Font Format §2.3).
fn blank_trailer(trailer: &mut [u8]) {
    const WORDS: &[&[u8]] = &[b"cleartomark", b"mark", b"restore", b"if", b"currentfile", b"closefile"];
    const ZEROS: usize = 32;
    let is_zero = |byte: &u8| *byte == b'0' || byte.is_ascii_whitespace();
    // Where the lengths are wrong it begins with what is left of the private part, or with all of it.
    let zeros = trailer.windows(ZEROS).position(|run| run.iter().all(is_zero));
    let start = zeros.or_else(|| (trailer.is_ascii() && trailer.len() <= TRAILER_MAX).then_some(0));
    let Some(trailer) = start.and_then(|start| trailer.get_mut(start..)) else { return };
    let is_letter = |byte: &u8| !byte.is_ascii_whitespace() && !b"{}".contains(byte);
    for word in trailer.split_mut(|byte| !is_letter(byte)) {
        if !WORDS.contains(&&*word) && !word.iter().all(|byte| *byte == b'0') {
            word.fill(b' ');
        }
    }
}

/// The names of glyphs in the private part of a Type 1 font, as they stand there (Adobe Type 1 Font Format §7).
pub(super) fn type1_names(data: &[u8]) -> Vec<u8> {
    clear_end(data).map(|end| decrypted(data.get(end..).unwrap_or_default())).unwrap_or_default()
}

/// A private part as it is before it is encrypted (Adobe Type 1 Font Format §7).
fn decrypted(rest: &[u8]) -> Vec<u8> {
    let start = rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len());
    let rest = rest.get(start..).unwrap_or_default();
    let is_hex = rest.iter().take(4).all(u8::is_ascii_hexdigit);
    let bytes = if is_hex {
        let digits: Vec<u8> = rest.iter().filter_map(|byte| char::from(*byte).to_digit(16)).map(|digit| digit as u8).collect();
        digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |sum, digit| sum << 4 | digit)).collect()
    } else {
        rest.to_vec()
    };
    let mut key = 55_665u16;
    bytes
        .into_iter()
        .map(|byte| {
            let plain = byte ^ (key >> 8) as u8;
            key = u16::from(byte).wrapping_add(key).wrapping_mul(52_845).wrapping_add(22_719);
            plain
        })
        .collect()
}

/// A Type 1 font without the headers of its segments, as printers' files have them, and the lengths of its three parts.
fn unwrapped(data: &[u8]) -> Option<(Vec<u8>, [usize; 3])> {
    let mut bare = Vec::with_capacity(data.len());
    let mut lengths = [0; 3];
    let mut rest = data;
    while let [0x80, kind @ (1 | 2), a, b, c, d, tail @ ..] = rest {
        let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
        let segment = tail.get(..length.min(tail.len()))?;
        let part = match (kind, lengths) {
            (2, _) => 1,
            (_, [_, 0, _]) => 0,
            _ => 2,
        };
        *lengths.get_mut(part)? += segment.len();
        bare.extend_from_slice(segment);
        rest = tail.get(segment.len()..)?;
    }
    (lengths[0] > 0).then_some((bare, lengths))
}

/// Overwrites comments but the version of the first line, strings, and names that no reader asks for.
fn blank_words(head: &mut [u8]) {
    /// Keys of fonts (Adobe Type 1 Font Format §2, Technical Note 5015); glyphs are named in the encoding.
    const KEYS: &[&[u8]] = &[
        b"FontInfo",
        b"version",
        b"Notice",
        b"Copyright",
        b"FullName",
        b"FamilyName",
        b"Weight",
        b"ItalicAngle",
        b"isFixedPitch",
        b"UnderlinePosition",
        b"UnderlineThickness",
        b"FontName",
        b"Encoding",
        b"PaintType",
        b"FontType",
        b"FontMatrix",
        b"FontBBox",
        b"UniqueID",
        b"XUID",
        b"Metrics",
        b"StrokeWidth",
        b"WeightVector",
        b"DesignVector",
        b"NormDesignVector",
        b"NDV",
        b"CDV",
        b"Blend",
        b"BlendDesignPositions",
        b"BlendDesignMap",
        b"BlendAxisTypes",
        b"Width",
        b"OpticalSize",
        b"Private",
        b"CharStrings",
        b"FSType",
        b"fsType",
        b"ascent",
        b"descent",
        b"Ascender",
        b"Descender",
        b"BaseFontName",
        b"FID",
        b"Font",
        b"ProcSet",
        b"FontDirectory",
        b"eexec",
        b"StandardEncoding",
        b"Erode",
    ];
    let is_name = |byte: u8| !byte.is_ascii_whitespace() && !b"()<>[]{}/%".contains(&byte);
    // The kind of font and the version of the format, which readers look for at the start.
    let start = [&b"%!PS-AdobeFont-"[..], b"%!FontType", b"%!"].into_iter().find(|start| head.starts_with(start)).map_or(0, <[u8]>::len);
    let version = head.iter().skip(start).take(5).take_while(|byte| byte.is_ascii_digit() || b".-".contains(byte)).count();
    let mut at = if start > 0 { start + version } else { 0 };
    let mut depth = 0usize;
    let mut comment = at > 0;
    // The names of glyphs stay; a font without them draws others.
    let mut in_encoding = false;
    while let Some(byte) = head.get(at).copied() {
        let mut next = at + 1;
        match byte {
            b'\r' | b'\n' if depth == 0 => comment = false,
            _ if comment => blank(head, at..next),
            b'\\' if depth > 0 => {
                next += 1;
                blank(head, at..next);
            }
            b'(' => {
                depth += 1;
                if depth > 1 {
                    blank(head, at..next);
                }
            }
            b')' => {
                if depth > 1 {
                    blank(head, at..next);
                }
                depth = depth.saturating_sub(1);
            }
            _ if depth > 0 => blank(head, at..next),
            b'%' => {
                comment = true;
                blank(head, at..next);
            }
            b'/' => {
                let length = head.iter().skip(next).take_while(|byte| is_name(**byte)).count();
                let name = head.get_mut(next..next + length).unwrap_or_default();
                in_encoding |= *name == *b"Encoding";
                if !in_encoding && !KEYS.contains(&&*name) {
                    name.fill(b'x');
                }
                next += length;
            }
            byte if is_name(byte) => {
                let length = head.iter().skip(at).take_while(|byte| is_name(**byte)).count();
                let word = head.get(at..at + length).unwrap_or_default();
                in_encoding &= *word != *b"def";
                next = at + length;
            }
            _ => {}
        }
        at = next;
    }
}

fn blank(head: &mut [u8], range: std::ops::Range<usize>) {
    for cell in head.iter_mut().take(range.end).skip(range.start) {
        *cell = b' ';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(data: &[u8], what: &[u8]) -> bool {
        memchr::memmem::find(data, what).is_some()
    }

    #[test]
    fn a_type_1_font_loses_comments_and_notices_in_place() {
        let head = b"%!PS-AdobeFont-1.0: F\n% CANARYLINE\n/Notice (CANARY \\(NOTICE\\)) def /FontName /CANARY def \
            /Author (CANARY) def /CANARY 3 def /Encoding 256 array dup 65 /kept put def\ncurrentfile eexec";
        let data = [&head[..], b"\x01\x02\x03\x04", b"0000\ncleartomark\nCANARYTAIL"].concat();
        let (copy, lengths) = type1(data, Some(head.len()), Some(4), Some(16)).expect("a font");
        assert!(!holds(&copy, b"CANARY"), "{}", String::from_utf8_lossy(&copy));
        assert!(holds(&copy, b"dup 65 /kept put") && holds(&copy, b"%!PS-AdobeFont") && holds(&copy, b"/FontName /xxxxxx def"));
        assert_eq!(lengths, [head.len(), 4, 16]);
        assert_eq!(type1(copy.clone(), Some(head.len()), Some(4), Some(16)).expect("a font").0, copy);
        assert!(type1(b"%!PS-AdobeFont\n(CANARY) pop".to_vec(), None, None, None).is_none());
    }

    #[test]
    fn an_sfnt_font_loses_its_name_table() {
        let mut data = vec![0, 1, 0, 0, 0, 2, 0, 32, 0, 1, 0, 0];
        for (tag, offset) in [(b"glyf", 44u32), (b"name", 48)] {
            data.extend_from_slice(tag);
            data.extend_from_slice(&[0; 4]);
            data.extend_from_slice(&offset.to_be_bytes());
            data.extend_from_slice(&4u32.to_be_bytes());
        }
        data.extend_from_slice(b"DRAWCANA");
        let copy = any(data).expect("a font");
        assert!(holds(&copy, b"DRAW") && !holds(&copy, b"CANA") && !holds(&copy, b"name"));
        assert_eq!(any(copy.clone()), Some(copy));
        for odd in [&b"\0\x01\0\0\0\x01CANARY"[..], b"garbage CANARY", b"ttcf\0\x01\0\0\0\0\0\x01\0\0\0\x10name CANARY"] {
            assert_eq!(any(odd.to_vec()), None);
        }
    }

    #[test]
    fn a_type_1_font_with_segment_headers_keeps_all_of_its_parts() {
        let (clear, secret, zeros) = (b"%!Font\n% CANARY\n/x currentfile eexec", [7u8; 300], [b'0'; 20]);
        let segment = |kind: u8, body: &[u8]| [&[0x80, kind][..], &(body.len() as u32).to_le_bytes(), body].concat();
        let data = [segment(1, clear), segment(2, &secret), segment(1, &zeros), vec![0x80, 3]].concat();
        let (copy, lengths) = type1(data, Some(clear.len()), Some(secret.len()), Some(0)).expect("a font");
        assert_eq!(lengths, [clear.len(), 300, 20]);
        assert_eq!(copy.len(), clear.len() + 320);
        assert!(copy.ends_with(&[secret.as_slice(), &zeros].concat()) && !holds(&copy, b"CANARY"));
        assert_eq!(type1(copy.clone(), Some(lengths[0]), Some(300), Some(20)), Some((copy, lengths)));
    }

    #[test]
    fn a_cff_font_loses_its_name_and_notice_in_place() {
        let index = |items: &[&[u8]]| -> Vec<u8> {
            let mut out = (items.len() as u16).to_be_bytes().to_vec();
            out.push(1);
            let mut offset = 1u8;
            out.push(offset);
            for item in items {
                offset += item.len() as u8;
                out.push(offset);
            }
            out.extend(items.iter().flat_map(|item| item.iter()));
            out
        };
        // Notice is string 391, the first of its own.
        let top = [248, 27, 1];
        let data = [vec![1, 0, 4, 1], index(&[b"CANARYNAME"]), index(&[&top]), index(&[b"CANARYNOTE", b"glyphname"])].concat();
        let copy = cff(data.clone()).expect("a font");
        assert!(!holds(&copy, b"CANARY") && holds(&copy, b"glyphname"));
        assert_eq!(copy.len(), data.len());
        // A CID font: the name of its part is in a dictionary that the first one points to.
        let head = |at: usize| [vec![1, 0, 4, 1], index(&[b"N"]), index(&[&[28, 0, at as u8, 12, 36]]), index(&[b"CANARYPART"])].concat();
        let at = head(0).len();
        let copy = cff([head(at), index(&[&[248, 27, 12, 38]])].concat()).expect("a font");
        assert!(!holds(&copy, b"CANARY"));
    }

    #[test]
    fn a_cff_font_keeps_of_its_strings_the_names_of_glyphs() {
        let index = |items: &[&[u8]]| -> Vec<u8> {
            let mut out = (items.len() as u16).to_be_bytes().to_vec();
            if items.is_empty() {
                return out;
            }
            out.push(1);
            let mut offset = 1u8;
            out.push(offset);
            for item in items {
                offset += item.len() as u8;
                out.push(offset);
            }
            out.extend(items.iter().flat_map(|item| item.iter()));
            out
        };
        let font = |top: &dyn Fn(usize) -> Vec<u8>, strings: &[&[u8]], rest: &[u8]| {
            let head = |at: usize| [vec![1, 0, 4, 1], index(&[b"N"]), index(&[&top(at)]), index(strings), index(&[])].concat();
            [head(head(0).len()), rest.to_vec()].concat()
        };
        // Two glyphs; the set of characters names string 392 for the second one.
        let glyphs = index(&[b"\x0e", b"\x0e"]);
        let rest = [&glyphs[..], &[0, 1, 136]].concat();
        let top = |at: usize| vec![28, 0, at as u8, 17, 28, 0, (at + glyphs.len()) as u8, 15];
        let copy = any(font(&top, &[b"CANARYFREE", b"glyphname", b"CANARYLAST"], &rest)).expect("a font");
        assert!(!holds(&copy, b"CANARY") && holds(&copy, b"glyphname"));
        // The glyphs of a CID font have numbers; who registered them is known, or is a word.
        for (registry, is_kept) in [(&b"Adobe"[..], true), (b"CANARYINC", false)] {
            let cid = |at: usize| [vec![248, 27, 248, 28, 139, 12, 30], top(at)].concat();
            let copy = any(font(&cid, &[registry, b"Identity", b"CANARYNAME"], &rest)).expect("a font");
            assert!(!holds(&copy, b"CANARY") && holds(&copy, b"Identity") && holds(&copy, b"Adobe") == is_kept);
        }
    }

    #[test]
    fn data_that_only_looks_like_a_cff_font_is_told() {
        let two = [&[1, 0, 4, 1, 0, 1, 1, 1, 2, b'N', 0, 2, 1, 1, 2, 3, 0, 0, 0, 0, 0, 0][..], b"CANARY"].concat();
        for odd in [b"\0\0\0\0\0\0\0\0\0\0CANARY".to_vec(), b"\x01\0\0\0\0\0\0CANARY".to_vec(), two] {
            assert_eq!(any(odd), None);
        }
    }

    #[test]
    fn a_word_in_a_comment_does_not_end_the_clear_part() {
        let encrypt = |plain: &[u8]| -> Vec<u8> {
            let mut key = 55_665u16;
            let encrypt = |byte: &u8| {
                let cipher = byte ^ (key >> 8) as u8;
                key = u16::from(cipher).wrapping_add(key).wrapping_mul(52_845).wrapping_add(22_719);
                cipher
            };
            plain.iter().map(encrypt).collect()
        };
        let head = b"%!PS-AdobeFont-1.0: F\n% eexec\n/Notice (CANARY eexec) def currentfile eexec\n";
        let private = encrypt(b"abcddup /Private 8 dict dup begin /CharStrings");
        let trailer = [&[b'0'; 64][..], b"\ncleartomark CANARY {restore}if"].concat();
        let data = [&head[..], &private, &trailer].concat();
        let (copy, [first, second, third]) = type1(data, Some(head.len()), Some(private.len()), Some(trailer.len())).expect("a font");
        assert!(!holds(&copy, b"CANARY") && holds(&copy, &private) && holds(&copy, b"cleartomark        {restore}if"));
        assert_eq!((first, second, third), (head.len(), private.len(), trailer.len()));
    }

    #[test]
    fn names_of_fonts_become_neutral_unless_viewers_need_them() {
        for name in [
            "ABCDEF+TimesNewRomanPS-BoldMT",
            "Segoe UI Semibold",
            "ArialUnicodeMS",
            "NimbusRomNo9L-Regu",
            "KozMinPr6N-Regular",
            "MS-Mincho",
        ] {
            assert!(is_plain_name(name.as_bytes()), "{name}");
        }
        assert_eq!(neutral_name(b"OpenProjectNightingale-Bold", false), b"Open-Bold");
        assert_eq!(neutral_name(b"ProjectNightingale-BoldOblique", false), b"Font-BoldItalic");
        assert_eq!(neutral_name(b"ABCDEF+ProjectNightingale-Bold", true), b"AAAAAA+Font-Bold");
        assert_eq!(neutral_name(b"ABCDEF+TimesNewRomanPS-ItalicMT", true), b"AAAAAA+Times-Italic");
        for (name, neutral) in
            [("Timus-Roman", "FontRoman"), ("NightMono", "FontMono"), ("Night-Demi", "Font-Bold"), ("NightSans", "FontSans")]
        {
            assert_eq!(neutral_name(name.as_bytes(), false), neutral.as_bytes());
            assert_eq!(neutral_name(neutral.as_bytes(), false), neutral.as_bytes());
        }
        assert!(is_plain_name(b"TimesNewRomanPS-BoldItalicMT") && is_plain_name(b"AAAAAA+Helvetica-Bold") && is_plain_name(b"Arial"));
        assert!(!is_plain_name(b"ArialNightingale") && !is_plain_name(b"Times-Nightingale") && !is_plain_name(b"Nightingale-Bold"));
    }
}
