//! Whether values, properties and fields are what the standard has where they stand. A value that it does not have, or has no value for what
//! decides how an element is read, makes each reader guess: one leaves the element out, another takes some value for it. So do properties
//! behind what they are of, cells that no paragraph ends, and instructions out of any field.
//!
//! The simple types of ECMA-376-1 (Annex A) and of the extensions, as the vocabulary lists them. No word processor writes anything else.

use super::attributes::is_fingerprint;
use super::plan::Plan;
use super::report::Report;
use crate::format::xml::vocabulary::{self, AttributeRule, ElementRule, ValueKinds};
use crate::format::xml::{Attr, Kind, Ns, Sym, Tape, sym};
use crate::model::FindingKind;

const MISFIT: &str = "a value that the standard does not have where it stands, or none where it has one: readers guess, each in its way";
const BEHIND: &str = "properties behind what they are of: some readers pass over them";

/// Holds a part with any of these, wherever in it: what it decides may be whether something goes.
pub fn check(plan: &Plan<'_>, report: &mut Report) {
    let tape = &plan.tape;
    (0..misfits(tape)).for_each(|_| report.hold(FindingKind::Unknown, &plan.name, MISFIT));
    if tape.mixed {
        report.hold(FindingKind::Unknown, &plan.name, "transitional and strict names in one part: readers guess about one of them");
    }
    if has_elements_in_text(tape) {
        report.hold(FindingKind::Unknown, &plan.name, "elements within a text or an instruction: some readers do not see them");
    }
    if has_properties_behind(tape) {
        report.hold(FindingKind::Unknown, &plan.name, BEHIND);
    }
    if has_open_cell(tape) {
        report.hold(FindingKind::Unknown, &plan.name, "a table cell that no paragraph ends: some readers take what follows into it");
    }
    check_fields(plan, report);
}

/// Whether a text or an instruction holds elements (§17.3.3.31, §17.16.23, §22.1.2.116).
fn has_elements_in_text(tape: &Tape<'_>) -> bool {
    let holds_element = |text: usize| {
        let end = tape.node(text).next as usize;
        // Nearly all hold one piece of text.
        (text + 1..end).any(|inside| tape.node(inside).kind == Kind::Element)
    };
    let is_text = |text: &usize| matches!(tape.node(*text).ns, Ns::W | Ns::M | Ns::A);
    let names = [sym::T, sym::DEL_TEXT, sym::INSTR_TEXT, sym::DEL_INSTR_TEXT];
    names.into_iter().any(|name| tape.with_local_name(name).filter(is_text).any(holds_element))
}

/// Whether a cell ends with something else than a paragraph, or what holds one (§17.4.65). Foreign markup is no part of it.
fn has_open_cell(tape: &Tape<'_>) -> bool {
    tape.named(Ns::W, sym::TC).any(|cell| {
        let blocks = tape
            .children(cell)
            .map(|child| *tape.node(child))
            .filter(|node| node.kind == Kind::Element && (node.ns == Ns::Mc || node.ns == Ns::W && !goes_ahead(node.name)));
        blocks.last().is_none_or(|last| matches!(last.name, sym::TBL | sym::R | sym::TC | sym::TR))
    })
}

/// Whether the properties of a paragraph, run, table, row or cell follow something that it holds.
fn has_properties_behind(tape: &Tape<'_>) -> bool {
    let all = [(sym::R, sym::R_PR), (sym::P, sym::P_PR), (sym::TBL, sym::TBL_PR), (sym::TR, sym::TR_PR), (sym::TC, sym::TC_PR)];
    all.into_iter().any(|(of, properties)| {
        tape.named(Ns::W, properties).any(|index| {
            let Some(holder) = tape.parent(index).filter(|holder| holder + 1 < index && tape.is(*holder, Ns::W, of)) else { return false };
            // A second time they are behind the first, whatever stands between: nothing is gone through more than twice.
            tape.children(holder).take_while(|child| *child < index).any(|child| {
                let node = tape.node(child);
                node.kind == Kind::Element && node.ns == Ns::W && (node.name == properties || !goes_ahead(node.name))
            })
        })
    })
}

