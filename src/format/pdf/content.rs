//! Content streams (ISO 32000-2 §7.8.2) and other PostScript-like data, token by token.

use super::write;

/// Nesting of arrays and dictionaries among operands.
const DEPTH_MAX: usize = 16;
/// Operands kept for one operator; Annex C of ISO 32000-1 knows no operator with more, DeviceN allows 32 colorants.
const OPERANDS_MAX: usize = 512;

/// An operand.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A whole or real number.
    Number(f64),
    /// A name, escapes resolved.
    Name(Vec<u8>),
    /// A string, decoded.
    Text(Vec<u8>),
    /// An array.
    Array(Vec<Value>),
    /// A dictionary in the order of its keys.
    Dict(Vec<(Vec<u8>, Value)>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

impl Value {
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
    pub(super) fn get(&self, key: &[u8]) -> Option<&Value> {
        match self {
            Self::Dict(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// One token of PDF syntax (ISO 32000-2 §7.2).
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'d> {
    /// A value that stands alone.
    Value(Value),
    /// A keyword or an operator.
    Word(&'d [u8]),
    /// `[`, `<<`, `{`.
    Open(u8),
    /// `]`, `>>`, `}`.
    Close(u8),
}

/// Whether a byte is PDF white space.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

/// Whether a byte ends a word.
pub(super) fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// Reads tokens; never fails, because every byte is either understood or skipped.
#[derive(Debug, Clone)]
pub(super) struct Lexer<'d> {
    data: &'d [u8],
    at: usize,
    /// Memory of names and strings that are done with.
    spare: Vec<Vec<u8>>,
}

impl<'d> Lexer<'d> {
    /// Starts at the first byte.
    pub(super) fn new(data: &'d [u8]) -> Self {
        Self::at(data, 0)
    }
    /// Starts at some byte.
    pub(super) fn at(data: &'d [u8], at: usize) -> Self {
        Self { data, at, spare: Vec::new() }
    }
    /// First byte that is not read yet.
    pub(super) fn position(&self) -> usize {
        self.at
    }
    /// An empty buffer.
    fn buffer(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_default()
    }
    fn peek(&self) -> Option<u8> {
        self.data.get(self.at).copied()
    }
    fn ahead(&self, by: usize) -> Option<u8> {
        self.data.get(self.at + by).copied()
    }

    #[inline]
    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// The next token; `None` at the end.
    pub(super) fn token(&mut self) -> Option<Token<'d>> {
        loop {
            self.skip_space();
            let byte = self.peek()?;
            return Some(match byte {
                b'/' => {
                    self.at += 1;
                    Token::Value(Value::Name(self.name()))
                }
                b'(' => Token::Value(Value::Text(self.literal())),
                b'<' if self.ahead(1) == Some(b'<') => {
                    self.at += 2;
                    Token::Open(b'<')
                }
                b'<' => Token::Value(Value::Text(self.hex())),
                b'>' if self.ahead(1) == Some(b'>') => {
                    self.at += 2;
                    Token::Close(b'>')
                }
                b'[' | b'{' => {
                    self.at += 1;
                    Token::Open(byte)
                }
                b']' | b'}' => {
                    self.at += 1;
                    Token::Close(byte)
                }
                b'>' | b')' => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    let word = self.word();
                    number(word).map_or(Token::Word(word), |value| Token::Value(Value::Number(value)))
                }
            });
        }
    }

    fn word(&mut self) -> &'d [u8] {
        let rest = self.data.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| is_space(*byte) || is_delimiter(*byte)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn name(&mut self) -> Vec<u8> {
        let raw = self.word();
        let mut out = self.buffer();
        if !raw.contains(&b'#') {
            out.extend_from_slice(raw);
            return out;
        }
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
        out
    }

    fn literal(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut depth = 1usize;
        let rest = self.data.get(self.at..).unwrap_or_default();
        let plain = rest.iter().position(|byte| matches!(byte, b'(' | b')' | b'\\' | b'\r')).unwrap_or(rest.len());
        let mut out = self.spare.pop().unwrap_or_default();
        out.extend_from_slice(rest.get(..plain).unwrap_or_default());
        self.at += plain;
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

    fn hex(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut out = self.buffer();
        let mut high = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = (byte as char).to_digit(16) else { continue };
            match high.take() {
                Some(top) => out.push((top * 16 + digit) as u8),
                None => high = Some(digit),
            }
        }
        out.extend(high.map(|top| (top * 16) as u8));
        out
    }

    /// A value with everything nested in it; `None` for a stray closing bracket or a keyword that is no value.
    fn value(&mut self, token: Token<'d>, depth: usize) -> Result<Value, Token<'d>> {
        match token {
            Token::Value(value) => Ok(value),
            Token::Word(b"true") => Ok(Value::Bool(true)),
            Token::Word(b"false") => Ok(Value::Bool(false)),
            Token::Word(b"null") => Ok(Value::Null),
            Token::Open(b'[') if depth < DEPTH_MAX => Ok(self.array(depth + 1)),
            Token::Open(b'<') if depth < DEPTH_MAX => Ok(self.dict(depth + 1)),
            other => Err(other),
        }
    }

    fn recycle(&mut self, value: Value) {
        const SPARE_MAX: usize = 64;
        match value {
            Value::Name(mut bytes) | Value::Text(mut bytes) if self.spare.len() < SPARE_MAX && bytes.capacity() <= 4096 => {
                bytes.clear();
                self.spare.push(bytes);
            }
            Value::Array(items) => items.into_iter().for_each(|item| self.recycle(item)),
            _ => {}
        }
    }

    fn array(&mut self, depth: usize) -> Value {
        let mut items = Vec::new();
        while let Some(token) = self.token() {
            if token == Token::Close(b']') {
                break;
            }
            if let Ok(value) = self.value(token, depth) {
                items.push(value);
            }
        }
        Value::Array(items)
    }

    fn dict(&mut self, depth: usize) -> Value {
        let mut entries: Vec<(Vec<u8>, Value)> = Vec::new();
        let mut key: Option<Vec<u8>> = None;
        while let Some(token) = self.token() {
            if token == Token::Close(b'>') || token == Token::Word(b"ID") {
                break;
            }
            let Ok(value) = self.value(token, depth) else { continue };
            match (key.take(), value) {
                (None, Value::Name(name)) => key = Some(name),
                (None, _) => {}
                (Some(name), value) => entries.push((name, value)),
            }
        }
        Value::Dict(entries)
    }
}

/// A plain number of at most 15 digits, exactly as the slow way reads it: both the digits and the power of ten are exact in an
/// `f64`, so that one division rounds once.
fn short_number(word: &[u8]) -> Option<f64> {
    const TENS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (negative, digits) = match word.split_first() {
        Some((b'-', digits)) => (true, digits),
        _ => (false, word),
    };
    if digits.is_empty() || digits.len() > 15 {
        return None;
    }
    let mut whole = 0u64;
    let mut point = None;
    for (index, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => whole = whole * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(index),
            _ => return None,
        }
    }
    let places = point.map_or(0, |point| digits.len() - 1 - point);
    let value = whole as f64 / TENS.get(places)?;
    Some(if negative { -value } else { value })
}

/// A number in the forms that readers accept, odd signs included.
fn number(word: &[u8]) -> Option<f64> {
    let first = word.first()?;
    if let Some(value) = short_number(word) {
        return Some(value);
    }
    if !matches!(first, b'0'..=b'9' | b'+' | b'-' | b'.') {
        return None;
    }
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
    let value = if value.is_finite() { value.min(1e15) } else { 0.0 };
    Some(if negative { -value } else { value })
}

/// One operator with its operands.
#[derive(Debug)]
pub(super) struct Op<'d> {
    /// The operator; `BI` stands for a whole inline image.
    pub(super) name: &'d [u8],
    /// Its operands; for `BI` the dictionary and the data.
    pub(super) operands: Vec<Value>,
    /// Offset of the end of the operator.
    pub(super) offset: usize,
}

/// Reads the operators of a content stream.
pub(super) struct Ops<'d> {
    lexer: Lexer<'d>,
    recycled: Vec<Value>,
}

