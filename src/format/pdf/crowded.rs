//! Object streams that would fill the memory before anything else could look at them.
//!
//! The reader makes objects of an object stream (ISO 32000-2 §7.5.7) at once, and an object takes many times the bytes that it is
//! written in. A stream that inflates as none of a real writer does, or whose entries all lead to the same place, is marked here
//! before it is taken apart, and the file is refused.

use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::{Document, LoadOptions, Object, ObjectId, Stream};

/// Inflated size divided by deflated size that no object stream of a real writer comes near; dictionaries deflate to about a tenth.
pub(super) const RATIO_MAX: u64 = 150;

/// Inflated bytes below which the ratio does not matter.
const SMALL_BYTES: usize = 1 << 20;

/// Inflated bytes past which an object stream is not taken apart. Writers end one after some hundred objects.
const BYTES_MAX: usize = 64 << 20;

const MARK: &[u8] = b"CrowdedObjStm";

/// Whether a file holds an object stream that must not be taken apart.
///
/// The file is scanned for its objects, whatever its cross-reference data say: every object stream that any way of reading it could
/// come to is looked at, and none is taken apart. Files without object streams are not scanned.
pub(super) fn is_crowded(bytes: &[u8]) -> bool {
    if !may_hold_object_streams(bytes) {
        return false;
    }
    let options =
        LoadOptions { max_decompressed_size: Some(BYTES_MAX), force_reconstruct: true, filter: Some(mark), ..LoadOptions::default() };
    // Whatever else is wrong with the file is said by the reading that follows.
    let scanned = catch_unwind(AssertUnwindSafe(|| Document::load_mem_with_options(bytes, options)));
    scanned.is_ok_and(|loaded| loaded.is_ok_and(|doc| doc.objects.values().any(is_marked)))
}

/// Whether the name stands in the file, plainly or with one of its letters as a number (§7.3.5).
fn may_hold_object_streams(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"ObjStm").is_some()
        || ["#4F", "#4f", "#62", "#6A", "#6a", "#53", "#74", "#6D", "#6d"]
            .iter()
            .any(|letter| memchr::memmem::find(bytes, letter.as_bytes()).is_some())
}

/// Called by the reader for each object that it has read, before it takes an object stream apart. None is: it gets another type.
#[allow(clippy::unnecessary_wraps, reason = "the reader asks for a function of this form")]
fn mark(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    if let Object::Stream(stream) = object
        && stream.dict.has_type(b"ObjStm")
    {
        let name = if is_crowded_stream(stream) { MARK } else { b"SoundObjStm" };
        stream.dict.set("Type", Object::Name(name.to_vec()));
    }
    Some((id, Object::Null))
}

fn is_marked(object: &Object) -> bool {
    matches!(object, Object::Stream(stream) if stream.dict.has_type(MARK))
}

fn is_crowded_stream(stream: &Stream) -> bool {
    let content = match stream.get_plain_content_with_limit(BYTES_MAX) {
        Ok(content) => content,
        Err(lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. })) => return true,
        // One that does not inflate is a fault that the reader finds itself.
        Err(_) => return false,
    };
    let ratio = content.len() as u64 / (stream.content.len() as u64).max(1);
    (content.len() > SMALL_BYTES && ratio > RATIO_MAX) || reads_again_and_again(stream, &content)
}

/// Whether the entries together lead over more bytes than the stream has: each is read from its offset to the next greater one.
fn reads_again_and_again(stream: &Stream, content: &[u8]) -> bool {
    let first = stream.dict.get(b"First").and_then(Object::as_i64).ok().and_then(|first| usize::try_from(first).ok());
    let Some(index) = first.and_then(|first| content.get(..first)) else { return false };
    let numbers: Vec<usize> = String::from_utf8_lossy(index).split_ascii_whitespace().filter_map(|number| number.parse().ok()).collect();
    let mut offsets: Vec<usize> = numbers.chunks_exact(2).filter_map(|pair| pair.get(1).copied()).collect();
    offsets.sort_unstable();
    let end = content.len().saturating_sub(index.len());
    let mut bytes = 0_usize;
    let mut next = end;
    let mut last = None;
    for offset in offsets.into_iter().rev() {
        if last.is_some_and(|last| last > offset) {
            next = last.unwrap_or(end);
        }
        bytes = bytes.saturating_add(next.saturating_sub(offset));
        last = Some(offset);
    }
    bytes > content.len().saturating_mul(4).max(SMALL_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    fn stream(index: &str, rest: &str) -> Object {
        let dict = dictionary! { "Type" => "ObjStm", "N" => 9, "First" => index.len() as i64 };
        Object::Stream(Stream::new(dict, format!("{index}{rest}").into_bytes()))
    }

    #[test]
    fn a_stream_whose_entries_share_their_bytes_is_marked_and_others_are_not() {
        let marked = |mut object: Object| {
            mark((1, 0), &mut object).unwrap();
            is_marked(&object)
        };
        let rest = format!("[{}]", "0 ".repeat(2_000));
        let crowded: String = (10..2_000).map(|number| format!("{number} 0 ")).collect();
        assert!(marked(stream(&crowded, &rest)));
        let spread: String = (0..2_000).map(|number| format!("{} {} ", number + 10, number * 2 + 1)).collect();
        assert!(!marked(stream(&spread, &rest)));
        assert!(!marked(stream("10 0 11 0 ", "<</A 1>>")));
        assert!(!marked(Object::Null));
    }
}
