//! Replays a history in order and says which statements are dangerous to a database that is in use.
//!
//! Safe is what touches only what the same migration made: its tables, its columns, a table that it makes anew under a
//! temporary name and puts in the place of the old one. The first migration and baselines run on empty databases.

use std::collections::{BTreeMap, BTreeSet};

use super::history::{History, Step};
use crate::facts::{Danger, Data, Fact, Operation, Place, SchemaChange, Statement};

/// The dangerous changes of a history.
pub(super) fn dangers(history: &History<'_>, engine: &str) -> Vec<Fact> {
    let mut state = State::default();
    let mut found = Vec::new();
    for step in &history.migrations {
        let mut migration = Replay { state: &mut state, step, created: BTreeSet::new(), added: BTreeSet::new() };
        for (index, statement) in step.statements.iter().enumerate() {
            let table = migration.table_of(statement);
            let Some(danger) = migration.apply(index, statement, &table) else { continue };
            if step.is_safe() || danger == Danger::BlockingIndex && !matches!(engine, "postgresql" | "") {
                continue;
            }
            let change = SchemaChange {
                danger,
                operation: statement.operation,
                table,
                object: statement.object.clone(),
                tool: history.tool.clone(),
                engine: engine.to_owned(),
            };
            let place = Place { path: step.place.path.clone(), span: statement.span };
            found.push(Fact { place, role: step.role, data: Data::SchemaChange(change) });
        }
    }
    found
}

/// What earlier migrations left.
#[derive(Debug, Default)]
struct State {
    /// Every table that was ever seen.
    tables: BTreeSet<String>,
    /// The table of each index.
    indexes: BTreeMap<String, String>,
}

/// One migration while it is replayed.
struct Replay<'s, 'a> {
    state: &'s mut State,
    step: &'s Step<'a>,
    /// Tables that it made and that still exist.
    created: BTreeSet<String>,
    /// Columns that it added: table and column.
    added: BTreeSet<(String, String)>,
}

impl Replay<'_, '_> {
    /// Applies a statement; what is dangerous about it.
    fn apply(&mut self, index: usize, statement: &Statement, table: &str) -> Option<Danger> {
        let is_new = self.created.contains(table);
        let danger = match statement.operation {
            Operation::CreateTable => {
                self.created.insert(table.to_owned());
                None
            }
            Operation::DropTable => {
                let is_safe = self.created.remove(table) || self.is_replaced(index, table);
                (!is_safe).then_some(Danger::DropTable)
            }
            Operation::RenameTable => {
                self.rename(table, &renamed(statement));
                None
            }
            Operation::AddColumn | Operation::AddRequiredColumn => {
                self.added.insert((table.to_owned(), statement.object.clone()));
                let is_required = statement.operation == Operation::AddRequiredColumn;
                (is_required && !is_new).then_some(Danger::NotNullWithoutDefault)
            }
            Operation::DropColumn => {
                let is_safe = is_new || self.added.remove(&(table.to_owned(), statement.object.clone()));
                (!is_safe).then_some(Danger::DropColumn)
            }
            Operation::CreateIndex | Operation::CreateIndexConcurrently => {
                self.state.indexes.insert(bare(&statement.object).to_owned(), table.to_owned());
                let blocks = statement.operation == Operation::CreateIndex;
                (blocks && !is_new).then_some(Danger::BlockingIndex)
            }
            Operation::DropIndex => {
                self.state.indexes.remove(bare(&statement.object));
                (!is_new).then_some(Danger::BlockingIndex)
            }
            Operation::RenameColumn | Operation::AddConstraint | Operation::DropConstraint => None,
        };
        self.state.tables.insert(table.to_owned());
        danger
    }

    /// The table of a statement; that of its index where it names none.
    fn table_of(&self, statement: &Statement) -> String {
        if statement.table.is_empty() {
            return self.state.indexes.get(bare(&statement.object)).cloned().unwrap_or_default();
        }
        statement.table.clone()
    }

    /// Whether a table that is dropped lives on: it is made anew under this or a temporary name, or it is an old copy
    /// whose name a new table of this migration has taken.
    fn is_replaced(&self, index: usize, table: &str) -> bool {
        let all = self.step.statements;
        let before = all.get(..index).unwrap_or_default();
        let after = all.get(index + 1..).unwrap_or_default();
        let creates = |statements: &[Statement], name: &str| {
            statements.iter().any(|one| one.operation == Operation::CreateTable && one.table == name)
        };
        let takes_its_place = after
            .iter()
            .any(|one| one.operation == Operation::RenameTable && renamed(one) == table && creates(all, &one.table));
        let is_old_copy = before
            .iter()
            .any(|one| one.operation == Operation::RenameTable && renamed(one) == table && creates(all, &one.table));
        let never_was = !self.state.tables.contains(table) && creates(after, table);
        takes_its_place || is_old_copy || never_was
    }

    fn rename(&mut self, from: &str, to: &str) {
        if self.created.remove(from) {
            self.created.insert(to.to_owned());
        }
        let columns: Vec<_> = self.added.iter().filter(|(table, _)| table == from).cloned().collect();
        for (table, column) in columns {
            self.added.remove(&(table, column.clone()));
            self.added.insert((to.to_owned(), column));
        }
        for table in self.state.indexes.values_mut().filter(|table| table.as_str() == from) {
            to.clone_into(table);
        }
        self.state.tables.insert(to.to_owned());
    }
}

/// The new name of a renamed table, in the schema of the old one.
fn renamed(statement: &Statement) -> String {
    match statement.table.rsplit_once('.') {
        Some((schema, _)) if !statement.object.contains('.') => format!("{schema}.{}", statement.object),
        _ => statement.object.clone(),
    }
}

/// An index's name without its schema.
fn bare(index: &str) -> &str {
    index.rsplit('.').next().unwrap_or(index)
}
