//! Shapes of VML: their size and where they are (ECMA-376-4 §14.1).

use super::flow::{Text, is_turned};
use super::{
    Found, UNREADABLE, counted_from, cut_by_its_line, grows, height_shown, in_part, is_cut_off, off, shows_text, too_small, unseen,
};
use crate::format::ooxml::lengths::{BOUND, bounded, css_length};
use crate::format::ooxml::pages::{Axis, From, Page, Place};
use crate::format::ooxml::pictures::shows_picture;
use crate::format::ooxml::plan::Plan;
use crate::format::xml::{Ns, Sym, sym};

/// What Word writes for a share that is not set.
const NO_SHARE: i64 = -10_001;

/// A shape in VML, by its style (ECMA-376-4 §14.1.2.19). Inside a group the numbers are coordinates of the group.
pub(super) fn shape(plan: &Plan<'_>, index: usize, page: &Page, text: &Text<'_>) -> Option<Found> {
    let tape = &plan.tape;
    let grouped = tape.parent(index).is_some_and(|parent| tape.node(parent).ns == Ns::V && tape.node(parent).name.name() == "group");
    let style = tape.attr(index, Ns::None, sym::STYLE)?;
    if matches!(tape.node(index).name, sym::TEXTBOX) {
        return None;
    }
    if grouped {
        return grouped_shape(plan, index, page, text);
    }
    let value = |name: &str| {
        style.split(';').filter_map(|entry| entry.split_once(':')).find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
    };
    let length = |name: &str| value(name).and_then(css_length);
    let (width, height) = (length("width"), length("height"));
    let by_share = ["mso-width-percent", "mso-height-percent"].into_iter().any(|percent| value(percent).is_some());
    if let (Some(width), Some(height), false) = (width, height, by_share)
        && let Some(found) = too_small(plan, index, [width, height])
    {
        return Some(found);
    }
    let cramped = |size: Option<i64>, percent: &str| size.is_some_and(|size| size < UNREADABLE) && value(percent).is_none();
    if cramped(width, "mso-width-percent") || cramped(height, "mso-height-percent") && !grows(plan, index) {
        return Some(unseen(index, "a shape without room for its text"));
    }
    let stands_in_line = value("position").is_none() && height.is_some_and(|height| text.cuts_off(plan, index, height));
    if stands_in_line && (shows_text(plan, index) || shows_picture(plan, index)) {
        return Some(cut_by_its_line(index));
    }
    let fixed = |size: Option<i64>, percent: &str| size.filter(|_| value(percent).is_none());
    if let (Some(width), Some(height)) = (fixed(width, "mso-width-percent"), fixed(height, "mso-height-percent"))
        && text.overflows(plan, index, width, height_shown(page, height, grows(plan, index)))
    {
        return Some(in_part(unseen(index, "a shape that has no room for all that is in it")));
    }
    let has_words = !matches!(tape.node(index).name, sym::GROUP) && shows_text(plan, index);
    let places = places_of(plan, index, &style, [width.unwrap_or(0), height.unwrap_or(0)], page);
    places.into_iter().flatten().find_map(|place| {
        let misses = page.misses(place);
        let is_off = misses || has_words && place.size > 0 && is_cut_off(plan, index, page, text, place, width.unwrap_or(0));
        is_off.then(|| Found { in_part: !misses, ..off(index, "a shape placed outside the page") })
    })
}

/// Where a shape of VML, or the outermost group, is on the page.
fn places_of(plan: &Plan<'_>, shape: usize, style: &str, size: [i64; 2], page: &Page) -> [Option<Place>; 2] {
    let value = |name: &str| {
        style.split(';').filter_map(|entry| entry.split_once(':')).find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
    };
    let axes = [
        (Axis::Across, "horizontal", ["margin-left", "left"], "mso-left-percent", size[0]),
        (Axis::Down, "vertical", ["margin-top", "top"], "mso-top-percent", size[1]),
    ];
    axes.map(|(axis, direction, names, share, size)| {
        // An alignment decides before any distance.
        if value(&format!("mso-position-{direction}")).is_some_and(|alignment| alignment != "absolute") {
            return None;
        }
        let said = value(&format!("mso-position-{direction}-relative")).unwrap_or("text");
        // A share, in thousandths of what it is counted from, comes before a length.
        let share = value(share).and_then(|share| share.parse::<i64>().ok()).filter(|share| *share != NO_SHARE);
        let from = counted_from(plan, shape, page, said, axis);
        let share = share.map(|share| share.clamp(-BOUND, BOUND).saturating_mul(page.whole(axis, from)) / 1000);
        let at = share.or_else(|| names.into_iter().find_map(|name| value(name).and_then(css_length)))?;
        Some(Place { axis, from, at, size })
    })
}

