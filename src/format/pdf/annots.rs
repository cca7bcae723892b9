//! Annotations (ISO 32000-2 §12.5): which are links, which are form fields with a visible value, which are somebody's remarks.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, Stream};

use super::interpret::address;
use super::layers::Layers;
use super::matrix::Matrix;
use super::open::Source;
use super::pages::Page;

/// Annotations of one page.
const ANNOTATIONS_MAX: usize = 100_000;
/// Steps that an annotation costs.
const ANNOTATION_STEPS: usize = 8;

/// An appearance stream and where it goes (§12.5.5).
#[derive(Debug, Clone, Copy)]
pub(super) struct Appearance<'s> {
    /// The form XObject.
    pub(super) stream: &'s Stream,
    /// From form space, after its own matrix, to the page.
    pub(super) placement: Matrix,
}

/// A remark on the page.
#[derive(Debug)]
pub(super) struct Remark<'s> {
    /// Its dictionary.
    pub(super) dict: &'s Dictionary,
    /// Its kind, without slash.
    pub(super) subtype: &'s [u8],
    /// Whether a reader sees it on the page.
    pub(super) shown: bool,
    /// What it shows, if that is in the file.
    pub(super) appearance: Option<Appearance<'s>>,
    /// Whether it is a watermark that is seen.
    pub(super) watermark: Option<Watermark>,
}

/// A watermark is no remark: it belongs to what the page shows (§12.5.6.22).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Watermark {
    /// Drawn into the page.
    Drawn,
    /// Some readers put it where the paper says, others into its rectangle.
    Disputed,
}

/// Flags of an annotation (Table 167).
mod flag {
    pub(super) const INVISIBLE: i64 = 1;
    pub(super) const HIDDEN: i64 = 2;
    pub(super) const PRINT: i64 = 4;
    pub(super) const NO_ROTATE: i64 = 16;
    pub(super) const NO_VIEW: i64 = 32;
}

/// The annotations of one page, sorted by what happens to them.
#[derive(Debug, Default)]
pub(super) struct PageAnnotations<'s> {
    /// Links.
    pub(super) links: Vec<&'s Dictionary>,
    /// Addresses of the links with an appearance, which stands in for their border (§12.5.5).
    pub(super) drawn_links: BTreeSet<usize>,
    /// Form fields.
    pub(super) widgets: Vec<&'s Dictionary>,
    /// Appearances of the form fields, links, watermarks and media that a reader sees.
    pub(super) fields: Vec<Appearance<'s>>,
    /// Those that are on paper alone: the copy has none of them.
    pub(super) on_paper: Vec<Appearance<'s>>,
    /// Those of fields that are none, which not every reader shows: the copy has none of them.
    pub(super) disputed: Vec<Appearance<'s>>,
    /// Everything else.
    pub(super) remarks: Vec<Remark<'s>>,
}

/// Sorts the annotations of a page.
pub(super) fn read<'s>(source: &'s Source, layers: &Layers, page: &Page<'s>) -> PageAnnotations<'s> {
    let mut sorted = PageAnnotations::default();
    // Of a page with something else for a list some viewers show nothing.
    if source.there(page.dict, b"Annots").is_some_and(|list| !matches!(source.get(list), Object::Array(_))) {
        source.misfit();
    }
    for item in source.array(page.dict, b"Annots").iter().take(ANNOTATIONS_MAX) {
        // Pages may share their annotations, and each keeps what it found.
        if !source.budget.steps(ANNOTATION_STEPS) {
            break;
        }
        let Some(dict) = source.dict(item) else { continue };
        let subtype = source.name(dict, b"Subtype").unwrap_or_default();
        let shown = is_shown(source, layers, dict);
        let appearance = if shown { appearance(source, dict, page.rotate) } else { None };
        let is_medium = matches!(subtype, b"Screen" | b"RichMedia" | b"3D" | b"Movie");
        if (is_medium || matches!(subtype, b"Link" | b"Widget" | b"Watermark")) && is_on_paper_alone(source, layers, dict) {
            sorted.on_paper.extend(self::appearance(source, dict, page.rotate));
        }
        match subtype {
            b"Link" => {
                sorted.links.push(dict);
                sorted.drawn_links.extend(appearance.map(|_| address(dict)));
                sorted.fields.extend(appearance);
            }
            b"Widget" => {
                sorted.widgets.push(dict);
                if shown && has_odd_state(source, dict) {
                    source.misfit();
                }
                let place = if is_field(source, dict) { &mut sorted.fields } else { &mut sorted.disputed };
                place.extend(appearance);
            }
            b"Watermark" => {
                let is_fixed = source.there(dict, b"FixedPrint").is_some();
                let watermark = appearance.map(|_| if is_fixed { Watermark::Disputed } else { Watermark::Drawn });
                let drawn = watermark == Some(Watermark::Drawn);
                sorted.fields.extend(appearance.filter(|_| drawn));
                sorted.remarks.push(Remark { dict, subtype, shown: shown && !drawn, appearance: appearance.filter(|_| !drawn), watermark });
            }
            // The picture that stands for a film, a model or a recording until it is played is what the page shows (§12.5.6.18, §13).
            _ if is_medium => {
                sorted.fields.extend(appearance);
                sorted.remarks.push(Remark { dict, subtype, shown: false, appearance: None, watermark: None });
            }
            _ => sorted.remarks.push(Remark { dict, subtype, shown, appearance, watermark: None }),
        }
    }
    sorted
}

