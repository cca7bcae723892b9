//! Colour spaces, functions, shadings, patterns and graphics state parameters, key by key (ISO 32000-2 §7.10, §8.4.5, §8.6, §8.7).

use lopdf::{Dictionary, Object, Stream};

use super::colour::Space;
use super::content::{AGREED_MAX, Lexer, Token};
use super::interpret::address;
use super::odd::{check_shading, check_tints, is_far_from_device};
use super::open::{Source, value};
use super::rebuild::{Rebuild, flate, number, numbers, rect};
use super::value::Value;
use super::{icc, write};
use crate::error::DocError;

/// Nesting of colour spaces and functions.
const DEPTH_MAX: usize = 8;
/// Values that a function counts for beside its numbers, and bytes of a string that count as one.
const FUNCTION_VALUES: usize = 8;
pub(super) const VALUE_BYTES: usize = 64;

/// Numbers, flags and arrays of them, copied; anything that could hold words, or is nested without end, is `None`.
pub(super) fn plain(source: &Source, object: &Object) -> Option<Object> {
    plain_at(source, object, 0)
}

fn plain_at(source: &Source, object: &Object, depth: usize) -> Option<Object> {
    if depth > DEPTH_MAX || !source.budget.values(1) {
        return None;
    }
    match source.get(object) {
        Object::Integer(value) => Some(Object::Integer(*value)),
        Object::Real(value) if value.is_finite() => Some(Object::Real(*value)),
        Object::Boolean(value) => Some(Object::Boolean(*value)),
        Object::Array(items) => items.iter().map(|item| plain_at(source, item, depth + 1)).collect::<Option<Vec<_>>>().map(Object::Array),
        _ => None,
    }
}

/// Copies the keys that hold plain values, as many in an array as the key may have.
pub(super) fn copy_plain(source: &Source, from: &Dictionary, to: &mut Dictionary, keys: &[&str]) {
    for key in keys {
        copy_some(source, from, to, key, numbers_of(key));
    }
}

/// Copies a key that holds a plain value, or an array of at most so many; no array for 0.
pub(super) fn copy_some(source: &Source, from: &Dictionary, to: &mut Dictionary, key: &str, most: usize) {
    let Some(object) = value(from, key.as_bytes()) else { return };
    let value = match source.get(object) {
        Object::Null => return,
        Object::Array(_) if most == 0 => None,
        Object::Array(items) => items.iter().take(most).map(|item| plain(source, item)).collect::<Option<Vec<_>>>().map(Object::Array),
        _ => plain(source, object),
    };
    if !fits(key, value.as_ref().unwrap_or(&Object::Null)) {
        source.misfit();
    }
    if let Some(value) = value {
        to.set(key, value);
    }
}

/// Whether a plain value is of the kind that the standard has under a key which decides what is drawn (§7.10, §8.4.5, §8.6, §8.7, §8.9.5),
/// its numbers none that viewers differ about; null is what is not plain. Of other keys, anything.
fn fits(key: &str, value: &Object) -> bool {
    let is_number = |value: &Object| value.as_float().is_ok_and(|value| f64::from(value.abs()) <= AGREED_MAX);
    let are_numbers = |value: &Object| matches!(value, Object::Array(items) if items.iter().all(is_number));
    let count = value.as_array().map_or(0, Vec::len);
    match key {
        "BBox" => are_numbers(value) && count == 4,
        "Coords" => are_numbers(value) && matches!(count, 4 | 6),
        "Matrix" => are_numbers(value) && matches!(count, 6 | 9),
        "FontMatrix" => are_numbers(value) && count == 6,
        "Domain" | "Range" | "Encode" | "Decode" => are_numbers(value) && count.is_multiple_of(2),
        "C0" | "C1" | "Bounds" | "Background" | "BC" | "Mask" | "Matte" | "WhitePoint" | "BlackPoint" => are_numbers(value),
        "Size" | "Gamma" => are_numbers(value) || is_number(value),
        "Extend" => count == 2 && matches!(value, Object::Array(items) if items.iter().all(|item| matches!(item, Object::Boolean(_)))),
        "Width" | "Height" => is_number(value) && value.as_float().is_ok_and(|value| value.fract() == 0.0),
        "BitsPerComponent" => matches!(value, Object::Integer(1 | 2 | 4 | 8 | 16)),
        "XStep" | "YStep" => is_number(value) && value.as_float().is_ok_and(|value| value != 0.0),
        "PatternType" | "PaintType" => matches!(value, Object::Integer(1 | 2)),
        "FunctionType" | "ShadingType" | "N" | "ca" | "CA" | "BitsPerSample" | "BitsPerCoordinate" | "BitsPerFlag" | "VerticesPerRow"
        | "DW" => is_number(value),
        "LC" | "LJ" => matches!(value, Object::Integer(0..=2)),
        "ImageMask" => matches!(value, Object::Boolean(_)),
        _ => true,
    }
}

