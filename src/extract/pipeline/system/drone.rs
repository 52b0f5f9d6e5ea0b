//! Drone and Woodpecker: pipelines of steps in containers, with conditions on events and branches, and plugins by image.

use super::{environment, event, job, owned, shell, triggers, uses};
use crate::extract::pipeline::script::pairs;
use crate::extract::pipeline::services;
use crate::facts::{Pipeline, Span, Step, Trigger, TriggerKind};
use crate::syntax::data::Node;

use TriggerKind::{ChangeRequest, Push, Tag};

pub(super) fn drone(documents: &[Node], pipeline: &mut Pipeline) -> bool {
    for root in
        documents.iter().filter(|root| root.get("kind").and_then(Node::text).is_none_or(|kind| kind == "pipeline"))
    {
        read(root, root.get("trigger"), pipeline);
    }
    finish(pipeline)
}

pub(super) fn woodpecker(documents: &[Node], pipeline: &mut Pipeline) -> bool {
    for root in documents {
        read(root, root.get("when"), pipeline);
    }
    finish(pipeline)
}

/// The triggers of the file are those of its pipelines.
fn finish(pipeline: &mut Pipeline) -> bool {
    pipeline.triggers = pipeline.jobs.iter().filter_map(|job| job.only.clone()).flatten().collect();
    pipeline.triggers.sort_by_key(|trigger| (trigger.span, trigger.kind));
    pipeline.triggers.dedup();
    !pipeline.jobs.is_empty()
}

fn read(root: &Node, when: Option<&Node>, pipeline: &mut Pipeline) {
    let base = when.and_then(of_when).unwrap_or_else(|| triggers(&[Push, ChangeRequest, Tag], root.span));
    let Some((key, list)) = root.entry("steps").or_else(|| root.entry("pipeline")) else { return };
    let name = root.get("name").and_then(Node::text).unwrap_or("pipeline");
    let named = list.entries().iter().map(|(name, body)| (name.text().unwrap_or_default(), name.span, body));
    let listed =
        list.items().iter().map(|body| (body.get("name").and_then(Node::text).unwrap_or("step"), body.span, body));
    let mut found = job(name, key.span, named.chain(listed).flat_map(|(_, span, body)| steps(body, span)).collect());
    found.only = Some(base);
    found.services = services::of(root.get("services"));
    let targets = ["target", "environment"].iter().filter_map(|key: &&str| when?.get(key));
    found.environments = targets.flat_map(|it| owned(it.texts())).collect();
    found.needs = root.get("depends_on").map_or_else(Vec::new, |it| owned(it.texts()));
    pipeline.jobs.push(found);
}

fn steps(body: &Node, span: Span) -> Vec<Step> {
    let mut found: Vec<Step> = body.get("commands").and_then(shell).into_iter().collect();
    if found.is_empty() {
        // A step without commands does what its image does with its settings.
        let image = body.get("image").and_then(Node::text);
        let settings = body.get("settings").map_or_else(Vec::new, pairs);
        found.extend(image.map(|image| uses(image.split(':').next().unwrap_or(image), settings, span)));
    }
    let only = body.get("when").and_then(of_when);
    let may_fail = body.get("failure").and_then(Node::text) == Some("ignore");
    for step in &mut found {
        step.only.clone_from(&only);
        step.may_fail = may_fail;
        step.values = environment(body.get("environment"));
    }
    found
}

/// The triggers of a condition: a mapping, or a list of which one must hold. `None` where it is about other things.
fn of_when(node: &Node) -> Option<Vec<Trigger>> {
    let mut found: Vec<Trigger> = Vec::new();
    for condition in node.one_or_many() {
        let list = |key: &str| {
            let value = condition.get(key)?;
            Some(owned(value.get("include").unwrap_or(value).texts()))
        };
        let (events, branches) = (list("event"), list("branch"));
        if events.is_none() && branches.is_none() {
            return None;
        }
        let events = events.map_or(vec![Push, ChangeRequest], |list| list.iter().map(|name| event(name)).collect());
        let paths = condition.get("path").map_or_else(Vec::new, |it| owned(it.get("include").unwrap_or(it).texts()));
        for kind in events {
            // For change requests the branch is the one that they go to.
            let branches = if kind == Push { branches.clone().unwrap_or_default() } else { Vec::new() };
            found.push(Trigger { branches, paths: paths.clone(), ..Trigger::any(kind, condition.span) });
        }
    }
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::pipeline::system::Systems;
    use crate::extract::pipeline::testing::pipeline;
    use crate::facts::Job;

    #[test]
    fn each_document_of_drone_is_a_pipeline_with_its_events() {
        let text = "kind: pipeline\nname: test\nsteps:\n- name: unit\n  image: golang\n  commands: [go test ./...]\n---\nkind: pipeline\nname: ship\ntrigger:\n  event: [tag]\nsteps:\n- name: image\n  image: plugins/docker:20\n  settings: {repo: a/b}\n---\nkind: secret\nname: x\n";
        let found = pipeline(&Systems, ".drone.yml", text);
        let jobs: Vec<&Job> = found.jobs.iter().collect();
        assert_eq!(jobs.iter().map(|job| job.id.as_str()).collect::<Vec<_>>(), ["test", "ship"]);
        assert_eq!(jobs[1].only.as_ref().unwrap()[0].kind, Tag);
    }

    #[test]
    fn conditions_of_woodpecker_are_alternatives() {
        let text = "when:\n  - event: pull_request\n  - event: push\n    branch: main\nsteps:\n  test:\n    image: node\n    commands:\n      - npm test\n";
        let found = pipeline(&Systems, ".woodpecker/test.yml", text);
        let kinds: Vec<(TriggerKind, usize)> =
            found.triggers.iter().map(|trigger| (trigger.kind, trigger.branches.len())).collect();
        assert_eq!(kinds, [(ChangeRequest, 0), (Push, 1)]);
    }
}
