//! Charts and diagrams: what is drawn stays, the data behind it goes (ECMA-376-1 §21.2, §21.4).

use std::collections::{BTreeMap, BTreeSet};

use super::attributes::is_number_format;
use super::geometry::shows_text;
use super::members::members_of_diagram;
use super::pictures::shows_picture;
use super::plan::{Plan, Walk, is_on};
use super::report::Report;
use crate::format::xml::{Kind, Ns, Sym, sym};
use crate::model::FindingKind;

/// What a label can show (ECMA-376-1 §21.2.2.47).
const LABEL_PARTS: [&str; 5] = ["showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize"];

/// Nothing can be read in less room, in twentieths of a point.
const LEAST_ROOM: i64 = 40;

/// Holds a chart whose labels show cells of the workbook: what draws them is an extension, and goes with the workbook.
pub fn check_labels(plan: &Plan<'_>, report: &mut Report) {
    let tape = &plan.tape;
    let from_cells = (0..tape.nodes.len()).any(|index| {
        tape.node(index).kind == Kind::Element
            && tape.tag_name(index).rsplit(':').next() == Some("showDataLabelsRange")
            && is_on(tape, index, Ns::None)
    });
    if from_cells {
        report.hold(FindingKind::ChartData, &plan.name, "labels of a chart show cells of its workbook, which goes");
    }
}

/// Kinds of charts whose legends name the points.
const ROUND: [&str; 4] = ["pieChart", "pie3DChart", "doughnutChart", "ofPieChart"];

/// Kinds of charts that draw one series alone, the first.
const PIES: [&str; 3] = ["pieChart", "pie3DChart", "ofPieChart"];

/// What of a chart is drawn.
#[allow(clippy::struct_excessive_bools, reason = "each says of one kind of words whether it is drawn")]
struct Drawn {
    legend: bool,
    series_names: bool,
    categories: bool,
    /// Whether names of series, or some of them, are drawn elsewhere than in the legend.
    names_beside_legend: bool,
    /// The same of categories, each of them.
    categories_beside_legend: bool,
    /// Whether some label may show its category.
    some_categories: bool,
    /// The name that a title without words of its own shows, where only the first of several series is drawn.
    titling: Option<usize>,
    /// Whether the legend has an entry for each point instead of one for each series; `None` where programs differ.
    by_points: Option<bool>,
}

impl Drawn {
    fn of(plan: &Plan<'_>) -> Self {
        let any = |name: &str| named(plan, name).next().is_some();
        let axis = |name: &str| {
            named(plan, name).any(|axis| {
                let labels = child(plan, axis, "tickLblPos").and_then(|labels| plan.tape.attr(labels, Ns::None, sym::VAL));
                !is_child_on(plan, axis, "delete", false) && labels.is_none_or(|labels| labels != "none")
            })
        };
        let label = |part: &str| {
            let holders = named(plan, "dLbls").chain(named(plan, "dLbl"));
            // What does not say that it shows no such thing may show it: programs differ.
            holders.filter(|holder| !is_child_on(plan, *holder, "delete", false)).any(|holder| is_child_on(plan, holder, part, true))
        };
        let legend = any("legend");
        let one_series = named(plan, "ser").count() == 1;
        let words_of_title = || named(plan, "title").any(|title| child(plan, title, "tx").is_some());
        let named_by_series = one_series && !named(plan, "chart").any(|chart| is_child_on(plan, chart, "autoTitleDeleted", false));
        let round = || ROUND.into_iter().any(any);
        let groups = || plan.living().filter(|group| plan.tape.node(*group).ns == Ns::C && child(plan, *group, "ser").is_some());
        let varied = || one_series && groups().any(|group| is_child_on(plan, group, "varyColors", true));
        let in_table = any("dTable");
        let names_beside_legend = in_table || named_by_series && !words_of_title() || label("showSerName") || axis("serAx");
        // Where nothing is said of colours, programs differ (ECMA-376-1 §21.2.2.227).
        let says_so = || groups().all(|group| child(plan, group, "varyColors").is_some());
        let is_round = |group: usize| ROUND.contains(&plan.tape.node(group).name.name());
        let by_points = match (groups().all(is_round), one_series) {
            (true, _) => Some(true),
            (false, true) => says_so().then(varied),
            (false, false) => (!round()).then_some(false),
        };
        let categories_beside_legend = in_table || axis("catAx") || axis("dateAx");
        let is_pie = |group: usize| PIES.contains(&plan.tape.node(group).name.name());
        let untitled = |chart: usize| {
            let is_wordless = child(plan, chart, "title").is_some_and(|title| child(plan, title, "tx").is_none());
            is_wordless && !is_child_on(plan, chart, "autoTitleDeleted", false)
        };
        let titling = if named(plan, "chart").any(untitled) && groups().all(is_pie) {
            named(plan, "ser").next().and_then(|first| child(plan, first, "tx"))
        } else {
            None
        };
        Self {
            legend,
            series_names: legend && by_points != Some(true) || names_beside_legend,
            categories: legend && by_points != Some(false) || categories_beside_legend || label("showCatName"),
            names_beside_legend,
            categories_beside_legend: categories_beside_legend || one_series && shown_by_all_labels(plan),
            some_categories: label("showCatName"),
            titling,
            by_points,
        }
    }
}

