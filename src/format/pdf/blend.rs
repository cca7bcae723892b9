//! How colours are mixed with what is under them (ISO 32000-2 §11.3.5), as far as it tells what stays visible.

use super::colour::Rgb;

/// A blend mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Blend {
    /// Takes the place of what is under it.
    #[default]
    Normal,
    Multiply,
    Screen,
    Overlay,
    Darken,
    Lighten,
    ColorDodge,
    ColorBurn,
    HardLight,
    SoftLight,
    Difference,
    Exclusion,
    /// `Hue`, `Saturation` and `Color`: leaves light and dark as they are.
    Tint,
    /// Takes light and dark from above, and nothing else.
    Luminosity,
}

impl Blend {
    /// By the name of the mode; `None` for one that is not known.
    pub(super) fn by_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"Normal" | b"Compatible" => Self::Normal,
            b"Multiply" => Self::Multiply,
            b"Screen" => Self::Screen,
            b"Overlay" => Self::Overlay,
            b"Darken" => Self::Darken,
            b"Lighten" => Self::Lighten,
            b"ColorDodge" => Self::ColorDodge,
            b"ColorBurn" => Self::ColorBurn,
            b"HardLight" => Self::HardLight,
            b"SoftLight" => Self::SoftLight,
            b"Difference" => Self::Difference,
            b"Exclusion" => Self::Exclusion,
            b"Hue" | b"Saturation" | b"Color" => Self::Tint,
            b"Luminosity" => Self::Luminosity,
            _ => return None,
        })
    }

    /// Whether it takes the place of what is under it, light and dark.
    pub(super) fn is_plain(self) -> bool {
        matches!(self, Self::Normal | Self::Luminosity)
    }

    /// What is left of a difference in red, green and blue under a paint of this opacity and colour. Of a colour that is not known the
    /// one that leaves least counts.
    pub(super) fn leaves(self, alpha: f32, colour: Rgb) -> [f32; 3] {
        let by =
            |taken: fn(f32) -> f32| colour.map_or([1.0 - alpha; 3], |colour| colour.map(|part| 1.0 - alpha * taken(part).clamp(0.0, 1.0)));
        match self {
            Self::Normal | Self::Luminosity => [1.0 - alpha; 3],
            // Black takes everything away, white nothing.
            Self::Multiply | Self::Darken | Self::ColorBurn => by(|part| 1.0 - part),
            // White takes everything away, black nothing.
            Self::Screen | Self::Lighten | Self::ColorDodge => by(|part| part),
            Self::HardLight => by(|part| (2.0 * part - 1.0).abs()),
            // A middle grey takes everything away.
            Self::Difference | Self::Exclusion => by(|part| 1.0 - (1.0 - 2.0 * part).abs()),
            Self::Overlay | Self::SoftLight | Self::Tint => [1.0; 3],
        }
    }

    /// What an opaque paint makes of the colour under it (§11.3.5.2, §11.3.5.3). All modes that keep light and dark count as `Color`.
    pub(super) fn over(self, under: [f32; 3], paint: [f32; 3]) -> [f32; 3] {
        let by = |mix: fn(f32, f32) -> f32| {
            let [(a, x), (b, y), (c, z)] = [(under[0], paint[0]), (under[1], paint[1]), (under[2], paint[2])];
            [mix(a, x), mix(b, y), mix(c, z)].map(|part| part.clamp(0.0, 1.0))
        };
        let light = |colour: [f32; 3]| 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2];
        let lit = |colour: [f32; 3], by: [f32; 3]| colour.map(|part| (part + light(by) - light(colour)).clamp(0.0, 1.0));
        match self {
            Self::Normal => paint,
            Self::Multiply => by(|under, paint| under * paint),
            Self::Screen => by(screen),
            Self::Overlay => by(|under, paint| hard_light(paint, under)),
            Self::Darken => by(f32::min),
            Self::Lighten => by(f32::max),
            Self::ColorDodge => by(|under, paint| if under <= 0.0 { 0.0 } else { under / (1.0 - paint).max(1e-6) }),
            Self::ColorBurn => by(|under, paint| if under >= 1.0 { 1.0 } else { 1.0 - (1.0 - under) / paint.max(1e-6) }),
            Self::HardLight => by(hard_light),
            Self::SoftLight => by(soft_light),
            Self::Difference => by(|under, paint| (under - paint).abs()),
            Self::Exclusion => by(|under, paint| under + paint - 2.0 * under * paint),
            Self::Tint => lit(paint, under),
            Self::Luminosity => lit(under, paint),
        }
    }
}

fn screen(under: f32, paint: f32) -> f32 {
    under + paint - under * paint
}

fn hard_light(under: f32, paint: f32) -> f32 {
    if paint <= 0.5 { under * 2.0 * paint } else { screen(under, 2.0 * paint - 1.0) }
}

fn soft_light(under: f32, paint: f32) -> f32 {
    if paint <= 0.5 {
        return under - (1.0 - 2.0 * paint) * under * (1.0 - under);
    }
    let curve = if under <= 0.25 { ((16.0 * under - 12.0) * under + 4.0) * under } else { under.sqrt() };
    under + (2.0 * paint - 1.0) * (curve - under)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_mix_as_the_standard_says() {
        let [black, white, grey] = [[0.0; 3], [1.0; 3], [0.5; 3]];
        for (name, under, paint, result) in [
            (&b"Multiply"[..], white, grey, grey),
            (b"Screen", black, grey, grey),
            (b"Overlay", black, white, black),
            (b"HardLight", black, white, white),
            (b"SoftLight", black, white, black),
            (b"Difference", white, white, black),
            (b"Exclusion", white, black, white),
            (b"ColorDodge", black, white, black),
            (b"ColorBurn", white, black, white),
            (b"Color", black, white, black),
            (b"Luminosity", black, white, white),
            (b"Hue", [1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]),
        ] {
            let mixed = Blend::by_name(name).expect("a mode").over(under, paint);
            assert!(super::super::colour::alike(mixed, result), "{name:?}: {mixed:?}");
        }
    }
}
