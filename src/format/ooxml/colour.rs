//! Colours: as written, of the theme, lightened and darkened, laid over another.
//!
//! ECMA-376-1 §17.18.97 and §17.15.1.20 (theme colours and their mapping), §20.1.2.3 (colours and what is done to them).

use super::plan::Plan;
use crate::format::xml::{Kind, Ns, Sym, Tape, sym};

/// A colour as red, green, blue.
pub type Rgb = [u8; 3];

pub const WHITE: Rgb = [255, 255, 255];
pub const BLACK: Rgb = [0, 0, 0];

/// What is told of the colour of something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Colour {
    /// Chosen by the application to stand out.
    Auto,
    /// This one.
    One(Rgb),
    /// Readers do not agree which of two.
    Either(Rgb, Rgb),
    /// A run from the darkest to the lightest.
    Blend(Rgb, Rgb),
    /// It cannot be told.
    Unknown,
}

impl Colour {
    /// The colours that it may be, or has in it.
    pub fn each(self) -> impl Iterator<Item = Rgb> {
        let (one, other) = match self {
            Self::Auto | Self::Unknown => (None, None),
            Self::One(one) => (Some(one), None),
            Self::Either(one, other) | Self::Blend(one, other) => (Some(one), Some(other)),
        };
        one.into_iter().chain(other)
    }

    /// A colour that may be this one or another.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::One(one), Self::One(other)) if one == other => Self::One(one),
            (Self::One(one), Self::One(other)) => Self::Either(one, other),
            (one, _) => one,
        }
    }
}

/// Whether two colours cannot be told apart by a reader. Blue makes a fourteenth of how bright a colour is.
pub fn alike(one: Rgb, other: Rgb) -> bool {
    one.iter().zip(other).zip([24, 24, 64]).all(|((one, other), least)| one.abs_diff(other) <= least)
}

/// Slots of a theme, in the order of its scheme.
const SLOTS: [&str; 12] =
    ["dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink"];
/// The attributes of `w:clrSchemeMapping`, in the order of the slots that they lead to where nothing is said.
const MAPPED: [&str; 12] =
    ["t1", "bg1", "t2", "bg2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hyperlink", "followedHyperlink"];
/// Names of slots in a mapping.
const TARGETS: [&str; 12] = [
    "dark1",
    "light1",
    "dark2",
    "light2",
    "accent1",
    "accent2",
    "accent3",
    "accent4",
    "accent5",
    "accent6",
    "hyperlink",
    "followedHyperlink",
];

/// The colours of a document's theme, as its settings map them.
#[derive(Debug, Clone)]
pub struct Palette {
    slots: [Option<Rgb>; 12],
    mapping: [usize; 12],
}

impl Default for Palette {
    fn default() -> Self {
        let mut slots = [None; 12];
        slots[0] = Some(BLACK);
        slots[1] = Some(WHITE);
        Self { slots, mapping: std::array::from_fn(|slot| slot) }
    }
}

impl Palette {
    /// Reads the theme and the mapping of the settings.
    pub fn read(theme: Option<&Plan<'_>>, settings: Option<&Plan<'_>>) -> Self {
        let mut palette = Self::default();
        if let Some(tape) = theme.map(|plan| &plan.tape)
            && let Some(scheme) = tape.named(Ns::A, sym::CLR_SCHEME).next()
        {
            for (slot, name) in palette.slots.iter_mut().zip(SLOTS) {
                let holder = tape.child(scheme, Ns::A, Sym::of(name.as_bytes()));
                let colour = holder.and_then(|holder| tape.children(holder).find(|child| tape.node(*child).kind == Kind::Element));
                if let Some(colour) = colour {
                    *slot = Self::default().painted(tape, colour, None).map(|paint| paint.0);
                }
            }
        }
        if let Some(tape) = settings.map(|plan| &plan.tape)
            && let Some(mapping) = tape.child(tape.root, Ns::W, sym::CLR_SCHEME_MAPPING)
        {
            for (slot, name) in palette.mapping.iter_mut().zip(MAPPED) {
                let target = tape.attr(mapping, Ns::W, Sym::of(name.as_bytes()));
                if let Some(to) = target.and_then(|target| TARGETS.iter().position(|name| *name == target)) {
                    *slot = to;
                }
            }
        }
        palette
    }

