//! Writes the tables of `src/format/xml/vocabulary.txt` and the lists of fonts and styles as code: names are numbered, kinds of values told
//! apart and lists sorted here, once, and not at every start of the program.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs, io};

macro_rules! symbols {
    ($( $constant:ident $name:literal )*) => {
        /// The local names that the code speaks of; they have the first numbers.
        const IN_CODE: &[&str] = &[ $( $name ),* ];
    };
}

macro_rules! namespaces {
    ($( $variant:ident $prefix:literal [ $($uri:literal),* ]; )*) => {
        /// Prefixes in common use, and what the code calls their namespaces.
        const NAMESPACES: &[(&str, &str)] = &[ $( ($prefix, stringify!($variant)) ),* ];
    };
}

include!("src/format/xml/symbols.rs");
include!("src/format/xml/namespaces.rs");

const TABLE: &str = "src/format/xml/vocabulary.txt";
const FONTS: &str = "src/format/fonts.txt";
const STYLES: &str = "src/format/ooxml/builtin_styles.txt";

fn main() -> io::Result<()> {
    for read in ["build.rs", TABLE, FONTS, STYLES, "src/format/xml/symbols.rs", "src/format/xml/namespaces.rs"] {
        println!("cargo::rerun-if-changed={read}");
    }
    let text = fs::read_to_string(TABLE)?;
    let tables = Tables::read(&text);
    let (fonts, styles) = (fs::read_to_string(FONTS)?, fs::read_to_string(STYLES)?.to_lowercase());
    let folder = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let write = |name: &str, code: String| fs::write(Path::new(&folder).join(name), code);
    write("names.rs", list("NAMES", &tables.names))?;
    write("vocabulary.rs", tables.vocabulary())?;
    write("fonts.rs", sorted("FAMILIES", fonts.lines()))?;
    write("builtin_styles.rs", sorted("BUILT_IN", styles.lines()))
}

/// A list as code.
fn list(name: &str, items: &[&str]) -> String {
    let ends: Vec<usize> = items
        .iter()
        .scan(0, |end, item| {
            *end += item.len();
            Some(*end)
        })
        .collect();
    format!("static {name}: crate::format::list::List = crate::format::list::List {{ text: {:?}, ends: &{ends:?} }};\n", items.concat())
}

/// The lines of a list without those that say something about it, each once, in order.
fn sorted<'t>(name: &str, lines: impl Iterator<Item = &'t str>) -> String {
    let lines: BTreeSet<&str> = lines.filter(|line| !line.starts_with('#')).collect();
    list(name, &Vec::from_iter(lines))
}

/// What the table says, with the numbers that its words have.
#[derive(Default)]
struct Tables<'t> {
    names: Vec<&'t str>,
    numbers: BTreeMap<&'t str, usize>,
    /// Rules as they are written in the code, with their namespaces, by the number of the element's name.
    rules: BTreeMap<usize, Vec<String>>,
    /// Attributes of all rules as they are written in the code.
    attributes: Vec<String>,
    enumerations: BTreeMap<&'t str, Vec<&'t str>>,
    words: BTreeSet<&'t str>,
    /// Lists of enumerations that a value is one of, in the order in which they are met.
    choices: Vec<&'t str>,
}

