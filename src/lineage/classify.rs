//! From facts to placements: texts, families, duplicates, order, stage, decision.

use std::collections::{BTreeMap, BTreeSet};

use super::apart;
use super::clues::{self, Clues};
use super::duplicates::{self, Rendition};
use super::family;
use super::forms;
use super::label::DateOrder;
use super::nodes::{self, Node};
use super::order::Order;
use super::reasons;
use super::reports::{self, Milestone};
use super::shingles::shared;
use super::stage::{self, Setting, Staged};
use super::types::{Draft, Placement, ReportSpec, Version};
use crate::model::{Decision, Stage};
use crate::policy::{StageDecisions, StageRules};

/// The drafts of one document, in order.
pub(super) struct Family<'a> {
    /// Name: `F1`, ...
    pub(super) name: String,
    /// The files.
    pub(super) files: Vec<usize>,
    /// Node index of each text.
    pub(super) texts: Vec<usize>,
    /// The order of the texts.
    pub(super) order: Order<'a>,
    text_of_file: BTreeMap<usize, usize>,
    /// For each PDF that is nearest to a draft: how near.
    renditions: BTreeMap<usize, Rendition>,
    /// For each text the file that stands for it.
    first_files: Vec<usize>,
    /// The texts of each rank, from rank 1.
    by_rank: Vec<Vec<usize>>,
    /// What the name of each file says.
    named: BTreeMap<usize, &'a Version>,
    /// Files by the title under which their label stands, oldest first.
    alike: BTreeMap<String, Vec<usize>>,
    /// Short texts that only name the document.
    notes: Vec<usize>,
    /// For each text, the older text that it is nearest to.
    parents: Vec<Option<usize>>,
}

impl Family<'_> {
    /// The text that a file holds: an index into `texts`.
    pub(super) fn text_of(&self, file: usize) -> Option<usize> {
        self.text_of_file.get(&file).copied()
    }

    /// Whether a file is a short text that shares no passage with the drafts and only names the document.
    pub(super) fn is_note(&self, file: usize) -> bool {
        self.text_of(file).is_some_and(|text| self.notes.contains(&text))
    }

    /// Rank of a text.
    pub(super) fn rank(&self, text: usize) -> u32 {
        self.order.ranks.get(text).copied().unwrap_or(1)
    }

    /// Of a PDF that is nearest to a draft: how near.
    pub(super) fn rendition(&self, file: usize) -> Option<Rendition> {
        self.renditions.get(&file).copied()
    }

    /// The texts of a rank, ascending; none for ranks that do not exist.
    pub(super) fn of_rank(&self, rank: u32) -> &[usize] {
        (rank as usize).checked_sub(1).and_then(|at| self.by_rank.get(at)).map_or(&[], Vec::as_slice)
    }

    /// The file that stands for a text.
    pub(super) fn first_file(&self, text: usize) -> Option<usize> {
        self.first_files.get(text).copied()
    }

    /// Rank of a file.
    pub(super) fn rank_of(&self, file: usize) -> Option<u32> {
        self.text_of(file).map(|text| self.rank(text))
    }

    /// What the name of a file says.
    pub(super) fn named(&self, file: usize) -> Option<&Version> {
        self.named.get(&file).copied()
    }

    /// Files whose labels stand under the same title, in the order of their ranks: a fair sample of a large family.
    pub(super) fn labelled_alike(&self, title: &str) -> impl Iterator<Item = usize> {
        const SAMPLE: usize = 256;
        let alike = self.alike.get(title).map_or(&[][..], Vec::as_slice);
        alike.iter().step_by(alike.len().div_ceil(SAMPLE).max(1)).copied()
    }

    /// The version of a file: of its name, else of its text.
    pub(super) fn version_of(&self, file: usize) -> Option<Version> {
        let named = self.named(file).cloned();
        let says_number = named.as_ref().is_some_and(|version| version.label.major.is_some() || version.label.number.is_some());
        let written = || self.text_of(file).and_then(|text| self.order.clues(text)).and_then(|clues| clues.written.clone());
        if says_number { named } else { named.or_else(written) }
    }
}

