//! Copies fonts key by key (ISO 32000-2 §9.6 to §9.9): what shows and maps the characters that are used, and no more.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, Stream};

use super::font::{coded, glyph_text};
use super::interpret::address;
use super::odd::is_odd_font;
use super::open::{Role, Source};
use super::rebuild::{Rebuild, flate, rect};
use super::resources::{copy_name, copy_plain, copy_some};
use super::{cmap, fontfile, fontname, sfnt, type1};
use crate::error::DocError;

const ENCODINGS: &[&str] = &["WinAnsiEncoding", "MacRomanEncoding", "MacExpertEncoding", "StandardEncoding"];
/// Character collections that viewers know (§9.7.3).
pub(super) const COLLECTIONS: &[&[u8]] = &[b"Identity", b"Japan1", b"Japan2", b"GB1", b"CNS1", b"Korea1", b"KR", b"UCS", b"Manga1"];

/// Bytes of a font program that are looked through for a name in one step, and those that are made readable.
const PROGRAM_BYTES_SOUGHT: usize = 512;
const PROGRAM_BYTES_READ: usize = 32;

impl<'s> Rebuild<'s, '_> {
    /// A font.
    pub(super) fn font(&mut self, dict: &'s Dictionary, resources: Option<&'s Dictionary>) -> Result<Object, DocError> {
        self.once(address(dict), 0, |this| {
            let source = this.source;
            let seen = this.seen.fonts.get(&address(dict)).cloned();
            let used: BTreeSet<u32> = seen.as_ref().map(|seen| seen.used.borrow().to_set()).unwrap_or_default();
            if is_odd_font(source, dict) {
                source.misfit();
            }
            let mut copy = Dictionary::new();
            copy.set("Type", "Font");
            let subtype = source.name(dict, b"Subtype").unwrap_or_default();
            match subtype {
                b"Type0" => {
                    let lengths = seen.as_ref().map(|seen| seen.font.lengths.borrow().clone()).unwrap_or_default();
                    this.ambiguous += u64::from(seen.as_ref().is_some_and(|seen| seen.font.is_ambiguous.get()));
                    this.composite(dict, &used, &lengths, &mut copy)?;
                }
                b"Type3" => this.type3(dict, resources, seen.as_ref().map(|_| &used), &mut copy)?,
                _ => this.simple(dict, subtype, seen.as_ref().map(|_| &used), &mut copy)?,
            }
            // By this name viewers find the glyphs of a font that is not in the file (ISO 32000-2 §9.10.3).
            copy_name(source, dict, &mut copy, "ToUnicode", &["Identity-H", "Identity-V"]);
            if let Some(seen) = seen
                && let Some(map) = seen.font.to_unicode()
            {
                this.wordy += u64::from(used.iter().filter_map(|code| map.text(*code)).any(|text| cmap::is_wordy(&text)));
                let map = cmap::to_unicode(map, &used, seen.font.code_bytes());
                let map = this.add(flate(Dictionary::new(), &map));
                copy.set("ToUnicode", map);
            }
            Ok(Object::Dictionary(copy))
        })
    }

    fn simple(
        &mut self,
        dict: &'s Dictionary,
        subtype: &[u8],
        used: Option<&BTreeSet<u32>>,
        copy: &mut Dictionary,
    ) -> Result<(), DocError> {
        let source = self.source;
        let is_known = [&b"Type1"[..], b"MMType1", b"TrueType"].contains(&subtype);
        if !is_known {
            source.misfit();
        }
        let subtype = if is_known { subtype } else { b"Type1" };
        copy.set("Subtype", Object::Name(subtype.to_vec()));
        let descriptor = source.sub(dict, b"FontDescriptor");
        let name = font_name(source, dict, descriptor);
        let widths = [&b"Widths"[..], b"FirstChar", b"LastChar"].map(|key| source.there(dict, key).is_some());
        // There must be a name, and widths have a first and a last code (Table 109).
        if source.name(dict, b"BaseFont").is_none() || widths[0] && widths != [true; 3] {
            source.misfit();
        }
        // Of a font with signs of its own that is not in the file some viewers show these, and others the letters of the encoding.
        let has_own_signs =
            [&b"Symbol"[..], b"ZapfDingbats"].iter().any(|known| name.starts_with(known)) && !is_embedded(source, descriptor);
        let names_letters = match source.entry(dict, b"Encoding") {
            Object::Name(_) => true,
            Object::Dictionary(encoding) => source.there(encoding, b"BaseEncoding").is_some(),
            _ => false,
        };
        self.ambiguous += u64::from(has_own_signs && names_letters && used.is_some_and(|used| !used.is_empty()));
        // A font named in Chinese, Japanese or Korean has two bytes to a letter in viewers that know it, and one in all others.
        let own = source.name(dict, b"BaseFont").filter(|own| !own.is_ascii() && name != *own);
        let is_foreign = own.is_some() && !is_embedded(source, descriptor);
        self.ambiguous += u64::from(is_foreign && used.is_some_and(|codes| codes.iter().any(|code| *code > 0x7f)));
        copy.set("BaseFont", Object::Name(name.clone()));
        copy_plain(source, dict, copy, &["FirstChar", "LastChar"]);
        copy_some(source, dict, copy, "Widths", widths_of(source, dict));
        // Some viewers take a letter that goes back for one that goes on, or for one of no width.
        let first = source.int(dict, b"FirstChar").unwrap_or(0);
        let goes_back = |code: &u32| {
            let index = usize::try_from(i64::from(*code).saturating_sub(first)).unwrap_or(usize::MAX);
            source.array(dict, b"Widths").get(index).and_then(|width| source.to_number(width)).is_some_and(|width| width < 0.0)
        };
        if used.is_some_and(|used| used.iter().any(goes_back)) {
            source.misfit();
        }
        if let Some(descriptor) = descriptor {
            if let Some(program) = source.stream(descriptor, b"FontFile2")
                && let Some(used) = used
            {
                self.ambiguous += u64::from(finds_others(source, dict, descriptor, &source.content(program, Role::Part)?.data, used));
            }
            let descriptor = self.descriptor(descriptor, &name)?;
            copy.set("FontDescriptor", descriptor);
        }
        self.encoding(dict, used, copy)
    }

    /// The encoding, with differences only for codes that are shown.
    fn encoding(&mut self, dict: &'s Dictionary, used: Option<&BTreeSet<u32>>, copy: &mut Dictionary) -> Result<(), DocError> {
        let source = self.source;
        match source.entry(dict, b"Encoding") {
            Object::Name(_) => copy_name(source, dict, copy, "Encoding", ENCODINGS),
            Object::Dictionary(encoding) => {
                let mut inner = Dictionary::new();
                inner.set("Type", "Encoding");
                copy_name(source, encoding, &mut inner, "BaseEncoding", ENCODINGS);
                let shown = differences_of(source, encoding).into_iter().filter(|(code, _)| used.is_none_or(|used| used.contains(code)));
                let shown: Vec<(u32, &[u8])> = shown.collect();
                // Without the font, viewers find a letter by the number in such a name, by its code, or not at all.
                let is_unsaid = |name: &[u8]| name != b".notdef" && glyph_text(name).is_none();
                let is_there = is_embedded(source, source.sub(dict, b"FontDescriptor"));
                self.ambiguous += u64::from(!is_there && used.is_some() && shown.iter().any(|(_, name)| is_unsaid(name)));
                // A name that means nothing stays where the font program has a glyph of that name.
                let program = if shown.iter().all(|(_, name)| is_common(name)) { Vec::new() } else { self.glyph_names(dict)? };
                let is_there = |name: &[u8]| {
                    source.budget.steps(program.len() / PROGRAM_BYTES_SOUGHT) && memchr::memmem::find(&program, name).is_some()
                };
                let name = |code, name: &[u8]| {
                    if is_common(name) || is_there(name) {
                        return name.to_vec();
                    }
                    // Of a name that the program has it would show another glyph.
                    numbers(code).find(|number| !is_there(number)).unwrap_or_else(|| b".notdef".to_vec())
                };
                let differences = differences(shown.into_iter().map(|(code, glyph)| (code, name(code, glyph))));
                if !differences.is_empty() {
                    inner.set("Differences", differences);
                }
                copy.set("Encoding", inner);
            }
            _ => {}
        }
        Ok(())
    }

    /// The font program, with the names of its glyphs readable.
    fn glyph_names(&mut self, dict: &'s Dictionary) -> Result<Vec<u8>, DocError> {
        let source = self.source;
        let descriptor = source.sub(dict, b"FontDescriptor");
        let program = descriptor.and_then(|descriptor| {
            let keys = [&b"FontFile"[..], b"FontFile2", b"FontFile3"];
            keys.into_iter().find_map(|key| source.stream(descriptor, key))
        });
        let Some(program) = program else { return Ok(Vec::new()) };
        let data = source.content(program, Role::Part)?.data.to_vec();
        source.budget.steps(data.len() / PROGRAM_BYTES_READ);
        // Words in notices and comments name no glyph.
        let data = stripped(data, "", [None; 3]).map_or_else(Vec::new, |(data, _)| data);
        Ok([type1::private(&data), data].concat())
    }

    fn type3(
        &mut self,
        dict: &'s Dictionary,
        around: Option<&'s Dictionary>,
        used: Option<&BTreeSet<u32>>,
        copy: &mut Dictionary,
    ) -> Result<(), DocError> {
        let source = self.source;
        copy.set("Subtype", "Type3");
        copy.set("FontBBox", source.rect(dict, b"FontBBox").map_or_else(|| super::rebuild::numbers(&[0.0; 4]), rect));
        copy_plain(source, dict, copy, &["FontMatrix", "FirstChar", "LastChar"]);
        copy_some(source, dict, copy, "Widths", widths_of(source, dict));
        if source.there(dict, b"Widths").is_none() {
            source.misfit();
        }
        let own = source.sub(dict, b"Resources");
        let resources = own.or(around);
        let outer = std::mem::replace(&mut self.bare_font, own.is_none().then_some(dict));
        let mut names = super::rewrite::Names::new(resources);
        let mut procedures = Dictionary::new();
        let mut shown = Vec::new();
        // The new name of each procedure: several codes may show one, and no two may come to share a name.
        let mut renamed: BTreeMap<&[u8], Vec<u8>> = BTreeMap::new();
        if let Some(glyphs) = source.sub(dict, b"CharProcs") {
            for (code, name) in glyphs_of(source, dict, glyphs) {
                if used.is_some_and(|used| !used.contains(&code)) {
                    continue;
                }
                let Some(stream) = source.stream(glyphs, name) else { continue };
                if let Some(known) = renamed.get(name) {
                    shown.push((code, known.clone()));
                    continue;
                }
                let mut names_for = std::iter::once(glyph_name(name, code)).chain(numbers(code));
                let Some(new) = names_for.find(|new| !procedures.has(new)) else { continue };
                renamed.insert(name, new.clone());
                let data = self.data(stream)?;
                let content = super::rewrite::content(self, &data, resources, address(stream), &mut names)?;
                let procedure = self.add(flate(Dictionary::new(), &content));
                procedures.set(new.clone(), procedure);
                shown.push((code, new));
            }
        }
        self.bare_font = outer;
        let mut encoding = Dictionary::new();
        encoding.set("Type", "Encoding");
        encoding.set("Differences", differences(shown.into_iter()));
        copy.set("Encoding", encoding);
        copy.set("CharProcs", procedures);
        copy.set("Resources", names.into_dictionary(self)?);
        Ok(())
    }

    /// Resources of the pages that have the Type 3 font at work, when it has none of its own.
    pub(super) fn lenders(&self) -> impl Iterator<Item = &'s Dictionary> {
        let source = self.source;
        let font = self.bare_font;
        let has = move |resources: &&'s Dictionary| {
            source.sub(resources, b"Font").is_some_and(|fonts| {
                source.budget.steps(fonts.len() / 4 + 1)
                    && fonts.iter().any(|(_, entry)| font.zip(source.dict(entry)).is_some_and(|(font, entry)| std::ptr::eq(entry, font)))
            })
        };
        let pages = if font.is_some() { self.of_pages.as_slice() } else { &[] };
        pages.iter().copied().filter(has)
    }

    fn composite(
        &mut self,
        dict: &'s Dictionary,
        used: &BTreeSet<u32>,
        lengths: &BTreeMap<u32, u32>,
        copy: &mut Dictionary,
    ) -> Result<(), DocError> {
        let source = self.source;
        copy.set("Subtype", "Type0");
        let descendants = source.array(dict, b"DescendantFonts");
        if descendants.len() > 1 {
            source.misfit();
        }
        let descendant = descendants.first().and_then(|object| source.dict(object));
        let descriptor = descendant.and_then(|font| source.sub(font, b"FontDescriptor"));
        let name = font_name(source, descendant.unwrap_or(dict), descriptor);
        copy.set("BaseFont", Object::Name(name.clone()));
        // The characters shown, where the map from codes to them is at hand.
        let mut cids: Option<BTreeSet<u32>> = None;
        match source.entry(dict, b"Encoding") {
            Object::Stream(stream) => {
                let map = source.cmap(stream)?;
                self.damaged += u64::from(map.damaged);
                cids = Some(used.iter().map(|code| map.cid(*code)).collect());
                let mut inner = Dictionary::new();
                inner.set("Type", "CMap");
                // By this word some viewers tell what letters a font that is not embedded has.
                let is_identity =
                    source.name(&stream.dict, b"CMapName").is_some_and(|name| memchr::memmem::find(name, b"Identity-").is_some());
                let name = match (is_identity, map.vertical) {
                    (true, false) => "Embedded-Identity-H",
                    (true, true) => "Embedded-Identity-V",
                    (false, _) => "Embedded",
                };
                inner.set("CMapName", name);
                inner.set("CIDSystemInfo", collection(b"Identity", 0));
                copy_plain(source, &stream.dict, &mut inner, &["WMode"]);
                let map = self.add(flate(inner, &cmap::to_cids(name, &map, used, lengths)));
                copy.set("Encoding", map);
            }
            Object::Name(name) if cmap::is_predefined(name) => {
                cids = name.starts_with(b"Identity").then(|| used.clone());
                copy.set("Encoding", Object::Name(name.clone()));
            }
            // Without a map, or with one that nobody has, most viewers show nothing.
            other => {
                self.ambiguous += u64::from(!used.is_empty());
                let is_vertical = matches!(other, Object::Name(name) if name.ends_with(b"V"));
                copy.set("Encoding", if is_vertical { "Identity-V" } else { "Identity-H" });
            }
        }
        let is_numbered = !matches!(copy.get(b"Encoding"), Ok(Object::Name(name)) if !name.starts_with(b"Identity"));
        let Some(font) = descendant else {
            source.misfit();
            return Ok(());
        };
        if is_odd_font(source, font) {
            source.misfit();
        }
        let mut inner = Dictionary::new();
        inner.set("Type", "Font");
        let truetype = match source.name(font, b"Subtype") {
            Some(b"CIDFontType2") => true,
            Some(b"CIDFontType0") => false,
            _ => {
                source.misfit();
                false
            }
        };
        inner.set("Subtype", if truetype { "CIDFontType2" } else { "CIDFontType0" });
        inner.set("BaseFont", Object::Name(name.clone()));
        let info = source.sub(font, b"CIDSystemInfo");
        let is = |info: &Dictionary, key: &[u8], what: &[u8]| matches!(source.entry(info, key), Object::String(bytes, _) if bytes == what);
        // There must be one (Table 115). Without it some viewers show nothing.
        let names_collection = info
            .is_some_and(|info| [&b"Registry"[..], b"Ordering"].iter().all(|key| matches!(source.entry(info, key), Object::String(..))));
        // A collection of another registry only shares its name with one that viewers know.
        let info = info.filter(|info| is(info, b"Registry", b"Adobe"));
        let ordering = info.and_then(|info| COLLECTIONS.iter().find(|known| is(info, b"Ordering", known)));
        // A map that viewers have leads to the characters of its own collection alone.
        let is_lost = !is_numbered && ordering.is_none_or(|ordering| *ordering == b"Identity");
        self.ambiguous += u64::from((!names_collection || is_lost) && !used.is_empty());
        let supplement = info.and_then(|info| source.int(info, b"Supplement")).unwrap_or(0).clamp(0, 20);
        inner.set("CIDSystemInfo", collection(ordering.copied().unwrap_or(b"Identity"), supplement));
        copy_plain(source, font, &mut inner, &["DW", "W", "DW2", "W2"]);
        if let Some(descriptor) = descriptor {
            let descriptor = self.descriptor(descriptor, &name)?;
            inner.set("FontDescriptor", descriptor);
        }
        // Numbers of glyphs mean nothing where the program is not in the file (9.7.4.2): some viewers take them for those of the font
        // that they put in its place, some for Unicode, and some go by the map to text.
        let means_glyphs = is_numbered && ordering.is_none_or(|ordering| *ordering == b"Identity") && !is_embedded(source, descriptor);
        if means_glyphs && !used.is_empty() {
            let texts = source.stream(dict, b"ToUnicode").map(|map| source.cmap(map)).transpose()?;
            let is_spelled = texts.is_some_and(|texts| used.iter().all(|code| texts.spells(*code)));
            self.ambiguous += u64::from(!is_spelled);
        }
        match source.entry(font, b"CIDToGIDMap") {
            Object::Name(name) => {
                if name != b"Identity" {
                    source.misfit();
                }
                inner.set("CIDToGIDMap", "Identity");
            }
            // Most viewers take another font for one that is not in the file, and find its glyphs by what the codes mean; some go by this map.
            Object::Stream(_) if !is_embedded(source, descriptor) => self.ambiguous += u64::from(!used.is_empty()),
            Object::Stream(stream) => {
                let mut map = self.data(stream)?;
                map.truncate(131_072);
                // Behind its end are no glyphs, or those of the same number.
                let is_short = |last: &u32| (*last as usize + 1) * 2 > map.len();
                self.ambiguous += u64::from(cids.as_ref().and_then(BTreeSet::last).is_some_and(is_short));
                match cids {
                    Some(shown) => keep_cids(&mut map, &shown),
                    // Where the codes are mapped by a table that is not at hand.
                    None => keep_glyphs(&mut map, self.glyph_count(descriptor)?),
                }
                let map = self.add(flate(Dictionary::new(), &map));
                inner.set("CIDToGIDMap", map);
            }
            _ => {}
        }
        let inner = self.add(Object::Dictionary(inner));
        copy.set("DescendantFonts", vec![inner]);
        Ok(())
    }

    /// How many glyphs the program of a font has; 65,536 where that is not told.
    fn glyph_count(&mut self, descriptor: Option<&'s Dictionary>) -> Result<u32, DocError> {
        let Some(program) = descriptor.and_then(|descriptor| self.source.stream(descriptor, b"FontFile2")) else { return Ok(1 << 16) };
        let program = self.source.content(program, Role::Part)?;
        Ok(fontfile::glyph_count(&program.data).unwrap_or(1 << 16))
    }

    /// A font descriptor (§9.8) with its font program.
    fn descriptor(&mut self, descriptor: &'s Dictionary, name: &[u8]) -> Result<Object, DocError> {
        let name = name.to_vec();
        self.once(address(descriptor), 0, |this| {
            let source = this.source;
            let mut copy = Dictionary::new();
            copy.set("Type", "FontDescriptor");
            copy.set("FontName", Object::Name(name));
            let keys = [
                "Flags",
                "FontBBox",
                "ItalicAngle",
                "Ascent",
                "Descent",
                "Leading",
                "CapHeight",
                "XHeight",
                "StemV",
                "StemH",
                "AvgWidth",
                "MaxWidth",
                "MissingWidth",
                "FontWeight",
            ];
            copy_plain(source, descriptor, &mut copy, &keys);
            let stretches =
                ["UltraCondensed", "ExtraCondensed", "Condensed", "SemiCondensed", "Normal", "SemiExpanded", "Expanded", "ExtraExpanded"];
            copy_name(source, descriptor, &mut copy, "FontStretch", &stretches);
            // Viewers pick a font in place of one that is not in the file by its family.
            if let Object::String(family, _) = source.entry(descriptor, b"FontFamily")
                && fontname::is_plain_name(family)
            {
                copy.set("FontFamily", Object::String(family.clone(), lopdf::StringFormat::Literal));
            }
            for key in ["FontFile", "FontFile2", "FontFile3"] {
                match source.entry(descriptor, key.as_bytes()) {
                    Object::Stream(stream) => {
                        let program = this.program(stream, key)?;
                        copy.set(key, program);
                    }
                    Object::Null => {}
                    _ => source.misfit(),
                }
            }
            Ok(Object::Dictionary(copy))
        })
    }

    fn program(&mut self, stream: &'s Stream, key: &str) -> Result<Object, DocError> {
        self.once(address(stream), 0, |this| {
            let source = this.source;
            this.check_external(stream);
            let mut dict = Dictionary::new();
            copy_name(source, &stream.dict, &mut dict, "Subtype", &["Type1C", "CIDFontType0C", "OpenType"]);
            let data = this.data(stream)?;
            let length = |key: &[u8]| source.int(&stream.dict, key).and_then(|value| usize::try_from(value).ok());
            let made = stripped(data, key, [length(b"Length1"), length(b"Length2"), length(b"Length3")]);
            // A program that does not read as one may hold anything.
            this.damaged += u64::from(made.is_none());
            let (data, lengths) = made.unwrap_or_default();
            for (key, value) in ["Length1", "Length2", "Length3"].iter().zip(lengths).filter_map(|(key, value)| Some((key, value?))) {
                dict.set(*key, value as i64);
            }
            Ok(Object::Stream(flate(dict, &data)))
        })
    }
}

