//! Steps over the markup of a copy for the second look. Start tags are read by `quick-xml`, each spelling once: a tag spelled like one in
//! which nothing was seen is stepped over. So is what stands between tags. Everything else is read by `quick-xml` where it stands.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::NamespaceResolver;
use quick_xml::reader::Reader;

use crate::format::xml::unescape;

/// What ends a CDATA section, and stands nowhere else in a text (XML 1.0 §2.4).
const CDATA_END: &str = "]]>";

/// What was not read before.
#[derive(Debug)]
pub enum New<'t> {
    Start(StartTag<'t>),
    /// A CDATA section, a comment, an instruction or a declaration.
    Other(Event<'t>),
}

/// What comes next. Small, and made in one place: there is one for each tag.
enum Step<'t> {
    /// A start tag that is spelled like one that was [learned](Walk::learn).
    Again(Plain),
    /// An end tag, of the element that was open.
    End,
    /// Characters between tags.
    Text(Text<'t>),
    /// Something to be read.
    New,
    Done,
}

/// Characters between tags, as they are written.
#[derive(Debug, Clone, Copy)]
struct Text<'t> {
    written: &'t str,
    has_references: bool,
}

impl<'t> Text<'t> {
    fn resolved(self) -> Cow<'t, str> {
        if self.has_references { unescape(self.written) } else { Cow::Borrowed(self.written) }
    }
}

/// A start tag, or the tag of an element without content.
#[derive(Debug)]
pub struct StartTag<'t> {
    /// From `<` to `>`.
    written: &'t str,
    pub tag: BytesStart<'t>,
    pub is_empty: bool,
    /// It may declare a namespace.
    declares: bool,
}

/// What is left to know of a tag in which nothing was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plain {
    /// A reader of the document sees the characters.
    pub starts_text: bool,
    /// Characters may stand in it, seen or not.
    pub holds_characters: bool,
    pub is_paragraph: bool,
}

/// The lowest bit set is the highest one of the first byte of a word that is equal to `byte`; none is where none is equal.
fn equal_bytes(byte: u8, word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let apart = word ^ (ONES * u64::from(byte));
    apart.wrapping_sub(ONES) & !apart & (ONES << 7)
}

/// How many bytes stand before the first `<`, and whether `&` and `]` are among them.
#[inline]
fn up_to_tag(bytes: &[u8]) -> (usize, bool, bool) {
    let (words, rest) = bytes.as_chunks::<8>();
    let (mut references, mut brackets) = (0, 0);
    for (number, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let tag = equal_bytes(b'<', word);
        // The bits below the first that is set; all where none is.
        let before = (tag & tag.wrapping_neg()).wrapping_sub(1);
        references |= equal_bytes(b'&', word) & before;
        brackets |= equal_bytes(b']', word) & before;
        if tag != 0 {
            return (number * 8 + tag.trailing_zeros() as usize / 8, references != 0, brackets != 0);
        }
    }
    let last = rest.iter().position(|byte| *byte == b'<').unwrap_or(rest.len());
    let has = |byte: u8| rest[..last].contains(&byte);
    (words.len() * 8 + last, references != 0 || has(b'&'), brackets != 0 || has(b']'))
}

/// How a tag is written, up to its first `>`.
#[derive(Clone, Copy)]
struct Spelling<'t> {
    written: &'t [u8],
    /// A number that differs for nearly all spellings.
    hash: u64,
}

impl<'t> Spelling<'t> {
    /// Longer tags are seldom spelled alike.
    const WORDS_MAX: usize = 64;

    /// The spelling of the tag at the beginning of `rest`, if that is short and not at the very end of the part.
    #[inline]
    fn of(rest: &'t [u8]) -> Option<Self> {
        let (mut bytes, mut hash) = (0, 0_u64);
        for word in rest.as_chunks::<8>().0.iter().take(Self::WORDS_MAX) {
            let word = u64::from_le_bytes(*word);
            let ends = equal_bytes(b'>', word);
            let mix = |word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            if ends != 0 {
                let hash = mix(word & !(u64::MAX << (ends.trailing_zeros() & !7)));
                return Some(Self { written: &rest[..bytes + ends.trailing_zeros() as usize / 8], hash });
            }
            hash = mix(word);
            bytes += 8;
        }
        None
    }
}

