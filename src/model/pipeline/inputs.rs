//! Text of outsiders that reaches code by the inputs of reusable workflows and of composite actions, and called
//! workflows that check out a change on the event of their caller.

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
    let (line, path) = (from.place.span.line, &from.place.path);
    let (kind, problem) = if flow.input.as_deref() == Some(InputFlow::CHANGE) {
        let beside = format!(
            "{problem} on `{origin}`, beside the repository's secrets: line {line} of {path} calls this workflow"
        );
        (RiskKind::UntrustedCheckout, beside)
    } else {
        (RiskKind::Injection, format!("{problem}: line {line} of {path} gives it `{origin}`"))
    };
    let data = WorkflowRisk { kind, job: flow.job.clone(), subject: flow.subject.clone(), problem };
    Fact { data: Data::WorkflowRisk(data), ..fact.clone() }
}
