//! Packs the parts of a copy: content types (ECMA-376-2 §6.2.3), relationships (§6.5), and the container.

use std::collections::BTreeMap;

use super::{Contents, OutPart, OutRel, Parts};
use crate::format::content::{Content, Spool};
use crate::format::ooxml::package::Package;
use crate::format::ooxml::relationship::RelKind;
use crate::format::zip::Writer;
use crate::{DocError, Limits};

/// Packs the parts, sorted by name.
///
/// # Errors
/// When a part cannot be read any more, or the disk takes no copy.
pub fn pack(package: &Package<'_>, Parts(mut parts): Parts, limits: &Limits, spool: &Spool) -> Result<Content<'static>, DocError> {
    let mut writer = Writer::to(spool.sink());
    parts.sort_by(|one, other| one.name.cmp(&other.name));
    writer.add("[Content_Types].xml", content_types(&parts).as_bytes());
    let strict = parts.iter().any(|part| part.rels.iter().any(|rel| rel.uri.starts_with("http://purl.oclc.org/")));
    let root =
        |id: &str, kind: RelKind, target: &str| OutRel { id: id.into(), uri: kind.uri(strict), target: target.into(), external: false };
    let mut roots = vec![root("rId1", RelKind::OfficeDocument, "word/document.xml")];
    if parts.iter().any(|part| part.name == "docProps/app.xml") {
        roots.push(root("rId2", RelKind::ExtendedProperties, "docProps/app.xml"));
    }
    writer.add("_rels/.rels", rels_text(&roots).as_bytes());
    for part in &parts {
        match &part.contents {
            Contents::Same(index) => {
                let source = &package.parts[*index];
                match source.raw() {
                    Some((method, raw)) => writer.add_raw(&part.name, method, raw, source.length, source.crc32()),
                    None => writer.add(&part.name, &source.bytes(limits)?),
                }
            }
            Contents::New(content) => writer.add(&part.name, &content.whole()?),
            Contents::Deflated(deflated) => writer.add_deflated(&part.name, deflated),
        }
        if !part.rels.is_empty() {
            let (folder, file) = part.name.rsplit_once('/').unwrap_or(("", &part.name));
            writer.add(&format!("{folder}/_rels/{file}.rels"), rels_text(&part.rels).as_bytes());
        }
    }
    Ok(writer.close()?)
}

fn content_types(parts: &[OutPart]) -> String {
    let mut defaults: BTreeMap<&str, &str> =
        BTreeMap::from([("rels", "application/vnd.openxmlformats-package.relationships+xml"), ("xml", "application/xml")]);
    let mut overrides = Vec::new();
    for part in parts {
        let extension = part.name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if extension != "xml" && *defaults.entry(extension).or_insert(&part.content_type) == part.content_type {
            continue;
        }
        overrides.push((&part.name, &part.content_type));
    }
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">",
    );
    for (extension, content_type) in defaults {
        out.push_str(&format!("<Default Extension=\"{extension}\" ContentType=\"{content_type}\"/>"));
    }
    for (name, content_type) in overrides {
        out.push_str(&format!("<Override PartName=\"/{name}\" ContentType=\"{}\"/>", canonical_type(content_type)));
    }
    out.push_str("</Types>");
    out
}

/// Content types compare without regard to case; word processors want these as the standard spells them.
fn canonical_type(lower: &str) -> String {
    lower
        .replace("macroenabledtemplate", "macroEnabledTemplate")
        .replace("macroenabled.", "macroEnabled.")
        .replace("fonttable", "fontTable")
        .replace("websettings", "webSettings")
        .replace("diagramdata", "diagramData")
        .replace("diagramlayout", "diagramLayout")
        .replace("diagramstyle", "diagramStyle")
        .replace("diagramcolors", "diagramColors")
}

fn rels_text(rels: &[OutRel]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">",
    );
    for rel in rels {
        out.push_str(&format!("<Relationship Id=\"{}\" Type=\"{}\" Target=\"", rel.id, rel.uri));
        crate::format::xml::escape_into(&mut out, &rel.target);
        out.push_str(if rel.external { "\" TargetMode=\"External\"/>" } else { "\"/>" });
    }
    out.push_str("</Relationships>");
    out
}
