//! Syntax trees of source code: the one table of grammars, and a walk without recursion.

use std::cell::RefCell;
use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

use crate::config::Limits;
use crate::facts::{File, Language};

/// Only the trees of larger texts are measured: what a smaller one costs stays small, however deep it is.
const MEASURED: usize = 16 * 1024;

/// Larger texts are not parsed, whatever size of files is read: a tree takes dozens of times
/// the memory of its text, and nobody writes that much code in one file.
const LARGEST: usize = 8 * 1024 * 1024;

/// Why a text has no tree. It is reported, and not judged by its syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The parse would take longer than the limit.
    #[error("parsing takes more than {0} steps (`limits.max-parse-steps`)")]
    Steps(u32),
    /// Extractors look around from a node to those that hold it; in a tree that is too deep that takes too long.
    #[error("its syntax tree is deeper than {0} levels (`limits.max-depth`)")]
    Depth(usize),
    /// The tree would take too much memory.
    #[error("it is larger than {0} MiB, and so much code in one file is not parsed")]
    Size(usize),
}

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
    /// Java.
    Java,
    /// Kotlin.
    Kotlin,
    /// PHP, with the HTML around it.
    Php,
    /// Rust.
    Rust,
    /// Elixir.
    Elixir,
    /// HCL: Terraform, `OpenTofu`, Nomad, Packer.
    Hcl,
}

impl Grammar {
    /// The grammar that reads a language.
    pub const fn of(language: Language) -> Option<Self> {
        match language {
            // Of markup with code inside, the code is read.
            Language::TypeScript | Language::Vue | Language::Svelte => Some(Self::TypeScript),
            Language::Tsx | Language::Astro => Some(Self::Tsx),
            Language::JavaScript => Some(Self::JavaScript),
            Language::Python => Some(Self::Python),
            Language::Shell => Some(Self::Bash),
            Language::Go => Some(Self::Go),
            Language::CSharp => Some(Self::CSharp),
            Language::Ruby => Some(Self::Ruby),
            Language::Java => Some(Self::Java),
            Language::Kotlin => Some(Self::Kotlin),
            Language::Php => Some(Self::Php),
            Language::Rust => Some(Self::Rust),
            Language::Elixir => Some(Self::Elixir),
            _ => None,
        }
    }

    /// The grammar that reads a file: that of its language, or of a format that is no programming language.
    pub fn of_file(file: &File) -> Option<Self> {
        match file.extension() {
            "tf" | "tofu" | "hcl" | "nomad" => Some(Self::Hcl),
            _ => Self::of(file.language?),
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
            Self::Java => tree_sitter_java::LANGUAGE,
            Self::Kotlin => tree_sitter_kotlin_ng::LANGUAGE,
            Self::Php => tree_sitter_php::LANGUAGE_PHP,
            Self::Rust => tree_sitter_rust::LANGUAGE,
            Self::Elixir => tree_sitter_elixir::LANGUAGE,
            Self::Hcl => tree_sitter_hcl::LANGUAGE,
        }
        .into()
    }

    /// Parses a text within the limits that hold where nobody says others.
    pub fn parse(self, text: &str) -> Option<Tree> {
        self.parse_within(text, &Limits::default()).ok()
    }

    /// Parses a text within limits.
    pub fn parse_within(self, text: &str, limits: &Limits) -> Result<Tree, Refusal> {
        if text.len() > LARGEST {
            return Err(Refusal::Size(LARGEST / 1024 / 1024));
        }
        thread_local! {
            static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
        }
        let mut steps = 0_u32;
        let most = limits.parse_steps;
        let mut watch = |_: &ParseState| {
            steps = steps.saturating_add(1);
            if steps > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let mut read = |at: usize, _| text.as_bytes().get(at..).unwrap_or_default();
        let tree = PARSER.with_borrow_mut(|parser| {
            parser.set_language(&self.language()).ok()?;
            parser.reset();
            let options = ParseOptions::new().progress_callback(&mut watch);
            parser.parse_with_options(&mut read, None, Some(options))
        });
        let tree = tree.ok_or(Refusal::Steps(most))?;
        if text.len() > MEASURED && is_deeper(&tree, limits.depth) {
            Err(Refusal::Depth(limits.depth))
        } else {
            Ok(tree)
        }
    }
}

/// Whether a tree has more levels than that.
fn is_deeper(tree: &Tree, most: usize) -> bool {
    let mut cursor = tree.walk();
    let mut depth = 0_usize;
    loop {
        if cursor.goto_first_child() {
            depth += 1;
            if depth > most {
                return true;
            }
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return false;
            }
            depth -= 1;
        }
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
            (Grammar::Hcl, "resource \"a\" \"b\" {\n  c = 1\n}\n"),
            (Grammar::Go, "package a\n"),
            (Grammar::CSharp, "var x = 1;"),
            (Grammar::Ruby, "x = 1\n"),
            (Grammar::Java, "class A { int b = 1; }"),
            (Grammar::Kotlin, "val x = 1\n"),
            (Grammar::Php, "<?php $x = 1;"),
            (Grammar::Rust, "const X: u8 = 1;"),
            (Grammar::Elixir, "x = 1\n"),
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
    fn a_text_that_nobody_can_have_written_is_not_parsed() {
        let text = "f();\n".repeat(LARGEST / 5 + 1);
        assert_eq!(Grammar::JavaScript.parse_within(&text, &Limits::default()).unwrap_err(), Refusal::Size(8));
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
