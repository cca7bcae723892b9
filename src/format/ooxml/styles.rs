//! Styles, fonts, theme and settings: what the text uses stays, under neutral names where a writer chose them.

use std::collections::{BTreeMap, BTreeSet};

use super::attributes::{is_language, is_punctuation};
use super::lengths::measure;
use super::plan::{Fate, Plan, Walk};
use super::report::Report;
use crate::format::xml::{Kind, Ns, Sym, Tape, sym};
use crate::model::FindingKind;
use crate::policy::{Action, Orders};

// Names of the styles that word processors come with (ECMA-376-1 §17.7.4.9, annex of latent styles), in lower case and sorted.
include!(concat!(env!("OUT_DIR"), "/builtin_styles.rs"));

/// Whether a style comes with word processors, by its name.
pub fn is_built_in(name: &str) -> bool {
    BUILT_IN.holds(&name.to_lowercase())
}

/// What the text of a document uses.
#[derive(Debug, Default)]
pub struct Uses {
    /// Identifiers of styles.
    pub styles: BTreeSet<String>,
    /// Numbering instances.
    pub numbers: BTreeSet<String>,
    /// Names of fonts, in lower case.
    pub fonts: BTreeSet<String>,
}

impl Uses {
    /// Adds what a part uses.
    pub fn add(&mut self, plan: &Plan<'_>) {
        const NAMES: [Sym; 7] = [sym::P_STYLE, sym::R_STYLE, sym::TBL_STYLE, sym::NUM_ID, sym::R_FONTS, sym::SYM, sym::MATH_FONT];
        let tape = &plan.tape;
        // Tags that are spelled alike say the same: one that stays speaks for all.
        let mut heard = vec![false; tape.attr_total()];
        let mut hear = |index: usize| {
            let attrs = tape.attr_range(index);
            if !attrs.is_empty() && !heard[attrs.start] && plan.alive(index) {
                heard[attrs.start] = true;
                self.add_element(tape, index);
            }
        };
        NAMES.iter().for_each(|name| tape.with_local_name(*name).for_each(&mut hear));
        tape.with_attr(|_, name| matches!(name, sym::FONT | sym::TYPEFACE)).into_iter().for_each(hear);
    }

    /// Adds what an element uses.
    pub fn add_in(&mut self, plan: &Plan<'_>, index: usize) {
        plan.living_in(index).for_each(|inside| self.add_element(&plan.tape, inside));
    }

    fn add_element(&mut self, tape: &Tape<'_>, index: usize) {
        let node = tape.node(index);
        let value = || tape.attr(index, Ns::W, sym::VAL).map(std::borrow::Cow::into_owned);
        match (node.ns, node.name) {
            (Ns::W, sym::P_STYLE | sym::R_STYLE | sym::TBL_STYLE) => self.styles.extend(value()),
            (Ns::W, sym::NUM_ID) => self.numbers.extend(value()),
            (Ns::W, sym::R_FONTS) => {
                for attr in tape.attrs(index) {
                    if matches!(attr.name, sym::ASCII | sym::H_ANSI | sym::EAST_ASIA | sym::CS) {
                        self.fonts.insert(tape.resolved_value(attr).to_lowercase());
                    }
                }
            }
            (Ns::W, sym::SYM) => self.fonts.extend(tape.attr(index, Ns::W, sym::FONT).map(|font| font.to_lowercase())),
            (Ns::W14 | Ns::W16Se, _) => self.fonts.extend(tape.attr(index, node.ns, sym::FONT).map(|font| font.to_lowercase())),
            (Ns::A, _) => self.fonts.extend(tape.attr(index, Ns::None, sym::TYPEFACE).map(|font| font.to_lowercase())),
            (Ns::M, sym::MATH_FONT) => self.fonts.extend(tape.attr(index, Ns::M, sym::VAL).map(|font| font.to_lowercase())),
            _ => {}
        }
    }
}

