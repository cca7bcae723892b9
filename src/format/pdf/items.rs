//! What a page paints: glyphs with their text and place, shapes and pictures, in the order of painting.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::blend::Blend;
use super::colour::Rgb;
use super::interpret::Address;
use super::matrix::Matrix;
use super::open::Rect;

/// Why a glyph cannot be seen, as far as it can be told while painting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flaw {
    /// Rendering mode 3.
    Mode,
    /// Rendering mode 7: only part of a clipping path.
    ClipMode,
    /// Alpha 0 or a colorant that paints nothing.
    Transparent,
    /// Less than a point high or wide.
    Tiny,
    /// Outside the clipping path.
    Clipped,
    /// Its font is missing.
    NoFont,
    /// No font was ever chosen: nothing can show it.
    Unset,
    /// Its drawing is empty.
    Blank,
    /// The embedded font has an empty glyph for it.
    Hollow,
}

/// One glyph on the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Box around it, by font size and width.
    pub(super) rect: Rect,
    /// Point in its middle.
    pub(super) centre: (f64, f64),
    /// Start of its base line.
    pub(super) origin: (f64, f64),
    /// Where the next glyph would stand.
    pub(super) after: (f64, f64),
    /// Height of an em on the page.
    pub(super) size: f64,
    /// Its colour.
    pub(super) colour: Rgb,
    /// How that is mixed with what is under it.
    pub(super) blend: Blend,
    /// Place in the order of painting.
    pub(super) order: u32,
    /// Whether it takes the place of what is under it.
    pub(super) is_opaque: bool,
    /// Why it cannot be seen.
    pub(super) flaw: Option<Flaw>,
    /// The part of the content that shows it.
    pub(super) show: Show,
}

/// Bytes of a string in a content stream that show one glyph.
#[derive(Debug, Clone, Copy)]
pub(super) struct Show {
    /// The content stream.
    pub(super) key: Address,
    /// End of the operator.
    pub(super) offset: usize,
    /// Index in the array of `TJ`, else 0.
    pub(super) piece: u32,
    /// First byte in the string.
    pub(super) byte: u32,
    /// Number of bytes.
    pub(super) length: u32,
    /// What the glyph advances, as a number for `TJ`.
    pub(super) shift: f64,
    /// Its font; 0 when that is missing.
    pub(super) font: Address,
    /// Its code.
    pub(super) code: u32,
}

/// What kind of paint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The inside of a path.
    Fill,
    /// A line.
    Stroke,
    /// A picture.
    Image,
    /// A stencil or a picture with holes.
    Stencil,
    /// A shading.
    Shade,
}

/// Something painted that is not a glyph.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    /// What it is.
    pub(super) kind: Kind,
    /// Where it can be seen, clipped.
    pub(super) rect: Rect,
    /// Where it would be without clipping.
    pub(super) whole: Rect,
    /// Its colour, when it has one that we know.
    pub(super) colour: Rgb,
    /// Whether its colour is all that is seen inside its outline.
    pub(super) solid: bool,
    /// How much of what is under it it takes away, from 0 to 1, before the groups around it and its picture are asked.
    pub(super) alpha: f32,
    /// How its colour is mixed with what is under it.
    pub(super) blend: Blend,
    /// Whether letters that limit it, or a soft mask, leave open where it shows.
    pub(super) is_vague: bool,
    /// Place in the order of painting.
    pub(super) order: u32,
    /// Its outline, when it is no rectangle.
    pub(super) outline: Option<u32>,
    /// The outline that limits where it shows.
    pub(super) clip: Option<u32>,
    /// The transparency group that it is in.
    pub(super) group: Option<u32>,
    /// The picture that it shows.
    pub(super) picture: Option<u32>,
}

impl Paint {
    /// An opaque paint of one colour.
    pub(super) fn plain(kind: Kind, rect: Rect, colour: Rgb, order: u32) -> Self {
        Self {
            kind,
            rect,
            whole: rect,
            colour,
            solid: true,
            alpha: 1.0,
            blend: Blend::Normal,
            is_vague: false,
            order,
            outline: None,
            clip: None,
            group: None,
            picture: None,
        }
    }
}

/// A transparency group (§11.6.6).
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    /// The group around it.
    pub(super) parent: Option<u32>,
    /// The order of painting where it begins.
    pub(super) start: u32,
    /// Opacity of the group as a whole.
    pub(super) alpha: f32,
    /// How the group as a whole is mixed.
    pub(super) blend: Blend,
}

