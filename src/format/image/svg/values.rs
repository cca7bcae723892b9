//! What the values of attributes and properties may look like.

/// Kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// Numbers, lengths, percentages, lists of them.
    Numbers,
    /// Path data.
    Path,
    /// Transformations.
    Transform,
    /// A colour or a paint server.
    Paint,
    /// `url(#id)` or `none`.
    Reference,
    /// Words of the standard.
    Keyword,
    /// Names of fonts.
    Font,
}

/// The family of an attribute or property; `None` for what is not kept.
pub(super) fn family(name: &str) -> Option<Family> {
    Some(match name {
        "x" | "y" | "x1" | "y1" | "x2" | "y2" | "cx" | "cy" | "r" | "rx" | "ry" | "fx" | "fy" | "fr" | "width" | "height" | "dx" | "dy"
        | "rotate" | "textLength" | "startOffset" | "offset" | "refX" | "refY" | "markerWidth" | "markerHeight" | "viewBox" | "points"
        | "stroke-width" | "stroke-dasharray" | "stroke-dashoffset" | "stroke-miterlimit" | "opacity" | "fill-opacity"
        | "stroke-opacity" | "stop-opacity" | "font-size" | "letter-spacing" | "word-spacing" | "baseline-shift" | "version"
        | "line-height" => Family::Numbers,
        "d" => Family::Path,
        "transform" | "gradientTransform" | "patternTransform" => Family::Transform,
        "fill" | "stroke" | "stop-color" | "color" => Family::Paint,
        "clip-path" | "mask" | "marker-start" | "marker-mid" | "marker-end" | "marker" | "filter" => Family::Reference,
        "fill-rule"
        | "clip-rule"
        | "stroke-linecap"
        | "stroke-linejoin"
        | "text-anchor"
        | "dominant-baseline"
        | "alignment-baseline"
        | "font-weight"
        | "font-style"
        | "font-variant"
        | "font-stretch"
        | "text-decoration"
        | "visibility"
        | "display"
        | "overflow"
        | "preserveAspectRatio"
        | "gradientUnits"
        | "spreadMethod"
        | "patternUnits"
        | "patternContentUnits"
        | "clipPathUnits"
        | "maskUnits"
        | "maskContentUnits"
        | "markerUnits"
        | "orient"
        | "lengthAdjust"
        | "method"
        | "spacing"
        | "writing-mode"
        | "direction"
        | "unicode-bidi"
        | "shape-rendering"
        | "text-rendering"
        | "image-rendering"
        | "color-interpolation"
        | "mix-blend-mode"
        | "isolation"
        | "vector-effect"
        | "paint-order"
        | "xml:space"
        | "white-space" => Family::Keyword,
        "font-family" => Family::Font,
        _ => return None,
    })
}

impl Family {
    /// Whether a value can be one of this family. Free text is not.
    pub(super) fn accepts(self, value: &str) -> bool {
        let value = value.trim();
        let words_in = |allowed: &[&str]| words(value).all(|word| allowed.contains(&word));
        let only = |extra: &str| value.chars().all(|c| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || extra.contains(c));
        match self {
            Self::Numbers => {
                only(".,+-%")
                    && words_in(&[
                        "e", "E", "px", "pt", "em", "rem", "ex", "mm", "cm", "in", "pc", "deg", "none", "auto", "normal", "sub", "super",
                        "baseline",
                    ])
            }
            Self::Path => {
                only(".,+-")
                    && words(value).all(|word| word.bytes().all(|byte| b"MmLlHhVvCcSsQqTtAaZzEe".contains(&byte)) && word.len() <= 4)
            }
            Self::Transform => only(".,+-()") && words_in(&["e", "E", "matrix", "translate", "scale", "rotate", "skewX", "skewY", "none"]),
            Self::Paint => match value.strip_prefix("url(") {
                Some(rest) => value.len() < 200 && rest.split_once(')').is_some_and(|(_, fallback)| is_colour(fallback.trim())),
                None => !value.is_empty() && is_colour(value),
            },
            Self::Reference => {
                value == "none" || value.strip_prefix("url(").is_some_and(|rest| rest.len() < 200 && rest.find(')') == Some(rest.len() - 1))
            }
            Self::Keyword => {
                value.len() < 60 && value.split_ascii_whitespace().all(|word| is_listed(word, KEYWORDS) || is_short_number(word))
            }
            Self::Font => value.len() < 200 && !value.contains(['(', ')', '<', '{', '}', ';', '\\', '@']),
        }
    }
}

