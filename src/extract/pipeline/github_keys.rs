//! Keys of workflows that GitHub does not know: it refuses the whole file, so nothing in it runs.

use crate::extract::Found;
use crate::syntax::data::Node;

const WORKFLOW: &[&str] =
    &["name", "run-name", "on", "cache-mode", "permissions", "env", "defaults", "concurrency", "jobs"];

const JOB: &[&str] = &[
    "name",
    "cache-mode",
    "permissions",
    "needs",
    "if",
    "runs-on",
    "snapshot",
    "environment",
    "concurrency",
    "outputs",
    "env",
    "defaults",
    "steps",
    "timeout-minutes",
    "strategy",
    "continue-on-error",
    "container",
    "services",
    "uses",
    "with",
    "secrets",
];

const STEP: &[&str] = &[
    "id",
    "if",
    "name",
    "uses",
    "run",
    "working-directory",
    "shell",
    "with",
    "env",
    "continue-on-error",
    "timeout-minutes",
    "background",
    "wait",
    "wait-all",
    "cancel",
    "parallel",
];

/// Reports unknown keys, and jobs that wait for one that does not exist.
pub(super) fn check(root: &Node, found: &mut Found<'_>) {
    unknown(root, WORKFLOW, "workflow", found);
    let jobs = root.get("jobs").map_or(&[][..], Node::entries);
    for (_, job) in jobs {
        unknown(job, JOB, "job", found);
        for step in job.get("steps").map_or(&[][..], Node::items) {
            unknown(step, STEP, "step", found);
        }
        for need in job.get("needs").map_or(&[][..], Node::one_or_many) {
            let Some(name) = need.text() else { continue };
            if !jobs.iter().any(|(id, _)| id.text() == Some(name)) {
                found.warn(need.span, format!("`needs` names `{name}`, and no job has that id"));
            }
        }
    }
}

fn unknown(node: &Node, known: &[&str], what: &str, found: &mut Found<'_>) {
    for (key, _) in node.entries() {
        // `<<` merges an anchor; what starts with `x-` is for people.
        let Some(name) = key.text().filter(|name| *name != "<<" && !name.starts_with("x-")) else { continue };
        if !known.contains(&name) {
            found.warn(key.span, format!("a {what} has no key `{name}`: GitHub refuses the file"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::pipeline::testing::file;
    use crate::syntax::Source;

    #[test]
    fn keys_that_do_not_exist_and_jobs_that_are_waited_for_in_vain_are_reported() {
        let text = "on: push\njobs:\n  a:\n    needs: [b]\n    run-on: x\n    steps:\n      - runs: ls\n";
        let file = file(".github/workflows/a.yml");
        let source = Source::new(&file, text);
        let mut found = Found::new(&file);
        check(&source.yaml().unwrap()[0], &mut found);
        let messages: Vec<String> = found
            .diagnostics()
            .iter()
            .map(|it| format!("{} {}", it.span.map_or(0, |span| span.line), it.message))
            .collect();
        assert_eq!(
            messages,
            [
                "5 a job has no key `run-on`: GitHub refuses the file",
                "7 a step has no key `runs`: GitHub refuses the file",
                "4 `needs` names `b`, and no job has that id",
            ]
        );
    }
}
