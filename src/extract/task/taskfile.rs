//! Tasks of Taskfiles (`task`).

use super::{fact, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Task, TaskRunner};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads the tasks of a Taskfile.
pub(super) struct Taskfiles;

impl Extractor for Taskfiles {
    fn name(&self) -> &'static str {
        "taskfile"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["tasks:".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        let stem = file.name().strip_suffix(".yml").or_else(|| file.name().strip_suffix(".yaml"));
        let is_taskfile =
            stem.is_some_and(|stem| matches!(stem, "Taskfile" | "taskfile" | "Taskfile.dist" | "taskfile.dist"));
        is_taskfile && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let documents = match source.yaml() {
            Ok(documents) => documents,
            Err(error) => return found.unreadable("Taskfile", error),
        };
        let tasks = documents.first().and_then(|root| root.get("tasks"));
        for (name, body) in tasks.map_or(&[][..], Node::entries) {
            let Some(title) = name.text() else { continue };
            let commands = body.get("cmds").or_else(|| body.get("cmd")).unwrap_or(body);
            let lines: Vec<String> = commands.one_or_many().iter().filter_map(command).collect();
            let needs = body.get("deps").map_or(&[][..], Node::one_or_many);
            let needs = needs.iter().filter_map(|need| need.text().or_else(|| need.get("task")?.text()));
            let needs = needs.map(str::to_owned).collect();
            found.add(name.span, fact(Task { needs, ..task(TaskRunner::Taskfile, title, lines.join("\n")) }));
        }
    }
}

fn command(node: &Node) -> Option<String> {
    let text = match (node.text(), node.get("task"), node.get("cmd")) {
        (Some(text), _, _) => text.to_owned(),
        (_, Some(task), _) => format!("task {}", task.text()?),
        (_, _, Some(command)) => command.text()?.to_owned(),
        _ => return None,
    };
    let ignores = node.get("ignore_error").and_then(Node::flag) == Some(true);
    let text = text.trim_end();
    Some(if ignores { format!("{text} || true") } else { text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    #[test]
    fn every_form_of_a_task_is_read() {
        let text = "version: '3'\ntasks:\n  test:\n    deps: [gen]\n    cmds:\n      - go test ./...\n      - task: lint\n  lint: golangci-lint run\n";
        let found = tasks_of(&Taskfiles, "Taskfile.yml", text);
        assert_eq!((found[0].0, found[0].1.command.as_str()), (3, "go test ./...\ntask lint"));
        assert_eq!(found[0].1.needs, ["gen"]);
        assert_eq!(found[1].1.command, "golangci-lint run");
    }
}
