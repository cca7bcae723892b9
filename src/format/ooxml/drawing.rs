//! Drawings, VML and embedded objects: what is drawn stays; names, links, originals and objects go.

use std::collections::BTreeSet;

use super::colour::share_of;
use super::package::{Relationships, Target};
use super::plan::Plan;
use super::report::Report;
use super::structure::link_stays;
use crate::format::xml::{Attr, Kind, Ns, Sym, sym};
use crate::model::FindingKind;
use crate::policy::{Action, Orders};

const SOUNDS: [&str; 5] = ["audioFile", "videoFile", "quickTimeFile", "wavAudioFile", "audioCd"];

/// The elements that [`resolve`] rules on, in document order: any where there is one with a style, else those of some names.
fn drawn(plan: &Plan<'_>) -> Vec<usize> {
    if plan.tape.attr_names().any(|attr| matches!(attr, (Ns::None, sym::STYLE) | (Ns::O, sym::USERHIDDEN))) {
        return plan.living().collect();
    }
    let mut names = SOUNDS.map(|name| Sym::of(name.as_bytes())).to_vec();
    names.extend([sym::DOC_PR, sym::C_NV_PR, sym::HLINK_CLICK, sym::HLINK_HOVER, sym::HLINK_MOUSE_OVER, sym::EXT]);
    names.extend([sym::BLIP, sym::SVG_BLIP, sym::OLEOBJECT, sym::OBJECT, sym::ANCHOR, sym::ALPHA_MOD_FIX, sym::FILL_RECT]);
    names.extend([sym::SHAPETYPE, sym::TEXTPATH, sym::FILL, sym::STROKE, sym::IMAGEDATA]);
    plan.tape.named_any(&names)
}

/// Resolves the drawings of one part.
pub fn resolve(plan: &mut Plan<'_>, rels: &Relationships, orders: &Orders, report: &mut Report) {
    let mut extension_lists = BTreeSet::new();
    for index in drawn(plan) {
        if !plan.alive(index) {
            continue;
        }
        let node = *plan.tape.node(index);
        match (node.ns, node.name) {
            (_, sym::DOC_PR | sym::C_NV_PR) => description(plan, index, orders, report),
            (Ns::A, sym::HLINK_CLICK | sym::HLINK_HOVER | sym::HLINK_MOUSE_OVER) => {
                let id = plan.tape.attr(index, Ns::R, sym::ID).unwrap_or_default().into_owned();
                if !link_stays(rels.by_id(&id), orders) {
                    report.removed(FindingKind::LinkTarget, &plan.name, 1);
                    plan.drop_node(index);
                }
            }
            (_, sym::EXT) if plan.tape.parent(index).is_some_and(|parent| plan.tape.node(parent).name == sym::EXT_LST) => {
                extension_lists.extend(extension(plan, index, report));
            }
            (Ns::A | Ns::Asvg, sym::BLIP | sym::SVG_BLIP) if plan.tape.attr(index, Ns::R, sym::LINK).is_some() => {
                report.removed(FindingKind::LinkTarget, &plan.name, 1);
                plan.set_attr(index, Ns::R, sym::LINK, None);
            }
            (Ns::O, sym::OLEOBJECT) => {
                report.removed(FindingKind::EmbeddedObject, &plan.name, 1);
                plan.drop_node(index);
                if let Some(object) = plan.ancestor(index, Ns::W, sym::OBJECT) {
                    as_picture(plan, object);
                }
            }
            (Ns::W, sym::OBJECT) => {
                // Without a control or an OLE object it is a picture already.
                let only_control = plan.tape.descendants(index).any(|inside| plan.tape.is(inside, Ns::W, sym::CONTROL));
                if only_control {
                    as_picture(plan, index);
                }
            }
            (Ns::Wp, sym::ANCHOR) if is_true(plan.tape.attr(index, Ns::None, sym::HIDDEN)) => {
                report.hold(FindingKind::HiddenObject, &plan.name, HIDDEN_TO_SOME);
            }
            (Ns::A, sym::ALPHA_MOD_FIX) if plan.tape.parent(index).is_some_and(|blip| plan.tape.node(blip).name == sym::BLIP) => {
                let opacity = plan.tape.attr(index, Ns::None, sym::AMT).and_then(|share| share_of(&share));
                if opacity.is_some_and(|opacity| opacity < LEAST_OPACITY) {
                    report.hold(FindingKind::HiddenObject, &plan.name, "a picture that is too transparent to be seen");
                }
            }
            (Ns::A, sym::FILL_RECT) if hides_part(plan, index) => {
                report.hold(FindingKind::CroppedPixels, &plan.name, "a picture that reaches out of the shape it fills");
            }
            (Ns::V, _) if is_hidden_shape(plan, index) => {
                report.removed(FindingKind::HiddenObject, &plan.name, 1);
                report.words_in(FindingKind::HiddenObject, plan, index);
                plan.drop_node(index);
            }
            (Ns::V, name) => {
                if is_true(plan.tape.attr(index, Ns::O, sym::USERHIDDEN)) || is_false(plan.tape.attr(index, Ns::None, Sym::of(b"print"))) {
                    report.hold(FindingKind::HiddenObject, &plan.name, HIDDEN_TO_SOME);
                }
                match name {
                    sym::SHAPETYPE => template(plan, index, report),
                    sym::TEXTPATH => unshown_path(plan, index, report),
                    sym::FILL | sym::STROKE | sym::IMAGEDATA => unshown_picture(plan, index, report),
                    _ => {}
                }
            }
            _ if SOUNDS.contains(&node.name.name()) => {
                report.removed(FindingKind::EmbeddedObject, &plan.name, 1);
                plan.drop_node(index);
            }
            _ => {}
        }
    }
    // Looked at when all that goes has gone: a list can have any number of extensions.
    for list in extension_lists {
        if plan.living_children(list).all(|child| plan.tape.node(child).kind != Kind::Element) {
            plan.drop_node(list);
        }
    }
    super::drawn::resolve(plan, orders, report);
    super::pictures::check(plan, report);
}

