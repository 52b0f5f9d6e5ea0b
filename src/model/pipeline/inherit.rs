//! What starts a pipeline that runs after others: what started those. It runs after a workflow that it names
//! (`workflow_run`), or for a branch that another pipeline pushes to.

use std::collections::BTreeSet;

use super::Pipelines;
use crate::facts::{After, Job, Pipeline, StepAction, Trigger, TriggerKind};
use crate::syntax::shell::{self, ShellOptions};

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
    [own, inherited, by_pushes(pipelines, pipeline)].concat()
}

/// What starts the pipelines that push to a branch for which this one runs: a tag that moves the branch of releases.
fn by_pushes(pipelines: &Pipelines<'_>, pipeline: &Pipeline) -> Vec<Trigger> {
    let pushes = pipeline.triggers.iter().filter(|trigger| trigger.kind == TriggerKind::Push);
    let branches: BTreeSet<&str> = pushes.flat_map(|trigger| &trigger.branches).map(String::as_str).collect();
    let pushes_there = |source: &Pipeline| {
        let jobs = source.jobs.iter().filter(|job| !job.never_runs && may_start_others(job));
        jobs.flat_map(pushed_branches).any(|branch| branches.contains(branch.as_str()))
    };
    if branches.is_empty() {
        return Vec::new();
    }
    let sources = pipelines.values().filter(|(_, source)| source.system == pipeline.system && pushes_there(source));
    let by_hand_or_tag =
        |trigger: &&Trigger| matches!(trigger.kind, TriggerKind::Tag | TriggerKind::Schedule | TriggerKind::Manual);
    let triggers = sources.flat_map(|(_, source)| source.triggers.iter().filter(by_hand_or_tag));
    triggers.map(|trigger| Trigger { paths: Vec::new(), is_after: true, ..trigger.clone() }).collect()
}

/// Whether what a job pushes starts workflows: not with the token that every job has by itself.
fn may_start_others(job: &Job) -> bool {
    job.steps.iter().any(|step| match &step.action {
        StepAction::Use(name, inputs) => {
            let is_other = |(key, value): &(String, String)| {
                key == "ssh-key" || key == "token" && !value.contains("GITHUB_TOKEN") && !value.contains("github.token")
            };
            name.starts_with("actions/checkout@") && inputs.iter().any(is_other)
        }
        StepAction::Run(_) | StepAction::Reference(..) => false,
    })
}

/// The branches that the commands of a job push to: `git push origin release`, `git push origin HEAD:release`.
fn pushed_branches(job: &Job) -> Vec<String> {
    let mut found = Vec::new();
    for step in job.steps.iter().filter(|step| !step.never_runs) {
        let StepAction::Run(script) = &step.action else { continue };
        for command in shell::commands(&script.text, ShellOptions::default()) {
            let words: Vec<&str> = command.texts().into_iter().filter(|word| !word.starts_with('-')).collect();
            if let ["git", "push", _, refs @ ..] = words.as_slice() {
                let branch =
                    |name: &&str| name.rsplit(':').next().unwrap_or(name).trim_start_matches("refs/heads/").to_owned();
                found.extend(refs.iter().map(branch));
            }
        }
    }
    found
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
