//! The parts of a bundle that follow from `disclosure.json`, held against it to the last byte, and that file against its own schema.

use std::sync::LazyLock;

use serde_json::Value;

use super::render::info_element;
use crate::case::calendar::in_words;

/// The schema that the project ships.
static SCHEMA: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../docs/schema/disclosure.json")).expect("the shipped schema is JSON"));

/// Keys that no `disclosure.json` has, or not in this place of the order, and values of another type than it has there, each by its path.
pub(super) fn foreign_keys(disclosure: &Value) -> Vec<String> {
    let mut out = Vec::new();
    walk(&SCHEMA, disclosure, "", &mut out);
    out
}

fn walk(schema: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
    let alternatives = || schema.get("anyOf").and_then(Value::as_array).into_iter().flatten().chain([schema]);
    if !alternatives().any(|alternative| allows(alternative, value)) {
        return out.push(at.trim_end_matches('.').to_owned());
    }
    match value {
        Value::Object(map) => {
            let Some(known) = alternatives().find_map(|alternative| alternative.get("properties")?.as_object()) else { return };
            let mut last = None;
            for (key, inner) in map {
                let place = known.keys().position(|name| name == key);
                if place.is_none() || place < last {
                    out.push(format!("{at}{key}"));
                }
                last = place.max(last);
                if let Some(schema) = known.get(key) {
                    walk(schema, inner, &format!("{at}{key}."), out);
                }
            }
        }
        Value::Array(items) => {
            let Some(schema) = schema.get("items") else { return };
            items.iter().zip(1..).for_each(|(item, number)| walk(schema, item, &format!("{at}{number}."), out));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a schema, its alternatives left out, has values like this one: an object of no keys and a list of nothing are none.
fn allows(schema: &Value, value: &Value) -> bool {
    let types = match schema.get("type") {
        Some(Value::Array(types)) => types.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let is = |name: &str| types.iter().any(|known| known == name);
    match value {
        _ if schema.get("const") == Some(value) => true,
        _ if schema.get("enum").and_then(Value::as_array).is_some_and(|known| known.contains(value)) => true,
        Value::Null => is("null"),
        Value::Bool(_) => is("boolean"),
        Value::Number(number) => is("number") || is("integer") && (number.is_u64() || number.is_i64()),
        Value::String(_) => is("string"),
        Value::Array(_) => is("array") && schema.get("items").is_some(),
        Value::Object(_) => is("object") && schema.get("properties").is_some(),
    }
}

/// Whether `bag-info.txt` is what the writer writes for a disclosure: known elements in their order, each on one line, with the values that
/// `disclosure.json` has too. The name of the organisation stands nowhere else but in the letter.
pub(super) fn is_info_of(disclosure: &Value, info: &str) -> bool {
    let text = |at: &str| disclosure.pointer(at).and_then(Value::as_str);
    let regime = text("/preset/regime").map(|regime| format!("Response under the {regime}"));
    let agent = text("/tool/version").map(|version| format!("cleardraft {version}"));
    let is_day = |day: &str| day.parse().ok().map(in_words).as_deref() == text("/letter/date") && day.len() == "2018-02-12".len();
    let mut lines = info.split_inclusive('\n').peekable();
    let mut passes = |label: &str, is_right: &dyn Fn(&str) -> bool| {
        let value = |line: &&str| line.strip_prefix(label)?.strip_prefix(": ")?.strip_suffix('\n').map(str::to_owned);
        let value = lines.peek().and_then(value)?;
        lines.next();
        Some(is_right(&value))
    };
    let is_spelt = |label: &str, value: &str| info_element(label, value) == format!("{label}: {value}\n");
    let is = |label: &'static str, wanted: Option<&str>| {
        let wanted = wanted.map(|wanted| info_element(label, wanted));
        move |value: &str| wanted.as_deref() == Some(format!("{label}: {value}\n").as_str())
    };
    let all = [
        passes("Source-Organization", &|value| is_spelt("Source-Organization", value)).unwrap_or(true),
        passes("External-Identifier", &is("External-Identifier", text("/reference"))).unwrap_or(text("/reference").is_none()),
        passes("External-Description", &is("External-Description", regime.as_deref())).unwrap_or(true),
        passes("Bagging-Date", &is_day).unwrap_or(text("/letter/date").is_none()),
        passes("Bag-Software-Agent", &is("Bag-Software-Agent", agent.as_deref())).unwrap_or(false),
        // Its numbers were held against the payload.
        passes("Payload-Oxum", &|value| value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')).unwrap_or(false),
    ];
    all.iter().all(|right| *right) && lines.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_that_the_schema_does_not_have_are_told_wherever_they_stand() {
        let sound = json!({
            "schema": "cleardraft/disclosure/1", "tool": { "name": "cleardraft", "version": "1" },
            "documents": [{ "no": 1, "removed": [{ "kind": "comment", "count": 1 }], "file": { "path": "p", "proof": ["x"] } }, { "file": null }],
        });
        assert!(foreign_keys(&sound).is_empty());
        for (at, key) in [
            ("", "note"),
            ("/tool", "note"),
            ("/documents/0", "source"),
            ("/documents/0/file", "author"),
            ("/documents/0/removed/0", "text"),
        ] {
            let mut edited = sound.clone();
            edited.pointer_mut(at).unwrap().as_object_mut().unwrap().insert(key.to_owned(), json!("words"));
            assert_eq!(foreign_keys(&edited).len(), 1, "{at}");
        }
        assert_eq!(foreign_keys(&json!({ "documents": [], "tool": {} })), ["tool"], "another order");
        for value in [json!({ "words": 1 }), json!(["words"]), json!(7)] {
            assert_eq!(foreign_keys(&json!({ "reference": value })), ["reference"]);
        }
        assert_eq!(foreign_keys(&json!({ "letter": { "status": "words" } })), ["letter.status"]);
    }

    #[test]
    fn what_bag_info_says_follows_from_the_disclosure() {
        let disclosure = json!({
            "tool": { "version": "0.1.0" }, "reference": "FOI-1", "preset": { "regime": "Act" }, "letter": { "date": "12 April 2018" },
        });
        let info = "Source-Organization: An Authority\nExternal-Identifier: FOI-1\nExternal-Description: Response under the Act\nBagging-Date: 2018-04-12\nBag-Software-Agent: cleardraft 0.1.0\nPayload-Oxum: 7.2\n";
        assert!(is_info_of(&disclosure, info));
        assert!(is_info_of(&disclosure, &info.replace("Source-Organization: An Authority\n", "")));
        for (from, to) in [
            ("FOI-1", "FOI-2"),
            ("External-Identifier: FOI-1\n", ""),
            ("\n", "\r\n"),
            ("An Auth", "An  Auth"),
            ("the Act", "the Act (words)"),
            ("04-12", "04-13"),
            ("Payload", "Contact-Name: Somebody\nPayload"),
            ("7.2\n", "7.2\nContact-Name: Somebody\n"),
            ("7.2\n", "7.2\n more\n"),
            ("0.1.0", "0.1.1"),
        ] {
            assert!(!is_info_of(&disclosure, &info.replace(from, to)), "{from} {to}");
        }
    }
}
