//! `record.html`: the internal record for people. One page that needs nothing else, and that never leaves the authority.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use super::redline::{Piece, Redline, Side};
use super::{DecisionRecord, DocumentRecord};
use crate::case::calendar::in_words;
use crate::case::{Case, Person};
use crate::model::{FindingKind, place_in_words, printable};
use crate::schedule::escape;

const STYLE: &str = "body{font:15px/1.5 Arial,sans-serif;margin:1.5rem auto;max-width:72rem;padding:0 1rem;color:#111;background:#fff}\
.internal{border:3px solid #9c1c1c;background:#fbe9e7;padding:.6rem 1rem;font-weight:bold}\
table{border-collapse:collapse;width:100%;margin:.5rem 0}caption{text-align:left;font-weight:bold;padding:.4rem 0}\
th,td{border:1px solid #888;padding:.3rem .5rem;text-align:left;vertical-align:top}thead th{background:#e8ecef}\
code{overflow-wrap:anywhere}del{background:#f8d9d5}ins{background:#d9efdd}\
details{margin:.6rem 0;border:1px solid #bbb;padding:.4rem .8rem}summary{font-weight:bold;cursor:pointer}\
.gap{color:#555;font-style:italic}ol.line li{margin:.2rem 0}\
@media print{details{break-inside:avoid}}";

/// Writes the page, document by document: of a large folder it is too long to be held. Internal: it shows the words that were taken out.
///
/// # Errors
/// Those of `to`.
pub fn record_html(record: &DecisionRecord, case: &Case, to: &mut dyn io::Write) -> io::Result<()> {
    let mut out = String::new();
    let reference = escape(case.reference.as_deref().unwrap_or("without reference"));
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Internal record, {reference}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Record of decisions, {reference}</h1>\n<p class=\"internal\" role=\"note\">INTERNAL. For the authority only: this page holds words that are withheld. It is no part of the disclosure.</p>\n"
    );
    facts(&mut out, record, case);
    lineage(&mut out, record);
    overview(&mut out, record);
    out.push_str("<h2>Document by document</h2>\n");
    for document in &record.documents {
        to.write_all(out.as_bytes())?;
        out.clear();
        detail(&mut out, document);
    }
    out.push_str("</main>\n</body>\n</html>\n");
    to.write_all(out.as_bytes())
}

/// Text from a file, safe to show.
fn shown(text: &str) -> String {
    escape(&printable(text))
}

fn facts(out: &mut String, record: &DecisionRecord, case: &Case) {
    let person = |person: &Person| {
        let parts: Vec<String> = [person.name.clone(), person.role.clone(), person.date.map(in_words)].into_iter().flatten().collect();
        if parts.is_empty() { "not named".to_owned() } else { parts.join(", ") }
    };
    let digest = |digest: Option<&String>| digest.map_or_else(|| "none".to_owned(), Clone::clone);
    let rows = [
        ("Program", format!("cleardraft {}", record.tool_version)),
        ("Preset", super::preset_of(case).id.clone()),
        ("Preset SHA-256", super::preset_of(case).digest.clone()),
        ("Case file SHA-256", digest(record.case_digest.as_ref())),
        ("Policy SHA-256", record.policy_digest.clone()),
        ("Plan SHA-256", digest(record.plan_digest.as_ref())),
        ("Decided by", person(&case.decider)),
        ("Approved by", person(&case.approver)),
    ];
    out.push_str("<table>\n<caption>How this record was made</caption>\n<tbody>\n");
    for (name, value) in rows {
        let _ = writeln!(out, "<tr><th scope=\"row\">{name}</th><td><code>{}</code></td></tr>", shown(&value));
    }
    out.push_str("</tbody>\n</table>\n");
}

/// Each family from the oldest draft to the newest.
fn lineage(out: &mut String, record: &DecisionRecord) {
    let mut families: BTreeMap<&str, Vec<&DocumentRecord>> = BTreeMap::new();
    for document in &record.documents {
        if let Some(family) = &document.family {
            families.entry(family).or_default().push(document);
        }
    }
    if families.is_empty() {
        return;
    }
    out.push_str("<h2>Lineage</h2>\n");
    for (family, mut drafts) in families {
        drafts.sort_by_key(|document| (document.rank.unwrap_or(u32::MAX), &document.path));
        let _ = write!(out, "<h3>Family {}</h3>\n<ol class=\"line\">\n", shown(family));
        for document in drafts {
            let rank = document.rank.map_or_else(String::new, |rank| format!(" value=\"{rank}\""));
            let version = document.version_label.as_ref().map_or_else(String::new, |label| format!(", {label}"));
            let again = document.duplicate_of.as_ref().map_or_else(String::new, |path| format!(", repeats {path}"));
            let share = document.share_of_final.map_or_else(String::new, |share| format!(", {:.0} % of the published text", share * 100.0));
            let words =
                format!("{}{version}{again}{share}: {}, {}", document.path, document.stage().as_str(), document.decision().as_str());
            let _ = writeln!(out, "<li{rank}>{}</li>", shown(&words));
        }
        out.push_str("</ol>\n");
    }
}

