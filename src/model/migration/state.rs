//! The schema that migrations leave behind, replayed statement by statement from an empty database, and the statements
//! that could not run there.

use std::collections::{BTreeMap, BTreeSet};

use super::history::History;
use super::replay::{bare, renamed};
use super::table::{ColumnState, Index, Key, Table, is_of_tool};
use crate::facts::{
    Constraint, ConstraintKind, MATERIALIZED_VIEW, MODEL_STAYS, NOT_NULL, OPEN_TABLE, Operation, Place, RepoPath, Role,
    Statement,
};

/// A statement that an empty database would refuse at this point.
#[derive(Debug)]
pub(super) struct Break {
    pub(super) place: Place,
    pub(super) role: Role,
    pub(super) explanation: String,
}

/// Whose statements are applied.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin<'a> {
    pub(super) path: &'a RepoPath,
    pub(super) role: Role,
    /// The migration's name, `""` for a declared schema.
    pub(super) version: &'a str,
}

impl Origin<'_> {
    fn place(&self, statement: &Statement) -> Place {
        Place { path: self.path.clone(), span: statement.span }
    }
}

/// The schema that a history ends in.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub(super) tables: BTreeMap<String, Table>,
    pub(super) breaks: Vec<Break>,
    /// Why the history cannot be judged as a whole; `""` where it can.
    pub(super) doubt: String,
    /// Whether names in quotes keep their case.
    keeps_case: bool,
    /// Whether a table that a new one refers to need not exist: SQLite looks when rows come, MySQL reads a reference
    /// beside a column and forgets it.
    takes_references_on_trust: bool,
    types: BTreeSet<String>,
    views: BTreeSet<String>,
    /// Tables and types that any statement of the history makes.
    made: BTreeSet<String>,
    /// Tables that something else in the repository makes, in lower case.
    elsewhere: BTreeSet<String>,
}

impl Schema {
    /// The empty schema of an engine.
    pub(super) fn new(engine: &str) -> Self {
        let takes_references_on_trust = matches!(engine, "sqlite" | "mysql");
        Self { keeps_case: engine == "postgresql", takes_references_on_trust, ..Self::default() }
    }

    /// Replays a history. `elsewhere` are tables that something else in the repository makes.
    pub(super) fn replay(history: &History<'_>, engine: &str, elsewhere: &BTreeSet<String>) -> Self {
        let mut schema = Self::new(engine);
        if engine == "clickhouse" {
            return schema;
        }
        schema.elsewhere.clone_from(elsewhere);
        let statements = || history.migrations.iter().flat_map(|step| step.statements);
        schema.made = statements().filter(|one| makes(one.operation)).map(|one| schema.fold(made_name(one))).collect();
        let present: BTreeSet<&str> = history.migrations.iter().map(|step| step.version.as_str()).collect();
        for (index, step) in history.migrations.iter().enumerate() {
            if step.replaces.iter().any(|name| present.contains(name.as_str())) {
                // What it stands for is applied one by one.
                continue;
            }
            if step.begins && index > 0 {
                schema.remark(format!("`{}` stands for earlier migrations", step.version));
            }
            let origin = Origin { path: &step.place.path, role: step.role, version: &step.version };
            schema.run(origin, step.statements);
            if !step.understood {
                schema.remark(format!("`{}` holds statements that were not read", step.version));
            }
        }
        schema
    }

    /// Applies statements, and notes those that could not run.
    pub(super) fn run(&mut self, origin: Origin<'_>, statements: &[Statement]) {
        for statement in statements {
            if let Some(problem) = self.apply(origin, statement)
                && self.doubt.is_empty()
                && !statement.is_lenient
            {
                let explanation = format!("`{}` {problem}", origin.version);
                self.breaks.push(Break { place: origin.place(statement), role: origin.role, explanation });
            }
        }
    }

    fn remark(&mut self, doubt: String) {
        if self.doubt.is_empty() {
            self.doubt = doubt;
        }
    }

    /// A name as the engine compares it.
    pub(super) fn fold(&self, name: &str) -> String {
        if self.keeps_case { name.to_owned() } else { name.to_ascii_lowercase() }
    }

    /// Whether there is a view of that name.
    pub(super) fn has_view(&self, name: &str) -> bool {
        self.views.contains(&self.fold(name))
    }

