//! Results: one for each finding that costs something, at a real place, with an identity that survives moved lines.

use std::collections::BTreeMap;

use serde_json::json;
use serde_sarif::sarif::{ArtifactLocation, Location, PhysicalLocation, Region, ResultLevel, Suppression};

use super::{ROOT, number, said};
use crate::facts::{Severity, Span};
use crate::report::plain;
use crate::rules::{Finding, Outcome, Status};
use crate::score::{Assessment, Waived};

/// One result; the crate's own name for it hides the standard library's.
pub(super) type Entry = serde_sarif::sarif::Result;

/// The key of our fingerprints.
const FINGERPRINT: &str = "auditor/v1";
/// GitHub's own, the only one that it reads: of the line, or of the practice that is missing, so that an edit to the first
/// line of the file where it is reported opens no second alert.
const LINE_HASH: &str = "primaryLocationLineHash";

/// The results of all findings that cost something.
pub(super) fn findings(assessment: &Assessment) -> Vec<(Severity, Entry)> {
    let mut results = Vec::new();
    for (index, outcome) in assessment.outcomes.iter().enumerate() {
        if matches!(outcome.status, Status::Partial | Status::Fail) {
            let counting = outcome.findings.iter().filter(|finding| finding.counts);
            results.extend(counting.map(|finding| (finding.severity, result(index, outcome, finding))));
        }
    }
    results
}

fn result(index: usize, outcome: &Outcome, finding: &Finding) -> Entry {
    let message = match finding.message.as_str() {
        "" => &outcome.rule.title,
        message => message,
    };
    let line_hash = finding.line_hash.clone().unwrap_or_else(|| format!("{}:1", finding.fingerprint));
    Entry::builder()
        .rule_id(outcome.rule.id.as_str())
        .rule_index(number(index))
        .level(level(finding.severity))
        .message(said(message))
        .locations(vec![location(&finding.place.path, finding.place.span)])
        .partial_fingerprints(BTreeMap::from([
            (FINGERPRINT.to_owned(), finding.fingerprint.clone()),
            (LINE_HASH.to_owned(), line_hash),
        ]))
        .build()
}

/// The results of what somebody accepted, suppressed.
pub(super) fn waived(assessment: &Assessment) -> impl Iterator<Item = (Severity, Entry)> {
    assessment.waived.iter().map(|waived| suppressed(assessment, waived))
}

fn suppressed(assessment: &Assessment, waived: &Waived) -> (Severity, Entry) {
    let index = assessment.outcomes.iter().position(|outcome| outcome.rule.id == waived.rule);
    let rule = index.and_then(|index| assessment.outcomes.get(index)).map(|outcome| &outcome.rule);
    let severity = rule.map_or(Severity::Info, |rule| rule.severity);
    let owner = waived.owner.as_deref().unwrap_or("a comment in the code");
    let until = waived.expires.as_deref().map(|date| format!(", until {date}")).unwrap_or_default();
    let justification = format!("{} ({owner}{until})", waived.reason);
    let kind = if waived.owner.is_some() { "external" } else { "inSource" };
    let span = Span { line: waived.line.max(1), column: 1, end_line: waived.line.max(1), end_column: 1 };
    let suppression = Suppression::builder()
        .kind(json!(kind))
        .status(json!("accepted"))
        .justification(plain::one_line(&justification))
        .build();
    let mut result = Entry::builder()
        .rule_id(waived.rule.as_str())
        .level(level(severity))
        .message(said(&waived.message))
        .locations(vec![location(&waived.path, span)])
        .partial_fingerprints(BTreeMap::from([(FINGERPRINT.to_owned(), waived.fingerprint.clone())]))
        .suppressions(vec![suppression])
        .build();
    result.rule_index = index.map(number);
    (severity, result)
}

pub(super) fn location(path: &str, span: Span) -> Location {
    let artifact = ArtifactLocation::builder().uri(plain::uri(path)).uri_base_id(ROOT).build();
    let region = Region::builder()
        .start_line(i64::from(span.line.max(1)))
        .start_column(i64::from(span.column.max(1)))
        .end_line(i64::from(span.end_line.max(1)))
        .end_column(i64::from(span.end_column.max(1)))
        .build();
    let physical = PhysicalLocation::builder().artifact_location(artifact).region(region).build();
    Location::builder().physical_location(physical).build()
}

pub(super) const fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Critical | Severity::High => ResultLevel::Error,
        Severity::Medium => ResultLevel::Warning,
        Severity::Low | Severity::Info => ResultLevel::Note,
    }
}
