//! Replays a history in order and says which statements are dangerous to a database that is in use.
//!
//! Safe is what touches only what the same migration made: its tables, its columns, a table that it makes anew under a
//! temporary name and puts in the place of the old one. The first migration and baselines run on empty databases.

use std::collections::{BTreeMap, BTreeSet};

use super::concern::{concerns, locks};
use super::database::{Database, TableId};
use super::history::{History, Step};
use super::rebuild::Rebuilds;
use super::{transaction, types};
use crate::facts::{Column, Danger, Data, Fact, NOT_NULL, Operation, Place, REBUILT, SchemaChange, Statement};

/// The dangerous changes of a history. Where a limit on waiting for locks is set elsewhere, none is missed here.
pub(super) fn dangers(history: &History<'_>, engine: &str, has_lock_timeout: bool) -> Vec<Fact> {
    let mut database = Database::default();
    let mut found = Vec::new();
    for step in &history.migrations {
        let mut replay = Replay::new(&mut database, step);
        replay.is_mysql = engine == "mysql";
        replay.in_transaction = transaction::wraps(&history.tool, step);
        replay.has_lock_timeout = has_lock_timeout;
        for (index, statement) in step.statements.iter().enumerate() {
            let table = replay.database.table_of(statement);
            let dangers = replay.dangers(index, statement, &table);
            let lost = replay.lost();
            let change = |danger| SchemaChange {
                danger,
                operation: statement.operation,
                table: table.clone(),
                object: statement.object.clone(),
                detail: statement.detail.clone(),
                tool: history.tool.clone(),
                engine: engine.to_owned(),
                age: step.age,
            };
            let told = dangers.into_iter().filter(|&danger| concerns(engine, danger, statement)).map(change);
            let lost = lost.into_iter().map(|(table, object)| SchemaChange {
                operation: Operation::DropColumn,
                table,
                object,
                detail: REBUILT.to_owned(),
                ..change(Danger::DropColumn)
            });
            for change in told.chain(lost) {
                // PostgreSQL refuses this one on an empty database too.
                if !step.begins || change.danger == Danger::ConcurrentlyInTransaction {
                    let place = Place { path: step.place.path.clone(), span: statement.span };
                    found.push(Fact { place, role: step.role, data: Data::SchemaChange(change) });
                }
            }
        }
    }
    found
}

/// The table of a statement, as it was before.
struct Subject<'n> {
    name: &'n str,
    id: TableId,
    /// Whether the migrations so far made it or were about it.
    existed: bool,
    /// The same, at any time.
    was_heard_of: bool,
    /// Whether this migration made it.
    is_new: bool,
}

