//! Opens a stranger's file with `lopdf` under limits, and answers questions about its objects without trusting them.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::budget::Budget;
use super::cmap::CMap;
use super::content::AGREED_MAX;
use super::filter::{self, Decoded};
use super::interpret::{Address, address};
use super::mend;
use super::outlines::Outlines;
use super::ranges::Ranges;
use super::{PdfFault, crowded};
use crate::error::{Blame, DocError, FileFault};
use crate::limits::Limits;

/// References that are followed before a chain counts as a loop.
const REFERENCE_HOPS: usize = 32;
/// Bytes that all streams whose end has to be found may have, in sizes of the file.
const LOST_OVERLAP_MAX: usize = 4;
/// An axis-aligned rectangle, `x0 <= x1`, `y0 <= y1`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) x0: f64,
    pub(super) y0: f64,
    pub(super) x1: f64,
    pub(super) y1: f64,
}

impl Rect {
    /// A rectangle that holds everything.
    pub(super) const ALL: Self = Self { x0: -1e9, y0: -1e9, x1: 1e9, y1: 1e9 };
    /// A rectangle that holds nothing.
    pub(super) const NONE: Self = Self { x0: 1e9, y0: 1e9, x1: -1e9, y1: -1e9 };

    /// From any two opposite corners.
    pub(super) fn new(ax: f64, ay: f64, bx: f64, by: f64) -> Self {
        Self { x0: ax.min(bx), y0: ay.min(by), x1: ax.max(bx), y1: ay.max(by) }
    }
    /// The common part; empty when there is none.
    pub(super) fn meet(self, other: Self) -> Self {
        Self { x0: self.x0.max(other.x0), y0: self.y0.max(other.y0), x1: self.x1.min(other.x1), y1: self.y1.min(other.y1) }
    }
    /// The smallest rectangle around both.
    pub(super) fn join(self, other: Self) -> Self {
        Self { x0: self.x0.min(other.x0), y0: self.y0.min(other.y0), x1: self.x1.max(other.x1), y1: self.y1.max(other.y1) }
    }
    /// Wider by so much on each side.
    pub(super) fn wider(self, by: f64) -> Self {
        Self { x0: self.x0 - by, y0: self.y0 - by, x1: self.x1 + by, y1: self.y1 + by }
    }
    /// Whether there is nothing inside.
    pub(super) fn is_empty(self) -> bool {
        self.x0 >= self.x1 || self.y0 >= self.y1
    }
    /// Whether a point is inside, borders included.
    pub(super) fn holds(self, x: f64, y: f64) -> bool {
        x >= self.x0 && x <= self.x1 && y >= self.y0 && y <= self.y1
    }
    /// Width times height, 0 when empty.
    pub(super) fn area(self) -> f64 {
        if self.is_empty() { 0.0 } else { (self.x1 - self.x0) * (self.y1 - self.y0) }
    }
    /// Width.
    pub(super) fn width(self) -> f64 {
        self.x1 - self.x0
    }
    /// Height.
    pub(super) fn height(self) -> f64 {
        self.y1 - self.y0
    }
}

/// A file that was opened: its objects, and a budget for decoding them.
pub(super) struct Source<'l> {
    /// The objects, decrypted.
    pub(super) doc: Document,
    /// Limits in force.
    pub(super) limits: &'l Limits,
    /// Whether the file was encrypted with an empty user password.
    pub(super) was_encrypted: bool,
    /// Objects that stand in the file once more, behind the place that its table gives, perhaps as they were saved last; and those that are asked
    /// for and stand in no table.
    pub(super) outdated: usize,
    /// Objects that were read leniently, and of which readers differ in what they say or whether they are there.
    pub(super) guessed: BTreeSet<ObjectId>,
    /// Form fields that viewers draw, with letters that could not be drawn here.
    pub(super) lost_fields: usize,
    decoded_bytes: Cell<u64>,
    contents: RefCell<Contents>,
    missing: RefCell<BTreeSet<ObjectId>>,
    /// Whether an entry was asked for that is of another kind than it must be.
    has_misfit: Cell<bool>,
    /// What a few references may make of it.
    pub(super) budget: Budget,
    file_bytes: u64,
    /// Character maps and widths that fonts share.
    cmaps: RefCell<HashMap<Address, Rc<CMap>>>,
    widths: RefCell<HashMap<Address, Rc<Ranges<f64>>>>,
    /// What the glyphs of embedded fonts draw.
    outlines: RefCell<HashMap<Address, Option<Rc<Outlines>>>>,
}

