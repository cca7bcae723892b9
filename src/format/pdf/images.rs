//! Image XObjects (ISO 32000-2 §8.9): samples and what is needed to show them.

use lopdf::{Dictionary, Object, Stream};

use super::codecs;
use super::colour::Space;
use super::filter::Codec;
use super::interpret::address;
use super::looks::Samples;
use super::open::Source;
use super::rebuild::{Rebuild, flate};
use super::resources::{codec_parameters, coded, copy_name, copy_plain};
use crate::error::DocError;
use crate::format::image;
use crate::limits::Limits;

impl<'s> Rebuild<'s, '_> {
    /// An image with its masks, and nothing that was known about it: no metadata, no alternates, no production data.
    pub(super) fn image(&mut self, stream: &'s Stream, resources: Option<&'s Dictionary>) -> Result<Object, DocError> {
        self.once(address(stream), 0, |this| {
            let source = this.source;
            this.check_external(stream);
            let mut dict = this.image_dict(&stream.dict);
            if let Ok(space) = stream.dict.get(b"ColorSpace")
                && !source.flag(&stream.dict, b"ImageMask")
            {
                dict.set("ColorSpace", this.colour_space(space, resources, 0)?);
            }
            match source.entry(&stream.dict, b"SMask") {
                Object::Stream(mask) if address(mask) != address(stream) => {
                    let mask = this.image(mask, resources)?;
                    dict.set("SMask", mask);
                }
                _ => {}
            }
            match source.entry(&stream.dict, b"Mask") {
                Object::Stream(mask) if address(mask) != address(stream) => {
                    let mask = this.image(mask, resources)?;
                    dict.set("Mask", mask);
                }
                Object::Array(_) => copy_plain(source, &stream.dict, &mut dict, &["Mask"]),
                _ => {}
            }
            let space = stream.dict.get(b"ColorSpace").ok().map(|object| {
                let named = resources.and_then(|resources| source.sub(resources, b"ColorSpace"));
                Space::read(source, object, named, 0)
            });
            this.samples(stream, dict, space)
        })
    }

    /// An inline image as an XObject; `None` when it has no size.
    pub(super) fn inline(&mut self, stream: &Stream, resources: Option<&'s Dictionary>) -> Result<Option<Object>, DocError> {
        let source = self.source;
        let mut dict = self.image_dict(&stream.dict);
        if !dict.has(b"Width") || !dict.has(b"Height") {
            return Ok(None);
        }
        let mut space = None;
        if let Ok(object) = stream.dict.get(b"ColorSpace") {
            let named = resources.and_then(|resources| source.sub(resources, b"ColorSpace"));
            space = Some(Space::read(source, object, named, 0));
            let is_mask = source.flag(&stream.dict, b"ImageMask");
            let copy = match object {
                _ if is_mask => None,
                Object::Name(name) => match name.as_slice() {
                    b"G" | b"DeviceGray" => Some("DeviceGray".into()),
                    b"RGB" | b"DeviceRGB" => Some("DeviceRGB".into()),
                    b"CMYK" | b"DeviceCMYK" => Some("DeviceCMYK".into()),
                    name => match named.and_then(|named| named.get(name).ok()) {
                        Some(object) => Some(self.colour_space(object, resources, 0)?),
                        None => None,
                    },
                },
                // `[/I /RGB 15 <...>]`: the only array that an inline image may have.
                Object::Array(items) => inline_indexed(items),
                _ => None,
            };
            if !is_mask {
                dict.set("ColorSpace", copy.unwrap_or_else(|| self.no_colour_space()));
            }
        }
        let object = self.samples(stream, dict, space)?;
        Ok(Some(self.add(object)))
    }

    fn image_dict(&self, from: &Dictionary) -> Dictionary {
        let mut dict = Dictionary::new();
        dict.set("Type", "XObject");
        dict.set("Subtype", "Image");
        let keys = ["Width", "Height", "BitsPerComponent", "Decode", "ImageMask", "Interpolate", "SMaskInData", "Matte"];
        copy_plain(self.source, from, &mut dict, &keys);
        copy_name(self.source, from, &mut dict, "Intent", &["AbsoluteColorimetric", "RelativeColorimetric", "Saturation", "Perceptual"]);
        dict
    }

    fn samples(&mut self, stream: &Stream, mut dict: Dictionary, space: Option<Space>) -> Result<Object, DocError> {
        let source = self.source;
        let is_mask = source.flag(&stream.dict, b"ImageMask");
        let components = if is_mask { Some(1) } else { space.as_ref().and_then(Space::components) };
        for key in [&b"Decode"[..], b"Mask"] {
            if let (Ok(Object::Array(items)), Some(components)) = (dict.get_mut(key), components) {
                items.truncate(2 * components);
            }
        }
        // Samples that all come out in one colour may say anything.
        self.damaged += u64::from(source.array(&dict, b"Decode").chunks_exact(2).any(|pair| {
            let ends: Vec<f64> = pair.iter().filter_map(|end| source.to_number(end)).collect();
            matches!(ends.as_slice(), [low, high] if low == high)
        }));
        let decoded = source.decode(stream)?;
        // Only JPEG 2000 has colours of its own (§8.9.5.1, table 87). Viewers leave out what has none.
        let is_coloured = is_mask || space.is_some() || matches!(decoded.codec, Some((Codec::Jpx, _)));
        self.damaged += u64::from(!is_coloured);
        let Some((codec, parameters)) = decoded.codec else {
            let data = &*decoded.data;
            // Without a size nobody knows which of the bytes are picture.
            let Some(size) = sample_bytes(source, &stream.dict, space.as_ref()) else {
                self.damaged += u64::from(!data.is_empty());
                return Ok(Object::Stream(flate(dict, &[])));
            };
            self.damaged += u64::from(decoded.damaged && data.len() < size);
            // Rows that are not there are black, white or left out; samples of a size that nobody tells are of eight bits, or of one.
            let row = promised_height(source, &stream.dict).map_or(size, |height| size / height);
            let told = source.int(&stream.dict, b"BitsPerComponent");
            let is_untold = if is_mask { told.is_some_and(|bits| bits != 1) } else { told.is_none() };
            let colours = space.as_ref().and_then(Space::colours).filter(|_| !is_mask);
            let is_past = colours.is_some_and(|colours| goes_past(source, &dict, data.get(..size).unwrap_or(data), row, colours));
            self.damaged += u64::from(is_untold || data.len() + row <= size || is_past);
            if let Some(parameters) = decoded.deflated.filter(|_| data.len() == size) {
                return Ok(coded(dict, "FlateDecode", parameters, stream.content.clone()));
            }
            return Ok(Object::Stream(flate(dict, data.get(..size).unwrap_or(data))));
        };
        self.damaged += u64::from(decoded.damaged);
        // Of a picture that is larger than its entry says some viewers show a part, and others all of it.
        let promised = ["Width", "Height"].map(|key| source.int(&dict, key.as_bytes()).and_then(|size| usize::try_from(size).ok()));
        let differs = |size: Option<[usize; 2]>| {
            let is_other = |(size, promised): (&usize, &Option<usize>)| promised.is_some_and(|promised| promised != *size);
            u64::from(size.is_some_and(|size| size.iter().zip(&promised).any(is_other)))
        };
        // Of samples that are not what the entries say (§8.9.5.1, table 87) each viewer makes another picture, or none.
        let bits = if is_mask { Some(1) } else { source.int(&dict, b"BitsPerComponent") };
        let clashes = |delivered: i64, parts: usize| {
            u64::from(bits.is_some_and(|bits| bits != delivered) || components.is_some_and(|components| components != parts))
        };
        // Data that does not read as its format may hold anything.
        let mut known = |data: Option<Vec<u8>>| {
            self.damaged += u64::from(data.is_none());
            data.unwrap_or_default()
        };
        Ok(match codec {
            Codec::Dct => {
                let data = known(jpeg(&decoded.data, source.limits));
                let shape = codecs::jpeg_shape(&data);
                self.damaged += differs(shape.map(|(size, _)| size)) + shape.map_or(0, |(_, parts)| clashes(8, parts));
                coded(dict, codec.name(), codec_parameters(source, &parameters, &["ColorTransform"]), data)
            }
            Codec::Jpx => {
                let data = known(codecs::jpx(&decoded.data));
                let shape = codecs::jpx_shape(&data);
                // One more component tells how opaque the samples are.
                let fits = |parts: usize| {
                    components.is_none_or(|components| parts == components || parts == components + 1) || codecs::jpx_has_palette(&data)
                };
                self.damaged += differs(shape.map(|(size, _)| size)) + u64::from(shape.is_some_and(|(_, parts)| !fits(parts)));
                coded(dict, codec.name(), Dictionary::new(), data)
            }
            Codec::Ccitt => {
                let keys = ["K", "EndOfLine", "EncodedByteAlign", "Columns", "Rows", "EndOfBlock", "BlackIs1", "DamagedRowsBeforeError"];
                let copy = codec_parameters(source, &parameters, &keys);
                let count =
                    |key: &[u8]| source.int(&parameters, key).and_then(|value| usize::try_from(value).ok()).filter(|value| *value > 0);
                let how = codecs::Fax {
                    k: source.int(&parameters, b"K").unwrap_or(0),
                    columns: count(b"Columns").unwrap_or(1728),
                    rows: count(b"Rows").or_else(|| source.int(&dict, b"Height").and_then(|value| usize::try_from(value).ok())),
                    aligned: source.flag(&parameters, b"EncodedByteAlign"),
                    ends: !matches!(source.entry(&parameters, b"EndOfBlock"), Object::Boolean(false)),
                };
                let data = known(codecs::fax(&decoded.data, how));
                let rows = count(b"Rows").zip(promised[1]).filter(|(rows, height)| rows > height);
                self.damaged += u64::from(rows.is_some()) + differs(promised[1].map(|height| [how.columns, height])) + clashes(1, 1);
                coded(dict, codec.name(), copy, data)
            }
            Codec::Jbig2 => {
                let mut copy = Dictionary::new();
                if let Some(globals) = parameters.get(b"JBIG2Globals").ok().map(|object| source.get(object))
                    && let Object::Stream(globals) = globals
                {
                    let data = codecs::jbig2(&self.data(globals)?);
                    self.damaged += u64::from(data.is_none());
                    let data = data.unwrap_or_default();
                    copy.set("JBIG2Globals", self.add(flate(Dictionary::new(), &data)));
                }
                let data = codecs::jbig2(&decoded.data);
                self.damaged += u64::from(data.is_none()) + differs(data.as_deref().and_then(codecs::jbig2_size)) + clashes(1, 1);
                coded(dict, codec.name(), copy, data.unwrap_or_default())
            }
        })
    }
}

