//! Optional content: which layers a reader sees (ISO 32000-2 §8.11).

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use lopdf::{Dictionary, Object, ObjectId};

use super::interpret::{Address, address};
use super::open::Source;

/// Nesting of visibility expressions.
const DEPTH_MAX: usize = 16;

/// The state of every optional content group in the default configuration.
#[derive(Debug, Default)]
pub(super) struct Layers {
    off: BTreeSet<ObjectId>,
    all: BTreeSet<ObjectId>,
    /// Whether groups are off of which the configuration says nothing.
    is_off_unless_said: bool,
    /// Whether some content is seen in one viewer, or on screen, and not in another, or on paper.
    is_disputed: Cell<bool>,
    /// Whether the content under each membership dictionary is seen, once asked.
    memberships: RefCell<HashMap<Address, bool>>,
}

impl Layers {
    /// Reads `/OCProperties`.
    pub(super) fn read(source: &Source) -> Self {
        let mut layers = Self::default();
        let Some(properties) = source.catalog().and_then(|catalog| source.sub(catalog, b"OCProperties")) else { return layers };
        layers.all = groups(source, properties, b"OCGs");
        let Some(config) = source.sub(properties, b"D") else {
            // There must be one (Table 98). Viewers show everything, or take the first of the others.
            layers.is_disputed.set(!source.array(properties, b"Configs").is_empty());
            return layers;
        };
        (layers.is_off_unless_said, layers.off) = layers.turned_off(source, config);
        // Some viewers start with the first of the other configurations.
        let first = source.array(properties, b"Configs").first().and_then(|config| source.dict(config));
        let starts_alike = first.is_none_or(|first| layers.turned_off(source, first) == (layers.is_off_unless_said, layers.off.clone()));
        if !starts_alike || layers.depends_on_usage(source, config) || layers.depends_on_intent(source, config) {
            layers.is_disputed.set(true);
        }
        layers
    }

    /// Whether a configuration turns off what it does not name, and the groups that it turns off (§8.11.4.3).
    fn turned_off(&self, source: &Source, config: &Dictionary) -> (bool, BTreeSet<ObjectId>) {
        let mut off = BTreeSet::new();
        let is_off_unless_said = source.name(config, b"BaseState") == Some(b"OFF");
        if is_off_unless_said {
            off.extend(self.all.iter().copied());
            for id in groups(source, config, b"ON") {
                off.remove(&id);
            }
        }
        off.extend(groups(source, config, b"OFF"));
        (is_off_unless_said, off)
    }

    /// Whether what some content is for turns it on or off (§8.11.4.4, §8.11.4.5): on screen, on paper, by size or by reader. Some viewers
    /// go by it where the configuration asks for that, some always, and some never.
    fn depends_on_usage(&self, source: &Source, config: &Dictionary) -> bool {
        let mut asked: BTreeMap<ObjectId, BTreeSet<&[u8]>> = BTreeMap::new();
        for event in source.array(config, b"AS") {
            let Some(event) = source.dict(event) else { continue };
            let categories = source.array(event, b"Category");
            if !source.budget.steps(1 + source.array(event, b"OCGs").len() * (1 + categories.len())) {
                return true;
            }
            // What another format would get is on no page.
            if source.name(event, b"Event") == Some(b"Export") {
                continue;
            }
            let categories = || categories.iter().filter_map(|name| source.get(name).as_name().ok());
            for id in groups(source, event, b"OCGs") {
                asked.entry(id).or_default().extend(categories());
            }
        }
        self.all.iter().chain(&self.off).any(|id| {
            let group = source.doc.objects.get(id).and_then(|object| source.dict(object));
            let Some(usage) = group.and_then(|group| source.sub(group, b"Usage")) else { return false };
            let is_on = !self.off.contains(id);
            let says = |kind: &[u8], key: &[u8]| source.sub(usage, kind).and_then(|dict| source.name(dict, key));
            let states = [(&b"View"[..], says(b"View", b"ViewState")), (b"Print", says(b"Print", b"PrintState"))];
            if is_on && states.iter().any(|(_, state)| *state == Some(b"OFF")) {
                return true;
            }
            let Some(asked) = asked.get(id) else { return false };
            let usual: &[u8] = if is_on { b"ON" } else { b"OFF" };
            states.iter().any(|(kind, state)| asked.contains(kind) && state.is_some_and(|state| state != usual))
                || [&b"Zoom"[..], b"User", b"Language"].iter().any(|kind| asked.contains(kind) && usage.has(kind))
        })
    }

