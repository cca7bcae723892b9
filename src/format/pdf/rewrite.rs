//! Rewrites a content stream operator by operator (ISO 32000-2 Annex A): known operators with known operands, resources by new names,
//! no comments, no marked content, no layers that are off.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use lopdf::{Dictionary, Object, Stream};

use super::content::{Op, Ops};
use super::interpret::Address;
use super::odd::{is_odd, renames_device, sets_colour};
use super::open::{Source, value};
use super::pen::Pen;
use super::rebuild::Rebuild;
use super::value::{Value, write_array, write_value};
use super::{PdfFault, write};
use crate::error::DocError;

/// The resource groups and the letter their new names start with.
const GROUPS: &[(&str, &str)] =
    &[("Font", "F"), ("XObject", "X"), ("ExtGState", "G"), ("ColorSpace", "C"), ("Pattern", "P"), ("Shading", "S"), ("Properties", "M")];

/// New names for the resources that a content stream uses.
pub(super) struct Names<'s> {
    resources: Option<&'s Dictionary>,
    /// By group and old name; `None` for what has no copy.
    by_source: BTreeMap<&'static str, BTreeMap<Vec<u8>, Option<Rc<str>>>>,
    groups: BTreeMap<&'static str, Vec<(Rc<str>, Object)>>,
}

impl<'s> Names<'s> {
    /// For content that uses these resources.
    pub(super) fn new(resources: Option<&'s Dictionary>) -> Self {
        Self { resources, by_source: BTreeMap::new(), groups: BTreeMap::new() }
    }

    /// Adds a resource under a new name.
    pub(super) fn add(&mut self, group: &'static str, object: Object) -> Rc<str> {
        let letter = GROUPS.iter().find(|(name, _)| *name == group).map_or("R", |(_, letter)| *letter);
        let entries = self.groups.entry(group).or_default();
        let name: Rc<str> = format!("{letter}{}", entries.len() + 1).into();
        entries.push((name.clone(), object));
        name
    }

    /// How many resources nobody used.
    pub(super) fn unused(&self, source: &Source) -> u64 {
        let Some(resources) = self.resources else { return 0 };
        GROUPS
            .iter()
            .filter_map(|(group, _)| Some((*group, source.sub(resources, group.as_bytes())?)))
            .take_while(|(_, dict)| source.budget.steps(dict.len() / 4))
            .flat_map(|(group, dict)| dict.iter().map(move |(name, _)| (group, name)))
            .filter(|(group, name)| !self.by_source.get(group).is_some_and(|known| known.contains_key(*name)))
            .count() as u64
    }

    /// The resource dictionary (§7.8.3).
    pub(super) fn into_dictionary(mut self, build: &mut Rebuild<'s, '_>) -> Result<Dictionary, DocError> {
        // Default colour spaces act without being named.
        if let Some(spaces) = self.resources.and_then(|resources| build.source.sub(resources, b"ColorSpace")) {
            for key in ["DefaultGray", "DefaultRGB", "DefaultCMYK"] {
                if let Some(space) = build.source.there(spaces, key.as_bytes()) {
                    let space = build.colour_space(space, None, 0)?;
                    self.groups.entry("ColorSpace").or_default().push((key.into(), space));
                }
            }
        }
        let mut dict = Dictionary::new();
        for (group, entries) in self.groups {
            let mut inner = Dictionary::new();
            for (name, object) in entries {
                inner.set(name.as_bytes(), object);
            }
            dict.set(group, inner);
        }
        Ok(dict)
    }
}

/// Which operands an operator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// This many numbers.
    Numbers(usize),
    /// One string.
    Text,
    /// One name that stays: a rendering intent.
    Intent,
    /// An array and a number: a dash pattern.
    Dash,
    /// An array of strings and numbers.
    Pieces,
    /// Two numbers and a string.
    SpacedText,
}