impl<'d> Ops<'d> {
    /// Starts at the first byte.
    pub(super) fn new(data: &'d [u8]) -> Self {
        Self { lexer: Lexer::new(data), recycled: Vec::new() }
    }

    /// Gives back the operands of an operator that is done with, so that their memory is used again.
    pub(super) fn recycle(&mut self, op: Op<'d>) {
        self.recycled = op.operands;
        for value in self.recycled.drain(..) {
            self.lexer.recycle(value);
        }
    }

    /// The next operator; `None` at the end. Operands without operator are dropped.
    pub(super) fn next(&mut self) -> Option<Op<'d>> {
        let mut operands = std::mem::take(&mut self.recycled);
        loop {
            let token = self.lexer.token()?;
            match self.lexer.value(token, 0) {
                Ok(value) => {
                    if operands.len() < OPERANDS_MAX {
                        operands.push(value);
                    }
                }
                Err(Token::Word(b"BI")) => return Some(self.inline_image()),
                Err(Token::Word(name)) => return Some(Op { name, operands, offset: self.lexer.at }),
                Err(_) => {}
            }
        }
    }

    fn inline_image(&mut self) -> Op<'d> {
        let offset = self.lexer.at;
        let dict = self.lexer.dict(1);
        // One white-space character follows `ID`.
        if self.lexer.peek().is_some_and(is_space) {
            if self.lexer.peek() == Some(b'\r') && self.lexer.ahead(1) == Some(b'\n') {
                self.lexer.at += 1;
            }
            self.lexer.at += 1;
        }
        let rest = self.lexer.data.get(self.lexer.at..).unwrap_or_default();
        let length = plain_length(&dict).filter(|length| closes(rest, *length)).unwrap_or_else(|| image_end(rest));
        let data = rest.get(..length).unwrap_or(rest).to_vec();
        self.lexer.at += length;
        // Past `EI` itself.
        self.lexer.skip_space();
        if self.lexer.data.get(self.lexer.at..).is_some_and(|rest| rest.starts_with(b"EI")) {
            self.lexer.at += 2;
        }
        Op { name: b"BI", operands: vec![dict, Value::Text(data)], offset }
    }
}

