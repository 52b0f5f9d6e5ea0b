//! Workflows that run with the secrets of the repository and fetch the code of whoever proposed a change.

use super::{Part, add, events};
use crate::extract::Found;
use crate::facts::{Data, InputFlow, InputTarget, RiskKind, Span};
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
    let all = events(root);
    let event = all.iter().copied().find(|event| EVENTS.contains(event));
    let is_called = all.contains(&"workflow_call");
    if event.is_none() && !is_called {
        return;
    }
    let is_trusted = |node: &Node| {
        let condition = node.get("if").and_then(Node::text).unwrap_or("");
        TRUSTED.iter().any(|text| condition.contains(text))
            || excludes(condition, event.unwrap_or("pull_request_target"))
    };
    if is_trusted(part.body) {
        return;
    }
    // The event of a called workflow is that of its caller.
    let flow = |subject: &str, input: Option<&str>, target: InputTarget| {
        let (job, subject, input) = (part.id.to_owned(), subject.to_owned(), input.map(str::to_owned));
        Data::InputFlow(InputFlow { job, subject, input, target })
    };
    if let Some((key, path)) = part.body.entry("uses").and_then(|(key, uses)| Some((key, uses.text()?)))
        && path.starts_with("./")
    {
        let call = || InputTarget::Call { path: path.to_owned(), input: InputFlow::CHANGE.to_owned() };
        // What names the head of a change is empty on the other events.
        if event == Some("pull_request_target") {
            found.add(key.span, flow("pull_request_target", None, call()));
        }
        if is_called {
            found.add(key.span, flow("the change", Some(InputFlow::CHANGE), call()));
        }
    }
    for step in part.steps().iter().filter(|step| !is_trusted(step)) {
        let Some((span, subject, how)) = fetched(step) else { continue };
        match event {
            Some(event) => {
                let problem = format!("{how} on `{event}`, beside the repository's secrets");
                add(found, span, RiskKind::UntrustedCheckout, part.id, subject, &problem);
            }
            None => found.add(span, flow(subject, Some(InputFlow::CHANGE), InputTarget::Code(how.to_owned()))),
        }
    }
}

/// How a step gets the code of a change: where it says so, what it names, and in a word.
fn fetched(step: &Node) -> Option<(Span, &str, &'static str)> {
    let uses = step.get("uses").filter(|uses| uses.text().is_some_and(|name| name.starts_with("actions/checkout@")));
    if let Some(uses) = uses {
        let given = ["ref", "repository"].map(|name| step.at(&["with", name]).and_then(Node::text).unwrap_or(""));
        let named = given.into_iter().find(|text| CHANGES.iter().any(|change| text.contains(change)))?;
        return Some((uses.span, named, "checked out"));
    }
    let (key, text) = step.entry("run").and_then(|(key, run)| Some((key, run.text()?)))?;
    let fetches = FETCHES.iter().any(|command| text.contains(command))
        || text.lines().any(|line| {
            (line.contains("git checkout") || line.contains("git fetch") || line.contains("git pull"))
                && line.contains("${{")
                && CHANGES.iter().any(|change| line.contains(change))
        });
    fetches.then_some((key.span, "the proposed change", "fetched"))
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

    #[test]
    fn a_called_workflow_runs_on_the_event_of_its_caller() {
        let caller = "on: pull_request_target\npermissions: {}\njobs:\n  a:\n    uses: ./.github/workflows/build.yml\n";
        assert_eq!(risks(caller), ["flow 5 pull_request_target to ./.github/workflows/build.yml (change)"]);
        assert_eq!(on("workflow_call", HEAD), ["flow 6 ${{ github.event.pull_request.head.sha }} to code"]);
    }
}
