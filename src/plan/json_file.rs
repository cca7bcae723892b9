//! The plan as JSON: the same columns, every value a text.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value, json};

use super::{COLUMNS, PlanFault, PlanRow, ROWS_MAX, ReadCell, ReadRow, SCHEMA};

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

/// A plan as it is read: what it holds besides is passed over and never kept.
#[derive(serde::Deserialize)]
struct PlanFile {
    #[serde(default)]
    schema: Cell,
    rows: Rows,
}

/// The rows up to the first that is wrong, and what is wrong with that.
#[derive(Default)]
struct Rows {
    whole: Vec<BTreeMap<&'static str, String>>,
    wrong: Option<PlanFault>,
}

/// A value that a cell may have.
#[derive(Default)]
enum Cell {
    Text(String),
    #[default]
    Other,
}

/// The cells of a row by column.
struct Row(BTreeMap<&'static str, Cell>);

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Cell;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
                Ok(Cell::Text(text.to_owned()))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Cell, E> {
                Ok(Cell::Text(number.to_string()))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Cell, E> {
                Ok(Cell::Text(number.to_string()))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Cell, E> {
                Ok(Cell::Text(Number::from_f64(number).map_or_else(String::new, |number| number.to_string())))
            }
            fn visit_unit<E>(self) -> Result<Cell, E> {
                Ok(Cell::Text(String::new()))
            }
            fn visit_bool<E>(self, _: bool) -> Result<Cell, E> {
                Ok(Cell::Other)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cell, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Cell::Other)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Cell::Other)
            }
        }
        from.deserialize_any(Read)
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Row;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a row")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
                let mut cells = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    match COLUMNS.iter().find(|column| column.name == name) {
                        // Readers differ in which of two values counts.
                        Some(column) if cells.contains_key(column.name) => {
                            return Err(A::Error::custom(format!("`{}` stands twice in a row", column.name)));
                        }
                        Some(column) => drop(cells.insert(column.name, map.next_value()?)),
                        None => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(Row(cells))
            }
        }
        from.deserialize_map(Read)
    }
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Rows;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of rows")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Rows, A::Error> {
                let mut rows = Rows::default();
                while let Some(Row(cells)) = list.next_element()? {
                    if rows.whole.len() >= ROWS_MAX {
                        return Err(A::Error::custom(format!("it has more than {ROWS_MAX} rows")));
                    }
                    let cells = whole(rows.whole.len(), cells);
                    if rows.wrong.is_none() {
                        match cells {
                            Ok(cells) => rows.whole.push(cells),
                            Err(fault) => rows.wrong = Some(fault),
                        }
                    }
                }
                Ok(rows)
            }
        }
        from.deserialize_seq(Read)
    }
}

/// The texts of a row that has every column.
fn whole(index: usize, mut cells: BTreeMap<&'static str, Cell>) -> Result<BTreeMap<&'static str, String>, PlanFault> {
    let text = |column: &super::Column| match cells.remove(column.name) {
        Some(Cell::Text(text)) => Ok((column.name, text)),
        Some(Cell::Other) => Err(PlanFault::Unreadable { why: format!("rows[{index}].{} is no text", column.name) }),
        None => Err(PlanFault::ColumnMissing { column: column.name.to_owned() }),
    };
    COLUMNS.iter().map(text).collect()
}

pub(super) fn read(bytes: &[u8]) -> Result<Vec<ReadRow>, PlanFault> {
    let unreadable = |why: String| PlanFault::Unreadable { why };
    let file: PlanFile =
        serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).map_err(|error| unreadable(error.to_string()))?;
    if !matches!(&file.schema, Cell::Text(schema) if schema == SCHEMA) {
        return Err(unreadable(format!("its schema is not {SCHEMA}")));
    }
    if let Some(fault) = file.rows.wrong {
        return Err(fault);
    }
    let row = |(index, cells): (usize, BTreeMap<&'static str, String>)| {
        let at = format!("rows[{index}]");
        let cell = |(name, text): (&str, String)| (name.to_owned(), ReadCell { at: format!("{at}.{name}"), text, formula: false });
        ReadRow { cells: cells.into_iter().map(cell).collect(), at: at.clone() }
    };
    Ok(file.rows.whole.into_iter().enumerate().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_plan_holds_besides_is_passed_over() {
        let row: Map<_, _> = COLUMNS.iter().map(|column| (column.name.to_owned(), json!(1.5))).collect();
        let plan = json!({ "schema": SCHEMA, "rows": [row], "more": [{ "a": [0] }] });
        let read_plan = |plan: &Value| read(&serde_json::to_vec(plan).unwrap_or_default());
        assert_eq!(read_plan(&plan).unwrap()[0].cells["no"].text, "1.5");
        let mut wrong = plan.clone();
        wrong["rows"][0]["no"] = json!([[], {}]);
        assert!(read_plan(&wrong).unwrap_err().to_string().contains("rows[0].no is no text"));
        let text = serde_json::to_string(&plan).unwrap();
        assert!(read(format!("\u{feff}{text}").as_bytes()).is_ok());
        let twice = text.replacen("\"decision\":1.5", "\"decision\":\"withhold\",\"decision\":\"release\"", 1);
        assert!(twice != text && read(twice.as_bytes()).unwrap_err().to_string().contains("`decision` stands twice in a row"));
        // Rows behind a wrong one are not kept.
        let short = format!("{{\"schema\":\"{SCHEMA}\",\"rows\":[{}{{}}]}}", "{},".repeat(ROWS_MAX * 4));
        assert!(matches!(read(short.as_bytes()), Err(PlanFault::ColumnMissing { .. })));
    }
}
