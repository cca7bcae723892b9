//! Charts and diagrams: what is drawn stays, the data behind it goes (ECMA-376-1 §21.2, §21.4).

use std::collections::{BTreeMap, BTreeSet};

use super::attributes::is_number_format;
use super::plan::{Plan, Walk, is_on};
use super::report::Report;
use crate::format::xml::{Kind, Ns, Sym, sym};
use crate::model::FindingKind;

/// What a label can show (ECMA-376-1 §21.2.2.47).
const LABEL_PARTS: [&str; 5] = ["showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize"];

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

/// What of a chart is drawn.
struct Drawn {
    legend: bool,
    series_names: bool,
    categories: bool,
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
        let round = || ["pieChart", "pie3DChart", "doughnutChart", "ofPieChart"].into_iter().any(any);
        let groups = || plan.living().filter(|group| plan.tape.node(*group).ns == Ns::C && child(plan, *group, "ser").is_some());
        let varied = || one_series && groups().any(|group| is_child_on(plan, group, "varyColors", true));
        let in_table = any("dTable");
        Self {
            legend,
            series_names: legend || in_table || named_by_series && !words_of_title() || label("showSerName") || axis("serAx"),
            categories: in_table || legend && (round() || varied()) || axis("catAx") || axis("dateAx") || label("showCatName"),
        }
    }
}

/// Elements of the chart's own vocabulary that stay.
fn named<'p>(plan: &'p Plan<'_>, name: &'p str) -> impl Iterator<Item = usize> + 'p {
    plan.living_named(Ns::C, Sym::of(name.as_bytes())).filter(move |index| plan.tape.node(*index).name.name() == name)
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

/// Holds a chart with words of which programs show some or none: the entry of a legend that is deleted, a title where there is to be none
/// (ECMA-376-1 §21.2.2.94, §21.2.2.7), a label that shows nothing of what it may show.
fn check_switched_off(plan: &Plan<'_>, report: &mut Report) {
    if named(plan, "legendEntry").any(|entry| is_child_on(plan, entry, "delete", false)) {
        report.hold(FindingKind::ChartData, &plan.name, "the legend of a chart leaves out an entry, whose words stay in its data");
    }
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
        of_series(plan, "ser", "tx").into_iter().for_each(|name| goes(plan, name, report));
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
                number_categories(plan, categories, report);
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

/// Puts numbers in the place of categories that nothing draws: how many there are decides how wide the chart is.
fn number_categories(plan: &mut Plan<'_>, categories: usize, report: &mut Report) {
    for point in plan.living_in(categories).filter(|inside| plan.tape.is(*inside, Ns::C, sym::PT)).collect::<Vec<_>>() {
        let number = plan.tape.attr(point, Ns::None, sym::IDX).and_then(|at| at.parse::<u32>().ok()).map_or(1, |at| at.saturating_add(1));
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

/// Whether every text of a diagram's data is drawn.
pub fn data_is_drawn(data: &Plan<'_>, drawing: &Plan<'_>) -> bool {
    let drawn: String = drawing.living_text(drawing.tape.root).split_whitespace().collect();
    data.living().filter(|index| data.tape.is(*index, Ns::A, sym::P)).all(|paragraph| {
        let text: String = data.living_text(paragraph).split_whitespace().collect();
        drawn.contains(&text)
    })
}
