//! The arguments.

use std::path::PathBuf;

use auditor::config::Listing;
use auditor::report::Format;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Is this repository ready for production, and how do you know?
///
/// Audits a repository offline: establishes facts, judges them by rules, scores each category from 0 to 10 and says
/// what is in place, what is missing, what blocks production and what to do first. Nothing is executed and nothing
/// leaves the machine.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100, after_help = "Begin with: auditor scan path/to/repository")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Audit a repository and report
    Scan(Scan),
    /// Make reports in other formats from a JSON report
    Report(Report),
    /// Say what a rule means and how to mend it
    Explain(Explain),
    /// Show the files that mend a rule here, and create them on request
    Fix(Fix),
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
    /// Print what a shell needs to complete commands
    Completions(Completions),
    /// Print the manual
    Man(Man),
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

    #[command(flatten)]
    pub(crate) reports: Reports,

    /// Say on standard error what was read and how long it took
    #[arg(short, long, conflicts_with = "quiet")]
    pub(crate) verbose: bool,

    /// Say on standard error where the time went: stages, and the slowest extractors, rules and files
    #[arg(long)]
    pub(crate) timings: bool,

    /// What reports call the repository [default: the directory's name]
    #[arg(long)]
    pub(crate) name: Option<String>,

    /// The date that reports carry [default: the commit's]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub(crate) date: Option<String>,

    /// Look for credentials in every commit as well: what was removed has leaked all the same
    #[arg(long)]
    pub(crate) history: bool,

    #[command(flatten)]
    pub(crate) policy: super::policy::PolicyArguments,

    #[command(flatten)]
    pub(crate) gates: super::gates::GateArguments,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// Make reports in other formats from a JSON report.
///
/// A scan is kept as JSON; every other format can be made from it at any time, without the repository.
#[derive(Debug, Args)]
#[command(after_help = "Example: auditor scan . -o audit.json && auditor report audit.json -o audit.md -o audit.sarif")]
pub(crate) struct Report {
    /// The JSON report, or - for standard input
    #[arg(value_name = "FILE.json")]
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) reports: Reports,
}

/// Say what a rule means: what counts, why it matters, how to mend it, which controls it serves.
#[derive(Debug, Args)]
#[command(after_help = "Example: auditor explain ci/toothless-gate")]
pub(crate) struct Explain {
    /// The rule, by its id or by the name behind the slash
    pub(crate) rule: String,
}

/// Show the files that mend a rule here, as a diff, and create them on request.
///
/// The files fit the stack that was found: its framework, package manager, versions and commands. Nothing that exists is
/// ever changed.
#[derive(Debug, Args)]
#[command(after_help = "Example: auditor fix ci/pipeline . --write")]
pub(crate) struct Fix {
    /// The rule, by its id or by the name behind the slash; without it, the rules that have files here
    pub(crate) rule: Option<String>,

    /// The directory to mend
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// Create the files
    #[arg(long)]
    pub(crate) write: bool,

    #[command(flatten)]
    pub(crate) policy: super::policy::PolicyArguments,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// Print what a shell needs to complete commands.
#[derive(Debug, Args)]
#[command(after_help = "Example: auditor completions bash > ~/.local/share/bash-completion/completions/auditor")]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// Print the manual, or write the pages of all commands to a folder.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The folder, created where it is not there
    pub(crate) folder: Option<PathBuf>,
}

/// What is read and how much.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct Reading {
    /// Ignore git: audit all files that the ignore rules leave
    #[arg(long)]
    pub(crate) no_git: bool,

    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, value_parser = threads)]
    pub(crate) threads: usize,
}

impl Reading {
    /// Whose list of files is read.
    pub(crate) const fn listing(&self) -> Listing {
        if self.no_git { Listing::Walk } else { Listing::Auto }
    }
}