/// Content streams that were decoded: drawings are run wherever they are shown, and for a copy all is read once more.
#[derive(Debug, Default)]
struct Contents {
    for_copy: bool,
    decoded: HashMap<(usize, bool), Rc<Decoded<'static>>>,
    bytes: usize,
}

/// What decoded data is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// All content of a page. It has a line end behind it.
    Page,
    /// What is read once, and once more for a copy: one of several streams of a page, a font.
    Part,
    /// A drawing, run wherever it is shown.
    Drawing,
}

/// Decoded bytes that are kept.
const CONTENTS_BYTES_MAX: usize = 8 << 20;

static NULL: Object = Object::Null;

/// The value of a key as it stands there. Asking `lopdf` itself makes a text of each key that is not there.
pub(super) fn value<'d>(dict: &'d Dictionary, key: &[u8]) -> Option<&'d Object> {
    /// Entries up to which it is soon seen which of them it is.
    const FEW: usize = 8;
    if dict.len() <= FEW {
        return dict.iter().find(|(known, _)| known.as_slice() == key).map(|(_, value)| value);
    }
    dict.as_hashmap().get(key)
}

/// Opens a file. Owner-only encryption is taken off.
///
/// # Errors
/// A fault when the file is no PDF, needs a password, has no pages, or goes past a limit.
pub(super) fn open<'l>(bytes: &[u8], limits: &'l Limits) -> Result<Source<'l>, DocError> {
    if bytes.is_empty() {
        return Err(DocError::whole(FileFault::Empty));
    }
    if bytes.len() as u64 > limits.file_bytes {
        return Err(DocError::whole(FileFault::TooLarge { bytes: bytes.len() as u64, limit: limits.file_bytes }));
    }
    if memchr::memmem::find(bytes, b"%PDF-").is_none() && memchr::memmem::find(bytes, b" obj").is_some() {
        // A file that lost its first line still has its objects; most viewers do not open it. Of the line the four letters are enough.
        let mut source = read(&[b"%PDF-1.7\n", bytes].concat(), limits)?;
        if !bytes.starts_with(b"%PDF") {
            source.guessed.extend(source.doc.trailer.get(b"Root").and_then(Object::as_reference));
        }
        return Ok(source);
    }
    read(bytes, limits)
}

/// Reads a file by its table, or without it where the table leads astray.
fn read<'l>(bytes: &[u8], limits: &'l Limits) -> Result<Source<'l>, DocError> {
    // A file whose last end marker is lost would be read as it was saved before.
    let ended;
    let bytes = match mend::end_again(bytes) {
        Some(whole) => {
            ended = whole;
            &ended
        }
        None => bytes,
    };
    // What goes past a limit in one reading is not tried in another.
    let sizeable = |read: Result<Source<'l>, DocError>| match read {
        Err(fault) if fault.fault.blame() == Blame::Limit => Err(fault),
        read => Ok(read),
    };
    let mut first = sizeable(load(bytes, limits, false))?;
    let mut astray = false;
    if let Ok(source) = &mut first {
        source.fill(bytes);
        let agreement = mend::agreement(&source.doc, bytes);
        astray = agreement.astray > 0;
        source.outdated = agreement.outdated;
        // Where the table has fewer entries than it says, viewers look for the objects; where it has them all, this one is none for them.
        if !agreement.unlisted.is_empty() && super::inventory::dangling(source).iter().any(|id| agreement.unlisted.contains(id)) {
            source.outdated += 1;
        }
    }
    if let Ok(source) = &first
        && !astray
        && source.is_whole()
    {
        return first;
    }
    // Viewers find no object in an object stream that does not have it, wherever else it may stand, and few find one that is free.
    let denied = first.as_ref().map(Source::denied).unwrap_or_default();
    // The cross-reference data reads but leads to the wrong objects: scan for the objects instead.
    let mut second = sizeable(load(bytes, limits, true))?;
    if let Ok(source) = &mut second {
        source.fill(bytes);
    }
    let (mut best, fault) = match (first, second) {
        // Where the table leads to other objects, viewers scan for them too, and the last of each number counts.
        (Ok(first), Ok(second)) if astray && second.page_count() > 0 && second.wholeness() >= first.wholeness() => (Some(second), None),
        (Ok(mut first), Ok(second)) => {
            first.outdated += usize::from(astray);
            (Some(if second.wholeness() > first.wholeness() { second } else { first }), None)
        }
        (Ok(mut first), Err(_)) if astray => {
            first.outdated += 1;
            (Some(first), None)
        }
        (Ok(first), Err(_)) => (Some(first), None),
        (Err(fault), Ok(second)) => (Some(second), Some(fault)),
        (Err(fault), Err(_)) => (None, Some(fault)),
    };
    if let Some(best) = &mut best {
        best.guessed.extend(&denied);
    }
    if let Some(best) = best.take_if(|best| best.is_whole()) {
        return Ok(best);
    }
    if best.as_ref().is_none_or(|best| !best.was_encrypted)
        && fault.as_ref().is_none_or(|fault| fault.fault != FileFault::PasswordProtected.into())
        && let Some((doc, guessed)) = mend::rebuild(bytes, limits)
    {
        let guessed = &guessed | &denied;
        let third = Source { guessed, ..Source::prepare(doc, limits, bytes)? };
        if third.page_count() > 0 && best.as_ref().is_none_or(|best| third.wholeness() > best.wholeness()) {
            return Ok(third);
        }
    }
    match (best, fault) {
        (Some(best), Some(fault)) if best.page_count() == 0 => Err(fault),
        (Some(best), _) => Ok(best),
        (None, fault) => Err(fault.unwrap_or_else(|| DocError::whole(PdfFault::Xref))),
    }
}

