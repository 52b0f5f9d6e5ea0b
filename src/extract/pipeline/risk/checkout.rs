//! Workflows that run with the secrets of the repository and fetch the code of whoever proposed a change.

use super::{Part, add, events};
use crate::extract::Found;
use crate::facts::RiskKind;
use crate::syntax::data::Node;

/// Events that run in the context of the base while an outsider decides on the change.
const EVENTS: &[&str] = &["pull_request_target", "workflow_run", "issue_comment"];

/// Expressions that name the change.
const CHANGES: &[&str] = &[
    "github.head_ref",
    "github.event.pull_request.head.",
    "github.event.pull_request.merge_commit_sha",
    "github.event.workflow_run.head_",
    "github.event.workflow_run.pull_requests",
    "refs/pull/",
];

/// Commands that fetch it.
const FETCHES: &[&str] =
    &["gh pr checkout", "git fetch origin pull/", "git fetch origin refs/pull/", "hub pr checkout"];

/// Conditions with which only changes of people with write access are meant.
const TRUSTED: &[&str] = &[
    "head.repo.full_name == github.repository",
    "head.repo.full_name == github.event.repository.full_name",
    "head_repository.full_name == github.repository",
    "head.repo.fork == false",
    "!github.event.pull_request.head.repo.fork",
    "pull_request.merged == true",
    "github.event.pull_request.merged",
    "workflow_run.event == 'push'",
    "workflow_run.event != 'pull_request'",
    "workflow_run.event == 'schedule'",
    "workflow_run.event == 'workflow_dispatch'",
];

pub(super) fn find(root: &Node, part: &Part<'_>, found: &mut Found<'_>) {
    let Some(event) = events(root).into_iter().find(|event| EVENTS.contains(event)) else { return };
    let is_trusted = |node: &Node| {
        let condition = node.get("if").and_then(Node::text).unwrap_or("");
        TRUSTED.iter().any(|text| condition.contains(text)) || excludes(condition, event)
    };
    if is_trusted(part.body) {
        return;
    }
    for step in part.steps().iter().filter(|step| !is_trusted(step)) {
        let uses =
            step.get("uses").filter(|uses| uses.text().is_some_and(|name| name.starts_with("actions/checkout@")));
        if let Some(uses) = uses {
            let input = |name: &str| step.at(&["with", name]).and_then(Node::text).unwrap_or("");
            let given = [input("ref"), input("repository")];
            let named = given.iter().find(|text| CHANGES.iter().any(|change| text.contains(change)));
            if let Some(named) = named {
                let problem = format!("checked out on `{event}`, beside the repository's secrets");
                add(found, uses.span, RiskKind::UntrustedCheckout, part.id, named, &problem);
            }
        }
        let Some((key, text)) = step.entry("run").and_then(|(key, run)| Some((key, run.text()?))) else { continue };
        let fetches = FETCHES.iter().any(|command| text.contains(command))
            || text.lines().any(|line| {
                (line.contains("git checkout") || line.contains("git fetch") || line.contains("git pull"))
                    && line.contains("${{")
                    && CHANGES.iter().any(|change| line.contains(change))
            });
        if fetches {
            let problem = format!("fetched on `{event}`, beside the repository's secrets");
            add(found, key.span, RiskKind::UntrustedCheckout, part.id, "the proposed change", &problem);
        }
    }
}

/// Whether a condition holds for other events alone.
fn excludes(condition: &str, event: &str) -> bool {
    condition.contains(&format!("github.event_name != '{event}'"))
        || !condition.contains("||")
            && condition.contains("github.event_name == '")
            && !condition.contains(&format!("github.event_name == '{event}'"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::risks;

    fn on(event: &str, step: &str) -> Vec<String> {
        risks(&format!("on: {event}\npermissions: {{}}\njobs:\n  a:\n    steps:\n{step}"))
    }

    const HEAD: &str =
        "      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n";

    #[test]
    fn the_head_of_a_change_is_not_checked_out_beside_secrets() {
        let found = ["untrusted-checkout 6 ${{ github.event.pull_request.head.sha }}"];
        assert_eq!(on("pull_request_target", HEAD), found);
        assert!(on("pull_request", HEAD).is_empty());
    }

    #[test]
    fn the_base_may_be_checked_out() {
        assert!(on("pull_request_target", "      - uses: actions/checkout@v4\n").is_empty());
    }

    #[test]
    fn commands_fetch_too() {
        assert_eq!(on("issue_comment", "      - run: gh pr checkout $N\n").len(), 1);
    }

    #[test]
    fn a_condition_may_leave_out_forks() {
        let guarded = format!("{HEAD}        if: github.event.pull_request.head.repo.full_name == github.repository\n");
        assert!(on("pull_request_target", &guarded).is_empty());
    }
}
