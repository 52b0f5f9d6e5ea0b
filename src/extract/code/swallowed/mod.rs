//! Errors that are caught and dropped: a handler with an empty body, or with one that only answers nothing.
//!
//! The words that start handlers are literals of the one search; a cheap look at what follows decides whether the file is
//! parsed, and the tree is asked at those places alone.

mod around;
mod csharp;
mod elixir;
mod go;
mod java;
mod javascript;
mod kotlin;
mod outside;
mod php;
mod python;
mod reason;
mod ruby;
mod rust;

use std::collections::BTreeSet;
use std::ops::Range;

use tree_sitter::Node;

use super::inline_tests;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Language, SwallowedError};
use crate::syntax::{Grammar, Source, node_text};

/// Finds swallowed errors.
#[derive(Clone, Copy)]
pub(crate) struct SwallowedErrors;

/// What starts a handler, in the order of the demand.
const WORDS: &[&str] = &["catch", "except", "rescue", "err != nil", "let _ = ", ".ok();", "Err(", "runCatching"];

impl Extractor for SwallowedErrors {
    fn name(&self) -> &'static str {
        "swallowed-errors"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(WORDS.iter().map(|word| (*word).to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language.is_some_and(|language| reader(language).is_some())
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let Some(reader) = source.file.language.and_then(reader) else { return };
        let text = source.text();
        let tests = if source.file.language == Some(Language::Rust) { inline_tests(text) } else { usize::MAX };
        let begins = |hit: &Hit| {
            let word = WORDS.get(hit.literal).filter(|word| reader.words.contains(word) && hit.at < tests)?;
            let end = hit.at + word.len();
            text.get(end..).is_some_and(reader.may_drop).then_some(hit.at..end)
        };
        let candidates: Vec<Range<usize>> = hits.iter().filter_map(begins).collect();
        if candidates.is_empty() {
            return;
        }
        let Some(tree) = source.tree() else { return };
        // `let _ = f().ok();` holds two words.
        let mut seen = BTreeSet::new();
        for range in candidates {
            let Some(word) = tree.root_node().descendant_for_byte_range(range.start, range.end) else { continue };
            let dropped = (reader.read)(word, text).filter(|it| !around::raises_behind(it.node, text));
            if let Some(dropped) = dropped.filter(|it| seen.insert(it.node.start_byte())) {
                let explained = dropped.explained || reason::is_given(around::comments_around(dropped.node, text));
                let data = SwallowedError { handler: dropped.handler, explained };
                found.add(source.span(dropped.node.byte_range()), Data::SwallowedError(data));
            }
        }
    }
}

/// A handler that drops its error.
struct Dropped<'tree> {
    /// Where to point: the handler.
    node: Node<'tree>,
    handler: String,
    explained: bool,
}

/// How one language writes handlers.
struct Reader {
    words: &'static [&'static str],
    /// Whether what follows a word looks like a handler that drops its error: cheap, and never too strict.
    may_drop: fn(&str) -> bool,
    /// Reads the handler at a word.
    read: for<'tree> fn(Node<'tree>, &'tree str) -> Option<Dropped<'tree>>,
}

fn reader(language: Language) -> Option<Reader> {
    Some(match Grammar::of(language)? {
        Grammar::TypeScript | Grammar::Tsx | Grammar::JavaScript => {
            Reader { words: &["catch"], may_drop: javascript::may_drop, read: javascript::read }
        }
        Grammar::Python => Reader { words: &["except"], may_drop: python::may_drop, read: python::read },
        Grammar::Go => Reader { words: &["err != nil"], may_drop: go::may_drop, read: go::read },
        Grammar::CSharp => Reader { words: &["catch"], may_drop: csharp::may_drop, read: csharp::read },
        Grammar::Ruby => Reader { words: &["rescue"], may_drop: |_| true, read: ruby::read },
        Grammar::Java => Reader { words: &["catch"], may_drop: braces_may_drop, read: java::read },
        Grammar::Kotlin => Reader { words: &["catch", "runCatching"], may_drop: kotlin::may_drop, read: kotlin::read },
        Grammar::Php => Reader { words: &["catch"], may_drop: braces_may_drop, read: php::read },
        Grammar::Rust => Reader { words: &["let _ = ", ".ok();", "Err("], may_drop: |_| true, read: rust::read },
        Grammar::Elixir => Reader { words: &["rescue", "catch"], may_drop: |_| true, read: elixir::read },
        Grammar::Bash | Grammar::Hcl => return None,
    })
}

/// The one statement of a body, `None` where there are several; comments aside.
enum Body<'tree> {
    Empty,
    Single(Node<'tree>),
    Several,
}

impl<'tree> Body<'tree> {
    fn of(block: Node<'tree>) -> Self {
        let mut cursor = block.walk();
        let mut statements = block.named_children(&mut cursor).filter(|child| !is_comment(*child));
        match (statements.next(), statements.next()) {
            (None, _) => Self::Empty,
            (Some(only), None) => Self::Single(only),
            _ => Self::Several,
        }
    }
}

/// Grammars tell comments of a line and of a block apart, or do not.
fn is_comment(node: Node<'_>) -> bool {
    node.kind().ends_with("comment")
}

/// The comments inside a node.
fn comments<'tree>(node: Node<'tree>, text: &'tree str) -> Vec<&'tree str> {
    let mut list = Vec::new();
    crate::syntax::descendants(node, |inner| {
        if is_comment(inner) {
            list.push(node_text(inner, text));
        }
        true
    });
    list
}

/// The comments that stand alone on the lines directly above a node.
fn comments_above<'tree>(node: Node<'tree>, text: &'tree str) -> Vec<&'tree str> {
    let mut list = Vec::new();
    let mut row = node.start_position().row;
    let mut next = node.prev_named_sibling();
    while let Some(comment) = next.filter(|it| is_comment(*it) && it.end_position().row + 1 >= row) {
        // A comment behind the statement before it is about that one.
        let shares_line =
            comment.prev_named_sibling().is_some_and(|it| it.end_position().row == comment.start_position().row);
        if shares_line {
            break;
        }
        list.push(node_text(comment, text));
        row = comment.start_position().row;
        next = comment.prev_named_sibling();
    }
    list
}

/// The text behind `(…)`, where it starts with that.
fn behind_parentheses(text: &str) -> &str {
    let text = text.trim_start();
    let Some(inner) = text.strip_prefix('(') else { return text };
    let mut depth = 1_usize;
    for (at, byte) in inner.bytes().enumerate().take(400) {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return inner.get(at + 1..).unwrap_or("");
        }
    }
    inner
}

/// Whether `(…) {…}` may drop an error.
fn braces_may_drop(after: &str) -> bool {
    starts_empty(behind_parentheses(after))
}

/// Whether a block in braces starts as one that drops an error may: it is empty, or begins with a comment or a jump.
fn starts_empty(block: &str) -> bool {
    let Some(inner) = block.trim_start().strip_prefix('{') else { return false };
    let inner = inner.trim_start();
    ["}", "//", "/*", "#", "return", "continue"].iter().any(|start| inner.starts_with(start))
}

#[cfg(test)]
mod tests;
