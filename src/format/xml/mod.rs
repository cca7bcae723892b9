//! One XML part as a flat tape of byte ranges.
//!
//! A part is read once, strictly, into nodes in document order. A node is two offsets, a resolved name, two links and the number of its tag;
//! nothing is copied, so what nobody edits can be written back byte for byte.

mod decode;
pub mod names;
mod parse;
mod seen;
pub mod vocabulary;

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

pub use decode::{decode, decode_utf8};
use foldhash::HashMap;
pub use names::{Ns, Sym, sym};

crate::faults! {
    /// Faults of one XML part (XML 1.0, Namespaces in XML 1.0; ECMA-376-2 §6.2.5 for what a package forbids).
    XmlFault {
        Dtd => "xml-dtd", File, "a document type declaration, which a package part may not have", "treat the file as hostile, or open it in a word processor and save a copy";
        Malformed { what: String } => "xml-malformed", File, "not well-formed XML: {what}", "open the document in a word processor and save a copy";
        Encoding { what: String } => "xml-encoding", File, "the text encoding is wrong: {what}", "open the document in a word processor and save a copy";
        TooDeep { limit: u64 } => "xml-too-deep", Limit, "elements are nested more than {limit} deep", "raise `limits.depth` in the policy if you trust the sender";
        TooManyNodes { limit: u64 } => "xml-too-many-nodes", Limit, "more than {limit} elements, attributes and texts", "raise `limits.nodes` in the policy if you trust the sender";
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An element.
    Element,
    /// Characters between tags, white space included.
    Text,
    /// A CDATA section.
    CData,
    /// A comment.
    Comment,
    /// A processing instruction.
    Instruction,
}

/// One node. Offsets are bytes of [`Tape::text`].
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Namespace of an element.
    pub ns: Ns,
    /// Local name of an element.
    pub name: Sym,
    /// First byte.
    pub start: u32,
    /// First byte after the node.
    pub end: u32,
    /// The element it is in; [`NONE`] for the root.
    pub parent: u32,
    /// The node after this one and all that is in it.
    pub next: u32,
    /// The number of its start tag; of a text, how many characters it has, or [`HOLDS_REFERENCES`].
    tag: u32,
}

impl Node {
    /// The number of an element's start tag: elements of one number have tags that are spelled alike and mean the same.
    #[inline]
    pub fn tag(&self) -> Option<usize> {
        (self.kind == Kind::Element).then_some(self.tag as usize)
    }
}

/// A start tag. Elements share one that are spelled alike and stand under the same declarations; not all that could do.
#[derive(Debug, Clone, Copy)]
struct Tag {
    ns: Ns,
    name: Sym,
    /// Where its attributes are among those of the part.
    attrs: u32,
    attr_count: u16,
    /// Bytes of the name, prefix included; 0 for a name that has too many to say here.
    name_len: u16,
    /// Bytes from `<` to `>`.
    length: u32,
    /// The tag that it is laid out like, which may be itself: the same attributes in the same places, of other values.
    layout: u32,
}

impl Tag {
    fn attrs(&self) -> std::ops::Range<usize> {
        self.attrs as usize..self.attrs as usize + usize::from(self.attr_count)
    }
}

const COMMENT_START: &str = "<!--";
const COMMENT_END: &str = "-->";
const CDATA_START: &str = "<![CDATA[";
const CDATA_END: &str = "]]>";
const INSTRUCTION_START: &str = "<?";
const INSTRUCTION_END: &str = "?>";

/// Of a text whose references must be resolved before its characters are known.
const HOLDS_REFERENCES: u32 = u32::MAX;

/// No node.
pub const NONE: u32 = u32::MAX;