    /// A colour of the theme by the name that text or a drawing calls it.
    pub fn themed(&self, name: &str) -> Option<Rgb> {
        let mapped = |logical: usize| self.slots[self.mapping[logical]];
        match name {
            "text1" | "tx1" => mapped(0),
            "background1" | "bg1" => mapped(1),
            "text2" | "tx2" => mapped(2),
            "background2" | "bg2" => mapped(3),
            "hyperlink" | "hlink" => mapped(10),
            "followedHyperlink" | "folHlink" => mapped(11),
            "dark1" | "dk1" => self.slots[0],
            "light1" | "lt1" => self.slots[1],
            "dark2" | "dk2" => self.slots[2],
            "light2" | "lt2" => self.slots[3],
            accent => MAPPED.iter().position(|name| *name == accent).and_then(mapped),
        }
    }

    /// The colour that an element of text names: as written, and through the theme, which readers follow or not.
    pub fn of_text(&self, tape: &Tape<'_>, index: usize, names: &Named) -> Option<Colour> {
        let value = tape.attr(index, Ns::W, names.value);
        let written = value.as_deref().map(|value| match value {
            "auto" => Colour::Auto,
            value => rgb_of(value.trim_start_matches('#')).map_or(Colour::Unknown, Colour::One),
        });
        let part = |name: Sym| {
            tape.attr(index, Ns::W, name).and_then(|share| u8::from_str_radix(&share, 16).ok()).map(|share| f64::from(share) / 255.0)
        };
        let theme = tape.attr(index, Ns::W, names.theme).filter(|name| *name != "none");
        let themed = theme.as_deref().and_then(|name| self.themed(name)).map(|rgb| {
            let shaded = part(names.shade).map_or(rgb, |share| with_luminance(rgb, |luminance| luminance * share));
            Colour::One(part(names.tint).map_or(shaded, |share| with_luminance(shaded, |luminance| luminance * share + 1.0 - share)))
        });
        match (themed, written) {
            (Some(themed), Some(written)) => Some(themed.or(written)),
            (themed, written) => themed.or(written),
        }
    }

    /// The colour of an element such as `a:srgbClr`, after all that is done to it, and how opaque it is. `placeholder` is what `phClr`
    /// stands for. `None` where it cannot be told.
    pub fn painted(&self, tape: &Tape<'_>, index: usize, placeholder: Option<Rgb>) -> Option<(Rgb, f64)> {
        let ns = tape.node(index).ns;
        let attr_ns = if ns == Ns::W14 { Ns::W14 } else { Ns::None };
        let value = |name: Sym| tape.attr(index, attr_ns, name);
        let named = value(sym::VAL).unwrap_or_default();
        let mut rgb = match tape.node(index).name {
            sym::SRGB_CLR => rgb_of(&named)?,
            sym::SCHEME_CLR if named == "phClr" => placeholder?,
            sym::SCHEME_CLR => self.themed(&named)?,
            sym::SYS_CLR => value(sym::LAST_CLR).and_then(|last| rgb_of(&last)).or_else(|| rgb_of(&named))?,
            name if name.name() == "prstClr" => rgb_of(&named)?,
            name if name.name() == "scrgbClr" => {
                let part = |name: &str| value(Sym::of(name.as_bytes())).and_then(|share| share_of(&share)).map(from_linear);
                [part("r")?, part("g")?, part("b")?]
            }
            _ => return None,
        };
        let mut opacity = 1.0;
        for change in tape.children(index).filter(|child| tape.node(*child).kind == Kind::Element) {
            let share = tape.attr(change, attr_ns, sym::VAL).and_then(|share| share_of(&share));
            let blend = |rgb: Rgb, over: u8, share: f64| rgb.map(|part| (f64::from(part) * share + f64::from(over) * (1.0 - share)) as u8);
            match (tape.node(change).name.name(), share) {
                // In Word's own namespace the number is how transparent the colour is.
                ("alpha", Some(share)) => opacity = if ns == Ns::W14 { 1.0 - share } else { share },
                ("lum", Some(share)) => rgb = with_luminance(rgb, |_| share),
                ("lumMod", Some(share)) => rgb = with_luminance(rgb, |luminance| luminance * share),
                ("lumOff", Some(share)) => rgb = with_luminance(rgb, |luminance| luminance + share),
                ("shade", Some(share)) => rgb = blend(rgb, 0, share.clamp(0.0, 1.0)),
                ("tint", Some(share)) => rgb = blend(rgb, 255, share.clamp(0.0, 1.0)),
                // Neither makes a colour that is seen into one that is not.
                ("sat" | "satMod" | "satOff" | "hue" | "hueMod" | "hueOff" | "gamma" | "invGamma" | "alphaMod" | "alphaOff", _) => {}
                _ => return None,
            }
        }
        Some((rgb, opacity))
    }