/// Whether the labels of the points all show the category, none of them in its own way.
fn shown_by_all_labels(plan: &Plan<'_>) -> bool {
    let labels: Vec<usize> = named(plan, "dLbls").collect();
    let [labels] = labels[..] else { return false };
    is_child_on(plan, labels, "showCatName", false) && child(plan, labels, "dLbl").is_none()
}

/// Elements of the chart's own vocabulary that stay.
fn named<'p>(plan: &'p Plan<'_>, name: &'p str) -> impl Iterator<Item = usize> + 'p {
    plan.living_named(Ns::C, Sym::of(name.as_bytes())).filter(move |index| plan.tape.node(*index).name.name() == name)
}

/// Those of [`named`] that stand in no other of them.
fn outermost<'p>(plan: &'p Plan<'_>, name: &'p str) -> impl Iterator<Item = usize> + 'p {
    let mut end = 0;
    named(plan, name).filter(move |index| {
        let is_outer = *index >= end;
        end = end.max(plan.tape.node(*index).next as usize);
        is_outer
    })
}

fn child(plan: &Plan<'_>, index: usize, name: &str) -> Option<usize> {
    plan.living_children(index).find(|child| plan.tape.node(*child).ns == Ns::C && plan.tape.node(*child).name.name() == name)
}

fn is_child_on(plan: &Plan<'_>, index: usize, name: &str, absent: bool) -> bool {
    child(plan, index, name).map_or(absent, |child| is_on(&plan.tape, child, Ns::None))
}

fn goes(plan: &mut Plan<'_>, index: usize, report: &mut Report) {
    report.removed(FindingKind::ChartData, &plan.name, 1);
    report.words(FindingKind::ChartData, &plan.name, &plan.tape.inner_text(index));
    plan.drop_node(index);
}

/// Holds a chart with words of which programs show some or none: a title where there is to be none (ECMA-376-1 §21.2.2.7), a label that
/// shows nothing of what it may show.
fn check_switched_off(plan: &Plan<'_>, report: &mut Report) {
    let words = |index: usize| !plan.living_text(index).trim().is_empty();
    let untitled = |chart: &usize| is_child_on(plan, *chart, "autoTitleDeleted", false);
    if named(plan, "chart").filter(untitled).any(|chart| child(plan, chart, "title").is_some_and(words)) {
        report.hold(FindingKind::ChartData, &plan.name, "the title of a chart that is to have none: programs show it, or do not");
    }
    let blank = |label: &usize| !LABEL_PARTS.iter().any(|part| is_child_on(plan, *label, part, true));
    if named(plan, "dLbl").filter(blank).any(|label| child(plan, label, "tx").is_some_and(words)) {
        report.hold(FindingKind::ChartData, &plan.name, "a label with words of its own that shows nothing: programs show it, or do not");
    }
}

