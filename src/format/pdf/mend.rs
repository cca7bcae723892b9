//! A second reader for damaged files: finds objects by their own words, `12 0 obj`, and reads them leniently, as viewers do
//! (ISO 32000-1 Annex C and the practice of every reader). It serves where `lopdf` loses an object or the whole file.
//!
//! Nothing that is found here is trusted more than before: a copy is still made only of what the pages show.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};
use memchr::memmem::Finder;

use super::content::{Lexer, Token, is_space};
use super::crowded::{Index, left_after};
use super::open::Source;
use super::value::Value;
use crate::limits::Limits;

/// Nesting of arrays and dictionaries in one object.
const DEPTH_MAX: usize = 64;
/// Objects in one object stream.
const PACKED_MAX: usize = 100_000;

/// Where the words `N G obj` stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Site {
    id: ObjectId,
    /// First digit of its number.
    start: usize,
    /// First byte after `obj`.
    body: usize,
    /// Where the next object begins, or the file ends.
    end: usize,
}

/// Finds the next place of some word, once for all the searches that would find the same place.
struct Next<'d> {
    data: &'d [u8],
    word: Finder<'static>,
    at: Option<usize>,
}

impl Next<'_> {
    /// The first place from `from` on; the end of the data when there is none.
    fn from(&mut self, from: usize) -> usize {
        if self.at.is_none_or(|at| at < from) {
            let rest = self.data.get(from..).unwrap_or_default();
            self.at = Some(self.word.find(rest).map_or(self.data.len(), |found| from + found));
        }
        self.at.unwrap_or(self.data.len())
    }
}

/// Every place in a file where an object begins, in the order of the file. Data of streams is passed over.
fn sites(data: &[u8]) -> Vec<Site> {
    let mut sites: Vec<Site> = Vec::new();
    let next = |word: &'static [u8]| Next { data, word: Finder::new(word), at: None };
    let object = Finder::new(b"obj");
    let (mut next_end, mut next_stream, mut next_stream_end) = (next(b"endobj"), next(b"stream"), next(b"endstream"));
    let mut at = 0;
    while let Some(found) = object.find(data.get(at..).unwrap_or_default()) {
        let word = at + found;
        at = word + 3;
        let Some((start, id)) = id_before(data, word) else { continue };
        if let Some(last) = sites.last_mut() {
            last.end = word;
        }
        sites.push(Site { id, start, body: at, end: data.len() });
        // Data of a stream may hold anything, other PDF files too.
        let stream = next_stream.from(at);
        let begins = !data.get(..stream).unwrap_or_default().ends_with(b"end");
        if begins && stream < next_end.from(at) {
            let found = next_stream_end.from(stream + 6);
            let promised = promised_end(data, at, stream);
            // Where an object ends and another stream begins before this one ends, its end is lost, and nobody knows what is data.
            let is_lost = next_end.from(stream + 6) < found && next_stream.from(stream + 6) < found;
            if promised.is_none() && is_lost {
                at = stream + 6;
            } else if found < data.len() {
                at = promised.unwrap_or(found) + 9;
            }
        }
    }
    sites
}

/// Where the word `endstream` of a stream stands, when the dictionary before it says so and is right.
fn promised_end(data: &[u8], body: usize, stream: usize) -> Option<usize> {
    let head = data.get(body..stream)?;
    let at = memchr::memmem::rfind(head, b"/Length ")? + 8;
    let digits = head.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let length: usize = std::str::from_utf8(head.get(at..at + digits)?).ok()?.parse().ok()?;
    let end = (stream + 6).checked_add(length)?;
    Some(end + stream_end(data.get(end..)?)?)
}

/// Where the word `endstream` stands behind the data of a stream, if nothing but a line end is before it.
pub(super) fn stream_end(tail: &[u8]) -> Option<usize> {
    let spaces = tail.iter().take(4).take_while(|byte| is_space(**byte)).count();
    tail.get(spaces..)?.starts_with(b"endstream").then_some(spaces)
}

