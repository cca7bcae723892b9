//! What `scan`, `plan` and `bundle` share: the folder read once, classified, with a proposal for every file.

use std::collections::BTreeMap;
use std::path::Path;

use super::progress::Progress;
use super::session::{self, Session};
use super::stop::Stop;
use crate::case::Case;
use crate::letter::lint::printed_words;
use crate::model::Wanted;
use crate::pipeline::cache::Cache;
use crate::pipeline::classify::{Standing, classify};
use crate::pipeline::survey::{Draft, survey};
use crate::policy::Policy;
use crate::report::json::{EvidenceReport, FileReport};

/// A folder and what is proposed for it. The three lists go together, sorted by path.
pub(super) struct Study {
    /// Every file and its facts.
    pub drafts: Vec<Draft>,
    /// Where each stands.
    pub standings: Vec<Standing>,
    /// Titles of reports by family.
    pub titles: BTreeMap<String, String>,
}

/// Crawls, inspects and classifies a folder.
pub(super) fn study(dir: &Path, policy: &Policy, case: &Case, cache: Option<&Cache>, session: &Session) -> Result<Study, Stop> {
    let sources = session::folder(dir)?;
    let progress = Progress::start(session, "inspecting", sources.len(), sources.iter().map(|source| source.bytes).sum());
    let mut drafts = survey(&session.pool(), &sources, Wanted::Facts, &policy.limits, cache, |_, draft| progress.tick(draft.source.bytes))?;
    drop(progress);
    if let Some(unwritten) = cache.map(Cache::unwritten).filter(|unwritten| *unwritten > 0) {
        session.warn(&format!("{unwritten} inspections could not be kept in the cache"));
    }
    check_paths(case, &drafts, session);
    let standings = classify(&drafts, case, policy);
    let told = printed_words(case);
    for draft in &mut drafts {
        draft.listen(&told);
        draft.forget_words();
    }
    let titles = standings
        .iter()
        .filter_map(|standing| {
            let family = standing.placement.as_ref()?.family.clone()?;
            Some((family, case.reports.get(standing.report?)?.title.clone()?))
        })
        .collect();
    Ok(Study { drafts, standings, titles })
}

/// A final or milestone that is not in the folder decides nothing: say so, it is most likely a typing error.
fn check_paths(case: &Case, drafts: &[Draft], session: &Session) {
    for report in &case.reports {
        let milestone = report.milestone.as_ref().and_then(|milestone| match &milestone.at {
            crate::case::MilestoneAt::File(path) => Some(path),
            crate::case::MilestoneAt::Date(_) | crate::case::MilestoneAt::Label(_) => None,
        });
        for (key, path) in [("report.final", report.r#final.as_ref()), ("report.milestone.file", milestone)] {
            if let Some(path) = path
                && !drafts.iter().any(|draft| draft.source.name == *path)
            {
                session.warn(&format!("case file: {key} names `{}`, which is not in the folder", crate::model::printable(path)));
            }
        }
    }
}

impl Study {
    /// One report a file.
    pub(super) fn files(&self) -> Vec<FileReport> {
        self.drafts.iter().zip(&self.standings).map(|(draft, standing)| file(draft, standing)).collect()
    }
}

fn file(draft: &Draft, standing: &Standing) -> FileReport {
    let mut report = FileReport::of(draft);
    report.decision = standing.proposal.decision;
    report.needs_person = standing.proposal.needs_person;
    report.reasons.clone_from(&standing.proposal.reasons);
    report.exemption = standing.exemption.as_ref().map(ToString::to_string);
    if let Some(placement) = &standing.placement {
        report.version.clone_from(&placement.version);
        report.family.clone_from(&placement.family);
        report.rank = placement.rank;
        report.of = placement.of;
        report.duplicate_of.clone_from(&placement.duplicate_of);
        report.duplicate_kind = placement.duplicate_kind;
        report.share_of_final = placement.share_of_final;
        report.stage = placement.stage;
        report.evidence = placement.evidence.iter().map(EvidenceReport::from).collect();
    }
    report
}
