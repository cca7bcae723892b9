//! Loads a file unless its objects would fill the memory.
//!
//! The reader makes all objects of a file at once, and an object takes many times the bytes that it is written in: `0 ` is two bytes in
//! the file and a hundred in memory. Objects can also overlap, so that each is read again in all of the ones before it, and a stream of
//! objects (ISO 32000-2 §7.5.7) can inflate to what no writer makes. All of this is counted while the file is read.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use lopdf::xref::XrefEntry;
use lopdf::{Document, LoadOptions, Object, ObjectId, Stream};

use super::PdfFault;
use super::content::is_space;
use crate::error::DocError;
use crate::limits::Limits;

/// Inflated size divided by deflated size that no object stream of a real writer comes near; dictionaries deflate to about a tenth.
const RATIO_MAX: u64 = 150;
/// Inflated bytes below which the ratio does not matter.
const SMALL_BYTES: usize = 1 << 20;
/// Inflated bytes past which an object stream is not taken apart. Writers end one after some hundred objects.
const BYTES_MAX: usize = 64 << 20;
/// Bytes of all streams together, in sizes of the file: streams lie side by side unless somebody makes them overlap.
const OVERLAP_MAX: u64 = 4;
/// Bytes of a string or a name that count as one value more.
const VALUE_BYTES: usize = 64;

/// The type that object streams get which must not be taken apart yet.
const SET_ASIDE: &[u8] = b"SetAsideObjStm";

/// Why reading was given up.
#[derive(Debug, Clone, Copy)]
enum Crowd {
    Values,
    Bomb,
}

/// What the file that is being read may still hold.
#[derive(Debug, Clone, Copy, Default)]
struct Left {
    values: u64,
    bytes: u64,
}

thread_local! {
    /// The reader asks a plain function about each object, on the thread that it was called on; what is left lies beside it.
    static LEFT: Cell<Left> = const { Cell::new(Left { values: 0, bytes: 0 }) };
    /// Objects of object streams of which readers differ in where they stand.
    static DISPUTED: RefCell<BTreeSet<ObjectId>> = const { RefCell::new(BTreeSet::new()) };
}

/// Loads a file with `lopdf`, and says of which objects readers differ in where they stand; the inner result is the reader's own.
///
/// # Errors
/// [`PdfFault::TooManyValues`] and [`PdfFault::Bomb`] for what would fill the memory, [`PdfFault::Damaged`] when the reader gave up.
pub(super) fn load(bytes: &[u8], limits: &Limits, reconstruct: bool) -> Result<lopdf::Result<(Document, BTreeSet<ObjectId>)>, DocError> {
    DISPUTED.take();
    let crowd = |crowd| {
        DocError::whole(match crowd {
            Crowd::Values => PdfFault::TooManyValues { limit: limits.values },
            Crowd::Bomb => PdfFault::Bomb { ratio: RATIO_MAX },
        })
    };
    // Before one object alone is too large. The numbers of objects and of tables count here too, so it is only a first look.
    let at_first_look = limits.values.saturating_mul(2);
    if bytes.len() as u64 / 2 > at_first_look && values_outside_of_streams(bytes) > at_first_look {
        return Err(crowd(Crowd::Values));
    }
    let options = LoadOptions {
        max_decompressed_size: Some(usize::try_from(limits.part_bytes).unwrap_or(usize::MAX)),
        force_reconstruct: reconstruct,
        ..LoadOptions::default()
    };
    let allowed = Left { values: limits.values, bytes: (bytes.len() as u64).saturating_mul(OVERLAP_MAX) };
    let counted = |bytes: &[u8], filter: lopdf::FilterFunc| {
        LEFT.set(allowed);
        // `lopdf` is the one foreign parser here; should it ever panic on a hostile file, that is a fault of the file.
        let options = LoadOptions { filter: Some(filter), ..options.clone() };
        catch_unwind(AssertUnwindSafe(|| Document::load_mem_with_options(bytes, options))).map_err(|thrown| {
            thrown
                .downcast::<Crowd>()
                .map_or_else(|_| DocError::whole(PdfFault::Damaged { what: "the reader gave up on it".to_owned() }), |why| crowd(*why))
        })
    };
    if names_encryption(bytes) {
        // The reader asks nobody about what it decrypts: the file is counted in a form that hides from it that it is encrypted.
        let masked = mask(bytes).ok_or_else(|| DocError::whole(PdfFault::EncryptionUnsupported))?;
        if let Ok(doc) = counted(&masked, set_aside)? {
            catch_unwind(AssertUnwindSafe(|| count_decrypted(doc, &masked, allowed)))
                .map_err(|_| DocError::whole(PdfFault::EncryptionUnsupported))?
                .map_err(crowd)?;
        }
    }
    let read = counted(bytes, if names_object_streams(bytes) { count_and_keep } else { count })?;
    Ok(read.map(|doc| (doc, DISPUTED.take())))
}

