//! A table as the migrations so far leave it: its columns, foreign keys and indexes.

use std::collections::BTreeMap;

use crate::facts::{Place, Role, TEXT_INDEX};

/// A table.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Its columns, by name.
    pub(super) columns: BTreeMap<String, ColumnState>,
    /// Where it was made.
    pub(super) place: Option<(Place, Role)>,
    /// Whether it may have columns that were not seen.
    pub(super) is_open: bool,
    /// Its foreign keys.
    pub(super) keys: Vec<Key>,
    /// Its indexes, with those of its constraints.
    pub(super) indexes: Vec<Index>,
    /// Whether a constraint was dropped of which it is not known which one it is.
    pub(super) has_lost_constraints: bool,
}

/// A column.
#[derive(Debug)]
pub(super) struct ColumnState {
    /// Its type, as far as it is known.
    pub(super) kind: String,
    /// Where it was made.
    pub(super) place: Place,
}

/// A foreign key.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    pub(super) references: String,
    pub(super) place: Place,
    pub(super) role: Role,
}

/// An index.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    /// `partial`, `expression`, `computed` (its columns are not known) or `""`.
    pub(super) kind: String,
}

impl Table {
    /// Whether a column is there, or may be. The column of a reference is known by the field's name too: `user` is
    /// `user_id` for Django.
    pub(super) fn has(&self, column: &str) -> bool {
        let field = column.strip_suffix("_id").unwrap_or(column);
        self.is_open || self.columns.contains_key(column) || self.columns.contains_key(field)
    }

    /// Gives a column another name; what is wrong with that.
    pub(super) fn rename_column(&mut self, name: &str, old: &str, new: &str) -> Option<String> {
        let column = self.columns.remove(old);
        let was_there = column.is_some() || self.is_open;
        let is_taken = column.is_some_and(|column| self.columns.insert(new.to_owned(), column).is_some());
        let lists = self.indexes.iter_mut().map(|index| &mut index.columns);
        for column in lists.chain(self.keys.iter_mut().map(|key| &mut key.columns)).flatten().filter(|one| *one == old)
        {
            new.clone_into(column);
        }
        match () {
            () if !was_there => Some(format!("renames `{name}.{old}`, which does not exist there")),
            () => is_taken.then(|| format!("renames `{name}.{old}` to `{new}`, which exists already")),
        }
    }

    /// Whether an index leads with the columns of a foreign key; `None` where that is not known.
    pub(super) fn leads_with(&self, columns: &[String]) -> Option<bool> {
        let leads = |index: &Index| {
            !matches!(index.kind.as_str(), "partial" | "expression" | TEXT_INDEX)
                && columns.len() <= index.columns.len()
                && index.columns.iter().take(columns.len()).all(|column| columns.contains(column))
        };
        if self.indexes.iter().any(leads) {
            return Some(true);
        }
        let is_unknown =
            columns.is_empty() || self.has_lost_constraints || self.indexes.iter().any(|one| one.kind == "computed");
        (!is_unknown).then_some(false)
    }
}

/// Tables in which tools keep their histories: they make them themselves.
const OWN_TABLES: &[&str] = &[
    "VersionInfo",
    "phinxlog",
    "schema_migrations",
    "__EFMigrationsHistory",
    "flyway_schema_history",
    "alembic_version",
    "django_migrations",
    "knex_migrations",
    "pgmigrations",
    "databasechangelog",
    "goose_db_version",
    "_prisma_migrations",
];

/// Whether a table is one in which a tool keeps its history.
pub(super) fn is_of_tool(name: &str) -> bool {
    OWN_TABLES.iter().any(|own| name.eq_ignore_ascii_case(own))
}
