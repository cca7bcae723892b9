//! Names of fonts: those that tell nothing but a family and a style, and neutral ones for all others.

use super::metrics::Metrics;
use crate::format::fonts;

/// Families whose name tells a viewer what to use when the font is not embedded.
const FAMILIES: &[&str] = &[
    "Helvetica",
    "Times",
    "Courier",
    "Symbol",
    "ZapfDingbats",
    "Arial",
    "Calibri",
    "Cambria",
    "Candara",
    "Consolas",
    "Constantia",
    "Corbel",
    "Verdana",
    "Tahoma",
    "Georgia",
    "Trebuchet",
    "Garamond",
    "Bookman",
    "Palatino",
    "Century",
    "Book",
    "Segoe",
    "Franklin",
    "Gill",
    "Lucida",
    "Comic",
    "Impact",
    "Wingdings",
    "Webdings",
    "Myriad",
    "Minion",
    "Univers",
    "Frutiger",
    "Futura",
    "Optima",
    "Avenir",
    "Aptos",
    "Rockwell",
    "Liberation",
    "DejaVu",
    "Noto",
    "Roboto",
    "Open",
    "Source",
    "Ubuntu",
    "Carlito",
    "Caladea",
    "Nimbus",
    "URW",
    "CMR",
    "LM",
    "Latin",
    "MS-",
    "MSung",
    "MHei",
    "MSGothic",
    "MSMincho",
    "SimSun",
    "SimHei",
    "NSimSun",
    "KaiTi",
    "FangSong",
    "STSong",
    "STHeiti",
    "STKaiti",
    "STFangsong",
    "Batang",
    "Gulim",
    "Dotum",
    "Malgun",
    "HYGoThic",
    "HYGothic",
    "HYSMyeongJo",
    "HeiseiMin",
    "HeiseiKakuGo",
    "KozMin",
    "KozGo",
    "Kozuka",
    "Ryumin",
    "GothicBBB",
    "AdobeSong",
    "AdobeHeiti",
    "AdobeMing",
    "AdobeMyungjo",
    "AdobeKaiti",
    "AdobeFangsong",
    "AdobeSans",
    "AdobeSerif",
    "MingLiU",
    "PMingLiU",
    "Meiryo",
    "YuGothic",
    "YuMincho",
    "Hiragino",
    "Osaka",
    "GulimChe",
    "BatangChe",
    "Monotype",
    "Monaco",
    "Menlo",
    "Geneva",
    "Chicago",
    "New",
    "American",
    "Baskerville",
    "Bodoni",
    "Caslon",
    "Didot",
    "Hoefler",
    "Perpetua",
    "Sabon",
    "Tw",
    "Narrow",
    "Sim",
    "Albertus",
    "Antique",
    "CG",
    "Clarendon",
    "Coronet",
    "Letter",
    "Marigold",
    "Zapf",
    "ITC",
    "Avant",
    "Eurostile",
    "Copperplate",
    "Bell",
    "Goudy",
    "Haettenschweiler",
    "Andale",
    "Kaiti",
    "Mangal",
    "Sylfaen",
    "Vrinda",
    "Cordia",
    "Angsana",
    "Browallia",
    "Traditional",
    "Simplified",
    "Andalus",
    "David",
    "Miriam",
];

/// The family that a name begins with, the longest that fits.
fn family(name: &[u8]) -> Option<&'static str> {
    let bare = String::from_utf8_lossy(without_tag(name)).to_ascii_lowercase();
    let begins = |family: &&&str| bare.starts_with(&family.to_ascii_lowercase());
    FAMILIES.iter().filter(begins).max_by_key(|family| family.len()).copied()
}

/// Whether a name tells nothing but a well-known family and a style.
pub(super) fn is_plain_name(name: &[u8]) -> bool {
    /// Styles, and the second words of families that many files share.
    const WORDS: &[&str] = &[
        "semibold",
        "demibold",
        "extrabold",
        "ultrabold",
        "bold",
        "black",
        "heavy",
        "demi",
        "italic",
        "oblique",
        "regular",
        "regu",
        "roman",
        "psmt",
        "mt",
        "ps",
        "newer",
        "new",
        "light",
        "medium",
        "medi",
        "thin",
        "book",
        "narrow",
        "rounded",
        "condensed",
        "cond",
        "extended",
        "unicode",
        "ui",
        "ms",
        "sans",
        "serif",
        "mono",
        "math",
        "console",
        "schoolbook",
        "schlbk",
        "antiqua",
        "oldstyle",
        "old",
        "style",
        "gothic",
        "linotype",
        "typewriter",
        "handwriting",
        "no9l",
        "rom",
        "std",
        "pro",
        "lt",
        "symbol",
        "dingbats",
        "bright",
        "fax",
        "printer",
        "sc",
        "tc",
        "jp",
        "kr",
        "cjk",
        "han",
        "code",
        "w3",
        "w5",
        "w6",
        "w7",
        "w9",
        "pr6n",
        "pr6",
        "prn",
        "min",
        "mincho",
        "kaku",
        "myeongjo",
        "song",
        "ming",
        "heiti",
        "kaiti",
        "mj",
        "pgothic",
        "pmincho",
        "neue",
        "century",
        "avant",
        "garde",
        "sanl",
        "monl",
        "display",
        "text",
        "caps",
        "ext",
        "extra",
        "semi",
        "ultra",
        "bt",
        "0",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
    ];
    let bare = String::from_utf8_lossy(without_tag(name)).to_ascii_lowercase();
    let Some(family) = family(name) else { return false };
    let mut rest = bare.get(family.len()..).unwrap_or_default();
    loop {
        let next = rest.trim_start_matches(['-', ',', ' ']);
        let Some(word) = WORDS.iter().filter(|word| next.starts_with(**word)).max_by_key(|word| word.len()) else { break };
        rest = next.get(word.len()..).unwrap_or_default();
    }
    rest.is_empty() && bare.len() <= 48
}

