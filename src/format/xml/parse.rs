//! The strict reader behind [`Tape::read`].

mod attributes;

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use foldhash::{HashMap, HashMapExt as _};
use regex::Regex;

use attributes::is_ncname;

use super::seen::{Ending, Known, Seen, SeenTag, Written, find_in_word};
use super::{
    Attr, ByName, CDATA_END, CDATA_START, COMMENT_END, COMMENT_START, HOLDS_REFERENCES, INSTRUCTION_END, INSTRUCTION_START, Kind, NONE,
    Node, Ns, OddEnds, Sym, Tag, Tape, XmlFault, resolve,
};
use crate::{DocError, Limits};

struct Reader<'s> {
    part: &'s str,
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    limits: &'s Limits,
    /// Nodes that there may be: as many as the limit, less the attributes.
    nodes_max: u64,
    nodes: Vec<Node>,
    tags: Vec<Tag>,
    attrs: Vec<Attr>,
    by_name: ByName,
    /// In the order of the end tags.
    odd_ends: OddEnds,
    open: Vec<Open>,
    prefixes: Vec<Ns>,
    prefix_numbers: HashMap<&'s str, usize>,
    names: HashMap<&'s str, (usize, Sym)>,
    /// Names that were split last, each in a place of its length and its last byte.
    last_names: [(&'s str, (usize, Sym)); 64],
    undo: Vec<(usize, Ns)>,
    /// Which declarations are in force, and the number for the next time that some change.
    scope: u32,
    scopes: u32,
    seen: Seen,
    root: Option<usize>,
    strict: bool,
    transitional: bool,
    /// The first `&` from some byte on that was read.
    ampersand: usize,
    /// The first `<` after the one that the last tag starts with.
    angle: usize,
}

/// An XML declaration (XML 1.0 §2.8).
/// How nearly all parts begin: what they say is not asked of the pattern.
const USUAL_DECLARATIONS: [&str; 3] = [
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>",
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
];
static DECLARATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.[0-9]+"|'1\.[0-9]+')"#,
        r#"(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"[A-Za-z][A-Za-z0-9._-]*"|'[A-Za-z][A-Za-z0-9._-]*'))?"#,
        r#"(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>$"#,
    ))
    .ok()
});

/// A start tag that was read.
struct StartTag {
    known: Known,
    /// The first byte after it.
    end: usize,
    /// How many declarations can be undone, and which are in force, outside of its element.
    undo: usize,
    scope: u32,
}

struct Open {
    node: u32,
    /// How its end tag ends.
    ending: Ending,
    undo: u32,
    /// The scope outside of it.
    scope: u32,
}

/// Reads a decoded part.
pub(super) fn parse<'a>(part: &str, text: Cow<'a, str>, limits: &Limits) -> Result<Tape<'a>, DocError> {
    let (nodes, tags, attrs, by_name, odd_ends, root, (strict, transitional)) = {
        if text.len() >= NONE as usize {
            return Err(DocError::part(part, XmlFault::TooManyNodes { limit: limits.nodes }));
        }
        let mut reader = Reader {
            part,
            text: &text,
            bytes: text.as_bytes(),
            at: 0,
            limits,
            nodes_max: limits.nodes,
            nodes: Vec::with_capacity(expected_nodes(&text, limits)),
            tags: Vec::new(),
            attrs: Vec::with_capacity((text.len() / BYTES_PER_ATTRIBUTE).min(EXPECTED_MAX)),
            by_name: ByName::new(),
            odd_ends: Vec::new(),
            open: Vec::new(),
            prefixes: vec![Ns::None, Ns::Xml, Ns::Xmlns],
            prefix_numbers: [("", 0), ("xml", 1), ("xmlns", 2)].into_iter().collect(),
            names: HashMap::new(),
            last_names: [("", (0, Sym::UNKNOWN)); 64],
            undo: Vec::new(),
            scope: 0,
            scopes: 1,
            seen: Seen::of(text.len()),
            root: None,
            strict: false,
            transitional: false,
            ampersand: memchr::memchr(b'&', text.as_bytes()).unwrap_or(text.len()),
            angle: 0,
        };
        let root = reader.run()?;
        reader.odd_ends.sort_unstable();
        // What was expected and did not come would be kept for as long as the part.
        reader.nodes.shrink_to_fit();
        reader.attrs.shrink_to_fit();
        (reader.nodes, reader.tags, reader.attrs, reader.by_name, reader.odd_ends, root, (reader.strict, reader.transitional))
    };
    let (nodes, tags, attrs) = (Arc::new(nodes), Arc::new(tags), Arc::new(attrs));
    let (by_name, odd_ends) = (Arc::new(by_name), Arc::new(odd_ends));
    let mixed = strict && transitional;
    Ok(Tape { text, nodes, root, strict, mixed, tags, attrs, by_name, odd_ends, far_children: super::FarChildren::default() })
}

