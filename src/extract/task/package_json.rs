//! `scripts` of package.json files.

use super::{fact, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Task, TaskRunner};
use crate::syntax::Source;

/// Reads the scripts of a package.json.
pub(super) struct PackageScripts;

impl Extractor for PackageScripts {
    fn name(&self) -> &'static str {
        "package-scripts"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["\"scripts\"".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.name() == "package.json" && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let root = match source.json() {
            Ok(root) => root,
            Err(error) => return found.unreadable("package scripts", error),
        };
        let package = root.get("name").and_then(|name| name.text()).map(str::to_owned);
        for (name, command) in root.get("scripts").map_or(&[][..], |scripts| scripts.entries()) {
            if let (Some(title), Some(text)) = (name.text(), command.text()) {
                let own = task(TaskRunner::PackageScript, title, text.to_owned());
                found.add(name.span, fact(Task { package: package.clone(), ..own }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    #[test]
    fn scripts_have_their_line_and_their_package() {
        let text = "{\n  \"name\": \"@x/web\",\n  \"scripts\": {\n    \"test\": \"vitest run\"\n  }\n}\n";
        let tasks = tasks_of(&PackageScripts, "web/package.json", text);
        let (line, task) = tasks.first().unwrap();
        assert_eq!((*line, task.name.as_str(), task.command.as_str()), (4, "test", "vitest run"));
        assert_eq!(task.package.as_deref(), Some("@x/web"));
    }
}