/// A shape in a group of VML: where it is by the coordinates of the groups around it (ECMA-376-4 §14.1.2.7).
fn grouped_shape(plan: &Plan<'_>, shape: usize, page: &Page, text: &Text<'_>) -> Option<Found> {
    let tape = &plan.tape;
    if tape.node(shape).name == sym::GROUP {
        return None;
    }
    let style_of = |index: usize| tape.attr(index, Ns::None, sym::STYLE).unwrap_or_default();
    let number = |index: usize, names: [&str; 2]| {
        let style = style_of(index);
        let value = |name: &str| {
            let entry = style.split(';').filter_map(|entry| entry.split_once(':')).find(|(key, _)| key.trim() == name);
            entry.and_then(|(_, value)| value.trim().parse::<f64>().ok())
        };
        names.into_iter().find_map(value)
    };
    let mut place = [
        number(shape, ["left", "margin-left"]).unwrap_or(0.0),
        number(shape, ["top", "margin-top"]).unwrap_or(0.0),
        number(shape, ["width", "width"])?,
        number(shape, ["height", "height"])?,
    ];
    let mut at = tape.parent(shape);
    for _ in 0..64 {
        let group = at.filter(|group| tape.node(*group).ns == Ns::V && tape.node(*group).name == sym::GROUP)?;
        // Of a pair either half may be left out.
        let pair = |name: &str, usual: f64| {
            let value = tape.attr(group, Ns::None, Sym::of(name.as_bytes())).unwrap_or_default();
            let mut halves = value.split(',').map(|half| half.trim().parse::<f64>().unwrap_or(usual));
            [halves.next().unwrap_or(usual), halves.next().unwrap_or(usual)]
        };
        let (origin, size) = (pair("coordorigin", 0.0), pair("coordsize", 1000.0));
        let outermost = tape.parent(group).is_none_or(|parent| tape.node(parent).ns != Ns::V);
        let style = style_of(group);
        let length = |names: [&str; 2]| {
            let find = |name: &str| style.split(';').filter_map(|entry| entry.split_once(':')).find(|(key, _)| key.trim() == name);
            names.into_iter().find_map(find).and_then(|(_, value)| css_length(value.trim())).map(|twips| twips as f64)
        };
        let room: [Option<f64>; 2] = if outermost {
            [length(["width", "width"]), length(["height", "height"])]
        } else {
            [number(group, ["width", "width"]), number(group, ["height", "height"])]
        };
        let corner = if outermost { [0.0, 0.0] } else { [number(group, ["left", "left"])?, number(group, ["top", "top"])?] };
        for axis in 0..2 {
            let scale = if size[axis] == 0.0 { 0.0 } else { room[axis]? / size[axis] };
            place[axis] = corner[axis] + (place[axis] - origin[axis]) * scale;
            place[axis + 2] *= scale;
        }
        if outermost {
            let [left, top, width, height] = place.map(bounded);
            if let Some(found) = too_small(plan, shape, [width, height]) {
                return Some(found);
            }
            if width < UNREADABLE || height < UNREADABLE {
                return Some(unseen(shape, "a shape without room for its text"));
            }
            if !is_turned(plan, group) && text.overflows(plan, shape, width, height_shown(page, height, grows(plan, shape))) {
                return Some(in_part(unseen(shape, "a shape that has no room for all that is in it")));
            }
            let unplaced = |axis: Axis| Place { axis, from: From::Text, at: 0, size: 0 };
            let [across, down] = places_of(plan, group, &style, [0, 0], page);
            let places =
                [across.unwrap_or(unplaced(Axis::Across)).inner(left, width), down.unwrap_or(unplaced(Axis::Down)).inner(top, height)];
            let has_words = shows_text(plan, shape);
            return places.into_iter().find_map(|place| {
                let misses = page.misses(place);
                let is_off = misses || has_words && is_cut_off(plan, shape, page, text, place, width);
                is_off.then(|| Found { in_part: !misses, ..off(shape, "a shape placed outside the page") })
            });
        }
        at = tape.parent(group);
    }
    None
}
