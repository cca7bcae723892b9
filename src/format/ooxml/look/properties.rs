//! Run properties that decide whether a reader can see the text.

use super::{Sight, UNSAID_HALF_POINTS};
use crate::format::ooxml::colour::{Colour, Named, Palette, Rgb, WHITE, highlight};
use crate::format::ooxml::ground::{self, Ground};
use crate::format::ooxml::lengths::{css_length, measure};
use crate::format::ooxml::plan::is_on;
use crate::format::xml::{Kind, Ns, Sym, Tape, sym};

/// Run properties that decide whether a reader can see the text; `None` where nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Look {
    pub(super) vanish: Option<bool>,
    /// Whether it is said that the text is hidden, and that it is not, or whether that is said where readers do not agree that it counts.
    pub(super) doubt: bool,
    pub(super) colour: Option<Colour>,
    /// The fill of the letters, which newer readers take for their colour.
    pub(super) fill: Option<Colour>,
    pub(super) highlight: Option<Colour>,
    pub(super) shading: Option<Colour>,
    pub(super) half_points: Option<u32>,
    /// Size of letters of complex scripts.
    pub(super) complex_half_points: Option<u32>,
    /// Whether all letters are taken for those of a complex script.
    pub(super) complex: Option<bool>,
    pub(super) no_fill: Option<bool>,
    /// The line around the letters; [`Colour::Auto`] where it is said that there is none.
    pub(super) outline: Option<Colour>,
    pub(super) scale: Option<u32>,
    /// How much closer than usual letters stand to each other, in twentieths of a point (§17.3.2.35).
    pub(super) closer: Option<i64>,
}

/// A line of less around letters is not seen: a quarter of a point, in 12,700ths.
const THINNEST_OUTLINE: i64 = 3175;
/// Letters that are less than this closer than usual are not drawn over each other: 9 twentieths of 4 points.
const CLOSE: i64 = 36;

impl Look {
    /// Reads a `w:rPr`; children that go are left out. `None` where it says nothing about visibility.
    pub(super) fn of(tape: &Tape<'_>, palette: &Palette, properties: usize, goes: impl Fn(usize) -> bool) -> Option<Self> {
        let mut look = Self::default();
        let mut says = false;
        for child in tape.children(properties) {
            let node = tape.node(child);
            if !decides(node.ns, node.name) || goes(child) {
                continue;
            }
            match (node.ns, node.name) {
                (Ns::W, sym::VANISH) => {
                    let vanish = is_on(tape, child, Ns::W);
                    look.doubt |= look.vanish.is_some_and(|before| before != vanish);
                    look.vanish = Some(vanish);
                }
                (Ns::W, sym::COLOR) => look.colour = palette.of_text(tape, child, &Named::COLOR),
                (Ns::W, sym::HIGHLIGHT) => look.highlight = tape.attr(child, Ns::W, sym::VAL).and_then(|name| highlight(&name)),
                (Ns::W, sym::SHD) => look.shading = shading_of(tape, palette, child),
                (Ns::W, sym::SZ) => look.half_points = half_points(tape, child),
                (Ns::W, sym::SZ_CS) => look.complex_half_points = half_points(tape, child),
                (Ns::W, sym::CS | sym::RTL) if is_on(tape, child, Ns::W) => look.complex = Some(true),
                (Ns::W, sym::W) => look.scale = percent(tape, child),
                (Ns::W, sym::SPACING) => look.closer = measure(tape, child, "val").map(|space| -space),
                (Ns::W14, sym::TEXT_FILL) => {
                    let Some(fill) = tape.children(child).find(|fill| tape.node(*fill).kind == Kind::Element) else { continue };
                    let transparent = tape.is(fill, Ns::W14, sym::NO_FILL) || ground::is_transparent(tape, palette, fill);
                    look.no_fill = Some(transparent);
                    look.fill = palette.fill(tape, fill, WHITE);
                }
                (Ns::W14, sym::TEXT_OUTLINE) => look.outline = Some(outline(tape, palette, child)),
                _ => continue,
            }
            says = true;
        }
        says.then_some(look)
    }

    /// What this says, and where it says nothing what `under` says.
    pub(super) fn over(self, under: Self) -> Self {
        Self {
            vanish: self.vanish.or(under.vanish),
            doubt: self.doubt || under.doubt && self.vanish.is_none(),
            colour: self.colour.or(under.colour),
            fill: self.fill.or(under.fill),
            highlight: self.highlight.or(under.highlight),
            shading: self.shading.or(under.shading),
            half_points: self.half_points.or(under.half_points),
            complex_half_points: self.complex_half_points.or(under.complex_half_points),
            complex: self.complex.or(under.complex),
            no_fill: self.no_fill.or(under.no_fill),
            outline: self.outline.or(under.outline),
            scale: self.scale.or(under.scale),
            closer: self.closer.or(under.closer),
        }
    }

    /// Whether letters stand on a highlight that black ones cannot be told from.
    pub(super) fn is_under_dark_highlight(&self) -> bool {
        self.highlight.is_some_and(|highlight| highlight.each().any(is_dark))
    }