/// A colour by number, by function or by name; nothing at all is the missing fallback of a paint server.
fn is_colour(value: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || b".,% -/".contains(&byte));
    match (value.strip_prefix('#'), value.split_once('(')) {
        (Some(hex), _) => hex.len() <= 8 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()),
        (_, Some(("rgb" | "rgba" | "hsl" | "hsla", numbers))) => numbers.strip_suffix(')').is_some_and(digits),
        _ => value.is_empty() || is_listed(&value.to_ascii_lowercase(), COLOURS),
    }
}

fn is_listed(word: &str, list: &str) -> bool {
    list.split_ascii_whitespace().any(|listed| listed == word)
}

/// An angle, or a weight of a font.
fn is_short_number(word: &str) -> bool {
    word.len() <= 8 && word.bytes().all(|byte| byte.is_ascii_digit() || b".-".contains(&byte))
}

/// Words that properties and attributes of the kind may have as their values (SVG 1.1 §4 and the property index; CSS).
const KEYWORDS: &str = "\
    100% absolute after-edge align all alphabetic alternate anonymous auto auto-start-reverse baseline before-edge bevel \
    bidi-override blink block bold bolder bottom break-spaces butt center central collapse color color-burn color-dodge condensed \
    crispEdges crisp-edges darken default difference embed end evenodd exact exclusion expanded extra-condensed extra-expanded fill \
    geometricPrecision hanging hard-light hidden horizontal-tb hue ideographic inherit initial inline inline-block isolate \
    isolate-override italic lighten lighter line-through linearRGB list-item lr lr-tb ltr luminosity markers mathematical meet \
    middle miter miter-clip multiply narrower no-change non-scaling-stroke none nonzero normal nowrap objectBoundingBox oblique \
    optimizeLegibility optimizeQuality optimizeSpeed overlay overline pad pixelated plaintext pre pre-line pre-wrap preserve reflect \
    repeat reset-size rl rl-tb round rtl run-in sRGB saturation screen scroll semi-condensed semi-expanded slice small-caps smooth \
    soft-light spacing spacingAndGlyphs square start stretch stroke strokeWidth table table-cell tb tb-rl text-after-edge \
    text-before-edge text-bottom text-top top ultra-condensed ultra-expanded underline unset use-script userSpaceOnUse vertical-lr \
    vertical-rl visible wavy wider xMaxYMax xMaxYMid xMaxYMin xMidYMax xMidYMid xMidYMin xMinYMax xMinYMid xMinYMin";

/// Names of colours (CSS Color 4 §6.1), and the words that stand for one.
const COLOURS: &str = "\
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood cadetblue \
    chartreuse chocolate context-fill context-stroke coral cornflowerblue cornsilk crimson currentcolor cyan darkblue darkcyan \
    darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon \
    darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue \
    firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink \
    indianred indigo inherit ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan \
    lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray \
    lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid \
    mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose \
    moccasin navajowhite navy none oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise \
    palevioletred papayawhip peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon \
    sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan teal thistle \
    tomato transparent turquoise violet wheat white whitesmoke yellow yellowgreen";

/// Runs of letters.
fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty())
}

/// Whether a property makes its element invisible; some do so only for text.
pub(super) fn hides(property: &str, value: &str, text: bool) -> bool {
    let value = value.trim().trim_end_matches("!important").trim().to_ascii_lowercase();
    let zero =
        || value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%').parse::<f64>().is_ok_and(|number| number.abs() < 0.005);
    match property {
        "display" => value == "none",
        "visibility" => matches!(value.as_str(), "hidden" | "collapse"),
        "opacity" => zero(),
        "fill-opacity" | "font-size" => text && zero(),
        "fill" => text && matches!(value.as_str(), "none" | "transparent"),
        _ => false,
    }
}

/// Identifiers in `url(#id)`.
pub(super) fn references(value: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = value;
    while let Some(start) = rest.find("url(") {
        rest = rest.get(start + 4..).unwrap_or_default();
        let end = rest.find(')').unwrap_or(rest.len());
        let target = rest.get(..end).unwrap_or_default().trim().trim_matches(['"', '\'']);
        out.extend(target.strip_prefix('#').map(str::to_owned));
    }
    out
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648 §4, white space allowed.
pub(in crate::format::image) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut bits, mut count) = (Vec::with_capacity(text.len() / 4 * 3), 0u32, 0u32);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        if byte == b'=' {
            continue;
        }
        let value = ALPHABET.iter().position(|letter| *letter == byte)? as u32;
        bits = (bits << 6 | value) & 0x00ff_ffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    Some(out)
}

/// RFC 4648 §4.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = (bits >> (18 - 6 * place)) & 63;
            out.push(if place <= chunk.len() { ALPHABET.get(letter as usize).copied().map_or('=', char::from) } else { '=' });
        }
    }
    out
}
