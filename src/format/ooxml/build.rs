//! Puts the copy together: parts under neutral names, relationships and content types written anew.

mod definitions;
mod pack;
mod pictures;
mod rest;

use std::collections::{BTreeMap, BTreeSet};

use definitions::Definitions;
pub use pack::pack;
pub use pictures::crop_of;

use super::OoxmlFault;
use super::emit::{Purpose, References, Written, emit};
use super::incomplete::drop_incomplete;
use super::names::{NameOf, Names};
use super::package::{Package, Relationship, Target};
use super::plan::{Fate, Plan};
use super::relationship::RelKind;
use super::report::Report;
use super::stories::{self, Context};
use super::styles::StyleNames;
use super::{charts, drawing, look, numbering, places, signs, structure};
use crate::format::content::{Content, Spool};
use crate::format::image::Crop;
use crate::format::xml::{Ns, Sym, sym};
use crate::format::zip::Deflated;
use crate::model::FindingKind;
use crate::policy::{Action, Orders};
use crate::{DocError, Limits};

/// Contents of a part of the copy.
enum Contents {
    /// As in the source, by index.
    Same(usize),
    New(Content<'static>),
    /// Deflated on its way.
    Deflated(Deflated),
}

struct OutPart {
    name: String,
    content_type: String,
    contents: Contents,
    rels: Vec<OutRel>,
}

struct OutRel {
    id: String,
    uri: String,
    target: String,
    external: bool,
}

/// Relationships of a part of the copy.
#[derive(Default)]
struct OutRels {
    all: Vec<OutRel>,
    /// Identifiers and targets.
    known: BTreeSet<(String, String)>,
    /// Those of single elements: target -> identifier.
    own: BTreeMap<String, String>,
}

impl OutRels {
    fn push(&mut self, rel: OutRel) {
        self.known.insert((rel.id.clone(), rel.target.clone()));
        self.all.push(rel);
    }

