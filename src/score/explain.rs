//! The arithmetic of a score, taken apart: what each rule moves, what gains most per hour, and the least effort that
//! reaches a given score.
//!
//! Before rounding, the overall score is a sum over rules, so that gains add up; the cheapest set of rules is found
//! exactly, over quarters of hours. Rules that do not apply, could not be decided or are missing and for information only
//! take no part.

use super::CategoryScore;
use crate::facts::RuleId;
use crate::rules::{Outcome, RuleKind, Status};

/// A rule's share in the score.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The rule.
    pub rule: RuleId,
    /// Its title.
    pub title: String,
    /// Whether it expects or forbids.
    pub kind: RuleKind,
    /// What became of it.
    pub status: Status,
    /// Its weight in its category.
    pub weight: u32,
    /// What it earns of that, from 0 to 1.
    pub ratio: f64,
    /// Points of its category that it can give.
    pub possible: f64,
    /// Points of its category that it gives.
    pub earned: f64,
    /// Points of the overall score that it lacks.
    pub overall_gain: f64,
    /// Hours to mend it.
    pub hours: f64,
    /// Nothing can be done about it any more: all of it lies in migrations that have run.
    pub is_past: bool,
}

impl Share {
    /// Points of the overall score per hour of work.
    pub fn gain_per_hour(&self) -> f64 {
        if self.hours > 0.0 { self.overall_gain / self.hours } else { 0.0 }
    }
}

/// A category's part.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its weight.
    pub weight: u32,
    /// Its score, without rounding.
    pub score: f64,
    /// Points of the overall score that it gives.
    pub overall: f64,
    /// Its judged rules, the largest loss first.
    pub shares: Vec<Share>,
}

/// The score, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Categories with judged rules and weight, in the order of the catalogue.
    pub parts: Vec<Part>,
    /// The overall score, without rounding; `None` where nothing is judged.
    pub overall: Option<f64>,
}

/// The least effort that reaches a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The rules to fulfil, what gains most per hour first.
    pub rules: Vec<Share>,
    /// Hours for all of them.
    pub hours: f64,
    /// The score that they give, without rounding.
    pub score: f64,
}

/// Takes the score apart.
pub fn explain(categories: &[CategoryScore], outcomes: &[Outcome]) -> Explanation {
    let of = |id: &str| -> Vec<&Outcome> {
        outcomes
            .iter()
            .filter(|outcome| outcome.possible() > 0.0)
            .filter(|outcome| outcome.rule.id.category() == id)
            .collect()
    };
    let counts = |weight: u32, own: &[&Outcome]| weight > 0 && !own.is_empty();
    let all: u32 = categories
        .iter()
        .filter(|category| counts(category.weight, &of(&category.id)))
        .map(|category| category.weight)
        .sum();
    let mut parts = Vec::new();
    for category in categories {
        let own = of(&category.id);
        if !counts(category.weight, &own) {
            continue;
        }
        let possible: f64 = own.iter().map(|outcome| outcome.possible()).sum();
        let of_overall = f64::from(category.weight) / f64::from(all);
        let share = |outcome: &&Outcome| {
            let points = |weight: f64| weight / possible * 10.0;
            Share {
                rule: outcome.rule.id.clone(),
                title: outcome.rule.title.clone(),
                kind: outcome.rule.kind,
                status: outcome.status,
                weight: outcome.rule.weight,
                ratio: outcome.ratio,
                possible: points(outcome.possible()),
                earned: points(outcome.earned()),
                overall_gain: points(outcome.possible() - outcome.earned()) * of_overall,
                hours: outcome.hours(),
                is_past: outcome.is_past(),
            }
        };
        let mut shares: Vec<Share> = own.iter().map(share).collect();
        shares.sort_by(|a, b| b.overall_gain.total_cmp(&a.overall_gain).then_with(|| a.rule.cmp(&b.rule)));
        let score = shares.iter().map(|share| share.earned).sum();
        parts.push(Part {
            id: category.id.to_string(),
            title: category.title.clone(),
            weight: category.weight,
            score,
            overall: score * of_overall,
            shares,
        });
    }
    let overall = (!parts.is_empty()).then(|| parts.iter().map(|part| part.overall).sum());
    Explanation { parts, overall }
}

