//! Charts and diagrams: what is drawn stays, the data behind it goes (ECMA-376-1 §21.2, §21.4).

use super::attributes::is_number_format;
use super::plan::{Plan, Walk};
use super::report::Report;
use crate::format::xml::{Ns, sym};
use crate::model::FindingKind;

/// Takes the workbook, its formulas and everything not drawn out of a chart part.
pub fn resolve_chart(plan: &mut Plan<'_>, report: &mut Report) {
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
