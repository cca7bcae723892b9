//! A second look at a copy, by other means: another container reader, another XML reader, its own list of what must not be there.

mod container;
mod package;

use std::borrow::Cow;
use std::collections::BTreeMap;

use container::Part;
use foldhash::HashMap;
use package::{is_name_of_every_copy, rels_name};
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{QName, ResolveResult};

use super::forbidden::{ALLOWED_RELATIONSHIPS, FORBIDDEN, FORBIDDEN_ATTRIBUTES, HOLDERS, R, TRACKED, W, WORD_EXTENSIONS};
use super::walk::{New, Plain, Walk};
use crate::format::content::Content;
use crate::format::fonts;
use crate::model::{Finding, FindingKind, Reread, Streams};
use crate::policy::{Action, Orders, TrackedChanges};
use crate::{DocError, Limits};

/// Attributes of one element past which nothing is a word-processing document, and looking for doubles would take for ever.
const ATTRIBUTES_MAX: usize = 2_000;

/// What a namespace is to this look.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "independent questions about one name")]
struct Space {
    /// `WordprocessingML` or an extension of it.
    word: bool,
    /// VML and its Office extensions.
    vml: bool,
    /// Any of these, or drawings.
    office: bool,
    relationships: bool,
    known: bool,
}

impl Space {
    /// No namespace.
    const NONE: Self = Self { word: false, vml: false, office: false, relationships: false, known: true };

    fn of(namespace: &str) -> Self {
        let word = W.contains(&namespace) || namespace.starts_with(WORD_EXTENSIONS);
        let vml = namespace.starts_with("urn:schemas-microsoft-com:");
        Self {
            word,
            vml,
            office: word || vml || namespace.contains("drawing"),
            relationships: R.contains(&namespace),
            known: namespace.is_empty() || crate::format::xml::Ns::of_uri(namespace.as_bytes()) != crate::format::xml::Ns::Unknown,
        }
    }
}

/// What prefixes and namespaces of one part are, each told once.
#[derive(Default)]
struct Spaces {
    /// Of prefixes where no element but the root declares any; nothing for a prefix that is not declared.
    by_prefix: HashMap<String, Option<Space>>,
    by_namespace: HashMap<String, Space>,
}

impl Spaces {
    /// What the prefix of an element or an attribute stands for at the last tag; nothing if it is not declared.
    fn of(&mut self, walk: &Walk<'_>, name: QName<'_>, is_element: bool) -> Option<Space> {
        let prefix = match name.prefix() {
            Some(prefix) => prefix.into_inner(),
            None if is_element => "",
            None => return Some(Space::NONE),
        };
        if walk.declared_inside() {
            return self.resolved(walk, name, is_element);
        }
        if let Some(known) = self.by_prefix.get(prefix) {
            return *known;
        }
        let space = self.resolved(walk, name, is_element);
        self.by_prefix.insert(prefix.to_owned(), space);
        space
    }

    fn resolved(&mut self, walk: &Walk<'_>, name: QName<'_>, is_element: bool) -> Option<Space> {
        let (namespace, _) = walk.resolver().resolve(name, is_element);
        let namespace = match namespace {
            ResolveResult::Bound(namespace) => namespace.into_inner(),
            ResolveResult::Unbound => "",
            ResolveResult::Unknown(_) => return None,
        };
        if let Some(known) = self.by_namespace.get(namespace) {
            return Some(*known);
        }
        let space = Space::of(namespace);
        self.by_namespace.insert(namespace.to_owned(), space);
        Some(space)
    }
}

struct Attribute<'a> {
    space: Space,
    name: &'a str,
    value: Cow<'a, str>,
}

struct Reading<'o> {
    findings: u64,
    orders: &'o Orders,
    residue: BTreeMap<(FindingKind, String, &'static str), u64>,
    parts: BTreeMap<String, Part>,
    visible: String,
    links: Vec<(String, String)>,
    references: Vec<(String, String)>,
}

