//! Recipes of justfiles.

use super::{fact, line_span, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Task, TaskRunner};
use crate::syntax::Source;

/// Reads the recipes of a justfile.
pub(super) struct Justfiles;

impl Extractor for Justfiles {
    fn name(&self) -> &'static str {
        "justfile"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        let is_justfile = matches!(file.name(), "justfile" | "Justfile" | ".justfile" | "JUSTFILE");
        (is_justfile || file.extension() == "just") && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut open: Option<(usize, &str, Task)> = None;
        for (index, line) in source.text().lines().enumerate() {
            if line.starts_with([' ', '\t']) {
                if let Some((_, _, task)) = &mut open {
                    let recipe = line.trim();
                    let command = recipe.trim_start_matches(['@', '-']);
                    task.command.push_str(command);
                    if recipe.starts_with('-') || recipe.starts_with("@-") {
                        task.command.push_str(" || true");
                    }
                    task.command.push('\n');
                }
                continue;
            }
            if line.trim().is_empty() || line.starts_with(['#', '[']) {
                continue;
            }
            if let Some((line, text, task)) = open.take() {
                found.add(line_span(line, text), fact(task));
            }
            open = recipe(line).map(|task| (index + 1, line, task));
        }
        if let Some((line, text, task)) = open {
            found.add(line_span(line, text), fact(task));
        }
    }
}

/// The recipe that a line opens: `test *args: build (lint "x")`.
fn recipe(line: &str) -> Option<Task> {
    let (head, rest) = line.split_once(':').filter(|(_, rest)| !rest.starts_with('='))?;
    let name = head.trim_start_matches('@').split_whitespace().next()?;
    if matches!(name, "set" | "alias" | "export" | "import" | "mod") {
        return None;
    }
    let words = rest.split('#').next().unwrap_or("").split_whitespace().filter(|word| *word != "&&");
    let needs = words.map(|word| word.trim_matches(['(', ')']).to_owned()).collect();
    Some(Task { needs, ..task(TaskRunner::Just, name, String::new()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    #[test]
    fn recipes_have_dependencies_and_commands() {
        let text = "set shell := [\"bash\", \"-c\"]\nx := \"1\"\n\n# runs all\ntest *args: build\n    @cargo test {{args}}\n    -cargo audit\nbuild:\n  cargo build\n";
        let found = tasks_of(&Justfiles, "justfile", text);
        let (line, first) = &found[0];
        assert_eq!((*line, first.name.as_str(), first.needs.as_slice()), (5, "test", &["build".to_owned()][..]));
        assert_eq!(first.command, "cargo test {{args}}\ncargo audit || true\n");
        assert_eq!(found.len(), 2);
    }
}
