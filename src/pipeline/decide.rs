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
    /// The draft can only be released once somebody chooses how its tracked changes are resolved.
    pub needs_choice: bool,
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
            return Proposal { decision: Decision::Review, reasons, needs_choice: false };
        }
    };
    let mut decision = wanted;
    let mut held = reasons_to_hold(inspection, orders, TrackedChanges::Accept);
    if !draft.format.is_some_and(crate::format::Format::is_cleanable) {
        let fault = FileFault::FormatUnsupported { format: draft.format.map_or("unknown", crate::format::Format::plain).into() };
        held.push(format!("{fault}; {}", fault.help()));
    }
    if wanted == Decision::Release && !held.is_empty() {
        decision = Decision::Review;
        held.append(&mut reasons);
        reasons = held;
    }
    let tracked = inspection.marks.tracked_changes();
    let needs_choice = decision == Decision::Release && tracked > 0 && orders.tracked_changes == TrackedChanges::Ask;
    if needs_choice {
        let changes = if tracked == 1 { "1 tracked change is".to_owned() } else { format!("{tracked} tracked changes are") };
        reasons.push(format!("{changes} unresolved: choose accept, reject or keep before it can be released"));
    }
    Proposal { decision, reasons, needs_choice }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;
    use crate::model::{Finding, FindingKind, Inspection};
    use crate::pipeline::crawl::Source;

    fn draft(format: Format, inspection: Inspection) -> Draft {
        let source = Source { name: "a".into(), path: "a".into(), bytes: 1, set_aside: None, regular: true };
        Draft { source, sha256: None, format: Some(format), inspection: Ok(inspection) }
    }

    #[test]
    fn contents_can_stop_a_release_but_never_make_one() {
        let unknown = Inspection { findings: vec![Finding::new(FindingKind::Unknown, "x", 1, "")], ..Inspection::default() };
        let orders = Orders::default();
        for (wanted, expected) in
            [(Decision::Release, Decision::Review), (Decision::Withhold, Decision::Withhold), (Decision::Review, Decision::Review)]
        {
            assert_eq!(propose(&draft(Format::Docx, unknown.clone()), wanted, Vec::new(), &orders).decision, expected);
        }
        assert_eq!(propose(&draft(Format::Odt, Inspection::default()), Decision::Release, Vec::new(), &orders).decision, Decision::Review);
        assert_eq!(propose(&draft(Format::Pdf, Inspection::default()), Decision::Release, Vec::new(), &orders).decision, Decision::Release);
    }

    #[test]
    fn tracked_changes_ask_for_a_choice() {
        let mut inspection = Inspection::default();
        inspection.marks.insertions = 2;
        let mut orders = Orders::default();
        assert!(propose(&draft(Format::Docx, inspection.clone()), Decision::Release, Vec::new(), &orders).needs_choice);
        orders.tracked_changes = TrackedChanges::Reject;
        assert!(!propose(&draft(Format::Docx, inspection), Decision::Release, Vec::new(), &orders).needs_choice);
    }
}
