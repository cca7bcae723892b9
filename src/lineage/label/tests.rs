use super::*;

/// `major.minor.patch|number|rev|stage|date|initials|copy|marks`, empty fields and empty ends left out.
fn shown(text: &str) -> String {
    let label = parse(text);
    let version: Vec<String> = [label.major, label.minor, label.patch].iter().flatten().map(u32::to_string).collect();
    let fields = [
        version.join("."),
        label.number.map(|number| number.to_string()).unwrap_or_default(),
        label.rev.unwrap_or_default(),
        label.stage.unwrap_or_default(),
        label.date.unwrap_or_default(),
        label.initials.join(";"),
        label.copy.map(|copy| copy.to_string()).unwrap_or_default(),
        label.marks.join(";"),
    ];
    fields.join("|").trim_end_matches('|').to_owned()
}

#[test]
fn names_as_officers_write_them() {
    for (text, fields) in [
        ("Housing review v0.3.docx", "0.3"),
        ("Housing review V0.3 clean.docx", "0.3|||||||clean"),
        ("Housing review_v1.10_final.docx", "1.10|||final"),
        ("Housing review ver. 2.docx", "2"),
        ("Housing review Version 2.1 - tracked changes.docx", "2.1|||||||tracked"),
        ("HousingReviewDraft2.docx", "|2||draft"),
        ("Housing review Draft 2 KM comments.docx", "|2||draft||KM||comments"),
        ("Housing review second draft.docx", "|2||draft"),
        ("Housing review 3rd draft JS edits.docx", "|3||draft||JS||edits"),
        ("Housing review - FINAL (2).docx", "|||final|||2"),
        ("Housing review final.docx", "|||final"),
        ("Copy of Housing review v4.docx", "4||||||1"),
        ("Housing review - Copy (3).docx", "||||||3"),
        ("Housing review rev B.docx", "||B"),
        ("Housing review v0.4 for fact check.docx", "0.4|||fact-check"),
        ("Housing review factcheck version 2018-02-12.docx", "|||fact-check|2018-02-12"),
        ("Housing review RC1.docx", "|1||release-candidate"),
        ("Housing review 14.02.2018 AB+CD comments.docx", "||||2018-02-14|AB;CD||comments"),
        ("Housing review 14 February 2018_ab.docx", "||||2018-02-14|AB"),
        ("Housing review v2.1a.docx", "2.1||A"),
        ("Housing review redline v3 vs v2.docx", "3|||||||tracked"),
        ("Housing review comments from KM.docx", "|||||KM||comments"),
        ("Housing review v3 signed off.docx", "3|||approved"),
        ("Housing review v3 - for publication.docx", "3|||published"),
        ("Housing review v0.9 draft for comment.docx", "0.9|||consultation"),
        ("Housing review 3rd draft 5.3.18.docx", "|3||draft|2018-03-05"),
        ("Housing review v4 proofread JM 01Mar18.docx", "4|||proof|2018-03-01|JM"),
        ("Housing review - consolidated v5.docx", "5|||||||merged"),
        ("Housing review FINAL (amended).docx", "|||final||||edits"),
        ("Housing review - post factual accuracy v1.docx", "1|||post-review"),
        ("Housing review v5 comments PH SJ.docx", "5|||||PH;SJ||comments"),
        ("Housing review Draft B2.docx", "||B2|draft"),
        ("Housing review - agreed by Board - v7.docx", "7|||approved"),
        ("Housing review v0.5 for internal review.docx", "0.5|||review"),
        ("Housing review to be proofed v6.docx", "6|||proof"),
        ("~WRL0003.tmp", "|||||||temp"),
        ("~$using review v0.3.docx", "|||lock"),
    ] {
        assert_eq!(shown(text), fields, "{text}");
    }
}

