//! Ruby: `rescue` with nothing behind it, or with `nil` or `next` behind a rescue of everything.

use tree_sitter::Node;

use super::{Body, Dropped, comments, reason};
use crate::syntax::node_text;

/// Exceptions that answer a question or stop the work: no errors. Names end with these.
const EXPECTED: &[&str] =
    &["LoadError", "StopIteration", "Interrupt", "RecordNotFound", "KeyError", "Errno::ENOENT", "Errno::EEXIST"];

pub(super) fn read<'tree>(word: Node<'tree>, text: &'tree str) -> Option<Dropped<'tree>> {
    let clause = word.parent().filter(|_| word.kind() == "rescue")?;
    if clause.kind() != "rescue" {
        return None;
    }
    let classes = clause.child_by_field_name("exceptions").map_or("", |it| node_text(it, text));
    if !classes.is_empty() && classes.split(',').all(|class| EXPECTED.iter().any(|known| class.trim().ends_with(known)))
    {
        return None;
    }
    let is_broad = matches!(classes, "" | "StandardError" | "Exception");
    let body = clause.child_by_field_name("body");
    let answer = match body.map(Body::of) {
        None | Some(Body::Empty) => String::new(),
        Some(Body::Single(only)) if is_broad => {
            let written = node_text(only, text);
            matches!(written, "nil" | "next" | "return" | "return nil").then(|| format!("; {written}"))?
        }
        _ => return None,
    };
    let class = if classes.is_empty() { String::new() } else { format!(" {classes}") };
    let inside = comments(clause, text).into_iter().chain(following(clause, text));
    Some(Dropped { node: clause, handler: format!("rescue{class}{answer}"), explained: reason::is_given(inside) })
}

/// The comments of an empty body stand behind the clause in the tree.
fn following<'tree>(clause: Node<'tree>, text: &'tree str) -> Vec<&'tree str> {
    let mut list = Vec::new();
    let mut next = clause.next_named_sibling();
    while let Some(comment) = next.filter(|it| it.kind() == "comment") {
        list.push(node_text(comment, text));
        next = comment.next_named_sibling();
    }
    list
}
