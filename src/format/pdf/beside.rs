//! Content that pages draw by the way: the cells of tiling patterns, the groups of soft masks, the procedures of Type 3 letters
//! (ISO 32000-2 §8.7.3, §11.6.5.2, §9.6.4). Each with which something is painted is run once, behind the page and one after the other,
//! for the letters it shows; whether these are seen nobody judges.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lopdf::{Dictionary, Object, Stream};

use super::colour::{Rgb, alike};
use super::content::{Op, Ops};
use super::font::Font;
use super::fontcopy::glyphs_of;
use super::interpret::{Address, Interpreter, NO_TEXT, Run, address};
use super::items::{Flaw, Glyph, Kind, PageItems, Paint, Show};
use super::judge::SAMPLES_MIN;
use super::matrix::Matrix;
use super::open::{Rect, Role, Source};
use super::state::State;
use super::value::Value;
use super::veil::Veils;
use crate::error::DocError;

/// Codes of one font that are spaces: of several widths, and the one that does not break.
const SPACES_MAX: u32 = 5;
/// Size of a letter in the drawing of another from which on it is that other one, in thousandths of its size.
const LEGIBLE: f64 = 200.0;
/// Where what is drawn for a letter may be, in thousandths of its size.
const NEAR: Rect = Rect { x0: -2e4, y0: -2e4, x1: 2e4, y1: 2e4 };
/// Size of the least drawing of a letter that shows, in the same.
const DOT_MIN: f64 = 4.0;
/// Steps that setting a pattern or a mask costs, and running a stream beside its operators.
const SET_STEPS: usize = 4;
const RUN_STEPS: usize = 20;

/// A stream that is drawn by the way, and the resources it uses.
#[derive(Debug, Clone, Copy)]
struct Drawing<'s> {
    stream: &'s Stream,
    resources: Option<&'s Dictionary>,
}

impl Drawing<'_> {
    fn key(&self) -> (Address, Address) {
        (address(self.stream), self.resources.map_or(0, address))
    }
}

/// Letters of a Type 3 font, by code, and the resources of their procedures.
#[derive(Debug, Default)]
struct Letters<'s> {
    procedures: BTreeMap<u32, &'s Stream>,
    resources: Option<&'s Dictionary>,
    /// From the space of the letters to thousandths of their size.
    scale: f64,
    shown: BTreeSet<u32>,
    /// Codes whose procedure is missing or paints nothing.
    blank: BTreeSet<u32>,
    /// The colours of those that are drawn in one of their own.
    colours: BTreeMap<u32, [f32; 3]>,
}

/// What was seen of a drawing when it was run.
#[derive(Debug, Clone, Default)]
struct Drawn {
    /// Whether it paints nothing.
    is_blank: bool,
    /// Letters that it shows.
    letters: usize,
    /// The letter, where it shows just one, in the colour of the text.
    letter: Option<String>,
    /// The colour that it sets, where all is painted in one.
    colour: Rgb,
    /// Pictures of which nothing shows.
    unseen: usize,
}

/// A place in content where a pattern or a soft mask is set.
#[derive(Debug)]
struct Setting {
    place: (Address, usize),
    /// What is drawn with it, in the list of all that is set.
    subject: u32,
    is_painted: bool,
}