fn load<'l>(bytes: &[u8], limits: &'l Limits, reconstruct: bool) -> Result<Source<'l>, DocError> {
    let (doc, mut guessed) = match crowded::load(bytes, limits, reconstruct)? {
        Ok(read) => read,
        Err(error) => return Err(DocError::whole(load_fault(&error, bytes, limits))),
    };
    if doc.trailer.has(b"Encrypt") {
        return Err(DocError::whole(FileFault::PasswordProtected));
    }
    // Most viewers take no catalog that no trailer names.
    if doc.xref_recovery == Some(lopdf::xref::XrefRecovery::Reconstructed)
        && let Ok(root) = doc.trailer.get(b"Root").and_then(Object::as_reference)
        && !mend::names_root(bytes, root)
    {
        guessed.insert(root);
    }
    Ok(Source { guessed, ..Source::prepare(doc, limits, bytes)? })
}

/// Gives streams without a usable length the bytes up to `endstream`, as readers do (Annex I of ISO 32000-1).
///
/// # Errors
/// [`PdfFault::Overlap`] when many of them share the same end.
fn find_lost_streams(doc: &mut Document, bytes: &[u8], limits: &Limits) -> Result<(), DocError> {
    // Streams lie side by side unless somebody makes them overlap.
    let allowed = bytes.len().saturating_mul(LOST_OVERLAP_MAX).min(usize::try_from(limits.total_bytes).unwrap_or(usize::MAX));
    let mut left = allowed;
    let header = memchr::memmem::find(bytes, b"%PDF-").unwrap_or(0);
    for object in doc.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        let Some(start) = stream.start_position else { continue };
        let is_empty = stream.dict.get(b"Length").is_ok_and(|length| length.as_i64().is_ok_and(|length| length == 0));
        let rest = bytes.get(header + start..).unwrap_or_default();
        // `lopdf` believes a length that it learns late, or that is written `5.0`, and looks for no end there; every viewer does.
        let ends_there = rest.get(stream.content.len()..).and_then(mend::stream_end).is_some();
        if ends_there && (is_empty || !stream.content.is_empty()) {
            continue;
        }
        let end = memchr::memmem::find(rest, b"endstream");
        // Of a stream without that word, what its length says: the next such word is that of another.
        let next = memchr::memmem::find(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default(), b"endobj");
        if next.is_some() && !stream.content.is_empty() {
            continue;
        }
        left = left.checked_sub(end.unwrap_or(rest.len())).ok_or_else(|| DocError::whole(PdfFault::Overlap { limit: allowed as u64 }))?;
        if let Some(end) = end {
            let body = rest.get(..end).unwrap_or_default();
            let body = body.strip_suffix(b"\n").unwrap_or(body);
            let body = body.strip_suffix(b"\r").unwrap_or(body);
            stream.content = body.to_vec();
        }
    }
    Ok(())
}

