//! Aliases of Mix: `test: ["ecto.create --quiet", "ecto.migrate --quiet", "test"]`.

use super::{fact, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, TaskRunner};
use crate::syntax::{Source, descendants, node_text};

/// Reads the aliases of a mix.exs.
pub(super) struct MixAliases;

impl Extractor for MixAliases {
    fn name(&self) -> &'static str {
        "mix-aliases"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["aliases".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.name() == "mix.exs" && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let (Some(tree), text) = (source.tree(), source.text()) else { return };
        descendants(tree.root_node(), |node| {
            if node.kind() != "pair" || !is_alias(node, text) {
                return true;
            }
            let (Some(key), Some(value)) = (node.child_by_field_name("key"), node.child_by_field_name("value")) else {
                return true;
            };
            let name = node_text(key, text).trim().trim_end_matches(':').trim_matches('"').to_owned();
            let mut lines = Vec::new();
            descendants(value, |inner| {
                if inner.kind() == "quoted_content" {
                    let call = node_text(inner, text);
                    // Inside of its own alias, a name means the task of Mix itself.
                    let is_itself = call.split_whitespace().next() == Some(name.as_str());
                    lines.push(match call.strip_prefix("cmd ") {
                        Some(command) => command.to_owned(),
                        None if is_itself => format!("mix do {call}"),
                        None => format!("mix {call}"),
                    });
                }
                true
            });
            found.add(source.span(key.byte_range()), fact(task(TaskRunner::Mix, &name, lines.join("\n"))));
            false
        });
    }
}

/// Whether a pair stands in the function that lists the aliases, or in the list of that name.
fn is_alias(pair: tree_sitter::Node<'_>, text: &str) -> bool {
    let mut above = pair.parent();
    while let Some(node) = above {
        let written = node_text(node, text);
        let starts = ["defp aliases", "def aliases", "aliases: ["].iter().any(|start| written.starts_with(start));
        if starts && matches!(node.kind(), "call" | "pair") {
            return true;
        }
        above = node.parent();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    #[test]
    fn aliases_run_tasks_of_mix() {
        let text = "defmodule Shop.MixProject do\n  use Mix.Project\n\n  def project, do: [app: :shop, aliases: aliases()]\n\n  defp aliases do\n    [\n      test: [\"ecto.create --quiet\", \"ecto.migrate --quiet\", \"test\"],\n      \"assets.build\": [\"cmd npm run build\"]\n    ]\n  end\nend\n";
        let found = tasks_of(&MixAliases, "mix.exs", text);
        let shown: Vec<String> = found
            .iter()
            .map(|(line, task)| format!("{line} {}: {}", task.name, task.command.replace('\n', "; ")))
            .collect();
        assert_eq!(
            shown,
            ["8 test: mix ecto.create --quiet; mix ecto.migrate --quiet; mix do test", "9 assets.build: npm run build"]
        );
    }
}