/// A picture on the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Picture {
    /// The image.
    pub(super) key: Address,
    /// From the unit square to the page.
    pub(super) placement: Matrix,
    /// Its samples.
    pub(super) samples: u64,
}

/// The closed lines around a shape, on the page.
pub(super) type Outline = Vec<Vec<(f64, f64)>>;

/// A shape, or a clip inside other clips.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) rings: Outline,
    pub(super) even_odd: bool,
    /// The clip around it.
    pub(super) within: Option<u32>,
}

/// Replacement text over some glyphs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Replacement {
    /// Where it stands in the content.
    pub(super) key: (Address, usize),
    /// First glyph, and the one behind the last.
    pub(super) glyphs: (usize, usize),
}

/// What one page shows.
#[derive(Debug, Default)]
pub(super) struct PageItems {
    pub(super) text: String,
    /// Glyphs in the order of painting.
    pub(super) glyphs: Vec<Glyph>,
    /// Shapes and pictures in the order of painting.
    pub(super) paints: Vec<Paint>,
    /// Glyphs and shapes on layers that are off.
    pub(super) layered: usize,
    /// Words on layers that are off.
    pub(super) layered_text: String,
    /// Fonts that call so many codes a space that some of them draw letters.
    pub(super) untold: BTreeSet<Address>,
    /// Marked-content spans whose replacement text differs from the glyphs.
    pub(super) replaced: usize,
    /// Those replacement texts.
    pub(super) replaced_text: Vec<String>,
    /// Streams that broke off.
    pub(super) damaged: usize,
    /// Drawings that some viewers show and others do not: what a form has only from the form around it, forms without a box.
    pub(super) disputed: usize,
    /// Glyphs in patterns, in soft masks and in the drawings of letters: nobody judges whether they are seen.
    pub(super) veiled: usize,
    pub(super) order: u32,
    pub(super) outlines: Vec<Shape>,
    pub(super) outline_points: usize,
    pub(super) groups: Vec<Group>,
    pub(super) pictures: Vec<Picture>,
    /// Replacement texts that say what the glyphs say.
    pub(super) replacements: Vec<Replacement>,
    /// Whether more was painted than is remembered.
    pub(super) overflows: bool,
    /// Steps that looking for what lies over what took so far.
    pub(super) work: Cell<u64>,
}

impl PageItems {
    /// The memory of a page without anything on it.
    pub(super) fn cleared(self) -> Self {
        let Self { mut text, mut glyphs, mut paints, mut outlines, mut pictures, .. } = self;
        text.clear();
        pictures.clear();
        glyphs.clear();
        paints.clear();
        outlines.clear();
        Self { text, glyphs, paints, outlines, pictures, ..Self::default() }
    }

    /// Whether a point in the box of a paint is inside its outline and those of its clips (§8.5.3.3, §8.5.4).
    pub(super) fn is_inside(&self, paint: &Paint, x: f64, y: f64) -> bool {
        self.encloses(paint.outline, x, y) && self.encloses(paint.clip, x, y)
    }

    /// Whether a point is inside an outline and all that it is inside of.
    pub(super) fn encloses(&self, outline: Option<u32>, x: f64, y: f64) -> bool {
        let mut next = outline;
        while let Some(shape) = next.and_then(|index| self.outlines.get(index as usize)) {
            if !self.holds(shape, x, y) {
                return false;
            }
            next = shape.within;
        }
        true
    }

    fn holds(&self, shape: &Shape, x: f64, y: f64) -> bool {
        let (mut winding, mut crossings) = (0i64, 0u64);
        for ring in &shape.rings {
            self.spend(ring.len() as u64);
            let mut last = ring.last().copied();
            for (bx, by) in ring.iter().copied() {
                if let Some((ax, ay)) = last
                    && (ay > y) != (by > y)
                    && x < (bx - ax) * (y - ay) / (by - ay) + ax
                {
                    winding += if by > ay { 1 } else { -1 };
                    crossings += 1;
                }
                last = Some((bx, by));
            }
        }
        if shape.even_odd { crossings % 2 == 1 } else { winding != 0 }
    }

    /// Counts steps of work.
    pub(super) fn spend(&self, steps: u64) {
        self.work.set(self.work.get().saturating_add(steps));
    }

    /// The text of a glyph.
    pub(super) fn text(&self, glyph: &Glyph) -> &str {
        self.text.get(glyph.start as usize..glyph.end as usize).unwrap_or_default()
    }
}