/// Values in the objects of a file as they are written, or more: what could be one counts. Data of streams is left out unless there are
/// objects in it.
fn values_outside_of_streams(bytes: &[u8]) -> u64 {
    let mut total = 0;
    let mut at = 0;
    for stream in memchr::memmem::find_iter(bytes, b"stream") {
        let data = stream + 6;
        if stream < at || !matches!(bytes.get(data), Some(b'\r' | b'\n')) {
            continue;
        }
        total += values(bytes.get(at..stream).unwrap_or_default());
        let rest = bytes.get(data..).unwrap_or_default();
        let length = memchr::memmem::find(rest, b"endstream").unwrap_or(rest.len());
        let inside = rest.get(..length).unwrap_or_default();
        if memchr::memmem::find_iter(inside, b"obj").any(|at| heads_an_object(inside.get(..at).unwrap_or_default())) {
            total += values(inside);
        }
        // Behind the word for the end, which holds the one for the beginning.
        at = data + length + b"endstream".len();
    }
    total + values(bytes.get(at..).unwrap_or_default())
}

/// Whether the word for an object after these bytes can be one that the reader takes: numbers stand before it, with spaces or comments
/// between them (§7.3.10). In the data of a large picture the three letters alone stand somewhere.
fn heads_an_object(before: &[u8]) -> bool {
    let end = before.iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1);
    let text = before.get(..end).unwrap_or_default();
    let ends_a_line = |byte: &u8| matches!(byte, b'\r' | b'\n');
    // Lines are looked at once each: no data takes long.
    let ends_in_comment = before.get(end..).is_some_and(|spaces| spaces.iter().any(ends_a_line))
        && text.rsplit(ends_a_line).next().is_some_and(|line| line.contains(&b'%'));
    let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    ends_in_comment || digits > 0 && text.get(..text.len() - digits).and_then(|rest| rest.last()).is_some_and(|byte| is_space(*byte))
}

/// Beginnings of values in some bytes: words, names, strings, arrays and dictionaries (ISO 32000-2 §7.3).
#[allow(clippy::needless_bitwise_bool, reason = "without branches many bytes are looked at at once")]
pub fn values(bytes: &[u8]) -> u64 {
    // A byte begins a value or not by itself and the one before it alone, so that many are looked at at once.
    const BLOCK: usize = 255;
    let begins = |before: u8, byte: u8| {
        // The word after a slash is the name itself.
        let inside = is_regular(before) | (before == b'/');
        (is_regular(byte) & !inside) | (byte == b'(') | (byte == b'<') | (byte == b'[') | (byte == b'/')
    };
    let first = bytes.first().map_or(0, |first| u64::from(begins(b' ', *first)));
    let pairs = bytes.chunks(BLOCK).zip(bytes.get(1..).unwrap_or_default().chunks(BLOCK));
    first
        + pairs
            .map(|(before, block)| u64::from(before.iter().zip(block).map(|(before, byte)| u8::from(begins(*before, *byte))).sum::<u8>()))
            .sum::<u64>()
}

