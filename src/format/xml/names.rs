//! Names: namespaces as a closed enum whatever the prefix, local names as small numbers.

use std::sync::LazyLock;

use foldhash::HashMap;

macro_rules! namespaces {
    ($( $variant:ident $prefix:literal [ $($uri:literal),* ]; )*) => {
        /// A namespace that we know. Transitional and strict names are the same namespace here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "named by the prefixes in common use")]
        #[repr(u8)]
        pub enum Ns { None, Unknown, $( $variant, )* }

        impl Ns {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[Self::None, Self::Unknown, $( Self::$variant, )*];

            /// The namespace of a name (URI).
            pub fn of_uri(uri: &[u8]) -> Self {
                static TABLE: LazyLock<HashMap<&'static [u8], Ns>> = LazyLock::new(|| {
                    [ $( $( ($uri.as_bytes(), Ns::$variant), )* )* ].into_iter().collect()
                });
                if uri.is_empty() { Self::None } else { TABLE.get(uri).copied().unwrap_or(Self::Unknown) }
            }
            /// The namespace of a prefix in common use.
            pub fn of_prefix(prefix: &str) -> Self { match prefix { $( $prefix => Self::$variant, )* _ => Self::Unknown } }
            /// The prefix in common use.
            pub fn prefix(self) -> &'static str { match self { Self::None | Self::Unknown => "", $( Self::$variant => $prefix, )* } }
            /// Whether it has a transitional and a strict name.
            pub fn has_two_names(self) -> bool { match self { Self::None | Self::Unknown => false, $( Self::$variant => [ $($uri),* ].len() > 1, )* } }
            /// The name (URI), transitional where there are two.
            pub fn uri(self) -> &'static str { match self { Self::None | Self::Unknown => "", $( Self::$variant => [ $($uri),* ][0], )* } }
        }
    };
}

include!("namespaces.rs");

/// A local name. Equal numbers are equal names; [`Sym::UNKNOWN`] stands for every name that no standard we know uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(pub u16);

impl Sym {
    /// A name that no standard we know uses.
    pub const UNKNOWN: Sym = Sym(0);

    /// The number of a local name.
    pub fn of(name: &[u8]) -> Self {
        NUMBERS.get(name).copied().unwrap_or(Self::UNKNOWN)
    }

    /// How many numbers there are.
    pub const fn count() -> usize {
        NAMES.count()
    }

    /// The local name.
    pub fn name(self) -> &'static str {
        NAMES.get(self.0 as usize).unwrap_or("?")
    }
}

// The local names by their numbers: `?`, those in code, those of the vocabulary.
include!(concat!(env!("OUT_DIR"), "/names.rs"));

static NUMBERS: LazyLock<HashMap<&'static [u8], Sym>> =
    LazyLock::new(|| NAMES.iter().zip(0..).map(|(name, number)| (name.as_bytes(), Sym(number))).collect());

macro_rules! symbols {
    ($( $constant:ident $name:literal )*) => {
        /// The local names that the code speaks of.
        #[allow(missing_docs, reason = "each is the name it stands for")]
        pub mod sym {
            use super::Sym;
            #[allow(non_camel_case_types, dead_code, clippy::upper_case_acronyms, reason = "only a counter")]
            #[repr(u16)]
            enum Number { UNKNOWN_, $( $constant, )* }
            $( pub const $constant: Sym = Sym(Number::$constant as u16); )*
            #[cfg(test)]
            pub(super) const IN_CODE: &[&str] = &[ $( $name ),* ];
        }
    };
}

include!("symbols.rs");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_names_have_their_own_numbers() {
        for (index, name) in sym::IN_CODE.iter().enumerate() {
            assert_eq!(Sym::of(name.as_bytes()), Sym(index as u16 + 1), "{name} is listed twice");
        }
        assert_eq!(Sym::of(b"no-standard-uses-this"), Sym::UNKNOWN);
    }

    #[test]
    fn strict_and_transitional_are_one_namespace() {
        assert_eq!(Ns::of_uri(b"http://purl.oclc.org/ooxml/wordprocessingml/main"), Ns::W);
        assert_eq!(Ns::of_uri(Ns::W.uri().as_bytes()), Ns::W);
    }
}