const HIDDEN_TO_SOME: &str = "a drawing that is hidden to some readers";
/// Of a picture that is less opaque nothing is seen.
const LEAST_OPACITY: f64 = 0.05;
/// A picture that fills a shape may reach out of it by as much, which is a line of pixels.
const LEAST_OVERHANG: f64 = -0.01;

/// Whether a truth value of a drawing is said, and is true.
fn is_true(value: Option<std::borrow::Cow<'_, str>>) -> bool {
    value.is_some_and(|value| !matches!(&*value, "0" | "f" | "false" | "off"))
}

/// Whether a truth value of a drawing is said, and is false.
fn is_false(value: Option<std::borrow::Cow<'_, str>>) -> bool {
    value.is_some_and(|value| matches!(&*value, "0" | "f" | "false" | "off"))
}

/// Whether a picture is stretched so far that a part of it lies outside of the shape that it fills (ECMA-376-1 §20.1.8.30).
fn hides_part(plan: &Plan<'_>, rectangle: usize) -> bool {
    let stretches = plan.tape.parent(rectangle).is_some_and(|parent| plan.tape.node(parent).name == sym::STRETCH);
    let side = |name: Sym| plan.tape.attr(rectangle, Ns::None, name).and_then(|share| share_of(&share));
    stretches && [sym::L, sym::T, sym::R, sym::B].into_iter().filter_map(side).any(|side| side < LEAST_OVERHANG)
}

/// A template of shapes is not drawn itself. What it says along a path its shapes may take over, so that a person looks.
fn template(plan: &Plan<'_>, index: usize, report: &mut Report) {
    let says = plan.living_in(index).any(|inside| {
        plan.tape.node(inside).name == sym::TEXTPATH
            && plan.tape.attr(inside, Ns::None, sym::STRING).is_some_and(|text| !text.trim().is_empty())
    });
    if says || !plan.living_text(index).trim().is_empty() {
        report.hold(FindingKind::HiddenObject, &plan.name, "a template of shapes with words of its own");
    }
}