/// Whether a byte is neither white space nor a delimiter (§7.2.3), without a branch.
#[allow(clippy::needless_bitwise_bool, reason = "without branches many bytes are looked at at once")]
#[inline]
fn is_regular(byte: u8) -> bool {
    let is_space = (byte == 0) | (byte == 9) | (byte == 10) | (byte == 12) | (byte == 13) | (byte == 32);
    let is_bracket = (byte == b'(') | (byte == b')') | (byte == b'<') | (byte == b'>');
    // Square and curly brackets differ in one bit.
    let is_other = (byte | 0x20 == b'{') | (byte | 0x20 == b'}') | (byte == b'/') | (byte == b'%');
    !(is_space | is_bracket | is_other)
}

/// Whether a name stands in the file as it is, or in some form with letters as numbers (§7.3.5).
fn names_object_streams(bytes: &[u8]) -> bool {
    let is_letter =
        |sign: usize| matches!(bytes.get(sign + 1..sign + 3), Some(b"4F" | b"4f" | b"62" | b"6A" | b"6a" | b"53" | b"74" | b"6D" | b"6d"));
    memchr::memmem::find(bytes, b"ObjStm").is_some() || memchr::memchr_iter(b'#', bytes).any(is_letter)
}

fn names_encryption(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"/Encrypt").is_some() || is_encryption_spelt_in_numbers(bytes)
}

/// Whether the name `Encrypt` is written with some of its letters as numbers.
fn is_encryption_spelt_in_numbers(bytes: &[u8]) -> bool {
    const WORD: &[u8] = b"Encrypt";
    memchr::memchr_iter(b'#', bytes).any(|sign| {
        let head = bytes.get(sign.saturating_sub(3 * WORD.len())..sign).unwrap_or_default();
        let Some(slash) = head.iter().rposition(|byte| *byte == b'/') else { return false };
        let mut rest = bytes.get(sign - head.len() + slash + 1..).unwrap_or_default();
        WORD.iter().all(|letter| {
            let spelt = || rest.get(1..3).is_some_and(|digits| digits.eq_ignore_ascii_case(format!("{letter:02x}").as_bytes()));
            let length = match rest.first() {
                Some(b'#') if spelt() => 3,
                Some(byte) if byte == letter => 1,
                _ => return false,
            };
            rest = rest.get(length..).unwrap_or_default();
            true
        })
    })
}

/// The file with the entry for encryption under another name. `None` when that name is hidden.
fn mask(bytes: &[u8]) -> Option<Vec<u8>> {
    if is_encryption_spelt_in_numbers(bytes) {
        return None;
    }
    let mut masked = bytes.to_vec();
    for at in memchr::memmem::find_iter(bytes, b"/Encrypt") {
        if let Some(last) = masked.get_mut(at + 7).filter(|_| bytes.get(at + 8).is_none_or(|byte| !byte.is_ascii_alphanumeric())) {
            *last = b'_';
        }
    }
    Some(masked)
}

/// Counts what is in the object streams of an encrypted file that opens without a password.
fn count_decrypted(mut doc: Document, bytes: &[u8], allowed: Left) -> Result<(), Crowd> {
    let Ok(dict) = doc.trailer.get(b"Encryp_").cloned() else { return Ok(()) };
    doc.trailer.set("Encrypt", dict);
    // Whole objects are taken out of the file before they are decrypted; they may overlap.
    let ends: Vec<usize> = memchr::memmem::find_iter(bytes, b"endobj").collect();
    let starts = doc.reference_table.entries.values().filter_map(|entry| match entry {
        XrefEntry::Normal { offset, .. } => Some(*offset as usize),
        XrefEntry::Compressed { .. } | XrefEntry::Free | XrefEntry::UnusableFree => None,
    });
    let lengths = starts.map(|start| ends.get(ends.partition_point(|end| *end < start)).map_or(0, |end| (end - start) as u64));
    if lengths.sum::<u64>() > allowed.bytes {
        return Err(Crowd::Values);
    }
    let is_packed = |object: &Object| matches!(object, Object::Stream(stream) if stream.dict.has_type(SET_ASIDE));
    // Finding the key alone may cost as much as reading many pages.
    if !doc.objects.values().any(is_packed) || doc.decrypt("").is_err() {
        return Ok(());
    }
    let mut left = allowed.values;
    for object in doc.objects.values() {
        if let Object::Stream(stream) = object
            && stream.dict.has_type(SET_ASIDE)
        {
            left = left.checked_sub(packed_values(stream)?).ok_or(Crowd::Values)?;
        }
    }
    Ok(())
}

