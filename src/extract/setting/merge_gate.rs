//! What has to hold before a change is merged, kept as code: merge bots, branch protection, coverage statuses.

use super::{add, setting};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Setting, SettingSubject, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads the files of merge gates.
#[derive(Clone, Copy)]
pub(super) struct MergeGates;

impl Extractor for MergeGates {
    fn name(&self) -> &'static str {
        "merge-gate"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        tool_of(file).is_some()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some((tool, reader)) = tool_of(source.file) else { return };
        if let Some((span, value)) = reader(source) {
            add(found, span, setting(SettingSubject::MergeGate, tool, &value));
        }
        if tool == "Codecov" {
            for (span, value, is_enabled) in codecov(source) {
                add(found, span, Setting { is_enabled, ..setting(SettingSubject::MergeGate, tool, &value) });
                if value != "auto" {
                    let threshold = setting(SettingSubject::CoverageThreshold, tool, &value);
                    add(found, span, Setting { is_enabled, ..threshold });
                }
            }
        }
    }
}

/// Finds the gate of a file: where it is, and what it asks for.
type Reader = fn(&Source<'_>) -> Option<(Span, String)>;

fn tool_of(file: &File) -> Option<(&'static str, Reader)> {
    Some(match &*file.path {
        ".mergify.yml" | ".mergify/config.yml" | ".github/mergify.yml" => ("Mergify", mergify),
        "bors.toml" | ".github/bors.toml" => ("bors", |source| {
            let (key, statuses) = source.toml().ok()?.entry("status")?;
            (!statuses.texts().is_empty()).then(|| (key.span, statuses.texts().join(", ")))
        }),
        ".kodiak.toml" | ".github/.kodiak.toml" => ("Kodiak", |source| {
            let (key, _) = source.toml().ok()?.entry("merge")?;
            Some((key.span, "automatic merge".to_owned()))
        }),
        ".github/settings.yml" => ("repository settings", settings),
        ".asf.yaml" => ("repository settings", |source| {
            let (key, branches) = source.yaml().ok()?.first()?.get("github")?.entry("protected_branches")?;
            (!branches.entries().is_empty()).then(|| (key.span, "protected branches".to_owned()))
        }),
        "codecov.yml" | ".codecov.yml" | ".github/codecov.yml" | "codecov.yaml" | ".codecov.yaml" => {
            ("Codecov", |_| None)
        }
        "sonar-project.properties" => ("SonarQube", |source| {
            let mut lines = source.text().lines().enumerate();
            let (index, _) = lines.find(|(_, line)| line.replace(' ', "") == "sonar.qualitygate.wait=true")?;
            Some((at_line(index), "quality gate".to_owned()))
        }),
        path if path.starts_with(".github/rulesets/") && file.extension() == "json" => ("ruleset", |source| {
            let root = source.json().ok()?;
            let (key, state) = root.entry("enforcement")?;
            let has_rules = root.get("rules").is_some_and(|rules| !rules.items().is_empty());
            (state.text() == Some("active") && has_rules).then(|| (key.span, "active".to_owned()))
        }),
        _ if file.extension() == "tf" => ("Terraform", |source| {
            const KINDS: &[&str] =
                &["\"github_branch_protection\"", "\"github_repository_ruleset\"", "\"gitlab_branch_protection\""];
            let mut lines = source.text().lines().enumerate();
            let (index, _) =
                lines.find(|(_, line)| line.starts_with("resource") && KINDS.iter().any(|it| line.contains(it)))?;
            Some((at_line(index), "branch protection".to_owned()))
        }),
        _ => return None,
    })
}

fn mergify(source: &Source<'_>) -> Option<(Span, String)> {
    let root = source.yaml().ok()?.first()?;
    let holds = |rule: &Node, key: &str| rule.get(key).is_some_and(|list| !list.items().is_empty());
    let queues = root.entry("queue_rules").filter(|(_, rules)| {
        let keys = ["conditions", "merge_conditions", "queue_conditions"];
        rules.items().iter().any(|rule| keys.iter().any(|key| holds(rule, key)))
    });
    let merges = root.entry("pull_request_rules").filter(|(_, rules)| {
        let is_merge = |rule: &Node| {
            rule.get("actions").is_some_and(|it| it.get("merge").or(it.get("queue")).is_some())
                && holds(rule, "conditions")
        };
        rules.items().iter().any(is_merge)
    });
    let protections = root.entry("merge_protections").filter(|(_, rules)| !rules.items().is_empty());
    queues.or(merges).or(protections).map(|(key, _)| (key.span, "conditions to merge".to_owned()))
}

fn settings(source: &Source<'_>) -> Option<(Span, String)> {
    let root = source.yaml().ok()?.first()?;
    if let Some((key, rulesets)) = root.entry("rulesets").filter(|(_, rulesets)| !rulesets.items().is_empty()) {
        return Some((key.span, format!("{} rulesets", rulesets.items().len())));
    }
    root.get("branches")?.items().iter().find_map(|branch| {
        let (key, protection) = branch.entry("protection")?;
        let is_gate = ["required_status_checks", "required_pull_request_reviews"]
            .iter()
            .any(|name| protection.get(name).is_some_and(|checks| !checks.is_null() && !checks.entries().is_empty()));
        is_gate.then(|| (key.span, "branch protection".to_owned()))
    })
}

/// The statuses that Codecov sets: where, the target, and whether it can fail.
fn codecov(source: &Source<'_>) -> Vec<(Span, String, bool)> {
    let root = source.yaml().ok().and_then(|documents| documents.first());
    let Some(status) = root.and_then(|root| root.at(&["coverage", "status"])) else { return Vec::new() };
    let mut statuses = Vec::new();
    for (key, body) in status.entries().iter().filter(|(key, _)| matches!(key.text(), Some("project" | "patch"))) {
        if body.scalar().is_some() {
            statuses.push((key.span, "auto".to_owned(), !matches!(body.text(), Some("off" | "false" | "no"))));
            continue;
        }
        for (_, named) in body.entries() {
            let target = named.get("target").and_then(Node::text).unwrap_or("auto");
            let informs = named.get("informational").and_then(Node::flag) == Some(true);
            statuses.push((key.span, target.to_owned(), !informs));
        }
    }
    statuses
}

fn at_line(index: usize) -> Span {
    let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
    Span { line, column: 1, end_line: line, end_column: 1 }
}

#[cfg(test)]
mod tests {
    use super::super::testing::settings;
    use super::MergeGates;

    #[test]
    fn a_status_of_codecov_gates_unless_it_only_informs() {
        let text = "coverage:\n  status:\n    project:\n      default:\n        target: 80%\n    patch:\n      default:\n        informational: true\n";
        let expected = ["Codecov 80%", "Codecov 80%", "Codecov auto off"];
        assert_eq!(settings(&MergeGates, "codecov.yml", text), expected);
        assert_eq!(settings(&MergeGates, "codecov.yml", "coverage: {status: {project: off}}"), ["Codecov auto off"]);
    }

    #[test]
    fn merge_bots_gate_where_they_ask_for_something() {
        let queue = "queue_rules:\n  - name: default\n    merge_conditions: [check-success=test]\n";
        assert_eq!(settings(&MergeGates, ".mergify.yml", queue), ["Mergify conditions to merge"]);
        let labels = "pull_request_rules:\n  - conditions: [author=x]\n    actions: {label: {add: [y]}}\n";
        assert!(settings(&MergeGates, ".mergify.yml", labels).is_empty());
    }

    #[test]
    fn a_ruleset_must_be_active() {
        let text = "{\"enforcement\": \"active\", \"rules\": [{\"type\": \"required_status_checks\"}]}";
        assert_eq!(settings(&MergeGates, ".github/rulesets/main.json", text), ["ruleset active"]);
        assert!(settings(&MergeGates, ".github/rulesets/main.json", &text.replace("active", "disabled")).is_empty());
    }
}