/// As `==`, without a call: most tags have a few words.
#[inline]
fn are_equal(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut words = one.as_chunks::<8>().0.iter().zip(other.as_chunks::<8>().0);
    let ends_alike = match (one.last_chunk::<8>(), other.last_chunk::<8>()) {
        (Some(end), Some(other_end)) => end == other_end,
        _ => one.iter().eq(other),
    };
    ends_alike && words.all(|(word, other)| word == other)
}

/// Start tags in which nothing was seen. Each has one place, by its spelling, which the next tag of that place takes over.
struct Learned<'t> {
    tags: Vec<Option<LearnedTag<'t>>>,
    /// How many bits tell a place.
    bits: u32,
}

struct LearnedTag<'t> {
    written: &'t [u8],
    plain: Plain,
    name_bytes: usize,
    is_empty: bool,
}

impl<'t> Learned<'t> {
    /// Places for the tags of a part of so many bytes.
    fn new(part_bytes: usize) -> Self {
        const BYTES_BETWEEN: usize = 128;
        let bits = (part_bytes / BYTES_BETWEEN).max(1).ilog2().clamp(4, 12);
        Self { tags: std::iter::repeat_with(|| None).take(1 << bits).collect(), bits }
    }

    fn place(&self, spelling: Spelling<'_>) -> usize {
        (spelling.hash >> (u64::BITS - self.bits)) as usize
    }

    #[inline]
    fn get(&self, spelling: Spelling<'_>) -> Option<&LearnedTag<'t>> {
        self.tags[self.place(spelling)].as_ref().filter(|tag| are_equal(tag.written, spelling.written))
    }

    fn set(&mut self, spelling: Spelling<'t>, tag: LearnedTag<'t>) {
        let place = self.place(spelling);
        self.tags[place] = Some(tag);
    }
}

/// A walk over the markup of one part.
#[allow(clippy::struct_excessive_bools, reason = "independent states")]
pub struct Walk<'t> {
    text: &'t str,
    at: usize,
    /// Where the names of the open elements are.
    open: Vec<Range<usize>>,
    /// The root element was opened.
    has_root: bool,
    /// The last tag was that of an element without content, and is still open for those who ask for its namespaces.
    in_empty: bool,
    /// The last tag was one whose characters are seen.
    in_text: bool,
    /// The last tag was one in which characters may stand.
    in_holder: bool,
    /// How many texts stood in elements that hold none.
    strays: u64,
    /// The namespaces in force. It is given the tags that declare some, and no others.
    resolver: NamespaceResolver,
    /// Of each open element that declares a namespace, how many are open around it.
    declaring: Vec<usize>,
    /// Start tags, as they are written. They mean the same as long as the same declarations hold: none of these declares a namespace, or was
    /// inside of an element that does, the root apart.
    learned: Learned<'t>,
}

