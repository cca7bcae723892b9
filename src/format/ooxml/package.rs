//! The package: parts, content types, relationships (ECMA-376-2, Open Packaging Conventions).

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::OoxmlFault;
use super::relationship::RelKind;
use crate::error::Fault;
use crate::format::content::Content;
use crate::format::xml::{Ns, Reading, Tape, XmlFault, decode, decode_utf8, sym};
use crate::format::zip::{Archive, Budget, Entry, Method, Raw, Slack};
use crate::{DocError, Limits};

/// One part: everything but `[Content_Types].xml` and relationship parts.
#[derive(Debug, Clone)]
pub struct Part<'a> {
    /// Name without leading slash, as the container spells it.
    pub name: String,
    /// Content type, parameters left out, in lower case; empty when the package gives none.
    pub content_type: String,
    /// Length of the contents after inflation, in bytes.
    pub length: u64,
    /// Contents after inflation: from the beginning, or once somebody had to keep them.
    held: OnceLock<Held>,
    /// The member, whose contents were inflated once and found sound.
    entry: Entry<'a>,
    /// Whether the deflate stream has a tail.
    has_tail: bool,
    /// What was read from the contents, once somebody asked.
    reading: OnceLock<Reading>,
}

/// Contents that are in memory. Whether they are UTF-8 is found out once.
#[derive(Debug, Clone)]
enum Held {
    Utf8(String),
    Bytes(Vec<u8>),
}

impl Held {
    fn of(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).map_or_else(|error| Self::Bytes(error.into_bytes()), Self::Utf8)
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Utf8(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// Bytes that a package may inflate to with all its parts held in memory.
pub const PACKAGE_BYTES: u64 = 16 << 20;

/// Bytes past which a part of a larger package is inflated anew each time that it is asked for, unless it is markup.
pub const PART_BYTES: u64 = 64 << 10;

/// Whether a part waits in its container until it is asked for.
fn waits(archive: &Archive<'_>, entry: &Entry<'_>, lower: &str) -> bool {
    let is_markup = [".xml", ".rels"].iter().any(|end| lower.ends_with(end));
    !is_markup && entry.promised_bytes() > PART_BYTES && archive.promised_bytes > PACKAGE_BYTES
}

impl<'a> Part<'a> {
    /// Contents after inflation.
    ///
    /// # Errors
    /// When the file cannot be read any more, or is another one by now.
    pub fn bytes(&self, limits: &Limits) -> Result<Cow<'_, [u8]>, DocError> {
        match self.held.get() {
            Some(held) => Ok(Cow::Borrowed(held.bytes())),
            None => Ok(Cow::Owned(self.entry.inflate(&mut Budget::new(limits))?.bytes)),
        }
    }

    /// Contents after inflation as text, which stay in memory from now on.
    fn text(&self, limits: &Limits) -> Result<Cow<'_, str>, DocError> {
        if self.held.get().is_none() {
            let _ = self.held.set(Held::of(self.bytes(limits)?.into_owned()));
        }
        match self.held.get() {
            Some(Held::Utf8(text)) => decode_utf8(&self.name, text),
            held => decode(&self.name, held.map(Held::bytes).unwrap_or_default()),
        }
    }

    /// The member as it is, for copying; `None` when the deflate stream has a tail.
    pub fn raw(&self) -> Option<(Method, &Raw<'a>)> {
        (!self.has_tail).then_some((self.entry.method, &self.entry.raw))
    }

    /// CRC-32 of the contents.
    pub fn crc32(&self) -> u32 {
        self.entry.crc32
    }
}

/// Where a relationship leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To a part of this package, by index.
    Part(usize),
    /// Outside, as written.
    External(String),
    /// To a part that is not there, or to a place inside the source part, as written.
    Missing(String),
}

