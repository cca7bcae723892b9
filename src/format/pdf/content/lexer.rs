//! Tokens and values of PDF syntax and other PostScript-like data (ISO 32000-2 §7.2, §7.3).

use std::borrow::Cow;

use crate::format::pdf::value::Value;

/// Nesting of arrays and dictionaries among operands.
const DEPTH_MAX: usize = 16;
/// Numbers are read up to this.
const NUMBER_MAX: f64 = 1e15;
/// Numbers that all viewers hold, whether whole or not (ISO 32000-1 Annex C): of larger ones some take what is left of 32 bits, some the
/// largest that they have, and some nothing.
pub(in crate::format::pdf) const AGREED_MAX: f64 = 1e9;
/// Values in the arrays and dictionaries of one operator.
pub(in crate::format::pdf) const ITEMS_MAX: usize = 1 << 20;

/// One token of PDF syntax (ISO 32000-2 §7.2).
#[derive(Debug, Clone, PartialEq)]
pub(in crate::format::pdf) enum Token<'d> {
    /// A value that stands alone.
    Value(Value<'d>),
    /// A keyword or an operator.
    Word(&'d [u8]),
    /// `[`, `<<`, `{`.
    Open(u8),
    /// `]`, `>>`, `}`.
    Close(u8),
}

/// Whether a byte is PDF white space.
pub(in crate::format::pdf) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

/// Whether a byte ends a word.
pub(in crate::format::pdf) const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// For each byte whether it is neither white space nor a delimiter (ISO 32000-2 §7.2.3).
const REGULAR: [bool; 256] = {
    let mut table = [true; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = !is_space(byte as u8) && !is_delimiter(byte as u8);
        byte += 1;
    }
    table
};

/// Whether a byte can stand inside a word.
#[inline]
fn is_regular(byte: u8) -> bool {
    REGULAR.get(usize::from(byte)).copied().unwrap_or(true)
}

/// For each byte whether it stands for itself inside of a string (ISO 32000-2 §7.3.4.2).
const PLAIN: [bool; 256] = {
    let mut table = [true; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = !matches!(byte as u8, b'(' | b')' | b'\\' | b'\r');
        byte += 1;
    }
    table
};

/// Reads digits behind a number that they continue; gives it and the place behind them. Of too many the number means nothing.
#[inline]
fn digits(data: &[u8], mut at: usize, mut whole: u64) -> (u64, usize) {
    while let Some(digit) = data.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
        whole = whole.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    (whole, at)
}

/// Reads tokens; never fails, because every byte is either understood or skipped.
#[derive(Debug, Clone)]
pub(in crate::format::pdf) struct Lexer<'d> {
    pub(super) data: &'d [u8],
    pub(super) at: usize,
    /// Memory of decoded names and strings that are done with.
    spare: Vec<Vec<u8>>,
    /// Memory of arrays that are done with.
    spare_arrays: Vec<Vec<Value<'d>>>,
    /// Memory for one value.
    one: Vec<Value<'d>>,
    /// Whether values since the last operator have memory of their own: bytes, or arrays.
    lends: (bool, bool),
    /// Values in arrays and dictionaries since the last operator.
    pub(super) items: usize,
    /// Whether a number had a sign that is not its first byte, or went past [`AGREED_MAX`], or a string of digits had something else in it.
    is_disputed: bool,
}