/// What is drawn by the way in one file.
#[derive(Debug, Default)]
pub(super) struct Beside<'s> {
    /// What was run.
    run: BTreeMap<(Address, Address), Drawn>,
    /// What is still to be run, and the letter whose drawing it is.
    todo: Vec<(Drawing<'s>, Option<(Address, u32)>)>,
    /// Type 3 fonts.
    letters: BTreeMap<Address, Letters<'s>>,
    /// Patterns and masks that nothing was painted with yet: the stream of a cell or a group, and that of the mask of a pattern.
    subjects: Vec<[Option<Drawing<'s>>; 2]>,
    /// Those by their dictionary and the resources around them.
    known: HashMap<(Address, Address), u32>,
    /// Where the page at work sets them.
    set: Vec<Setting>,
    /// Where earlier pages set those with which something is painted.
    painted: BTreeSet<(Address, usize)>,
    /// Whether what is run now is no part of a page.
    pub(super) is_off: bool,
    /// The soft masks of the page at work.
    pub(super) veils: Veils<'s>,
}

impl<'s> Beside<'s> {
    /// Numbers a place where something is set, from 1.
    fn set(&mut self, place: (Address, usize), key: (Address, Address), drawings: impl FnOnce() -> [Option<Drawing<'s>>; 2]) -> u32 {
        let subjects = &mut self.subjects;
        let subject = *self.known.entry(key).or_insert_with(|| {
            subjects.push(drawings());
            subjects.len() as u32 - 1
        });
        self.set.push(Setting { place, subject, is_painted: false });
        self.set.len() as u32
    }

    /// Notes that something is painted with what was set at a place; 0 is no place.
    pub(super) fn paint(&mut self, number: u32) {
        if number > 0
            && let Some(setting) = self.set.get_mut(number as usize - 1).filter(|setting| !setting.is_painted)
        {
            setting.is_painted = true;
            let drawings = self.subjects.get_mut(setting.subject as usize).map(std::mem::take).unwrap_or_default();
            self.todo.extend(drawings.into_iter().flatten().map(|drawing| (drawing, None)));
        }
    }

    fn turn_page(&mut self) {
        self.painted.extend(self.set.drain(..).filter(|setting| setting.is_painted).map(|setting| setting.place));
    }

    /// Where patterns and soft masks are set with which something is painted, by content stream and offset.
    pub(super) fn into_painted(mut self) -> BTreeSet<(Address, usize)> {
        self.turn_page();
        self.painted
    }

    /// Notes which letters of Type 3 fonts are shown: their drawings are to be run.
    fn show(&mut self, glyphs: &[Glyph]) {
        if self.letters.is_empty() {
            return;
        }
        let mut last = None;
        for Show { font, code, .. } in glyphs.iter().map(|glyph| glyph.show) {
            if last.replace((font, code)) == Some((font, code)) {
                continue;
            }
            let Some(letters) = self.letters.get_mut(&font) else { continue };
            if !letters.shown.insert(code) {
                continue;
            }
            match letters.procedures.get(&code) {
                Some(stream) => self.todo.push((Drawing { stream, resources: letters.resources }, Some((font, code)))),
                None => {
                    letters.blank.insert(code);
                }
            }
        }
    }
}

impl<'s> Interpreter<'s, '_> {
    /// Notes the letters of a Type 3 font. `around` are the resources they use when the font has none.
    pub(super) fn note_font(&mut self, dict: &'s Dictionary, around: Option<&'s Dictionary>, font: &Font) {
        let source = self.source;
        if !font.type3 {
            return;
        }
        let glyphs = source.sub(dict, b"CharProcs");
        // In a space without breadth or height nothing is drawn.
        let is_flat = source.numbers(dict, b"FontMatrix", 6).is_some_and(|matrix| Matrix::from_slice(&matrix).area() == 0.0);
        let procedures = glyphs.filter(|_| !is_flat).map(|glyphs| {
            let named = glyphs_of(source, dict, glyphs).into_iter();
            named.filter_map(|(code, name)| Some((code, source.stream(glyphs, name)?))).collect()
        });
        let resources = source.sub(dict, b"Resources").or(around);
        let scale = Some(font.scale * 1000.0).filter(|scale| scale.is_normal()).unwrap_or(1.0);
        let letters =
            Letters { procedures: procedures.unwrap_or_default(), resources, scale, shown: BTreeSet::new(), ..Letters::default() };
        self.beside.letters.insert(address(dict), letters);
    }

    /// Notes that letters are painted.
    pub(super) fn paint_text(&mut self, state: &State) {
        if self.hidden == 0 {
            for number in [state.set.fill, state.set.stroke, state.set.mask].into_iter().filter(|number| *number > 0) {
                self.beside.paint(number);
            }
        }
    }

    /// Notes the pattern that a colour operator sets.
    pub(super) fn set_pattern(&mut self, run: &mut Run<'s>, op: &Op<'_, '_>) {
        let source = self.source;
        let mut number = 0;
        if let (b"sc" | b"scn" | b"SC" | b"SCN", Some(Value::Name(name))) = (op.name, op.operands.last()) {
            let pattern = run.resource(source, self.page_resources, b"Pattern", name);
            let Some((pattern, dict)) = pattern.and_then(|object| Some((source.get(object), source.dict(object)?))) else {
                return;
            };
            if self.beside.is_off || !source.budget.steps(SET_STEPS) {
                return;
            }
            let around = run.resources;
            number = self.beside.set((run.key, op.offset), (address(dict), around.map_or(0, address)), || {
                let cell = match pattern {
                    Object::Stream(stream) => Some(Drawing { stream, resources: source.sub(dict, b"Resources").or(around) }),
                    _ => None,
                };
                let mask = source.sub(dict, b"ExtGState").and_then(|state| source.sub(state, b"SMask"));
                [cell, mask.and_then(|mask| group_of(source, mask, around))]
            });
        }
        if op.name.first().is_some_and(u8::is_ascii_uppercase) {
            run.state.set.stroke = number;
        } else {
            run.state.set.fill = number;
        }
    }

    /// Notes the soft mask that a graphics state sets.
    pub(super) fn set_mask(&mut self, run: &mut Run<'s>, op: &Op<'_, '_>, dict: &'s Dictionary) {
        let source = self.source;
        match source.entry(dict, b"SMask") {
            Object::Dictionary(mask) if !self.beside.is_off && source.budget.steps(SET_STEPS) => {
                let around = run.resources;
                let key = (address(mask), around.map_or(0, address));
                run.state.set.mask = self.beside.set((run.key, op.offset), key, || [group_of(source, mask, around), None]);
                run.state.veil = self.beside.veils.over(mask, around, run.state.ctm, run.state.group_veil);
            }
            Object::Name(_) => {
                run.state.set.mask = 0;
                run.state.veil = run.state.group_veil;
            }
            _ => {}
        }
    }

    /// Runs a stream by itself, once, and notes the letters that it shows.
    fn run_beside(&mut self, drawing: Drawing<'s>, scale: f64) -> Result<Drawn, DocError> {
        if let Some(drawn) = self.beside.run.get(&drawing.key()) {
            return Ok(drawn.clone());
        }
        if !self.source.budget.steps(RUN_STEPS) {
            self.source.budget.check()?;
        }
        let key = address(drawing.stream);
        let decoded = self.source.content(drawing.stream, Role::Drawing)?;
        let page = std::mem::take(&mut self.page);
        let hidden = std::mem::take(&mut self.hidden);
        let veils = std::mem::take(&mut self.beside.veils);
        self.stack.push(key);
        let ctm = Matrix([scale, 0.0, 0.0, scale, 0.0, 0.0]);
        let bounds = self.source.rect(&drawing.stream.dict, b"BBox").map_or(Rect::ALL, |bounds| ctm.rect(bounds));
        let mut state = State::new(bounds);
        state.ctm = ctm;
        let outcome = self.run(&decoded.data, drawing.resources, state, key);
        self.stack.pop();
        self.beside.veils = veils;
        self.hidden = hidden;
        let mut own = std::mem::replace(&mut self.page, page);
        outcome?;
        self.use_codes(own.glyphs.iter().map(|glyph| &glyph.show));
        self.beside.show(&own.glyphs);
        self.page.damaged += own.damaged + usize::from(decoded.damaged);
        self.page.disputed += own.disputed;
        self.page.layered += own.layered;
        self.page.layered_text.push_str(&own.layered_text);
        self.page.replaced += own.replaced;
        self.page.replaced_text.append(&mut own.replaced_text);
        let is_drawn = |font: &Address| self.shown.get(font).is_some_and(|font| !font.font.type3);
        let letter = match own.glyphs.as_slice() {
            [glyph] if glyph.flaw.is_none() && glyph.size > LEGIBLE && glyph.colour == Some([0.0; 3]) && is_drawn(&glyph.show.font) => {
                Some(own.text(glyph).to_owned()).filter(|text| text != NO_TEXT)
            }
            _ => None,
        };
        let seen = || own.paints.iter().filter(|paint| !paint.rect.is_empty());
        let around = seen().fold(Rect::NONE, |sum, paint| sum.join(paint.rect));
        let first = seen().next().and_then(|paint| paint.colour);
        let is_one = |colour: &[f32; 3]| seen().all(|paint| paint.colour.is_some_and(|other| alike(other, *colour)));
        let is_picture = |paint: &&Paint| matches!(paint.kind, Kind::Image | Kind::Stencil);
        let samples = |paint: &Paint| paint.picture.and_then(|index| own.pictures.get(index as usize)).map(|picture| picture.samples);
        let says_something = |paint: &&Paint| samples(paint).is_none_or(|samples| samples >= SAMPLES_MIN);
        let drawn = Drawn {
            is_blank: own.glyphs.is_empty() && (around.meet(NEAR).is_empty() || around.width() < DOT_MIN && around.height() < DOT_MIN),
            // What begins in black may be drawn in the colour of the text.
            colour: first.filter(|colour| own.glyphs.is_empty() && *colour != [0.0; 3] && is_one(colour) && !is_shape(&decoded.data)),
            unseen: own.paints.iter().filter(is_picture).filter(says_something).filter(|paint| paint.rect.is_empty()).count(),
            letters: own.glyphs.iter().filter(|glyph| !own.text(glyph).chars().all(char::is_whitespace)).count(),
            letter,
        };
        self.beside.run.insert(drawing.key(), drawn.clone());
        Ok(drawn)
    }

    /// Marks letters that draw nothing and stand for something. One code without text is a font's space.
    fn mark_blank(&mut self, fonts: &BTreeSet<Address>) {
        let mut blank: BTreeMap<Address, BTreeSet<u32>> = BTreeMap::new();
        for key in fonts {
            let mut codes = self.shown.get(key).map(|font| font.font.undrawn(self.page.untold.contains(key))).unwrap_or_default();
            codes.extend(self.beside.letters.get(key).into_iter().flat_map(|letters| &letters.blank));
            if !codes.is_empty() {
                blank.insert(*key, codes);
            }
        }
        let may_be = |key: &&Address| self.shown.get(*key).is_some_and(|font| font.font.has_unseen());
        let unseen: BTreeMap<Address, _> =
            fonts.iter().filter(may_be).filter_map(|key| Some((*key, self.shown.get(key)?.clone()))).collect();
        if blank.is_empty() && unseen.is_empty() {
            return;
        }
        let PageItems { text, glyphs, untold, .. } = &mut self.page;
        let mut told: BTreeMap<Address, BTreeSet<u32>> = BTreeMap::new();
        let mut marked = Vec::new();
        // Letters follow each other in one font.
        let mut of_font: Option<(Address, _, _)> = None;
        for (index, glyph) in glyphs.iter().enumerate().filter(|(_, glyph)| glyph.flaw.is_none()) {
            let Show { font, code, .. } = glyph.show;
            let (_, blank, unseen) = match of_font {
                Some(known) if known.0 == font => known,
                _ => *of_font.insert((font, blank.get(&font), unseen.get(&font))),
            };
            let may_be_blank = blank.is_some_and(|codes| codes.contains(&code));
            let is_hollow = unseen.is_some_and(|font| font.font.draws_nothing(code));
            if !may_be_blank && !is_hollow {
                continue;
            }
            let says = text.get(glyph.start as usize..glyph.end as usize).unwrap_or_default();
            let is_space = says.chars().all(char::is_whitespace);
            let is_blank = may_be_blank && (!is_space || untold.contains(&font));
            if let Some(flaw) = if is_blank { Some(Flaw::Blank) } else { (!is_space && is_hollow).then_some(Flaw::Hollow) } {
                told.entry(font).or_default().insert(code);
                marked.push((index, flaw, says == NO_TEXT));
            }
        }
        for (index, flaw, is_without_text) in marked {
            if let Some(glyph) = glyphs.get_mut(index)
                && (!is_without_text || told.get(&glyph.show.font).is_some_and(|codes| codes.len() > 1))
            {
                glyph.flaw = Some(flaw);
            }
        }
    }

    /// Runs what a page draws by the way, and what that draws in turn, and notes with which patterns and masks is painted.
    pub(super) fn finish_beside(&mut self) -> Result<(), DocError> {
        self.beside.show(&self.page.glyphs);
        while let Some((drawing, letter)) = self.beside.todo.pop() {
            if letter.is_none() && self.beside.run.contains_key(&drawing.key()) {
                continue;
            }
            let scale = letter.and_then(|(font, _)| self.beside.letters.get(&font)).map_or(1.0, |letters| letters.scale);
            let drawn = self.run_beside(drawing, scale)?;
            // Some programs draw a letter by showing the same one in another font.
            let is_itself = letter.is_some_and(|(font, code)| {
                let says = self.shown.get(&font).and_then(|font| font.font.text(code));
                drawn.letter.is_some() && drawn.letter == says
            });
            self.page.veiled += drawn.unseen + if is_itself { 0 } else { drawn.letters };
            if let Some((font, code)) = letter
                && let Some(letters) = self.beside.letters.get_mut(&font)
            {
                letters.blank.extend(Some(code).filter(|_| drawn.is_blank));
                letters.colours.extend(drawn.colour.map(|colour| (code, colour)));
            }
        }
        self.finish_veils()?;
        if self.beside.letters.values().any(|letters| !letters.colours.is_empty()) {
            for glyph in &mut self.page.glyphs {
                let own = self.beside.letters.get(&glyph.show.font).and_then(|letters| letters.colours.get(&glyph.show.code));
                glyph.colour = own.copied().or(glyph.colour);
            }
        }
        let mut fonts = BTreeSet::new();
        let mut last = None;
        for font in self.page.glyphs.iter().map(|glyph| glyph.show.font) {
            if last.replace(font) != Some(font) {
                fonts.insert(font);
            }
        }
        let has_many_spaces = |key: &&Address| self.shown.get(key).is_some_and(|font| font.spaces.get() > SPACES_MAX);
        self.page.untold = fonts.iter().filter(has_many_spaces).copied().collect();
        self.mark_blank(&fonts);
        self.beside.turn_page();
        Ok(())
    }
}

/// Whether a letter is a shape in the colour of the text, whatever colours its drawing sets (§9.6.4, `d1`).
fn is_shape(data: &[u8]) -> bool {
    let mut ops = Ops::new(data);
    while let Some(op) = ops.next() {
        match op.name {
            b"d0" => return false,
            b"d1" => return true,
            _ => {}
        }
    }
    false
}

/// The group of a soft mask.
fn group_of<'s>(source: &'s Source<'_>, mask: &'s Dictionary, around: Option<&'s Dictionary>) -> Option<Drawing<'s>> {
    let stream = source.stream(mask, b"G")?;
    Some(Drawing { stream, resources: source.sub(&stream.dict, b"Resources").or(around) })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Fixture, text};
    use super::super::tests::{clean, holding, holds, kinds, refusal, sanitise};
    use crate::limits::Limits;
    use crate::model::FindingKind as K;

    const CELL: &str = "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 200 50] /XStep 200 /YStep 50";
    const GROUP: &str = "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Group <</S /Transparency /CS /DeviceGray>>";
    const FONTS: &str = "/Resources <</Font <</F1 3 0 R>>>>";
    const LETTERS: &str =
        "/Type /Font /Subtype /Type3 /FontBBox [0 0 500 700] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 65 /Widths [500 500]";

    /// What holds a page whose pattern, mask or letter draws something, and the bytes of its copy.
    fn held(draws: &str, content: &str) -> (Vec<K>, Vec<u8>) {
        let mut file = Fixture::new();
        let cell = file.stream(&format!("{CELL} {FONTS}"), draws.as_bytes());
        let group = file.stream(&format!("{GROUP} {FONTS}"), draws.as_bytes());
        let letter = file.stream("", format!("500 0 d0 {draws}").as_bytes());
        let font = file.object(format!("<<{LETTERS} /Encoding <</Differences [65 /A]>> /CharProcs <</A {letter} 0 R>> {FONTS}>>"));
        file.resources =
            format!("/Pattern <</P {cell} 0 R>> /ExtGState <</M <</SMask <</S /Luminosity /G {group} 0 R>>>> /N <</SMask /None>>>>");
        let form = file.stream(
            &format!("/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources <</Font <</F3 {font} 0 R>>>>"),
            b"BT /F3 40 Tf 72 600 Td (A) Tj ET",
        );
        file.resources += &format!(" /XObject <</X {form} 0 R>>");
        let copy = clean(&file.page(&format!("{} {content}", text("approved", 72, 700))).build());
        (kinds(&copy), copy.bytes)
    }

    #[test]
    fn letters_that_a_page_draws_by_the_way_wait_for_a_person() {
        let canary = text("CANARY", 5, 10);
        for content in [
            "/Pattern cs /P scn 50 300 400 200 re f",
            "/Pattern CS /P SCN 50 300 400 200 re S",
            "/M gs 0 0 9 9 re f",
            "/M gs BT /F1 9 Tf (of) Tj ET",
            "/X Do",
        ] {
            assert_eq!(held(&canary, content).0, [K::Unknown], "{content}");
            assert_eq!(held("1 g 0 0 600 800 re f", content).0, [], "{content}");
        }
    }

    #[test]
    fn a_pattern_or_mask_without_paint_is_not_in_the_copy() {
        for content in [
            "/Pattern cs /P scn",
            "/Pattern cs /P scn 0 g 50 300 400 200 re f",
            "q /Pattern cs /P scn Q 50 300 400 200 re f",
            "/Pattern CS /P SCN 50 300 400 200 re f",
            "q /M gs Q",
            "/M gs /N gs 50 300 400 200 re f",
        ] {
            let (_, copy) = held("CANARY 7 8 9 1.2345 re f", content);
            assert!(!holds(&copy, "1.2345"), "{content}");
        }
        for content in ["/Pattern cs /P scn q 50 300 400 200 re f Q", "/M gs q 50 300 400 200 re f Q"] {
            assert!(holds(&held("7 8 9 1.2345 re f", content).1, "1.2345"), "{content}");
        }
    }

    #[test]
    fn patterns_in_each_other_are_run_once_each() {
        const CELLS: usize = 16;
        let mut file = Fixture::new();
        // Each paints with the next one twice, and the last with the first.
        for index in 0..CELLS {
            let next = 4 + (index + 1) % CELLS;
            let words = if index + 1 == CELLS { text("CANARY", 5, 10) } else { String::new() };
            let draws = format!("/Pattern cs /P scn 0 0 9 9 re f /P scn 9 9 9 9 re f {words}");
            file.stream(&format!("{CELL} /Resources <</Font <</F1 3 0 R>> /Pattern <</P {next} 0 R>>>>"), draws.as_bytes());
        }
        file.resources = "/Pattern <</P 4 0 R>>".to_owned();
        let held = holding(&clean(&file.page("/Pattern cs /P scn 50 300 400 200 re f").build()));
        assert_eq!(held, [(K::Unknown, 6)]);
    }

    #[test]
    fn setting_patterns_takes_from_the_budget() {
        let mut file = Fixture::new();
        let cell = file.stream(CELL, b"0 0 9 9 re f");
        file.resources = format!("/Pattern <</P {cell} 0 R>>");
        let bytes = file.page(&format!("/Pattern cs {}", "/P scn ".repeat(600_000))).build();
        let limits = Limits { operators: 1_000_000, ..Limits::default() };
        assert_eq!(refusal(sanitise(&bytes, &crate::policy::Orders::default(), &limits)), "pdf-steps");
    }

    #[test]
    fn a_mask_around_a_group_stays_whatever_the_group_sets() {
        let mut file = Fixture::new();
        let mask = file.stream(GROUP, b"7 8 9 1.2345 re f");
        file.resources = format!("/ExtGState <</M <</SMask <</S /Luminosity /G {mask} 0 R>>>>>>");
        let inner = "/Resources <</ExtGState <</N <</SMask /None>>>>>>";
        let group = file.stream(&format!("{GROUP} {inner}"), b"/N gs 50 300 400 200 re f");
        let empty = file.stream(&format!("{GROUP} {inner}"), b"/N gs");
        for (drawn, is_kept) in [(group, true), (empty, false)] {
            let mut file = file.clone();
            file.resources += &format!(" /XObject <</X {drawn} 0 R>>");
            assert_eq!(holds(&clean(&file.page("/M gs /X Do").build()).bytes, "1.2345"), is_kept);
        }
    }

    #[test]
    fn a_letter_may_be_drawn_by_the_same_letter_of_another_font() {
        for (draws, held) in [
            ("BT /F1 900 Tf (A) Tj ET", false),
            ("BT /F1 900 Tf (B) Tj ET", true),
            ("BT /F1 900 Tf (AB) Tj ET", true),
            ("BT /F1 900 Tf 3 Tr (A) Tj ET", true),
            ("1 g BT /F1 900 Tf (A) Tj ET", true),
            ("BT /F1 9 Tf (A) Tj ET", true),
            // Nobody draws a letter inside itself.
            ("BT /F3 900 Tf (A) Tj ET", true),
        ] {
            let mut file = Fixture::new();
            let letter = file.stream("", format!("500 0 d0 {draws}").as_bytes());
            let own = letter + 1;
            let fonts = format!("/Font <</F1 3 0 R /F3 {own} 0 R>>");
            file.object(format!("<<{LETTERS} /Encoding <</Differences [65 /A]>> /CharProcs <</A {letter} 0 R>> /Resources <<{fonts}>>>>"));
            file.resources = fonts;
            let kinds = kinds(&clean(&file.page("BT /F3 40 Tf 72 600 Td (A) Tj ET").build()));
            assert_eq!(kinds == [K::Unknown], held, "{draws} {kinds:?}");
        }
    }

    #[test]
    fn letters_that_draw_nothing_are_text_that_nobody_sees() {
        let held = |drawing: &[u8], procedures: &str, shown: &str| {
            let mut file = Fixture::new();
            let letter = file.stream("", drawing);
            let procedures = procedures.replace('#', &format!("{letter} 0 R"));
            let font = file.object(format!("<<{LETTERS} /Encoding <</Differences [32 /space 65 /A /B /C]>> /CharProcs <<{procedures}>>>>"));
            file.resources = format!("/Font <</F1 3 0 R /F3 {font} 0 R>>");
            kinds(&clean(&file.page(&format!("BT /F3 20 Tf 72 600 Td ({shown}) Tj ET")).build()))
        };
        assert_eq!(held(b"500 0 d0", "/A # /B # /C #", "ABC"), [K::InvisibleText]);
        assert_eq!(held(b"500 0 d0 0 0 9 9 re f", "", "ABC"), [K::InvisibleText]);
        assert_eq!(held(b"500 0 d0 0 0 9 9 re n", "/A # /B # /C #", "ABC"), [K::InvisibleText]);
        assert_eq!(held(b"500 0 d0 0 0 9 9 re f", "/A # /B # /C #", "A B C"), []);
    }

    #[test]
    fn codes_that_a_font_has_no_drawing_for_are_text_that_nobody_sees() {
        let held = |differences: &str, content: &str| {
            let mut file = Fixture::new();
            let font =
                file.object(format!("<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding <</Differences [{differences}]>>>>"));
            file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
            kinds(&clean(&file.page(content).build()))
        };
        let shown = "BT /F2 12 Tf 72 600 Td (CANARYBOX) Tj ET";
        assert_eq!(held(&format!("65 {}", "/space ".repeat(26)), shown), [K::InvisibleText]);
        assert_eq!(held(&format!("65 {}", "/.notdef ".repeat(26)), shown), [K::InvisibleText]);
        assert_eq!(held("66 /.notdef", shown), []);
        assert_eq!(held("65 /space /B /space", "BT /F2 12 Tf 72 600 Td (BABCB) Tj ET"), []);
    }

    #[test]
    fn white_letters_that_a_map_calls_spaces_or_nothing_known_wait_for_a_person() {
        for first in ["0020", "F041", "E100"] {
            let mut file = Fixture::new();
            let to: String = (0..26)
                .map(|step| u32::from_str_radix(first, 16).unwrap_or(0) + if first == "0020" { 0 } else { step })
                .fold(String::new(), |sum, to| format!("{sum} <{to:04X}>"));
            let map = file.stream(
                "",
                format!("1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <41> <5A> [{to}] endbfrange").as_bytes(),
            );
            let font = file.object(format!("<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode {map} 0 R>>"));
            file.resources = format!("/Font <</F1 3 0 R /F2 {font} 0 R>>");
            let copy = |content: &str| kinds(&clean(&file.clone().page(content).build()));
            assert_eq!(copy("1 g BT /F2 12 Tf 72 600 Td (AGREEMENT) Tj ET"), [K::InvisibleText], "{first}");
            assert_eq!(copy("1 g BT /F2 12 Tf 72 600 Td (A A) Tj ET"), [], "{first}");
            // A space that is seen there is none of these letters.
            let spaces = text("              ", 72, 600);
            assert_eq!(copy(&format!("{spaces} 1 g BT /F2 12 Tf 72 600 Td (AGREEMENT) Tj ET")), [K::InvisibleText], "{first}");
        }
    }

    #[test]
    fn a_font_keeps_what_a_pattern_alone_shows_in_it() {
        let mut file = Fixture::new();
        let font = file.object("<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding <</Differences [65 /B /C /D]>>>>");
        let letters: Vec<usize> = ["1", "2"].map(|width| file.stream("", format!("500 0 d0 0 0 {width} 999 re f").as_bytes())).to_vec();
        let drawn = file.object(format!(
            "<<{LETTERS} /Encoding <</Differences [65 /A /B]>> /CharProcs <</A {} 0 R /B {} 0 R>>>>",
            letters[0], letters[1]
        ));
        let fonts = format!("/Font <</F1 3 0 R /F2 {font} 0 R /F3 {drawn} 0 R>>");
        let cell = file.stream(&format!("{CELL} /Resources <<{fonts}>>"), b"BT /F2 9 Tf (B) Tj /F3 9 Tf (B) Tj ET");
        file.resources = format!("{fonts} /Pattern <</P {cell} 0 R>>");
        let copy = clean(&file.page("BT /F2 9 Tf 72 600 Td (A) Tj /F3 9 Tf (A) Tj ET /Pattern cs /P scn 50 300 400 200 re f").build());
        assert_eq!(kinds(&copy), [K::Unknown]);
        assert!(holds(&copy.bytes, "[65 /B /C]") && holds(&copy.bytes, "0 0 2 999 re"));
    }
}