    /// What the fill of a shape or of letters (`a:solidFill` and its kin) shows over a ground; `None` where the element is none.
    pub fn fill(&self, tape: &Tape<'_>, index: usize, under: Rgb) -> Option<Colour> {
        let ns = tape.node(index).ns;
        let colours = |holder: usize| tape.children(holder).filter(|child| tape.node(*child).kind == Kind::Element);
        let over = |colour: usize| self.painted(tape, colour, None).map(|(rgb, opacity)| laid_over(rgb, opacity, under));
        Some(match tape.node(index).name.name() {
            "noFill" => Colour::One(under),
            "solidFill" => colours(index).next().and_then(over).map_or(Colour::Unknown, Colour::One),
            "gradFill" => {
                let Some(stops) = tape.child(index, ns, Sym::of(b"gsLst")) else { return Some(Colour::Unknown) };
                let stops: Option<Vec<Rgb>> = colours(stops).map(|stop| colours(stop).next().and_then(over)).collect();
                let light = |rgb: &Rgb| rgb.iter().map(|part| u32::from(*part)).sum::<u32>();
                let ends = stops
                    .and_then(|stops| Some((*stops.iter().min_by_key(|rgb| light(rgb))?, *stops.iter().max_by_key(|rgb| light(rgb))?)));
                ends.map_or(Colour::Unknown, |(dark, light)| if dark == light { Colour::One(dark) } else { Colour::Blend(dark, light) })
            }
            "pattFill" => {
                let side =
                    |name: &str| tape.child(index, ns, Sym::of(name.as_bytes())).and_then(|side| colours(side).next()).and_then(over);
                side("fgClr").zip(side("bgClr")).map_or(Colour::Unknown, |(one, other)| Colour::Either(one, other))
            }
            "blipFill" => Colour::Unknown,
            _ => return None,
        })
    }
}

/// The attributes in which an element of text names a colour.
pub struct Named {
    value: Sym,
    theme: Sym,
    tint: Sym,
    shade: Sym,
}

impl Named {
    /// Those of `w:color`, and of the pattern of `w:shd`.
    pub const COLOR: Self = Self { value: sym::VAL, theme: sym::THEME_COLOR, tint: sym::THEME_TINT, shade: sym::THEME_SHADE };
    /// Those of the pattern of `w:shd`, and of `w:background`.
    pub const PATTERN: Self = Self { value: sym::COLOR, ..Self::COLOR };
    /// Those of the fill of `w:shd`.
    pub const FILL: Self = Self { value: sym::FILL, theme: sym::THEME_FILL, tint: sym::THEME_FILL_TINT, shade: sym::THEME_FILL_SHADE };
}

/// A share: in thousandths of a percent, or in percent where it says so.
pub fn share_of(value: &str) -> Option<f64> {
    let (number, whole) = value.strip_suffix('%').map_or((value, 100_000.0), |percent| (percent, 100.0));
    number.trim().parse::<f64>().ok().map(|number| number / whole)
}

/// A colour over another, as far as it is opaque.
pub fn laid_over(rgb: Rgb, opacity: f64, under: Rgb) -> Rgb {
    let opacity = opacity.clamp(0.0, 1.0);
    std::array::from_fn(|part| (f64::from(rgb[part]) * opacity + f64::from(under[part]) * (1.0 - opacity)).round() as u8)
}

/// A part of a colour, given in linear light.
fn from_linear(share: f64) -> u8 {
    let share = share.clamp(0.0, 1.0);
    let curved = if share <= 0.003_130_8 { share * 12.92 } else { 1.055 * share.powf(1.0 / 2.4) - 0.055 };
    (curved * 255.0).round() as u8
}

/// A colour of another luminance, by hue, saturation and luminance.
fn with_luminance(rgb: Rgb, changed: impl Fn(f64) -> f64) -> Rgb {
    let parts = rgb.map(|part| f64::from(part) / 255.0);
    let (least, most) = parts.iter().fold((1.0_f64, 0.0_f64), |(least, most), part| (least.min(*part), most.max(*part)));
    let luminance = f64::midpoint(least, most);
    let spread = most - least;
    let saturation = if spread == 0.0 { 0.0 } else { spread / (1.0 - (2.0 * luminance - 1.0).abs()) };
    let target = changed(luminance).clamp(0.0, 1.0);
    let reach = saturation * (1.0 - (2.0 * target - 1.0).abs());
    let floor = target - reach / 2.0;
    parts.map(|part| {
        let place = if spread == 0.0 { 0.0 } else { (part - least) / spread };
        ((floor + reach * place).clamp(0.0, 1.0) * 255.0).round() as u8
    })
}