    /// Applies a statement; what is wrong with it at this point.
    fn apply(&mut self, origin: Origin<'_>, statement: &Statement) -> Option<String> {
        let name = self.fold(&statement.table);
        match statement.operation {
            Operation::CreateTable | Operation::CreateTableIfMissing => return self.create(origin, statement, name),
            Operation::CreateType => {
                let is_new = self.types.insert(name.clone());
                return (!is_new).then(|| format!("creates the type `{name}`, which exists already"));
            }
            Operation::DropType => {
                let was_there = self.types.remove(&name);
                return (!was_there && self.made.contains(&name))
                    .then(|| format!("drops the type `{name}`, which does not exist here"));
            }
            Operation::RenameType => {
                self.types.remove(&name);
                self.types.insert(self.fold(&renamed(statement)));
                return None;
            }
            Operation::CreateView => {
                self.views.insert(name);
                return None;
            }
            Operation::DropView => {
                self.views.remove(&name);
                return None;
            }
            Operation::Opaque => {
                self.remark(format!("`{}` runs code that was not read", origin.version));
                return None;
            }
            Operation::DropIndex | Operation::DropIndexConcurrently => {
                self.drop_index(statement, &name);
                return None;
            }
            Operation::DropSchema | Operation::RenameSchema => {
                self.remark(format!("`{}` drops or renames a schema", origin.version));
                return None;
            }
            Operation::SetLockTimeout
            | Operation::SetKeyChecks
            | Operation::Begin
            | Operation::End
            | Operation::UpdateSome
            | Operation::AddDomainCheck
            | Operation::Reindex
            | Operation::RewriteTable => return None,
            _ => {}
        }
        if !self.tables.contains_key(&name) {
            return self.absent(statement, &name);
        }
        self.alter(origin, statement, &name)
    }

    fn create(&mut self, origin: Origin<'_>, statement: &Statement, name: String) -> Option<String> {
        if statement.detail == MATERIALIZED_VIEW {
            // Views go with what they stand on, unseen.
            self.views.insert(name);
            return None;
        }
        if let Some(table) = self.tables.get_mut(&name) {
            table.is_open |= statement.operation == Operation::CreateTableIfMissing && statement.detail == OPEN_TABLE;
            return (statement.operation == Operation::CreateTable)
                .then(|| format!("creates `{name}`, which exists already"));
        }
        let place = origin.place(statement);
        let is_open = statement.detail == OPEN_TABLE;
        let mut table = Table { is_open, place: Some((place.clone(), origin.role)), ..Table::default() };
        for column in &statement.columns {
            let state = ColumnState { kind: column.kind.clone(), place: place.clone() };
            table.columns.insert(self.fold(&column.name), state);
        }
        for constraint in &statement.constraints {
            self.constrain(&mut table, &name, constraint, &place, origin.role);
        }
        let unknown = statement.columns.iter().find(|column| self.is_type_of_later(&column.kind));
        let problem = unknown
            .map(|column| format!("`{name}.{}` has the type `{}`, which does not exist yet", column.name, column.kind));
        let references = statement.constraints.iter().filter(|one| one.kind == ConstraintKind::ForeignKey);
        let missing = references
            .map(|one| self.fold(&one.references))
            .find(|table| *table != name && !self.tables.contains_key(table) && self.made.contains(table))
            .filter(|_| !self.takes_references_on_trust);
        self.tables.insert(name.clone(), table);
        problem.or_else(|| missing.map(|table| format!("`{name}` refers to `{table}`, which does not exist yet")))
    }

    /// Adds a constraint to a table.
    fn constrain(&self, table: &mut Table, name: &str, constraint: &Constraint, place: &Place, role: Role) {
        let written = constraint.name.as_str();
        let columns: Vec<String> = constraint.columns.iter().map(|column| self.fold(column)).collect();
        let implied = |ending: &str| format!("{}_{}_{ending}", bare(name), columns.join("_"));
        let named = |ending: &str| if written.is_empty() { implied(ending) } else { self.fold(written) };
        match constraint.kind {
            ConstraintKind::ForeignKey => {
                let references = self.fold(&constraint.references);
                table.keys.push(Key { name: named("fkey"), columns, references, place: place.clone(), role });
            }
            ConstraintKind::PrimaryKey | ConstraintKind::Unique | ConstraintKind::Index => {
                let name = match constraint.kind {
                    ConstraintKind::PrimaryKey if written.is_empty() => format!("{}_pkey", bare(name)),
                    ConstraintKind::Unique => named("key"),
                    _ => named("idx"),
                };
                table.indexes.push(Index { name, columns, kind: String::new() });
            }
        }
    }

