//! Collects what a migration in code does: statements, texts of SQL, and what could not be understood.

use tree_sitter::Node;

use super::call::{Call, children, literal};
use super::literal::{binding, heredoc_text};
use crate::extract::sql::{Change, is_volatile, read};
use crate::facts::{
    Column, Constraint, ConstraintKind, OPEN_TABLE, Operation, REWRITE_SERIAL, REWRITE_VOLATILE, Statement,
};
use crate::syntax::sql::{SqlMode, statements};
use crate::syntax::{Source, descendants, node_text};

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
        self.add_at(node, node.byte_range(), change);
    }

    /// Adds a change of a node that stands at other bytes.
    fn add_at(&mut self, node: Node<'_>, range: std::ops::Range<usize>, change: Change) {
        let is_lenient = change.is_lenient || is_conditional(node, self.text);
        self.statements.push(Change { is_lenient, ..change }.at(self.source.span(range)));
    }

    /// Adds a new table with its columns and what comes with them. It is open where code may add columns unseen.
    pub(in crate::extract::migration) fn table(
        &mut self,
        node: Node<'_>,
        operation: Operation,
        name: &str,
        columns: Vec<NewColumn>,
        constraints: Vec<Constraint>,
        is_open: bool,
    ) {
        let own = columns.iter().flat_map(NewColumn::constraints).chain(constraints).collect();
        let columns = columns.into_iter().map(NewColumn::into_column).collect();
        let change = Change::new(operation, name, "", node.byte_range());
        self.add(node, change.of(columns).under(own).saying(if is_open { OPEN_TABLE } else { "" }));
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

    /// Reads a text of SQL that a call is given; what is computed is not understood.
    pub(in crate::extract::migration) fn sql(&mut self, node: Option<Node<'s>>, call: &Call<'s>) {
        self.sql_at(node, call.node);
    }

    /// Reads a text of SQL that stands inside a node.
    pub(in crate::extract::migration) fn sql_at(&mut self, node: Option<Node<'s>>, place: Node<'s>) {
        let meant = node.map(|node| binding(node, self.text).unwrap_or(node));
        let Some(literal) = meant.and_then(|node| literal(node, self.text)) else {
            return self.computed_sql(meant.unwrap_or(place), place);
        };
        for statement in statements(&literal.text, 0..literal.text.len(), SqlMode::Script) {
            let reading = read(&literal.text, &statement);
            if reading.unread.is_some() {
                self.not_understood(place, "SQL of a dialect that is not known");
            }
            for change in reading.changes {
                match literal.start {
                    Some(start) => {
                        let range = start + change.range.start..start + change.range.end;
                        self.add_at(place, range, change);
                    }
                    None => self.add(place, change),
                }
            }
        }
    }

    /// SQL that code puts together: its beginning may say that it changes rows, functions or rights, and no table; a new
    /// table of a name that is not known endangers none that is there.
    fn computed_sql(&mut self, node: Node<'s>, place: Node<'s>) {
        let written = match node.kind() {
            "heredoc_beginning" => heredoc_text(node, self.text).unwrap_or(""),
            _ => node_text(node, self.text),
        };
        let begins = |code: &&str| code.trim_start().starts_with(|first: char| first.is_ascii_alphabetic());
        // The first text, from its quote on; a name in it may be in quotes of another kind.
        let open = written.find(['"', '\'', '`']).filter(|_| node.kind() != "heredoc_beginning");
        let quote = open.and_then(|at| written.get(at..)?.chars().next()).unwrap_or('\n');
        let mut pieces = written.split([quote, '\n']).skip(usize::from(open.is_some()));
        let beginning = pieces.find(begins).unwrap_or("");
        let mut words = beginning.split_whitespace().map(str::to_ascii_lowercase);
        let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let is_one = !written.trim_end_matches([';', '"', '\'', '`', ' ', '\n']).contains(';');
        let is_some = written.to_ascii_lowercase().contains("where");
        match (first.as_str(), second.as_str()) {
            _ if !is_one => self.not_understood(place, "SQL that is put together by code"),
            ("insert" | "select" | "comment" | "grant" | "revoke" | "analyze" | "notify", _) => {}
            ("update" | "delete", _) if is_some => {}
            // All rows get the value that is put in.
            ("update", _) if node.kind().starts_with("binary") && ends_in_value(written) => match updated(beginning) {
                Some((table, column)) => {
                    let change = Change::new(Operation::UpdateAll, table, "", place.byte_range());
                    self.add(place, change.of(vec![Column::named(column)]));
                }
                None => self.not_understood(place, "SQL that is put together by code"),
            },
            ("create", "table") => self.change(place, Operation::Opaque, "", ""),
            _ => self.not_understood(place, "SQL that is put together by code"),
        }
    }

    /// Adds a column and what comes with it.
    pub(in crate::extract::migration) fn column(&mut self, node: Node<'_>, table: &str, new: &NewColumn) {
        for change in new.changes(table, node.byte_range()) {
            self.add(node, change);
        }
    }

    /// The texts of a list, or the one text.
    pub(in crate::extract::migration) fn names(&self, node: Option<Node<'s>>) -> Vec<Column> {
        let Some(node) = node else { return Vec::new() };
        let parts = match node.kind() {
            "list" | "array" | "tuple" | "set" => children(node),
            // C#'s `new[] { "a" }`.
            "implicit_array_creation_expression" | "array_creation_expression" | "collection_expression" => {
                let mut texts = Vec::new();
                descendants(node, |inner| {
                    texts.extend((inner.kind() == "string_literal").then_some(inner));
                    true
                });
                texts
            }
            // Ruby's `%i[a b]`.
            "symbol_array" | "string_array" => {
                let words = children(node).into_iter();
                return words.map(|word| Column::named(node_text(word, self.text))).collect();
            }
            _ => vec![node],
        };
        parts.into_iter().filter_map(|part| Some(Column::named(literal(part, self.text)?.text))).collect()
    }
}

