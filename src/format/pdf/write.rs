//! Writes a PDF file in one deterministic form (ISO 32000-2 §7.5): one section, one cross-reference table, no free objects.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use lopdf::{Dictionary, Object, StringFormat};
use sha2::{Digest as _, Sha256};

use crate::format::content::{Content, PIECE_BYTES, Sink};

/// Writes a finite number in its shortest decimal form, and one that is too large for an integer (ISO 32000-2 Annex C) with a point:
/// without it some readers take it for nought, and others do not read on.
pub(super) fn number(out: &mut Vec<u8>, value: f64) {
    let value = if value.is_finite() { value } else { 0.0 };
    if value == value.trunc() {
        if value.abs() < 1e15 {
            if value < 0.0 {
                out.push(b'-');
            }
            digits(out, value.abs() as u64, 0);
        } else {
            let _ = write!(out, "{value}");
        }
        if value.abs() > f64::from(i32::MAX) {
            out.extend_from_slice(b".0");
        }
    } else if !short_number(out, value) {
        // Writing to a Vec cannot fail.
        let _ = write!(out, "{value}");
    }
}

/// Writes a number of few digits with up to nine of them behind the point; gives `false`, and writes nothing, for any other.
///
/// At most 15 digits name one number alone, so when they are read back as this one nothing shorter is.
fn short_number(out: &mut Vec<u8>, value: f64) -> bool {
    // Nearly all numbers have few digits behind the point: one division tells for all of these, and the last ones may be zeros.
    const TENS: [(f64, usize); 5] = [(1e4, 4), (1e6, 6), (1e7, 7), (1e8, 8), (1e9, 9)];
    let size = value.abs();
    if size >= 1e9 {
        return false;
    }
    for (ten, mut places) in TENS {
        let whole = (size * ten + 0.5) as i64 as f64;
        if whole / ten == size && whole > 0.0 && whole < 1e15 {
            let mut whole = whole as u64;
            while whole.is_multiple_of(10) {
                whole /= 10;
                places -= 1;
            }
            if value < 0.0 {
                out.push(b'-');
            }
            digits(out, whole, places);
            return true;
        }
    }
    false
}

/// Writes a whole number with a point before its last `places` digits.
fn digits(out: &mut Vec<u8>, mut whole: u64, places: usize) {
    if whole < 10 && places == 0 {
        return out.push(b'0' + whole as u8);
    }
    let mut text = [0; 24];
    let mut at = text.len();
    let mut written = 0;
    while whole > 0 || written <= places {
        if written == places && places > 0 {
            at -= 1;
            text[at] = b'.';
        }
        at -= 1;
        text[at] = b'0' + (whole % 10) as u8;
        whole /= 10;
        written += 1;
    }
    out.extend_from_slice(&text[at..]);
}

/// Writes a name with its slash; every byte outside the regular printable ones is escaped (§7.3.5).
pub(super) fn name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric();
    if name.iter().all(is_plain) {
        return out.extend_from_slice(name);
    }
    for byte in name {
        if byte.is_ascii_graphic() && !super::content::is_delimiter(*byte) && *byte != b'#' {
            out.push(*byte);
        } else if *byte != 0 {
            let _ = write!(out, "#{byte:02X}");
        }
    }
}

/// Writes a string: literal when it is plain ASCII, else hexadecimal (§7.3.4).
pub(super) fn string(out: &mut Vec<u8>, text: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    if text.iter().all(|byte| (32..127).contains(byte)) {
        out.push(b'(');
        let mut rest = text;
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'(' | b')' | b'\\')) {
            let (plain, more) = rest.split_at(at);
            out.extend_from_slice(plain);
            out.push(b'\\');
            out.extend(more.first());
            rest = more.get(1..).unwrap_or_default();
        }
        out.extend_from_slice(rest);
        out.push(b')');
    } else {
        out.push(b'<');
        out.extend(text.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| DIGITS.get(usize::from(digit))));
        out.push(b'>');
    }
}

fn object(out: &mut Vec<u8>, value: &Object) {
    match value {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Object::Integer(value) => {
            if *value < 0 {
                out.push(b'-');
            }
            digits(out, value.unsigned_abs(), 0);
        }
        Object::Real(value) if value.is_finite() => {
            let _ = write!(out, "{value}");
        }
        Object::Real(_) => out.push(b'0'),
        Object::Name(value) => name(out, value),
        Object::String(value, _) => string(out, value),
        Object::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                object(out, item);
            }
            out.push(b']');
        }
        Object::Dictionary(dict) => dictionary(out, dict),
        Object::Stream(stream) => {
            dictionary(out, &stream.dict);
            out.extend_from_slice(b"\nstream\n");
            out.extend_from_slice(&stream.content);
            out.extend_from_slice(b"\nendstream");
        }
        Object::Reference((number, _)) => {
            digits(out, u64::from(*number), 0);
            out.extend_from_slice(b" 0 R");
        }
    }
}

