//! `auditor scan`: audit, report, judge the gates.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use auditor::config::Settings;
use auditor::facts::{Diagnostic, Level};
use auditor::report;
use auditor::scan::Stopwatch;
use auditor::score::{Assessment, Summary};

use super::args::{Reading, Scan};
use super::progress::Progress;
use super::{Exit, complain, output, timings};

pub(super) fn run(arguments: &Scan) -> Result<Exit> {
    let Reading { threads, .. } = arguments.reading;
    let watch = if arguments.timings { Stopwatch::running() } else { Stopwatch::default() };
    let mut prepared = watch.stage("loading", || {
        arguments.policy.prepare(&arguments.path, arguments.reading.listing(), threads, arguments.gates.values())
    })?;
    prepared.policy.date.clone_from(&arguments.date);
    prepared.gate(&arguments.gates)?;
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => directory_name(&arguments.path),
    };
    let began = Instant::now();
    let progress = Progress::start(arguments.reports.quiet, &name);
    let settings = Settings { history: arguments.history, ..prepared.settings };
    let assessment = prepared.auditor.audit(&arguments.path, &name, &settings, &prepared.policy, &watch)?;
    drop(progress);
    if arguments.verbose {
        let Summary { files, bytes, .. } = &assessment.repository;
        let seconds = began.elapsed().as_secs_f64();
        complain(&format!("{files} files, {bytes} bytes, {} rules: {seconds:.2} s", assessment.tool.rules));
        for diagnostic in &assessment.diagnostics {
            complain(&format!("  {}", told(diagnostic)));
        }
    }
    watch.stage("reporting", || output::write(&assessment, &arguments.reports))?;
    if watch.is_running() {
        timings::print(&watch.read());
    }
    let exit = exit(&assessment);
    // The process ends here: giving back memory piece by piece would only take time.
    std::mem::forget((prepared.auditor, assessment));
    Ok(exit)
}

pub(super) fn directory_name(path: &Path) -> String {
    let full = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    full.file_name().map_or_else(|| "repository".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn exit(assessment: &Assessment) -> Exit {
    for text in &assessment.governance.loosened {
        complain(&report::one_line(&format!("warning: the work tree loosens the policy, without effect here: {text}")));
    }
    let missed: Vec<_> = assessment.governance.gates.iter().filter(|gate| !gate.is_met).collect();
    // Without a score, an incomplete scan explains more than a gate that had nothing to compare.
    if !missed.is_empty() && (assessment.score.overall.is_some() || !assessment.is_incomplete()) {
        for gate in missed {
            complain(&report::one_line(&format!("gate missed: {}", gate.reason)));
        }
        return Exit::GateMissed;
    }
    if assessment.is_incomplete() {
        complain_of_incompleteness(assessment);
        return Exit::Incomplete;
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
