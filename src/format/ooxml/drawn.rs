//! Text of drawings, charts and diagrams (`a:r`) that its reader does not see: too small, without fill, in the colour of what is behind it.
//!
//! What a run does not say itself it takes from its paragraph, from the list style of its text, and in a chart from the text properties of
//! whatever it stands in, up to the whole chart (ECMA-376-1 §21.1.2.3.9, §21.1.2.4.12, §21.2.2.216). So do the words that a chart writes
//! from its data: names at axes, in legends, labels and titles. Colours of the document's theme are not followed here, but for black and
//! white.

use foldhash::HashMap;

use super::colour::{BLACK, Colour, Palette, WHITE, alike};
use super::geometry::OVER_EACH_OTHER;
use super::plan::{Plan, is_on};
use super::report::Report;
use crate::format::xml::{Kind, Ns, Sym, Tape, sym};
use crate::model::FindingKind;
use crate::policy::{Action, Orders};

/// Below 4 points, in hundredths.
const TINY: i64 = 400;
/// Size of letters for which none is said, in hundredths of a point (§21.1.2.3.9 leaves it to the reader).
const USUAL: i64 = 1000;
/// Letters that are less than this closer than usual are not drawn over each other: 9 twentieths of 4 points, in hundredths.
const CLOSE: i64 = 180;
/// A line of less around letters is not seen: a quarter of a point, in 12,700ths.
const THINNEST_LINE: i64 = 3175;
/// Styles of charts from this one on have a ground of their own, and letters that stand out on it (ECMA-376-1 §21.2.2.227).
const DARK_STYLES: u32 = 33;

