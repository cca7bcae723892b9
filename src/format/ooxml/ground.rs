//! What is behind text: shaded paragraphs, cells of table styles, filled shapes, the page.
//!
//! ECMA-376-1 §17.4.32 (shading), §17.7.6 (conditional formats of table styles), §20.1.8 (fills).

use foldhash::HashMap;

use super::colour::{Colour, Palette, Rgb, WHITE, alike, laid_over, share_of, vml_colour};
use super::drawing::refers;
use super::look::{Format, Sight, Styles, shading_of};
use super::plan::{Fate, Plan};
use crate::format::xml::{Kind, Ns, Sym, Tape, sym};

/// The colours that may be behind a text; none of them is left out for being unlikely.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ground {
    colours: [Option<Rgb>; 6],
    /// Whether there may be something whose colour cannot be told.
    unknown: bool,
}

impl Ground {
    /// One ground.
    pub fn of(colour: Colour) -> Self {
        let mut ground = Self::default();
        ground.may_be(colour);
        ground
    }

    fn may_be(&mut self, colour: Colour) {
        self.unknown |= colour == Colour::Unknown;
        for rgb in colour.each() {
            if self.colours.contains(&Some(rgb)) {
                continue;
            }
            match self.colours.iter_mut().find(|place| place.is_none()) {
                Some(place) => *place = Some(rgb),
                None => self.unknown = true,
            }
        }
    }

    /// What is seen of text of a colour before this.
    pub fn hides(&self, ink: Colour) -> Sight {
        let lost = |ink: Rgb| self.colours.iter().flatten().any(|ground| alike(ink, *ground));
        let is_lost = match ink {
            Colour::Auto => false,
            Colour::Blend(..) => ink.each().all(lost),
            Colour::One(_) | Colour::Either(..) => ink.each().any(lost),
            Colour::Unknown => return Sight::Invisible("text in a colour that cannot be told"),
        };
        if is_lost {
            Sight::Invisible("text in the colour of its background")
        } else if self.unknown && ink != Colour::Auto {
            Sight::Invisible("text before something whose colour cannot be told")
        } else {
            Sight::Visible
        }
    }
}

/// The nearest cell or text box around a block.
pub fn holder(tape: &Tape<'_>, block: usize) -> Option<usize> {
    let mut at = tape.parent(block);
    while let Some(index) = at {
        if tape.is(index, Ns::W, sym::TC) || matches!(tape.node(index).ns, Ns::W | Ns::Wne) && tape.node(index).name == sym::TXBX_CONTENT {
            return Some(index);
        }
        at = tape.parent(index);
    }
    None
}

/// Where a cell is in its table.
#[derive(Debug, Clone, Copy)]
struct Cell {
    index: usize,
    row: u32,
    column: u32,
    first: bool,
    last: bool,
}

/// A table: its style, which of the special formats it asks for, its cells.
#[derive(Debug, Clone)]
struct Table {
    style: Option<String>,
    /// First and last row, first and last column, no bands of rows, no bands of columns. Two where readers do not agree.
    asked: Vec<u32>,
    bands: (u32, u32),
    shading: Option<Colour>,
    rows: u32,
    cells: Vec<Cell>,
}

const FIRST_ROW: u32 = 0x20;
const LAST_ROW: u32 = 0x40;
const FIRST_COLUMN: u32 = 0x80;
const LAST_COLUMN: u32 = 0x100;
const NO_ROW_BANDS: u32 = 0x200;
const NO_COLUMN_BANDS: u32 = 0x400;
/// What Word asks for in a new table.
const USUAL: u32 = FIRST_ROW | FIRST_COLUMN | NO_COLUMN_BANDS;

