//! Properties of `meta.xml` and session ids of `settings.xml`.

use crate::format::moment;
use crate::format::ooxml::facts::says_version;
use crate::format::xml::{Ns, Tape, sym};
use crate::model::{DraftFacts, Finding, FindingKind, Inspection};

/// Reads the properties (OpenDocument 1.3 Part 3 §4.3).
pub(super) fn properties(tape: &Tape<'_>, inspection: &mut Inspection, facts: &mut DraftFacts) {
    let mut count = 0;
    for at in tape.descendants(tape.root) {
        let text = || tape.inner_text(at).trim().to_owned();
        let node = tape.node(at);
        match (node.ns, node.name) {
            (Ns::OdfMeta, sym::ODF_CREATION_DATE) => facts.created = moment::parse(&text()),
            (Ns::Dc, sym::DATE) => facts.modified = moment::parse(&text()),
            (Ns::OdfMeta, sym::ODF_PRINT_DATE) => facts.printed = moment::parse(&text()),
            (Ns::OdfMeta, sym::ODF_EDITING_CYCLES) => facts.revision = text().parse().ok(),
            (Ns::OdfMeta, sym::ODF_EDITING_DURATION) => facts.editing_minutes = minutes(&text()),
            (Ns::OdfMeta, sym::GENERATOR) => facts.application = Some(text()),
            (Ns::Dc, sym::TITLE) => facts.title = Some(text()).filter(|title| !title.is_empty()),
            (Ns::OdfMeta, sym::ODF_USER_DEFINED) => {
                let name = tape.attr(at, Ns::OdfMeta, sym::NAME).unwrap_or_default().to_lowercase();
                facts.version_properties.extend(Some(text()).filter(|value| says_version(&name) && !value.is_empty()));
            }
            (Ns::OdfMeta | Ns::Dc, _) => {}
            _ => continue,
        }
        count += 1;
    }
    if count > 0 {
        inspection.findings.push(Finding::new(FindingKind::DocumentProperty, "meta.xml", count, ""));
    }
}

/// Reads the session ids that the application counts up.
pub(super) fn settings(tape: &Tape<'_>, facts: &mut DraftFacts) {
    for at in tape.descendants(tape.root).filter(|at| tape.is(*at, Ns::OdfConfig, sym::ODF_CONFIG_ITEM)) {
        let name = tape.attr(at, Ns::OdfConfig, sym::NAME).unwrap_or_default();
        let value = || tape.inner_text(at).trim().parse::<u32>().ok().filter(|id| *id != 0);
        match name.as_ref() {
            "Rsid" => {
                facts.rsid_last = value();
                facts.rsids.extend(facts.rsid_last);
            }
            "RsidRoot" => facts.rsid_root = value(),
            _ => {}
        }
    }
}

/// Whole minutes of a duration such as `P1DT2H3M4S` (XML Schema).
fn minutes(duration: &str) -> Option<u32> {
    let span: jiff::SignedDuration = duration.parse::<jiff::Span>().ok()?.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?;
    u32::try_from(span.as_mins()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_minutes() {
        assert_eq!(minutes("PT1H30M12S"), Some(90));
        assert_eq!(minutes("P1DT1M"), Some(1441));
        assert_eq!(minutes("soon"), None);
    }
}