    /// A table is not there: what is wrong, where that is certain.
    fn absent(&mut self, statement: &Statement, name: &str) -> Option<String> {
        let is_made = self.made.contains(name);
        if name.is_empty()
            || is_of_tool(name)
            || self.views.contains(name)
            || statement.operation == Operation::DropTable && !is_made
        {
            return None;
        }
        if self.elsewhere.contains(&name.to_ascii_lowercase()) {
            self.remark(format!("`{}` is made by something else than these migrations", statement.table));
            return None;
        }
        // A schema that these migrations make no table in is somebody else's.
        let is_foreign = name.rsplit_once('.').is_some_and(|(schema, _)| {
            !self.made.iter().any(|one| one.rsplit_once('.').is_some_and(|(own, _)| own == schema))
        });
        if is_foreign {
            return None;
        }
        let verb = match statement.operation {
            Operation::DropTable => "drops",
            Operation::CreateIndex | Operation::CreateIndexConcurrently => "indexes",
            Operation::UpdateAll | Operation::DeleteAll | Operation::Truncate => "changes rows of",
            _ => "alters",
        };
        let why = if is_made { "which does not exist at that point" } else { "which no migration creates" };
        Some(format!("{verb} `{}`, {why}", statement.table))
    }

    /// Whether a type is one that a later statement makes.
    fn is_type_of_later(&self, kind: &str) -> bool {
        let plain = self.fold(kind.trim_end_matches("[]").trim().trim_matches('"'));
        self.made.contains(&plain) && !self.types.contains(&plain) && !self.tables.contains_key(&plain)
    }

    /// Changes a table that is there.
    fn alter(&mut self, origin: Origin<'_>, statement: &Statement, name: &str) -> Option<String> {
        let object = self.fold(&statement.object);
        match statement.operation {
            Operation::DropTable => {
                self.tables.remove(name);
                self.tables.values_mut().for_each(|table| table.keys.retain(|key| key.references != name));
                None
            }
            Operation::RenameTable => self.rename(statement, name),
            Operation::AddColumn | Operation::AddRequiredColumn => {
                let kind = statement.columns.first().map(|column| column.kind.clone()).unwrap_or_default();
                let is_later = self.is_type_of_later(&kind);
                let table = self.tables.get_mut(name)?;
                if table.columns.contains_key(&object) {
                    return Some(format!("adds `{name}.{object}`, which exists already"));
                }
                table
                    .columns
                    .insert(object.clone(), ColumnState { kind: kind.clone(), place: origin.place(statement) });
                is_later.then(|| format!("`{name}.{object}` has the type `{kind}`, which does not exist yet"))
            }
            // A field of Django that is a table of pairs is removed as a column would be.
            Operation::DropColumn if self.tables.remove(&format!("{name}_{object}")).is_some() => None,
            Operation::DropColumn => {
                let table = self.tables.get_mut(name)?;
                let was_there = table.columns.remove(&object).is_some() || table.is_open;
                table.indexes.retain(|index| !index.columns.contains(&object));
                table.keys.retain(|key| !key.columns.contains(&object));
                (!was_there).then(|| format!("drops `{name}.{object}`, which does not exist there"))
            }
            Operation::RenameColumn => {
                let new = self.fold(&statement.detail);
                self.tables.get_mut(name)?.rename_column(name, &object, &new)
            }
            Operation::ChangeType | Operation::SetNotNull | Operation::StateType | Operation::StateNotNull => {
                let is_later = statement.operation == Operation::ChangeType && self.is_type_of_later(&statement.detail);
                let table = self.tables.get_mut(name)?;
                if !table.has(&object) {
                    return Some(format!("alters `{name}.{object}`, which does not exist there"));
                }
                let is_retyped = matches!(statement.operation, Operation::ChangeType | Operation::StateType);
                if let Some(column) = table.columns.get_mut(&object).filter(|_| is_retyped) {
                    column.kind.clone_from(&statement.detail);
                }
                is_later.then(|| {
                    format!("`{name}.{object}` gets the type `{}`, which does not exist yet", statement.detail)
                })
            }
            Operation::CreateIndex | Operation::CreateIndexConcurrently => {
                let columns: Vec<String> = statement.columns.iter().map(|column| self.fold(&column.name)).collect();
                let table = self.tables.get_mut(name)?;
                let missing = columns.iter().find(|column| !table.has(column)).cloned();
                table.indexes.push(Index { name: bare(&object).to_owned(), columns, kind: statement.detail.clone() });
                missing.map(|column| format!("indexes `{name}.{column}`, which does not exist there"))
            }
            Operation::AddForeignKey | Operation::AddUnique | Operation::AddPrimaryKey | Operation::AddUnvalidated => {
                self.add_constraint(origin, statement, name)
            }
            Operation::DropConstraint => {
                self.drop_constraint(&object, name);
                None
            }
            _ => None,
        }
    }