/// Which reports are made.
#[derive(Debug, Args)]
pub(crate) struct Reports {
    /// The format on standard output
    #[arg(short, long, value_parser = formats(), default_value = "terminal", hide_possible_values = true,
          long_help = format_help())]
    pub(crate) format: Format,

    /// Also write a report to a file; its name gives the format, or FORMAT=FILE does (repeatable)
    #[arg(short, long = "output", value_name = "[FORMAT=]FILE", value_parser = Target::parse)]
    pub(crate) outputs: Vec<Target>,

    /// Say nothing but errors: no report on standard output, no progress
    #[arg(short, long)]
    pub(crate) quiet: bool,

    /// Whom the Markdown report is for
    #[arg(long, value_enum, default_value_t = Reader::Engineer)]
    pub(crate) audience: Reader,

    /// Whether the terminal report has colours
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub(crate) color: Colour,
}

/// A file that a report is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) format: Format,
    pub(crate) path: PathBuf,
}

impl Target {
    fn parse(text: &str) -> Result<Self, String> {
        if let Some((name, path)) = text.split_once('=')
            && let Some(format) = Format::from_name(name)
        {
            return Ok(Self { format, path: PathBuf::from(path) });
        }
        let is_name =
            |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        if let Some((name, _)) = text.split_once('=').filter(|(name, _)| is_name(name)) {
            let names: Vec<&str> = Format::all().map(Format::name).collect();
            return Err(format!(
                "no format is called `{name}`\n  help: use {}; a file of that name is ./{text}",
                names.join(", ")
            ));
        }
        let path = PathBuf::from(text);
        let endings: Vec<&str> = Format::all().filter_map(|format| format.endings().first().copied()).collect();
        let unknown = || {
            format!(
                "no format has this ending\n  help: use {}, or name the format: markdown={text}",
                endings.join(", ")
            )
        };
        Format::from_path(&path).map(|format| Self { format, path }).ok_or_else(unknown)
    }
}

/// The names of formats; an unknown one is answered with the nearest.
fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::all().map(|format| PossibleValue::new(format.name()).help(format.about())))
        .try_map(|name| Format::from_name(&name).ok_or_else(|| format!("no format is called `{name}`")))
}

fn format_help() -> String {
    let rows = Format::all().map(|format| format!("  {:<13} {}", format.name(), format.about()));
    format!("The format on standard output:\n\n{}", rows.collect::<Vec<_>>().join("\n"))
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

    /// The largest file that is read, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) max_file_size: u32,

    #[command(flatten)]
    pub(crate) reading: Reading,
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

/// Whom a report is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Reader {
    /// Those who will mend it: everything, with places, code and files to add
    Engineer,
    /// Those who decide: scores, gaps, cost and the way to production
    Executive,
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

    /// The words of a command line: quotes hold blanks together, a comment ends it.
    fn words(line: &str) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut is_quoted = false;
        for c in line.chars() {
            match c {
                '"' => is_quoted = !is_quoted,
                '#' if !is_quoted && words.last().is_some_and(String::is_empty) => break,
                c if c.is_whitespace() && !is_quoted => words.push(String::new()),
                c => words.last_mut().unwrap().push(c),
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }

    #[test]
    fn every_command_of_the_documentation_is_understood() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let pages = std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
        let pages = pages.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
        let mut count = 0;
        for page in pages.chain([root.join("README.md")]) {
            let text = std::fs::read_to_string(&page).unwrap();
            let mut is_shell = false;
            for line in text.lines() {
                if line.starts_with("```") {
                    is_shell = line == "```sh";
                } else if let Some(rest) =
                    line.strip_prefix("auditor ").or_else(|| line.strip_prefix("cargo run --release -- "))
                    && is_shell
                {
                    count += 1;
                    let arguments = std::iter::once("auditor".to_owned()).chain(words(rest));
                    if let Err(error) = Cli::try_parse_from(arguments) {
                        panic!("{}: {line}\n{error}", page.display());
                    }
                }
            }
        }
        assert!(count > 20, "{count} commands were found");
    }

    #[test]
    fn threads_and_dates_are_checked() {
        assert!(threads("8").is_ok() && threads("100000").is_err() && threads("-1").is_err());
        assert!(date("2026-11-24").is_ok() && date("2026-13-01").is_err() && date("yesterday").is_err());
    }
}
