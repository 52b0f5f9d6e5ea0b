//! AWS `CodeBuild`: the phases of a buildspec. What starts a build is set in the cloud, not in the file.

use super::{environment, job, shell, triggers, uses};
use crate::facts::{Job, Pipeline, TriggerKind};
use crate::syntax::data::Node;

const PHASES: &[&str] = &["install", "pre_build", "build", "post_build"];

pub(super) fn read(documents: &[Node], pipeline: &mut Pipeline) -> bool {
    let Some((root, (key, phases))) = documents.first().and_then(|root| Some((root, root.entry("phases")?))) else {
        return false;
    };
    pipeline.triggers = triggers(&[TriggerKind::Push], key.span);
    let values = environment(root.at(&["env", "variables"]));
    let mut steps = Vec::new();
    let mut after = Vec::new();
    for phase in PHASES.iter().filter_map(|name| phases.get(name)) {
        let goes_on = phase.get("on-failure").and_then(Node::text) == Some("CONTINUE");
        if let Some(mut step) = phase.get("commands").and_then(shell) {
            step.may_fail = goes_on;
            step.values.clone_from(&values);
            steps.push(step);
        }
        after.extend(phase.get("finally").and_then(shell));
    }
    for kept in ["artifacts", "reports"] {
        steps.extend(root.entry(kept).map(|(key, _)| uses(format!("code-build/{kept}"), Vec::new(), key.span)));
    }
    pipeline.jobs = vec![Job { after: Some(after), ..job("build", key.span, steps) }];
    true
}
