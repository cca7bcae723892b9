//! Pictures of a copy: each cleaned, and cut to the frame that shows it.

use super::{Builder, Contents, Ids, OutPart, OutRel, OutRels, relative};
use crate::DocError;
use crate::format::image::{self, Crop};
use crate::format::ooxml::emit::References;
use crate::format::ooxml::package::Relationship;
use crate::format::ooxml::plan::Plan;
use crate::format::xml::{Ns, sym};
use crate::model::FindingKind;

/// Pixels of a picture that each of its bytes stands for: only what a picture has beyond them counts against the budget of all.
const PIXELS_PER_BYTE: u64 = 16;

impl Builder<'_, '_> {
    /// A picture, cleaned, and cut to the frame that shows it.
    #[allow(clippy::too_many_arguments, reason = "the pieces of one part under way")]
    pub(super) fn picture(
        &mut self,
        plan: &mut Plan<'_>,
        index: usize,
        name: &str,
        rel: &Relationship,
        part: usize,
        ids: &mut Ids,
        references: &mut References<'_>,
        rels: &mut OutRels,
    ) -> Result<(), DocError> {
        let crop = crop_of(plan, index);
        let key = (part, crop.as_ref().map(|(_, crop)| [crop.left, crop.top, crop.right, crop.bottom]));
        let (target, left) = if let Some((target, left)) = self.media.get(&key) {
            (target.clone(), *left)
        } else {
            let source = &self.package.parts[part];
            let is_first = self.used_parts.insert(part);
            let in_part = |mut error: DocError| {
                error.place.part.clone_from(&source.name);
                error
            };
            let bytes = source.bytes(self.limits)?;
            let clean = image::clean(&bytes, crop.map(|(_, crop)| crop), self.limits).map_err(in_part)?;
            let free = if is_first { PIXELS_PER_BYTE.saturating_mul(source.length) } else { 0 };
            self.pixels = self.pixels.saturating_add(clean.pixels.saturating_sub(free));
            image::within_document(self.pixels, self.limits).map_err(|fault| DocError::part(source.name.clone(), fault))?;
            for (kind, count) in &clean.removed {
                self.report.removed(*kind, &source.name, *count);
            }
            for secret in clean.secrets.iter().filter(|secret| !secret.starts_with("image/")) {
                self.report.words(FindingKind::ImageMetadata, &source.name, secret);
            }
            if !is_plain_picture_name(&source.name) {
                self.report.removed(FindingKind::PartName, "", 1);
            }
            let target = self.numbered("image", "word/media/image", clean.kind.extension());
            let contents = match &self.spool {
                Some(spool) if clean.bytes != *bytes => Contents::New(spool.put(clean.bytes.into())),
                Some(_) | None => Contents::Same(part),
            };
            self.out.push(OutPart { name: target.clone(), content_type: clean.kind.content_type().to_owned(), contents, rels: Vec::new() });
            self.media.insert(key, (target.clone(), clean.crop));
            (target, clean.crop)
        };
        if let Some((rectangle, _)) = crop {
            rewrite_crop(plan, rectangle, left.as_ref());
        }
        let target = relative(name, &target);
        // One relationship for each of the source's, and for each cut of its picture.
        let known = references.relationships.get(&rel.id).filter(|id| rels.has(id, &target)).or_else(|| rels.own.get(&target));
        let new = if let Some(known) = known {
            known.clone()
        } else {
            let new = if references.relationships.contains_key(&rel.id) { ids.id(None) } else { ids.id(Some(&rel.id)) };
            rels.push(OutRel { id: new.clone(), uri: rel.kind.uri(self.strict), target: target.clone(), external: false });
            new
        };
        references.relationships.entry(rel.id.clone()).or_insert_with(|| new.clone());
        if references.relationships.get(&rel.id) != Some(&new) {
            rels.own.entry(target).or_insert_with(|| new.clone());
            references.own_relationships.insert(index, new);
        }
        Ok(())
    }
}

/// Whether a picture has the name that word processors give: `image` and a number.
fn is_plain_picture_name(part: &str) -> bool {
    let stem = part.rsplit('/').next().and_then(|file| file.split('.').next()).unwrap_or_default();
    stem.strip_prefix("image").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The crop rectangle of a picture, with the element that says so (ECMA-376-1 §20.1.8.55; VML: part 4 §19.1.2.11).
pub fn crop_of(plan: &Plan<'_>, index: usize) -> Option<(usize, Crop)> {
    let tape = &plan.tape;
    if tape.is(index, Ns::A, sym::BLIP) {
        let fill = tape.parent(index)?;
        let rectangle = tape.children(fill).find(|child| tape.is(*child, Ns::A, sym::SRC_RECT))?;
        let side = |name| {
            let value = tape.attr(rectangle, Ns::None, name)?;
            let thousandths = match value.strip_suffix('%') {
                Some(percent) => percent.parse::<f64>().ok()? * 1000.0,
                None => value.parse::<f64>().ok()?,
            };
            Some(thousandths.clamp(0.0, 100_000.0) as u32)
        };
        let crop = Crop {
            left: side(sym::L).unwrap_or(0),
            top: side(sym::T).unwrap_or(0),
            right: side(sym::R).unwrap_or(0),
            bottom: side(sym::B).unwrap_or(0),
        };
        return (crop.left | crop.top | crop.right | crop.bottom != 0).then_some((rectangle, crop));
    }
    if tape.is(index, Ns::V, sym::IMAGEDATA) {
        let side = |name| {
            let value = tape.attr(index, Ns::None, name)?;
            // In 65536ths, in percent, or as a fraction.
            let share = match (value.strip_suffix('f'), value.strip_suffix('%')) {
                (Some(fixed), _) => fixed.trim().parse::<f64>().ok()? / 65536.0,
                (_, Some(percent)) => percent.trim().parse::<f64>().ok()? / 100.0,
                (None, None) => value.trim().parse::<f64>().ok()?,
            };
            Some((share.clamp(0.0, 1.0) * 100_000.0) as u32)
        };
        let crop = Crop {
            left: side(sym::CROPLEFT).unwrap_or(0),
            top: side(sym::CROPTOP).unwrap_or(0),
            right: side(sym::CROPRIGHT).unwrap_or(0),
            bottom: side(sym::CROPBOTTOM).unwrap_or(0),
        };
        return (crop.left | crop.top | crop.right | crop.bottom != 0).then_some((index, crop));
    }
    None
}

/// Writes what is left of a crop after the picture itself was cut. Negative sides (room around the picture) stay.
fn rewrite_crop(plan: &mut Plan<'_>, rectangle: usize, left: Option<&Crop>) {
    let vml = plan.tape.is(rectangle, Ns::V, sym::IMAGEDATA);
    let sides = if vml { [sym::CROPLEFT, sym::CROPTOP, sym::CROPRIGHT, sym::CROPBOTTOM] } else { [sym::L, sym::T, sym::R, sym::B] };
    let values = left.map_or([0; 4], |crop| [crop.left, crop.top, crop.right, crop.bottom]);
    for (side, value) in sides.into_iter().zip(values) {
        let negative = plan.tape.attr(rectangle, Ns::None, side).is_some_and(|value| value.starts_with('-'));
        if negative || plan.tape.attr(rectangle, Ns::None, side).is_none() {
            continue;
        }
        let value = match (value, vml) {
            (0, _) => None,
            (value, false) => Some(value.to_string()),
            (value, true) => Some(format!("{}f", u64::from(value) * 65536 / 100_000)),
        };
        plan.set_attr(rectangle, Ns::None, side, value);
    }
}
