//! Formats of the places where people work: merge requests, pipelines, pages of a job, badges, spreadsheets.

pub(super) mod annotations;
pub(super) mod badge;
pub(super) mod code_quality;
pub(super) mod csv;
pub(super) mod junit;
pub(super) mod step_summary;

use crate::rules::{Finding, Outcome, Status};
use crate::score::Assessment;

/// Every finding that costs something, with its outcome, in the order of the rules.
fn costly(assessment: &Assessment) -> impl Iterator<Item = (&Outcome, &Finding)> {
    let lacking = |outcome: &&Outcome| matches!(outcome.status, Status::Partial | Status::Fail);
    assessment.outcomes.iter().filter(lacking).flat_map(|outcome| {
        outcome.findings.iter().filter(|finding| finding.counts).map(move |finding| (outcome, finding))
    })
}

/// What a finding says; the rule's title where it says nothing.
fn message<'a>(outcome: &'a Outcome, finding: &'a Finding) -> &'a str {
    match finding.message.as_str() {
        "" => &outcome.rule.title,
        message => message,
    }
}
