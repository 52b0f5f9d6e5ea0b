//! `auditor scan`: audit, report, judge the gates.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use auditor::config::Settings;
use auditor::facts::{Diagnostic, Level};
use auditor::report;
use auditor::score::{Assessment, Summary};

use super::args::{Reading, Scan};
use super::progress::Progress;
use super::{Exit, complain, output};

pub(super) fn run(arguments: &Scan) -> Result<Exit> {
    let Reading { threads, .. } = arguments.reading;
    let prepared =
        arguments.policy.prepare(&arguments.path, arguments.reading.listing(), threads, arguments.gates.values())?;
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => directory_name(&arguments.path),
    };
    let began = Instant::now();
    let progress = Progress::start(arguments.reports.quiet, &name);
    let settings = Settings { history: arguments.history, ..prepared.settings };
    let mut assessment = prepared.auditor.audit(&arguments.path, &name, &settings, &prepared.policy)?;
    drop(progress);
    if arguments.verbose {
        let Summary { files, bytes, .. } = &assessment.repository;
        let seconds = began.elapsed().as_secs_f64();
        complain(&format!("{files} files, {bytes} bytes, {} rules: {seconds:.2} s", assessment.tool.rules));
        for diagnostic in &assessment.diagnostics {
            complain(&format!("  {}", told(diagnostic)));
        }
    }
    if let Some(date) = &arguments.date {
        assessment.date = Some(date.clone());
    }
    output::write(&assessment, &arguments.reports)?;
    let fail_under = arguments.gates.fail_under.iter().find(|(name, _)| name.is_none()).map(|&(_, score)| score);
    Ok(exit(&assessment, fail_under))
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
        complain(&format!("  {}", told(error)));
    }
    if errors().count() > SHOWN {
        complain(&format!("  and {} more, which the report lists", errors().count() - SHOWN));
    }
}

fn told(diagnostic: &Diagnostic) -> String {
    let path = diagnostic.path.as_deref().map(|path| format!("{path}: ")).unwrap_or_default();
    report::one_line(&format!("{path}{}", diagnostic.message))
}
