//! What the policy asks for, as reports for people say it: gates, and evidence for controls of compliance frameworks.

use serde::Serialize;

use super::{Spot, listed, message};
use crate::facts::{RuleId, Span};
use crate::report::plain;
use crate::score::{Assessment, ControlResult, ControlStatus, FrameworkResult};

/// A gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct GateLine {
    pub icon: &'static str,
    pub name: String,
    pub asked: String,
    pub actual: String,
    pub reason: String,
}

/// A compliance framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Framework {
    pub number: usize,
    pub title: String,
    pub version: String,
    pub about: String,
    /// `3 satisfied, 2 partial`.
    pub counts: String,
    pub controls: Vec<Control>,
}

/// A control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Control {
    pub id: String,
    pub title: String,
    pub icon: &'static str,
    pub status: &'static str,
    pub supports: Vec<Support>,
    pub lacks: Vec<String>,
    pub beyond: String,
}

/// A rule that gives evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Support {
    pub rule: String,
    /// Where it can be seen; nothing where the evidence is that nothing was found.
    pub spot: Option<Spot>,
}

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Waiver {
    pub rule: String,
    pub spot: Option<Spot>,
    pub what: String,
    pub reason: String,
    pub owner: String,
    pub expires: String,
}

pub(super) fn gates(assessment: &Assessment) -> Vec<GateLine> {
    let line = |gate: &crate::score::Gate| GateLine {
        icon: if gate.is_met { "✅" } else { "❌" },
        name: plain::one_line(&gate.name),
        asked: plain::one_line(&gate.asked),
        actual: plain::one_line(&gate.actual),
        reason: plain::one_line(&gate.reason),
    };
    assessment.governance.gates.iter().map(line).collect()
}

/// The region of a waived finding: its line, or the file as a whole.
fn waived_span(line: u32) -> Span {
    if line <= 1 { Span::START } else { Span { line, column: 1, end_line: line, end_column: 1 } }
}

pub(super) fn waivers(assessment: &Assessment) -> Vec<Waiver> {
    let waiver = |waived: &crate::score::Waived| Waiver {
        rule: waived.rule.to_string(),
        spot: Spot::of(&waived.path, waived_span(waived.line)),
        what: message(&waived.message),
        reason: message(&waived.reason),
        owner: waived.owner.as_deref().map(plain::one_line).unwrap_or_default(),
        expires: waived.expires.as_deref().map(plain::one_line).unwrap_or_default(),
    };
    assessment.waived.iter().map(waiver).collect()
}

/// The frameworks; their numbers are given later.
pub(super) fn frameworks(assessment: &Assessment) -> Vec<Framework> {
    assessment.governance.frameworks.iter().map(|result| framework(assessment, result)).collect()
}

fn framework(assessment: &Assessment, result: &FrameworkResult) -> Framework {
    const ORDER: [ControlStatus; 4] =
        [ControlStatus::Satisfied, ControlStatus::Partial, ControlStatus::Failed, ControlStatus::NotAssessable];
    let count = |status: ControlStatus| result.controls.iter().filter(|control| control.status == status).count();
    let counts = ORDER.iter().map(|&status| (count(status), words(status).1)).filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, words)| format!("{count} {words}")).collect();
    Framework {
        number: 0,
        title: message(&result.title),
        version: message(&result.version),
        about: plain::one_line(&result.about),
        counts: listed(&counts),
        controls: result.controls.chunk_by(is_one_line).filter_map(|own| control(assessment, own)).collect(),
    }
}

/// Neighbours of which no rule speaks, and the same is said: one line for all of them.
fn is_one_line(one: &ControlResult, next: &ControlResult) -> bool {
    let is_silent = |own: &ControlResult| own.supports.is_empty() && own.lacks.is_empty() && own.silent.is_empty();
    is_silent(one) && is_silent(next) && (&one.title, &one.beyond) == (&next.title, &next.beyond)
}

/// A line of the table, for one control or for several of which the same is said.
fn control(assessment: &Assessment, results: &[ControlResult]) -> Option<Control> {
    let result = results.first()?;
    let (icon, status) = words(result.status);
    let ids = |rules: &[RuleId]| rules.iter().map(ToString::to_string).collect();
    let all: Vec<&str> = results.iter().map(|own| own.id.as_str()).collect();
    Some(Control {
        id: message(&all.join(", ")),
        title: message(&result.title),
        icon,
        status,
        supports: result.supports.iter().map(|rule| support(assessment, rule)).collect(),
        lacks: ids(&result.lacks),
        beyond: message(&result.beyond),
    })
}

fn support(assessment: &Assessment, rule: &RuleId) -> Support {
    let outcome = assessment.outcomes.iter().find(|outcome| outcome.rule.id == *rule);
    let evidence = outcome.and_then(|outcome| outcome.evidence.first());
    let spot = evidence.and_then(|evidence| Spot::of(&evidence.place.path, evidence.place.span));
    Support { rule: rule.to_string(), spot }
}

const fn words(status: ControlStatus) -> (&'static str, &'static str) {
    match status {
        ControlStatus::Satisfied => ("✅", "satisfied"),
        ControlStatus::Partial => ("⚠️", "partial"),
        ControlStatus::Failed => ("❌", "failed"),
        ControlStatus::NotAssessable => ("❓", "not assessable"),
    }
}
