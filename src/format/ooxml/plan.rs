//! What happens to each node of a part: decided first, written afterwards.
//!
//! Deciding never touches the text; writing never decides. Whatever no decision names is copied byte for byte.
//!
//! The notes are looked up node by node; where they are walked, only a sorted set comes of it: their order reaches no output.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt as _};

use crate::format::xml::{Kind, Ns, Sym, Tape, sym};

/// What happens to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It stays (its attributes and children have fates of their own).
    Keep,
    /// It goes, with all that is in it.
    Drop,
    /// Its tags go, its content stays.
    Unwrap,
}

/// A part with the decisions about it.
#[derive(Debug)]
pub struct Plan<'t> {
    /// Index of the part in the package.
    pub part: usize,
    /// Name of the part in the source.
    pub name: String,
    /// The part.
    pub tape: Tape<'t>,
    /// One fate a node.
    pub fate: Vec<Fate>,
    /// Text to write in place of a node.
    pub replace: HashMap<usize, String>,
    /// Another local name for an element.
    pub rename: HashMap<usize, &'static str>,
    /// Attribute values to write in place of the source's; `None` drops the attribute.
    pub attrs: HashMap<(usize, Ns, Sym), Option<String>>,
    /// Attributes to add to an element: qualified name and value.
    pub added: HashMap<usize, Vec<(Cow<'static, str>, Cow<'static, str>)>>,
    /// Text to write before a node.
    pub before: HashMap<usize, String>,
    /// Text to write before the end tag of an element.
    pub append: HashMap<usize, String>,
    /// Paragraphs that take in the content of the paragraphs after them: host -> members, host first.
    pub chains: HashMap<usize, Vec<usize>>,
    /// Whether the part differs from the source for a reason that the fates do not show.
    pub rewritten: bool,
}

impl<'t> Plan<'t> {
    /// Everything stays.
    pub fn new(part: usize, name: &str, tape: Tape<'t>) -> Self {
        let fate = vec![Fate::Keep; tape.nodes.len()];
        let rewritten = matches!(tape.text, Cow::Owned(_));
        Self {
            part,
            name: name.to_owned(),
            tape,
            fate,
            replace: HashMap::new(),
            rename: HashMap::new(),
            attrs: HashMap::new(),
            added: HashMap::new(),
            before: HashMap::new(),
            append: HashMap::new(),
            chains: HashMap::new(),
            rewritten,
        }
    }

    /// Drops a node.
    pub fn drop_node(&mut self, index: usize) {
        self.fate[index] = Fate::Drop;
    }

    /// Takes the tags of an element away, unless it is dropped.
    pub fn unwrap_node(&mut self, index: usize) {
        if self.fate[index] == Fate::Keep {
            self.fate[index] = Fate::Unwrap;
        }
    }

    /// Whether a node and everything it is in stays.
    pub fn alive(&self, index: usize) -> bool {
        let mut at = Some(index);
        while let Some(node) = at {
            if self.fate[node] == Fate::Drop {
                return false;
            }
            at = self.tape.parent(node);
        }
        true
    }

    /// Elements that stay, in document order.
    pub fn living(&self) -> Living<'_, 't> {
        self.living_in(self.tape.root)
    }

    /// Elements of a name that stay, in document order.
    pub fn living_named(&self, ns: Ns, name: Sym) -> impl Iterator<Item = usize> + '_ {
        let mut around = Around::default();
        self.tape.named(ns, name).filter(move |index| around.alive(self, *index))
    }

    /// An element and the elements in it that stay, in document order.
    pub fn living_in(&self, index: usize) -> Living<'_, 't> {
        Living { plan: self, at: index, end: self.tape.node(index).next as usize }
    }

    /// Children that stay, all kinds.
    pub fn living_children(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        self.tape.children(index).filter(|child| self.fate[*child] != Fate::Drop)
    }

    /// The nearest ancestor of a name.
    pub fn ancestor(&self, index: usize, ns: Ns, name: Sym) -> Option<usize> {
        let mut at = self.tape.parent(index);
        while let Some(node) = at {
            if self.tape.is(node, ns, name) {
                return Some(node);
            }
            at = self.tape.parent(node);
        }
        None
    }

    /// Sets an attribute's value, or drops it.
    pub fn set_attr(&mut self, index: usize, ns: Ns, name: Sym, value: Option<String>) {
        self.attrs.insert((index, ns, name), value);
    }

    /// Visible characters of the elements that stay inside an element: `w:t`, `m:t`, `a:t`, and `w:sym`.
    pub fn living_text(&self, index: usize) -> String {
        let mut out = String::new();
        for node in self.living_in(index) {
            let element = self.tape.node(node);
            if element.name == sym::T || element.ns == Ns::W && matches!(element.name, sym::DEL_TEXT | sym::SYM) {
                letters_into(&self.tape, node, &mut out);
            }
        }
        out
    }
}

