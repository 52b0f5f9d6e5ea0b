//! `tasks` of deno.json files.

use super::{fact, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Task, TaskRunner};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads the tasks of a deno.json.
pub(super) struct DenoTasks;

impl Extractor for DenoTasks {
    fn name(&self) -> &'static str {
        "deno-tasks"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["\"tasks\"".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        matches!(file.name(), "deno.json" | "deno.jsonc") && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let root = match source.json() {
            Ok(root) => root,
            Err(error) => return found.unreadable("Deno tasks", error),
        };
        for (name, body) in root.get("tasks").map_or(&[][..], Node::entries) {
            let command = body.get("command").unwrap_or(body).text().unwrap_or("");
            let needs = body.get("dependencies").map_or_else(Vec::new, Node::texts);
            let needs = needs.into_iter().map(str::to_owned).collect();
            if let Some(title) = name.text() {
                found.add(name.span, fact(Task { needs, ..task(TaskRunner::Deno, title, command.to_owned()) }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    #[test]
    fn tasks_are_texts_or_tables() {
        let text = "{\"tasks\": {\"test\": \"deno test -A\", \"ci\": {\"command\": \"deno lint\", \"dependencies\": [\"test\"]}}}";
        let found = tasks_of(&DenoTasks, "deno.json", text);
        assert_eq!(found[0].1.command, "deno test -A");
        assert_eq!((found[1].1.command.as_str(), found[1].1.needs.as_slice()), ("deno lint", &["test".to_owned()][..]));
    }
}
