//! SVG (SVG 1.1 second edition, SVG 2): shapes, text, gradients and pictures that are drawn; nothing else.
//!
//! Elements and attributes by allow-list, values by their kind, identifiers and classes renamed. Comments, titles, descriptions,
//! metadata, scripts, animation, foreign content, elements that are not displayed and definitions that nothing uses go.
//! Style sheets stay when they are simple; filters and rules that hide things refuse the picture.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{ImageFault, Taken, clean_at_depth};
use crate::format::fonts;
use crate::format::xml::{Kind, Ns, Tape, decode, escape_into, unescape};
use crate::limits::Limits;
use crate::model::FindingKind as K;

mod sight;
pub(super) mod values;

use values::{Family, family, hides, references};

const SVG_NAME: &str = "http://www.w3.org/2000/svg";
const XLINK_NAME: &str = "http://www.w3.org/1999/xlink";

fn damaged(what: &str) -> ImageFault {
    ImageFault::Damaged { format: "SVG".into(), what: what.into() }
}

fn unsupported(what: &str) -> ImageFault {
    ImageFault::Unsupported { format: format!("SVG with {what}") }
}

/// The clean picture. Repeats until nothing changes: what refers only to a dropped element goes in the next round.
pub(super) fn clean(bytes: &[u8], limits: &Limits, depth: u8, taken: &mut Taken) -> Result<Vec<u8>, ImageFault> {
    const ROUNDS: usize = 16;
    if depth > 2 {
        return Err(unsupported("pictures nested too deep"));
    }
    let mut text = without_doctype(decode("", bytes).map_err(|_| damaged("its text encoding is wrong"))?.into_owned())?;
    for round in 0..ROUNDS {
        let mut nothing = Taken::default();
        let next = pass(&text, limits, depth, if round == 0 { taken } else { &mut nothing })?;
        if next == text {
            let tape = Tape::read("", next.as_bytes(), limits).map_err(|_| damaged("it is not well-formed XML"))?;
            sight::check(&tape)?;
            return Ok(next.into_bytes());
        }
        text = next;
    }
    Err(unsupported("definitions nested too deep"))
}

/// Drawing programs write a document type without internal subset; it says nothing. Any other refuses.
fn without_doctype(text: String) -> Result<String, ImageFault> {
    let Some(start) = text.find("<!DOCTYPE") else { return Ok(text) };
    let end = text.get(start..).and_then(|rest| rest.find('>')).map(|end| start + end + 1).ok_or_else(|| damaged("it is cut off"))?;
    let declaration = text.get(start..end).unwrap_or_default();
    if declaration.contains('[') {
        return Err(ImageFault::Unsafe { format: "SVG".into(), what: "a document type with declarations of its own".into() });
    }
    Ok(format!("{}{}", text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default()))
}

fn pass(text: &str, limits: &Limits, depth: u8, taken: &mut Taken) -> Result<String, ImageFault> {
    let tape = Tape::read("", text.as_bytes(), limits).map_err(|_| damaged("it is not well-formed XML"))?;
    if tape.node(tape.root).ns != Ns::Svg || local(&tape, tape.root) != "svg" {
        return Err(damaged("it is no SVG"));
    }
    let mut writer = Writer {
        tape: &tape,
        limits,
        depth,
        taken,
        used: BTreeSet::new(),
        ids: BTreeMap::new(),
        classes: BTreeMap::new(),
        out: String::new(),
    };
    writer.collect()?;
    for (index, node) in tape.nodes.iter().enumerate() {
        if matches!(node.kind, Kind::Comment | Kind::Instruction) {
            writer.taken.words(K::ImageMetadata, tape.source(index).as_bytes());
        }
    }
    writer.element(tape.root, "")?;
    Ok(writer.out)
}

/// The local name of an element as written.
fn local<'t>(tape: &'t Tape<'_>, index: usize) -> &'t str {
    let name = tape.tag_name(index);
    name.rsplit(':').next().unwrap_or(name)
}

struct Writer<'t, 's> {
    tape: &'t Tape<'s>,
    limits: &'t Limits,
    depth: u8,
    taken: &'t mut Taken,
    /// Identifiers that something refers to.
    used: BTreeSet<String>,
    /// New names by old ones, in order of appearance.
    ids: BTreeMap<String, String>,
    classes: BTreeMap<String, String>,
    out: String,
}

/// Elements that draw, or that something drawn refers to (SVG 2 Appendix F).
const KEPT: &[&str] = &[
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "textPath",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
    "pattern",
    "image",
    "marker",
    "style",
    "a",
    "switch",
];

