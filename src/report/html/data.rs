//! The findings as the script of the page reads them: lists instead of objects, names by their index, since there may be
//! tens of thousands.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::facts::{Severity, Span};
use crate::report::plain;
use crate::rules::{Finding, Status};
use crate::score::Assessment;

#[derive(Serialize)]
pub(super) struct Data<'a> {
    rules: Vec<RuleData<'a>>,
    categories: Vec<(&'a str, &'a str)>,
    components: Vec<&'a str>,
    /// Rule, path, line, message, severity, component, whether it counts, code.
    findings: Vec<Value>,
}

#[derive(Serialize)]
struct RuleData<'a> {
    id: &'a str,
    title: &'a str,
    category: &'a str,
}

impl<'a> Data<'a> {
    pub(super) fn new(assessment: &'a Assessment) -> Self {
        let mut components: BTreeMap<&str, usize> = BTreeMap::new();
        let lacking = || {
            assessment
                .outcomes
                .iter()
                .filter(|outcome| !outcome.findings.is_empty() && !matches!(outcome.status, Status::NotApplicable))
        };
        for component in lacking().flat_map(|outcome| &outcome.findings).filter_map(|own| own.component.as_deref()) {
            components.insert(component, 0);
        }
        for (index, place) in components.values_mut().enumerate() {
            *place = index;
        }
        let mut rules = Vec::new();
        let mut findings: Vec<(&Finding, usize)> = Vec::new();
        for outcome in lacking() {
            let rule = &outcome.rule;
            findings.extend(outcome.findings.iter().map(|finding| (finding, rules.len())));
            rules.push(RuleData { id: rule.id.as_str(), title: &rule.title, category: rule.id.category() });
        }
        findings.sort_by_key(|(finding, _)| std::cmp::Reverse((finding.counts, finding.severity)));
        Self {
            rules,
            categories: assessment.categories.iter().map(|own| (&*own.id, own.title.as_str())).collect(),
            findings: findings.into_iter().map(|(finding, rule)| row(finding, rule, &components)).collect(),
            components: components.into_keys().collect(),
        }
    }
}

fn row(finding: &Finding, rule: usize, components: &BTreeMap<&str, usize>) -> Value {
    let span = finding.place.span;
    let line = if span == Span::START { 0 } else { span.line };
    let component = finding.component.as_deref().and_then(|own| components.get(own));
    let excerpt = finding.excerpt.as_ref().map(|excerpt| json!([excerpt.line, excerpt.lines]));
    json!([
        rule,
        plain::one_line(&finding.place.path),
        line,
        plain::one_line(&finding.message),
        severity(finding.severity),
        component.map_or_else(|| json!(-1), |index| json!(index)),
        u8::from(finding.counts),
        excerpt,
    ])
}

/// The place of a severity in the script's list, the worst first.
const fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 0,
        Severity::High => 1,
        Severity::Medium => 2,
        Severity::Low => 3,
        Severity::Info => 4,
    }
}
