//! The plan as JSON: the same columns, every value a text.

use serde_json::{Map, Value, json};

use super::{COLUMNS, PlanFault, PlanRow, ReadCell, ReadRow, SCHEMA};

pub(super) fn write(rows: &[PlanRow]) -> Vec<u8> {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            Value::Object(COLUMNS.iter().map(|column| (column.name.to_owned(), json!(row.cell(column.name)))).collect::<Map<_, _>>())
        })
        .collect();
    let mut out = serde_json::to_vec_pretty(&json!({ "schema": SCHEMA, "rows": rows })).unwrap_or_default();
    out.push(b'\n');
    out
}

pub(super) fn read(bytes: &[u8]) -> Result<Vec<ReadRow>, PlanFault> {
    let unreadable = |why: String| PlanFault::Unreadable { why };
    let value: Value = serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?;
    if value.get("schema").and_then(Value::as_str) != Some(SCHEMA) {
        return Err(unreadable(format!("its schema is not {SCHEMA}")));
    }
    let rows = value.get("rows").and_then(Value::as_array).ok_or_else(|| unreadable("it has no list `rows`".to_owned()))?;
    let mut out = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let at = format!("rows[{index}]");
        let object = row.as_object().ok_or_else(|| unreadable(format!("{at} is no object")))?;
        let mut read = ReadRow { at: at.clone(), ..ReadRow::default() };
        for column in COLUMNS {
            let text = match object.get(column.name) {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                Some(Value::Null) => String::new(),
                Some(_) => return Err(unreadable(format!("{at}.{} is no text", column.name))),
                None => return Err(PlanFault::ColumnMissing { column: column.name.to_owned() }),
            };
            read.cells.insert(column.name.to_owned(), ReadCell { at: format!("{at}.{}", column.name), text, formula: false });
        }
        out.push(read);
    }
    Ok(out)
}
