//! Ratio × weight in a category, category weights above; what does not apply is left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::assessment::{CategoryScore, CategoryStatus, Score, Verdict};
use crate::facts::Severity;
use crate::rules::{Catalogue, Counts, Outcome, Status};

/// Earned and possible weight.
#[derive(Debug, Clone, Copy, Default)]
struct Balance {
    earned: f64,
    possible: f64,
}

impl Balance {
    fn add(&mut self, ratio: f64, weight: u32) {
        self.earned += ratio * f64::from(weight);
        self.possible += f64::from(weight);
    }

    /// The share as a score from 0 to 10.
    fn score(self) -> Option<f64> {
        (self.possible > 0.0).then(|| self.earned / self.possible * 10.0)
    }
}

/// The scores of categories, in the order of the catalogue.
pub fn categories(catalogue: &Catalogue, outcomes: &[Outcome]) -> Vec<CategoryScore> {
    let score_of = |category: &crate::rules::Category| {
        let mut counts = Counts::default();
        let mut balance = Balance::default();
        let mut fails_critically = false;
        let mut fails_highly = false;
        for outcome in outcomes.iter().filter(|outcome| outcome.rule.id.category() == category.id) {
            counts.add(outcome.status);
            if is_judged(outcome.status) {
                balance.add(outcome.ratio, outcome.rule.weight);
            }
            fails_critically |= is_blocker(outcome);
            fails_highly |= outcome.status == Status::Fail && outcome.rule.severity >= Severity::High;
        }
        let score = balance.score().map(one_decimal);
        CategoryScore {
            id: Arc::from(category.id.as_str()),
            title: category.title.clone(),
            weight: category.weight,
            score,
            status: status_of(score, fails_critically, fails_highly),
            counts,
        }
    };
    catalogue.categories.iter().map(score_of).collect()
}

/// The least overall scores of verdicts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Of `ready`.
    pub ready: f64,
    /// Of `nearly-ready`.
    pub nearly_ready: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { ready: 8.0, nearly_ready: 6.0 }
    }
}

/// The overall score.
pub fn overall(
    catalogue: &Catalogue,
    thresholds: Thresholds,
    categories: &[CategoryScore],
    outcomes: &[Outcome],
) -> Score {
    let blockers: Vec<_> =
        outcomes.iter().filter(|outcome| is_blocker(outcome)).map(|outcome| outcome.rule.id.clone()).collect();
    let mean = |belongs: &dyn Fn(&str) -> bool| {
        let mut balance = Balance::default();
        for category in categories.iter().filter(|category| belongs(&category.id)) {
            if let Some(score) = category.score {
                balance.add(score / 10.0, category.weight);
            }
        }
        balance.score().map(one_decimal)
    };
    let mut groups: BTreeMap<String, Option<f64>> = BTreeMap::new();
    for name in catalogue.categories.iter().flat_map(|category| &category.groups) {
        let is_member =
            |id: &str| catalogue.categories.iter().any(|category| category.id == id && category.groups.contains(name));
        groups.entry(name.clone()).or_insert_with(|| mean(&is_member));
    }
    let overall = mean(&|_| true);
    Score {
        overall,
        verdict: verdict(overall, thresholds, &blockers),
        compliance_percent: overall.map(percent),
        coverage_percent: coverage(outcomes),
        groups,
        blockers,
    }
}

fn is_judged(status: Status) -> bool {
    matches!(status, Status::Pass | Status::Partial | Status::Fail)
}

/// A critical rule that fails, with a finding as bad as that.
fn is_blocker(outcome: &Outcome) -> bool {
    outcome.status == Status::Fail
        && outcome.rule.severity == Severity::Critical
        && outcome.findings.iter().any(|finding| finding.severity == Severity::Critical)
}

/// No average calls a category excellent in which something of high severity fails.
fn status_of(score: Option<f64>, fails_critically: bool, fails_highly: bool) -> CategoryStatus {
    match score {
        None => CategoryStatus::NotApplicable,
        Some(_) if fails_critically => CategoryStatus::Critical,
        Some(score) if score < 4.0 => CategoryStatus::Critical,
        Some(score) if score < 6.0 => CategoryStatus::NeedsWork,
        Some(score) if score < 8.0 || fails_highly => CategoryStatus::Good,
        Some(_) => CategoryStatus::Excellent,
    }
}

fn verdict<T>(overall: Option<f64>, thresholds: Thresholds, blockers: &[T]) -> Verdict {
    match overall {
        Some(score) if blockers.is_empty() && score >= thresholds.ready => Verdict::Ready,
        Some(score) if blockers.is_empty() && score >= thresholds.nearly_ready => Verdict::NearlyReady,
        _ => Verdict::NotReady,
    }
}

/// The share of the applicable weight that was judged.
fn coverage(outcomes: &[Outcome]) -> u8 {
    let mut balance = Balance::default();
    for outcome in outcomes.iter().filter(|outcome| outcome.status != Status::NotApplicable) {
        balance.add(if is_judged(outcome.status) { 1.0 } else { 0.0 }, outcome.rule.weight);
    }
    balance.score().map_or(100, percent)
}

fn one_decimal(score: f64) -> f64 {
    (score * 10.0).round() / 10.0
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score from 0 to 10 gives 0 to 100")]
fn percent(score: f64) -> u8 {
    (score * 10.0).round().clamp(0.0, 100.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_average_hides_neither_blockers_nor_failures_of_high_severity() {
        assert_eq!(status_of(Some(9.0), false, false), CategoryStatus::Excellent);
        assert_eq!(status_of(Some(9.0), false, true), CategoryStatus::Good);
        assert_eq!(status_of(Some(9.0), true, true), CategoryStatus::Critical);
        assert_eq!(status_of(Some(3.9), false, false), CategoryStatus::Critical);
        assert_eq!(status_of(None, false, false), CategoryStatus::NotApplicable);
    }
}
