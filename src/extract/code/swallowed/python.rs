//! Python: `except: pass` and, for handlers of every exception, `continue` and `return None`.

use tree_sitter::Node;

use super::{Body, Dropped, comments, reason};
use crate::syntax::node_text;

/// Exceptions that answer a question (is it there?) or stop the work: no errors.
const EXPECTED: &[&str] = &[
    "ImportError",
    "ModuleNotFoundError",
    "KeyError",
    "IndexError",
    "LookupError",
    "AttributeError",
    "StopIteration",
    "StopAsyncIteration",
    "GeneratorExit",
    "KeyboardInterrupt",
    "CancelledError",
    "FileNotFoundError",
    "FileExistsError",
    "ProcessLookupError",
    "DoesNotExist",
    "Empty",
];

pub(super) fn may_drop(after: &str) -> bool {
    // From the first line on: `except (A,\n B):` is rare and looked at in the tree.
    let Some(colon) = after.find(':') else { return false };
    let head = after.get(..colon).unwrap_or("");
    let body = after.get(colon + 1..).unwrap_or("").trim_start();
    head.contains('\n') || ["pass", "...", "continue", "return", "#"].iter().any(|start| body.starts_with(start))
}

pub(super) fn read<'tree>(word: Node<'tree>, text: &'tree str) -> Option<Dropped<'tree>> {
    let clause = word.parent().filter(|it| matches!(it.kind(), "except_clause" | "except_group_clause"))?;
    let body = clause.named_children(&mut clause.walk()).find(|child| child.kind() == "block")?;
    let caught = text.get(word.end_byte()..body.start_byte()).unwrap_or("");
    let caught = caught.split(':').next().unwrap_or("").trim().trim_start_matches('*');
    let classes = caught.split(" as ").next().unwrap_or("").trim();
    let names: Vec<&str> = classes
        .split(|c: char| matches!(c, '(' | ')' | ',') || c.is_whitespace())
        .filter(|name| !name.is_empty())
        .map(|name| name.rsplit('.').next().unwrap_or(name))
        .collect();
    if !names.is_empty() && names.iter().all(|name| EXPECTED.contains(name)) || is_probe(clause, text) {
        return None;
    }
    let Body::Single(only) = Body::of(body) else { return None };
    let written = node_text(only, text);
    let is_broad = names.is_empty() || names.iter().any(|name| matches!(*name, "Exception" | "BaseException"));
    let is_nothing = match written {
        "pass" | "..." => true,
        "continue" | "return" | "return None" => is_broad,
        _ => false,
    };
    let head = if classes.is_empty() { "except".to_owned() } else { format!("except {classes}") };
    is_nothing.then(|| Dropped {
        node: clause,
        handler: format!("{head}: {written}"),
        explained: reason::is_given(comments(clause, text).into_iter().chain(following(clause, text))),
    })
}

/// Whether the block that is guarded only imports: what is optional may be absent.
fn is_probe(clause: Node<'_>, text: &str) -> bool {
    let guarded = clause.parent().and_then(|statement| statement.child_by_field_name("body"));
    guarded.is_some_and(|block| {
        let first = node_text(block, text).trim_start();
        first.starts_with("import ") || first.starts_with("from ")
    })
}

/// Comments behind the body, which the grammar puts after the clause: on its last line, or deeper than `except`.
fn following<'tree>(clause: Node<'tree>, text: &'tree str) -> Vec<&'tree str> {
    let mut list = Vec::new();
    let mut next = clause.next_named_sibling().or_else(|| clause.parent()?.next_named_sibling());
    while let Some(comment) = next.filter(|it| it.kind() == "comment") {
        let is_inside = comment.start_position().row == clause.end_position().row
            || comment.start_position().column > clause.start_position().column;
        if !is_inside {
            break;
        }
        list.push(node_text(comment, text));
        next = comment.next_named_sibling();
    }
    list
}
