//! What becomes of an outcome when somebody accepts some of its findings: what is accepted costs nothing and earns
//! nothing. A missing practice that is accepted is left out of the score; a defect that is accepted does not count.

use std::collections::BTreeSet;

use super::outcome::{Finding, Outcome, Status, Tally, weighed};
use super::rule::RuleKind;

/// What a scope earns that has the practice in part.
pub(super) const PARTIAL: f64 = 0.5;

impl Outcome {
    /// Removes the findings that are accepted, and judges again what is left.
    pub fn accept(&mut self, is_accepted: impl Fn(&Finding) -> bool) -> Vec<Finding> {
        let (accepted, left): (Vec<_>, Vec<_>) = self.findings.drain(..).partition(is_accepted);
        self.findings = left;
        let counted = accepted.iter().filter(|finding| finding.counts).count();
        if counted > 0 && matches!(self.status, Status::Partial | Status::Fail) {
            match self.rule.kind {
                RuleKind::Expect => self.accept_missing(&accepted),
                RuleKind::Forbid => self.accept_defects(accepted.len()),
            }
        }
        accepted
    }

    fn accept_missing(&mut self, accepted: &[Finding]) {
        let Tally::Scopes { earned, judged } = self.tally else { return };
        let missing = self.rule.missing.as_ref().map_or("", |missing| missing.message.as_str());
        let partial = accepted.iter().filter(|finding| missing.is_empty() || !finding.message.starts_with(missing));
        let earned = earned - PARTIAL * number(partial.count());
        let judged = judged.saturating_sub(u32::try_from(accepted.len()).unwrap_or(u32::MAX));
        self.tally = Tally::Scopes { earned, judged };
        if judged == 0 {
            self.status = Status::NotApplicable;
            self.ratio = 0.0;
            "what is missing is accepted by a waiver".clone_into(&mut self.reason);
        } else {
            self.ratio = rounded(earned / f64::from(judged));
            if self.findings.is_empty() {
                self.status = Status::Pass;
                self.reason = format!("{}; the rest is accepted by a waiver", self.reason);
            } else if earned <= 0.0 {
                self.status = Status::Fail;
            }
        }
    }

    fn accept_defects(&mut self, accepted: usize) {
        let counting = || self.findings.iter().filter(|finding| finding.counts);
        let left = counting().count();
        let cost = match self.tally {
            Tally::Findings { cost } => cost,
            Tally::None | Tally::Scopes { .. } => 1.0,
        };
        if left == 0 {
            self.status = Status::Pass;
            self.ratio = 1.0;
            self.reason = format!("nothing but {}", plural(accepted, "accepted finding"));
        } else {
            let files: BTreeSet<_> = counting().map(|finding| &finding.place.path).collect();
            let reason = format!("{} in {}", plural(left, "finding"), plural(files.len(), "file"));
            let old = counting().filter(|finding| finding.is_old).count();
            self.ratio = rounded((1.0 - cost * weighed(left - old, old)).max(0.0));
            self.reason = format!("{reason}; {accepted} more accepted");
        }
    }
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn rounded(ratio: f64) -> f64 {
    (ratio * 1000.0).round() / 1000.0
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::facts::{Place, Severity, Span};
    use crate::rules::Catalogue;

    fn finding(path: &str, message: &str) -> Finding {
        Finding {
            place: Place { path: path.into(), span: Span::START },
            message: message.to_owned(),
            severity: Severity::Medium,
            fingerprint: String::new(),
            component: None,
            counts: true,
            is_old: false,
            line_hash: None,
            excerpt: None,
            act: crate::rules::Act::Here,
        }
    }

    fn outcome(rule: &str, tally: Tally, ratio: f64, findings: Vec<Finding>) -> Outcome {
        let rule = Arc::clone(Catalogue::built_in().unwrap().rule(rule).unwrap());
        let status = if ratio > 0.0 && rule.kind == RuleKind::Expect { Status::Partial } else { Status::Fail };
        Outcome {
            rule,
            status,
            ratio,
            reason: "because".to_owned(),
            evidence: Vec::new(),
            findings,
            tally,
            advice: None,
        }
    }

    #[test]
    fn accepted_defects_do_not_count() {
        let findings = vec![finding("a", "x"), finding("b", "x"), finding("c", "x")];
        let mut some = outcome("observability/console-logging", Tally::Findings { cost: 0.25 }, 0.25, findings);
        assert_eq!(some.accept(|finding| &*finding.place.path == "a").len(), 1);
        assert_eq!((some.status, some.ratio), (Status::Fail, 0.5));
        some.accept(|_| true);
        assert_eq!((some.status, some.ratio), (Status::Pass, 1.0));
    }

    #[test]
    fn an_accepted_absence_is_left_out() {
        let rule = "observability/health-endpoint";
        let missing = Catalogue::built_in().unwrap().rule(rule).unwrap().missing.clone().unwrap().message;
        let two = vec![finding("a", &format!("{missing}: a")), finding("b", "only in part")];
        let mut some = outcome(rule, Tally::Scopes { earned: 1.5, judged: 3 }, 0.5, two);
        some.accept(|finding| &*finding.place.path == "a");
        assert_eq!((some.status, some.ratio), (Status::Partial, 0.75));
        some.accept(|_| true);
        assert_eq!((some.status, some.ratio), (Status::Pass, 1.0));
        let mut only = outcome(rule, Tally::Scopes { earned: 0.0, judged: 1 }, 0.0, vec![finding("a", &missing)]);
        only.accept(|_| true);
        assert_eq!(only.status, Status::NotApplicable);
    }

    #[test]
    fn what_is_not_accepted_changes_nothing() {
        let mut one =
            outcome("observability/console-logging", Tally::Findings { cost: 1.0 }, 0.0, vec![finding("a", "x")]);
        assert!(one.accept(|_| false).is_empty());
        assert_eq!((one.status, one.reason.as_str()), (Status::Fail, "because"));
    }
}
