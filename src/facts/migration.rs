//! Migrations: SQL scripts, schema declarations, and what they change.

use super::{Attributes, Danger, Operation, Span, Value};

/// The detail of a check whose one condition is that its column is not empty.
pub const NOT_NULL: &str = "not-null";

/// A column that a statement names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as SQL writes it, in lower case; `""` where it is not known.
    pub kind: String,
    /// Whether rows that exist get a value in it.
    pub is_filled: bool,
    /// Whether it must have a value.
    pub is_required: bool,
}

impl Column {
    /// A column of which only the name is known.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

/// What a constraint or index of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintKind {
    /// The primary key.
    PrimaryKey,
    /// A unique constraint.
    Unique,
    /// A foreign key.
    ForeignKey,
    /// An index without a constraint.
    Index,
}

/// A constraint that a table is created with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// What it is.
    pub kind: ConstraintKind,
    /// Its name, `""` where the database gives it one.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// The table that a foreign key refers to, `""` otherwise.
    pub references: String,
}

/// The detail of a new table that may have columns which its statement does not write.
pub const OPEN_TABLE: &str = "open";

/// The detail of a new name for the table of a model, which later migrations go on naming by the model.
pub const MODEL_STAYS: &str = "model";

/// The detail of an index for texts or places, `FULLTEXT` and `SPATIAL`.
pub const TEXT_INDEX: &str = "text";

/// Details of an added column for which each row is written, and of a statement that writes a table anew.
pub const REWRITE_VOLATILE: &str = "a default that differs from row to row";
/// A column that counts.
pub const REWRITE_SERIAL: &str = "a number for every row";
/// A column that is computed and stored.
pub const REWRITE_STORED: &str = "a value that is computed for every row";
/// `VACUUM FULL`.
pub const REWRITE_FULL: &str = "VACUUM FULL";
/// `CLUSTER`.
pub const REWRITE_CLUSTER: &str = "CLUSTER";
/// `SET LOGGED`, `SET UNLOGGED`, `SET ACCESS METHOD`.
pub const REWRITE_STORAGE: &str = "a change of how the table is stored";

/// What MySQL is asked to do by a copy of the table.
pub const REWRITE_COPY: &str = "ALGORITHM=COPY";
/// What MySQL is asked to do under a lock.
pub const REWRITE_LOCK: &str = "a LOCK that it asks for";
/// Another character set for all texts of a table.
pub const REWRITE_CHARSET: &str = "another character set";
/// A primary key that goes, and none that comes.
pub const REWRITE_KEY: &str = "the loss of its primary key";

/// The detail of a column that is lost because its table is made anew without it.
pub const REBUILT: &str = "rebuilt";

/// The detail of a table that is a materialised view.
pub const MATERIALIZED_VIEW: &str = "materialized-view";

/// A statement of a script, or one action of an `ALTER TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it does.
    pub operation: Operation,
    /// The table, as written without quotes and default schema; `""` where the statement names none.
    pub table: String,
    /// The column, index, constraint or new name; `""` where there is none.
    pub object: String,
    /// The columns that it makes or is about, as far as they are known.
    pub columns: Vec<Column>,
    /// The constraints of a new table.
    pub constraints: Vec<Constraint>,
    /// What else the operation says; see [`Operation`].
    pub detail: String,
    /// Whether it may do nothing: `IF EXISTS`, `IF NOT EXISTS`, a condition around it.
    pub is_lenient: bool,
    /// Where it is.
    pub span: Span,
}

impl Statement {
    /// A statement on a table.
    pub fn new(operation: Operation, table: impl Into<String>, span: Span) -> Self {
        Self {
            operation,
            table: table.into(),
            object: String::new(),
            columns: Vec::new(),
            constraints: Vec::new(),
            detail: String::new(),
            is_lenient: false,
            span,
        }
    }
}

/// A file of SQL, statement by statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlScript {
    /// The statements that change the schema, in order; only those of the forward section.
    pub statements: Vec<Statement>,
    /// Whether every statement that may change the schema was read.
    pub understood: bool,
    /// How many statements it has, of every kind.
    pub total: u64,
    /// Whether it asks its tool for no transaction.
    pub no_transaction: bool,
    /// `mysql` or `sqlite` where the text can be nothing else, `""` otherwise.
    pub dialect: &'static str,
    /// The tool whose section comments the file has: `goose`, `dbmate`, `sql-migrate`; `""` otherwise.
    pub sections: &'static str,
    /// Whether its section for the way back holds statements.
    pub has_way_back: bool,
}

impl Attributes for SqlScript {
    const FIELDS: &'static [&'static str] = &["understood", "dialect", "statements"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "understood" => Value::Flag(self.understood),
            "dialect" => Value::Text(self.dialect),
            "statements" => Value::Number(self.statements.len() as u64),
            _ => return None,
        })
    }
}

/// The file in which a tool keeps the state of its history: Prisma's lock, Drizzle's journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationLock {
    /// The tool's id.
    pub tool: String,
    /// The engine that it names, `""` where it names none.
    pub engine: String,
    /// The migrations that it lists, in order, where it lists them.
    pub versions: Vec<String>,
}

impl Attributes for MigrationLock {
    const FIELDS: &'static [&'static str] = &["tool", "engine"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "engine" => Value::Text(&self.engine),
            _ => return None,
        })
    }
}