/// Identifiers and names that styles have in the copy.
#[derive(Debug, Default)]
pub struct StyleNames {
    /// Identifier in the source -> in the copy.
    pub ids: BTreeMap<String, String>,
    /// Name in the source -> in the copy.
    pub names: BTreeMap<String, String>,
}

/// The value of a child that stays.
pub fn child_value(plan: &Plan<'_>, index: usize, name: Sym) -> Option<String> {
    plan.tape
        .children(index)
        .find(|child| plan.fate[*child] != Fate::Drop && plan.tape.is(*child, Ns::W, name))
        .and_then(|child| plan.tape.attr(child, Ns::W, sym::VAL))
        .map(std::borrow::Cow::into_owned)
}

/// The identifier of a style; one that has none goes by its name (ECMA-376-1 §17.7.4.17 leaves `w:styleId` optional).
pub fn style_id(tape: &Tape<'_>, style: usize) -> Option<String> {
    let named = || tape.attr(tape.child(style, Ns::W, sym::NAME)?, Ns::W, sym::VAL);
    tape.attr(style, Ns::W, sym::STYLE_ID).or_else(named).map(std::borrow::Cow::into_owned)
}

/// Adds the styles that the used ones rest on, and what those use; until nothing is added.
///
/// Each style and each definition is looked at once, whatever the order in which they rest on each other.
pub fn close_over(uses: &mut Uses, styles: Option<&Plan<'_>>, numbering: Option<&Plan<'_>>) {
    let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    if let Some(plan) = styles {
        for style in plan.tape.children(plan.tape.root).filter(|child| plan.tape.is(*child, Ns::W, sym::STYLE)) {
            let id = style_id(&plan.tape, style).unwrap_or_default();
            if plan.tape.attr(style, Ns::W, sym::DEFAULT).is_some_and(|value| !matches!(&*value, "0" | "false" | "off")) {
                uses.styles.insert(id.clone());
            }
            by_id.entry(id).or_default().push(style);
        }
    }
    let (mut numbers, mut definitions) = numbering.map(definitions_by_id).unwrap_or_default();
    let mut new_styles: Vec<String> = uses.styles.iter().cloned().collect();
    let mut new_numbers: Vec<String> = uses.numbers.iter().cloned().collect();
    while !new_styles.is_empty() || !new_numbers.is_empty() {
        let mut found = Uses::default();
        if let Some(plan) = styles {
            // Taken out when they are looked at: none is met again.
            for style in new_styles.drain(..).filter_map(|id| by_id.remove(&id)).flatten() {
                found.styles.extend(child_value(plan, style, sym::BASED_ON));
                found.add_in(plan, style);
            }
        }
        if let Some(plan) = numbering {
            let used = new_numbers.drain(..).filter_map(|id| numbers.remove(&id)).flatten();
            for definition in used.filter_map(|id| definitions.remove(&id)).flatten() {
                found.styles.extend(child_value(plan, definition, sym::NUM_STYLE_LINK));
                found.styles.extend(child_value(plan, definition, sym::STYLE_LINK));
                for run in plan.tape.descendants(definition).filter(|inside| plan.tape.is(*inside, Ns::W, sym::R_STYLE)) {
                    found.styles.extend(plan.tape.attr(run, Ns::W, sym::VAL).map(std::borrow::Cow::into_owned));
                }
            }
        }
        new_styles = found.styles.into_iter().filter(|id| uses.styles.insert(id.clone())).collect();
        new_numbers = found.numbers.into_iter().filter(|id| uses.numbers.insert(id.clone())).collect();
        uses.fonts.extend(found.fonts);
    }
}

type ById<T> = BTreeMap<String, Vec<T>>;

