//! What stands around a handler: an error of its own right behind it, and comments further up that speak of failing.

use tree_sitter::Node;

use super::{comments_above, is_comment};
use crate::syntax::node_text;

/// Words of a comment above guarded code that is about its failing, not about what it does.
const ABOUT_FAILING: &[&str] = &[
    "fail",
    "ignor",
    "in case",
    "in the event",
    "may not",
    "might not",
    "optional",
    "best effort",
    "best-effort",
    "support",
    "swallow",
    "error",
    "exception",
];

/// Words of a function's own description that say the same.
const ABOUT_IGNORING: &[&str] = &["ignor", "best effort", "best-effort", "swallow"];

/// The statement that a handler belongs to.
fn guarded(handler: Node<'_>) -> Option<Node<'_>> {
    std::iter::successors(Some(handler), Node::parent).take(4).find(|node| {
        matches!(node.kind(), "try_statement" | "try_expression" | "begin" | "try_with_resources_statement")
    })
}

/// Whether the next thing that happens behind the guarded code is an error of its own: the caller learns of it.
pub(super) fn raises_behind(handler: Node<'_>, text: &str) -> bool {
    let Some(statement) = guarded(handler) else { return false };
    let behind = std::iter::successors(statement.next_named_sibling(), Node::next_named_sibling);
    let next = behind.into_iter().find(|node| !is_comment(*node));
    next.is_some_and(|node| {
        let written = node_text(node, text);
        node.kind() == "throw_statement" || ["raise ", "throw "].iter().any(|word| written.starts_with(word))
    })
}

/// The comments above the guarded code that are about its failing, and those of the function that say what it ignores.
pub(super) fn comments_around<'tree>(handler: Node<'tree>, text: &'tree str) -> Vec<&'tree str> {
    let speaks_of = |comment: &&str, words: &[&str]| {
        let lower = comment.to_lowercase();
        words.iter().any(|word| lower.contains(word))
    };
    let above = guarded(handler).map(|statement| comments_above(statement, text)).unwrap_or_default();
    let is_failing = above.iter().any(|comment| speaks_of(comment, ABOUT_FAILING));
    let function = std::iter::successors(handler.parent(), Node::parent).find(|node| is_function(*node));
    let description = function.map(|function| comments_above(function, text)).unwrap_or_default();
    let is_ignoring = description.iter().any(|comment| speaks_of(comment, ABOUT_IGNORING));
    let above = above.into_iter().filter(|_| is_failing);
    above.chain(description.into_iter().filter(|_| is_ignoring)).collect()
}

fn is_function(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "function_item"
            | "function_declaration"
            | "method_declaration"
            | "method_definition"
            | "function_definition"
            | "method"
    )
}