/// Whether an unfiltered inline image has fewer bytes than it draws: where its data ends, each reader guesses for itself.
pub(super) fn is_short(op: &Op<'_>) -> bool {
    let [dict, Value::Text(data)] = op.operands.as_slice() else { return false };
    plain_length(dict).is_some_and(|length| data.len() < length)
}

/// Bytes of an unfiltered inline image, when its dictionary says enough.
fn plain_length(dict: &Value) -> Option<usize> {
    let get = |long: &[u8], short: &[u8]| dict.get(long).or_else(|| dict.get(short));
    if get(b"Filter", b"F").is_some() {
        return None;
    }
    let size =
        |value: Option<&Value>| value.and_then(Value::number).filter(|value| (1.0..=1e6).contains(value)).map(|value| value as usize);
    let (width, height) = (size(get(b"Width", b"W"))?, size(get(b"Height", b"H"))?);
    let mask = matches!(get(b"ImageMask", b"IM"), Some(Value::Bool(true)));
    let bits = if mask { 1 } else { size(get(b"BitsPerComponent", b"BPC"))? };
    let parts = match get(b"ColorSpace", b"CS").and_then(Value::name) {
        _ if mask => 1,
        Some(b"DeviceGray" | b"G") => 1,
        Some(b"DeviceRGB" | b"RGB") => 3,
        Some(b"DeviceCMYK" | b"CMYK") => 4,
        _ => return None,
    };
    (width * parts * bits).div_ceil(8).checked_mul(height)
}

/// Whether `EI` follows at `length`, white space before it allowed.
fn closes(data: &[u8], length: usize) -> bool {
    let Some(rest) = data.get(length..) else { return false };
    let skip = rest.iter().take_while(|byte| is_space(**byte)).count();
    rest.get(skip..).is_some_and(|rest| rest.starts_with(b"EI"))
}

/// Length of inline image data up to the `EI` that most readers would take.
fn image_end(data: &[u8]) -> usize {
    let mut from = 0;
    while let Some(found) = data.get(from..).and_then(|rest| memchr::memmem::find(rest, b"EI")) {
        let at = from + found;
        let before = at == 0 || data.get(at - 1).is_some_and(|byte| is_space(*byte));
        let after = data.get(at + 2..).unwrap_or_default();
        let ends = after.first().is_none_or(|byte| is_space(*byte));
        let plain = after.iter().take(12).all(|byte| matches!(byte, 9 | 10 | 13 | 32..=126));
        if before && ends && plain {
            return at.saturating_sub(1);
        }
        from = at + 2;
    }
    data.len()
}

/// Writes an operand in its one canonical form.
pub(super) fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Number(number) => write::number(out, *number),
        Value::Name(name) => write::name(out, name),
        Value::Text(text) => write::string(out, text),
        Value::Bool(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Null => out.extend_from_slice(b"null"),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                write_value(out, item);
            }
            out.push(b']');
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(data: &[u8]) -> String {
        let mut ops = Ops::new(data);
        let mut out = Vec::new();
        while let Some(op) = ops.next() {
            for operand in &op.operands {
                write_value(&mut out, operand);
                out.push(b' ');
            }
            out.extend_from_slice(op.name);
            out.push(b'\n');
        }
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn comments_and_spellings_go_and_meaning_stays() {
        assert_eq!(rewritten(b"% note\n/F#31 12.50 Tf (a\\050\\)b\\\nc) Tj"), "/F1 12.5 Tf\n(a\\(\\)bc) Tj\n");
        assert_eq!(rewritten(b"[(a) -.5 <62>]TJ"), "[(a) -0.5 (b)] TJ\n");
        assert_eq!(rewritten(b"0.00-35 --5 m"), "0 -5 m\n");
    }

    #[test]
    fn an_inline_image_ends_where_its_size_says() {
        let mut ops = Ops::new(b"BI /W 2 /H 2 /BPC 8 /CS /G ID a EI EI Q");
        let image = ops.next().expect("an image");
        assert_eq!(image.operands.get(1), Some(&Value::Text(b"a EI".to_vec())));
        assert_eq!(ops.next().map(|op| op.name.to_vec()), Some(b"Q".to_vec()));
    }

    #[test]
    fn nesting_and_open_ends_do_not_run_away() {
        assert_eq!(rewritten(&b"[".repeat(100_000)), "");
        assert_eq!(rewritten(b"<< /A (open"), "");
    }
}
