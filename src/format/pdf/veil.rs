//! Soft masks of the graphics state over what a page shows (ISO 32000-2 §11.6.5.2): letters and pictures of which a mask leaves nothing
//! are not seen. Letters of which it cannot be told what a mask leaves wait for a person; of a picture it is everything.

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::{Dictionary, Object};

use super::colour::{Rgb, Space};
use super::function::Function;
use super::interpret::{Address, Interpreter, address};
use super::items::{Flaw, Kind, PageItems, Paint};
use super::judge::{points, spread};
use super::looks::Looks;
use super::matrix::Matrix;
use super::open::{Rect, Source};
use super::state::State;
use crate::error::DocError;

/// What a mask leaves, from 0 to 1, below which nothing is seen.
const UNSEEN: f32 = 0.04;
/// Points in each direction at which a picture under a mask is looked at.
const PICTURE_POINTS: u8 = 5;
/// Paints of a mask that are looked at for one step.
const PAINTS_OF_A_STEP: usize = 16;

/// A soft mask where it was set.
#[derive(Debug)]
pub(super) struct Veil<'s> {
    mask: &'s Dictionary,
    /// The resources around it.
    around: Option<&'s Dictionary>,
    /// From its space to the page.
    placement: Matrix,
    /// The mask over the group that it was set in, as [`Veils::over`] numbers it.
    outside: u32,
}

/// The soft masks of one page, and what is under them.
#[derive(Debug, Default)]
pub(super) struct Veils<'s> {
    veils: Vec<Veil<'s>>,
    /// Glyphs and pictures under each, by their place in the lists of the page.
    glyphs: Vec<(u32, usize)>,
    pictures: Vec<(u32, usize)>,
}

impl<'s> Veils<'s> {
    /// Numbers a mask, from 1.
    pub(super) fn over(&mut self, mask: &'s Dictionary, around: Option<&'s Dictionary>, placement: Matrix, outside: u32) -> u32 {
        let is_last = |veil: &Veil<'s>| {
            address(veil.mask) == address(mask)
                && veil.around.map(address) == around.map(address)
                && veil.placement == placement
                && veil.outside == outside
        };
        if !self.veils.last().is_some_and(is_last) {
            self.veils.push(Veil { mask, around, placement, outside });
        }
        self.veils.len() as u32
    }

    /// Notes a glyph under a mask; 0 is no mask.
    pub(super) fn glyph(&mut self, veil: u32, index: usize) {
        if veil > 0 {
            self.glyphs.push((veil, index));
        }
    }

    /// Notes a picture under a mask; 0 is no mask.
    pub(super) fn picture(&mut self, veil: u32, index: usize) {
        if veil > 0 {
            self.pictures.push((veil, index));
        }
    }
}

/// What the group of a mask draws, in its own space.
struct Drawn {
    items: PageItems,
    bbox: Rect,
    /// The matrix of the group.
    matrix: Matrix,
    /// Whether opacity counts, not brightness.
    by_alpha: bool,
    /// What counts where nothing is drawn, when it is known.
    backdrop: Option<f32>,
    transfer: Transfer,
}

/// What is made of each value of a mask.
enum Transfer {
    Nothing,
    Of(Function),
    Unknown,
}

impl Drawn {
    /// What the mask leaves at a point of its space, when it is known.
    fn leaves(&self, looks: &Looks<'_, '_>, x: f64, y: f64) -> Option<f32> {
        let own = self.matrix.inverse()?.point(x, y);
        let value = if self.bbox.holds(own.0, own.1) { self.painted(looks, x, y)? } else { self.backdrop? };
        match &self.transfer {
            Transfer::Nothing => Some(value),
            Transfer::Of(function) => function.of(&[f64::from(value)])?.first().map(|value| *value as f32),
            Transfer::Unknown => None,
        }
    }