impl<'t> Tables<'t> {
    fn read(text: &'t str) -> Self {
        let mut tables = Self::default();
        for name in ["?"].iter().chain(IN_CODE) {
            tables.number(name);
        }
        let mut section = "";
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end_matches(']');
                continue;
            }
            let mut items = line.split(' ');
            match section {
                "words" => tables.words.extend(items),
                "enumerations" => {
                    let name = items.next().unwrap_or_default();
                    tables.words.extend(items.clone());
                    tables.enumerations.insert(name, items.collect());
                }
                prefix => tables.element(namespace(prefix), items),
            }
        }
        tables
    }

    fn number(&mut self, name: &'t str) -> usize {
        let next = self.names.len();
        let number = *self.numbers.entry(name).or_insert(next);
        if number == next {
            self.names.push(name);
        }
        number
    }

    /// A line: an element, its value, its attributes.
    fn element(&mut self, ns: &'t str, mut items: impl Iterator<Item = &'t str>) {
        let name = items.next().unwrap_or_default();
        let (name, kinds) = name.split_once('!').map_or((name, None), |(name, kinds)| (name, Some(kinds)));
        let element = self.number(name);
        let value = kinds.filter(|kinds| !kinds.is_empty()).map(|kinds| self.kinds(kinds));
        let from = self.attributes.len();
        for (name, kinds) in items.filter_map(|item| item.split_once('=')) {
            let (name, is_required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
            let (ns, local) = name.split_once(':').map_or(("None", name), |(prefix, local)| (namespace(prefix), local));
            let (name, kinds) = (self.number(local), self.kinds(kinds));
            self.attributes
                .push(format!("AttributeRule {{ ns: Ns::{ns}, name: Sym({name}), kinds: {kinds}, is_required: {is_required} }}"));
        }
        let to = self.attributes.len();
        let value = value.map_or("None".to_owned(), |value| format!("Some({value})"));
        let holds_text = kinds == Some("");
        let rule = format!("(Ns::{ns}, ElementRule {{ holds_text: {holds_text}, value: {value}, attributes: ({from}, {to}) }})");
        self.rules.entry(element).or_default().push(rule);
    }

    /// Letters for kinds of values, and enumerations in brackets.
    fn kinds(&mut self, text: &'t str) -> String {
        let (letters, named) = text.split_once('(').map_or((text, None), |(letters, named)| (letters, Some(named.trim_end_matches(')'))));
        let kind = |letter| match letter {
            'b' => "BOOLEAN",
            't' => "VML_BOOLEAN",
            'n' => "NUMBER",
            'h' => "HEX",
            'e' => "WORD",
            'd' => "DATE",
            'x' => "BASE64",
            'p' => "PANOSE",
            'l' => "LIST",
            'c' => "COLOUR",
            's' => "FREE",
            other => panic!("{TABLE}: {other} is no kind of value"),
        };
        let kinds: Vec<&str> = letters.chars().map(kind).collect();
        let choice = named.map_or(0, |named| {
            let place = self.choices.iter().position(|choice| *choice == named);
            1 + place.unwrap_or_else(|| {
                self.choices.push(named);
                self.choices.len() - 1
            })
        });
        format!("ValueKinds {{ kinds: {}, choice: {choice} }}", kinds.join(" | "))
    }

    /// The words of enumerations, given by their names with commas between them.
    fn words_of(&self, choice: &str) -> Vec<&'t str> {
        let known = |name: &str| self.enumerations.get(name).unwrap_or_else(|| panic!("{TABLE}: {name} is no enumeration")).clone();
        choice.split(',').flat_map(known).collect()
    }

    fn vocabulary(&self) -> String {
        let words: BTreeMap<&str, usize> = self.words.iter().copied().zip(0..).collect();
        let numbers = |choice: &&str| self.words_of(choice).iter().map(|word| words[word]).collect::<Vec<usize>>();
        let choices: Vec<String> = self.choices.iter().map(|choice| format!("&{:?}", numbers(choice))).collect();
        let rules: Vec<&str> = self.rules.values().flatten().map(String::as_str).collect();
        let mut first = vec![0];
        for name in 0..self.names.len() {
            first.push(first[name] + self.rules.get(&name).map_or(0, Vec::len));
        }
        format!(
            "static RULES: [(Ns, ElementRule); {}] = [{}];\nstatic FIRST: [u16; {}] = {first:?};\n\
             static ATTRIBUTES: [AttributeRule; {}] = [{}];\nstatic CHOICES: [&[u16]; {}] = [{}];\n{}",
            rules.len(),
            rules.join(",\n"),
            first.len(),
            self.attributes.len(),
            self.attributes.join(",\n"),
            choices.len(),
            choices.join(",\n"),
            list("WORDS", &self.words.iter().copied().collect::<Vec<_>>()),
        )
    }
}

/// What the code calls the namespace of a prefix.
fn namespace(prefix: &str) -> &'static str {
    let found = NAMESPACES.iter().find(|(known, _)| *known == prefix);
    found.unwrap_or_else(|| panic!("{TABLE}: {prefix} is no prefix")).1
}
