//! Character maps: ToUnicode and embedded CMaps (ISO 32000-2 §9.7.5, §9.10.3; Adobe Technical Note 5014).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::LazyLock;

use super::content::{Lexer, Token};
use super::ranges::Ranges;
use super::value::Value;
use super::write;

/// Entries that one map may hold; a full two-byte map has 65,536.
const ENTRIES_MAX: usize = 200_000;
/// Code spaces that one map may have; those of Adobe have up to ten.
pub(super) const CODESPACES_MAX: usize = 100;
/// Bytes of the text of one code (ISO 32000-2 §9.10.3).
const TARGET_BYTES_MAX: usize = 512;
/// Bytes of the texts of one map.
const TEXT_BYTES_MAX: usize = 16 << 20;

/// The predefined CMaps (ISO 32000-2 Table 116), and those of Adobe's collections that viewers have beside them.
const PREDEFINED: &[&str] = &[
    "Identity",
    "GB-EUC",
    "GBpc-EUC",
    "GBK-EUC",
    "GBKp-EUC",
    "GBK2K",
    "UniGB-UCS2",
    "UniGB-UTF8",
    "UniGB-UTF16",
    "UniGB-UTF32",
    "B5pc",
    "B5",
    "HKscs-B5",
    "ETen-B5",
    "ETenms-B5",
    "ETHK-B5",
    "CNS-EUC",
    "UniCNS-UCS2",
    "UniCNS-UTF8",
    "UniCNS-UTF16",
    "UniCNS-UTF32",
    "83pv-RKSJ",
    "90ms-RKSJ",
    "90msp-RKSJ",
    "90pv-RKSJ",
    "78-RKSJ",
    "78-EUC",
    "78",
    "78ms-RKSJ",
    "Add-RKSJ",
    "Add",
    "EUC",
    "Ext-RKSJ",
    "Ext",
    "NWP",
    "RKSJ",
    "UniJIS-UCS2",
    "UniJIS-UCS2-HW",
    "UniJIS-UTF8",
    "UniJIS-UTF16",
    "UniJIS-UTF32",
    "UniJIS2004-UTF8",
    "UniJIS2004-UTF16",
    "UniJIS2004-UTF32",
    "UniJISX0213-UTF32",
    "UniJISX02132004-UTF32",
    "UniJISPro-UCS2",
    "UniJISPro-UCS2-HW",
    "KSC-EUC",
    "KSC",
    "KSC-Johab",
    "KSCms-UHC",
    "KSCms-UHC-HW",
    "KSCpc-EUC",
    "UniKS-UCS2",
    "UniKS-UTF8",
    "UniKS-UTF16",
    "UniKS-UTF32",
    "Hankaku",
    "Hiragana",
    "Katakana",
    "Roman",
    "WP-Symbol",
    "GBT-EUC",
    "GBTpc-EUC",
    "GBT",
    "GB",
    "CNS1",
    "CNS2",
];

/// Whether a viewer knows a CMap by name.
pub(super) fn is_predefined(name: &[u8]) -> bool {
    let stem = name.strip_suffix(b"-H").or_else(|| name.strip_suffix(b"-V"));
    matches!(name, b"H" | b"V") || PREDEFINED.iter().any(|known| Some(known.as_bytes()) == stem || known.as_bytes() == name)
}

/// A map from character codes to text or to character identifiers.
#[derive(Debug, Clone, Default)]
pub(super) struct CMap {
    /// Code lengths in bytes with first and last code.
    pub(super) codespaces: Vec<(usize, u32, u32)>,
    chars: BTreeMap<u32, String>,
    /// The first code of each range with its text, or its identifier.
    ranges: Ranges<(u32, Rc<str>)>,
    cids: Ranges<(u32, u32)>,
    text_bytes: usize,
    /// Whether the writing mode is vertical.
    pub(super) vertical: bool,
    /// Whether the data it was read from was damaged.
    pub(super) damaged: bool,
    /// Whether it builds on another map (`usecmap`).
    is_based: bool,
}

fn code(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

fn utf16(bytes: &[u8]) -> String {
    if let [byte] = bytes {
        return char::from(*byte).to_string();
    }
    let bytes = bytes.get(..TARGET_BYTES_MAX).unwrap_or(bytes);
    let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|pair| Some(u16::from_be_bytes([*pair.first()?, *pair.get(1)?]))).collect();
    String::from_utf16_lossy(&units)
}

