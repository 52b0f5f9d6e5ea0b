//! A table that is made anew in one migration, as SQLite changes tables: what the new one is without.

use std::collections::BTreeMap;

use super::database::{Database, TableId};

/// The tables that a migration took away, and what those that came in their place are without.
#[derive(Debug, Default)]
pub(super) struct Rebuilds {
    /// Dropped tables, by name.
    dropped: BTreeMap<String, TableId>,
    /// Names under which old tables were put aside, each with the old name.
    aside: BTreeMap<String, String>,
    lost: Vec<Lost>,
}

/// A column that a table is without since it was made anew.
#[derive(Debug)]
pub(super) struct Lost {
    pub(super) table: String,
    /// The table as it was.
    pub(super) old: TableId,
    pub(super) column: String,
}

impl Rebuilds {
    /// A table is dropped: gone, or what was left of one that was made anew.
    pub(super) fn drop(&mut self, database: &Database, name: &str, id: TableId) {
        if let Some(old) = self.aside.remove(name)
            && let Some(&new) = database.tables.get(&old)
        {
            return self.compare(database, &old, id, new);
        }
        self.dropped.insert(name.to_owned(), id);
    }

    /// An old table gets another name, and the migration makes one of the old name.
    pub(super) fn put_aside(&mut self, old: &str, new: &str) {
        self.aside.insert(new.to_owned(), old.to_owned());
    }

    /// A new table gets the name of one that was dropped.
    pub(super) fn replace(&mut self, database: &Database, name: &str, id: TableId) {
        if let Some(old) = self.dropped.remove(name) {
            self.compare(database, name, old, id);
        }
    }

    /// What was lost since it was last asked.
    pub(super) fn take_lost(&mut self) -> Vec<Lost> {
        std::mem::take(&mut self.lost)
    }

    fn compare(&mut self, database: &Database, name: &str, old: TableId, new: TableId) {
        let lost = database.lost(old, new).into_iter();
        self.lost.extend(lost.map(|column| Lost { table: name.to_owned(), old, column }));
    }
}