/// Reads a copy again.
///
/// # Errors
/// When the copy cannot be read at all; anything less is residue.
pub fn reread<'c>(copy: &'c Content<'_>, orders: &Orders, limits: &'c Limits) -> Result<Reread<'c>, DocError> {
    let mut reading = Reading {
        findings: 0,
        orders,
        residue: BTreeMap::new(),
        parts: BTreeMap::new(),
        visible: String::new(),
        links: Vec::new(),
        references: Vec::new(),
    };
    let mut at_hand = reading.container(copy, limits)?;
    let names: Vec<String> = reading.parts.keys().cloned().collect();
    for name in &names {
        if name.ends_with(".xml") || name.ends_with(".rels") {
            reading.part(name)?;
        } else if name.ends_with(".emf") || name.ends_with(".wmf") {
            let text = match reading.parts.get(name) {
                Some(Part::Bytes(bytes)) => drawn_text(bytes),
                Some(Part::Waits(member)) => drawn_text(&member.inflated(copy, limits)?),
                None => continue,
            };
            reading.visible.push('\n');
            reading.visible.push_str(&text);
        }
    }
    // That a copy has parts, and what those are called in every copy, tells nothing, whatever else was called the same.
    for name in names.iter().filter(|name| is_name_of_every_copy(name)) {
        reading.visible.push('\n');
        reading.visible.push_str(name);
    }
    reading.relationships(&names);
    reading.content_types(&names);
    let mut waiting = Vec::new();
    for part in std::mem::take(&mut reading.parts).into_values() {
        match part {
            Part::Bytes(bytes) => at_hand.push(bytes),
            Part::Waits(member) => waiting.push(member),
        }
    }
    let others = move |each: &mut dyn FnMut(&[u8])| -> Result<(), DocError> {
        for member in &waiting {
            each(&member.inflated(copy, limits)?);
        }
        Ok(())
    };
    let streams = Streams { at_hand, others: Some(Box::new(others)) };
    let residue = reading.residue.into_iter().map(|((kind, part, note), count)| Finding::new(kind, part, count, note)).collect();
    let checks = [
        "every part read again by a second reader",
        "no comment, tracked change, author, date, session identifier or property left",
        "every relationship leads to a part, every part is led to and has a content type",
        "no bytes outside the parts, no times, no comments in the code",
    ];
    Ok(Reread { residue, streams, visible: reading.visible, checks: checks.map(str::to_owned).to_vec(), pages: None })
}

/// The addresses in quotes behind the word `HYPERLINK`, wherever it stands in a part.
fn addresses_of_fields(text: &str) -> impl Iterator<Item = String> + '_ {
    const FIELD: &str = "HYPERLINK";
    /// No program writes longer ones.
    const LONGEST: usize = 2048;
    memchr::memmem::find_iter(text.as_bytes(), FIELD).filter_map(|at| {
        let rest = text.get(at + FIELD.len()..)?.trim_start();
        let (rest, quote) = match rest.strip_prefix("&quot;") {
            Some(rest) => (rest, "&quot;"),
            None => (rest.strip_prefix('"')?, "\""),
        };
        let ends = |character: char| matches!(character, '"' | '<' | '>') || character.is_whitespace();
        let near = rest.get(..rest.floor_char_boundary(LONGEST))?;
        let quoted = near.find(quote);
        let inside = near.get(..quoted.unwrap_or(near.len()))?;
        let end = inside.find(ends).or(quoted)?;
        let address = near.get(..end)?;
        Some(crate::format::xml::unescape(address).into_owned())
    })
}

