//! Rust: `Err(_) => {}`, `if let Err(_) = … {}`, and `let _ =` and `.ok();` on a call that leaves the process.

use tree_sitter::Node;

use super::{Body, Dropped, comments, comments_above, is_comment, outside, reason};
use crate::syntax::node_text;

pub(super) fn read<'tree>(word: Node<'tree>, text: &'tree str) -> Option<Dropped<'tree>> {
    let (statement, handler) = match word.kind() {
        "let_declaration" => {
            let value = word.child_by_field_name("value")?;
            is_outside(value, text).then(|| (word, format!("let _ = {}(…)", name(value, text))))?
        }
        "expression_statement" => {
            let call = word.named_child(0).filter(|it| it.kind() == "call_expression")?;
            let result = call.child_by_field_name("function")?.child_by_field_name("value")?;
            is_outside(result, text).then(|| (word, format!("{}(…).ok()", name(result, text))))?
        }
        "tuple_struct_pattern" => empty_branch(word, text)?,
        _ => return None,
    };
    let said = comments(statement, text).into_iter().chain(comments_above(statement, text));
    let explained = reason::is_given(said.chain(behind(statement, text)));
    Some(Dropped { node: statement, handler, explained })
}

/// The branch of a `match` or an `if let` that is taken for any error, where it is empty.
fn empty_branch<'tree>(pattern: Node<'tree>, text: &str) -> Option<(Node<'tree>, String)> {
    let inner = pattern.named_child(1);
    // A capital starts the name of one error.
    let is_any =
        inner.is_none_or(|it| it.kind() == "identifier" && !node_text(it, text).starts_with(char::is_uppercase));
    let around = pattern.parent().filter(|_| is_any)?;
    let written = node_text(pattern, text);
    match around.kind() {
        "match_pattern" if around.named_child_count() == 1 => {
            let arm = around.parent()?;
            let value = arm.child_by_field_name("value")?;
            let is_empty = match value.kind() {
                "block" => matches!(Body::of(value), Body::Empty),
                kind => kind == "unit_expression",
            };
            is_empty.then(|| (arm, format!("{written} => {{}}")))
        }
        "let_condition" => {
            let branch = around.parent().filter(|it| it.kind() == "if_expression")?;
            let body = branch.child_by_field_name("consequence")?;
            let is_empty = matches!(Body::of(body), Body::Empty) && branch.child_by_field_name("alternative").is_none();
            is_empty.then(|| (branch, format!("if let {written} {{}}")))
        }
        _ => None,
    }
}

/// The call behind `.await`.
fn call(value: Node<'_>) -> Option<Node<'_>> {
    let inner = if value.kind() == "await_expression" { value.named_child(0)? } else { value };
    (inner.kind() == "call_expression").then_some(inner)
}

/// Whether a call leaves the process. A chain that looks at the error on its way reports it.
fn is_outside(value: Node<'_>, text: &str) -> bool {
    call(value).and_then(|call| call.child_by_field_name("function")).is_some_and(|callee| {
        let written = node_text(callee, text);
        let is_seen = ["inspect_err", "map_err", "or_else", "unwrap_or_else"].iter().any(|it| written.contains(it));
        !is_seen && outside::is_outside(written)
    })
}

/// The name of what is called, without what stands before it, and without a last `.ok()`.
fn name<'text>(value: Node<'_>, text: &'text str) -> &'text str {
    let callee = call(value).and_then(|call| call.child_by_field_name("function"));
    let is_ok = callee.and_then(|it| it.child_by_field_name("field")).is_some_and(|it| node_text(it, text) == "ok");
    let inner = callee.filter(|_| is_ok).and_then(|it| it.child_by_field_name("value")).and_then(call);
    let callee = inner.and_then(|call| call.child_by_field_name("function")).or(callee);
    let name = callee.and_then(|it| it.child_by_field_name("field").or(Some(it)));
    name.map_or("", |name| node_text(name, text))
}

/// The comment behind a statement on its last line.
fn behind<'tree>(statement: Node<'tree>, text: &'tree str) -> Option<&'tree str> {
    let next = statement.next_named_sibling()?;
    let is_behind = is_comment(next) && next.start_position().row == statement.end_position().row;
    is_behind.then(|| node_text(next, text))
}
