//! Every draft of a folder in its place: family, order, stage, and the decision that is proposed for it.

use std::collections::BTreeMap;

use super::decide::{Proposal, propose};
use super::survey::Draft;
use crate::case::{Case, Citation, MilestoneAt};
use crate::format::Format;
use crate::lineage::{self, Placement, ReportSpec};
use crate::model::Decision;
use crate::policy::Policy;

/// Where one file stands and what is proposed for it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Family, order and stage; `None` for a file that could not be read.
    pub placement: Option<Placement>,
    /// Index into the reports of the case file.
    pub report: Option<usize>,
    /// What is proposed.
    pub proposal: Proposal,
    /// The ground for withholding, from the case file.
    pub exemption: Option<Citation>,
}

/// Places every draft, in the order given. Pure.
pub fn classify(drafts: &[Draft], case: &Case, policy: &Policy) -> Vec<Standing> {
    let orders = policy.orders();
    let readable: Vec<lineage::Draft<'_>> = drafts
        .iter()
        .filter_map(|draft| {
            let inspection = draft.inspection.as_ref().ok()?;
            Some(lineage::Draft {
                path: &draft.source.name,
                sha256: draft.sha256.as_deref().unwrap_or_default(),
                format: draft.format.unwrap_or(Format::Unknown),
                marks: &inspection.marks,
                facts: inspection.facts.as_ref()?,
                readable: !inspection.unread.iter().any(|place| super::holds_words(place)),
            })
        })
        .collect();
    let specs: Vec<ReportSpec> = case.reports.iter().map(spec).collect();
    let placements = lineage::classify(&readable, &specs, &policy.stage, &policy.decide);
    let reports = reports_of(&placements, case);
    let mut by_path: BTreeMap<String, Placement> = placements.into_iter().map(|placement| (placement.path.clone(), placement)).collect();
    drafts
        .iter()
        .map(|draft| {
            let placement = by_path.remove(&draft.source.name);
            let (wanted, reasons) = match &placement {
                Some(placement) => (placement.decision, placement.reasons.clone()),
                None => (Decision::Review, Vec::new()),
            };
            let proposal = propose(draft, wanted, reasons, &orders);
            let exemption = placement.as_ref().filter(|_| proposal.decision == Decision::Withhold);
            let exemption = exemption.and_then(|placement| case.exemption_for(placement.stage)).cloned();
            let report = placement.as_ref().and_then(|placement| reports.get(placement.family.as_deref()?)).copied();
            Standing { placement, report, proposal, exemption }
        })
        .collect()
}

fn spec(report: &crate::case::Report) -> ReportSpec {
    let milestone = report.milestone.as_ref().map(|milestone| {
        let at = match &milestone.at {
            MilestoneAt::File(path) => lineage::MilestoneAt::File(path.clone()),
            MilestoneAt::Date(date) => lineage::MilestoneAt::Date(*date),
            MilestoneAt::Label(label) => lineage::MilestoneAt::Label(label.clone()),
        };
        (milestone.name.clone().unwrap_or_else(|| "the milestone".to_owned()), at)
    });
    ReportSpec { title: report.title.clone().unwrap_or_default(), final_path: report.r#final.clone(), milestone }
}

/// Which report each family belongs to: the one whose final or milestone file is in it; with one report and one family, that one.
fn reports_of(placements: &[Placement], case: &Case) -> BTreeMap<String, usize> {
    let family_of: BTreeMap<&str, &str> =
        placements.iter().filter_map(|placement| Some((placement.path.as_str(), placement.family.as_deref()?))).collect();
    let mut reports = BTreeMap::new();
    for (index, report) in case.reports.iter().enumerate() {
        let milestone = report.milestone.as_ref().and_then(|milestone| match &milestone.at {
            MilestoneAt::File(path) => Some(path.as_str()),
            MilestoneAt::Date(_) | MilestoneAt::Label(_) => None,
        });
        for path in [report.r#final.as_deref(), milestone].into_iter().flatten() {
            if let Some(family) = family_of.get(path) {
                reports.entry((*family).to_owned()).or_insert(index);
            }
        }
    }
    let families: std::collections::BTreeSet<&&str> = family_of.values().collect();
    if let (true, [_], [family]) = (reports.is_empty(), case.reports.as_slice(), families.iter().collect::<Vec<_>>().as_slice()) {
        reports.insert((***family).to_owned(), 0);
    }
    reports
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DraftFacts, Inspection};
    use crate::pipeline::crawl::Source;

    #[test]
    fn a_draft_whose_facts_nobody_asked_for_is_placed_by_nobody() {
        let draft = |name: &str, facts: Option<DraftFacts>| {
            let source = Source { name: name.into(), path: name.into(), bytes: 1, set_aside: None, regular: true };
            let inspection = Ok(Inspection { facts, ..Inspection::default() });
            Draft { source, sha256: Some(name.into()), format: Some(Format::Docx), inspection, echoes: Vec::new() }
        };
        let drafts = [draft("a.docx", Some(DraftFacts::default())), draft("b.docx", None)];
        let standings = classify(&drafts, &Case::default(), &Policy::default());
        assert!(standings[0].placement.is_some() && standings[1].placement.is_none());
        assert_eq!(standings[1].proposal.decision, Decision::Review);
    }
}