impl CMap {
    /// Reads a map, as much of it as can be understood.
    pub(super) fn parse(data: &[u8]) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::new(data);
        let mut stack: Vec<Value<'_>> = Vec::new();
        let mut list: Option<Vec<Value<'_>>> = None;
        while let Some(token) = lexer.token() {
            match token {
                Token::Open(b'[') => list = Some(Vec::new()),
                Token::Close(b']') => stack.extend(list.take().map(Value::Array)),
                Token::Value(value) => match &mut list {
                    Some(list) if list.len() < ENTRIES_MAX => list.push(value),
                    None if stack.len() < ENTRIES_MAX => stack.push(value),
                    Some(_) | None => {}
                },
                Token::Word(word) => {
                    map.word(word, &stack);
                    stack.clear();
                }
                Token::Open(_) | Token::Close(_) => {}
            }
        }
        map
    }

    fn word(&mut self, word: &[u8], stack: &[Value<'_>]) {
        /// Words that viewers know by their beginning where another is written right behind them, `endbfcharendcmap`.
        const ENDS: &[&[u8]] = &[b"endcodespacerange", b"endbfchar", b"endbfrange"];
        let full = self.len() > ENTRIES_MAX || self.text_bytes > TEXT_BYTES_MAX;
        match ENDS.iter().find(|end| word.starts_with(end)).map_or(word, |end| *end) {
            b"def" => {
                if let [Value::Name(key), Value::Number(value)] = stack
                    && key.as_ref() == b"WMode"
                {
                    self.vertical = *value == 1.0;
                }
            }
            b"usecmap" => self.is_based = true,
            b"endcodespacerange" => {
                for pair in stack.chunks_exact(2) {
                    if let [Value::Text(low), Value::Text(high)] = pair
                        && (1..=4).contains(&low.len())
                    {
                        self.codespace((low.len(), code(low), code(high)));
                    }
                }
            }
            b"endbfchar" if !full => {
                for pair in stack.chunks_exact(2) {
                    if let [Value::Text(from), Value::Text(to)] = pair {
                        self.char(code(from), to);
                    }
                }
            }
            b"endbfrange" if !full => {
                for triple in stack.chunks_exact(3) {
                    match triple {
                        [Value::Text(low), Value::Text(high), Value::Text(to)] => {
                            let text = utf16(to);
                            self.text_bytes += text.len();
                            self.ranges.set(code(low), code(high), (code(low), text.into()));
                        }
                        [Value::Text(low), Value::Text(_), Value::Array(items)] => {
                            for (offset, item) in items.iter().enumerate() {
                                if let Value::Text(to) = item {
                                    self.char(code(low).saturating_add(offset as u32), to);
                                }
                            }
                        }
                        _ => {}
                    }
                }
            }
            b"endcidrange" if !full => {
                for triple in stack.chunks_exact(3) {
                    if let [Value::Text(low), Value::Text(high), Value::Number(cid)] = triple {
                        self.cids.set(code(low), code(high), (code(low), *cid as u32));
                    }
                }
            }
            b"endcidchar" if !full => {
                for pair in stack.chunks_exact(2) {
                    if let [Value::Text(from), Value::Number(cid)] = pair {
                        self.cids.set(code(from), code(from), (code(from), *cid as u32));
                    }
                }
            }
            _ => {}
        }
    }

    fn codespace(&mut self, space: (usize, u32, u32)) {
        if self.codespaces.len() <= CODESPACES_MAX && !self.codespaces.contains(&space) {
            self.codespaces.push(space);
        }
    }

    fn char(&mut self, code: u32, to: &[u8]) {
        let text = utf16(to);
        self.text_bytes += text.len();
        self.chars.insert(code, text);
    }

    /// Whether it does not say by itself which character each code is (9.7.5.4): it builds on another map, be it the simplest, which not
    /// every viewer reads, or has characters to text, or nothing, where it should have identifiers. Some viewers read that text as
    /// identifiers, others show no character.
    pub(super) fn is_partial(&self) -> bool {
        let has_text = !self.chars.is_empty() || !self.ranges.is_empty();
        has_text || self.is_based || self.cids.is_empty()
    }

    fn len(&self) -> usize {
        self.chars.len() + self.ranges.len() + self.cids.len()
    }

    /// What the map takes of the memory, in some tens of bytes.
    pub(super) fn weight(&self) -> usize {
        self.len() + self.text_bytes / 64
    }

    /// The text of a code.
    pub(super) fn text(&self, code: u32) -> Option<String> {
        if let Some(text) = self.chars.get(&code) {
            return Some(text.clone());
        }
        let Some((low, base)) = self.ranges.get(code) else {
            // Where a map to text gives identifiers of characters, readers take them for Unicode.
            let (low, cid) = self.cids.get(code)?;
            return char::from_u32(cid.checked_add(code - low)?).map(String::from);
        };
        let mut chars: Vec<char> = base.chars().collect();
        let last = chars.pop()?;
        chars.push(char::from_u32(last as u32 + (code - low)).unwrap_or(char::REPLACEMENT_CHARACTER));
        Some(chars.into_iter().collect())
    }

    /// Whether it has a text for a code, by an entry that is made for texts.
    pub(super) fn spells(&self, code: u32) -> bool {
        self.chars.contains_key(&code) || self.ranges.get(code).is_some()
    }

    /// The character identifier of a code; the code itself when the map says nothing.
    pub(super) fn cid(&self, code: u32) -> u32 {
        match self.cids.get(code) {
            Some((low, cid)) => cid.saturating_add(code - low),
            None if self.cids.is_empty() => code,
            None => 0,
        }
    }

    /// Length in bytes of the code that `bytes` starts with.
    pub(super) fn code_len(&self, bytes: &[u8]) -> usize {
        for length in 1..=4usize.min(bytes.len()) {
            let value = code(bytes.get(..length).unwrap_or_default());
            if self.codespaces.iter().any(|(len, low, high)| {
                *len == length
                    && (0..length).all(|index| {
                        let part = |value: u32| value >> (8 * (length - 1 - index)) & 0xff;
                        (part(*low)..=part(*high)).contains(&part(value))
                    })
            }) {
                return length;
            }
        }
        self.codespaces.iter().map(|(len, _, _)| *len).min().unwrap_or(2).min(bytes.len()).max(1)
    }
}

