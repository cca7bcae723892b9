//! Markup compatibility (ECMA-376-3): which of the alternatives a reader shows, and what every reader ignores.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;
use sha2::Digest as _;

use super::OoxmlFault;
use super::blocks::has_content;
use super::package::{Part, Relationship, Target};
use super::plan::{Fate, Plan};
use super::relationship::RelKind;
use super::report::Report;
use crate::format::xml::{Kind, Ns, Sym, Tape, sym, vocabulary};
use crate::model::FindingKind;
use crate::{DocError, Limits};

/// Namespaces of choices that word processors show; any other choice is nobody's, and its fallback is what is shown.
fn is_shown(ns: Ns) -> bool {
    matches!(
        ns,
        Ns::Wps
            | Ns::Wpg
            | Ns::Wpc
            | Ns::Wp14
            | Ns::W14
            | Ns::W15
            | Ns::W16Se
            | Ns::A14
            | Ns::C14
            | Ns::W
            | Ns::Wp
            | Ns::M
            | Ns::C
            | Ns::V
            | Ns::O
            | Ns::A
            | Ns::Pic
    )
}

/// Resolves alternatives; drops comments, instructions, and elements that no standard we know has.
///
/// # Errors
/// [`OoxmlFault::UnknownContent`] when such an element holds something a reader may see.
pub fn resolve(plan: &mut Plan<'_>, report: &mut Report) -> Result<(), DocError> {
    let mut lists = Lists::default();
    for index in odd(&plan.tape) {
        if plan.fate[index] == Fate::Drop {
            continue;
        }
        let node = *plan.tape.node(index);
        match node.kind {
            Kind::Comment | Kind::Instruction => {
                report.removed(FindingKind::XmlComment, &plan.name, 1);
                report.words(FindingKind::XmlComment, &plan.name, plan.tape.inside(index));
                plan.drop_node(index);
            }
            Kind::Text | Kind::CData => {}
            Kind::Element => {
                if node.ns == Ns::Mc && node.name == sym::ALTERNATE_CONTENT {
                    choose(plan, index, report);
                } else if node.ns != Ns::Mc && vocabulary::element(node.ns, node.name).is_none() && plan.alive(index) {
                    foreign(plan, index, &mut lists, report)?;
                }
            }
        }
    }
    Ok(())
}

/// The nodes that [`resolve`] may rule on, in document order.
fn odd(tape: &Tape<'_>) -> Vec<usize> {
    let is_odd = |ns, name| if ns == Ns::Mc { name == sym::ALTERNATE_CONTENT } else { vocabulary::element(ns, name).is_none() };
    let mut names: Vec<Sym> = tape.element_names().filter(|(ns, name)| is_odd(*ns, *name)).map(|(_, name)| name).collect();
    names.sort_unstable();
    names.dedup();
    let mut odd = tape.named_any(&names);
    odd.extend(tape.asides());
    odd.sort_unstable();
    odd
}

fn choose(plan: &mut Plan<'_>, index: usize, report: &mut Report) {
    let children: Vec<usize> = plan.tape.children(index).filter(|child| plan.tape.node(*child).kind == Kind::Element).collect();
    let chosen = children.iter().copied().find(|child| {
        plan.tape.is(*child, Ns::Mc, sym::CHOICE)
            && plan.tape.attr(*child, Ns::None, sym::REQUIRES).is_some_and(|requires| {
                !requires.trim().is_empty() && requires.split_ascii_whitespace().all(|prefix| is_shown(namespace_of(plan, *child, prefix)))
            })
    });
    for child in children {
        let is_fallback = plan.tape.is(child, Ns::Mc, sym::FALLBACK);
        match chosen {
            Some(chosen) if child == chosen || is_fallback => {}
            None if is_fallback => plan.unwrap_node(child),
            _ => {
                report.removed(FindingKind::ForeignMarkup, &plan.name, 1);
                report.words_in(FindingKind::ForeignMarkup, plan, child);
                plan.drop_node(child);
            }
        }
    }
    if chosen.is_none() {
        plan.unwrap_node(index);
    }
}

/// The namespace that a prefix has at an element.
fn namespace_of(plan: &Plan<'_>, index: usize, prefix: &str) -> Ns {
    let mut at = Some(index);
    while let Some(node) = at {
        for attr in plan.tape.attrs(node) {
            if attr.ns == Ns::Xmlns && plan.tape.attr_name(attr).strip_prefix("xmlns:") == Some(prefix) {
                return Ns::of_uri(plan.tape.resolved_value(attr).as_bytes());
            }
        }
        at = plan.tape.parent(node);
    }
    Ns::Unknown
}