/// Numbers in the array under a key: the standard tells it, or what stands beside it.
fn numbers_of(key: &str) -> usize {
    match key {
        "DW2" | "Extend" => 2,
        "WhitePoint" | "BlackPoint" | "Gamma" => 3,
        "BBox" | "FontBBox" | "C" => 4,
        "Coords" | "FontMatrix" => 6,
        "Matrix" => 9,
        "D" | "Domain" | "Range" | "Size" | "Encode" | "Decode" | "C0" | "C1" | "Bounds" | "Background" | "BC" | "Widths" | "W" | "W2"
        | "Mask" | "Matte" => usize::MAX,
        _ => 0,
    }
}

/// Copies the keys that hold one of a few names.
pub(super) fn copy_name(source: &Source, from: &Dictionary, to: &mut Dictionary, key: &str, known: &[&str]) {
    if let Some(name) = source.name(from, key.as_bytes())
        && let Some(known) = known.iter().find(|known| known.as_bytes() == name)
    {
        to.set(key, *known);
    }
}

const BLEND_MODES: &[&str] = &[
    "Normal",
    "Compatible",
    "Multiply",
    "Screen",
    "Overlay",
    "Darken",
    "Lighten",
    "ColorDodge",
    "ColorBurn",
    "HardLight",
    "SoftLight",
    "Difference",
    "Exclusion",
    "Hue",
    "Saturation",
    "Color",
    "Luminosity",
];
const PROCESS_COLORANTS: &[&[u8]] = &[b"All", b"None", b"Cyan", b"Magenta", b"Yellow", b"Black", b"Red", b"Green", b"Blue", b"Gray"];

