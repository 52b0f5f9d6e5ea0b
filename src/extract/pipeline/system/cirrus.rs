//! Cirrus CI: tasks with their instructions.

use super::{environment, give, job, owned, shell, triggers, uses};
use crate::extract::pipeline::services;
use crate::facts::{Job, Pipeline, Step, Trigger, TriggerKind};
use crate::syntax::data::Node;

use TriggerKind::{ChangeRequest, Manual, Push, Schedule, Tag};

pub(super) fn read(documents: &[Node], pipeline: &mut Pipeline) -> bool {
    let Some(root) = documents.first().filter(|root| !root.entries().is_empty()) else { return false };
    pipeline.triggers = triggers(&[Push, ChangeRequest], root.span);
    for (key, body) in root.entries() {
        let name = key.text().unwrap_or_default();
        let is_task = name == "task" || name.ends_with("_task");
        if is_task || name == "docker_builder" || name.ends_with("_docker_builder") {
            pipeline.jobs.push(task(key, body, root));
        }
    }
    // Tags and the clock start those tasks that ask for them.
    for kind in [Tag, Schedule] {
        let asks = |job: &Job| job.only.iter().flatten().any(|trigger| trigger.kind == kind);
        if pipeline.jobs.iter().any(asks) {
            pipeline.triggers.push(Trigger::any(kind, root.span));
        }
    }
    !pipeline.jobs.is_empty()
}

fn task(key: &Node, body: &Node, root: &Node) -> Job {
    let mut steps = instructions(body);
    give(&mut steps, &[environment(root.get("env")), environment(body.get("env"))].concat());
    // Instructions under these keys run whatever the others gave.
    let after = ["always", "on_failure"].iter().filter_map(|key: &&str| body.get(key)).flat_map(instructions).collect();
    let condition = ["only_if", "skip"].iter().find_map(|key: &&str| body.entry(key));
    let only = match condition {
        Some((key, text)) if key.text() == Some("only_if") => kinds(text.text().unwrap_or_default()),
        _ => None,
    };
    let by_hand = body.get("trigger_type").and_then(Node::text) == Some("manual");
    Job {
        only: by_hand.then(|| triggers(&[Manual], key.span)).or_else(|| Some(triggers(&only?, key.span))),
        may_fail: body.get("allow_failures").map(|flag| flag.flag() == Some(true)),
        never_runs: condition.is_some_and(|(key, value)| {
            matches!((key.text(), value.flag()), (Some("only_if"), Some(false)) | (Some("skip"), Some(true)))
        }),
        needs: body.get("depends_on").map_or_else(Vec::new, |it| owned(it.texts())),
        after: Some(after),
        services: services::of(body.at(&["container", "additional_containers"])),
        ..job(body.get("name").and_then(Node::text).or_else(|| key.text()).unwrap_or("task"), key.span, steps)
    }
}

/// Scripts in the order of the file; artifacts and caches are known by their keys.
fn instructions(body: &Node) -> Vec<Step> {
    let of_entry = |(key, value): &(Node, Node)| {
        let name = key.text()?;
        match name {
            _ if name == "script" || name.ends_with("_script") => shell(value),
            _ if name == "artifacts" || name.ends_with("_artifacts") => {
                Some(uses("cirrus/artifacts", Vec::new(), key.span))
            }
            _ => None,
        }
    };
    body.entries().iter().filter_map(of_entry).collect()
}

/// The triggers that a condition names, `None` where it is about other things.
fn kinds(text: &str) -> Option<Vec<TriggerKind>> {
    let known =
        [("$CIRRUS_PR", ChangeRequest), ("$CIRRUS_TAG", Tag), ("$CIRRUS_CRON", Schedule), ("$CIRRUS_BRANCH", Push)];
    // Variables are set for their own trigger alone: `$CIRRUS_TAG != ''`, where `== ''` is about all the others.
    let text = text.replace('"', "'").replace(' ', "").replace("!=''", "");
    if text.contains("!=") || text.contains("==''") {
        return None;
    }
    let names = |part: &str, name: &str| {
        part.split(name).skip(1).any(|rest| !rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_'))
    };
    let found: Vec<TriggerKind> = known.iter().filter(|(name, _)| names(&text, name)).map(|(_, kind)| *kind).collect();
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_of_a_trigger_that_must_be_set_is_the_trigger() {
        assert_eq!(kinds("$CIRRUS_TAG != ''"), Some(vec![Tag]));
        assert_eq!(kinds("$CIRRUS_PR != \"\" || $CIRRUS_BRANCH == 'main'"), Some(vec![ChangeRequest, Push]));
        assert_eq!(kinds("$CIRRUS_CRON == 'nightly'"), Some(vec![Schedule]));
        assert_eq!(kinds("$CIRRUS_TAG == ''"), None);
        assert_eq!(kinds("$CIRRUS_BRANCH != 'gh-pages'"), None);
        assert_eq!(kinds("$CIRRUS_PR_LABELS =~ '.*x.*'"), None);
    }
}