/// A font program with what draws and maps glyphs alone, and the lengths that its stream says; `None` for data that does not read as one.
///
/// Some producers put a program under the key of another kind; viewers go by the program.
fn stripped(data: Vec<u8>, key: &str, [one, two, three]: [Option<usize>; 3]) -> Option<(Vec<u8>, [Option<usize>; 3])> {
    let is_type1 = data.starts_with(b"%!") || data.starts_with(&[0x80, 1]);
    match key {
        "FontFile" if is_type1 || !fontfile::is_other(&data) => {
            type1::strip(data, one, two, three).map(|(data, lengths)| (data, lengths.map(Some)))
        }
        "FontFile2" if !is_type1 => fontfile::any(data).map(|data| {
            let length = data.len();
            (data, [Some(length), None, None])
        }),
        _ if is_type1 => type1::strip(data, None, None, None).map(|(data, _)| (data, [None; 3])),
        _ => fontfile::any(data).map(|data| (data, [None; 3])),
    }
}

/// How many widths a simple font has: those from its first to its last code (§9.6.2). Of a font that does not say it, 256.
pub(super) fn widths_of(source: &Source, dict: &Dictionary) -> usize {
    let code = |key: &[u8]| source.int(dict, key).filter(|code| (0..256).contains(code));
    let first = code(b"FirstChar").unwrap_or(0);
    usize::try_from(code(b"LastChar").unwrap_or(255) - first + 1).unwrap_or(256)
}

