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
    fn add(&mut self, earned: f64, possible: f64) {
        self.earned += earned;
        self.possible += possible;
    }

    /// Adds a category's score.
    fn add_score(&mut self, score: f64, weight: u32) {
        self.add(score / 10.0 * f64::from(weight), f64::from(weight));
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
            balance.add(outcome.earned(), outcome.possible());
            fails_critically |= is_blocker(outcome);
            // What weighs less, as findings in old migrations do, is of lower severity than its rule.
            fails_highly |= outcome.status == Status::Fail
                && outcome.findings.iter().any(|finding| finding.severity >= Severity::High);
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
                balance.add_score(score, category.weight);
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

/// The overall score that would be reached if some of the rules were fulfilled, all else being equal.
pub fn projected(
    categories: &[CategoryScore],
    outcomes: &[Outcome],
    is_mended: impl Fn(&Outcome) -> bool,
) -> Option<f64> {
    let mut overall = Balance::default();
    for category in categories {
        let mut balance = Balance::default();
        let own = outcomes.iter().filter(|outcome| outcome.rule.id.category() == &*category.id);
        for outcome in own.filter(|outcome| outcome.is_judged()) {
            if is_mended(outcome) {
                let weight = f64::from(outcome.rule.weight);
                balance.add(weight, weight);
            } else {
                balance.add(outcome.earned(), outcome.possible());
            }
        }
        if let Some(score) = balance.score() {
            overall.add_score(one_decimal(score), category.weight);
        }
    }
    overall.score().map(one_decimal)
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
        let weight = f64::from(outcome.rule.weight);
        balance.add(if outcome.is_judged() { weight } else { 0.0 }, weight);
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

    /// The score of deployment with two rules alone, of which the first is for information.
    fn deployment(chaos: (Status, f64), image: (Status, f64)) -> Option<f64> {
        let catalogue = Catalogue::built_in().unwrap();
        let outcome = |id: &str, (status, ratio): (Status, f64)| {
            let rule = catalogue.rules.iter().find(|rule| rule.id.as_str() == id).unwrap();
            let (evidence, findings, tally) = (Vec::new(), Vec::new(), crate::rules::Tally::None);
            let rule = Arc::clone(rule);
            Outcome { rule, status, ratio, reason: String::new(), evidence, findings, advice: None, tally }
        };
        let outcomes = [outcome("deployment/chaos", chaos), outcome("deployment/container-image", image)];
        let all = categories(&catalogue, &outcomes);
        all.into_iter().find(|category| &*category.id == "deployment").and_then(|category| category.score)
    }

    #[test]
    fn what_is_only_for_information_costs_nothing_and_counts_as_far_as_it_is_there() {
        let (none, half, whole) = ((Status::Fail, 0.0), (Status::Partial, 0.5), (Status::Pass, 1.0));
        assert_eq!(deployment(none, whole), Some(10.0));
        assert_eq!(deployment(none, none), Some(0.0));
        assert_eq!(deployment(half, half), Some(5.7));
        assert_eq!(deployment(whole, half), Some(6.3));
        assert_eq!(deployment(none, (Status::Unknown, 0.0)), None);
    }

    #[test]
    fn an_average_hides_neither_blockers_nor_failures_of_high_severity() {
        assert_eq!(status_of(Some(9.0), false, false), CategoryStatus::Excellent);
        assert_eq!(status_of(Some(9.0), false, true), CategoryStatus::Good);
        assert_eq!(status_of(Some(9.0), true, true), CategoryStatus::Critical);
        assert_eq!(status_of(Some(3.9), false, false), CategoryStatus::Critical);
        assert_eq!(status_of(None, false, false), CategoryStatus::NotApplicable);
    }
}