impl Reading<'_> {
    fn found(&mut self, kind: FindingKind, part: &str, note: &'static str) {
        self.findings += 1;
        *self.residue.entry((kind, part.to_owned(), note)).or_default() += 1;
    }

    fn part(&mut self, name: &str) -> Result<(), DocError> {
        let Some(Part::Bytes(bytes)) = self.parts.remove(name) else { return Ok(()) };
        let read = self.markup(name, &bytes);
        self.parts.insert(name.to_owned(), Part::Bytes(bytes));
        read
    }

    /// A part that is in memory.
    fn bytes(&self, name: &str) -> Option<&[u8]> {
        match self.parts.get(name) {
            Some(Part::Bytes(bytes)) => Some(bytes),
            Some(Part::Waits(_)) | None => None,
        }
    }

    fn markup(&mut self, name: &str, bytes: &[u8]) -> Result<(), DocError> {
        let text = crate::format::xml::decode(name, bytes)?;
        let malformed = |what: String| DocError::part(name, crate::format::xml::XmlFault::Malformed { what });
        if holds_foreign_characters(&text) {
            return Err(malformed("a character that XML does not have".into()));
        }
        let mut walk = Walk::new(&text);
        let mut spaces = Spaces::default();
        while let Some(new) = walk.next(&mut self.visible).map_err(malformed)? {
            match new {
                New::Start(start) => {
                    let before = (self.findings, self.visible.len(), self.references.len(), self.links.len());
                    self.start_tag(name, &start.tag, &walk, &mut spaces).map_err(malformed)?;
                    let local_name = start.tag.local_name();
                    let local: &str = local_name.as_ref();
                    let plain = Plain {
                        starts_text: local == "t" && !start.is_empty,
                        holds_characters: HOLDERS.contains(&local) && !start.is_empty,
                        is_paragraph: local == "p",
                    };
                    // What hides text is looked at again: it means something else in another place.
                    if local != "vanish" && before == (self.findings, self.visible.len(), self.references.len(), self.links.len()) {
                        walk.learn(&start, plain);
                    }
                    walk.enter(plain, &mut self.visible);
                }
                New::Other(Event::CData(data)) if walk.in_text() => self.visible.push_str(&data),
                New::Other(Event::CData(data)) => walk.unseen(&data),
                New::Other(Event::Decl(_)) => {}
                New::Other(Event::DocType(_)) => self.found(FindingKind::ForeignMarkup, name, "a document type declaration"),
                New::Other(_) => self.found(FindingKind::XmlComment, name, "a comment or an instruction in the code"),
            }
        }
        if walk.strays() > 0 {
            self.found(FindingKind::ForeignMarkup, name, "characters where the format has none");
        }
        // A reader sees where the link of a field leads, like that of a relationship.
        for address in addresses_of_fields(&text) {
            if self.orders.links.keeps(&address) {
                self.visible.push('\n');
                self.visible.push_str(&address);
            }
        }
        Ok(())
    }

    /// Looks at the last tag of a walk.
    fn start_tag(&mut self, part: &str, tag: &BytesStart<'_>, walk: &Walk<'_>, spaces: &mut Spaces) -> Result<(), String> {
        let space = spaces.of(walk, tag.name(), true).ok_or("a prefix that is not declared")?;
        let local = tag.local_name().into_inner();
        self.element(part, space, local);
        let mut attributes: Vec<Attribute<'_>> = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            if attributes.len() >= ATTRIBUTES_MAX {
                return Err("an element of more attributes than any has".into());
            }
            let space = spaces.of(walk, attribute.key, false).ok_or("a prefix that is not declared")?;
            let value = match attribute.value {
                Cow::Borrowed(value) => crate::format::xml::unescape(value),
                Cow::Owned(value) => Cow::Owned(crate::format::xml::unescape(&value).into_owned()),
            };
            attributes.push(Attribute { space, name: attribute.key.local_name().into_inner(), value });
        }
        let value = |name: &str| attributes.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.value.as_ref());
        let hides = local == "vanish" && !matches!(value("val"), Some("0" | "false" | "off")) && walk.is_in(&["r", "rPr"]);
        if space.word && hides && self.orders.action(FindingKind::HiddenText) != Action::Keep {
            self.found(FindingKind::HiddenText, part, "a run that nobody sees");
        }
        let is_neutral = |name: &str| name.strip_prefix("_Place").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        let is_named = local == "bookmarkStart" && !value("name").is_none_or(is_neutral);
        if space.word && is_named && self.orders.action(FindingKind::BookmarkName) != Action::Keep {
            self.found(FindingKind::BookmarkName, part, "the name of a bookmark");
        }
        self.attributes(part, local, &attributes);
        Ok(())
    }

    fn element(&mut self, part: &str, space: Space, local: &str) {
        let redline = self.orders.tracked_changes == TrackedChanges::Keep;
        if space.word && TRACKED.contains(local) && !redline {
            self.found(FindingKind::TrackedInsertion, part, "a tracked change");
        }
        if space.office
            && let Some(kind) = FORBIDDEN.get(local)
        {
            self.found(*kind, part, "an element that no copy may hold");
        }
        if !space.known {
            self.found(FindingKind::ForeignMarkup, part, "an element of an unknown namespace");
        }
    }

    fn attributes(&mut self, part: &str, local: &str, attributes: &[Attribute<'_>]) {
        let get = |name: &str| attributes.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.value.as_ref());
        if local == "Relationship" && part.ends_with(".rels") {
            let external = get("TargetMode") == Some("External");
            let kind = get("Type").unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned();
            let target = get("Target").unwrap_or_default().to_owned();
            let marks_2007 = kind == "extended-properties" && part == "_rels/.rels" && self.says_word_2007();
            if !ALLOWED_RELATIONSHIPS.contains(&kind.as_str()) && !marks_2007 {
                self.found(FindingKind::UnknownPart, part, "a relationship of a kind that no copy may hold");
            }
            if external {
                // A reader sees where a link leads.
                self.visible.push('\n');
                self.visible.push_str(&target);
            }
            if external && (kind != "hyperlink" || !self.orders.links.keeps(&target)) {
                self.found(FindingKind::LinkTarget, part, "a target outside the document");
            }
            if !external {
                self.links.push((part.to_owned(), target));
            }
            self.references.push((format!("{part}#{}", get("Id").unwrap_or_default()), String::new()));
            return;
        }
        for Attribute { space, name, value } in attributes {
            let word = space.word || space.vml;
            if !space.known {
                self.found(FindingKind::ForeignMarkup, part, "an attribute of an unknown namespace");
            }
            if word && let Some(kind) = FORBIDDEN_ATTRIBUTES.get(name) {
                self.found(*kind, part, "an attribute that no copy may hold");
            }
            if word && *name == "author" && value != super::tracked::NEUTRAL_AUTHOR {
                self.found(FindingKind::AuthorName, part, "the author of a tracked change");
            }
            if space.relationships && !value.is_empty() {
                self.references.push((String::new(), format!("{}#{value}", rels_name(part))));
            }
            if local == "name" && *name == "val" && super::styles::is_built_in(value) {
                // The name of a style that every word processor has tells nothing, whatever else was called the same.
                self.visible.push('\n');
                self.visible.push_str(value);
            }
            if named_font(local, name, value).is_some_and(|font| !tells_nothing(font))
                && self.orders.action(FindingKind::FontName) != Action::Keep
            {
                self.found(FindingKind::FontName, part, "the name of a font that is not widely known");
            }
            if local == "textpath" && *name == "string" {
                self.visible.push_str(value);
            }
        }
    }
}

