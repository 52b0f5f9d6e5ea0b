//! Whether a pipeline does more than to keep issues, labels and pull request titles in order.

use crate::facts::{Job, Step, StepAction};
use crate::syntax::shell::{ShellOptions, commands};

/// Words in the names of actions that tidy up around the code.
const HOUSEKEEPING: &[&str] = &[
    "label",
    "stale",
    "triage",
    "greet",
    "welcome",
    "first-interaction",
    "add-to-project",
    "lock-threads",
    "assign",
    "semantic-pull-request",
    "semantic-pr",
    "pr-title",
    "conventional-pr",
    "issue",
    "comment",
    "no-response",
    "cla-assistant",
    "contributor",
    "all-contributors",
    "action-discord",
    "slack",
    "move-to-project",
    "project-card",
    "milestone",
    "dependabot/fetch-metadata",
    "auto-merge",
    "automerge",
    "merge-dependabot",
    "sponsors",
    "conflict",
    "reminder",
];

/// Actions that only prepare.
const PREPARATION: &[&str] = &[
    "actions/checkout",
    "actions/cache",
    "actions/setup-",
    "actions/github-script",
    "actions/create-github-app-token",
    "step-security/harden-runner",
];

/// Programs that do nothing to the code.
const TALK: &[&str] = &["echo", "printf", "gh", "true", ":", "sleep", "exit", "jq", "test", "[", "date"];

/// Whether some job does something with the code.
pub(super) fn is_substantive(jobs: &[Job]) -> bool {
    jobs.iter().filter(|job| !job.never_runs && !job.is_template).any(|job| {
        let calls = job.calls.as_ref().is_some_and(|(target, _)| !is_housekeeping(target));
        calls || job.steps.iter().filter(|step| !step.never_runs).any(does_something)
    })
}

fn does_something(step: &Step) -> bool {
    match &step.action {
        StepAction::Use(name, _) => {
            name.starts_with("./") || !(is_housekeeping(name) || PREPARATION.iter().any(|own| name.starts_with(own)))
        }
        StepAction::Run(script) => {
            let list = commands(&script.text, ShellOptions::default());
            list.iter().any(|command| !TALK.contains(&command.name()))
        }
        StepAction::Reference(..) => true,
    }
}

fn is_housekeeping(name: &str) -> bool {
    let name = name.split('@').next().unwrap_or(name).to_ascii_lowercase();
    HOUSEKEEPING.iter().any(|word| name.contains(word))
}
