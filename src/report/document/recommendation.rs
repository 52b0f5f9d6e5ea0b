//! What to do about what is lacking in a category, by horizon.

use std::collections::BTreeMap;

use serde::Serialize;

use super::section::Section;
use super::snippet::{Snippet, snippets};
use super::{hours_text, message};
use crate::facts::Horizon;
use crate::report::plain;
use crate::rules::{Outcome, Rule, RuleKind};

/// What to do within one horizon.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Remedies {
    pub title: &'static str,
    pub period: &'static str,
    pub items: Vec<Remedy>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Remedy {
    pub title: String,
    pub summary: String,
    /// What says the same before it, where something does.
    pub same_as: Option<String>,
    pub hours: String,
    pub snippets: Vec<Snippet>,
}

/// The name of a horizon and what it means.
pub(super) const fn horizon_words(horizon: Horizon) -> (&'static str, &'static str) {
    match horizon {
        Horizon::Immediate => ("Immediate", "this week"),
        Horizon::ShortTerm => ("Short-term", "in two to four weeks"),
        Horizon::LongTerm => ("Long-term", "in one to three months"),
    }
}

/// What there is to do about a rule, as a title: the practice, or the defect to be fixed.
pub(super) fn to_do(rule: &Rule) -> String {
    match rule.kind {
        RuleKind::Expect => message(&rule.title),
        RuleKind::Forbid => message(&format!("Fix: {}", rule.title)),
    }
}

/// Marks what recommendations have said before: one route mends several rules.
pub(super) fn say_once(sections: &mut [Section]) {
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    let remedies = sections.iter_mut().flat_map(|section| &mut section.remedies);
    for item in remedies.flat_map(|remedies| &mut remedies.items) {
        item.same_as = said.get(&item.summary).cloned();
        if item.same_as.is_none() {
            said.insert(item.summary.clone(), item.title.clone());
        }
    }
}

/// What to do, by horizon, in the order of the gaps.
pub(super) fn remedies(lacking: &[&Outcome]) -> Vec<Remedies> {
    let mut by_horizon: BTreeMap<Horizon, Vec<Remedy>> = BTreeMap::new();
    for outcome in lacking {
        by_horizon.entry(outcome.horizon()).or_default().push(Remedy {
            title: to_do(&outcome.rule),
            summary: plain::one_line(outcome.remedy()),
            same_as: None,
            hours: hours_text(outcome.hours()),
            snippets: snippets(outcome),
        });
    }
    let remedies = |(horizon, items): (Horizon, Vec<Remedy>)| {
        let (title, period) = horizon_words(horizon);
        Remedies { title, period, items }
    };
    by_horizon.into_iter().map(remedies).collect()
}