/// A JPEG with what draws it alone; `None` for one that readers may draw differently.
fn jpeg(data: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    /// Scans of plans are larger than pictures in a text, and nothing decodes them here.
    const LARGER: u64 = 4;
    let data = data.get(memchr::memmem::find(data, b"\xff\xd8")?..)?;
    let limits = Limits { pixels: limits.pixels.saturating_mul(LARGER), ..limits.clone() };
    let clean = image::clean(data, None, &limits).or_else(|_| {
        // Readers do without the marker of the end.
        image::clean(&[data, b"\xff\xd9"].concat(), None, &limits)
    });
    clean.ok().map(|clean| clean.bytes)
}

/// Whether some sample is past the last colour of a table: viewers take that, black, or white. `row` is the number of bytes of a row.
fn goes_past(source: &Source, dict: &Dictionary, data: &[u8], row: usize, colours: usize) -> bool {
    let whole = |key: &[u8]| source.int(dict, key).and_then(|value| usize::try_from(value).ok());
    let (Some(width), Some(bits @ (1 | 2 | 4 | 8))) = (whole(b"Width"), whole(b"BitsPerComponent")) else { return false };
    let most = (1 << bits) - 1;
    if let Some([low, high]) = source.numbers(dict, b"Decode", 2).as_deref()
        && (*low, *high) != (0.0, most as f64)
    {
        // A sample may have any value between the ends.
        return low.max(*high) > colours as f64 - 1.0;
    }
    let samples = Samples { data, width, height: data.len() / row.max(1), bits, components: 1 };
    match bits {
        _ if most < colours => false,
        8 => data.iter().max().is_some_and(|most| usize::from(*most) >= colours),
        _ => (0..samples.height).any(|y| (0..width).any(|x| samples.at(x, y, 0) as usize >= colours)),
    }
}