fn dictionary(out: &mut Vec<u8>, dict: &Dictionary) {
    out.extend_from_slice(b"<<");
    for (key, value) in dict {
        name(out, key);
        out.push(b' ');
        object(out, value);
    }
    out.extend_from_slice(b">>");
}

/// Writes the whole file. `objects[i]` becomes object `i + 1`; `root` is the number of the catalog. Data of streams that is not in them is
/// in `aside`, by the number of the object.
///
/// The file identifier is the SHA-256 of everything before it, cut to 16 bytes, so that equal content gives equal bytes
/// and nothing ties the copy to its source (ISO 32000-2 §14.4).
///
/// # Errors
/// When the disk takes no more.
pub(super) fn file(objects: &[Object], aside: &BTreeMap<u32, Content<'static>>, root: u32, sink: Sink) -> io::Result<Content<'static>> {
    let mut file = Hashed { sink, digest: Sha256::new() };
    let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut offsets = Vec::with_capacity(objects.len());
    for (number, value) in (1..).zip(objects) {
        offsets.push(file.sink.length() + out.len() as u64);
        digits(&mut out, u64::from(number), 0);
        out.extend_from_slice(b" 0 obj\n");
        match (value, aside.get(&number)) {
            (Object::Stream(stream), Some(data)) => {
                dictionary(&mut out, &stream.dict);
                out.extend_from_slice(b"\nstream\n");
                file.flush(&mut out)?;
                data.pieces(0..data.length(), |piece| file.put(piece))?;
                out.extend_from_slice(b"\nendstream");
            }
            _ => object(&mut out, value),
        }
        out.extend_from_slice(b"\nendobj\n");
        if out.len() >= PIECE_BYTES {
            file.flush(&mut out)?;
        }
    }
    file.flush(&mut out)?;
    let identifier: Vec<u8> = file.digest.finalize().iter().take(16).copied().collect();
    let mut sink = file.sink;
    let start = sink.length();
    let _ = write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for offset in offsets {
        let _ = writeln!(out, "{offset:010} 00000 n ");
    }
    let mut trailer = Dictionary::new();
    trailer.set("Size", objects.len() as i64 + 1);
    trailer.set("Root", Object::Reference((root, 0)));
    let identifier = Object::String(identifier, StringFormat::Hexadecimal);
    trailer.set("ID", vec![identifier.clone(), identifier]);
    out.extend_from_slice(b"trailer\n");
    dictionary(&mut out, &trailer);
    let _ = write!(out, "\nstartxref\n{start}\n%%EOF\n");
    sink.put(&out)?;
    sink.finish()
}

/// A file whose bytes are hashed on the way.
struct Hashed {
    sink: Sink,
    digest: Sha256,
}

impl Hashed {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.sink.put(bytes)
    }

    fn flush(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        self.put(bytes)?;
        bytes.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_slow_way_writes_them() {
        let fixed =
            [0.5, -0.05, 0.1 + 0.2, 1e-7, 1e-6, 0.000_001_5, 123_456.789, 999_999_999.5, 1e9 + 0.5, -0.0, 0.0, 1e15, 5e-324, 1.0 / 3.0];
        let large = [2_147_483_647.0, -2_147_483_648.0, 4e9, 1e16, f64::from(f32::MAX), -1e300];
        // Fractions of all lengths from a generator without pattern.
        let mut state = 1u64;
        let made = (0..200_000u32).map(|index| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let whole = (state >> 33) as f64 - 1e9;
            if index % 3 == 0 { f64::from(whole as f32 / 1000.0) } else { whole / 10f64.powi((index % 12) as i32) }
        });
        for value in fixed.into_iter().chain(large).chain(made) {
            let mut out = Vec::new();
            number(&mut out, value);
            let is_integer = value == value.trunc() && value.abs() < 2_147_483_648.0;
            let slow = if is_integer { format!("{}", value as i64) } else { format!("{value:?}") };
            let slow = if slow.contains('e') { format!("{value}{}", if value == value.trunc() { ".0" } else { "" }) } else { slow };
            assert_eq!(String::from_utf8_lossy(&out), slow);
        }
    }

    #[test]
    fn whole_numbers_are_written_in_full() {
        for value in [0, 9, 10, -1, i64::MIN, i64::MAX] {
            let mut out = Vec::new();
            object(&mut out, &Object::Integer(value));
            assert_eq!(String::from_utf8_lossy(&out), value.to_string());
        }
    }
}
