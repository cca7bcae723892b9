//! Paragraphs, rows, cells and tables after something in them has gone: join, drop, complete.
//!
//! ECMA-376-1 §17.13.5.15 and §17.13.5.20: a paragraph whose mark goes takes in the paragraph after it, and the mark that
//! is left, with its properties, is that of the later paragraph.

use std::collections::BTreeSet;

use super::plan::{Fate, Plan};
use crate::format::xml::{Kind, Ns, Sym, sym};

/// Elements that a reader sees (or that give a place to something seen).
fn is_content(ns: Ns, name: Sym) -> bool {
    match ns {
        Ns::W => matches!(
            name,
            sym::TAB
                | sym::PTAB
                | sym::BR
                | sym::CR
                | sym::SYM
                | sym::DRAWING
                | sym::PICT
                | sym::OBJECT
                | sym::NO_BREAK_HYPHEN
                | sym::SOFT_HYPHEN
                | sym::FOOTNOTE_REFERENCE
                | sym::ENDNOTE_REFERENCE
                | sym::FOOTNOTE_REF
                | sym::ENDNOTE_REF
                | sym::SEPARATOR
                | sym::CONTINUATION_SEPARATOR
                | sym::PG_NUM
                | sym::DAY_LONG
                | sym::DAY_SHORT
                | sym::MONTH_LONG
                | sym::MONTH_SHORT
                | sym::YEAR_LONG
                | sym::YEAR_SHORT
                | sym::FLD_CHAR
                | sym::INSTR_TEXT
                | sym::FLD_SIMPLE
                | sym::ALT_CHUNK
                | sym::SUB_DOC
                | sym::CONTENT_PART
        ),
        Ns::Wp | Ns::V | Ns::Pic | Ns::C | Ns::Dgm => true,
        Ns::M => matches!(name, sym::O_MATH),
        _ => false,
    }
}

/// Whether an element is something that a reader sees, names left out of account aside.
pub fn is_seen(plan: &Plan<'_>, index: usize, except: &[Sym]) -> bool {
    let tape = &plan.tape;
    let element = tape.node(index);
    if element.kind != Kind::Element || except.contains(&element.name) {
        return false;
    }
    if element.name == sym::T || tape.is(index, Ns::W, sym::DEL_TEXT) {
        return tape.children(index).any(|child| !tape.characters(child).is_empty());
    }
    is_content(element.ns, element.name)
}

/// Whether something that a reader sees is left inside an element, names left out of account aside.
pub fn has_content(plan: &Plan<'_>, index: usize, except: &[Sym]) -> bool {
    plan.living_in(index).any(|node| is_seen(plan, node, except))
}

/// Elements whose blocks flow together with those around them.
fn is_transparent(plan: &Plan<'_>, index: usize) -> bool {
    let node = plan.tape.node(index);
    plan.fate[index] == Fate::Unwrap
        || node.ns == Ns::W
            && matches!(
                node.name,
                sym::SDT | sym::SDT_CONTENT | sym::CUSTOM_XML | sym::SMART_TAG | sym::INS | sym::MOVE_TO | sym::DEL | sym::MOVE_FROM
            )
}

/// Completes tables after rows and cells have gone: no table without rows, no row without cells.
pub fn tidy_tables(plan: &mut Plan<'_>) {
    let rows: Vec<usize> = plan.living_named(Ns::W, sym::TR).collect();
    for row in rows.into_iter().rev() {
        if !plan.living_in(row).any(|node| plan.tape.is(node, Ns::W, sym::TC)) {
            plan.drop_node(row);
        }
    }
    let tables: Vec<usize> = plan.living_named(Ns::W, sym::TBL).collect();
    for table in tables.into_iter().rev() {
        if !plan.living_in(table).any(|node| plan.tape.is(node, Ns::W, sym::TR)) {
            plan.drop_node(table);
        }
    }
}

/// What stands after a paragraph in its story.
enum After {
    Paragraph(usize),
    Other,
    Nothing,
}

/// Joins each paragraph whose mark goes with the paragraph after it. Tells whether what a reader sees comes under other properties, or
/// into another section.
pub fn join_paragraphs(plan: &mut Plan<'_>, marks_gone: &BTreeSet<usize>) -> bool {
    let mut rearranged = false;
    let mut taken_in = BTreeSet::new();
    for first in marks_gone {
        if taken_in.contains(first) || !plan.alive(*first) {
            continue;
        }
        let mut chain = vec![*first];
        let mut last = *first;
        let mut after = After::Nothing;
        while marks_gone.contains(&last) {
            after = block_after(plan, last);
            match after {
                After::Paragraph(next) => {
                    chain.push(next);
                    taken_in.insert(next);
                    last = next;
                }
                After::Other | After::Nothing => break,
            }
        }
        let cannot_join = marks_gone.contains(&last);
        let empty = chain.iter().all(|member| !has_content(plan, *member, &[]));
        if cannot_join && empty && matches!(after, After::Other) {
            for member in chain {
                rearranged |= ends_section(plan, member);
                plan.drop_node(member);
            }
        } else if let Some((_, before)) = chain.split_last()
            && !before.is_empty()
        {
            rearranged |= before.iter().any(|member| has_content(plan, *member, &[]) || ends_section(plan, *member));
            // Only the properties of the last paragraph are left.
            for properties in before.iter().filter_map(|member| plan.tape.child(*member, Ns::W, sym::P_PR)).collect::<Vec<_>>() {
                plan.drop_node(properties);
            }
            plan.chains.insert(*first, chain);
        }
    }
    rearranged
}

