//! Form fields that a viewer draws by itself: fields without appearance, or in a form that asks for new ones (ISO 32000-2
//! §12.7.4.3): their background and border, the value, the lines of a list, the mark of a box that is ticked. All that is visible,
//! so it is drawn before the pages are read.

use std::collections::BTreeSet;
use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::budget::Budget;
use super::content::Ops;
use super::crowded;
use super::letters::Letters;
use super::strings::text_string;
use super::value::Value;
use super::write;
use crate::error::DocError;
use crate::limits::Limits;

/// Depth of the field tree.
const DEPTH_MAX: usize = 32;
/// Fields that are looked at.
const FIELDS_MAX: usize = 100_000;
/// Steps that a field costs, for the memory it takes until it is its turn.
const FIELD_STEPS: usize = 8;
/// Bytes of values and appearances that make a step.
const BYTES_PER_STEP: usize = 8;
/// Distance of a text from the sides of its field.
const SIDE: f64 = 2.0;
/// Distance of the lines of a text, in sizes of it.
const LINE: f64 = 1.15;
/// Size that a text without one of its own has at least.
const SMALLEST: f64 = 4.0;
/// Cells of a field that has one for each letter.
const CELLS_MAX: i64 = 1_000;
/// Name of the font of marks.
const MARKS: &str = "ZaDb";

/// What a field inherits (§12.7.4.1).
#[derive(Debug, Clone, Default)]
struct Inherited {
    kind: Option<Rc<[u8]>>,
    flags: i64,
    /// The value; of a list with several chosen lines all of them.
    values: Rc<Vec<Vec<u8>>>,
    style: Option<Rc<[u8]>>,
    align: i64,
    /// Lines to choose from: what is stored and what is shown.
    options: Rc<Vec<(Vec<u8>, Vec<u8>)>>,
    /// Letters that a text may have.
    length: i64,
}

/// Draws the fields that have no appearance, and says how many of them have letters that could not be drawn.
///
/// # Errors
/// [`PdfFault::TooManySteps`](super::PdfFault::TooManySteps) when fields share values, lines or fonts until that is more than a form is.
pub(super) fn draw_missing(doc: &mut Document, limits: &Limits) -> Result<usize, DocError> {
    let budget = Budget::new(limits);
    let Some(form) = doc.catalog().ok().and_then(|catalog| catalog.get_deref(b"AcroForm", doc).ok()).and_then(|form| form.as_dict().ok())
    else {
        return Ok(0);
    };
    let redraw = matches!(form.get(b"NeedAppearances"), Ok(Object::Boolean(true)));
    let style = form.get(b"DA").ok().and_then(|style| style.as_str().ok()).map(Rc::from);
    let fonts = form
        .get_deref(b"DR", doc)
        .ok()
        .and_then(|resources| resources.as_dict().ok())
        .and_then(|resources| resources.get_deref(b"Font", doc).ok());
    let fonts = fonts.and_then(|fonts| fonts.as_dict().ok()).cloned().unwrap_or_default();
    let top = Inherited { style, ..Inherited::default() };
    let mut todo: Vec<(ObjectId, Inherited, usize)> = references(doc, form, b"Fields").into_iter().map(|id| (id, top.clone(), 0)).collect();
    let mut drawn: Vec<(ObjectId, Drawn)> = Vec::new();
    let mut looked = 0;
    let mut seen = BTreeSet::new();
    while let Some((id, above, depth)) = todo.pop() {
        looked += 1;
        if depth > DEPTH_MAX || looked > FIELDS_MAX {
            break;
        }
        if !seen.insert(id) {
            continue;
        }
        let Ok(dict) = doc.get_dictionary(id) else { continue };
        let here = inherit(doc, dict, above, &budget);
        let kids = references(doc, dict, b"Kids");
        budget.steps(kids.len().saturating_mul(FIELD_STEPS));
        here.charge(&fonts, &budget);
        budget.check()?;
        if (kids.is_empty() || dict.has(b"Rect"))
            && let Some(field) = draw(doc, dict, &here, &fonts, redraw, &budget)
        {
            budget.steps(field.stream.content.len() / BYTES_PER_STEP);
            drawn.push((id, field));
        }
        // A field stands in the tree once.
        todo.extend(kids.into_iter().filter(|kid| !seen.contains(kid)).map(|kid| (kid, here.clone(), depth + 1)));
    }
    for (id, chain) in stray(doc, &seen) {
        budget.steps(chain.len() * FIELD_STEPS);
        let here = chain.into_iter().rev().fold(top.clone(), |above, dict| inherit(doc, dict, above, &budget));
        here.charge(&fonts, &budget);
        budget.check()?;
        let Ok(dict) = doc.get_dictionary(id) else { continue };
        if let Some(field) = draw(doc, dict, &here, &fonts, redraw, &budget) {
            budget.steps(field.stream.content.len() / BYTES_PER_STEP);
            drawn.push((id, field));
        }
    }
    budget.check()?;
    let mut next = doc.objects.keys().next_back().map_or(0, |id| id.0);
    let lost = drawn.iter().filter(|(_, field)| field.lost).count();
    for (id, Drawn { stream, .. }) in drawn {
        let Some(number) = next.checked_add(1) else { break };
        next = number;
        doc.objects.insert((number, 0), Object::Stream(stream));
        if let Ok(dict) = doc.get_dictionary_mut(id) {
            let mut shapes = Dictionary::new();
            shapes.set("N", Object::Reference((number, 0)));
            dict.set("AP", shapes);
        }
    }
    Ok(lost)
}