    fn has(&self, id: &str, target: &str) -> bool {
        self.known.contains(&(id.to_owned(), target.to_owned()))
    }
}

/// Parts that may lead to each other one after the other. A chart leads to shapes, and a diagram to its drawing.
const PARTS_DEEP_MAX: usize = 16;

struct Builder<'b, 'p> {
    package: &'p Package<'p>,
    orders: &'b Orders,
    limits: &'b Limits,
    report: &'b mut Report,
    names: Names,
    out: Vec<OutPart>,
    /// Pictures written so far: source part and crop -> name in the copy.
    media: BTreeMap<(usize, Option<[u32; 4]>), (String, Option<Crop>)>,
    /// Other parts written so far: source part -> name in the copy.
    written: BTreeMap<usize, String>,
    counters: BTreeMap<&'static str, usize>,
    strict: bool,
    used_parts: BTreeSet<usize>,
    /// Parts that are under way, each led to by the one before.
    depth: usize,
    /// Pixels that were decoded, beyond those that their bytes stand for.
    pixels: u64,
    /// Where pictures wait; `None` where only the account is wanted.
    spool: Option<Spool>,
}

/// The parts of a copy, not packed yet.
pub struct Parts(Vec<OutPart>);

/// Decides on every part and writes it; the account of it goes into the report.
pub fn assemble(package: &Package<'_>, orders: &Orders, limits: &Limits, report: &mut Report, spool: &Spool) -> Result<Parts, DocError> {
    build(package, orders, limits, report, Some(spool.apart())).map(Parts)
}

/// The account that [`assemble`] gives, without the copy.
pub fn account(package: &Package<'_>, orders: &Orders, limits: &Limits, report: &mut Report) -> Result<(), DocError> {
    build(package, orders, limits, report, None).map(drop)
}

fn build(
    package: &Package<'_>,
    orders: &Orders,
    limits: &Limits,
    report: &mut Report,
    spool: Option<Spool>,
) -> Result<Vec<OutPart>, DocError> {
    package.format()?;
    let mut definitions = Definitions::open(package, orders, limits, report)?;
    let looks = look::Styles::read(definitions.styles.as_ref(), definitions.theme.as_ref(), definitions.settings.as_ref());
    let context = Context {
        package,
        orders,
        limits,
        styles: &looks,
        settings: definitions.settings.as_ref().map(stories::Settings::read).unwrap_or_default(),
        numbered_styles: definitions.styles.as_ref().map(numbering::numbered_styles).unwrap_or_default(),
    };
    let stories = stories::resolve(&context, package, report)?;
    stories::comments(package, limits, report)?;
    let style_names = definitions.resolve(&stories, &looks, orders, report);
    let strict = stories.plans.first().is_some_and(|plan| plan.tape.strict);
    let mut names = Names::new(orders.action(FindingKind::FontName) == Action::Keep);
    for (name, neutral) in &style_names.names {
        names.settle(NameOf::Style, name, neutral);
    }
    let mut builder = Builder {
        package,
        orders,
        limits,
        report,
        names,
        out: Vec::new(),
        media: BTreeMap::new(),
        written: BTreeMap::new(),
        counters: BTreeMap::new(),
        strict,
        used_parts: BTreeSet::new(),
        depth: 0,
        pixels: 0,
        spool,
    };
    builder.document(stories.plans, definitions.parts(), &style_names)?;
    builder.mark_of_word_2007()?;
    builder.account_for_the_rest()?;
    Ok(builder.out)
}

impl Builder<'_, '_> {
    fn document(
        &mut self,
        plans: Vec<Plan<'_>>,
        side: [(Option<Plan<'_>>, RelKind, &'static str); 5],
        style_names: &StyleNames,
    ) -> Result<(), DocError> {
        let mut story_names: BTreeMap<usize, String> = BTreeMap::new();
        for plan in plans.iter().skip(1) {
            let kind = self.package.rels_of(self.package.main).to_part(plan.part).map(|rel| rel.kind);
            let name = match kind {
                Some(RelKind::Header) => self.numbered("header", "word/header", "xml"),
                Some(RelKind::Footer) => self.numbered("footer", "word/footer", "xml"),
                Some(RelKind::Footnotes) => "word/footnotes.xml".to_owned(),
                _ => "word/endnotes.xml".to_owned(),
            };
            story_names.insert(plan.part, name);
        }
        let mut rest = plans.into_iter();
        let Some(main) = rest.next() else { return Ok(()) };
        let mut implicit: Vec<(RelKind, usize, String)> =
            side.iter().filter_map(|(plan, kind, name)| plan.as_ref().map(|plan| (*kind, plan.part, (*name).to_owned()))).collect();
        let others: Vec<Plan<'_>> = rest.collect();
        for plan in &others {
            let rel = self.package.rels_of(self.package.main).to_part(plan.part);
            if let Some(rel) = rel.filter(|rel| matches!(rel.kind, RelKind::Footnotes | RelKind::Endnotes)) {
                implicit.push((rel.kind, plan.part, story_names[&plan.part].clone()));
            }
        }
        self.written = story_names.clone();
        self.part(main, "word/document.xml", &implicit, style_names)?;
        for plan in others {
            let name = story_names[&plan.part].clone();
            self.part(plan, &name, &[], style_names)?;
        }
        for (plan, _, name) in side {
            if let Some(plan) = plan {
                self.part(plan, name, &[], style_names)?;
            }
        }
        Ok(())
    }

    /// Word 2007 left out what it took for granted in charts; readers fill that in by the version that the properties name (ECMA-376-1
    /// §22.2.2.1, §22.2.2.3). Such a copy says that version, in the same words for all, and nothing else.
    fn mark_of_word_2007(&mut self) -> Result<(), DocError> {
        let Some(part) = self.package.root_related(RelKind::ExtendedProperties).filter(|_| !self.strict) else { return Ok(()) };
        if !self.out.iter().any(|part| part.content_type.ends_with("drawingml.chart+xml")) {
            return Ok(());
        }
        let tape = self.package.tape(part, self.limits)?;
        let says = |name: &str, start: &str| {
            let mut named = tape.children(tape.root).filter(|child| tape.node(*child).name == Sym::of(name.as_bytes()));
            named.any(|child| tape.inner_text(child).trim().starts_with(start))
        };
        if says("Application", "Microsoft") && says("AppVersion", "12.") {
            let source = &self.package.parts[part];
            if *source.bytes(self.limits)? == *WORD_2007.as_bytes() {
                self.used_parts.insert(part);
            }
            self.out.push(OutPart {
                name: "docProps/app.xml".into(),
                content_type: "application/vnd.openxmlformats-officedocument.extended-properties+xml".into(),
                contents: Contents::New(WORD_2007.as_bytes().into()),
                rels: Vec::new(),
            });
        }
        Ok(())
    }

    fn numbered(&mut self, counter: &'static str, stem: &str, extension: &str) -> String {
        let count = self.counters.entry(counter).or_default();
        *count += 1;
        format!("{stem}{count}.{extension}")
    }