/// Words along a path that is switched off are not drawn (ECMA-376-4 §19.1.2.23).
fn unshown_path(plan: &mut Plan<'_>, index: usize, report: &mut Report) {
    let Some(words) = plan.tape.attr(index, Ns::None, sym::STRING).map(std::borrow::Cow::into_owned) else { return };
    if is_false(plan.tape.attr(index, Ns::None, sym::ON)) {
        report.removed(FindingKind::HiddenObject, &plan.name, 1);
        report.words(FindingKind::HiddenObject, &plan.name, &words);
        plan.set_attr(index, Ns::None, sym::STRING, None);
        return;
    }
    // Where it is not said, the type of the shape says it.
    let of_shape = |shape: usize| plan.tape.node(shape).ns == Ns::V && plan.tape.attr(shape, Ns::None, sym::TYPE).is_some();
    let says_so =
        is_true(plan.tape.attr(index, Ns::None, sym::ON)) && plan.tape.parent(index).is_some_and(|shape| plan.tape.node(shape).ns == Ns::V);
    let is_template = plan.tape.parent(index).is_some_and(|shape| plan.tape.node(shape).name == sym::SHAPETYPE);
    if !words.trim().is_empty() && !says_so && !is_template && !plan.tape.parent(index).is_some_and(of_shape) {
        report.hold(FindingKind::HiddenObject, &plan.name, "words along a path of a shape that has none");
    }
}

/// The picture of a fill or a line that is switched off, and the other forms of a picture, are not drawn (ECMA-376-4 §19.1.2.5, .11, .21).
fn unshown_picture(plan: &mut Plan<'_>, index: usize, report: &mut Report) {
    let name = plan.tape.node(index).name;
    let of_shape = |attribute: Sym| plan.tape.parent(index).is_some_and(|shape| is_false(plan.tape.attr(shape, Ns::None, attribute)));
    let off = is_false(plan.tape.attr(index, Ns::None, sym::ON))
        || name == sym::FILL && of_shape(sym::FILLED)
        || name == sym::STROKE && of_shape(sym::STROKED);
    for attr in plan.tape.attrs(index).to_vec() {
        // The relationship by which readers find the picture is `r:id`, or in older files `o:relid`.
        let drawn = attr.ns == Ns::R && attr.name == sym::ID || attr.ns == Ns::O && attr.name == sym::RELID;
        if refers(&attr) && (off && name != sym::IMAGEDATA || !drawn) {
            report.removed(FindingKind::PictureOriginal, &plan.name, 1);
            plan.set_attr(index, attr.ns, attr.name, None);
        }
    }
}

/// Takes away what fills the pages, where the settings do not show it (§17.2.1, §17.15.1.25).
pub fn unshown_background(plan: &mut Plan<'_>, shown: bool, report: &mut Report) {
    let Some(background) = plan.tape.child(plan.tape.root, Ns::W, sym::BACKGROUND).filter(|_| !shown) else { return };
    for child in plan.tape.children(background).collect::<Vec<_>>() {
        if plan.tape.node(child).kind == Kind::Element && plan.fate[child] != super::plan::Fate::Drop {
            report.removed(FindingKind::HiddenObject, &plan.name, 1);
            plan.drop_node(child);
        }
    }
}

/// What is left of an object whose data has gone is a picture.
fn as_picture(plan: &mut Plan<'_>, object: usize) {
    plan.rename.insert(object, "pict");
    for attr in plan.tape.attrs(object).to_vec() {
        plan.set_attr(object, attr.ns, attr.name, None);
    }
}

/// Names, descriptions and visibility of a drawing (ECMA-376-1 §20.4.2.5, §20.1.2.2.8).
fn description(plan: &mut Plan<'_>, index: usize, orders: &Orders, report: &mut Report) {
    let hidden = plan.tape.attr(index, Ns::None, sym::HIDDEN).is_some_and(|value| !matches!(&*value, "0" | "false" | "off"));
    if hidden && let Some(shape) = drawn_by(plan, index) {
        report.removed(FindingKind::HiddenObject, &plan.name, 1);
        report.words_in(FindingKind::HiddenObject, plan, shape);
        plan.drop_node(shape);
        return;
    }
    for name in [sym::DESCR, sym::TITLE] {
        let Some(value) = plan.tape.attr(index, Ns::None, name).map(std::borrow::Cow::into_owned) else { continue };
        if orders.action(FindingKind::AltText) == Action::Keep {
            plan.set_attr(index, Ns::None, name, Some(value));
        } else {
            if !value.is_empty() {
                report.removed(FindingKind::AltText, &plan.name, 1);
                report.words(FindingKind::AltText, &plan.name, &value);
            }
            plan.set_attr(index, Ns::None, name, None);
        }
    }
    if let Some(name) = plan.tape.attr(index, Ns::None, sym::NAME).map(std::borrow::Cow::into_owned) {
        if !name.is_empty() && name != NEUTRAL_OBJECT {
            report.removed(FindingKind::ObjectName, &plan.name, 1);
            if name.contains('.') {
                report.words(FindingKind::ObjectName, &plan.name, &name);
            }
        }
        plan.set_attr(index, Ns::None, sym::NAME, Some(NEUTRAL_OBJECT.to_owned()));
    }
}

