//! Bitbucket Pipelines: what starts each section, steps, stages, parallel steps, pipes, deployments.

use super::{job, shell, step, uses};
use crate::extract::pipeline::script::pairs;
use crate::extract::pipeline::services;
use crate::facts::{Job, Pipeline, Script, Span, Step, StepAction, Trigger, TriggerKind};
use crate::syntax::data::Node;

use TriggerKind::{ChangeRequest, Manual, Push, Tag};

pub(super) fn read(documents: &[Node], pipeline: &mut Pipeline) -> bool {
    let Some(sections) = documents.first().and_then(|root| root.get("pipelines")) else { return false };
    for (name, body) in sections.entries() {
        let kind = match name.text().unwrap_or_default() {
            "default" => {
                section(body, &Trigger::any(Push, name.span), "default", pipeline);
                continue;
            }
            "branches" => Push,
            "pull-requests" => ChangeRequest,
            "tags" => Tag,
            _ => Manual,
        };
        for (pattern, steps) in body.entries() {
            let text = pattern.text().unwrap_or_default();
            let branches = if kind == Push { vec![text.to_owned()] } else { Vec::new() };
            section(steps, &Trigger { branches, ..Trigger::any(kind, name.span) }, text, pipeline);
        }
    }
    services::define(&mut pipeline.jobs, documents.first().and_then(|root| root.at(&["definitions", "services"])));
    pipeline.triggers = pipeline.jobs.iter().filter_map(|job| job.only.clone()).flatten().collect();
    pipeline.triggers.sort_by_key(|trigger| trigger.span);
    pipeline.triggers.dedup();
    true
}

/// The steps of a section. From a step that a person starts on, all that follow wait for it.
fn section(list: &Node, trigger: &Trigger, name: &str, pipeline: &mut Pipeline) {
    let mut only = trigger.clone();
    let mut pending: Vec<(&Node, Option<String>)> = list.items().iter().rev().map(|item| (item, None)).collect();
    while let Some((item, deployment)) = pending.pop() {
        let Some((key, body)) = item.entries().first() else { continue };
        let own = body.get("deployment").and_then(Node::text).map(str::to_owned).or(deployment);
        if body.get("trigger").and_then(Node::text) == Some("manual") {
            only = Trigger::any(Manual, only.span);
        }
        match key.text().unwrap_or_default() {
            "step" => pipeline.jobs.push(of_step(body, &only, name, own, key.span)),
            "stage" | "parallel" => {
                let inner = body.get("steps").unwrap_or(body);
                pending.extend(inner.items().iter().rev().map(|item| (item, own.clone())));
            }
            _ => {}
        }
    }
}

fn of_step(body: &Node, only: &Trigger, section: &str, deployment: Option<String>, span: Span) -> Job {
    let name = body.get("name").and_then(Node::text).unwrap_or("step");
    let script = |key: &str| body.get(key).map_or_else(Vec::new, steps);
    Job {
        only: Some(vec![only.clone()]),
        environments: deployment.into_iter().collect(),
        services: services::of(body.get("services")),
        may_fail: (body.at(&["on-fail", "strategy"]).and_then(Node::text) == Some("ignore")).then_some(true),
        after: Some(script("after-script")),
        ..job(&format!("{section}/{name}"), span, script("script"))
    }
}

/// Lines of a script, with pipes between them.
fn steps(list: &Node) -> Vec<Step> {
    let mut found: Vec<Step> = Vec::new();
    for item in list.one_or_many() {
        if let Some((key, pipe)) = item.entry("pipe") {
            let name = pipe.text().unwrap_or_default().trim_start_matches("docker://").replace(':', "@");
            found.push(uses(name, item.get("variables").map_or_else(Vec::new, pairs), key.span));
        } else if let Some(line) = shell(item) {
            match (found.last_mut().map(|last| &mut last.action), line.action) {
                (Some(StepAction::Run(open)), StepAction::Run(next)) => join(open, next),
                (_, action) => found.push(step(action, line.span)),
            }
        }
    }
    found
}

fn join(open: &mut Script, next: Script) {
    open.text.push_str(&next.text);
    open.lines.extend(next.lines);
}
