//! Text of outsiders that reaches code by the inputs of reusable workflows and of composite actions.

use std::collections::{BTreeMap, BTreeSet};

use super::{Pipelines, local_pipeline};
use crate::facts::{Data, Fact, InputFlow, InputTarget, RiskKind, WorkflowRisk};
use crate::model::Facts;

/// The risks where such a text ends.
pub(super) fn derive(facts: &Facts, pipelines: &Pipelines<'_>) -> Vec<Fact> {
    let mut by_file: BTreeMap<&str, Vec<(&Fact, &InputFlow)>> = BTreeMap::new();
    for (fact, flow) in facts.each::<InputFlow>() {
        by_file.entry(&fact.place.path).or_default().push((fact, flow));
    }
    let of_outsiders = facts.each::<InputFlow>().filter(|(_, flow)| flow.input.is_none());
    let mut pending: Vec<(&Fact, &InputFlow, &str)> =
        of_outsiders.map(|(fact, flow)| (fact, flow, flow.subject.as_str())).collect();
    pending.reverse();
    // Each input of each file is followed once, from the first place that fills it.
    let mut filled: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut risks = Vec::new();
    while let Some((from, flow, origin)) = pending.pop() {
        let InputTarget::Call { path, input } = &flow.target else { continue };
        let Some((called, _)) = local_pipeline(pipelines, path) else { continue };
        let called: &str = &called.place.path;
        if !filled.insert((called, input)) {
            continue;
        }
        for (fact, inner) in by_file.get(called).into_iter().flatten() {
            if inner.input.as_deref() != Some(input) {
                continue;
            }
            match &inner.target {
                InputTarget::Call { .. } => pending.push((fact, inner, origin)),
                InputTarget::Code(problem) => risks.push(risk(fact, inner, problem, from, origin)),
            }
        }
    }
    risks
}

fn risk(fact: &Fact, flow: &InputFlow, problem: &str, from: &Fact, origin: &str) -> Fact {
    let data = WorkflowRisk {
        kind: RiskKind::Injection,
        job: flow.job.clone(),
        subject: flow.subject.clone(),
        problem: format!("{problem}: line {} of {} gives it `{origin}`", from.place.span.line, from.place.path),
    };
    Fact { data: Data::WorkflowRisk(data), ..fact.clone() }
}