    /// Whether a group that is off is of an intent that the configuration leaves out: then it counts as on (§8.11.2.3), and not every
    /// viewer knows that.
    fn depends_on_intent(&self, source: &Source, config: &Dictionary) -> bool {
        let intents = |dict: &Dictionary| -> BTreeSet<Vec<u8>> {
            match source.entry(dict, b"Intent") {
                Object::Name(name) => BTreeSet::from([name.clone()]),
                Object::Array(names) => names.iter().filter_map(|name| source.get(name).as_name().ok()).map(<[u8]>::to_vec).collect(),
                _ => BTreeSet::from([b"View".to_vec()]),
            }
        };
        let considered = intents(config);
        !considered.contains(&b"All"[..])
            && self.off.iter().any(|id| {
                let group = source.doc.objects.get(id).and_then(|object| source.dict(object));
                !source.budget.steps(1) || group.is_some_and(|group| intents(group).is_disjoint(&considered))
            })
    }

    /// Number of groups.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether not every viewer, on screen or on paper, shows the same of what was asked about.
    pub(super) fn is_disputed(&self) -> bool {
        self.is_disputed.get()
    }

    /// Notes what viewers do not agree about.
    fn dispute(&self, is_disputed: bool) {
        self.is_disputed.set(self.is_disputed.get() || is_disputed);
    }

    /// Whether content under a group or a membership dictionary is seen.
    pub(super) fn shows(&self, source: &Source, object: &Object) -> bool {
        // Viewers show everything in a file that lists no groups.
        if self.all.is_empty() && self.off.is_empty() {
            return true;
        }
        if let Some(is_on) = group_id(source, object).and_then(|id| self.is_on(id)) {
            return is_on;
        }
        let Some(dict) = source.dict(object) else { return true };
        if source.name(dict, b"Type") != Some(b"OCMD") {
            self.dispute(self.is_off_unless_said || dict.has(b"OCGs") || dict.has(b"VE"));
            return true;
        }
        let known = self.memberships.borrow().get(&address(dict)).copied();
        known.unwrap_or_else(|| {
            let shows = self.membership(source, dict);
            self.memberships.borrow_mut().insert(address(dict), shows);
            shows
        })
    }

    /// Whether content under a membership dictionary is seen (§8.11.2.2).
    fn membership(&self, source: &Source, dict: &Dictionary) -> bool {
        let by_members = self.by_members(source, dict);
        let Object::Array(expression) = source.entry(dict, b"VE") else { return by_members };
        let by_expression = self.evaluate(source, expression, 0);
        // Viewers before PDF 1.6 know no expressions, and some of today do not, either: these show what there is, or go by the groups.
        self.dispute(!by_expression || dict.has(b"OCGs") && by_members != by_expression);
        by_expression
    }

    fn by_members(&self, source: &Source, dict: &Dictionary) -> bool {
        if !source.budget.steps(source.array(dict, b"OCGs").len()) {
            return true;
        }
        let members: Vec<bool> = match dict.get(b"OCGs") {
            Ok(object) => match source.get(object) {
                Object::Array(items) => {
                    items.iter().filter(|item| source.dict(item).is_some()).map(|item| self.shows_group(source, item)).collect()
                }
                Object::Dictionary(_) => vec![self.shows_group(source, object)],
                _ => Vec::new(),
            },
            Err(_) => Vec::new(),
        };
        if members.is_empty() {
            return true;
        }
        match source.name(dict, b"P") {
            Some(b"AllOn") => members.iter().all(|on| *on),
            Some(b"AnyOff") => members.iter().any(|on| !on),
            Some(b"AllOff") => members.iter().all(|on| !on),
            _ => members.iter().any(|on| *on),
        }
    }

    /// Whether a group of the file is on. One that the file turns off and does not list (Table 98) most viewers show.
    fn is_on(&self, id: ObjectId) -> Option<bool> {
        let is_off = self.off.contains(&id);
        self.dispute(is_off && !self.all.contains(&id));
        (is_off || self.all.contains(&id)).then_some(!is_off)
    }

    /// Whether a group is on; one that is not listed is.
    fn shows_group(&self, source: &Source, object: &Object) -> bool {
        match group_id(source, object).and_then(|id| self.is_on(id)) {
            Some(is_on) => is_on,
            None => {
                let is_group = source.dict(object).is_none_or(|dict| source.name(dict, b"Type") == Some(b"OCG"));
                self.dispute(self.is_off_unless_said || !is_group);
                true
            }
        }
    }

