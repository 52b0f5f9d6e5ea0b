//! What a scan can say about the controls of a compliance framework: evidence for them, never compliance.

use crate::rules::{Control, Framework, Outcome, Status};
use crate::score::{ControlResult, ControlStatus, FrameworkResult};

/// The evidence for a framework.
pub(super) fn assess(framework: &Framework, outcomes: &[Outcome]) -> FrameworkResult {
    FrameworkResult {
        id: framework.id.clone(),
        title: framework.title.clone(),
        version: framework.version.clone(),
        about: framework.about.clone(),
        controls: framework.controls.iter().map(|control| judge(control, outcomes)).collect(),
    }
}

fn judge(control: &Control, outcomes: &[Outcome]) -> ControlResult {
    let (mut supports, mut lacks, mut silent) = (Vec::new(), Vec::new(), Vec::new());
    for outcome in outcomes.iter().filter(|outcome| control.rules.contains(&outcome.rule.id)) {
        let id = &outcome.rule.id;
        match outcome.status {
            Status::Pass => supports.push(id.clone()),
            Status::Fail => lacks.push(id.clone()),
            // What is there in part says both.
            Status::Partial => {
                supports.push(id.clone());
                lacks.push(id.clone());
            }
            Status::NotApplicable | Status::Unknown => silent.push(id.clone()),
        }
    }
    let status = match (supports.is_empty(), lacks.is_empty()) {
        (true, true) => ControlStatus::NotAssessable,
        (false, true) => ControlStatus::Satisfied,
        (true, false) => ControlStatus::Failed,
        (false, false) => ControlStatus::Partial,
    };
    let (id, title, beyond) = (control.id.clone(), control.title.clone(), control.beyond.clone());
    ControlResult { id, title, status, supports, lacks, silent, beyond }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::facts::RuleId;
    use crate::rules::{Catalogue, Tally};

    fn status(statuses: &[Status]) -> ControlStatus {
        let catalogue = Catalogue::built_in().unwrap();
        let outcome = |(rule, &status): (&Arc<crate::rules::Rule>, &Status)| Outcome {
            rule: Arc::clone(rule),
            status,
            ratio: 0.0,
            reason: String::new(),
            evidence: Vec::new(),
            findings: Vec::new(),
            tally: Tally::None,
            advice: None,
        };
        let outcomes: Vec<Outcome> = catalogue.rules.iter().zip(statuses).map(outcome).collect();
        let rules: Vec<RuleId> = outcomes.iter().map(|outcome| outcome.rule.id.clone()).collect();
        let control = Control { id: "1".into(), title: "t".into(), rules, beyond: String::new() };
        judge(&control, &outcomes).status
    }

    #[test]
    fn a_control_is_what_its_rules_say_together() {
        use Status::{Fail, NotApplicable, Partial, Pass, Unknown};
        assert_eq!(status(&[Pass, Pass, NotApplicable]), ControlStatus::Satisfied);
        assert_eq!(status(&[Pass, Fail]), ControlStatus::Partial);
        assert_eq!(status(&[Partial]), ControlStatus::Partial);
        assert_eq!(status(&[Fail, Unknown]), ControlStatus::Failed);
        assert_eq!(status(&[NotApplicable, Unknown]), ControlStatus::NotAssessable);
        assert_eq!(status(&[]), ControlStatus::NotAssessable);
    }
}