/// Whether a node stands under a condition, inside of the function that holds it.
fn is_conditional(node: Node<'_>, text: &str) -> bool {
    let mut at = node;
    while let Some(parent) = at.parent() {
        match parent.kind() {
            "if_statement"
            | "if"
            | "unless"
            | "if_modifier"
            | "unless_modifier"
            | "try_statement"
            | "rescue_modifier"
            | "ternary_expression"
            | "conditional_expression"
            | "switch_statement"
            | "case"
            | "conditional"
            | "if_expression"
            | "match_expression"
            | "switch_case" => return true,
            // Elixir's conditions are calls.
            "call" => {
                let target = parent.child_by_field_name("target").map_or("", |target| node_text(target, text));
                if matches!(target, "if" | "unless" | "case" | "cond") {
                    return true;
                }
                at = parent;
            }
            "function_item"
            | "function_definition"
            | "method"
            | "method_declaration"
            | "method_definition"
            | "function_declaration" => return false,
            _ => at = parent,
        }
    }
    false
}

/// Whether a sum ends in a text, or in one value behind an `=`: then it holds no condition that is not seen.
fn ends_in_value(written: &str) -> bool {
    let last = written.split(['"', '\'']).rev().nth(1).unwrap_or("");
    written.ends_with(['"', '\'']) || last.trim_end().ends_with('=')
}

/// The table and the first column of `UPDATE a SET b = `.
fn updated(beginning: &str) -> Option<(&str, &str)> {
    let mut words = beginning.split_whitespace().skip(1);
    let table = words.next()?;
    let column = words.next().filter(|word| word.eq_ignore_ascii_case("set")).and_then(|_| words.next())?;
    let quotes = ['`', '"', '[', ']'];
    let (table, column) = (table.trim_matches(quotes), column.split('=').next()?.trim_matches(quotes));
    let is_plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
    };
    (is_plain(table) && is_plain(column)).then_some((table, column))
}

/// Why a default that is written as code, not as a plain value, writes each old row; `""` where it does not.
pub(in crate::extract::migration) fn rewriting(default: &str) -> &'static str {
    let is_plain = default.starts_with(['"', '\'', '`', ':']);
    let mut texts = default.split(['"', '\'', '`']).skip(1).step_by(2);
    let is_known = ["RandomUUID(", "fn.uuid("].iter().any(|call| default.contains(call));
    if !is_plain && (is_known || texts.any(is_volatile)) { REWRITE_VOLATILE } else { "" }
}

/// A column that a tool adds.
#[expect(clippy::struct_excessive_bools, reason = "each is an option that tools have on columns")]
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
    pub(in crate::extract::migration) is_key: bool,
    /// The table that it refers to, `""` where it is not known.
    pub(in crate::extract::migration) references: String,
    /// Why each old row is written for it, `""` where none is.
    pub(in crate::extract::migration) rewrites: &'static str,
}

impl NewColumn {
    /// What a statement does that adds the column: the column, then what comes with it.
    pub(in crate::extract::migration) fn changes(&self, table: &str, range: std::ops::Range<usize>) -> Vec<Change> {
        let Self { name, kind, is_required, is_filled, .. } = self;
        let (is_required, is_filled) = (*is_required, *is_filled);
        let column = Column { name: name.clone(), kind: kind.clone(), is_filled, is_required };
        let operation = if is_required && !is_filled { Operation::AddRequiredColumn } else { Operation::AddColumn };
        let rewrites = if self.kind.contains("serial") && !self.is_key { REWRITE_SERIAL } else { self.rewrites };
        let mut changes =
            vec![Change::new(operation, table, name.clone(), range.clone()).of(vec![column]).saying(rewrites)];
        let mut also = |operation, detail: &str| {
            let change = Change::new(operation, table, "", range.clone());
            changes.push(change.of(vec![Column::named(name.clone())]).saying(detail));
        };
        if self.has_index {
            also(Operation::CreateIndex, "");
        }
        if self.is_unique {
            also(Operation::AddUnique, "");
        }
        if self.is_reference {
            also(Operation::AddForeignKey, &self.references);
        }
        changes
    }

    /// The constraints that a new table gets with the column.
    pub(in crate::extract::migration) fn constraints(&self) -> Vec<Constraint> {
        let of = |kind| Constraint {
            kind,
            name: String::new(),
            columns: vec![self.name.clone()],
            references: String::new(),
        };
        let mut constraints = Vec::new();
        if self.is_key {
            constraints.push(of(ConstraintKind::PrimaryKey));
        }
        if self.is_unique {
            constraints.push(of(ConstraintKind::Unique));
        }
        if self.has_index {
            constraints.push(of(ConstraintKind::Index));
        }
        if self.is_reference {
            constraints.push(Constraint { references: self.references.clone(), ..of(ConstraintKind::ForeignKey) });
        }
        constraints
    }

    /// The column as one of a new table.
    pub(in crate::extract::migration) fn into_column(self) -> Column {
        let Self { name, kind, is_required, is_filled, .. } = self;
        Column { name, kind, is_filled, is_required }
    }
}