/// The name of every picture and shape in a copy.
pub const NEUTRAL_OBJECT: &str = "Object";

/// The element that a description's properties draw.
fn drawn_by(plan: &Plan<'_>, index: usize) -> Option<usize> {
    let parent = plan.tape.parent(index)?;
    if plan.tape.node(index).name == sym::DOC_PR {
        return plan.tape.parent(parent).filter(|drawing| plan.tape.is(*drawing, Ns::W, sym::DRAWING)).or(Some(parent));
    }
    // wps:wsp holds wps:cNvPr itself; pic:pic and the others hold it in their nv..Pr.
    let name = plan.tape.node(parent).name.name();
    if name.starts_with("nv") { plan.tape.parent(parent) } else { Some(parent) }
}

/// Extensions: of a picture its vector form, of a diagram the link to its drawing; no other is needed to draw. Returns the list of one
/// that goes.
fn extension(plan: &mut Plan<'_>, index: usize, report: &mut Report) -> Option<usize> {
    let mut kept = false;
    for inside in plan.tape.children(index).filter(|child| plan.tape.node(*child).kind == Kind::Element) {
        let node = plan.tape.node(inside);
        kept |= matches!((node.ns, node.name), (Ns::Asvg, sym::SVG_BLIP) | (Ns::Dsp, sym::DATA_MODEL_EXT))
            || node.ns == Ns::A14 && node.name.name() == "useLocalDpi";
        if node.ns == Ns::A14 && node.name == sym::IMG_PROPS {
            report.removed(FindingKind::PictureOriginal, &plan.name, 1);
        }
    }
    if kept {
        let uri = plan.tape.attr(index, Ns::None, sym::URI).map(std::borrow::Cow::into_owned);
        let guid =
            uri.filter(|uri| uri.len() == 38 && uri.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'{' | b'}' | b'-')));
        plan.set_attr(index, Ns::None, sym::URI, guid);
        None
    } else {
        report.removed(FindingKind::ForeignMarkup, &plan.name, 1);
        plan.drop_node(index);
        plan.tape.parent(index)
    }
}

fn is_hidden_shape(plan: &Plan<'_>, index: usize) -> bool {
    let style = plan.tape.attr(index, Ns::None, sym::STYLE).unwrap_or_default();
    style.split(';').any(|item| {
        item.split_once(':')
            .is_some_and(|(name, value)| name.trim().eq_ignore_ascii_case("visibility") && value.trim().eq_ignore_ascii_case("hidden"))
            || item
                .split_once(':')
                .is_some_and(|(name, value)| name.trim().eq_ignore_ascii_case("display") && value.trim().eq_ignore_ascii_case("none"))
    })
}

/// Whether an attribute names a relationship.
pub fn refers(attr: &Attr) -> bool {
    is_reference(attr.ns, attr.name)
}

/// As [`refers`], by its name.
pub fn is_reference(ns: Ns, name: Sym) -> bool {
    ns == Ns::R || ns == Ns::O && name == sym::RELID
}

/// Drops pictures and links whose relationship leads nowhere.
pub fn resolve_targets(plan: &mut Plan<'_>, rels: &Relationships) {
    for index in plan.tape.with_attr(is_reference) {
        if !plan.alive(index) {
            continue;
        }
        for attr in plan.tape.attrs(index).to_vec().into_iter().filter(refers) {
            let id = plan.tape.value(&attr).to_owned();
            let found = rels.by_id(&id);
            let leads_to_part = found.is_some_and(|rel| matches!(rel.target, Target::Part(_)));
            let leads_outside =
                found.is_some_and(|rel| rel.kind == super::relationship::RelKind::Hyperlink && matches!(rel.target, Target::External(_)));
            if !leads_to_part && !leads_outside {
                plan.attrs.entry((index, attr.ns, attr.name)).or_insert(None);
                if matches!(plan.tape.node(index).name, sym::HEADER_REFERENCE | sym::FOOTER_REFERENCE) {
                    plan.drop_node(index);
                }
            }
        }
    }
}