    fn painted(&self, looks: &Looks<'_, '_>, x: f64, y: f64) -> Option<f32> {
        if !self.items.glyphs.is_empty() {
            return None;
        }
        let mut value = self.backdrop;
        // Between the figures of a pattern there may be nothing.
        let is_pattern = |paint: &Paint| paint.kind == Kind::Fill && paint.colour.is_none();
        let is_there =
            |paint: &&Paint| (paint.alpha > 0.0 || is_pattern(paint)) && paint.rect.holds(x, y) && self.items.is_inside(paint, x, y);
        for paint in self.items.paints.iter().filter(is_there) {
            let picture = paint.picture.and_then(|index| self.items.pictures.get(index as usize));
            let (colour, is_opaque) = match paint.kind {
                Kind::Fill | Kind::Stroke | Kind::Shade => (paint.colour, paint.solid),
                Kind::Image => (picture.and_then(|picture| looks.colour(picture, x, y)), paint.solid),
                Kind::Stencil => match picture.and_then(|picture| looks.alpha(picture, x, y)) {
                    Some(alpha) if alpha < 0.02 => continue,
                    Some(alpha) => {
                        let colour = paint.colour.or_else(|| picture.and_then(|picture| looks.colour(picture, x, y)));
                        let is_plain = paint.blend.is_plain() && !paint.is_vague && paint.alpha > 0.98;
                        (colour, alpha > 0.98 && is_plain)
                    }
                    None => (None, false),
                },
            };
            let painted = if self.by_alpha { Some(1.0) } else { colour.map(brightness) };
            value = match painted {
                Some(painted) if is_opaque => Some(painted),
                // What is as bright as that under it changes nothing, however it is mixed.
                Some(painted) if paint.blend.is_plain() && value == Some(painted) => value,
                _ => None,
            };
        }
        value
    }
}

fn brightness([red, green, blue]: [f32; 3]) -> f32 {
    0.3 * red + 0.59 * green + 0.11 * blue
}

impl<'s> Interpreter<'s, '_> {
    /// Marks the letters of which soft masks leave nothing, and the pictures.
    pub(super) fn finish_veils(&mut self) -> Result<(), DocError> {
        let Veils { veils, glyphs, pictures } = std::mem::take(&mut self.beside.veils);
        if glyphs.is_empty() && pictures.is_empty() {
            return Ok(());
        }
        let mut drawn: HashMap<(Address, Address), Option<Rc<Drawn>>> = HashMap::new();
        // What a mask and those around it draw, and the way from the page to each.
        let mut chains: HashMap<u32, Vec<Option<(Rc<Drawn>, Matrix)>>> = HashMap::new();
        for number in glyphs.iter().chain(&pictures).map(|(number, _)| *number) {
            if chains.contains_key(&number) {
                continue;
            }
            let mut chain = Vec::new();
            let mut next = number;
            while let Some(veil) = (next as usize).checked_sub(1).and_then(|index| veils.get(index)) {
                if !self.source.budget.steps(1) {
                    self.source.budget.check()?;
                }
                let key = (address(veil.mask), veil.around.map_or(0, address));
                let known = match drawn.get(&key) {
                    Some(known) => known.clone(),
                    None => {
                        let made = self.draw_mask(veil.mask, veil.around)?.map(Rc::new);
                        drawn.insert(key, made.clone());
                        made
                    }
                };
                chain.push(known.zip(veil.placement.inverse()));
                next = veil.outside;
            }
            chains.insert(number, chain);
        }
        let (source, looks, page) = (self.source, &self.looks, &mut self.page);
        // Whether anything is seen at a point under a mask, when it is known: of masks in each other one that leaves nothing is enough.
        let is_seen = |number: u32, (x, y): (f64, f64)| -> Option<bool> {
            let chain = chains.get(&number).map_or(&[][..], Vec::as_slice);
            let mut is_known = true;
            for link in chain {
                let leaves = link.as_ref().and_then(|(drawn, back)| {
                    let (x, y) = back.point(x, y);
                    let work = drawn.items.paints.len() / PAINTS_OF_A_STEP + drawn.items.work.take() as usize / PAINTS_OF_A_STEP;
                    if source.budget.steps(work) { drawn.leaves(looks, x, y) } else { None }
                });
                match leaves {
                    Some(leaves) if leaves < UNSEEN => return Some(false),
                    Some(_) => {}
                    None => is_known = false,
                }
            }
            is_known.then_some(true)
        };
        let mut untold = 0;
        for (number, index) in glyphs {
            let Some(glyph) = page.glyphs.get_mut(index).filter(|glyph| glyph.flaw.is_none()) else { continue };
            if !source.budget.steps(1) {
                break;
            }
            let mut seen = std::iter::once(glyph.centre).chain(points(glyph)).map(|point| is_seen(number, point));
            match seen.try_fold(false, |_, is_seen| match is_seen {
                Some(false) => Ok(false),
                Some(true) => Err(false),
                None => Err(true),
            }) {
                Ok(_) => glyph.flaw = Some(Flaw::Transparent),
                Err(is_untold) => untold += usize::from(is_untold),
            }
        }
        for (number, index) in pictures {
            if let Some(paint) = page.paints.get_mut(index)
                && !paint.rect.is_empty()
                && spread(paint.rect, PICTURE_POINTS).all(|point| is_seen(number, point) == Some(false))
            {
                paint.alpha = 0.0;
            }
        }
        page.veiled += untold;
        source.budget.check()
    }

    /// Runs the group of a mask.
    fn draw_mask(&mut self, mask: &'s Dictionary, around: Option<&'s Dictionary>) -> Result<Option<Drawn>, DocError> {
        let source = self.source;
        let (Some(stream), Some(by_alpha)) = (source.stream(mask, b"G"), by_alpha(source, mask)) else { return Ok(None) };
        let Some(bbox) = source.rect(&stream.dict, b"BBox") else { return Ok(None) };
        let page = std::mem::take(&mut self.page);
        let hidden = std::mem::take(&mut self.hidden);
        // It was run for what it shows before.
        let is_off = std::mem::replace(&mut self.beside.is_off, true);
        let outcome = self.form(stream, around, State::new(Rect::ALL));
        self.beside.is_off = is_off;
        self.hidden = hidden;
        let items = std::mem::replace(&mut self.page, page);
        outcome?;
        // Many masks may draw one group, and what each draws is kept until the page is done.
        if !source.budget.steps(items.paints.len().saturating_mul(8)) {
            source.budget.check()?;
        }
        let matrix = source.numbers(&stream.dict, b"Matrix", 6).map_or(Matrix::IDENTITY, |numbers| Matrix::from_slice(&numbers));
        let transfer = match mask.get(b"TR").map(|object| source.get(object)) {
            Err(_) | Ok(Object::Null) => Transfer::Nothing,
            Ok(Object::Name(name)) if name == b"Identity" => Transfer::Nothing,
            Ok(object) => Function::read(source, object, 0).map_or(Transfer::Unknown, Transfer::Of),
        };
        let backdrop = if by_alpha { Some(0.0) } else { backdrop(source, mask, &stream.dict).map(brightness) };
        Ok(Some(Drawn { items, bbox, matrix, by_alpha, backdrop, transfer }))
    }
}

