//! The stories of a document: main text, headers, footers, notes. Which are shown, and what is left of each.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashSet;

use super::colour::Colour;
use super::look::{Styles, Viewer};
use super::package::{Package, Target};
use super::pages::Pages;
use super::plan::{Plan, is_on};
use super::relationship::RelKind;
use super::report::Report;
use super::words::Words;
use super::{
    binding, blocks, boxes, cover, drawing, fields, fit, geometry, hidden, ink, layers, mc, places, restore, sections, structure, tracked,
    word_art,
};
use crate::format::xml::{Kind, Ns, Sym, sym};
use crate::model::FindingKind;
use crate::policy::{Orders, TrackedChanges};
use crate::{DocError, Limits};

/// Reads a part and resolves what every part needs: properties that come back, alternatives, comments in the code, foreign markup.
pub fn open<'p>(
    package: &'p Package<'_>,
    part: usize,
    orders: &Orders,
    limits: &Limits,
    report: &mut Report,
) -> Result<Plan<'p>, DocError> {
    let mut plan = Plan::new(part, &package.parts[part].name, package.tape(part, limits)?);
    fit::check(&plan, report);
    if orders.tracked_changes == TrackedChanges::Reject {
        restore::resolve(&mut plan, limits, report)?;
    }
    ink::resolve(&mut plan, report);
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
    /// What the settings say.
    pub settings: Settings,
    /// Identifiers of the styles that number their paragraphs.
    pub numbered_styles: BTreeSet<String>,
}

/// What the settings say about which stories are shown.
#[derive(Debug, Default)]
pub struct Settings {
    /// Whether even pages have headers of their own (§17.10.1).
    even_and_odd: bool,
    /// Identifiers of the footnotes that separate others from the text (§17.11.9).
    footnote_separators: BTreeSet<String>,
    /// The same of endnotes (§17.11.3).
    endnote_separators: BTreeSet<String>,
}

impl Settings {
    /// Reads the settings part.
    pub fn read(plan: &Plan<'_>) -> Self {
        let tape = &plan.tape;
        let separators = |properties: Sym, note: Sym| -> BTreeSet<String> {
            let properties = tape.children(tape.root).filter(|child| tape.is(*child, Ns::W, properties));
            let notes = properties.flat_map(|properties| tape.children(properties)).filter(|child| tape.is(*child, Ns::W, note));
            notes.filter_map(|note| tape.attr(note, Ns::W, sym::ID)).map(std::borrow::Cow::into_owned).collect()
        };
        Self {
            even_and_odd: tape.child(tape.root, Ns::W, sym::EVEN_AND_ODD_HEADERS).is_some_and(|index| is_on(tape, index, Ns::W)),
            footnote_separators: separators(sym::FOOTNOTE_PR, sym::FOOTNOTE),
            endnote_separators: separators(sym::ENDNOTE_PR, sym::ENDNOTE),
        }
    }
}

/// The stories that are shown, main text first, in the order in which they are referred to.
#[derive(Debug)]
pub struct Stories<'p> {
    /// The plans, main text first.
    pub plans: Vec<Plan<'p>>,
    /// The pages that any of them may be on.
    pub pages: Pages,
}