/// The numbers before the word `obj`, and where they begin.
fn id_before(data: &[u8], word: usize) -> Option<(usize, ObjectId)> {
    let number = |end: usize| -> Option<(usize, u32)> {
        let head = data.get(..end)?;
        let digits = head.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let start = end.checked_sub(digits)?;
        let text = std::str::from_utf8(head.get(start..)?).ok()?;
        Some((start, text.parse().ok()?))
    };
    let spaces = |end: usize| data.get(..end).map_or(0, |head| head.iter().rev().take_while(|byte| is_space(**byte)).count());
    let (start, generation) = number(word - spaces(word))?;
    let gap = spaces(start);
    if gap == 0 {
        return None;
    }
    let (start, id) = number(start - gap)?;
    Some((start, (id, u16::try_from(generation).ok()?)))
}

/// An object that was read leniently.
struct Read {
    object: Object,
    /// Whether it is not written as the standard has it, so that readers differ in what it says.
    guessed: bool,
}

/// Reads the object whose body lies between two bytes.
fn object(data: &[u8], body: usize, end: usize, lengths: &BTreeMap<ObjectId, usize>) -> Option<Read> {
    let data = data.get(..end)?;
    let mut reader = Reader::at(data, body);
    let token = reader.lexer.token()?;
    let object = reader.value(token, 0)?;
    let guessed = reader.guessed || reader.lexer.is_disputed();
    let Object::Dictionary(dict) = object else { return Some(Read { object, guessed }) };
    if reader.lexer.token() != Some(Token::Word(b"stream")) {
        return Some(Read { object: Object::Dictionary(dict), guessed });
    }
    let mut start = reader.lexer.position();
    start += match data.get(start..).unwrap_or_default() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    };
    let rest = data.get(start..)?;
    let promised = match dict.get(b"Length") {
        Ok(Object::Integer(length)) => usize::try_from(*length).ok(),
        Ok(Object::Reference(id)) => lengths.get(id).copied(),
        _ => None,
    };
    // A length counts when the stream ends there.
    let ends_there = |length: &usize| rest.get(*length..).and_then(stream_end).is_some();
    let length = promised.filter(ends_there).unwrap_or_else(|| {
        let found = |word: &[u8]| memchr::memmem::find(rest, word).unwrap_or(rest.len());
        let end = found(b"endstream").min(found(b"endobj"));
        let body = rest.get(..end).unwrap_or_default();
        let body = body.strip_suffix(b"\n").unwrap_or(body);
        body.strip_suffix(b"\r").unwrap_or(body).len()
    });
    let mut stream = Stream::new(dict, rest.get(..length)?.to_vec());
    stream.start_position = None;
    Some(Read { object: Object::Stream(stream), guessed })
}

struct Reader<'d> {
    lexer: Lexer<'d>,
    /// Whether something stood where the standard has no place for it (ISO 32000-2 §7.3.6, §7.3.7), or an end was not there.
    guessed: bool,
}

impl<'d> Reader<'d> {
    fn at(data: &'d [u8], at: usize) -> Self {
        Self { lexer: Lexer::at(data, at), guessed: false }
    }

    /// A value with everything nested in it; `None` for a word that is none.
    fn value(&mut self, token: Token<'d>, depth: usize) -> Option<Object> {
        Some(match token {
            Token::Value(Value::Number(number)) => self.number(number),
            Token::Value(Value::Name(name)) => Object::Name(name.into_owned()),
            Token::Value(Value::Text(text)) => Object::String(text.into_owned(), StringFormat::Literal),
            Token::Word(b"true") => Object::Boolean(true),
            Token::Word(b"false") => Object::Boolean(false),
            Token::Word(b"null") => Object::Null,
            Token::Open(b'[') if depth < DEPTH_MAX => {
                let mut items = Vec::new();
                while let Some(token) = self.next_inside(b']') {
                    let item = self.value(token, depth + 1);
                    self.guessed |= item.is_none();
                    items.extend(item);
                }
                Object::Array(items)
            }
            Token::Open(b'<') if depth < DEPTH_MAX => Object::Dictionary(self.dict(depth + 1)),
            _ => return None,
        })
    }

