//! `setup.py`: the literal arguments of `setup(…)`. Nothing is run; what is computed is not known.

use tree_sitter::Node;

use super::{Found, blank, entry, python};
use crate::facts::{Data, DependencyScope, Ecosystem, Span};
use crate::syntax::{Source, descendants, node_text};

pub(super) fn read(source: &Source<'_>, found: &mut Found<'_>) {
    let Some(tree) = source.tree() else { return };
    let text = source.text();
    let mut call = None;
    descendants(tree.root_node(), |node| {
        let function = node.child_by_field_name("function").map(|function| node_text(function, text));
        if node.kind() == "call" && matches!(function, Some("setup" | "setuptools.setup")) {
            call = node.child_by_field_name("arguments");
        }
        call.is_none()
    });
    let Some(arguments) = call else { return };
    let mut manifest = blank(Ecosystem::PyPi);
    let mut cursor = arguments.walk();
    let keywords: Vec<_> = arguments
        .named_children(&mut cursor)
        .filter(|node| node.kind() == "keyword_argument")
        .filter_map(|node| {
            Some((node_text(node.child_by_field_name("name")?, text), node.child_by_field_name("value")?))
        })
        .map(|(name, value)| (name, resolve(value, tree.root_node(), text)))
        .collect();
    for (name, value) in &keywords {
        match *name {
            "name" => manifest.name = strings(*value, text).first().map(|(_, name)| python::normal(name)),
            "version" => manifest.version = strings(*value, text).first().map(|(_, version)| (*version).to_owned()),
            "python_requires" => {
                let version = strings(*value, text).first().map(|(_, version)| (*version).to_owned());
                manifest.runtimes.extend(version.map(|version| ("python".to_owned(), version)));
            }
            _ => {}
        }
    }
    found.add(span(source, arguments), Data::Manifest(manifest));
    for (name, value) in keywords {
        let scope = match name {
            "install_requires" => DependencyScope::Runtime,
            "tests_require" | "setup_requires" => DependencyScope::Development,
            "entry_points" if node_text(value, text).contains("console_scripts") => {
                entry(found, span(source, value), "cli", "console_scripts in setup.py");
                continue;
            }
            _ => continue,
        };
        for (node, requirement) in strings(value, text) {
            python::declare(requirement, span(source, node), scope, found);
        }
    }
}

fn span(source: &Source<'_>, node: Node<'_>) -> Span {
    source.span(node.byte_range())
}

/// The value of a name that the file assigns once at its top, or the node itself.
fn resolve<'tree>(node: Node<'tree>, root: Node<'tree>, text: &str) -> Node<'tree> {
    if node.kind() != "identifier" {
        return node;
    }
    let name = node_text(node, text);
    let mut cursor = root.walk();
    let value = root.named_children(&mut cursor).find_map(|statement| {
        let assignment = statement.named_child(0).filter(|inner| inner.kind() == "assignment")?;
        let left = assignment.child_by_field_name("left")?;
        (node_text(left, text) == name).then(|| assignment.child_by_field_name("right"))?
    });
    value.unwrap_or(node)
}

/// The strings in a literal, in order.
fn strings<'tree, 'text>(node: Node<'tree>, text: &'text str) -> Vec<(Node<'tree>, &'text str)> {
    let mut list = Vec::new();
    descendants(node, |inner| {
        if inner.kind() == "string_content" {
            list.push((inner, node_text(inner, text)));
        }
        true
    });
    list
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    #[test]
    fn literal_arguments_are_read_and_names_followed() {
        let text = "from setuptools import setup\nREQUIRES = [\n    'flask>=2',\n]\nsetup(\n  name='My.App',\n  install_requires=REQUIRES,\n  entry_points={'console_scripts': ['x=y:z']},\n)\n";
        let facts = read("setup.py", text);
        assert!(facts[0].contains("manifest \"my-app\""));
        assert_eq!(facts[1..], ["3 run flask >=2", "8 cli: console_scripts in setup.py"]);
    }
}