/// Elements that are drawn only where something refers to them.
const DEFINITIONS: &[&str] = &["symbol", "linearGradient", "radialGradient", "clipPath", "mask", "pattern", "marker"];

impl Writer<'_, '_> {
    /// Every reference and the new name of every identifier and class, in document order.
    fn collect(&mut self) -> Result<(), ImageFault> {
        let tape = self.tape;
        for index in 0..tape.nodes.len() {
            if tape.node(index).kind != Kind::Element || tape.node(index).ns != Ns::Svg {
                continue;
            }
            for attr in tape.attrs(index) {
                let value = tape.resolved_value(attr);
                match attribute_name(tape, attr) {
                    Some("href") => self.used.extend(value.strip_prefix('#').map(str::to_owned)),
                    Some("class") => {
                        for class in value.split_ascii_whitespace() {
                            let next = format!("c{}", self.classes.len() + 1);
                            self.classes.entry(class.to_owned()).or_insert(next);
                        }
                    }
                    Some(_) => self.used.extend(references(&value)),
                    None => {}
                }
            }
            if local(tape, index) == "style" {
                self.used.extend(references(&tape.inner_text(index)));
            }
        }
        for index in 0..tape.nodes.len() {
            if tape.node(index).kind != Kind::Element {
                continue;
            }
            for attr in tape.attrs(index).iter().filter(|attr| attribute_name(tape, attr) == Some("id")) {
                let id = tape.resolved_value(attr).into_owned();
                if self.used.contains(&id) {
                    let next = format!("i{}", self.ids.len() + 1);
                    if self.ids.insert(id, next).is_some() {
                        return Err(damaged("two elements have one identifier"));
                    }
                }
            }
        }
        Ok(())
    }

    fn element(&mut self, index: usize, parent: &str) -> Result<(), ImageFault> {
        let tape = self.tape;
        let name = local(tape, index);
        let node = tape.node(index);
        if node.ns != Ns::Svg || !KEPT.contains(&name) {
            if name == "filter" && node.ns == Ns::Svg {
                return Err(unsupported("filters"));
            }
            self.drop_element(index, K::ImageMetadata);
            return Ok(());
        }
        if self.is_hidden(index, name) || self.is_unused_definition(index, name, parent) || self.is_empty_use(index, name) {
            self.drop_element(index, K::HiddenText);
            return Ok(());
        }
        if name == "style" {
            return self.style_sheet(index);
        }
        let conditions = ["systemLanguage", "requiredFeatures", "requiredExtensions"];
        if conditions.iter().any(|condition| self.plain(index, condition).is_some()) && sight::says_something(tape, index) {
            return Err(unsupported("text that not all readers show"));
        }
        let written = if name == "a" { "g" } else { name };
        let start = self.out.len();
        self.out.push('<');
        self.out.push_str(written);
        if parent.is_empty() {
            let _ = write!(self.out, " xmlns=\"{SVG_NAME}\" xmlns:xlink=\"{XLINK_NAME}\"");
        }
        if !self.attributes(index, name)? {
            self.out.truncate(start);
            return Ok(());
        }
        let open = self.out.len();
        self.out.push('>');
        for child in tape.children(index) {
            match tape.node(child).kind {
                Kind::Element => self.element(child, name)?,
                Kind::Text | Kind::CData if matches!(name, "text" | "tspan" | "textPath") || (name == "a" && self.in_text(index)) => {
                    escape_into(&mut self.out, &tape.characters(child));
                }
                Kind::Text | Kind::CData => {
                    let characters = tape.characters(child);
                    if !characters.trim().is_empty() {
                        self.taken.words(K::HiddenText, characters.as_bytes());
                    }
                }
                Kind::Comment | Kind::Instruction => {}
            }
        }
        if self.out.len() == open + 1 {
            self.out.truncate(open);
            self.out.push_str("/>");
        } else {
            let _ = write!(self.out, "</{written}>");
        }
        Ok(())
    }

    fn in_text(&self, index: usize) -> bool {
        let mut at = self.tape.parent(index);
        while let Some(parent) = at {
            if local(self.tape, parent) == "text" {
                return true;
            }
            at = self.tape.parent(parent);
        }
        false
    }

    fn drop_element(&mut self, index: usize, kind: K) {
        self.taken.words(kind, self.tape.source(index).as_bytes());
    }

    /// Value of an attribute without prefix.
    fn plain(&self, index: usize, wanted: &str) -> Option<String> {
        let tape = self.tape;
        let found = tape.attrs(index).iter().find(|attr| attr.ns == Ns::None && tape.attr_name(attr) == wanted);
        found.map(|attr| tape.resolved_value(attr).into_owned())
    }