impl<'s> Rebuild<'s, '_> {
    /// A colour space. Names of spot colours become neutral: they may name a client, and no screen shows them.
    pub(super) fn colour_space(&mut self, object: &'s Object, resources: Option<&'s Dictionary>, depth: usize) -> Result<Object, DocError> {
        let source = self.source;
        if depth > DEPTH_MAX || !source.budget.values(1) {
            return Ok(self.no_colour_space());
        }
        match source.get(object) {
            Object::Name(name) => match name.as_slice() {
                b"DeviceGray" | b"G" | b"CalGray" => Ok(Object::from("DeviceGray")),
                b"DeviceRGB" | b"RGB" | b"CalRGB" => Ok(Object::from("DeviceRGB")),
                b"DeviceCMYK" | b"CMYK" => Ok(Object::from("DeviceCMYK")),
                b"Pattern" => Ok(Object::from("Pattern")),
                name => {
                    let spaces = resources.and_then(|resources| source.sub(resources, b"ColorSpace"));
                    match spaces.and_then(|spaces| spaces.get(name).ok()) {
                        Some(object) => self.colour_space(object, None, depth + 1),
                        None => Ok(self.no_colour_space()),
                    }
                }
            },
            Object::Array(items) => {
                let array = self.colour_array(items, resources, depth)?;
                Ok(array.map_or_else(|| self.no_colour_space(), Object::Array))
            }
            _ => Ok(self.no_colour_space()),
        }
    }

    /// Grey, in the place of what is no colour space. Viewers leave out what is to be painted in it, or take what they like.
    pub(super) fn no_colour_space(&mut self) -> Object {
        self.damaged += 1;
        Object::from("DeviceGray")
    }

    fn colour_array(
        &mut self,
        items: &'s [Object],
        resources: Option<&'s Dictionary>,
        depth: usize,
    ) -> Result<Option<Vec<Object>>, DocError> {
        let source = self.source;
        let Some(Object::Name(family)) = items.first().map(|item| source.get(item)) else { return Ok(None) };
        let second = items.get(1);
        Ok(match (family.as_slice(), second) {
            (b"ICCBased", Some(profile)) => self.icc_based(profile, resources, depth)?,
            (b"CalGray" | b"CalRGB" | b"Lab", Some(parameters)) => {
                let mut dict = Dictionary::new();
                if let Some(from) = source.dict(parameters) {
                    copy_plain(source, from, &mut dict, &["WhitePoint", "BlackPoint", "Gamma", "Matrix", "Range"]);
                }
                // There must be one (Tables 63 to 65): without it viewers take another space, or show nothing.
                if !dict.has(b"WhitePoint") || is_far_from_device(source, &dict) {
                    source.misfit();
                }
                Some(vec![Object::Name(family.clone()), Object::Dictionary(dict)])
            }
            (b"Indexed" | b"I", Some(base)) => {
                let base = self.colour_space(base, resources, depth + 1)?;
                let high = items.get(2).and_then(|item| source.to_number(item));
                self.damaged += u64::from(high.is_none_or(|high| !(0.0..=255.0).contains(&high)));
                let high = high.unwrap_or(0.0).clamp(0.0, 255.0);
                let table = match items.get(3).map(|item| source.get(item)) {
                    Some(Object::String(bytes, _)) => bytes.clone(),
                    Some(Object::Stream(stream)) => self.data(stream)?,
                    _ => {
                        self.damaged += 1;
                        Vec::new()
                    }
                };
                // Nothing past the last colour.
                let size = match &base {
                    Object::Name(name) if name == b"DeviceGray" => Some(1),
                    Object::Name(name) if name == b"DeviceRGB" => Some(3),
                    Object::Name(name) if name == b"DeviceCMYK" => Some(4),
                    _ => Space::read(source, second.unwrap_or(&Object::Null), None, 0).components(),
                };
                let promised = size.map_or(table.len(), |size| (high as usize + 1) * size);
                // Colours that the table does not have are black, or any.
                self.damaged += u64::from(table.len() < promised);
                let end = promised.min(table.len());
                let table = table.get(..end).unwrap_or(&table).to_vec();
                source.budget.values(table.len() / VALUE_BYTES);
                let table = Object::String(table, lopdf::StringFormat::Hexadecimal);
                Some(vec![Object::from("Indexed"), base, number(high), table])
            }
            (b"Separation", Some(name)) => {
                let name = self.colorant(source.get(name));
                check_tints(source, 1, items);
                let base = self.alternate(items.get(2), resources, depth)?;
                let function = self.function_at(items.get(3), 0)?;
                Some(vec![Object::from("Separation"), name, base, function])
            }
            (b"DeviceN", Some(names)) => {
                let names = match source.get(names) {
                    Object::Array(names) if source.budget.values(names.len()) => {
                        names.iter().map(|name| self.colorant(source.get(name))).collect()
                    }
                    _ => Vec::new(),
                };
                check_tints(source, names.len(), items);
                let base = self.alternate(items.get(2), resources, depth)?;
                let function = self.function_at(items.get(3), 0)?;
                Some(vec![Object::from("DeviceN"), Object::Array(names), base, function])
            }
            (b"Pattern", Some(base)) => Some(vec![Object::from("Pattern"), self.colour_space(base, resources, depth + 1)?]),
            (b"Pattern", None) => Some(vec![Object::from("Pattern")]),
            (b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK", None) => Some(vec![Object::Name(family.clone())]),
            _ => None,
        })
    }

    /// The name of a colorant (§8.6.6.4). Of those of a client each has a number.
    fn colorant(&mut self, name: &Object) -> Object {
        let name = name.as_name().unwrap_or_default();
        if PROCESS_COLORANTS.contains(&name) {
            return Object::Name(name.to_vec());
        }
        let next = self.spots.len() + 1;
        let number = *self.spots.entry(name.to_vec()).or_insert(next);
        Object::Name(format!("Spot{number}").into_bytes())
    }

    fn alternate(&mut self, base: Option<&'s Object>, resources: Option<&'s Dictionary>, depth: usize) -> Result<Object, DocError> {
        match base {
            Some(base) => self.colour_space(base, resources, depth + 1),
            None => Ok(self.no_colour_space()),
        }
    }

    fn icc_based(&mut self, profile: &'s Object, resources: Option<&'s Dictionary>, depth: usize) -> Result<Option<Vec<Object>>, DocError> {
        let source = self.source;
        let Object::Stream(stream) = source.get(profile) else { return Ok(None) };
        let parts = source.int(&stream.dict, b"N").unwrap_or(3);
        let made = self.once(address(stream), 0, |this| {
            let mut dict = Dictionary::new();
            dict.set("N", parts);
            if let Some(base) = source.there(&stream.dict, b"Alternate") {
                dict.set("Alternate", this.colour_space(base, resources, depth + 1)?);
            }
            copy_plain(source, &stream.dict, &mut dict, &["Range"]);
            // Viewers take the other space, or that of as many numbers, in place of a profile that they cannot read, or that is for other
            // colours. Where the two differ, so do they.
            let other = source.there(&stream.dict, b"Alternate").and_then(|base| Space::read(source, base, None, 0).components());
            this.damaged += u64::from(other.is_some_and(|other| i64::try_from(other) != Ok(parts)));
            let data = icc::strip(&this.data(stream)?);
            this.damaged += u64::from(data.is_none());
            Ok(Object::Stream(flate(dict, &data.unwrap_or_default())))
        })?;
        Ok(Some(vec![Object::from("ICCBased"), made]))
    }

    /// A function where there must be one. Without it, viewers take a colour that they like, or none.
    fn function_at(&mut self, object: Option<&'s Object>, depth: usize) -> Result<Object, DocError> {
        let function = match object {
            Some(object) => self.function(object, depth)?,
            None => None,
        };
        self.damaged += u64::from(function.is_none());
        Ok(function.unwrap_or_else(identity_function))
    }

    /// A function, or an array of functions (§7.10).
    pub(super) fn function(&mut self, object: &'s Object, depth: usize) -> Result<Option<Object>, DocError> {
        let source = self.source;
        // Functions that name one twice grow with each level.
        if !source.budget.values(FUNCTION_VALUES) {
            source.budget.check()?;
        }
        if depth > DEPTH_MAX {
            return Ok(None);
        }
        match source.get(object) {
            Object::Array(items) => {
                let mut copies = Vec::new();
                for item in items {
                    copies.push(self.function_at(Some(item), depth + 1)?);
                }
                Ok(Some(Object::Array(copies)))
            }
            Object::Name(name) if matches!(name.as_slice(), b"Identity" | b"Default") => Ok(Some(Object::Name(name.clone()))),
            Object::Dictionary(dict) => {
                let mut copy = function_dict(source, dict);
                if source.int(dict, b"FunctionType") == Some(3) {
                    let mut parts = Vec::new();
                    for part in source.array(dict, b"Functions") {
                        parts.push(self.function_at(Some(part), depth + 1)?);
                    }
                    copy.set("Functions", parts);
                }
                Ok(Some(Object::Dictionary(copy)))
            }
            Object::Stream(stream) => self
                .once(address(stream), 0, |this| {
                    let dict = function_dict(source, &stream.dict);
                    let data = this.data(stream)?;
                    let data = match source.int(&stream.dict, b"FunctionType") {
                        Some(4) => calculator(&data),
                        Some(0) => samples(source, &stream.dict, data),
                        // The others have no data.
                        Some(2 | 3) => Some(Vec::new()),
                        _ => None,
                    };
                    this.damaged += u64::from(data.is_none());
                    let data = data.unwrap_or_default();
                    Ok(Object::Stream(flate(dict, &data)))
                })
                .map(Some),
            _ => Ok(None),
        }
    }

    /// A graphics state parameter dictionary (§8.4.5), with its soft mask or without.
    pub(super) fn ext_state(
        &mut self,
        object: &'s Object,
        resources: Option<&'s Dictionary>,
        masked: bool,
    ) -> Result<Option<Object>, DocError> {
        let source = self.source;
        let Some(dict) = source.dict(object) else { return Ok(None) };
        self.once(address(dict), usize::from(!masked), |this| {
            let mut copy = Dictionary::new();
            copy.set("Type", "ExtGState");
            let keys = ["LW", "LC", "LJ", "ML", "D", "OP", "op", "OPM", "FL", "SM", "SA", "CA", "ca", "AIS", "TK"];
            copy_plain(source, dict, &mut copy, &keys);
            copy_name(source, dict, &mut copy, "RI", &["AbsoluteColorimetric", "RelativeColorimetric", "Saturation", "Perceptual"]);
            match source.entry(dict, b"BM") {
                Object::Name(_) => copy_name(source, dict, &mut copy, "BM", BLEND_MODES),
                Object::Array(modes) => {
                    let known = modes.iter().filter_map(|mode| source.get(mode).as_name().ok());
                    if let Some(mode) = known.into_iter().find_map(|name| BLEND_MODES.iter().find(|known| known.as_bytes() == name)) {
                        copy.set("BM", *mode);
                    }
                }
                _ => {}
            }
            if let [font, size] = source.array(dict, b"Font")
                && let (Some(font), Some(size)) = (source.dict(font), source.to_number(size))
            {
                let font = this.font(font, resources)?;
                copy.set("Font", vec![font, number(size)]);
            } else if source.there(dict, b"Font").is_some() {
                source.misfit();
            }
            for key in ["TR", "TR2"] {
                if let Ok(function) = dict.get(key.as_bytes())
                    && let Some(function) = this.function(function, 0)?
                {
                    copy.set(key, function);
                }
            }
            match source.entry(dict, b"SMask") {
                Object::Name(name) if name == b"None" => copy.set("SMask", "None"),
                Object::Dictionary(mask) if masked => {
                    if let Some(mask) = this.soft_mask(mask, resources)? {
                        copy.set("SMask", mask);
                    }
                }
                _ => {}
            }
            Ok(Object::Dictionary(copy))
        })
        .map(Some)
    }

    /// A soft-mask dictionary (§11.6.5.2).
    fn soft_mask(&mut self, mask: &'s Dictionary, resources: Option<&'s Dictionary>) -> Result<Option<Dictionary>, DocError> {
        let source = self.source;
        let Some(group) = source.stream(mask, b"G") else { return Ok(None) };
        let mut copy = Dictionary::new();
        copy.set("Type", "Mask");
        copy_name(source, mask, &mut copy, "S", &["Alpha", "Luminosity"]);
        if !copy.has(b"S") {
            source.misfit();
        }
        copy.set("G", self.form(group, resources)?);
        copy_plain(source, mask, &mut copy, &["BC"]);
        if let Ok(function) = mask.get(b"TR")
            && let Some(function) = self.function(function, 0)?
        {
            copy.set("TR", function);
        }
        Ok(Some(copy))
    }

    /// A shading dictionary or stream (§8.7.4.3).
    pub(super) fn shading(&mut self, object: &'s Object, resources: Option<&'s Dictionary>) -> Result<Option<Object>, DocError> {
        let source = self.source;
        let Some(dict) = source.dict(object) else { return Ok(None) };
        self.once(address(dict), 0, |this| {
            let mut copy = Dictionary::new();
            let keys = [
                "ShadingType",
                "Background",
                "BBox",
                "AntiAlias",
                "Domain",
                "Matrix",
                "Coords",
                "Extend",
                "BitsPerCoordinate",
                "BitsPerComponent",
                "BitsPerFlag",
                "Decode",
                "VerticesPerRow",
            ];
            copy_plain(source, dict, &mut copy, &keys);
            check_shading(source, dict, resources);
            if let Ok(space) = dict.get(b"ColorSpace") {
                copy.set("ColorSpace", this.colour_space(space, resources, 0)?);
            }
            if let Ok(function) = dict.get(b"Function")
                && let Some(function) = this.function(function, 0)?
            {
                copy.set("Function", function);
            }
            match source.get(object) {
                Object::Stream(stream) => match source.int(dict, b"ShadingType") {
                    Some(kind @ 4..=7) => {
                        let data = mesh(source, dict, kind, this.data(stream)?);
                        this.damaged += u64::from(data.is_none());
                        Ok(Object::Stream(flate(copy, &data.unwrap_or_default())))
                    }
                    // The others have no data.
                    _ => Ok(Object::Dictionary(copy)),
                },
                _ => Ok(Object::Dictionary(copy)),
            }
        })
        .map(Some)
    }

    /// A tiling or shading pattern (§8.7).
    pub(super) fn pattern(&mut self, object: &'s Object, resources: Option<&'s Dictionary>) -> Result<Option<Object>, DocError> {
        let source = self.source;
        let Some(dict) = source.dict(object) else { return Ok(None) };
        self.once(address(dict), 0, |this| {
            let mut copy = Dictionary::new();
            copy.set("Type", "Pattern");
            copy_plain(source, dict, &mut copy, &["PatternType", "PaintType", "TilingType", "XStep", "YStep", "Matrix"]);
            match source.rect(dict, b"BBox") {
                Some(bbox) => copy.set("BBox", rect(bbox)),
                None if matches!(source.get(object), Object::Stream(_)) => source.misfit(),
                None => {}
            }
            if matches!(source.get(object), Object::Stream(_)) && !(copy.has(b"XStep") && copy.has(b"YStep") && copy.has(b"PaintType")) {
                source.misfit();
            }
            if let Ok(shading) = dict.get(b"Shading")
                && let Some(shading) = this.shading(shading, resources)?
            {
                copy.set("Shading", shading);
            }
            if let Ok(state) = dict.get(b"ExtGState")
                && let Some(state) = this.ext_state(state, resources, true)?
            {
                copy.set("ExtGState", state);
            }
            match source.get(object) {
                Object::Stream(stream) => {
                    let resources = source.sub(dict, b"Resources").or(resources);
                    let content = this.stream_content(stream, resources, &mut copy)?;
                    Ok(Object::Stream(flate(copy, &content)))
                }
                _ => Ok(Object::Dictionary(copy)),
            }
        })
        .map(Some)
    }
}