/// Adds the characters of a text, or the one of a symbol of a font, which counts even where none can be told.
fn letters_into(tape: &Tape<'_>, index: usize, out: &mut String) {
    if tape.is(index, Ns::W, sym::SYM) {
        out.push(symbol(tape, index).unwrap_or(char::REPLACEMENT_CHARACTER));
    } else {
        tape.inner_text_into(index, out);
    }
}

/// The characters of a text, or the one of a symbol of a font.
pub fn letters(tape: &Tape<'_>, index: usize) -> String {
    let mut out = String::new();
    letters_into(tape, index, &mut out);
    out
}

/// The character of a symbol of a font (ECMA-376-1 §17.3.3.30).
pub fn symbol(tape: &Tape<'_>, index: usize) -> Option<char> {
    char::from_u32(u32::from_str_radix(&tape.attr(index, Ns::W, sym::CHAR)?, 16).ok()?)
}

/// Whether nodes stay, asked for one after the other: those that stand side by side share the answer about what is around them. Of what
/// was asked for, nothing but the nodes themselves may be dropped in between.
#[derive(Debug, Default)]
pub struct Around {
    /// The element around the last node, and whether it stays.
    last: Option<(usize, bool)>,
}

impl Around {
    /// As [`Plan::alive`].
    pub fn alive(&mut self, plan: &Plan<'_>, index: usize) -> bool {
        if plan.fate[index] == Fate::Drop {
            return false;
        }
        let Some(parent) = plan.tape.parent(index) else { return true };
        match self.last {
            Some((last, stays)) if last == parent => stays,
            _ => {
                let stays = plan.alive(parent);
                self.last = Some((parent, stays));
                stays
            }
        }
    }
}

/// Elements that stay, in document order.
#[derive(Debug)]
pub struct Living<'p, 't> {
    plan: &'p Plan<'t>,
    at: usize,
    end: usize,
}

/// A walk over the elements that stay, by someone who decides on them: what is dropped on the way is not entered.
#[derive(Debug)]
pub struct Walk {
    last: Option<usize>,
    end: usize,
}

impl Walk {
    /// A walk over a whole part.
    pub fn of(plan: &Plan<'_>) -> Self {
        Self { last: None, end: plan.tape.node(plan.tape.root).next as usize }
    }

    /// The next element in document order.
    pub fn step(&mut self, plan: &Plan<'_>) -> Option<usize> {
        let after = |index: usize| if plan.fate[index] == Fate::Drop { plan.tape.node(index).next as usize } else { index + 1 };
        let mut at = self.last.map_or(plan.tape.root, after);
        while at < self.end {
            if plan.fate[at] != Fate::Drop && plan.tape.node(at).kind == Kind::Element {
                self.last = Some(at);
                return Some(at);
            }
            at = after(at);
        }
        self.last = Some(self.end.saturating_sub(1));
        None
    }
}

impl Iterator for Living<'_, '_> {
    type Item = usize;
    fn next(&mut self) -> Option<usize> {
        while self.at < self.end {
            let index = self.at;
            let node = self.plan.tape.node(index);
            if self.plan.fate[index] == Fate::Drop {
                self.at = node.next as usize;
                continue;
            }
            self.at += 1;
            if node.kind == Kind::Element {
                return Some(index);
            }
        }
        None
    }
}

/// A truth value of OOXML: an element without `val`, or with one that is not off (ECMA-376-1 §22.9.2.7).
pub fn is_on(tape: &Tape<'_>, index: usize, ns: Ns) -> bool {
    !matches!(tape.attr(index, ns, sym::VAL).as_deref(), Some("0" | "false" | "off"))
}

impl Plan<'_> {
    /// The nearest cell, text box, story or note that a block is in.
    pub fn ancestor_block(&self, index: usize) -> Option<usize> {
        let mut at = self.tape.parent(index);
        while let Some(node) = at {
            let element = self.tape.node(node);
            let holds_blocks = matches!(
                element.name,
                sym::TC
                    | sym::TXBX_CONTENT
                    | sym::HDR
                    | sym::FTR
                    | sym::FOOTNOTE
                    | sym::ENDNOTE
                    | sym::COMMENT
                    | sym::BODY
                    | sym::DOC_PART_BODY
            );
            if matches!(element.ns, Ns::W | Ns::Wne) && holds_blocks {
                return Some(node);
            }
            at = self.tape.parent(node);
        }
        None
    }
}
