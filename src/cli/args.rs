//! The arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Is this repository ready for production, and how do you know?
///
/// Audits a repository offline: establishes facts, judges them by rules, scores each category from 0 to 10 and says
/// what is in place, what is missing, what blocks production and what to do first. Nothing is executed and nothing
/// leaves the machine.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Audit a repository and report
    Scan(Scan),
    /// Print what is understood of a repository: components, roles, dependencies, environment
    Inspect(Inspect),
    /// List the tools that are known, or those that a repository uses
    Tools(Tools),
    /// Print the configuration that is in effect, with the origin of each value
    Config(super::config::Config),
    /// Record today's findings and scores, so that later scans fail only on what is new
    Baseline(super::baseline::Baseline),
    /// List the compliance frameworks, or the controls of one
    Frameworks(super::frameworks::Frameworks),
    /// Show the arithmetic of the score, what gains most, and the least effort that reaches a score
    ExplainScore(super::explain_score::ExplainScore),
    /// Write a commented auditor.toml that fits the repository
    Init(super::init::Init),
    /// List, show, check and test rules
    Rules(super::rules::Rules),
}

/// Audit a repository and report.
///
/// Inside git, the tracked files are audited; outside, what the ignore rules leave.
#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0 no gate was missed, 1 a gate was missed, 2 a mistake in the call or the \
                        configuration, 3 the scan is incomplete.")]
pub(crate) struct Scan {
    /// The directory to audit
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// The format on standard output
    #[arg(short, long, value_enum, default_value_t = FormatName::Terminal)]
    pub(crate) format: FormatName,

    /// Also write a report to this file; its name gives the format: .md, .json, .sarif, .oscal.json, .txt (repeatable)
    #[arg(short, long = "output", value_name = "FILE")]
    pub(crate) outputs: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) policy: super::policy::PolicyArguments,

    #[command(flatten)]
    pub(crate) gates: super::gates::GateArguments,

    /// What reports call the repository [default: the directory's name]
    #[arg(long)]
    pub(crate) name: Option<String>,

    /// The date that reports carry [default: the commit's]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub(crate) date: Option<String>,

    /// Look for credentials in every commit as well: what was removed has leaked all the same
    #[arg(long)]
    pub(crate) history: bool,

    /// Ignore git: audit all files that the ignore rules leave
    #[arg(long)]
    pub(crate) no_git: bool,

    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, value_parser = threads)]
    pub(crate) threads: usize,

    /// Whether the terminal report has colours
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub(crate) color: Colour,
}

/// Print what is understood of a repository, without a judgement.
///
/// Components with their kinds and why, roles of files, declared dependencies and their use, environment variables,
/// pipelines, tools: the first thing to look at when an answer of `scan` surprises.
#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0 everything was read, 2 a mistake in the call, 3 something could not be read.")]
pub(crate) struct Inspect {
    /// The directory to look at
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// The format on standard output
    #[arg(short, long, value_enum, default_value_t = InspectFormat::Table)]
    pub(crate) format: InspectFormat,

    /// Also list every file with its role and language
    #[arg(long)]
    pub(crate) files: bool,

    /// Ignore git: look at all files that the ignore rules leave
    #[arg(long)]
    pub(crate) no_git: bool,

    /// The largest file that is read, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) max_file_size: u32,

    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, value_parser = threads)]
    pub(crate) threads: usize,
}

/// List the tools that are known: what each is for and how it is recognised. With a directory, list those that it uses,
/// and where.
///
/// A tool counts as used where code imports it, something sets it up, or a pipeline or a script runs it; a dependency that
/// is only declared does not.
#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0 everything was read, 2 a mistake in the call, 3 something could not be read.")]
pub(crate) struct Tools {
    /// The directory to look at [default: none, which lists what is known]
    pub(crate) path: Option<PathBuf>,

    /// The format on standard output
    #[arg(short, long, value_enum, default_value_t = InspectFormat::Table)]
    pub(crate) format: InspectFormat,

    /// Ignore git: look at all files that the ignore rules leave
    #[arg(long, requires = "path")]
    pub(crate) no_git: bool,

    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, value_parser = threads)]
    pub(crate) threads: usize,
}

/// The formats of `inspect` and `tools`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InspectFormat {
    /// Tables for people
    Table,
    /// Everything, for programs
    Json,
}

/// The names of formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatName {
    /// A summary that fits a screen
    Terminal,
    /// The whole report for people
    Markdown,
    /// The whole report for programs
    Json,
    /// Findings for code scanning
    Sarif,
    /// Evidence for controls: OSCAL assessment results
    Oscal,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

pub(super) fn threads(text: &str) -> Result<usize, String> {
    let wrong = || "a number of threads is from 1 to 256".to_owned();
    text.parse().ok().filter(|threads| *threads <= 256).ok_or_else(wrong)
}

pub(super) fn date(text: &str) -> Result<String, String> {
    if auditor::config::is_date(text) { Ok(text.to_owned()) } else { Err("a date is written as 2026-11-24".to_owned()) }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn threads_and_dates_are_checked() {
        assert!(threads("8").is_ok() && threads("100000").is_err() && threads("-1").is_err());
        assert!(date("2026-11-24").is_ok() && date("2026-13-01").is_err() && date("yesterday").is_err());
    }
}