fn overview(out: &mut String, record: &DecisionRecord) {
    out.push_str("<h2>Decisions</h2>\n<table>\n<caption>Every file of the folder</caption>\n<thead><tr>");
    for head in ["No", "File", "Stage", "Proposed", "Decided", "Exemption", "By", "Released as"] {
        let _ = write!(out, "<th scope=\"col\">{head}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for document in &record.documents {
        let number = if document.number > 0 { document.number.to_string() } else { "\u{2013}".to_owned() };
        let cells = [
            document.stage().as_str().to_owned(),
            document.proposed.0.as_str().to_owned(),
            if document.held_from.is_some() {
                format!("{}, held", document.decided().as_str())
            } else {
                document.decision().as_str().to_owned()
            },
            document.exemption.as_ref().map(ToString::to_string).unwrap_or_default(),
            document.decided_by.clone().unwrap_or_default(),
            document.released.as_ref().map(|file| file.name.clone()).unwrap_or_default(),
        ];
        let _ = write!(out, "<tr><td>{number}</td><th scope=\"row\">{}</th>", shown(&document.path));
        for cell in cells {
            let _ = write!(out, "<td>{}</td>", shown(&cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn detail(out: &mut String, document: &DocumentRecord) {
    let title = if document.number > 0 { format!("{}: {}", document.number, document.path) } else { document.path.clone() };
    let _ = write!(out, "<details>\n<summary>{}</summary>\n", shown(&title));
    let _ = writeln!(out, "<p>{} bytes, {}, SHA-256 <code>{}</code></p>", document.bytes, shown(&document.format), shown(&document.sha256));
    if let Some(refusal) = &document.refusal {
        let _ = writeln!(out, "<p><strong>{}</strong>: {}. {}</p>", shown(&refusal.code), shown(&refusal.message), shown(&refusal.help));
    }
    list(out, "Why", document.reasons.iter().cloned());
    list(
        out,
        "Evidence",
        document.evidence.iter().map(|line| format!("{}: {} ({}, weight {})", line.kind, line.says, line.value, line.weight)),
    );
    list(out, "Found", document.findings.iter().map(|found| format!("{}: {} {}", named(found.kind, &found.part), found.count, found.note)));
    list(out, "Taken out", document.removed.iter().map(|removed| format!("{}: {}", named(removed.kind, &removed.part), removed.count)));
    list(
        out,
        if document.released.is_some() { "Words that were taken out" } else { "Words that a person must look at" },
        document.secrets.iter().map(|secret| format!("{}: {}", named(secret.kind, &secret.part), secret.text)),
    );
    list(out, "What the re-inspection looked for", document.proof.lines().into_iter());
    if let Some(notes) = &document.notes {
        let _ = writeln!(out, "<h3>Notes</h3>\n<p>{}</p>", shown(notes));
    }
    if let Some(compared) = &document.redline {
        redline(out, compared);
    } else if document.released.as_ref().is_some_and(|file| file.pages.is_some()) {
        out.push_str(
            "<p class=\"gap\">The copy was written anew from what the pages show: the shown text is the same before and after.</p>\n",
        );
    }
    out.push_str("</details>\n");
}

/// A kind of finding with its place.
fn named(kind: FindingKind, part: &str) -> String {
    format!("{} {}", kind.plain(), place_in_words(part)).trim_end().to_owned()
}

fn list(out: &mut String, heading: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    let _ = write!(out, "<h3>{heading}</h3>\n<ul>\n");
    for line in lines {
        let _ = writeln!(out, "<li>{}</li>", shown(line.trim_end()));
    }
    out.push_str("</ul>\n");
}

/// Before and after. Changes are marked with the elements del and ins, which screen readers speak, and not by colour alone.
fn redline(out: &mut String, redline: &Redline) {
    out.push_str("<h3>Text before and after</h3>\n<p>Struck out: only in the source. Underlined: only in the released copy.</p>\n");
    for piece in redline.pieces() {
        match piece {
            Piece::Same(count) => {
                let _ = writeln!(out, "<p class=\"gap\">{count} paragraph{} unchanged</p>", if count == 1 { "" } else { "s" });
            }
            Piece::Changed(spans) => {
                out.push_str("<p>");
                for (number, (side, text)) in spans.iter().enumerate() {
                    let (start, end) = match side {
                        Side::Both => ("", ""),
                        Side::Source => ("<del>", "</del>"),
                        Side::Copy => ("<ins>", "</ins>"),
                    };
                    let gap = if number > 0 { " " } else { "" };
                    let _ = write!(out, "{gap}{start}{}{end}", shown(text));
                }
                out.push_str("</p>\n");
            }
        }
    }
}