impl<'d> Lexer<'d> {
    /// Starts at the first byte.
    pub(in crate::format::pdf) fn new(data: &'d [u8]) -> Self {
        Self::at(data, 0)
    }
    /// Starts at some byte.
    pub(in crate::format::pdf) fn at(data: &'d [u8], at: usize) -> Self {
        Self { data, at, spare: Vec::new(), spare_arrays: Vec::new(), one: Vec::new(), lends: (false, false), items: 0, is_disputed: false }
    }
    /// Whether some number or string so far is one that readers differ about (`--5`, `0.00-35`, `4294967296`, `<4g>`).
    pub(in crate::format::pdf) fn is_disputed(&self) -> bool {
        self.is_disputed
    }
    /// First byte that is not read yet.
    pub(in crate::format::pdf) fn position(&self) -> usize {
        self.at
    }
    /// An empty buffer.
    fn buffer(&mut self) -> Vec<u8> {
        self.lends.0 = true;
        self.spare.pop().unwrap_or_default()
    }
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.data.get(self.at).copied()
    }
    pub(super) fn ahead(&self, by: usize) -> Option<u8> {
        self.data.get(self.at + by).copied()
    }

    /// The first byte that is neither white space nor part of a comment.
    #[inline]
    pub(super) fn skip_space(&mut self) -> Option<u8> {
        loop {
            let byte = self.peek()?;
            if is_regular(byte) {
                return Some(byte);
            }
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return Some(byte);
            }
        }
    }

    /// The next token; `None` at the end.
    pub(in crate::format::pdf) fn token(&mut self) -> Option<Token<'d>> {
        let mut one = std::mem::take(&mut self.one);
        let token = self.lex(&mut one).map(|lexed| match lexed {
            Lexed::Value => Token::Value(one.pop().unwrap_or(Value::Null)),
            Lexed::Word(word) => Token::Word(word),
            Lexed::Open(byte) => Token::Open(byte),
            Lexed::Close(byte) => Token::Close(byte),
        });
        self.one = one;
        token
    }

    /// Reads the next token; a value that stands alone goes where it belongs at once. `None` at the end.
    #[allow(clippy::inline_always, reason = "a token of three letters costs less than a call")]
    #[inline(always)]
    pub(super) fn lex(&mut self, values: &mut Vec<Value<'d>>) -> Option<Lexed<'d>> {
        loop {
            let byte = self.skip_space()?;
            if matches!(byte, b'0'..=b'9' | b'-' | b'.')
                && let Some(value) = self.short_number()
            {
                put(values, value, Value::Number);
                return Some(Lexed::Value);
            }
            match byte {
                b'/' => {
                    self.at += 1;
                    self.name(values);
                }
                b'(' => self.literal(values),
                b'<' if self.ahead(1) == Some(b'<') => {
                    self.at += 2;
                    return Some(Lexed::Open(b'<'));
                }
                b'<' => self.hex(values),
                b'>' if self.ahead(1) == Some(b'>') => {
                    self.at += 2;
                    return Some(Lexed::Close(b'>'));
                }
                b'[' | b'{' => {
                    self.at += 1;
                    return Some(Lexed::Open(byte));
                }
                b']' | b'}' => {
                    self.at += 1;
                    return Some(Lexed::Close(byte));
                }
                b'>' | b')' => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    let word = self.word();
                    match number(word) {
                        Some(value) => {
                            let has_late_sign = word.iter().skip(1).any(|byte| matches!(byte, b'+' | b'-'));
                            self.is_disputed |= has_late_sign || value.abs() > AGREED_MAX;
                            put(values, value, Value::Number);
                        }
                        None => return Some(Lexed::Word(word)),
                    }
                }
            }
            return Some(Lexed::Value);
        }
    }

    #[inline]
    fn word(&mut self) -> &'d [u8] {
        let rest = self.data.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// A plain number of at most 15 digits, exactly as the slow way reads it: both the digits and the power of ten are exact in an
    /// `f64`, so that one division rounds once. `None`, and nothing read, for any other word.
    #[inline]
    fn short_number(&mut self) -> Option<f64> {
        const TENS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
        const LENGTH_MAX: usize = 15;
        let negative = self.peek() == Some(b'-');
        let start = self.at + usize::from(negative);
        let (whole, point) = digits(self.data, start, 0);
        let (whole, end) = if self.data.get(point) == Some(&b'.') { digits(self.data, point + 1, whole) } else { (whole, point) };
        let length = end - start;
        if length == 0 || length > LENGTH_MAX || self.data.get(end).is_some_and(|byte| is_regular(*byte)) {
            return None;
        }
        self.at = end;
        let value = if end > point + 1 { whole as f64 / TENS.get(end - point - 1)? } else { whole as f64 };
        self.is_disputed |= value > AGREED_MAX;
        Some(if negative { -value } else { value })
    }

    #[inline(never)]
    fn name(&mut self, values: &mut Vec<Value<'d>>) {
        let raw = self.word();
        if !raw.contains(&b'#') {
            return put(values, raw, |raw| Value::Name(Cow::Borrowed(raw)));
        }
        let mut out = self.buffer();
        let mut rest = raw;
        while let Some((byte, tail)) = rest.split_first() {
            let digit = |index: usize| tail.get(index).and_then(|byte| (*byte as char).to_digit(16));
            if let (b'#', Some(high), Some(low)) = (*byte, digit(0), digit(1)) {
                out.push((high * 16 + low) as u8);
                rest = tail.get(2..).unwrap_or_default();
            } else {
                out.push(*byte);
                rest = tail;
            }
        }
        put(values, out, |out| Value::Name(Cow::Owned(out)));
    }

    #[inline(never)]
    fn literal(&mut self, values: &mut Vec<Value<'d>>) {
        self.at += 1;
        let rest = self.data.get(self.at..).unwrap_or_default();
        let plain = rest.iter().position(|byte| !PLAIN.get(usize::from(*byte)).copied().unwrap_or(false)).unwrap_or(rest.len());
        let head = rest.get(..plain).unwrap_or_default();
        self.at += plain;
        if rest.get(plain).is_none_or(|byte| *byte == b')') {
            self.at += usize::from(plain < rest.len());
            return put(values, head, |head| Value::Text(Cow::Borrowed(head)));
        }
        put(values, self.decoded(head), |out| Value::Text(Cow::Owned(out)));
    }

    /// The rest of a string behind its plain head.
    fn decoded(&mut self, head: &[u8]) -> Vec<u8> {
        let mut depth = 1usize;
        let mut out = self.buffer();
        out.extend_from_slice(head);
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                b'\\' => {
                    self.escape(&mut out);
                    continue;
                }
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    }
                    out.push(b'\n');
                    continue;
                }
                _ => {}
            }
            out.push(byte);
        }
        out
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\n' => {}
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                out.push(value as u8);
            }
            other => out.push(other),
        }
    }

    #[inline(never)]
    fn hex(&mut self, values: &mut Vec<Value<'d>>) {
        self.at += 1;
        let mut out = self.buffer();
        let mut high = None;
        let rest = self.data.get(self.at..).unwrap_or_default();
        let length = memchr::memchr(b'>', rest);
        for byte in rest.get(..length.unwrap_or(rest.len())).unwrap_or_default() {
            let Some(digit) = hex_digit(*byte) else {
                self.is_disputed |= !is_space(*byte);
                continue;
            };
            match high.take() {
                Some(top) => out.push(top << 4 | digit),
                None => high = Some(digit),
            }
        }
        self.at += length.map_or(rest.len(), |length| length + 1);
        out.extend(high.map(|top| top << 4));
        put(values, out, |out| Value::Text(Cow::Owned(out)));
    }

    /// Reads what an opening bracket begins, unless it is nested too deeply.
    pub(super) fn nested(&mut self, bracket: u8, depth: usize, values: &mut Vec<Value<'d>>) {
        self.lends.1 = true;
        match bracket {
            b'[' if depth < DEPTH_MAX => {
                let array = self.array(depth + 1);
                values.push(array);
            }
            b'<' if depth < DEPTH_MAX => {
                let dict = self.dict(depth + 1);
                values.push(dict);
            }
            _ => {}
        }
    }

    /// Keeps the memory of values that are done with.
    #[inline]
    pub(super) fn recycle(&mut self, values: &mut Vec<Value<'d>>) {
        match std::mem::take(&mut self.lends) {
            (false, false) => {}
            (bytes, _) => self.take_back(values, bytes),
        }
        values.clear();
    }

    fn take_back(&mut self, values: &mut [Value<'d>], bytes_too: bool) {
        const SPARE_MAX: usize = 64;
        for value in values {
            match value {
                Value::Name(Cow::Owned(bytes)) | Value::Text(Cow::Owned(bytes))
                    if self.spare.len() < SPARE_MAX && bytes.capacity() <= 4096 =>
                {
                    bytes.clear();
                    self.spare.push(std::mem::take(bytes));
                }
                Value::Array(items) => {
                    if bytes_too {
                        self.take_back(items, true);
                    }
                    items.clear();
                    if self.spare_arrays.len() < SPARE_MAX && items.capacity() <= 1024 {
                        self.spare_arrays.push(std::mem::take(items));
                    }
                }
                _ => {}
            }
        }
    }

    /// Counts a value inside of others. Past the limit the data is at its end.
    #[inline]
    fn count_item(&mut self) {
        self.items += 1;
        if self.items > ITEMS_MAX {
            self.at = self.data.len();
        }
    }

    fn array(&mut self, depth: usize) -> Value<'d> {
        let mut items = self.spare_arrays.pop().unwrap_or_default();
        while let Some(lexed) = self.lex(&mut items) {
            self.count_item();
            match lexed {
                Lexed::Value => {}
                Lexed::Close(b']') => break,
                Lexed::Word(word) => items.extend(constant(word)),
                Lexed::Open(bracket) => self.nested(bracket, depth, &mut items),
                Lexed::Close(_) => {}
            }
        }
        Value::Array(items)
    }

    pub(super) fn dict(&mut self, depth: usize) -> Value<'d> {
        let mut entries: Vec<(Cow<'d, [u8]>, Value<'d>)> = Vec::new();
        let mut key: Option<Cow<'d, [u8]>> = None;
        let mut one = Vec::new();
        while let Some(lexed) = self.lex(&mut one) {
            self.count_item();
            match lexed {
                Lexed::Close(b'>') | Lexed::Word(b"ID") => break,
                Lexed::Value | Lexed::Close(_) => {}
                Lexed::Word(word) => one.extend(constant(word)),
                Lexed::Open(bracket) => self.nested(bracket, depth, &mut one),
            }
            let Some(value) = one.pop() else { continue };
            match (key.take(), value) {
                (None, Value::Name(name)) => key = Some(name),
                (None, _) => {}
                (Some(name), value) => entries.push((name, value)),
            }
        }
        Value::Dict(entries)
    }
}