    /// Not displayed by its own attributes.
    fn is_hidden(&self, index: usize, name: &str) -> bool {
        let tape = self.tape;
        let style = self.plain(index, "style").unwrap_or_default();
        // Outlined letters have no fill.
        let text = matches!(name, "text" | "tspan" | "textPath") && self.plain(index, "stroke").is_none() && !style.contains("stroke");
        let by_attribute = tape
            .attrs(index)
            .iter()
            .filter(|attr| attr.ns == Ns::None)
            .any(|attr| hides(tape.attr_name(attr), &tape.resolved_value(attr), text));
        by_attribute
            || style
                .split(';')
                .filter_map(|declaration| declaration.split_once(':'))
                .any(|(property, value)| hides(property.trim(), value.trim(), text))
    }

    fn is_unused_definition(&self, index: usize, name: &str, parent: &str) -> bool {
        let definition = DEFINITIONS.contains(&name) || (parent == "defs" && name != "style");
        let wanted = |index: usize| self.plain(index, "id").is_some_and(|id| self.used.contains(&id));
        // A group in `defs` stays when something inside it is wanted.
        definition
            && !wanted(index)
            && !self.tape.descendants(index).any(|inner| self.tape.node(inner).kind == Kind::Element && wanted(inner))
    }

    /// `use` and `textPath` that refer to nothing in this file.
    fn is_empty_use(&self, index: usize, name: &str) -> bool {
        let tape = self.tape;
        name == "use"
            && !tape.attrs(index).iter().any(|attr| {
                attribute_name(tape, attr) == Some("href")
                    && tape.resolved_value(attr).strip_prefix('#').is_some_and(|id| self.ids.contains_key(id))
            })
    }

    /// Writes the attributes that may stay. False when the element cannot be drawn without one that may not.
    fn attributes(&mut self, index: usize, name: &str) -> Result<bool, ImageFault> {
        let tape = self.tape;
        for attr in tape.attrs(index) {
            let raw = tape.value(attr);
            let value = unescape(raw).into_owned();
            let Some(attribute) = attribute_name(tape, attr) else {
                if attr.ns != Ns::Xmlns {
                    self.taken.words(K::ImageMetadata, value.as_bytes());
                }
                continue;
            };
            let new = match attribute {
                "id" => self.ids.get(&value).cloned(),
                "class" => {
                    let classes: Vec<&str> =
                        value.split_ascii_whitespace().filter_map(|class| self.classes.get(class)).map(String::as_str).collect();
                    (!classes.is_empty()).then(|| classes.join(" "))
                }
                "href" if name == "image" => match self.picture(&value)? {
                    Some(picture) => Some(picture),
                    None => return Ok(false),
                },
                "href" if name == "a" => {
                    self.taken.words(K::LinkTarget, value.as_bytes());
                    continue;
                }
                "href" => value.strip_prefix('#').and_then(|id| self.ids.get(id)).map(|id| format!("#{id}")),
                "style" => Some(self.declarations(&value)?).filter(|style| !style.is_empty()),
                _ => self.value(attribute, &value)?,
            };
            match new {
                Some(new) => {
                    self.out.push(' ');
                    self.out.push_str(if attribute == "href" { "xlink:href" } else { attribute });
                    self.out.push_str("=\"");
                    escape_into(&mut self.out, &new);
                    self.out.push('"');
                }
                None => self.taken.words(K::ImageMetadata, value.as_bytes()),
            }
        }
        Ok(true)
    }

    /// A value of a kind that its attribute or property can have, references renamed.
    fn value(&mut self, name: &str, value: &str) -> Result<Option<String>, ImageFault> {
        let Some(family) = family(name) else { return Ok(None) };
        if family == Family::Reference && name == "filter" && value.trim() != "none" {
            return Err(unsupported("filters"));
        }
        if !family.accepts(value) {
            return Ok(None);
        }
        Ok(match (family, fonts::in_picture(value.trim().trim_matches(['"', '\'']))) {
            (Family::Font, Some(neutral)) => {
                self.taken.words(K::ImageMetadata, value.as_bytes());
                Some(format!("'{neutral}'"))
            }
            (Family::Font, None) => Some(value.to_owned()),
            _ => self.rename(value),
        })
    }

    /// `url(#old)` -> `url(#new)`; `None` when it refers to nothing here.
    fn rename(&self, value: &str) -> Option<String> {
        let Some(start) = value.find("url(") else { return Some(value.to_owned()) };
        let end = value.get(start..)?.find(')')? + start;
        let target = value.get(start + 4..end)?.trim().trim_matches(['"', '\'']);
        let id = self.ids.get(target.strip_prefix('#')?)?;
        let rest = value.get(end + 1..).unwrap_or_default();
        (!rest.contains("url(")).then(|| format!("{}url(#{id}){rest}", value.get(..start).unwrap_or_default()))
    }

