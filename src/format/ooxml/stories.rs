//! The stories of a document: main text, headers, footers, notes. Which are shown, and what is left of each.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashSet;

use super::colour::Colour;
use super::look::{Styles, Viewer};
use super::package::{Package, Target};
use super::plan::{Plan, is_on};
use super::relationship::RelKind;
use super::report::Report;
use super::words::Words;
use super::{blocks, cover, drawing, fields, geometry, hidden, mc, structure, tracked};
use crate::format::xml::{Kind, Ns, sym};
use crate::model::FindingKind;
use crate::policy::Orders;
use crate::{DocError, Limits};

/// Reads a part and resolves what every part needs: alternatives, comments in the code, foreign markup.
pub fn open<'p>(package: &'p Package<'_>, part: usize, limits: &Limits, report: &mut Report) -> Result<Plan<'p>, DocError> {
    let mut plan = Plan::new(part, &package.parts[part].name, package.tape(part, limits)?);
    mc::resolve(&mut plan, report)?;
    Ok(plan)
}

/// What the stories of one document share.
pub struct Context<'c> {
    /// The package.
    pub package: &'c Package<'c>,
    /// The orders.
    pub orders: &'c Orders,
    /// The limits.
    pub limits: &'c Limits,
    /// Styles, as far as visibility goes.
    pub styles: &'c Styles,
    /// Whether even pages have headers of their own (`w:evenAndOddHeaders`).
    pub even_and_odd: bool,
}

/// The stories that are shown, main text first, in the order in which they are referred to.
#[derive(Debug)]
pub struct Stories<'p> {
    /// The plans, main text first.
    pub plans: Vec<Plan<'p>>,
}

/// Resolves every story that the document shows.
pub fn resolve<'p>(context: &Context<'_>, package: &'p Package<'_>, report: &mut Report) -> Result<Stories<'p>, DocError> {
    let mut main = open(package, package.main, context.limits, report)?;
    let page = context.styles.page(&main);
    drawing::unshown_background(&mut main, context.styles.shows_background(), report);
    resolve_story(context, &mut main, None, page, report);
    let unshown = unshown_headers(context, &main);
    let rels = package.rels_of(package.main);
    let visible = Words::of(&main);
    let mut parts: Vec<(usize, RelKind)> = Vec::new();
    let mut shown_parts = BTreeSet::new();
    for index in main.tape.named_any(&[sym::HEADER_REFERENCE, sym::FOOTER_REFERENCE]) {
        if main.tape.node(index).ns == Ns::W && main.alive(index) {
            let id = main.tape.attr(index, Ns::R, sym::ID).unwrap_or_default();
            let found = rels.iter().find_map(|rel| match rel.target {
                Target::Part(part) if rel.id == id && matches!(rel.kind, RelKind::Header | RelKind::Footer) => Some((part, rel.kind)),
                _ => None,
            });
            let Some(found) = found else { continue };
            if !unshown.contains(&index) {
                shown_parts.insert(found.0);
            }
            if !parts.contains(&found) {
                parts.push(found);
            }
        }
    }
    for kind in [RelKind::Footnotes, RelKind::Endnotes] {
        let notes = package.related(package.main, kind).map(|part| (part, kind));
        shown_parts.extend(notes.map(|(part, _)| part));
        parts.extend(notes);
    }
    let mut plans = vec![main];
    for (part, kind) in parts {
        if plans.iter().any(|plan| plan.part == part) {
            continue;
        }
        let mut plan = open(package, part, context.limits, report)?;
        if matches!(kind, RelKind::Footnotes | RelKind::Endnotes) {
            unused_notes(&mut plan, &plans[0], kind, report);
        }
        resolve_story(context, &mut plan, Some(&visible), page, report);
        plans.push(plan);
    }
    let unshown = |plan: &Plan<'_>| plan.part != package.main && !shown_parts.contains(&plan.part);
    if plans.iter().any(unshown) {
        let squeezed = |plan: &Plan<'_>| plan.living_text(plan.tape.root).split_whitespace().collect::<String>().to_lowercase();
        // Most say nothing at all, and need not be looked for in what is shown.
        let says_something = |plan: &Plan<'_>| !plan.living_text(plan.tape.root).trim().is_empty();
        let shown = if plans.iter().any(|plan| unshown(plan) && says_something(plan)) {
            plans.iter().filter(|plan| !unshown(plan)).map(squeezed).collect::<Vec<_>>().join("\n")
        } else {
            String::new()
        };
        for plan in plans.iter_mut().filter(|plan| unshown(plan)) {
            empty_unshown(plan, &shown, report);
        }
    }
    resolve_places(context, package, &mut plans, report);
    Ok(Stories { plans })
}

