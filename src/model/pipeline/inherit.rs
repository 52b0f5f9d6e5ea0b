//! What starts a pipeline that runs after others (`workflow_run`): what started those.

use std::collections::BTreeSet;

use super::Pipelines;
use crate::facts::{After, Pipeline, Trigger, TriggerKind};

/// The triggers of a pipeline: its own, and those of the pipelines that it runs after.
pub(super) fn triggers(pipelines: &Pipelines<'_>, pipeline: &Pipeline) -> Vec<Trigger> {
    let mut inherited: Vec<Trigger> = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut pending: Vec<(&After, Vec<&After>)> = pipeline.after.iter().map(|after| (after, Vec::new())).collect();
    while let Some((after, mut filters)) = pending.pop() {
        filters.push(after);
        for (path, (_, source)) in pipelines.iter().filter(|(path, (_, source))| is_named(after, path, &source.name)) {
            if source.system != pipeline.system || !seen.insert(path) {
                continue;
            }
            for trigger in &source.triggers {
                let passed = filters.iter().try_fold(trigger.clone(), |trigger, after| through(trigger, after));
                inherited.extend(passed);
            }
            pending.extend(source.after.iter().map(|earlier| (earlier, filters.clone())));
        }
    }
    // The event itself says nothing more once it is known what is behind it.
    let is_known =
        |trigger: &&Trigger| inherited.is_empty() || !pipeline.after.iter().any(|after| after.span == trigger.span);
    let own: Vec<Trigger> = pipeline.triggers.iter().filter(is_known).cloned().collect();
    [own, inherited].concat()
}

fn is_named(after: &After, path: &str, name: &str) -> bool {
    after.names.iter().any(|own| own == name || own == path)
}

/// A trigger of the earlier pipeline as one of the later; `None` where the filter of branches keeps it out.
fn through(trigger: Trigger, after: &After) -> Option<Trigger> {
    use TriggerKind::{
        Call, ChangeRequest, ChangeRequestTarget, Deployment, Manual, MergeQueue, Other, Push, Schedule, Tag,
    };
    let is_any = |branch: &String| matches!(branch.as_str(), "*" | "**");
    let is_limited = after.branches.iter().any(|branch| !branch.starts_with('!')) && !after.branches.iter().any(is_any);
    let branches = match trigger.kind {
        // Who calls it is what starts it, and that is not known here.
        Call | Other => return None,
        // The branch of a proposed change has a name of its own.
        ChangeRequest | ChangeRequestTarget | MergeQueue | Tag if is_limited => return None,
        Push if is_limited && trigger.branches.is_empty() => after.branches.clone(),
        Push | ChangeRequest | ChangeRequestTarget | MergeQueue | Tag | Schedule | Manual | Deployment => {
            trigger.branches
        }
    };
    Some(Trigger { branches, paths: Vec::new(), is_after: true, span: after.span, ..trigger })
}