fn load_fault(error: &lopdf::Error, bytes: &[u8], limits: &Limits) -> crate::error::Fault {
    use lopdf::{DecompressError, Error};
    let encrypted = memchr::memmem::find(bytes, b"/Encrypt").is_some();
    match error {
        Error::InvalidPassword => FileFault::PasswordProtected.into(),
        Error::Decryption(_) | Error::UnsupportedSecurityHandler(_) => PdfFault::EncryptionUnsupported.into(),
        Error::Unimplemented(_) if encrypted => PdfFault::EncryptionUnsupported.into(),
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => PdfFault::StreamTooLarge { limit: limits.part_bytes }.into(),
        Error::Parse(lopdf::ParseError::InvalidFileHeader) => PdfFault::NoHeader.into(),
        Error::Xref(_) | Error::Parse(lopdf::ParseError::InvalidXref | lopdf::ParseError::InvalidTrailer) => PdfFault::Xref.into(),
        Error::Unimplemented(_) => PdfFault::Damaged { what: "an object uses a filter that is not known".to_owned() }.into(),
        other => PdfFault::Damaged { what: crate::model::printable(&other.to_string()) }.into(),
    }
}

impl<'l> Source<'l> {
    /// A document as it is.
    pub(super) fn around(doc: Document, limits: &'l Limits) -> Self {
        let was_encrypted = doc.was_encrypted();
        Self {
            doc,
            limits,
            was_encrypted,
            outdated: 0,
            guessed: BTreeSet::new(),
            lost_fields: 0,
            decoded_bytes: Cell::new(0),
            contents: RefCell::default(),
            missing: RefCell::default(),
            has_misfit: Cell::new(false),
            budget: Budget::new(limits),
            file_bytes: 0,
            cmaps: RefCell::default(),
            widths: RefCell::default(),
            outlines: RefCell::default(),
        }
    }

    /// A document with what viewers add to it.
    fn prepare(mut doc: Document, limits: &'l Limits, bytes: &[u8]) -> Result<Self, DocError> {
        if doc.objects.len() as u64 > limits.objects {
            return Err(DocError::whole(PdfFault::TooManyObjects { limit: limits.objects }));
        }
        if !doc.was_encrypted() {
            find_lost_streams(&mut doc, bytes, limits)?;
        }
        let lost_fields = super::appearance::draw_missing(&mut doc, limits)?;
        Ok(Self { lost_fields, file_bytes: bytes.len() as u64, ..Self::around(doc, limits) })
    }

    /// Objects that something leads to and that are listed as free, or as part of an object stream which does not have them.
    fn denied(&self) -> BTreeSet<ObjectId> {
        use lopdf::xref::XrefEntry;
        let is_denied = |id: &ObjectId| {
            let entry = self.doc.reference_table.get(id.0);
            matches!(entry, Some(XrefEntry::Compressed { .. } | XrefEntry::Free | XrefEntry::UnusableFree))
        };
        super::inventory::dangling(self).into_iter().filter(is_denied).collect()
    }

    /// Looks in the bytes of the file for objects that are listed and are not there.
    fn fill(&mut self, bytes: &[u8]) {
        use lopdf::xref::XrefEntry;
        let lost = |(id, entry): (&u32, &XrefEntry)| match entry {
            XrefEntry::Normal { generation, .. } => Some((*id, *generation)).filter(|id| !self.doc.objects.contains_key(id)),
            XrefEntry::Compressed { .. } | XrefEntry::Free | XrefEntry::UnusableFree => None,
        };
        // What is encrypted cannot be read from the bytes.
        if self.was_encrypted {
            return;
        }
        let lost: BTreeSet<ObjectId> = self.doc.reference_table.entries.iter().filter_map(lost).collect();
        if !lost.is_empty() && super::inventory::dangling(self).iter().any(|id| lost.contains(id)) {
            self.guessed.append(&mut mend::fill(&mut self.doc, bytes, &lost));
        }
    }
}