fn function_dict(source: &Source, dict: &Dictionary) -> Dictionary {
    let mut copy = Dictionary::new();
    let keys = ["FunctionType", "Domain", "Range", "Size", "BitsPerSample", "Order", "Encode", "Decode", "C0", "C1", "N", "Bounds"];
    copy_plain(source, dict, &mut copy, &keys);
    copy
}

fn identity_function() -> Object {
    let mut dict = Dictionary::new();
    dict.set("FunctionType", 2);
    dict.set("Domain", numbers(&[0.0, 1.0]));
    dict.set("N", 1);
    Object::Dictionary(dict)
}

/// The samples of a function of type 0, nothing after the last one; `None` when their number is not told.
fn samples(source: &Source, dict: &Dictionary, mut data: Vec<u8>) -> Option<Vec<u8>> {
    let sizes: Option<Vec<f64>> = source.array(dict, b"Size").iter().map(|item| source.to_number(item)).collect();
    let sizes = sizes.filter(|sizes| !sizes.is_empty() && sizes.iter().all(|size| *size >= 1.0))?;
    let outputs = Some(source.array(dict, b"Range").len() / 2).filter(|outputs| *outputs > 0)?;
    let bits = source.number(dict, b"BitsPerSample").filter(|bits| *bits >= 1.0)?;
    let total = (sizes.iter().product::<f64>() * outputs as f64 * bits / 8.0).ceil();
    if total < data.len() as f64 {
        data.truncate(total as usize);
    }
    Some(data)
}