fn takes(name: &[u8]) -> Option<Takes> {
    use Takes::{Dash, Intent, Numbers, Pieces, SpacedText, Text};
    Some(match name {
        b"q" | b"Q" | b"BT" | b"ET" | b"T*" | b"h" | b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"n" | b"W"
        | b"W*" => Numbers(0),
        b"w" | b"J" | b"j" | b"M" | b"i" | b"g" | b"G" | b"Tc" | b"Tw" | b"Tz" | b"TL" | b"Tr" | b"Ts" => Numbers(1),
        b"m" | b"l" | b"Td" | b"TD" | b"d0" => Numbers(2),
        b"rg" | b"RG" => Numbers(3),
        b"v" | b"y" | b"re" | b"k" | b"K" => Numbers(4),
        b"c" | b"cm" | b"Tm" | b"d1" => Numbers(6),
        b"Tj" | b"'" => Text,
        b"\"" => SpacedText,
        b"TJ" => Pieces,
        b"ri" => Intent,
        b"d" => Dash,
        _ => return None,
    })
}

fn builds_path(name: &[u8]) -> bool {
    matches!(name, b"m" | b"l" | b"c" | b"v" | b"y" | b"h" | b"re" | b"W" | b"W*")
}

fn paints_path(name: &[u8]) -> bool {
    matches!(name, b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"n")
}

struct Writer {
    out: Vec<u8>,
    /// The path being built: written only once something is done with it.
    path: Vec<u8>,
    clips: bool,
    /// Marked content: whether each open span hides, and whether it is written.
    spans: Vec<(bool, bool)>,
    hidden: usize,
    saved: usize,
    in_text: bool,
    pen: Pen,
    letters: Letters,
}

/// What was said about letters.
#[derive(Default)]
struct Letters {
    /// Whether the last choice of a font named none.
    are_fontless: bool,
    /// Whether this is a letter itself, which has the colour of the text (§9.6.4, `d1`).
    are_shapes: bool,
    /// Whether a colour was set.
    are_coloured: bool,
}

/// The stream that an operator stands in, and what it names there.
#[derive(Clone, Copy)]
struct Place<'s> {
    resources: Option<&'s Dictionary>,
    key: Address,
}

/// Rewrites one content stream.
pub(super) fn content<'s>(
    build: &mut Rebuild<'s, '_>,
    data: &[u8],
    resources: Option<&'s Dictionary>,
    key: Address,
    names: &mut Names<'s>,
) -> Result<Vec<u8>, DocError> {
    let mut writer = Writer {
        out: Vec::with_capacity(data.len()),
        path: Vec::new(),
        clips: false,
        spans: Vec::new(),
        hidden: 0,
        saved: 0,
        in_text: false,
        pen: Pen::default(),
        letters: Letters::default(),
    };
    build.misfits += u64::from(renames_device(build.source, resources));
    let mut ops = Ops::new(data);
    let mut count = 0u64;
    let limit = build.source.limits.operators.min(build.operators_left);
    while let Some(op) = ops.next() {
        count += 1;
        if count > limit {
            return Err(DocError::whole(PdfFault::TooManyOperators { limit }));
        }
        step(build, &mut writer, &op, Place { resources, key }, names)?;
    }
    // Content that is in no page, and content that is copied for each place that shows it.
    build.operators_left = build.operators_left.saturating_sub(count);
    build.misfits += u64::from(ops.is_disputed());
    if ops.is_crowded() {
        return Err(DocError::whole(PdfFault::TooManyOperators { limit: super::content::ITEMS_MAX as u64 }));
    }
    while let Some((_, written)) = writer.spans.pop() {
        if written {
            writer.out.extend_from_slice(b"EMC\n");
        }
    }
    if writer.in_text {
        writer.out.extend_from_slice(b"ET\n");
    }
    for _ in 0..writer.saved {
        writer.out.extend_from_slice(b"Q\n");
    }
    Ok(writer.out)
}