/// One relationship (ECMA-376-2 §6.5).
#[derive(Debug, Clone)]
pub struct Relationship {
    /// Its identifier, unique within its source.
    pub id: String,
    /// Its type, transitional and strict alike.
    pub kind: RelKind,
    /// Where it leads.
    pub target: Target,
}

/// The relationships of one source, in the order of their part. Their number is the writer's: none is looked for one by one.
#[derive(Debug, Clone, Default)]
pub struct Relationships {
    all: Vec<Relationship>,
    /// Places of all, by identifier.
    by_id: Vec<u32>,
    /// Part that one leads to, and the place of the first that does.
    by_part: Vec<(usize, u32)>,
}

static NO_RELATIONSHIPS: Relationships = Relationships { all: Vec::new(), by_id: Vec::new(), by_part: Vec::new() };

impl Relationships {
    fn of(all: Vec<Relationship>) -> Self {
        let mut by_id: Vec<u32> = (0..all.len() as u32).collect();
        by_id.sort_by(|one, other| all[*one as usize].id.cmp(&all[*other as usize].id));
        let mut by_part: Vec<(usize, u32)> = (0_u32..)
            .zip(&all)
            .filter_map(|(place, rel)| match rel.target {
                Target::Part(part) => Some((part, place)),
                Target::External(_) | Target::Missing(_) => None,
            })
            .collect();
        by_part.sort_unstable();
        by_part.dedup_by_key(|(part, _)| *part);
        Self { all, by_id, by_part }
    }

    /// The one of an identifier.
    pub fn by_id(&self, id: &str) -> Option<&Relationship> {
        let found = self.by_id.binary_search_by(|place| self.all[*place as usize].id.as_str().cmp(id)).ok()?;
        Some(&self.all[self.by_id[found] as usize])
    }

    /// The first that leads to a part.
    pub fn to_part(&self, part: usize) -> Option<&Relationship> {
        let found = self.by_part.binary_search_by_key(&part, |(part, _)| *part).ok()?;
        Some(&self.all[self.by_part[found].1 as usize])
    }
}

impl<'r> IntoIterator for &'r Relationships {
    type Item = &'r Relationship;
    type IntoIter = std::slice::Iter<'r, Relationship>;
    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}

impl std::ops::Deref for Relationships {
    type Target = [Relationship];
    fn deref(&self) -> &[Relationship] {
        &self.all
    }
}

/// A package, read whole.
#[derive(Debug, Clone)]
pub struct Package<'a> {
    /// Parts, sorted by name.
    pub parts: Vec<Part<'a>>,
    /// Relationships of the package itself.
    pub root_rels: Vec<Relationship>,
    /// Relationships by index of the source part.
    pub rels: BTreeMap<usize, Relationships>,
    /// The main document part.
    pub main: usize,
    /// What the container carried besides members.
    pub slack: Slack,
    /// Bytes after the ends of deflate streams.
    pub tails: u64,
    /// Content-type entries and relationship parts for parts that are not there.
    pub ghosts: u64,
    /// Latest member time as seconds since 1970, when some member has a time.
    pub newest_member: Option<i64>,
    /// Nodes and attributes of the parts that were read as XML: all of them stay in memory.
    nodes: Cell<u64>,
}

/// Content types of main document parts that we read.
pub const MAIN_TYPES: &[(&str, crate::format::Format)] = &[
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", crate::format::Format::Docx),
    ("application/vnd.ms-word.document.macroenabled.main+xml", crate::format::Format::Docm),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", crate::format::Format::Dotx),
    ("application/vnd.ms-word.template.macroenabledtemplate.main+xml", crate::format::Format::Dotm),
];

const CONTENT_TYPES: &str = "[content_types].xml";

