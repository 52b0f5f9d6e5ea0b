//! Actions of others by a tag or a branch: names that their owners, or whoever takes over their account, can move.

use super::{Part, add};
use crate::extract::Found;
use crate::facts::RiskKind;

/// GitHub's own organisations.
const OWN: &[&str] = &["actions", "github"];

pub(super) fn find(part: &Part<'_>, text: &str, found: &mut Found<'_>) {
    let uses = std::iter::once(part.body).chain(part.steps()).filter_map(|node| node.get("uses"));
    for (node, name) in uses.filter_map(|node| Some((node, node.text()?))) {
        if is_loose(name, text) {
            add(found, node.span, RiskKind::UnpinnedAction, part.id, name, "can be moved to other code");
        }
    }
}

fn is_loose(name: &str, text: &str) -> bool {
    if let Some(image) = name.strip_prefix("docker://") {
        return !image.contains("@sha256:");
    }
    // `$/` is the repository of the workflow itself.
    if name.starts_with('.') || name.starts_with("$/") || name.contains("${{") {
        return false;
    }
    let Some((action, version)) = name.split_once('@') else { return false };
    let Some((owner, _)) = action.split_once('/') else { return false };
    !OWN.iter().any(|own| own.eq_ignore_ascii_case(owner)) && !is_hash(version) && !is_own_workflow(action, owner, text)
}

fn is_hash(version: &str) -> bool {
    version.len() == 40 && version.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A reusable workflow of the organisation that the workflow itself says it belongs to.
fn is_own_workflow(action: &str, owner: &str, text: &str) -> bool {
    let says = |subject: &str, end: &str| text.contains(&format!("{subject} == '{owner}{end}"));
    action.contains("/.github/workflows/") && (says("github.repository", "/") || says("github.repository_owner", "'"))
}

#[cfg(test)]
mod tests {
    use super::is_loose;

    #[test]
    fn third_party_actions_need_a_full_hash() {
        let hash = "0123456789abcdef0123456789abcdef01234567";
        assert!(is_loose("docker/login-action@v3", ""));
        assert!(is_loose("dtolnay/rust-toolchain@master", ""));
        assert!(is_loose("docker/login-action@0123456", ""));
        assert!(!is_loose(&format!("docker/login-action@{hash}"), ""));
    }

    #[test]
    fn actions_of_github_and_of_this_repository_are_nobody_elses() {
        for name in [
            "actions/checkout@v4",
            "github/codeql-action/init@v3",
            "./.github/actions/x",
            "$/.github/x@v1",
            "docker://a@sha256:00",
        ] {
            assert!(!is_loose(name, ""), "{name}");
        }
    }

    #[test]
    fn a_reusable_workflow_of_the_same_organisation_is_none() {
        let text = "if: github.repository_owner == 'acme'";
        assert!(!is_loose("acme/ci/.github/workflows/test.yml@main", text));
        assert!(is_loose("acme/ci/.github/workflows/test.yml@main", ""));
    }
}
