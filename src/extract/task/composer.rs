//! `scripts` of composer.json files.

use super::{fact, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, TaskRunner};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads the scripts of a composer.json.
pub(super) struct ComposerScripts;

impl Extractor for ComposerScripts {
    fn name(&self) -> &'static str {
        "composer-scripts"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["\"scripts\"".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.name() == "composer.json" && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let root = match source.json() {
            Ok(root) => root,
            Err(error) => return found.unreadable("composer scripts", error),
        };
        for (name, commands) in root.get("scripts").map_or(&[][..], Node::entries) {
            let lines: Vec<String> = commands.texts().into_iter().map(plain).collect();
            if let Some(title) = name.text() {
                found.add(name.span, fact(task(TaskRunner::Composer, title, lines.join("\n"))));
            }
        }
    }
}

/// `@php x` runs PHP, `@composer x` Composer, `@x` another script.
fn plain(command: &str) -> String {
    match command.strip_prefix('@') {
        Some(rest) if rest.starts_with("php ") || rest.starts_with("composer ") => rest.to_owned(),
        Some(rest) if rest.starts_with("putenv ") => format!("true {rest}"),
        Some(rest) => format!("composer run {rest}"),
        None => command.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    #[test]
    fn references_become_commands() {
        let text = "{\"scripts\": {\"test\": [\"@php vendor/bin/phpunit\", \"@lint\"], \"lint\": \"pint --test\"}}";
        let found = tasks_of(&ComposerScripts, "composer.json", text);
        assert_eq!(found[0].1.command, "php vendor/bin/phpunit\ncomposer run lint");
        assert_eq!(found[1].1.command, "pint --test");
    }
}
