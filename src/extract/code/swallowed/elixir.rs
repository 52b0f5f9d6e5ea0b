//! Elixir: a clause of `rescue` or `catch` that takes everything and answers `:ok` or `nil`.

use tree_sitter::Node;

use super::{Body, Dropped, comments, comments_above, reason};
use crate::syntax::node_text;

pub(super) fn read<'tree>(word: Node<'tree>, text: &'tree str) -> Option<Dropped<'tree>> {
    let block = word.parent().filter(|it| matches!(it.kind(), "rescue_block" | "catch_block"))?;
    // Clauses behind the first one are reached when the first does not match.
    let clause = block.named_children(&mut block.walk()).filter(|it| it.kind() == "stab_clause").last()?;
    let caught = node_text(clause.child_by_field_name("left")?, text).trim();
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let is_any = caught.split(',').all(|part| is_name(part.trim()));
    let Body::Single(only) = Body::of(clause.child_by_field_name("right")?) else { return None };
    let answer = node_text(only, text).trim();
    if !is_any || !matches!(answer, "nil" | ":ok") {
        return None;
    }
    let keyword = if block.kind() == "rescue_block" { "rescue" } else { "catch" };
    let explained = reason::is_given(comments(block, text).into_iter().chain(comments_above(clause, text)));
    Some(Dropped { node: clause, handler: format!("{keyword} {caught} -> {answer}"), explained })
}
