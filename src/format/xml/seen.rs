//! Start tags that were read before, so that what is spelled or laid out alike is read once.

use super::{Attr, Ns, Sym, Tag};

const WORD: usize = 8;
const ONES: u64 = u64::from_le_bytes([1; WORD]);

/// A bit for the first byte of a word that is equal to one, and others above it; none where no byte is.
fn bytes_in_word(byte: u8, word: u64) -> u64 {
    let differs = word ^ (ONES * u64::from(byte));
    differs.wrapping_sub(ONES) & !differs & (ONES << 7)
}

/// Where a byte first stands in a word, if it does.
pub(super) fn find_in_word(byte: u8, word: u64) -> Option<usize> {
    // The lowest bit that is set here is that of the first byte that is equal.
    let equal = bytes_in_word(byte, word);
    (equal != 0).then(|| equal.trailing_zeros() as usize / 8)
}

/// A start tag as it is written, from `<` to the first `>`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    start: u32,
    length: u32,
    /// Its first bytes, followed by zeros where there are fewer.
    first: u64,
}

impl Written {
    /// A tag that does not end. No tag is spelled like it.
    pub(super) const NONE: Self = Self { start: 0, length: 0, first: 0 };

    /// Finds the end of the tag that starts at a byte. Returns it with a hash of its bytes; `None` where there is no `>`.
    #[cfg(test)]
    fn at(bytes: &[u8], start: usize) -> Option<(Self, u64)> {
        Self::in_words(bytes, start).or_else(|| Self::at_the_end(bytes, start))
    }

    /// Finds the end of the tag that starts at a byte, if it is in a whole word counted from there. Returns it with a hash of its bytes.
    #[inline]
    pub(super) fn in_words(bytes: &[u8], start: usize) -> Option<(Self, u64)> {
        let (first, words) = bytes[start..].as_chunks::<WORD>().0.split_first()?;
        let first = u64::from_le_bytes(*first);
        // Most tags are short.
        if let Some(end) = find_in_word(b'>', first) {
            let first = until(end, first);
            return Some((Self { start: start as u32, length: end as u32 + 1, first }, mixed(0, first)));
        }
        let mut hash = mixed(0, first);
        let mut length = WORD;
        for word in words {
            let word = u64::from_le_bytes(*word);
            if let Some(end) = find_in_word(b'>', word) {
                let written = Self { start: start as u32, length: (length + end + 1) as u32, first };
                return Some((written, mixed(hash, until(end, word))));
            }
            hash = mixed(hash, word);
            length += WORD;
        }
        None
    }

    /// The same where it is behind all whole words, at the end of the part.
    #[cold]
    pub(super) fn at_the_end(bytes: &[u8], start: usize) -> Option<(Self, u64)> {
        let (words, rest) = bytes[start..].as_chunks::<WORD>();
        let mut last = [0; WORD];
        last[..rest.len()].copy_from_slice(rest);
        let last = u64::from_le_bytes(last);
        let end = find_in_word(b'>', last)?;
        let last = until(end, last);
        let words = words.iter().map(|word| u64::from_le_bytes(*word));
        let (first, length) = (words.clone().next().unwrap_or(last), words.len() * WORD + end + 1);
        Some((Self { start: start as u32, length: length as u32, first }, mixed(words.fold(0, mixed), last)))
    }

    /// Its first byte.
    pub(super) fn start(self) -> usize {
        self.start as usize
    }

    /// The first byte after it.
    pub(super) fn end(self) -> usize {
        self.start as usize + self.length as usize
    }

    fn bytes(self, bytes: &[u8]) -> &[u8] {
        &bytes[self.start as usize..self.end()]
    }

    #[inline]
    fn is_spelled_like(self, other: Self, bytes: &[u8]) -> bool {
        let alike = self.first == other.first && self.length == other.length && self.length > 0;
        alike && (self.length as usize <= WORD || same_tails(self.bytes(bytes), other.bytes(bytes)))
    }
}

