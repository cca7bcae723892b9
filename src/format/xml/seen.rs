//! Start tags that were read before, so that what is spelled or laid out alike is read once.

use std::hash::BuildHasher as _;

use super::{Attr, Ns, Sym, Tag};

/// Start tags read before: most tags of a part are spelled like an earlier one, and mean the same under the same declarations.
///
/// A place for each hash, the last tag in each place: never larger than it was made, whatever the part holds.
pub(super) struct Seen<'s> {
    pub(super) tags: Vec<SeenTag<'s>>,
    /// The last tag of some length and beginning: tags that differ in their values alone are often as long as each other.
    pub(super) shapes: Vec<SeenTag<'s>>,
    hasher: foldhash::fast::FixedState,
}

/// A start tag, from `<` to the first `>`, which ends it.
#[derive(Clone, Copy)]
pub(super) struct SeenTag<'s> {
    pub(super) text: &'s str,
    pub(super) scope: u32,
    /// Which tag of the part it is.
    pub(super) number: u32,
    pub(super) ns: Ns,
    pub(super) name: Sym,
    pub(super) name_len: u16,
}

impl Seen<'_> {
    /// Places for a part of so many bytes.
    pub(super) fn of(bytes: usize) -> Self {
        const BYTES_PER_PLACE: usize = 128;
        const PLACES_MAX: usize = 1 << 12;
        const SHAPES_MAX: usize = 1 << 8;
        let places = (bytes / BYTES_PER_PLACE).next_power_of_two().min(PLACES_MAX);
        let shapes = places.min(SHAPES_MAX);
        let none = SeenTag { text: "", scope: 0, number: 0, ns: Ns::None, name: Sym::UNKNOWN, name_len: 0 };
        Self { tags: vec![none; places], shapes: vec![none; shapes], hasher: foldhash::fast::FixedState::with_seed(0) }
    }

    pub(super) fn place(&self, text: &str) -> usize {
        self.hasher.hash_one(text.as_bytes()) as usize & (self.tags.len() - 1)
    }

    pub(super) fn shape(&self, text: &str) -> usize {
        const BEGINNING: usize = 4;
        let beginning = text.bytes().take(BEGINNING).fold(0_usize, |sum, byte| sum * 31 + usize::from(byte));
        (beginning * 31 + text.len()) & (self.shapes.len() - 1)
    }
}

impl<'s> SeenTag<'s> {
    /// Reads a tag that differs from this one in its values alone, each as long as it is here and plain. The tag is added to those of the
    /// part, and its attributes to `all`.
    pub(super) fn laid_out_alike(&self, tags: &mut Vec<Tag>, all: &mut Vec<Attr>, scope: u32, text: &'s str, start: usize) -> Option<Self> {
        let seen = *self;
        if seen.text.len() != text.len() || seen.scope != scope || seen.name_len == 0 {
            return None;
        }
        let tag = tags[seen.number as usize];
        let attrs = tag.attrs();
        if attrs.is_empty() {
            return None;
        }
        let (is, was) = (text.as_bytes(), seen.text.as_bytes());
        // The first attribute follows the name.
        let seen_start = all[attrs.start].start - 1 - u32::from(seen.name_len);
        let mut at = 0;
        for attr in &all[attrs.clone()] {
            let (from, to) = ((attr.value_start - seen_start) as usize, (attr.value_end - seen_start) as usize);
            let plain = |byte: &u8| !matches!(byte, b'"' | b'\'' | b'<' | b'&');
            if is[at..from] != was[at..from] || !is[from..to].iter().all(plain) {
                return None;
            }
            at = to;
        }
        if is[at..] != was[at..] {
            return None;
        }
        let first_attr = all.len();
        let moved = |offset: u32| offset - seen_start + start as u32;
        for number in attrs {
            let Attr { ns, name, start, name_start, name_end, value_start, value_end } = all[number];
            all.push(Attr {
                ns,
                name,
                start: moved(start),
                name_start: moved(name_start),
                name_end: moved(name_end),
                value_start: moved(value_start),
                value_end: moved(value_end),
            });
        }
        let number = tags.len() as u32;
        tags.push(Tag { attrs: first_attr as u32, elements: 0, ..tag });
        Some(SeenTag { text, number, ..seen })
    }
}
