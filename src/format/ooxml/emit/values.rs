//! What becomes of the attributes of an element.

use std::collections::BTreeMap;

use super::{Ruled, TagRuling, Writer};
use crate::format::ooxml::attributes::{AttrRule, css, geometry, is_random, is_session_id, rule};
use crate::format::ooxml::names::{NameOf, Names};
use crate::format::xml::{Attr, Ns, escape_into, sym, vocabulary};
use crate::model::FindingKind;

/// What becomes of an attribute.
pub(super) enum Value {
    Same,
    Gone,
    New(String),
    /// One of the values that are written for more than one tag, by its number.
    Known(u32),
}

impl Writer<'_, '_> {
    /// `number`: which of the part's attributes it is.
    pub(super) fn attribute(&mut self, index: usize, number: usize, attr: &Attr) -> Value {
        let plan = self.plan;
        let tape = &plan.tape;
        let node = *tape.node(index);
        let decided = if self.decided[index] { plan.attrs.get(&(index, attr.ns, attr.name)) } else { None };
        if let Some(decided) = decided {
            return match decided {
                Some(value) if *value == *tape.value(attr) => Value::Same,
                Some(value) => Value::New(self.filled(value).into_owned()),
                None => Value::Gone,
            };
        }
        match self.ruled[number] {
            Some(Ruled::Same | Ruled::Named(None)) => return Value::Same,
            Some(Ruled::Named(Some(new))) => return Value::Known(new),
            Some(Ruled::Gone(kind)) => {
                let counted = !self.decided[index] && plan.tape.tag(index).is_some_and(|tag| self.tags[tag] == TagRuling::Known);
                self.gone[kind as usize] += u64::from(!counted);
                return Value::Gone;
            }
            None => {}
        }
        if attr.ns == Ns::Xmlns {
            return self.declaration(attr);
        }
        if attr.ns == Ns::Mc || node.ns == Ns::Mc {
            return self.compatibility(index, attr, &tape.resolved_value(attr));
        }
        let Some(element) = vocabulary::element(node.ns, node.name) else { return Value::Gone };
        if is_session_id(attr.ns, attr.name) {
            self.ruled[number] = Some(Ruled::Gone(FindingKind::SessionId));
            self.gone[FindingKind::SessionId as usize] += 1;
            return Value::Gone;
        }
        let value = tape.resolved_value(attr);
        match rule(node.ns, node.name, element, attr.ns, attr.name, &value) {
            AttrRule::Keep => {
                self.ruled[number] = Some(Ruled::Same);
                Value::Same
            }
            AttrRule::Drop => {
                let kind = if attr.name == sym::GFXDATA {
                    FindingKind::PictureOriginal
                } else if matches!(attr.name, sym::ALT | sym::TITLE | sym::HREF) {
                    FindingKind::AltText
                } else {
                    FindingKind::ForeignMarkup
                };
                self.ruled[number] = Some(Ruled::Gone(kind));
                self.gone[kind as usize] += 1;
                if attr.name != sym::GFXDATA && tells_something(&value) {
                    self.report.words(kind, &plan.name, &value);
                }
                Value::Gone
            }
            AttrRule::StyleId => {
                let replaced = replaced(&value, self.references.styles);
                self.remember_style(number, replaced)
            }
            AttrRule::StyleName => replaced(&value, self.references.style_names),
            AttrRule::Relationship => match self
                .references
                .own_relationships
                .get(&index)
                .filter(|_| attr.name != sym::LINK)
                .or_else(|| self.references.relationships.get(&*value))
            {
                Some(new) if *new == *value => Value::Same,
                Some(new) => Value::New(new.clone()),
                None => Value::Gone,
            },
            AttrRule::Shape => {
                let id = value.trim_start_matches('#');
                let neutral = self.shape(id);
                if neutral == id { Value::Same } else { Value::New(format!("{}{neutral}", &value[..value.len() - id.len()])) }
            }
            AttrRule::LayoutName if value.is_empty() => Value::Same,
            AttrRule::LayoutName => {
                let neutral = self.names.give(NameOf::Layout, &value);
                if neutral == *value { Value::Same } else { Value::New(neutral) }
            }
            AttrRule::Number | AttrRule::Point => {
                let of = if value.contains('-') && !is_random(&value) { NameOf::Point } else { NameOf::Number };
                let neutral = self.names.give(of, &value);
                if neutral == *value { Value::Same } else { self.remember(number, &neutral) }
            }
            AttrRule::Font => self.font(number, &value),
            AttrRule::Geometry => match geometry(&value, self.names) {
                Some(cleaned) if cleaned == *value => Value::Same,
                Some(cleaned) => Value::New(cleaned),
                None => Value::Gone,
            },
            AttrRule::Css => {
                let cleaned = css(&value, self.names);
                if cleaned == value.trim_end_matches(';') { Value::Same } else { Value::New(cleaned) }
            }
        }
    }

