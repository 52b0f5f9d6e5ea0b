//! What follows from histories of migrations: their way back, their journal, what is wrong with their order, and the data
//! and the copies of data beside them.

use super::{Attributes, Value};

/// Migrations of a history that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationWayBack {
    /// The tool's id.
    pub tool: String,
    /// The tool's name as people write it.
    pub title: String,
    /// The folder of the history.
    pub history: String,
    /// How many migrations have a way back.
    pub reversible: u64,
    /// How many there are.
    pub count: u64,
}

impl Attributes for MigrationWayBack {
    const FIELDS: &'static [&'static str] = &["tool", "title", "history", "reversible", "count", "share"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "title" => Value::Text(&self.title),
            "history" => Value::Text(&self.history),
            "reversible" => Value::Number(self.reversible),
            "count" => Value::Number(self.count),
            "share" => Value::Text(if self.reversible * 2 >= self.count { "most" } else { "some" }),
            _ => return None,
        })
    }
}

/// What a tool keeps of a history is in the repository: a lock, a journal, the schema that it ends in, one head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLock {
    /// The tool's id.
    pub tool: String,
    /// The tool's name as people write it.
    pub title: String,
    /// What it is: `migration_lock.toml`, `one head`.
    pub what: String,
}

impl Attributes for HistoryLock {
    const FIELDS: &'static [&'static str] = &["tool", "title", "what"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "title" => Value::Text(&self.title),
            "what" => Value::Text(&self.what),
            _ => return None,
        })
    }
}

/// Something is wrong with the order of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationDisorder {
    /// The tool's id.
    pub tool: String,
    /// `duplicate`, `fork`, `unknown-predecessor`, `stray`, `gap` or `journal`.
    pub problem: &'static str,
    /// What is wrong and what comes of it, as a sentence without its full stop.
    pub explanation: String,
}

impl Attributes for MigrationDisorder {
    const FIELDS: &'static [&'static str] = &["tool", "problem", "explanation"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "problem" => Value::Text(self.problem),
            "explanation" => Value::Text(&self.explanation),
            _ => return None,
        })
    }
}

/// A pipeline starts the program so that it applies its own migrations, or runs tests that apply them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationTrial {
    /// The command.
    pub command: String,
    /// `switch`: the program is told to. `tests`: its tests do it, of which this is one of the places that show it.
    pub by: &'static str,
    /// What this place shows.
    pub shows: String,
    /// It runs before a change is merged.
    pub on_change: bool,
    /// Whether its failure stops the pipeline.
    pub can_fail: bool,
}

impl Attributes for MigrationTrial {
    const FIELDS: &'static [&'static str] = &["command", "by", "shows", "on-change", "can-fail"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "command" => Value::Text(&self.command),
            "by" => Value::Text(self.by),
            "shows" => Value::Text(&self.shows),
            "on-change" => Value::Flag(self.on_change),
            "can-fail" => Value::Flag(self.can_fail),
            _ => return None,
        })
    }
}

/// Something saves the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseBackup {
    /// What shows it: a command, a setting.
    pub what: String,
    /// `before-migrations`, `managed` (the provider does it, as code asks), `standing` (by itself, again and again) or
    /// `script` (when something runs it).
    pub how: &'static str,
}

impl Attributes for DatabaseBackup {
    const FIELDS: &'static [&'static str] = &["what", "how"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "what" => Value::Text(&self.what),
            "how" => Value::Text(self.how),
            _ => return None,
        })
    }
}

/// Data for development or tests that can be loaded into the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedData {
    /// What shows it: `prisma/seed.ts`, the task `db:seed`.
    pub what: String,
}

impl Attributes for SeedData {
    const FIELDS: &'static [&'static str] = &["what"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "what" => Value::Text(&self.what),
            _ => return None,
        })
    }
}
