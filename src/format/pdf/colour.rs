//! Colours, as far as telling visible from invisible needs them (ISO 32000-2 §8.6).

use lopdf::{Dictionary, Object};

use super::function::Function;
use super::open::Source;

/// A colour on the page: red, green, blue from 0 to 1, or one that we do not work out.
pub(super) type Rgb = Option<[f32; 3]>;

/// Nesting of colour spaces.
const DEPTH_MAX: usize = 6;

/// A colour space.
#[derive(Debug, Clone)]
pub(super) enum Space {
    Gray,
    Rgb,
    Cmyk,
    Lab,
    /// Base space and table of colours.
    Indexed(Box<Space>, Vec<u8>),
    /// Number of colorants, the space behind, and the function that leads there.
    Tints(usize, Box<Space>, Option<Box<Function>>),
    /// So many colorants, none of which paints (`/None`).
    Nothing(usize),
    Pattern,
    Unknown,
}

impl Space {
    /// Reads a colour space, by name or array; `named` are the resources of the page. One that is no colour space is grey, as in the copy.
    pub(super) fn read(source: &Source, object: &Object, named: Option<&Dictionary>, depth: usize) -> Self {
        if depth > DEPTH_MAX {
            return Self::Gray;
        }
        match source.get(object) {
            Object::Name(name) => Self::by_name(source, name, named, depth),
            Object::Array(items) => Self::by_array(source, items, named, depth),
            _ => Self::Gray,
        }
    }

    fn by_name(source: &Source, name: &[u8], named: Option<&Dictionary>, depth: usize) -> Self {
        match name {
            b"DeviceGray" | b"G" | b"CalGray" => Self::Gray,
            b"DeviceRGB" | b"RGB" | b"CalRGB" => Self::Rgb,
            b"DeviceCMYK" | b"CMYK" => Self::Cmyk,
            b"Pattern" => Self::Pattern,
            other => match named.and_then(|named| named.get(other).ok()) {
                Some(object) => Self::read(source, object, None, depth + 1),
                None => Self::Gray,
            },
        }
    }

    fn by_array(source: &Source, items: &[Object], named: Option<&Dictionary>, depth: usize) -> Self {
        let Some(Object::Name(family)) = items.first().map(|item| source.get(item)) else { return Self::Gray };
        let inner = |index: usize| items.get(index).map_or(Self::Gray, |item| Self::read(source, item, named, depth + 1));
        match family.as_slice() {
            b"ICCBased" => match items.get(1).map(|item| source.get(item)) {
                Some(Object::Stream(profile)) => match source.int(&profile.dict, b"N") {
                    Some(1) => Self::Gray,
                    Some(3) | None => Self::Rgb,
                    Some(4) => Self::Cmyk,
                    Some(_) => Self::Unknown,
                },
                _ => Self::Gray,
            },
            b"Lab" => Self::Lab,
            b"Indexed" | b"I" => {
                let table = match items.get(3).map(|item| source.get(item)) {
                    Some(Object::String(bytes, _)) => bytes.clone(),
                    Some(Object::Stream(stream)) => source.decode(stream).map(|decoded| decoded.data.into_owned()).unwrap_or_default(),
                    _ => Vec::new(),
                };
                // Nothing past the last colour: many spaces may name one table.
                let base = inner(1);
                let high = items.get(2).and_then(|item| source.to_number(item)).unwrap_or(0.0).clamp(0.0, 255.0) as usize;
                let end = base.components().map_or(0, |size| size.saturating_mul(high + 1)).min(table.len());
                Self::Indexed(Box::new(base), table.get(..end).unwrap_or_default().to_vec())
            }
            b"Separation" => {
                if matches!(items.get(1).map(|item| source.get(item)), Some(Object::Name(name)) if name == b"None") {
                    return Self::Nothing(1);
                }
                Self::Tints(1, Box::new(inner(2)), tint_transform(source, items))
            }
            b"DeviceN" => {
                let names = match items.get(1).map(|item| source.get(item)) {
                    Some(Object::Array(names)) => names.as_slice(),
                    _ => &[],
                };
                let is_none = |name: &Object| matches!(source.get(name), Object::Name(name) if name == b"None");
                if !names.is_empty() && source.budget.steps(names.len() / 4) && names.iter().all(is_none) {
                    return Self::Nothing(names.len());
                }
                let count = names.len().max(1);
                Self::Tints(count, Box::new(inner(2)), tint_transform(source, items))
            }
            b"Pattern" => Self::Pattern,
            name => Self::by_name(source, name, named, depth + 1),
        }
    }

