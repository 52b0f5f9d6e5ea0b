//! A file's text with its views: lines, data trees, syntax tree. Each is made when first asked for, once.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::ops::Range;
use std::time::{Duration, Instant};

use tree_sitter::Tree;

use super::data::Node;
use super::dockerfile::{self, Instruction};
use super::{Grammar, Lines, Refusal, embedded, json, mask, toml, yaml};
use crate::config::Limits;
use crate::facts::{File, Language, Span};

/// Why a text could not be parsed, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// Where the parser stopped.
    pub span: Span,
    /// What it said.
    pub message: String,
}

/// One file as extractors see it. It lives on one thread, for one file.
#[derive(Debug)]
pub struct Source<'a> {
    /// The file: path, role, language.
    pub file: &'a File,
    text: &'a str,
    limits: Limits,
    lines: OnceCell<Lines>,
    yaml: OnceCell<Result<Vec<Node>, ParseError>>,
    json: OnceCell<Result<Node, ParseError>>,
    toml: OnceCell<Result<Node, ParseError>>,
    dockerfile: OnceCell<Vec<Instruction>>,
    tree: OnceCell<Option<Result<Tree, Refusal>>>,
    parsing: Cell<Duration>,
    code: OnceCell<String>,
}

impl<'a> Source<'a> {
    /// A source of that text, within the limits that hold where nobody says others.
    pub fn new(file: &'a File, text: &'a str) -> Self {
        Self::within(file, text, Limits::default())
    }

    /// A source of that text within limits.
    pub fn within(file: &'a File, text: &'a str, limits: Limits) -> Self {
        Self {
            file,
            text,
            limits,
            lines: OnceCell::new(),
            yaml: OnceCell::new(),
            json: OnceCell::new(),
            toml: OnceCell::new(),
            dockerfile: OnceCell::new(),
            tree: OnceCell::new(),
            parsing: Cell::default(),
            code: OnceCell::new(),
        }
    }

    /// The whole text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The index of lines.
    pub fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::new(self.text))
    }

    /// The region of a range of bytes of the text.
    pub fn span(&self, range: Range<usize>) -> Span {
        self.lines().span(self.text, range)
    }

    /// The documents of a YAML file.
    pub fn yaml(&self) -> Result<&[Node], &ParseError> {
        self.yaml.get_or_init(|| yaml::parse(self.text)).as_deref()
    }

    /// The value of a JSON file.
    pub fn json(&self) -> Result<&Node, &ParseError> {
        self.json.get_or_init(|| json::parse(self.text, self.lines())).as_ref()
    }

    /// The table of a TOML file.
    pub fn toml(&self) -> Result<&Node, &ParseError> {
        self.toml.get_or_init(|| toml::parse(self.text, self.lines())).as_ref()
    }

    /// The instructions of a Dockerfile.
    pub fn dockerfile(&self) -> &[Instruction] {
        self.dockerfile.get_or_init(|| dockerfile::parse(self.text))
    }

    /// The text with comments and the insides of strings blanked, byte for byte at the same places; the text itself
    /// where the file is in no programming language.
    pub fn code(&self) -> &str {
        let Some(language) = self.file.language else { return self.text };
        self.code.get_or_init(|| mask::mask(self.text, language))
    }

    /// The same, and of the markup of Svelte and Astro only what is code in it.
    pub fn code_inside(&self) -> Cow<'_, str> {
        let language = self.file.language.filter(|it| matches!(it, Language::Svelte | Language::Astro));
        let inside = language.and_then(|language| Some(mask::mask(&embedded::scripts(self.text, language)?, language)));
        inside.map_or_else(|| Cow::Borrowed(self.code()), Cow::Owned)
    }

    /// The bounds within which it is read.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The syntax tree, where a grammar reads the file's language and did so within the limits.
    pub fn tree(&self) -> Option<&Tree> {
        self.tree.get_or_init(|| self.parsed()).as_ref()?.as_ref().ok()
    }

    fn parsed(&self) -> Option<Result<Tree, Refusal>> {
        let grammar = Grammar::of_file(self.file)?;
        let began = Instant::now();
        let scripts = self.file.language.and_then(|language| embedded::scripts(self.text, language));
        let tree = grammar.parse_within(scripts.as_deref().unwrap_or(self.text), &self.limits);
        self.parsing.set(began.elapsed());
        Some(tree)
    }

    /// How long making the syntax tree took; nothing where nobody asked for it.
    pub fn parsing(&self) -> Duration {
        self.parsing.get()
    }

    /// Whether somebody asked for the syntax tree and got one.
    pub fn has_tree(&self) -> bool {
        matches!(self.tree.get(), Some(Some(Ok(_))))
    }

    /// Why somebody asked for the syntax tree and got none, though a grammar reads the language.
    pub fn refusal(&self) -> Option<Refusal> {
        self.tree.get()?.as_ref()?.as_ref().err().copied()
    }
}
