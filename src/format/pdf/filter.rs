//! Stream filters (ISO 32000-2 §7.4), each bounded: a chain of filters can never make more than the limit allows.

use std::borrow::Cow;
use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};
use lopdf::{Dictionary, Object, Stream};

use super::PdfFault;
use super::open::Source;
use crate::error::DocError;
use crate::limits::Limits;

/// Filters that one stream may name; real files use one or two.
const FILTERS_MAX: usize = 8;
/// Bytes below which the ratio of inflated to deflated does not matter.
const REGULAR_BYTES: usize = 16 << 20;

/// A codec whose data stays as it is, because decoding would change the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    /// JPEG (ISO/IEC 10918-1).
    Dct,
    /// JPEG 2000 (ISO/IEC 15444-1).
    Jpx,
    /// JBIG2 (ISO/IEC 14492).
    Jbig2,
    /// CCITT Group 3 and 4.
    Ccitt,
}

impl Codec {
    /// The filter name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Dct => "DCTDecode",
            Self::Jpx => "JPXDecode",
            Self::Jbig2 => "JBIG2Decode",
            Self::Ccitt => "CCITTFaxDecode",
        }
    }
}

/// The bytes of a stream with its filters off, as far as an image codec.
#[derive(Debug, Clone)]
pub(super) struct Decoded<'s> {
    /// The bytes: those of the stream itself when no filter was taken off.
    pub(super) data: Cow<'s, [u8]>,
    /// The codec that the bytes are still in, with its parameters.
    pub(super) codec: Option<(Codec, Dictionary)>,
    /// Whether the data broke off or was damaged before its end.
    pub(super) damaged: bool,
    /// The parameters of the one filter, `FlateDecode`, of a stream that holds nothing but these bytes, each reader's the same; `None` of
    /// any other.
    pub(super) deflated: Option<Dictionary>,
}

impl Decoded<'_> {
    /// Bytes of memory that the data takes.
    pub(super) fn capacity(&self) -> usize {
        match &self.data {
            Cow::Owned(data) => data.capacity(),
            Cow::Borrowed(_) => 0,
        }
    }
}