/// Places every draft, in the order given.
///
/// The placement of a file does not depend on the order of `drafts`. Paths are relative, with `/`, and unique.
/// The cost is near-linear in the number of drafts and linear in their words.
pub fn classify(drafts: &[Draft<'_>], reports: &[ReportSpec], rules: &StageRules, decide: &StageDecisions) -> Vec<Placement> {
    let mut names: Vec<Option<Version>> = drafts.iter().map(|draft| clues::named(draft.path)).collect();
    let nodes = nodes::group(drafts, &names);
    let (groups, notes) = family::families(drafts, &nodes);
    let groups = apart::divide(drafts, &nodes, groups, reports);
    for group in &groups {
        settle_dates(&mut names, group.iter().filter_map(|node| nodes.get(*node)).flat_map(|node| &node.files));
    }
    let mut renditions = BTreeMap::new();
    for group in &groups {
        renditions.extend(duplicates::renditions(drafts, &nodes, group));
    }
    let repeats = duplicates::duplicates(drafts, &nodes, &renditions, &names);
    let published: BTreeSet<&str> = reports.iter().filter_map(|report| report.final_path.as_deref()).collect();
    let whole = Whole { drafts, nodes: &nodes, renditions: &renditions, notes: &notes, names: &names, published: &published };
    let families = whole.families(groups);
    let mut placements: Vec<Placement> = drafts.iter().zip(&names).map(|(draft, named)| outside(draft, named.clone(), decide)).collect();
    let documents = families.iter().filter(|family| family.texts.len() > 1).count();
    for family in &families {
        place(family, documents, drafts, reports, rules, decide, &mut placements);
    }
    for (file, (of, kind)) in &repeats {
        let of = drafts.get(*of).map(|draft| draft.path.to_owned());
        if let Some(placement) = placements.get_mut(*file) {
            (placement.duplicate_of, placement.duplicate_kind) = (of, Some(*kind));
        }
    }
    for (file, (of, kind)) in &repeats {
        let path = drafts.get(*of).map_or("", |draft| draft.path);
        if let Some(placement) = placements.get_mut(*file) {
            let sure = renditions
                .iter()
                .filter(|(_, made)| !made.sure)
                .all(|(pdf, _)| nodes.get(*pdf).is_none_or(|pdf| !pdf.files.contains(file)));
            reasons::duplicate(placement, path, *kind, sure);
        }
    }
    placements
}

/// Reads the dates in the names of one family in the order in which all of them can be read: a folder with "Report 31-03-18" has
/// "Report 05-04-18" from April. That orders them; it does not tell on which side of a milestone one lies, as somebody may write dates in
/// another way. Where there is no such order, each name stands for itself.
fn settle_dates<'f>(names: &mut [Option<Version>], files: impl Iterator<Item = &'f usize> + Clone) {
    let orders = |version: &Version| version.label.date_readings.iter().map(|(order, _)| *order).collect::<Vec<DateOrder>>();
    let dated = files.clone().filter_map(|file| names.get(*file)?.as_ref()).map(orders).filter(|orders| !orders.is_empty());
    let common = dated.reduce(|mut common, orders| {
        common.retain(|order| orders.contains(order));
        common
    });
    let Some(common) = common.filter(|common| !common.is_empty()) else { return };
    for file in files {
        if let Some(Some(version)) = names.get_mut(*file) {
            version.label.settle_date(&common);
        }
    }
}

/// Everything that families are made of.
struct Whole<'w, 'a> {
    drafts: &'w [Draft<'a>],
    nodes: &'w [Node],
    renditions: &'w BTreeMap<usize, Rendition>,
    notes: &'w BTreeSet<usize>,
    /// What the name of each file says.
    names: &'a [Option<Version>],
    /// The published files.
    published: &'w BTreeSet<&'w str>,
}

