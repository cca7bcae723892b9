//! What a page paints: glyphs with their text and place, shapes and pictures, in the order of painting.

use std::collections::BTreeSet;

use super::colour::Rgb;
use super::interpret::Address;
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
    /// Place in the order of painting.
    pub(super) order: u32,
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
    /// Whether it hides whatever is under its rectangle.
    pub(super) solid: bool,
    /// Place in the order of painting.
    pub(super) order: u32,
    /// Its outline, when it is no rectangle.
    pub(super) outline: Option<u32>,
    /// The outline that limits where it shows.
    pub(super) clip: Option<u32>,
}

/// The closed lines around a shape, on the page.
pub(super) type Outline = Vec<Vec<(f64, f64)>>;

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
    pub(super) outlines: Vec<(Outline, bool)>,
    pub(super) outline_points: usize,
}

impl PageItems {
    /// The memory of a page without anything on it.
    pub(super) fn cleared(self) -> Self {
        let Self { mut text, mut glyphs, mut paints, mut outlines, .. } = self;
        text.clear();
        glyphs.clear();
        paints.clear();
        outlines.clear();
        Self { text, glyphs, paints, outlines, ..Self::default() }
    }

    /// Whether a point in the box of a paint is inside its outline and that of its clip (§8.5.3.3, §8.5.4).
    pub(super) fn is_inside(&self, paint: &Paint, x: f64, y: f64) -> bool {
        self.encloses(paint.outline, x, y) && self.encloses(paint.clip, x, y)
    }

    fn encloses(&self, outline: Option<u32>, x: f64, y: f64) -> bool {
        let Some((outline, even_odd)) = outline.and_then(|index| self.outlines.get(index as usize)) else { return true };
        let (mut winding, mut crossings) = (0i64, 0u64);
        for ring in outline {
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
        if *even_odd { crossings % 2 == 1 } else { winding != 0 }
    }

    /// The text of a glyph.
    pub(super) fn text(&self, glyph: &Glyph) -> &str {
        self.text.get(glyph.start as usize..glyph.end as usize).unwrap_or_default()
    }
}