fn foreign(plan: &mut Plan<'_>, index: usize, lists: &mut Lists, report: &mut Report) -> Result<(), DocError> {
    let node = *plan.tape.node(index);
    // Extensions are made to be ignored by readers that do not know them; so is all that a part declares ignorable.
    let ignorable =
        !matches!(node.ns, Ns::Unknown | Ns::None | Ns::W | Ns::M | Ns::A | Ns::V | Ns::Wp | Ns::Pic) || lists.is_ignorable(plan, index);
    if !ignorable && has_content(plan, index, &[]) {
        return Err(DocError::at(
            plan.name.clone(),
            node.start as usize,
            OoxmlFault::UnknownContent { what: crate::model::printable(plan.tape.tag_name(index)) },
        ));
    }
    report.removed(FindingKind::ForeignMarkup, &plan.name, 1);
    if ignorable && lists.is_processed(plan, index) {
        plan.unwrap_node(index);
        return Ok(());
    }
    let text = plan.tape.inner_text(index);
    report.words(FindingKind::ForeignMarkup, &plan.name, &text);
    plan.drop_node(index);
    Ok(())
}

/// The lists of a part for readers that do not know a namespace, each read once: there can be as many elements as there are entries.
#[derive(Default)]
struct Lists {
    by_element: HashMap<(usize, Sym), BTreeSet<String>>,
}

impl Lists {
    /// Whether an element's prefix is declared ignorable where it stands (ECMA-376-3 §7.2).
    fn is_ignorable(&mut self, plan: &Plan<'_>, index: usize) -> bool {
        let Some((prefix, _)) = plan.tape.tag_name(index).split_once(':') else { return false };
        self.has(plan, index, sym::IGNORABLE, prefix)
    }

    /// Whether readers show what is in an element although they do not know the element (ECMA-376-3 §7.3).
    fn is_processed(&mut self, plan: &Plan<'_>, index: usize) -> bool {
        let name = plan.tape.tag_name(index);
        let Some((prefix, _)) = name.split_once(':') else { return false };
        self.has(plan, index, sym::PROCESS_CONTENT, name) || self.has(plan, index, sym::PROCESS_CONTENT, &format!("{prefix}:*"))
    }

    /// Whether such a list, at an element or around it, has an entry.
    fn has(&mut self, plan: &Plan<'_>, index: usize, list: Sym, entry: &str) -> bool {
        let mut at = Some(index);
        while let Some(node) = at {
            if let Some(value) = plan.tape.attr(node, Ns::Mc, list) {
                let read = || value.split_ascii_whitespace().map(str::to_owned).collect();
                if self.by_element.entry((node, list)).or_insert_with(read).contains(entry) {
                    return true;
                }
            }
            at = plan.tape.parent(node);
        }
        false
    }
}

/// What a reader sees of one alternative.
#[derive(Debug, Default)]
struct Seen {
    /// Text without white space, with the words that are drawn as a picture; symbols with their fonts.
    text: String,
    /// Notes, numbering, styles and instructions of fields, as written.
    marks: BTreeSet<(Sym, String)>,
    /// Charts, diagrams and the like.
    parts: BTreeSet<usize>,
    /// Pictures, with what is cut off at each side in thousandths of a per cent.
    pictures: BTreeMap<usize, Vec<[u32; 4]>>,
}

impl Seen {
    fn of(plan: &Plan<'_>, index: usize, targets: &Targets<'_>) -> Self {
        let tape = &plan.tape;
        let mut seen = Self::default();
        for node in plan.living_in(index) {
            let element = tape.node(node);
            let value = |ns: Ns, name: Sym| tape.attr(node, ns, name).unwrap_or_default().into_owned();
            match (element.ns, element.name) {
                (_, sym::T) | (Ns::W, sym::DEL_TEXT) => {
                    for child in tape.children(node) {
                        seen.text.extend(tape.characters(child).split_whitespace());
                    }
                }
                (Ns::V, sym::TEXTPATH) => seen.text.extend(value(Ns::None, sym::STRING).split_whitespace()),
                (Ns::W, sym::SYM) => {
                    seen.text.push('\0');
                    seen.text.push_str(&value(Ns::W, sym::FONT));
                    seen.text.push_str(&value(Ns::W, sym::CHAR));
                }
                (Ns::W, sym::FOOTNOTE_REFERENCE | sym::ENDNOTE_REFERENCE) => {
                    seen.marks.insert((element.name, value(Ns::W, sym::ID)));
                }
                (Ns::W, sym::NUM_ID | sym::ILVL | sym::P_STYLE | sym::R_STYLE | sym::TBL_STYLE) => {
                    seen.marks.insert((element.name, value(Ns::W, sym::VAL)));
                }
                (Ns::W, sym::INSTR_TEXT) => {
                    seen.marks.insert((element.name, tape.inner_text(node)));
                }
                (Ns::W, sym::FLD_SIMPLE) => {
                    seen.marks.insert((element.name, value(Ns::W, sym::INSTR)));
                }
                // A symbol that newer readers show in the place of text (MS-DOCX, `w16se:symEx`).
                _ if element.name.name() == "symEx" => {
                    let code = tape.attrs(node).iter().find(|attr| attr.name == sym::CHAR);
                    let code = code.and_then(|code| u32::from_str_radix(tape.value(code), 16).ok());
                    seen.text.extend(code.and_then(char::from_u32));
                }
                _ => {}
            }
            for attr in tape.attrs(node).iter().filter(|attr| super::drawing::refers(attr)) {
                let id = tape.value(attr);
                if let Some(picture) = targets.pictures.get(id) {
                    let crop = super::build::crop_of(plan, node).map_or([0; 4], |(_, crop)| [crop.left, crop.top, crop.right, crop.bottom]);
                    seen.pictures.entry(*picture).or_default().push(crop);
                } else {
                    seen.parts.extend(targets.others.get(id));
                }
            }
        }
        seen
    }