/// Counts an object. What comes back is only looked at for objects from object streams.
#[allow(clippy::unnecessary_wraps, reason = "the reader asks for a function of this form")]
fn count(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    charge(object);
    Some((id, Object::Null))
}

/// Counts an object, and gives it back for the case that it is from an object stream.
#[allow(clippy::unnecessary_wraps, reason = "the reader asks for a function of this form")]
fn count_and_keep(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    charge(object);
    // No stream is in another (§7.5.7).
    let kept = if matches!(object, Object::Stream(_)) { Object::Null } else { object.clone() };
    Some((id, kept))
}

/// Counts an object, and keeps object streams from being taken apart.
fn set_aside(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    if let Object::Stream(stream) = object
        && stream.dict.has_type(b"ObjStm")
    {
        stream.dict.set("Type", Object::Name(SET_ASIDE.to_vec()));
    }
    count(id, object)
}

/// Takes an object off what is left, and ends the reading when that is used up.
fn charge(object: &Object) {
    let mut left = LEFT.get();
    let (values, bytes) = size(object);
    let crowd = match (left.values.checked_sub(values), left.bytes.checked_sub(bytes)) {
        (Some(values), Some(bytes)) => {
            left = Left { values, bytes };
            match object {
                Object::Stream(stream) if stream.dict.has_type(b"ObjStm") => match packed_values(stream) {
                    Ok(packed) if packed > left.values => Some(Crowd::Values),
                    // They are counted one by one when they are there.
                    Ok(_) => None,
                    Err(crowd) => Some(crowd),
                },
                _ => None,
            }
        }
        _ => Some(Crowd::Values),
    };
    LEFT.set(left);
    if let Some(crowd) = crowd {
        resume_unwind(Box::new(crowd));
    }
}

/// Values in an object, and the bytes of its stream.
pub(super) fn size(object: &Object) -> (u64, u64) {
    let (mut values, mut bytes) = (0, 0);
    let mut open = vec![object];
    while let Some(object) = open.pop() {
        values += 1;
        let mut text = |length: usize| values += (length / VALUE_BYTES) as u64;
        let dict = match object {
            Object::String(string, _) => {
                text(string.len());
                continue;
            }
            Object::Name(name) => {
                text(name.len());
                continue;
            }
            Object::Array(items) => {
                open.extend(items);
                continue;
            }
            Object::Dictionary(dict) => dict,
            Object::Stream(stream) => {
                bytes += stream.content.len() as u64;
                &stream.dict
            }
            Object::Null | Object::Boolean(_) | Object::Integer(_) | Object::Real(_) | Object::Reference(_) => continue,
        };
        for (key, value) in dict {
            text(key.len() + VALUE_BYTES);
            open.push(value);
        }
    }
    (values, bytes)
}

/// Values in an object stream, or more; or that it is none of a writer.
fn packed_values(stream: &Stream) -> Result<u64, Crowd> {
    let content = match stream.get_plain_content_with_limit(BYTES_MAX) {
        Ok(content) => content,
        Err(lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. })) => return Err(Crowd::Bomb),
        // One that does not inflate is a fault that the reader finds itself.
        Err(_) => return Ok(0),
    };
    let ratio = content.len() as u64 / (stream.content.len() as u64).max(1);
    let index = Index::of(stream, &content);
    if !index.is_sound {
        DISPUTED.with_borrow_mut(|disputed| disputed.extend(index.entries().map(|(id, _)| id)));
    }
    let again = times_read(&index, content.len());
    if content.len() > SMALL_BYTES && (ratio > RATIO_MAX || again > 4) {
        return Err(Crowd::Bomb);
    }
    Ok((values(&content) + (content.len() / VALUE_BYTES) as u64).saturating_mul(again))
}