/// Rows of a picture, if there are any.
fn promised_height(source: &Source, dict: &Dictionary) -> Option<usize> {
    source.int(dict, b"Height").and_then(|height| usize::try_from(height).ok()).filter(|height| *height > 0)
}

/// Bytes that the samples of an image take: what comes after them is not part of the picture.
fn sample_bytes(source: &Source, dict: &Dictionary, space: Option<&Space>) -> Option<usize> {
    let size = |key: &[u8]| source.int(dict, key).and_then(|value| usize::try_from(value).ok()).filter(|value| *value > 0);
    let (width, height) = (size(b"Width")?, size(b"Height")?);
    let mask = source.flag(dict, b"ImageMask");
    let bits = if mask { 1 } else { size(b"BitsPerComponent").unwrap_or(8) };
    // Without a colour space one number makes a sample, as viewers that draw it at all take it.
    let parts = if mask { 1 } else { space.map_or(Some(1), Space::components)? };
    width.checked_mul(parts)?.checked_mul(bits)?.div_ceil(8).checked_mul(height)
}

fn inline_indexed(items: &[Object]) -> Option<Object> {
    let base = match items.get(1)? {
        Object::Name(name) => match name.as_slice() {
            b"G" | b"DeviceGray" => "DeviceGray",
            b"RGB" | b"DeviceRGB" => "DeviceRGB",
            b"CMYK" | b"DeviceCMYK" => "DeviceCMYK",
            _ => return None,
        },
        _ => return None,
    };
    let high = match items.get(2)? {
        Object::Integer(high) => *high,
        _ => return None,
    };
    let Object::String(table, _) = items.get(3)? else { return None };
    let parts = match base {
        "DeviceGray" => 1,
        "DeviceRGB" => 3,
        _ => 4,
    };
    let end = usize::try_from(high + 1).ok()?.checked_mul(parts)?.min(table.len());
    let table = Object::String(table.get(..end)?.to_vec(), lopdf::StringFormat::Hexadecimal);
    Some(Object::Array(vec!["Indexed".into(), base.into(), Object::Integer(high), table]))
}
