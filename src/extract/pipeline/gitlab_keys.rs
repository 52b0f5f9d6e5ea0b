//! What GitLab refuses in a file: keys of jobs that it does not know, jobs without anything to run, and templates that
//! do not exist.

use super::gitlab::RESERVED;
use crate::extract::Found;
use crate::syntax::data::Node;

const JOB: &[&str] = &[
    "after_script",
    "allow_failure",
    "artifacts",
    "before_script",
    "cache",
    "coverage",
    "dast_configuration",
    "dependencies",
    "environment",
    "except",
    "extends",
    "hooks",
    "id_tokens",
    "identity",
    "image",
    "inherit",
    "inputs",
    "interruptible",
    "manual_confirmation",
    "needs",
    "only",
    "pages",
    "parallel",
    "publish",
    "release",
    "resource_group",
    "retry",
    "rules",
    "run",
    "script",
    "secrets",
    "services",
    "stage",
    "start_in",
    "tags",
    "timeout",
    "trigger",
    "type",
    "variables",
    "when",
];

/// Reports what the file gets wrong. Where it includes others, templates may stand in those.
pub(super) fn check(root: &Node, has_includes: bool, found: &mut Found<'_>) {
    let is_job = |name: &str| !name.starts_with('.') && !RESERVED.contains(&name) && !matches!(name, "pages" | "<<");
    for (key, body) in root.entries() {
        let Some(name) = key.text().filter(|name| is_job(name) && !body.entries().is_empty()) else { continue };
        for (key, _) in body.entries() {
            if let Some(unknown) = key.text().filter(|key| *key != "<<" && !JOB.contains(key)) {
                found.warn(key.span, format!("a job has no key `{unknown}`: GitLab refuses the file"));
            }
        }
        let runs = ["script", "run", "trigger", "extends", "<<"].iter().any(|key| body.get(key).is_some());
        if !runs && !has_includes {
            found.warn(key.span, format!("the job `{name}` has nothing to run: GitLab refuses the file"));
        }
        for template in body.get("extends").map_or(&[][..], Node::one_or_many) {
            let Some(name) = template.text().filter(|name| !has_includes && root.entry(name).is_none()) else {
                continue;
            };
            found.warn(template.span, format!("`extends` names `{name}`, and no job is called so"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::pipeline::testing::file;
    use crate::syntax::Source;

    #[test]
    fn what_gitlab_refuses_is_reported_with_its_place() {
        let text =
            "stages: [test]\n.base:\n  x-note: y\ntest:\n  extends: .bass\n  scripts: [make]\nlint:\n  stage: test\n";
        let file = file(".gitlab-ci.yml");
        let source = Source::new(&file, text);
        let mut found = Found::new(&file);
        check(&source.yaml().unwrap()[0], false, &mut found);
        let messages: Vec<String> = found
            .diagnostics()
            .iter()
            .map(|it| format!("{} {}", it.span.map_or(0, |span| span.line), it.message))
            .collect();
        assert_eq!(
            messages,
            [
                "6 a job has no key `scripts`: GitLab refuses the file",
                "5 `extends` names `.bass`, and no job is called so",
                "7 the job `lint` has nothing to run: GitLab refuses the file",
            ]
        );
    }
}