impl<'t> Walk<'t> {
    const DEPTH_MAX: usize = u16::MAX as usize;

    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
            has_root: false,
            in_empty: false,
            in_text: false,
            in_holder: false,
            strays: 0,
            resolver: NamespaceResolver::default(),
            declaring: Vec::new(),
            learned: Learned::new(text.len()),
        }
    }

    /// The namespaces at the last tag.
    pub fn resolver(&self) -> &NamespaceResolver {
        &self.resolver
    }

    /// Whether the last tag stands in elements of these local names, the innermost last.
    pub fn is_in(&self, around: &[&str]) -> bool {
        let local = |name: &Range<usize>| {
            let name = &self.text[name.clone()];
            name.rsplit_once(':').map_or(name, |(_, local)| local)
        };
        let outer = self.open.split_last().map_or(&[][..], |(_, outer)| outer);
        outer.len() >= around.len() && outer[outer.len() - around.len()..].iter().map(local).eq(around.iter().copied())
    }

    /// Whether what stands here is text that is seen.
    pub fn in_text(&self) -> bool {
        self.in_text
    }

    /// Characters, as they are written, that no reader of the document sees: where none may stand but white space, they are strays.
    pub fn unseen(&mut self, characters: &str) {
        self.strays += u64::from(!self.in_holder && !unescape(characters).trim_ascii().is_empty());
    }

    /// How many texts stood in elements that hold none.
    pub fn strays(&self) -> u64 {
        self.strays
    }

    /// Walks up to what was not read before, or to the end. What a reader of the document sees on the way is added to `visible`.
    ///
    /// # Errors
    /// Says what is not well-formed.
    pub fn next(&mut self, visible: &mut String) -> Result<Option<New<'t>>, String> {
        loop {
            match self.step()? {
                Step::Again(plain) => self.enter(plain, visible),
                Step::End => (self.in_text, self.in_holder) = (false, false),
                Step::Text(text) if self.in_text => visible.push_str(&text.resolved()),
                Step::Text(text) => self.unseen(text.written),
                Step::New => return self.read_new().map(Some),
                Step::Done => return Ok(None),
            }
        }
    }

    /// Is told what the last tag means for what is seen.
    pub fn enter(&mut self, plain: Plain, visible: &mut String) {
        self.in_text = plain.starts_text;
        self.in_holder = plain.holds_characters;
        if plain.is_paragraph {
            visible.push('\n');
        }
    }

    #[inline]
    fn step(&mut self) -> Result<Step<'t>, &'static str> {
        if std::mem::take(&mut self.in_empty) {
            self.leave();
        }
        let rest = &self.text[self.at..];
        match *rest.as_bytes() {
            [] if self.open.is_empty() && self.has_root => Ok(Step::Done),
            [] => Err("an element without an end tag, or no element"),
            [b'<', b'/', ..] => self.end_tag(rest).map(|()| Step::End),
            [b'<', b'!' | b'?', ..] => Ok(Step::New),
            [b'<', ..] => Ok(self.start_tag(rest).map_or(Step::New, Step::Again)),
            _ => self.characters(rest).map(Step::Text),
        }
    }

    /// Remembers a tag, the last one, in which nothing was seen but this.
    pub fn learn(&mut self, start: &StartTag<'t>, plain: Plain) {
        let text = self.text;
        let Some(spelling) = Spelling::of(&text.as_bytes()[self.at - start.written.len()..]) else { return };
        // A tag ends at the first `>` that stands in no value; for those that hold no other, to look for the first is enough.
        let ends_at_first = spelling.written.len() + ">".len() == start.written.len();
        if ends_at_first && !start.declares && !self.declared_inside() {
            let name_bytes = start.tag.name().as_ref().len();
            self.learned.set(spelling, LearnedTag { written: spelling.written, plain, name_bytes, is_empty: start.is_empty });
        }
    }

    #[inline]
    fn characters(&mut self, rest: &'t str) -> Result<Text<'t>, &'static str> {
        let (length, has_references, has_brackets) = up_to_tag(rest.as_bytes());
        let written = &rest[..length];
        self.at += length;
        if self.open.is_empty() && !written.trim_ascii().is_empty() {
            return Err("characters outside of the root element");
        }
        if has_brackets && written.contains(CDATA_END) {
            return Err("`]]>` outside a CDATA section");
        }
        if has_references && !written.split('&').skip(1).all(|after| after.contains(';')) {
            return Err("a reference without an end");
        }
        Ok(Text { written, has_references })
    }

    #[inline]
    fn end_tag(&mut self, rest: &str) -> Result<(), &'static str> {
        let name = self.open.last().cloned().ok_or("an end tag without a start tag")?;
        let bytes = &rest.as_bytes()["</".len()..];
        let inner_bytes = if self.starts_alike(bytes, &name) && bytes.get(name.len()) == Some(&b'>') {
            name.len()
        } else {
            // White space may stand behind the name.
            let inner = memchr::memchr(b'>', bytes).map(|end| &bytes[..end]).ok_or("a tag without an end")?;
            if inner.trim_ascii_end() != &self.text.as_bytes()[name] {
                return Err("an end tag of another name than the start tag");
            }
            inner.len()
        };
        self.at += "</>".len() + inner_bytes;
        self.leave();
        Ok(())
    }

    /// Whether the name is at the beginning; of a long name, or near the end of the part, it may say no.
    #[inline]
    fn starts_alike(&self, bytes: &[u8], name: &Range<usize>) -> bool {
        let written = self.text.as_bytes().get(name.start..).and_then(|from| from.first_chunk::<16>());
        match (bytes.first_chunk::<16>(), written, name.len()) {
            (Some(found), Some(written), length @ 1..16) => {
                (u128::from_le_bytes(*found) ^ u128::from_le_bytes(*written)) << (128 - 8 * length) == 0
            }
            _ => false,
        }
    }

    /// Steps over a tag that was learned.
    #[inline]
    fn start_tag(&mut self, rest: &'t str) -> Option<Plain> {
        if self.open.is_empty() || self.declared_inside() || self.open.len() >= Self::DEPTH_MAX {
            return None;
        }
        let LearnedTag { written, plain, name_bytes, is_empty } = self.learned.get(Spelling::of(rest.as_bytes())?)?;
        let name = self.at + "<".len();
        if !is_empty {
            self.open.push(name..name + *name_bytes);
        }
        self.at += written.len() + ">".len();
        Some(*plain)
    }

    #[inline(never)]
    fn read_new(&mut self) -> Result<New<'t>, String> {
        let from = self.at;
        let (event, written) = self.read(&self.text[from..])?;
        let (tag, is_empty) = match event {
            Event::Start(tag) => (tag, false),
            Event::Empty(tag) => (tag, true),
            Event::Decl(_) if from > 0 => return Err("an XML declaration elsewhere than at the start".into()),
            event => return Ok(New::Other(event)),
        };
        if self.open.is_empty() && std::mem::replace(&mut self.has_root, true) {
            return Err("a second root element".into());
        }
        if self.open.len() >= Self::DEPTH_MAX {
            return Err("elements in elements without end".into());
        }
        let declares = written.contains("xmlns");
        if declares {
            self.resolver.push(&tag).map_err(|error| quick_xml::Error::from(error).to_string())?;
            self.declaring.push(self.open.len());
        }
        let name = from + "<".len();
        self.open.push(name..name + tag.name().as_ref().len());
        self.in_empty = is_empty;
        Ok(New::Start(StartTag { written, tag, is_empty, declares }))
    }

    /// Reads what begins here by the other reader; returns also how it is written.
    fn read(&mut self, rest: &'t str) -> Result<(Event<'t>, &'t str), String> {
        let mut reader = Reader::from_str(rest);
        reader.config_mut().check_end_names = false;
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let written = rest.get(..reader.buffer_position() as usize).filter(|written| !written.is_empty());
        let written = written.ok_or("markup that nobody reads")?;
        self.at += written.len();
        Ok((event, written))
    }

    fn leave(&mut self) {
        self.open.pop();
        if self.declaring.last() == Some(&self.open.len()) {
            self.declaring.pop();
            self.resolver.pop();
        }
    }

    /// Whether an element besides the root declares a namespace and is open.
    pub fn declared_inside(&self) -> bool {
        self.declaring.last().is_some_and(|around| *around > 0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLAIN: Plain = Plain { starts_text: false, holds_characters: false, is_paragraph: false };

    #[test]
    fn spellings_are_equal_in_all_bytes_or_not_at_all() {
        for length in 0..40_u8 {
            let one: Vec<u8> = (0..length).collect();
            assert!(are_equal(&one, &one.clone()));
            assert!(!are_equal(&one, &[&one[..], b"x"].concat()));
            for at in 0..one.len() {
                let mut other = one.clone();
                other[at] ^= 1;
                assert!(!are_equal(&one, &other), "{length} {at}");
            }
        }
    }

    /// Each step, as it is written. Every tag that can be learned is.
    fn walked(text: &str) -> Result<Vec<(&'static str, &str)>, String> {
        let mut walk = Walk::new(text);
        let mut steps = Vec::new();
        loop {
            let from = walk.at;
            let kind = match walk.step()? {
                Step::Again(_) => "start",
                Step::End => "end",
                Step::Text(_) => "text",
                Step::New => match walk.read_new()? {
                    New::Start(start) => {
                        walk.learn(&start, PLAIN);
                        "start"
                    }
                    New::Other(_) => "other",
                },
                Step::Done => return Ok(steps),
            };
            steps.push((kind, &text[from..walk.at]));
        }
    }

    /// The same by `quick-xml` alone, and what it does not ask of a document.
    fn read(text: &str) -> Result<Vec<(&'static str, &str)>, String> {
        let mut reader = Reader::from_str(text);
        let (mut steps, mut open, mut roots, mut text_from) = (Vec::new(), 0, 0, None);
        loop {
            let from = reader.buffer_position() as usize;
            let event = reader.read_event().map_err(|error| error.to_string())?;
            let written = &text[from..reader.buffer_position() as usize];
            if matches!(event, Event::Text(_) | Event::GeneralRef(_)) {
                text_from = text_from.or(Some(from));
                continue;
            }
            if let Some(characters) = text_from.take().map(|text_from| &text[text_from..from]) {
                if characters.contains(CDATA_END) || open == 0 && !characters.trim_ascii().is_empty() {
                    return Err("characters where none may be".into());
                }
                steps.push(("text", characters));
            }
            roots += usize::from(open == 0 && matches!(event, Event::Start(_) | Event::Empty(_)));
            let (kind, deeper) = match event {
                Event::Start(_) => ("start", 1),
                Event::Empty(_) => ("start", 0),
                Event::End(_) => ("end", -1),
                Event::Decl(_) if from > 0 => return Err("a declaration".into()),
                Event::Eof if (open, roots) == (0, 1) => return Ok(steps),
                Event::Eof => return Err("not one root element".into()),
                _ => ("other", 0),
            };
            open += deeper;
            steps.push((kind, written));
        }
    }

    /// How many of the tags were read.
    fn tags_read(text: &str) -> usize {
        let mut walk = Walk::new(text);
        let mut read = 0;
        while let Some(new) = walk.next(&mut String::new()).unwrap() {
            if let New::Start(start) = new {
                read += 1;
                walk.learn(&start, PLAIN);
            }
        }
        read
    }

    #[test]
    fn a_tag_is_read_once_where_it_means_the_same() {
        assert_eq!(tags_read("<a><b x='1'/><b x='1'/><b x='2'/><c>t</c><c></c></a>"), 4);
        assert_eq!(tags_read("<a><b x='>'/><b x='>'/></a>"), 3);
        assert_eq!(tags_read("<a><w:b/><c xmlns:w='u'><w:b/><w:b/></c><w:b/></a>"), 5);
    }

    #[test]
    fn a_text_ends_at_a_tag() {
        for (length, at, behind) in (0..30).flat_map(|length| (0..length).flat_map(move |at| [(length, at, 0), (length, at, 20)])) {
            for (sign, has) in [("&", (true, false)), ("]", (false, true)), ("x", (false, false)), ("\u{2033}", (false, false))] {
                let mut text = "a".repeat(length);
                text.replace_range(at..=at, sign);
                let whole = format!("{text}<&]<{}", "&".repeat(behind));
                assert_eq!(up_to_tag(whole.as_bytes()), (text.len(), has.0, has.1), "{whole}");
                assert_eq!(up_to_tag(text.as_bytes()), (text.len(), has.0, has.1), "{text}");
            }
        }
    }

    #[test]
    fn what_is_not_well_formed_is_no_step() {
        for text in [
            "<a>",
            "<a></b>",
            "<c><a></ab></c>",
            "<c><a></a b></c>",
            "</a>",
            "<a",
            "<a>&x</a>",
            "<a>]]></a>",
            "<a><b></a></b>",
            "<a></a",
            "<a>&x<b/>;</a>",
            "<",
            "<!x>",
            "<a/>x",
            "x<a/>",
            "<a/><b/>",
            "",
        ] {
            // Short names are compared in words where enough follows.
            for text in [text.to_owned(), format!("{text}{:40}", "")] {
                assert!(walked(&text).is_err(), "{text}");
                assert!(read(&text).is_err(), "{text}");
            }
        }
    }

    /// Elements in elements, most of them spelled alike, and now and then something that does not belong there.
    fn markup() -> impl Strategy<Value = String> {
        let leaves = [
            "<b/>",
            "<b x='1'/>",
            "<b x='>'/>",
            "<b x=\"'>\"/>",
            "<b >",
            "<w:b xmlns:w='u'/>",
            "text",
            " ",
            "&amp;",
            "&#60;",
            "<![CDATA[<a>]]>",
            "<!--<a>-->",
            "<?p <a>?>",
        ];
        let noise = [
            "<a>",
            "</a>",
            "</a >",
            "</ab>",
            "</a b>",
            "&",
            ";",
            "]]>",
            "<",
            ">",
            "/",
            "\"",
            "'",
            "\u{feff}",
            "<!-- -- -->",
            "<!DOCTYPE a>",
            "<?xml version='1.0'?>",
        ];
        let leaf = prop_oneof![40 => prop::sample::select(leaves.to_vec()), 1 => prop::sample::select(noise.to_vec())];
        let element = leaf.prop_map(str::to_owned).prop_recursive(5, 80, 8, |inner| {
            let tags = [
                ("<a>", "</a>"),
                ("<a x='1'>", "</a>"),
                ("<w:long-enough-for-two-words>", "</w:long-enough-for-two-words >"),
                ("<c xmlns='u'>", "</c>"),
            ];
            (prop::sample::select(tags.to_vec()), prop::collection::vec(inner, 0..8))
                .prop_map(|((start, end), inner)| format!("{start}{}{end}", inner.concat()))
        });
        prop::collection::vec(element, 0..8).prop_map(|elements| format!("<a>{}</a>", elements.concat()))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn steps_are_those_of_the_other_reader(text in markup()) {
            prop_assert_eq!(walked(&text).ok(), read(&text).ok());
        }
    }
}