    fn declarations(&mut self, style: &str) -> Result<String, ImageFault> {
        let mut out = Vec::new();
        for (property, value) in style.split(';').filter_map(|declaration| declaration.split_once(':')) {
            let (property, value) = (property.trim(), value.trim());
            if let Some(value) = self.value(property, value)? {
                out.push(format!("{property}:{value}"));
            }
        }
        Ok(out.join(";"))
    }

    /// A style sheet of plain rules; classes that no element has go with their rules (CSS 2.2 §4.1).
    fn style_sheet(&mut self, index: usize) -> Result<(), ImageFault> {
        let mut sheet = self.tape.inner_text(index);
        while let Some(start) = sheet.find("/*") {
            let end = sheet.get(start..).and_then(|rest| rest.find("*/")).map_or(sheet.len(), |end| start + end + 2);
            self.taken.words(K::ImageMetadata, sheet.get(start..end).unwrap_or_default().as_bytes());
            sheet.replace_range(start..end, " ");
        }
        let mut rules = Vec::new();
        for rule in sheet.split('}').filter(|rule| !rule.trim().is_empty()) {
            let (selectors, body) = rule.split_once('{').ok_or_else(|| unsupported("a style sheet that is not understood"))?;
            if body.contains('{')
                || body
                    .split(';')
                    .filter_map(|part| part.split_once(':'))
                    .any(|(property, value)| hides(property.trim(), value.trim(), true))
            {
                return Err(unsupported("a style sheet that hides elements"));
            }
            let mut kept = Vec::new();
            for selector in selectors.split(',') {
                kept.extend(self.selector(selector.trim())?);
            }
            let body = self.declarations(body)?;
            if !kept.is_empty() && !body.is_empty() {
                rules.push(format!("{}{{{body}}}", kept.join(",")));
            }
        }
        if !rules.is_empty() {
            self.out.push_str("<style>");
            escape_into(&mut self.out, &rules.join(""));
            self.out.push_str("</style>");
        }
        Ok(())
    }

    /// One selector of an element name, a class or an identifier, renamed.
    fn selector(&self, selector: &str) -> Result<Option<String>, ImageFault> {
        let simple = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if let Some(id) = selector.strip_prefix('#').filter(|id| simple(id)) {
            return Ok(self.ids.get(id).map(|id| format!("#{id}")));
        }
        let (element, class) = selector.split_once('.').map_or((selector, None), |(element, class)| (element, Some(class)));
        if !element.is_empty() && !KEPT.contains(&element) {
            return Err(unsupported("a style sheet that is not understood"));
        }
        match class {
            Some(class) if simple(class) => Ok(self.classes.get(class).map(|class| format!("{element}.{class}"))),
            None if !element.is_empty() => Ok(Some(element.to_owned())),
            _ => Err(unsupported("a style sheet that is not understood")),
        }
    }

    /// A picture in a data URI, cleaned; `None` for one outside the file, which word processors do not load.
    fn picture(&mut self, value: &str) -> Result<Option<String>, ImageFault> {
        let Some(data) = value.strip_prefix("data:") else {
            self.taken.words(K::LinkTarget, value.as_bytes());
            return Ok(None);
        };
        let packed = data
            .split_once(";base64,")
            .map(|(_, packed)| packed)
            .ok_or_else(|| unsupported("a picture in a coding that is not understood"))?;
        let bytes = values::from_base64(packed).ok_or_else(|| damaged("a picture inside does not decode"))?;
        let clean = clean_at_depth(&bytes, None, self.limits, self.depth.saturating_add(1))?;
        self.taken.decoded_inside(&clean, self.limits)?;
        for (kind, count) in clean.removed {
            let entry = self.taken.removed.entry(kind).or_default();
            *entry = entry.saturating_add(count);
        }
        self.taken.secrets.extend(clean.secrets);
        Ok(Some(format!("data:{};base64,{}", clean.kind.content_type(), values::to_base64(&clean.bytes))))
    }
}

/// The attribute's name where it is one of SVG's own: without prefix, or `xlink:href`.
fn attribute_name<'t>(tape: &'t Tape<'_>, attr: &crate::format::xml::Attr) -> Option<&'t str> {
    let name = tape.attr_name(attr);
    match attr.ns {
        Ns::None => Some(name),
        Ns::Xlink => name.rsplit(':').next().filter(|local| *local == "href"),
        _ if name == "xml:space" => Some(name),
        _ => None,
    }
}
