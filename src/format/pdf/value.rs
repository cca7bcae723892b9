//! Operands of a content stream, and their one canonical form.

use std::borrow::Cow;

use super::write;

/// An operand. Names and strings without escapes are those of the data.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'d> {
    /// A whole or real number.
    Number(f64),
    /// A name, escapes resolved.
    Name(Cow<'d, [u8]>),
    /// A string, decoded.
    Text(Cow<'d, [u8]>),
    /// An array.
    Array(Vec<Value<'d>>),
    /// A dictionary in the order of its keys.
    Dict(Vec<(Cow<'d, [u8]>, Value<'d>)>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

impl<'d> Value<'d> {
    /// The number, if it is one.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            _ => None,
        }
    }
    /// The name, if it is one.
    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
    /// The bytes, if it is a string.
    pub(super) fn text(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
    /// The value of a key, if it is a dictionary.
    pub(super) fn get(&self, key: &[u8]) -> Option<&Value<'d>> {
        match self {
            Self::Dict(entries) => entries.iter().find(|(name, _)| name.as_ref() == key).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// Writes an array in its one canonical form.
pub(super) fn write_array<'v>(out: &mut Vec<u8>, items: impl Iterator<Item = &'v Value<'v>>) {
    out.push(b'[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        write_value(out, item);
    }
    out.push(b']');
}

/// Writes an operand in its one canonical form.
pub(super) fn write_value(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Number(number) => write::number(out, *number),
        Value::Name(name) => write::name(out, name),
        Value::Text(text) => write::string(out, text),
        Value::Bool(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Null => out.extend_from_slice(b"null"),
        Value::Array(items) => write_array(out, items.iter()),
        Value::Dict(entries) => {
            out.extend_from_slice(b"<<");
            for (key, item) in entries {
                write::name(out, key);
                out.push(b' ');
                write_value(out, item);
            }
            out.extend_from_slice(b">>");
        }
    }
}