#[test]
fn numbers_before_a_month_belong_to_the_version() {
    for (text, fields) in [
        ("Housing review v2 May 2019.docx", "2||||2019-05"),
        ("Housing review V12 March 2018.docx", "12||||2018-03"),
        ("Version 2 March 2018", "2||||2018-03"),
        ("Housing review wd05 June 2018.docx", "|5||working-draft|2018-06"),
        ("Housing review RC1 March 2020.docx", "|1||release-candidate|2020-03"),
        ("Housing review Draft2 June 2018.docx", "|2||draft|2018-06"),
        ("Housing review rev2 June 2018.docx", "||2||2018-06"),
        ("Housing review v3 may be late.docx", "3"),
        ("Housing review v3 2018.docx", "3||||2018"),
        ("Housing review v0.6 (2018).docx", "0.6||||2018"),
        ("Housing survey Draft 12 02 18 note.docx", "|||draft|2018-02-12"),
    ] {
        assert_eq!(shown(text), fields, "{text}");
    }
}

#[test]
fn people_stand_in_lists() {
    for (text, fields) in [
        ("Housing review v0.4 JS, KM and AB.docx", "0.4|||||AB;JS;KM"),
        ("Housing review v0.4 JS-KM-AB.docx", "0.4|||||AB;JS;KM"),
        ("Housing review v0.4 AB CD EF.docx", "0.4|||||AB;CD;EF"),
        ("Housing review v0.4 KM and JS comments.docx", "0.4|||||JS;KM||comments"),
        ("housing_review_v0.4_km_js.docx", "0.4|||||JS;KM"),
        ("housing_review_v0.4_km_edits.docx", "0.4|||||KM||edits"),
        ("Housing review v0.4 js edits.docx", "0.4|||||JS||edits"),
        ("Housing review v0.4 K.M. comments.docx", "0.4|||||KM||comments"),
        ("Housing review v0.4 from KM.docx", "0.4|||||KM"),
        ("housing_review_v0.4_tab.docx", "0.4"),
        ("housing_review_v0.4_ext.docx", "0.4"),
        ("Housing review v0.4 SCS cleared.docx", "0.4|||approved"),
    ] {
        assert_eq!(shown(text), fields, "{text}");
    }
}

#[test]
fn copies_ordinals_and_marks_in_other_places() {
    for (text, fields) in [
        ("Kopie von Housing review v4.docx", "4||||||1"),
        ("Copia di Housing review v4.docx", "4||||||1"),
        ("Housing review (v2) - Copy.docx", "2||||||1"),
        ("Housing review v1 Kopie.docx", "1||||||1"),
        ("housing_review_v2_copy.docx", "2||||||1"),
        ("Housing review second version.docx", "2"),
        ("Bericht 2. Entwurf.docx", "|2||draft"),
        ("Bericht zweiter Entwurf.docx", "|2||draft"),
        ("Borrador informe v1.docx", "1|||draft"),
        ("Rapport version définitive.docx", "|||final"),
        ("Raport szkic 2 12 lutego 2018.docx", "|2||draft|2018-02-12"),
        ("Rapport v3 commentaires JD.docx", "3|||||JD||comments"),
        ("Clean - Housing review v0.5.docx", "0.5|||||||clean"),
        ("Housing review v2 comments removed.docx", "2|||||||clean"),
        ("Housing review v2 TCs accepted.docx", "2|||||||clean"),
        ("Housing review v2 tracked changes removed.docx", "2|||||||clean"),
        ("Housing review v2 TC off.docx", "2|||||||clean"),
        ("Housing review v5 compare v4.docx", "5|||||||tracked"),
        ("Housing review near-final draft v3.docx", "3|||draft"),
        ("Housing review v2 WIP.docx", "2|||draft"),
        ("Housing review - work in progress.docx", "|||draft"),
        ("Draft for public consultation.docx", "|||consultation"),
        ("WIDGET_3-0-0_SECTION_2.docx", "3.0.0"),
        ("Entre\u{301}e v2 12 fe\u{301}vrier 2018.docx", "2||||2018-02-12"),
        ("Review v\u{ff12}.docx", "2"),
    ] {
        assert_eq!(shown(text), fields, "{text}");
    }
}