    /// The next token of an array or a dictionary; `None` at its end or where the object ends without it.
    fn next_inside(&mut self, close: u8) -> Option<Token<'d>> {
        let before = self.lexer.clone();
        match self.lexer.token() {
            Some(Token::Close(byte)) if byte == close => return None,
            Some(Token::Word(b"endobj" | b"stream" | b"endstream" | b"obj" | b"xref" | b"trailer" | b"startxref")) => self.lexer = before,
            None => {}
            token => return token,
        }
        self.guessed = true;
        None
    }

    fn dict(&mut self, depth: usize) -> Dictionary {
        let mut dict = Dictionary::new();
        let mut key: Option<Vec<u8>> = None;
        while let Some(token) = self.next_inside(b'>') {
            // A word that is no value stands for null, so that the keys after it keep their values.
            let value = self.value(token, depth);
            self.guessed |= value.is_none();
            match (key.take(), value.unwrap_or(Object::Null)) {
                (None, Object::Name(name)) => key = Some(name),
                (None, _) => self.guessed = true,
                (Some(name), value) => {
                    dict.set(name, value);
                }
            }
        }
        self.guessed |= key.is_some();
        dict
    }

    /// A number, or a reference where two whole numbers and `R` stand.
    fn number(&mut self, number: f64) -> Object {
        let whole = number.fract() == 0.0 && number.abs() < 9e15;
        if !whole {
            return Object::Real(number as f32);
        }
        if number >= 0.0 {
            let before = self.lexer.clone();
            if let Some(Token::Value(Value::Number(generation))) = self.lexer.token()
                && generation.fract() == 0.0
                && (0.0..=65535.0).contains(&generation)
                && self.lexer.token() == Some(Token::Word(b"R"))
                && number <= f64::from(u32::MAX)
            {
                return Object::Reference((number as u32, generation as u16));
            }
            self.lexer = before;
        }
        Object::Integer(number as i64)
    }
}

/// Whole numbers that are objects of their own: lengths of streams.
fn lengths(data: &[u8], sites: &[Site]) -> BTreeMap<ObjectId, usize> {
    let mut lengths = BTreeMap::new();
    for site in sites {
        let tail = data.get(site.body..).unwrap_or_default();
        let head = tail.get(..24.min(tail.len())).unwrap_or_default();
        let mut lexer = Lexer::new(head);
        if let (Some(Token::Value(Value::Number(number))), Some(Token::Word(b"endobj"))) = (lexer.token(), lexer.token())
            && number >= 0.0
        {
            lengths.insert(site.id, number as usize);
        }
    }
    lengths
}

/// Null, where an object has no body (`7 0 obj endobj`).
fn empty(data: &[u8], site: &Site) -> Option<Read> {
    let mut lexer = Lexer::at(data.get(..site.end)?, site.body);
    (lexer.token() == Some(Token::Word(b"endobj"))).then_some(Read { object: Object::Null, guessed: false })
}

/// Reads objects that the file's table promises and `lopdf` did not give, each as it stands last in the file.
///
/// Those that stand nowhere in the file are null for every reader; they are taken off the table. Returns those of which readers differ in
/// what they say, or in whether they look for them elsewhere than at the place that the table gives.
pub(super) fn fill(doc: &mut Document, data: &[u8], missing: &BTreeSet<ObjectId>) -> BTreeSet<ObjectId> {
    use lopdf::xref::XrefEntry;
    let mut guessed = BTreeSet::new();
    let sites = sites(data);
    let lengths = lengths(data, &sites);
    let last: BTreeMap<ObjectId, &Site> = sites.iter().map(|site| (site.id, site)).collect();
    let header = memchr::memmem::find(data, b"%PDF-").unwrap_or(0);
    let is_elsewhere = |id: &ObjectId| match (doc.reference_table.get(id.0), last.get(id)) {
        (Some(XrefEntry::Normal { offset, .. }), Some(site)) => {
            let gap = data.get(header.saturating_add(*offset as usize)..site.start);
            gap.is_none_or(|gap| !gap.iter().all(|byte| is_space(*byte)))
        }
        _ => false,
    };
    let elsewhere: BTreeSet<ObjectId> = missing.iter().copied().filter(is_elsewhere).collect();
    for id in missing {
        match last.get(id).and_then(|site| empty(data, site).or_else(|| object(data, site.body, site.end, &lengths))) {
            Some(read) => {
                doc.objects.insert(*id, read.object);
                guessed.extend((read.guessed || elsewhere.contains(id)).then_some(*id));
            }
            None if last.contains_key(id) || matches!(doc.reference_table.get(id.0), Some(XrefEntry::Compressed { .. })) => {}
            None => {
                doc.reference_table.entries.remove(&id.0);
            }
        }
    }
    guessed
}

