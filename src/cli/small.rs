//! The small commands: `init`, `presets`, `completions`, `man`.

use std::io::Write as _;
use std::path::Path;

use clap::CommandFactory as _;
use serde::Serialize;

use super::args::{Cli, ReportFormat};
use super::session::{DRAFT_EXTENSIONS, Session, aside, folder};
use super::stop::{DONE, Stop, shown};
use crate::bundle::resolve;
use crate::case::{Preset, presets as known_presets, starter_case, starter_policy};
use crate::report::{csv, json};

/// Writes the starter files: both or none, never over existing ones, never among drafts.
pub(super) fn init(dir: &Path, session: &Session) -> Result<u8, Stop> {
    let files = [("case.toml", starter_case()), ("policy.toml", starter_policy())];
    let is_draft = |name: &str| name.rsplit_once('.').is_some_and(|(_, end)| DRAFT_EXTENSIONS.contains(&end.to_ascii_lowercase().as_str()));
    let amid_drafts = |place: &Path| {
        Stop::call(format!("{} holds drafts, which are evidence", shown(place)), "name a folder of its own for the case, apart from them")
    };
    // A folder with drafts may be scanned: nothing of ours goes below it either.
    let around = resolve(dir)?.parent().map(Path::to_path_buf).unwrap_or_default();
    let beside = std::fs::read_dir(&around).into_iter().flatten().flatten();
    if beside.map(|entry| entry.file_name()).any(|name| is_draft(&name.to_string_lossy())) {
        return Err(amid_drafts(&around));
    }
    if dir.exists() {
        if let Some((name, _)) = files.iter().find(|(name, _)| std::fs::symlink_metadata(dir.join(name)).is_ok()) {
            return Err(Stop::call(
                format!("{} exists already", shown(&dir.join(name))),
                "name another folder, or edit the file that is there",
            ));
        }
        if folder(dir)?.iter().any(|source| is_draft(&source.name)) {
            return Err(amid_drafts(dir));
        }
    }
    let is_new = !dir.exists();
    let fail = |error: std::io::Error| {
        if is_new {
            // Only when it is empty.
            let _ = std::fs::remove_dir(dir);
        }
        Stop::disk(dir, &error)
    };
    std::fs::create_dir_all(dir).map_err(fail)?;
    let stage = || {
        files.iter().map(|(name, text)| {
            let mut file = aside(dir)?;
            file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all())?;
            Ok((dir.join(name), file))
        })
    };
    let staged: Vec<_> = stage().collect::<Result<_, std::io::Error>>().map_err(fail)?;
    let mut placed: Vec<&Path> = Vec::new();
    let targets: Vec<_> = staged.iter().map(|(path, _)| path.clone()).collect();
    for ((path, file), target) in staged.into_iter().zip(&targets) {
        if let Err(error) = file.persist_noclobber(path) {
            for path in placed {
                let _ = std::fs::remove_file(path);
            }
            return Err(fail(error.error));
        }
        placed.push(target);
    }
    for path in targets {
        session.say(&format!("wrote {}", shown(&path)));
    }
    Ok(DONE)
}

#[derive(Serialize)]
struct PresetReport<'a> {
    id: &'a str,
    name: &'a str,
    version: &'a str,
    checked_by: &'a str,
    digest: &'a str,
    exemptions: Vec<ExemptionReport<'a>>,
}

#[derive(Serialize)]
struct ExemptionReport<'a> {
    code: String,
    cite: &'a str,
    title: &'a str,
    kind: &'static str,
    basis: &'static str,
    limbs: &'a [String],
}