/// The tables of a part that text was looked at in.
#[derive(Debug, Default)]
pub struct Tables {
    tables: HashMap<usize, Table>,
    formats: HashMap<(Option<String>, Vec<&'static str>), Format>,
    bands: HashMap<Option<String>, (u32, u32)>,
    /// Fills behind the text of boxes.
    fills: HashMap<usize, Vec<Colour>>,
    /// The colours of what boxes lie on, by their content, where those are known.
    pub behind: HashMap<usize, Vec<Colour>>,
}

impl Tables {
    fn table(&mut self, plan: &Plan<'_>, styles: &Styles, table: usize) -> &Table {
        let bands = &mut self.bands;
        self.tables.entry(table).or_insert_with(|| read_table(plan, styles, table, bands))
    }

    /// What the style of its table says of a cell, in each way that readers may take it.
    fn formats_of(&mut self, plan: &Plan<'_>, styles: &Styles, cell: usize) -> Vec<Format> {
        let Some(table) = plan.ancestor(cell, Ns::W, sym::TBL) else { return Vec::new() };
        let table = self.table(plan, styles, table);
        let Ok(at) = table.cells.binary_search_by_key(&cell, |cell| cell.index) else { return Vec::new() };
        let style = table.style.clone();
        let kinds: Vec<Vec<&'static str>> = table.asked.iter().map(|asked| kinds(table, &table.cells[at], *asked)).collect();
        let of = |kinds: Vec<&'static str>| {
            *self.formats.entry((style.clone(), kinds)).or_insert_with_key(|(style, kinds)| styles.of_cell(style.as_deref(), kinds))
        };
        kinds.into_iter().map(of).collect()
    }

    /// What the style of its table says of a cell.
    pub fn format_of(&mut self, plan: &Plan<'_>, styles: &Styles, cell: usize) -> Format {
        self.formats_of(plan, styles, cell).first().copied().unwrap_or_default()
    }

    /// What is behind a block that has a shading of its own or none.
    pub fn ground_of(&mut self, plan: &Plan<'_>, styles: &Styles, block: usize, shading: Option<Colour>, page: Colour) -> Ground {
        let mut ground = Ground::default();
        if let Some(shading) = shading.filter(|shading| *shading != Colour::Auto) {
            ground.may_be(shading);
            return ground;
        }
        let tape = &plan.tape;
        let mut at = holder(tape, block);
        while let Some(index) = at {
            if !tape.is(index, Ns::W, sym::TC) {
                let behind = self.behind.get(&index).map_or(std::slice::from_ref(&page), Vec::as_slice);
                let fills = self
                    .fills
                    .entry(index)
                    .or_insert_with(|| behind.iter().flat_map(|behind| box_fill(tape, &styles.palette, index, *behind)).collect());
                fills.iter().for_each(|fill| ground.may_be(*fill));
                return ground;
            }
            let own = tape.child(index, Ns::W, sym::TC_PR).and_then(|properties| tape.child(properties, Ns::W, sym::SHD));
            let own = own.and_then(|shading| shading_of(tape, &styles.palette, shading));
            if let Some(own) = own.filter(|own| *own != Colour::Auto) {
                ground.may_be(own);
                return ground;
            }
            let shaded = |colour: &Colour| *colour != Colour::Auto;
            // A cell that says it has no shading has none, whatever its table style says.
            if own.is_none() {
                let formats = self.formats_of(plan, styles, index);
                let by_style: Vec<Option<Colour>> =
                    formats.iter().map(|format| format.cell.filter(shaded).or(format.table.filter(shaded))).collect();
                by_style.iter().flatten().for_each(|colour| ground.may_be(*colour));
                if !by_style.is_empty() && by_style.iter().all(Option::is_some) {
                    return ground;
                }
            }
            let table = plan.ancestor(index, Ns::W, sym::TBL).map(|table| self.table(plan, styles, table).shading);
            if let Some(shading) = table.flatten().filter(shaded) {
                ground.may_be(shading);
            }
            at = holder(tape, index);
        }
        ground.may_be(page);
        ground
    }
}