/// One attribute. Offsets are bytes of [`Tape::text`], of the first tag that is spelled like this one: tags that are spelled alike and
/// mean the same share their attributes.
#[derive(Debug, Clone, Copy)]
pub struct Attr {
    /// Namespace; [`Ns::None`] without prefix, [`Ns::Xmlns`] for a namespace declaration.
    pub ns: Ns,
    /// Local name; of a declaration, the prefix it declares (`UNKNOWN` for most).
    pub name: Sym,
    /// First byte of the white space before the name.
    pub start: u32,
    /// First byte of the name, prefix included.
    pub name_start: u32,
    /// First byte after the name.
    pub name_end: u32,
    /// First byte of the value, without quote.
    pub value_start: u32,
    /// First byte after the value: the closing quote.
    pub value_end: u32,
    /// Whether the value holds references.
    has_references: bool,
}

/// A part, read.
#[derive(Debug, Clone)]
pub struct Tape<'a> {
    /// The part in UTF-8, without byte order mark.
    pub text: Cow<'a, str>,
    /// Nodes in document order; comments and instructions around the root included.
    pub nodes: Arc<Vec<Node>>,
    /// Index of the root element.
    pub root: usize,
    /// Whether some namespace is a strict one (ISO/IEC 29500 strict).
    pub strict: bool,
    /// Whether some are strict and some transitional.
    pub mixed: bool,
    tags: Arc<Vec<Tag>>,
    attrs: Arc<Vec<Attr>>,
    by_name: Arc<ByName>,
    odd_ends: Arc<OddEnds>,
    /// Answers of [`Tape::child`] that took long to find.
    far_children: FarChildren,
}

type FarChildren = RefCell<HashMap<(usize, Ns, Sym), Option<usize>>>;

/// Elements whose end tags hold more than their names, and where those start, in document order.
type OddEnds = Vec<(u32, u32)>;

/// The elements of a part by local name: most questions are about a few of them.
#[derive(Debug, Default)]
struct ByName {
    /// Where a name is in `names`, plus one, by the number of the name.
    places: Vec<u16>,
    /// The names that there are.
    names: Vec<Named>,
    /// Tags that are laid out like none before them, in the order of the part.
    layouts: Vec<u32>,
    /// Indices of comments and instructions.
    asides: Vec<u32>,
    /// Indices of texts and CDATA sections that may have characters beyond ASCII, references resolved.
    beyond_ascii: Vec<u32>,
}

/// The elements of one local name.
#[derive(Debug)]
struct Named {
    name: Sym,
    /// A bit for each namespace that one of them has.
    spaces: u128,
    /// Their indices, in document order.
    elements: Vec<u32>,
}

const _: () = assert!(Ns::ALL.len() <= u128::BITS as usize);

impl ByName {
    fn new() -> Self {
        Self { places: vec![0; Sym::count()], ..Self::default() }
    }

    /// The place of a name that elements of a namespace have.
    fn place(&mut self, ns: Ns, name: Sym) -> u16 {
        let place = &mut self.places[usize::from(name.0)];
        if *place == 0 {
            self.names.push(Named { name, spaces: 0, elements: Vec::new() });
            *place = self.names.len() as u16;
        }
        self.names[usize::from(*place) - 1].spaces |= 1 << ns as u8;
        *place - 1
    }

    fn named(&self, name: Sym) -> Option<&Named> {
        let place = usize::from(*self.places.get(usize::from(name.0))?).checked_sub(1)?;
        self.names.get(place)
    }

    fn get(&self, name: Sym) -> &[u32] {
        self.named(name).map_or(&[], |named| &named.elements)
    }
}

/// What was read from a part, without its text: kept so that a part is read once, whoever asks for it.
#[derive(Debug, Clone)]
pub struct Reading {
    nodes: Arc<Vec<Node>>,
    tags: Arc<Vec<Tag>>,
    attrs: Arc<Vec<Attr>>,
    by_name: Arc<ByName>,
    odd_ends: Arc<OddEnds>,
    root: usize,
    strict: bool,
    mixed: bool,
}