    /// Writes one part and the parts it refers to.
    fn part(
        &mut self,
        mut plan: Plan<'_>,
        name: &str,
        implicit: &[(RelKind, usize, String)],
        style_names: &StyleNames,
    ) -> Result<(), DocError> {
        self.used_parts.insert(plan.part);
        signs::check(&plan, self.report);
        let slot = self.out.len();
        self.out.push(OutPart {
            name: name.to_owned(),
            content_type: self.package.parts[plan.part].content_type.clone(),
            contents: Contents::Same(plan.part),
            rels: Vec::new(),
        });
        let mut ids = Ids::new(self.package.rels_of(plan.part));
        let mut references = References { styles: Some(&style_names.ids), style_names: Some(&style_names.names), ..References::default() };
        let mut rels = OutRels::default();
        for (kind, part, target) in implicit {
            let source = self
                .package
                .rels_of(plan.part)
                .iter()
                .find(|rel| rel.target == Target::Part(*part) && rel.kind == *kind)
                .map(|rel| rel.id.as_str());
            rels.push(OutRel { id: ids.id(source), uri: kind.uri(self.strict), target: relative(name, target), external: false });
        }
        self.depth += 1;
        if self.depth > PARTS_DEEP_MAX {
            return Err(DocError::part(plan.name, OoxmlFault::PartsTooDeep { limit: PARTS_DEEP_MAX }));
        }
        self.referred(&mut plan, name, &mut ids, &mut references, &mut rels)?;
        self.depth -= 1;
        drop_incomplete(&mut plan, &references, self.report);
        let mut rels = rels.all;
        let purpose = if self.spool.is_some() { Purpose::Copy } else { Purpose::Account };
        let written = emit(&plan, &references, &mut self.names, self.report, purpose);
        rels.sort_by(|one, other| natural(&one.id).cmp(&natural(&other.id)));
        let out = &mut self.out[slot];
        out.rels = rels;
        match written {
            None => {}
            Some(Written::Whole(bytes)) => out.contents = Contents::New(bytes.into()),
            Some(Written::Deflated(deflated)) => out.contents = Contents::Deflated(deflated),
        }
        Ok(())
    }

    /// Follows every relationship that an element which stays refers to.
    fn referred(
        &mut self,
        plan: &mut Plan<'_>,
        name: &str,
        ids: &mut Ids,
        references: &mut References<'_>,
        rels: &mut OutRels,
    ) -> Result<(), DocError> {
        for index in plan.tape.with_attr(drawing::is_reference) {
            if !plan.alive(index) {
                continue;
            }
            for attr in plan.tape.attrs(index).to_vec() {
                if !drawing::refers(&attr)
                    || plan.attrs.get(&(index, attr.ns, attr.name)).is_some_and(Option::is_none)
                    || plan.fate[index] != Fate::Keep
                {
                    continue;
                }
                let id = plan.tape.value(&attr).to_owned();
                let package = self.package;
                let Some(rel) = package.rels_of(plan.part).by_id(&id) else { continue };
                if let (RelKind::Image, Target::Part(part)) = (rel.kind, &rel.target) {
                    self.picture(plan, index, name, rel, *part, ids, references, rels)?;
                    continue;
                }
                if references.relationships.contains_key(&id) {
                    continue;
                }
                let Some((target, external)) = self.target(rel, plan, ids, rels, name)? else { continue };
                let new = ids.id(Some(&id));
                let target = if external { target } else { relative(name, &target) };
                rels.push(OutRel { id: new.clone(), uri: rel.kind.uri(self.strict), target, external });
                references.relationships.insert(id, new);
            }
        }
        Ok(())
    }

    /// The name in the copy of what a relationship leads to; `None` when it does not go along.
    fn target(
        &mut self,
        rel: &Relationship,
        plan: &Plan<'_>,
        ids: &mut Ids,
        rels: &mut OutRels,
        host: &str,
    ) -> Result<Option<(String, bool)>, DocError> {
        if structure::link_stays(Some(rel), self.orders) {
            let Target::External(address) = &rel.target else { return Ok(None) };
            return Ok(Some((address.clone(), true)));
        }
        let Target::Part(part) = rel.target else { return Ok(None) };
        if let Some(name) = self.written.get(&part) {
            return Ok(Some((name.clone(), false)));
        }
        let name = match rel.kind {
            RelKind::Chart => self.numbered("chart", "word/charts/chart", "xml"),
            RelKind::ChartUserShapes => self.numbered("shapes", "word/drawings/drawing", "xml"),
            RelKind::DiagramData => self.numbered("data", "word/diagrams/data", "xml"),
            RelKind::DiagramLayout => self.numbered("layout", "word/diagrams/layout", "xml"),
            RelKind::DiagramQuickStyle => self.numbered("quickStyle", "word/diagrams/quickStyle", "xml"),
            RelKind::DiagramColors => self.numbered("colors", "word/diagrams/colors", "xml"),
            _ => return Ok(None),
        };
        self.written.insert(part, name.clone());
        let mut child = stories::open(self.package, part, self.orders, self.limits, self.report)?;
        if rel.kind == RelKind::Chart {
            charts::check_labels(&child, self.report);
        }
        drawing::resolve(&mut child, self.package.rels_of(part), self.orders, self.report);
        match rel.kind {
            RelKind::Chart | RelKind::ChartUserShapes => {
                charts::resolve_chart(&mut child, self.report);
                places::check(&mut child, self.report);
            }
            RelKind::DiagramData => self.diagram_data(&mut child, plan, ids, rels, host)?,
            _ => charts::resolve_diagram(&mut child, self.report),
        }
        drawing::resolve_targets(&mut child, self.package.rels_of(part));
        self.part(child, &name, &[], &StyleNames::default())?;
        Ok(Some((name, false)))
    }