/// Whether a section ends with a paragraph (§17.6.18).
fn ends_section(plan: &Plan<'_>, paragraph: usize) -> bool {
    let properties = plan.tape.child(paragraph, Ns::W, sym::P_PR);
    properties.is_some_and(|properties| plan.tape.child(properties, Ns::W, sym::SECT_PR).is_some())
}

/// The paragraph that goes on behind one whose mark is gone or not seen.
pub fn next_paragraph(plan: &Plan<'_>, paragraph: usize) -> Option<usize> {
    match block_after(plan, paragraph) {
        After::Paragraph(next) => Some(next),
        After::Other | After::Nothing => None,
    }
}

/// The first block after a paragraph that stays, seen through content controls and the like.
fn block_after(plan: &Plan<'_>, paragraph: usize) -> After {
    let mut at = paragraph;
    loop {
        let Some(parent) = plan.tape.parent(at) else { return After::Nothing };
        let end = plan.tape.node(parent).next as usize;
        let mut sibling = plan.tape.node(at).next as usize;
        while sibling < end {
            if let Some(found) = first_block(plan, sibling) {
                return found;
            }
            sibling = plan.tape.node(sibling).next as usize;
        }
        if !is_transparent(plan, parent) {
            return After::Nothing;
        }
        at = parent;
    }
}

/// The first block that a node is or holds.
fn first_block(plan: &Plan<'_>, index: usize) -> Option<After> {
    let node = plan.tape.node(index);
    if plan.fate[index] == Fate::Drop || node.kind != Kind::Element {
        return None;
    }
    match (node.ns, node.name) {
        (Ns::W, sym::P) => Some(After::Paragraph(index)),
        (Ns::W, sym::TBL | sym::ALT_CHUNK | sym::SUB_DOC) => Some(After::Other),
        _ if is_transparent(plan, index) => plan.tape.children(index).find_map(|child| first_block(plan, child)),
        _ => None,
    }
}

/// Drops what has lost all it held: runs, links, content controls. Gives every cell and story that needs one a paragraph.
pub fn tidy_containers(plan: &mut Plan<'_>) {
    let loses = |plan: &Plan<'_>, index: usize| {
        let node = plan.tape.node(index);
        node.ns == Ns::W && matches!(node.name, sym::R | sym::HYPERLINK | sym::FLD_SIMPLE | sym::SDT | sym::SDT_CONTENT)
            || node.ns == Ns::M && matches!(node.name, sym::R | sym::O_MATH | sym::O_MATH_PARA)
    };
    // Only what has a child that does not simply stay can have lost all; what goes here may be the last of what it is in.
    let gone = plan.fate.iter().enumerate().filter(|(_, fate)| **fate != Fate::Keep);
    let parents = gone.filter_map(|(index, _)| plan.tape.parent(index));
    let mut candidates: BTreeSet<usize> = parents.filter(|parent| loses(plan, *parent)).collect();
    while let Some(index) = candidates.pop_last() {
        if !loses(plan, index) || !plan.alive(index) {
            continue;
        }
        let properties = |child: &usize| {
            matches!(plan.tape.node(*child).name, sym::R_PR | sym::SDT_PR | sym::SDT_END_PR | sym::O_MATH_PARA_PR | sym::FLD_DATA)
        };
        let elements = |child: &usize| plan.tape.node(*child).kind == Kind::Element && !properties(child);
        let had = plan.tape.children(index).filter(elements).count();
        let has = plan
            .living_children(index)
            .filter(elements)
            .any(|child| plan.fate[child] != Fate::Unwrap || plan.living_in(child).nth(1).is_some());
        if had > 0 && !has {
            plan.drop_node(index);
            candidates.extend(plan.tape.parent(index));
        }
    }
    let mut needy = plan.tape.named_any(&[sym::TC, sym::TXBX_CONTENT, sym::HDR, sym::FTR, sym::FOOTNOTE, sym::ENDNOTE, sym::COMMENT]);
    needy.retain(|index| {
        let node = plan.tape.node(*index);
        (node.ns == Ns::W || node.ns == Ns::Wne && node.name == sym::TXBX_CONTENT) && plan.alive(*index)
    });
    let taken_in: BTreeSet<usize> = plan.chains.values().flat_map(|chain| chain.iter().skip(1).copied()).collect();
    for index in needy {
        let last = plan
            .living_in(index)
            .skip(1)
            .filter(|node| {
                let element = plan.tape.node(*node);
                element.ns == Ns::W
                    && matches!(element.name, sym::P | sym::TBL)
                    && !taken_in.contains(node)
                    && plan.ancestor_block(*node) == Some(index)
            })
            .last();
        let complete = last.is_some_and(|last| plan.tape.is(last, Ns::W, sym::P) || !plan.tape.is(index, Ns::W, sym::TC));
        if !complete {
            let prefix = plan.tape.tag_name(index).rsplit_once(':').map_or(String::new(), |(prefix, _)| format!("{prefix}:"));
            plan.append.insert(index, format!("<{prefix}p/>"));
        }
    }
}