impl<'a> Tape<'a> {
    /// Reads one part.
    ///
    /// `part` is its name for messages; `bytes` are the inflated contents, UTF-8 or UTF-16.
    ///
    /// # Errors
    /// [`XmlFault`]: a DTD, anything not well-formed, an undeclared prefix, another encoding, past the limits.
    ///
    /// # Standard
    /// XML 1.0 (5th ed.); Namespaces in XML 1.0 (3rd ed.); ECMA-376-2 §6.2.5.
    pub fn read(part: &str, bytes: &'a [u8], limits: &crate::Limits) -> Result<Self, crate::DocError> {
        Self::read_decoded(part, decode(part, bytes)?, limits)
    }

    /// Reads one part that was decoded.
    ///
    /// # Errors
    /// As [`Tape::read`], but for the encoding.
    pub fn read_decoded(part: &str, text: Cow<'a, str>, limits: &crate::Limits) -> Result<Self, crate::DocError> {
        parse::parse(part, text, limits)
    }

    /// What was read, for [`Tape::again`].
    pub fn reading(&self) -> Reading {
        let (nodes, tags) = (Arc::clone(&self.nodes), Arc::clone(&self.tags));
        let (attrs, by_name, odd_ends) = (Arc::clone(&self.attrs), Arc::clone(&self.by_name), Arc::clone(&self.odd_ends));
        Reading { nodes, tags, attrs, by_name, odd_ends, root: self.root, strict: self.strict, mixed: self.mixed }
    }

    /// The tape of a part that was read before; `text` must be the same.
    pub fn again(text: Cow<'a, str>, reading: &Reading) -> Self {
        let Reading { nodes, tags, attrs, by_name, odd_ends, root, strict, mixed } = reading.clone();
        Self { text, nodes, root, strict, mixed, tags, attrs, by_name, odd_ends, far_children: FarChildren::default() }
    }

    /// A node; the index must come from this tape.
    pub fn node(&self, index: usize) -> &Node {
        &self.nodes[index]
    }

    /// The first byte of what is in a node: after the start tag of an element, after the mark that begins another node.
    pub fn inner(&self, index: usize) -> u32 {
        let node = self.node(index);
        node.start
            + match node.kind {
                Kind::Element => self.tags[node.tag as usize].length,
                Kind::Text => 0,
                Kind::CData => CDATA_START.len() as u32,
                Kind::Comment => COMMENT_START.len() as u32,
                Kind::Instruction => INSTRUCTION_START.len() as u32,
            }
    }

    /// The first byte after what is in a node: of the end tag of an element, or the end of an element that has none.
    pub fn inner_end(&self, index: usize) -> u32 {
        let node = self.node(index);
        let mark = match node.kind {
            Kind::Element if self.inner(index) == node.end => 0,
            Kind::Element => match self.odd_ends.binary_search_by_key(&(index as u32), |(element, _)| *element) {
                Ok(at) => return self.odd_ends[at].1,
                Err(_) => "</>".len() as u32 + u32::from(self.tags[node.tag as usize].name_len),
            },
            Kind::Text => 0,
            Kind::CData => CDATA_END.len() as u32,
            Kind::Comment => COMMENT_END.len() as u32,
            Kind::Instruction => INSTRUCTION_END.len() as u32,
        };
        node.end - mark
    }

    /// Whether a node is an element of this name.
    pub fn is(&self, index: usize, ns: Ns, name: Sym) -> bool {
        self.nodes.get(index).is_some_and(|node| node.kind == Kind::Element && node.ns == ns && node.name == name)
    }

    /// The element's parent.
    pub fn parent(&self, index: usize) -> Option<usize> {
        let parent = self.node(index).parent;
        (parent != NONE).then_some(parent as usize)
    }