/// Resolves every story that the document shows.
pub fn resolve<'p>(context: &Context<'_>, package: &'p Package<'_>, report: &mut Report) -> Result<Stories<'p>, DocError> {
    let mut main = open(package, package.main, context.orders, context.limits, report)?;
    let is_outside = |child: &usize| main.tape.node(*child).kind == Kind::Element && main.tape.node(*child).name != sym::BACKGROUND;
    if main.living_children(main.tape.root).filter(is_outside).count() != 1 {
        // One body, and nothing beside it (§17.2.3): readers show one of two, or both.
        report.hold(FindingKind::Unknown, &main.name, "a document without a body of its own, or with something beside it");
    }
    let page = context.styles.page(&main);
    drawing::unshown_background(&mut main, context.styles.shows_background(), report);
    let mut answers = BTreeSet::new();
    resolve_story(context, &mut main, None, page, &mut answers, report);
    let unshown = unshown_headers(context, &main);
    let rels = package.rels_of(package.main);
    let visible = Words::of(&main);
    let pages = Pages::of(&main).anywhere();
    let mut parts: Vec<(usize, RelKind)> = Vec::new();
    let mut shown_parts = BTreeSet::new();
    let mut listed = BTreeSet::new();
    for index in main.tape.named_any(&[sym::HEADER_REFERENCE, sym::FOOTER_REFERENCE]) {
        if main.tape.node(index).ns == Ns::W && main.alive(index) {
            let id = main.tape.attr(index, Ns::R, sym::ID).unwrap_or_default();
            let found = rels.by_id(&id).and_then(|rel| match rel.target {
                Target::Part(part) if matches!(rel.kind, RelKind::Header | RelKind::Footer) => Some((part, rel.kind)),
                _ => None,
            });
            let Some(found) = found else {
                report.hold(FindingKind::Unknown, &main.name, "a reference to a header or footer that is none");
                continue;
            };
            if !unshown.contains(&index) {
                shown_parts.insert(found.0);
            }
            if listed.insert((found.0, found.1 == RelKind::Header)) {
                parts.push(found);
            }
        }
    }
    for (kind, reference) in [(RelKind::Footnotes, sym::FOOTNOTE_REFERENCE), (RelKind::Endnotes, sym::ENDNOTE_REFERENCE)] {
        let notes = package.related(package.main, kind).map(|part| (part, kind));
        if notes.is_none() && main.living_named(Ns::W, reference).next().is_some() {
            report.hold(FindingKind::Unknown, &main.name, NO_NOTE);
        }
        shown_parts.extend(notes.map(|(part, _)| part));
        parts.extend(notes);
    }
    let mut plans = vec![main];
    for (part, kind) in parts {
        if plans.iter().any(|plan| plan.part == part) {
            continue;
        }
        let mut plan = open(package, part, context.orders, context.limits, report)?;
        if matches!(kind, RelKind::Footnotes | RelKind::Endnotes) {
            unused_notes(context, &mut plan, &plans[0], kind, report);
        }
        resolve_story(context, &mut plan, Some((&visible, &pages)), page, &mut answers, report);
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
            empty_unshown(context, plan, &shown, report);
        }
    }
    resolve_places(context, package, &mut plans, report);
    Ok(Stories { plans, pages })
}