impl<'a> Package<'a> {
    /// Reads a package: container, content types, relationships. Parts are inflated, not parsed.
    ///
    /// # Errors
    /// Faults of the container, of its XML, and [`OoxmlFault`] for a package without content types or main part.
    pub fn open(source: impl Into<Content<'a>>, limits: &Limits) -> Result<Self, DocError> {
        let archive = Archive::open(source, limits)?;
        let mut budget = Budget::new(limits);
        let mut tails = 0;
        let mut parts = Vec::new();
        let mut rel_parts = Vec::new();
        let mut types = None;
        let mut newest = 0;
        for entry in &archive.entries {
            let lower = entry.name.to_ascii_lowercase();
            newest = newest.max(entry.dos_time);
            let (length, tail, bytes) = if waits(&archive, entry, &lower) {
                let (length, tail) = entry.check(&mut budget)?;
                (length, tail, None)
            } else {
                let inflated = entry.inflate(&mut budget)?;
                (inflated.bytes.len() as u64, inflated.tail, Some(inflated.bytes))
            };
            tails += tail as u64;
            match bytes {
                Some(bytes) if lower == CONTENT_TYPES => types = Some(bytes),
                Some(bytes) if is_rels_name(&lower) => rel_parts.push((entry.name.clone(), bytes)),
                bytes => parts.push(Part {
                    name: entry.name.clone(),
                    content_type: String::new(),
                    length,
                    held: bytes.map(Held::of).map(OnceLock::from).unwrap_or_default(),
                    entry: entry.clone(),
                    has_tail: tail > 0,
                    reading: OnceLock::new(),
                }),
            }
        }
        parts.sort_by(|one, other| one.name.cmp(&other.name));
        let types = types.ok_or_else(|| DocError::whole(OoxmlFault::NoContentTypes))?;
        let index: BTreeMap<String, usize> = parts.iter().enumerate().map(|(at, part)| (part.name.to_ascii_lowercase(), at)).collect();
        let mut ghosts = apply_content_types(&types, &mut parts, &index, limits)?;
        let mut rels = BTreeMap::new();
        let mut root_rels = Vec::new();
        rel_parts.sort();
        for (name, bytes) in &rel_parts {
            let source = source_of_rels(name);
            if source.is_empty() {
                root_rels = read_rels(name, bytes, "", &index, limits)?;
            } else if let Some(at) = index.get(&source.to_ascii_lowercase()) {
                rels.insert(*at, Relationships::of(read_rels(name, bytes, &source, &index, limits)?));
            } else {
                ghosts += 1;
            }
        }
        let main = root_rels
            .iter()
            .find_map(|rel| match (rel.kind, &rel.target) {
                (RelKind::OfficeDocument, Target::Part(at)) => Some(*at),
                _ => None,
            })
            .ok_or_else(|| DocError::whole(OoxmlFault::NoMainPart))?;
        let newest_member = (newest > crate::format::zip::DOS_EPOCH).then(|| dos_seconds(newest)).flatten();
        Ok(Self { parts, root_rels, rels, main, slack: archive.slack, tails, ghosts, newest_member, nodes: Cell::new(0) })
    }

    /// The word-processing format of the main part.
    ///
    /// # Errors
    /// [`OoxmlFault::NotWordprocessing`].
    pub fn format(&self) -> Result<crate::format::Format, DocError> {
        let part = &self.parts[self.main];
        MAIN_TYPES
            .iter()
            .find(|(name, _)| *name == part.content_type)
            .map(|(_, format)| *format)
            .ok_or_else(|| DocError::part(part.name.clone(), OoxmlFault::NotWordprocessing { is: part.content_type.clone() }))
    }

    /// Relationships of a part.
    pub fn rels_of(&self, part: usize) -> &Relationships {
        self.rels.get(&part).unwrap_or(&NO_RELATIONSHIPS)
    }

    /// The first part that a part leads to by a relationship of a kind.
    pub fn related(&self, part: usize, kind: RelKind) -> Option<usize> {
        self.rels_of(part).iter().find_map(|rel| match rel.target {
            Target::Part(at) if rel.kind == kind => Some(at),
            _ => None,
        })
    }

