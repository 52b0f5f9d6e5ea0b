//! One tree for YAML, JSON and TOML, so that a reader of manifests or workflows is written once.

use std::sync::Arc;

use super::Span;

/// How deep a document may nest before it is refused.
pub const MAX_DEPTH: usize = 128;

/// A value with its place. Cloning is cheap, and an alias shares its anchor's node, so aliases never multiply.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it is.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// The forms of a value.
#[derive(Debug, Clone)]
pub enum Value {
    /// A text, number, flag or nothing, as text.
    Scalar(Scalar),
    /// A list.
    Sequence(Arc<[Node]>),
    /// Keys and values in the order of the file. Keys that are no scalars are left out.
    Mapping(Arc<[(Node, Node)]>),
}

/// A leaf.
#[derive(Debug, Clone)]
pub struct Scalar {
    /// The text after unescaping.
    pub text: Arc<str>,
    /// How it is written.
    pub style: Style,
    /// The tag without `!`, for YAML: `reference`, `Ref`.
    pub tag: Option<Arc<str>>,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Bare: may be a number, a flag or null.
    Plain,
    /// In quotes: always a text.
    Quoted,
    /// A YAML block: `|` or `>`; its place is its text's, on the line after the indicator.
    Block,
}

/// Equal places and texts; lists and mappings are equal when they are the same ones, so that a comparison never walks
/// what aliases multiply.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        let is_same = match (&self.value, &other.value) {
            (Value::Scalar(own), Value::Scalar(its)) => own.text == its.text && own.style == its.style,
            (Value::Sequence(own), Value::Sequence(its)) => Arc::ptr_eq(own, its),
            (Value::Mapping(own), Value::Mapping(its)) => Arc::ptr_eq(own, its),
            _ => false,
        };
        is_same && self.span == other.span
    }
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => Some(&scalar.text),
            Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// The scalar's own form.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// Whether it is empty, `null` or `~`.
    pub fn is_null(&self) -> bool {
        self.scalar().is_some_and(|scalar| {
            scalar.style == Style::Plain && matches!(&*scalar.text, "" | "~" | "null" | "Null" | "NULL")
        })
    }

    /// A flag, as YAML 1.2, JSON and TOML write it.
    pub fn flag(&self) -> Option<bool> {
        let scalar = self.scalar().filter(|scalar| scalar.style == Style::Plain)?;
        match &*scalar.text {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ => None,
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            Value::Scalar(_) | Value::Mapping(_) => &[],
        }
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[(Node, Node)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            Value::Scalar(_) | Value::Sequence(_) => &[],
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// A key with its value: the key's place is where a reader looks.
    pub fn entry(&self, key: &str) -> Option<(&Node, &Node)> {
        self.entries().iter().find(|(name, _)| name.text() == Some(key)).map(|(name, value)| (name, value))
    }

    /// The value at the end of a path of keys.
    pub fn at(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// A scalar as a list of one, a list as its items: the form in which many formats let people write either.
    pub fn one_or_many(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            Value::Scalar(_) if self.is_null() => &[],
            Value::Scalar(_) | Value::Mapping(_) => std::slice::from_ref(self),
        }
    }

    /// A mapping as a list of one, a list as its items: TOML's `[x]` and `[[x]]`.
    pub fn one_or_tables(&self) -> &[Self] {
        match &self.value {
            Value::Sequence(items) => items,
            Value::Mapping(_) => std::slice::from_ref(self),
            Value::Scalar(_) => &[],
        }
    }

    /// The texts of a scalar or of a list of scalars.
    pub fn texts(&self) -> Vec<&str> {
        self.one_or_many().iter().filter_map(Node::text).collect()
    }

    /// The line of the file (from 1) that holds a line (from 0) of a scalar's text. Exact for block scalars in
    /// literal style and for texts of one line.
    pub fn line_of_text(&self, line: u32) -> u32 {
        self.span.line.saturating_add(line)
    }
}
