//! Builds a new file from the pages: an allow-list walk. What this module does not name is not in the copy.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use flate2::{Compress, Compression, FlushCompress, Status};
use lopdf::{Dictionary, Object, Stream};

use super::annots::PageAnnotations;
use super::interpret::{Address, FontUse, address, page_content};
use super::layers::Layers;
use super::open::{Rect, Role, Source};
use super::pages::Page;
use super::{PdfFault, links, write};
use crate::error::DocError;
use crate::format::content::{Content, Sink, Spool};
use crate::model::FindingKind;
use crate::policy::{Action, Orders};

/// Bytes from which on the data of a stream need not wait in memory.
const LARGE_BYTES: usize = 2 << 10;
/// Objects nested in objects.
const DEPTH_MAX: usize = 40;

/// Glyphs to take out: by content stream and operator, then by piece and first byte the number of bytes and the advance.
pub(super) type Removals = BTreeMap<(Address, usize), BTreeMap<(u32, u32), (u32, f64)>>;

/// What the pages showed, for the walk to prune by.
pub(super) struct Seen {
    /// Codes shown in each font.
    pub(super) fonts: BTreeMap<Address, Rc<FontUse>>,
    /// Replacement texts that say what the glyphs say.
    pub(super) faithful: BTreeMap<(Address, usize), bool>,
    /// Operators that set a pattern or a soft mask with which something is painted, by content stream and offset.
    pub(super) painted: BTreeSet<(Address, usize)>,
    /// Glyphs that are taken out.
    pub(super) removals: Removals,
}

/// A file being built.
pub(super) struct Rebuild<'s, 'l> {
    pub(super) source: &'s Source<'l>,
    pub(super) layers: &'s Layers,
    pub(super) orders: &'s Orders,
    pub(super) seen: &'s Seen,
    out: Vec<Object>,
    /// Data of streams that wait elsewhere until the file is written, by the number of the object.
    aside: BTreeMap<u32, Content<'static>>,
    spool: Spool,
    sink: Sink,
    done: BTreeMap<(Address, Address), u32>,
    path: Vec<Address>,
    /// Resources that no content uses.
    pub(super) unused: u64,
    /// Links with a border that covers what stands under it.
    pub(super) thick_borders: u64,
    /// Files outside that a stream takes its data from.
    pub(super) external: u64,
    /// Streams whose data is damaged.
    pub(super) damaged: u64,
    /// Fonts whose codes are read in more than one way.
    pub(super) ambiguous: u64,
    /// Fonts with a glyph that stands for more letters than one draws.
    pub(super) wordy: u64,
    /// Operators, words and names in contents that viewers do not read alike.
    pub(super) misfits: u64,
    /// Operators that may still be written.
    pub(super) operators_left: u64,
    /// Resources of the page at work.
    pub(super) page_resources: Option<&'s Dictionary>,
    /// Those of all pages, each once.
    pub(super) of_pages: Vec<&'s Dictionary>,
    /// New names of spot colours, by their own: what is printed with one ink stays so, and two inks never become one.
    pub(super) spots: BTreeMap<Vec<u8>, usize>,
    /// The Type 3 font at work, when it has no resources of its own.
    pub(super) bare_font: Option<&'s Dictionary>,
}

impl<'s, 'l> Rebuild<'s, 'l> {
    /// An empty file.
    pub(super) fn new(source: &'s Source<'l>, layers: &'s Layers, orders: &'s Orders, seen: &'s Seen, spool: &Spool) -> Self {
        Self {
            source,
            layers,
            orders,
            seen,
            out: Vec::new(),
            aside: BTreeMap::new(),
            spool: spool.apart(),
            sink: spool.sink(),
            done: BTreeMap::new(),
            path: Vec::new(),
            unused: 0,
            thick_borders: 0,
            external: 0,
            damaged: 0,
            ambiguous: 0,
            wordy: 0,
            misfits: 0,
            operators_left: source.of_all_pages(source.limits.operators, super::interpret::OPERATORS_PER_BYTE),
            page_resources: None,
            of_pages: Vec::new(),
            spots: BTreeMap::new(),
            bare_font: None,
        }
    }

    /// Takes the next object number.
    pub(super) fn reserve(&mut self) -> u32 {
        self.out.push(Object::Null);
        self.out.len() as u32
    }