/// The vertices or patches of a shading, nothing after the last whole one (§8.7.4.5.5 to §8.7.4.5.8); `None` when their size is not told.
fn mesh(source: &Source, dict: &Dictionary, kind: i64, mut data: Vec<u8>) -> Option<Vec<u8>> {
    let bits = |key: &[u8]| source.int(dict, key).and_then(|value| usize::try_from(value).ok()).filter(|bits| (1..=32).contains(bits));
    let (point, component) = (2 * bits(b"BitsPerCoordinate")?, bits(b"BitsPerComponent")?);
    // The box of the points, then a range for each part of a colour.
    let colour = component * (source.array(dict, b"Decode").len() / 2).checked_sub(2)?;
    if kind == 5 {
        let vertex = (point + colour).div_ceil(8);
        data.truncate(data.len() / vertex * vertex);
        return Some(data);
    }
    let flag = bits(b"BitsPerFlag").filter(|bits| matches!(bits, 2 | 4 | 8))?;
    let mut at = 0;
    while let Some(first) = data.get(at) {
        // The flag tells whether an edge is shared, and with it how much follows.
        let shares = match first >> (8 - flag) {
            0 => false,
            1..=3 => true,
            _ => return None,
        };
        let size = flag
            + match (kind, shares) {
                (4, _) => point + colour,
                (6, false) => 12 * point + 4 * colour,
                (6, true) => 8 * point + 2 * colour,
                (_, false) => 16 * point + 4 * colour,
                (_, true) => 12 * point + 2 * colour,
            };
        if kind != 4 && size % 8 != 0 {
            // Whether patches begin with a byte is not told.
            return Some(data);
        }
        let next = at + size.div_ceil(8);
        if next > data.len() {
            data.truncate(at);
            break;
        }
        at = next;
    }
    Some(data)
}

