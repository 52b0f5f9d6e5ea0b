//! Tokens that may do more than a job needs. The unit is the job.

use super::{add, events, jobs};
use crate::extract::Found;
use crate::extract::pipeline::script::pairs;
use crate::facts::RiskKind;
use crate::syntax::data::Node;

pub(super) fn find(root: &Node, found: &mut Found<'_>) {
    // A workflow that others call alone gets the token of its caller.
    if events(root).iter().all(|event| *event == "workflow_call") {
        return;
    }
    let outer = root.get("permissions").map(granted);
    let own = |body: &Node| body.get("permissions").map(granted);
    let inheriting = jobs(root).filter(|job| own(job.body).is_none()).count();
    for (key, body) in root.get("jobs").map_or(&[][..], Node::entries) {
        let id = key.text().unwrap_or("");
        let mut risk = |subject: &str, problem: &str| add(found, key.span, RiskKind::Permissions, id, subject, problem);
        match (own(body), &outer) {
            (Some(own), _) if is_all(&own) => risk("write-all", "may write everything"),
            (Some(_), _) => {}
            (None, Some(outer)) if is_all(outer) => {
                risk("write-all", "may write everything, by the workflow's `permissions`");
            }
            (None, Some(outer)) => {
                let scopes: Vec<&str> = writes(outer).collect();
                if !scopes.is_empty() && inheriting > 1 {
                    let list = scopes.iter().map(|scope| format!("`{scope}: write`")).collect::<Vec<_>>().join(", ");
                    risk(&scopes.join(", "), &format!("inherits {list} from the workflow, as other jobs do"));
                }
            }
            (None, None) => risk("default token", "has the default token, which nothing narrows"),
        }
    }
}

/// The scopes of a `permissions` key with their levels; `*` stands for all of them.
pub(in crate::extract::pipeline) fn granted(node: &Node) -> Vec<(String, String)> {
    match node.text() {
        Some("write-all") => vec![("*".to_owned(), "write".to_owned())],
        Some("read-all") => vec![("*".to_owned(), "read".to_owned())],
        _ => pairs(node),
    }
}

fn is_all(grants: &[(String, String)]) -> bool {
    writes(grants).any(|scope| scope == "*")
}

fn writes(grants: &[(String, String)]) -> impl Iterator<Item = &str> {
    grants.iter().filter(|(_, level)| level == "write").map(|(scope, _)| scope.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::tests::risks;

    const TWO: &str = "jobs:\n  a:\n    runs-on: x\n  b:\n    runs-on: x\n";

    #[test]
    fn a_job_has_the_default_token_unless_it_or_the_workflow_narrows_it() {
        assert_eq!(risks(&format!("on: push\n{TWO}")), ["permissions 3 default token", "permissions 5 default token"]);
        assert!(risks(&format!("on: push\npermissions: {{contents: read}}\n{TWO}")).is_empty());
        assert!(risks(&format!("on: push\npermissions: {{}}\n{TWO}")).is_empty());
        assert!(risks("on: push\njobs:\n  a:\n    permissions: {contents: write}\n").is_empty());
    }

    #[test]
    fn a_scope_that_several_jobs_inherit_is_too_wide_for_each() {
        let wide = "on: push\npermissions: {contents: write}\n";
        assert_eq!(risks(&format!("{wide}{TWO}")), ["permissions 4 contents", "permissions 6 contents"]);
        assert!(risks(&format!("{wide}jobs:\n  a:\n    runs-on: x\n")).is_empty());
    }

    #[test]
    fn a_workflow_that_only_others_call_has_their_token() {
        assert!(risks(&format!("on: workflow_call\n{TWO}")).is_empty());
    }
}