    /// Gives back the number that was taken last.
    pub(super) fn release(&mut self, number: u32) {
        if self.out.len() as u32 == number {
            self.out.pop();
        }
    }

    /// Sets an object.
    pub(super) fn put(&mut self, number: u32, mut object: Object) {
        if let Object::Stream(stream) = &mut object
            && stream.content.len() >= LARGE_BYTES
        {
            self.aside.insert(number, self.spool.put(std::mem::take(&mut stream.content).into()));
        }
        if let Some(cell) = self.out.get_mut(number as usize - 1) {
            *cell = object;
        }
    }

    /// Adds an object and gives a reference to it.
    pub(super) fn add(&mut self, object: impl Into<Object>) -> Object {
        let number = self.reserve();
        self.put(number, object.into());
        Object::Reference((number, 0))
    }

    /// Copies an object once: the first call makes it, later ones give the reference.
    ///
    /// `context` tells apart copies of one object that depend on where it is used.
    pub(super) fn once(
        &mut self,
        key: Address,
        context: Address,
        make: impl FnOnce(&mut Self) -> Result<Object, DocError>,
    ) -> Result<Object, DocError> {
        if let Some(number) = self.done.get(&(key, context)) {
            return Ok(Object::Reference((*number, 0)));
        }
        if self.path.len() > DEPTH_MAX {
            return Err(DocError::whole(PdfFault::FormLoop));
        }
        self.source.budget.check()?;
        let number = self.reserve();
        self.done.insert((key, context), number);
        self.path.push(key);
        let object = make(self);
        self.path.pop();
        self.put(number, object?);
        Ok(Object::Reference((number, 0)))
    }

    /// Builds the file.
    ///
    /// # Errors
    /// Faults of streams that cannot be decoded within the limits.
    pub(super) fn build(mut self, pages: &[Page<'s>], annotations: &[PageAnnotations<'s>]) -> Result<Built, DocError> {
        let catalog = self.reserve();
        let tree = self.reserve();
        let numbers: Vec<u32> = pages.iter().map(|_| self.reserve()).collect();
        let targets = links::Targets::read(self.source, pages, &numbers);
        let mut known = BTreeSet::new();
        self.of_pages = pages.iter().filter_map(|page| page.resources).filter(|resources| known.insert(address(*resources))).collect();
        for (index, page) in pages.iter().enumerate() {
            self.page_resources = page.resources;
            let Some(annotations) = annotations.get(index) else { continue };
            let mut dict = self.page(page, annotations)?;
            dict.set("Parent", Object::Reference((tree, 0)));
            let kept = links::rewrite(&mut self, &targets, page, annotations);
            if !kept.is_empty() {
                dict.set("Annots", kept);
            }
            if let Some(number) = numbers.get(index) {
                self.put(*number, Object::Dictionary(dict));
            }
        }
        let mut root = Dictionary::new();
        root.set("Type", "Pages");
        root.set("Count", numbers.len() as i64);
        root.set("Kids", numbers.iter().map(|number| Object::Reference((*number, 0))).collect::<Vec<_>>());
        self.put(tree, Object::Dictionary(root));
        let mut dict = Dictionary::new();
        dict.set("Type", "Catalog");
        dict.set("Pages", Object::Reference((tree, 0)));
        if let Some(language) = self.language() {
            dict.set("Lang", Object::String(language, lopdf::StringFormat::Literal));
        }
        if self.orders.action(FindingKind::Outline) == Action::Keep {
            if let Some(outline) = super::outline::copy(&mut self, &targets) {
                dict.set("Outlines", outline);
            }
            if let Some(labels) = super::outline::labels(self.source) {
                dict.set("PageLabels", labels);
            }
        }
        self.put(catalog, Object::Dictionary(dict));
        self.source.budget.check()?;
        let objects = self.out.len() as u64;
        if objects > self.source.limits.objects {
            return Err(DocError::whole(PdfFault::TooManyObjects { limit: self.source.limits.objects }));
        }
        Ok(Built {
            copy: write::file(&self.out, &self.aside, catalog, self.sink)?,
            unused: self.unused,
            thick_borders: self.thick_borders,
            external: self.external,
            damaged: self.damaged,
            ambiguous: self.ambiguous,
            wordy: self.wordy,
            misfits: self.misfits,
        })
    }