/// Whether two runs of equal length, longer than a word, agree past their first word.
#[inline]
fn same_tails(one: &[u8], other: &[u8]) -> bool {
    let (Some(last), Some(other_last)) = (one.last_chunk::<WORD>(), other.last_chunk::<WORD>()) else { return false };
    let (words, _) = one.as_chunks::<WORD>();
    let (other_words, _) = other.as_chunks::<WORD>();
    last == other_last && words.iter().zip(other_words).skip(1).all(|(one, other)| one == other)
}

/// The bytes of a word up to one of them.
fn until(end: usize, word: u64) -> u64 {
    word & (u64::MAX >> (8 * (WORD - 1 - end)))
}

fn mixed(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// Start tags read before: most tags of a part are spelled like an earlier one, and mean the same under the same declarations.
///
/// A place for each hash, the last tag in each place: never larger than it was made, whatever the part holds.
pub(super) struct Seen {
    tags: Vec<SeenTag>,
    /// The last tag of some length and beginning: tags that differ in their values alone are often as long as each other.
    shapes: Vec<Shape>,
}

/// A start tag whose first `>` ends it.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeenTag {
    pub(super) written: Written,
    pub(super) scope: u32,
    pub(super) known: Known,
}

/// What is known of a start tag that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// Which tag of the part it is.
    pub(super) number: u32,
    pub(super) ns: Ns,
    pub(super) name: Sym,
    /// Where the elements of its name are listed.
    pub(super) place: u16,
    /// Bytes of its name, prefix included, if it and `>` go into a word.
    pub(super) short_name: u8,
    /// Whether it is an empty-element tag (XML 1.0 §3.1).
    pub(super) is_empty: bool,
}

/// The name of an element and `>`, as its end tag ends; nothing where they do not go into a word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending {
    word: u64,
    mask: u64,
}

impl Ending {
    /// What [`Known::short_name`] is for a name.
    pub(super) fn room_for(name: &str) -> u8 {
        if name.len() < WORD { name.len() as u8 } else { 0 }
    }

    /// `short_name`: of the element whose start tag is written so.
    #[inline]
    pub(super) fn of(written: Written, short_name: u8) -> Self {
        let length = usize::from(short_name);
        if length == 0 {
            return Self { word: 0, mask: 0 };
        }
        let (name, mask) = (until(length - 1, written.first >> 8), until(length, u64::MAX));
        Self { word: name | u64::from(b'>') << (8 * length), mask }
    }

    /// How many bytes of a word are this ending, if it begins with it.
    pub(super) fn length_in(self, word: [u8; WORD]) -> Option<usize> {
        (self.mask != 0 && u64::from_le_bytes(word) & self.mask == self.word).then(|| WORD - self.mask.leading_zeros() as usize / 8)
    }
}

impl Seen {
    /// Places for a part of so many bytes.
    pub(super) fn of(bytes: usize) -> Self {
        const BYTES_PER_PLACE: usize = 128;
        const PLACES_MAX: usize = 1 << 12;
        const SHAPES_MAX: usize = 1 << 8;
        let places = (bytes / BYTES_PER_PLACE).next_power_of_two().min(PLACES_MAX);
        let shapes = places.min(SHAPES_MAX);
        let none = SeenTag {
            written: Written::NONE,
            scope: 0,
            known: Known { number: 0, ns: Ns::None, name: Sym::UNKNOWN, place: 0, short_name: 0, is_empty: false },
        };
        let shapes = std::iter::repeat_with(|| Shape { tag: none, fixed: Vec::new() }).take(shapes).collect();
        Self { tags: vec![none; places], shapes }
    }

    /// Where tags of a hash are.
    pub(super) fn place(&self, hash: u64) -> usize {
        (hash >> 40) as usize & (self.tags.len() - 1)
    }

    /// Where tags of a length and beginning are.
    pub(super) fn shape(&self, written: Written) -> usize {
        (mixed(u64::from(written.length), written.first) >> 40) as usize & (self.shapes.len() - 1)
    }