/// Takes the filters off a stream.
pub(super) fn decode<'s>(source: &Source, stream: &'s Stream) -> Result<Decoded<'s>, DocError> {
    let most = usize::try_from(source.limits.part_bytes).unwrap_or(usize::MAX);
    // Deflate cannot pass 1032; page content that is nearly as regular is an attack, not a page.
    let ratio = usize::try_from(source.limits.ratio.max(1)).unwrap_or(usize::MAX);
    let limit = most.min(stream.content.len().saturating_mul(ratio).max(REGULAR_BYTES));
    let dict = &stream.dict;
    let filters = listed(source, dict, &[b"Filter", b"F"]);
    let params = listed(source, dict, &[b"DecodeParms", b"DP"]);
    let names: Vec<&[u8]> = filters.iter().filter_map(|object| object.as_name().ok()).collect();
    // Of a filter that is no name some viewers take the data as they are, and others nothing.
    if names.len() < filters.len() || names.is_empty() && source.there(dict, b"Filter").is_some_and(|filter| !is_empty_list(source, filter))
    {
        source.misfit();
    }
    // `/F` names a filter where a picture stands in the content, and a file elsewhere: some viewers take it for a filter there, too.
    if dict.has(b"Length") && source.there(dict, b"Filter").is_none() && !filters.is_empty() {
        source.misfit();
    }
    // Parameters beside a list of filters that are no list themselves, or the other way round, viewers leave out.
    let is_list = |keys: [&[u8]; 2]| {
        let there = keys.iter().map(|key| source.entry(dict, key)).find(|entry| !matches!(entry, Object::Null));
        matches!(there, Some(Object::Array(_)))
    };
    if is_list([b"Filter", b"F"]) != is_list([b"DecodeParms", b"DP"])
        && !filters.is_empty()
        && params.iter().any(|params| source.dict(params).is_some_and(|params| !params.is_empty()))
    {
        source.misfit();
    }
    if names.len() > FILTERS_MAX {
        return Err(DocError::whole(PdfFault::TooManyFilters { count: names.len(), limit: FILTERS_MAX }));
    }
    let mut data: Option<Vec<u8>> = None;
    let (mut damaged, mut deflated) = (false, None);
    for (index, name) in names.iter().enumerate() {
        let params = params.get(index).and_then(|object| source.dict(object)).cloned().unwrap_or_default();
        let codec = match *name {
            b"DCTDecode" | b"DCT" => Some(Codec::Dct),
            b"JPXDecode" => Some(Codec::Jpx),
            b"JBIG2Decode" => Some(Codec::Jbig2),
            b"CCITTFaxDecode" | b"CCF" => Some(Codec::Ccitt),
            _ => None,
        };
        if let Some(codec) = codec {
            if index + 1 != names.len() {
                return Err(DocError::whole(PdfFault::FilterUnknown { name: "a filter after an image codec".to_owned() }));
            }
            let data = data.map_or(Cow::Borrowed(stream.content.as_slice()), Cow::Owned);
            return Ok(Decoded { data, codec: Some((codec, params)), damaged, deflated: None });
        }
        let Undone { data: next, damaged: broke_off, parameters } =
            one(source, name, data.as_deref().unwrap_or(&stream.content), &params, limit)?;
        if next.len() > limit {
            return Err(too_large(source, limit));
        }
        data = Some(next);
        damaged |= broke_off;
        deflated = parameters.filter(|_| names.len() == 1);
    }
    Ok(Decoded { data: data.map_or(Cow::Borrowed(stream.content.as_slice()), Cow::Owned), codec: None, damaged, deflated })
}

/// What taking one filter off gave.
struct Undone {
    data: Vec<u8>,
    damaged: bool,
    /// As [`Decoded::deflated`].
    parameters: Option<Dictionary>,
}

impl From<(Vec<u8>, bool)> for Undone {
    fn from((data, damaged): (Vec<u8>, bool)) -> Self {
        Self { data, damaged, parameters: None }
    }
}

fn is_empty_list(source: &Source, object: &Object) -> bool {
    matches!(source.get(object), Object::Array(items) if items.is_empty())
}

/// A value that may be one thing or an array of things.
fn listed<'s>(source: &'s Source, dict: &'s Dictionary, keys: &[&[u8]]) -> Vec<&'s Object> {
    for key in keys {
        match source.entry(dict, key) {
            Object::Array(items) => return items.iter().map(|item| source.get(item)).collect(),
            object @ (Object::Name(_) | Object::Dictionary(_)) => return vec![object],
            _ => {}
        }
    }
    Vec::new()
}

fn one(source: &Source, name: &[u8], input: &[u8], params: &Dictionary, limit: usize) -> Result<Undone, DocError> {
    let predicted = |data: Vec<u8>| unpredict(source, data, params, limit);
    match name {
        b"FlateDecode" | b"Fl" => {
            let flate = inflate(input, limit);
            if flate.data.len() > limit {
                return Err(too_large(source, limit));
            }
            let parameters = if flate.exact { plain_parameters(source, params, &flate.data) } else { None };
            Ok(Undone { data: predicted(flate.data)?, damaged: flate.damaged, parameters })
        }
        b"LZWDecode" | b"LZW" => {
            let mut dict = Dictionary::new();
            dict.set("Filter", "LZWDecode");
            if let Some(early) = source.int(params, b"EarlyChange") {
                let mut own = Dictionary::new();
                own.set("EarlyChange", early);
                dict.set("DecodeParms", own);
            }
            let data = Stream::new(dict, input.to_vec()).decompressed_content_with_limit(limit).map_err(|_| too_large(source, limit))?;
            let damaged = data.is_empty() && input.len() > 4;
            Ok((predicted(data)?, damaged).into())
        }
        b"ASCII85Decode" | b"A85" => Ok(ascii85(input).into()),
        b"ASCIIHexDecode" | b"AHx" => Ok(ascii_hex(input).into()),
        b"RunLengthDecode" | b"RL" => Ok(run_length(input, limit).into()),
        // The identity crypt filter: `lopdf` has decrypted what was encrypted.
        b"Crypt" => Ok((input.to_vec(), false).into()),
        other => Err(DocError::whole(PdfFault::FilterUnknown { name: crate::model::printable(&String::from_utf8_lossy(other)) })),
    }
}