/// The file with an end marker behind its last offset of a table, where that is missing (ISO 32000-2 §7.5.5). `None` when the file has one: `lopdf` looks for the offset before the last marker, viewers take the last offset.
pub(super) fn end_again(data: &[u8]) -> Option<Vec<u8>> {
    const WORD: &[u8] = b"startxref";
    let at = memchr::memmem::rfind(data, WORD)? + WORD.len();
    let rest = data.get(at..)?;
    if memchr::memmem::find(rest, b"%%EOF").is_some() {
        return None;
    }
    let spaces = rest.iter().take_while(|byte| is_space(**byte)).count();
    let digits = rest.get(spaces..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (head, tail) = data.split_at_checked(at + spaces + digits)?;
    Some([head, b"\n%%EOF\n", tail].concat())
}

/// How the table of a file agrees with its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Agreement {
    /// Entries that lead to an object of another number.
    pub(super) astray: usize,
    /// Objects that stand in the file once more, behind the place that the table gives.
    pub(super) outdated: usize,
    /// Objects that stand in the file and not in the table, or as free ones: some viewers look for these where something leads to them.
    pub(super) unlisted: BTreeSet<ObjectId>,
}

/// Compares the table that a document was read by with the places where objects stand.
pub(super) fn agreement(doc: &Document, data: &[u8]) -> Agreement {
    use lopdf::xref::XrefEntry;
    let data = memchr::memmem::find(data, b"%PDF-").and_then(|header| data.get(header..)).unwrap_or(data);
    let sites = sites(data);
    let last: foldhash::HashMap<u32, usize> = sites.iter().map(|site| (site.id.0, site.start)).collect();
    let is_listed = |site: &&Site| {
        let entry = doc.reference_table.get(site.id.0);
        entry.is_some_and(|entry| !matches!(entry, XrefEntry::Free | XrefEntry::UnusableFree))
    };
    let unlisted = sites.iter().filter(|site| !is_listed(site)).map(|site| site.id).collect();
    let mut agreement = Agreement { unlisted, ..Agreement::default() };
    for (number, entry) in &doc.reference_table.entries {
        let holder = match entry {
            XrefEntry::Normal { .. } => *number,
            XrefEntry::Compressed { container, .. } => *container,
            XrefEntry::Free | XrefEntry::UnusableFree => continue,
        };
        let Some(XrefEntry::Normal { offset, .. }) = doc.reference_table.get(holder) else { continue };
        let offset = *offset as usize;
        let next = sites.partition_point(|site| site.start < offset);
        // Behind the first digit of `14 0 obj` stands `4 0 obj`: readers take the object for another one.
        if next.checked_sub(1).and_then(|last| sites.get(last)).is_some_and(|site| offset < site.body) {
            agreement.astray += 1;
            continue;
        }
        let is_between = |site: &&Site| data.get(offset..site.start).is_some_and(|gap| gap.iter().all(|byte| is_space(*byte)));
        // A place without any object is one that is missing; that is another matter.
        let Some(site) = sites.get(next).filter(is_between) else { continue };
        if site.id.0 != holder {
            agreement.astray += 1;
        } else if last.get(number).is_some_and(|last| *last > site.start) {
            agreement.outdated += 1;
        }
    }
    agreement
}

