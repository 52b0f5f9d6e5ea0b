//! Java: `catch (E e) {}` and, behind everything around work outside, `catch (Exception e) { return null; }`.

use tree_sitter::Node;

use super::{Body, Dropped, comments, comments_above, outside, reason};
use crate::syntax::node_text;

/// Exceptions that answer a question, or by which a caller stops the work: no errors. Kotlin throws the same.
pub(super) const EXPECTED: &[&str] = &[
    "InterruptedException",
    "CancellationException",
    "TimeoutCancellationException",
    "ClassNotFoundException",
    "NoClassDefFoundError",
    "NoSuchElementException",
    "NoSuchFileException",
    "FileNotFoundException",
    "FileAlreadyExistsException",
    "NoSuchMethodException",
    "NoSuchFieldException",
    "NoResultException",
    "EmptyResultDataAccessException",
    "NumberFormatException",
];

pub(super) fn read<'tree>(word: Node<'tree>, text: &'tree str) -> Option<Dropped<'tree>> {
    let clause = word.parent().filter(|it| it.kind() == "catch_clause" && word.kind() == "catch")?;
    let body = clause.child_by_field_name("body")?;
    let parameter = clause.named_children(&mut clause.walk()).find(|child| child.kind() == "catch_formal_parameter")?;
    let caught = parameter.named_children(&mut parameter.walk()).find(|child| child.kind() == "catch_type")?;
    let classes = node_text(caught, text);
    if are_expected(classes.split('|')) {
        return None;
    }
    let answer = match Body::of(body) {
        Body::Empty => String::new(),
        Body::Single(only) => {
            let written = node_text(only, text);
            let nothing = ["return;", "return null;", "return false;", "return Optional.empty();", "continue;"];
            let guarded = clause.parent()?.child_by_field_name("body")?;
            let is_broad = matches!(classes, "Exception" | "Throwable" | "RuntimeException");
            let drops = is_broad && nothing.contains(&written) && outside::waits(guarded, text);
            drops.then(|| format!(" {written} "))?
        }
        Body::Several => return None,
    };
    let explained = reason::is_given(comments(clause, text).into_iter().chain(comments_above(clause, text)));
    Some(Dropped { node: clause, handler: format!("catch ({classes}) {{{answer}}}"), explained })
}

/// Whether all classes are expected.
pub(super) fn are_expected<'a>(classes: impl Iterator<Item = &'a str>) -> bool {
    classes.map(str::trim).all(|class| {
        let short = class.rsplit(['.', '\\']).next().unwrap_or(class);
        EXPECTED.contains(&short)
    })
}
