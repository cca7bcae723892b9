//! Which marks of fields belong together where some of them went with a change.
//!
//! A change can take the end of a field and leave its begin: what is left pairs in another way, and words that a reader saw before and
//! sees after would stand in code (ECMA-376-1 §17.16.18 pairs marks, and does not say what a change does to them).

use std::ops::Range;

use super::{gone_after, shows_between};
use crate::format::ooxml::plan::Plan;
use crate::format::xml::{Ns, sym};

/// What a mark does to the fields that are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// One begins.
    Begin,
    /// The code of the last one is over.
    Separate,
    /// The last one ends.
    End,
}

impl Mark {
    /// What a `w:fldChar` is, if it is anything (§17.18.29).
    pub fn of(plan: &Plan<'_>, index: usize) -> Option<Self> {
        match plan.tape.attr(index, Ns::W, sym::FLD_CHAR_TYPE).as_deref() {
            Some("begin") => Some(Self::Begin),
            Some("separate") => Some(Self::Separate),
            Some("end") => Some(Self::End),
            _ => None,
        }
    }
}

/// How the marks of a part are paired.
#[derive(Debug, Default)]
pub struct Pairing {
    /// The marks that had gone before fields were looked at, in order, where the marks are paired as the source has them; else none.
    pub gone: Vec<usize>,
    /// Whether the source has marks without their others, so that nobody knows what is code.
    pub is_broken: bool,
}

impl Pairing {
    /// Pairs what is left where it is whole by itself and puts nothing that is seen into code, and else as the source has it, where that
    /// is whole.
    pub fn of(plan: &Plan<'_>) -> Self {
        let marks = plan.tape.named(Ns::W, sym::FLD_CHAR).filter_map(|index| Some((index, Mark::of(plan, index)?)));
        let (mut all, mut left, mut gone) = (Vec::new(), Vec::new(), Vec::new());
        for (index, mark) in marks {
            all.push((index, mark));
            if gone_after(plan, plan.tape.root, index) {
                gone.push(index);
            } else {
                left.push((index, mark));
            }
        }
        if !is_whole(&all) {
            return Self { gone: Vec::new(), is_broken: true };
        }
        if !gone.is_empty() && is_whole(&left) {
            let was_code = code(&all);
            let newly =
                |node: usize| !was_code.get(was_code.partition_point(|code| code.end <= node)).is_some_and(|code| code.contains(&node));
            if !code(&left).iter().any(|code| shows_between(plan, code.start, code.end, newly)) {
                gone.clear();
            }
        }
        Self { gone, is_broken: false }
    }
}

/// Whether each mark has its others, in order.
fn is_whole(marks: &[(usize, Mark)]) -> bool {
    // Of each open field, whether its code is over.
    let mut open: Vec<bool> = Vec::new();
    for (_, mark) in marks {
        match (mark, open.last_mut()) {
            (Mark::Begin, _) => open.push(false),
            (Mark::Separate, Some(over @ false)) => *over = true,
            (Mark::End, Some(_)) => {
                open.pop();
            }
            _ => return false,
        }
    }
    open.is_empty()
}

/// Where code stands, in order and apart from each other; the marks are whole.
fn code(marks: &[(usize, Mark)]) -> Vec<Range<usize>> {
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut found: Vec<Range<usize>> = Vec::new();
    for (index, mark) in marks {
        let began = match mark {
            Mark::Begin => {
                open.push(Some(*index));
                None
            }
            Mark::Separate => open.last_mut().and_then(Option::take),
            Mark::End => open.pop().flatten(),
        };
        found.extend(began.map(|began| began..*index));
    }
    found.sort_unstable_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in found {
        match apart.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => apart.push(range),
        }
    }
    apart
}