/// Makes a document from the objects alone, without the file's table, and says of which objects readers differ in what they say. `None` when
/// there is no catalog, or the file is encrypted.
pub(super) fn rebuild(data: &[u8], limits: &Limits) -> Option<(Document, BTreeSet<ObjectId>)> {
    let sites = sites(data);
    if sites.is_empty() || sites.len() as u64 > limits.objects {
        return None;
    }
    let lengths = lengths(data, &sites);
    let mut doc = Document::new();
    let mut placed: BTreeMap<ObjectId, usize> = BTreeMap::new();
    let mut guessed = BTreeSet::new();
    for site in &sites {
        if let Some(read) = object(data, site.body, site.end, &lengths) {
            note(&mut guessed, site.id, read.guessed);
            doc.objects.insert(site.id, read.object);
            placed.insert(site.id, site.body);
        }
    }
    unpack(&mut doc, &mut placed, &mut guessed, limits)?;
    let root = trailers(data).into_iter().chain(xref_streams(&doc)).try_fold(None, |root, trailer| {
        if trailer.has(b"Encrypt") {
            return Err(());
        }
        Ok(trailer.get(b"Root").ok().filter(|root| doc.dereference(root).is_ok_and(|(_, root)| is_catalog(root))).cloned().or(root))
    });
    let root = match root {
        Ok(Some(root)) => root,
        Ok(None) => {
            let id = doc.objects.iter().rev().find(|(_, object)| is_catalog(object)).map(|(id, _)| *id)?;
            guessed.insert(id);
            Object::Reference(id)
        }
        Err(()) => return None,
    };
    doc.trailer.set("Root", root);
    Some((doc, guessed))
}

/// Whether a trailer or a cross-reference stream of a file names an object as its root (ISO 32000-2 Table 15).
pub(super) fn names_root(data: &[u8], id: ObjectId) -> bool {
    const KEY: &[u8] = b"/Root";
    memchr::memmem::find_iter(data, KEY).any(|at| {
        let mut lexer = Lexer::at(data, at + KEY.len());
        let mut is = |number: f64| lexer.token() == Some(Token::Value(Value::Number(number)));
        is(f64::from(id.0)) && is(f64::from(id.1)) && lexer.token() == Some(Token::Word(b"R"))
    })
}

/// Notes of the last object of a number whether it was guessed.
fn note(guessed: &mut BTreeSet<ObjectId>, id: ObjectId, is_guessed: bool) {
    if is_guessed {
        guessed.insert(id);
    } else {
        guessed.remove(&id);
    }
}

fn is_catalog(object: &Object) -> bool {
    object.as_dict().is_ok_and(|dict| dict.has(b"Pages"))
}

/// Takes the objects out of object streams (§7.5.7); what stands later in the file wins. `None` when they would fill the memory.
fn unpack(doc: &mut Document, placed: &mut BTreeMap<ObjectId, usize>, guessed: &mut BTreeSet<ObjectId>, limits: &Limits) -> Option<()> {
    let source = Source::around(std::mem::take(doc), limits);
    let mut packed: Vec<(usize, ObjectId, Read)> = Vec::new();
    let mut left = limits.values;
    for (id, holder) in &source.doc.objects {
        let Object::Stream(stream) = holder else { continue };
        if source.name(&stream.dict, b"Type") != Some(b"ObjStm") {
            continue;
        }
        left = left_after(stream, left)?;
        let Ok(decoded) = source.decode(stream) else { continue };
        let place = placed.get(id).copied().unwrap_or(0);
        let index = Index::of(stream, &decoded.data);
        let mut entries = index.entries().peekable();
        while let Some((id, start)) = entries.next().filter(|_| packed.len() < PACKED_MAX) {
            let end = entries.peek().map(|(_, end)| *end).filter(|end| *end > start).unwrap_or(decoded.data.len());
            if let Some(mut read) = object(&decoded.data, start, end.min(decoded.data.len()), &BTreeMap::new()) {
                read.guessed |= !index.is_sound;
                packed.push((place, id, read));
            }
        }
    }
    *doc = source.doc;
    packed.sort_by_key(|(place, _, _)| *place);
    for (place, id, read) in packed {
        if placed.get(&id).is_none_or(|other| *other <= place) {
            placed.insert(id, place);
            note(guessed, id, read.guessed);
            doc.objects.insert(id, read.object);
        }
    }
    Some(())
}