/// Fields that are not among those `seen`, each with itself and what it is below, up to the top: viewers draw what is on a page, whether the
/// form leads to it or not.
fn stray<'d>(doc: &'d Document, seen: &BTreeSet<ObjectId>) -> impl Iterator<Item = (ObjectId, Vec<&'d Dictionary>)> {
    let is_widget = |dict: &&Dictionary| dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Widget");
    let strays = doc.objects.iter().filter(|(id, _)| !seen.contains(*id));
    let strays = strays.filter_map(move |(id, object)| Some((*id, object.as_dict().ok().filter(is_widget)?)));
    strays.take(FIELDS_MAX).map(|(id, dict)| {
        let mut chain = vec![dict];
        while chain.len() < DEPTH_MAX
            && let Some(parent) = chain.last().and_then(|dict| dict.get_deref(b"Parent", doc).ok()).and_then(|parent| parent.as_dict().ok())
        {
            chain.push(parent);
        }
        (id, chain)
    })
}

fn references(doc: &Document, dict: &Dictionary, key: &[u8]) -> Vec<ObjectId> {
    let items = dict.get_deref(key, doc).ok().and_then(|items| items.as_array().ok());
    items.map(|items| items.iter().filter_map(|item| item.as_reference().ok()).collect()).unwrap_or_default()
}

fn inherit(doc: &Document, dict: &Dictionary, above: Inherited, budget: &Budget) -> Inherited {
    let text = |key: &[u8]| dict.get_deref(key, doc).ok().and_then(|value| value.as_str().ok());
    let text_of = |object: &Object| text_of(doc, object).filter(|text| budget.steps(1 + text.len() / BYTES_PER_STEP)).map(<[u8]>::to_vec);
    let int = |key: &[u8]| dict.get_deref(key, doc).ok().and_then(|value| value.as_i64().ok());
    let values = match dict.get_deref(b"V", doc) {
        Ok(value @ Object::String(..)) => Rc::new(text_of(value).into_iter().collect()),
        Ok(Object::Array(items)) => Rc::new(items.iter().filter_map(text_of).collect()),
        _ => above.values,
    };
    let options = dict.get_deref(b"Opt", doc).ok().and_then(|items| items.as_array().ok());
    Inherited {
        kind: dict.get_deref(b"FT", doc).ok().and_then(|kind| kind.as_name().ok()).map(Rc::from).or(above.kind),
        flags: int(b"Ff").unwrap_or(above.flags),
        values,
        style: text(b"DA").filter(|style| budget.steps(style.len() / BYTES_PER_STEP)).map(Rc::from).or(above.style),
        align: int(b"Q").unwrap_or(above.align),
        options: options.map_or(above.options, |items| Rc::new(items.iter().filter_map(|item| option(doc, item, text_of)).collect())),
        length: int(b"MaxLen").unwrap_or(above.length),
    }
}

