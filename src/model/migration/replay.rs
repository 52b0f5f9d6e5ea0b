//! Replays a history in order and says which statements are dangerous to a database that is in use.
//!
//! Safe is what touches only what the same migration made: its tables, its columns, a table that it makes anew under a
//! temporary name and puts in the place of the old one. The first migration and baselines run on empty databases.

use std::collections::{BTreeMap, BTreeSet};

use super::history::{History, Step};
use crate::facts::{Danger, Data, Fact, Operation, Place, SchemaChange, Statement};

/// The dangerous changes of a history.
pub(super) fn dangers(history: &History<'_>, engine: &str) -> Vec<Fact> {
    let has_locks = matches!(engine, "postgresql" | "");
    let mut database = Database::default();
    let mut found = Vec::new();
    for step in &history.migrations {
        let mut replay = Replay::new(&mut database, step);
        for (index, statement) in step.statements.iter().enumerate() {
            let table = replay.database.table_of(statement);
            let Some(danger) = replay.apply(index, statement, &table) else { continue };
            if step.begins || danger == Danger::BlockingIndex && !has_locks {
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

/// A table of the database; it keeps its number when it gets another name.
type TableId = usize;

/// The database as the migrations so far leave it.
#[derive(Debug, Default)]
struct Database {
    /// The name of every table that ever was, by number.
    names: Vec<String>,
    /// The tables that exist, as far as the migrations tell.
    tables: BTreeMap<String, TableId>,
    /// Every name that a table ever had.
    seen: BTreeSet<String>,
    /// The table of each index.
    indexes: BTreeMap<String, TableId>,
}

impl Database {
    /// The table of that name, new where it was not heard of.
    fn table(&mut self, name: &str) -> TableId {
        if let Some(&id) = self.tables.get(name) {
            return id;
        }
        let id = self.names.len();
        self.names.push(name.to_owned());
        self.tables.insert(name.to_owned(), id);
        self.seen.insert(name.to_owned());
        id
    }

    /// The name of the table that a statement is about; that of its index where it names none, `""` where that is unknown.
    fn table_of(&self, statement: &Statement) -> String {
        if statement.table.is_empty() {
            let id = self.indexes.get(bare(&statement.object));
            return id.and_then(|&id| self.names.get(id)).cloned().unwrap_or_default();
        }
        statement.table.clone()
    }

    fn rename(&mut self, from: &str, to: &str) {
        let id = self.table(from);
        self.tables.remove(from);
        self.tables.insert(to.to_owned(), id);
        self.seen.insert(to.to_owned());
        if let Some(name) = self.names.get_mut(id) {
            to.clone_into(name);
        }
    }
}

/// One migration while it is replayed.
struct Replay<'d, 'a> {
    database: &'d mut Database,
    /// The tables that it makes, each with the last statement that does.
    makes: BTreeMap<&'a str, usize>,
    /// The names that it gives to a table of which it makes the old name too: `new_x` becomes `x`, or `x` becomes `old_x` and
    /// is made anew.
    remakes: BTreeSet<String>,
    /// Tables that it made so far.
    created: BTreeSet<TableId>,
    /// Columns that it added so far.
    added: BTreeSet<(TableId, &'a str)>,
}

impl<'d, 'a> Replay<'d, 'a> {
    fn new(database: &'d mut Database, step: &Step<'a>) -> Self {
        let statements = || step.statements.iter().enumerate();
        let makes: BTreeMap<&str, usize> = statements()
            .filter(|(_, one)| matches!(one.operation, Operation::CreateTable | Operation::CreateTableIfMissing))
            .map(|(index, one)| (one.table.as_str(), index))
            .collect();
        let remakes = statements()
            .filter(|(_, one)| one.operation == Operation::RenameTable && makes.contains_key(one.table.as_str()))
            .map(|(_, one)| renamed(one))
            .collect();
        Self { database, makes, remakes, created: BTreeSet::new(), added: BTreeSet::new() }
    }

    /// Applies a statement; what is dangerous about it.
    fn apply(&mut self, index: usize, statement: &'a Statement, name: &str) -> Option<Danger> {
        let exists = self.database.tables.contains_key(name);
        let is_known = self.database.seen.contains(name);
        let table = self.database.table(name);
        let is_new = self.created.contains(&table);
        match statement.operation {
            Operation::CreateTableIfMissing if exists => None,
            Operation::CreateTable | Operation::CreateTableIfMissing => {
                self.created.insert(table);
                None
            }
            Operation::DropTable => {
                self.database.tables.remove(name);
                let never_was = !is_known && self.makes.get(name).is_some_and(|&made| made > index);
                let is_safe = is_new || never_was || self.remakes.contains(name);
                (!is_safe).then_some(Danger::DropTable)
            }
            Operation::RenameTable => {
                self.database.rename(name, &renamed(statement));
                None
            }
            Operation::AddColumn | Operation::AddRequiredColumn => {
                self.added.insert((table, &statement.object));
                let is_required = statement.operation == Operation::AddRequiredColumn;
                (is_required && !is_new).then_some(Danger::NotNullWithoutDefault)
            }
            Operation::DropColumn => {
                let is_safe = is_new || self.added.remove(&(table, statement.object.as_str()));
                (!is_safe).then_some(Danger::DropColumn)
            }
            Operation::CreateIndex | Operation::CreateIndexConcurrently => {
                self.database.indexes.insert(bare(&statement.object).to_owned(), table);
                let blocks = statement.operation == Operation::CreateIndex;
                (blocks && !is_new).then_some(Danger::BlockingIndex)
            }
            Operation::DropIndex => {
                self.database.indexes.remove(bare(&statement.object));
                (!is_new).then_some(Danger::BlockingIndex)
            }
            Operation::RenameColumn | Operation::AddConstraint | Operation::DropConstraint => None,
        }
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
