//! What the services of a compose file run: their own entry point and command, or those of the stage that they are
//! built from, which is named as what they need.

use super::fact;
use crate::extract::container::services;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Task, TaskRunner};
use crate::syntax::Source;
use crate::syntax::data::Node;
use crate::syntax::shell::quoted;

/// Reads the commands of compose services.
pub(super) struct ComposeCommands;

impl Extractor for ComposeCommands {
    fn name(&self) -> &'static str {
        "compose-command"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["services:".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && matches!(file.extension(), "yml" | "yaml") && !file.path.starts_with(".github/")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Ok(documents) = source.yaml() else { return };
        for (key, service) in documents.iter().flat_map(|document| services(source.file, document)) {
            let Some(name) = key.text() else { continue };
            let parts = ["entrypoint", "command"].iter().filter_map(|part: &&str| service.get(part));
            let command = parts.map(words).collect::<Vec<_>>().join(" ");
            found.add(
                key.span,
                fact(Task {
                    runner: TaskRunner::Compose,
                    name: name.to_owned(),
                    command,
                    needs: Vec::new(),
                    package: None,
                }),
            );
        }
    }
}

/// A text as it is, a list as a command line.
fn words(node: &Node) -> String {
    match node.text() {
        // `$$` is a dollar for the shell inside.
        Some(text) => text.replace("$$", "$"),
        None => node.texts().into_iter().map(|word| quoted(&word.replace("$$", "$"))).collect::<Vec<_>>().join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    #[test]
    fn entry_points_and_commands_are_one_line() {
        let text = "services:\n  test:\n    build: .\n    command: npm test\n  e2e:\n    image: node\n    entrypoint: [sh, -c]\n    command: [\"npm run e2e && echo ok\"]\n  db:\n    image: postgres\n";
        let found = tasks_of(&ComposeCommands, "compose.yml", text);
        let shown: Vec<&str> = found.iter().map(|(_, task)| task.command.as_str()).collect();
        assert_eq!(shown, ["npm test", "sh -c 'npm run e2e && echo ok'", ""]);
    }
}