impl<'a> Whole<'_, 'a> {
    /// Orders each family. Families are numbered by size, then by content.
    fn families(&self, groups: Vec<Vec<usize>>) -> Vec<Family<'a>> {
        let mut families: Vec<Family<'a>> = groups.into_iter().map(|group| self.family(&group)).collect();
        families.sort_by_cached_key(|family| {
            let hash = family.files.iter().filter_map(|file| self.drafts.get(*file)).map(|draft| draft.sha256).min().unwrap_or_default();
            (std::cmp::Reverse(family.files.len()), hash.to_owned())
        });
        for (number, family) in families.iter_mut().enumerate() {
            family.name = format!("F{}", number + 1);
        }
        families
    }

    /// Orders the texts of one family. `group`: its nodes.
    fn family(&self, group: &[usize]) -> Family<'a> {
        let Self { drafts, nodes, renditions, notes, names, published } = self;
        let texts: Vec<usize> = group.iter().copied().filter(|node| !renditions.contains_key(node)).collect();
        let places: BTreeMap<usize, usize> = texts.iter().enumerate().map(|(place, node)| (*node, place)).collect();
        let (mut text_of_file, mut shares) = (BTreeMap::new(), BTreeMap::new());
        for node in group {
            let text = places.get(&renditions.get(node).map_or(*node, |rendition| rendition.of)).copied().unwrap_or_default();
            for file in nodes.get(*node).map_or(&[][..], |node| &node.files) {
                text_of_file.insert(*file, text);
                shares.extend(renditions.get(node).map(|rendition| (*file, *rendition)));
            }
        }
        let mut clues: Vec<Clues<'a>> =
            texts.iter().filter_map(|node| nodes.get(*node)).map(|node| Clues::of(node, drafts, names)).collect();
        let is_published = |file: &usize| drafts.get(*file).is_some_and(|draft| published.contains(draft.path));
        for text in text_of_file.iter().filter(|(file, _)| is_published(file)).map(|(_, text)| *text) {
            if let Some(clues) = clues.get_mut(text) {
                clues.is_published = true;
            }
        }
        let order = Order::of(clues);
        let mut by_rank = vec![Vec::new(); order.highest as usize];
        for (text, rank) in order.ranks.iter().enumerate() {
            if let Some(same) = (*rank as usize).checked_sub(1).and_then(|at| by_rank.get_mut(at)) {
                same.push(text);
            }
        }
        let named: BTreeMap<usize, &'a Version> =
            text_of_file.keys().filter_map(|file| Some((*file, names.get(*file)?.as_ref()?))).collect();
        let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (file, version) in &named {
            alike.entry(version.label.title.clone()).or_default().push(*file);
        }
        let rank = |file: usize| text_of_file.get(&file).and_then(|text| order.ranks.get(*text)).copied();
        alike.values_mut().for_each(|files| files.sort_by_key(|file| (rank(*file), drafts.get(*file).map(|draft| draft.path))));
        Family {
            name: String::new(),
            named,
            alike,
            notes: texts.iter().enumerate().filter(|(_, node)| notes.contains(node)).map(|(text, _)| text).collect(),
            files: text_of_file.keys().copied().collect(),
            first_files: texts.iter().map(|node| nodes.get(*node).map_or(0, Node::first)).collect(),
            parents: parents(&order),
            texts,
            order,
            by_rank,
            text_of_file,
            renditions: shares,
        }
    }
}

/// For each text the nearest of the texts before it; of a long family, of the last ones before it.
fn parents(order: &Order<'_>) -> Vec<Option<usize>> {
    const LOOK_BACK: usize = 24;
    let mut by_rank: Vec<usize> = (0..order.ranks.len()).collect();
    let rank = |text: usize| order.ranks.get(text).copied().unwrap_or_default();
    by_rank.sort_by_key(|text| (rank(*text), *text));
    let mut parents = vec![None; by_rank.len()];
    for (place, text) in by_rank.iter().enumerate() {
        let before = by_rank.iter().take(place).rev().take(LOOK_BACK).copied().filter(|other| rank(*other) < rank(*text));
        let nearest = before.min_by_key(|other| (order.distance(*other, *text), std::cmp::Reverse(rank(*other)), *other));
        if let Some(slot) = parents.get_mut(*text) {
            *slot = nearest;
        }
    }
    parents
}

/// A file that belongs to no family.
fn outside(draft: &Draft<'_>, named: Option<Version>, decide: &StageDecisions) -> Placement {
    let reason = if draft.readable {
        "It holds no words that could be compared."
    } else {
        "It could not be read, so nothing shows where it stands."
    };
    Placement {
        path: draft.path.to_owned(),
        version: named,
        family: None,
        rank: None,
        of: None,
        duplicate_of: None,
        duplicate_kind: None,
        share_of_final: None,
        stage: Stage::Unknown,
        decision: decide.unknown,
        reasons: vec![reason.to_owned()],
        evidence: Vec::new(),
        parent: None,
    }
}