/// What to say of data that goes past a limit: that of the policy, or the ratio of this stream.
fn too_large(source: &Source, limit: usize) -> DocError {
    let Limits { part_bytes, ratio, .. } = *source.limits;
    DocError::whole(if limit as u64 >= part_bytes { PdfFault::StreamTooLarge { limit: part_bytes } } else { PdfFault::Bomb { ratio } })
}

/// What inflating gave.
pub(super) struct Inflated {
    /// The bytes, at most one more than the limit.
    pub(super) data: Vec<u8>,
    /// Whether the data broke off or was damaged.
    pub(super) damaged: bool,
    /// Whether the input is a zlib stream with a checksum that holds, and nothing behind it.
    exact: bool,
}

/// Inflates zlib data, as much as can be read (RFC 1950, RFC 1951).
pub(super) fn inflate(input: &[u8], limit: usize) -> Inflated {
    let first = inflate_as(input, limit, true);
    if first.data.is_empty() && first.damaged && input.len() > 2 {
        let raw = inflate_as(&input[2..], limit, false);
        if !raw.data.is_empty() {
            return Inflated { damaged: true, exact: false, ..raw };
        }
    }
    // Data that reaches its end and only fails its checksum is all there: readers do not look at the checksum.
    if first.damaged && first.data.len() <= limit && input.len() > 2 {
        let raw = inflate_as(input.get(2..).unwrap_or_default(), limit, false);
        if !raw.damaged && raw.data == first.data {
            return Inflated { exact: false, ..raw };
        }
    }
    first
}

/// Bytes of memory for inflating at first, and those that are kept from one stream to the next.
const ROOM_BYTES: usize = 64 << 10;
const KEPT_ROOM_BYTES: usize = 1 << 20;

thread_local! {
    /// Memory for inflating, used again: with room for all of a stream nothing is moved before it is whole.
    static STATE: RefCell<(Decompress, Vec<u8>)> = RefCell::new((Decompress::new(true), Vec::new()));
}

fn inflate_as(input: &[u8], limit: usize, header: bool) -> Inflated {
    STATE.with_borrow_mut(|(state, room)| {
        state.reset(header);
        let (length, damaged, exact) = inflate_in(state, input, limit, room);
        let data = if length > KEPT_ROOM_BYTES {
            room.truncate(length);
            std::mem::take(room)
        } else {
            // Content of a page gets a line end.
            let mut data = Vec::with_capacity(length + 1);
            data.extend_from_slice(room.get(..length).unwrap_or_default());
            data
        };
        Inflated { data, damaged, exact }
    })
}

