//! Names in the database, as Rust code says them.

use std::collections::BTreeMap;

use tree_sitter::Node;

use crate::extract::migration::code::call::{Call, children, literal};
use crate::extract::migration::code::laravel::snake;
use crate::syntax::{descendants, node_text};

/// Names in the database of what an enum of identifiers says.
pub(super) type Names = BTreeMap<String, String>;

/// What enums of identifiers call their variants: `Orders::Table` is `orders`, `Orders::UserId` is `user_id`.
pub(super) fn names(root: Node<'_>, text: &str) -> Names {
    let mut names = Names::new();
    descendants(root, |node| {
        if node.kind() != "enum_item" {
            return true;
        }
        let Some(name) = node.child_by_field_name("name").map(|name| node_text(name, text)) else { return false };
        let mut said = attribute_before(node, text);
        let table = said.take().unwrap_or_else(|| snake(name));
        for variant in node.child_by_field_name("body").map(children).unwrap_or_default() {
            if variant.kind() == "enum_variant"
                && let Some(own) = variant.child_by_field_name("name").map(|own| node_text(own, text))
            {
                let plain = if own == "Table" { table.clone() } else { snake(own) };
                names.insert(format!("{name}::{own}"), attribute_before(variant, text).unwrap_or(plain));
            }
        }
        false
    });
    names
}

/// The name in `#[sea_orm(iden = "a")]` or `#[iden = "a"]` before a node.
fn attribute_before(node: Node<'_>, text: &str) -> Option<String> {
    let mut before = node.prev_named_sibling();
    while let Some(attribute) = before.filter(|one| one.kind() == "attribute_item") {
        let written = node_text(attribute, text);
        if let Some((_, rest)) = written.split_once("iden") {
            return rest.split('"').nth(1).map(str::to_owned);
        }
        before = attribute.prev_named_sibling();
    }
    None
}

/// A text, or what `Alias::new("a")` says.
pub(super) fn written(call: &Call<'_>, value: Node<'_>) -> Option<String> {
    let text = call.source();
    if let Some(literal) = literal(value, text) {
        return Some(literal.text.into_owned());
    }
    let inner = Call::of(value, text).filter(|inner| inner.name == "new" && inner.receiver.ends_with("Alias"))?;
    Some(literal(inner.at(0)?, text)?.text.into_owned())
}
