//! The database as the migrations so far leave it: tables by number, so that a renamed one stays what it is.

use std::collections::{BTreeMap, BTreeSet};

use super::replay::bare;
use crate::facts::{Column, Statement};

/// A table of the database; it keeps its number when it gets another name.
pub(super) type TableId = usize;

/// A table.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Its name, the last one where it is gone.
    pub(super) name: String,
    /// Its columns, as far as they are known.
    columns: BTreeMap<String, Column>,
    /// The columns that indexes and keys lead with or hold.
    indexed: BTreeSet<String>,
    /// Checks that a column is not empty: by name, the column and whether old rows were checked.
    checks: BTreeMap<String, (String, bool)>,
}

impl Table {
    /// Adds what is known of a column.
    pub(super) fn add(&mut self, column: &Column) {
        self.columns.insert(column.name.clone(), column.clone());
    }

    /// What is known of a column.
    pub(super) fn column(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.get_mut(name)
    }

    /// Forgets a column.
    pub(super) fn drop_column(&mut self, name: &str) {
        self.columns.remove(name);
    }

    /// Notes the columns of an index.
    pub(super) fn index(&mut self, columns: &[Column]) {
        self.indexed.extend(columns.iter().map(|column| column.name.clone()));
    }

    /// Whether an index holds a column.
    pub(super) fn is_indexed(&self, column: &str) -> bool {
        self.indexed.contains(column)
    }

    /// The type of a column, `""` where it is not known.
    pub(super) fn kind(&self, column: &str) -> &str {
        self.columns.get(column).map_or("", |column| column.kind.as_str())
    }

    /// Gives a column another type.
    pub(super) fn change(&mut self, name: &str, kind: &str) {
        let column = self.columns.entry(name.to_owned()).or_insert_with(|| Column::named(name));
        kind.clone_into(&mut column.kind);
    }

    /// Gives a column another name.
    pub(super) fn rename_column(&mut self, from: &str, to: &str) {
        if let Some(column) = self.columns.remove(from) {
            self.columns.insert(to.to_owned(), column);
        }
        for (column, _) in self.checks.values_mut().filter(|(column, _)| column == from) {
            to.clone_into(column);
        }
    }

    /// Adds a check that a column is not empty.
    pub(super) fn check(&mut self, name: &str, column: &str, is_valid: bool) {
        self.checks.insert(name.to_owned(), (column.to_owned(), is_valid));
    }

    /// Old rows meet a check from now on.
    pub(super) fn validate(&mut self, name: &str) {
        if let Some((_, is_valid)) = self.checks.get_mut(name) {
            *is_valid = true;
        }
    }

    /// Whether a check that all rows meet says that a column is not empty.
    pub(super) fn is_never_null(&self, column: &str) -> bool {
        self.checks.values().any(|(checked, is_valid)| *is_valid && checked == column)
    }
}

/// The database as the migrations so far leave it.
#[derive(Debug, Default)]
pub(super) struct Database {
    /// Every table that ever was, by number.
    list: Vec<Table>,
    /// The tables that exist, as far as the migrations tell.
    pub(super) tables: BTreeMap<String, TableId>,
    /// Every name that a table ever had.
    pub(super) seen: BTreeSet<String>,
    /// The table of each index.
    pub(super) indexes: BTreeMap<String, TableId>,
}

impl Database {
    /// The columns of a table that the one which takes its place is known to be without.
    pub(super) fn lost(&self, old: TableId, new: TableId) -> Vec<String> {
        let (Some(old), Some(new)) = (self.list.get(old), self.list.get(new)) else { return Vec::new() };
        let stays = |name: &String| new.columns.keys().any(|other| other.eq_ignore_ascii_case(name));
        let is_known = !new.columns.is_empty();
        old.columns.keys().filter(|name| is_known && !stays(name)).cloned().collect()
    }

    /// The table of that name, new where it was not heard of.
    pub(super) fn table(&mut self, name: &str) -> TableId {
        if let Some(&id) = self.tables.get(name) {
            return id;
        }
        let id = self.list.len();
        self.list.push(Table { name: name.to_owned(), ..Table::default() });
        self.tables.insert(name.to_owned(), id);
        self.seen.insert(name.to_owned());
        id
    }

    /// A table by its number.
    pub(super) fn of(&mut self, id: TableId) -> Option<&mut Table> {
        self.list.get_mut(id)
    }

    /// The name of the table that a statement is about; that of its index where it names none, `""` where that is unknown.
    pub(super) fn table_of(&self, statement: &Statement) -> String {
        if statement.table.is_empty() {
            let id = self.indexes.get(bare(&statement.object));
            return id.and_then(|&id| self.list.get(id)).map(|table| table.name.clone()).unwrap_or_default();
        }
        statement.table.clone()
    }

    /// Gives a type another name, in all columns that have it.
    pub(super) fn rename_type(&mut self, from: &str, to: &str) {
        for column in self.list.iter_mut().flat_map(|table| table.columns.values_mut()) {
            if column.kind.eq_ignore_ascii_case(from) {
                to.clone_into(&mut column.kind);
            }
        }
    }

    /// Gives a table another name.
    pub(super) fn rename(&mut self, from: &str, to: &str) {
        let id = self.table(from);
        self.tables.remove(from);
        self.tables.insert(to.to_owned(), id);
        self.seen.insert(to.to_owned());
        if let Some(table) = self.list.get_mut(id) {
            to.clone_into(&mut table.name);
        }
    }
}
