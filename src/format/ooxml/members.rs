//! Groups of shapes in `DrawingML`: where their members are.

use super::lengths::bounded;
use crate::format::xml::{Kind, Ns, Sym, Tape, sym};

/// The canvas that a drawing is, which shows nothing of what lies outside of it (MS-ODRAWXML, `wpc:wpc`).
pub fn canvas(tape: &Tape<'_>, drawing: usize) -> Option<usize> {
    let data = tape.child(tape.child(drawing, Ns::A, sym::GRAPHIC)?, Ns::A, sym::GRAPHIC_DATA)?;
    tape.children(data).find(|index| tape.node(*index).ns == Ns::Wpc && tape.node(*index).name.name() == "wpc")
}

/// The shapes and pictures of a group or canvas in `DrawingML` with their places: left, top, width and height from the corner of the
/// drawing, in twentieths of a point (ECMA-376-1 §20.1.7.5).
pub fn members(tape: &Tape<'_>, drawing: usize, size: [i64; 2]) -> Vec<(usize, [i64; 4])> {
    let mut found = Vec::new();
    let room = [0.0, 0.0, size[0] as f64, size[1] as f64];
    let Some(canvas) = canvas(tape, drawing) else {
        let is_group = |index: &usize| match tape.node(*index).ns {
            Ns::Lc => tape.node(*index).name.name() == "lockedCanvas",
            _ => tape.node(*index).name == sym::WGP,
        };
        for group in tape.descendants(drawing).filter(is_group) {
            // A group of a drawing takes all of its room, wherever it says it is.
            if let Some((_, inner)) = frame(tape, group, sym::GRP_SP_PR) {
                members_of(tape, group, room, inner, 0, &mut found);
            }
        }
        return found;
    };
    // A canvas counts in the units of the page.
    let inner = room.map(|length| length * 635.0);
    members_of(tape, canvas, room, inner, 0, &mut found);
    for group in tape.children(canvas).filter(|child| tape.node(*child).name == sym::WGP) {
        if let Some((outer, inner)) = frame(tape, group, sym::GRP_SP_PR) {
            members_of(tape, group, outer.map(|length| length / 635.0), inner, 0, &mut found);
        }
    }
    found
}

/// The shapes of the drawing of a diagram with their places, as in [`members`] (MS-ODRAWXML, `dsp:spTree`).
pub fn members_of_diagram(tape: &Tape<'_>) -> Vec<(usize, [i64; 4])> {
    let (mut found, units) = (Vec::new(), [0.0, 0.0, 1.0, 1.0]);
    for tree in tape.children(tape.root).filter(|child| tape.node(*child).ns == Ns::Dsp) {
        members_of(tape, tree, units, units.map(|length| length * 635.0), 0, &mut found);
    }
    found
}

fn members_of(tape: &Tape<'_>, group: usize, room: [f64; 4], inner: [f64; 4], depth: usize, found: &mut Vec<(usize, [i64; 4])>) {
    if depth > 64 {
        return;
    }
    let scale: [f64; 2] = std::array::from_fn(|axis| if inner[axis + 2] == 0.0 { 0.0 } else { room[axis + 2] / inner[axis + 2] });
    for child in tape.children(group).filter(|child| tape.node(*child).kind == Kind::Element) {
        let is_group = tape.node(child).name == sym::GRP_SP;
        let properties = if is_group { sym::GRP_SP_PR } else { sym::SP_PR };
        let Some((outer, its_inner)) = frame(tape, child, properties) else { continue };
        let place = [
            room[0] + (outer[0] - inner[0]) * scale[0],
            room[1] + (outer[1] - inner[1]) * scale[1],
            outer[2] * scale[0],
            outer[3] * scale[1],
        ];
        if is_group {
            members_of(tape, child, place, its_inner, depth + 1, found);
        } else {
            found.push((child, place.map(bounded)));
        }
    }
}

/// The place of a shape in its group, and the coordinates that it gives to its own members.
fn frame(tape: &Tape<'_>, shape: usize, properties: Sym) -> Option<([f64; 4], [f64; 4])> {
    let properties = tape.children(shape).find(|child| tape.node(*child).name == properties)?;
    let place = tape.child(properties, Ns::A, sym::XFRM)?;
    let pair = |name: &str, names: [&str; 2]| {
        let element = tape.child(place, Ns::A, Sym::of(name.as_bytes()))?;
        let number = |name: &str| tape.attr(element, Ns::None, Sym::of(name.as_bytes())).and_then(|value| value.trim().parse::<f64>().ok());
        Some([number(names[0])?, number(names[1])?])
    };
    let (at, size) = (pair("off", ["x", "y"])?, pair("ext", ["cx", "cy"])?);
    let (inner_at, inner_size) = (pair("chOff", ["x", "y"]).unwrap_or(at), pair("chExt", ["cx", "cy"]).unwrap_or(size));
    Some(([at[0], at[1], size[0], size[1]], [inner_at[0], inner_at[1], inner_size[0], inner_size[1]]))
}