fn read_table(plan: &Plan<'_>, styles: &Styles, table: usize, bands: &mut HashMap<Option<String>, (u32, u32)>) -> Table {
    let tape = &plan.tape;
    let properties = tape.child(table, Ns::W, sym::TBL_PR);
    let child = |name: Sym| properties.and_then(|properties| tape.child(properties, Ns::W, name));
    let style = child(sym::TBL_STYLE).and_then(|style| tape.attr(style, Ns::W, sym::VAL)).map(std::borrow::Cow::into_owned);
    let asked = child(sym::TBL_LOOK).map_or_else(|| vec![0, USUAL], |look| vec![asked(tape, look)]);
    let shading = child(sym::SHD).and_then(|shading| shading_of(tape, &styles.palette, shading));
    let bands = *bands.entry(style.clone()).or_insert_with(|| styles.bands(style.as_deref()));
    let mut read = Table { bands, style, asked, shading, rows: 0, cells: Vec::new() };
    let mut column = 0;
    let mut index = table + 1;
    while index < tape.node(table).next as usize {
        let node = tape.node(index);
        let skipped = plan.fate[index] == Fate::Drop || node.kind != Kind::Element;
        match (node.ns, node.name) {
            _ if skipped => {}
            (Ns::W, sym::TR) => {
                read.rows += 1;
                column = 0;
            }
            (Ns::W, sym::TC) => {
                let first = column == 0;
                if let Some(before) = read.cells.last_mut().filter(|_| !first) {
                    before.last = false;
                }
                read.cells.push(Cell { index, row: read.rows.saturating_sub(1), column, first, last: true });
                let span = tape.child(index, Ns::W, sym::TC_PR).and_then(|properties| tape.child(properties, Ns::W, sym::GRID_SPAN));
                let span = span.and_then(|span| tape.attr(span, Ns::W, sym::VAL)).and_then(|span| span.parse::<u32>().ok());
                column += span.unwrap_or(1).clamp(1, 1000);
            }
            _ => {}
        }
        let passed_by = skipped || node.ns == Ns::W && matches!(node.name, sym::TC | sym::TBL_PR | sym::TBL_GRID);
        index = if passed_by { node.next as usize } else { index + 1 };
    }
    read
}

/// Which special formats a `w:tblLook` asks for (§17.4.55).
fn asked(tape: &Tape<'_>, look: usize) -> u32 {
    const FLAGS: [(&str, u32); 6] = [
        ("firstRow", FIRST_ROW),
        ("lastRow", LAST_ROW),
        ("firstColumn", FIRST_COLUMN),
        ("lastColumn", LAST_COLUMN),
        ("noHBand", NO_ROW_BANDS),
        ("noVBand", NO_COLUMN_BANDS),
    ];
    let written = tape.attr(look, Ns::W, sym::VAL).and_then(|value| u32::from_str_radix(&value, 16).ok()).unwrap_or(0);
    FLAGS.iter().fold(written, |asked, (name, flag)| match tape.attr(look, Ns::W, Sym::of(name.as_bytes())).as_deref() {
        Some("0" | "false" | "off") => asked & !flag,
        Some(_) => asked | flag,
        None => asked,
    })
}

/// The kinds of a cell that a table style may format apart, the weakest first (§17.7.6.6).
fn kinds(table: &Table, cell: &Cell, asked: u32) -> Vec<&'static str> {
    let on = |flag: u32| asked & flag != 0;
    let (first_row, last_row) = (on(FIRST_ROW) && cell.row == 0, on(LAST_ROW) && cell.row + 1 == table.rows && table.rows > 1);
    let (first_column, last_column) = (on(FIRST_COLUMN) && cell.first, on(LAST_COLUMN) && cell.last && !cell.first);
    let band = |at: u32, skipped: bool, size: u32| (at.saturating_sub(u32::from(skipped)) / size).is_multiple_of(2);
    let mut kinds = vec!["wholeTable"];
    if !on(NO_COLUMN_BANDS) && !first_column && !last_column {
        kinds.push(if band(cell.column, on(FIRST_COLUMN), table.bands.1) { "band1Vert" } else { "band2Vert" });
    }
    if !on(NO_ROW_BANDS) && !first_row && !last_row {
        kinds.push(if band(cell.row, on(FIRST_ROW), table.bands.0) { "band1Horz" } else { "band2Horz" });
    }
    let special = [
        (last_column, "lastCol"),
        (first_column, "firstCol"),
        (last_row, "lastRow"),
        (first_row, "firstRow"),
        (last_row && last_column, "seCell"),
        (last_row && first_column, "swCell"),
        (first_row && last_column, "neCell"),
        (first_row && first_column, "nwCell"),
    ];
    kinds.extend(special.into_iter().filter(|(is_one, _)| *is_one).map(|(_, kind)| kind));
    kinds
}

