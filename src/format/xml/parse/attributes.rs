//! Names and attributes of a start tag: read, then resolved by the declarations in force (XML 1.0 §3.1; Namespaces in XML 1.0).

use foldhash::{HashSet, HashSetExt as _};

use super::super::{Attr, Ns, Sym, unescape};
use super::{Reader, near};
use crate::DocError;

/// Marks a prefix that no element around has declared. `Ns::Xmlns` is never the namespace of a usable prefix.
const UNDECLARED: Ns = Ns::Xmlns;

/// Whether a name is a `QName` (Namespaces in XML 1.0 §4): it has no prefix, or one.
fn is_qname(name: &str) -> bool {
    let (prefix, local) = name.split_once(':').map_or((None, name), |(prefix, local)| (Some(prefix), local));
    is_ncname(local) && prefix.is_none_or(is_ncname)
}

/// Whether a name is an `NCName` (Namespaces in XML 1.0 §3; XML 1.0 §2.3 for the characters).
pub(super) fn is_ncname(name: &str) -> bool {
    let starts = |character: char| {
        matches!(character, 'A'..='Z' | 'a'..='z' | '_' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}')
            || matches!(character, '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}')
            || matches!(character, '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}')
            || matches!(character, '\u{10000}'..='\u{effff}')
    };
    let goes_on = |character: char| {
        starts(character) || matches!(character, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
    };
    let mut characters = name.chars();
    characters.next().is_some_and(starts) && characters.all(goes_on)
}

impl<'s> Reader<'s> {
    /// The name that starts at a byte.
    pub(super) fn name(&self, start: usize) -> Result<&'s str, DocError> {
        let ends = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>' | b'=');
        let Some(length) = self.bytes[start..].iter().position(ends) else { return self.fail(start, "the part ends inside a tag") };
        let name = &self.text[start..start + length];
        if is_qname(name) { Ok(name) } else { self.fail(start, "a name that XML does not allow") }
    }

    /// Reads `name = "value"`; namespace declarations take effect at once. Returns the byte after it.
    pub(super) fn attribute(&mut self, gap: usize, start: usize) -> Result<usize, DocError> {
        let name = self.name(start)?;
        let mut at = start + name.len();
        while self.bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        if self.bytes.get(at) != Some(&b'=') {
            return self.fail(at, "an attribute without a value");
        }
        at += 1;
        while self.bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        let quote = match self.bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => *quote,
            _ => return self.fail(at, "an attribute value without quotes"),
        };
        let value_start = at + 1;
        let Some(length) = near(quote, &self.bytes[value_start..]) else {
            return self.fail(at, "an attribute value does not end");
        };
        let value_end = value_start + length;
        if self.angle < value_end {
            return self.fail(value_start, "`<` in an attribute value");
        }
        let has_references = self.references(value_start, value_end)? > 0;
        let prefix = if name == "xmlns" { Some("") } else { name.strip_prefix("xmlns:") };
        if let Some(prefix) = prefix {
            self.declare(prefix, value_start, value_end)?;
        }
        self.attrs.push(Attr {
            ns: if prefix.is_some() { Ns::Xmlns } else { Ns::None },
            name: Sym::UNKNOWN,
            start: gap as u32,
            name_start: start as u32,
            name_end: (start + name.len()) as u32,
            value_start: value_start as u32,
            value_end: value_end as u32,
            has_references,
        });
        Ok(value_end + 1)
    }

    fn declare(&mut self, prefix: &'s str, value_start: usize, value_end: usize) -> Result<(), DocError> {
        let uri = unescape(&self.text[value_start..value_end]).into_owned();
        if !prefix.is_empty() && uri.is_empty() || prefix == "xmlns" {
            return self.fail(value_start, "a namespace declaration that XML does not allow");
        }
        self.scope = self.scopes;
        self.scopes += 1;
        let number = self.prefix_number(prefix);
        self.undo.push((number, self.prefixes[number]));
        let ns = Ns::of_uri(uri.as_bytes());
        self.prefixes[number] = ns;
        self.strict |= uri.starts_with("http://purl.oclc.org/ooxml/");
        self.transitional |= ns.has_two_names() && uri == ns.uri();
        Ok(())
    }

    fn prefix_number(&mut self, prefix: &'s str) -> usize {
        let next = self.prefixes.len();
        let number = *self.prefix_numbers.entry(prefix).or_insert(next);
        if number == next {
            self.prefixes.push(UNDECLARED);
        }
        number
    }

    /// Prefix number and local name of a written name, remembered for the part.
    fn split_name(&mut self, name: &'s str) -> (usize, Sym) {
        let place = (name.len() * 29 + usize::from(name.as_bytes().last().copied().unwrap_or_default())) % self.last_names.len();
        if self.last_names[place].0 == name {
            return self.last_names[place].1;
        }
        let split = self.names.get(name).copied().unwrap_or_else(|| self.split_new_name(name));
        self.last_names[place] = (name, split);
        split
    }

    fn split_new_name(&mut self, name: &'s str) -> (usize, Sym) {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let split = (self.prefix_number(prefix), Sym::of(local.as_bytes()));
        self.names.insert(name, split);
        split
    }

    pub(super) fn resolve_name(&mut self, name: &'s str, at: usize) -> Result<(Ns, Sym), DocError> {
        let (prefix, symbol) = self.split_name(name);
        match self.prefixes[prefix] {
            UNDECLARED => self.fail(at, "a prefix that is not declared"),
            ns => Ok((ns, symbol)),
        }
    }

    pub(super) fn resolve_attributes(&mut self, first: usize, tag: usize) -> Result<(), DocError> {
        // Few are compared with each other; of many each is kept.
        const COMPARED_MAX: usize = 32;
        let text = self.text;
        let mut names = (self.attrs.len() - first > COMPARED_MAX).then(HashSet::new);
        for index in first..self.attrs.len() {
            let Attr { ns, name_start, name_end, .. } = self.attrs[index];
            let written = &self.text[name_start as usize..name_end as usize];
            if ns != Ns::Xmlns {
                let (prefix, symbol) = self.split_name(written);
                let ns = if prefix == 0 { Ns::None } else { self.prefixes[prefix] };
                if ns == UNDECLARED {
                    return self.fail(name_start as usize, "a prefix that is not declared");
                }
                self.attrs[index].ns = ns;
                self.attrs[index].name = symbol;
            }
            let earlier = &self.attrs[first..index];
            let Attr { ns: its_ns, name: its_name, .. } = self.attrs[index];
            // Of names that are known, those that are spelled alike are equal too.
            let doubled = if let Some(names) = &mut names {
                let is_known = ns != Ns::Xmlns && its_name != Sym::UNKNOWN;
                let spelled = if is_known { "" } else { &text[name_start as usize..name_end as usize] };
                !names.insert(if is_known { (its_ns, its_name, spelled) } else { (Ns::None, Sym::UNKNOWN, spelled) })
            } else if ns != Ns::Xmlns && its_name != Sym::UNKNOWN {
                earlier.iter().any(|other| other.ns == its_ns && other.name == its_name)
            } else {
                earlier.iter().any(|other| self.text[other.name_start as usize..other.name_end as usize] == *written)
            };
            if doubled {
                return self.fail(tag, "two attributes of one name");
            }
            if earlier.len() > 1000 {
                return self.fail(tag, "too many attributes");
            }
        }
        Ok(())
    }
}