fn resolve_story(context: &Context<'_>, plan: &mut Plan<'_>, visible: Option<&Words<'_>>, page: Colour, report: &mut Report) {
    let rels = context.package.rels_of(plan.part);
    let marks_gone = tracked::resolve(plan, context.orders.tracked_changes, report);
    structure::resolve(plan, context.orders, report);
    drawing::resolve(plan, rels, context.orders, report);
    let mut viewer = Viewer::new(context.styles, page);
    hidden::resolve(plan, &mut viewer, context.orders, report);
    geometry::resolve(plan, context.orders, report);
    cover::resolve(plan, &context.styles.palette, context.orders, report);
    let own_words;
    let visible = if let Some(visible) = visible {
        visible
    } else {
        own_words = Words::of(plan);
        &own_words
    };
    fields::resolve(plan, context.orders, visible, report);
    blocks::tidy_tables(plan);
    blocks::join_paragraphs(plan, &marks_gone);
    blocks::tidy_containers(plan);
    mc::reconcile_fallbacks(plan, rels, &context.package.parts, context.limits, report);
    drawing::resolve_targets(plan, rels);
}

/// Drops the notes that no reference reaches (§17.11.10, §17.11.4).
fn unused_notes(plan: &mut Plan<'_>, main: &Plan<'_>, kind: RelKind, report: &mut Report) {
    let (reference, note) =
        if kind == RelKind::Footnotes { (sym::FOOTNOTE_REFERENCE, sym::FOOTNOTE) } else { (sym::ENDNOTE_REFERENCE, sym::ENDNOTE) };
    let used: BTreeSet<String> = main
        .living_named(Ns::W, reference)
        .filter_map(|index| main.tape.attr(index, Ns::W, sym::ID))
        .map(std::borrow::Cow::into_owned)
        .collect();
    for child in plan.tape.children(plan.tape.root).collect::<Vec<_>>() {
        if !plan.tape.is(child, Ns::W, note) {
            continue;
        }
        let separator = plan.tape.attr(child, Ns::W, sym::TYPE).is_some_and(|kind| kind != "normal");
        let id = plan.tape.attr(child, Ns::W, sym::ID).unwrap_or_default().into_owned();
        if !separator && !used.contains(&id) {
            let text = plan.living_text(child);
            if !text.trim().is_empty() {
                report.removed(FindingKind::UnusedText, &plan.name, 1);
                report.words(FindingKind::UnusedText, &plan.name, &text);
            }
            plan.drop_node(child);
        }
    }
}

/// References to headers and footers that no page shows: first-page ones without a title page, even ones where odd and
/// even pages are alike (§17.10.1, §17.10.6). A section without a reference takes over that of the section before.
fn unshown_headers(context: &Context<'_>, main: &Plan<'_>) -> BTreeSet<usize> {
    let mut unshown = BTreeSet::new();
    let sections: Vec<usize> = main.living_named(Ns::W, sym::SECT_PR).collect();
    let title_page: Vec<bool> = sections
        .iter()
        .map(|section| {
            main.living_children(*section).any(|child| main.tape.is(child, Ns::W, sym::TITLE_PG) && is_on(&main.tape, child, Ns::W))
        })
        .collect();
    for (at, section) in sections.iter().enumerate() {
        for child in main.living_children(*section) {
            let name = main.tape.node(child).name;
            if !matches!(name, sym::HEADER_REFERENCE | sym::FOOTER_REFERENCE) || main.tape.node(child).kind != Kind::Element {
                continue;
            }
            let which = main.tape.attr(child, Ns::W, sym::TYPE).unwrap_or_default();
            let redefined = |other: usize| {
                main.living_children(other).any(|child| {
                    main.tape.node(child).name == name && main.tape.attr(child, Ns::W, sym::TYPE).is_some_and(|other| other == which)
                })
            };
            let mut reach = (at..sections.len()).take_while(|later| *later == at || !redefined(sections[*later]));
            let shown = match &*which {
                "first" => reach.any(|later| title_page[later]),
                "even" => context.even_and_odd,
                _ => true,
            };
            if !shown {
                unshown.insert(child);
            }
        }
    }
    unshown
}

