//! Reading expressions: arguments, texts, properties of objects.

use tree_sitter::Node;

use super::{MAX_HOPS, Servers};
use crate::extract::code::unquoted;

/// An expression without what does not change its value.
pub(super) fn bare(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    for _ in 0..MAX_HOPS {
        let is_wrapper = matches!(
            node.kind(),
            "await_expression"
                | "parenthesized_expression"
                | "as_expression"
                | "satisfies_expression"
                | "non_null_expression"
        );
        match node.named_child(0).filter(|_| is_wrapper) {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

/// The argument of a call or `new` at an index, comments left out.
pub(in super::super) fn argument(call: Node<'_>, index: usize) -> Option<Node<'_>> {
    let list = call.child_by_field_name("arguments")?;
    list.named_children(&mut list.walk()).filter(|node| node.kind() != "comment").nth(index)
}

impl<'tree> Servers<'tree> {
    /// A text: a literal, or the name of a constant of this file. Of a template, what follows an unknown beginning.
    pub(in super::super) fn path(&self, node: Node<'tree>) -> Option<&'tree str> {
        let node = bare(node);
        match node.kind() {
            "string" => unquoted(self.text_of(node)),
            "template_string" => {
                let inner = unquoted(self.text_of(node))?;
                if !inner.contains("${") {
                    return Some(inner);
                }
                let (_, rest) = inner.strip_prefix("${")?.split_once('}')?;
                (rest.starts_with('/') && !rest.contains("${")).then_some(rest)
            }
            "identifier" => self.constants.get(self.text_of(node)).copied(),
            _ => None,
        }
    }

    /// The value of one of these keys of an object.
    pub(in super::super) fn property(&self, object: Node<'tree>, keys: &[&str]) -> Option<Node<'tree>> {
        if object.kind() != "object" {
            return None;
        }
        object.named_children(&mut object.walk()).find_map(|pair| {
            let key = pair.child_by_field_name("key").or_else(|| pair.child_by_field_name("name"))?;
            let written = self.text_of(key);
            let name = unquoted(written).unwrap_or(written);
            keys.contains(&name).then(|| pair.child_by_field_name("value").unwrap_or(pair))
        })
    }

    /// The text of an option in the first argument that is an object.
    pub(super) fn option(&self, call: Node<'tree>, keys: &[&str]) -> Option<&'tree str> {
        let list = call.child_by_field_name("arguments")?;
        let found = list.named_children(&mut list.walk()).find_map(|object| self.property(object, keys))?;
        self.path(found)
    }
}