fn step<'s>(
    build: &mut Rebuild<'s, '_>,
    writer: &mut Writer,
    op: &Op<'_, '_>,
    place: Place<'s>,
    names: &mut Names<'s>,
) -> Result<(), DocError> {
    let Place { resources, key } = place;
    build.misfits += u64::from(writer.pen.follow(op.name));
    writer.letters.are_shapes |= op.name == b"d1";
    writer.letters.are_coloured |= sets_colour(op.name);
    // Such a letter sets no colour, be it before it says so, and where it does, some viewers follow.
    build.misfits += u64::from(writer.letters.are_shapes && writer.letters.are_coloured && (op.name == b"d1" || sets_colour(op.name)));
    if let Some(kind) = takes(op.name) {
        let operands = checked(kind, op.operands);
        // Of more than it takes some viewers take the first ones, and others the last; of fewer, some leave it out, and others take zeros: words
        // stand in two places, or in one and in none, and colours and paths are of two kinds.
        let is_bare = matches!(kind, Takes::Numbers(0) | Takes::Intent);
        build.misfits += u64::from(!is_bare && operands.is_none_or(|operands| operands.len() < op.operands.len()));
        // Letters of a font that was not named are drawn in the last one, in one of the viewer, or not at all.
        build.misfits += u64::from(writer.letters.are_fontless && matches!(op.name, b"Tj" | b"TJ" | b"'" | b"\""));
        build.misfits += u64::from(is_odd(op.name, op.operands) || op.name == b"Q" && writer.saved == 0);
        if let Some(operands) = operands {
            match build.seen.removals.get(&(key, op.offset)) {
                Some(cuts) if writer.hidden == 0 => show_rest(writer, op.name, operands, cuts),
                _ => plain(writer, op.name, operands),
            }
        }
        return Ok(());
    }
    if matches!(op.name, b"Do" | b"gs" | b"sh" | b"cs" | b"CS") {
        build.misfits += u64::from(!matches!(op.operands, [Value::Name(_)]));
    }
    if op.name == b"Tf" {
        build.misfits += u64::from(!matches!(op.operands, [Value::Name(_), Value::Number(_)]));
    }
    let name = || op.operands.iter().find_map(Value::name).unwrap_or_default();
    match op.name {
        b"Tf" => choose_font(build, writer, op, place, names)?,
        b"Do" if writer.hidden == 0 => {
            let new = external_name(build, names, name(), resources)?;
            apply(writer, new.as_deref(), op.name);
        }
        b"gs" => {
            let name = name();
            // A soft mask under which nothing is painted is no part of the page.
            let new = if build.seen.painted.contains(&(key, op.offset)) || !has_mask(build, name, resources) {
                named(build, names, "ExtGState", name, resources, |build, object| build.ext_state(object, resources, true))?
            } else {
                let unmasked = [name, b"\0"].concat();
                named_as(build, names, ("ExtGState", &unmasked), name, resources, |build, object| {
                    build.ext_state(object, resources, false)
                })?
            };
            apply(writer, new.as_deref(), op.name);
        }
        b"sh" if writer.hidden == 0 => {
            let new = named(build, names, "Shading", name(), resources, |build, object| build.shading(object, resources))?;
            apply(writer, new.as_deref(), op.name);
        }
        b"cs" | b"CS" => {
            let name = name();
            let new = if matches!(name, b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" | b"Pattern") {
                Some(String::from_utf8_lossy(name).into())
            } else {
                named(build, names, "ColorSpace", name, resources, |build, object| build.colour_space(object, resources, 0).map(Some))?
            };
            apply(writer, new.as_deref(), op.name);
        }
        b"sc" | b"SC" | b"scn" | b"SCN" => choose_colour(build, writer, op, place, names)?,
        b"BI" if writer.hidden == 0 => inline_image(build, writer, op, resources, names)?,
        b"BMC" => writer.spans.push((false, false)),
        b"BDC" => begin_marked(build, writer, op, resources, key),
        b"EMC" => {
            if let Some((hides, written)) = writer.spans.pop() {
                writer.hidden -= usize::from(hides);
                if written {
                    writer.out.extend_from_slice(b"EMC\n");
                }
            }
        }
        // Marked-content points and compatibility sections draw nothing, and nothing does in a layer that is off.
        b"MP" | b"DP" | b"BX" | b"EX" | b"Do" | b"sh" | b"BI" => {}
        // Words that are no operators draw nothing. Some viewers find numbers and operators in them that stand without a space between.
        _ => build.misfits += 1,
    }
    Ok(())
}