/// Takes out of a chart the words that its parts hold and do not draw.
fn resolve_undrawn(plan: &mut Plan<'_>, report: &mut Report) {
    // A label or an axis that is deleted is nothing else (ECMA-376-1 §21.2.2.40).
    let deleted = named(plan, "delete").filter(|deleted| is_on(&plan.tape, *deleted, Ns::None));
    let parents: BTreeSet<usize> = deleted.filter_map(|deleted| plan.tape.parent(deleted)).collect();
    for parent in parents {
        let gone: &[&str] = match plan.tape.node(parent).name.name() {
            "dLbl" | "dLbls" => &["layout", "tx", "numFmt", "spPr", "txPr", "dLblPos", "separator", "leaderLines"],
            "catAx" | "valAx" | "dateAx" | "serAx" => {
                if child(plan, parent, "title").is_some_and(|title| !plan.living_text(title).trim().is_empty()) {
                    report.hold(FindingKind::ChartData, &plan.name, "the title of an axis that is not drawn: programs show it, or do not");
                }
                continue;
            }
            _ => continue,
        };
        for inside in plan.living_children(parent).collect::<Vec<_>>() {
            if plan.tape.node(inside).ns == Ns::C && gone.contains(&plan.tape.node(inside).name.name()) {
                goes(plan, inside, report);
            }
        }
    }
    let drawn = Drawn::of(plan);
    let of_series = |plan: &Plan<'_>, parent: &str, name: &str| -> Vec<usize> {
        named(plan, name)
            .filter(|index| {
                plan.tape.parent(*index).is_some_and(|at| plan.tape.node(at).ns == Ns::C && plan.tape.node(at).name.name() == parent)
            })
            .filter(|index| !plan.tape.inner_text(*index).trim().is_empty())
            .collect()
    };
    if !drawn.series_names {
        of_series(plan, "ser", "tx").into_iter().filter(|name| drawn.titling != Some(*name)).for_each(|name| goes(plan, name, report));
    }
    if !drawn.legend {
        of_series(plan, "trendline", "name").into_iter().for_each(|name| goes(plan, name, report));
    }
    if !drawn.categories {
        for categories in of_series(plan, "ser", "cat") {
            let are_words = plan
                .living_in(categories)
                .any(|inside| matches!(plan.tape.node(inside).name.name(), "strRef" | "strLit" | "multiLvlStrRef"));
            if are_words {
                number_categories(plan, categories, None, report);
            }
        }
    }
    // Of labels with many separators each is asked about once.
    let mut separating: BTreeMap<Option<usize>, bool> = BTreeMap::new();
    for separator in named(plan, "separator").collect::<Vec<_>>() {
        let parts = |holder: usize| LABEL_PARTS.iter().filter(|part| is_child_on(plan, holder, part, true)).count();
        let holder = plan.tape.parent(separator);
        let separates = *separating.entry(holder).or_insert_with(|| {
            let mut holders = holder.into_iter().chain(holder.into_iter().flat_map(|holder| plan.tape.children(holder)));
            holders.any(|holder| matches!(plan.tape.node(holder).name.name(), "dLbls" | "dLbl") && parts(holder) > 1)
        });
        if !separates && plan.tape.inner_text(separator).contains(char::is_alphanumeric) {
            goes(plan, separator, report);
        }
    }
    resolve_points(plan, report);
}

/// Puts numbers in the place of categories that nothing draws: how many there are decides how wide the chart is. `only`: of one of them.
fn number_categories(plan: &mut Plan<'_>, categories: usize, only: Option<usize>, report: &mut Report) {
    for point in plan.living_in(categories).filter(|inside| plan.tape.is(*inside, Ns::C, sym::PT)).collect::<Vec<_>>() {
        let number = plan.tape.attr(point, Ns::None, sym::IDX).and_then(|at| at.parse::<u32>().ok()).map_or(1, |at| at.saturating_add(1));
        if only.is_some_and(|only| number as usize != only.saturating_add(1)) {
            continue;
        }
        let Some(value) = child(plan, point, "v") else { continue };
        let words = plan.tape.inner_text(value);
        if words.trim() != number.to_string() {
            report.removed(FindingKind::ChartData, &plan.name, 1);
            report.words(FindingKind::ChartData, &plan.name, &words);
            set_only_text(plan, value, &number.to_string());
        }
    }
}