/// The glyph of each code of a Type 3 font: by the differences, and before them by the encoding they differ from (§9.6.4).
pub(super) fn glyphs_of<'s>(source: &'s Source, dict: &'s Dictionary, glyphs: &'s Dictionary) -> BTreeMap<u32, &'s [u8]> {
    let mut found = BTreeMap::new();
    let base = match source.entry(dict, b"Encoding") {
        Object::Name(name) => Some(name.as_slice()),
        Object::Dictionary(encoding) => source.name(encoding, b"BaseEncoding"),
        _ => None,
    };
    if let Some(base) = base {
        if !source.budget.steps(glyphs.len().saturating_mul(16)) {
            return found;
        }
        let named: BTreeMap<String, &[u8]> = glyphs.iter().filter_map(|(name, _)| Some((glyph_text(name)?, name.as_slice()))).collect();
        for code in 0..=255u8 {
            if let Some(name) = coded(base, code).and_then(|text| named.get(text.as_ref())) {
                found.insert(u32::from(code), *name);
            }
        }
    }
    if let Some(encoding) = source.sub(dict, b"Encoding") {
        found.extend(differences_of(source, encoding));
    }
    found
}

/// The array of differences that gives codes, in rising order, these names (§9.6.5.1).
fn differences(names: impl Iterator<Item = (u32, Vec<u8>)>) -> Vec<Object> {
    let mut differences = Vec::new();
    let mut next = None;
    for (code, name) in names {
        if next != Some(code) {
            differences.push(Object::Integer(i64::from(code)));
        }
        next = Some(code + 1);
        differences.push(Object::Name(name));
    }
    differences
}