    /// The first part that the package leads to by a relationship of a kind.
    pub fn root_related(&self, kind: RelKind) -> Option<usize> {
        self.root_rels.iter().find_map(|rel| match rel.target {
            Target::Part(at) if rel.kind == kind => Some(at),
            _ => None,
        })
    }

    /// A part read as XML. [`Limits::nodes`] bounds all parts together that were read so.
    ///
    /// # Errors
    /// [`crate::format::xml::XmlFault`].
    pub fn tape(&self, part: usize, limits: &Limits) -> Result<Tape<'_>, DocError> {
        let Part { name, reading, .. } = &self.parts[part];
        let text = self.parts[part].text(limits)?;
        if let Some(reading) = reading.get() {
            return Ok(Tape::again(text, reading));
        }
        let left = Limits { nodes: limits.nodes.saturating_sub(self.nodes.get()), ..limits.clone() };
        let tape = Tape::read_decoded(name, text, &left).map_err(|error| {
            if matches!(&error.fault, Fault::Xml(XmlFault::TooManyNodes { .. })) {
                DocError { fault: XmlFault::TooManyNodes { limit: limits.nodes }.into(), ..error }
            } else {
                error
            }
        })?;
        self.nodes.set(self.nodes.get() + tape.nodes.len() as u64 + tape.attr_total() as u64);
        Ok(match reading.set(tape.reading()) {
            Ok(()) | Err(_) => tape,
        })
    }
}

fn is_rels_name(lower: &str) -> bool {
    lower.ends_with(".rels") && (lower.starts_with("_rels/") || lower.contains("/_rels/"))
}

/// `word/_rels/document.xml.rels` -> `word/document.xml`; `_rels/.rels` -> empty.
fn source_of_rels(name: &str) -> String {
    let name = name.get(..name.len().saturating_sub(".rels".len())).unwrap_or_default();
    match name.rfind("_rels/") {
        Some(at) => format!("{}{}", &name[..at], &name[at + "_rels/".len()..]),
        None => String::new(),
    }
}