/// Whether nothing is seen of a fill of letters, however dark what is behind it.
pub fn is_transparent(tape: &Tape<'_>, palette: &Palette, fill: usize) -> bool {
    let mut colours = tape
        .descendants(fill)
        .filter(|inside| tape.node(*inside).kind == Kind::Element && tape.node(*inside).name.name().ends_with("Clr"))
        .map(|colour| palette.painted(tape, colour, Some(WHITE)))
        .peekable();
    colours.peek().is_some() && colours.all(|painted| painted.is_some_and(|(_, opacity)| opacity <= 0.05))
}

/// The shape in `DrawingML` that an element belongs to: nearest first.
fn shape_around(tape: &Tape<'_>, inside: usize) -> Option<usize> {
    let mut at = tape.parent(inside);
    while let Some(index) = at {
        if tape.node(index).name == sym::WSP {
            return Some(index);
        }
        at = tape.parent(index);
    }
    None
}

/// The colour of letters in a text box for which nothing is said: that of its shape's style (§20.1.4.1.17).
pub fn base_colour(tape: &Tape<'_>, palette: &Palette, text_box: usize) -> Colour {
    let style = shape_around(tape, text_box).and_then(|shape| tape.children(shape).find(|child| tape.node(*child).name == sym::STYLE));
    let reference = style.and_then(|style| tape.child(style, Ns::A, sym::FONT_REF));
    let colour = reference.and_then(|reference| tape.children(reference).find(|child| tape.node(*child).kind == Kind::Element));
    colour.and_then(|colour| palette.painted(tape, colour, None)).map_or(Colour::Auto, |(rgb, _)| Colour::One(rgb))
}

/// The fills that may be behind the text of a text box.
fn box_fill(tape: &Tape<'_>, palette: &Palette, content: usize, page: Colour) -> Vec<Colour> {
    let mut at = tape.parent(content);
    while let Some(index) = at {
        let node = tape.node(index);
        if node.name == sym::WSP {
            return shape_fill(tape, palette, index, page);
        }
        if node.ns == Ns::V && node.name != sym::TEXTBOX {
            return vml_fill(tape, index, page);
        }
        at = tape.parent(index);
    }
    vec![page]
}

