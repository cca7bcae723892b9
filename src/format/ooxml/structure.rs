//! Bookmarks, links, content controls, custom markup: what stays works, under neutral names.

use foldhash::HashSet;

use super::attributes::is_random;
use super::names::{NameOf, Names, wanted_bookmarks};
use super::package::{Relationship, Relationships, Target};
use super::plan::{Fate, Plan};
use super::relationship::RelKind;
use super::report::Report;
use crate::format::xml::{Kind, Ns, Sym, sym};
use crate::model::FindingKind;
use crate::policy::{Action, Orders};

/// Names that [`resolve`] rules on.
const NAMES: &[Sym] = &[
    sym::COMMENT_RANGE_START,
    sym::COMMENT_RANGE_END,
    sym::COMMENT_REFERENCE,
    sym::ANNOTATION_REF,
    sym::PROOF_ERR,
    sym::PERM_START,
    sym::PERM_END,
    sym::SMART_TAG,
    sym::CUSTOM_XML,
    sym::SMART_TAG_PR,
    sym::CUSTOM_XML_PR,
    sym::SDT_PR,
    sym::TBL_CAPTION,
    sym::TBL_DESCRIPTION,
    sym::SUB_DOC,
    sym::ALT_CHUNK,
    sym::MOVIE,
    sym::CONTENT_PART,
    sym::CONTROL,
    sym::DIV_ID,
];

/// Markup that goes whatever it holds, or that only wraps text.
pub fn resolve(plan: &mut Plan<'_>, orders: &Orders, report: &mut Report) {
    for index in plan.tape.named_any(NAMES) {
        if !plan.alive(index) {
            continue;
        }
        let node = *plan.tape.node(index);
        if node.ns != Ns::W {
            continue;
        }
        match node.name {
            sym::COMMENT_RANGE_START | sym::COMMENT_RANGE_END | sym::COMMENT_REFERENCE | sym::ANNOTATION_REF => {
                // Comments are counted where their words are.
                plan.drop_node(index);
            }
            sym::PROOF_ERR => plan.drop_node(index),
            sym::PERM_START | sym::PERM_END => {
                report.removed(FindingKind::Protection, &plan.name, 1);
                if let Some(editor) = plan.tape.attr(index, Ns::W, sym::ED) {
                    report.words(FindingKind::Protection, &plan.name, &editor);
                }
                plan.drop_node(index);
            }
            sym::SMART_TAG | sym::CUSTOM_XML
                if plan.tape.parent(index).is_none_or(|parent| !plan.tape.is(parent, Ns::W, sym::SETTINGS)) =>
            {
                report.removed(FindingKind::SmartTag, &plan.name, 1);
                plan.unwrap_node(index);
            }
            sym::SMART_TAG_PR | sym::CUSTOM_XML_PR => {
                for inside in plan.tape.descendants(index) {
                    if let Some(value) = plan.tape.attr(inside, Ns::W, sym::VAL) {
                        report.words(FindingKind::SmartTag, &plan.name, &value);
                    }
                }
                plan.drop_node(index);
            }
            sym::SDT_PR => content_control(plan, index, report),
            sym::TBL_CAPTION | sym::TBL_DESCRIPTION if orders.action(FindingKind::AltText) != Action::Keep => {
                report.removed(FindingKind::AltText, &plan.name, 1);
                report.words(FindingKind::AltText, &plan.name, &plan.tape.attr(index, Ns::W, sym::VAL).unwrap_or_default());
                plan.drop_node(index);
            }
            sym::SUB_DOC => {
                // A link to a document that is not in the file: a path, and nothing that a reader sees.
                report.removed(FindingKind::LinkTarget, &plan.name, 1);
                plan.drop_node(index);
            }
            sym::ALT_CHUNK => report.hold(
                FindingKind::LinkedDocument,
                &plan.name,
                "a document of another format is imported here; it is shown and cannot be cleaned",
            ),
            sym::MOVIE => {
                report.removed(FindingKind::EmbeddedObject, &plan.name, 1);
                plan.drop_node(index);
            }
            sym::CONTENT_PART => {
                report.removed(FindingKind::Ink, &plan.name, 1);
                plan.drop_node(index);
            }
            sym::CONTROL => {
                report.removed(FindingKind::ActiveContent, &plan.name, 1);
                plan.drop_node(index);
            }
            sym::DIV_ID => plan.drop_node(index),
            _ => {}
        }
    }
}