    /// The data of a diagram, with the drawing that shows it (MS-ODRAWXML §2.3.4): the data names a relationship of the host.
    fn diagram_data(
        &mut self,
        data: &mut Plan<'_>,
        host: &Plan<'_>,
        ids: &mut Ids,
        rels: &mut OutRels,
        host_name: &str,
    ) -> Result<(), DocError> {
        charts::resolve_diagram(data, self.report);
        let link = data.living().find(|node| data.tape.is(*node, Ns::Dsp, sym::DATA_MODEL_EXT));
        let id = link.and_then(|link| data.tape.attr(link, Ns::None, sym::REL_ID)).unwrap_or_default().into_owned();
        let found = self.package.rels_of(host.part).by_id(&id).filter(|rel| rel.kind == RelKind::DiagramDrawing);
        let (Some(link), Some(&Relationship { target: Target::Part(part), .. })) = (link, found) else {
            if charts::has_text_beside_boxes(data) {
                self.report.hold(FindingKind::ChartData, &data.name, "a diagram without a drawing holds text outside of its boxes");
            }
            link.into_iter().for_each(|link| data.drop_node(link));
            return Ok(());
        };
        let mut drawn = stories::open(self.package, part, self.orders, self.limits, self.report)?;
        drawing::resolve(&mut drawn, self.package.rels_of(part), self.orders, self.report);
        if !charts::data_is_drawn(data, &drawn) {
            self.report.hold(FindingKind::ChartData, &data.name, "a diagram holds text that its drawing does not show");
        }
        charts::check_diagram(&drawn, host, self.report);
        drawing::resolve_targets(&mut drawn, self.package.rels_of(part));
        let name = self.numbered("diagramDrawing", "word/diagrams/drawing", "xml");
        self.written.insert(part, name.clone());
        self.part(drawn, &name, &[], &StyleNames::default())?;
        let new = ids.id(Some(&id));
        rels.push(OutRel {
            id: new.clone(),
            uri: RelKind::DiagramDrawing.uri(self.strict),
            target: relative(host_name, &name),
            external: false,
        });
        data.set_attr(link, Ns::None, sym::REL_ID, Some(new));
        Ok(())
    }
}

/// The extended properties of a copy whose charts Word 2007 wrote.
pub const WORD_2007: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"><Application>Microsoft Office Word</Application><AppVersion>12.0000</AppVersion></Properties>";

/// Relationship identifiers of one part: `rId` and a number stays, anything else becomes that.
struct Ids {
    taken: BTreeSet<String>,
    next: usize,
}

impl Ids {
    fn new(source: &[Relationship]) -> Self {
        Self { taken: source.iter().map(|rel| rel.id.clone()).filter(|id| is_plain_id(id)).collect(), next: 1 }
    }

    fn id(&mut self, source: Option<&str>) -> String {
        if let Some(id) = source.filter(|id| is_plain_id(id)) {
            return id.to_owned();
        }
        loop {
            let id = format!("rId{}", self.next);
            self.next += 1;
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

fn is_plain_id(id: &str) -> bool {
    id.strip_prefix("rId").is_some_and(|number| (1..=5).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Numbers in identifiers compare as numbers.
fn natural(id: &str) -> (usize, &str) {
    (id.trim_start_matches(|character: char| !character.is_ascii_digit()).parse().unwrap_or(usize::MAX), id)
}

/// A target as its source writes it.
fn relative(source: &str, target: &str) -> String {
    let folder = source.rsplit_once('/').map_or("", |(folder, _)| folder);
    match target.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) {
        Some(rest) => rest.to_owned(),
        None => format!("/{target}"),
    }
}