pub(super) fn differences_of<'s>(source: &'s Source, encoding: &'s Dictionary) -> Vec<(u32, &'s [u8])> {
    let mut code = 0u32;
    let mut found = Vec::new();
    let items = source.array(encoding, b"Differences");
    if !source.budget.steps(items.len() / 4) {
        return found;
    }
    for item in items {
        match source.get(item) {
            Object::Integer(value) => code = u32::try_from(*value).unwrap_or(256),
            Object::Name(name) => {
                if code < 256 {
                    found.push((code, name.as_slice()));
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    found
}

/// Names that mean nothing but the number of a code.
fn numbers(code: u32) -> impl Iterator<Item = Vec<u8>> {
    ["g", "a", "b", "c"].into_iter().map(move |letter| format!("{letter}{code}").into_bytes())
}

/// A glyph name of many fonts stays, because text is found by it; any other becomes a number.
fn glyph_name(name: &[u8], code: u32) -> Vec<u8> {
    if is_common(name) { name.to_vec() } else { format!("g{code}").into_bytes() }
}

/// Whether viewers may find different glyphs for some code of a TrueType font (§9.6.5.4): by the maps of a font that has signs of its own, or
/// no encoding, and by names that mean no character and that the font does not have.
fn finds_others(source: &Source, dict: &Dictionary, descriptor: &Dictionary, program: &[u8], used: &BTreeSet<u32>) -> bool {
    const SYMBOLIC: i64 = 1 << 2;
    let tables = super::outlines::tables(program);
    let (cmap, post) = (sfnt::table(&tables, b"cmap"), sfnt::table(&tables, b"post"));
    if !source.budget.steps(cmap.len() / 4 + post.len() / 4) {
        return true;
    }
    let goes_by_maps =
        source.int(descriptor, b"Flags").is_some_and(|flags| flags & SYMBOLIC != 0) || source.there(dict, b"Encoding").is_none();
    let has_several = |code: &u32| {
        let Ok(byte) = u8::try_from(*code) else { return false };
        let letter = super::font::coded(b"WinAnsiEncoding", byte);
        let mut glyphs = sfnt::glyphs(cmap, byte, letter.as_deref());
        let first = glyphs.next();
        glyphs.any(|glyph| Some(glyph) != first)
    };
    let is_unsaid = |(code, name): &(u32, &[u8])| {
        let is_known = *name == b".notdef" || glyph_text(name).is_some() || memchr::memmem::find(post, name).is_some();
        used.contains(code) && !is_known
    };
    goes_by_maps && used.iter().any(has_several)
        || source.sub(dict, b"Encoding").is_some_and(|encoding| differences_of(source, encoding).iter().any(is_unsaid))
}

/// Whether a glyph name means a character, or is a letter or two with a number, as programs give them.
fn is_common(name: &[u8]) -> bool {
    let (stem, suffix) = match name.iter().position(|byte| *byte == b'.') {
        Some(at) => name.split_at(at),
        None => (name, &b""[..]),
    };
    let letters = name.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let number = name.get(letters..).unwrap_or_default();
    let is_counter = letters <= 2 || [&b"glyph"[..], b"index", b"cid", b"char"].contains(&name.get(..letters).unwrap_or_default());
    let is_numbered = is_counter && (1..=6).contains(&number.len()) && number.iter().all(u8::is_ascii_digit);
    let is_unicode = stem.strip_prefix(b"uni").is_some_and(|digits| digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit));
    let means = match stem.strip_prefix(b"uni") {
        Some(_) => is_unicode,
        None => glyph_text(stem).is_some(),
    };
    name == b".notdef" || is_numbered || means && suffix.len() <= 5
}

/// Leaves of a map from characters to glyphs, two bytes each, what is said of some characters.
fn keep_cids(map: &mut Vec<u8>, shown: &BTreeSet<u32>) {
    let length = shown.last().map_or(0, |last| (*last as usize + 1) * 2);
    map.truncate(length);
    for (cid, glyph) in (0u32..).zip(map.chunks_mut(2)) {
        if !shown.contains(&cid) {
            glyph.fill(0);
        }
    }
}

/// Clears of such a map the glyphs that the font does not have.
fn keep_glyphs(map: &mut [u8], count: u32) {
    for glyph in map.chunks_mut(2) {
        if glyph.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)) >= count {
            glyph.fill(0);
        }
    }
}

fn collection(ordering: &[u8], supplement: i64) -> Dictionary {
    let text = |bytes: &[u8]| Object::String(bytes.to_vec(), lopdf::StringFormat::Literal);
    let mut dict = Dictionary::new();
    dict.set("Registry", text(b"Adobe"));
    dict.set("Ordering", text(ordering));
    dict.set("Supplement", supplement);
    dict
}

/// Whether the program of a font is in the file.
pub(super) fn is_embedded(source: &Source, descriptor: Option<&Dictionary>) -> bool {
    descriptor.is_some_and(|descriptor| {
        ["FontFile", "FontFile2", "FontFile3"].iter().any(|key| source.stream(descriptor, key.as_bytes()).is_some())
    })
}

/// The name of a font. An embedded font is found by reference, so its name can be neutral; the style words stay, because viewers read them.
fn font_name(source: &Source, font: &Dictionary, descriptor: Option<&Dictionary>) -> Vec<u8> {
    let name = source.name(font, b"BaseFont").unwrap_or(b"Font");
    let embedded = is_embedded(source, descriptor);
    // Viewers put another font in the place of one that is not in the file, by its name.
    let keeps = fontname::is_plain_name(name) && (!embedded || !name.contains(&b'+'));
    if !embedded && fontname::is_foreign_name(name) {
        return name.to_vec();
    }
    if keeps { fontname::without_tag(name).to_vec() } else { fontname::neutral_name(name, embedded) }
}