/// What was read: as a token, without the value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lexed<'d> {
    Value,
    Word(&'d [u8]),
    Open(u8),
    Close(u8),
}

/// Adds a value, which is built where it belongs once there is room for it: built before and moved then, its parts would be read back as
/// one while they are still being written, and the processor waits for that.
#[inline]
fn put<'d, P>(values: &mut Vec<Value<'d>>, part: P, value: impl Fn(P) -> Value<'d>) {
    values.extend(std::iter::once(part).map(value));
}

/// A value that is written as a word.
#[inline]
pub(super) fn constant<'d>(word: &[u8]) -> Option<Value<'d>> {
    match word {
        b"true" => Some(Value::Bool(true)),
        b"false" => Some(Value::Bool(false)),
        b"null" => Some(Value::Null),
        _ => None,
    }
}

#[inline]
fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// A number in the forms that readers accept, odd signs included. Plain short ones are read before.
#[cold]
fn odd_number(word: &[u8]) -> Option<f64> {
    let negative = word.first() == Some(&b'-');
    let digits: Vec<u8> = word.iter().copied().skip_while(|byte| matches!(byte, b'+' | b'-')).collect();
    // A minus inside a number ends it for most readers ("0.00-35").
    let end = digits.iter().position(|byte| *byte == b'-').unwrap_or(digits.len());
    let digits = digits.get(..end)?;
    if !digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') || memchr::memchr_iter(b'.', digits).count() > 1 {
        return None;
    }
    let text = std::str::from_utf8(digits).ok()?;
    let value: f64 = match text {
        "" | "." => 0.0,
        text => text.parse().ok()?,
    };
    let value = if value.is_finite() { value.min(NUMBER_MAX) } else { NUMBER_MAX };
    Some(if negative { -value } else { value })
}

/// A number that is no short plain one.
#[inline]
fn number(word: &[u8]) -> Option<f64> {
    matches!(word.first(), Some(b'0'..=b'9' | b'+' | b'-' | b'.')).then(|| odd_number(word)).flatten()
}