/// Holds what has text that nobody sees; a policy may have it taken out.
pub fn resolve(plan: &mut Plan<'_>, orders: &Orders, report: &mut Report) {
    let runs = plan.tape.named_any_in(Ns::A, &[sym::R, sym::FLD]);
    let in_chart = plan.tape.node(plan.tape.root).ns == Ns::C;
    if runs.is_empty() && !in_chart {
        return;
    }
    let mut looks = Looks::new(&plan.tape, in_chart);
    let unseen: Vec<(usize, &'static str)> =
        runs.into_iter().filter(|run| plan.alive(*run)).filter_map(|run| Some((run, looks.of_run(&plan.tape, run)?))).collect();
    if in_chart {
        let written = written_from_data(plan).into_iter().find_map(|holder| looks.of_holder(&plan.tape, holder));
        if let Some(why) = written {
            report.hold(FindingKind::InvisibleText, &plan.name, why);
        }
    }
    for (run, why) in unseen {
        if plan.living_text(run).trim().is_empty() {
            continue;
        }
        if orders.action(FindingKind::InvisibleText) == Action::Remove {
            report.words_in(FindingKind::InvisibleText, plan, run);
            report.removed(FindingKind::InvisibleText, &plan.name, 1);
            plan.drop_node(run);
        } else {
            report.hold(FindingKind::InvisibleText, &plan.name, why);
        }
    }
}

/// How the text of a part looks.
struct Looks {
    palette: Palette,
    /// The colour of letters for which nothing is said, where that is known.
    usual: Option<Colour>,
    /// The paragraph that was looked at last, with what its runs take from it: it may hold any number of them.
    last: Option<(usize, Vec<usize>, Vec<Colour>)>,
    /// What elements say of what is in them: any of them may stand around any number.
    said: HashMap<usize, Said>,
}

/// What an element says of what is in it.
#[derive(Debug, Clone, Copy)]
struct Said {
    /// The run properties of all of its text.
    text: Option<usize>,
    /// Its fill.
    fill: Option<usize>,
    /// Whether it takes a fill from its style.
    styled: bool,
}

impl Said {
    fn by(tape: &Tape<'_>, index: usize) -> Self {
        let of_chart = tape.node(index).ns == Ns::C;
        let child = |name: Sym| tape.children(index).find(|child| tape.node(*child).name == name);
        let of_all = of_chart.then(|| tape.child(index, Ns::C, Sym::of(b"txPr"))).flatten();
        let paragraph = of_all.and_then(|of_all| tape.child(of_all, Ns::A, sym::P));
        let properties = paragraph.and_then(|paragraph| tape.child(paragraph, Ns::A, sym::P_PR));
        // The properties of an axis are those of its line.
        let is_axis = of_chart && tape.node(index).name.name().ends_with("Ax");
        let reference = child(sym::STYLE).and_then(|style| tape.child(style, Ns::A, sym::FILL_REF));
        Self {
            text: properties.and_then(|properties| tape.child(properties, Ns::A, sym::DEF_RPR)),
            fill: child(sym::SP_PR).filter(|_| !is_axis).and_then(|properties| fill_in(tape, properties)),
            styled: reference.is_some_and(|reference| tape.attr(reference, Ns::None, sym::IDX).is_some_and(|index| index != "0")),
        }
    }
}

impl Looks {
    fn new(tape: &Tape<'_>, in_chart: bool) -> Self {
        let style = tape.child(tape.root, Ns::C, sym::STYLE).and_then(|style| tape.attr(style, Ns::None, sym::VAL));
        let is_light = style.and_then(|style| style.trim().parse::<u32>().ok()).is_none_or(|style| style < DARK_STYLES);
        Self {
            palette: Palette::default(),
            usual: (in_chart && is_light).then_some(Colour::One(BLACK)),
            last: None,
            said: HashMap::default(),
        }
    }

    /// Why nobody sees a run.
    fn of_run(&mut self, tape: &Tape<'_>, run: usize) -> Option<&'static str> {
        let paragraph = tape.parent(run)?;
        if self.last.as_ref().is_none_or(|(last, ..)| *last != paragraph) {
            self.last = Some((paragraph, self.inherited(tape, paragraph), self.grounds(tape, paragraph)));
        }
        let (_, inherited, grounds) = self.last.as_ref()?;
        let properties: Vec<usize> = tape.child(run, Ns::A, sym::R_PR).into_iter().chain(inherited.iter().copied()).collect();
        self.unseen(tape, &properties, grounds)
    }

    /// Why nobody sees what a chart writes in one of its parts.
    fn of_holder(&mut self, tape: &Tape<'_>, holder: usize) -> Option<&'static str> {
        let (properties, grounds) = (self.text_properties(tape, holder), self.grounds(tape, holder));
        self.unseen(tape, &properties, &grounds)
    }

    fn said(&mut self, tape: &Tape<'_>, index: usize) -> Said {
        *self.said.entry(index).or_insert_with(|| Said::by(tape, index))
    }

    /// The run properties that the runs of a paragraph take from it and from what is around it, the nearest first.
    fn inherited(&mut self, tape: &Tape<'_>, paragraph: usize) -> Vec<usize> {
        let own = tape.child(paragraph, Ns::A, sym::P_PR);
        let level = own.and_then(|own| tape.attr(own, Ns::None, sym::LVL)).and_then(|level| level.trim().parse::<u8>().ok()).unwrap_or(0);
        let body = tape.parent(paragraph);
        let styles = body.and_then(|body| tape.child(body, Ns::A, sym::LST_STYLE));
        let level = Sym::of(format!("lvl{}pPr", level.saturating_add(1)).as_bytes());
        let of_level = styles.and_then(|styles| tape.child(styles, Ns::A, level));
        let defaults = [own, of_level].into_iter().flatten().filter_map(|properties| tape.child(properties, Ns::A, sym::DEF_RPR));
        let mut properties: Vec<usize> = defaults.collect();
        properties.extend(body.map(|body| self.text_properties(tape, body)).unwrap_or_default());
        properties
    }

    /// The run properties that a part of a chart and those around it say for all of their text, the nearest first.
    fn text_properties(&mut self, tape: &Tape<'_>, inside: usize) -> Vec<usize> {
        std::iter::successors(Some(inside), |index| tape.parent(*index)).filter_map(|index| self.said(tape, index).text).collect()
    }

    /// What may be behind a text: the fill of the nearest shape or part of a chart that has one, at last white; beside that of the plot, on
    /// which axes may write or not, that of the chart. None where it cannot be told, as behind a label of data, which may stand on what it
    /// labels.
    fn grounds(&mut self, tape: &Tape<'_>, inside: usize) -> Vec<Colour> {
        let mut found = Vec::new();
        for index in std::iter::successors(Some(inside), |index| tape.parent(*index)) {
            let name = tape.node(index).name.name();
            let of_chart = tape.node(index).ns == Ns::C;
            if of_chart && matches!(name, "dLbls" | "dLbl" | "trendlineLbl") {
                return Vec::new();
            }
            let said = self.said(tape, index);
            match said.fill {
                Some(fill) if tape.node(fill).name == sym::NO_FILL => {}
                Some(fill) => {
                    found.extend(self.palette.fill(tape, fill, WHITE).filter(|colour| *colour != Colour::Unknown));
                    if !(of_chart && name == "plotArea") {
                        return found;
                    }
                }
                None if said.styled => return found,
                None => {}
            }
        }
        found.push(Colour::One(WHITE));
        found
    }

    /// `properties` are those that count for a text, the nearest first; `grounds` what may be behind it.
    fn unseen(&self, tape: &Tape<'_>, properties: &[usize], grounds: &[Colour]) -> Option<&'static str> {
        let size = properties.iter().find_map(|said| tape.attr(*said, Ns::None, sym::SZ));
        if size.and_then(|size| size.trim().parse::<i64>().ok()).is_some_and(|size| size < TINY) {
            return Some("text below 4 points");
        }
        let number = |name: &[u8]| properties.iter().find_map(|said| tape.attr(*said, Ns::None, Sym::of(name))?.trim().parse::<i64>().ok());
        let closer = number(b"spc").map_or(0, i64::saturating_neg);
        if closer >= CLOSE && closer.saturating_mul(20) >= number(b"sz").unwrap_or(USUAL).saturating_mul(9) {
            return Some(OVER_EACH_OTHER);
        }
        let line = properties.iter().find_map(|said| tape.child(*said, Ns::A, sym::LN)).and_then(|line| {
            let width = tape.attr(line, Ns::None, sym::W).and_then(|width| width.trim().parse::<i64>().ok());
            let is_thin = width.is_none_or(|width| width < THINNEST_LINE);
            fill_in(tape, line).filter(|fill| tape.node(*fill).name != sym::NO_FILL && !is_thin)
        });
        let fill = properties.iter().find_map(|said| fill_in(tape, *said));
        let is_empty = fill.is_some_and(|fill| tape.node(fill).name == sym::NO_FILL);
        if is_empty && line.is_none() {
            return Some("text without fill");
        }
        let is_lost = |ground: &Colour| {
            let under = ground.each().next()?;
            let is_like = |ink: Colour| ink.each().count() > 0 && ink.each().all(|ink| ground.each().any(|ground| alike(ink, ground)));
            let letters = is_empty || is_like(fill.map_or(self.usual, |fill| self.palette.fill(tape, fill, under))?);
            Some(letters && line.is_none_or(|line| self.palette.fill(tape, line, under).is_some_and(is_like)))
        };
        grounds.iter().any(|ground| is_lost(ground) == Some(true)).then_some("text in the colour of its background")
    }
}

/// The fill that properties name.
fn fill_in(tape: &Tape<'_>, properties: usize) -> Option<usize> {
    let is_fill =
        |name: Sym| matches!(name, sym::NO_FILL | sym::SOLID_FILL | sym::GRAD_FILL | sym::PATT_FILL | sym::BLIP_FILL | sym::GRP_FILL);
    tape.children(properties).find(|child| tape.node(*child).kind == Kind::Element && is_fill(tape.node(*child).name))
}

/// The parts of a chart that write words of its data, which is more than numbers.
fn written_from_data(plan: &Plan<'_>) -> Vec<usize> {
    let tape = &plan.tape;
    let child = |index: usize, name: &str| tape.child(index, Ns::C, Sym::of(name.as_bytes())).filter(|child| plan.alive(*child));
    let on = |index: usize, name: &str| child(index, name).is_some_and(|child| is_on(tape, child, Ns::None));
    let says_words = |name: &str| {
        plan.living_named(Ns::C, Sym::of(name.as_bytes())).any(|data| {
            let mut values = plan.living_in(data).filter(|inside| tape.is(*inside, Ns::C, Sym::of(b"v")));
            values.any(|value| tape.inner_text(value).contains(char::is_alphabetic))
        })
    };
    let (categories, names) = (says_words("cat"), says_words("tx"));
    let writes = |index: usize| match tape.node(index).name.name() {
        "catAx" | "dateAx" => {
            let labels = child(index, "tickLblPos").and_then(|labels| tape.attr(labels, Ns::None, sym::VAL));
            categories && !on(index, "delete") && labels.is_none_or(|labels| labels != "none")
        }
        "serAx" => names && !on(index, "delete"),
        "legend" | "legendEntry" | "dTable" => names || categories,
        "dLbls" | "dLbl" => !on(index, "delete") && (categories && on(index, "showCatName") || names && on(index, "showSerName")),
        "title" => names && child(index, "tx").is_none(),
        _ => false,
    };
    plan.living().filter(|index| tape.node(*index).ns == Ns::C && tape.node(*index).kind == Kind::Element && writes(*index)).collect()
}