/// `RRGGBB`, `RGB`, or a name that VML, `DrawingML` or HTML files use.
pub fn rgb_of(value: &str) -> Option<Rgb> {
    const NAMES: [(&str, Rgb); 26] = [
        ("white", WHITE),
        ("window", WHITE),
        ("black", BLACK),
        ("windowtext", BLACK),
        ("silver", [192, 192, 192]),
        ("gray", [128, 128, 128]),
        ("grey", [128, 128, 128]),
        ("maroon", [128, 0, 0]),
        ("red", [255, 0, 0]),
        ("purple", [128, 0, 128]),
        ("fuchsia", [255, 0, 255]),
        ("magenta", [255, 0, 255]),
        ("green", [0, 128, 0]),
        ("lime", [0, 255, 0]),
        ("olive", [128, 128, 0]),
        ("yellow", [255, 255, 0]),
        ("navy", [0, 0, 128]),
        ("blue", [0, 0, 255]),
        ("teal", [0, 128, 128]),
        ("aqua", [0, 255, 255]),
        ("cyan", [0, 255, 255]),
        ("orange", [255, 165, 0]),
        ("ivory", [255, 255, 240]),
        ("snow", [255, 250, 250]),
        ("btnface", [240, 240, 240]),
        ("infobk", [255, 255, 225]),
    ];
    let digit = |at: usize, length: usize| value.get(at..at + length).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    let hexadecimal = value.bytes().all(|byte| byte.is_ascii_hexdigit());
    match value.len() {
        6 if hexadecimal => Some([digit(0, 2)?, digit(2, 2)?, digit(4, 2)?]),
        3 if hexadecimal => Some([digit(0, 1)? * 17, digit(1, 1)? * 17, digit(2, 1)? * 17]),
        _ => NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(value)).map(|(_, rgb)| *rgb),
    }
}

/// A colour of a VML attribute, which may go on with an index: `#4f81bd [3204]`.
pub fn vml_colour(value: &str) -> Option<Rgb> {
    rgb_of(value.trim().split(' ').next().unwrap_or_default().trim_start_matches('#'))
}

/// The colours of `w:highlight` (§17.18.40).
pub fn highlight(name: &str) -> Option<Colour> {
    Some(Colour::One(match name {
        "none" => return Some(Colour::Auto),
        "black" => BLACK,
        "blue" => [0, 0, 255],
        "cyan" => [0, 255, 255],
        "darkBlue" => [0, 0, 139],
        "darkCyan" => [0, 139, 139],
        "darkGray" => [169, 169, 169],
        "darkGreen" => [0, 100, 0],
        "darkMagenta" => [128, 0, 128],
        "darkRed" => [139, 0, 0],
        "darkYellow" => [128, 128, 0],
        "green" => [0, 255, 0],
        "lightGray" => [211, 211, 211],
        "magenta" => [255, 0, 255],
        "red" => [255, 0, 0],
        "white" => WHITE,
        "yellow" => [255, 255, 0],
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_little_blue_tells_no_colours_apart() {
        assert!(alike([255, 255, 0], [255, 255, 0x20]) && alike(WHITE, [255, 255, 0xcc]));
        assert!(!alike(WHITE, [255, 255, 0]) && !alike([0, 0, 255], BLACK) && !alike([0xe0, 255, 255], WHITE));
    }

    #[test]
    fn theme_colours_become_lighter_and_darker() {
        assert_eq!(with_luminance([0, 0, 0], |luminance| luminance + 0.5), [128, 128, 128]);
        assert_eq!(with_luminance(WHITE, |luminance| luminance * 0.5), [128, 128, 128]);
        assert_eq!(with_luminance([0, 0, 255], |luminance| luminance * 0.5), [0, 0, 128]);
    }

    #[test]
    fn colours_are_read_as_programs_write_them() {
        assert_eq!(["FFFFFF", "fff", "White", "ZZZZZZ"].map(rgb_of), [Some(WHITE), Some(WHITE), Some(WHITE), None]);
        assert_eq!(vml_colour("#4f81bd [3204]"), Some([0x4f, 0x81, 0xbd]));
        assert_eq!(["100%", "50000", "x"].map(share_of), [Some(1.0), Some(0.5), None]);
    }
}