impl Inherited {
    /// Takes what drawing the field costs: it reads the style and the value, looks through the lines of a list, and copies its font.
    fn charge(&self, fonts: &Dictionary, budget: &Budget) {
        let style = self.style.as_deref().unwrap_or_default();
        budget.steps(style.len() / BYTES_PER_STEP);
        budget.steps(self.values.first().map_or(0, Vec::len) / BYTES_PER_STEP);
        if self.kind.as_deref() == Some(b"Ch") {
            let bytes: usize = self.options.iter().map(|(stored, shown)| stored.len() + shown.len()).sum();
            budget
                .steps(self.options.len() + bytes / BYTES_PER_STEP + self.values.len().saturating_mul(self.options.len()) / BYTES_PER_STEP);
        }
        if let Ok(font) = fonts.get(&self::style(style).0) {
            budget.steps(usize::try_from(crowded::size(font).0).unwrap_or(usize::MAX));
        }
    }
}

fn text_of<'d>(doc: &'d Document, object: &'d Object) -> Option<&'d [u8]> {
    doc.dereference(object).ok().and_then(|(_, object)| object.as_str().ok())
}

/// A line to choose: its text, or what is stored for it and its text.
fn option(doc: &Document, item: &Object, text_of: impl Fn(&Object) -> Option<Vec<u8>>) -> Option<(Vec<u8>, Vec<u8>)> {
    match doc.dereference(item).ok()?.1 {
        Object::Array(pair) => Some((text_of(pair.first()?)?, text_of(pair.get(1)?)?)),
        text @ Object::String(..) => Some((text_of(text)?, text_of(text)?)),
        _ => None,
    }
}

/// What a viewer draws of a field.
struct Drawn {
    stream: Stream,
    /// Whether it has letters that its font does not have.
    lost: bool,
}

/// The room of a field.
struct Room<'d> {
    doc: &'d Document,
    letters: Letters<'d>,
    budget: &'d Budget,
    dict: &'d Dictionary,
    width: f64,
    height: f64,
}

