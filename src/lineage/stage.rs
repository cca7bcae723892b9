//! Early, later or final: the rules that the policy states, and every doubt that sends a draft to a person.

use super::classify::Family;
use super::clues::{self, Clues};
use super::reports::Milestone;
use super::types::{Draft, Evidence};
use super::votes::{Vote, day};
use crate::model::{Marks, Stage, printable};
use crate::policy::StageRules;

/// Votes against a position that make it doubtful, by weight and by share of the votes for it.
const DOUBT_WEIGHT: f64 = 2.0;
const DOUBT_SHARE: f64 = 0.4;

/// Share of the final text by which two drafts differ clearly.
const SHARE_MARGIN: f64 = 0.05;

/// Of so many other drafts with a time, one may contradict that a draft is from after a day.
const TIMES_TO_ONE_WRONG: usize = 4;

/// The stage of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Staged {
    /// `None`: nothing decides it.
    pub(super) stage: Option<Stage>,
    /// Whether it holds the text at which the milestone lies.
    pub(super) is_milestone: bool,
    /// What decided, as the middle of a sentence ("after the milestone ...").
    pub(super) because: Option<String>,
    /// Why a person must look.
    pub(super) doubts: Vec<String>,
    /// What a person may want to know besides.
    pub(super) notes: Vec<String>,
    /// The evidence on the stage.
    pub(super) evidence: Vec<Evidence>,
}

/// What is known about the report that a file belongs to.
pub(super) struct Setting<'s> {
    /// The milestone in this family.
    pub(super) milestone: &'s Milestone,
    /// The published file.
    pub(super) published: Option<usize>,
    /// Whether a report of the case file covers this family.
    pub(super) has_report: bool,
    /// Why no report can be held against it.
    pub(super) contested: Option<String>,
    /// Whether the day of the milestone has every draft behind it, though one of them shares little of the final text.
    pub(super) is_undivided: bool,
    /// Whether the drafts look like forms on one template.
    pub(super) are_forms: bool,
    /// Shares of the final text that the drafts before and at the milestone have, ascending.
    pub(super) shares_before: Vec<f64>,
    /// The figures of the policy.
    pub(super) rules: &'s StageRules,
}

/// Decides the stage of a file.
pub(super) fn stage(file: usize, share: Option<f64>, family: &Family<'_>, drafts: &[Draft<'_>], setting: &Setting<'_>) -> Staged {
    let Some(draft) = drafts.get(file) else { return Staged::default() };
    let mut staged = Staged::default();
    if let Some(reason) = &setting.contested {
        staged.doubts.push(reason.clone());
        return staged;
    }
    if let Some(published) = setting.published
        && let Some(because) = is_final(file, published, drafts)
    {
        return Staged { stage: Some(Stage::Final), because: Some(because), ..staged };
    }
    if !draft.readable {
        staged.doubts.push("the file could not be read whole".to_owned());
    }
    if family.texts.len() < 2 {
        staged.doubts.push("no other draft of this document is in the folder, so nothing shows where it stands".to_owned());
        return staged;
    }
    match setting.milestone {
        Milestone::At { name, text, file: at } => {
            by_text(file, *text, name, drafts.get(*at).map_or("", |draft| draft.path), family, &mut staged);
        }
        Milestone::On { name, seconds, split } => by_day(file, *seconds, split.as_ref(), name, family, &mut staged),
        Milestone::Lost { name } => staged.doubts.push(format!("the milestone “{}” is at no draft of this document", printable(name))),
        Milestone::None => without_milestone(file, share, family, setting, &mut staged),
    }
    if setting.is_undivided && staged.stage == Some(Stage::Later) {
        staged.doubts.push(
            "no draft of this document has a time from before the milestone, though some share little of the final text: they may all have \
             been saved again since"
                .to_owned(),
        );
    }
    if setting.are_forms && !staged.is_milestone {
        staged.doubts.push(
            "with the others it shares only what all of them share, as forms on one template do; whether they are drafts of one document, a \
             person must say"
                .to_owned(),
        );
    }
    if let Some(doubt) = label_against_position(file, family, drafts) {
        staged.doubts.push(doubt);
    }
    if staged.stage == Some(Stage::Later) && !staged.is_milestone {
        staged.doubts.extend(share.and_then(|share| less_than_before(share, &setting.shares_before)));
    }
    if let Some(share) = share.filter(|share| *share >= setting.rules.later_share) {
        near_final(draft.marks, share, setting, &mut staged);
    }
    if let Some(share) = family.rendition(file).and_then(|made| made.doubtful(setting.rules.later_share)) {
        staged.doubts.push(format!(
            "it holds {:.0} % of the passages of the draft that it is nearest to, so it may have been made from another",
            (share * 100.0).floor()
        ));
    }
    if family.is_note(file) {
        staged.doubts.push("it is a short text that names the document; whether it is a draft of it, a person must say".to_owned());
    }
    staged
}

