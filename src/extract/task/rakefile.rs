//! Tasks of Rake: prerequisites, `sh` and `system` of their bodies, and the tasks that libraries define by a class.

use tree_sitter::Node;

use super::{fact, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, TaskRunner};
use crate::syntax::{Grammar, Source, descendants, node_text};

/// Classes that define a task, with its name where none is given and the command that it stands for.
const CLASSES: &[(&str, &str, &str)] = &[
    ("RSpec::Core::RakeTask.new", "spec", "rspec"),
    ("Rake::TestTask.new", "test", "minitest"),
    ("Minitest::TestTask.create", "test", "minitest"),
    ("Minitest::TestTask.new", "test", "minitest"),
    ("RuboCop::RakeTask.new", "rubocop", "rubocop"),
    ("Cucumber::Rake::Task.new", "cucumber", "cucumber"),
];

/// Reads Rakefiles.
pub(super) struct Rakefiles;

impl Extractor for Rakefiles {
    fn name(&self) -> &'static str {
        "rakefile"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(["task", "RakeTask", "TestTask"].map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        let is_rake = matches!(file.name(), "Rakefile" | "rakefile" | "Rakefile.rb" | "rakefile.rb")
            || file.extension() == "rake";
        is_rake && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        // The name has no extension, so that nothing else reads it as Ruby.
        let text = source.text();
        let Ok(tree) = Grammar::Ruby.parse_within(text, source.limits()) else { return };
        descendants(tree.root_node(), |node| {
            if node.kind() == "call"
                && let Some((name, lines)) = task_of(node, text)
            {
                let name = format!("{}{name}", namespace(node, text));
                found.add(
                    source.span(node.start_byte()..node.start_byte()),
                    fact(task(TaskRunner::Rake, &name, lines.join("\n"))),
                );
            }
            true
        });
    }
}

/// The task that a call defines, with its commands.
fn task_of(call: Node<'_>, text: &str) -> Option<(String, Vec<String>)> {
    let written = node_text(call, text);
    let arguments = call.child_by_field_name("arguments");
    let first = arguments.and_then(|list| list.named_child(0));
    if let Some((_, name, command)) = CLASSES.iter().find(|(class, _, _)| written.starts_with(class)) {
        let own = first.map(|node| names(node, text)).unwrap_or_default();
        return Some((own.first().map_or(*name, |own| own).to_owned(), vec![(*command).to_owned()]));
    }
    let is_task = matches!(node_text(call.child_by_field_name("method")?, text), "task" | "multitask");
    if !is_task || call.child_by_field_name("receiver").is_some() {
        return None;
    }
    let arguments = arguments?;
    let mut name = None;
    let mut lines = Vec::new();
    for argument in arguments.named_children(&mut arguments.walk()) {
        let (key, value) = (argument.child_by_field_name("key"), argument.child_by_field_name("value"));
        // `task ci: %i[lint spec]`, `task :ci => :lint`, `task :ci, [:a] => :lint`.
        if name.is_none() {
            name = names(key.unwrap_or(argument), text).into_iter().next();
        }
        lines.extend(
            value.map_or_else(Vec::new, |value| names(value, text)).into_iter().map(|need| format!("rake {need}")),
        );
    }
    lines.extend(call.child_by_field_name("block").map_or_else(Vec::new, |block| commands(block, text)));
    Some((name?, lines))
}

/// Symbols and strings: one, or those of a list.
fn names(node: Node<'_>, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    descendants(node, |inner| {
        let written = node_text(inner, text);
        match inner.kind() {
            "simple_symbol" => found.push(written.trim_start_matches(':').to_owned()),
            "hash_key_symbol" | "bare_symbol" | "bare_string" | "string_content" => found.push(written.to_owned()),
            _ => return true,
        }
        false
    });
    found
}

/// What a body runs.
fn commands(block: Node<'_>, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    descendants(block, |node| {
        let written = node_text(node, text);
        if node.kind() == "subshell" {
            found.push(written.trim_matches('`').to_owned());
        } else if node.kind() == "call" {
            let method = node.child_by_field_name("method").map_or("", |method| node_text(method, text));
            let words = node.child_by_field_name("arguments").map_or_else(Vec::new, |list| names(list, text));
            match method {
                "sh" | "system" if !words.is_empty() => found.push(words.join(" ")),
                "ruby" if !words.is_empty() => found.push(format!("ruby {}", words.join(" "))),
                "invoke" | "execute" if written.starts_with("Rake::Task[") => {
                    found.extend(names(node, text).into_iter().next().map(|name| format!("rake {name}")));
                }
                _ => {}
            }
        }
        true
    });
    found
}

/// The namespaces around a task, each with a colon behind it.
fn namespace(call: Node<'_>, text: &str) -> String {
    let mut prefix = String::new();
    let mut above = call.parent();
    while let Some(node) = above {
        let is_namespace =
            node.child_by_field_name("method").is_some_and(|method| node_text(method, text) == "namespace");
        if node.kind() == "call" && is_namespace {
            let name = node.child_by_field_name("arguments").map_or_else(Vec::new, |list| names(list, text));
            prefix = format!("{}:{prefix}", name.first().map_or("", String::as_str));
        }
        above = node.parent();
    }
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    #[test]
    fn tasks_have_prerequisites_commands_and_namespaces() {
        let text = "require \"rspec/core/rake_task\"\n\nRSpec::Core::RakeTask.new(:unit)\n\ntask ci: %i[lint unit]\n\ndesc \"Lint\"\ntask :lint => [:prepare] do\n  sh \"bundle exec rubocop\"\n  sh \"yarn\", \"lint\"\nend\n\nnamespace :db do\n  task :reset do\n    Rake::Task[\"db:drop\"].invoke\n    system(\"psql -f schema.sql\")\n  end\nend\ntask default: :ci\n";
        let found = tasks_of(&Rakefiles, "Rakefile", text);
        let shown: Vec<String> = found
            .iter()
            .map(|(line, task)| format!("{line} {}: {}", task.name, task.command.replace('\n', "; ")))
            .collect();
        assert_eq!(
            shown,
            [
                "3 unit: rspec",
                "5 ci: rake lint; rake unit",
                "8 lint: rake prepare; bundle exec rubocop; yarn lint",
                "14 db:reset: rake db:drop; psql -f schema.sql",
                "19 default: rake ci",
            ]
        );
    }
}