/// Writes an operator on something that has a name in the copy, if it has.
fn apply(writer: &mut Writer, name: Option<&str>, operator: &[u8]) {
    let Some(name) = name else { return };
    write::name(&mut writer.out, name.as_bytes());
    writer.out.push(b' ');
    writer.out.extend_from_slice(operator);
    writer.out.push(b'\n');
}

/// `Tf` (ISO 32000-2 §9.3.1).
fn choose_font<'s>(
    build: &mut Rebuild<'s, '_>,
    writer: &mut Writer,
    op: &Op<'_, '_>,
    Place { resources, .. }: Place<'s>,
    names: &mut Names<'s>,
) -> Result<(), DocError> {
    let name = op.operands.iter().find_map(Value::name);
    writer.letters.are_fontless = name.is_none();
    let Some(name) = name else { return Ok(()) };
    build.misfits += u64::from(!matches!(op.operands, [Value::Name(_), size] if size.number().is_some()));
    let size = op.operands.iter().rev().find_map(Value::number).unwrap_or(0.0);
    let name = font_name(build, names, name, resources)?;
    write::name(&mut writer.out, name.as_deref().unwrap_or("F0").as_bytes());
    writer.out.push(b' ');
    write::number(&mut writer.out, size);
    writer.out.extend_from_slice(b" Tf\n");
    Ok(())
}

/// `sc`, `scn` and those for lines: parts of a colour, and the name of a pattern (§8.6.8).
fn choose_colour<'s>(
    build: &mut Rebuild<'s, '_>,
    writer: &mut Writer,
    op: &Op<'_, '_>,
    Place { resources, key }: Place<'s>,
    names: &mut Names<'s>,
) -> Result<(), DocError> {
    let numbers: Vec<f64> = op.operands.iter().filter_map(Value::number).take(64).collect();
    let patterns = usize::from(matches!(op.operands.last(), Some(Value::Name(_))));
    if let Some(Value::Name(name)) = op.operands.last() {
        // A pattern that has no colour of its own and gets none here is drawn in black, or not at all.
        let own = resource(build, "Pattern", name, resources).and_then(|object| build.source.dict(object));
        let has_no_colour = |own: &Dictionary| numbers.is_empty() && build.source.int(own, b"PaintType") == Some(2);
        build.misfits += u64::from(own.is_none_or(has_no_colour));
    }
    build.misfits += u64::from(op.operands.is_empty() || numbers.len() + patterns != op.operands.len());
    let pattern = match op.operands.last() {
        // A pattern with which nothing is painted is no part of the page.
        Some(Value::Name(_)) if !build.seen.painted.contains(&(key, op.offset)) => return Ok(()),
        Some(Value::Name(name)) => {
            match named(build, names, "Pattern", name, resources, |build, object| build.pattern(object, resources))? {
                Some(name) => Some(name),
                None => return Ok(()),
            }
        }
        _ => None,
    };
    for number in numbers {
        write::number(&mut writer.out, number);
        writer.out.push(b' ');
    }
    if let Some(pattern) = pattern {
        write::name(&mut writer.out, pattern.as_bytes());
        writer.out.push(b' ');
    }
    writer.out.extend_from_slice(op.name);
    writer.out.push(b'\n');
    Ok(())
}

/// The operands of an operator when they are what it takes; surplus ones in front are dropped.
fn checked<'o, 'd>(kind: Takes, operands: &'o [Value<'d>]) -> Option<&'o [Value<'d>]> {
    let count = match kind {
        Takes::Numbers(count) => count,
        Takes::Text | Takes::Intent | Takes::Pieces => 1,
        Takes::Dash => 2,
        Takes::SpacedText => 3,
    };
    let operands = operands.get(operands.len().checked_sub(count)?..)?;
    let is_number = |value: &Value<'_>| value.number().is_some();
    let fits = match (kind, operands) {
        (Takes::Numbers(_), operands) => operands.iter().all(is_number),
        (Takes::Text, [text]) => text.text().is_some(),
        (Takes::Intent, [Value::Name(name)]) => {
            matches!(name.as_ref(), b"AbsoluteColorimetric" | b"RelativeColorimetric" | b"Saturation" | b"Perceptual")
        }
        (Takes::Dash, [Value::Array(items), phase]) => items.iter().all(is_number) && is_number(phase),
        (Takes::Pieces, [Value::Array(_)]) => true,
        (Takes::SpacedText, [one, two, text]) => is_number(one) && is_number(two) && text.text().is_some(),
        _ => false,
    };
    fits.then_some(operands)
}

