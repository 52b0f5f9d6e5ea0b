//! Hooks of git that a repository brings along: scripts of Husky and of `.githooks`, commands of Lefthook.

use super::{fact, line_span, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, TaskRunner};
use crate::syntax::Source;

/// The hooks that guard what is committed and pushed.
const HOOKS: &[&str] = &["pre-commit", "pre-push", "commit-msg", "pre-merge-commit", "prepare-commit-msg"];

/// Reads hooks, one task for each line of a script and each command.
pub(super) struct GitHooks;

impl Extractor for GitHooks {
    fn name(&self) -> &'static str {
        "git-hook"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && (is_script(file) || is_lefthook(file))
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        if is_script(source.file) {
            for (index, line) in source.text().lines().enumerate() {
                let command = line.trim();
                if !command.is_empty() && !command.starts_with('#') {
                    let own = task(TaskRunner::GitHook, source.file.name(), command.to_owned());
                    found.add(line_span(index + 1, line), fact(own));
                }
            }
            return;
        }
        let root = match source.yaml() {
            Ok(documents) => documents.first(),
            Err(error) => return found.unreadable("configuration of Lefthook", error),
        };
        for (hook, name) in HOOKS.iter().filter_map(|name| Some((root?.get(name)?, *name))) {
            let named = hook.get("commands").map_or(&[][..], |commands| commands.entries());
            let listed = hook.get("jobs").map_or(&[][..], |jobs| jobs.items());
            for run in named.iter().map(|(_, body)| body).chain(listed).filter_map(|body| body.get("run")) {
                let text = run.text().unwrap_or_default().trim().to_owned();
                found.add(run.span, fact(task(TaskRunner::GitHook, name, text)));
            }
        }
    }
}

fn is_script(file: &File) -> bool {
    matches!(file.folder(), ".husky" | ".githooks" | ".git-hooks") && HOOKS.contains(&file.name())
}

fn is_lefthook(file: &File) -> bool {
    matches!(&*file.path, "lefthook.yml" | "lefthook.yaml" | ".lefthook.yml" | ".lefthook.yaml")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    fn commands(path: &str, text: &str) -> Vec<(u32, String)> {
        tasks_of(&GitHooks, path, text)
            .into_iter()
            .map(|(line, task)| (line, format!("{} {}", task.name, task.command)))
            .collect()
    }

    #[test]
    fn each_line_of_a_hook_is_a_command() {
        let text = "#!/bin/sh\n# gitleaks one day\nnpx lint-staged\ngitleaks protect --staged\n";
        let found = commands(".husky/pre-commit", text);
        assert_eq!(
            found,
            [(3, "pre-commit npx lint-staged".to_owned()), (4, "pre-commit gitleaks protect --staged".to_owned())]
        );
    }

    #[test]
    fn commands_and_jobs_of_lefthook_are_read() {
        let text = "pre-commit:\n  commands:\n    secrets:\n      run: gitleaks protect --staged\npre-push:\n  jobs:\n    - run: npm test\n";
        let found = commands("lefthook.yml", text);
        assert_eq!(
            found,
            [(4, "pre-commit gitleaks protect --staged".to_owned()), (7, "pre-push npm test".to_owned())]
        );
    }
}