/// Inflates into `room`, which grows as needed: how many bytes, and the rest of [`Inflated`].
fn inflate_in(state: &mut Decompress, input: &[u8], limit: usize, room: &mut Vec<u8>) -> (usize, bool, bool) {
    let mut length = 0;
    loop {
        let consumed = usize::try_from(state.total_in()).unwrap_or(usize::MAX);
        let rest = input.get(consumed..).unwrap_or_default();
        let mut end = room.len().min(limit.saturating_add(1));
        if length == end {
            if length > limit {
                return (length, true, false);
            }
            room.resize((length + length.clamp(ROOM_BYTES, 8 << 20)).max(room.len()), 0);
            end = room.len().min(limit.saturating_add(1));
        }
        let before = (state.total_in(), state.total_out());
        let done = state.decompress(rest, room.get_mut(length..end).unwrap_or_default(), FlushDecompress::None);
        length += usize::try_from(state.total_out() - before.1).unwrap_or(0);
        match done {
            Ok(Status::StreamEnd) => return (length, false, state.total_in() == input.len() as u64),
            // All input read and no end seen: some producers leave the last block open, and every reader takes what is there.
            Ok(_) if (state.total_in(), state.total_out()) == before && length < end => {
                return (length, length == 0 && !input.is_empty(), false);
            }
            Ok(_) => {}
            Err(_) => return (length, true, false),
        }
    }
}

fn ascii85(input: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(input.len() / 5 * 4 + 4);
    let mut group: u32 = 0;
    let mut count = 0usize;
    let mut damaged = false;
    let start = if input.starts_with(b"<~") { 2 } else { 0 };
    for byte in &input[start..] {
        match byte {
            b'~' => break,
            b'z' if count == 0 => out.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                group = group.wrapping_mul(85).wrapping_add(u32::from(byte - b'!'));
                count += 1;
                if count == 5 {
                    out.extend_from_slice(&group.to_be_bytes());
                    group = 0;
                    count = 0;
                }
            }
            byte if byte.is_ascii_whitespace() || *byte == 0 => {}
            _ => {
                damaged = true;
                break;
            }
        }
    }
    if count > 1 {
        for _ in count..5 {
            group = group.wrapping_mul(85).wrapping_add(84);
        }
        out.extend(group.to_be_bytes().into_iter().take(count - 1));
    }
    (out, damaged)
}

fn ascii_hex(input: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(input.len() / 2 + 1);
    let mut high = None;
    let mut damaged = false;
    for byte in input {
        let Some(digit) = (*byte as char).to_digit(16) else {
            if byte.is_ascii_whitespace() || *byte == 0 {
                continue;
            }
            // Readers differ in what they make of anything else, and of all that is behind it (ISO 32000-2 §7.4.2).
            damaged = *byte != b'>';
            break;
        };
        let digit = digit as u8;
        match high.take() {
            Some(top) => out.push(top << 4 | digit),
            None => high = Some(digit),
        }
    }
    out.extend(high.map(|top: u8| top << 4));
    (out, damaged)
}

fn run_length(input: &[u8], limit: usize) -> (Vec<u8>, bool) {
    let mut out = Vec::new();
    let mut rest = input;
    while let Some((length, tail)) = rest.split_first() {
        if out.len() > limit {
            break;
        }
        match length {
            128 => return (out, false),
            0..=127 => {
                let count = usize::from(*length) + 1;
                let (run, after) = tail.split_at(count.min(tail.len()));
                out.extend_from_slice(run);
                rest = after;
            }
            _ => {
                let Some((byte, after)) = tail.split_first() else { break };
                out.resize(out.len() + 257 - usize::from(*length), *byte);
                rest = after;
            }
        }
    }
    (out, false)
}

/// Parameters of `FlateDecode` that say of some inflated data what these say, and nothing else (ISO 32000-2 Table 8); `None` where readers
/// may differ about it: TIFF prediction, rows that are not whole, kinds of rows that there are not.
fn plain_parameters(source: &Source, params: &Dictionary, inflated: &[u8]) -> Option<Dictionary> {
    let mut plain = Dictionary::new();
    let predictor = source.int(params, b"Predictor").unwrap_or(1);
    if predictor == 1 {
        return Some(plain);
    }
    let rows = Rows::of(source, params);
    if !(10..=15).contains(&predictor) || rows.colors > 4 || !matches!(rows.bits, 1 | 2 | 4 | 8 | 16) {
        return None;
    }
    for (key, value) in [("Columns", rows.columns), ("Colors", rows.colors), ("BitsPerComponent", rows.bits)] {
        if source.int(params, key.as_bytes()).is_some_and(|said| said != value as i64) {
            return None;
        }
        plain.set(key, value as i64);
    }
    plain.set("Predictor", predictor);
    let lines = inflated.chunks(rows.bytes() + 1);
    let known = |line: &[u8]| line.len() == rows.bytes() + 1 && line.first().is_some_and(|kind| *kind <= 4);
    lines.into_iter().all(known).then_some(plain)
}