fn by_alpha(source: &Source, mask: &Dictionary) -> Option<bool> {
    match source.name(mask, b"S")? {
        b"Alpha" => Some(true),
        b"Luminosity" => Some(false),
        _ => None,
    }
}

/// The colour behind a group, in its colour space; black when the mask names none.
fn backdrop(source: &Source, mask: &Dictionary, group: &Dictionary) -> Rgb {
    let numbers: Option<Vec<f64>> = source.array(mask, b"BC").iter().map(|number| source.to_number(number)).collect();
    let numbers = numbers?;
    if numbers.is_empty() {
        return Some([0.0; 3]);
    }
    let space = source.sub(group, b"Group").and_then(|group| group.get(b"CS").ok());
    match space {
        Some(space) => Space::read(source, space, None, 0).rgb(&numbers),
        None => super::colour::by_count(&numbers),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Fixture, text};
    use super::super::tests::{clean, kinds};
    use crate::model::FindingKind as K;

    const GROUP: &str = "/Type /XObject /Subtype /Form /Group <</S /Transparency /CS /DeviceGray>>";
    const PAGE: &str = "/BBox [0 0 600 800]";

    /// What holds a page with words under a mask: what its dictionary and its group say of themselves, and what the group draws.
    fn held(mask: &str, group: &str, draws: &str) -> Vec<K> {
        let mut file = Fixture::new();
        let group = file.stream(&format!("{GROUP} {group}"), draws.as_bytes());
        let form = "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Group <</S /Transparency>> /Resources <</Font <</F1 3 0 R>> \
            /ExtGState <</N <</SMask /None>>>>>>";
        let form = file.stream(form, format!("/N gs {}", text("CANARY", 72, 600)).as_bytes());
        file.resources = format!("/ExtGState <</M <</SMask <<{mask} /G {group} 0 R>>>> /N <</SMask /None>>>> /XObject <</X {form} 0 R>>");
        let held = |content: &str| kinds(&clean(&file.clone().page(&format!("{} {content}", text("approved", 72, 700))).build()));
        let inside = held(&format!("/M gs {}", text("CANARY", 72, 600)));
        // A group is under the mask around it, whatever it sets.
        assert_eq!(held("/M gs /X Do"), inside);
        assert_eq!(held(&format!("/M gs /N gs {}", text("CANARY", 72, 600))), []);
        inside
    }

    #[test]
    fn words_of_which_a_mask_leaves_nothing_wait_for_a_person() {
        let by_light = "/S /Luminosity";
        let invert = "/S /Luminosity /TR <</FunctionType 2 /Domain [0 1] /N 1 /C0 [1] /C1 [0]>>";
        for (mask, group, draws) in [
            (by_light, PAGE, ""),
            (by_light, PAGE, "0 g 0 0 600 800 re f"),
            (by_light, PAGE, "0.02 g 0 0 600 800 re f"),
            (by_light, PAGE, "1 g 0 0 600 800 re f 0 g 0 0 600 800 re f"),
            (by_light, PAGE, "1 g 300 100 100 100 re f"),
            (by_light, "/BBox [0 0 10 10]", "1 g 0 0 600 800 re f"),
            (by_light, "/BBox [0 0 600 800] /Matrix [.01 0 0 .01 0 0]", "1 g 0 0 600 800 re f"),
            ("/S /Luminosity /BC [0]", PAGE, "0 g 0 0 600 800 re f"),
            (invert, PAGE, "1 g 0 0 600 800 re f"),
            ("/S /Alpha", PAGE, ""),
            ("/S /Alpha", PAGE, "1 g 300 100 100 100 re f"),
        ] {
            assert_eq!(held(mask, group, draws), [K::InvisibleText], "{mask} {group} {draws}");
        }
        for (mask, group, draws) in [
            (by_light, PAGE, "1 g 0 0 600 800 re f"),
            (by_light, PAGE, "0.5 g 0 0 600 800 re f"),
            (by_light, PAGE, "0 g 0 0 600 800 re f 1 g 50 580 300 60 re f"),
            ("/S /Luminosity /BC [1]", "/BBox [0 0 10 10]", ""),
            (invert, PAGE, ""),
            ("/S /Alpha", PAGE, "0 g 0 0 600 800 re f"),
        ] {
            assert_eq!(held(mask, group, draws), [], "{mask} {group} {draws}");
        }
        for (mask, group, draws) in [
            ("", PAGE, "1 g 0 0 600 800 re f"),
            (by_light, "", "1 g 0 0 600 800 re f"),
            ("/S /Luminosity /TR <<>>", PAGE, "1 g 0 0 600 800 re f"),
            (by_light, PAGE, "q 600 0 0 800 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \u{1} EI Q"),
        ] {
            let mut held = held(mask, group, draws);
            held.dedup();
            assert_eq!(held, [K::Unknown], "{mask} {group} {draws}");
        }
    }

    #[test]
    fn a_picture_of_which_a_mask_leaves_nothing_waits_for_a_person() {
        for (draws, held) in [("", true), ("1 g 0 0 600 800 re f", false)] {
            let mut file = Fixture::new();
            let mask = file.stream(&format!("{GROUP} {PAGE}"), draws.as_bytes());
            let picture =
                file.stream("/Type /XObject /Subtype /Image /Width 16 /Height 16 /ColorSpace /DeviceGray /BitsPerComponent 8", &[77; 256]);
            file.resources = format!("/ExtGState <</M <</SMask <</S /Luminosity /G {mask} 0 R>>>>>> /XObject <</P {picture} 0 R>>");
            let content = format!("{} /M gs 200 0 0 200 72 300 cm /P Do", text("approved", 72, 700));
            assert_eq!(kinds(&clean(&file.page(&content).build())), if held { vec![K::OffPageContent] } else { Vec::new() });
        }
    }
}