    fn evaluate(&self, source: &Source, expression: &[Object], depth: usize) -> bool {
        // Expressions that name one twice grow with each level.
        if depth > DEPTH_MAX || !source.budget.steps(1 + expression.len()) {
            self.dispute(true);
            return true;
        }
        let operand = |item: &Object| match source.get(item) {
            Object::Array(inner) => self.evaluate(source, inner, depth + 1),
            _ => self.shows_group(source, item),
        };
        let rest = expression.get(1..).unwrap_or_default();
        match expression.first().and_then(|item| source.get(item).as_name().ok()) {
            Some(b"Not") if rest.len() == 1 => !rest.iter().all(operand),
            Some(b"Or") => rest.iter().any(operand),
            Some(b"And") => rest.iter().all(operand),
            // No expression.
            _ => {
                self.dispute(true);
                true
            }
        }
    }
}

/// The groups that a list names.
fn groups(source: &Source, dict: &Dictionary, key: &[u8]) -> BTreeSet<ObjectId> {
    source.array(dict, key).iter().filter_map(|object| group_id(source, object)).collect()
}

/// The object that a reference leads to, by way of others.
fn group_id(source: &Source, object: &Object) -> Option<ObjectId> {
    const HOPS_MAX: usize = 8;
    let mut id = object.as_reference().ok()?;
    for _ in 0..HOPS_MAX {
        match source.doc.objects.get(&id) {
            Some(Object::Reference(next)) => id = *next,
            _ => break,
        }
    }
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Fixture, text};
    use super::super::tests::{clean, holds, sanitise};
    use crate::limits::Limits;
    use crate::model::FindingKind as K;
    use crate::policy::Orders;

    /// What becomes of words on a layer: whether they are in the copy, and whether that waits for a person.
    ///
    /// `#0` and `#1` stand for two groups: what the first one says of itself, the configuration, and what the content is under.
    fn fate(group: &str, config: &str, under: &str) -> (bool, bool) {
        fate_of(&format!("/OCGs [#0 #1] {config}"), group, under)
    }

    /// As [`fate`], with all of what the file says of its groups.
    fn fate_of(properties: &str, group: &str, under: &str) -> (bool, bool) {
        let mut file = Fixture::new();
        let first = file.object(format!("<</Type /OCG /Name (a) {group}>>"));
        let second = file.object("<</Type /OCG /Name (b)>>");
        let numbered = |text: &str| text.replace("#0", &format!("{first} 0 R")).replace("#1", &format!("{second} 0 R"));
        let hop = file.object(numbered("#0"));
        file.catalog = numbered(&format!("/OCProperties <<{properties}>>"));
        file.resources = numbered(&format!("/Properties <</P {under}>>")).replace("#hop", &format!("{hop} 0 R"));
        let content = format!("{} /OC /P BDC {} EMC", text("approved", 72, 700), text("CANARY", 72, 600));
        let copy = sanitise(&file.page(&content).build(), &Orders::default(), &Limits::default()).expect("a sound fixture");
        (holds(&copy.bytes, "CANARY"), copy.holds.iter().any(|finding| finding.kind == K::Unknown))
    }

    #[test]
    fn layers_that_all_viewers_agree_about_need_nobody() {
        const ON: (bool, bool) = (true, false);
        const OFF: (bool, bool) = (false, false);
        let usage = "/Usage <</View <</ViewState /ON>> /Print <</PrintState /ON>> /Export <</ExportState /OFF>>>>";
        let events = "/D <</AS [<</Event /View /Category [/View] /OCGs [#0]>> <</Event /Print /Category [/Print] /OCGs [#0]>> \
            <</Event /Export /Category [/Export] /OCGs [#0]>>]>>";
        for (group, config, under, fated) in [
            ("", "/D <</OFF [#0]>>", "#0", OFF),
            ("", "/D <</OFF [#0]>>", "#1", ON),
            ("", "/D <</BaseState /OFF>>", "#0", OFF),
            ("", "/D <</BaseState /OFF /ON [#0]>>", "#0", ON),
            ("", "/D <</OFF [#1]>>", "<</Type /OCMD /OCGs [#0 #1] /P /AllOn>>", OFF),
            ("", "/D <</OFF [#1]>>", "<</Type /OCMD /OCGs [#0 #1]>>", ON),
            ("", "/D <<>>", "<</Type /OCMD /OCGs #0 /P /AllOff>>", OFF),
            ("", "/D <</OFF [#1]>>", "<</Type /OCMD /VE [/Or #1 [/And #0 [/Not #1]]]>>", ON),
            ("", "/D <<>>", "<</Type /OCMD /OCGs [#0 #1] /P /AllOn /VE [/And #0 #1]>>", ON),
            ("", "/D <<>>", "<</Type /OCMD /OCGs []>>", ON),
            (usage, events, "#0", ON),
            ("/Intent [/View /Design]", "/D <</OFF [#0]>>", "#0", OFF),
            ("/Intent /Design", "/D <</OFF [#0] /Intent /All>>", "#0", OFF),
        ] {
            assert_eq!(fate(group, config, under), fated, "{group} {config} {under}");
        }
    }

    #[test]
    fn layers_that_not_every_viewer_shows_wait_for_a_person() {
        let usage = |kind: &str, event: &str, base: &str| format!("/D <<{base} /AS [<</Event /{event} /Category [/{kind}] /OCGs [#0]>>]>>");
        let off = "/D <</OFF [#1]>>";
        for (group, config, under) in [
            ("/Usage <</View <</ViewState /OFF>>>>", usage("View", "View", "").as_str(), "#0"),
            ("/Usage <</Print <</PrintState /OFF>>>>", &usage("Print", "Print", ""), "#0"),
            ("/Usage <</View <</ViewState /OFF>> /Print <</PrintState /OFF>>>>", &usage("View", "View", ""), "#0"),
            ("/Usage <</View <</ViewState /ON>>>>", &usage("View", "View", "/OFF [#0]"), "#0"),
            ("/Usage <</View <</ViewState /OFF>>>>", "/D <<>>", "#0"),
            ("/Usage <</Print <</PrintState /OFF>>>>", "/D <<>>", "#0"),
            ("/Usage <</Zoom <</min 20>>>>", &usage("Zoom", "View", ""), "#0"),
            ("/Usage <</User <</Type /Ind /Name (B)>>>>", &usage("User", "View", ""), "#0"),
            ("/Usage <</Language <</Lang (fr)>>>>", &usage("Language", "View", ""), "#0"),
            ("/Intent /Design", "/D <</OFF [#0]>>", "#0"),
            ("", "/D <</OFF [#0] /Intent /Design>>", "#0"),
            ("", "/Configs [<</OFF [#0]>>]", "#0"),
            ("", "/D <<>> /Configs [<</OFF [#0]>>]", "#0"),
            ("", "/D <</OFF [#0]>> /Configs [<<>>]", "#0"),
            ("", "/D <</BaseState /OFF>>", "<</Type /OCG /Name (c)>>"),
            ("", "/D <</OFF [#0]>>", "#hop"),
            ("", "/D <</OFF [#0]>>", "<</OCGs #0>>"),
            ("", "/D <</OFF [#0]>>", "<</Type /OCMD /OCGs [<</Type /OCMD /OCGs #0>>]>>"),
            ("", off, "<</Type /OCMD /OCGs #1 /VE [/Or #0 #1]>>"),
            ("", off, "<</Type /OCMD /VE [/And #0 [/Or #1 [/Not #0]]]>>"),
            ("", off, "<</Type /OCMD /VE [/Xor #0 #1]>>"),
            ("", off, "<</Type /OCMD /VE [/Not #0 #1]>>"),
        ] {
            assert!(fate(group, config, under).1, "{group} {config} {under}");
        }
    }

    #[test]
    fn a_group_that_is_turned_off_and_not_listed_waits_for_a_person() {
        for listed in ["", "/OCGs []", "/OCGs [#1]"] {
            let config = format!("{listed} /D <</OFF [#0]>>");
            for under in ["#0", "<</Type /OCMD /OCGs #0>>"] {
                assert!(fate_of(&config, "", under).1, "{config} {under}");
            }
        }
    }

    #[test]
    fn a_file_without_a_list_of_groups_shows_everything() {
        let mut file = Fixture::new();
        let group = file.object("<</Type /OCG /Name (a)>>");
        file.resources = format!("/Properties <</P {group} 0 R>>");
        let copy = clean(&file.page(&format!("/OC /P BDC {} EMC", text("approved", 72, 700))).build());
        assert!(copy.holds.is_empty() && holds(&copy.bytes, "approved"));
    }
}