/// Holds a part with an instruction that is in the code of no field, or with part of a field outside of a run (§17.16.18, .23). The results of
/// fields in code are code.
fn check_fields(plan: &Plan<'_>, report: &mut Report) {
    let tape = &plan.tape;
    // Whether the result of each open field has begun, and of how many it has not.
    let (mut open, mut in_code) = (Vec::new(), 0_usize);
    for index in tape.named_any_in(Ns::W, &[sym::FLD_CHAR, sym::INSTR_TEXT, sym::DEL_INSTR_TEXT]) {
        let mut around = std::iter::successors(tape.parent(index), |around| tape.parent(*around)).map(|around| tape.node(around));
        if around.find(|node| node.ns != Ns::Mc).is_none_or(|node| !matches!(node.ns, Ns::W | Ns::M) || node.name != sym::R) {
            report.hold(FindingKind::Unknown, &plan.name, "part of a field outside of a run: some readers do not see it");
        }
        if tape.node(index).name != sym::FLD_CHAR {
            if in_code == 0 {
                report.hold(FindingKind::Unknown, &plan.name, "an instruction outside of the code of a field: some readers show it");
            }
            continue;
        }
        match tape.attr(index, Ns::W, sym::FLD_CHAR_TYPE).as_deref() {
            Some("begin") => {
                open.push(false);
                in_code += 1;
            }
            Some("separate") => {
                if let Some(is_in_result) = open.last_mut().filter(|is_in_result| !**is_in_result) {
                    *is_in_result = true;
                    in_code -= 1;
                }
            }
            _ => in_code -= usize::from(open.pop() == Some(false)),
        }
    }
}

/// Whether properties may follow an element: others, and marks of a place.
fn goes_ahead(name: Sym) -> bool {
    name == sym::PROOF_ERR || ["Start", "End", "Pr", "PrEx"].iter().any(|end| name.name().ends_with(end))
}

/// How many start tags have such a value, or lack one.
fn misfits(tape: &Tape<'_>) -> usize {
    // By tag: its rule, where not any text will do for all of its attributes. Those of one layout have the same attributes.
    let mut asked: Vec<Option<&ElementRule>> = Vec::with_capacity(tape.tag_total());
    let mut found = 0;
    for (ns, name, attrs, layout) in tape.tags() {
        let rule = asked.get(layout).copied().unwrap_or_else(|| {
            let rule = vocabulary::element(ns, name);
            found += usize::from(rule.is_some_and(|rule| lacks(rule, attrs)));
            rule.filter(|rule| attrs.iter().any(|attr| closed(rule, attr).is_some()))
        });
        asked.push(rule);
        let fits = |rule: &ElementRule, attr: &Attr| {
            closed(rule, attr).is_none_or(|kinds| {
                let value = tape.resolved_value(attr);
                // What decides by a word knows it without spaces around it.
                kinds.accepts(&value) && value.trim() == value
            })
        };
        found += usize::from(rule.is_some_and(|rule| !attrs.iter().all(|attr| fits(rule, attr))));
    }
    found
}

/// The kinds that the value of an attribute may be of, where it is not any text, and says something besides who wrote it.
fn closed(rule: &ElementRule, attr: &Attr) -> Option<ValueKinds> {
    let says_nothing = attr.ns == Ns::Xml || is_fingerprint(attr.ns, attr.name);
    rule.attribute(attr.ns, attr.name).filter(|kinds| !says_nothing && !kinds.is_free())
}