/// The definitions that numbering instances name, by instance (§17.9.15), and the definitions by what they are named.
fn definitions_by_id(plan: &Plan<'_>) -> (ById<String>, ById<usize>) {
    let (mut numbers, mut definitions) = (ById::new(), ById::new());
    for child in plan.tape.children(plan.tape.root) {
        if plan.tape.is(child, Ns::W, sym::NUM) {
            if let (Some(id), Some(definition)) =
                (plan.tape.attr(child, Ns::W, sym::NUM_ID), child_value(plan, child, sym::ABSTRACT_NUM_ID))
            {
                numbers.entry(id.into_owned()).or_default().push(definition);
            }
        } else if plan.tape.is(child, Ns::W, sym::ABSTRACT_NUM) {
            let id = plan.tape.attr(child, Ns::W, sym::ABSTRACT_NUM_ID).unwrap_or_default();
            definitions.entry(id.into_owned()).or_default().push(child);
        }
    }
    (numbers, definitions)
}

/// Abstract numbering definitions of the used numbering instances (§17.9.15).
pub fn used_definitions(plan: &Plan<'_>, uses: &Uses) -> BTreeSet<String> {
    plan.tape
        .children(plan.tape.root)
        .filter(|child| plan.tape.is(*child, Ns::W, sym::NUM))
        .filter(|num| plan.tape.attr(*num, Ns::W, sym::NUM_ID).is_some_and(|id| uses.numbers.contains(&*id)))
        .filter_map(|num| child_value(plan, num, sym::ABSTRACT_NUM_ID))
        .collect()
}

/// Keeps the used styles; gives custom ones neutral names (§17.7.4).
pub fn resolve_styles(plan: &mut Plan<'_>, uses: &Uses, orders: &Orders, report: &mut Report) -> StyleNames {
    let mut table = StyleNames::default();
    let keep_names = orders.action(FindingKind::StyleName) == Action::Keep;
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut custom = 0_usize;
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    for child in plan.tape.children(plan.tape.root).collect::<Vec<_>>() {
        if plan.tape.is(child, Ns::W, sym::LATENT_STYLES) {
            plan.drop_node(child);
            continue;
        }
        if !plan.tape.is(child, Ns::W, sym::STYLE) || plan.fate[child] == Fate::Drop {
            continue;
        }
        let id = style_id(&plan.tape, child).unwrap_or_default();
        let name = child_value(plan, child, sym::NAME).unwrap_or_default();
        let built_in = is_built_in(&name);
        let first = kept.get(&id).copied();
        if first.is_some_and(|first| plan.tape.source(first) != plan.tape.source(child)) {
            report.hold(FindingKind::Unknown, &plan.name, "two styles of one identifier: readers do not agree which one counts");
        }
        if !uses.styles.contains(&id) || first.is_some() {
            report.removed(FindingKind::UnusedStyle, &plan.name, 1);
            if !built_in {
                report.words(FindingKind::StyleName, &plan.name, &name);
            }
            plan.drop_node(child);
            continue;
        }
        kept.insert(id.clone(), child);
        for inside in plan.tape.children(child).collect::<Vec<_>>() {
            let node = plan.tape.node(inside);
            if node.ns == Ns::W && matches!(node.name, sym::RSID | sym::ALIASES) {
                report.removed(if node.name == sym::RSID { FindingKind::SessionId } else { FindingKind::StyleName }, &plan.name, 1);
                plan.drop_node(inside);
            }
        }
        let (new_id, new_name) = if keep_names {
            (id.clone(), name.clone())
        } else if built_in {
            (identifier(&name), name.clone())
        } else {
            custom += 1;
            report.removed(FindingKind::StyleName, &plan.name, 1);
            report.words(FindingKind::StyleName, &plan.name, &name);
            (format!("Style{custom}"), format!("Style{custom}"))
        };
        // Two styles of one built-in name: the second keeps its identity, not its name.
        let (new_id, new_name) = if taken.insert(new_id.to_lowercase()) {
            (new_id, new_name)
        } else {
            (format!("Other{}", taken.len()), format!("Other{}", taken.len()))
        };
        taken.insert(new_id.to_lowercase());
        if plan.tape.attr(child, Ns::W, sym::STYLE_ID).is_none() {
            let tag = plan.tape.tag_name(child);
            let prefix = tag.rsplit_once(':').map_or(String::new(), |(prefix, _)| format!("{prefix}:"));
            plan.added.entry(child).or_default().push((format!("{prefix}styleId").into(), new_id.clone().into()));
        }
        table.ids.insert(id, new_id);
        if let Some(element) = plan.tape.children(child).find(|inside| plan.tape.is(*inside, Ns::W, sym::NAME)) {
            plan.set_attr(element, Ns::W, sym::VAL, Some(new_name.clone()));
        }
        table.names.insert(name, new_name);
    }
    table
}