    /// Whether all that a reader sees of this one sees of another alternative too. Of what is cut off a picture each format counts in
    /// units of its own.
    fn is_in(&self, other: &Self) -> bool {
        const ROUNDING: u32 = 200;
        let is_cut_as =
            |crop: &[u32; 4], other: &[u32; 4]| crop.iter().zip(other).all(|(side, other)| side.saturating_add(ROUNDING) >= *other);
        self.text == other.text
            && self.marks.is_subset(&other.marks)
            && self.parts.is_subset(&other.parts)
            && self.pictures.iter().all(|(picture, crops)| {
                let others = other.pictures.get(picture).map_or(&[][..], Vec::as_slice);
                crops.iter().all(|crop| others.iter().any(|other| is_cut_as(crop, other)))
            })
    }
}

/// Drops a fallback that shows anything else than the choice that readers show.
pub fn reconcile_fallbacks(plan: &mut Plan<'_>, rels: &[Relationship], parts: &[Part<'_>], limits: &Limits, report: &mut Report) {
    let alternatives: Vec<usize> =
        plan.living_named(Ns::Mc, sym::ALTERNATE_CONTENT).filter(|index| plan.fate[*index] == Fate::Keep).collect();
    if alternatives.is_empty() {
        return;
    }
    let targets = Targets::of(rels, parts, limits);
    for index in alternatives {
        let children: Vec<usize> = plan.living_children(index).collect();
        let choice = children.iter().copied().find(|child| plan.tape.is(*child, Ns::Mc, sym::CHOICE));
        let fallback = children.iter().copied().find(|child| plan.tape.is(*child, Ns::Mc, sym::FALLBACK));
        let (Some(choice), Some(fallback)) = (choice, fallback) else { continue };
        if !Seen::of(plan, fallback, &targets).is_in(&Seen::of(plan, choice, &targets)) {
            report.removed(FindingKind::ForeignMarkup, &plan.name, 1);
            report.words_in(FindingKind::ForeignMarkup, plan, fallback);
            plan.drop_node(fallback);
        }
    }
}

/// The parts that the relationships of a part lead to, by the identifier of the relationship.
struct Targets<'r> {
    /// Writers store the picture of each alternative by itself: of pictures with the same bytes it is the first.
    pictures: HashMap<&'r str, usize>,
    others: HashMap<&'r str, usize>,
}

impl<'r> Targets<'r> {
    fn of(rels: &'r [Relationship], parts: &[Part<'_>], limits: &Limits) -> Self {
        let led_to = |rel: &'r Relationship| match rel.target {
            Target::Part(part) => Some((rel.id.as_str(), part, rel.kind == RelKind::Image)),
            Target::External(_) | Target::Missing(_) => None,
        };
        let images = || rels.iter().filter_map(led_to).filter(|(_, _, is_image)| *is_image).map(|(id, part, _)| (id, part));
        // Nobody finds two texts of one digest; checksums are found easily, and are asked first because they are there.
        let mut alike: BTreeMap<(u32, u64), BTreeSet<usize>> = BTreeMap::new();
        for (_, part) in images() {
            alike.entry((parts[part].crc32(), parts[part].length)).or_default().insert(part);
        }
        let mut firsts: HashMap<usize, usize> = HashMap::default();
        for group in alike.values().filter(|group| group.len() > 1) {
            let mut by_digest = BTreeMap::new();
            for part in group {
                if let Ok(bytes) = parts[*part].bytes(limits) {
                    firsts.insert(*part, *by_digest.entry(sha2::Sha256::digest(&bytes)).or_insert(*part));
                }
            }
        }
        let mut targets = Self { pictures: HashMap::default(), others: HashMap::default() };
        for (id, part) in images() {
            targets.pictures.entry(id).or_insert_with(|| firsts.get(&part).copied().unwrap_or(part));
        }
        // What an embedded object is made of is not seen, and goes.
        let is_drawn = |rel: &&Relationship| {
            matches!(
                rel.kind,
                RelKind::Chart | RelKind::DiagramData | RelKind::DiagramLayout | RelKind::DiagramQuickStyle | RelKind::DiagramColors
            )
        };
        targets.others.extend(rels.iter().filter(is_drawn).filter_map(led_to).map(|(id, part, _)| (id, part)));
        targets
    }
}
