//! The command line: one file a command. Arguments live here alone; the library sees settings.

mod args;
mod baseline;
mod completions;
mod config;
mod explain;
mod explain_score;
mod fix;
mod frameworks;
mod gates;
mod init;
mod inspect;
mod man;
mod output;
mod policy;
mod progress;
mod report;
mod rule;
mod rules;
mod scan;
mod timings;
mod tools;

use std::process::ExitCode;

use clap::Parser as _;

/// How a run ended, as exit statuses that a CI job can tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Clean,
    /// A gate was missed.
    GateMissed,
    /// A mistake in the call or the configuration.
    Mistake,
    /// Something that should have been judged was not.
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::GateMissed => 1,
            Exit::Mistake => 2,
            Exit::Incomplete => 3,
        })
    }
}

/// Runs the command that the arguments name.
pub(crate) fn run() -> ExitCode {
    let arguments = match args::Cli::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let is_mistake = error.use_stderr();
            // A reader that has gone away is no error of ours.
            let _ = error.print();
            return if is_mistake { Exit::Mistake.into() } else { Exit::Clean.into() };
        }
    };
    let outcome = match arguments.command {
        args::Command::Scan(scan) => scan::run(&scan),
        args::Command::Report(report) => report::run(&report),
        args::Command::Explain(explain) => explain::run(&explain),
        args::Command::Fix(fix) => fix::run(&fix),
        args::Command::Completions(completions) => completions::run(&completions),
        args::Command::Man(man) => man::run(&man),
        args::Command::Inspect(inspect) => inspect::run(&inspect),
        args::Command::Tools(tools) => tools::run(&tools),
        args::Command::Config(config) => config::run(&config),
        args::Command::Baseline(baseline) => baseline::run(&baseline),
        args::Command::Frameworks(frameworks) => frameworks::run(&frameworks),
        args::Command::ExplainScore(explain) => explain_score::run(&explain),
        args::Command::Init(init) => init::run(&init),
        args::Command::Rules(rules) => rules::run(&rules),
    };
    outcome
        .unwrap_or_else(|error| {
            complain(&format!("error: {error:#}"));
            Exit::Mistake
        })
        .into()
}

/// Says something on standard error; a closed stream is no reason to fail. Errors repeat texts of files, which must not
/// act on the terminal.
pub(crate) fn complain(message: &str) {
    use std::io::Write as _;
    let mut stream = std::io::stderr().lock();
    for line in message.lines() {
        let text = line.trim_start_matches(' ');
        let indentation = line.len() - text.len();
        let _ = writeln!(stream, "{:indentation$}{}", "", auditor::report::one_line(text));
    }
}
