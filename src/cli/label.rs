//! `label`: what a file name or title says about the version.

use std::io::Read as _;

use serde::Serialize;

use super::args::ReportFormat;
use super::session::{SETTINGS_BYTES_MAX, Session};
use super::stop::{DONE, Stop};
use crate::lineage::label::{self, VersionLabel};
use crate::model::printable;
use crate::report::{csv, json};

#[derive(Serialize)]
struct Labelled {
    text: String,
    #[serde(flatten)]
    label: VersionLabel,
}

#[derive(Serialize)]
struct Labels<'a> {
    schema: &'static str,
    tool: json::Tool,
    labels: &'a [Labelled],
}

pub(super) fn run(texts: &[String], format: ReportFormat, session: &Session) -> Result<u8, Stop> {
    let mut all = Vec::new();
    for text in texts {
        if text == "-" {
            all.extend(stdin_lines()?);
        } else {
            all.push(text.clone());
        }
    }
    let labels: Vec<Labelled> = all.into_iter().map(|text| Labelled { label: label::parse(&text), text }).collect();
    match format {
        ReportFormat::Table => session.publish(table(&labels).as_bytes())?,
        ReportFormat::Json => session.publish(&json::whole(&Labels { schema: "cleardraft/label/1", tool: json::TOOL, labels: &labels }))?,
        ReportFormat::Jsonl => session.publish(&json::lines(&labels))?,
        ReportFormat::Csv => session.publish(csv::table(HEADER, &labels, cells).as_bytes())?,
    }
    Ok(DONE)
}

fn stdin_lines() -> Result<Vec<String>, Stop> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(SETTINGS_BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|error| Stop::unreadable(std::path::Path::new("standard input"), &error))?;
    if bytes.len() as u64 > SETTINGS_BYTES_MAX {
        return Err(Stop::call(format!("more than {SETTINGS_BYTES_MAX} bytes of names"), "hand them over in parts"));
    }
    Ok(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
}

const HEADER: &[&str] =
    &["text", "label", "major", "minor", "patch", "number", "rev", "stage", "date", "date_ambiguous", "initials", "copy", "marks"];

fn cells(labelled: &Labelled) -> Vec<String> {
    let Labelled { text, label } = labelled;
    let number = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
    let word = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        text.clone(),
        word(&label.label),
        number(label.major),
        number(label.minor),
        number(label.patch),
        number(label.number),
        word(&label.rev),
        word(&label.stage),
        word(&label.date),
        if label.date_ambiguous { "yes".to_owned() } else { String::new() },
        label.initials.join(";"),
        number(label.copy),
        label.marks.join(";"),
    ]
}

fn table(labels: &[Labelled]) -> String {
    let mut out = String::new();
    for labelled in labels {
        out.push_str(&printable(&labelled.text));
        out.push('\n');
        let said: Vec<String> = HEADER
            .iter()
            .zip(cells(labelled))
            .skip(1)
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name} {}", printable(&value)))
            .collect();
        out.push_str("    ");
        out.push_str(&if said.is_empty() { "says nothing about a version".to_owned() } else { said.join(", ") });
        out.push('\n');
    }
    out
}