    /// Indices of the children, all kinds.
    pub fn children(&self, index: usize) -> Children<'_> {
        Children { nodes: &self.nodes, at: index + 1, end: self.node(index).next as usize }
    }

    /// Indices of everything in an element, in document order, the element itself left out.
    pub fn descendants(&self, index: usize) -> std::ops::Range<usize> {
        index + 1..self.node(index).next as usize
    }

    /// All elements of a name, in document order.
    pub fn named(&self, ns: Ns, name: Sym) -> impl Iterator<Item = usize> + '_ {
        self.with_local_name(name).filter(move |index| self.nodes[*index].ns == ns)
    }

    /// All elements of a local name, of whatever namespace, in document order.
    pub fn with_local_name(&self, name: Sym) -> impl Iterator<Item = usize> + '_ {
        self.by_name.get(name).iter().map(|index| *index as usize)
    }

    /// All elements of some local names, of whatever namespace, in document order.
    pub fn named_any(&self, names: &[Sym]) -> Vec<usize> {
        const WORD: usize = u64::BITS as usize;
        let lists: Vec<&[u32]> = names.iter().map(|name| self.by_name.get(*name)).filter(|list| !list.is_empty()).collect();
        let total = lists.iter().map(|list| list.len()).sum();
        let mut found = Vec::with_capacity(total);
        let words = self.nodes.len().div_ceil(WORD);
        if lists.len() < 2 || total < words / 4 {
            lists.iter().for_each(|list| found.extend(list.iter().map(|index| *index as usize)));
            found.sort_unstable();
            return found;
        }
        // Many are put in order by a bit for each node.
        let mut bits = vec![0_u64; words];
        for index in lists.iter().copied().flatten() {
            bits[*index as usize / WORD] |= 1 << (*index as usize % WORD);
        }
        for (number, word) in bits.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                found.push(number * WORD + left.trailing_zeros() as usize);
                left &= left - 1;
            }
        }
        found
    }

    /// All elements of a namespace that have one of some local names, in document order.
    pub fn named_any_in(&self, ns: Ns, names: &[Sym]) -> Vec<usize> {
        let is_there = |name: &Sym| self.by_name.named(*name).is_some_and(|named| named.spaces & 1 << ns as u8 != 0);
        let mut found = self.named_any(&names.iter().copied().filter(is_there).collect::<Vec<_>>());
        found.retain(|index| self.nodes[*index].ns == ns);
        found
    }

    /// The names that elements have, each once.
    pub fn element_names(&self) -> impl Iterator<Item = (Ns, Sym)> + '_ {
        let left = |spaces: u128| (spaces != 0).then_some(spaces);
        self.by_name.names.iter().flat_map(move |Named { name, spaces, .. }| {
            let each = std::iter::successors(left(*spaces), move |spaces| left(spaces & (spaces - 1)));
            each.map(move |spaces| (Ns::ALL[spaces.trailing_zeros() as usize], *name))
        })
    }

    /// All comments and instructions, in document order.
    pub fn asides(&self) -> impl Iterator<Item = usize> + '_ {
        self.by_name.asides.iter().map(|index| *index as usize)
    }

    /// Elements that have an attribute of some name, in document order.
    pub fn with_attr(&self, wanted: impl Fn(Ns, Sym) -> bool) -> Vec<usize> {
        let mut has: Vec<bool> = Vec::new();
        let mut names: Vec<Sym> = Vec::new();
        for (number, tag) in self.layouts() {
            if self.attrs[tag.attrs()].iter().any(|attr| wanted(attr.ns, attr.name)) {
                has.resize(self.tags.len(), false);
                has[number] = true;
                names.push(tag.name);
            }
        }
        names.sort_unstable();
        names.dedup();
        let mut found = self.named_any(&names);
        found.retain(|index| has[self.tags[self.nodes[*index].tag as usize].layout as usize]);
        found
    }

    /// The names that attributes have, most of them more than once.
    pub fn attr_names(&self) -> impl Iterator<Item = (Ns, Sym)> + '_ {
        self.attrs_of_layouts().map(|attr| (attr.ns, attr.name))
    }

    /// The attributes of tags that are laid out like none before them: some of each name, and all that declare a namespace.
    pub fn attrs_of_layouts(&self) -> impl Iterator<Item = &Attr> {
        self.layouts().flat_map(|(_, tag)| &self.attrs[tag.attrs()])
    }

    /// Tags that are laid out like none before them, with their numbers.
    fn layouts(&self) -> impl Iterator<Item = (usize, &Tag)> {
        self.by_name.layouts.iter().map(|number| (*number as usize, &self.tags[*number as usize]))
    }

    /// The first child of this name.
    ///
    /// It is nearly always among the first. Where it is not, or is missing, the answer is kept: an element can have any number of
    /// children, and something that is asked of it for each of them.
    pub fn child(&self, index: usize, ns: Ns, name: Sym) -> Option<usize> {
        const NEAR: usize = 64;
        let mut children = self.children(index);
        for _ in 0..NEAR {
            let node = self.nodes[..children.end].get(children.at)?;
            if node.name == name && node.ns == ns && node.kind == Kind::Element {
                return Some(children.at);
            }
            children.at = node.next as usize;
        }
        let far = || children.find(|child| self.is(*child, ns, name));
        *self.far_children.borrow_mut().entry((index, ns, name)).or_insert_with(far)
    }

    /// Attributes of an element, in order.
    pub fn attrs(&self, index: usize) -> &[Attr] {
        &self.attrs[self.attr_range(index)]
    }

    /// Where the attributes of an element are among those of the part; equal for elements whose tags are spelled alike.
    pub fn attr_range(&self, index: usize) -> std::ops::Range<usize> {
        self.tag(index).map_or(0..0, |tag| self.tags[tag].attrs())
    }

    /// As [`Node::tag`].
    pub fn tag(&self, index: usize) -> Option<usize> {
        self.node(index).tag()
    }

    /// What is to be known of each start tag by its name, by number.
    pub fn by_tag<T: Copy>(&self, known: impl Fn(Ns, Sym) -> T) -> Vec<T> {
        let mut all = Vec::with_capacity(self.tags.len());
        for tag in self.tags.iter() {
            // One that is laid out like another has its name.
            let before = all.get(tag.layout as usize).copied();
            all.push(before.unwrap_or_else(|| known(tag.ns, tag.name)));
        }
        all
    }

    /// Where the attributes of a start tag are among those of the part.
    pub fn attrs_of_tag(&self, tag: usize) -> std::ops::Range<usize> {
        self.tags[tag].attrs()
    }

    /// The number of a start tag that this one is laid out like: its attributes have the same names, in the same order. It may be itself.
    pub fn layout_of_tag(&self, tag: usize) -> usize {
        self.tags[tag].layout as usize
    }

    /// How many numbers of start tags there are.
    pub fn tag_total(&self) -> usize {
        self.tags.len()
    }

    /// The name and attributes of each start tag, those that are spelled alike once, with the number of the tag whose layout it has: its own, or
    /// that of an earlier one with the same attributes.
    pub fn tags(&self) -> impl Iterator<Item = (Ns, Sym, &[Attr], usize)> {
        self.tags.iter().map(|tag| (tag.ns, tag.name, &self.attrs[tag.attrs()], tag.layout as usize))
    }

    /// The attributes of all tags, those that tags share once.
    pub fn all_attrs(&self) -> &[Attr] {
        &self.attrs
    }

    /// How many attributes the tags of the part have, those that share them counted once.
    pub fn attr_total(&self) -> usize {
        self.attrs.len()
    }

    /// The value of an attribute, references resolved.
    pub fn attr(&self, index: usize, ns: Ns, name: Sym) -> Option<Cow<'_, str>> {
        self.attrs(index).iter().find(|attr| attr.ns == ns && attr.name == name).map(|attr| self.resolved_value(attr))
    }

    /// The value of an attribute, references resolved.
    pub fn resolved_value(&self, attr: &Attr) -> Cow<'_, str> {
        if attr.has_references { unescape(self.value(attr)) } else { Cow::Borrowed(self.value(attr)) }
    }

    /// The value of an attribute as written.
    pub fn value(&self, attr: &Attr) -> &str {
        &self.text[attr.value_start as usize..attr.value_end as usize]
    }

    /// The name of an attribute as written, prefix included.
    pub fn attr_name(&self, attr: &Attr) -> &str {
        &self.text[attr.name_start as usize..attr.name_end as usize]
    }

    /// The name of an element as written, prefix included.
    pub fn tag_name(&self, index: usize) -> &str {
        let start = self.node(index).start as usize + 1;
        &self.text[start..start + self.tag_name_len(index)]
    }

    /// How many bytes the name of an element takes, prefix included.
    pub fn tag_name_len(&self, index: usize) -> usize {
        let length = self.tag(index).map_or(0, |tag| usize::from(self.tags[tag].name_len));
        if length > 0 {
            return length;
        }
        let node = self.node(index);
        let tag = &self.text.as_bytes()[node.start as usize + 1..self.inner(index) as usize];
        tag.iter().position(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>')).unwrap_or(tag.len())
    }

    /// A node as written.
    pub fn source(&self, index: usize) -> &str {
        let node = self.node(index);
        &self.text[node.start as usize..node.end as usize]
    }

    /// What is in a node, as written.
    pub fn inside(&self, index: usize) -> &str {
        &self.text[self.inner(index) as usize..self.inner_end(index) as usize]
    }

    /// The characters of a text or CDATA node, references resolved.
    pub fn characters(&self, index: usize) -> Cow<'_, str> {
        let node = self.node(index);
        match node.kind {
            Kind::Text if node.tag != HOLDS_REFERENCES => Cow::Borrowed(&self.text[node.start as usize..node.end as usize]),
            Kind::Text => unescape(&self.text[node.start as usize..node.end as usize]),
            Kind::CData => Cow::Borrowed(self.inside(index)),
            Kind::Element | Kind::Comment | Kind::Instruction => Cow::Borrowed(""),
        }
    }

    /// Text and CDATA nodes that may have characters beyond ASCII, references resolved, in document order.
    pub fn texts_beyond_ascii(&self) -> impl Iterator<Item = usize> + '_ {
        self.by_name.beyond_ascii.iter().map(|index| *index as usize)
    }

    /// How many characters a text or CDATA node has, references resolved.
    pub fn character_count(&self, index: usize) -> u64 {
        let node = self.node(index);
        match node.kind {
            Kind::Text if node.tag != HOLDS_REFERENCES => u64::from(node.tag),
            _ => self.characters(index).chars().count() as u64,
        }
    }

    /// All characters inside an element.
    pub fn inner_text(&self, index: usize) -> String {
        let mut out = String::new();
        self.inner_text_into(index, &mut out);
        out
    }

    /// Adds all characters inside an element.
    pub fn inner_text_into(&self, index: usize, out: &mut String) {
        self.descendants(index).for_each(|inside| out.push_str(&self.characters(inside)));
    }
}