    /// Keeps the name of a font that tells nothing, and remembers what became of the others.
    fn font(&mut self, number: usize, value: &str) -> Value {
        let Some(neutral) = self.names.font(value) else {
            self.ruled[number] = Some(Ruled::Same);
            return Value::Same;
        };
        self.remember(number, &neutral)
    }

    /// Remembers what became of the name of a style.
    fn remember_style(&mut self, number: usize, value: Value) -> Value {
        match value {
            Value::Same if self.references.styles.is_some() => {
                self.ruled[number] = Some(Ruled::Named(None));
                Value::Same
            }
            Value::New(new) if !Names::is_wanted_in(&new) => self.remember(number, &new),
            value => value,
        }
    }

    /// Remembers what takes the place of a value wherever its tag is spelled alike.
    fn remember(&mut self, number: usize, new: &str) -> Value {
        let known = self.values.len() as u32;
        self.ruled[number] = Some(Ruled::Named(Some(known)));
        self.values.push(quoted(new));
        Value::Known(known)
    }

    /// Shape types of the standard have known identifiers; any other identifier becomes neutral.
    fn shape(&mut self, id: &str) -> String {
        let known = id.strip_prefix("_x0000_t").is_some_and(|number| number.len() <= 4 && number.bytes().all(|byte| byte.is_ascii_digit()));
        if known { id.to_owned() } else { self.names.give(NameOf::Shape, id) }
    }

    fn declaration(&mut self, attr: &Attr) -> Value {
        let tape = &self.plan.tape;
        let name = tape.attr_name(attr);
        let prefix = name.strip_prefix("xmlns:").unwrap_or_default();
        let ns = Ns::of_uri(tape.resolved_value(attr).as_bytes());
        let stays = match ns {
            Ns::None => true,
            Ns::Unknown => false,
            ns => prefix.is_empty() || ns.prefix() == prefix || self.kept_prefixes.contains(prefix),
        };
        if stays {
            return Value::Same;
        }
        self.report.removed(FindingKind::ForeignMarkup, &self.plan.name, 1);
        Value::Gone
    }

    /// `mc:Ignorable` and the like name prefixes; only those that stay declared may stay in them.
    fn compatibility(&mut self, index: usize, attr: &Attr, value: &str) -> Value {
        let tape = &self.plan.tape;
        let is_requires = attr.name == sym::REQUIRES && tape.is(index, Ns::Mc, sym::CHOICE);
        if !is_requires && (attr.ns != Ns::Mc || attr.name != sym::IGNORABLE) {
            return Value::Gone;
        }
        let declared = |prefix: &str| {
            let mut at = Some(index);
            while let Some(node) = at {
                for attr in tape.attrs(node) {
                    if attr.ns == Ns::Xmlns && tape.attr_name(attr).strip_prefix("xmlns:") == Some(prefix) {
                        let ns = Ns::of_uri(tape.resolved_value(attr).as_bytes());
                        return ns != Ns::Unknown && (ns.prefix() == prefix || self.kept_prefixes.contains(prefix));
                    }
                }
                at = tape.parent(node);
            }
            false
        };
        let kept: Vec<&str> = value.split_ascii_whitespace().filter(|prefix| declared(prefix)).collect();
        let kept = kept.join(" ");
        if kept == value {
            Value::Same
        } else if kept.is_empty() {
            Value::Gone
        } else {
            Value::New(kept)
        }
    }
}

/// A value as it stands after the name of its attribute.
pub(super) fn quoted(value: &str) -> String {
    let mut out = String::from("=\"");
    escape_into(&mut out, value);
    out.push('"');
    out
}

fn replaced(value: &str, table: Option<&BTreeMap<String, String>>) -> Value {
    match table.map(|table| table.get(value)) {
        None => Value::Same,
        Some(Some(new)) if new == value => Value::Same,
        Some(Some(new)) => Value::New(new.clone()),
        Some(None) => Value::Gone,
    }
}

/// Whether a dropped value is more than numbers, words of a standard, or the name of a definition that comes with the application.
fn tells_something(value: &str) -> bool {
    !vocabulary::is_plain(value) && !value.starts_with("urn:microsoft.com/office/") && !value.starts_with("http://schemas.")
}
