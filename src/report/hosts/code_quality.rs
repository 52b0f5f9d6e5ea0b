//! GitLab's Code Quality report: a list of findings that the merge request compares with its target branch's.

use serde::Serialize;

use super::{costly, message};
use crate::facts::Severity;
use crate::report::{ReportError, plain};
use crate::score::Assessment;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

pub(in crate::report) fn render(assessment: &Assessment) -> Result<String, ReportError> {
    let issues: Vec<Issue<'_>> = costly(assessment)
        .filter(|(_, finding)| !finding.place.path.is_empty())
        .map(|(outcome, finding)| Issue {
            description: plain::one_line(message(outcome, finding)),
            check_name: outcome.rule.id.as_str(),
            fingerprint: &finding.fingerprint,
            severity: severity(finding.severity),
            location: Location {
                path: &finding.place.path,
                lines: Lines { begin: finding.place.span.line, end: finding.place.span.end_line },
            },
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&issues)?;
    text.push('\n');
    Ok(plain::safe_json(&text))
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}