    /// The colour that a space starts with (§8.6.8).
    pub(super) fn initial(&self) -> Rgb {
        match self {
            Self::Gray | Self::Rgb | Self::Cmyk | Self::Lab => Some([0.0; 3]),
            Self::Indexed(..) => self.rgb(&[0.0]),
            // One tint stands for all: they are alike.
            Self::Tints(count, ..) => self.rgb(&[1.0][..(*count).min(1)]),
            Self::Nothing(_) | Self::Pattern | Self::Unknown => None,
        }
    }

    /// Number of components of one sample.
    pub(super) fn components(&self) -> Option<usize> {
        match self {
            Self::Gray | Self::Indexed(..) => Some(1),
            Self::Rgb | Self::Lab => Some(3),
            Self::Cmyk => Some(4),
            Self::Tints(count, ..) | Self::Nothing(count) => Some(*count),
            Self::Pattern | Self::Unknown => None,
        }
    }

    /// Number of colours of a table.
    pub(super) fn colours(&self) -> Option<usize> {
        match self {
            Self::Indexed(base, table) => Some(table.len() / base.components()?.max(1)),
            _ => None,
        }
    }

    /// A colour from its components.
    pub(super) fn rgb(&self, parts: &[f64]) -> Rgb {
        match (self, parts) {
            (Self::Gray, [gray, ..]) => Some([unit(*gray); 3]),
            (Self::Rgb, [red, green, blue, ..]) => Some([unit(*red), unit(*green), unit(*blue)]),
            (Self::Cmyk, [c, m, y, k, ..]) => {
                let ink = |part: &f64| (1.0 - unit(*part)) * (1.0 - unit(*k));
                Some([ink(c), ink(m), ink(y)])
            }
            // Only lightness: enough to tell white from the rest.
            (Self::Lab, [lightness, a, b]) => {
                if a.abs() < 3.0 && b.abs() < 3.0 {
                    Some([unit(lightness / 100.0); 3])
                } else {
                    None
                }
            }
            (Self::Indexed(base, table), [index, ..]) => {
                let size = base.components()?;
                // Past the last colour viewers take that.
                let last = (table.len() / size.max(1)).checked_sub(1)?;
                let start = (index.clamp(0.0, 255.0) as usize).min(last) * size;
                let cell = table.get(start..start + size)?;
                base.rgb(&cell.iter().map(|byte| f64::from(*byte) / 255.0).collect::<Vec<_>>())
            }
            (Self::Tints(count, base, Some(function)), parts) if parts.len() >= *count => base.rgb(&function.of(parts)?),
            // No ink of any colorant.
            (Self::Tints(..), parts) if parts.iter().all(|tint| *tint == 0.0) => Some([1.0; 3]),
            _ => None,
        }
    }
}

/// The colour of an annotation by the number of its parts (Table 166): grey, RGB or CMYK.
pub(super) fn by_count(parts: &[f64]) -> Rgb {
    match parts.len() {
        1 => Space::Gray.rgb(parts),
        3 => Space::Rgb.rgb(parts),
        4 => Space::Cmyk.rgb(parts),
        _ => None,
    }
}

fn unit(value: f64) -> f32 {
    value.clamp(0.0, 1.0) as f32
}

fn tint_transform(source: &Source, items: &[Object]) -> Option<Box<Function>> {
    items.get(3).and_then(|item| Function::read(source, item, 0)).map(Box::new)
}

/// Whether two colours cannot be told apart on the page.
pub(super) fn alike(one: [f32; 3], other: [f32; 3]) -> bool {
    one.iter().zip(other).all(|(one, other)| (one - other).abs() < 0.035)
}

/// Whether a letter cannot be made out on its ground.
pub(super) fn is_lost(letter: [f32; 3], ground: [f32; 3]) -> bool {
    letter.iter().zip(ground).all(|(one, other)| (one - other).abs() < 0.045)
}

/// Whether a colour is black, grey or white, and nearly black or nearly white at that.
pub(super) fn is_bar(colour: [f32; 3]) -> bool {
    !is_chromatic(colour) && (colour.iter().all(|part| *part < 0.15) || colour.iter().all(|part| *part > 0.97))
}

/// Whether a colour is clearly not black, grey or white.
pub(super) fn is_chromatic(colour: [f32; 3]) -> bool {
    let high = colour.iter().copied().fold(0.0f32, f32::max);
    let low = colour.iter().copied().fold(1.0f32, f32::min);
    high - low > 0.25
}