fn plain(writer: &mut Writer, name: &[u8], operands: &[Value<'_>]) {
    match name {
        b"q" => writer.saved += 1,
        b"Q" if writer.saved == 0 => return,
        b"Q" => writer.saved -= 1,
        b"BT" => writer.in_text = true,
        b"ET" if !writer.in_text => return,
        b"ET" => writer.in_text = false,
        _ => {}
    }
    if builds_path(name) {
        writer.clips |= name.first() == Some(&b'W');
        emit(&mut writer.path, name, operands);
        return;
    }
    if paints_path(name) {
        let clips = std::mem::take(&mut writer.clips);
        if writer.hidden == 0 {
            writer.out.extend_from_slice(&writer.path);
            emit(&mut writer.out, name, operands);
        } else if clips {
            writer.out.extend_from_slice(&writer.path);
            emit(&mut writer.out, b"n", &[]);
        }
        writer.path.clear();
        return;
    }
    if writer.hidden > 0 {
        match (name, operands) {
            (b"Tj" | b"TJ", _) => return,
            (b"'", _) => return emit(&mut writer.out, b"T*", &[]),
            (b"\"", [word, letter, _]) => {
                emit(&mut writer.out, b"Tw", std::slice::from_ref(word));
                emit(&mut writer.out, b"Tc", std::slice::from_ref(letter));
                return emit(&mut writer.out, b"T*", &[]);
            }
            _ => {}
        }
    }
    emit(&mut writer.out, name, operands);
}

fn emit(out: &mut Vec<u8>, name: &[u8], operands: &[Value<'_>]) {
    for operand in operands {
        match operand {
            // Only strings and numbers mean something between the brackets of TJ.
            Value::Array(items) => {
                write_array(out, items.iter().filter(|item| matches!(item, Value::Number(_) | Value::Text(_))));
            }
            other => write_value(out, other),
        }
        out.push(b' ');
    }
    out.extend_from_slice(name);
    out.push(b'\n');
}

/// Shows a string without some of its glyphs; what follows stays in its place.
fn show_rest(writer: &mut Writer, name: &[u8], operands: &[Value<'_>], cuts: &BTreeMap<(u32, u32), (u32, f64)>) {
    match (name, operands) {
        (b"'", _) => emit(&mut writer.out, b"T*", &[]),
        (b"\"", [word, letter, _]) => {
            emit(&mut writer.out, b"Tw", std::slice::from_ref(word));
            emit(&mut writer.out, b"Tc", std::slice::from_ref(letter));
            emit(&mut writer.out, b"T*", &[]);
        }
        _ => {}
    }
    let one;
    let pieces: Vec<&Value<'_>> = match operands.last() {
        Some(Value::Array(items)) => items.iter().filter(|item| matches!(item, Value::Text(_) | Value::Number(_))).collect(),
        Some(text) => {
            one = text.clone();
            vec![&one]
        }
        None => return,
    };
    let mut rest: Vec<Value<'_>> = Vec::new();
    let mut shift = 0.0;
    for (piece, value) in pieces.into_iter().enumerate() {
        let Value::Text(bytes) = value else {
            shift += value.number().unwrap_or(0.0);
            continue;
        };
        let mut at = 0usize;
        let mut kept: Vec<u8> = Vec::new();
        while let Some(byte) = bytes.get(at) {
            match cuts.get(&(piece as u32, at as u32)) {
                Some((length, advance)) => {
                    flush(&mut rest, &mut kept, &mut shift);
                    shift += advance;
                    at += (*length).max(1) as usize;
                }
                None => {
                    kept.push(*byte);
                    at += 1;
                }
            }
        }
        flush(&mut rest, &mut kept, &mut shift);
    }
    if shift != 0.0 {
        rest.push(Value::Number(shift));
    }
    if !rest.is_empty() {
        emit(&mut writer.out, b"TJ", &[Value::Array(rest)]);
    }
}

fn flush(rest: &mut Vec<Value<'_>>, kept: &mut Vec<u8>, shift: &mut f64) {
    if !kept.is_empty() {
        if *shift != 0.0 {
            rest.push(Value::Number(*shift));
            *shift = 0.0;
        }
        rest.push(Value::Text(Cow::Owned(std::mem::take(kept))));
    }
}

/// Layers go; a layer that is off takes its content along. Of the rest only a faithful replacement text stays (§14.9.4).
fn begin_marked<'s>(build: &mut Rebuild<'s, '_>, writer: &mut Writer, op: &Op<'_, '_>, resources: Option<&'s Dictionary>, key: Address) {
    let source = build.source;
    let tag = op.operands.first().and_then(Value::name).unwrap_or_default();
    let object = op
        .operands
        .get(1)
        .and_then(Value::name)
        .and_then(|name| resources.and_then(|resources| source.sub(resources, b"Properties")).and_then(|group| group.get(name).ok()));
    let hides = tag == b"OC" && object.is_some_and(|object| !build.layers.shows(source, object));
    writer.hidden += usize::from(hides);
    let actual = match op.operands.get(1) {
        Some(dict @ Value::Dict(_)) => dict.get(b"ActualText").and_then(Value::text).map(<[u8]>::to_vec),
        _ => object.and_then(|object| source.dict(object)).and_then(|dict| match source.entry(dict, b"ActualText") {
            Object::String(bytes, _) => Some(bytes.clone()),
            _ => None,
        }),
    };
    let faithful = build.seen.faithful.get(&(key, op.offset)).copied().unwrap_or(false);
    match actual {
        Some(actual) if faithful && writer.hidden == 0 => {
            writer.out.extend_from_slice(b"/Span ");
            write_value(&mut writer.out, &Value::Dict(vec![(Cow::Borrowed(b"ActualText"), Value::Text(Cow::Owned(actual)))]));
            writer.out.extend_from_slice(b" BDC\n");
            writer.spans.push((hides, true));
        }
        _ => writer.spans.push((hides, false)),
    }
}

/// The new name of a resource, copied on first use.
fn named<'s, 'l>(
    build: &mut Rebuild<'s, 'l>,
    names: &mut Names<'s>,
    group: &'static str,
    name: &[u8],
    resources: Option<&'s Dictionary>,
    copy: impl FnOnce(&mut Rebuild<'s, 'l>, &'s Object) -> Result<Option<Object>, DocError>,
) -> Result<Option<Rc<str>>, DocError> {
    named_as(build, names, (group, name), name, resources, copy)
}

/// As [`named`], for one of several copies of a resource: `key` tells them apart.
fn named_as<'s, 'l>(
    build: &mut Rebuild<'s, 'l>,
    names: &mut Names<'s>,
    (group, key): (&'static str, &[u8]),
    name: &[u8],
    resources: Option<&'s Dictionary>,
    copy: impl FnOnce(&mut Rebuild<'s, 'l>, &'s Object) -> Result<Option<Object>, DocError>,
) -> Result<Option<Rc<str>>, DocError> {
    if let Some(known) = names.by_source.get(group).and_then(|known| known.get(key)) {
        return Ok(known.clone());
    }
    let object = resource(build, group, name, resources);
    // At a name that nothing has some viewers stop, and leave out all that follows.
    let is_missing = object.is_none_or(|object| matches!(build.source.get(object), Object::Null));
    build.misfits += u64::from(is_missing);
    let copied = match object {
        Some(object) => copy(build, object)?,
        None => None,
    };
    let new = copied.map(|object| names.add(group, object));
    names.by_source.entry(group).or_default().insert(key.to_vec(), new.clone());
    Ok(new)
}

/// A resource by name. Where a form lacks it, readers look in the page that shows the form.
fn resource<'s>(build: &Rebuild<'s, '_>, group: &str, name: &[u8], resources: Option<&'s Dictionary>) -> Option<&'s Object> {
    let source = build.source;
    let of = |resources: &'s Dictionary| value(source.sub(resources, group.as_bytes())?, name);
    let near = [resources, build.page_resources].into_iter().flatten().find_map(of);
    // A font is copied once for all pages that show it, and one of them may lend its letters what the first one lacks.
    near.or_else(|| build.lenders().find_map(of))
}

/// Whether a graphics state sets a soft mask.
fn has_mask<'s>(build: &Rebuild<'s, '_>, name: &[u8], resources: Option<&'s Dictionary>) -> bool {
    let dict = resource(build, "ExtGState", name, resources).and_then(|object| build.source.dict(object));
    dict.is_some_and(|dict| matches!(build.source.entry(dict, b"SMask"), Object::Dictionary(_)))
}

fn font_name<'s>(
    build: &mut Rebuild<'s, '_>,
    names: &mut Names<'s>,
    name: &[u8],
    resources: Option<&'s Dictionary>,
) -> Result<Option<Rc<str>>, DocError> {
    named(build, names, "Font", name, resources, |build, object| match build.source.dict(object) {
        Some(dict) => build.font(dict, resources).map(Some),
        None => Ok(None),
    })
}

