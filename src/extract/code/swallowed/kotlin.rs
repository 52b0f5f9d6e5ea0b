//! Kotlin: `catch (e: E) {}` and `runCatching { … }` whose result nobody looks at. A `null` that a `try` gives as its
//! value is an answer.

use tree_sitter::Node;

use super::{Body, Dropped, behind_parentheses, comments, comments_above, java, reason, starts_empty};
use crate::syntax::node_text;

pub(super) fn may_drop(after: &str) -> bool {
    after.trim_start().starts_with('{') || starts_empty(behind_parentheses(after))
}

pub(super) fn read<'tree>(word: Node<'tree>, text: &'tree str) -> Option<Dropped<'tree>> {
    if node_text(word, text) == "runCatching" {
        return dropped_result(word, text);
    }
    let block = word.parent().filter(|it| it.kind() == "catch_block")?;
    let body = block.named_children(&mut block.walk()).find(|child| child.kind() == "block")?;
    let class = block.named_children(&mut block.walk()).find(|child| child.kind() == "user_type")?;
    let class = node_text(class, text);
    if !matches!(Body::of(body), Body::Empty) || java::are_expected(std::iter::once(class)) {
        return None;
    }
    let explained = reason::is_given(comments(block, text).into_iter().chain(comments_above(block, text)));
    Some(Dropped { node: block, handler: format!("catch ({class}) {{}}"), explained })
}

/// `runCatching { … }` as a statement of a function.
fn dropped_result<'tree>(word: Node<'tree>, text: &'tree str) -> Option<Dropped<'tree>> {
    let call = word.parent().filter(|it| it.kind() == "call_expression")?;
    let block = call.parent().filter(|it| it.kind() == "block")?;
    let is_statement = block.parent().is_some_and(|it| it.kind() == "function_body");
    let said = comments(call, text).into_iter().chain(comments_above(call, text));
    is_statement.then(|| Dropped {
        node: call,
        handler: "runCatching { … }".to_owned(),
        explained: reason::is_given(said),
    })
}