/// Whether a text holds characters that XML does not have (XML 1.0 §2.2). A place for a name that was never filled does.
fn holds_foreign_characters(text: &str) -> bool {
    const PIECE: usize = 1 << 12;
    /// Of the two, in UTF-8, and of few others.
    const FIRST_BYTE: u8 = 0xef;
    let is_control = |byte: &u8| matches!(byte, 0..=0x8 | 0xb | 0xc | 0xe..=0x1f);
    // Without an early end within a piece many bytes are looked at together.
    let any_control = text.as_bytes().chunks(PIECE).any(|piece| piece.iter().fold(false, |found, byte| found | is_control(byte)));
    let is_none = |at: usize| text.get(at..).is_some_and(|rest| rest.starts_with(['\u{fffe}', '\u{ffff}']));
    any_control || memchr::memchr_iter(FIRST_BYTE, text.as_bytes()).any(is_none)
}

/// The words that a metafile draws are seen; they stand in it in one or two bytes a character.
fn drawn_text(bytes: &[u8]) -> String {
    let printable = |byte: u8| (0x20..0x7f).contains(&byte);
    let narrow = bytes.split(|byte| !printable(*byte)).filter(|run| run.len() >= 4).map(|run| String::from_utf8_lossy(run).into_owned());
    let wide = [0, 1].into_iter().flat_map(|offset| {
        let units: Vec<u8> =
            bytes.get(offset..).unwrap_or_default().chunks_exact(2).map(|pair| if pair[1] == 0 { pair[0] } else { 0 }).collect();
        units
            .split(|byte| !printable(*byte))
            .filter(|run| run.len() >= 4)
            .map(|run| String::from_utf8_lossy(run).into_owned())
            .collect::<Vec<_>>()
    });
    narrow.chain(wide).collect::<Vec<_>>().join("\n")
}