/// Points past the end of a list, and points at one place (ECMA-376-1 §21.2.2.152): of these readers show one or the other.
fn resolve_points(plan: &mut Plan<'_>, report: &mut Report) {
    let mut lists = BTreeSet::new();
    for count in named(plan, "ptCount").collect::<Vec<_>>() {
        let Some(list) = plan.tape.parent(count) else { continue };
        if !lists.insert(list) {
            report.hold(FindingKind::ChartData, &plan.name, "a list of a chart says more than once how long it is");
            continue;
        }
        let length = plan.tape.attr(count, Ns::None, sym::VAL).and_then(|value| value.trim().parse::<u64>().ok());
        let mut places = BTreeSet::new();
        for point in plan.living_in(list).filter(|inside| plan.tape.is(*inside, Ns::C, sym::PT)).collect::<Vec<_>>() {
            let place = plan.tape.attr(point, Ns::None, sym::IDX).and_then(|at| at.trim().parse::<u64>().ok());
            if length.is_some_and(|length| place.is_none_or(|place| place >= length)) {
                goes(plan, point, report);
            } else if !places.insert((plan.tape.parent(point), place)) {
                report.hold(FindingKind::ChartData, &plan.name, "two values of a chart at one place: programs show one or the other");
            }
        }
    }
}

/// Takes out the words of the entries that a legend leaves out (ECMA-376-1 §21.2.2.94), unless they are drawn elsewhere in the chart. Holds
/// the chart where it cannot be told which words these are, or whether they are drawn.
fn deleted_entries(plan: &mut Plan<'_>, report: &mut Report) {
    let deleted: BTreeSet<Option<usize>> = named(plan, "legendEntry")
        .filter(|entry| is_child_on(plan, *entry, "delete", false))
        .map(|entry| number_in(plan, entry, "idx"))
        .collect();
    if deleted.is_empty() {
        return;
    }
    if deleted.len() > ENTRIES_MAX {
        report.hold(FindingKind::ChartData, &plan.name, "the legend of a chart leaves out more entries than any has");
        return;
    }
    let drawn = Drawn::of(plan);
    let series: Vec<usize> = named(plan, "ser").collect();
    // Entries count the series, or the points of the only one. What programs count when these numbers are not those of their order differs.
    let in_order = series.iter().enumerate().all(|(at, one)| ["idx", "order"].iter().all(|name| number_in(plan, *one, name) == Some(at)));
    for entry in deleted {
        let told = match entry.filter(|_| in_order) {
            None => false,
            Some(_) if drawn.by_points.is_none() => false,
            Some(point) if drawn.by_points == Some(true) => {
                drawn.categories_beside_legend || !drawn.some_categories && number_point(plan, &series, point, report)
            }
            Some(at) => match series.get(at) {
                Some(one) => series_goes_unnamed(plan, *one, &drawn, report),
                // Lines of trend come after the series, and most have no name of their own.
                None => !named(plan, "trendline").any(|line| child(plan, line, "name").is_some()),
            },
        };
        if !told {
            report.hold(FindingKind::ChartData, &plan.name, "the legend of a chart leaves out an entry, whose words stay in its data");
        }
    }
}

/// Deleted entries of a legend: each is looked for among all points.
const ENTRIES_MAX: usize = 256;

/// The number in a child of an element.
fn number_in(plan: &Plan<'_>, index: usize, name: &str) -> Option<usize> {
    plan.tape.attr(child(plan, index, name)?, Ns::None, sym::VAL)?.trim().parse().ok()
}

/// Takes the name of a series out, unless it is drawn beside the legend. Whether either could be told.
fn series_goes_unnamed(plan: &mut Plan<'_>, series: usize, drawn: &Drawn, report: &mut Report) -> bool {
    let Some(name) = child(plan, series, "tx").filter(|name| !plan.tape.inner_text(*name).trim().is_empty()) else { return true };
    let labels = child(plan, series, "dLbls").filter(|labels| !is_child_on(plan, *labels, "delete", false));
    if labels.is_some_and(|labels| is_child_on(plan, labels, "showSerName", false)) {
        return true;
    }
    if drawn.names_beside_legend {
        return false;
    }
    goes(plan, name, report);
    true
}

