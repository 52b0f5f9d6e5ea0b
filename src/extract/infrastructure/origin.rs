//! Which module a name comes from that a program imports by itself: `import { Table } from 'aws-cdk-lib/aws-dynamodb'`
//! makes `Table` the `aws_dynamodb.Table` that other programs write.

use std::collections::BTreeMap;

use tree_sitter::Node;

use crate::syntax::{descendants, node_text};

/// The names that a file imports one by one from modules of the CDK, each as the library names it.
pub(super) fn of_names<'text>(root: Node<'_>, text: &'text str) -> BTreeMap<&'text str, String> {
    let mut found = BTreeMap::new();
    descendants(root, |node| {
        let (module, list) = match node.kind() {
            "import_statement" => ("source", "import_specifier"),
            "import_from_statement" => ("module_name", "aliased_import"),
            _ => return true,
        };
        let module = node.child_by_field_name(module).and_then(|module| service(node_text(module, text)));
        let Some(module) = module else { return false };
        descendants(node, |name| {
            let is_plain = name.kind() == "dotted_name" && name.parent().is_some_and(|parent| parent.id() == node.id());
            if name.kind() == list {
                let (own, alias) = (name.child_by_field_name("name"), name.child_by_field_name("alias"));
                if let Some(own) = own {
                    found.insert(node_text(alias.unwrap_or(own), text), format!("{module}.{}", node_text(own, text)));
                }
            } else if is_plain {
                found.insert(node_text(name, text), format!("{module}.{}", node_text(name, text)));
            }
            true
        });
        false
    });
    found
}

/// The service that a module is for: `aws_dynamodb` of `'aws-cdk-lib/aws-dynamodb'` and of `aws_cdk.aws_dynamodb`.
fn service(written: &str) -> Option<String> {
    let module = written.trim_matches(['"', '\'']);
    let last = module.rsplit(['/', '.']).next().unwrap_or(module).replace('-', "_");
    (last.starts_with("aws_") && last != "aws_cdk_lib" && last != "aws_cdk").then_some(last)
}
