//! Optional content: which layers a reader sees (ISO 32000-2 §8.11).

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

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
    /// Groups that are seen on screen and not on paper, or the other way round.
    pub(super) ambiguous: usize,
    /// Whether the content under each membership dictionary is seen, once asked.
    memberships: RefCell<HashMap<Address, bool>>,
}

impl Layers {
    /// Reads `/OCProperties`.
    pub(super) fn read(source: &Source) -> Self {
        let mut layers = Self::default();
        let Some(properties) = source.catalog().and_then(|catalog| source.sub(catalog, b"OCProperties")) else { return layers };
        let ids = |dict: &Dictionary, key: &[u8]| -> Vec<ObjectId> {
            source.array(dict, key).iter().filter_map(|object| object.as_reference().ok()).collect()
        };
        layers.all = ids(properties, b"OCGs").into_iter().collect();
        let Some(config) = source.sub(properties, b"D") else { return layers };
        if source.name(config, b"BaseState") == Some(b"OFF") {
            layers.off.extend(layers.all.iter().copied());
            for id in ids(config, b"ON") {
                layers.off.remove(&id);
            }
        }
        layers.off.extend(ids(config, b"OFF"));
        for event in source.array(config, b"AS") {
            let Some(event) = source.dict(event) else { continue };
            if !source.budget.steps(1 + source.array(event, b"OCGs").len()) {
                break;
            }
            for id in ids(event, b"OCGs") {
                let Some(usage) =
                    source.doc.objects.get(&id).and_then(|object| source.dict(object)).and_then(|group| source.sub(group, b"Usage"))
                else {
                    continue;
                };
                let says_off = |kind: &[u8], key: &[u8]| source.sub(usage, kind).and_then(|dict| source.name(dict, key)) == Some(b"OFF");
                let (view, print) = (says_off(b"View", b"ViewState"), says_off(b"Print", b"PrintState"));
                if view != print {
                    layers.ambiguous += 1;
                }
                if view && print {
                    layers.off.insert(id);
                }
            }
        }
        layers
    }

    /// Number of groups.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether content under a group or a membership dictionary is seen.
    pub(super) fn shows(&self, source: &Source, object: &Object) -> bool {
        // Viewers show everything in a file that lists no groups.
        if self.all.is_empty() && self.off.is_empty() {
            return true;
        }
        if let Object::Reference(id) = object
            && (self.all.contains(id) || self.off.contains(id))
        {
            return !self.off.contains(id);
        }
        let Some(dict) = source.dict(object) else { return true };
        if source.name(dict, b"Type") != Some(b"OCMD") {
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
        if let Object::Array(expression) = source.entry(dict, b"VE") {
            return self.evaluate(source, expression, 0);
        }
        if !source.budget.steps(source.array(dict, b"OCGs").len()) {
            return true;
        }
        let members: Vec<bool> = match dict.get(b"OCGs") {
            Ok(object) => match source.get(object) {
                Object::Array(items) => {
                    items.iter().filter(|item| source.dict(item).is_some()).map(|item| self.shows_group(item)).collect()
                }
                Object::Dictionary(_) => vec![self.shows_group(object)],
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

    fn shows_group(&self, object: &Object) -> bool {
        !matches!(object, Object::Reference(id) if self.off.contains(id))
    }

    fn evaluate(&self, source: &Source, expression: &[Object], depth: usize) -> bool {
        // Expressions that name one twice grow with each level.
        if depth > DEPTH_MAX || !source.budget.steps(1 + expression.len()) {
            return true;
        }
        let operand = |item: &Object| match source.get(item) {
            Object::Array(inner) => self.evaluate(source, inner, depth + 1),
            _ => self.shows_group(item),
        };
        let rest = expression.get(1..).unwrap_or_default();
        match expression.first().map(|item| source.get(item)) {
            Some(Object::Name(name)) if name == b"Not" => !rest.first().is_some_and(operand),
            Some(Object::Name(name)) if name == b"Or" => rest.iter().any(operand),
            _ => rest.iter().all(operand),
        }
    }
}