/// An appearance for a field that a viewer draws by itself; `None` when there is nothing to show or it has one that stays.
fn draw(doc: &Document, dict: &Dictionary, field: &Inherited, fonts: &Dictionary, redraw: bool, budget: &Budget) -> Option<Drawn> {
    /// Hidden, or not on screen (Table 167).
    const UNSEEN: i64 = 2 | 32;
    const PASSWORD: i64 = 1 << 13;
    const RADIO: i64 = 1 << 15;
    const PUSH: i64 = 1 << 16;
    const COMBO: i64 = 1 << 17;
    let normal =
        dict.get_deref(b"AP", doc).ok().and_then(|shapes| shapes.as_dict().ok()).and_then(|shapes| shapes.get_deref(b"N", doc).ok());
    let rect = dict.get_deref(b"Rect", doc).ok()?.as_array().ok()?;
    let corner = |index: usize| {
        rect.get(index).and_then(|value| doc.dereference(value).ok()).and_then(|(_, value)| value.as_float().ok()).map(f64::from)
    };
    let (name, size, _) = style(field.style.as_deref().unwrap_or(b"/Helv 0 Tf 0 g"));
    let letters = Letters::of(doc, fonts, &name, budget);
    let room = Room { doc, letters, budget, dict, width: (corner(2)? - corner(0)?).abs(), height: (corner(3)? - corner(1)?).abs() };
    let value = || field.values.first().map(|value| text_string(value)).unwrap_or_default();
    let shown_of = |value: String| {
        field.options.iter().find(|(stored, _)| text_string(stored) == value).map_or(value.clone(), |(_, shown)| text_string(shown))
    };
    let state = dict.get_deref(b"AS", doc).ok().and_then(|state| state.as_name().ok()).unwrap_or(b"Off");
    let is_button = field.kind.as_deref() == Some(b"Btn");
    let is_round = is_button && field.flags & (RADIO | PUSH) == RADIO;
    let words = match field.kind.as_deref()? {
        b"Tx" if field.flags & PASSWORD != 0 => Vec::new(),
        b"Tx" => room.text(&value(), field),
        b"Ch" if field.flags & COMBO != 0 => room.text(&shown_of(value()), field),
        b"Ch" => room.list(field),
        b"Btn" if field.flags & PUSH != 0 => {
            let stays = match normal {
                Some(Object::Dictionary(states)) => !redraw || states.has(state),
                Some(_) => true,
                None => false,
            };
            if stays {
                return None;
            }
            room.text(&text_string(room.caption()), &Inherited { flags: 0, align: 1, ..field.clone() })
        }
        // Boxes and round buttons are drawn anew as text is: what the file has for their state may be another mark, or none.
        b"Btn" if normal.is_some_and(|shapes| !redraw || !matches!(shapes, Object::Dictionary(_))) => return None,
        b"Btn" if state == b"Off" => Vec::new(),
        b"Btn" => room.mark(field, is_round),
        _ => return None,
    };
    // An appearance that shows no words of its own may show a box that nothing else tells of.
    if normal.is_some() && (!redraw || (words.is_empty() && !is_button)) {
        return None;
    }
    let mut content = if is_round { room.ring() } else { room.frame() };
    content.extend_from_slice(&words);
    if content.is_empty() && normal.is_none() {
        return None;
    }
    let mut group = Dictionary::new();
    let font = fonts.get(&name).cloned().unwrap_or_else(|_| standard_font("Helvetica"));
    group.set(name, font);
    group.set(MARKS, standard_font("ZapfDingbats"));
    let mut resources = Dictionary::new();
    resources.set("Font", group);
    let mut form = Dictionary::new();
    form.set("Subtype", "Form");
    form.set("BBox", super::rebuild::numbers(&[0.0, 0.0, room.width, room.height]));
    form.set("Resources", resources);
    // Letters of a size below nothing stand on their heads, or are not drawn, or are as large as any. Without a style viewers take one of
    // their own, or draw nothing.
    let is_odd = (size < 0.0 || field.style.is_none() && !is_button) && !words.is_empty();
    let flags = dict.get_deref(b"F", doc).ok().and_then(|flags| flags.as_i64().ok()).unwrap_or(0);
    let lost = (room.letters.lost() || is_odd) && flags & UNSEEN == 0;
    Some(Drawn { stream: Stream::new(form, content), lost })
}

fn standard_font(name: &str) -> Object {
    let mut font = Dictionary::new();
    font.set("Type", "Font");
    font.set("Subtype", "Type1");
    font.set("BaseFont", name);
    if name == "Helvetica" {
        font.set("Encoding", "WinAnsiEncoding");
    }
    Object::Dictionary(font)
}

/// Writes numbers and an operator.
fn op(out: &mut Vec<u8>, numbers: &[f64], name: &str) {
    for value in numbers {
        write::number(out, (value * 100.0).round() / 100.0);
        out.push(b' ');
    }
    out.extend_from_slice(name.as_bytes());
    out.push(b' ');
}