/// Properties of a content control: its kind and its look stay; names, data and choices go (ECMA-376-1 §17.5.2.38).
fn content_control(plan: &mut Plan<'_>, index: usize, report: &mut Report) {
    let shown = plan.tape.parent(index).map(|control| plan.living_text(control)).unwrap_or_default();
    for child in plan.tape.children(index).collect::<Vec<_>>() {
        let node = *plan.tape.node(child);
        if node.kind != Kind::Element {
            continue;
        }
        match (node.ns, node.name) {
            (Ns::W, sym::ALIAS | sym::TAG | sym::ID | sym::DATA_BINDING | sym::PLACEHOLDER)
            | (Ns::W15, sym::DATA_BINDING | sym::WEB_EXTENSION_LINKED | sym::WEB_EXTENSION_CREATED) => {
                let kind = if node.name == sym::ID { FindingKind::DocumentId } else { FindingKind::ContentControl };
                report.removed(kind, &plan.name, 1);
                if matches!(node.name, sym::ALIAS | sym::TAG) {
                    report.words(kind, &plan.name, &plan.tape.attr(child, Ns::W, sym::VAL).unwrap_or_default());
                }
                plan.drop_node(child);
            }
            (Ns::W, sym::COMBO_BOX | sym::DROP_DOWN_LIST) => {
                for item in plan.tape.children(child).collect::<Vec<_>>() {
                    if plan.tape.node(item).kind != Kind::Element {
                        continue;
                    }
                    let display = plan.tape.attr(item, Ns::W, sym::DISPLAY_TEXT).unwrap_or_default().into_owned();
                    report.removed(FindingKind::ContentControl, &plan.name, 1);
                    if display.trim() != shown.trim() {
                        report.words(FindingKind::ContentControl, &plan.name, &display);
                    }
                }
                // Without its choices a list shows nothing in some word processors: it becomes a plain control.
                plan.drop_node(child);
            }
            (Ns::W, sym::DOC_PART_OBJ | sym::DOC_PART_LIST) => {
                for inside in plan.tape.children(child).collect::<Vec<_>>() {
                    let gallery = plan.tape.is(inside, Ns::W, sym::DOC_PART_GALLERY)
                        && plan.tape.attr(inside, Ns::W, sym::VAL).is_some_and(|value| GALLERIES.contains(&&*value));
                    if gallery {
                        let value = plan.tape.attr(inside, Ns::W, sym::VAL).map(std::borrow::Cow::into_owned);
                        plan.set_attr(inside, Ns::W, sym::VAL, value);
                    } else if plan.tape.is(inside, Ns::W, sym::DOC_PART_GALLERY) || plan.tape.is(inside, Ns::W, sym::DOC_PART_CATEGORY) {
                        report.removed(FindingKind::ContentControl, &plan.name, 1);
                        plan.drop_node(inside);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Galleries of building blocks that word processors come with.
const GALLERIES: &[&str] = &[
    "Table of Contents",
    "Table of Figures",
    "Bibliographies",
    "Cover Pages",
    "Page Numbers",
    "Page Numbers (Top of Page)",
    "Page Numbers (Bottom of Page)",
    "Page Numbers (Margins)",
    "Headers",
    "Footers",
    "Watermarks",
    "Equations",
    "Tables",
    "Text Boxes",
    "Quick Parts",
];

/// What happens to the target of a hyperlink relationship.
pub fn link_stays(rel: Option<&Relationship>, orders: &Orders) -> bool {
    match rel.map(|rel| (rel.kind, &rel.target)) {
        Some((RelKind::Hyperlink, Target::External(target))) => {
            orders.links.keeps(target) && orders.action(FindingKind::LinkTarget) != Action::Hold
        }
        _ => false,
    }
}

/// Hyperlinks: targets by policy, anchors under neutral names; a link that leads nowhere becomes its words (§17.16.22).
///
/// `bookmarks` holds the names of all bookmarks of the document, in lower case.
pub fn resolve_links(plan: &mut Plan<'_>, rels: &Relationships, bookmarks: &HashSet<String>, orders: &Orders, report: &mut Report) {
    for index in plan.living_named(Ns::W, sym::HYPERLINK).collect::<Vec<_>>() {
        let target = plan.tape.attr(index, Ns::R, sym::ID).map(std::borrow::Cow::into_owned);
        let anchor = plan.tape.attr(index, Ns::W, sym::ANCHOR).map(std::borrow::Cow::into_owned);
        for name in [sym::TOOLTIP, sym::DOC_LOCATION, sym::TGT_FRAME] {
            if let Some(value) = plan.tape.attr(index, Ns::W, name) {
                report.removed(FindingKind::LinkTarget, &plan.name, 1);
                report.words(FindingKind::LinkTarget, &plan.name, &value);
            }
        }
        let rel = target.as_ref().and_then(|id| rels.by_id(id));
        let stays = link_stays(rel, orders);
        if target.is_some() && !stays {
            report.removed(FindingKind::LinkTarget, &plan.name, 1);
            if let Some(Target::External(address)) = rel.map(|rel| &rel.target) {
                report.words(FindingKind::LinkTarget, &plan.name, address);
            }
            plan.set_attr(index, Ns::R, sym::ID, None);
        }
        let inside = target.is_none();
        match anchor {
            Some(name) if inside && bookmarks.contains(&*NameOf::Bookmark.key(&name)) => {
                plan.set_attr(index, Ns::W, sym::ANCHOR, Some(NameOf::Bookmark.wanted(&name)));
            }
            Some(_) | None => {
                plan.set_attr(index, Ns::W, sym::ANCHOR, None);
                if !stays {
                    plan.unwrap_node(index);
                }
            }
        }
    }
}

/// Names of the bookmarks that stay in a part, in lower case.
pub fn bookmarks(plan: &Plan<'_>, into: &mut HashSet<String>) {
    for index in plan.living_named(Ns::W, sym::BOOKMARK_START) {
        into.extend(plan.tape.attr(index, Ns::W, sym::NAME).map(|name| NameOf::Bookmark.key(&name).into_owned()));
    }
}

/// Names of the bookmarks that something in a part leads to, in lower case.
pub fn wanted(plan: &Plan<'_>, into: &mut HashSet<String>) {
    let texts = plan.replace.iter().chain(&plan.append).map(|(index, text)| (*index, text));
    let values = plan.attrs.iter().filter_map(|((index, _, _), value)| Some((*index, value.as_ref()?)));
    let wants = |(index, text): &(usize, &String)| Names::is_wanted_in(text) && plan.alive(*index);
    texts.chain(values).filter(wants).for_each(|(_, text)| wanted_bookmarks(text, into));
}

/// Drops bookmarks that nothing leads to, and names the others neutrally (§17.13.6.2).
pub fn resolve_bookmarks(plan: &mut Plan<'_>, wanted: &HashSet<String>, orders: &Orders, report: &mut Report) {
    let mut kept = HashSet::default();
    let all: Vec<usize> = plan.tape.named(Ns::W, sym::BOOKMARK_START).collect();
    let keeps_names = orders.action(FindingKind::BookmarkName) == Action::Keep;
    let mut key = String::new();
    for index in all {
        if !plan.alive(index) {
            continue;
        }
        let name = plan.tape.attr(index, Ns::W, sym::NAME).unwrap_or_default();
        key.clear();
        NameOf::Bookmark.push_key(&name, &mut key);
        let new = if keeps_names {
            Some(name.into_owned())
        } else if wanted.contains(&key) {
            Some(NameOf::Bookmark.wanted(&name))
        } else {
            report.removed(FindingKind::BookmarkName, &plan.name, 1);
            report.words(FindingKind::BookmarkName, &plan.name, &name);
            None
        };
        if new.is_some() {
            kept.insert(plan.tape.attr(index, Ns::W, sym::ID).unwrap_or_default().into_owned());
            plan.set_attr(index, Ns::W, sym::NAME, new);
        } else {
            plan.drop_node(index);
        }
    }
    let ends: Vec<usize> = plan.tape.named(Ns::W, sym::BOOKMARK_END).collect();
    for index in ends {
        if !kept.contains(&*plan.tape.attr(index, Ns::W, sym::ID).unwrap_or_default()) {
            plan.drop_node(index);
        } else if !plan.alive(index) {
            // The end went with what it stood in: the bookmark ends where that stood.
            if let Some(gone) = outermost_dropped(plan, index) {
                let id = plan.tape.attr(index, Ns::W, sym::ID).unwrap_or_default();
                let end = if is_random(&id) {
                    let tag = plan.tape.tag_name(index);
                    let prefix = tag.rsplit_once(':').map_or(String::new(), |(prefix, _)| format!("{prefix}:"));
                    format!("<{tag} {prefix}id=\"{}\"/>", NameOf::Number.wanted(&id))
                } else {
                    plan.tape.source(index).to_owned()
                };
                plan.before.entry(gone).or_default().push_str(&end);
            }
        }
    }
}

/// The outermost dropped element around a node.
fn outermost_dropped(plan: &Plan<'_>, index: usize) -> Option<usize> {
    let mut found = None;
    let mut at = Some(index);
    while let Some(node) = at {
        if plan.fate[node] == Fate::Drop {
            found = Some(node);
        }
        at = plan.tape.parent(node);
    }
    found
}
