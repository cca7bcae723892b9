//! The lineage as a tree for the terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::types::{DuplicateKind, Placement};
use crate::model::printable;

/// One tree a family: the main line downwards, branches to the side.
///
/// A text continues the line of its parent unless a younger one does; names are escaped for the terminal.
pub fn tree(placements: &[Placement]) -> String {
    let mut families: BTreeMap<(usize, &str), Vec<&Placement>> = BTreeMap::new();
    for placement in placements {
        if let Some(family) = placement.family.as_deref() {
            families.entry((family.len(), family)).or_default().push(placement);
        }
    }
    let mut out = String::new();
    for ((_, family), members) in families {
        let _ = writeln!(out, "{family}  ({})", if members.len() == 1 { "1 file".to_owned() } else { format!("{} files", members.len()) });
        Lines::of(&members).write(&mut out);
        out.push('\n');
    }
    out
}

/// The files of one family by parent; duplicates stand under the file that they repeat.
struct Lines<'p> {
    roots: Vec<&'p Placement>,
    children: BTreeMap<&'p str, Vec<&'p Placement>>,
    repeats: BTreeMap<&'p str, Vec<&'p Placement>>,
}

impl<'p> Lines<'p> {
    fn of(members: &[&'p Placement]) -> Self {
        let mut lines = Self { roots: Vec::new(), children: BTreeMap::new(), repeats: BTreeMap::new() };
        let known: std::collections::BTreeSet<&str> = members.iter().map(|member| member.path.as_str()).collect();
        let repeated: BTreeMap<&str, &str> =
            members.iter().filter_map(|member| Some((member.path.as_str(), member.duplicate_of.as_deref()?))).collect();
        let mut sorted = members.to_vec();
        sorted.sort_by_key(|member| (member.rank, member.path.as_str()));
        for member in sorted {
            let within = |path: &Option<String>| path.as_deref().and_then(|path| known.get(path).copied());
            if let Some(of) = within(&member.duplicate_of) {
                lines.repeats.entry(origin(of, &repeated)).or_default().push(member);
            } else if let Some(parent) = within(&member.parent) {
                lines.children.entry(parent).or_default().push(member);
            } else {
                lines.roots.push(member);
            }
        }
        lines
    }

    /// Writes line after line; a stack keeps long lines from nesting calls.
    fn write(&self, out: &mut String) {
        let mut stack: Vec<(&Placement, usize, bool)> = self.roots.iter().rev().map(|root| (*root, 0, false)).collect();
        let mut left = self.roots.len() + self.children.values().map(Vec::len).sum::<usize>();
        while let Some((member, depth, is_branch)) = stack.pop() {
            if left == 0 {
                break; // parents that lead in a circle end here
            }
            left -= 1;
            let bars = "│  ".repeat(depth.saturating_sub(usize::from(is_branch)));
            let _ = writeln!(out, "{bars}{}{}", if is_branch { "├─ " } else { "" }, line(member));
            for repeat in self.repeats.get(member.path.as_str()).into_iter().flatten() {
                let _ =
                    writeln!(out, "{}   = {} ({})", "│  ".repeat(depth), printable(&repeat.path), repeat.duplicate_kind.map_or("", word));
            }
            // The line goes on with the youngest child; the others branch off, and are shown first.
            if let Some((main, branches)) = self.children.get(member.path.as_str()).and_then(|children| children.split_last()) {
                stack.push((main, depth, false));
                stack.extend(branches.iter().rev().map(|branch| (*branch, depth + 1, true)));
            }
        }
    }
}

/// The file at the head of a row of repeats: a PDF may be made from a copy.
fn origin<'p>(path: &'p str, repeated: &BTreeMap<&'p str, &'p str>) -> &'p str {
    let mut here = path;
    for _ in 0..repeated.len() {
        match repeated.get(here) {
            Some(of) => here = of,
            None => break,
        }
    }
    here
}

fn word(kind: DuplicateKind) -> &'static str {
    match kind {
        DuplicateKind::Exact => "the same file",
        DuplicateKind::Text => "the same words",
        DuplicateKind::Resave => "the same words, saved again",
        DuplicateKind::PdfRendition => "PDF of it",
    }
}

fn line(member: &Placement) -> String {
    let mut line = format!("{:>3}  {}", member.rank.map_or(String::new(), |rank| rank.to_string()), printable(&member.path));
    let written = member.version.as_ref().filter(|version| version.source != "name").and_then(|version| version.label.label.as_deref());
    if let Some(label) = written {
        let _ = write!(line, "  [{}]", printable(label));
    }
    let _ = write!(line, "  {} → {}", member.stage.as_str(), member.decision.as_str());
    line
}
