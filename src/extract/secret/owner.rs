//! What encloses a value in code, by its syntax tree: what a program calls an example is none of its secrets.

use tree_sitter::Node;

use super::names;
use crate::syntax::{Grammar, Source};

/// How many nodes around a value are asked for their names.
const MOST_NODES: usize = 40;

/// Words of names that say that what they hold is no real one.
const EXAMPLES: &[&str] = &["example", "examples", "sample", "samples", "fake", "dummy", "mock", "placeholder"];

/// Fields of nodes that hold the name of what the node declares or gives a value to.
const NAMES: &[&str] = &["name", "left", "key", "declarator", "pattern"];

/// Whether a variable, a function or a class that holds a byte is called an example.
pub(super) fn is_an_example(source: &Source<'_>, at: usize) -> bool {
    if Grammar::of_file(source.file).is_none() {
        return false;
    }
    let Some(tree) = source.tree() else { return false };
    let mut node = tree.root_node().descendant_for_byte_range(at, at);
    for _ in 0..MOST_NODES {
        let Some(own) = node else { return false };
        if own.end_byte() > at && NAMES.iter().any(|field| is_called_an_example(own, field, source.text(), at)) {
            return true;
        }
        node = own.parent();
    }
    false
}

/// Whether a byte stands in a comment, or in a text that nothing takes, as Python and Elixir document
/// their functions.
pub(super) fn is_remark(source: &Source<'_>, at: usize) -> bool {
    if Grammar::of_file(source.file).is_none() {
        return false;
    }
    let Some(tree) = source.tree() else { return false };
    let mut node = tree.root_node().descendant_for_byte_range(at, at);
    for _ in 0..6 {
        let Some(own) = node else { return false };
        let is_alone = || own.parent().is_some_and(|parent| parent.kind() == "expression_statement");
        let is_of_elixir = || {
            let text = source.text().get(own.start_byte()..).unwrap_or("");
            ["@doc", "@moduledoc", "@typedoc", "@shortdoc"].iter().any(|start| text.starts_with(start))
        };
        if own.kind().contains("comment")
            || own.kind() == "string" && is_alone()
            || own.kind() == "unary_operator" && is_of_elixir()
        {
            return true;
        }
        node = own.parent();
    }
    false
}

/// Whether the name in a field of a node, which ends before a byte, says so.
fn is_called_an_example(node: Node<'_>, field: &str, text: &str, at: usize) -> bool {
    let name = node.child_by_field_name(field).filter(|name| name.end_byte() <= at);
    let written = name.and_then(|name| text.get(name.byte_range())).filter(|name| name.len() <= 80);
    written.is_some_and(|name| names::words_of(name).iter().any(|word| EXAMPLES.contains(&word.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{File, Language, Role};

    fn is_example(path: &str, text: &str) -> bool {
        let language = path.rsplit('.').next().and_then(Language::from_extension);
        let file = File { path: path.into(), bytes: 0, role: Role::Product, language, lines: 1 };
        is_an_example(&Source::new(&file, text), text.find('@').unwrap())
    }

    #[test]
    fn what_is_called_an_example_holds_examples() {
        for (path, text) in [
            ("a.py", "connection_args_example = dict(\n    user='a',\n    client_secret='@',\n)\n"),
            ("a.ts", "const sampleConfig = { auth: { clientSecret: '@' } };"),
            ("a.go", "package a\n\nvar exampleToken = \"@\"\n"),
            ("A.java", "class A { String fakeLogin() { return \"@\"; } }"),
            ("a.rb", "EXAMPLE_KEYS = { secret: '@' }\n"),
        ] {
            assert!(is_example(path, text), "{path}: {text}");
        }
    }

    #[test]
    fn comments_and_texts_that_nothing_takes_are_remarks() {
        let is_in_remark = |path: &str, text: &str| {
            let language = path.rsplit('.').next().and_then(Language::from_extension);
            let file = File { path: path.into(), bytes: 0, role: Role::Product, language, lines: 1 };
            is_remark(&Source::new(&file, text), text.find('@').unwrap())
        };
        for (path, text) in [
            ("a.ts", "go(); // secret = '@'"),
            ("a.go", "package a\n\n/*\nsecret = \"@\"\n*/\n"),
            ("a.ex", "defmodule A do\n  @doc \"\"\"\n      secret: \\\"@\\\"\n  \"\"\"\n  def a, do: 1\nend\n"),
            ("a.py", "def a():\n    \"\"\"Takes secret='@'.\"\"\"\n"),
        ] {
            assert!(is_in_remark(path, text), "{path}: {text}");
        }
        for (path, text) in [("a.ts", "const a = '@'; // x"), ("a.py", "a = 'secret=@'"), ("a.env", "# A=@")] {
            assert!(!is_in_remark(path, text), "{path}: {text}");
        }
    }

    #[test]
    fn what_stands_beside_an_example_is_none() {
        for (path, text) in [
            ("a.py", "example = 1\nclient_secret = '@'\n"),
            ("a.ts", "const config = { clientSecret: '@', example: true };"),
            ("a.ts", "const counterexamples = { clientSecret: '@' };"),
            ("a.env", "EXAMPLE_KEY=@"),
        ] {
            assert!(!is_example(path, text), "{path}: {text}");
        }
    }
}