/// How many values a reader may still make once it has taken an object stream apart. `None`: it must not.
pub(super) fn left_after(stream: &Stream, left: u64) -> Option<u64> {
    left.checked_sub(packed_values(stream).ok()?)
}

/// The beginning of an object stream: the number of each object in it, and where it stands (ISO 32000-2 §7.5.7).
pub(super) struct Index {
    entries: Vec<(u32, usize)>,
    /// Whether every reader finds the same objects by it: it has as many as it says, and each number once.
    pub(super) is_sound: bool,
}

impl Index {
    /// Reads it, from the decoded data of the stream.
    pub(super) fn of(stream: &Stream, data: &[u8]) -> Self {
        let whole = |key| stream.dict.get(key).and_then(Object::as_i64).ok().and_then(|number| usize::try_from(number).ok());
        let Some((first, head)) = whole(b"First").and_then(|first| Some((first, data.get(..first)?))) else {
            return Self { entries: Vec::new(), is_sound: false };
        };
        let lines = head.split(|byte| matches!(byte, b'\r' | b'\n'));
        let words = lines.flat_map(|line| line.split(|byte| *byte == b'%').next().unwrap_or_default().split(|byte| is_space(*byte)));
        let number = |word: &[u8]| std::str::from_utf8(word).ok().and_then(|word| word.parse::<u32>().ok());
        let numbers: Vec<Option<u32>> = words.filter(|word| !word.is_empty()).map(number).collect();
        let entry = |pair: &[Option<u32>]| Some(((*pair.first()?)?, first.saturating_add((*pair.get(1)?)? as usize)));
        let entries: Vec<(u32, usize)> = numbers.chunks_exact(2).filter_map(entry).collect();
        let count = entries.iter().map(|(number, _)| number).collect::<foldhash::HashSet<_>>().len();
        let is_sound = numbers.len() == count.saturating_mul(2) && whole(b"N") == Some(count);
        Self { entries, is_sound }
    }

    /// The objects that it names, with the place of each in the stream.
    pub(super) fn entries(&self) -> impl Iterator<Item = (ObjectId, usize)> {
        self.entries.iter().map(|(number, place)| ((*number, 0), *place))
    }
}