/// The fill of a shape in `DrawingML`: its own, that of its group, or that of its style.
pub fn shape_fill(tape: &Tape<'_>, palette: &Palette, shape: usize, page: Colour) -> Vec<Colour> {
    let under = page.each().next().unwrap_or(WHITE);
    let properties = |of: usize, name: Sym| tape.children(of).find(|child| tape.node(*child).name == name);
    let fill_in = |properties: usize| {
        let elements = tape.children(properties).filter(|child| tape.node(*child).kind == Kind::Element);
        elements
            .filter(|child| {
                matches!(tape.node(*child).name.name(), "noFill" | "solidFill" | "gradFill" | "blipFill" | "pattFill" | "grpFill")
            })
            .last()
    };
    let mut fill = properties(shape, sym::SP_PR).and_then(fill_in);
    let mut around = tape.parent(shape);
    while let Some(group) = around.filter(|_| fill.is_some_and(|fill| tape.node(fill).name == sym::GRP_FILL)) {
        if let Some(properties) = properties(group, sym::GRP_SP_PR) {
            fill = fill_in(properties);
        }
        around = tape.parent(group);
    }
    if let Some(fill) = fill {
        let none = tape.node(fill).name == sym::NO_FILL;
        return vec![if none { page } else { palette.fill(tape, fill, under).unwrap_or(Colour::Unknown) }];
    }
    let style = properties(shape, sym::STYLE).and_then(|style| tape.child(style, Ns::A, sym::FILL_REF));
    let Some(reference) = style.filter(|reference| !matches!(tape.attr(*reference, Ns::None, sym::IDX).as_deref(), None | Some("0")))
    else {
        return vec![page];
    };
    let colour = tape.children(reference).find(|child| tape.node(*child).kind == Kind::Element);
    let painted = colour.and_then(|colour| palette.painted(tape, colour, None));
    vec![painted.map_or(Colour::Unknown, |(rgb, opacity)| Colour::One(laid_over(rgb, opacity, under)))]
}

/// The fill of a shape in VML: white where nothing is said (ECMA-376-4 §19.1.2.5).
pub fn vml_fill(tape: &Tape<'_>, shape: usize, page: Colour) -> Vec<Colour> {
    let off = |value: Option<std::borrow::Cow<'_, str>>| matches!(value.as_deref(), Some("f" | "false" | "0" | "off"));
    let attr = |index: usize, name: &str| tape.attr(index, Ns::None, Sym::of(name.as_bytes()));
    let fill = tape.child(shape, Ns::V, sym::FILL);
    if off(attr(shape, "filled")) || fill.is_some_and(|fill| off(attr(fill, "on"))) {
        return vec![page];
    }
    let under = page.each().next().unwrap_or(WHITE);
    let opacity = fill.and_then(|fill| attr(fill, "opacity")).map_or(Some(1.0), |value| match value.strip_suffix('f') {
        Some(fixed) => fixed.parse::<f64>().ok().map(|fixed| fixed / 65536.0),
        None if value.ends_with('%') => share_of(&value),
        None => value.parse().ok(),
    });
    let own = fill.and_then(|fill| attr(fill, "color")).or_else(|| attr(shape, "fillcolor"));
    let base = own.as_deref().map_or(Some(WHITE), vml_colour);
    let colour = |value: Option<std::borrow::Cow<'_, str>>| match (value, opacity) {
        (Some(value), _) if value == "none" => page,
        (Some(value), Some(opacity)) => {
            let rgb = vml_colour(&value).or_else(|| shaded(base?, &value));
            rgb.map_or(Colour::Unknown, |rgb| Colour::One(laid_over(rgb, opacity, under)))
        }
        (None, Some(opacity)) => Colour::One(laid_over(WHITE, opacity, under)),
        (_, None) => Colour::Unknown,
    };
    let mut fills = vec![colour(own)];
    if let Some(fill) = fill {
        match attr(fill, "type").as_deref() {
            None | Some("solid") => {}
            Some("gradient" | "gradientRadial" | "gradientradial") => fills.extend(attr(fill, "color2").map(|second| colour(Some(second)))),
            Some(_) if tape.attrs(fill).iter().any(refers) => fills.push(Colour::Unknown),
            Some(_) => {}
        }
    }
    fills
}

/// A colour made from that of the fill: `fill darken(118)`, `fill lighten(51)` (ECMA-376-4 §19.1.2.5).
fn shaded(base: Rgb, value: &str) -> Option<Rgb> {
    let (how, share) = value.strip_prefix("fill ")?.trim_end_matches(')').split_once('(')?;
    let share = f64::from(share.parse::<u8>().ok()?) / 255.0;
    match how {
        "darken" => Some(laid_over(base, share, [0; 3])),
        "lighten" => Some(laid_over(base, share, WHITE)),
        _ => None,
    }
}