impl Source<'_> {
    /// Follows references until a value stands there. Missing objects and loops read as null (ISO 32000-2 §7.3.10).
    pub(super) fn get<'s>(&'s self, mut object: &'s Object) -> &'s Object {
        for hop in 0..REFERENCE_HOPS {
            let Object::Reference(id) = object else { return object };
            if hop > 0 {
                // An object that is nothing but a reference, or begins like one: viewers stop there.
                self.misfit();
            }
            match self.doc.objects.get(id) {
                Some(next) => object = next,
                None => {
                    use lopdf::xref::XrefEntry;
                    let entry = self.doc.reference_table.get(id.0);
                    if matches!(entry, Some(XrefEntry::Normal { .. } | XrefEntry::Compressed { .. })) {
                        self.missing.borrow_mut().insert(*id);
                    }
                    return &NULL;
                }
            }
        }
        &NULL
    }

    /// The value of a key, references followed; null when absent.
    pub(super) fn entry<'s>(&'s self, dict: &'s Dictionary, key: &[u8]) -> &'s Object {
        value(dict, key).map_or(&NULL, |object| self.get(object))
    }

    /// The value of a key as it stands there, unless it is null, or refers to what is: then the key is absent (ISO 32000-2 §7.3.7).
    pub(super) fn there<'s>(&'s self, dict: &'s Dictionary, key: &[u8]) -> Option<&'s Object> {
        value(dict, key).filter(|object| !matches!(self.get(object), Object::Null))
    }

    /// The value as a dictionary; a stream gives its dictionary.
    pub(super) fn dict<'s>(&'s self, object: &'s Object) -> Option<&'s Dictionary> {
        match self.get(object) {
            Object::Dictionary(dict) => Some(dict),
            Object::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }

    /// A dictionary under a key.
    pub(super) fn sub<'s>(&'s self, dict: &'s Dictionary, key: &[u8]) -> Option<&'s Dictionary> {
        value(dict, key).and_then(|object| self.dict(object))
    }

    /// A stream under a key.
    pub(super) fn stream<'s>(&'s self, dict: &'s Dictionary, key: &[u8]) -> Option<&'s Stream> {
        match self.entry(dict, key) {
            Object::Stream(stream) => Some(stream),
            _ => None,
        }
    }

    /// A name under a key, without its slash.
    pub(super) fn name<'s>(&'s self, dict: &'s Dictionary, key: &[u8]) -> Option<&'s [u8]> {
        match self.entry(dict, key) {
            Object::Name(name) => Some(name),
            _ => None,
        }
    }

    /// An array under a key; empty when there is none.
    pub(super) fn array<'s>(&'s self, dict: &'s Dictionary, key: &[u8]) -> &'s [Object] {
        match self.entry(dict, key) {
            Object::Array(items) => items,
            _ => &[],
        }
    }

    /// A number under a key.
    pub(super) fn number(&self, dict: &Dictionary, key: &[u8]) -> Option<f64> {
        self.to_number(self.entry(dict, key))
    }

    /// A whole number under a key.
    pub(super) fn int(&self, dict: &Dictionary, key: &[u8]) -> Option<i64> {
        let entry = self.entry(dict, key);
        self.to_number(entry)?;
        match entry {
            Object::Integer(value) => Some(*value),
            Object::Real(value) => Some(*value as i64),
            _ => None,
        }
    }

    /// A value as a finite number. One past the numbers that viewers agree on is a misfit.
    pub(super) fn to_number(&self, object: &Object) -> Option<f64> {
        let number = match self.get(object) {
            Object::Integer(value) => *value as f64,
            Object::Real(value) if value.is_finite() => f64::from(*value),
            _ => return None,
        };
        if number.abs() > AGREED_MAX {
            self.misfit();
        }
        Some(number)
    }

    /// All numbers of an array under a key; `None` when it is no array of `count` numbers.
    pub(super) fn numbers(&self, dict: &Dictionary, key: &[u8], count: usize) -> Option<Vec<f64>> {
        let items = self.array(dict, key);
        if items.len() < count {
            return None;
        }
        items.iter().take(count).map(|item| self.to_number(item)).collect()
    }

    /// A rectangle under a key. What stands there and is none is a misfit.
    pub(super) fn rect(&self, dict: &Dictionary, key: &[u8]) -> Option<Rect> {
        let numbers = self.numbers(dict, key, 4);
        let rect = match numbers.as_deref() {
            Some([ax, ay, bx, by]) => Some(Rect::new(*ax, *ay, *bx, *by)),
            _ => None,
        };
        if rect.is_none() && !matches!(self.entry(dict, key), Object::Null) {
            self.misfit();
        }
        rect
    }

    /// Notes an entry that decides what is drawn and is not what the standard has there: viewers differ in what they take instead.
    pub(super) fn misfit(&self) {
        self.has_misfit.set(true);
    }

    /// Whether [`Self::misfit`] noted one so far.
    pub(super) fn has_misfit(&self) -> bool {
        self.has_misfit.get()
    }

    /// Whether a key is `true`.
    pub(super) fn flag(&self, dict: &Dictionary, key: &[u8]) -> bool {
        matches!(self.entry(dict, key), Object::Boolean(true))
    }

    /// Takes the filters off a stream as far as an image codec, within the budget.
    ///
    /// # Errors
    /// [`PdfFault::StreamTooLarge`] and its kin when the result would go past a limit.
    pub(super) fn decode<'s>(&self, stream: &'s Stream) -> Result<Decoded<'s>, DocError> {
        let decoded = filter::decode(self, stream)?;
        self.charge(decoded.data.len())?;
        Ok(decoded)
    }

    /// Keeps what only a copy asks for again, too: the contents of pages, and fonts.
    pub(super) fn keep_for_copy(&self) {
        self.contents.borrow_mut().for_copy = true;
    }

    /// As [`Self::decode`], for content that may be asked for again: some of it is kept. Each time takes from the budget.
    pub(super) fn content(&self, stream: &Stream, role: Role) -> Result<Rc<Decoded<'static>>, DocError> {
        let is_page = role == Role::Page;
        let key = (super::interpret::address(stream), is_page);
        let known = self.contents.borrow().decoded.get(&key).cloned();
        if let Some(decoded) = known {
            self.charge(decoded.data.len() - usize::from(is_page))?;
            return Ok(decoded);
        }
        let Decoded { data, codec, damaged, deflated } = self.decode(stream)?;
        let mut data = data.into_owned();
        if is_page {
            data.push(b'\n');
        }
        let mut contents = self.contents.borrow_mut();
        let bytes = contents.bytes + data.capacity();
        let decoded = Rc::new(Decoded { data: Cow::Owned(data), codec, damaged, deflated });
        if bytes <= CONTENTS_BYTES_MAX && (contents.for_copy || role == Role::Drawing) {
            contents.bytes = bytes;
            contents.decoded.insert(key, decoded.clone());
        }
        Ok(decoded)
    }

    /// As [`Self::content`], and nothing of it is kept any longer.
    ///
    /// # Errors
    /// As [`Self::decode`].
    pub(super) fn last_content(&self, stream: &Stream) -> Result<Decoded<'static>, DocError> {
        let mut contents = self.contents.borrow_mut();
        let kept = contents.decoded.remove(&(address(stream), false));
        contents.bytes -= kept.as_ref().map_or(0, |decoded| decoded.capacity());
        drop(contents);
        if let Some(decoded) = kept.and_then(Rc::into_inner) {
            self.charge(decoded.data.len())?;
            return Ok(decoded);
        }
        let Decoded { data, codec, damaged, deflated } = self.decode(stream)?;
        Ok(Decoded { data: Cow::Owned(data.into_owned()), codec, damaged, deflated })
    }

    /// A character map, read once.
    ///
    /// # Errors
    /// As [`Self::decode`].
    pub(super) fn cmap(&self, stream: &Stream) -> Result<Rc<CMap>, DocError> {
        let known = self.cmaps.borrow().get(&address(stream)).cloned();
        if let Some(map) = known {
            return Ok(map);
        }
        let decoded = self.decode(stream)?;
        let mut map = CMap::parse(&decoded.data);
        map.damaged = decoded.damaged;
        let map = Rc::new(map);
        // An entry takes the memory that eight steps of another kind would.
        self.budget.steps(map.weight().saturating_mul(8));
        self.budget.check()?;
        self.cmaps.borrow_mut().insert(address(stream), map.clone());
        Ok(map)
    }

    /// What the glyphs of an embedded font draw, read once for all fonts that share the program.
    ///
    /// # Errors
    /// As [`Self::decode`].
    pub(super) fn outlines(&self, descriptor: &Dictionary) -> Result<Option<Rc<Outlines>>, DocError> {
        let Some(program) = [&b"FontFile2"[..], b"FontFile3"].into_iter().find_map(|key| self.stream(descriptor, key)) else {
            return Ok(None);
        };
        let known = self.outlines.borrow().get(&address(program)).cloned();
        if let Some(outlines) = known {
            return Ok(outlines);
        }
        let outlines = Outlines::read(&self.content(program, Role::Part)?.data).map(Rc::new);
        self.outlines.borrow_mut().insert(address(program), outlines.clone());
        Ok(outlines)
    }

    /// The widths of a font of many characters, read once for all fonts that share them.
    pub(super) fn widths(&self, font: &Dictionary) -> Rc<Ranges<f64>> {
        let array = self.entry(font, b"W");
        let known = self.widths.borrow().get(&address(array)).cloned();
        known.unwrap_or_else(|| {
            let widths = Rc::new(super::font::cid_widths(self, font));
            self.widths.borrow_mut().insert(address(array), widths.clone());
            widths
        })
    }

    /// Operators, or glyphs, that all pages together may have: writers put few into a byte, and a few may be shown many times.
    pub(super) fn of_all_pages(&self, base: u64, each_byte: u64) -> u64 {
        base.saturating_add(self.file_bytes.saturating_mul(each_byte))
    }

    fn charge(&self, bytes: usize) -> Result<(), DocError> {
        let total = self.decoded_bytes.get().saturating_add(bytes as u64);
        self.decoded_bytes.set(total);
        // Streams are read by several passes; each pass may use the budget once.
        if total > self.limits.total_bytes.saturating_mul(4) {
            return Err(DocError::whole(PdfFault::TotalTooLarge { limit: self.limits.total_bytes }));
        }
        Ok(())
    }

    /// The catalog (ISO 32000-2 §7.7.2).
    pub(super) fn catalog(&self) -> Option<&Dictionary> {
        self.sub(&self.doc.trailer, b"Root")
    }

    /// Objects that are listed and were asked for, but could not be read.
    pub(super) fn missing(&self) -> usize {
        self.missing.borrow().len()
    }

    fn page_count(&self) -> usize {
        self.pages().map_or(0, |pages| pages.len())
    }

    /// Whether every page and what its resources name directly can be read.
    fn is_whole(&self) -> bool {
        self.probe();
        self.page_count() > 0 && self.missing() == 0
    }

    fn wholeness(&self) -> (usize, std::cmp::Reverse<usize>) {
        self.probe();
        (self.page_count(), std::cmp::Reverse(self.missing()))
    }

    /// Touches what the pages need, so that [`Self::missing`] counts what is not there.
    fn probe(&self) {
        self.missing.borrow_mut().clear();
        let Ok(pages) = self.pages() else { return };
        // What pages share is touched once.
        let mut touched = BTreeSet::new();
        for page in pages {
            let contents = self.array(page.dict, b"Contents");
            if touched.insert(contents.as_ptr().addr()) {
                for stream in contents {
                    self.get(stream);
                }
            }
            let Some(resources) = page.resources else { continue };
            for key in [&b"Font"[..], b"XObject", b"ColorSpace", b"ExtGState", b"Pattern", b"Shading"] {
                if let Some(group) = self.sub(resources, key).filter(|group| touched.insert(address(*group))) {
                    for (_, value) in group {
                        self.get(value);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Fixture, deflated};
    use super::*;

    #[test]
    fn data_that_is_kept_is_given_away_whole_and_counts_each_time() {
        let mut file = Fixture::new();
        let number = file.stream("/Filter /FlateDecode", &deflated(b"the words of a stream"));
        let limits = Limits::default();
        let source = open(&file.page("").build(), &limits).unwrap();
        let Some(Object::Stream(stream)) = source.doc.objects.get(&(number as u32, 0)) else { panic!("no stream") };
        for role in [Role::Page, Role::Part] {
            source.content(stream, role).unwrap();
            assert_eq!(source.contents.borrow().bytes, 0, "what only a copy asks for again");
        }
        let counted = source.decoded_bytes.get() / 2;
        source.keep_for_copy();
        let kept = source.content(stream, Role::Part).unwrap();
        assert!(source.contents.borrow().bytes >= kept.data.len());
        for _ in 0..2 {
            assert_eq!(source.last_content(stream).unwrap().data, kept.data);
            assert_eq!(source.contents.borrow().bytes, 0);
        }
        assert_eq!(source.decoded_bytes.get(), 5 * counted);
    }
}