/// How often the bytes of an object stream are read on average: each entry is read from its offset to the next greater one.
fn times_read(index: &Index, length: usize) -> u64 {
    let mut places: Vec<usize> = index.entries().map(|(_, place)| place).collect();
    places.sort_unstable();
    let mut bytes = 0_u64;
    let mut next = length;
    let mut last = None;
    for place in places.into_iter().rev() {
        if last.is_some_and(|last| last > place) {
            next = last.unwrap_or(length);
        }
        bytes = bytes.saturating_add(next.saturating_sub(place) as u64);
        last = Some(place);
    }
    bytes.div_ceil((length as u64).max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::pdf::fixture::{Fixture, deflated, text};

    fn code(bytes: &[u8], limits: &Limits) -> &'static str {
        load(bytes, limits, false).err().map_or("none", |fault| fault.fault.code())
    }

    fn few(values: u64) -> Limits {
        Limits { values, ..Limits::default() }
    }

    /// A file with one object stream, whose entries are `index` and whose objects are `rest`.
    fn packed(index: &str, rest: &str) -> Vec<u8> {
        let mut file = Fixture::new();
        let data = deflated(format!("{index}{rest}").as_bytes());
        let count = index.split_ascii_whitespace().count() / 2;
        file.stream(&format!("/Type /ObjStm /N {count} /First {} /Filter /FlateDecode", index.len()), &data);
        file.page(&text("words", 72, 500)).build()
    }

    #[test]
    fn values_are_counted_wherever_they_stand() {
        let zeros = "0 ".repeat(1_000);
        let mut file = Fixture::new();
        file.object(format!("[{zeros}]"));
        let plain = file.page("").build();
        assert_eq!((code(&plain, &few(1_100)), code(&plain, &few(900))), ("none", "pdf-values"));
        let inside = packed("10 0 ", &format!("[{zeros}]"));
        assert_eq!((code(&inside, &few(2_200)), code(&inside, &few(900))), ("none", "pdf-values"));
        // Data of streams is none.
        let mut file = Fixture::new();
        file.stream("", zeros.as_bytes());
        assert_eq!(code(&file.page("").build(), &few(200)), "none");
        assert_eq!(values(b"<</A 1/B#20(x)>> [/C/D] <61> true"), 13);
    }

    #[test]
    fn values_are_counted_across_the_blocks_they_are_counted_in() {
        for text in ["0 ", "/A", "(b)", "word"] {
            for count in 0..600 {
                let expected = if text == "word" { u64::from(count > 0) } else { count as u64 };
                // A string begins at its bracket and again with its first letter.
                let expected = if text == "(b)" { expected * 2 } else { expected };
                assert_eq!(values(text.repeat(count).as_bytes()), expected, "{text} {count}");
            }
        }
    }

    #[test]
    fn only_what_can_be_an_object_counts_in_the_data_of_a_stream() {
        for (before, heads) in [
            ("1 0 ", true),
            ("1 0", true),
            ("1\r\n0\0\t", true),
            ("1 %c\n0 %c\n", true),
            ("1 0%c\r", true),
            ("", false),
            ("x", false),
            ("17", false),
            ("x17 ", false),
            ("a%b", false),
        ] {
            assert_eq!(heads_an_object(before.as_bytes()), heads, "{before:?}");
        }
        // Pictures are full of what looks like values, and the three letters stand in every large one.
        let noise = "x obj x ".to_owned() + &"0 ".repeat(3_000_000);
        let counted = |data: &str| values_outside_of_streams(format!("4 0 obj\nstream\n{data}\nendstream").as_bytes());
        assert!(counted(&noise) < 10 && counted(&noise.replace("obj", "1 0 obj")) > 3_000_000);
        // The end of one stream begins no other.
        let two = format!("4 0 obj\nstream\nq\nendstream\nendobj\n5 0 obj\nstream\n{noise}\nendstream\nendobj\n");
        assert!(values_outside_of_streams(two.as_bytes()) < 20);
    }

    #[test]
    fn objects_that_overlap_are_counted_as_often_as_they_are_read() {
        let mut out = b"%PDF-1.4\n1 0 obj [\n".to_vec();
        let mut offsets = vec![9];
        for number in 2..200 {
            out.extend_from_slice(b"0 0 0 0 0 %");
            offsets.push(out.len());
            out.extend_from_slice(format!("{number} 0 obj [\n").as_bytes());
        }
        out.extend_from_slice(b"0]\nendobj\n");
        let start = out.len();
        out.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).as_bytes());
        for offset in &offsets {
            out.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
        }
        out.extend_from_slice(format!("trailer <</Size {} /Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", offsets.len() + 1).as_bytes());
        assert_eq!(code(&out, &few(50_000)), "pdf-values");
        assert_eq!(code(&out, &few(200_000)), "none");
    }

    #[test]
    fn an_object_stream_whose_entries_share_their_bytes_is_a_bomb_and_others_are_not() {
        let rest = format!("[{}]", "0 ".repeat(600_000));
        let crowded: String = (10..2_000).map(|number| format!("{number} 0 ")).collect();
        let limits = few(100_000_000);
        assert_eq!(code(&packed(&crowded, &rest), &limits), "pdf-bomb");
        let spread: String = (0..200).map(|number| format!("{} {} ", number + 10, number * 2 + 1)).collect();
        assert_eq!(code(&packed(&spread, &rest[..2_000]), &limits), "none");
        assert_eq!(code(&packed("10 0 11 0 ", "<</A 1>>"), &limits), "none");
        // Long strings are few values and many bytes.
        let index: String = (10..410).map(|number| format!("{number} 0 ")).collect();
        let dict = lopdf::dictionary! { "Type" => "ObjStm", "N" => 400, "First" => index.len() as i64 };
        let long = Stream::new(dict, format!("{index}({})", "a".repeat(200_000)).into_bytes());
        assert!(left_after(&long, 1_000_000).is_none() && left_after(&long, 3_000_000).is_some());
        let names = |name: &str| format!("/Type /{name} ").into_bytes();
        assert!(names_object_streams(&names("Obj#53tm")) && !names_object_streams(&names("XObject")));
    }

    #[test]
    fn objects_of_a_stream_whose_index_readers_do_not_agree_on_are_disputed() {
        let disputed = |entries: &str, index: &str| {
            let mut file = Fixture::new();
            file.stream(&format!("/Type /ObjStm /First {} {entries}", index.len()), format!("{index}<</A 1>> <</B 2>>").as_bytes());
            let bytes = file.page(&text("words", 72, 500)).build();
            let (_, disputed) = load(&bytes, &Limits::default(), false).unwrap().unwrap();
            disputed.into_iter().map(|(number, _)| number).collect::<Vec<_>>()
        };
        assert_eq!(disputed("/N 2", "30 0 31 9 "), [0; 0]);
        assert_eq!(disputed("/N 2", "30 0 %31 4\r31 9\n"), [0; 0]);
        for (entries, index) in [("/N 1", "30 0 31 9 "), ("/N 3", "30 0 31 9 "), ("/N 2", "30 0 31 9 7 "), ("", "30 0 31 9 ")] {
            assert_eq!(disputed(entries, index), [30, 31], "{entries}");
        }
        assert_eq!(disputed("/N 2", "30 0 30 9 "), [30]);
    }

    #[test]
    fn what_is_encrypted_is_counted_before_it_is_made() {
        use lopdf::{EncryptionState, EncryptionVersion, Permissions, dictionary};
        let mut doc = Document::new();
        let content = format!("10 0 [{}]", "0 ".repeat(1_000)).into_bytes();
        // The writer leaves object streams out, by their type.
        doc.add_object(Stream::new(dictionary! { "Type" => "ObjStX", "N" => 1, "First" => 5 }, content));
        let pages = doc.add_object(dictionary! { "Type" => "Pages", "Kids" => Vec::<Object>::new(), "Count" => 0 });
        let root = doc.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        doc.trailer.set("Root", root);
        let id = Object::string_literal("an identifier");
        doc.trailer.set("ID", vec![id.clone(), id]);
        let version =
            EncryptionVersion::V1 { document: &doc, owner_password: "owner", user_password: "", permissions: Permissions::default() };
        let state = EncryptionState::try_from(version).unwrap();
        doc.encrypt(&state).unwrap();
        let mut bytes = Vec::new();
        doc.save_to(&mut bytes).unwrap();
        let type_at = memchr::memmem::find(&bytes, b"ObjStX").unwrap();
        bytes[type_at + 5] = b'm';
        assert_eq!((code(&bytes, &few(2_000)), code(&bytes, &few(900))), ("none", "pdf-values"));
        assert!(load(&bytes, &few(2_000), false).unwrap().unwrap().0.was_encrypted());
    }

    #[test]
    fn a_name_for_encryption_in_disguise_is_seen() {
        assert!(names_encryption(b"<</Encrypt 5 0 R>>") && names_encryption(b"<</#45ncry#70t 5 0 R>>"));
        assert!(!names_encryption(b"<</#45ncry#71t 5 0 R /Encr#ypt 1 /A#20B 2>>"));
        assert!(mask(b"<</#45ncrypt 5 0 R>>").is_none());
        assert_eq!(mask(b"<</Encrypt 5 0 R/EncryptMetadata true>>").unwrap(), b"<</Encryp_ 5 0 R/EncryptMetadata true>>");
    }
}
