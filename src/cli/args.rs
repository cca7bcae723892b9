//! The command line as clap types. Nothing is computed here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Prepares drafts for disclosure: classifies them, takes hidden data out, proves it, and bundles the release.
#[derive(Debug, Parser)]
#[command(name = "cleardraft", version, max_term_width = 100, propagate_version = true, infer_subcommands = false)]
#[command(after_help = "Exit codes: 0 all done; 1 something needs a person; 2 the call or a file it names is wrong; 3 the machine failed.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Flags that every command takes.
    #[command(flatten)]
    pub shared: Shared,
}

/// Flags that every command takes.
#[derive(Debug, Clone, Args)]
pub struct Shared {
    /// Worker threads (default: one for each core).
    #[arg(long, short = 'j', global = true, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub jobs: usize,
    /// Write the report to this file instead of the standard output.
    #[arg(long, global = true, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Draw no progress bar.
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// Colour of the report and of messages.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,
    /// Say less: no messages besides errors.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: every finding, every reason.
    #[arg(long, short, global = true)]
    pub verbose: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ReportFormat {
    /// For people.
    #[default]
    Table,
    /// One JSON object.
    Json,
    /// One JSON object a file, a line each.
    Jsonl,
    /// Comma-separated values with a header line.
    Csv,
}

/// The form of a verification report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum VerifyFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0, for code review in CI.
    Sarif,
    /// `JUnit` XML, for test reports in CI.
    Junit,
}

/// How tracked changes are resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TrackedChoice {
    /// Insertions stay, deletions go.
    Accept,
    /// Deletions come back, insertions go.
    Reject,
    /// The redline stays, under a neutral author and without dates.
    Keep,
}

/// A policy and what overrides it.
#[derive(Debug, Clone, Default, Args)]
pub struct PolicyArgs {
    /// Release policy (default: the built-in one).
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Resolve tracked changes like this, whatever the policy says.
    #[arg(long, value_name = "HOW")]
    pub tracked_changes: Option<TrackedChoice>,
}

/// Where inspections are kept from one run to the next.
#[derive(Debug, Clone, Default, Args)]
pub struct CacheArgs {
    /// Keep inspections in this folder, sealed, and read only drafts that it does not know (default: read every draft).
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a starter case.toml and policy.toml into a case folder of its own.
    Init {
        /// The folder; made if need be, never one that holds drafts.
        dir: PathBuf,
    },
    /// Say what files hold: marks, hidden data, version evidence.
    Inspect {
        /// Files or folders.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Policy.
        #[command(flatten)]
        policy: PolicyArgs,
        /// Form of the report.
        #[arg(long, value_name = "FORM", default_value = "table")]
        format: ReportFormat,
    },
    /// Inspect and classify a folder and propose a decision for every file.
    Scan {
        /// The folder of drafts.
        dir: PathBuf,
        /// Policy.
        #[command(flatten)]
        policy: PolicyArgs,
        /// The case file: reports, finals, milestones.
        #[arg(long, value_name = "FILE")]
        case: Option<PathBuf>,
        /// Cache.
        #[command(flatten)]
        cache: CacheArgs,
        /// Form of the report.
        #[arg(long, value_name = "FORM", default_value = "table")]
        format: ReportFormat,
        /// Print every piece of evidence for this file (its path below DIR).
        #[arg(long, value_name = "PATH")]
        explain: Option<String>,
        /// Print the drafts of each family as a tree with its branches.
        #[arg(long, conflicts_with = "explain")]
        tree: bool,
    },
    /// Write the proposed decisions as a worksheet that the officer edits.
    Plan {
        /// The folder of drafts.
        dir: PathBuf,
        /// The worksheet; .xlsx, .csv or .json by its extension.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Policy.
        #[command(flatten)]
        policy: PolicyArgs,
        /// The case file: reports, finals, milestones, exemptions.
        #[arg(long, value_name = "FILE")]
        case: Option<PathBuf>,
        /// Cache.
        #[command(flatten)]
        cache: CacheArgs,
    },
    /// Make sanitised copies, without classification.
    #[command(alias = "sanitize")]
    Sanitise {
        /// Files or folders.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Folder for the copies, under the same relative names.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Policy.
        #[command(flatten)]
        policy: PolicyArgs,
        /// Form of the report.
        #[arg(long, value_name = "FORM", default_value = "table")]
        format: ReportFormat,
    },
    /// The whole job: decide, sanitise, prove, and write the bundle and its record.
    Bundle(BundleArgs),
    /// Check that a bundle is complete, untouched and free of residue.
    Verify(VerifyArgs),
    /// Say what file names or titles tell about the version.
    Label {
        /// The texts; `-` reads one a line from the standard input.
        #[arg(required = true, value_name = "TEXT")]
        texts: Vec<String>,
        /// Form of the report.
        #[arg(long, value_name = "FORM", default_value = "table")]
        format: ReportFormat,
    },
    /// List the laws that a case can be handled under, with their exemptions.
    Presets {
        /// Only this one, in full.
        id: Option<String>,
        /// Form of the report.
        #[arg(long, value_name = "FORM", default_value = "table")]
        format: ReportFormat,
    },
    /// Work with the internal record of a bundle.
    Record {
        /// What to do with it.
        #[command(subcommand)]
        command: RecordCommand,
    },
    /// Hide a canary in every known place of documents made for the purpose, clean them, and look for the canaries.
    Selftest {
        /// Form of the report.
        #[arg(long, value_name = "FORM", default_value = "table")]
        format: ReportFormat,
    },
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
}