    fn rename(&mut self, statement: &Statement, name: &str) -> Option<String> {
        if statement.detail == MODEL_STAYS {
            return None;
        }
        let new = self.fold(&renamed(statement));
        let mut table = self.tables.remove(name)?;
        // Django's models may know the new name before the database does.
        let taken = self.tables.remove(&new);
        table.is_open |= taken.as_ref().is_some_and(|taken| taken.is_open);
        let is_taken = taken.is_some();
        self.tables.insert(new.clone(), table);
        for key in self.tables.values_mut().flat_map(|table| &mut table.keys).filter(|key| key.references == name) {
            key.references.clone_from(&new);
        }
        is_taken.then(|| format!("renames `{name}` to `{new}`, which exists already"))
    }

    fn add_constraint(&mut self, origin: Origin<'_>, statement: &Statement, name: &str) -> Option<String> {
        let kind = match statement.operation {
            Operation::AddPrimaryKey => ConstraintKind::PrimaryKey,
            Operation::AddUnique => ConstraintKind::Unique,
            Operation::AddUnvalidated if statement.detail.is_empty() || statement.detail == NOT_NULL => return None,
            _ => ConstraintKind::ForeignKey,
        };
        let columns: Vec<String> = statement.columns.iter().map(|column| column.name.clone()).collect();
        let references = if kind == ConstraintKind::ForeignKey { statement.detail.clone() } else { String::new() };
        let constraint = Constraint { kind, name: statement.object.clone(), columns, references };
        let mut table = self.tables.remove(name)?;
        let missing = constraint.columns.iter().find(|column| !table.has(&self.fold(column))).cloned();
        self.constrain(&mut table, name, &constraint, &origin.place(statement), origin.role);
        self.tables.insert(name.to_owned(), table);
        if let Some(column) = missing {
            return Some(format!("constrains `{name}.{column}`, which does not exist there"));
        }
        let referred = self.fold(&constraint.references);
        let is_absent = kind == ConstraintKind::ForeignKey
            && !referred.is_empty()
            && !self.tables.contains_key(&referred)
            && !self.elsewhere.contains(&referred.to_ascii_lowercase())
            && self.made.contains(&referred);
        is_absent.then(|| format!("`{name}` refers to `{referred}`, which does not exist at that point"))
    }

    fn drop_index(&mut self, statement: &Statement, name: &str) {
        let object = self.fold(bare(&statement.object));
        let tables = self.tables.iter_mut().filter(|(table, _)| name.is_empty() || *table == name);
        for (_, table) in tables {
            let before = table.indexes.len();
            table.indexes.retain(|index| index.name != object || object.is_empty());
            // Its name is not known: what is left may be what was dropped.
            table.has_lost_constraints |= !name.is_empty() && before == table.indexes.len();
        }
    }

    fn drop_constraint(&mut self, object: &str, name: &str) {
        let Some(table) = self.tables.get_mut(name) else { return };
        let before = table.keys.len() + table.indexes.len();
        if !object.is_empty() {
            table.keys.retain(|key| key.name != object);
            table.indexes.retain(|index| index.name != object);
        }
        table.has_lost_constraints |= before == table.keys.len() + table.indexes.len() && !table.keys.is_empty();
    }
}

fn makes(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::CreateTable
            | Operation::CreateTableIfMissing
            | Operation::RenameTable
            | Operation::CreateType
            | Operation::RenameType
    )
}

/// The name that a statement makes.
fn made_name(statement: &Statement) -> &str {
    match statement.operation {
        Operation::RenameTable | Operation::RenameType => &statement.object,
        _ => &statement.table,
    }
}