fn resolve_story(
    context: &Context<'_>,
    plan: &mut Plan<'_>,
    main: Option<(&Words<'_>, &Pages)>,
    page: Colour,
    answers: &mut BTreeSet<String>,
    report: &mut Report,
) {
    let rels = context.package.rels_of(plan.part);
    let mut marks_gone = tracked::resolve(plan, context.orders.tracked_changes, report);
    binding::check(plan, context.package, context.limits, report);
    structure::resolve(plan, context.orders, report);
    drawing::resolve(plan, rels, context.orders, report);
    let behind = layers::behind_boxes(plan, &mut cover::Flows::new(context));
    let mut viewer = Viewer::new(context.styles, page).with_boxes_on(behind);
    hidden::resolve(plan, &mut viewer, context.orders, report);
    word_art::check(plan, &mut viewer, report);
    let own_pages;
    let pages = if let Some((_, pages)) = main {
        pages
    } else {
        own_pages = Pages::of(plan);
        &own_pages
    };
    geometry::resolve(plan, pages, context.styles, context.orders, report);
    sections::resolve(plan, report);
    boxes::check(plan, report);
    cover::resolve(plan, context, report);
    let own_words;
    let visible = if let Some((visible, _)) = main {
        visible
    } else {
        own_words = Words::of(plan);
        &own_words
    };
    fields::resolve(plan, context.orders, visible, &mut marks_gone, answers, report);
    blocks::tidy_tables(plan);
    if blocks::join_paragraphs(plan, &marks_gone) {
        report.rearranged();
    }
    blocks::tidy_containers(plan);
    mc::reconcile_fallbacks(plan, rels, &context.package.parts, context.limits, report);
    drawing::resolve_targets(plan, rels);
    places::check(plan, report);
}

/// Drops the notes that no reference reaches, and what separators say that no page shows (§17.11.10, §17.11.4).
fn unused_notes(context: &Context<'_>, plan: &mut Plan<'_>, main: &Plan<'_>, kind: RelKind, report: &mut Report) {
    let (reference, note, separators) = if kind == RelKind::Footnotes {
        (sym::FOOTNOTE_REFERENCE, sym::FOOTNOTE, &context.settings.footnote_separators)
    } else {
        (sym::ENDNOTE_REFERENCE, sym::ENDNOTE, &context.settings.endnote_separators)
    };
    let used: BTreeSet<String> = main
        .living_named(Ns::W, reference)
        .filter_map(|index| main.tape.attr(index, Ns::W, sym::ID))
        .map(std::borrow::Cow::into_owned)
        .collect();
    let mut missing = used.clone();
    for child in plan.tape.children(plan.tape.root).collect::<Vec<_>>() {
        if !plan.tape.is(child, Ns::W, note) {
            continue;
        }
        let id = plan.tape.attr(child, Ns::W, sym::ID).unwrap_or_default().into_owned();
        let kind = plan.tape.attr(child, Ns::W, sym::TYPE).filter(|kind| kind != "normal").map(std::borrow::Cow::into_owned);
        if kind.is_none() && used.contains(&id) {
            missing.remove(&id);
            continue;
        }
        let text = plan.living_text(child);
        let goes = match kind.as_deref() {
            None => {
                plan.drop_node(child);
                !text.trim().is_empty()
            }
            Some(_) if !says_more_than_lines(context, plan, child) => continue,
            Some(kind) if separators.contains(&id) && !used.is_empty() => {
                if kind != "separator" {
                    let why = "what stands between a note and the rest of it on the next page: whether it is shown depends on the layout";
                    report.hold(FindingKind::UnusedText, &plan.name, why);
                }
                continue;
            }
            // It keeps its place, without its words: the settings name it.
            Some(_) => {
                plan.tape.children(child).collect::<Vec<_>>().into_iter().for_each(|block| plan.drop_node(block));
                true
            }
        };
        if goes {
            report.removed(FindingKind::UnusedText, &plan.name, 1);
            report.words(FindingKind::UnusedText, &plan.name, &text);
        }
    }
    if !missing.is_empty() {
        report.hold(FindingKind::Unknown, &main.name, NO_NOTE);
    }
}

const NO_NOTE: &str = "a reference to a note that there is not: some readers show another note for it";

/// Whether a separator of notes holds something besides the line that it is.
fn says_more_than_lines(context: &Context<'_>, plan: &Plan<'_>, separator: usize) -> bool {
    plan.living_text(separator).contains(char::is_alphanumeric)
        || blocks::has_content(plan, separator, &[sym::SEPARATOR, sym::CONTINUATION_SEPARATOR, sym::T, sym::DEL_TEXT])
        || plan.living_in(separator).any(|paragraph| plan.tape.is(paragraph, Ns::W, sym::P) && is_numbered(context, plan, paragraph))
}

/// Whether a paragraph has a number or a bullet, which can be words.
fn is_numbered(context: &Context<'_>, plan: &Plan<'_>, paragraph: usize) -> bool {
    let tape = &plan.tape;
    let Some(properties) = tape.child(paragraph, Ns::W, sym::P_PR) else { return false };
    plan.living_in(properties).any(|inside| {
        let node = tape.node(inside);
        let styled = || tape.attr(inside, Ns::W, sym::VAL).is_some_and(|style| context.numbered_styles.contains(&*style));
        node.ns == Ns::W && (node.name == sym::NUM_PR || node.name == sym::P_STYLE && styled())
    })
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
    // Which sections have first-page headers (or footers) of their own, or of a section before, on some page.
    let first_is_shown = |name: Sym| {
        let mut shown = vec![false; sections.len()];
        let mut later = false;
        for (at, section) in sections.iter().enumerate().rev() {
            shown[at] = title_page[at] || later;
            let defines = main.living_children(*section).any(|child| {
                main.tape.node(child).name == name && main.tape.attr(child, Ns::W, sym::TYPE).is_some_and(|which| which == "first")
            });
            later = shown[at] && !defines;
        }
        shown
    };
    let first_headers = first_is_shown(sym::HEADER_REFERENCE);
    let first_footers = first_is_shown(sym::FOOTER_REFERENCE);
    for (at, section) in sections.iter().enumerate() {
        for child in main.living_children(*section) {
            let name = main.tape.node(child).name;
            if !matches!(name, sym::HEADER_REFERENCE | sym::FOOTER_REFERENCE) || main.tape.node(child).kind != Kind::Element {
                continue;
            }
            let which = main.tape.attr(child, Ns::W, sym::TYPE).unwrap_or_default();
            let shown = match &*which {
                "first" => {
                    if name == sym::HEADER_REFERENCE {
                        first_headers[at]
                    } else {
                        first_footers[at]
                    }
                }
                "even" => context.settings.even_and_odd,
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
fn empty_unshown(context: &Context<'_>, plan: &mut Plan<'_>, shown: &str, report: &mut Report) {
    for index in plan
        .living()
        .filter(|index| plan.tape.node(*index).ns == Ns::W && matches!(plan.tape.node(*index).name, sym::DRAWING | sym::PICT | sym::OBJECT))
        .filter(|index| draws_more_than_text(plan, *index))
        .collect::<Vec<_>>()
    {
        report.removed(FindingKind::UnusedText, &plan.name, 1);
        plan.drop_node(index);
    }
    let tells_something = plan.living().any(|index| match (plan.tape.node(index).ns, plan.tape.node(index).name) {
        (Ns::W, sym::P) => {
            let text: String = fields::text_without_numbers(plan, index).split_whitespace().collect();
            is_numbered(context, plan, index) || !shown.contains(&text.to_lowercase())
        }
        // Letters that are no text, and where links lead.
        (Ns::W, sym::SYM) => true,
        (Ns::W, sym::HYPERLINK) => plan.tape.attr(index, Ns::R, sym::ID).is_some(),
        (Ns::W, sym::INSTR_TEXT) => fields::tells(&plan.tape.inner_text(index)),
        (Ns::W, sym::FLD_SIMPLE) => plan.tape.attr(index, Ns::W, sym::INSTR).is_some_and(|instruction| fields::tells(&instruction)),
        _ => false,
    });
    if !tells_something {
        return;
    }
    report.removed(FindingKind::UnusedText, &plan.name, 1);
    report.words_in(FindingKind::UnusedText, plan, plan.tape.root);
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
    let rels = package.rels.values().flatten();
    let led_to: BTreeSet<usize> = rels
        .filter_map(|rel| match rel.target {
            Target::Part(part) if rel.kind == RelKind::Comments => Some(part),
            _ => None,
        })
        .collect();
    for (index, part) in package.parts.iter().enumerate() {
        if !part.content_type.ends_with("wordprocessingml.comments+xml") && !led_to.contains(&index) {
            continue;
        }
        let tape = package.tape(index, limits)?;
        let plan = Plan::new(index, &part.name, tape);
        let mut count = 0;
        for comment in plan.living_named(Ns::W, sym::COMMENT) {
            count += 1;
            report.words(FindingKind::Comment, &part.name, &plan.living_text(comment));
            report.author(&plan, comment);
        }
        report.removed(FindingKind::Comment, &part.name, count);
        counts.insert(index, count);
    }
    Ok(counts)
}
