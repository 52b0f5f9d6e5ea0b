//! Scripts that project managers keep in TOML: Hatch, PDM, Poe, taskipy and Pixi in a pyproject.toml or a pixi.toml, and
//! the tasks of mise.

use super::{fact, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Task, TaskRunner};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Tables of a pyproject.toml that hold scripts, and how their runner starts another one of them.
const TABLES: &[(&[&str], &str)] = &[
    (&["tool", "pdm", "scripts"], "pdm run "),
    (&["tool", "poe", "tasks"], "poe "),
    (&["tool", "taskipy", "tasks"], "task "),
    (&["tool", "pixi", "tasks"], "pixi run "),
    (&["tool", "rye", "scripts"], "rye run "),
];

/// Reads the scripts of projects.
pub(super) struct ProjectScripts;

impl Extractor for ProjectScripts {
    fn name(&self) -> &'static str {
        "project-scripts"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["scripts".to_owned(), "tasks".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        let is_own = matches!(file.name(), "pyproject.toml" | "hatch.toml" | "pixi.toml") || is_of_mise(file);
        is_own && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        // What is wrong with a manifest, its own reader says.
        let Ok(root) = source.toml() else { return };
        let mut scripts = |table: Option<&Node>, runner: TaskRunner, call: &str| {
            for (name, body) in table.map_or(&[][..], Node::entries) {
                let Some(title) = name.text() else { continue };
                found.add(name.span, fact(script(runner, title, body, call)));
            }
        };
        if is_of_mise(source.file) {
            return scripts(root.get("tasks"), TaskRunner::Mise, "mise run ");
        }
        for (path, call) in TABLES {
            scripts(root.at(path), TaskRunner::Project, call);
        }
        scripts(root.get("tasks"), TaskRunner::Project, "pixi run ");
        for environments in [root.at(&["tool", "hatch", "envs"]), root.get("envs")].into_iter().flatten() {
            for (_, environment) in environments.entries() {
                scripts(environment.get("scripts"), TaskRunner::Project, "hatch run ");
            }
        }
        for features in [root.at(&["tool", "pixi", "feature"]), root.get("feature")].into_iter().flatten() {
            for (_, feature) in features.entries() {
                scripts(feature.get("tasks"), TaskRunner::Project, "pixi run ");
            }
        }
    }
}

fn is_of_mise(file: &File) -> bool {
    matches!(file.name(), "mise.toml" | ".mise.toml") || file.path.ends_with("mise/config.toml")
}

/// A script by its body: a text, a list of texts or of other scripts, or a table with one of them.
fn script(runner: TaskRunner, name: &str, body: &Node, call: &str) -> Task {
    let key =
        ["cmd", "shell", "run", "composite", "sequence", "ref"].iter().find_map(|key| Some((*key, body.get(key)?)));
    let (key, content) = key.unwrap_or(("", body));
    // Poe's lists and PDM's composites name other scripts; Hatch's lines may.
    let is_list = content.scalar().is_none();
    let names_others = match call {
        "poe " => key == "ref" || is_list && matches!(key, "" | "sequence"),
        "pdm run " => key == "composite",
        _ => call == "hatch run " && is_list,
    };
    let lines = content.one_or_many().iter().filter_map(|line| line.text().or_else(|| line.get("cmd")?.text()));
    let line = |line: &str| match (names_others, line.strip_prefix("- ")) {
        (true, Some(ignored)) => format!("{call}{ignored} || true"),
        (true, None) => format!("{call}{line}"),
        (false, _) => line.to_owned(),
    };
    let lines: Vec<String> = lines.map(line).collect();
    let needs = ["depends", "depends-on", "depends_on", "deps"].iter().find_map(|key| body.get(key));
    let needs = needs.map_or(&[][..], Node::one_or_many).iter();
    let needs = needs.filter_map(|need| need.text().or_else(|| need.get("task")?.text())).map(str::to_owned).collect();
    Task { needs, ..task(runner, name, lines.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    fn texts(path: &str, text: &str) -> Vec<String> {
        let tasks = tasks_of(&ProjectScripts, path, text);
        tasks.into_iter().map(|(_, task)| format!("{}: {} {:?}", task.name, task.command, task.needs)).collect()
    }

    #[test]
    fn each_manager_has_its_own_table() {
        let text = "[tool.hatch.envs.default.scripts]\ncov = \"coverage run -m pytest\"\nall = [\"cov\", \"lint\"]\n[tool.poe.tasks]\ncheck = [\"types\", \"pt\"]\npt.cmd = \"pytest\"\n[tool.pdm.scripts]\nt = {composite = [\"pytest\"]}\n";
        assert_eq!(
            texts("pyproject.toml", text),
            [
                "t: pdm run pytest []",
                "check: poe types\npoe pt []",
                "pt: pytest []",
                "cov: coverage run -m pytest []",
                "all: hatch run cov\nhatch run lint []"
            ]
        );
        assert_eq!(
            texts("pixi.toml", "[tasks]\ntest = {cmd = \"pytest\", depends-on = [\"build\"]}\n"),
            ["test: pytest [\"build\"]"]
        );
    }

    #[test]
    fn tasks_of_mise_run_in_order() {
        let text = "[tools]\nnode = \"22\"\n[tasks.ci]\nrun = [\"eslint .\", \"vitest run\"]\ndepends = [\"fmt\"]\n";
        assert_eq!(texts("mise.toml", text), ["ci: eslint .\nvitest run [\"fmt\"]"]);
    }
}
