//! Applies a plan that was read back: by path and digest, cell by cell.

use std::collections::{BTreeMap, BTreeSet};

use super::{COLUMNS, PlanEdits, PlanFault, PlanRow, ReadCell, ReadRow, decision_of};
use crate::case::{Case, Citation};
use crate::model::Decision;
use crate::record::{DecisionRecord, DocumentDecision, preset_of};

/// What the officer decided about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The file.
    pub path: String,
    /// Decision.
    pub decision: Decision,
    /// Exemption, for a withheld file.
    pub exemption: Option<Citation>,
    /// Notes.
    pub notes: Option<String>,
    /// Who decided, where the decision differs from the proposal.
    pub decided_by: Option<String>,
}

/// Compares a plan that was read back with the rows as they are now, and takes the officer's cells out of it.
///
/// # Errors
/// Everything that is wrong, each fault naming its cell: edited evidence, unknown files, missing rows, changed sources, formulas,
/// unknown decisions and exemptions, a release of what cannot be released.
pub fn apply(rows: &[PlanRow], edits: &PlanEdits, case: &Case) -> Result<Vec<Decided>, Vec<PlanFault>> {
    let known: BTreeMap<&str, &PlanRow> = rows.iter().map(|row| (row.cell("path"), row)).collect();
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    let mut decided = Vec::new();
    for edit in &edits.rows {
        let path = cell(edit, "path");
        let Some(row) = known.get(path.text.as_str()) else {
            faults.push(PlanFault::FileUnknown { cell: path.at.clone(), path: crate::model::printable(&path.text) });
            continue;
        };
        let shown = || row.cell("path").to_owned();
        if !seen.insert(row.cell("path")) {
            faults.push(PlanFault::RowTwice { cell: path.at.clone(), path: shown() });
            continue;
        }
        let digest = cell(edit, "sha256");
        if !digest.text.eq_ignore_ascii_case(row.cell("sha256")) {
            faults.push(PlanFault::SourceChanged { cell: digest.at.clone(), path: shown() });
            continue;
        }
        evidence(row, edit, &mut faults);
        decided.extend(own_cells(row, edit, case, &mut faults));
    }
    for row in rows.iter().filter(|row| !seen.contains(row.cell("path"))) {
        faults.push(PlanFault::RowMissing { path: row.cell("path").to_owned() });
    }
    if faults.is_empty() { Ok(decided) } else { Err(causes(faults)) }
}

/// The faults without those that follow from others: where files came, went or changed, so did what is known of the others.
fn causes(mut faults: Vec<PlanFault>) -> Vec<PlanFault> {
    let is_cause =
        |fault: &PlanFault| matches!(fault, PlanFault::SourceChanged { .. } | PlanFault::FileUnknown { .. } | PlanFault::RowMissing { .. });
    if faults.iter().any(is_cause) {
        faults.retain(|fault| !matches!(fault, PlanFault::EvidenceEdited { .. }));
    }
    faults
}

fn cell<'a>(row: &'a ReadRow, column: &str) -> &'a ReadCell {
    static NONE: ReadCell = ReadCell { at: String::new(), text: String::new(), formula: false };
    row.cells.get(column).unwrap_or(&NONE)
}

/// Whether every evidence cell still says what it said.
fn evidence(row: &PlanRow, edit: &ReadRow, faults: &mut Vec<PlanFault>) {
    for column in COLUMNS.iter().filter(|column| !column.editable && column.name != "path" && column.name != "sha256") {
        let is = cell(edit, column.name);
        let should = row.cell(column.name);
        if is.formula || super::one_line(&is.text) != should {
            faults.push(PlanFault::EvidenceEdited {
                cell: is.at.clone(),
                column: column.name.to_owned(),
                should: should.chars().take(120).collect(),
            });
        }
    }
}

