//! Names: namespaces as a closed enum whatever the prefix, local names as small numbers.

use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt as _};

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

namespaces! {
    Xml "xml" ["http://www.w3.org/XML/1998/namespace"];
    Xmlns "xmlns" ["http://www.w3.org/2000/xmlns/"];
    W "w" ["http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"];
    M "m" ["http://schemas.openxmlformats.org/officeDocument/2006/math", "http://purl.oclc.org/ooxml/officeDocument/math"];
    R "r" ["http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships"];
    Mc "mc" ["http://schemas.openxmlformats.org/markup-compatibility/2006"];
    Wp "wp" ["http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing", "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing"];
    A "a" ["http://schemas.openxmlformats.org/drawingml/2006/main", "http://purl.oclc.org/ooxml/drawingml/main"];
    Pic "pic" ["http://schemas.openxmlformats.org/drawingml/2006/picture", "http://purl.oclc.org/ooxml/drawingml/picture"];
    C "c" ["http://schemas.openxmlformats.org/drawingml/2006/chart", "http://purl.oclc.org/ooxml/drawingml/chart"];
    Cdr "cdr" ["http://schemas.openxmlformats.org/drawingml/2006/chartDrawing", "http://purl.oclc.org/ooxml/drawingml/chartDrawing"];
    Dgm "dgm" ["http://schemas.openxmlformats.org/drawingml/2006/diagram", "http://purl.oclc.org/ooxml/drawingml/diagram"];
    Lc "lc" ["http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas", "http://purl.oclc.org/ooxml/drawingml/lockedCanvas"];
    V "v" ["urn:schemas-microsoft-com:vml"];
    O "o" ["urn:schemas-microsoft-com:office:office"];
    W10 "w10" ["urn:schemas-microsoft-com:office:word"];
    Xvml "x" ["urn:schemas-microsoft-com:office:excel"];
    Pvml "pvml" ["urn:schemas-microsoft-com:office:powerpoint"];
    Wps "wps" ["http://schemas.microsoft.com/office/word/2010/wordprocessingShape"];
    Wpg "wpg" ["http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"];
    Wpc "wpc" ["http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas"];
    Wpi "wpi" ["http://schemas.microsoft.com/office/word/2010/wordprocessingInk"];
    Wp14 "wp14" ["http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing"];
    Wp15 "wp15" ["http://schemas.microsoft.com/office/word/2012/wordprocessingDrawing"];
    W14 "w14" ["http://schemas.microsoft.com/office/word/2010/wordml"];
    W15 "w15" ["http://schemas.microsoft.com/office/word/2012/wordml"];
    W16Cid "w16cid" ["http://schemas.microsoft.com/office/word/2016/wordml/cid"];
    W16Se "w16se" ["http://schemas.microsoft.com/office/word/2015/wordml/symex"];
    W16 "w16" ["http://schemas.microsoft.com/office/word/2018/wordml"];
    W16Cex "w16cex" ["http://schemas.microsoft.com/office/word/2018/wordml/cex"];
    W16Du "w16du" ["http://schemas.microsoft.com/office/word/2023/wordml/word16du"];
    W16Sdtdh "w16sdtdh" ["http://schemas.microsoft.com/office/word/2020/wordml/sdtdatahash"];
    W16Sdtfl "w16sdtfl" ["http://schemas.microsoft.com/office/word/2024/wordml/sdtformatlock"];
    Wne "wne" ["http://schemas.microsoft.com/office/word/2006/wordml"];
    A14 "a14" ["http://schemas.microsoft.com/office/drawing/2010/main"];
    A15 "a15" ["http://schemas.microsoft.com/office/drawing/2012/main"];
    A16 "a16" ["http://schemas.microsoft.com/office/drawing/2014/main"];
    A1611 "a1611" ["http://schemas.microsoft.com/office/drawing/2016/11/main"];
    Adec "adec" ["http://schemas.microsoft.com/office/drawing/2017/decorative"];
    Asvg "asvg" ["http://schemas.microsoft.com/office/drawing/2016/SVG/main"];
    Am3d "am3d" ["http://schemas.microsoft.com/office/drawing/2017/model3d"];
    Aink "aink" ["http://schemas.microsoft.com/office/drawing/2016/ink"];
    C14 "c14" ["http://schemas.microsoft.com/office/drawing/2007/8/2/chart"];
    C15 "c15" ["http://schemas.microsoft.com/office/drawing/2012/chart"];
    C16 "c16" ["http://schemas.microsoft.com/office/drawing/2014/chart"];
    C16R2 "c16r2" ["http://schemas.microsoft.com/office/drawing/2015/06/chart"];
    C16R3 "c16r3" ["http://schemas.microsoft.com/office/drawing/2017/03/chart"];
    Cs "cs" ["http://schemas.microsoft.com/office/drawing/2012/chartStyle"];
    Cx "cx" ["http://schemas.microsoft.com/office/drawing/2014/chartex"];
    Cx1 "cx1" ["http://schemas.microsoft.com/office/drawing/2015/9/8/chartex"];
    Dsp "dsp" ["http://schemas.microsoft.com/office/drawing/2008/diagram"];
    Dgm14 "dgm14" ["http://schemas.microsoft.com/office/drawing/2010/diagram"];
    Ct "ct" ["http://schemas.openxmlformats.org/package/2006/content-types"];
    Rel "rel" ["http://schemas.openxmlformats.org/package/2006/relationships"];
    Cp "cp" ["http://schemas.openxmlformats.org/package/2006/metadata/core-properties"];
    Dc "dc" ["http://purl.org/dc/elements/1.1/"];
    Dcterms "dcterms" ["http://purl.org/dc/terms/"];
    Xsi "xsi" ["http://www.w3.org/2001/XMLSchema-instance"];
    Ap "ap" ["http://schemas.openxmlformats.org/officeDocument/2006/extended-properties", "http://purl.oclc.org/ooxml/officeDocument/extendedProperties"];
    Op "op" ["http://schemas.openxmlformats.org/officeDocument/2006/custom-properties", "http://purl.oclc.org/ooxml/officeDocument/customProperties"];
    Vt "vt" ["http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes", "http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes"];
    Ds "ds" ["http://schemas.openxmlformats.org/officeDocument/2006/customXml", "http://purl.oclc.org/ooxml/officeDocument/customXml"];
    OdfOffice "office" ["urn:oasis:names:tc:opendocument:xmlns:office:1.0"];
    OdfText "text" ["urn:oasis:names:tc:opendocument:xmlns:text:1.0"];
    OdfMeta "meta" ["urn:oasis:names:tc:opendocument:xmlns:meta:1.0"];
    OdfTable "table" ["urn:oasis:names:tc:opendocument:xmlns:table:1.0"];
    OdfDraw "draw" ["urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"];
    OdfStyle "style" ["urn:oasis:names:tc:opendocument:xmlns:style:1.0"];
    OdfConfig "config" ["urn:oasis:names:tc:opendocument:xmlns:config:1.0"];
    OdfManifest "manifest" ["urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"];
    LoExt "officeooo" ["http://openoffice.org/2009/office"];
    Svg "svg" ["http://www.w3.org/2000/svg"];
    Xlink "xlink" ["http://www.w3.org/1999/xlink"];
}

/// A local name. Equal numbers are equal names; [`Sym::UNKNOWN`] stands for every name that no standard we know uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(pub u16);

impl Sym {
    /// A name that no standard we know uses.
    pub const UNKNOWN: Sym = Sym(0);

    /// The number of a local name.
    pub fn of(name: &[u8]) -> Self {
        TABLE.numbers.get(name).copied().unwrap_or(Self::UNKNOWN)
    }

    /// How many numbers there are.
    pub fn count() -> usize {
        TABLE.names.len()
    }

    /// The local name.
    pub fn name(self) -> &'static str {
        TABLE.names.get(self.0 as usize).copied().unwrap_or("?")
    }
}

struct Table {
    names: Vec<&'static str>,
    numbers: HashMap<&'static [u8], Sym>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { names: vec!["?"], numbers: HashMap::new() };
    for name in sym::IN_CODE.iter().copied().chain(super::vocabulary::local_names()) {
        let next = Sym(table.names.len() as u16);
        table.numbers.entry(name.as_bytes()).or_insert_with(|| {
            table.names.push(name);
            next
        });
    }
    table
});

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
