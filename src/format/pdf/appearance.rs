//! Form fields that a viewer draws by itself: text fields and choices with a value and no appearance, or in a form that asks for
//! new ones (ISO 32000-2 §12.7.4.3). The value is visible, so it is drawn before the pages are read.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::content::{Ops, Value};
use super::strings::text_string;
use super::write;

/// Depth of the field tree.
const DEPTH_MAX: usize = 32;
/// Fields that are looked at.
const FIELDS_MAX: usize = 100_000;

/// What a field inherits (§12.7.4.1).
#[derive(Debug, Clone, Default)]
struct Inherited {
    kind: Option<Vec<u8>>,
    flags: i64,
    value: Option<Vec<u8>>,
    style: Option<Vec<u8>>,
    align: i64,
}

/// Draws the values of fields that have none drawn.
pub(super) fn draw_missing(doc: &mut Document) {
    let Some(form) = doc.catalog().ok().and_then(|catalog| catalog.get_deref(b"AcroForm", doc).ok()).and_then(|form| form.as_dict().ok())
    else {
        return;
    };
    let redraw = matches!(form.get(b"NeedAppearances"), Ok(Object::Boolean(true)));
    let style = form.get(b"DA").ok().and_then(|style| style.as_str().ok()).map(<[u8]>::to_vec);
    let fonts = form
        .get_deref(b"DR", doc)
        .ok()
        .and_then(|resources| resources.as_dict().ok())
        .and_then(|resources| resources.get_deref(b"Font", doc).ok());
    let fonts = fonts.and_then(|fonts| fonts.as_dict().ok()).cloned().unwrap_or_default();
    let top = Inherited { style, ..Inherited::default() };
    let mut todo: Vec<(ObjectId, Inherited, usize)> = references(doc, form, b"Fields").into_iter().map(|id| (id, top.clone(), 0)).collect();
    let mut drawn: Vec<(ObjectId, Stream)> = Vec::new();
    let mut looked = 0;
    while let Some((id, above, depth)) = todo.pop() {
        looked += 1;
        if depth > DEPTH_MAX || looked > FIELDS_MAX {
            break;
        }
        let Ok(dict) = doc.get_dictionary(id) else { continue };
        let here = inherit(doc, dict, above);
        let kids = references(doc, dict, b"Kids");
        if kids.is_empty() || dict.has(b"Rect") {
            let has_appearance =
                dict.get_deref(b"AP", doc).ok().and_then(|shapes| shapes.as_dict().ok()).is_some_and(|shapes| shapes.has(b"N"));
            if (redraw || !has_appearance)
                && let Some(stream) = draw(doc, dict, &here, &fonts)
            {
                drawn.push((id, stream));
            }
        }
        todo.extend(kids.into_iter().map(|kid| (kid, here.clone(), depth + 1)));
    }
    let mut next = doc.objects.keys().next_back().map_or(0, |id| id.0);
    for (id, stream) in drawn {
        let Some(number) = next.checked_add(1) else { return };
        next = number;
        doc.objects.insert((number, 0), Object::Stream(stream));
        if let Ok(dict) = doc.get_dictionary_mut(id) {
            let mut shapes = Dictionary::new();
            shapes.set("N", Object::Reference((number, 0)));
            dict.set("AP", shapes);
        }
    }
}

fn references(doc: &Document, dict: &Dictionary, key: &[u8]) -> Vec<ObjectId> {
    let items = dict.get_deref(key, doc).ok().and_then(|items| items.as_array().ok());
    items.map(|items| items.iter().filter_map(|item| item.as_reference().ok()).collect()).unwrap_or_default()
}

fn inherit(doc: &Document, dict: &Dictionary, above: Inherited) -> Inherited {
    let text = |key: &[u8]| dict.get_deref(key, doc).ok().and_then(|value| value.as_str().ok()).map(<[u8]>::to_vec);
    let int = |key: &[u8]| dict.get_deref(key, doc).ok().and_then(|value| value.as_i64().ok());
    Inherited {
        kind: dict.get_deref(b"FT", doc).ok().and_then(|kind| kind.as_name().ok()).map(<[u8]>::to_vec).or(above.kind),
        flags: int(b"Ff").unwrap_or(above.flags),
        value: text(b"V").or(above.value),
        style: text(b"DA").or(above.style),
        align: int(b"Q").unwrap_or(above.align),
    }
}

