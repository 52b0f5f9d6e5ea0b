//! Scripts of Devbox: `shell.scripts` of a devbox.json.

use super::{fact, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, TaskRunner};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads the scripts of a devbox.json.
pub(super) struct DevboxScripts;

impl Extractor for DevboxScripts {
    fn name(&self) -> &'static str {
        "devbox"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["\"scripts\"".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.name() == "devbox.json" && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let root = match source.json() {
            Ok(root) => root,
            Err(error) => return found.unreadable("Devbox scripts", error),
        };
        for (name, body) in root.at(&["shell", "scripts"]).map_or(&[][..], Node::entries) {
            if let Some(title) = name.text() {
                found.add(name.span, fact(task(TaskRunner::Devbox, title, body.texts().join("\n"))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    #[test]
    fn scripts_are_a_text_or_several() {
        let text = "{\"packages\": [\"go\"], \"shell\": {\"scripts\": {\"test\": [\"go vet ./...\", \"go test ./...\"], \"lint\": \"golangci-lint run\"}}}";
        let found = tasks_of(&DevboxScripts, "devbox.json", text);
        assert_eq!((found[0].1.name.as_str(), found[0].1.command.as_str()), ("test", "go vet ./...\ngo test ./..."));
        assert_eq!(found[1].1.command, "golangci-lint run");
    }
}