/// Whether a widget belongs to a field with a kind and a name (§12.7.4.1), in a file that has a form: of others some viewers draw the
/// appearance, and most do not.
fn is_field(source: &Source, widget: &Dictionary) -> bool {
    const DEPTH_MAX: usize = 32;
    let has_form = source.catalog().and_then(|catalog| source.sub(catalog, b"AcroForm")).is_some();
    let chain = || std::iter::successors(Some(widget), |dict| source.sub(dict, b"Parent")).take(DEPTH_MAX);
    has_form
        && chain().any(|dict| source.name(dict, b"FT").is_some())
        && chain().any(|dict| matches!(source.entry(dict, b"T"), Object::String(name, _) if !name.is_empty()))
}

/// Whether a widget says that it is invisible, which counts for other kinds alone (Table 167), or is in a state of which it has no drawing:
/// then some viewers go by the value of the field, or draw another state.
fn has_odd_state(source: &Source, widget: &Dictionary) -> bool {
    let has_states = source.sub(widget, b"AP").is_some_and(|shapes| match source.entry(shapes, b"N") {
        Object::Dictionary(states) => match source.name(widget, b"AS") {
            Some(state) => state != b"Off" && !states.has(state),
            None => states.iter().any(|(state, _)| state != b"Off"),
        },
        _ => false,
    });
    has_states || source.int(widget, b"F").unwrap_or(0) & flag::INVISIBLE != 0
}

/// Whether an annotation is on screen: neither hidden nor kept to paper, and its layer on (§12.5.3).
fn is_shown(source: &Source, layers: &Layers, dict: &Dictionary) -> bool {
    source.int(dict, b"F").unwrap_or(0) & (flag::HIDDEN | flag::NO_VIEW) == 0 && is_in_shown_layer(source, layers, dict)
}

/// Whether an annotation is printed and not on screen.
fn is_on_paper_alone(source: &Source, layers: &Layers, dict: &Dictionary) -> bool {
    let flags = source.int(dict, b"F").unwrap_or(0) & (flag::HIDDEN | flag::PRINT | flag::NO_VIEW);
    flags == flag::PRINT | flag::NO_VIEW && is_in_shown_layer(source, layers, dict)
}

fn is_in_shown_layer(source: &Source, layers: &Layers, dict: &Dictionary) -> bool {
    dict.get(b"OC").map_or(true, |layer| layers.shows(source, layer))
}

/// The normal appearance and its placement.
fn appearance<'s>(source: &'s Source, dict: &'s Dictionary, page_rotate: i64) -> Option<Appearance<'s>> {
    let stream = match source.entry(source.sub(dict, b"AP")?, b"N") {
        Object::Stream(stream) => stream,
        Object::Dictionary(states) => match source.entry(states, source.name(dict, b"AS")?) {
            Object::Stream(stream) => stream,
            _ => return None,
        },
        _ => return None,
    };
    let rect = source.rect(dict, b"Rect")?;
    let bbox = source.rect(&stream.dict, b"BBox")?;
    let matrix = source.numbers(&stream.dict, b"Matrix", 6).map_or(Matrix::IDENTITY, |numbers| Matrix::from_slice(&numbers));
    let boxed = matrix.rect(bbox);
    if rect.is_empty() || boxed.is_empty() {
        return None;
    }
    let (x, y) = (rect.width() / boxed.width(), rect.height() / boxed.height());
    let mut placement = Matrix([x, 0.0, 0.0, y, rect.x0 - boxed.x0 * x, rect.y0 - boxed.y0 * y]);
    // An annotation that does not turn with its page turns back about its upper left corner (Table 167).
    if source.int(dict, b"F").unwrap_or(0) & flag::NO_ROTATE != 0 {
        let turn = match page_rotate {
            90 => Matrix([0.0, 1.0, -1.0, 0.0, 0.0, 0.0]),
            180 => Matrix([-1.0, 0.0, 0.0, -1.0, 0.0, 0.0]),
            270 => Matrix([0.0, -1.0, 1.0, 0.0, 0.0, 0.0]),
            _ => Matrix::IDENTITY,
        };
        placement = placement.then(Matrix::shift(-rect.x0, -rect.y1)).then(turn).then(Matrix::shift(rect.x0, rect.y1));
    }
    Some(Appearance { stream, placement })
}
