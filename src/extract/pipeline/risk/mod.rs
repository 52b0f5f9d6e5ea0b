//! What GitHub workflows and composite actions risk: tokens that may do too much, actions that others can move, text of
//! outsiders that becomes code, code of outsiders that runs beside secrets.

mod checkout;
mod injection;
pub(super) mod permissions;
mod pinning;
mod taint;

use super::script::steps_of;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, RiskKind, Span, WorkflowRisk};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads the risks of workflows and of composite actions.
pub(super) struct Risks;

impl Extractor for Risks {
    fn name(&self) -> &'static str {
        "workflow-risk"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["jobs:".to_owned(), "runs:".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        is_workflow(file) || matches!(file.name(), "action.yml" | "action.yaml") && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        // What is wrong with the text itself, the reader of workflows says.
        let Some(root) = source.yaml().ok().and_then(|documents| documents.first()) else { return };
        if !is_workflow(source.file) {
            if let Some(runs) = root.get("runs").filter(|runs| runs.get("steps").is_some()) {
                let action = Part { id: "runs", body: runs };
                pinning::find(&action, source.text(), found);
                injection::find(root, &action, found);
            }
            return;
        }
        permissions::find(root, found);
        for part in jobs(root) {
            pinning::find(&part, source.text(), found);
            injection::find(root, &part, found);
            checkout::find(root, &part, found);
        }
    }
}

fn is_workflow(file: &File) -> bool {
    let is_direct = file.path.strip_prefix(".github/workflows/").is_some_and(|name| !name.contains('/'));
    is_direct && matches!(file.extension(), "yml" | "yaml")
}

/// A job, or the body of an action.
struct Part<'a> {
    id: &'a str,
    body: &'a Node,
}

impl<'a> Part<'a> {
    fn steps(&self) -> Vec<&'a Node> {
        steps_of(self.body)
    }
}

fn jobs(root: &Node) -> impl Iterator<Item = Part<'_>> {
    let jobs = root.get("jobs").map_or(&[][..], Node::entries);
    jobs.iter().filter_map(|(key, body)| Some(Part { id: key.text()?, body }))
}

/// The names of the events that start a workflow.
fn events(root: &Node) -> Vec<&str> {
    let Some(on) = root.get("on") else { return Vec::new() };
    let keys = on.entries().iter().filter_map(|(key, _)| key.text());
    keys.chain(on.texts()).collect()
}

fn add(found: &mut Found<'_>, span: Span, kind: RiskKind, job: &str, subject: &str, problem: &str) {
    let (job, subject, problem) = (job.to_owned(), subject.to_owned(), problem.to_owned());
    found.add(span, Data::WorkflowRisk(WorkflowRisk { kind, job, subject, problem }));
}

#[cfg(test)]
mod tests {
    use super::Risks;
    use crate::extract::{Extractor, Found};
    use crate::facts::{Data, File, InputTarget, Role};
    use crate::syntax::Source;

    /// The risks of a workflow as `kind line subject`.
    pub(super) fn risks(text: &str) -> Vec<String> {
        let path = ".github/workflows/ci.yml";
        let file = File { path: path.into(), bytes: 1, role: Role::Configuration, language: None, lines: 1 };
        let source = Source::new(&file, text);
        let mut found = Found::new(&file);
        Risks.extract(&source, &[], &mut found);
        let describe = |fact: &crate::facts::Fact| match &fact.data {
            Data::WorkflowRisk(risk) => format!("{} {} {}", risk.kind.name(), fact.place.span.line, risk.subject),
            Data::InputFlow(flow) => {
                let target = match &flow.target {
                    InputTarget::Code(_) => "code".to_owned(),
                    InputTarget::Call { path, input } => format!("{path} {input}"),
                };
                format!("flow {} {} to {target}", fact.place.span.line, flow.subject)
            }
            other => panic!("{other:?}"),
        };
        found.facts().iter().map(describe).collect()
    }
}
