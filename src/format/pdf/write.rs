//! Writes a PDF file in one deterministic form (ISO 32000-2 §7.5): one section, one cross-reference table, no free objects.

use std::io::Write as _;

use lopdf::{Dictionary, Object, StringFormat};
use sha2::{Digest as _, Sha256};

/// Writes a finite number in its shortest decimal form.
pub(super) fn number(out: &mut Vec<u8>, value: f64) {
    let value = if value.is_finite() { value } else { 0.0 };
    // Writing to a Vec cannot fail.
    let _ = if value == value.trunc() && value.abs() < 1e15 { write!(out, "{}", value as i64) } else { write!(out, "{value}") };
}

/// Writes a name with its slash; every byte outside the regular printable ones is escaped (§7.3.5).
pub(super) fn name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
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
        for byte in text {
            if matches!(byte, b'(' | b')' | b'\\') {
                out.push(b'\\');
            }
            out.push(*byte);
        }
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
            let _ = write!(out, "{value}");
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
            let _ = write!(out, "{number} 0 R");
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

/// Writes the whole file. `objects[i]` becomes object `i + 1`; `root` is the number of the catalog.
///
/// The file identifier is the SHA-256 of everything before it, cut to 16 bytes, so that equal content gives equal bytes
/// and nothing ties the copy to its source (ISO 32000-2 §14.4).
pub(super) fn file(objects: &[Object], root: u32) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut offsets = Vec::with_capacity(objects.len());
    for (index, value) in objects.iter().enumerate() {
        offsets.push(out.len());
        let _ = writeln!(out, "{} 0 obj", index + 1);
        object(&mut out, value);
        out.extend_from_slice(b"\nendobj\n");
    }
    let identifier: Vec<u8> = Sha256::digest(&out).iter().take(16).copied().collect();
    let start = out.len();
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
    out
}