/// Puts a number in the place of one category. Whether there is one list of them.
fn number_point(plan: &mut Plan<'_>, series: &[usize], point: usize, report: &mut Report) -> bool {
    let [series] = series else { return false };
    let Some(categories) = child(plan, *series, "cat") else { return true };
    if plan.living_in(categories).any(|inside| plan.tape.node(inside).name == sym::MULTI_LVL_STR_REF) {
        return false;
    }
    number_categories(plan, categories, Some(point), report);
    true
}

/// Takes out words of labels that are not drawn: of a line of trend that shows neither its formula nor how well it fits (ECMA-376-1
/// §21.2.2.212), of units that an axis does not have (§21.2.2.45), of a point that there is not (§21.2.2.47), and runs among the properties
/// of text (§21.2.2.216).
fn undrawn_labels(plan: &mut Plan<'_>, report: &mut Report) {
    let mut undrawn = Vec::new();
    for line in named(plan, "trendline") {
        let shows = ["dispRSqr", "dispEq"].iter().any(|part| is_child_on(plan, line, part, false));
        undrawn.extend(child(plan, line, "trendlineLbl").filter(|_| !shows).and_then(|label| child(plan, label, "tx")));
    }
    for units in named(plan, "dispUnits") {
        let shows = ["builtInUnit", "custUnit"].iter().any(|unit| child(plan, units, unit).is_some());
        undrawn.extend(child(plan, units, "dispUnitsLbl").filter(|_| !shows).and_then(|label| child(plan, label, "tx")));
    }
    for series in outermost(plan, "ser") {
        let counts = plan.living_in(series).filter(|inside| plan.tape.node(*inside).name == sym::PT_COUNT);
        let points = counts.filter_map(|count| plan.tape.attr(count, Ns::None, sym::VAL)?.trim().parse::<usize>().ok()).max();
        let labels = child(plan, series, "dLbls").into_iter().flat_map(|labels| plan.living_children(labels));
        let beyond = |label: &usize| number_in(plan, *label, "idx").zip(points).is_some_and(|(at, points)| at >= points);
        undrawn.extend(labels.filter(|label| plan.tape.node(*label).name.name() == "dLbl").filter(beyond));
    }
    for properties in outermost(plan, "txPr") {
        let is_run = |inside: &usize| plan.tape.node(*inside).ns == Ns::A && matches!(plan.tape.node(*inside).name, sym::R | sym::FLD);
        undrawn.extend(plan.living_in(properties).filter(is_run));
    }
    undrawn.into_iter().for_each(|label| goes(plan, label, report));
}

/// Holds a chart with values that are no numbers, with words of categories that its axis leaves out (ECMA-376-1 §21.2.2.114), or with
/// something that lies outside of it (§21.2.2.95).
fn check_values(plan: &Plan<'_>, report: &mut Report) {
    const ERRORS: [&str; 7] = ["#N/A", "#DIV/0!", "#REF!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"];
    let is_value = |text: &str| text.is_empty() || text.parse::<f64>().is_ok() || ERRORS.contains(&text);
    for list in named(plan, "numCache").chain(named(plan, "numLit")) {
        let mut points = plan.living_children(list).filter(|point| plan.tape.is(*point, Ns::C, sym::PT));
        if !points.all(|point| child(plan, point, "v").is_none_or(|value| is_value(plan.tape.inner_text(value).trim()))) {
            report.hold(FindingKind::ChartData, &plan.name, "a value of a chart is no number: programs show it, or do not");
        }
    }
    let has_levels = named(plan, "multiLvlStrRef").next().is_some();
    if has_levels && named(plan, "noMultiLvlLbl").any(|flat| is_on(&plan.tape, flat, Ns::None)) {
        report.hold(FindingKind::ChartData, &plan.name, "an axis of a chart leaves out levels of its categories");
    }
    let outside = |layout: usize| {
        let share = |name: &str| {
            let value = child(plan, layout, name).and_then(|child| plan.tape.attr(child, Ns::None, sym::VAL));
            value.and_then(|value| value.trim().parse::<f64>().ok())
        };
        ["x", "y"].iter().filter_map(|side| share(side)).any(|place| !(LEAST_PLACE..1.0).contains(&place))
    };
    if named(plan, "manualLayout").any(outside) {
        report.hold(FindingKind::OffPageContent, &plan.name, "a part of a chart that is placed outside of it");
    }
}