/// The name of a font that an attribute gives.
fn named_font<'v>(local: &str, attribute: &str, value: &'v str) -> Option<&'v str> {
    match (local, attribute) {
        ("rFonts", "ascii" | "hAnsi" | "eastAsia" | "cs")
        | ("font", "name")
        | ("sym" | "symEx" | "checkedState" | "uncheckedState", "font")
        | ("mathFont", "val")
        | (_, "typeface") => Some(value),
        (_, "style") => {
            let properties = || value.split(';').filter_map(|item| item.split_once(':')).map(|(name, value)| (name.trim(), value.trim()));
            let family = properties().find(|(name, _)| name.eq_ignore_ascii_case("font-family")).map(|(_, family)| family);
            // In the short form style and size stand before the family.
            let is_style = |word: &str| {
                word.starts_with(|first: char| first.is_ascii_digit()) || matches!(word, "normal" | "italic" | "oblique" | "bold")
            };
            let short = properties().find(|(name, _)| name.eq_ignore_ascii_case("font")).map(|(_, value)| {
                let styles: usize = value.split_inclusive(' ').take_while(|word| is_style(word.trim_end())).map(str::len).sum();
                &value[styles..]
            });
            let unknown = |family: &&str| !tells_nothing(family);
            [family, short].into_iter().flatten().map(|family| family.trim_matches(['"', '\''])).max_by_key(unknown)
        }
        _ => None,
    }
}