/// An appearance for a text field or a combo box; `None` when there is nothing to show or it cannot be shown as text.
fn draw(doc: &Document, dict: &Dictionary, field: &Inherited, fonts: &Dictionary) -> Option<Stream> {
    const MULTILINE: i64 = 1 << 12;
    const PASSWORD: i64 = 1 << 13;
    const COMBO: i64 = 1 << 17;
    let shown = match field.kind.as_deref() {
        Some(b"Tx") => field.flags & PASSWORD == 0,
        Some(b"Ch") => field.flags & COMBO != 0,
        _ => false,
    };
    let value = text_string(field.value.as_deref()?);
    if !shown || value.trim().is_empty() {
        return None;
    }
    let rect = dict.get_deref(b"Rect", doc).ok()?.as_array().ok()?;
    let corner = |index: usize| {
        rect.get(index).and_then(|value| doc.dereference(value).ok()).and_then(|(_, value)| value.as_float().ok()).map(f64::from)
    };
    let (width, height) = ((corner(2)? - corner(0)?).abs(), (corner(3)? - corner(1)?).abs());
    let (name, size, colour) = style(field.style.as_deref().unwrap_or(b"/Helv 0 Tf 0 g"));
    let multiline = field.flags & MULTILINE != 0;
    let size = if size > 0.0 { size } else { (height * 0.7).clamp(4.0, 12.0) };
    let font = fonts.get(&name).cloned().unwrap_or_else(|_| {
        let mut font = Dictionary::new();
        font.set("Type", "Font");
        font.set("Subtype", "Type1");
        font.set("BaseFont", "Helvetica");
        font.set("Encoding", "WinAnsiEncoding");
        Object::Dictionary(font)
    });
    let mut content = colour;
    content.extend_from_slice(b"BT ");
    write::name(&mut content, &name);
    content.push(b' ');
    write::number(&mut content, size);
    content.extend_from_slice(b" Tf ");
    let lines: Vec<String> = if multiline { wrap(&value, width / (size * 0.5)) } else { vec![value] };
    let mut y = if multiline { height - size - 2.0 } else { (height - size) / 2.0 + size * 0.22 };
    let (mut last_x, mut last_y) = (0.0, 0.0);
    for line in lines {
        let room = width - 4.0 - line.chars().count() as f64 * size * 0.5;
        let x = match field.align {
            1 => 2.0 + (room / 2.0).max(0.0),
            2 => 2.0 + room.max(0.0),
            _ => 2.0,
        };
        for step in [x - last_x, y - last_y] {
            write::number(&mut content, (step * 100.0).round() / 100.0);
            content.push(b' ');
        }
        (last_x, last_y) = (x, y);
        content.extend_from_slice(b"Td ");
        // Characters that a one-byte font cannot show are left out, as viewers leave them blank.
        let bytes: Vec<u8> = line.chars().filter_map(|character| u8::try_from(u32::from(character)).ok()).collect();
        write::string(&mut content, &bytes);
        content.extend_from_slice(b" Tj ");
        y -= size * 1.15;
    }
    content.extend_from_slice(b"ET");
    let mut group = Dictionary::new();
    group.set(name, font);
    let mut resources = Dictionary::new();
    resources.set("Font", group);
    let mut form = Dictionary::new();
    form.set("Subtype", "Form");
    form.set("BBox", super::rebuild::numbers(&[0.0, 0.0, width, height]));
    form.set("Resources", resources);
    Some(Stream::new(form, content))
}

/// Font name, size and colour operators of a default appearance string.
fn style(appearance: &[u8]) -> (Vec<u8>, f64, Vec<u8>) {
    let (mut name, mut size, mut colour) = (b"Helv".to_vec(), 0.0, Vec::new());
    let mut ops = Ops::new(appearance);
    while let Some(op) = ops.next() {
        match (op.name, op.operands.as_slice()) {
            (b"Tf", [Value::Name(font), Value::Number(points)]) => {
                name.clone_from(font);
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

fn wrap(text: &str, width: f64) -> Vec<String> {
    let width = width.clamp(1.0, 10_000.0) as usize;
    let mut lines = Vec::new();
    for paragraph in text.split(['\n', '\r']) {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}
