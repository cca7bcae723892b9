//! What a Word package says about its own age and place: words, times, session ids.

use std::collections::BTreeSet;

use foldhash::HashSet;

use super::package::{Package, Target};
use super::plan::symbol;
use super::relationship::RelKind;
use crate::format::moment::{self, Moments};
use crate::format::xml::{Ns, Tape, sym};
use crate::lineage::shingles;
use crate::model::{DraftFacts, TimeSpan};
use crate::{DocError, Limits};

/// Paragraphs of the title page and what follows it.
const FRONT_PARAGRAPHS: usize = 40;
const FRONT_CHARS: usize = 300;
/// Distinct paragraphs of headers and footers; a document with more has a section for each page.
const RUNNING_PARAGRAPHS: usize = 200;

/// Whether the parts can be read that [`facts`] reads besides the main part: a document is refused for one that cannot, whether its
/// facts are wanted or not.
///
/// # Errors
/// Faults of the XML of these parts.
pub fn check(package: &Package<'_>, limits: &Limits) -> Result<(), DocError> {
    let related = package.rels_of(package.main).iter().filter_map(|relationship| match (relationship.kind, &relationship.target) {
        (RelKind::Comments | RelKind::Footnotes | RelKind::Endnotes | RelKind::Header | RelKind::Footer, Target::Part(part)) => Some(*part),
        _ => None,
    });
    let settings = package.related(package.main, RelKind::Settings);
    let properties =
        [CORE_PROPERTIES, EXTENDED_PROPERTIES, CUSTOM_PROPERTIES].into_iter().filter_map(|kinds| property_part(package, kinds));
    related.chain(settings).chain(properties).try_for_each(|part| package.tape(part, limits).map(drop))
}

/// Collects the evidence that one package holds.
///
/// `document` is the main part, read.
///
/// # Errors
/// Faults of the XML of the parts read here (properties, settings, comments, headers and footers).
///
/// # Standard
/// ECMA-376-1 §17.13.5 (tracked changes), §17.15.1.72 (session ids); ECMA-376-2 §8 (core properties).
pub fn facts(package: &Package<'_>, document: &Tape<'_>, limits: &Limits) -> Result<DraftFacts, DocError> {
    let mut facts = DraftFacts { container_time: package.newest_member, ..DraftFacts::default() };
    let after = paragraphs(document, Wording::After, Boxes::Out, usize::MAX);
    let mut beyond = boxes(document);
    let has_changes = has_changes(document);
    let before = has_changes.then(|| paragraphs(document, Wording::Before, Boxes::Out, usize::MAX));
    facts.text = shingles::text_facts(&after, before.as_deref());
    facts.front_matter = paragraphs(document, Wording::After, Boxes::In, FRONT_PARAGRAPHS).iter().map(|text| cut(text)).collect();
    widen_by_changes(document, &mut facts.change_dates);
    let mut rsids: HashSet<u32> = HashSet::default();
    text_rsids(document, &mut rsids);
    related_parts(package, limits, &mut facts, &mut beyond)?;
    facts.text.beyond = Some(shingles::beyond(&beyond));
    settings(package, limits, &mut facts, &mut rsids)?;
    core_properties(package, limits, &mut facts)?;
    extended_properties(package, limits, &mut facts)?;
    custom_properties(package, limits, &mut facts)?;
    facts.rsids = rsids.into_iter().collect();
    facts.rsids.sort_unstable();
    Ok(facts)
}

/// Visible body paragraphs that hold text, in document order: tracked insertions in, deletions out, no text boxes.
pub fn visible_paragraphs(document: &Tape<'_>) -> Vec<String> {
    paragraphs(document, Wording::After, Boxes::Out, usize::MAX)
}

/// Which side of the tracked changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wording {
    /// Insertions in, deletions out.
    After,
    /// Deletions in, insertions out.
    Before,
}

/// Whether text boxes count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Boxes {
    In,
    Out,
}