/// The officer's four cells.
fn own_cells(row: &PlanRow, edit: &ReadRow, case: &Case, faults: &mut Vec<PlanFault>) -> Option<Decided> {
    let before = faults.len();
    for column in COLUMNS.iter().filter(|column| column.editable) {
        let is = cell(edit, column.name);
        if is.formula {
            faults.push(PlanFault::Formula { cell: is.at.clone() });
        }
    }
    if faults.len() > before {
        return None;
    }
    let (decision_cell, exemption_cell) = (cell(edit, "decision"), cell(edit, "exemption"));
    let Some(decision) = decision_of(&decision_cell.text) else {
        faults.push(PlanFault::DecisionUnknown { cell: decision_cell.at.clone(), is: crate::model::printable(&decision_cell.text) });
        return None;
    };
    if decision == Decision::Release && row.cell("releasable") == "no" {
        faults.push(PlanFault::NotReleasable { cell: decision_cell.at.clone(), path: row.cell("path").to_owned() });
    }
    // Whoever types an exemption means to withhold; the one that was proposed may be left from the proposal.
    let typed = exemption_cell.text.trim();
    if decision == Decision::Release && !typed.is_empty() && typed != row.cell("proposed_exemption") {
        faults.push(PlanFault::ExemptionOfRelease { cell: exemption_cell.at.clone(), path: row.cell("path").to_owned() });
    }
    let exemption = if decision == Decision::Withhold { exemption(row, exemption_cell, case, faults) } else { None };
    let text = |column: &str| Some(super::one_line(&cell(edit, column).text)).filter(|text| !text.is_empty());
    let proposed = row.cell("proposed_exemption");
    let other_ground = exemption.as_ref().is_some_and(|citation| !proposed.is_empty() && citation.to_string() != proposed);
    let changed = decision.as_str() != row.cell("proposed_decision") || other_ground;
    let decided_by = text("decided_by").or_else(|| case.decider.name.clone().or_else(|| case.decider.role.clone()).filter(|_| changed));
    if changed && decided_by.is_none() {
        faults.push(PlanFault::DeciderMissing { cell: cell(edit, "decided_by").at.clone() });
    }
    (faults.len() == before).then(|| Decided { path: row.cell("path").to_owned(), decision, exemption, notes: text("notes"), decided_by })
}

/// The exemption of a withheld file: the cell, or else what the case file says for the stage.
fn exemption(row: &PlanRow, written: &ReadCell, case: &Case, faults: &mut Vec<PlanFault>) -> Option<Citation> {
    let text = if written.text.trim().is_empty() { row.cell("proposed_exemption") } else { written.text.trim() };
    if text.is_empty() {
        let stage = case.decisions.iter().find(|(stage, _)| stage.as_str() == row.cell("stage"));
        let found = stage.and_then(|(_, reliance)| reliance.citation.clone());
        // Without a preset nothing can be named; the letter then says what is missing.
        if found.is_none() && case.preset.is_some() {
            faults.push(PlanFault::ExemptionMissing { cell: written.at.clone() });
        }
        return found;
    }
    match preset_of(case).exemption(text) {
        Ok((known, citation)) if known.limb_required && citation.limb.is_none() => {
            let nearest = known.limbs.iter().map(|limb| format!("{}{limb}", citation.code)).collect::<Vec<_>>().join(", ");
            faults.push(PlanFault::ExemptionUnknown { cell: written.at.clone(), is: crate::model::printable(text), nearest });
            None
        }
        Ok((_, citation)) => Some(citation),
        Err(error) => {
            faults.push(PlanFault::ExemptionUnknown { cell: written.at.clone(), is: error.code, nearest: error.nearest });
            None
        }
    }
}

/// Applies a plan to a record: decisions, exemptions, notes and deciders of every document.
///
/// # Errors
/// As [`apply`]; the record is unchanged then.
pub fn decide(record: &mut DecisionRecord, edits: &PlanEdits, case: &Case) -> Result<(), Vec<PlanFault>> {
    let decided = apply(&super::rows(record), edits, case)?;
    let mut by_path: BTreeMap<String, Decided> = decided.into_iter().map(|decided| (decided.path.clone(), decided)).collect();
    for document in &mut record.documents {
        let Some(decided) = by_path.remove(&super::path_cell(&document.path)) else { continue };
        document.decision = DocumentDecision(decided.decision);
        document.exemption = decided.exemption;
        document.notes = decided.notes;
        document.decided_by = decided.decided_by;
    }
    record.plan_digest = Some(edits.digest.clone());
    Ok(())
}
