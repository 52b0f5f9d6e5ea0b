//! Tekton with Pipelines as Code: runs that annotations start, with the tasks that stand in them.

use super::{environment, event, job, owned, runs, shell, uses};
use crate::facts::{Job, Pipeline, Step, Trigger, TriggerKind};
use crate::syntax::data::Node;

const EVENTS: &str = "pipelinesascode.tekton.dev/on-event";
const BRANCHES: &str = "pipelinesascode.tekton.dev/on-target-branch";
const EXPRESSION: &str = "pipelinesascode.tekton.dev/on-cel-expression";

pub(super) fn read(documents: &[Node], pipeline: &mut Pipeline) -> bool {
    let is_ours = |root: &&Node| {
        root.get("apiVersion").and_then(Node::text).is_some_and(|version| version.starts_with("tekton.dev/"))
    };
    for root in documents.iter().filter(is_ours) {
        let name =
            root.at(&["metadata", "name"]).or_else(|| root.at(&["metadata", "generateName"])).and_then(Node::text);
        let name = name.unwrap_or("run");
        if root.get("kind").and_then(Node::text) == Some("PipelineRun") {
            pipeline.triggers.extend(triggers_of(root));
        }
        let spec = root.get("spec");
        let tasks = spec.and_then(|spec| spec.at(&["pipelineSpec", "tasks"]).or_else(|| spec.get("tasks")));
        for task in tasks.map_or(&[][..], Node::items) {
            let id = format!("{name}/{}", task.get("name").and_then(Node::text).unwrap_or("task"));
            let steps = match (task.get("taskSpec"), task.at(&["taskRef", "name"])) {
                (Some(own), _) => steps(own),
                (None, Some(known)) => {
                    vec![uses(format!("tekton/{}", known.text().unwrap_or_default()), Vec::new(), known.span)]
                }
                (None, None) => Vec::new(),
            };
            let needs = task.get("runAfter").map_or_else(Vec::new, |it| owned(it.texts()));
            pipeline.jobs.push(Job { needs, ..job(&id, task.span, steps) });
        }
        // A task by itself runs where a pipeline refers to it.
        if let Some(own) = spec.filter(|_| root.get("kind").and_then(Node::text) == Some("Task")) {
            pipeline.jobs.push(job(name, own.span, steps(own)));
        }
    }
    // What the cluster holds is not in the tree.
    pipeline.is_read = !pipeline.jobs.iter().any(|job| job.steps.iter().any(is_foreign));
    !pipeline.jobs.is_empty() || !pipeline.triggers.is_empty()
}

fn is_foreign(step: &Step) -> bool {
    matches!(&step.action, crate::facts::StepAction::Use(name, _) if name != "tekton/git-clone")
}

fn triggers_of(root: &Node) -> Vec<Trigger> {
    let Some(annotations) = root.at(&["metadata", "annotations"]) else { return Vec::new() };
    let list = |text: &str| -> Vec<String> {
        let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
        inner
            .split(',')
            .map(|part| part.trim().trim_matches(['"', '\'']).to_owned())
            .filter(|it| !it.is_empty())
            .collect()
    };
    if let Some((key, events)) = annotations.entry(EVENTS) {
        let branches = annotations.get(BRANCHES).and_then(Node::text).map(list).unwrap_or_default();
        let events = list(events.text().unwrap_or_default());
        return events
            .iter()
            .map(|name| {
                let kind = event(name);
                let own = if kind == TriggerKind::Push { branches.clone() } else { Vec::new() };
                Trigger { branches: own, ..Trigger::any(kind, key.span) }
            })
            .collect();
    }
    let Some((key, text)) = annotations.entry(EXPRESSION) else { return Vec::new() };
    let text = text.text().unwrap_or_default();
    let known =
        [("pull_request", TriggerKind::ChangeRequest), ("\"push\"", TriggerKind::Push), ("'push'", TriggerKind::Push)];
    let named = known.iter().filter(|(word, _)| text.contains(word));
    named.map(|(_, kind)| Trigger { branches: vec!["(some)".to_owned()], ..Trigger::any(*kind, key.span) }).collect()
}

fn steps(task: &Node) -> Vec<Step> {
    let of = |body: &Node| {
        let mut found = if let Some(script) = body.get("script") {
            shell(script)?
        } else {
            let words = ["command", "args"].iter().filter_map(|key: &&str| body.get(key)).flat_map(Node::texts);
            runs(&words.collect::<Vec<_>>().join(" "), body.span)
        };
        found.may_fail = body.get("onError").and_then(Node::text) == Some("continue");
        found.values = environment(body.get("env"));
        Some(found)
    };
    task.get("steps").map_or(&[][..], Node::items).iter().filter_map(of).collect()
}