const CALCULATOR_WORDS: &[&[u8]] = &[
    b"abs",
    b"add",
    b"and",
    b"atan",
    b"bitshift",
    b"ceiling",
    b"copy",
    b"cos",
    b"cvi",
    b"cvr",
    b"div",
    b"dup",
    b"eq",
    b"exch",
    b"exp",
    b"false",
    b"floor",
    b"ge",
    b"gt",
    b"idiv",
    b"if",
    b"ifelse",
    b"index",
    b"le",
    b"ln",
    b"log",
    b"lt",
    b"mod",
    b"mul",
    b"ne",
    b"neg",
    b"not",
    b"or",
    b"pop",
    b"roll",
    b"round",
    b"sin",
    b"sqrt",
    b"sub",
    b"true",
    b"truncate",
    b"xor",
];

/// A PostScript calculator function without comments (§7.10.5); `None` for one with words that the standard does not have.
fn calculator(data: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len());
    let mut lexer = Lexer::new(data);
    while let Some(token) = lexer.token() {
        match token {
            Token::Open(b'{') => out.push(b'{'),
            Token::Close(b'}') => out.push(b'}'),
            Token::Value(Value::Number(value)) => write::number(&mut out, value),
            Token::Word(word) if CALCULATOR_WORDS.contains(&word) => out.extend_from_slice(word),
            _ => return None,
        }
        out.push(b' ');
    }
    Some(out)
}

/// The parameters of a codec that change the picture.
pub(super) fn codec_parameters(source: &Source, from: &Dictionary, keys: &[&str]) -> Dictionary {
    let mut copy = Dictionary::new();
    copy_plain(source, from, &mut copy, keys);
    copy
}

/// A stream of an image codec.
pub(super) fn coded(mut dict: Dictionary, filter: &str, parameters: Dictionary, data: Vec<u8>) -> Object {
    dict.set("Filter", filter);
    if !parameters.is_empty() {
        dict.set("DecodeParms", parameters);
    }
    Object::Stream(Stream::new(dict, data))
}