/// Sets the content type of each part. Returns how many overrides name no part.
fn apply_content_types(bytes: &[u8], parts: &mut [Part<'_>], index: &BTreeMap<String, usize>, limits: &Limits) -> Result<u64, DocError> {
    let tape = Tape::read("[Content_Types].xml", bytes, limits)?;
    if !tape.is(tape.root, Ns::Ct, sym::TYPES) {
        return Err(DocError::whole(OoxmlFault::NoContentTypes));
    }
    let mut defaults = BTreeMap::new();
    let mut ghosts = 0;
    let media_type = |value: &str| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    for child in tape.children(tape.root) {
        let content_type = tape.attr(child, Ns::None, sym::CONTENT_TYPE_CAP).map(|value| media_type(&value)).unwrap_or_default();
        if tape.is(child, Ns::Ct, sym::DEFAULT_CAP) {
            if let Some(extension) = tape.attr(child, Ns::None, sym::EXTENSION) {
                defaults.insert(extension.to_ascii_lowercase(), content_type);
            }
        } else if tape.is(child, Ns::Ct, sym::OVERRIDE)
            && let Some(name) = tape.attr(child, Ns::None, sym::PART_NAME)
        {
            match find(index, name.trim_start_matches('/')) {
                Some(at) => parts[at].content_type = content_type,
                None => ghosts += 1,
            }
        }
    }
    for part in parts.iter_mut().filter(|part| part.content_type.is_empty()) {
        let extension =
            part.name.rsplit('/').next().and_then(|file| file.rsplit_once('.')).map(|(_, extension)| extension.to_ascii_lowercase());
        part.content_type = extension.and_then(|extension| defaults.get(&extension).cloned()).unwrap_or_default();
    }
    Ok(ghosts)
}

/// Part names are equal when they differ only in the case of ASCII letters (ECMA-376-2 §6.2.2.3) or in percent-encoding.
fn find(index: &BTreeMap<String, usize>, name: &str) -> Option<usize> {
    let lower = name.to_ascii_lowercase();
    index.get(&lower).or_else(|| index.get(&percent_decoded(&lower))).copied()
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let (b'%', Some(code)) = (byte, code) {
            out.push(code);
            at += 3;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_default()
}

fn read_rels(
    name: &str,
    bytes: &[u8],
    source: &str,
    index: &BTreeMap<String, usize>,
    limits: &Limits,
) -> Result<Vec<Relationship>, DocError> {
    let tape = Tape::read(name, bytes, limits)?;
    let mut rels: Vec<Relationship> = Vec::new();
    let mut ids = BTreeSet::new();
    for child in tape.children(tape.root) {
        if !tape.is(child, Ns::Rel, sym::RELATIONSHIP) {
            continue;
        }
        let attr = |name| tape.attr(child, Ns::None, name).unwrap_or_default().into_owned();
        let id = attr(sym::ID_CAP);
        if id.is_empty() || !ids.insert(id.clone()) {
            return Err(DocError::part(name, OoxmlFault::DoubledRelationship));
        }
        let target = attr(sym::TARGET);
        let target = if attr(sym::TARGET_MODE) == "External" {
            Target::External(target)
        } else {
            match resolve(source, target.split('#').next().unwrap_or_default()).and_then(|name| find(index, &name)) {
                Some(at) => Target::Part(at),
                None => Target::Missing(target),
            }
        };
        rels.push(Relationship { id, kind: RelKind::of_uri(&attr(sym::TYPE_CAP)), target });
    }
    Ok(rels)
}

/// The part that a relative target names, seen from its source part (ECMA-376-2 §6.2.2.2). `None` when it leaves the package.
fn resolve(source: &str, target: &str) -> Option<String> {
    if target.is_empty() {
        return None;
    }
    let mut segments: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => source.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev().collect(),
    };
    for segment in target.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            _ => segments.push(segment),
        }
    }
    Some(segments.join("/"))
}

/// Seconds since 1970 of an MS-DOS date and time, read as UTC.
fn dos_seconds(stamp: u32) -> Option<i64> {
    let (date, time) = (stamp >> 16, stamp & 0xffff);
    let civil = jiff::civil::DateTime::new(
        i16::try_from(1980 + (date >> 9)).ok()?,
        i8::try_from(date >> 5 & 15).ok()?,
        i8::try_from(date & 31).ok()?,
        i8::try_from(time >> 11).ok()?,
        i8::try_from(time >> 5 & 63).ok()?,
        i8::try_from((time & 31) * 2).ok()?,
        0,
    )
    .ok()?;
    jiff::tz::TimeZone::UTC.to_timestamp(civil).ok().map(jiff::Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_seen_from_their_source() {
        assert_eq!(resolve("word/document.xml", "media/a.png").as_deref(), Some("word/media/a.png"));
        assert_eq!(resolve("word/document.xml", "../customXml/item1.xml").as_deref(), Some("customXml/item1.xml"));
        assert_eq!(resolve("", "word/document.xml").as_deref(), Some("word/document.xml"));
        assert_eq!(resolve("word/document.xml", "/word/x.xml").as_deref(), Some("word/x.xml"));
        assert_eq!(resolve("word/document.xml", "../../x.xml"), None);
    }

    #[test]
    fn relationship_parts_name_their_source() {
        assert_eq!(source_of_rels("word/_rels/document.xml.rels"), "word/document.xml");
        assert_eq!(source_of_rels("_rels/.rels"), "");
    }

    #[test]
    fn percent_encoded_names_are_found() {
        let index = BTreeMap::from([("word/a b.xml".to_owned(), 3)]);
        assert_eq!(find(&index, "word/A%20b.xml"), Some(3));
    }
}
