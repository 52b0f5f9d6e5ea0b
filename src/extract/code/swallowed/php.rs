//! PHP: `catch (E $e) {}` and, behind everything around work outside, `catch (\Throwable $e) { return null; }`.

use tree_sitter::Node;

use super::{Body, Dropped, comments, comments_above, outside, reason};
use crate::syntax::node_text;

pub(super) fn read<'tree>(word: Node<'tree>, text: &'tree str) -> Option<Dropped<'tree>> {
    let clause = word.parent().filter(|it| it.kind() == "catch_clause" && word.kind() == "catch")?;
    let body = clause.child_by_field_name("body")?;
    let classes = node_text(clause.child_by_field_name("type")?, text);
    // What is not found is an answer to a lookup.
    if classes.split('|').all(|class| class.contains("NotFound") || class.contains("NoResult")) {
        return None;
    }
    let answer = match Body::of(body) {
        Body::Empty => String::new(),
        Body::Single(only) => {
            let written = node_text(only, text);
            let nothing = ["return;", "return null;", "return false;", "continue;"];
            let guarded = clause.parent()?.child_by_field_name("body")?;
            let is_broad = matches!(classes.trim_start_matches('\\'), "Exception" | "Throwable");
            let drops = is_broad && nothing.contains(&written) && outside::waits(guarded, text);
            drops.then(|| format!(" {written} "))?
        }
        Body::Several => return None,
    };
    let explained = reason::is_given(comments(clause, text).into_iter().chain(comments_above(clause, text)));
    Some(Dropped { node: clause, handler: format!("catch ({classes}) {{{answer}}}"), explained })
}