/// A migration that is written in a programming language or in a tool's own format.
///
/// A file that holds many of them, as a home-made runner's list does, has one fact for each, in the order of the file.
#[expect(clippy::struct_excessive_bools, reason = "each is something that a file says of itself")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationScript {
    /// The tool's id.
    pub tool: String,
    /// The version that the file itself says, else the one in its name.
    pub version: String,
    /// The versions that it follows, where the file says so (Alembic, Django); several where it merges branches.
    pub follows: Vec<String>,
    /// Whether the file says what it follows, or that it follows nothing.
    pub is_linked: bool,
    /// The earlier versions that it stands for (Django's squashes).
    pub replaces: Vec<String>,
    /// Whether it says that it is a first migration or replaces earlier ones.
    pub is_baseline: bool,
    /// What it does to the schema, in order, as far as it is understood.
    pub statements: Vec<Statement>,
    /// Whether everything in it that may change the schema was read.
    pub understood: bool,
    /// Whether it asks its tool for no transaction.
    pub no_transaction: bool,
    /// Whether it says how it is taken back.
    pub has_way_back: bool,
    /// `mysql` or `sqlite` where the text can be nothing else, `""` otherwise.
    pub dialect: &'static str,
}

impl MigrationScript {
    /// A migration of which nothing but its name is known.
    pub fn new(tool: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            tool: tool.into(),
            version: version.into(),
            follows: Vec::new(),
            is_linked: false,
            replaces: Vec::new(),
            is_baseline: false,
            statements: Vec::new(),
            understood: false,
            no_transaction: false,
            has_way_back: false,
            dialect: "",
        }
    }
}

impl Attributes for MigrationScript {
    const FIELDS: &'static [&'static str] = &["tool", "version"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "version" => Value::Text(&self.version),
            _ => return None,
        })
    }
}

/// A versioned migration of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The tool's id, `home-made` where none is known.
    pub tool: String,
    /// Its name in the history: `0003_add_orders`.
    pub version: String,
    /// Its folder of migrations: what is numbered together.
    pub history: String,
    /// Its place in the history, from 0.
    pub position: u64,
    /// Whether its statements were read.
    pub understood: bool,
    /// `new`, or `old` where newer ones have most likely been applied since.
    pub age: &'static str,
}

impl Attributes for Migration {
    const FIELDS: &'static [&'static str] = &["tool", "version", "history", "position", "understood", "age"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "version" => Value::Text(&self.version),
            "history" => Value::Text(&self.history),
            "position" => Value::Number(self.position),
            "age" => Value::Text(self.age),
            "understood" => Value::Flag(self.understood),
            _ => return None,
        })
    }
}

/// Migrations that are numbered together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationHistory {
    /// The tool's id, `home-made` where none is known.
    pub tool: String,
    /// The tool's name as people write it.
    pub title: String,
    /// Its folder, or the file that holds all of them.
    pub history: String,
    /// `postgresql`, `mysql`, `sqlite`, …; `""` where it is not known.
    pub engine: String,
    /// How many there are.
    pub count: u64,
    /// The first.
    pub first: String,
    /// The last.
    pub last: String,
    /// How many, the first and the last, in words: `3 migrations, from 1_a to 3_c`.
    pub summary: String,
    /// How many of them, after the first, hold statements that were not read.
    pub unread: u64,
    /// Why it cannot be replayed as a whole; `""` where it can.
    pub doubt: String,
}

impl Attributes for MigrationHistory {
    const FIELDS: &'static [&'static str] = &[
        "tool",
        "title",
        "history",
        "engine",
        "count",
        "first",
        "last",
        "summary",
        "unread",
        "understood",
        "doubt",
        "replayed",
    ];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "title" => Value::Text(&self.title),
            "history" => Value::Text(&self.history),
            "engine" => Value::Text(&self.engine),
            "count" => Value::Number(self.count),
            "first" => Value::Text(&self.first),
            "last" => Value::Text(&self.last),
            "summary" => Value::Text(&self.summary),
            "unread" => Value::Number(self.unread),
            "understood" => Value::Flag(self.unread == 0),
            "doubt" => Value::Text(&self.doubt),
            "replayed" => Value::Flag(self.doubt.is_empty()),
            _ => return None,
        })
    }
}

/// A change that a migration makes to a database that is in use: safe changes are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaChange {
    /// What is dangerous about it.
    pub danger: Danger,
    /// What it does, as written.
    pub operation: Operation,
    /// The table, `""` where it could not be told.
    pub table: String,
    /// The column, index or constraint; `""` where there is none.
    pub object: String,
    /// The new name or type, or what else there is to say; `""` where there is none.
    pub detail: String,
    /// The tool's id.
    pub tool: String,
    /// `postgresql`, `mysql`, `sqlite`, …; `""` where it is not known.
    pub engine: String,
    /// That of its migration: `new` or `old`.
    pub age: &'static str,
}

impl Attributes for SchemaChange {
    const FIELDS: &'static [&'static str] =
        &["danger", "operation", "table", "object", "detail", "tool", "engine", "age"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "danger" => Value::Text(self.danger.name()),
            "age" => Value::Text(self.age),
            "operation" => Value::Text(self.operation.name()),
            "table" => Value::Text(&self.table),
            "object" => Value::Text(&self.object),
            "detail" => Value::Text(&self.detail),
            "tool" => Value::Text(&self.tool),
            "engine" => Value::Text(&self.engine),
            _ => return None,
        })
    }
}