fn place(
    family: &Family<'_>,
    documents: usize,
    drafts: &[Draft<'_>],
    reports: &[ReportSpec],
    rules: &StageRules,
    decide: &StageDecisions,
    placements: &mut [Placement],
) {
    let contested = reports::contested(family, drafts, reports);
    let report = reports::report_of(family, documents, drafts, reports).and_then(|at| reports.get(at));
    let milestone = report.map_or(Milestone::None, |report| reports::milestone(report, family, drafts));
    let published = report
        .and_then(|report| report.final_path.as_deref())
        .and_then(|path| family.files.iter().copied().find(|file| drafts.get(*file).is_some_and(|draft| draft.path == path)));
    let published_draft = published.and_then(|published| drafts.get(published));
    let share_of_file = |file: usize| share_of(drafts.get(file)?, published_draft?);
    let shares: BTreeMap<usize, Option<f64>> = family.files.iter().map(|file| (*file, share_of_file(*file))).collect();
    let share = |file: usize| shares.get(&file).copied().flatten();
    let is_before = |text: &usize| match &milestone {
        Milestone::At { text: at, .. } => text == at || family.rank(*text) < family.rank(*at),
        Milestone::On { split: Some(split), .. } => family.rank(*text) <= split.last_early,
        Milestone::On { .. } | Milestone::Lost { .. } | Milestone::None => false,
    };
    let before = (0..family.texts.len()).filter(is_before).filter_map(|text| share(family.first_file(text)?));
    let mut shares_before: Vec<f64> = before.collect();
    shares_before.sort_by(f64::total_cmp);
    let is_all_behind = matches!(&milestone, Milestone::On { split: Some(split), .. } if split.last_early == 0);
    let is_undivided = is_all_behind && shares.values().flatten().any(|share| *share <= rules.early_share);
    let are_forms = forms::are_forms((0..family.texts.len()).filter_map(|text| family.order.clues(text)).map(|clues| clues.shingles));
    let has_report = report.is_some();
    let setting = Setting { milestone: &milestone, published, has_report, contested, is_undivided, are_forms, shares_before, rules };
    for file in &family.files {
        let (Some(draft), Some(text)) = (drafts.get(*file), family.text_of(*file)) else { continue };
        let share = share(*file);
        let staged = stage::stage(*file, share, family, drafts, &setting);
        let (stage, decision) = decision(&staged, decide);
        let Some(placement) = placements.get_mut(*file) else { continue };
        placement.version = family.version_of(*file);
        placement.family = Some(family.name.clone());
        placement.rank = Some(family.rank(text));
        placement.of = Some(family.order.highest);
        placement.share_of_final = share;
        placement.stage = stage;
        placement.decision = decision;
        placement.parent = family
            .parents
            .get(text)
            .copied()
            .flatten()
            .and_then(|parent| drafts.get(family.first_file(parent)?))
            .map(|draft| draft.path.to_owned());
        placement.reasons = reasons::reasons(draft, family, text, share, &staged);
        placement.evidence = reasons::evidence(*file, family, text, drafts, share, staged);
    }
}

/// Of the distinct five-word sequences of the final text, the share that a draft has too.
fn share_of(draft: &Draft<'_>, published: &Draft<'_>) -> Option<f64> {
    let all = published.facts.text.shingles.len();
    (all > 0 && draft.facts.text.digest.is_some())
        .then(|| shared(&draft.facts.text.shingles, &published.facts.text.shingles) as f64 / all as f64)
}

/// The stage, and the decision that the policy takes for it. Any doubt makes it a person's.
fn decision(staged: &Staged, decide: &StageDecisions) -> (Stage, Decision) {
    let stage = staged.stage.unwrap_or(Stage::Unknown);
    let proposed = match stage {
        Stage::Early => decide.early,
        Stage::Later => decide.later,
        Stage::Final => decide.r#final,
        Stage::Unknown => decide.unknown,
    };
    if staged.doubts.is_empty() { (stage, proposed) } else { (stage, Decision::Review) }
}
