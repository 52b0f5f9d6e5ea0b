//! What a PHP migration runs: `up` and the methods of its class that it calls.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::call::{Call, children, literal};
use crate::facts::Column;
use crate::syntax::{descendants, node_text};

/// The bodies of `up` and of what it calls on `$this`, in the order of the calls.
pub(super) fn bodies<'s>(root: Node<'s>, text: &'s str, starts: &[&'s str]) -> Vec<Node<'s>> {
    let mut methods: BTreeMap<&str, Node<'s>> = BTreeMap::new();
    descendants(root, |node| {
        if node.kind() == "method_declaration"
            && let (Some(name), Some(body)) = (node.child_by_field_name("name"), node.child_by_field_name("body"))
        {
            methods.insert(node_text(name, text), body);
        }
        true
    });
    let mut queue: Vec<&str> = starts.iter().copied().filter(|name| methods.contains_key(name)).collect();
    let mut bodies = Vec::new();
    while let Some(body) = queue.get(bodies.len()).and_then(|name| methods.get(name)).copied() {
        descendants(body, |node| {
            if let Some(call) = Call::of(node, text).filter(|call| matches!(call.receiver, "$this" | "self" | "static"))
                && call.name != "down"
                && methods.contains_key(call.name)
                && !queue.contains(&call.name)
            {
                queue.push(call.name);
            }
            true
        });
        bodies.push(body);
    }
    bodies
}

/// Whether a property or a method of the class says no: `$withinTransaction = false`, `isTransactional() { return false; }`.
pub(super) fn says_no(root: Node<'_>, text: &str, name: &str) -> bool {
    let mut says_no = false;
    descendants(root, |node| {
        if matches!(node.kind(), "property_declaration" | "method_declaration") {
            let plain: String = node_text(node, text).split_whitespace().collect();
            says_no |= plain.contains(&format!("${name}=false"))
                || plain.contains(&format!("function{name}()")) && plain.contains("returnfalse;");
        }
        node.kind() != "compound_statement"
    });
    says_no
}

/// The links of a chain of calls, the first one first.
pub(super) fn chain<'s>(call: &Call<'s>, text: &'s str) -> Vec<Call<'s>> {
    let mut links = vec![call.clone()];
    while let Some(next) = links.last().and_then(|link| link.target).and_then(|target| Call::of(target, text)) {
        links.push(next);
    }
    links.reverse();
    links
}

/// The value of an option in a list of `'name' => value`, as written.
pub(super) fn option_of<'t>(options: Option<Node<'t>>, name: &str, text: &'t str) -> Option<&'t str> {
    children(options?).into_iter().find_map(|pair| {
        let key = literal(pair.named_child(0)?, text)?;
        (key.text == name).then(|| pair.named_child(1)).flatten().map(|value| node_text(value, text))
    })
}

/// The columns that a text or a list of texts names.
pub(super) fn names(node: Option<Node<'_>>, text: &str) -> Vec<Column> {
    let Some(node) = node else { return Vec::new() };
    let parts = if node.kind() == "array_creation_expression" { children(node) } else { vec![node] };
    let word = |part: Node<'_>| {
        let inner = if part.kind() == "array_element_initializer" { part.named_child(0)? } else { part };
        Some(Column::named(literal(inner, text)?.text))
    };
    parts.into_iter().filter_map(word).collect()
}
