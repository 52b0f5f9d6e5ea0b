//! `auditor scan`: audit, report, judge the gates.

use std::path::Path;

use anyhow::Result;
use auditor::config::{Limits, Listing, Settings};
use auditor::facts::Level;
use auditor::report;
use auditor::scan::Auditor;
use auditor::score::Assessment;

use super::args::Scan;
use super::{Exit, complain, output};

pub(super) fn run(arguments: &Scan) -> Result<Exit> {
    let settings = settings(arguments);
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => directory_name(&arguments.path),
    };
    let mut assessment = Auditor::new()?.scan(&arguments.path, &name, &settings)?;
    if let Some(date) = &arguments.date {
        assessment.date = Some(date.clone());
    }
    output::write(&assessment, &arguments.reports)?;
    Ok(exit(&assessment, arguments.fail_under))
}

fn settings(arguments: &Scan) -> Settings {
    Settings {
        limits: Limits { file_bytes: u64::from(arguments.max_file_size) * 1024 * 1024, ..Limits::default() },
        listing: if arguments.no_git { Listing::Walk } else { Listing::Auto },
        threads: arguments.threads,
    }
}

pub(super) fn directory_name(path: &Path) -> String {
    let full = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    full.file_name().map_or_else(|| "repository".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn exit(assessment: &Assessment, fail_under: Option<f64>) -> Exit {
    if let (Some(wanted), Some(score)) = (fail_under, assessment.score.overall)
        && score < wanted
    {
        complain(&format!("gate missed: the overall score is {score:.1}, and --fail-under asks for {wanted:.1}"));
        return Exit::GateMissed;
    }
    if assessment.is_incomplete() {
        complain_of_incompleteness(assessment);
        return Exit::Incomplete;
    }
    if fail_under.is_some() && assessment.score.overall.is_none() {
        complain("gate missed: no rule applies here, so there is no score to compare with --fail-under");
        return Exit::GateMissed;
    }
    Exit::Clean
}

/// Says what was not judged: the first of the errors, and how many more there are.
fn complain_of_incompleteness(assessment: &Assessment) {
    const SHOWN: usize = 5;
    let errors = || assessment.diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error);
    complain("the scan is incomplete:");
    for error in errors().take(SHOWN) {
        let path = error.path.as_deref().map(|path| format!("{path}: ")).unwrap_or_default();
        complain(&format!("  {}", report::one_line(&format!("{path}{}", error.message))));
    }
    if errors().count() > SHOWN {
        complain(&format!("  and {} more, which the report lists", errors().count() - SHOWN));
    }
}
