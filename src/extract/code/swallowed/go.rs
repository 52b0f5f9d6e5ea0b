//! Go: `if err != nil {}`. A value that is given to `_` is dropped on purpose and no finding.

use tree_sitter::Node;

use super::{Body, Dropped, comments, reason, starts_empty};

pub(super) fn may_drop(after: &str) -> bool {
    starts_empty(after)
}

pub(super) fn read<'tree>(word: Node<'tree>, text: &'tree str) -> Option<Dropped<'tree>> {
    if word.kind() != "binary_expression" {
        return None;
    }
    let statement = word.parent().filter(|it| it.kind() == "if_statement")?;
    let body = statement.child_by_field_name("consequence")?;
    let is_empty = match Body::of(body) {
        Body::Empty => true,
        Body::Single(list) if list.kind() == "statement_list" => matches!(Body::of(list), Body::Empty),
        _ => false,
    };
    (is_empty && statement.child_by_field_name("alternative").is_none()).then(|| Dropped {
        node: statement,
        handler: "if err != nil {}".to_owned(),
        explained: reason::is_given(comments(body, text)),
    })
}
