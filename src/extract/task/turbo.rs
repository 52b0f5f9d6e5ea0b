//! What turbo.json says of the order of tasks: `turbo run test` runs what `test` depends on as well.

use super::{fact, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Task, TaskRunner};
use crate::syntax::Source;

/// Reads the tasks of Turborepo.
pub(super) struct TurboTasks;

impl Extractor for TurboTasks {
    fn name(&self) -> &'static str {
        "turbo"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        matches!(file.name(), "turbo.json" | "turbo.jsonc") && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let root = match source.json() {
            Ok(root) => root,
            Err(error) => return found.unreadable("configuration of Turborepo", error),
        };
        // `pipeline` is what the first version called it.
        let Some(tasks) = root.get("tasks").or_else(|| root.get("pipeline")) else { return };
        for (name, body) in tasks.entries() {
            let needs = body.get("dependsOn").map_or_else(Vec::new, |list| list.texts());
            // `^build` is the task of the packages that a package depends on; `$X` is a variable.
            let needs = needs.into_iter().filter(|need| !need.starts_with('$')).map(str::to_owned).collect();
            if let Some(title) = name.text() {
                found.add(name.span, fact(Task { needs, ..task(TaskRunner::Turbo, title, String::new()) }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    #[test]
    fn a_task_names_what_comes_before_it() {
        let text = r#"{ "tasks": { "test": { "dependsOn": ["^build", "lint", "$CI"] }, "dev": { "cache": false } } }"#;
        let tasks = tasks_of(&TurboTasks, "turbo.json", text);
        assert_eq!(tasks[0].1.needs, ["^build", "lint"]);
        assert!(tasks[1].1.needs.is_empty());
    }
}