/// Lists the legal regimes; one of them with its exemptions in the table too.
pub(super) fn presets(id: Option<&str>, format: ReportFormat, session: &Session) -> Result<u8, Stop> {
    let chosen: Vec<&Preset> = known_presets().iter().filter(|preset| id.is_none_or(|id| preset.id == id)).collect();
    if let (Some(id), true) = (id, chosen.is_empty()) {
        let known: Vec<&str> = known_presets().iter().map(|preset| preset.id.as_str()).collect();
        return Err(Stop::call(format!("there is no preset `{}`", crate::model::printable(id)), format!("known: {}", known.join(", "))));
    }
    let reports: Vec<PresetReport<'_>> = chosen.into_iter().map(preset_report).collect();
    match format {
        ReportFormat::Table => session.publish(preset_table(&reports, id.is_some()).as_bytes())?,
        ReportFormat::Json => {
            #[derive(Serialize)]
            struct Presets<'a> {
                schema: &'static str,
                tool: json::Tool,
                presets: &'a [PresetReport<'a>],
            }
            session.publish(&json::whole(&Presets { schema: "cleardraft/presets/1", tool: json::TOOL, presets: &reports }))?;
        }
        ReportFormat::Jsonl => session.publish(&json::lines(&reports))?,
        ReportFormat::Csv => {
            let rows: Vec<(&str, &ExemptionReport<'_>)> =
                reports.iter().flat_map(|preset| preset.exemptions.iter().map(|exemption| (preset.id, exemption))).collect();
            let header = ["preset", "code", "cite", "title", "kind", "basis", "limbs"];
            let cells = |(preset, exemption): &(&str, &ExemptionReport<'_>)| {
                let ExemptionReport { code, cite, title, kind, basis, limbs } = exemption;
                vec![
                    (*preset).to_owned(),
                    code.clone(),
                    (*cite).to_owned(),
                    (*title).to_owned(),
                    (*kind).to_owned(),
                    (*basis).to_owned(),
                    limbs.join(";"),
                ]
            };
            session.publish(csv::table(&header, &rows, cells).as_bytes())?;
        }
    }
    Ok(DONE)
}

fn preset_report(preset: &Preset) -> PresetReport<'_> {
    let exemptions = preset
        .exemption
        .iter()
        .map(|exemption| ExemptionReport {
            code: format!("{}-{}", preset.prefix, exemption.code),
            cite: &exemption.cite,
            title: &exemption.title,
            kind: exemption.kind.as_str(),
            basis: exemption.basis.as_str(),
            limbs: &exemption.limbs,
        })
        .collect();
    PresetReport {
        id: &preset.id,
        name: &preset.regime_name,
        version: &preset.version,
        checked_by: &preset.checked_by,
        digest: &preset.digest,
        exemptions,
    }
}

fn preset_table(reports: &[PresetReport<'_>], in_full: bool) -> String {
    let mut out = String::new();
    for preset in reports {
        out.push_str(&format!("{:<16} {} ({} exemptions)\n", preset.id, preset.name, preset.exemptions.len()));
        for exemption in preset.exemptions.iter().filter(|_| in_full) {
            let limbs = exemption.limbs.join(" ");
            out.push_str(&format!("  {:<14} {:<10} {:<9} {} {limbs}\n", exemption.code, exemption.kind, exemption.basis, exemption.title));
        }
    }
    out
}

/// Prints a completion script.
pub(super) fn completions(shell: clap_complete::Shell, session: &Session) -> Result<u8, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "cleardraft", &mut script);
    session.publish(&script)?;
    Ok(DONE)
}

/// Prints the manual page of the command and of each of its subcommands, one after the other.
pub(super) fn man(session: &Session) -> Result<u8, Stop> {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    let fail = |error: std::io::Error| Stop::disk(Path::new("manual page"), &error);
    clap_mangen::Man::new(command.clone()).render(&mut page).map_err(fail)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let name: &'static str = Box::leak(format!("cleardraft-{}", sub.get_name()).into_boxed_str());
        clap_mangen::Man::new(sub.clone().name(name)).render(&mut page).map_err(fail)?;
    }
    session.publish(&page)?;
    Ok(DONE)
}