fn paragraphs(tape: &Tape<'_>, wording: Wording, boxes: Boxes, most: usize) -> Vec<String> {
    paragraphs_between(tape, tape.root, tape.nodes.len(), wording, boxes, most)
}

fn paragraphs_between(tape: &Tape<'_>, from: usize, to: usize, wording: Wording, boxes: Boxes, most: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut text = String::new();
    let mut fields = Fields::default();
    let mut at = from;
    let mut finish = |text: &mut String| {
        if !text.trim().is_empty() {
            out.push(text.clone());
        }
        text.clear();
        out.len() >= most
    };
    while at < to {
        let node = tape.node(at);
        if is_left_out(tape, at, wording, boxes) || fields.is_computed(tape, at) {
            at = node.next as usize;
            continue;
        }
        match (node.ns, node.name) {
            (Ns::W, sym::P) if finish(&mut text) => return out,
            (Ns::W, sym::T) => tape.inner_text_into(at, &mut text),
            (Ns::W, sym::DEL_TEXT) if wording == Wording::Before => tape.inner_text_into(at, &mut text),
            (Ns::W, sym::TAB | sym::BR | sym::CR | sym::PTAB) => text.push(' '),
            (Ns::W, sym::NO_BREAK_HYPHEN) => text.push('-'),
            (Ns::W, sym::SYM) => text.extend(symbol(tape, at)),
            _ => {}
        }
        at += 1;
    }
    finish(&mut text);
    out
}

/// Paragraphs in text boxes, insertions in and deletions out.
fn boxes(tape: &Tape<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = tape.root;
    while at < tape.nodes.len() {
        let node = tape.node(at);
        if tape.is(at, Ns::W, sym::TXBX_CONTENT) {
            out.extend(paragraphs_between(tape, at + 1, node.next as usize, Wording::After, Boxes::In, usize::MAX));
        }
        let is_done = tape.is(at, Ns::W, sym::TXBX_CONTENT) || is_left_out(tape, at, Wording::After, Boxes::In);
        at = if is_done { node.next as usize } else { at + 1 };
    }
    out
}

/// The complex fields that are open at a place (§17.16.18).
///
/// What a field like PAGE or NUMPAGES shows is computed when a page is laid out; each application stores what it computed last.
#[derive(Debug, Default)]
struct Fields {
    open: Vec<Field>,
    /// How many of them are in a result that is computed anew.
    computed: usize,
}

#[derive(Debug, Default)]
struct Field {
    instruction: String,
    is_computed: bool,
}

impl Fields {
    /// Goes over one element; whether it is (part of) the result of a field that is computed anew.
    fn is_computed(&mut self, tape: &Tape<'_>, at: usize) -> bool {
        let node = tape.node(at);
        match (node.ns, node.name) {
            (Ns::W, sym::FLD_SIMPLE) => return tape.attr(at, Ns::W, sym::INSTR).is_some_and(|instruction| is_laid_out(&instruction)),
            (Ns::W, sym::FLD_CHAR) => match tape.attr(at, Ns::W, sym::FLD_CHAR_TYPE).as_deref() {
                Some("begin") => self.open.push(Field::default()),
                Some("separate") => {
                    if let Some(field) = self.open.last_mut().filter(|field| !field.is_computed && is_laid_out(&field.instruction)) {
                        field.is_computed = true;
                        self.computed += 1;
                    }
                }
                Some("end") => self.computed -= usize::from(self.open.pop().is_some_and(|field| field.is_computed)),
                _ => {}
            },
            (Ns::W, sym::INSTR_TEXT) => {
                if let Some(field) = self.open.last_mut() {
                    tape.inner_text_into(at, &mut field.instruction);
                }
            }
            (Ns::W, sym::T) => return self.computed > 0,
            _ => {}
        }
        false
    }
}