    /// What is seen of letters of a colour before a ground: of those that have a line around them, that line.
    pub(super) fn before(&self, ground: &Ground, ink: Colour) -> Sight {
        match (ground.hides(ink), self.outline) {
            (Sight::Invisible(why), Some(outline)) if outline != Colour::Auto => {
                if ground.hides(outline) == Sight::Visible {
                    Sight::Visible
                } else {
                    Sight::Invisible(why)
                }
            }
            (sight, _) => sight,
        }
    }

    /// Whether letters that are no wider than half of their size, as most of the Latin script, are drawn over each other.
    pub(super) fn is_squeezed(&self) -> bool {
        let twips = i64::from(self.half_points.unwrap_or(UNSAID_HALF_POINTS)) * 10;
        self.closer.is_some_and(|closer| closer >= CLOSE && closer * 20 >= twips * 9)
    }

    /// Whether the letters have a line around them.
    pub(super) fn is_outlined(&self) -> bool {
        self.outline.is_some_and(|outline| outline != Colour::Auto)
    }

    /// The same where readers do not agree that what hides text here hides it.
    pub(super) fn doubted(self) -> Self {
        Self { vanish: None, doubt: self.doubt || self.vanish == Some(true), ..self }
    }

    /// The colour of the letters; `base` is that of letters for which nothing is said.
    pub(super) fn ink(&self, base: Colour) -> Colour {
        match (self.fill, self.colour) {
            (Some(fill), Some(colour)) => fill.or(colour),
            (Some(fill), None) => fill,
            (None, colour) => colour.unwrap_or(base),
        }
    }
}

/// Whether an element of run properties decides how the run looks, or names the style that does: nothing else is looked at.
pub(super) fn decides(ns: Ns, name: Sym) -> bool {
    let names = match ns {
        Ns::W => {
            &[sym::VANISH, sym::COLOR, sym::HIGHLIGHT, sym::SHD, sym::SZ, sym::SZ_CS, sym::CS, sym::RTL, sym::W, sym::SPACING, sym::R_STYLE]
                [..]
        }
        Ns::W14 => &[sym::TEXT_FILL, sym::TEXT_OUTLINE],
        _ => &[],
    };
    names.contains(&name)
}

/// The colour of the line that `w14:textOutline` draws around letters; [`Colour::Auto`] where it draws none that is seen. One of which no
/// width is told has none (MS-DOCX §2.6.3.36).
fn outline(tape: &Tape<'_>, palette: &Palette, outline: usize) -> Colour {
    let width = tape.attr(outline, Ns::W14, sym::W).and_then(|width| width.trim().parse::<i64>().ok());
    let fill = tape.children(outline).find_map(|fill| {
        let drawn = tape.node(fill).kind == Kind::Element && !tape.is(fill, Ns::W14, sym::NO_FILL);
        if drawn && !ground::is_transparent(tape, palette, fill) { palette.fill(tape, fill, WHITE) } else { None }
    });
    fill.filter(|_| width.is_some_and(|width| width >= THINNEST_OUTLINE)).unwrap_or(Colour::Auto)
}

/// Whether a colour is black or nearly so: dark blue is, dark red and green are not.
pub(super) fn is_dark([red, green, blue]: Rgb) -> bool {
    (54 * u32::from(red) + 183 * u32::from(green) + 18 * u32::from(blue)) / 255 < 16
}

/// A size in half points, or with its unit (§17.18.42).
pub fn half_points(tape: &Tape<'_>, index: usize) -> Option<u32> {
    let value = tape.attr(index, Ns::W, sym::VAL)?;
    let value = value.trim();
    let in_half_points = || value.parse::<f64>().ok().map(|size| size.clamp(0.0, 1e6) as u32);
    in_half_points().or_else(|| css_length(value).map(|twips| (twips.max(0) / 10) as u32))
}

fn percent(tape: &Tape<'_>, index: usize) -> Option<u32> {
    tape.attr(index, Ns::W, sym::VAL)?.trim_end_matches('%').parse::<f64>().ok().map(|percent| percent.clamp(0.0, 1e6) as u32)
}

/// The colour of a `w:shd`: its fill, with as much of the pattern colour as the pattern covers (§17.3.5, §17.18.78).
pub fn shading_of(tape: &Tape<'_>, palette: &Palette, index: usize) -> Option<Colour> {
    let pattern = tape.attr(index, Ns::W, sym::VAL).unwrap_or_default();
    let fill = palette.of_text(tape, index, &Named::FILL);
    let covered = match &*pattern {
        "" | "clear" | "nil" => 0,
        "solid" => 100,
        other => other.strip_prefix("pct").and_then(|percent| percent.parse::<u32>().ok()).unwrap_or(50).min(100),
    };
    if covered == 0 {
        return fill;
    }
    let rgb = |colour: Option<Colour>, auto: Rgb| colour.and_then(|colour| colour.each().next()).unwrap_or(auto);
    let under = rgb(fill, WHITE);
    let over = rgb(palette.of_text(tape, index, &Named::PATTERN), [0, 0, 0]);
    let mixed = |at: usize| ((u32::from(under[at]) * (100 - covered) + u32::from(over[at]) * covered) / 100) as u8;
    Some(Colour::One([mixed(0), mixed(1), mixed(2)]))
}
