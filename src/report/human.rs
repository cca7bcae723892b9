//! Reports for people: what, where, why, within the width of the terminal.

use console::{Style, measure_text_width, truncate_str};

use super::json::{FileReport, SanitiseReport, SanitiseStatus, Status};
use crate::model::{Decision, place_in_words, printable};

/// How a report is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Columns of the terminal; 80 when there is none.
    pub width: usize,
    /// Whether colour is on.
    pub colour: bool,
    /// Every reason and finding, not the first only.
    pub verbose: bool,
}

impl Look {
    fn paint(self, style: Style, text: &str) -> String {
        style.force_styling(self.colour).apply_to(text).to_string()
    }

    fn dim(self, text: &str) -> String {
        self.paint(Style::new().dim(), text)
    }

    fn bold(self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// Words wrapped at the width, every line indented.
    fn wrapped(self, indent: usize, text: &str) -> String {
        let mut out = String::new();
        let mut line = " ".repeat(indent);
        let mut empty = true;
        for word in text.split_whitespace() {
            if !empty && measure_text_width(&line) + 1 + measure_text_width(word) > self.width {
                out.push_str(&line);
                out.push('\n');
                line = " ".repeat(indent + 2);
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        out.push_str(&line);
        out
    }

    /// A line cut at the width.
    fn cut(self, text: &str) -> String {
        truncate_str(text, self.width, "…").into_owned()
    }
}

/// A decision in its colour.
fn decision(look: Look, decision: Decision, width: usize) -> String {
    let style = match decision {
        Decision::Release => Style::new().green(),
        Decision::Withhold => Style::new().yellow(),
        Decision::Review => Style::new().red(),
    };
    look.paint(style, &padded(decision.as_str(), width))
}

fn padded(text: &str, width: usize) -> String {
    let cut = truncate_str(text, width, "…");
    let fill = width.saturating_sub(measure_text_width(&cut));
    format!("{cut}{}", " ".repeat(fill))
}

/// The table of `scan`: families in order, drafts by rank, then what belongs to no family, then what is refused.
pub fn scan(files: &[FileReport], titles: &dyn Fn(&str) -> Option<String>, look: Look) -> String {
    let mut out = String::new();
    let mut sorted: Vec<&FileReport> = files.iter().collect();
    sorted.sort_by_key(|file| {
        (file.status == Status::Refused, file.family.is_none(), natural(file.family.as_deref()), file.rank, &file.path)
    });
    let mut section: Option<(bool, Option<&str>)> = None;
    for file in sorted {
        let here = (file.status == Status::Refused, file.family.as_deref());
        if section != Some(here) {
            if section.is_some() {
                out.push('\n');
            }
            let drafts = files.iter().filter(|other| (other.status == Status::Refused, other.family.as_deref()) == here).count();
            let heading = match here {
                (true, _) => format!("Refused: {}", counted(drafts, "file")),
                (false, None) => format!("No family: {}", counted(drafts, "file")),
                (false, Some(family)) => match titles(family) {
                    Some(title) => format!("{family}  {}: {}", printable(&title), counted(drafts, "draft")),
                    None => format!("{family}: {}", counted(drafts, "draft")),
                },
            };
            out.push_str(&look.bold(&look.cut(&heading)));
            out.push('\n');
            if !here.0 {
                let header =
                    format!("{:>6} {} {:<7} {} {:<8} file", "rank", padded("version", 14), "stage", padded("marks", 18), "decision");
                out.push_str(&look.dim(&look.cut(&header)));
                out.push('\n');
            }
            section = Some(here);
        }
        out.push_str(&row(file, look));
    }
    if !files.is_empty() {
        out.push('\n');
    }
    out.push_str(&summary(files, look));
    out
}

/// Sorts `F2` before `F10`.
fn natural(family: Option<&str>) -> (usize, String) {
    let family = family.unwrap_or_default();
    (family.len(), family.to_owned())
}

fn row(file: &FileReport, look: Look) -> String {
    let mut out = String::new();
    let name = printable(&file.path);
    if let Some(refusal) = &file.refusal {
        out.push_str(&look.cut(&format!("  {name}")));
        out.push('\n');
        out.push_str(&look.dim(&look.wrapped(4, &format!("{}: {}", refusal.code, refusal.message))));
        out.push('\n');
        if look.verbose {
            out.push_str(&look.dim(&look.wrapped(4, &format!("help: {}", refusal.help))));
            out.push('\n');
        }
        return out;
    }
    let rank = match (file.rank, file.of) {
        (Some(rank), Some(of)) => format!("{rank}/{of}"),
        _ => "-".to_owned(),
    };
    let version = file.version.as_ref().and_then(|version| version.label.label.clone()).unwrap_or_else(|| "-".to_owned());
    let cells =
        format!("{rank:>6} {} {:<7} {} ", padded(&printable(&version), 14), file.stage.as_str(), padded(&file.marks_in_words(), 18));
    let used = measure_text_width(&cells) + 9;
    let name = shortened(&name, look.width.saturating_sub(used).max(16));
    out.push_str(&format!("{cells}{} {name}\n", decision(look, file.decision, 8)));
    let reasons = if look.verbose { file.reasons.len() } else { 1 };
    for reason in file.reasons.iter().take(reasons) {
        out.push_str(&look.dim(&look.wrapped(7, &printable(reason))));
        out.push('\n');
    }
    out
}

/// The end of a path says more than its beginning.
fn shortened(path: &str, width: usize) -> String {
    if measure_text_width(path) <= width {
        return path.to_owned();
    }
    let mut tail: Vec<char> = path.chars().rev().take(width.saturating_sub(1)).collect();
    tail.reverse();
    let mut tail: String = tail.into_iter().collect();
    while measure_text_width(&tail) >= width && !tail.is_empty() {
        tail.remove(0);
    }
    format!("…{tail}")
}

/// The last line of a report on drafts.
fn summary(files: &[FileReport], look: Look) -> String {
    let refused = files.iter().filter(|file| file.status == Status::Refused).count();
    let with = |wanted: Decision| files.iter().filter(|file| file.status == Status::Ok && file.decision == wanted).count();
    let families = files.iter().filter_map(|file| file.family.as_deref()).collect::<std::collections::BTreeSet<_>>().len();
    let line = format!(
        "{}, {}: release {}, withhold {}, review {}, refused {refused}",
        counted(files.len(), "file"),
        if families == 1 { "1 family".to_owned() } else { format!("{families} families") },
        with(Decision::Release),
        with(Decision::Withhold),
        with(Decision::Review)
    );
    format!("{}\n", look.bold(&line))
}

/// `1 file`, `2 files`.
pub fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// The report of `inspect`: each file with everything that was found in it.
pub fn inspect(files: &[FileReport], look: Look) -> String {
    let mut out = String::new();
    for file in files {
        out.push_str(&look.bold(&look.cut(&printable(&file.path))));
        out.push('\n');
        let format = file.format.map_or("unread", crate::format::Format::plain);
        let mut lines = vec![format!("{format}, {} bytes", file.bytes)];
        if let Some(refusal) = &file.refusal {
            lines.push(format!("refused ({}): {}", refusal.code, refusal.message));
            lines.push(format!("help: {}", refusal.help));
        } else {
            lines.push(format!("marks: {}", file.marks_in_words()));
            if let (Some(first), Some(last)) = (&file.marks.first, &file.marks.last) {
                lines.push(format!("marked between {first} and {last} by {}", counted(file.marks.authors, "author")));
            }
            if let Some(label) = file.version.as_ref().and_then(|version| version.label.label.as_ref()) {
                lines.push(format!("version by name: {}", printable(label)));
            }
            lines.extend(file.reasons.iter().map(|reason| format!("needs a person: {}", printable(reason))));
        }
        for line in lines {
            out.push_str(&look.wrapped(2, &line));
            out.push('\n');
        }
        out.push_str(&findings(file, look));
    }
    out
}

fn findings(file: &FileReport, look: Look) -> String {
    let mut out = String::new();
    let mut kinds: std::collections::BTreeMap<_, (u64, std::collections::BTreeSet<&str>)> = std::collections::BTreeMap::new();
    for finding in &file.findings {
        let entry = kinds.entry((std::cmp::Reverse(finding.severity), finding.kind)).or_default();
        entry.0 += finding.count;
        entry.1.insert(&finding.part);
    }
    for ((_, kind), (count, parts)) in &kinds {
        let first = parts.first().copied().unwrap_or_default();
        let more = if parts.len() > 1 { format!(" and {} more", parts.len() - 1) } else { String::new() };
        let place = if first.is_empty() { String::new() } else { format!("  {}{more}", printable(first)) };
        out.push_str(&look.cut(&format!("  {count:>6}  {}{}", kind.plain(), look.dim(&place))));
        out.push('\n');
        if look.verbose {
            for finding in file.findings.iter().filter(|finding| finding.kind == *kind) {
                let line = format!("          {} {} {}", finding.count, place_in_words(&finding.part), printable(&finding.note));
                out.push_str(&look.dim(&look.cut(line.trim_end())));
                out.push('\n');
            }
        }
    }
    out
}

/// The report of `sanitise`.
pub fn sanitised(files: &[SanitiseReport], look: Look) -> String {
    let mut out = String::new();
    for file in files {
        let style = match file.status {
            SanitiseStatus::Sanitised => Style::new().green(),
            SanitiseStatus::Review => Style::new().red(),
            SanitiseStatus::Refused => Style::new().yellow(),
        };
        out.push_str(&format!(
            "{} {}\n",
            look.paint(style, &padded(file.status.as_str(), 9)),
            shortened(&printable(&file.path), look.width - 10)
        ));
        let mut lines = Vec::new();
        if let Some(refusal) = &file.refusal {
            lines.push(format!("{}: {}", refusal.code, refusal.message));
            lines.push(format!("help: {}", refusal.help));
        }
        lines.extend(file.reasons.iter().map(|reason| printable(reason)));
        if file.status == SanitiseStatus::Sanitised {
            let mut kinds = std::collections::BTreeMap::new();
            for removed in &file.removed {
                *kinds.entry(removed.kind).or_insert(0_u64) += removed.count;
            }
            let all: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {}", kind.plain())).collect();
            lines.push(if all.is_empty() { "nothing to take out".to_owned() } else { format!("taken out: {}", all.join("; ")) });
        }
        if look.verbose {
            lines.extend(file.proof.iter().map(|check| format!("proof: {}", printable(check))));
        }
        for line in lines {
            out.push_str(&look.dim(&look.wrapped(10, &line)));
            out.push('\n');
        }
    }
    let with = |status: SanitiseStatus| files.iter().filter(|file| file.status == status).count();
    let line = format!(
        "{}: sanitised {}, review {}, refused {}",
        counted(files.len(), "file"),
        with(SanitiseStatus::Sanitised),
        with(SanitiseStatus::Review),
        with(SanitiseStatus::Refused)
    );
    out.push_str(&look.bold(&line));
    out.push('\n');
    out
}

/// What became of one file of a bundle.
#[derive(Debug, Clone, Copy)]
pub struct BundleRow<'a> {
    /// Public number.
    pub number: Option<u32>,
    /// The source.
    pub path: &'a str,
    /// What the public is told.
    pub outcome: &'a str,
    /// Name of the released copy.
    pub output: Option<&'a str>,
    /// The weightiest reason.
    pub reason: Option<&'a str>,
}

/// The report of `bundle`, for the officer: it names sources.
pub fn bundle(rows: &[BundleRow<'_>], look: Look) -> String {
    let mut out = String::new();
    let header = format!("{:>4} {} {} source", "no", padded("outcome", 16), padded("released as", 18));
    out.push_str(&look.dim(&look.cut(&header)));
    out.push('\n');
    for row in rows {
        let number = row.number.map_or_else(|| "-".to_owned(), |number| number.to_string());
        let style = match row.outcome {
            "withheld" => Style::new().yellow(),
            "not decided" => Style::new().red(),
            "not listed" => Style::new().dim(),
            _ => Style::new().green(),
        };
        let outcome = look.paint(style, &padded(row.outcome, 16));
        let name = shortened(&printable(row.path), look.width.saturating_sub(41).max(16));
        out.push_str(&format!("{number:>4} {outcome} {} {name}\n", padded(row.output.unwrap_or("-"), 18)));
        if (row.outcome == "not decided" || look.verbose)
            && let Some(reason) = row.reason
        {
            out.push_str(&look.dim(&look.wrapped(5, &printable(reason))));
            out.push('\n');
        }
    }
    let mut outcomes: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for row in rows {
        *outcomes.entry(row.outcome).or_default() += 1;
    }
    let totals: Vec<String> = outcomes.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    out.push_str(&look.bold(&format!("{}: {}", counted(rows.len(), "file"), totals.join(", "))));
    out.push('\n');
    out
}

/// Every vote for one file.
pub fn explain(file: &FileReport, look: Look) -> String {
    let mut out = format!("{}\n", look.bold(&printable(&file.path)));
    let rank = file.rank.map_or_else(|| "-".to_owned(), |rank| format!("{rank} of {}", file.of.unwrap_or(rank)));
    out.push_str(&format!(
        "  family {}, rank {rank}, stage {}, decision {}\n",
        file.family.as_deref().unwrap_or("-"),
        file.stage.as_str(),
        file.decision.as_str()
    ));
    for reason in &file.reasons {
        out.push_str(&format!("  {}\n", printable(reason)));
    }
    for evidence in &file.evidence {
        let line =
            format!("  {:<16} {:>6.2}  {}: {}", evidence.kind, evidence.weight, printable(&evidence.value), printable(&evidence.says));
        out.push_str(&line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_keeps_its_end() {
        assert_eq!(shortened("Drafts/2018/report v0.1.docx", 16), "…eport v0.1.docx");
        assert_eq!(shortened("short.docx", 16), "short.docx");
    }

    #[test]
    fn cells_have_their_width_whatever_the_script() {
        assert_eq!(measure_text_width(&padded("草案草案草案草案", 9)), 9);
        assert_eq!(measure_text_width(&padded("v0.1", 9)), 9);
    }
}