/// What begins farther to the left of a chart, or above it, in shares of it, is not in it.
const LEAST_PLACE: f64 = -0.9;

/// Holds a chart with a shape of its own that lies outside of it (ECMA-376-1 §21.3.2.22, §21.3.2.1).
fn check_shapes(plan: &Plan<'_>, report: &mut Report) {
    for anchor in plan.living().filter(|anchor| plan.tape.node(*anchor).ns == Ns::Cdr) {
        let at = |corner: &str, side: &str| -> Option<f64> {
            let inside = |around: usize, name: &str| plan.living_children(around).find(|child| plan.tape.node(*child).name.name() == name);
            plan.tape.inner_text(inside(inside(anchor, corner)?, side)?).trim().parse().ok()
        };
        let sides = ["x", "y"];
        let outside = match plan.tape.node(anchor).name.name() {
            "relSizeAnchor" => sides.iter().any(|side| {
                at("from", side).is_none_or(|share| share >= 1.0 || share.is_nan()) || at("to", side).is_none_or(|share| share <= 0.0)
            }),
            "absSizeAnchor" => sides.iter().any(|side| at("from", side).is_none_or(|share| share >= 1.0 || share.is_nan())),
            _ => false,
        };
        if outside {
            report.hold(FindingKind::OffPageContent, &plan.name, "a shape that lies outside of the chart it belongs to");
        }
    }
}

/// Whether points of a diagram that are no boxes of it hold text: without a drawing nobody can tell where that is shown.
pub fn has_text_beside_boxes(data: &Plan<'_>) -> bool {
    data.living().filter(|index| data.tape.is(*index, Ns::Dgm, sym::PT)).any(|point| {
        let kind = data.tape.attr(point, Ns::None, sym::TYPE);
        kind.is_some_and(|kind| !matches!(&*kind, "node" | "asst")) && !data.living_text(point).trim().is_empty()
    })
}

/// Takes the workbook, its formulas and everything not drawn out of a chart part.
pub fn resolve_chart(plan: &mut Plan<'_>, report: &mut Report) {
    resolve_undrawn(plan, report);
    deleted_entries(plan, report);
    undrawn_labels(plan, report);
    check_values(plan, report);
    check_switched_off(plan, report);
    check_shapes(plan, report);
    let mut cells = 0_usize;
    let mut walk = Walk::of(plan);
    while let Some(index) = walk.step(plan) {
        if !plan.alive(index) {
            continue;
        }
        let node = *plan.tape.node(index);
        match (node.ns, node.name) {
            (Ns::C, sym::EXTERNAL_DATA | sym::PRINT_SETTINGS | sym::PIVOT_SOURCE | sym::PIVOT_FMTS | sym::EXT_LST) => {
                report.removed(FindingKind::ChartData, &plan.name, 1);
                plan.drop_node(index);
            }
            // A reference into the workbook: the cached values are what is drawn.
            (Ns::C, sym::F) => {
                cells += 1;
                let neutral = format!("Sheet1!$A${cells}");
                let formula = plan.tape.inner_text(index);
                if formula != neutral {
                    report.removed(FindingKind::ChartData, &plan.name, 1);
                    // The sheet that every application starts with tells nothing.
                    if !formula.starts_with("Sheet1!") {
                        report.words(FindingKind::ChartData, &plan.name, &formula);
                    }
                    set_only_text(plan, index, &neutral);
                }
            }
            (Ns::C, sym::FORMAT_CODE) if !is_number_format(&plan.tape.inner_text(index)) => {
                report.removed(FindingKind::ChartData, &plan.name, 1);
                set_only_text(plan, index, "General");
            }
            _ => {}
        }
    }
    // Names of series and categories are drawn, and stand in no text.
    for value in plan.living_named(Ns::C, sym::V).filter(|value| plan.tape.children(*value).all(|text| !plan.replace.contains_key(&text))) {
        let words = plan.tape.inner_text(value);
        if words.parse::<f64>().is_err() {
            report.stays(&words);
        }
    }
}

