//! Reports as comma-separated values (RFC 4180) with a header line.

use super::json::{FileReport, SanitiseReport, Status};

/// The rows of `scan` and `inspect`.
pub fn files(files: &[FileReport]) -> String {
    const HEADER: &[&str] = &[
        "path",
        "format",
        "status",
        "refusal",
        "family",
        "rank",
        "of",
        "version",
        "stage",
        "decision",
        "exemption",
        "insertions",
        "deletions",
        "moves",
        "format_changes",
        "comments",
        "authors",
        "first",
        "last",
        "duplicate_of",
        "duplicate_kind",
        "share_of_final",
        "findings",
        "bytes",
        "sha256",
        "reasons",
    ];
    table(HEADER, files, |file| {
        let marks = &file.marks;
        vec![
            file.path.clone(),
            file.format.map(|format| format.as_str().to_owned()).unwrap_or_default(),
            if file.status == Status::Ok { "ok".to_owned() } else { "refused".to_owned() },
            file.refusal.as_ref().map(|refusal| refusal.code.to_owned()).unwrap_or_default(),
            file.family.clone().unwrap_or_default(),
            number(file.rank),
            number(file.of),
            file.version.as_ref().and_then(|version| version.label.label.clone()).unwrap_or_default(),
            file.stage.as_str().to_owned(),
            file.decision.as_str().to_owned(),
            file.exemption.clone().unwrap_or_default(),
            marks.insertions.to_string(),
            marks.deletions.to_string(),
            marks.moves.to_string(),
            marks.format_changes.to_string(),
            marks.comments.to_string(),
            marks.authors.to_string(),
            marks.first.clone().unwrap_or_default(),
            marks.last.clone().unwrap_or_default(),
            file.duplicate_of.clone().unwrap_or_default(),
            file.duplicate_kind.map(|kind| super::json::duplicate_word(kind).to_owned()).unwrap_or_default(),
            file.share_of_final.map(|share| format!("{share:.4}")).unwrap_or_default(),
            file.findings.len().to_string(),
            file.bytes.to_string(),
            file.sha256.clone().unwrap_or_default(),
            file.reasons.join(" | "),
        ]
    })
}

/// The rows of `sanitise`.
pub fn sanitised(files: &[SanitiseReport]) -> String {
    const HEADER: &[&str] = &["path", "output", "status", "refusal", "sha256", "output_sha256", "removed", "proof", "reasons"];
    table(HEADER, files, |file| {
        vec![
            file.path.clone(),
            file.output.clone().unwrap_or_default(),
            file.status.as_str().to_owned(),
            file.refusal.as_ref().map(|refusal| refusal.code.to_owned()).unwrap_or_default(),
            file.sha256.clone().unwrap_or_default(),
            file.output_sha256.clone().unwrap_or_default(),
            file.removed
                .iter()
                .map(|removed| format!("{} {} in {}", removed.count, removed.kind.as_str(), removed.part))
                .collect::<Vec<_>>()
                .join(" | "),
            file.proof.join(" | "),
            file.reasons.join(" | "),
        ]
    })
}

/// A table of any rows.
pub fn table<T>(header: &[&str], rows: &[T], cells: impl Fn(&T) -> Vec<String>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut failed = writer.write_record(header).is_err();
    for row in rows {
        failed |= writer.write_record(cells(row).into_iter().map(tame)).is_err();
    }
    debug_assert!(!failed, "rows have one cell for each column");
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn number(value: Option<u32>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A spreadsheet takes a cell with one of these signs at its start for a formula: names from files must not be one.
fn tame(cell: String) -> String {
    let shown = crate::model::printable(&cell);
    if shown.starts_with(['=', '+', '@']) || (shown.starts_with('-') && shown.len() > 1) { format!("'{shown}") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_and_control_characters_from_names_are_tamed() {
        let rows = ["=cmd()", "a\u{1b}b", "x,\"y\""];
        let text = table(&["name"], &rows, |row| vec![(*row).to_owned()]);
        assert_eq!(text, "name\n'=cmd()\na\\u{1b}b\n\"x,\"\"y\"\"\"\n");
    }
}
