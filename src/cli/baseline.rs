//! `auditor baseline`: today's findings and scores as a file.

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use auditor::policy;
use clap::Args;

use super::args::Reading;
use super::output::print;
use super::policy::PolicyArguments;
use super::{Exit, complain};

/// Record today's findings and scores, so that later scans fail only on what is new.
///
/// `auditor scan --baseline FILE` looks at findings that the file does not hold; `--ratchet FILE` asks that no score falls
/// below the recorded one. Findings are known by their content, also when lines move and files are renamed.
#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0, 2 for a mistake in the call or the configuration, 3 the scan is incomplete.")]
pub(crate) struct Baseline {
    /// The directory to audit
    #[arg(default_value = ".")]
    path: PathBuf,

    /// The file to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The date that waivers compare themselves with [default: the commit's]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::args::date)]
    date: Option<String>,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    policy: PolicyArguments,
}

pub(super) fn run(arguments: &Baseline) -> Result<Exit> {
    let assessment = arguments.policy.assess(&arguments.path, &arguments.reading, arguments.date.as_deref())?;
    let baseline = policy::Baseline::of(&assessment);
    let text = baseline.to_text().map_err(|message| anyhow!("the baseline cannot be written: {message}"))?;
    match &arguments.output {
        None => print(&text)?,
        Some(file) => {
            auditor::report::write_file(file, &text)?;
            print(&format!("recorded {} findings in {}\n", baseline.findings.len(), file.display()))?;
        }
    }
    if assessment.is_incomplete() {
        complain("the scan is incomplete, so that the baseline may lack findings: see `auditor scan`");
        return Ok(Exit::Incomplete);
    }
    Ok(Exit::Clean)
}
