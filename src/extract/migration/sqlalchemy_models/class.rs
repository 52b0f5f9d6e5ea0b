//! Classes of models: the table that each stands for, and its columns.

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use super::declared;
use crate::extract::migration::code::{Call, children, literal, snake};
use crate::facts::{Span, Statement};
use crate::syntax::{Source, node_text};

/// Calls that make a column, and those that make none; of others nobody knows.
const COLUMNS: &[&str] = &["Column", "mapped_column", "deferred"];
const NO_COLUMNS: &[&str] = &[
    "relationship",
    "Relationship",
    "relation",
    "association_proxy",
    "column_property",
    "composite",
    "synonym",
    "dynamic_loader",
    "hybrid_property",
    "backref",
    "ConfigDict",
    "SQLModelConfig",
    "PrivateAttr",
    "frozenset",
    "set",
    "dict",
    "list",
    "tuple",
];

/// A class of a module.
pub(super) struct Class<'s> {
    pub(super) name: &'s str,
    span: Span,
    parents: Vec<&'s str>,
    /// `table=True` of `SQLModel`.
    is_sqlmodel_table: bool,
    is_abstract: bool,
    table: Name,
    /// The schema of its `__table_args__`, `""` for the usual one; `None` where it is computed.
    schema: Option<String>,
    columns: Vec<(String, Span)>,
    /// Attributes with a type, which `SQLModel` takes for columns.
    fields: Vec<(String, Span)>,
    /// Whether it may have columns that it does not write.
    is_open: bool,
}

/// The name of a table.
pub(super) enum Name {
    Known(String),
    Computed,
    None,
}

impl<'s> Class<'s> {
    pub(super) fn of(node: Node<'s>, source: &Source<'s>) -> Option<Self> {
        let text = source.text();
        let name = node.child_by_field_name("name")?;
        let listed = node.child_by_field_name("superclasses").map(children).unwrap_or_default();
        let (options, parents): (Vec<_>, Vec<_>) = listed.into_iter().partition(|one| one.kind() == "keyword_argument");
        let says_table =
            |option: &Node<'s>| node_text(*option, text).split_whitespace().collect::<String>() == "table=True";
        let mut class = Self {
            name: node_text(name, text),
            span: source.span(name.byte_range()),
            parents: parents.into_iter().map(|parent| node_text(parent, text)).collect(),
            is_sqlmodel_table: options.iter().any(says_table),
            is_abstract: false,
            table: Name::None,
            schema: Some(String::new()),
            columns: Vec::new(),
            fields: Vec::new(),
            is_open: false,
        };
        for statement in children(node.child_by_field_name("body")?) {
            match statement.kind() {
                "expression_statement" => {
                    if let Some(assignment) = statement.named_child(0).filter(|one| one.kind() == "assignment") {
                        class.attribute(assignment, source);
                    }
                }
                // `@declared_attr` makes columns and names.
                "decorated_definition" if node_text(statement, text).contains("declared_attr") => {
                    if node_text(statement, text).contains("def __tablename__") {
                        class.table = Name::Computed;
                    } else {
                        class.is_open = true;
                    }
                }
                "if_statement" | "for_statement" => class.is_open = true,
                _ => {}
            }
        }
        Some(class)
    }

    fn attribute(&mut self, assignment: Node<'s>, source: &Source<'s>) {
        let text = source.text();
        let Some(left) = assignment.child_by_field_name("left") else { return };
        let name = node_text(left, text);
        let value = assignment.child_by_field_name("right");
        let kind = assignment.child_by_field_name("type").map_or("", |kind| node_text(kind, text));
        let span = source.span(assignment.byte_range());
        match name {
            "__tablename__" => {
                let known = value.and_then(|value| literal(value, text)).map(|name| name.text.into_owned());
                self.table = known.map_or(Name::Computed, Name::Known);
                return;
            }
            "__abstract__" => self.is_abstract = value.is_some_and(|value| node_text(value, text) == "True"),
            "__table_args__" => self.schema = value.and_then(|value| schema_of(value, text)),
            "__table__" => self.is_abstract = true,
            _ => {}
        }
        if name.starts_with('_') && !is_column(value, text) || kind.contains("ClassVar") {
            return;
        }
        let is_mapped = kind.split('[').next().is_some_and(|outer| outer.rsplit('.').next() == Some("Mapped"));
        match value.and_then(|value| Call::of(value, text)) {
            Some(call) if COLUMNS.contains(&call.name) => {
                let inner = call.at(0).and_then(|one| Call::of(one, text)).filter(|one| COLUMNS.contains(&one.name));
                self.columns.push((column_name(inner.as_ref().unwrap_or(&call), name, text), span));
            }
            Some(call) if call.name == "Field" => {
                let own = call.key("sa_column").and_then(|own| Call::of(own, text));
                let name = own.map_or_else(|| name.to_owned(), |own| column_name(&own, name, text));
                self.fields.push((name, span));
            }
            Some(call) if NO_COLUMNS.contains(&call.name) => {}
            Some(_) if !kind.is_empty() || name == "id" => self.is_open = true,
            None if is_mapped && value.is_none() => self.columns.push((name.to_owned(), span)),
            None if !kind.is_empty() => self.fields.push((name.to_owned(), span)),
            Some(_) | None => {}
        }
    }