fn external_name<'s>(
    build: &mut Rebuild<'s, '_>,
    names: &mut Names<'s>,
    name: &[u8],
    resources: Option<&'s Dictionary>,
) -> Result<Option<Rc<str>>, DocError> {
    named(build, names, "XObject", name, resources, |build, object| {
        let Object::Stream(stream) = build.source.get(object) else { return Ok(None) };
        if value(&stream.dict, b"OC").is_some_and(|layer| !build.layers.shows(build.source, layer)) {
            return Ok(None);
        }
        match build.source.name(&stream.dict, b"Subtype") {
            Some(b"Image") => build.image(stream, resources).map(Some),
            Some(b"PS") => Ok(None),
            subtype => {
                // What says of itself that it is something else is drawn by nobody.
                if subtype != Some(b"Form") {
                    build.source.misfit();
                }
                build.form(stream, resources).map(Some)
            }
        }
    })
}

/// An inline image becomes an image XObject, which looks the same and passes the same checks.
fn inline_image<'s>(
    build: &mut Rebuild<'s, '_>,
    writer: &mut Writer,
    op: &Op<'_, '_>,
    resources: Option<&'s Dictionary>,
    names: &mut Names<'s>,
) -> Result<(), DocError> {
    let [Value::Dict(entries), Value::Text(data)] = op.operands else { return Ok(()) };
    let mut dict = Dictionary::new();
    for (key, value) in entries {
        let long: &[u8] = match key.as_ref() {
            b"W" => b"Width",
            b"H" => b"Height",
            b"BPC" => b"BitsPerComponent",
            b"CS" => b"ColorSpace",
            b"D" => b"Decode",
            b"DP" => b"DecodeParms",
            b"F" => b"Filter",
            b"IM" => b"ImageMask",
            b"I" => b"Interpolate",
            other => other,
        };
        let value = to_object(value);
        // Of an entry that is given twice, readers take the one or the other.
        build.misfits += u64::from(dict.get(long).is_ok_and(|known| *known != value));
        dict.set(long.to_vec(), value);
    }
    let stream = Stream::new(dict, data.to_vec());
    if let Some(image) = build.inline(&stream, resources)? {
        let name = names.add("XObject", image);
        write::name(&mut writer.out, name.as_bytes());
        writer.out.extend_from_slice(b" Do\n");
    }
    Ok(())
}

/// An operand as an object.
pub(super) fn to_object(value: &Value<'_>) -> Object {
    match value {
        Value::Number(number) => super::rebuild::number(*number),
        Value::Name(name) => Object::Name(name.to_vec()),
        Value::Text(text) => Object::String(text.to_vec(), lopdf::StringFormat::Literal),
        Value::Bool(flag) => Object::Boolean(*flag),
        Value::Null => Object::Null,
        Value::Array(items) => Object::Array(items.iter().map(to_object).collect()),
        Value::Dict(entries) => {
            let mut dict = Dictionary::new();
            for (key, value) in entries {
                dict.set(key.to_vec(), to_object(value));
            }
            Object::Dictionary(dict)
        }
    }
}