    /// The language of the document when it is a plain tag (`en`, `en-GB`): screen readers need it, and it holds no more than that.
    fn language(&self) -> Option<Vec<u8>> {
        let Object::String(bytes, _) = self.source.entry(self.source.catalog()?, b"Lang") else { return None };
        let plain = match bytes.as_slice() {
            [a, b] => [a, b].iter().all(|byte| byte.is_ascii_alphabetic()),
            [a, b, b'-', c, d] => [a, b, c, d].iter().all(|byte| byte.is_ascii_alphabetic()),
            _ => false,
        };
        plain.then(|| bytes.clone())
    }

    fn page(&mut self, page: &Page<'s>, annotations: &PageAnnotations<'s>) -> Result<Dictionary, DocError> {
        let mut dict = Dictionary::new();
        dict.set("Type", "Page");
        dict.set("MediaBox", rect(page.media));
        if page.crop != page.media {
            dict.set("CropBox", rect(page.crop));
        }
        if page.rotate != 0 {
            dict.set("Rotate", page.rotate);
        }
        if (page.user_unit - 1.0).abs() > 1e-9 {
            dict.set("UserUnit", page.user_unit);
        }
        let content = page_content(self.source, page.dict)?;
        let mut names = super::rewrite::Names::new(page.resources);
        let mut content = super::rewrite::content(self, &content.data, page.resources, address(page.dict), &mut names)?;
        if !annotations.fields.is_empty() {
            let mut wrapped = b"q\n".to_vec();
            wrapped.append(&mut content);
            wrapped.extend_from_slice(b"Q\n");
            for field in &annotations.fields {
                let form = self.form(field.stream, None)?;
                let name = names.add("XObject", form);
                wrapped.extend_from_slice(b"q\n");
                for value in field.placement.0 {
                    write::number(&mut wrapped, value);
                    wrapped.push(b' ');
                }
                wrapped.extend_from_slice(b"cm\n");
                write::name(&mut wrapped, name.as_bytes());
                wrapped.extend_from_slice(b" Do\nQ\n");
            }
            content = wrapped;
        }
        self.unused += names.unused(self.source);
        dict.set("Resources", names.into_dictionary(self)?);
        dict.set("Contents", self.add(flate(Dictionary::new(), &content)));
        if let Some(group) = self.source.sub(page.dict, b"Group") {
            dict.set("Group", self.group(group, page.resources)?);
        }
        Ok(dict)
    }

    /// A transparency group's attributes (§11.6.6).
    pub(super) fn group(&mut self, group: &'s Dictionary, resources: Option<&'s Dictionary>) -> Result<Dictionary, DocError> {
        let mut dict = Dictionary::new();
        dict.set("Type", "Group");
        dict.set("S", "Transparency");
        if let Some(space) = self.source.there(group, b"CS") {
            dict.set("CS", self.colour_space(space, resources, 0)?);
        }
        for key in ["I", "K"] {
            if self.source.flag(group, key.as_bytes()) {
                dict.set(key, true);
            }
        }
        Ok(dict)
    }

    /// A form XObject with only what it draws. `around` are the resources it uses when it has none of its own.
    pub(super) fn form(&mut self, stream: &'s Stream, around: Option<&'s Dictionary>) -> Result<Object, DocError> {
        let own = self.source.sub(&stream.dict, b"Resources");
        let resources = own.or(around);
        let context = if own.is_some() { 0 } else { around.map_or(0, address) };
        if self.path.contains(&address(stream)) {
            // A drawing inside itself shows nothing.
            let mut empty = Dictionary::new();
            empty.set("Type", "XObject");
            empty.set("Subtype", "Form");
            empty.set("BBox", numbers(&[0.0, 0.0, 0.0, 0.0]));
            empty.set("Resources", Dictionary::new());
            return Ok(self.add(Object::Stream(flate(empty, &[]))));
        }
        self.once(address(stream), context, |this| {
            let source = this.source;
            let mut dict = Dictionary::new();
            dict.set("Type", "XObject");
            dict.set("Subtype", "Form");
            dict.set("BBox", source.rect(&stream.dict, b"BBox").map_or_else(|| rect(Rect { x0: 0.0, y0: 0.0, x1: 0.0, y1: 0.0 }), rect));
            match source.numbers(&stream.dict, b"Matrix", 6) {
                Some(matrix) => dict.set("Matrix", numbers(&matrix)),
                None if matches!(source.entry(&stream.dict, b"Matrix"), Object::Null) => {}
                None => source.misfit(),
            }
            if let Some(group) = source.sub(&stream.dict, b"Group") {
                dict.set("Group", this.group(group, resources)?);
            }
            let content = this.stream_content(stream, resources, &mut dict)?;
            Ok(Object::Stream(flate(dict, &content)))
        })
    }