fn lacks(rule: &ElementRule, attrs: &[Attr]) -> bool {
    let is_there = |its: &AttributeRule| attrs.iter().any(|attr| attr.ns == its.ns && attr.name == its.name);
    rule.attributes().iter().any(|its| its.is_required && !is_there(its))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(xml: &str) -> usize {
        let spaces = [Ns::W, Ns::M, Ns::Mc, Ns::Wp, Ns::W14, Ns::V, Ns::Dgm].map(|ns| format!(" xmlns:{}=\"{}\"", ns.prefix(), ns.uri()));
        let text = format!("<w:document{}><w:body>{xml}</w:body></w:document>", spaces.concat());
        let plan = Plan::new(0, "part.xml", Tape::read("part.xml", text.as_bytes(), &crate::Limits::default()).unwrap());
        let mut report = Report::default();
        check(&plan, &mut report);
        report.holds().len()
    }

    fn held(all: &[&str]) {
        all.iter().for_each(|xml| assert_eq!(holds(xml), 1, "{xml}"));
    }

    fn passed(all: &[&str]) {
        all.iter().for_each(|xml| assert_eq!(holds(xml), 0, "{xml}"));
    }

    fn field(kinds: &[&str]) -> String {
        let part = |kind: &&str| match *kind {
            "code" => "<w:r><w:instrText>PAGE</w:instrText></w:r>".to_owned(),
            "deleted" => "<w:r><w:delInstrText>PAGE</w:delInstrText></w:r>".to_owned(),
            kind => format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>"),
        };
        format!("<w:p>{}</w:p>", kinds.iter().map(part).collect::<String>())
    }

    #[test]
    fn a_value_is_one_that_the_standard_has_there() {
        passed(&[
            r#"<w:jc w:val="center"/><w:jc w:val="thaiDistribute"/><w:vanish w:val="on"/><w:vanish/><w:sz w:val="21.5"/><w:ind w:left="-3pt"/>"#,
            r#"<w:color w:val="auto" w:themeColor="text1"/><w:color w:val="FF00FF"/><w:lvlJc w:val="start"/><w:textDirection w:val="tb"/>"#,
            r#"<w:p w:rsidR="no number"/><w:style w:styleId="any text"/><w:p w:unknown="x"/><w:ins w:id="8230859b-2eff"/>"#,
            r#"<v:shape stroked="t" filled=""/>"#,
            r#"<dgm:if func="cnt" op="equ" val="1" axis="root des" ptType="all node"/><dgm:rule type="w" fact="NaN" max="INF"/>"#,
        ]);
        held(&[
            r#"<w:r><w:fldChar w:fldCharType="separated"/></w:r>"#,
            // A word of the standard, of another place.
            r#"<w:jc w:val="dashed"/>"#,
            r#"<w:br w:type="begin"/>"#,
            r#"<w:vanish w:val="no"/>"#,
            r#"<w:vanish w:val=""/>"#,
            r#"<w:vanish w:val="t"/>"#,
            r#"<w:sz w:val=""/>"#,
            r#"<w:sz w:val="large"/>"#,
            r#"<w:color w:val="white"/>"#,
            r#"<w:color w:val="FFF"/>"#,
            r#"<w:lvl w:ilvl="one"/>"#,
            r#"<wp:extent cx="wide" cy="2"/>"#,
            r#"<dgm:if func="cnt" op="equ" val="1" axis="root leaf"/>"#,
            // Spelled by a reference.
            r#"<w:jc w:val="&#100;ashed"/>"#,
            r#"<w:r><w:fldChar w:fldCharType=" begin"/></w:r>"#,
            r#"<w:vanish w:val="0 "/>"#,
            // Laid out like one that is right.
            r#"<w:jc w:val="left" /><w:jc w:val="lift" />"#,
        ]);
    }

    #[test]
    fn a_value_without_which_an_element_is_not_there_is_given() {
        passed(&[r#"<w:bookmarkStart w:id="1" w:name="x"/>"#, "<w:ins/><w:br/><w:vanish/>"]);
        held(&[
            "<w:r><w:fldChar/></w:r>",
            // Without the prefix it is none of the standard.
            r#"<w:r><w:fldChar fldCharType="begin"/></w:r>"#,
            "<w:r><w:footnoteReference/></w:r>",
            r#"<w:pStyle w:value="x"/>"#,
            "<w:sz/>",
        ]);
    }

    #[test]
    fn properties_stand_ahead_of_what_they_are_of() {
        passed(&[
            "<w:p><w:pPr><w:rPr/></w:pPr><w:r><w:rPr/><w:t>x</w:t></w:r></w:p>",
            "<w:p><w:proofErr w:type=\"spellEnd\"/><w:pPr/></w:p>",
            "<w:tbl><w:bookmarkEnd w:id=\"1\"/><w:tblPr/><w:tr><w:tblPrEx/><w:trPr/><w:tc><w:tcPr/><w:p/></w:tc></w:tr></w:tbl>",
            "<w:p> <w:pPr/></w:p>",
        ]);
        held(&[
            "<w:p><w:r><w:t>x</w:t><w:rPr><w:vanish/></w:rPr></w:r></w:p>",
            "<w:p><w:r/><w:pPr/></w:p>",
            "<w:tbl><w:tr/><w:tblPr/></w:tbl>",
            "<w:tbl><w:tr><w:tc><w:p/></w:tc><w:trPr/></w:tr></w:tbl>",
            "<w:tbl><w:tr><w:tc><w:p/><w:tcPr/></w:tc></w:tr></w:tbl>",
        ]);
    }

    #[test]
    fn a_cell_ends_with_a_paragraph() {
        let cell = |inner: &str| holds(&format!("<w:tbl><w:tr><w:tc><w:tcPr/>{inner}</w:tc></w:tr></w:tbl>"));
        for (inner, count) in [
            ("<w:p/>", 0),
            ("<w:p/><w:bookmarkEnd w:id=\"1\"/>", 0),
            ("<w:tbl/><w:p/>", 0),
            ("<w:p/><w14:paragraph/>", 0),
            ("<w:sdt><w:sdtContent><w:p/></w:sdtContent></w:sdt>", 0),
            ("", 1),
            ("<w:p/><w:tbl/>", 1),
            ("<w:r/>", 1),
        ] {
            assert_eq!(cell(inner), count, "{inner}");
        }
    }

    #[test]
    fn instructions_are_in_the_code_of_a_field() {
        for kinds in [
            &["begin", "code", "separate", "end"][..],
            &["begin", "begin", "code", "separate", "code", "end", "code", "end"],
            &["begin", "deleted", "end", "separate", "end"],
        ] {
            assert_eq!(holds(&field(kinds)), 0, "{kinds:?}");
        }
        for kinds in [&["code"][..], &["deleted"], &["begin", "code", "separate", "code", "end"], &["begin", "end", "code", "end", "end"]] {
            assert_eq!(holds(&field(kinds)), 1, "{kinds:?}");
        }
        held(&[
            r#"<w:p><w:fldChar w:fldCharType="begin"/></w:p>"#,
            r#"<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:instrText>PAGE</w:instrText></w:p>"#,
        ]);
        passed(&[r#"<w:r><mc:AlternateContent><mc:Choice><w:fldChar w:fldCharType="begin"/></mc:Choice></mc:AlternateContent></w:r>"#]);
    }

    #[test]
    fn texts_hold_no_elements_and_names_are_of_one_standard() {
        passed(&["<w:p><w:r><w:t>a<!-- note -->b</w:t></w:r></w:p>", "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>"]);
        held(&[
            "<w:p><w:r><w:t>a<w:r/></w:t></w:r></w:p>",
            "<w:p><w:r><w:delText><mc:AlternateContent/></w:delText></w:r></w:p>",
            "<m:oMath><m:r><m:t><m:t>x</m:t></m:t></m:r></m:oMath>",
            r#"<x:p xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main"/>"#,
        ]);
    }
}
