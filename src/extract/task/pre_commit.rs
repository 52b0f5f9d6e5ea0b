//! Hooks of pre-commit: each is a task that runs a tool of the hook's name, or the command that it spells out.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Task, TaskRunner};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads `.pre-commit-config.yaml`.
pub(super) struct PreCommit;

impl Extractor for PreCommit {
    fn name(&self) -> &'static str {
        "pre-commit"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        matches!(&*file.path, ".pre-commit-config.yaml" | ".pre-commit-config.yml")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let root = match source.yaml() {
            Ok(documents) => documents.first(),
            Err(error) => return found.unreadable("configuration of pre-commit", error),
        };
        let repositories = root.and_then(|root| root.get("repos")).map_or(&[][..], Node::items);
        for hook in repositories.iter().filter_map(|it| it.get("hooks")).flat_map(Node::items) {
            let Some((key, name)) = hook.entry("id").and_then(|(key, id)| Some((key, id.text()?))) else { continue };
            // Hooks that only run when somebody asks for their stage by hand guard no commit.
            if hook.get("stages").is_some_and(|stages| stages.texts() == ["manual"]) {
                continue;
            }
            let entry = hook.get("entry").and_then(Node::text).unwrap_or(name);
            let arguments = hook.get("args").map_or_else(Vec::new, Node::texts).join(" ");
            let task = Task {
                runner: TaskRunner::PreCommit,
                name: name.to_owned(),
                command: format!("{entry} {arguments}").trim_end().to_owned(),
                needs: Vec::new(),
                package: None,
            };
            found.add(key.span, Data::Task(task));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Role;

    #[test]
    fn hooks_run_what_they_are_called_or_what_they_say() {
        let text = "repos:\n  - repo: x\n    hooks:\n      - id: gitleaks\n      - id: types\n        entry: uv run mypy\n        args: [src]\n      - id: slow\n        stages: [manual]\n";
        let path = ".pre-commit-config.yaml";
        let file = File { path: path.into(), bytes: 1, role: Role::Configuration, language: None, lines: 1 };
        let mut found = Found::new(&file);
        PreCommit.extract(&Source::new(&file, text), &[], &mut found);
        let commands = found.facts().iter().filter_map(|fact| match &fact.data {
            Data::Task(task) => Some(task.command.as_str()),
            _ => None,
        });
        assert_eq!(commands.collect::<Vec<_>>(), ["gitleaks", "uv run mypy src"]);
    }
}
