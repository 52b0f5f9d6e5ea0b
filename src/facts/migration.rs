//! Migrations: SQL scripts, schema declarations, and what they change.

use super::{Attributes, Span, Value};

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// The name in rules and reports.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $text),+ } }
        }
    };
}

names! {
    /// What a statement does to the schema, as written.
    Operation {
        /// A table or a materialised view is created.
        CreateTable = "create-table",
        /// A table is created unless it exists (`IF NOT EXISTS`).
        CreateTableIfMissing = "create-table-if-missing",
        /// A table is dropped.
        DropTable = "drop-table",
        /// A table gets another name; the object is the new one.
        RenameTable = "rename-table",
        /// A column is added that may be empty, has a default or fills itself.
        AddColumn = "add-column",
        /// A column is added that must have a value, and nothing gives it one.
        AddRequiredColumn = "add-required-column",
        /// A column is dropped.
        DropColumn = "drop-column",
        /// A column gets another name; the object is the old one, the detail the new one.
        RenameColumn = "rename-column",
        /// A column gets another type; the object is the column, the detail the new type.
        ChangeType = "change-type",
        /// A column is stated anew; its type changes where it is known to have had another one. The detail is the type.
        StateType = "state-type",
        /// A column is stated anew and must have a value, which is new where it is known to have been without.
        StateNotNull = "state-not-null",
        /// A column must have a value from now on.
        SetNotNull = "set-not-null",
        /// An index is built; writes wait.
        CreateIndex = "create-index",
        /// An index is built while writes go on.
        CreateIndexConcurrently = "create-index-concurrently",
        /// An index is dropped; its table waits.
        DropIndex = "drop-index",
        /// An index is dropped while reads and writes go on.
        DropIndexConcurrently = "drop-index-concurrently",
        /// A foreign key is added and all rows are checked; the detail is the table that it refers to.
        AddForeignKey = "add-foreign-key",
        /// A check is added and all rows are checked; the detail is `not-null` where it says `IS NOT NULL` of its one column.
        AddCheck = "add-check",
        /// A unique constraint is added, which builds its index.
        AddUnique = "add-unique",
        /// A primary key is added, which builds its index.
        AddPrimaryKey = "add-primary-key",
        /// A constraint is added that old rows need not meet (`NOT VALID`); the detail as that of a check.
        AddUnvalidated = "add-unvalidated",
        /// A constraint is added without a scan: it takes an index that is there.
        AddConstraint = "add-constraint",
        /// Old rows are checked against a constraint.
        ValidateConstraint = "validate-constraint",
        /// A constraint is dropped.
        DropConstraint = "drop-constraint",
        /// A table is altered in a way that only takes a lock.
        AlterTable = "alter-table",
        /// Every row of a table is updated; the columns are those that are set.
        UpdateAll = "update-all",
        /// Some rows of a table are updated.
        UpdateSome = "update-some",
        /// Every row of a table is deleted.
        DeleteAll = "delete-all",
        /// A table is emptied.
        Truncate = "truncate",
        /// A limit is set on the time that a statement waits for a lock.
        SetLockTimeout = "set-lock-timeout",
        /// A transaction begins.
        Begin = "begin",
        /// A transaction ends, or the tool's own one is left.
        End = "end",
    }
}

names! {
    /// What is dangerous about a change, by the name of its rule in `migrations`.
    Danger {
        /// A table is dropped.
        DropTable = "drop-table",
        /// A column is dropped.
        DropColumn = "drop-column",
        /// A required column without a default is added.
        NotNullWithoutDefault = "not-null-without-default",
        /// An index is built or dropped under a lock.
        BlockingIndex = "blocking-index",
        /// A table gets another name.
        RenameTable = "rename-table",
        /// A column gets another name.
        RenameColumn = "rename-column",
        /// A column gets a type that values may not fit, or that rewrites the table.
        ChangeColumnType = "change-column-type",
        /// A column that may hold `NULL` must not any more.
        SetNotNull = "set-not-null",
        /// Rows are checked against a new constraint under its lock.
        ConstraintValidating = "constraint-validating",
        /// A constraint builds its index under a lock.
        UniqueConstraint = "unique-constraint",
        /// `CONCURRENTLY` inside a transaction.
        ConcurrentlyInTransaction = "concurrently-in-transaction",
        /// A lock is waited for without a limit.
        MissingLockTimeout = "missing-lock-timeout",
        /// Every row is deleted or overwritten.
        DataLoss = "data-loss",
    }
}

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
    /// What else the operation says; see [`Operation`].
    pub detail: String,
    /// Where it is.
    pub span: Span,
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

/// A declaration of the schema by an object-relational mapper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaDefinition {
    /// The tool's id: `prisma`.
    pub tool: String,
    /// `postgresql`, `mysql`, `sqlite`, `mongodb`, …; `""` where it is not said.
    pub engine: String,
}

impl Attributes for SchemaDefinition {
    const FIELDS: &'static [&'static str] = &["tool", "engine"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "engine" => Value::Text(&self.engine),
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationScript {
    /// The tool's id.
    pub tool: String,
    /// The version that the file itself says, else the one in its name.
    pub version: String,
    /// The version that it follows, where the file says so (Alembic).
    pub follows: Option<String>,
    /// Whether it says that it is a first migration or replaces earlier ones.
    pub is_baseline: bool,
    /// What it does to the schema, in order, as far as it is understood.
    pub statements: Vec<Statement>,
    /// Whether everything in it that may change the schema was read.
    pub understood: bool,
    /// Whether it asks its tool for no transaction.
    pub no_transaction: bool,
}

/// A setting, outside of migrations, that limits how long statements wait for locks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockTimeout;

impl Attributes for LockTimeout {
    const FIELDS: &'static [&'static str] = &[];

    fn value(&self, _field: &str) -> Option<Value<'_>> {
        None
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
}

impl Attributes for Migration {
    const FIELDS: &'static [&'static str] = &["tool", "version", "history", "position", "understood"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "version" => Value::Text(&self.version),
            "history" => Value::Text(&self.history),
            "position" => Value::Number(self.position),
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
}

impl Attributes for MigrationHistory {
    const FIELDS: &'static [&'static str] =
        &["tool", "title", "history", "engine", "count", "first", "last", "summary", "unread", "understood"];

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
            _ => return None,
        })
    }
}

/// The repository owns a relational schema: what shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationalSchema {
    /// The engine, `""` where it is not known.
    pub engine: String,
    /// `history`, `definition`, `script` or `tool`.
    pub shown_by: &'static str,
    /// The id of the tool that shows it, `""` for plain SQL.
    pub tool: String,
    /// The tool's name as people write it, `SQL` for plain SQL.
    pub title: String,
}

impl Attributes for RelationalSchema {
    const FIELDS: &'static [&'static str] = &["engine", "shown-by", "tool", "title"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "engine" => Value::Text(&self.engine),
            "shown-by" => Value::Text(self.shown_by),
            "tool" => Value::Text(&self.tool),
            "title" => Value::Text(&self.title),
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
}

impl Attributes for SchemaChange {
    const FIELDS: &'static [&'static str] = &["danger", "operation", "table", "object", "detail", "tool", "engine"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "danger" => Value::Text(self.danger.name()),
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