/// Whether a text is longer than one glyph draws: a ligature has four letters at most, unless it is one of Unicode's own.
pub(super) fn is_wordy(text: &str) -> bool {
    use unicode_normalization::UnicodeNormalization as _;
    const LETTERS_MAX: usize = 6;
    static OWN: LazyLock<BTreeSet<String>> =
        LazyLock::new(|| ('\u{fbea}'..='\u{fdff}').chain('\u{3300}'..='\u{33ff}').map(|own| own.nfkc().collect()).collect());
    text.nfkc().nth(LETTERS_MAX).is_some() && !OWN.contains(&text.nfkc().collect::<String>())
}

/// A ToUnicode map that says what `source` says about the codes that are shown, and nothing else.
///
/// `code_bytes` is the length of a code: 1 for simple fonts, 2 for most composite ones.
pub(super) fn to_unicode(source: &CMap, used: &BTreeSet<u32>, code_bytes: usize) -> Vec<u8> {
    let width = code_bytes * 2;
    let mut out = b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n".to_vec();
    let top = if code_bytes >= 4 { u32::MAX } else { (1u32 << (8 * code_bytes)) - 1 };
    out.extend_from_slice(format!("<{:0width$X}> <{top:0width$X}>\nendcodespacerange\n", 0).as_bytes());
    let mut entries: Vec<(u32, String)> = used.iter().filter_map(|code| Some((*code, source.text(*code)?))).collect();
    // The map of a composite font that knows other codes says that these have no text. An empty one would make readers guess some.
    let knows_others = source.chars.values().any(|text| !text.is_empty()) || source.ranges.values().any(|(_, text)| !text.is_empty());
    if entries.is_empty() && code_bytes > 1 && knows_others {
        entries.extend((0..=top).find(|code| !used.contains(code)).map(|code| (code, " ".to_owned())));
    }
    for block in entries.chunks(100) {
        out.extend_from_slice(format!("{} beginbfchar\n", block.len()).as_bytes());
        for (code, text) in block {
            out.extend_from_slice(format!("<{code:0width$X}> <").as_bytes());
            for unit in text.encode_utf16() {
                out.extend_from_slice(format!("{unit:04X}").as_bytes());
            }
            out.extend_from_slice(b">\n");
        }
        out.extend_from_slice(b"endbfchar\n");
    }
    out.extend_from_slice(b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}

/// A CMap from codes to character identifiers, written anew for the codes that are shown.
///
/// `lengths` are the bytes of codes, where codes have several lengths.
pub(super) fn to_cids(name: &str, source: &CMap, used: &BTreeSet<u32>, lengths: &BTreeMap<u32, u32>) -> Vec<u8> {
    let mut out = b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo 3 dict dup begin\n/Registry (Adobe) def\n/Ordering (Identity) def\n/Supplement 0 def\nend def\n/CMapType 1 def\n".to_vec();
    out.extend_from_slice(format!("/CMapName /{name} def\n").as_bytes());
    out.extend_from_slice(format!("/WMode {} def\n", u8::from(source.vertical)).as_bytes());
    for block in source.codespaces.chunks(100) {
        out.extend_from_slice(format!("{} begincodespacerange\n", block.len()).as_bytes());
        for (length, low, high) in block {
            let width = length * 2;
            out.extend_from_slice(format!("<{low:0width$X}> <{high:0width$X}>\n").as_bytes());
        }
        out.extend_from_slice(b"endcodespacerange\n");
    }
    let length_of =
        |code: u32| source.codespaces.iter().find(|(_, low, high)| (*low..=*high).contains(&code)).map_or(2, |(length, _, _)| *length);
    let entries: Vec<u32> = used.iter().copied().collect();
    for block in entries.chunks(100) {
        out.extend_from_slice(format!("{} begincidchar\n", block.len()).as_bytes());
        for code in block {
            let width = lengths.get(code).map_or_else(|| length_of(*code), |length| *length as usize) * 2;
            out.extend_from_slice(format!("<{code:0width$X}> ").as_bytes());
            write::number(&mut out, f64::from(source.cid(*code)));
            out.push(b'\n');
        }
        out.extend_from_slice(b"endcidchar\n");
    }
    out.extend_from_slice(b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &[u8] = b"% CANARY\n/CMapName /CANARY def 1 begincodespacerange <00> <FF> endcodespacerange \
        1 beginbfchar <41> <00660069> endbfchar 2 beginbfrange <50> <52> <0061> <60> <61> [<0078> <0079>] endbfrange";

    #[test]
    fn ranges_and_single_codes_map() {
        let map = CMap::parse(MAP);
        for (code, text) in [(0x41, Some("fi")), (0x52, Some("c")), (0x61, Some("y")), (0x70, None)] {
            assert_eq!(map.text(code).as_deref(), text, "{code:x}");
        }
    }

    #[test]
    fn the_copy_of_a_map_says_the_same_about_used_codes_only() {
        let used = BTreeSet::from([0x41, 0x51]);
        let copy = to_unicode(&CMap::parse(MAP), &used, 1);
        assert!(memchr::memmem::find(&copy, b"CANARY").is_none());
        let again = CMap::parse(&copy);
        assert_eq!(again.text(0x41).as_deref(), Some("fi"));
        assert_eq!(again.text(0x51).as_deref(), Some("b"));
        assert_eq!(again.text(0x50), None);
        assert_eq!(to_unicode(&again, &used, 1), copy);
    }

    #[test]
    fn shown_codes_without_text_stay_without_text() {
        let source = CMap::parse(b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfchar <0041> <0042> endbfchar");
        let used = BTreeSet::from([0, 0x0d4c]);
        let copy = to_unicode(&source, &used, 2);
        let again = CMap::parse(&copy);
        assert!(!again.chars.is_empty() && used.iter().all(|code| again.text(*code).is_none()));
        assert!(again.text(0x41).is_none(), "no word of what is not shown");
        assert_eq!(to_unicode(&again, &used, 2), copy);
        let nothing = CMap::parse(b"1 beginbfrange <0000> <FFFF> <> endbfrange");
        assert!(CMap::parse(&to_unicode(&nothing, &used, 2)).chars.is_empty());
        let glued = CMap::parse(b"def1 begincodespacerange <20> <23> endcodespacerange1 beginbfchar<21> <00E4>endbfcharendcmap CMapName");
        assert_eq!(glued.text(0x21).as_deref(), Some("ä"));
        let numbers = CMap::parse(b"1 begincidrange <0d00> <0dff> 3328 endcidrange");
        assert_eq!(CMap::parse(&to_unicode(&numbers, &used, 2)).text(0x0d4c).as_deref(), Some("\u{d4c}"));
    }

    #[test]
    fn a_glyph_that_stands_for_many_words_is_told() {
        for (text, is_long) in [("f", false), ("ffi", false), ("\u{fdfa}", false), ("agreed on Monday", true)] {
            assert_eq!(is_wordy(text), is_long, "{text}");
        }
    }

    #[test]
    fn a_map_on_top_of_another_does_not_say_by_itself_what_codes_are() {
        let map = CMap::parse(b"1 begincidchar <0041> 7 endcidchar");
        assert_eq!([map.cid(0x41), map.cid(0x42), CMap::parse(b"").cid(0x42)], [7, 0, 0x42]);
        assert!(!map.is_partial());
        assert!(CMap::parse(b"/Identity-H usecmap 1 begincidchar <0041> 7 endcidchar").is_partial());
    }

    #[test]
    fn code_lengths_follow_the_code_spaces() {
        let map =
            CMap::parse(b"2 begincodespacerange <00> <80> <8140> <FEFE> endcodespacerange 1 begincidrange <8140> <817E> 633 endcidrange");
        assert_eq!(map.code_len(b"A"), 1);
        assert_eq!(map.code_len(b"\x81\x41"), 2);
        assert_eq!(map.cid(0x8141), 634);
    }
}