    /// The tag in a place, if it is spelled alike and means the same.
    #[inline]
    pub(super) fn get(&self, place: usize, written: Written, scope: u32, bytes: &[u8]) -> Option<Known> {
        let seen = &self.tags[place];
        (seen.scope == scope && seen.written.is_spelled_like(written, bytes)).then_some(seen.known)
    }

    /// The last tag of a shape.
    pub(super) fn of_shape(&self, shape: usize) -> &Shape {
        &self.shapes[shape]
    }

    pub(super) fn put(&mut self, place: usize, tag: SeenTag) {
        self.tags[place] = tag;
    }

    pub(super) fn put_shape(&mut self, shape: usize, tag: SeenTag, attrs: &[Attr]) {
        self.shapes[shape].become_that_of(tag, attrs);
    }
}

/// A start tag by which others are read that differ from it in their values alone.
pub(super) struct Shape {
    tag: SeenTag,
    /// All bits of the bytes that they agree in, none of those of values.
    fixed: Vec<u8>,
}

impl Shape {
    /// Takes the place of the last tag. `attrs`: those of the tag.
    fn become_that_of(&mut self, tag: SeenTag, attrs: &[Attr]) {
        self.tag = tag;
        self.fixed.clear();
        self.fixed.resize(tag.written.length as usize, u8::MAX);
        for attr in attrs {
            let value = attr.value_start - tag.written.start..attr.value_end - tag.written.start;
            self.fixed[value.start as usize..value.end as usize].fill(0);
        }
    }

    /// Whether a tag as long as this one agrees with it in all but its values, and those hold nothing that ends one or begins a reference.
    fn agrees(&self, is: &[u8], was: &[u8]) -> bool {
        // Without branches, so that many bytes are compared at once.
        fn misplaced(is: u8, was: u8, fixed: u8) -> u8 {
            let special = u8::from(is == b'"') | u8::from(is == b'\'') | u8::from(is == b'<') | u8::from(is == b'&');
            ((is ^ was) & fixed) | (special & !fixed)
        }
        const LANES: usize = 16;
        let mut found = [0; LANES];
        let mut compare = |is: &[u8; LANES], was: &[u8; LANES], fixed: &[u8; LANES]| {
            (0..LANES).for_each(|lane| found[lane] |= misplaced(is[lane], was[lane], fixed[lane]));
        };
        match (is.last_chunk(), was.last_chunk(), self.fixed.last_chunk()) {
            (Some(last), Some(last_was), Some(last_fixed)) => {
                let (is, was, fixed) = (is.as_chunks().0, was.as_chunks().0, self.fixed.as_chunks().0);
                is.iter().zip(was).zip(fixed).for_each(|((is, was), fixed)| compare(is, was, fixed));
                compare(last, last_was, last_fixed);
                found == [0; LANES]
            }
            _ => is.iter().zip(was).zip(&self.fixed).all(|((is, was), fixed)| misplaced(*is, *was, *fixed) == 0),
        }
    }