fn tells_nothing(font: &str) -> bool {
    fonts::is_known(font) || fonts::is_neutral(font.trim_start_matches('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the look notes in one part.
    fn residue(text: &str) -> Vec<FindingKind> {
        look(text).unwrap()
    }

    fn look(text: &str) -> Result<Vec<FindingKind>, DocError> {
        let orders = Orders::default().with_tracked_changes(TrackedChanges::Accept);
        let mut reading = Reading {
            findings: 0,
            orders: &orders,
            residue: BTreeMap::new(),
            parts: BTreeMap::new(),
            visible: String::new(),
            links: Vec::new(),
            references: Vec::new(),
        };
        reading.markup("word/document.xml", text.as_bytes())?;
        Ok(reading.residue.into_keys().map(|(kind, ..)| kind).collect())
    }

    #[test]
    fn a_copy_that_word_processors_cannot_open_is_refused() {
        assert!(look("<a><b/>]]></a>").is_err());
        assert!(look("<a/><a/>").is_err());
        assert!(look("<a x='\u{1}bName\u{2}'/>").is_err());
        assert!(look("<a>\u{ffff}</a>").is_err());
        assert!(look("<a></a\u{c}>").is_err());
        assert!(look("<a p:x='1'/>").is_err());
        assert!(look("<a xml:space='preserve'>\t\r\n\u{7f}\u{fffd}</a>").is_ok());
        assert!(look("<a x=']]>'>]]&gt;<![CDATA[x]]>]] ></a>").is_ok());
    }

    #[test]
    fn a_tag_is_looked_at_again_where_its_prefix_means_something_else() {
        let (word, other) = (W[0], "http://www.w3.org/2000/svg");
        let mark = [FindingKind::TrackedInsertion];
        assert_eq!(residue(&format!(r#"<a xmlns:w="{word}"><w:ins/></a>"#)), mark);
        assert_eq!(residue(&format!(r#"<a xmlns:w="{other}"><w:ins/></a>"#)), []);
        assert_eq!(residue(&format!(r#"<a xmlns:w="{other}"><w:ins/><b xmlns:w="{word}"><w:ins/></b></a>"#)), mark);
        assert_eq!(residue(&format!(r#"<a xmlns:w="{other}"><w:ins/><b xmlns:w="{word}"/><w:ins/></a>"#)), []);
        assert_eq!(residue(&format!(r#"<a xmlns:w="{word}"><b xmlns:w="{other}"><w:ins/><c/></b><w:ins/></a>"#)), mark);
    }

    #[test]
    fn markup_of_an_unknown_namespace_is_residue() {
        assert_eq!(residue("<a xmlns='urn:x'/>"), [FindingKind::ForeignMarkup]);
        assert_eq!(residue("<a xmlns:x='urn:x' x:note='1'/>"), [FindingKind::ForeignMarkup]);
        assert_eq!(residue("<a note='1' xml:space='preserve'/>"), []);
    }

    #[test]
    fn a_hidden_run_and_the_name_of_a_bookmark_are_residue() {
        let paragraph = |inner: &str| residue(&format!(r#"<w:p xmlns:w="{}">{inner}</w:p>"#, W[0]));
        let hidden = [FindingKind::HiddenText];
        let mark = "<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>";
        assert_eq!(paragraph("<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r>"), hidden);
        assert_eq!(paragraph(&format!("{mark}<w:r><w:rPr><w:b/><w:vanish/></w:rPr><w:t>x</w:t></w:r>")), hidden);
        assert_eq!(paragraph(&format!("{mark}<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>x</w:t></w:r>")), []);
        assert_eq!(paragraph("<w:bookmarkStart w:id='1' w:name='Canary'/>"), [FindingKind::BookmarkName]);
        assert_eq!(paragraph("<w:bookmarkStart w:id='1' w:name='_Place12'/>"), []);
    }

    #[test]
    fn characters_that_nobody_sees_are_residue() {
        let in_run = |inner: &str| residue(&format!(r#"<w:r xmlns:w="{}">{inner}</w:r>"#, W[0]));
        let stray = [FindingKind::ForeignMarkup];
        assert_eq!(in_run("x"), stray);
        assert_eq!(in_run("<![CDATA[x]]>"), stray);
        assert_eq!(in_run("&#120;"), stray);
        assert_eq!(in_run("<w:t>seen<w:tab/>x</w:t>"), stray);
        assert_eq!(in_run("<w:tab>x</w:tab>"), stray);
        assert_eq!(in_run("\n <w:t>seen</w:t>\t<w:instrText> PAGE </w:instrText><w:t><![CDATA[x]]></w:t>"), []);
    }

    #[test]
    fn a_font_that_somebody_named_is_residue_where_the_policy_does_not_keep_it() {
        let run = |font: &str| residue(&format!(r#"<w:r xmlns:w="{}"><w:rFonts w:ascii="{font}" w:hint="default"/></w:r>"#, W[0]));
        assert_eq!(run("Canary"), [FindingKind::FontName]);
        assert_eq!(run("Arial Black"), []);
        assert_eq!(run("Font2 Sans"), []);
        let shape = |font: &str| {
            residue(&format!(r#"<v:textpath xmlns:v="urn:schemas-microsoft-com:vml" style="font-size:1pt;font-family:'{font}'"/>"#))
        };
        assert_eq!(shape("Canary"), [FindingKind::FontName]);
        assert_eq!(shape("Font1"), []);
        let short =
            |font: &str| residue(&format!(r#"<v:textpath xmlns:v="urn:schemas-microsoft-com:vml" style="font:bold 10pt/12pt {font}"/>"#));
        assert_eq!(short("Canary"), [FindingKind::FontName]);
        assert_eq!(short("Georgia, serif"), []);
    }
}
