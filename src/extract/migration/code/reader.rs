//! Collects what a migration in code does: statements, texts of SQL, and what could not be understood.

use tree_sitter::Node;

use super::call::{Call, children, literal};
use crate::extract::sql::{Change, read};
use crate::facts::{Column, Operation, Statement};
use crate::syntax::Source;
use crate::syntax::sql::{SqlMode, statements};

/// What has been read so far.
pub(in crate::extract::migration) struct Reader<'s, 't> {
    pub(in crate::extract::migration) source: &'s Source<'t>,
    pub(in crate::extract::migration) text: &'s str,
    pub(in crate::extract::migration) statements: Vec<Statement>,
    /// The first part that may change the schema and was not understood: where, and what it is.
    pub(in crate::extract::migration) unread: Option<(std::ops::Range<usize>, String)>,
    pub(in crate::extract::migration) no_transaction: bool,
}

impl<'s, 't> Reader<'s, 't> {
    pub(in crate::extract::migration) fn new(source: &'s Source<'t>) -> Self {
        let text = source.text();
        Self { source, text, statements: Vec::new(), unread: None, no_transaction: false }
    }

    /// Adds a change at a node.
    pub(in crate::extract::migration) fn add(&mut self, node: Node<'_>, change: Change) {
        let span = self.source.span(node.byte_range());
        self.statements.push(change.at(span));
    }

    /// Adds an operation on a table and an object of it.
    pub(in crate::extract::migration) fn change(
        &mut self,
        node: Node<'_>,
        operation: Operation,
        table: &str,
        object: &str,
    ) {
        self.add(node, Change::new(operation, table, object, node.byte_range()));
    }

    /// Remarks that a part was not understood.
    pub(in crate::extract::migration) fn not_understood(&mut self, node: Node<'_>, what: &str) {
        if self.unread.is_none() {
            self.unread = Some((node.byte_range(), what.to_owned()));
        }
    }

    /// Reads a text of SQL; what is computed is not understood.
    pub(in crate::extract::migration) fn sql(&mut self, node: Option<Node<'s>>, call: &Call<'s>) {
        let Some(literal) = node.and_then(|node| literal(node, self.text)) else {
            return self.not_understood(call.node, "SQL that is put together by code");
        };
        for statement in statements(&literal.text, 0..literal.text.len(), SqlMode::Script) {
            let reading = read(&literal.text, &statement);
            if reading.unread.is_some() {
                self.not_understood(call.node, "SQL of a dialect that is not known");
            }
            for change in reading.changes {
                match literal.start {
                    Some(start) => {
                        let range = start + change.range.start..start + change.range.end;
                        let span = self.source.span(range);
                        self.statements.push(change.at(span));
                    }
                    None => self.add(call.node, change),
                }
            }
        }
    }

    /// Adds a column and what comes with it.
    pub(in crate::extract::migration) fn column(&mut self, node: Node<'_>, table: &str, new: &NewColumn) {
        let column = Column {
            name: new.name.clone(),
            kind: new.kind.clone(),
            is_filled: new.is_filled,
            is_required: new.is_required,
        };
        let operation = match new.is_required && !new.is_filled {
            true => Operation::AddRequiredColumn,
            false => Operation::AddColumn,
        };
        let change = |operation| Change::new(operation, table, "", node.byte_range());
        let named = || vec![Column::named(new.name.clone())];
        self.add(node, Change::new(operation, table, new.name.clone(), node.byte_range()).of(vec![column]));
        if new.has_index {
            self.add(node, change(Operation::CreateIndex).of(named()));
        }
        if new.is_unique {
            self.add(node, change(Operation::AddUnique).of(named()));
        }
        if new.is_reference {
            self.add(node, change(Operation::AddForeignKey).of(named()));
        }
    }

    /// The texts of a list, or the one text.
    pub(in crate::extract::migration) fn names(&self, node: Option<Node<'s>>) -> Vec<Column> {
        let Some(node) = node else { return Vec::new() };
        let parts = match node.kind() {
            "list" | "array" | "tuple" | "set" => children(node),
            _ => vec![node],
        };
        parts.into_iter().filter_map(|part| Some(Column::named(literal(part, self.text)?.text))).collect()
    }
}

/// A column that a tool adds.
#[derive(Debug, Default)]
pub(in crate::extract::migration) struct NewColumn {
    pub(in crate::extract::migration) name: String,
    /// Its type in SQL's words, `""` where it is not known.
    pub(in crate::extract::migration) kind: String,
    pub(in crate::extract::migration) is_required: bool,
    /// Whether old rows get a value in it.
    pub(in crate::extract::migration) is_filled: bool,
    pub(in crate::extract::migration) is_unique: bool,
    pub(in crate::extract::migration) has_index: bool,
    pub(in crate::extract::migration) is_reference: bool,
}

impl NewColumn {
    /// The column as one of a new table.
    pub(in crate::extract::migration) fn into_column(self) -> Column {
        let Self { name, kind, is_required, is_filled, .. } = self;
        Column { name, kind, is_filled, is_required }
    }
}