    /// Reads a tag that differs from this one in its values alone, each as long as it is here and plain. The tag is added to those of the
    /// part, and its attributes to `all`.
    pub(super) fn laid_out_alike(
        &self,
        tags: &mut Vec<Tag>,
        all: &mut Vec<Attr>,
        scope: u32,
        written: Written,
        bytes: &[u8],
    ) -> Option<Known> {
        let SeenTag { written: was, scope: its_scope, known } = self.tag;
        if was.length != written.length || its_scope != scope || was.length == 0 {
            return None;
        }
        let tag = tags[known.number as usize];
        let attrs = tag.attrs();
        if attrs.is_empty() || !self.agrees(written.bytes(bytes), was.bytes(bytes)) {
            return None;
        }
        let first_attr = all.len();
        let moved = |offset: u32| offset - was.start + written.start;
        all.reserve(attrs.len());
        for number in attrs {
            let Attr { ns, name, start, name_start, name_end, value_start, value_end, .. } = all[number];
            all.push(Attr {
                ns,
                name,
                start: moved(start),
                name_start: moved(name_start),
                name_end: moved(name_end),
                value_start: moved(value_start),
                value_end: moved(value_end),
                has_references: false,
            });
        }
        let number = tags.len() as u32;
        tags.push(Tag { attrs: first_attr as u32, ..tag });
        Some(Known { number, ..known })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_ends_at_its_first_angle_bracket() {
        for (before, inside, after) in
            (0..10).flat_map(|before| (0..30).flat_map(move |inside| (0..10).map(move |after| (before, inside, after))))
        {
            let text = [" ".repeat(before), "<".to_owned(), "a".repeat(inside), ">".to_owned(), ">".repeat(after)].concat();
            let (written, _) = Written::at(text.as_bytes(), before).unwrap();
            assert_eq!(written.end(), before + inside + 2, "{text}");
            assert!(Written::at(&text.as_bytes()[..=before + inside], before).is_none());
        }
    }

    #[test]
    fn a_difference_is_seen_wherever_it_stands() {
        for length in WORD as u8 + 1..40 {
            let one: Vec<u8> = (0..length).collect();
            assert!(same_tails(&one, &one.clone()));
            for at in 0..one.len() {
                let mut other = one.clone();
                other[at] ^= 0x80;
                assert_eq!(same_tails(&one, &other), at < WORD.min(one.len() - WORD), "{length} {at}");
            }
        }
    }

    #[test]
    fn tags_of_a_shape_differ_in_plain_values_alone() {
        let known = Known { number: 0, ns: Ns::None, name: Sym::UNKNOWN, place: 0, short_name: 0, is_empty: false };
        for (name, value) in (1..40).flat_map(|name| (0..20).map(move |value| (name, value))) {
            let tag = format!("<{} x=\"{}\"/>", "n".repeat(name), "v".repeat(value)).into_bytes();
            let (written, _) = Written::at(&tag, 0).unwrap();
            let (value_start, value_end) = (name as u32 + 5, (name + value) as u32 + 5);
            let offsets = [name as u32 + 1, name as u32 + 2, name as u32 + 3, value_start, value_end];
            let [start, name_start, name_end, value_start, value_end] = offsets;
            let attr =
                Attr { ns: Ns::None, name: Sym::UNKNOWN, start, name_start, name_end, value_start, value_end, has_references: false };
            let mut shape = Shape { tag: SeenTag { written: Written::NONE, scope: 0, known }, fixed: vec![7; 3] };
            shape.become_that_of(SeenTag { written, scope: 0, known }, &[attr]);
            assert!(shape.agrees(&tag, &tag));
            for at in 0..tag.len() {
                let in_value = (value_start as usize..value_end as usize).contains(&at);
                for (byte, plain) in [(b'z', true), (b'\xff', true), (b'"', false), (b'\'', false), (b'<', false), (b'&', false)] {
                    let mut other = tag.clone();
                    other[at] = byte;
                    assert_eq!(shape.agrees(&other, &tag), other == tag || in_value && plain, "{at} {byte}");
                }
            }
        }
    }

    #[test]
    fn an_end_tag_ends_with_the_whole_name() {
        for (tag, name, end, length) in [
            ("<w:p>", "w:p", *b"w:p><w:p", Some(4)),
            ("<w:p w:rsidR=\"1\">", "w:p", *b"w:p>    ", Some(4)),
            ("<w:p>", "w:p", *b"w:pPr></", None),
            ("<w:pPr>", "w:pPr", *b"w:p></w:", None),
            ("<a/>", "a", *b"a >     ", None),
            ("<seven77>", "seven77", *b"seven77>", Some(8)),
            ("<eight888>", "eight888", *b"eight888", None),
        ] {
            let (written, _) = Written::at(tag.as_bytes(), 0).unwrap();
            assert_eq!(Ending::of(written, Ending::room_for(name)).length_in(end), length, "{tag}");
        }
    }
}
