//! Buildkite: steps, groups, plugins, soft failures. Steps behind a block wait for a person.

use super::{environment, job, owned, shell, triggers, uses};
use crate::extract::pipeline::script::pairs;
use crate::facts::{Job, Pipeline, StepAction, Trigger, TriggerKind};
use crate::syntax::data::Node;

use TriggerKind::{ChangeRequest, Manual, Push};

pub(super) fn read(documents: &[Node], pipeline: &mut Pipeline) -> bool {
    let Some(root) = documents.first() else { return false };
    let Some(steps) = root.get("steps").or_else(|| Some(root).filter(|root| !root.items().is_empty())) else {
        return false;
    };
    pipeline.triggers = triggers(&[Push, ChangeRequest], root.entry("steps").map_or(root.span, |(key, _)| key.span));
    let values = environment(root.get("env"));
    let mut waits = false;
    let mut pending: Vec<&Node> = steps.items().iter().rev().collect();
    while let Some(item) = pending.pop() {
        if let Some(group) = item.get("steps") {
            pending.extend(group.items().iter().rev());
            continue;
        }
        waits |= item.get("block").is_some() || item.text() == Some("block");
        pipeline.jobs.extend(of_step(item, waits, &values, pipeline.jobs.len() + 1));
    }
    // A step that uploads what a program writes makes steps that stand nowhere.
    let generates = |job: &Job| {
        job.steps.iter().any(|step| match &step.action {
            StepAction::Run(script) => script.text.lines().any(is_generated),
            _ => false,
        })
    };
    pipeline.is_read = !pipeline.jobs.iter().any(generates);
    true
}

/// `… | buildkite-agent pipeline upload`, without a file.
fn is_generated(line: &str) -> bool {
    let Some((before, file)) = line.split_once("buildkite-agent pipeline upload") else { return false };
    before.trim_end().ends_with('|') || file.trim().is_empty() && !before.trim().is_empty()
}

fn of_step(item: &Node, waits: bool, values: &[(String, Vec<String>)], number: usize) -> Option<Job> {
    let text = ["command", "commands"].iter().find_map(|key: &&str| item.get(key));
    let plugins = item.get("plugins").map_or(&[][..], Node::one_or_many).iter().filter_map(|plugin| {
        let (name, inputs) = match plugin.entries().first() {
            Some((key, inputs)) => (key, pairs(inputs)),
            None => (plugin, Vec::new()),
        };
        let text = name.text()?.replace('#', "@");
        let full = if text.contains('/') { text } else { format!("buildkite-plugins/{text}") };
        Some(uses(full, inputs, name.span))
    });
    let mut steps: Vec<_> = plugins.collect();
    steps.extend(text.and_then(shell));
    if steps.is_empty() {
        return None;
    }
    for step in &mut steps {
        step.values.extend(values.iter().cloned());
        step.values.extend(environment(item.get("env")));
    }
    let label = ["key", "id", "label", "name"].iter().find_map(|key: &&str| item.get(key)?.text());
    let id = label.map_or_else(|| format!("step {number}"), str::to_owned);
    let branches = item.get("branches").map_or_else(Vec::new, |it| {
        owned(it.texts())
            .iter()
            .flat_map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .collect()
    });
    let only = if waits {
        Some(triggers(&[Manual], item.span))
    } else if branches.is_empty() {
        None
    } else {
        Some(vec![Trigger { branches, ..Trigger::any(Push, item.span) }])
    };
    let soft = item.get("soft_fail");
    Some(Job {
        only,
        needs: item.get("depends_on").map_or_else(Vec::new, |it| owned(it.texts())),
        may_fail: soft.map(|flag| flag.flag() != Some(false)),
        never_runs: item.get("skip").is_some_and(|skip| skip.flag() == Some(true)),
        ..job(&id, item.span, steps)
    })
}
