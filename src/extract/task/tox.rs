//! Environments of tox.ini: `[testenv]` and `[testenv:name]` with their commands.

use super::{fact, line_span, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Task, TaskRunner};
use crate::syntax::Source;

/// Reads the environments of a tox.ini. The plain `[testenv]` has the empty name.
pub(super) struct ToxEnvironments;

impl Extractor for ToxEnvironments {
    fn name(&self) -> &'static str {
        "tox"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["[testenv".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.name() == "tox.ini" && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut open: Option<(usize, &str, Task)> = None;
        let mut is_commands = false;
        for (index, line) in source.text().lines().enumerate() {
            if line.starts_with('[') {
                if let Some((line, text, task)) = open.take() {
                    found.add(line_span(line, text), fact(task));
                }
                let section = line.trim_matches(['[', ']', ' ']);
                let name = if section == "testenv" { Some("") } else { section.strip_prefix("testenv:") };
                open = name.map(|name| (index + 1, line, task(TaskRunner::Tox, name, String::new())));
                is_commands = false;
                continue;
            }
            let is_indented = line.starts_with([' ', '\t']);
            let mut command = line.trim();
            if !is_indented && !command.is_empty() {
                let (key, value) = line.split_once('=').unwrap_or((line, ""));
                is_commands = matches!(key.trim(), "commands" | "commands_pre" | "commands_post");
                command = value.trim();
            }
            if !is_commands || command.is_empty() || command.starts_with('#') {
                continue;
            }
            if let Some((_, _, task)) = &mut open {
                match command.strip_prefix('-') {
                    Some(ignored) => task.command.extend([ignored.trim(), " || true"]),
                    None => task.command.push_str(command),
                }
                task.command.push('\n');
            }
        }
        if let Some((line, text, task)) = open {
            found.add(line_span(line, text), fact(task));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    #[test]
    fn environments_have_commands() {
        let text = "[tox]\nenvlist = py,lint\n\n[testenv]\ndeps = pytest\ncommands =\n    pytest {posargs}\n\n[testenv:lint]\ncommands = ruff check .\n  - mypy x\n";
        let found = tasks_of(&ToxEnvironments, "tox.ini", text);
        assert_eq!((found[0].0, found[0].1.name.as_str(), found[0].1.command.as_str()), (4, "", "pytest {posargs}\n"));
        assert_eq!((found[1].1.name.as_str(), found[1].1.command.as_str()), ("lint", "ruff check .\nmypy x || true\n"));
    }
}
