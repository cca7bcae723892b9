//! Values that the standard does not have where they stand, or that do not fit each other: viewers take different ones in their place.

use lopdf::{Dictionary, Object};

use super::colour::Space;
use super::fontcopy::widths_of;
use super::function::Function;
use super::open::{Source, value};
use super::value::Value;

/// Whether some resources have a colour space under the name of one of the device, which most viewers do not look for there.
pub(super) fn renames_device(source: &Source, resources: Option<&Dictionary>) -> bool {
    let spaces = resources.and_then(|resources| source.sub(resources, b"ColorSpace"));
    let is_other = |(spaces, name): (&Dictionary, &[u8])| {
        source.there(spaces, name).is_some_and(|space| !matches!(space, Object::Name(same) if same == name))
    };
    let names: [&[u8]; 4] = [b"DeviceGray", b"DeviceRGB", b"DeviceCMYK", b"Pattern"];
    spaces.is_some_and(|spaces| names.into_iter().any(|name| is_other((spaces, name))))
}

pub(super) fn sets_colour(name: &[u8]) -> bool {
    matches!(name, b"g" | b"G" | b"rg" | b"RG" | b"k" | b"K" | b"cs" | b"CS" | b"sc" | b"SC" | b"scn" | b"SCN")
}

/// Whether operands have a value that the standard does not have there, in place of which viewers take different ones (§8.4.3, §9.3.6,
/// §9.4.3).
pub(super) fn is_odd(name: &[u8], operands: &[Value<'_>]) -> bool {
    match (name, operands) {
        (b"Tr", [mode]) => mode.number().is_some_and(|mode| mode.fract() != 0.0 || !(0.0..=7.0).contains(&mode)),
        (b"w", [width]) => width.number().is_some_and(|width| width < 0.0),
        (b"J" | b"j", [style]) => style.number().is_some_and(|style| style.fract() != 0.0 || !(0.0..=2.0).contains(&style)),
        (b"d", [Value::Array(items), _]) => {
            let lengths = || items.iter().filter_map(Value::number);
            lengths().any(|length| length < 0.0) || !items.is_empty() && lengths().all(|length| length == 0.0)
        }
        (b"TJ", [Value::Array(items)]) => items.iter().any(|item| item.number().is_none() && item.text().is_none()),
        _ => false,
    }
}

/// Whether what a font says of itself is not of the kind that it must be (§9.6.2, §9.8): viewers take what they like for it.
pub(super) fn is_odd_font(source: &Source, font: &Dictionary) -> bool {
    let descriptor = source.sub(font, b"FontDescriptor");
    let programs = [&b"FontFile"[..], b"FontFile2", b"FontFile3"];
    let is_empty = |descriptor: &Dictionary| programs.iter().any(|key| descriptor.has(key) && source.stream(descriptor, key).is_none());
    descriptor.is_none() && source.there(font, b"FontDescriptor").is_some()
        || descriptor.is_some_and(is_empty)
        || source.array(font, b"Widths").iter().take(widths_of(source, font)).any(|width| source.to_number(width).is_none())
}

/// Whether a calibrated space (§8.6.5.2, §8.6.5.3) shows colours far lighter or darker than the device's: some viewers take these in its
/// place.
pub(super) fn is_far_from_device(source: &Source, space: &Dictionary) -> bool {
    /// How much of the light is red, green and blue (ITU-R BT.709), and how far from it the spaces of devices are.
    const LIGHT: [f64; 3] = [0.21, 0.72, 0.07];
    const OFF_MAX: f64 = 0.2;
    let gamma: Vec<f64> = match source.entry(space, b"Gamma") {
        Object::Array(items) => items.iter().filter_map(|item| source.to_number(item)).collect(),
        _ => source.number(space, b"Gamma").into_iter().collect(),
    };
    let light = source.numbers(space, b"Matrix", 9).map(|matrix| matrix.into_iter().skip(1).step_by(3).collect::<Vec<_>>());
    gamma.iter().any(|gamma| !(0.4..=3.5).contains(gamma))
        || light.is_some_and(|light| light.iter().zip(LIGHT).any(|(part, usual)| (part - usual).abs() > OFF_MAX))
}

/// Notes a function of tints that gives more or fewer numbers than the space behind takes (§8.6.6.4): viewers show other colours, or none.
pub(super) fn check_tints(source: &Source, tints: usize, items: &[Object]) {
    const TINTS_MAX: usize = 32;
    let parts = items.get(2).and_then(|base| Space::read(source, base, None, 0).components());
    let function = items.get(3).filter(|_| tints <= TINTS_MAX).and_then(|function| Function::read(source, function, 0));
    let takes = function.as_ref().map(Function::inputs);
    let given = function.and_then(|function| function.of(&vec![1.0; tints])).map(|given| given.len());
    if parts.zip(given).is_some_and(|(parts, given)| parts != given) || takes.is_some_and(|takes| takes != tints) {
        source.misfit();
    }
}

/// Notes a shading whose functions give more or fewer numbers than its space takes, or that has no direction or a circle of less than
/// nothing (§8.7.4.5): viewers paint other colours, or nothing.
pub(super) fn check_shading(source: &Source, shading: &Dictionary, resources: Option<&Dictionary>) {
    const FUNCTIONS_MAX: usize = 32;
    let named = resources.and_then(|resources| source.sub(resources, b"ColorSpace"));
    let space = value(shading, b"ColorSpace").map(|space| Space::read(source, space, named, 0));
    let kind = source.int(shading, b"ShadingType");
    let inputs = if kind == Some(1) { 2 } else { 1 };
    let numbers = |object: &Object| Some(Function::read(source, object, 0)?.of(&vec![0.5; inputs])?.len());
    let given = match source.entry(shading, b"Function") {
        Object::Array(each) if each.len() <= FUNCTIONS_MAX => each.iter().map(numbers).sum(),
        Object::Null | Object::Array(_) => None,
        _ => value(shading, b"Function").and_then(numbers),
    };
    let parts = space.and_then(|space| space.components());
    let coords = match kind {
        Some(2) => source.numbers(shading, b"Coords", 4),
        Some(3) => source.numbers(shading, b"Coords", 6),
        _ => None,
    };
    let is_nowhere = match coords.as_deref() {
        Some([x0, y0, x1, y1]) => x0 == x1 && y0 == y1,
        Some([x0, y0, r0, x1, y1, r1]) => *r0 < 0.0 || *r1 < 0.0 || x0 == x1 && y0 == y1 && r0 == r1,
        _ => false,
    };
    let is_unread = given.is_none() && source.there(shading, b"Function").is_some();
    if parts.zip(given).is_some_and(|(parts, given)| parts != given) || is_nowhere || is_unread {
        source.misfit();
    }
}
