//! The parts in which a story looks up what it names: styles, lists, settings, fonts, the theme.

use std::collections::BTreeSet;

use crate::format::ooxml::package::Package;
use crate::format::ooxml::plan::Plan;
use crate::format::ooxml::relationship::RelKind;
use crate::format::ooxml::report::Report;
use crate::format::ooxml::stories::{self, Stories};
use crate::format::ooxml::styles::{self, StyleNames, Uses};
use crate::format::ooxml::{geometry, look, numbering, places, tracked};
use crate::format::xml::{Ns, sym};
use crate::policy::Orders;
use crate::{DocError, Limits};

/// Those that a document has.
pub(super) struct Definitions<'p> {
    pub(super) styles: Option<Plan<'p>>,
    pub(super) lists: Option<Plan<'p>>,
    pub(super) settings: Option<Plan<'p>>,
    pub(super) fonts: Option<Plan<'p>>,
    pub(super) theme: Option<Plan<'p>>,
}

impl<'p> Definitions<'p> {
    pub(super) fn open(package: &'p Package<'_>, orders: &Orders, limits: &Limits, report: &mut Report) -> Result<Self, DocError> {
        let mut open = |kind: RelKind| -> Result<Option<Plan<'p>>, DocError> {
            let Some(part) = package.related(package.main, kind) else { return Ok(None) };
            let mut plan = stories::open(package, part, orders, limits, report)?;
            tracked::resolve(&mut plan, orders.tracked_changes, report);
            Ok(Some(plan))
        };
        Ok(Self {
            styles: open(RelKind::Styles)?,
            lists: open(RelKind::Numbering)?,
            settings: open(RelKind::Settings)?,
            fonts: open(RelKind::FontTable)?,
            theme: open(RelKind::Theme)?,
        })
    }

    /// Decides on them by what the stories use. Gives the names that styles have in the copy.
    pub(super) fn resolve(&mut self, stories: &Stories<'_>, looks: &look::Styles, orders: &Orders, report: &mut Report) -> StyleNames {
        let mut uses = self.used_by(&stories.plans);
        let names = self.styles.as_mut().map(|plan| styles::resolve_styles(plan, &uses, orders, report)).unwrap_or_default();
        if let Some(plan) = &mut self.lists {
            numbering::resolve(plan, &stories.plans, self.styles.as_ref(), looks, &uses, report);
            uses.add(plan);
        }
        if let Some(plan) = &mut self.theme {
            styles::resolve_theme(plan, report);
            uses.add(plan);
        }
        if let Some(plan) = &mut self.fonts {
            styles::resolve_fonts(plan, &uses, report);
        }
        if let Some(plan) = &mut self.settings {
            styles::resolve_settings(plan, report);
        }
        let named_in = || stories.plans.iter().chain(&self.styles);
        let idle = self.lists.as_ref().map(|plan| numbering::idle_levels(plan, named_in())).unwrap_or_default();
        for (plan, idle) in [(&self.styles, &BTreeSet::new()), (&self.lists, &idle)] {
            if let Some(plan) = plan {
                geometry::resolve_definitions(plan, &stories.pages, looks, idle, report);
            }
        }
        for plan in [&mut self.styles, &mut self.lists, &mut self.settings].into_iter().flatten() {
            places::check(plan, report);
        }
        names
    }

    /// What stories use, and what that uses in turn.
    fn used_by(&self, stories: &[Plan<'_>]) -> Uses {
        let mut uses = Uses::default();
        for plan in stories {
            uses.add(plan);
        }
        if let Some(plan) = &self.styles {
            for defaults in plan.tape.children(plan.tape.root).filter(|child| plan.tape.is(*child, Ns::W, sym::DOC_DEFAULTS)) {
                uses.add_in(plan, defaults);
            }
        }
        styles::close_over(&mut uses, self.styles.as_ref(), self.lists.as_ref());
        uses
    }

    /// Their plans, relationships and names in the copy.
    pub(super) fn parts(self) -> [(Option<Plan<'p>>, RelKind, &'static str); 5] {
        [
            (self.styles, RelKind::Styles, "word/styles.xml"),
            (self.lists, RelKind::Numbering, "word/numbering.xml"),
            (self.settings, RelKind::Settings, "word/settings.xml"),
            (self.fonts, RelKind::FontTable, "word/fontTable.xml"),
            (self.theme, RelKind::Theme, "word/theme/theme1.xml"),
        ]
    }
}