/// Arguments of `bundle`.
#[derive(Debug, Args)]
pub struct BundleArgs {
    /// The folder of drafts.
    pub dir: PathBuf,
    /// The bundle; must not exist yet.
    #[arg(long, value_name = "BUNDLE")]
    pub out: PathBuf,
    /// Policy.
    #[command(flatten)]
    pub policy: PolicyArgs,
    /// The case file.
    #[arg(long, value_name = "FILE")]
    pub case: Option<PathBuf>,
    /// Cache.
    #[command(flatten)]
    pub cache: CacheArgs,
    /// The officer's decisions, written by `plan` and edited.
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// Folder for the internal record (default: BUNDLE-record).
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,
    /// Sign the bundle with this private key.
    #[arg(long, value_name = "KEY")]
    pub sign: Option<PathBuf>,
    /// Form of the report.
    #[arg(long, value_name = "FORM", default_value = "table")]
    pub format: ReportFormat,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The bundle.
    pub bundle: PathBuf,
    /// Judge any BagIt bag, and nothing but the bag.
    #[arg(long)]
    pub bag_only: bool,
    /// Require a signature by this public key.
    #[arg(long, value_name = "PUB", conflicts_with = "bag_only")]
    pub trust: Option<PathBuf>,
    /// Make the bundle again from these sources and compare byte for byte.
    #[arg(long, value_name = "DIR", requires = "record", conflicts_with = "bag_only")]
    pub sources: Option<PathBuf>,
    /// The internal record of the bundle.
    #[arg(long, value_name = "DIR", requires = "sources")]
    pub record: Option<PathBuf>,
    /// Accepted findings, each with a reason and an expiry date.
    #[arg(long, value_name = "FILE")]
    pub suppress: Option<PathBuf>,
    /// Policy that the bundle was made with.
    #[command(flatten)]
    pub policy: PolicyArgs,
    /// Form of the report.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub format: VerifyFormat,
}

/// What can be done with a record.
#[derive(Debug, Subcommand)]
pub enum RecordCommand {
    /// Check that the sources are still what the record says.
    Verify {
        /// The record folder.
        record: PathBuf,
        /// The folder of drafts.
        #[arg(long, value_name = "DIR")]
        sources: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