#[test]
fn codes_times_and_counted_nouns_are_no_versions() {
    for text in [
        "Web 2.0 strategy.docx",
        "WCAG 2.1 audit.docx",
        "TLS 1.2 migration.docx",
        "2.4 GHz spectrum.docx",
        "1.5C warming.docx",
        "Rule 4.2 review.docx",
        "Meeting 10.30 agenda.docx",
        "V2G trial.docx",
        "Vitamin D3.docx",
        "Building D4.docx",
        "Housing review 30.02.2018.docx",
        "Housing review nearly final.docx",
    ] {
        let label = parse(text);
        assert!(label.major.is_none() && label.number.is_none() && label.rev.is_none() && label.stage.is_none(), "{text}: {label:?}");
    }
    assert_eq!(shown("Housing review 2018-02-12 14.30.docx"), "||||2018-02-12");
    assert_eq!(shown("Draft 10 year plan.docx"), "|||draft");
    assert_eq!(shown("Draft 2nd quarter note.docx"), "|||draft");
}

#[test]
fn titles_are_no_labels() {
    for text in [
        "Housing review.docx",
        "Final report of the housing inquiry.docx",
        "Housing review - not final.docx",
        "Housing review near-final.docx",
        "Covid-19 response part 3.docx",
        "ISO 9001 audit section 4.2.docx",
        "Draft Housing Bill briefing.docx",
        "Clean water and comments policy handbook.docx",
        "Q2 2019-20 housing figures.docx",
        "Deliverable D3.1 housing.docx",
        "Appx UK.docx",
    ] {
        let label = parse(text);
        assert!(label.is_empty(), "{text}: {label:?}");
    }
}

#[test]
fn specification_bodies_count_their_drafts() {
    for (text, fields) in [
        ("widget-v1.2-wd07.docx", "1.2|7||working-draft"),
        ("widget-v1.2-WD-07B.odt", "1.2|7|B|working-draft"),
        ("widget-v1.0-csprd02.docx", "1.0|2||public-review"),
        ("widget-v1.0-csd03.docx", "1.0|3||committee-draft"),
        ("WIDGET_Rev3-2_TI_2017-08-01.docx", "3.2|||trial|2017-08-01"),
        ("widget-3-1-wd.docx", "3.1|||working-draft"),
        ("widget_1.4.2.docx", "1.4.2"),
    ] {
        assert_eq!(shown(text), fields, "{text}");
    }
}

#[test]
fn lines_of_title_pages() {
    for (text, fields) in [
        ("Version 0.7 – DRAFT – 3 April 2019", "0.7|||draft|2019-04-03"),
        ("Final Version 1.2", "1.2|||final"),
        ("Status: Draft for comment", "|||consultation"),
        ("Working Draft 04", "|4||working-draft"),
    ] {
        assert_eq!(shown(text), fields, "{text}");
    }
}

#[test]
fn the_label_is_what_stands_in_the_name() {
    assert_eq!(parse("Housing review v0.3 draft.docx").label.as_deref(), Some("v0.3 draft"));
    assert_eq!(parse("Housing review v02_03.docx").label.as_deref(), Some("v02_03"));
    assert_eq!(parse("Housing review.docx").label, None);
}

proptest::proptest! {
    #[test]
    fn no_text_stops_the_parser(text in "\\PC{0,60}") {
        let label = parse(&text);
        proptest::prop_assert_eq!(label.clone(), parse(&text));
    }

    #[test]
    fn label_like_texts_do_not_stop_it(text in "[vdr0-9 ._()-]{0,40}(draft|final|rev|copy|comments|may|KM| )*") {
        let _ = parse(&text);
    }
}

#[test]
fn of_an_endless_text_the_beginning_counts() {
    let text = format!("report v2 draft {}", "old ".repeat(2_000_000));
    let label = parse(&text);
    assert_eq!((label.major, label.label.is_some_and(|label| label.len() < 700)), (Some(2), true));
    assert_eq!(date(&format!("{}2018-02-12", "old ".repeat(2_000_000))), None);
}