/// Whether a name is that of a well-known family in Chinese, Japanese or Korean, in any of the codes in which such names are written. By it
/// viewers tell how many bytes a letter has.
pub(super) fn is_foreign_name(name: &[u8]) -> bool {
    const CODES: [&encoding_rs::Encoding; 5] =
        [encoding_rs::GBK, encoding_rs::BIG5, encoding_rs::SHIFT_JIS, encoding_rs::EUC_KR, encoding_rs::UTF_8];
    let family = name.split(|byte| *byte == b',').next().unwrap_or_default();
    let style = name.get(family.len()..).unwrap_or_default();
    let is_style = matches!(style, b"" | b",Bold" | b",Italic" | b",BoldItalic");
    let is_known = |code: &&'static encoding_rs::Encoding| {
        code.decode_without_bom_handling_and_without_replacement(family).is_some_and(|text| fonts::is_known(&text))
    };
    is_style && !family.is_ascii() && CODES.iter().any(is_known)
}

/// A name without the letters that tell subsets apart.
pub(super) fn without_tag(name: &[u8]) -> &[u8] {
    match name {
        [tag @ .., _] if name.len() > 7 && name.get(6) == Some(&b'+') && tag.iter().take(6).all(u8::is_ascii_uppercase) => {
            name.get(7..).unwrap_or(name)
        }
        _ => name,
    }
}

/// A neutral name that keeps the words by which viewers guess a style, and the family that they use where they cannot read the font.
pub(super) fn neutral_name(name: &[u8], embedded: bool) -> Vec<u8> {
    let text = String::from_utf8_lossy(name).to_ascii_lowercase();
    let family = family(name).unwrap_or("Font");
    let mut out = if embedded { format!("AAAAAA+{family}") } else { family.to_owned() };
    let bold = ["bold", "black", "heavy", "demi"].iter().any(|word| text.contains(word));
    let italic = ["italic", "oblique"].iter().any(|word| text.contains(word));
    if bold || italic {
        out.push('-');
    }
    if bold {
        out.push_str("Bold");
    }
    if italic {
        out.push_str("Italic");
    }
    // The words by which widths are told where the file gives none.
    let told = |name: &[u8]| [0, 2].map(|flags| Metrics::pick(name, flags));
    let kept = ["", "Roman", "Mono", "Sans", "Symbol", "Dingbats"].iter().map(|word| format!("{out}{word}").into_bytes());
    kept.into_iter().find(|kept| told(kept) == told(name)).unwrap_or_else(|| out.clone().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_named_in_other_scripts_are_known_in_their_codes() {
        for known in [&b"\xcb\xce\xcc\xe5"[..], b"\xcb\xce\xcc\xe5,Bold", b"\xb7\xc2\xcb\xce_GB2312", "新細明體".as_bytes()] {
            assert!(is_foreign_name(known), "{known:?}");
        }
        for other in [&b"Arial"[..], b"\xcb\xce\xcc\xe5 CANARY", b"\xcb\xce\xcc\xe5,CANARY", b"\xcb\xce\xcc", "Grüße".as_bytes()] {
            assert!(!is_foreign_name(other), "{other:?}");
        }
    }

    #[test]
    fn names_of_fonts_become_neutral_unless_viewers_need_them() {
        for name in [
            "ABCDEF+TimesNewRomanPS-BoldMT",
            "Segoe UI Semibold",
            "ArialUnicodeMS",
            "NimbusRomNo9L-Regu",
            "KozMinPr6N-Regular",
            "MS-Mincho",
        ] {
            assert!(is_plain_name(name.as_bytes()), "{name}");
        }
        assert_eq!(neutral_name(b"OpenProjectNightingale-Bold", false), b"Open-Bold");
        assert_eq!(neutral_name(b"ProjectNightingale-BoldOblique", false), b"Font-BoldItalic");
        assert_eq!(neutral_name(b"ABCDEF+ProjectNightingale-Bold", true), b"AAAAAA+Font-Bold");
        assert_eq!(neutral_name(b"ABCDEF+TimesNewRomanPS-ItalicMT", true), b"AAAAAA+Times-Italic");
        for (name, neutral) in
            [("Timus-Roman", "FontRoman"), ("NightMono", "FontMono"), ("Night-Demi", "Font-Bold"), ("NightSans", "FontSans")]
        {
            assert_eq!(neutral_name(name.as_bytes(), false), neutral.as_bytes());
            assert_eq!(neutral_name(neutral.as_bytes(), false), neutral.as_bytes());
        }
        assert!(is_plain_name(b"TimesNewRomanPS-BoldItalicMT") && is_plain_name(b"AAAAAA+Helvetica-Bold") && is_plain_name(b"Arial"));
        assert!(!is_plain_name(b"ArialNightingale") && !is_plain_name(b"Times-Nightingale") && !is_plain_name(b"Nightingale-Bold"));
    }
}