/// The identifier of a built-in style: its name in capitals, without spaces.
fn identifier(name: &str) -> String {
    name.split([' ', '-'])
        .map(|word| {
            word.chars().next().map(|first| first.to_uppercase().chain(word.chars().skip(1)).collect::<String>()).unwrap_or_default()
        })
        .collect()
}

/// Keeps the fonts that the text uses; drops alternative names and embedded files (§17.8.3).
pub fn resolve_fonts(plan: &mut Plan<'_>, uses: &Uses, report: &mut Report) {
    for child in plan.tape.children(plan.tape.root).collect::<Vec<_>>() {
        if !plan.tape.is(child, Ns::W, sym::FONT) {
            continue;
        }
        let name = plan.tape.attr(child, Ns::W, sym::NAME).unwrap_or_default().to_lowercase();
        if !uses.fonts.contains(&name) {
            report.removed(FindingKind::UnusedStyle, &plan.name, 1);
            plan.drop_node(child);
            continue;
        }
        for inside in plan.tape.children(child).collect::<Vec<_>>() {
            match plan.tape.node(inside).name {
                sym::ALT_NAME => plan.drop_node(inside),
                sym::EMBED_REGULAR | sym::EMBED_BOLD | sym::EMBED_ITALIC | sym::EMBED_BOLD_ITALIC => {
                    report.removed(FindingKind::EmbeddedFont, &plan.name, 1);
                    plan.drop_node(inside);
                }
                _ => {}
            }
        }
    }
}

/// Gives the theme and its schemes the names of the application's own theme (ECMA-376-1 §20.1.6.9).
pub fn resolve_theme(plan: &mut Plan<'_>, report: &mut Report) {
    let mut walk = Walk::of(plan);
    while let Some(index) = walk.step(plan) {
        if !plan.alive(index) {
            continue;
        }
        match plan.tape.node(index).name {
            sym::THEME | sym::CLR_SCHEME | sym::FONT_SCHEME | sym::FMT_SCHEME => {
                let name = if plan.tape.node(index).name == sym::THEME { "Office Theme" } else { "Office" };
                if plan.tape.attr(index, Ns::None, sym::NAME).is_some_and(|value| value != name) {
                    report.removed(FindingKind::StyleName, &plan.name, 1);
                    report.words(FindingKind::StyleName, &plan.name, &plan.tape.attr(index, Ns::None, sym::NAME).unwrap_or_default());
                }
                if plan.tape.attr(index, Ns::None, sym::NAME).is_some() {
                    plan.set_attr(index, Ns::None, sym::NAME, Some(name.to_owned()));
                }
            }
            sym::OBJECT_DEFAULTS => {
                for child in plan.tape.children(index).collect::<Vec<_>>() {
                    plan.drop_node(child);
                }
            }
            sym::EXTRA_CLR_SCHEME_LST | sym::CUST_CLR_LST | sym::EXT_LST => plan.drop_node(index),
            _ => {}
        }
    }
}

/// Whether a rule on characters names a language and characters, and nothing else (§17.15.1.58): half of it is no rule.
fn is_line_break_rule(plan: &Plan<'_>, index: usize) -> bool {
    let value = |name: Sym| plan.tape.attr(index, Ns::W, name);
    value(sym::LANG).is_some_and(|lang| is_language(&lang)) && value(sym::VAL).is_some_and(|characters| is_punctuation(&characters))
}

