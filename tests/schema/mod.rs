//! Enough of JSON Schema 2020-12 to hold our outputs against `docs/schema`: `type`, `properties`, `required`,
//! `additionalProperties`, `items`, `enum`, `const`, `anyOf`, `minimum`, `maximum`, `pattern`, `$ref` into `$defs`.
//! A keyword that is not known here fails the test, so that no schema is believed and not checked.

use serde_json::Value;

/// The schema of a name.
pub fn load(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/schema/{name}.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Where a value does not follow a schema; empty when it does.
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut out = Vec::new();
    check(schema, schema, value, "$", &mut out);
    out
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else { return };
    for (keyword, rule) in schema {
        let holds = match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" | "properties" | "items" => true,
            "$ref" => {
                let target = root.pointer(rule.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
                check(root, target, value, at, out);
                true
            }
            "type" => match rule {
                Value::Array(types) => types.iter().any(|name| is_type(name.as_str().unwrap(), value)),
                name => is_type(name.as_str().unwrap(), value),
            },
            "enum" => rule.as_array().unwrap().contains(value),
            "const" => rule == value,
            "anyOf" => rule.as_array().unwrap().iter().any(|option| {
                let mut inner = Vec::new();
                check(root, option, value, at, &mut inner);
                inner.is_empty()
            }),
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
            "pattern" => value.as_str().is_none_or(|text| regex::Regex::new(rule.as_str().unwrap()).unwrap().is_match(text)),
            "required" => {
                value.as_object().is_none_or(|object| rule.as_array().unwrap().iter().all(|key| object.contains_key(key.as_str().unwrap())))
            }
            "additionalProperties" => {
                others(root, schema, rule, value, at, out);
                true
            }
            unknown => panic!("{at}: the checker does not know `{unknown}`"),
        };
        if !holds {
            let shown: String = value.to_string().chars().take(200).collect();
            out.push(format!("{at}: {keyword} {rule} does not hold for {shown}"));
        }
    }
    if let (Some(properties), Some(object)) = (schema.get("properties").and_then(Value::as_object), value.as_object()) {
        for (key, inner) in object {
            if let Some(rule) = properties.get(key) {
                check(root, rule, inner, &format!("{at}.{key}"), out);
            }
        }
    }
    if let (Some(rule), Some(items)) = (schema.get("items"), value.as_array()) {
        for (index, item) in items.iter().enumerate() {
            check(root, rule, item, &format!("{at}[{index}]"), out);
        }
    }
}

fn others(root: &Value, schema: &serde_json::Map<String, Value>, rule: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
    let Some(object) = value.as_object() else { return };
    let known = schema.get("properties").and_then(Value::as_object);
    for (key, inner) in object.iter().filter(|(key, _)| !known.is_some_and(|known| known.contains_key(*key))) {
        match rule {
            Value::Bool(true) => {}
            Value::Bool(false) => out.push(format!("{at}: unknown key `{key}`")),
            rule => check(root, rule, inner, &format!("{at}.{key}"), out),
        }
    }
}

fn is_type(name: &str, value: &Value) -> bool {
    match name {
        "string" => value.is_string(),
        "integer" => value.as_i64().is_some() || value.as_u64().is_some(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        other => panic!("type {other}"),
    }
}