/// The published file itself, and files that show the same words and signs and hold neither tracked changes nor comments.
///
/// A PDF that was made from a draft proves no wording, so it makes no draft final: what it lost at a line end looks like what
/// somebody changed.
fn is_final(file: usize, published: usize, drafts: &[Draft<'_>]) -> Option<String> {
    if file == published {
        return Some("the published text".to_owned());
    }
    let (draft, published) = (drafts.get(file)?, drafts.get(published)?);
    let clean = draft.marks.tracked_changes() == 0 && draft.marks.comments == 0;
    (clean && draft.readable && published.readable && draft.facts.text.shows_the_same(&published.facts.text))
        .then(|| format!("the same words as the published text ({})", printable(published.path)))
}

/// Position against the text at which the milestone lies.
fn by_text(file: usize, milestone: usize, name: &str, path: &str, family: &Family<'_>, staged: &mut Staged) {
    let Some(text) = family.text_of(file) else { return };
    let name = printable(name);
    let at = format!("milestone “{name}” ({})", printable(path));
    if text == milestone {
        staged.is_milestone = true;
        staged.stage = Some(Stage::Later);
        staged.because = Some(format!("at the {at}"));
        return;
    }
    let votes = family.order.votes(text, milestone);
    let earlier = family.rank(text) < family.rank(milestone);
    let word = if earlier { "before" } else { "after" };
    for vote in &votes {
        let says = format!("{} the {at}", if vote.weight > 0.0 { "before" } else { "after" });
        staged.evidence.push(Evidence {
            kind: "milestone",
            value: format!("{}: {}", vote.kind, vote.value),
            says,
            weight: vote.weight.abs(),
        });
    }
    if family.rank(text) == family.rank(milestone) {
        staged.doubts.push(format!("nothing shows whether it is from before or after the {at}"));
        return;
    }
    if !family.order.directed {
        staged.doubts.push(format!("only the words show its place, and they do not show whether it is from before or after the {at}"));
        return;
    }
    let sums = |positive: bool| votes.iter().filter(|vote| (vote.weight > 0.0) == positive).map(|vote| vote.weight.abs()).sum::<f64>();
    let (with, against) = if earlier { (sums(true), sums(false)) } else { (sums(false), sums(true)) };
    if against >= with.max(0.1) || (against >= DOUBT_WEIGHT && against >= DOUBT_SHARE * with) {
        staged
            .doubts
            .push(format!("the evidence contradicts itself: its place in the order is {word} the {at}, but {}", loudest(&votes, !earlier)));
        return;
    }
    staged.stage = Some(if earlier { Stage::Early } else { Stage::Later });
    staged.because = Some(format!("{word} the {at}"));
}

/// The strongest vote of one side, in words.
fn loudest(votes: &[Vote], older: bool) -> String {
    let side =
        votes.iter().filter(|vote| (vote.weight > 0.0) == older).max_by(|one, other| one.weight.abs().total_cmp(&other.weight.abs()));
    let word = if older { "older" } else { "younger" };
    side.map_or_else(
        || format!("nothing says so directly against a {word} reading"),
        |vote| format!("other evidence says {word} ({}: {})", vote.kind, vote.value),
    )
}

/// What a text says about the time of its words, held against a day.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Witness {
    /// "last saved 2018-03-01".
    says: String,
    /// Whether it is before the day.
    early: bool,
}