/// Quarters of hours of a sum that is worth looking for; more is a programme, not a plan.
const MOST_QUARTERS: usize = 40_000;

impl Explanation {
    /// What lacks something, what gains most per hour first.
    pub fn gains(&self) -> Vec<&Share> {
        let mut gains: Vec<&Share> = self
            .parts
            .iter()
            .flat_map(|part| &part.shares)
            .filter(|share| share.overall_gain > 0.0 && !share.is_past)
            .collect();
        gains.sort_by(|a, b| b.gain_per_hour().total_cmp(&a.gain_per_hour()).then_with(|| a.rule.cmp(&b.rule)));
        gains
    }

    /// The rules to fulfil for the least hours so that the overall score reaches a target; `None` where all of them
    /// together do not.
    pub fn least_effort(&self, target: f64) -> Option<Plan> {
        let now = self.overall?;
        let gains = self.gains();
        let needed = target - now;
        let quarters: Vec<usize> = gains.iter().map(|share| quarters(share.hours)).collect();
        let most = quarters.iter().sum::<usize>().min(MOST_QUARTERS);
        if needed > gains.iter().map(|share| share.overall_gain).sum::<f64>() + EPSILON {
            return None;
        }
        // For each number of quarters, the most that can be gained, and whether a rule is part of it.
        let mut best = vec![0.0_f64; most + 1];
        let mut takes: Vec<Vec<bool>> = Vec::with_capacity(gains.len());
        for (share, &cost) in gains.iter().zip(&quarters) {
            let mut taken = vec![false; most + 1];
            for spent in (cost..=most).rev() {
                let with = best.get(spent - cost).copied().unwrap_or(0.0) + share.overall_gain;
                if let (Some(slot), Some(flag)) = (best.get_mut(spent), taken.get_mut(spent))
                    && with > *slot + EPSILON
                {
                    *slot = with;
                    *flag = true;
                }
            }
            takes.push(taken);
        }
        let mut left = best.iter().position(|gain| *gain + EPSILON >= needed)?;
        let mut rules = Vec::new();
        for ((share, cost), taken) in gains.iter().zip(&quarters).zip(&takes).rev() {
            if taken.get(left).copied().unwrap_or(false) {
                rules.push((*share).clone());
                left -= cost;
            }
        }
        rules.reverse();
        let hours = rules.iter().map(|share| share.hours).sum();
        let score = now + rules.iter().map(|share| share.overall_gain).sum::<f64>();
        Some(Plan { rules, hours, score })
    }
}

/// Sums of fractions differ in their last digits.
const EPSILON: f64 = 1e-9;

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "hours of a remedy are few and positive")]
fn quarters(hours: f64) -> usize {
    (hours.max(0.0) * 4.0).ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(name: &str, gain: f64, hours: f64) -> Share {
        Share {
            rule: RuleId::parse(&format!("a/{name}")).unwrap(),
            title: String::new(),
            kind: RuleKind::Expect,
            status: Status::Fail,
            weight: 1,
            ratio: 0.0,
            possible: gain,
            earned: 0.0,
            overall_gain: gain,
            hours,
            is_past: false,
        }
    }

    fn explanation(shares: Vec<Share>) -> Explanation {
        let part = Part { id: "a".into(), title: "A".into(), weight: 1, score: 5.0, overall: 5.0, shares };
        Explanation { parts: vec![part], overall: Some(5.0) }
    }

    #[test]
    fn the_least_effort_is_not_what_gains_most_per_hour() {
        let it = explanation(vec![share("dense", 1.0, 2.0), share("exact", 1.5, 4.0), share("large", 3.0, 20.0)]);
        assert_eq!(it.gains()[0].rule.as_str(), "a/dense");
        let plan = it.least_effort(6.5).unwrap();
        assert_eq!(plan.rules.iter().map(|share| share.rule.as_str()).collect::<Vec<_>>(), ["a/exact"]);
        assert!((plan.hours - 4.0).abs() < 1e-9 && (plan.score - 6.5).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_reached_has_no_plan_and_what_is_reached_needs_none() {
        let it = explanation(vec![share("x", 1.0, 2.0)]);
        assert_eq!(it.least_effort(9.0), None);
        assert_eq!(it.least_effort(4.0).unwrap().rules, []);
        assert!(it.least_effort(6.0).is_some());
    }
}