impl Room<'_> {
    /// Shows a line in the font of the field.
    fn show(&self, out: &mut Vec<u8>, line: &str) {
        write::string(out, &self.letters.encode(line));
        out.extend_from_slice(b" Tj ");
    }

    /// How the field should look (Table 192).
    fn looks(&self) -> Option<&Dictionary> {
        self.dict.get_deref(b"MK", self.doc).ok().and_then(|looks| looks.as_dict().ok())
    }

    fn colour(&self, key: &[u8]) -> Option<Vec<f64>> {
        let parts = self.looks()?.get_deref(key, self.doc).ok()?.as_array().ok()?;
        let parts: Vec<f64> =
            parts.iter().filter_map(|part| Some(f64::from(self.doc.dereference(part).ok()?.1.as_float().ok()?))).collect();
        matches!(parts.len(), 1 | 3 | 4).then_some(parts)
    }

    /// The words of a button, or the letter of its mark (Table 192).
    fn caption(&self) -> &[u8] {
        self.looks().and_then(|looks| looks.get(b"CA").ok()).and_then(|caption| text_of(self.doc, caption)).unwrap_or_default()
    }

    /// Width of the border, and whether it is a line below (Table 168).
    fn border(&self) -> (f64, bool) {
        let border = self.dict.get_deref(b"BS", self.doc).ok().and_then(|style| style.as_dict().ok());
        let width = border.and_then(|border| border.get_deref(b"W", self.doc).ok()).and_then(|width| width.as_float().ok());
        let style = border.and_then(|border| border.get(b"S").ok()).and_then(|style| style.as_name().ok());
        (width.map_or(1.0, f64::from), style == Some(b"U"))
    }

    /// Background and border of a round button.
    fn ring(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let (line, _) = self.border();
        let colours = [(b"BG", 0.0, ["g", "rg", "k"], "f Q"), (b"BC", line, ["G", "RG", "K"], "s Q")];
        for (key, line, operators, paint) in colours {
            let Some(colour) = self.colour(key).filter(|_| paint == "f Q" || line > 0.0) else { continue };
            op(&mut out, &[], "q");
            op(&mut out, &colour, operator(&colour, operators));
            op(&mut out, &[line], "w");
            let radius = (self.width.min(self.height) - line).max(0.0) / 2.0;
            circle(&mut out, (self.width / 2.0, self.height / 2.0), radius);
            op(&mut out, &[], paint);
        }
        out
    }

    /// Background and border (Tables 168 and 192).
    fn frame(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(ground) = self.colour(b"BG") {
            op(&mut out, &[], "q");
            op(&mut out, &ground, operator(&ground, ["g", "rg", "k"]));
            op(&mut out, &[0.0, 0.0, self.width, self.height], "re f Q");
        }
        let (line, under) = self.border();
        if let Some(colour) = self.colour(b"BC").filter(|_| line > 0.0) {
            op(&mut out, &[], "q");
            op(&mut out, &colour, operator(&colour, ["G", "RG", "K"]));
            op(&mut out, &[line], "w");
            let half = line / 2.0;
            if under {
                op(&mut out, &[0.0, half], "m");
                op(&mut out, &[self.width, half], "l S Q");
            } else {
                op(&mut out, &[half, half, self.width - line, self.height - line], "re S Q");
            }
        }
        out
    }

    /// The value of a text field, a combo box or a button.
    fn text(&self, value: &str, field: &Inherited) -> Vec<u8> {
        const MULTILINE: i64 = 1 << 12;
        const COMB: i64 = 1 << 24;
        if value.trim().is_empty() {
            return Vec::new();
        }
        let (name, size, colour) = style(field.style.as_deref().unwrap_or(b"/Helv 0 Tf 0 g"));
        let is_text = field.kind.as_deref() == Some(b"Tx");
        let inside = self.width - 2.0 * SIDE;
        if is_text && field.flags & COMB != 0 && (1..=CELLS_MAX).contains(&field.length) {
            let size = if size > 0.0 { size } else { self.tall() };
            let mut content = start(colour, &name, size);
            self.cells(&mut content, value, size, field.length);
            return content;
        }
        let multiline = is_text && field.flags & MULTILINE != 0;
        let (size, lines) = if multiline {
            self.lines(value, size, inside)
        } else {
            // Without a size of its own the text is as large as the field lets it be (§12.7.4.3).
            let size = if size > 0.0 { size } else { self.tall().min(inside / self.letters.width(value).max(0.1)).max(SMALLEST) };
            (size, vec![value.to_owned()])
        };
        let mut content = start(colour, &name, size);
        let mut y = if multiline { self.height - size - 2.0 } else { self.line(size) };
        let (mut last_x, mut last_y) = (0.0, 0.0);
        for line in lines {
            let room = inside - self.letters.width(&line) * size;
            let x = match field.align {
                1 => SIDE + (room / 2.0).max(0.0),
                2 => SIDE + room.max(0.0),
                _ => SIDE,
            };
            op(&mut content, &[x - last_x, y - last_y], "Td");
            (last_x, last_y) = (x, y);
            self.show(&mut content, &line);
            y -= size * LINE;
        }
        content.extend_from_slice(b"ET ");
        content
    }

    /// The size of a line that is as tall as the field.
    fn tall(&self) -> f64 {
        ((self.height - 2.0) / LINE).max(SMALLEST)
    }

    /// Where a line of a size stands in the middle of the field.
    fn line(&self, size: f64) -> f64 {
        (self.height - size) / 2.0 + size * 0.22
    }

    /// A text of several lines; without a size of its own it is smaller where there is no room for it.
    fn lines(&self, value: &str, size: f64, inside: f64) -> (f64, Vec<String>) {
        let mut at = if size > 0.0 { size } else { 12.0 };
        loop {
            let lines = wrap(value, inside / at, |word| self.letters.width(word));
            let fits = lines.len() as f64 * at * LINE <= self.height - 2.0;
            if size > 0.0 || fits || at <= SMALLEST || !self.budget.steps(value.len() / BYTES_PER_STEP) {
                return (at, lines);
            }
            at -= 1.0;
        }
    }

    /// A letter in each of so many cells (Table 231).
    fn cells(&self, content: &mut Vec<u8>, value: &str, size: f64, cells: i64) {
        let cell = self.width / cells as f64;
        let mut last = (0.0, 0.0);
        let mut letter = [0; 4];
        for (index, character) in value.chars().take(usize::try_from(cells).unwrap_or(0)).enumerate() {
            let letter = character.encode_utf8(&mut letter);
            let x = cell * index as f64 + (cell - self.letters.width(letter) * size) / 2.0;
            op(content, &[x - last.0, self.line(size) - last.1], "Td");
            last = (x, self.line(size));
            self.show(content, letter);
        }
        content.extend_from_slice(b"ET ");
    }

    /// The lines of a list box, from the one that is scrolled to the top, with the chosen ones marked.
    fn list(&self, field: &Inherited) -> Vec<u8> {
        let (name, size, colour) = style(field.style.as_deref().unwrap_or(b"/Helv 0 Tf 0 g"));
        let size = if size > 0.0 { size } else { 12.0 };
        let step = size * LINE;
        let top = self.dict.get_deref(b"TI", self.doc).ok().and_then(|top| top.as_i64().ok()).and_then(|top| usize::try_from(top).ok());
        let fitting = ((self.height - 2.0) / step).clamp(0.0, 1000.0) as usize;
        let lines: Vec<_> = field.options.iter().skip(top.unwrap_or(0)).take(fitting).collect();
        if lines.is_empty() {
            return Vec::new();
        }
        let mut content = Vec::new();
        for (index, (stored, shown)) in lines.iter().enumerate() {
            if field.values.contains(stored) || field.values.contains(shown) {
                content.extend_from_slice(b"q ");
                op(&mut content, &[0.6, 0.757, 0.855], "rg");
                op(&mut content, &[1.0, self.height - 1.0 - step * (index as f64 + 1.0), self.width - 2.0, step], "re f Q");
            }
        }
        content.append(&mut start(colour, &name, size));
        op(&mut content, &[2.0, self.height - 1.0 - size], "Td");
        op(&mut content, &[step], "TL");
        for (_, shown) in lines {
            self.show(&mut content, &text_string(shown));
            content.extend_from_slice(b"T* ");
        }
        content.extend_from_slice(b"ET ");
        content
    }

    /// The mark in a box that is ticked, or in a round button that is chosen.
    fn mark(&self, field: &Inherited, is_round: bool) -> Vec<u8> {
        let (_, _, colour) = style(field.style.as_deref().unwrap_or_default());
        let colour = if colour.is_empty() { b"0 g ".to_vec() } else { colour };
        let letter = self.caption().get(..1).unwrap_or(if is_round { b"l" } else { b"4" });
        if letter == b"l" {
            let mut content = [b"q ", colour.as_slice()].concat();
            circle(&mut content, (self.width / 2.0, self.height / 2.0), self.width.min(self.height) / 4.0);
            content.extend_from_slice(b"f Q ");
            return content;
        }
        let size = self.height.min(self.width) * 0.8;
        let mut content = start(colour, MARKS.as_bytes(), size);
        op(&mut content, &[(self.width - size * 0.8) / 2.0, (self.height - size * 0.7) / 2.0], "Td");
        write::string(&mut content, letter);
        content.extend_from_slice(b" Tj ET ");
        content
    }
}