    /// Rewrites the content of a form, a pattern or a glyph and sets its resources.
    pub(super) fn stream_content(
        &mut self,
        stream: &'s Stream,
        resources: Option<&'s Dictionary>,
        dict: &mut Dictionary,
    ) -> Result<Vec<u8>, DocError> {
        self.check_external(stream);
        let decoded = self.source.content(stream, Role::Drawing)?;
        self.damaged += u64::from(decoded.damaged);
        let mut names = super::rewrite::Names::new(resources);
        let content = super::rewrite::content(self, &decoded.data, resources, address(stream), &mut names)?;
        self.unused += names.unused(self.source);
        dict.set("Resources", names.into_dictionary(self)?);
        Ok(content)
    }

    /// The data of a stream with its filters off. Damage is counted: each viewer makes something else of it.
    pub(super) fn data(&mut self, stream: &Stream) -> Result<Vec<u8>, DocError> {
        let decoded = self.source.last_content(stream)?;
        self.damaged += u64::from(decoded.damaged);
        Ok(decoded.data.into_owned())
    }

    /// Notes a stream whose data is in another file (§7.3.8.2): it cannot be in the copy.
    pub(super) fn check_external(&mut self, stream: &Stream) {
        if !matches!(self.source.entry(&stream.dict, b"F"), Object::Null | Object::Name(_) | Object::Integer(_)) {
            self.external += 1;
        }
    }
}

/// A finished file.
pub(super) struct Built {
    /// The bytes.
    pub(super) copy: Content<'static>,
    /// Resources left out because no content uses them.
    pub(super) unused: u64,
    /// Links with a border that covers what stands under it.
    pub(super) thick_borders: u64,
    /// Streams whose data is in another file.
    pub(super) external: u64,
    /// Streams whose data is damaged.
    pub(super) damaged: u64,
    /// Fonts whose codes are read in more than one way.
    pub(super) ambiguous: u64,
    /// Fonts with a glyph that stands for more letters than one draws.
    pub(super) wordy: u64,
    /// Operators, words and names in contents that viewers do not read alike.
    pub(super) misfits: u64,
}

/// A rectangle as an array.
pub(super) fn rect(rect: Rect) -> Object {
    numbers(&[rect.x0, rect.y0, rect.x1, rect.y1])
}

/// Numbers as an array.
pub(super) fn numbers(values: &[f64]) -> Object {
    Object::Array(values.iter().map(|value| number(*value)).collect())
}

/// A number, whole where it is whole.
pub(super) fn number(value: f64) -> Object {
    if value == value.trunc() && value.abs() < 1e15 { Object::Integer(value as i64) } else { Object::Real(value as f32) }
}

/// A stream with a dictionary, deflated.
pub(super) fn flate(mut dict: Dictionary, content: &[u8]) -> Stream {
    let packed = DEFLATER.with_borrow_mut(|deflater| deflate(deflater, content));
    dict.set("Filter", "FlateDecode");
    Stream::new(dict, packed)
}

thread_local! {
    static DEFLATER: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(6), true));
}

/// Deflates data at the usual level, with memory that is used again.
fn deflate(deflater: &mut Compress, data: &[u8]) -> Vec<u8> {
    deflater.reset();
    let mut packed = Vec::with_capacity(data.len() / 2 + 64);
    loop {
        let rest = data.get(usize::try_from(deflater.total_in()).unwrap_or(usize::MAX)..).unwrap_or_default();
        match deflater.compress_vec(rest, &mut packed, FlushCompress::Finish) {
            Ok(Status::StreamEnd) | Err(_) => return packed,
            Ok(_) => packed.reserve(packed.len().max(1024)),
        }
    }
}