/// One migration while it is replayed.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of the session that runs it")]
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
    added: BTreeSet<(TableId, String)>,
    /// Those of them that hold a value in old rows.
    filled: BTreeSet<(TableId, String)>,
    /// Constraints that it added without checking old rows, in the transaction that is open.
    unvalidated: BTreeSet<(TableId, String)>,
    rebuilds: Rebuilds,
    is_mysql: bool,
    /// Whether MySQL was told not to check foreign keys.
    trusts_keys: bool,
    in_transaction: bool,
    /// Whether waiting for locks is limited, or the lack of a limit was told.
    has_lock_timeout: bool,
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
        Self {
            database,
            makes,
            remakes,
            created: BTreeSet::new(),
            added: BTreeSet::new(),
            filled: BTreeSet::new(),
            unvalidated: BTreeSet::new(),
            rebuilds: Rebuilds::default(),
            is_mysql: false,
            trusts_keys: false,
            in_transaction: false,
            has_lock_timeout: false,
        }
    }

    /// The columns that tables lost by being made anew, without those that this migration added.
    fn lost(&mut self) -> Vec<(String, String)> {
        let lost = self.rebuilds.take_lost().into_iter();
        let old = lost.filter(|one| !self.added.contains(&(one.old, one.column.clone())));
        old.map(|one| (one.table, one.column)).collect()
    }

    /// Applies a statement; what is dangerous about it.
    fn dangers(&mut self, index: usize, statement: &'a Statement, name: &str) -> Vec<Danger> {
        match statement.operation {
            Operation::SetLockTimeout => self.has_lock_timeout = true,
            Operation::SetKeyChecks => self.trusts_keys = statement.detail == "off",
            // They take no lock on a table.
            Operation::CreateType
            | Operation::DropType
            | Operation::CreateView
            | Operation::DropView
            | Operation::Opaque => {}
            // A type that is made again under the name of another one is another type.
            Operation::RenameType => self.database.rename_type(&statement.table, &statement.object),
            Operation::Begin => self.in_transaction = true,
            Operation::End => {
                self.in_transaction = false;
                self.unvalidated.clear();
            }
            _ => {
                let existed = self.database.tables.contains_key(name);
                let was_heard_of = self.database.seen.contains(name);
                let id = self.database.table(name);
                let is_new = self.created.contains(&id);
                let subject = Subject { name, id, existed, was_heard_of, is_new };
                let mut dangers: Vec<Danger> = self.apply(index, statement, &subject).into_iter().collect();
                // A column that is stated anew takes a lock where that changes something.
                let is_stated = matches!(statement.operation, Operation::StateType | Operation::StateNotNull);
                let locks = locks(statement.operation) && (!is_stated || !dangers.is_empty());
                let waits = !is_new && !self.has_lock_timeout && locks;
                if waits {
                    self.has_lock_timeout = true;
                    dangers.push(Danger::MissingLockTimeout);
                }
                return dangers;
            }
        }
        Vec::new()
    }

    #[expect(clippy::too_many_lines, reason = "one table: what each operation does")]
    fn apply(&mut self, index: usize, statement: &'a Statement, subject: &Subject<'_>) -> Option<Danger> {
        let &Subject { name, id: table, is_new, .. } = subject;
        let unless_new = |danger| (!is_new).then_some(danger);
        match statement.operation {
            Operation::CreateTableIfMissing if subject.existed => None,
            Operation::CreateTable | Operation::CreateTableIfMissing => {
                self.created.insert(table);
                if let Some(known) = self.database.of(table) {
                    statement.columns.iter().for_each(|column| known.add(column));
                    for constraint in &statement.constraints {
                        let columns: Vec<Column> = constraint.columns.iter().map(Column::named).collect();
                        known.index(&columns);
                    }
                }
                None
            }
            Operation::DropTable => self.drop_table(index, subject),
            Operation::RenameTable => {
                let is_safe = is_new || self.makes.contains_key(name);
                let new = renamed(statement);
                self.database.rename(name, &new);
                if is_new {
                    self.rebuilds.replace(self.database, &new, table);
                } else if is_safe {
                    self.rebuilds.put_aside(name, &new);
                }
                (!is_safe).then_some(Danger::RenameTable)
            }
            Operation::AddColumn | Operation::AddRequiredColumn => {
                let is_required = statement.operation == Operation::AddRequiredColumn;
                self.add_column(statement, table);
                let danger = if is_required { Danger::NotNullWithoutDefault } else { Danger::TableRewrite };
                (!is_new && (is_required || !statement.detail.is_empty())).then_some(danger)
            }
            Operation::DropColumn => {
                let is_safe = is_new || self.added.remove(&(table, statement.object.clone()));
                if let Some(known) = self.database.of(table) {
                    known.drop_column(&statement.object);
                }
                (!is_safe).then_some(Danger::DropColumn)
            }
            Operation::RenameColumn => self.rename_column(statement, table, is_new),
            Operation::ChangeType => self.change_type(statement, table, is_new),
            Operation::SetNotNull => {
                let column = statement.object.as_str();
                let is_checked = self.database.of(table).is_some_and(|known| known.is_never_null(column));
                (!is_new && !is_checked).then_some(Danger::SetNotNull)
            }
            Operation::StateType | Operation::StateNotNull => self.state(statement, table, is_new),
            Operation::CreateIndex | Operation::CreateIndexConcurrently => {
                self.database.indexes.insert(bare(&statement.object).to_owned(), table);
                if let Some(known) = self.database.of(table) {
                    known.index(&statement.columns);
                }
                match statement.operation {
                    Operation::CreateIndex => unless_new(Danger::BlockingIndex),
                    _ => self.in_transaction.then_some(Danger::ConcurrentlyInTransaction),
                }
            }
            Operation::DropIndex => {
                self.database.indexes.remove(bare(&statement.object));
                unless_new(Danger::BlockingIndex)
            }
            Operation::DropIndexConcurrently => {
                self.database.indexes.remove(bare(&statement.object));
                self.in_transaction.then_some(Danger::ConcurrentlyInTransaction)
            }
            Operation::AddForeignKey | Operation::AddCheck => {
                self.remember_check(statement, table, true);
                let is_trusted = self.trusts_keys && statement.operation == Operation::AddForeignKey;
                (!is_new && !is_trusted && !self.are_empty(statement, table)).then_some(Danger::ConstraintValidating)
            }
            Operation::AddUnvalidated => {
                self.remember_check(statement, table, false);
                self.unvalidated.insert((table, statement.object.clone()));
                None
            }
            Operation::ValidateConstraint => self.validate(statement, table, is_new),
            Operation::AddUnique | Operation::AddPrimaryKey => {
                if let Some(known) = self.database.of(table) {
                    known.index(&statement.columns);
                }
                (!is_new && !self.are_empty(statement, table)).then_some(Danger::UniqueConstraint)
            }
            Operation::UpdateAll | Operation::UpdateSome => self.update(statement, table, is_new),
            Operation::DeleteAll | Operation::Truncate => unless_new(Danger::DataLoss),
            Operation::Reindex => unless_new(Danger::BlockingIndex),
            Operation::RewriteTable => unless_new(Danger::TableRewrite),
            Operation::AddExclusion => unless_new(Danger::UniqueConstraint),
            Operation::AddDomainCheck => Some(Danger::ConstraintValidating),
            Operation::DropSchema => Some(Danger::DropTable),
            Operation::RenameSchema => Some(Danger::RenameTable),
            Operation::AddConstraint
            | Operation::DropConstraint
            | Operation::AlterTable
            | Operation::CreateType
            | Operation::DropType
            | Operation::RenameType
            | Operation::CreateView
            | Operation::DropView
            | Operation::Opaque
            | Operation::SetLockTimeout
            | Operation::SetKeyChecks
            | Operation::Begin
            | Operation::End => None,
        }
    }

    /// Validating in the transaction that added the constraint keeps its lock for as long as the rows are read.
    fn validate(&mut self, statement: &Statement, table: TableId, is_new: bool) -> Option<Danger> {
        if let Some(known) = self.database.of(table) {
            known.validate(&statement.object);
        }
        let holds_lock = self.in_transaction && self.unvalidated.contains(&(table, statement.object.clone()));
        (holds_lock && !is_new).then_some(Danger::ConstraintValidating)
    }

    fn drop_table(&mut self, index: usize, subject: &Subject<'_>) -> Option<Danger> {
        self.database.tables.remove(subject.name);
        self.rebuilds.drop(self.database, subject.name, subject.id);
        let never_was = !subject.was_heard_of && self.makes.get(subject.name).is_some_and(|&made| made > index);
        // Doctrine's name for the copy by which it changes a table of SQLite.
        let is_copy = subject.name.starts_with("__temp__");
        let is_safe = subject.is_new || never_was || is_copy || self.remakes.contains(subject.name);
        (!is_safe).then_some(Danger::DropTable)
    }

    fn add_column(&mut self, statement: &Statement, table: TableId) {
        self.added.insert((table, statement.object.clone()));
        for column in &statement.columns {
            if column.is_filled {
                self.filled.insert((table, column.name.clone()));
            }
            if let Some(known) = self.database.of(table) {
                known.add(column);
            }
        }
    }

    fn rename_column(&mut self, statement: &Statement, table: TableId, is_new: bool) -> Option<Danger> {
        if let Some(known) = self.database.of(table) {
            known.rename_column(&statement.object, &statement.detail);
        }
        if self.filled.remove(&(table, statement.object.clone())) {
            self.filled.insert((table, statement.detail.clone()));
        }
        let is_added = self.added.remove(&(table, statement.object.clone()));
        if is_added {
            self.added.insert((table, statement.detail.clone()));
        }
        (!is_new && !is_added).then_some(Danger::RenameColumn)
    }

    fn change_type(&mut self, statement: &Statement, table: TableId, is_new: bool) -> Option<Danger> {
        let said = statement.columns.first().map_or("", |column| column.kind.as_str());
        let known = self.database.of(table)?;
        let from = if said.is_empty() { known.kind(&statement.object) } else { said };
        let is_rebuilt = known.is_indexed(&statement.object) && types::builds_indexes(from, &statement.detail);
        let is_free = self.is_mysql && types::is_free_on_mysql(from, &statement.detail);
        let is_widening = types::is_widening(from, &statement.detail) && !is_rebuilt;
        // MySQL copies the table for nearly every other type, one that all values fit too.
        let is_copied = self.is_mysql && is_widening && !from.is_empty();
        known.change(&statement.object, &statement.detail);
        if is_new || is_free || self.added.contains(&(table, statement.object.clone())) {
            return None;
        }
        if is_widening { is_copied.then_some(Danger::TableRewrite) } else { Some(Danger::ChangeColumnType) }
    }

    /// A column that is stated anew: what changes is told by what is known of it.
    fn state(&mut self, statement: &Statement, table: TableId, is_new: bool) -> Option<Danger> {
        let is_added = is_new || self.added.contains(&(table, statement.object.clone()));
        let known = self.database.of(table)?;
        let column = known.column(&statement.object)?;
        if statement.operation == Operation::StateNotNull {
            let is_changed = !column.is_required;
            column.is_required = true;
            return (is_changed && !is_new).then_some(Danger::SetNotNull);
        }
        let is_told = !column.kind.is_empty() && !statement.detail.is_empty();
        let is_widening = types::is_widening(&column.kind, &statement.detail);
        statement.detail.clone_into(&mut column.kind);
        (is_told && !is_widening && !is_added).then_some(Danger::ChangeColumnType)
    }

    fn remember_check(&mut self, statement: &Statement, table: TableId, is_valid: bool) {
        if statement.detail == NOT_NULL
            && let (Some(known), Some(column)) = (self.database.of(table), statement.columns.first())
        {
            known.check(&statement.object, &column.name, is_valid);
        }
    }

    /// Whether all columns of a constraint were added by this migration and hold nothing in old rows.
    fn are_empty(&self, statement: &Statement, table: TableId) -> bool {
        let is_empty = |column: &str| {
            let key = (table, column.to_owned());
            self.added.contains(&key) && !self.filled.contains(&key)
        };
        !statement.columns.is_empty() && statement.columns.iter().all(|column| is_empty(&column.name))
    }

    fn update(&mut self, statement: &Statement, table: TableId, is_new: bool) -> Option<Danger> {
        let added = |column: &str| self.added.contains(&(table, column.to_owned()));
        let fills_only_new =
            !statement.columns.is_empty() && statement.columns.iter().all(|column| added(&column.name));
        if statement.columns.is_empty() {
            let all = self.added.iter().filter(|(owner, _)| *owner == table).cloned();
            self.filled.extend(all);
        }
        self.filled.extend(statement.columns.iter().map(|column| (table, column.name.clone())));
        let is_all = statement.operation == Operation::UpdateAll;
        (is_all && !is_new && !fills_only_new).then_some(Danger::DataLoss)
    }
}

/// The new name of a renamed table or type, in the schema of the old one.
pub(super) fn renamed(statement: &Statement) -> String {
    match statement.table.rsplit_once('.') {
        Some((schema, _)) if !statement.object.contains('.') => format!("{schema}.{}", statement.object),
        _ => statement.object.clone(),
    }
}

/// An index's name without its schema.
pub(super) fn bare(index: &str) -> &str {
    index.rsplit('.').next().unwrap_or(index)
}