/// The operator that sets a colour of so many parts, of those for grey, RGB and CMYK.
fn operator(parts: &[f64], [gray, rgb, cmyk]: [&'static str; 3]) -> &'static str {
    match parts.len() {
        1 => gray,
        3 => rgb,
        _ => cmyk,
    }
}

/// A closed circle, in four curves.
fn circle(out: &mut Vec<u8>, (x, y): (f64, f64), radius: f64) {
    let bow = radius * 0.5523;
    op(out, &[x + radius, y], "m");
    op(out, &[x + radius, y + bow, x + bow, y + radius, x, y + radius], "c");
    op(out, &[x - bow, y + radius, x - radius, y + bow, x - radius, y], "c");
    op(out, &[x - radius, y - bow, x - bow, y - radius, x, y - radius], "c");
    op(out, &[x + bow, y - radius, x + radius, y - bow, x + radius, y], "c");
    op(out, &[], "h");
}

/// Begins text in a colour, a font and a size.
fn start(mut colour: Vec<u8>, name: &[u8], size: f64) -> Vec<u8> {
    colour.extend_from_slice(b"BT ");
    write::name(&mut colour, name);
    colour.push(b' ');
    op(&mut colour, &[size], "Tf");
    colour
}

/// Font name, size and colour operators of a default appearance string.
fn style(appearance: &[u8]) -> (Vec<u8>, f64, Vec<u8>) {
    let (mut name, mut size, mut colour) = (b"Helv".to_vec(), 0.0, Vec::new());
    let mut ops = Ops::new(appearance);
    while let Some(op) = ops.next() {
        match (op.name, op.operands) {
            (b"Tf", [Value::Name(font), Value::Number(points)]) => {
                name = font.to_vec();
                size = *points;
            }
            (b"g" | b"rg" | b"k", parts) => {
                for part in parts {
                    write::number(&mut colour, part.number().unwrap_or(0.0));
                    colour.push(b' ');
                }
                colour.extend_from_slice(op.name);
                colour.push(b' ');
            }
            _ => {}
        }
    }
    (name, size, colour)
}

/// Breaks a text into lines of a width, both in the measure of `width_of`.
fn wrap(text: &str, width: f64, width_of: impl Fn(&str) -> f64) -> Vec<String> {
    let space = width_of(" ");
    let mut lines = Vec::new();
    for paragraph in text.split(['\n', '\r']) {
        let (mut line, mut length) = (String::new(), 0.0);
        for word in paragraph.split_whitespace() {
            let letters = width_of(word);
            if !line.is_empty() && length + space + letters > width {
                lines.push(std::mem::take(&mut line));
                length = 0.0;
            }
            if !line.is_empty() {
                line.push(' ');
                length += space;
            }
            line.push_str(word);
            length += letters;
        }
        lines.push(line);
    }
    lines
}