/// Room is made for as many nodes and attributes as most parts of a length have; what is not used is never touched.
const BYTES_PER_NODE: usize = 16;
const BYTES_PER_ATTRIBUTE: usize = 64;
const EXPECTED_MAX: usize = 1 << 20;

fn expected_nodes(text: &str, limits: &Limits) -> usize {
    (text.len() / BYTES_PER_NODE).min(EXPECTED_MAX).min(usize::try_from(limits.nodes).unwrap_or(usize::MAX))
}

impl Reader<'_> {
    fn fail<T>(&self, at: usize, what: &str) -> Result<T, DocError> {
        Err(DocError::at(self.part, at, XmlFault::Malformed { what: what.into() }))
    }

    fn run(&mut self) -> Result<usize, DocError> {
        const BLOCK: usize = 256;
        /// The first byte of U+FFFE and U+FFFF.
        const NO_CHARACTER: u8 = 0xef;
        // Without branches, so that many bytes are compared at once.
        let illegal = |byte: &u8| u8::from(*byte < 0x20) & u8::from(*byte != b'\t') & u8::from(*byte != b'\n') & u8::from(*byte != b'\r');
        /// With its highest bit turned over, a byte beyond ASCII is less than any other, and after those come the control characters.
        const TURNED: u8 = 0x80;
        let mut starts_none = false;
        for (number, block) in self.bytes.chunks(BLOCK).enumerate() {
            let least = block.iter().fold(u8::MAX, |least, byte| least.min(*byte ^ TURNED));
            if least >= b' ' ^ TURNED {
                continue;
            }
            if block.iter().fold(0, |any, byte| any | illegal(byte)) != 0 {
                let inside = block.iter().position(|byte| illegal(byte) != 0).unwrap_or_default();
                return self.fail(number * BLOCK + inside, "a control character");
            }
            starts_none |= block.iter().fold(0, |any, byte| any | u8::from(*byte == NO_CHARACTER)) != 0;
        }
        let no_character = |at: &usize| matches!(self.bytes.get(at + 1..at + 3), Some([0xbf, 0xbe | 0xbf]));
        if starts_none && let Some(at) = memchr::memchr_iter(NO_CHARACTER, self.bytes).find(no_character) {
            return self.fail(at, "a character that XML does not have");
        }
        if self.text.starts_with("<?xml") && self.bytes.get(5).is_some_and(u8::is_ascii_whitespace) {
            let Some(length) = self.text.find(INSTRUCTION_END) else { return self.fail(0, "the declaration does not end") };
            self.at = length + INSTRUCTION_END.len();
            let declaration = &self.text[..self.at];
            if !USUAL_DECLARATIONS.contains(&declaration) && !DECLARATION.as_ref().is_some_and(|allowed| allowed.is_match(declaration)) {
                return self.fail(0, "a declaration that XML does not allow");
            }
        }
        while let Some(next) = self.bytes.get(self.at) {
            if *next != b'<' {
                let end = near(b'<', &self.bytes[self.at..]).map_or(self.bytes.len(), |found| self.at + found);
                self.characters(self.at, end)?;
                self.at = end;
                continue;
            }
            let tag = self.at;
            match self.bytes.get(tag + 1) {
                Some(b'/') => self.end_tag()?,
                Some(b'!') => self.declaration()?,
                Some(b'?') => self.instruction()?,
                Some(_) => self.start_tag()?,
                None => return self.fail(tag, "the part ends inside a tag"),
            }
        }
        if !self.open.is_empty() {
            return self.fail(self.bytes.len(), "the part ends inside an element");
        }
        match self.root {
            Some(root) => Ok(root),
            None => self.fail(0, "no element"),
        }
    }

    #[inline]
    fn push(&mut self, node: Node) -> Result<(), DocError> {
        if self.nodes.len() as u64 >= self.nodes_max {
            return Err(DocError::at(self.part, self.at, XmlFault::TooManyNodes { limit: self.limits.nodes }));
        }
        self.nodes.push(node);
        Ok(())
    }

    fn leaf(&mut self, kind: Kind, start: usize, end: usize) -> Result<(), DocError> {
        let parent = self.open.last().map_or(NONE, |open| open.node);
        let next = self.nodes.len() as u32 + 1;
        self.push(Node { kind, ns: Ns::None, name: Sym::UNKNOWN, start: start as u32, end: end as u32, parent, next, tag: 0 })
    }

    fn characters(&mut self, start: usize, end: usize) -> Result<(), DocError> {
        if self.open.is_empty() {
            if self.text[start..end].trim_matches([' ', '\t', '\r', '\n']).is_empty() {
                return Ok(());
            }
            return self.fail(start, "characters outside the root element");
        }
        let (mut continuing, mut brackets) = (0, 0);
        for byte in &self.bytes[start..end] {
            continuing += u32::from(*byte & 0xc0 == 0x80);
            brackets |= u8::from(*byte == b']');
        }
        // XML 1.0 §2.4.
        if brackets > 0
            && let Some(found) = self.text[start..end].find(CDATA_END)
        {
            return self.fail(start + found, "`]]>` outside a CDATA section");
        }
        let references = self.references(start, end)?;
        if continuing > 0 || references > 0 {
            self.by_name.beyond_ascii.push(self.nodes.len() as u32);
        }
        self.leaf(Kind::Text, start, end)?;
        if let Some(text) = self.nodes.last_mut() {
            text.tag = if references > 0 { HOLDS_REFERENCES } else { (end - start) as u32 - continuing };
        }
        Ok(())
    }

    /// Every `&` starts a predefined entity or a character reference. Without a DTD there are no others. Returns how many there are.
    #[inline]
    fn references(&mut self, start: usize, end: usize) -> Result<u32, DocError> {
        // Found once for all that is read before it: most texts and values have none.
        if self.ampersand >= end { Ok(0) } else { self.count_references(start, end) }
    }

    fn count_references(&mut self, start: usize, end: usize) -> Result<u32, DocError> {
        let mut count = 0;
        let mut at = start;
        loop {
            if self.ampersand < at {
                self.ampersand = memchr::memchr(b'&', &self.bytes[at..]).map_or(self.bytes.len(), |found| at + found);
            }
            if self.ampersand >= end {
                return Ok(count);
            }
            let reference = self.ampersand + 1;
            let name = memchr::memchr(b';', &self.bytes[reference..end.min(reference + 12)])
                .map(|length| &self.text[reference..reference + length]);
            match name {
                Some(name) if resolve(name).is_some() => at = reference + name.len(),
                _ => return self.fail(reference - 1, "an unknown entity"),
            }
            count += 1;
        }
    }

    fn declaration(&mut self) -> Result<(), DocError> {
        let start = self.at;
        let rest = &self.text[start..];
        if let Some(body) = rest.strip_prefix(COMMENT_START) {
            let Some(length) = body.find("--") else { return self.fail(start, "a comment does not end") };
            if !body[length..].starts_with(COMMENT_END) {
                return self.fail(start, "two hyphens inside a comment");
            }
            self.at = start + COMMENT_START.len() + length + COMMENT_END.len();
            self.by_name.asides.push(self.nodes.len() as u32);
            self.leaf(Kind::Comment, start, self.at)?;
        } else if let Some(body) = rest.strip_prefix(CDATA_START) {
            let Some(length) = body.find(CDATA_END) else { return self.fail(start, "a CDATA section does not end") };
            if self.open.is_empty() {
                return self.fail(start, "a CDATA section outside the root element");
            }
            self.at = start + CDATA_START.len() + length + CDATA_END.len();
            self.by_name.beyond_ascii.push(self.nodes.len() as u32);
            self.leaf(Kind::CData, start, self.at)?;
        } else if rest.starts_with("<!DOCTYPE") {
            return Err(DocError::at(self.part, start, XmlFault::Dtd));
        } else {
            return self.fail(start, "an unknown declaration");
        }
        Ok(())
    }

    fn instruction(&mut self) -> Result<(), DocError> {
        let start = self.at;
        // The question mark that begins it cannot end it: `<?>` is no instruction.
        let inner = start + INSTRUCTION_START.len();
        let Some(length) = self.text[inner..].find(INSTRUCTION_END) else {
            return self.fail(start, "a processing instruction does not end");
        };
        let target = self.text[inner..inner + length].split([' ', '\t', '\r', '\n']).next().unwrap_or_default();
        if target.eq_ignore_ascii_case("xml") {
            return self.fail(start, "a misplaced declaration");
        }
        if !is_ncname(target) {
            return self.fail(start, "an instruction without a name");
        }
        self.at = inner + length + INSTRUCTION_END.len();
        self.by_name.asides.push(self.nodes.len() as u32);
        self.leaf(Kind::Instruction, start, self.at)
    }

    fn end_tag(&mut self) -> Result<(), DocError> {
        let start = self.at;
        // As nearly all are written: the name of the open element, and nothing else.
        if let Some(open) = self.open.last()
            && let Some(word) = self.bytes[start + 2..].first_chunk()
            && let Some(length) = open.ending.length_in(*word)
        {
            return self.close(start, start + 2 + length);
        }
        let Some(open) = self.open.last() else { return self.fail(start, "an end tag without a start tag") };
        let node = &self.nodes[open.node as usize];
        let name_start = node.start as usize + 1;
        let name = match usize::from(self.tags[node.tag as usize].name_len) {
            0 => self.name(name_start)?,
            length => &self.text[name_start..name_start + length],
        };
        let Some(gap) = self.bytes[start + 2..].strip_prefix(name.as_bytes()) else {
            return self.fail(start, "an end tag of another name");
        };
        let space = gap.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if gap.get(space) != Some(&b'>') {
            return self.fail(start, "an end tag that is not its name alone");
        }
        if space > 0 || u16::try_from(name.len()).is_err() {
            self.odd_ends.push((open.node, start as u32));
        }
        self.close(start, start + 2 + name.len() + space + 1)
    }

    /// Leaves the open element, whose end tag is these bytes.
    #[inline]
    fn close(&mut self, start: usize, end: usize) -> Result<(), DocError> {
        let Some(open) = self.open.pop() else { return self.fail(start, "an end tag without a start tag") };
        self.at = end;
        let next = self.nodes.len() as u32;
        let node = &mut self.nodes[open.node as usize];
        node.end = self.at as u32;
        node.next = next;
        self.leave(open.undo as usize, open.scope);
        Ok(())
    }

    fn leave(&mut self, mark: usize, scope: u32) {
        self.scope = scope;
        while self.undo.len() > mark {
            if let Some((prefix, ns)) = self.undo.pop() {
                self.prefixes[prefix] = ns;
            }
        }
    }

    fn start_tag(&mut self) -> Result<(), DocError> {
        let start = self.at;
        if self.open.is_empty() && self.root.is_some() {
            return self.fail(start, "a second root element");
        }
        if self.open.len() as u64 >= self.limits.depth {
            return Err(DocError::at(self.part, start, XmlFault::TooDeep { limit: self.limits.depth }));
        }
        // Each way goes on by itself: a tag that was seen before stays in registers.
        match Written::in_words(self.bytes, start) {
            Some((written, hash)) => self.written_tag(written, hash),
            None => self.tag_at_the_end(start),
        }
    }

    #[cold]
    fn tag_at_the_end(&mut self, start: usize) -> Result<(), DocError> {
        match Written::at_the_end(self.bytes, start) {
            Some((written, hash)) => self.written_tag(written, hash),
            None => self.fail(start, "the part ends inside a tag"),
        }
    }

    #[allow(clippy::inline_always, reason = "a call would put the tag into memory: a twentieth of parsing")]
    #[inline(always)]
    fn written_tag(&mut self, written: Written, hash: u64) -> Result<(), DocError> {
        let place = self.seen.place(hash);
        match self.seen.get(place, written, self.scope, self.bytes) {
            Some(known) => {
                let tag = StartTag { known, end: written.end(), undo: self.undo.len(), scope: self.scope };
                self.element(tag, written)
            }
            None => self.new_element(written, place),
        }
    }

    #[inline(never)]
    fn new_element(&mut self, written: Written, place: usize) -> Result<(), DocError> {
        let tag = self.new_tag(written, place)?;
        self.nodes_max = self.limits.nodes.saturating_sub(self.attrs.len() as u64);
        self.element(tag, written)
    }

    /// Reads a start tag that is not spelled like the last one of its `place`.
    fn new_tag(&mut self, written: Written, place: usize) -> Result<StartTag, DocError> {
        let start = written.start();
        let (undo, scope) = (self.undo.len(), self.scope);
        let shape = self.seen.shape(written);
        let seen = self.seen.of_shape(shape);
        if let Some(known) = seen.laid_out_alike(&mut self.tags, &mut self.attrs, scope, written, self.bytes) {
            self.seen.put(place, SeenTag { written, scope, known });
            return Ok(StartTag { known, end: written.end(), undo, scope });
        }
        let name = self.name(start + 1)?;
        // Where the next tag starts: before its values no tag can have a `<`.
        self.angle = memchr::memchr(b'<', &self.bytes[start + 1..]).map_or(self.bytes.len(), |found| start + 1 + found);
        let first_attr = self.attrs.len();
        let mut at = start + 1 + name.len();
        loop {
            let gap = at;
            while self.bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                at += 1;
            }
            match self.bytes.get(at) {
                Some(b'>') => {
                    at += 1;
                    break;
                }
                Some(b'/') if self.bytes.get(at + 1) == Some(&b'>') => {
                    at += 2;
                    break;
                }
                Some(_) if at > gap => at = self.attribute(gap, at)?,
                Some(_) => return self.fail(at, "a character out of place in a tag"),
                None => return self.fail(start, "the part ends inside a tag"),
            }
        }
        let count = self.attrs.len() - first_attr;
        if count > usize::from(u16::MAX) {
            return self.fail(start, "too many attributes");
        }
        let (ns, symbol) = self.resolve_name(name, start)?;
        self.resolve_attributes(first_attr, start)?;
        let name_len = u16::try_from(name.len()).unwrap_or(0);
        let place_of_name = self.by_name.place(ns, symbol);
        let (number, short_name, is_empty) = (self.tags.len() as u32, Ending::room_for(name), self.bytes[at - 2] == b'/');
        let known = Known { number, ns, name: symbol, place: place_of_name, short_name, is_empty };
        self.by_name.layouts.push(known.number);
        let (length, layout) = ((at - start) as u32, known.number);
        self.tags.push(Tag { ns, name: symbol, attrs: first_attr as u32, attr_count: count as u16, name_len, length, layout });
        if at == written.end() && self.scope == scope {
            let seen = SeenTag { written, scope, known };
            self.seen.put(place, seen);
            self.seen.put_shape(shape, seen, &self.attrs[first_attr..]);
        }
        Ok(StartTag { known, end: at, undo, scope })
    }

    /// Enters the element of a start tag.
    #[allow(clippy::inline_always, reason = "as for `written_tag`")]
    #[inline(always)]
    fn element(&mut self, tag: StartTag, written: Written) -> Result<(), DocError> {
        let StartTag { known, end: at, undo, scope } = tag;
        let start = written.start();
        let parent = self.open.last().map_or(NONE, |open| open.node);
        let index = self.nodes.len();
        self.push(Node {
            kind: Kind::Element,
            ns: known.ns,
            name: known.name,
            start: start as u32,
            end: at as u32,
            parent,
            next: index as u32 + 1,
            tag: known.number,
        })?;
        self.by_name.names[usize::from(known.place)].elements.push(index as u32);
        self.at = at;
        if self.open.is_empty() {
            self.root = Some(index);
        }
        if known.is_empty {
            self.leave(undo, scope);
        } else {
            self.open.push(Open { node: index as u32, ending: Ending::of(written, known.short_name), undo: undo as u32, scope });
        }
        Ok(())
    }
}

/// Where a byte is that is expected soon: a call for each would cost more than a look at the next few.
fn near(byte: u8, bytes: &[u8]) -> Option<usize> {
    const WORD: usize = 8;
    const SOON: usize = 4 * WORD;
    let (words, _) = bytes[..SOON.min(bytes.len())].as_chunks::<WORD>();
    for (number, word) in words.iter().enumerate() {
        if let Some(at) = find_in_word(byte, u64::from_le_bytes(*word)) {
            return Some(number * WORD + at);
        }
    }
    let looked_at = words.len() * WORD;
    memchr::memchr(byte, &bytes[looked_at..]).map(|found| looked_at + found)
}

#[cfg(test)]
mod tests;
