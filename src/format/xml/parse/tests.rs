use super::super::sym;
use super::*;

fn read(text: &str) -> Result<Tape<'_>, DocError> {
    Tape::read("part.xml", text.as_bytes(), &Limits::default())
}

fn code(bytes: &[u8]) -> &'static str {
    Tape::read("part.xml", bytes, &Limits::default()).unwrap_err().fault.code()
}

#[test]
fn names_are_resolved_whatever_the_prefix() {
    let tape = read(r#"<q:document xmlns:q="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><q:p q:rsidR="1"/><p xmlns="urn:x"/></q:document>"#).unwrap();
    assert!(tape.is(tape.root, Ns::W, sym::DOCUMENT));
    let children: Vec<_> = tape.children(tape.root).collect();
    assert!(tape.is(children[0], Ns::W, sym::P));
    assert_eq!(tape.attr(children[0], Ns::W, sym::RSID_R).unwrap(), "1");
    assert!(tape.is(children[1], Ns::Unknown, sym::P));
}

#[test]
fn tags_that_are_spelled_alike_mean_what_the_declarations_around_them_say() {
    let w = Ns::W.uri();
    let tag = r#"<p:p p:val="a&gt;b" p:id="1"/>"#;
    let text = format!(
        r#"<p:body xmlns:p="{w}">{tag}<p:r>{tag}</p:r><q xmlns="urn:x" xmlns:p="urn:x">{tag}<q xmlns:p="{w}">{tag}</q>{tag}</q>{tag}<p:r>{tag}</p:r>{filler}{tag}</p:body>"#,
        filler = "<p:tbl/>".repeat(100)
    );
    let tape = read(&text).unwrap();
    let namespaces: Vec<_> = tape
        .named_any(&[sym::P])
        .into_iter()
        .map(|index| {
            assert_eq!(tape.source(index), tag);
            let ns = tape.node(index).ns;
            assert_eq!((tape.attr(index, ns, sym::VAL).as_deref(), tape.attr(index, ns, sym::ID).as_deref()), (Some("a>b"), Some("1")));
            ns
        })
        .collect();
    let (known, unknown) = (Ns::W, Ns::Unknown);
    assert_eq!(namespaces, [known, known, unknown, known, unknown, known, known, known]);
    assert_eq!(tape.named(Ns::W, sym::TBL).count(), 100);
    assert_eq!(tape.named(Ns::W, sym::R).map(|run| tape.children(run).count()).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(tape.named(Ns::W, sym::TC).count(), 0);
    assert_eq!(read(r#"<a><b x="1"/><b x="1"/></a>"#).unwrap().attr_total(), 1);
}

#[test]
fn tags_that_differ_in_their_values_alone_have_values_of_their_own() {
    let text = r#"<p:a xmlns:p="urn:x"><b x="1" p:y="2"/><b x="3" p:y="4"/><b x="'" p:y="5"/><b y="6" p:x="7"/><b x="8"  y="9"/><b x="10" p:y=""/></p:a>"#;
    let tape = read(text).unwrap();
    let attrs = |index: usize| -> Vec<(Ns, &str, &str)> {
        tape.attrs(index).iter().map(|attr| (attr.ns, tape.attr_name(attr), tape.value(attr))).collect()
    };
    let (none, other) = (Ns::None, Ns::Unknown);
    let expected = [
        [(none, "x", "1"), (other, "p:y", "2")],
        [(none, "x", "3"), (other, "p:y", "4")],
        [(none, "x", "'"), (other, "p:y", "5")],
        [(none, "y", "6"), (other, "p:x", "7")],
        [(none, "x", "8"), (none, "y", "9")],
        [(none, "x", "10"), (other, "p:y", "")],
    ];
    assert_eq!(tape.children(tape.root).map(attrs).collect::<Vec<_>>(), expected);
    for bad in ["<", "&", "\""] {
        assert_eq!(code(format!(r#"<a><b x="1"/><b x="{bad}"/></a>"#).as_bytes()), "xml-malformed", "{bad}");
    }
}

#[test]
fn the_first_angle_bracket_need_not_end_a_tag() {
    let text = r#"<a><b x=">"/><b x="/>"/><b x=">"/><b x="/>"></b></a>"#;
    let tape = read(text).unwrap();
    let sources: Vec<_> = tape.children(tape.root).map(|child| tape.source(child)).collect();
    assert_eq!(sources, [r#"<b x=">"/>"#, r#"<b x="/>"/>"#, r#"<b x=">"/>"#, r#"<b x="/>"></b>"#]);
    assert_eq!(code(br#"<a x=">"/><a x=">"#), "xml-malformed");
}

#[test]
fn ranges_cover_the_source() {
    let text = r#"<?xml version="1.0"?><a x="1">one<b/>two<!--c--><![CDATA[<d>]]></a>"#;
    let tape = read(text).unwrap();
    let sources: Vec<_> = tape.children(tape.root).map(|child| tape.source(child)).collect();
    assert_eq!(sources, ["one", "<b/>", "two", "<!--c-->", "<![CDATA[<d>]]>"]);
    assert_eq!(tape.inner_text(tape.root), "onetwo<d>");
    assert_eq!(tape.tag_name(tape.root), "a");
}

#[test]
fn what_is_inside_stands_between_the_tags() {
    let long = "n".repeat(70_000);
    for (text, inside) in [
        ("<a>x</a>", "x"),
        ("<a>x</a  >", "x"),
        ("<a ><b></b\n></a>", "<b></b\n>"),
        ("<a/>", ""),
        ("<a></a>", ""),
        ("<a x='>'>x</a>", "x"),
        ("<longer:name xmlns:longer='u'>x</longer:name>", "x"),
        ("<longer:name xmlns:longer='u'>x</longer:name\t>", "x"),
        (&format!("<{long}>x</{long}>"), "x"),
        (&format!("<{long} >x</{long} >"), "x"),
    ] {
        let tape = read(text).unwrap();
        assert_eq!(tape.inside(tape.root), inside, "{text:.20}");
    }
    let tape = read("<a>one &amp; <!--two--><![CDATA[th&ée]]><?fo ur?><b>f</b ><b>v</b></a>").unwrap();
    let inside: Vec<_> = tape.children(tape.root).map(|child| (tape.inside(child), tape.character_count(child))).collect();
    assert_eq!(inside, [("one &amp; ", 6), ("two", 0), ("th&ée", 5), ("fo ur", 0), ("f", 0), ("v", 0)]);
    assert_eq!(tape.character_count(tape.descendants(tape.root).last().unwrap()), 1);
}

#[test]
fn characters_that_xml_does_not_have_are_found_wherever_they_stand() {
    let legal = ['\t', '\n', '\r', ' ', '\u{7f}', '\u{80}', 'é', '\u{efff}', '\u{fffd}', '\u{10ffff}'];
    let illegal = ('\0'..' ').filter(|character| !legal.contains(character)).chain(['\u{fffe}', '\u{ffff}']);
    let all: Vec<(char, bool)> =
        legal.map(|character| (character, true)).into_iter().chain(illegal.map(|character| (character, false))).collect();
    // Among ASCII alone, and beside what is looked at more closely.
    for filler in ["x", "x\n", "xé"] {
        for before in [0, 1, 200, 245, 250, 251, 252, 253, 254, 255, 256, 600] {
            for (character, is_legal) in &all {
                let text = format!("<a>{}{character}{}</a>", &filler.repeat(before)[..before - before % filler.len()], filler.repeat(300));
                let read = read(&text).map_err(|error| error.fault.code());
                assert_eq!(
                    read.map(|_| ()),
                    if *is_legal { Ok(()) } else { Err("xml-malformed") },
                    "{character:?} after {before} of {filler}"
                );
            }
        }
    }
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for bad in [
        "<a>",
        "<a></b>",
        "<a",
        "<a x=1/>",
        "<a x='1' x='2'/>",
        "<p:a/>",
        "<a>&foo;</a>",
        "<a>&#0;</a>",
        "<a/><b/>",
        "text",
        "<a b='<'/>",
        "<a><!-- -- --></a>",
        "<a>\u{1}</a>",
        "<1a/>",
        "<a></a >x",
        "",
        "<a xmlns:p='u'/><p:b/>",
        "<xml><?xml version='1.0'?></xml>",
        "<?><a/>?>",
        "<a><?></a>",
        "<a><?",
        "<a><!-->",
        "<a></>",
        "<a x='1'></a x='1'>",
        "<a>]]></a>",
        "<a>&#xFFFE;</a>",
        "<a>&#+65;</a>",
        "<a x='&#x+41;'/>",
        "<?l`F-?><a/>",
        "<?p:q ?><a/>",
        "<? p?><a/>",
        "<a \u{85}y='2'/>",
        "<a x\u{2028}='1'/>",
        "<:a/>",
        "<a :x='1'/>",
        "<a xmlns:='u'/>",
        "<a xmlns:p:q='u'/>",
        "<p:q:a xmlns:p='u'/>",
        "<p:1 xmlns:p='u'/>",
        "<?xml version='1.0!?><a/>",
        "<?xml version=1.0?><a/>",
        "<?xml encoding='UTF-8'?><a/>",
        "<?xml version='1.0' standalone='maybe'?><a/>",
        "<a ></a / >",
    ] {
        assert_eq!(code(bad.as_bytes()), "xml-malformed", "{bad}");
    }
    for good in [
        "<a x=']]>'><!-- ]]> --><![CDATA[]]]]><![CDATA[>]]> ]] > ]]&gt;</a>",
        "<?xml version=\"1.0\"?>\n<?p?><?q r?><a/>",
        "<?xml version = '1.1'\tencoding='utf-8' standalone=\"no\" ?><a/>",
        "<élan:ça-1.\u{b7} xmlns:élan='u' _='&#xFFFD;&#9;'/>",
    ] {
        read(good).unwrap();
    }
    assert_eq!(code(b"<!DOCTYPE a><a/>"), "xml-dtd");
    assert_eq!(code(b"<a>\xff</a>"), "xml-encoding");
    assert_eq!(code(b"\xff\xfe<"), "xml-encoding");
    let deep = "<a>".repeat(600);
    assert_eq!(code(deep.as_bytes()), "xml-too-deep");
}

#[test]
fn each_declaration_is_among_the_attributes_of_layouts() {
    let text = r#"<a><b xmlns:p="urn:x"/><b xmlns:p="urn:y"/><b xmlns:p="urn:x"/><c z="1"/><c z="2"/><c z="1"/></a>"#;
    let tape = read(text).unwrap();
    let values: Vec<&str> = tape.attrs_of_layouts().map(|attr| tape.value(attr)).collect();
    assert_eq!(values, ["urn:x", "urn:y", "urn:x", "1"]);
}

#[test]
fn elements_of_some_names_come_in_the_order_of_the_part() {
    let w = Ns::W.uri();
    let many = |inner: &str| format!(r#"<w:body xmlns:w="{w}" xmlns:a="{}">{}</w:body>"#, Ns::A.uri(), inner.repeat(200));
    for inner in ["<w:p><w:r/><a:r/></w:p><w:tbl/>", "<w:p/><w:p/><w:p/><w:p/><w:p/><w:p/><w:p/><w:p/><w:p/><w:p/>"] {
        let text = many(inner);
        let tape = read(&text).unwrap();
        let all = |wanted: &dyn Fn(&super::Node) -> bool| -> Vec<usize> {
            (0..tape.nodes.len()).filter(|index| wanted(tape.node(*index))).collect()
        };
        let names = [sym::TBL, sym::R, sym::P];
        assert_eq!(tape.named_any(&names), all(&|node| names.contains(&node.name)));
        assert_eq!(tape.named_any(&[sym::TBL, sym::BODY]), all(&|node| matches!(node.name, sym::TBL | sym::BODY)));
        assert_eq!(tape.named_any_in(Ns::A, &names), all(&|node| node.ns == Ns::A));
    }
}
