//! Syntax trees of source code: the one table of grammars, and a walk without recursion.

use std::cell::RefCell;
use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

use crate::facts::Language;

/// A file whose parse takes more steps is reported and not judged by its syntax. The parser reports each hundred of its
/// operations, so this is some seconds. Steps are counted, not seconds: a busy machine must not change a report.
const PARSE_STEPS: u32 = 500_000;

/// A grammar of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grammar {
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// JavaScript with JSX.
    JavaScript,
    /// Python.
    Python,
    /// Bash and other shells.
    Bash,
    /// Go.
    Go,
    /// C#.
    CSharp,
    /// Ruby.
    Ruby,
}

impl Grammar {
    /// The grammar that reads a language.
    pub const fn of(language: Language) -> Option<Self> {
        match language {
            Language::TypeScript => Some(Self::TypeScript),
            Language::Tsx => Some(Self::Tsx),
            Language::JavaScript => Some(Self::JavaScript),
            Language::Python => Some(Self::Python),
            Language::Shell => Some(Self::Bash),
            Language::Go => Some(Self::Go),
            Language::CSharp => Some(Self::CSharp),
            Language::Ruby => Some(Self::Ruby),
            _ => None,
        }
    }

    pub(super) fn language(self) -> tree_sitter::Language {
        match self {
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX,
            Self::JavaScript => tree_sitter_javascript::LANGUAGE,
            Self::Python => tree_sitter_python::LANGUAGE,
            Self::Bash => tree_sitter_bash::LANGUAGE,
            Self::Go => tree_sitter_go::LANGUAGE,
            Self::CSharp => tree_sitter_c_sharp::LANGUAGE,
            Self::Ruby => tree_sitter_ruby::LANGUAGE,
        }
        .into()
    }

    /// Parses a text. `None` where it takes too many steps.
    pub fn parse(self, text: &str) -> Option<Tree> {
        thread_local! {
            static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
        }
        let mut steps = 0_u32;
        let mut watch = |_: &ParseState| {
            steps += 1;
            if steps > PARSE_STEPS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let mut read = |at: usize, _| text.as_bytes().get(at..).unwrap_or_default();
        PARSER.with_borrow_mut(|parser| {
            parser.set_language(&self.language()).ok()?;
            parser.reset();
            let options = ParseOptions::new().progress_callback(&mut watch);
            parser.parse_with_options(&mut read, None, Some(options))
        })
    }
}

/// Every named node below a node, parents before children, in the order of the text, without recursion.
/// `enter` decides whether the children of a node are visited too.
pub fn descendants<'tree>(root: Node<'tree>, mut enter: impl FnMut(Node<'tree>) -> bool) {
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        let goes_down = !node.is_named() || enter(node);
        if goes_down && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// The text of a node, `""` where its bytes are not a part of the text.
pub fn node_text<'text>(node: Node<'_>, text: &'text str) -> &'text str {
    text.get(node.byte_range()).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grammar_parses_its_language() {
        for (grammar, text) in [
            (Grammar::TypeScript, "const x: number = 1;"),
            (Grammar::Tsx, "const x = <a b={1} />;"),
            (Grammar::JavaScript, "const x = <a b={1} />;"),
            (Grammar::Python, "x = 1\n"),
            (Grammar::Bash, "a && b\n"),
            (Grammar::Go, "package a\n"),
            (Grammar::CSharp, "var x = 1;"),
            (Grammar::Ruby, "x = 1\n"),
        ] {
            let tree = grammar.parse(text).unwrap();
            assert!(!tree.root_node().has_error(), "{grammar:?}");
        }
    }

    #[test]
    fn the_walk_visits_each_named_node_once() {
        let tree = Grammar::JavaScript.parse("f(a, b);").unwrap();
        let mut kinds = Vec::new();
        descendants(tree.root_node(), |node| {
            kinds.push(node.kind());
            true
        });
        assert_eq!(
            kinds,
            [
                "program",
                "expression_statement",
                "call_expression",
                "identifier",
                "arguments",
                "identifier",
                "identifier"
            ]
        );
    }

    #[test]
    fn the_walk_leaves_out_what_is_not_entered() {
        let tree = Grammar::JavaScript.parse("f(a); g(b);").unwrap();
        let mut count = 0;
        descendants(tree.root_node(), |node| {
            count += usize::from(node.kind() == "identifier");
            node.kind() != "arguments"
        });
        assert_eq!(count, 2);
    }
}