/// Everything that shows on which side of a day a text lies: its last save, its last mark, the date on its title page, the dates in
/// the names of its files. A month in which the day falls shows nothing, nor does a date that may be on either side.
fn witnesses(clues: &Clues<'_>, seconds: i64) -> Vec<Witness> {
    let moments = [(clues.modified, "last saved"), (clues.last_mark, "last change or comment")];
    let moments = moments.into_iter().filter_map(|(time, how)| Some((format!("{how} {}", day(time?)), (time?, time?))));
    let title = clues.dated.iter().filter(|_| !clues.date_is_shared).map(|(_, date)| ("dated", vec![date.as_str()]));
    let named = clues.named.iter().map(|version| ("its name says", clues::readings(&version.label).collect::<Vec<_>>()));
    let days = title.chain(named).filter(|(_, dates)| dates.first().is_some_and(|date| date.len() >= 7));
    let days = days.filter_map(|(how, dates)| {
        let spans: Vec<(i64, i64)> = dates.iter().map(|date| clues::span(date)).collect::<Option<_>>()?;
        let (first, last) = (spans.iter().map(|span| span.0).min()?, spans.iter().map(|span| span.1).max()?);
        Some((format!("{how} {}", dates.join(" or ")), (first, last)))
    });
    let sides = moments.chain(days).filter_map(|(says, (first, last))| match (first < seconds, last < seconds) {
        (true, true) => Some(Witness { says, early: true }),
        (false, false) => Some(Witness { says, early: false }),
        _ => None,
    });
    sides.collect()
}

/// On which side of a day a text lies; `None` where nothing says so or two of its times contradict each other.
fn side(clues: &Clues<'_>, seconds: i64) -> Option<bool> {
    let witnesses = witnesses(clues, seconds);
    let first = witnesses.first()?.early;
    witnesses.iter().all(|witness| witness.early == first).then_some(first)
}

/// Where a day falls in the order of a family: the texts that have a time show it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Split {
    /// Rank of each text with a time, ascending, and whether its time is before the day.
    timed: Vec<(u32, bool)>,
    /// The last rank before the day; the one that the fewest times contradict.
    pub(super) last_early: u32,
    /// How many of the first ones are before the day: of none, of one, and so on.
    early_until: Vec<usize>,
}

impl Split {
    /// Splits a family at the first second of a day; `None` when no text has a time.
    pub(super) fn of(family: &Family<'_>, seconds: i64) -> Option<Self> {
        let mut timed: Vec<(u32, bool)> =
            (0..family.texts.len()).filter_map(|text| Some((family.rank(text), side(family.order.clues(text)?, seconds)?))).collect();
        timed.sort_unstable();
        // With the split before all, every early text is wrong; each text passed then is right if early, wrong if not.
        let mut wrong = timed.iter().filter(|(_, early)| *early).count();
        let (mut least, mut last_early) = (wrong, 0);
        for same in timed.chunk_by(|one, other| one.0 == other.0) {
            let early = same.iter().filter(|(_, early)| *early).count();
            wrong = wrong + (same.len() - early) - early;
            if wrong < least {
                (least, last_early) = (wrong, same.first().map_or(0, |(rank, _)| *rank));
            }
        }
        let mut early_until = vec![0];
        early_until.extend(timed.iter().scan(0, |early, (_, is_early)| {
            *early += usize::from(*is_early);
            Some(*early)
        }));
        (!timed.is_empty()).then_some(Self { timed, last_early, early_until })
    }

    /// How many other drafts stand, by their times and by their places in the order, so that a draft of this rank is on this side of the day,
    /// and how many so that it is not: older ones that are from after the day, or younger ones from before it. Of one rank are those about which
    /// the evidence contradicts itself.
    fn witnesses_beside(&self, rank: u32, early: bool) -> (usize, usize) {
        let (below, until) =
            (self.timed.partition_point(|(other, _)| *other < rank), self.timed.partition_point(|(other, _)| *other <= rank));
        let early_among = |places: usize| self.early_until.get(places).copied().unwrap_or_default();
        let early_from = |places: usize| early_among(self.timed.len()) - early_among(places);
        let with = early_among(below) + (self.timed.len() - until - early_from(until));
        (with, if early { until - early_among(until) } else { early_from(below) })
    }