/// Children of an element.
#[derive(Debug, Clone)]
pub struct Children<'t> {
    nodes: &'t [Node],
    at: usize,
    end: usize,
}

impl Iterator for Children<'_> {
    type Item = usize;
    fn next(&mut self) -> Option<usize> {
        if self.at >= self.end {
            return None;
        }
        let index = self.at;
        self.at = self.nodes[index].next as usize;
        Some(index)
    }
}

/// Resolves the five predefined entities and character references (XML 1.0 §4.6, §4.1). The reader has checked them.
pub fn unescape(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if let Some((character, end)) = after.find(';').and_then(|end| Some((resolve(&after[..end])?, end))) {
            out.push(character);
            rest = &after[end + 1..];
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character that a reference stands for, given without `&` and `;`.
fn resolve(reference: &str) -> Option<char> {
    match reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = reference.strip_prefix('#')?;
            let (digits, radix) = digits.strip_prefix('x').map_or((digits, 10), |hex| (hex, 16));
            // Numbers of programming languages may have a sign.
            let code = u32::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'))?;
            let exists = |character: &char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
            char::from_u32(code).filter(exists)
        }
    }
}

/// Writes characters as element content or attribute value.
pub fn escape_into(out: &mut String, text: &str) {
    if !text.bytes().any(|byte| matches!(byte, b'<' | b'>' | b'&' | b'"' | b'\t' | b'\n' | b'\r')) {
        return out.push_str(text);
    }
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            _ => out.push(character),
        }
    }
}
