//! What is proposed for a draft: its stage says what the policy wants, its contents what stands in the way.

use super::reasons_to_hold;
use super::survey::Draft;
use crate::error::FileFault;
use crate::model::Decision;
use crate::policy::{Orders, TrackedChanges};

/// A proposal and what an officer reads out to explain it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Release, withhold or review.
    pub decision: Decision,
    /// Plain sentences, the weightiest first.
    pub reasons: Vec<String>,
    /// The proposal is a release that waits for somebody: tracked changes to be resolved, a damaged picture to be mended.
    pub needs_person: bool,
}

/// Joins the decision that follows from the stage with what the draft holds.
///
/// Nothing here turns another decision into a release. A release that the contents stand against becomes `review`;
/// a release that only waits for the treatment of tracked changes stays proposed and says so: the stage is not in doubt,
/// the wording is, and no copy is made before somebody has chosen.
pub fn propose(draft: &Draft, wanted: Decision, mut reasons: Vec<String>, orders: &Orders) -> Proposal {
    let inspection = match &draft.inspection {
        Ok(inspection) => inspection,
        Err(error) => {
            let says = if error.place == crate::Place::whole() { error.fault.to_string() } else { error.to_string() };
            reasons.insert(0, format!("{says}; {}", error.fault.help()));
            return Proposal { decision: Decision::Review, reasons, needs_person: false };
        }
    };
    let mut decision = wanted;
    let pictures_only = !inspection.unread.is_empty() && !inspection.unread.iter().any(|place| super::holds_words(place));
    let mut held = reasons_to_hold(inspection, orders, TrackedChanges::Accept);
    // Nothing is in doubt about the text: the proposal stands, and the sanitiser will make no copy until the picture is mended.
    let damaged = if pictures_only && wanted == Decision::Release { held.drain(..1).next() } else { None };
    if !draft.format.is_some_and(crate::format::Format::is_cleanable) {
        let fault = FileFault::FormatUnsupported { format: draft.format.map_or("unknown", crate::format::Format::plain).into() };
        held.push(format!("{fault}; {}", fault.help()));
    }
    match wanted {
        Decision::Release if !held.is_empty() => {
            decision = Decision::Review;
            held.append(&mut reasons);
            reasons = held;
        }
        // Whoever decides to release it shall know what stands against that.
        Decision::Review => reasons.append(&mut held),
        Decision::Release | Decision::Withhold => {}
    }
    let tracked = inspection.marks.tracked_changes();
    let needs_choice = decision == Decision::Release && tracked > 0 && orders.tracked_changes == TrackedChanges::Ask;
    if needs_choice {
        let changes = if tracked == 1 { "1 tracked change is".to_owned() } else { format!("{tracked} tracked changes are") };
        reasons.push(format!("{changes} unresolved: choose accept, reject or keep before it can be released"));
    }
    let blocked = decision == Decision::Release && damaged.is_some();
    reasons.extend(damaged.map(|damaged| format!("{damaged}; it cannot be released as it is")));
    Proposal { decision, reasons, needs_person: needs_choice || blocked }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;
    use crate::model::{Finding, FindingKind, Inspection};
    use crate::pipeline::crawl::Source;

    fn draft(format: Format, inspection: Inspection) -> Draft {
        let source = Source { name: "a".into(), path: "a".into(), bytes: 1, set_aside: None, regular: true };
        Draft { source, sha256: None, format: Some(format), inspection: Ok(inspection), echoes: Vec::new() }
    }

    #[test]
    fn contents_can_stop_a_release_but_never_make_one() {
        let unknown = Inspection { findings: vec![Finding::new(FindingKind::Unknown, "x", 1, "")], ..Inspection::default() };
        let orders = Orders::default();
        for (wanted, expected) in
            [(Decision::Release, Decision::Review), (Decision::Withhold, Decision::Withhold), (Decision::Review, Decision::Review)]
        {
            let proposal = propose(&draft(Format::Docx, unknown.clone()), wanted, Vec::new(), &orders);
            assert_eq!(proposal.decision, expected);
            assert_eq!(proposal.reasons.is_empty(), wanted == Decision::Withhold);
        }
        assert_eq!(propose(&draft(Format::Odt, Inspection::default()), Decision::Release, Vec::new(), &orders).decision, Decision::Review);
        assert_eq!(propose(&draft(Format::Pdf, Inspection::default()), Decision::Release, Vec::new(), &orders).decision, Decision::Release);
    }

    #[test]
    fn a_damaged_picture_stops_the_release_but_not_the_proposal() {
        let place = "word/media/image1.png: a PNG picture is damaged: it is cut off".to_owned();
        let pictures = Inspection { unread: vec![place.clone()], ..Inspection::default() };
        let proposal = propose(&draft(Format::Docx, pictures), Decision::Release, Vec::new(), &Orders::default());
        assert!(proposal.decision == Decision::Release && proposal.needs_person && proposal.reasons[0].contains("picture"));
        let words = Inspection { unread: vec![place, "word/footnotes.xml: cut".to_owned()], ..Inspection::default() };
        let proposal = propose(&draft(Format::Docx, words), Decision::Release, Vec::new(), &Orders::default());
        assert_eq!(proposal.decision, Decision::Review);
    }

    #[test]
    fn tracked_changes_ask_for_a_choice() {
        let mut inspection = Inspection::default();
        inspection.marks.insertions = 2;
        let mut orders = Orders::default();
        assert!(propose(&draft(Format::Docx, inspection.clone()), Decision::Release, Vec::new(), &orders).needs_person);
        orders.tracked_changes = TrackedChanges::Reject;
        assert!(!propose(&draft(Format::Docx, inspection), Decision::Release, Vec::new(), &orders).needs_person);
    }
}