    /// How many others contradict that a draft of this rank is on this side of the day, where they are too many. A release takes fewer.
    fn contradicting(&self, rank: u32, early: bool) -> usize {
        let (with, against) = self.witnesses_beside(rank, early);
        let most = if early { with } else { (with + against) / TIMES_TO_ONE_WRONG };
        if against > most { against } else { 0 }
    }

    /// Whether a text without time stands on the safe side of one that has a time.
    fn is_beside_timed(&self, rank: u32) -> bool {
        if rank <= self.last_early {
            self.timed.iter().rev().any(|(other, early)| *early && *other >= rank)
        } else {
            self.timed.iter().any(|(other, early)| !*early && *other <= rank)
        }
    }
}

/// Position against a day.
fn by_day(file: usize, seconds: i64, split: Option<&Split>, name: &str, family: &Family<'_>, staged: &mut Staged) {
    let Some(text) = family.text_of(file) else { return };
    let at = format!("milestone “{}” of {}", printable(name), day(seconds));
    let Some(split) = split else {
        staged.doubts.push(format!("no draft of this document carries a time that could be held against the {at}"));
        return;
    };
    let early = family.rank(text) <= split.last_early;
    let count = split.contradicting(family.rank(text), early);
    let word = |early: bool| if early { "before" } else { "after" };
    let witnesses = family.order.clues(text).map_or_else(Vec::new, |clues| witnesses(clues, seconds));
    for witness in &witnesses {
        let says = format!("{} the {at}", word(witness.early));
        staged.evidence.push(Evidence { kind: "milestone", value: printable(&witness.says), says, weight: 3.0 });
    }
    let of_side = |early: bool| witnesses.iter().find(|witness| witness.early == early).map(|witness| printable(&witness.says));
    match (of_side(early), of_side(!early)) {
        (Some(with), Some(against)) => {
            let (before, after) = if early { (with, against) } else { (against, with) };
            staged.doubts.push(format!("the evidence contradicts itself: {before} is before the {at}, {after} is not"));
        }
        (None, Some(against)) => staged
            .doubts
            .push(format!("the evidence contradicts itself: {against}, but its place in the order is {} the {at}", word(early))),
        _ if count > 0 => staged.doubts.push(format!(
            "the evidence contradicts itself: it stands {} the {at}, but by their times {count} of the drafts {} or beside it are from {} that day",
            word(early),
            if early { "before" } else { "behind" },
            word(!early),
        )),
        (None, None) if !family.order.directed => staged
            .doubts
            .push(format!("it carries no time, and only the words show its place, not whether it is from before or after the {at}")),
        (None, None) if !split.is_beside_timed(family.rank(text)) => staged
            .doubts
            .push(format!("it carries no time, and its place in the order does not show whether it is from before or after the {at}")),
        _ => {
            staged.stage = Some(if early { Stage::Early } else { Stage::Later });
            staged.because = Some(format!("{} the {at}", word(early)));
        }
    }
}