/// How predicted samples lie in rows.
#[derive(Clone, Copy)]
struct Rows {
    columns: usize,
    colors: usize,
    bits: usize,
}

impl Rows {
    fn of(source: &Source, params: &Dictionary) -> Self {
        let small = |key: &[u8], default: i64, max: i64| source.int(params, key).unwrap_or(default).clamp(1, max) as usize;
        Self { columns: small(b"Columns", 1, 1 << 24), colors: small(b"Colors", 1, 64), bits: small(b"BitsPerComponent", 8, 16) }
    }

    fn bytes(self) -> usize {
        (self.columns * self.colors * self.bits).div_ceil(8)
    }
}

/// Undoes a predictor (ISO 32000-2 §7.4.4.4; PNG specification §9). A cut last row is kept as far as it goes.
fn unpredict(source: &Source, data: Vec<u8>, params: &Dictionary, limit: usize) -> Result<Vec<u8>, DocError> {
    let predictor = source.int(params, b"Predictor").unwrap_or(1);
    if predictor < 2 {
        return Ok(data);
    }
    let rows = Rows::of(source, params);
    let Rows { colors, bits, .. } = rows;
    let row_bytes = rows.bytes();
    if row_bytes > limit {
        return Err(too_large(source, limit));
    }
    let step = (colors * bits).div_ceil(8);
    if predictor == 2 {
        return Ok(tiff(data, row_bytes, colors, bits));
    }
    let mut out = Vec::with_capacity(data.len());
    let mut above = vec![0u8; row_bytes];
    for line in data.chunks(row_bytes + 1) {
        let Some((kind, line)) = line.split_first() else { break };
        let mut row = line.to_vec();
        png_row(*kind, &mut row, &above, step);
        out.extend_from_slice(&row);
        row.resize(row_bytes, 0);
        above = row;
    }
    Ok(out)
}

fn png_row(kind: u8, row: &mut [u8], above: &[u8], step: usize) {
    for index in 0..row.len() {
        let left = if index >= step { row[index - step] } else { 0 };
        let up = above.get(index).copied().unwrap_or(0);
        let corner = if index >= step { above.get(index - step).copied().unwrap_or(0) } else { 0 };
        let add = match kind {
            1 => left,
            2 => up,
            3 => left.midpoint(up),
            4 => paeth(left, up, corner),
            _ => 0,
        };
        row[index] = row[index].wrapping_add(add);
    }
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let estimate = a + b - c;
    let (da, db, dc) = ((estimate - a).abs(), (estimate - b).abs(), (estimate - c).abs());
    if da <= db && da <= dc {
        left
    } else if db <= dc {
        up
    } else {
        corner
    }
}

fn tiff(mut data: Vec<u8>, row_bytes: usize, colors: usize, bits: usize) -> Vec<u8> {
    for row in data.chunks_mut(row_bytes.max(1)) {
        match bits {
            8 => {
                for index in colors..row.len() {
                    row[index] = row[index].wrapping_add(row[index - colors]);
                }
            }
            16 => {
                for index in (colors * 2..row.len().saturating_sub(1)).step_by(2) {
                    let before = u16::from_be_bytes([row[index - colors * 2], row[index - colors * 2 + 1]]);
                    let sum = u16::from_be_bytes([row[index], row[index + 1]]).wrapping_add(before).to_be_bytes();
                    row[index] = sum[0];
                    row[index + 1] = sum[1];
                }
            }
            1 | 2 | 4 => tiff_bits(row, colors, bits),
            _ => {}
        }
    }
    data
}