    /// The table that it stands for.
    pub(super) fn table(&self, classes: &BTreeMap<&str, Class<'s>>) -> Name {
        if self.is_abstract || self.schema.is_none() {
            return if self.is_abstract { Name::None } else { Name::Computed };
        }
        let schema = self.schema.as_deref().unwrap_or("");
        let known = |name: String| Name::Known(if schema.is_empty() { name } else { format!("{schema}.{name}") });
        match &self.table {
            Name::Known(name) => return known(name.clone()),
            // A mixin that computes the name for others is no table.
            Name::Computed => return if self.columns.is_empty() { Name::None } else { Name::Computed },
            Name::None => {}
        }
        if self.is_sqlmodel_table {
            return known(self.name.to_lowercase());
        }
        let last = |parent: &&str| parent.rsplit('.').next().unwrap_or("").to_owned();
        let is_of_flask = self.parents.iter().any(|parent| parent.ends_with(".Model"));
        let is_child = self.parents.iter().any(|parent| classes.contains_key(parent));
        let names: Vec<String> = self.parents.iter().map(last).collect();
        match () {
            () if self.columns.is_empty() || is_child => Name::None,
            () if is_of_flask => known(snake(self.name)),
            () if names.iter().any(|name| matches!(name.as_str(), "Base" | "Model" | "BaseModel")) => Name::Computed,
            () => Name::None,
        }
    }

    /// Its columns, and those that it has from parents in the file; whether there may be more.
    fn all_columns(&self, classes: &BTreeMap<&str, Class<'s>>) -> (Vec<(String, Span)>, bool) {
        let mut columns = Vec::new();
        let mut is_open = false;
        let mut queue = vec![self];
        let mut seen = BTreeSet::from([self.name]);
        while let Some(class) = queue.pop() {
            is_open |= class.is_open;
            columns.extend(class.columns.iter().cloned());
            if self.is_sqlmodel_table {
                columns.extend(class.fields.iter().cloned());
            }
            for parent in &class.parents {
                match classes.get(parent) {
                    // A parent with a table of its own keeps its columns there.
                    Some(parent) if matches!(parent.table, Name::Known(_)) || parent.is_sqlmodel_table => {}
                    Some(parent) if seen.insert(parent.name) => queue.push(parent),
                    Some(_) => {}
                    None => {
                        is_open |= !parent.ends_with(".Model") && !matches!(*parent, "SQLModel" | "DeclarativeBase");
                    }
                }
            }
        }
        (columns, is_open)
    }

    pub(super) fn statements(&self, table: &str, classes: &BTreeMap<&str, Class<'s>>) -> Vec<Statement> {
        let (columns, is_open) = self.all_columns(classes);
        declared(table, self.span, columns, is_open)
    }
}

fn is_column(value: Option<Node<'_>>, text: &str) -> bool {
    value.and_then(|value| Call::of(value, text)).is_some_and(|call| COLUMNS.contains(&call.name))
}

/// The name that a column gives itself, else that of the attribute.
fn column_name(call: &Call<'_>, attribute: &str, text: &str) -> String {
    let own = call.get(0, "name").and_then(|own| literal(own, text));
    own.map_or_else(|| attribute.to_owned(), |own| own.text.into_owned())
}

/// The schema in `__table_args__`; `None` where it is computed.
fn schema_of(value: Node<'_>, text: &str) -> Option<String> {
    let written = node_text(value, text);
    let Some((_, rest)) = written.split_once("\"schema\"").or_else(|| written.split_once("'schema'")) else {
        return Some(String::new());
    };
    let given = rest.trim_start().strip_prefix(':')?.trim_start();
    let quote = given.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let name = given.get(1..)?.split(quote).next()?;
    Some(if name == "public" { String::new() } else { name.to_owned() })
}
