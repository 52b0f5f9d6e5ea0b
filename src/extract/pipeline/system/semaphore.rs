//! Semaphore: blocks of jobs, and the pipelines that follow by a promotion.

use super::{environment, give, job, shell, triggers};
use crate::facts::{Job, Pipeline, Step, TriggerKind};
use crate::syntax::data::Node;

use TriggerKind::{ChangeRequest, Manual, Push};

pub(super) fn read(documents: &[Node], pipeline: &mut Pipeline) -> bool {
    let Some((root, (key, blocks))) = documents.first().and_then(|root| Some((root, root.entry("blocks")?))) else {
        return false;
    };
    // The first pipeline starts by itself; others are what people or conditions promote to.
    let starts = matches!(pipeline.name.as_str(), "semaphore.yml" | "semaphore.yaml");
    pipeline.triggers = triggers(if starts { &[Push, ChangeRequest] } else { &[Manual] }, key.span);
    let global = root.get("global_job_config");
    for block in blocks.items() {
        let Some(task) = block.get("task") else { continue };
        let around = |part: &str| -> Vec<Step> {
            let own = [global, Some(task)].into_iter().flatten().filter_map(|it| it.at(&[part, "commands"]));
            own.filter_map(shell).collect()
        };
        let values = [environment_list(global), environment_list(Some(task))].concat();
        let name = block.get("name").and_then(Node::text).unwrap_or("block");
        for entry in task.get("jobs").map_or(&[][..], Node::items) {
            let mut steps: Vec<Step> = entry.get("commands").and_then(shell).into_iter().collect();
            give(&mut steps, &values);
            let own = entry.get("name").and_then(Node::text).unwrap_or("job");
            let found = job(&format!("{name}/{own}"), entry.span, steps);
            pipeline.jobs.push(Job { before: Some(around("prologue")), after: Some(around("epilogue")), ..found });
        }
    }
    true
}

/// Variables as a list of `name` and `value`.
fn environment_list(node: Option<&Node>) -> Vec<(String, Vec<String>)> {
    let Some(list) = node.and_then(|it| it.get("env_vars")) else { return Vec::new() };
    let pair = |item: &Node| {
        let (name, value) = (item.get("name")?.text()?, item.get("value")?.text()?);
        Some((format!("env.{name}"), vec![value.to_owned()]))
    };
    let listed = list.items().iter().filter_map(pair);
    listed.chain(environment(Some(list))).collect()
}