/// Whether a drawing holds more than words in a plain shape: another part, outlines of its own, words drawn as a picture.
fn draws_more_than_text(plan: &Plan<'_>, drawing: usize) -> bool {
    plan.living_in(drawing).any(|inside| {
        let node = plan.tape.node(inside);
        matches!(node.name, sym::CUST_GEOM | sym::TEXTPATH)
            || plan.tape.attrs(inside).iter().any(|attr| drawing::refers(attr) || node.name == sym::SHAPE && attr.name == sym::PATH)
    })
}

/// Empties a header or footer that no page shows, unless all it says is shown elsewhere. Drawings of more than text in it go.
fn empty_unshown(plan: &mut Plan<'_>, shown: &str, report: &mut Report) {
    for index in plan
        .living()
        .filter(|index| plan.tape.node(*index).ns == Ns::W && matches!(plan.tape.node(*index).name, sym::DRAWING | sym::PICT | sym::OBJECT))
        .filter(|index| draws_more_than_text(plan, *index))
        .collect::<Vec<_>>()
    {
        report.removed(FindingKind::UnusedText, &plan.name, 1);
        plan.drop_node(index);
    }
    let tells_something = plan.living().filter(|index| plan.tape.is(*index, Ns::W, sym::P)).any(|paragraph| {
        let text: String = fields::text_outside(plan, paragraph).split_whitespace().collect();
        !shown.contains(&text.to_lowercase())
    });
    if !tells_something {
        return;
    }
    report.removed(FindingKind::UnusedText, &plan.name, 1);
    report.words(FindingKind::UnusedText, &plan.name, &plan.living_text(plan.tape.root));
    for block in plan.tape.children(plan.tape.root).collect::<Vec<_>>() {
        if plan.tape.node(block).kind == Kind::Element {
            plan.drop_node(block);
        }
    }
    blocks::tidy_containers(plan);
}

/// Links and bookmarks: which lead where is known when all stories are.
fn resolve_places(context: &Context<'_>, package: &Package<'_>, plans: &mut [Plan<'_>], report: &mut Report) {
    let mut bookmarks = HashSet::default();
    for plan in plans.iter() {
        structure::bookmarks(plan, &mut bookmarks);
    }
    let mut wanted = HashSet::default();
    for plan in plans.iter_mut() {
        structure::resolve_links(plan, package.rels_of(plan.part), &bookmarks, context.orders, report);
        structure::wanted(plan, &mut wanted);
    }
    for plan in plans.iter_mut() {
        structure::resolve_bookmarks(plan, &wanted, context.orders, report);
    }
}

/// Texts of comments, by part; counts them.
pub fn comments(package: &Package<'_>, limits: &Limits, report: &mut Report) -> Result<BTreeMap<usize, u64>, DocError> {
    let mut counts = BTreeMap::new();
    for (index, part) in package.parts.iter().enumerate() {
        if !part.content_type.ends_with("wordprocessingml.comments+xml")
            && !package.rels.values().flatten().any(|rel| rel.kind == RelKind::Comments && rel.target == Target::Part(index))
        {
            continue;
        }
        let tape = package.tape(index, limits)?;
        let plan = Plan::new(index, &part.name, tape);
        let mut count = 0;
        for comment in plan.living_named(Ns::W, sym::COMMENT) {
            count += 1;
            report.words(FindingKind::Comment, &part.name, &plan.living_text(comment));
            if let Some(author) = plan.tape.attr(comment, Ns::W, sym::AUTHOR) {
                report.author(&part.name, &author);
            }
        }
        report.removed(FindingKind::Comment, &part.name, count);
        counts.insert(index, count);
    }
    Ok(counts)
}
