//! The verdict of `verify` as `JUnit` XML, for the test reports of CI services.
//!
//! The form that readers agree on: `testsuites`, `testsuite`, `testcase`, `failure`, `skipped`; no times, so that the same bundle gives the same bytes.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::bundle::{Check, Report, Warning};

/// One XML document with a line end. Every check that passed is one test case, every place where one failed another.
pub fn junit(report: &Report, root: &str) -> Vec<u8> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing into memory cannot fail; an empty document would be seen at once by any reader.
    if write(&mut writer, report, root).is_err() {
        return Vec::new();
    }
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    bytes
}

fn write(writer: &mut Writer<Vec<u8>>, report: &Report, root: &str) -> std::io::Result<()> {
    let tests = report.checks.len().to_string();
    let failures = report.failures().count().to_string();
    let skipped = report.checks.iter().filter(|check| check.suppressed.is_some()).count().to_string();
    let counts = [("tests", tests.as_str()), ("failures", failures.as_str()), ("errors", "0"), ("skipped", skipped.as_str())];
    let named = [("name", "cleardraft verify")];
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites = writer.create_element("testsuites").with_attributes(named).with_attributes(counts);
    suites.write_inner_content(|writer| {
        let suite = writer.create_element("testsuite").with_attribute(("name", legal(root).as_str())).with_attributes(counts);
        suite.write_inner_content(|writer| {
            for check in &report.checks {
                case(writer, check)?;
            }
            if !report.warnings.is_empty() {
                let lines: Vec<String> = report.warnings.iter().map(line).collect();
                writer.create_element("system-out").write_text_content(BytesText::new(&legal(&lines.join("\n"))))?;
            }
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(())
}

fn case(writer: &mut Writer<Vec<u8>>, check: &Check) -> std::io::Result<()> {
    let class = match check.kind {
        Some(kind) => format!("{}.{}", check.id.as_str(), kind.as_str()),
        None => check.id.as_str().to_string(),
    };
    let message = legal(&check.message);
    let name = legal(&check.path.as_ref().map_or_else(|| check.message.clone(), |path| format!("{path}: {}", check.message)));
    let element = writer.create_element("testcase").with_attribute(("classname", class.as_str())).with_attribute(("name", name.as_str()));
    if check.ok {
        element.write_empty()?;
    } else if let Some(reason) = &check.suppressed {
        let reason = legal(&format!("{message}; accepted: {reason}"));
        element.write_inner_content(|writer| {
            writer.create_element("skipped").with_attribute(("message", reason.as_str())).write_empty()?;
            Ok(())
        })?;
    } else {
        element.write_inner_content(|writer| {
            let failure =
                writer.create_element("failure").with_attribute(("message", message.as_str())).with_attribute(("type", class.as_str()));
            failure.write_text_content(BytesText::new(&format!("help: {}", check.id.help())))?;
            Ok(())
        })?;
    }
    Ok(())
}

fn line(warning: &Warning) -> String {
    let place = warning.path.as_deref().map_or_else(String::new, |path| format!("{path}: "));
    format!("warning {}: {place}{}", warning.id.as_str(), warning.message)
}

/// Only characters that XML 1.0 can hold (§2.2); the others are written as `\u{..}`.
fn legal(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, character| {
        match character {
            '\n' | '\t' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}' => out.push(character),
            other => out.extend(other.escape_unicode()),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_cannot_hold_are_written_out() {
        assert_eq!(legal("a\u{1}b\u{ffff}c\u{10ffff}"), "a\\u{1}b\\u{ffff}c\u{10ffff}");
    }
}