/// No milestone: version labels if the policy says so, else the share of the final text.
fn without_milestone(file: usize, share: Option<f64>, family: &Family<'_>, setting: &Setting<'_>, staged: &mut Staged) {
    let rules = setting.rules;
    let by_share = share.and_then(|share| match share {
        share if share <= rules.early_share => Some(Stage::Early),
        share if share >= rules.later_share => Some(Stage::Later),
        _ => None,
    });
    if let Some((stage, because)) = by_label(file, family, rules) {
        let contradicts = by_share.is_some_and(|by_share| by_share != stage);
        if contradicts {
            staged.doubts.push(format!("{because}, but its share of the final text says otherwise"));
        } else {
            (staged.stage, staged.because) = (Some(stage), Some(because));
        }
        return;
    }
    match (by_share, share) {
        (Some(stage), Some(share)) => {
            staged.stage = Some(stage);
            staged.because = Some(format!(
                "no milestone is known, and it {} the final text",
                if stage == Stage::Early { "shares little of" } else { "is close to" }
            ));
            staged.evidence.push(Evidence {
                kind: "share-of-final",
                value: format!("{share:.3}"),
                says: format!("{} by its share of the final text", stage.as_str()),
                weight: 2.0,
            });
        }
        (_, Some(_)) => {
            staged.doubts.push("no milestone is known, and its share of the final text lies between early and later".to_owned());
        }
        _ if setting.has_report => staged.doubts.push("neither a milestone nor the final text of its report is known".to_owned()),
        _ => staged.doubts.push("it belongs to no report of the case file".to_owned()),
    }
}

/// Version labels against the first one that counts as later.
fn by_label(file: usize, family: &Family<'_>, rules: &StageRules) -> Option<(Stage, String)> {
    let from = rules.later_from.as_deref()?;
    let bound = super::label::from_version(from);
    let version = family.version_of(file)?;
    let key = |label: &super::label::VersionLabel| Some((label.major?, label.minor.unwrap_or(0), label.patch.unwrap_or(0)));
    let stage = if key(&version.label)? >= key(&bound)? { Stage::Later } else { Stage::Early };
    let text = version.label.label.unwrap_or_default();
    Some((stage, format!("its label “{}” counts as {} (policy: later from {})", printable(&text), stage.as_str(), printable(from))))
}

/// A label that most of the other labels of the family put elsewhere ("v0.2" behind "v0.9").
fn label_against_position(file: usize, family: &Family<'_>, drafts: &[Draft<'_>]) -> Option<String> {
    let own = family.named(file)?;
    let rank = family.rank_of(file)?;
    let (mut fits, mut contradicts, mut example) = (0, 0, None);
    for other in family.labelled_alike(&own.label.title) {
        let (Some(named), Some(other_rank)) = (family.named(other), family.rank_of(other)) else { continue };
        let Some(order) = clues::compare(&own.label, &named.label).filter(|_| rank != other_rank) else { continue };
        if order == rank.cmp(&other_rank) {
            fits += 1;
        } else {
            contradicts += 1;
            example = example.or_else(|| drafts.get(other).map(|draft| draft.path));
        }
    }
    (contradicts > fits).then(|| {
        let label = own.label.label.as_deref().unwrap_or_default();
        format!(
            "its label “{}” does not fit its place in the order (compare {})",
            printable(label),
            example.map_or(String::new(), printable)
        )
    })
}

/// A draft from after the milestone that shares clearly less of the final text than most drafts before it: drafts come near their final
/// text, so times or names say something else than the words.
fn less_than_before(share: f64, before: &[f64]) -> Option<String> {
    let more = before.len() - before.partition_point(|other| *other <= share + SHARE_MARGIN);
    (more > 0 && more * 2 >= before.len()).then(|| {
        format!(
            "it shares less of the final text ({:.0} %) than {more} of the {} drafts before and at the milestone",
            (share * 100.0).floor(),
            before.len()
        )
    })
}

/// A draft near the final text that is still full of tracked changes.
///
/// Its share counts the insertions as text, so where the share decides, a person must look. Where a milestone decides, the share
/// does not, and the reason is only stated.
fn near_final(marks: &Marks, share: f64, setting: &Setting<'_>, staged: &mut Staged) {
    let tracked = marks.inserted_chars + marks.deleted_chars;
    let part = tracked as f64 / marks.text_chars.max(1) as f64;
    if tracked == 0 || part <= setting.rules.tracked_share {
        return;
    }
    let note = format!(
        "close to the final text ({:.0} %), but tracked changes amount to {:.0} % of its text",
        (share * 100.0).floor(),
        part * 100.0
    );
    let by_milestone = staged.stage.is_some() && matches!(setting.milestone, Milestone::At { .. } | Milestone::On { .. });
    if by_milestone { staged.notes.push(note) } else { staged.doubts.push(note) }
}