/// Fields that say where in the document they stand.
fn is_laid_out(instruction: &str) -> bool {
    let name = instruction.split_whitespace().next().unwrap_or_default();
    ["PAGE", "NUMPAGES", "SECTIONPAGES"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a subtree holds no words of the wording asked for.
fn is_left_out(tape: &Tape<'_>, at: usize, wording: Wording, boxes: Boxes) -> bool {
    let node = tape.node(at);
    match (node.ns, node.name) {
        (Ns::W, sym::DEL | sym::MOVE_FROM) => wording == Wording::After,
        (Ns::W, sym::INS | sym::MOVE_TO) => wording == Wording::Before,
        (Ns::W, sym::P_PR | sym::R_PR | sym::SECT_PR | sym::TBL_PR | sym::SDT_PR) | (Ns::Mc, sym::FALLBACK) => true,
        (Ns::W, sym::TXBX_CONTENT) => boxes == Boxes::Out,
        _ => false,
    }
}

fn cut(text: &str) -> String {
    text.trim().chars().take(FRONT_CHARS).collect()
}

pub(super) const CHANGES: &[crate::format::xml::Sym] = &[
    sym::INS,
    sym::DEL,
    sym::MOVE_FROM,
    sym::MOVE_TO,
    sym::CELL_INS,
    sym::CELL_DEL,
    sym::CELL_MERGE,
    sym::R_PR_CHANGE,
    sym::P_PR_CHANGE,
    sym::SECT_PR_CHANGE,
    sym::TBL_PR_CHANGE,
    sym::TBL_PR_EX_CHANGE,
    sym::TBL_GRID_CHANGE,
    sym::TR_PR_CHANGE,
    sym::TC_PR_CHANGE,
    sym::NUMBERING_CHANGE,
];

fn changes<'t>(tape: &'t Tape<'_>) -> impl Iterator<Item = usize> + 't {
    CHANGES.iter().flat_map(|name| tape.named(Ns::W, *name))
}

fn has_changes(tape: &Tape<'_>) -> bool {
    changes(tape).next().is_some()
}

fn widen_by_changes(tape: &Tape<'_>, span: &mut Option<TimeSpan>) {
    let mut moments = Moments::default();
    for at in changes(tape) {
        if let Some(moment) = tape.attr(at, Ns::W, sym::DATE).and_then(|date| moments.parse(&date)) {
            TimeSpan::widen(span, moment);
        }
    }
}

/// Session ids on paragraphs, runs, rows and sections.
fn text_rsids(tape: &Tape<'_>, rsids: &mut HashSet<u32>) {
    for attr in tape.all_attrs() {
        let is_rsid = matches!(
            attr.name,
            sym::RSID_R | sym::RSID_RPR | sym::RSID_RDEFAULT | sym::RSID_P | sym::RSID_DEL | sym::RSID_SECT | sym::RSID_TR
        );
        if is_rsid && attr.ns == Ns::W {
            rsids.extend(rsid(tape.value(attr)));
        }
    }
}

/// A session id; zero is no session.
fn rsid(value: &str) -> Option<u32> {
    u32::from_str_radix(value, 16).ok().filter(|id| *id != 0)
}

/// Comments, notes, headers and footers of the main part. `beyond`: gets the paragraphs that a reader sees there.
fn related_parts(package: &Package<'_>, limits: &Limits, facts: &mut DraftFacts, beyond: &mut Vec<String>) -> Result<(), DocError> {
    let mut running = BTreeSet::new();
    for relationship in package.rels_of(package.main) {
        let Target::Part(part) = relationship.target else { continue };
        match relationship.kind {
            RelKind::Comments => {
                let tape = package.tape(part, limits)?;
                for at in tape.named(Ns::W, sym::COMMENT) {
                    if let Some(moment) = tape.attr(at, Ns::W, sym::DATE).and_then(|date| moment::parse(&date)) {
                        TimeSpan::widen(&mut facts.comment_dates, moment);
                    }
                }
            }
            RelKind::Footnotes | RelKind::Endnotes => {
                let tape = package.tape(part, limits)?;
                beyond.extend(paragraphs(&tape, Wording::After, Boxes::In, usize::MAX));
                widen_by_changes(&tape, &mut facts.change_dates);
            }
            RelKind::Header | RelKind::Footer => {
                let tape = package.tape(part, limits)?;
                beyond.extend(paragraphs(&tape, Wording::After, Boxes::In, usize::MAX));
                if running.len() < RUNNING_PARAGRAPHS {
                    running.extend(paragraphs(&tape, Wording::After, Boxes::In, RUNNING_PARAGRAPHS).iter().map(|text| cut(text)));
                }
                running.extend(watermarks(&tape));
                widen_by_changes(&tape, &mut facts.change_dates);
            }
            _ => {}
        }
    }
    facts.running_text = running.into_iter().take(RUNNING_PARAGRAPHS).collect();
    Ok(())
}

/// Texts on paths (ECMA-376-4 §14.1.2.21): a watermark is one.
fn watermarks(tape: &Tape<'_>) -> Vec<String> {
    let paths = tape.named(Ns::V, sym::TEXTPATH);
    paths.filter_map(|at| tape.attr(at, Ns::None, sym::STRING)).map(|text| cut(&text)).filter(|text| !text.is_empty()).collect()
}

fn settings(package: &Package<'_>, limits: &Limits, facts: &mut DraftFacts, rsids: &mut HashSet<u32>) -> Result<(), DocError> {
    let Some(part) = package.related(package.main, RelKind::Settings) else { return Ok(()) };
    let tape = package.tape(part, limits)?;
    for at in tape.descendants(tape.root) {
        let value = || tape.attr(at, Ns::W, sym::VAL).and_then(|value| rsid(&value));
        if tape.is(at, Ns::W, sym::RSID) {
            rsids.extend(value());
        } else if tape.is(at, Ns::W, sym::RSID_ROOT) {
            facts.rsid_root = value();
            rsids.extend(facts.rsid_root);
        }
    }
    Ok(())
}

const CORE_PROPERTIES: &[RelKind] = &[RelKind::CoreProperties, RelKind::CorePropertiesOffice];
const EXTENDED_PROPERTIES: &[RelKind] = &[RelKind::ExtendedProperties, RelKind::ExtendedPropertiesStrict];
const CUSTOM_PROPERTIES: &[RelKind] = &[RelKind::CustomProperties, RelKind::CustomPropertiesStrict];

fn property_part(package: &Package<'_>, kinds: &[RelKind]) -> Option<usize> {
    kinds.iter().find_map(|kind| package.root_related(*kind))
}

/// Calls `each` with namespace, name and text of every child of the root of a property part.
fn properties(
    package: &Package<'_>,
    kinds: &[RelKind],
    limits: &Limits,
    mut each: impl FnMut(&Tape<'_>, usize, String),
) -> Result<(), DocError> {
    let Some(part) = property_part(package, kinds) else { return Ok(()) };
    let tape = package.tape(part, limits)?;
    for at in tape.children(tape.root) {
        each(&tape, at, tape.inner_text(at).trim().to_owned());
    }
    Ok(())
}

fn core_properties(package: &Package<'_>, limits: &Limits, facts: &mut DraftFacts) -> Result<(), DocError> {
    properties(package, CORE_PROPERTIES, limits, |tape, at, text| {
        let node = tape.node(at);
        match (node.ns, node.name) {
            (Ns::Dcterms, sym::CREATED) => facts.created = moment::parse(&text),
            (Ns::Dcterms, sym::MODIFIED) => facts.modified = moment::parse(&text),
            (Ns::Cp, sym::LAST_PRINTED) => facts.printed = moment::parse(&text),
            (Ns::Cp, sym::REVISION) => facts.revision = text.parse().ok(),
            (Ns::Dc, sym::TITLE) if !text.is_empty() => facts.title = Some(cut(&text)),
            (Ns::Cp, sym::VERSION | sym::CONTENT_STATUS) if !text.is_empty() => facts.version_properties.push(cut(&text)),
            _ => {}
        }
    })
}

fn extended_properties(package: &Package<'_>, limits: &Limits, facts: &mut DraftFacts) -> Result<(), DocError> {
    properties(package, EXTENDED_PROPERTIES, limits, |tape, at, text| {
        let node = tape.node(at);
        match (node.ns, node.name) {
            (Ns::Ap, sym::TOTAL_TIME) => facts.editing_minutes = text.parse().ok(),
            (Ns::Ap, sym::APPLICATION) if !text.is_empty() => facts.application = Some(cut(&text)),
            _ => {}
        }
    })
}

fn custom_properties(package: &Package<'_>, limits: &Limits, facts: &mut DraftFacts) -> Result<(), DocError> {
    properties(package, CUSTOM_PROPERTIES, limits, |tape, at, text| {
        let name = tape.attr(at, Ns::None, sym::NAME).unwrap_or_default().to_lowercase();
        if says_version(&name) && !text.is_empty() {
            facts.version_properties.push(cut(&text));
        }
    })
}

/// Whether a property with this name (small letters) holds a version or a status.
pub fn says_version(name: &str) -> bool {
    matches!(
        name,
        "version"
            | "status"
            | "document version"
            | "document status"
            | "docversion"
            | "doc version"
            | "revision"
            | "draft"
            | "stage"
            | "version number"
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::format::zip::Writer;

    pub(in crate::format::ooxml) fn package(body: &str, settings: &str, core: &str) -> Vec<u8> {
        let w = Ns::W.uri();
        let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
        let rel =
            |id: &str, kind: RelKind, target: &str| format!(r#"<Relationship Id="{id}" Type="{}" Target="{target}"/>"#, kind.uri(false));
        let rels = |inner: String| format!(r#"<Relationships xmlns="{}">{inner}</Relationships>"#, Ns::Rel.uri());
        let mut zip = Writer::new();
        zip.add("[Content_Types].xml", types.as_bytes());
        zip.add(
            "_rels/.rels",
            rels(rel("a", RelKind::OfficeDocument, "word/document.xml") + &rel("b", RelKind::CoreProperties, "docProps/core.xml"))
                .as_bytes(),
        );
        zip.add("docProps/core.xml", core.as_bytes());
        zip.add(
            "word/_rels/document.xml.rels",
            rels(rel("a", RelKind::Settings, "settings.xml") + &rel("h", RelKind::Header, "header1.xml")).as_bytes(),
        );
        zip.add("word/document.xml", format!(r#"<w:document xmlns:w="{w}"><w:body>{body}</w:body></w:document>"#).as_bytes());
        zip.add("word/settings.xml", format!(r#"<w:settings xmlns:w="{w}">{settings}</w:settings>"#).as_bytes());
        zip.add(
            "word/header1.xml",
            format!(r#"<w:hdr xmlns:w="{w}" xmlns:v="urn:schemas-microsoft-com:vml"><w:p><w:r><w:t>Version 0.3</w:t></w:r><w:r><w:pict><v:shape><v:textpath string="DRAFT"/></v:shape></w:pict></w:r></w:p></w:hdr>"#).as_bytes(),
        );
        zip.finish()
    }

    const CORE: &str = r#"<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>Housing</dc:title><cp:revision>7</cp:revision><dcterms:modified>2018-03-01T10:00:00Z</dcterms:modified><cp:contentStatus>Draft</cp:contentStatus></cp:coreProperties>"#;

    fn read(bytes: &[u8]) -> DraftFacts {
        let limits = Limits::default();
        let package = Package::open(bytes, &limits).unwrap();
        let document = package.tape(package.main, &limits).unwrap();
        facts(&package, &document, &limits).unwrap()
    }

    #[test]
    fn both_wordings_of_tracked_changes_are_known() {
        let changed = r#"<w:p w:rsidR="00AA0001"><w:r><w:t xml:space="preserve">We must </w:t></w:r><w:del w:date="2018-02-01T09:00:00Z"><w:r><w:delText>stop</w:delText></w:r></w:del><w:ins w:date="2018-02-03T09:00:00Z"><w:r><w:t>go</w:t></w:r></w:ins></w:p>"#;
        let plain = |words: &str| format!("<w:p><w:r><w:t>We must {words}</w:t></w:r></w:p>");
        let changed = read(&package(changed, "", CORE));
        let after = read(&package(&plain("go"), "", CORE));
        let before = read(&package(&plain("stop"), "", CORE));
        assert_eq!(changed.text.digest, after.text.digest);
        assert_eq!(changed.text.digest_before, before.text.digest);
        let dates = changed.change_dates.unwrap();
        assert_eq!(dates.last - dates.first, 2 * 86_400);
        assert_eq!(changed.rsids, [0x00AA_0001]);
    }

    #[test]
    fn what_a_page_number_field_shows_is_no_word_of_the_text() {
        let complex = |shown: &str| {
            let part = |kind: &str| format!(r#"<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>"#);
            format!(
                "<w:p><w:r><w:t>Page </w:t></w:r>{}<w:r><w:instrText> PAGE </w:instrText></w:r>{}<w:r><w:t>{shown}</w:t></w:r>{}<w:r><w:t> of it</w:t></w:r></w:p>",
                part("begin"),
                part("separate"),
                part("end")
            )
        };
        let simple = |shown: &str| {
            format!(
                r#"<w:p><w:r><w:t>Page </w:t></w:r><w:fldSimple w:instr="NUMPAGES"><w:r><w:t>{shown}</w:t></w:r></w:fldSimple><w:r><w:t> of it</w:t></w:r></w:p>"#
            )
        };
        let digest = |body: String| read(&package(&body, "", CORE)).text.digest;
        assert_eq!(digest(complex("7")), digest(complex("8")));
        assert_eq!(digest(complex("7")), digest(simple("19")));
        assert_ne!(digest(complex("7").replace("PAGE", "REF figure")), digest(complex("8").replace("PAGE", "REF figure")));
    }

    #[test]
    fn boxes_and_symbols_are_seen_beside_the_words() {
        let boxed = |words: &str| {
            format!(
                "<w:p><w:r><w:t>Body</w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
            )
        };
        let ticked = |code: &str| format!(r#"<w:p><w:r><w:t>Body</w:t><w:sym w:font="Wingdings" w:char="{code}"/></w:r></w:p>"#);
        let text = |body: String| read(&package(&body, "", CORE)).text;
        let (one, other) = (text(boxed("unsafe")), text(boxed("safe")));
        assert_eq!(one.digest, other.digest);
        assert!(one.beyond.is_some() && !one.shows_the_same(&other) && one.shows_the_same(&one.clone()));
        let (one, other) = (text(ticked("F0FE")), text(ticked("F0A8")));
        assert!(one.digest == other.digest && !one.shows_the_same(&other));
    }

    #[test]
    fn properties_headers_and_session_ids_are_read() {
        let facts = read(&package(
            "<w:p><w:r><w:t>Title page</w:t></w:r></w:p>",
            r#"<w:rsids><w:rsidRoot w:val="00000011"/><w:rsid w:val="00000011"/><w:rsid w:val="00000022"/></w:rsids>"#,
            CORE,
        ));
        assert_eq!(facts.rsids, [0x11, 0x22]);
        assert_eq!(facts.rsid_root, Some(0x11));
        assert_eq!((facts.revision, facts.modified), (Some(7), Some(1_519_898_400)));
        assert_eq!(facts.title.as_deref(), Some("Housing"));
        assert_eq!(facts.version_properties, ["Draft"]);
        assert_eq!(facts.running_text, ["DRAFT", "Version 0.3"]);
        assert_eq!(facts.front_matter, ["Title page"]);
    }
}