/// Settings that decide how the text is laid out; no other stays (§17.15.1).
pub fn resolve_settings(plan: &mut Plan<'_>, report: &mut Report) {
    /// No text that is so far to the right is on the page, in twentieths of a point.
    const OFF_THE_PAGE: i64 = 11_000;
    const LAYOUT: &[&str] = &[
        "displayBackgroundShape",
        "printTwoOnOne",
        "mirrorMargins",
        "alignBordersAndEdges",
        "bordersDoNotSurroundHeader",
        "bordersDoNotSurroundFooter",
        "gutterAtTop",
        "defaultTabStop",
        "autoHyphenation",
        "consecutiveHyphenLimit",
        "hyphenationZone",
        "doNotHyphenateCaps",
        "evenAndOddHeaders",
        "bookFoldRevPrinting",
        "bookFoldPrinting",
        "bookFoldPrintingSheets",
        "drawingGridHorizontalSpacing",
        "drawingGridVerticalSpacing",
        "displayHorizontalDrawingGridEvery",
        "displayVerticalDrawingGridEvery",
        "doNotUseMarginsForDrawingGridOrigin",
        "drawingGridHorizontalOrigin",
        "drawingGridVerticalOrigin",
        "doNotShadeFormData",
        "noPunctuationKerning",
        "characterSpacingControl",
        "strictFirstAndLastChars",
        "noLineBreaksAfter",
        "noLineBreaksBefore",
        "footnotePr",
        "endnotePr",
        "compat",
        "mathPr",
        "themeFontLang",
        "clrSchemeMapping",
        "decimalSymbol",
        "listSeparator",
        "embedSystemFonts",
        "doNotIncludeSubdocsInStats",
        "doNotAutoCompressPictures",
        "zoom",
    ];
    let stop = plan.tape.child(plan.tape.root, Ns::W, Sym::of(b"defaultTabStop"));
    if stop.and_then(|stop| measure(&plan.tape, stop, "val")).is_some_and(|place| place >= OFF_THE_PAGE) {
        report.hold(FindingKind::OffPageContent, &plan.name, "a tab stop off the page");
    }
    for child in plan.tape.children(plan.tape.root).collect::<Vec<_>>() {
        let node = *plan.tape.node(child);
        if node.kind != Kind::Element || plan.fate[child] == Fate::Drop {
            continue;
        }
        let name = node.name.name();
        let layout = matches!(node.ns, Ns::W | Ns::M)
            && LAYOUT.contains(&name)
            && (!name.starts_with("noLineBreaks") || is_line_break_rule(plan, child));
        if layout {
            continue;
        }
        let kind = match (node.ns, node.name) {
            (Ns::W, sym::RSIDS) => FindingKind::SessionId,
            (Ns::W, sym::DOC_VARS) => FindingKind::DocumentVariable,
            (Ns::W, sym::ATTACHED_TEMPLATE) => FindingKind::TemplatePath,
            (Ns::W, sym::MAIL_MERGE) => FindingKind::MailMerge,
            (Ns::W, sym::DOCUMENT_PROTECTION | sym::WRITE_PROTECTION) => FindingKind::Protection,
            (_, sym::DOC_ID) => FindingKind::DocumentId,
            _ => FindingKind::ForeignMarkup,
        };
        let count = if node.name == sym::RSIDS { plan.tape.children(child).count() as u64 } else { 1 };
        report.removed(kind, &plan.name, count);
        if matches!(kind, FindingKind::DocumentVariable | FindingKind::MailMerge) {
            for inside in plan.tape.descendants(child) {
                report.words(kind, &plan.name, &plan.tape.attr(inside, Ns::W, sym::VAL).unwrap_or_default());
            }
        }
        plan.drop_node(child);
    }
}