/// Trailer dictionaries in the order of the file.
fn trailers(data: &[u8]) -> Vec<Dictionary> {
    let mut found = Vec::new();
    let mut end = 0;
    for at in memchr::memmem::find_iter(data, b"trailer") {
        // None is inside another.
        if at < end {
            continue;
        }
        let mut reader = Reader::at(data, at + 7);
        if reader.lexer.token() == Some(Token::Open(b'<')) {
            found.push(reader.dict(1));
            end = reader.lexer.position();
        }
    }
    found
}

/// Dictionaries of cross-reference streams.
fn xref_streams(doc: &Document) -> Vec<Dictionary> {
    let is_xref = |stream: &&Stream| stream.dict.get(b"Type").and_then(Object::as_name).is_ok_and(|name| name == b"XRef");
    doc.objects.values().filter_map(|object| object.as_stream().ok()).filter(is_xref).map(|stream| stream.dict.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Option<Object> {
        object(text, 0, text.len(), &BTreeMap::new()).map(|read| read.object)
    }

    #[test]
    fn what_readers_differ_in_is_noted() {
        let guessed = |text: &[u8]| object(text, 0, text.len(), &BTreeMap::new()).unwrap().guessed;
        for sound in ["<</A 1 /B [2 (x) /N null true 3 0 R] /C <</D -.5>>>> endobj", "[1 2] endobj", "<</Length 3>> stream\nabc\nendstream"]
        {
            assert!(!guessed(sound.as_bytes()), "{sound}");
        }
        for odd in [
            "<</A 1 endobj",
            "<</Length 3 stream\nabc\nendstream",
            "<</A 1 /B>> endobj",
            "<</A /A <</B 1>> /C 2>> endobj",
            "<</A foo /B 1>> endobj",
            "<<1 /A 2>> endobj",
            "[1 2 endobj",
            "[1 foo 2] endobj",
            "[1 2>> ] endobj",
            "<</A --5>> endobj",
            "<</A [1 0.00-35]>> endobj",
        ] {
            assert!(guessed(odd.as_bytes()), "{odd}");
        }
    }

    #[test]
    fn objects_are_found_by_their_own_words() {
        let data = b"1 0 obj<</A 1>>endobj 22 3 obj\n<<>>stream\n9 0 obj endobj\nendstream endobj\n4 0\nobj[] endobj noobj 5 obj";
        let ids: Vec<ObjectId> = sites(data).iter().map(|site| site.id).collect();
        assert_eq!(ids, [(1, 0), (22, 3), (4, 0)]);
        let cut: Vec<ObjectId> =
            sites(b"5 0 obj <</Filter/Fla>\rendstream\rendobj\r4 0 obj <<>>stream\nx\nendstream").iter().map(|site| site.id).collect();
        assert_eq!(cut, [(5, 0), (4, 0)]);
        let open: Vec<ObjectId> =
            sites(b"5 0 obj <<>>stream\nx 14 0 obj <<>> endobj 15 0 obj <<>>stream\ny\nendstream endobj 16 0 obj 1 endobj")
                .iter()
                .map(|site| site.id)
                .collect();
        assert_eq!(open, [(5, 0), (14, 0), (15, 0), (16, 0)]);
        let inner: Vec<ObjectId> = sites(b"5 0 obj <</Length 20>>stream\n1 0 obj 5 endobj    \nendstream endobj 6 0 obj 1 endobj")
            .iter()
            .map(|site| site.id)
            .collect();
        assert_eq!(inner, [(5, 0), (6, 0)]);
    }

    #[test]
    fn an_end_marker_is_put_behind_the_last_offset() {
        let ends = |tail: &str| end_again(format!("startxref\n9\n%%EOF\n{tail}").as_bytes()).map(|data| String::from_utf8(data).unwrap());
        assert_eq!(ends("startxref\r\n77"), Some("startxref\n9\n%%EOF\nstartxref\r\n77\n%%EOF\n".to_owned()));
        assert_eq!(ends("startxref 77\n%%EoF\n"), Some("startxref\n9\n%%EOF\nstartxref 77\n%%EOF\n\n%%EoF\n".to_owned()));
        assert_eq!((ends(""), ends("startxref\n77\n%%EOF")), (None, None));
    }

    #[test]
    fn an_object_without_body_is_null() {
        let mut doc = Document::new();
        fill(&mut doc, b"7 0 obj\n  \nendobj 8 0 obj 5 endobj", &BTreeSet::from([(7, 0), (8, 0)]));
        assert_eq!(doc.objects.get(&(7, 0)), Some(&Object::Null));
        assert_eq!(doc.objects.get(&(8, 0)), Some(&Object::Integer(5)));
    }

    #[test]
    fn streams_of_objects_are_unpacked_as_long_as_they_are_small_together() {
        let packed =
            |number: usize| format!("{number} 0 obj<</Type/ObjStm/N 1/First 5>>stream\n7{number} 0 [0 0 0 0 0 0 0 0]\nendstream endobj ");
        let streams: String = (4..9).map(packed).collect();
        let data = format!("1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[]>>endobj {streams}");
        let rebuilt = |values| rebuild(data.as_bytes(), &Limits { values, ..Limits::default() });
        assert!(rebuilt(200).is_some_and(|(doc, _)| doc.has_object((74, 0)) && doc.has_object((78, 0))));
        assert!(rebuilt(30).is_none());
    }

    #[test]
    fn broken_objects_are_read_as_far_as_they_go() {
        let dict = read(b"<</A 1 0 R /B nonsense /C [1 2 (x) /N] /D -1.5 /E <</F true>> endobj").unwrap();
        let dict = dict.as_dict().unwrap();
        assert_eq!(dict.get(b"A").unwrap(), &Object::Reference((1, 0)));
        assert_eq!(dict.get(b"C").unwrap().as_array().unwrap().len(), 4);
        assert!(dict.has(b"D") && dict.has(b"E"));
        let stream = read(b"<</Length 999>>stream\r\nabc\r\nendstream").unwrap();
        assert_eq!(stream.as_stream().unwrap().content, b"abc");
        let stream = read(b"<</Length 14>>stream\nab endstream c\nendstream").unwrap();
        assert_eq!(stream.as_stream().unwrap().content, b"ab endstream c");
    }

    #[test]
    fn a_file_without_table_is_put_together_again() {
        let data = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[]/Count 0>>endobj 2 0 obj<</Kids[3 0 R]>>endobj";
        let (doc, guessed) = rebuild(data, &Limits::default()).unwrap();
        // Some viewers open no file in which no trailer names the catalog.
        assert_eq!(guessed, BTreeSet::from([(1, 0)]));
        let named = [data.as_slice(), b"trailer <</Root 1 0 R>>"].concat();
        assert!(rebuild(&named, &Limits::default()).unwrap().1.is_empty());
        assert!(names_root(&named, (1, 0)) && !names_root(&named, (1, 1)) && !names_root(data, (1, 0)));
        assert_eq!(doc.trailer.get(b"Root").unwrap(), &Object::Reference((1, 0)));
        assert_eq!(doc.get_dictionary((2, 0)).unwrap().get(b"Kids").unwrap().as_array().unwrap().len(), 1);
        let locked = [data.as_slice(), b"trailer <</Root 1 0 R /Encrypt 9 0 R>>"].concat();
        assert!(rebuild(&locked, &Limits::default()).is_none());
    }
}
