//! C#: `catch {}` and, around awaited work, `catch { return null; }`.

use tree_sitter::Node;

use super::{Body, Dropped, behind_parentheses, comments, comments_above, reason, starts_empty};
use crate::syntax::node_text;

/// Exceptions by which a caller stops the work: no errors.
const CANCELLATIONS: &[&str] = &["OperationCanceledException", "TaskCanceledException", "ThreadAbortException"];

pub(super) fn may_drop(after: &str) -> bool {
    let rest = behind_parentheses(after);
    // A filter stands in between; the block behind it is looked at in the tree.
    starts_empty(rest) || rest.trim_start().starts_with("when") || rest.trim_start().starts_with('/')
}

pub(super) fn read<'tree>(word: Node<'tree>, text: &'tree str) -> Option<Dropped<'tree>> {
    let clause = word.parent().filter(|it| it.kind() == "catch_clause" && word.kind() == "catch")?;
    let body = clause.child_by_field_name("body")?;
    let declared = clause.named_children(&mut clause.walk()).find(|child| child.kind() == "catch_declaration");
    let class = declared.and_then(|it| it.child_by_field_name("type")).map_or("", |it| node_text(it, text));
    let short = class.rsplit('.').next().unwrap_or(class);
    if CANCELLATIONS.contains(&short) {
        return None;
    }
    let is_filtered = clause.named_children(&mut clause.walk()).any(|child| child.kind() == "catch_filter_clause");
    let answer = match Body::of(body) {
        Body::Empty => String::new(),
        Body::Single(statement) if !is_filtered && matches!(short, "" | "Exception") && awaits(clause, text) => {
            let written = node_text(statement, text);
            let nothing = ["return;", "return null;", "return default;", "return false;", "continue;"];
            nothing.contains(&written).then(|| format!(" {written} "))?
        }
        _ => return None,
    };
    let handler =
        if class.is_empty() { format!("catch {{{answer}}}") } else { format!("catch ({class}) {{{answer}}}") };
    let explained = reason::is_given(comments(clause, text).into_iter().chain(comments_above(clause, text)));
    Some(Dropped { node: clause, handler, explained })
}

/// Whether the block that is guarded waits for something outside.
fn awaits(clause: Node<'_>, text: &str) -> bool {
    let guarded = clause.parent().and_then(|statement| statement.child_by_field_name("body"));
    guarded.is_some_and(|block| node_text(block, text).contains("await "))
}
