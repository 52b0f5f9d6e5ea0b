//! Errors that are caught and dropped: a handler with an empty body, or with one that only answers nothing.
//!
//! The words that start handlers are found by the automaton; a cheap look at what follows decides whether the file is
//! parsed, and the tree is asked at those places alone.

mod csharp;
mod go;
mod javascript;
mod python;
mod reason;
mod ruby;

use tree_sitter::Node;

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Language, SwallowedError};
use crate::syntax::{Grammar, Source, node_text};

/// Finds swallowed errors.
#[derive(Clone, Copy)]
pub(crate) struct SwallowedErrors;

/// What starts a handler, in the order of the demand.
const WORDS: &[&str] = &["catch", "except", "rescue", "err != nil"];

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
        let begins = |hit: &&Hit| {
            WORDS.get(hit.literal) == Some(&reader.word)
                && text.get(hit.at + reader.word.len()..).is_some_and(reader.may_drop)
        };
        let candidates: Vec<&Hit> = hits.iter().filter(begins).collect();
        if candidates.is_empty() {
            return;
        }
        let Some(tree) = source.tree() else { return };
        for hit in candidates {
            let Some(word) = tree.root_node().descendant_for_byte_range(hit.at, hit.at + reader.word.len()) else {
                continue;
            };
            if let Some(dropped) = (reader.read)(word, text) {
                let data = SwallowedError { handler: dropped.handler, explained: dropped.explained };
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
    word: &'static str,
    /// Whether what follows the word looks like a handler that drops its error: cheap, and never too strict.
    may_drop: fn(&str) -> bool,
    /// Reads the handler at the word.
    read: for<'tree> fn(Node<'tree>, &'tree str) -> Option<Dropped<'tree>>,
}

fn reader(language: Language) -> Option<Reader> {
    Some(match Grammar::of(language)? {
        Grammar::TypeScript | Grammar::Tsx | Grammar::JavaScript => {
            Reader { word: "catch", may_drop: javascript::may_drop, read: javascript::read }
        }
        Grammar::Python => Reader { word: "except", may_drop: python::may_drop, read: python::read },
        Grammar::Go => Reader { word: "err != nil", may_drop: go::may_drop, read: go::read },
        Grammar::CSharp => Reader { word: "catch", may_drop: csharp::may_drop, read: csharp::read },
        Grammar::Ruby => Reader { word: "rescue", may_drop: |_| true, read: ruby::read },
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
        let mut statements = block.named_children(&mut cursor).filter(|child| child.kind() != "comment");
        match (statements.next(), statements.next()) {
            (None, _) => Self::Empty,
            (Some(only), None) => Self::Single(only),
            _ => Self::Several,
        }
    }
}

/// The comments inside a node.
fn comments<'tree>(node: Node<'tree>, text: &'tree str) -> Vec<&'tree str> {
    let mut list = Vec::new();
    crate::syntax::descendants(node, |inner| {
        if inner.kind() == "comment" {
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
    while let Some(comment) = next.filter(|it| it.kind() == "comment" && it.end_position().row + 1 >= row) {
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

/// Whether a block in braces starts as one that drops an error may: it is empty, or begins with a comment or a jump.
fn starts_empty(block: &str) -> bool {
    let Some(inner) = block.trim_start().strip_prefix('{') else { return false };
    let inner = inner.trim_start();
    ["}", "//", "/*", "return", "continue"].iter().any(|start| inner.starts_with(start))
}

#[cfg(test)]
mod tests;