fn tiff_bits(row: &mut [u8], colors: usize, bits: usize) {
    let mask = (1u16 << bits) - 1;
    let samples = row.len() * 8 / bits;
    let mut sums = vec![0u16; colors];
    for sample in 0..samples {
        let bit = sample * bits;
        let shift = 8 - bits - bit % 8;
        let (byte, Some(sum)) = (bit / 8, sums.get_mut(sample % colors)) else { continue };
        let Some(cell) = row.get_mut(byte) else { continue };
        *sum = (*sum + (u16::from(*cell) >> shift)) & mask;
        *cell = (*cell & !((mask << shift) as u8)) | ((*sum << shift) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::deflated;
    use super::*;

    #[test]
    fn inflating_stops_at_the_limit_and_at_the_end_of_the_data() {
        let packed = super::super::fixture::deflated(&vec![b'x'; 100_000]);
        assert_eq!(inflate(&packed, 1 << 20).data.len(), 100_000);
        assert!(inflate(&packed, 1000).data.len() < 70_000);
        let slack = inflate(&[packed, b"CANARY".to_vec()].concat(), 1 << 20);
        assert_eq!((slack.data.len(), slack.damaged), (100_000, false));
    }

    #[test]
    fn a_wrong_checksum_alone_is_no_damage() {
        let packed = super::super::fixture::deflated(b"all of the words are there");
        let mut wrong = packed;
        *wrong.last_mut().unwrap() ^= 1;
        wrong.extend_from_slice(b"CANARY");
        let whole = inflate(&wrong, 1000);
        assert_eq!((whole.data.as_slice(), whole.damaged), (&b"all of the words are there"[..], false));
        // A whole block, and then one of a kind that there is not.
        let cut = b"\x78\x01\x00\x05\x00\xfa\xffhello\x07\x00\x00\x00";
        assert!(inflate(cut, 1000).damaged);
    }

    #[test]
    fn streams_of_all_sizes_inflate_one_after_the_other() {
        for size in [3 << 20, 10, ROOM_BYTES, ROOM_BYTES + 1, 0, KEPT_ROOM_BYTES, 5 << 20] {
            let data: Vec<u8> = (0..size).map(|at| (at * at / 7) as u8).collect();
            let whole = inflate(&deflated(&data), 16 << 20);
            assert!(whole.data == data && !whole.damaged && whole.exact, "{size}");
            let cut = inflate(&deflated(&data), size / 2);
            assert!(cut.data.len() > size / 2 || size == 0, "{size}");
        }
    }

    #[test]
    fn text_filters_decode() {
        assert_eq!(ascii85(b"<~87cURD]i,\"Ebo80~>").0, b"Hello World!");
        assert_eq!(ascii_hex(b"48 65 6C6c6F7>").0, b"Hellop");
        assert_eq!(ascii_hex(b"48 65 6C6c\xff6F>"), (b"Hell".to_vec(), true));
        assert_eq!(run_length(&[2, b'a', b'b', b'c', 254, b'z', 128, b'!'], 100), (b"abczzz".to_vec(), false));
    }

    #[test]
    fn predictors_are_undone() {
        let mut row = vec![1, 1, 1];
        png_row(1, &mut row, &[0, 0, 0], 1);
        assert_eq!(row, [1, 2, 3]);
        let mut row = vec![1, 1, 1];
        png_row(2, &mut row, &[5, 6, 7], 1);
        assert_eq!(row, [6, 7, 8]);
        assert_eq!(tiff(vec![1, 1, 1, 2, 2, 2], 3, 1, 8), [1, 2, 3, 2, 4, 6]);
        assert_eq!(tiff(vec![0b0101_0101], 1, 1, 2), [0b0110_1100]);
    }
}