fn set_only_text(plan: &mut Plan<'_>, index: usize, text: &str) {
    let children: Vec<usize> = plan.tape.children(index).collect();
    match children.split_first() {
        Some((first, rest)) => {
            plan.replace.insert(*first, text.to_owned());
            for child in rest {
                plan.drop_node(*child);
            }
        }
        None => {
            plan.append.insert(index, text.to_owned());
        }
    }
}

/// Takes samples, titles and descriptions out of a part of a diagram's definition.
pub fn resolve_diagram(plan: &mut Plan<'_>, report: &mut Report) {
    let mut walk = Walk::of(plan);
    while let Some(index) = walk.step(plan) {
        if !plan.alive(index) {
            continue;
        }
        let node = *plan.tape.node(index);
        if node.ns == Ns::Dgm && matches!(node.name.name(), "title" | "desc" | "sampData" | "styleData" | "clrData") {
            report.removed(FindingKind::ChartData, &plan.name, 1);
            plan.drop_node(index);
        }
    }
}

/// Holds the drawing of a diagram with a shape that shows something outside of it, or has no room. `host` is the part that shows it.
pub fn check_diagram(drawn: &Plan<'_>, host: &Plan<'_>, report: &mut Report) {
    let tape = &host.tape;
    // Which drawing of the part shows it is not asked.
    let most = |name: &str| {
        let said = |extent: usize| tape.attr(extent, Ns::None, Sym::of(name.as_bytes()))?.trim().parse::<i64>().ok();
        host.living_named(Ns::Wp, sym::EXTENT).filter_map(said).max().unwrap_or(0) / 635
    };
    let size = ["cx", "cy"].map(most);
    for (shape, place) in members_of_diagram(&drawn.tape) {
        let is_outside = |axis: usize| place[axis] >= size[axis] || place[axis].saturating_add(place[axis + 2]) <= 0;
        if !shows_text(drawn, shape) && !shows_picture(drawn, shape) {
            continue;
        }
        if is_outside(0) || is_outside(1) {
            report.hold(FindingKind::OffPageContent, &drawn.name, "a shape that lies outside of the diagram it belongs to");
        } else if place[2] < LEAST_ROOM || place[3] < LEAST_ROOM {
            report.hold(FindingKind::InvisibleText, &drawn.name, "a shape of a diagram without room for what it shows");
        }
    }
}

/// Whether every text of a diagram's data is drawn.
pub fn data_is_drawn(data: &Plan<'_>, drawing: &Plan<'_>) -> bool {
    let drawn: String = drawing.living_text(drawing.tape.root).split_whitespace().collect();
    data.living().filter(|index| data.tape.is(*index, Ns::A, sym::P)).all(|paragraph| {
        let text: String = data.living_text(paragraph).split_whitespace().collect();
        drawn.contains(&text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::format::xml::Tape;

    #[test]
    fn a_shape_outside_of_its_diagram_is_not_seen() {
        let host = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
             xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\"><wp:extent cx=\"5000000\" cy=\"3000000\"/></w:document>";
        let is_held = |[left, top, width, height]: [i64; 4], words: &str| {
            let drawn = format!(
                "<dsp:drawing xmlns:dsp=\"http://schemas.microsoft.com/office/drawing/2008/diagram\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">\
                 <dsp:spTree><dsp:nvGrpSpPr/><dsp:grpSpPr/><dsp:sp><dsp:spPr><a:xfrm><a:off x=\"{left}\" y=\"{top}\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm></dsp:spPr>\
                 <dsp:txBody><a:p><a:r><a:t>{words}</a:t></a:r></a:p></dsp:txBody></dsp:sp></dsp:spTree></dsp:drawing>"
            );
            let plan = |text| Plan::new(0, "part", Tape::read("part", str::as_bytes(text), &Limits::default()).expect("well-formed"));
            let mut report = Report::default();
            check_diagram(&plan(&drawn), &plan(host), &mut report);
            !report.holds().is_empty()
        };
        assert!(is_held([9_000_000, 0, 900_000, 900_000], "Words") && is_held([0, -900_000, 900_000, 900_000], "Words"));
        assert!(is_held([0, 0, 900_000, 600], "Words"));
        assert!(!is_held([-100, 0, 5_000_100, 900_000], "Words") && !is_held([9_000_000, 0, 900_000, 900_000], " "));
    }
}
