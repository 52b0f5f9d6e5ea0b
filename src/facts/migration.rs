//! Migrations: SQL scripts, schema declarations, and what they change.

use super::{Attributes, Span, Value};

macro_rules! operations {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// What a statement does to the schema or the data, by the names of the rules in `migrations`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Operation { $($(#[$doc])* $variant),+ }

        impl Operation {
            /// The name in rules and reports.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name),+ } }
        }
    };
}

operations! {
    /// A table is created.
    CreateTable = "create-table",
    /// A table is dropped.
    DropTable = "drop-table",
    /// A column is added.
    AddColumn = "add-column",
    /// A column is dropped.
    DropColumn = "drop-column",
    /// A required column without a default is added.
    NotNullWithoutDefault = "not-null-without-default",
    /// An index is built or dropped under a lock.
    BlockingIndex = "blocking-index",
    /// A table gets another name.
    RenameTable = "rename-table",
    /// Something that is understood and harmless here.
    Other = "other",
}

/// A statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it does.
    pub operation: Operation,
    /// The table, as written without quotes and default schema; `""` where there is none.
    pub table: String,
    /// The column, index or new name; `""` where there is none.
    pub object: String,
    /// Where it is.
    pub span: Span,
}

/// A file of SQL, statement by statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlScript {
    /// The statements that matter, in order.
    pub statements: Vec<Statement>,
}

impl Attributes for SqlScript {
    const FIELDS: &'static [&'static str] = &[];

    fn value(&self, _field: &str) -> Option<Value<'_>> {
        None
    }
}

/// A declaration of the schema by an object-relational mapper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaDefinition {
    /// The tool's id: `prisma`.
    pub tool: String,
    /// `postgresql`, `mysql`, `sqlite`, …; `""` where it is not said.
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

/// A versioned migration of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The tool's id.
    pub tool: String,
    /// The version in its name.
    pub version: String,
    /// Its folder of migrations: what is numbered together.
    pub history: String,
    /// Its place in the history, from 0.
    pub position: u64,
}

impl Attributes for Migration {
    const FIELDS: &'static [&'static str] = &["tool", "version", "history", "position"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "version" => Value::Text(&self.version),
            "history" => Value::Text(&self.history),
            "position" => Value::Number(self.position),
            _ => return None,
        })
    }
}

/// A change that a migration makes to a database that is in use: safe changes are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaChange {
    /// What it does.
    pub operation: Operation,
    /// The table.
    pub table: String,
    /// The column, index or new name; `""` where there is none.
    pub object: String,
    /// The tool's id.
    pub tool: String,
    /// `postgresql`, `mysql`, `sqlite`, …; `""` where it is not known.
    pub engine: String,
}

impl Attributes for SchemaChange {
    const FIELDS: &'static [&'static str] = &["operation", "table", "object", "tool", "engine"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "operation" => Value::Text(self.operation.name()),
            "table" => Value::Text(&self.table),
            "object" => Value::Text(&self.object),
            "tool" => Value::Text(&self.tool),
            "engine" => Value::Text(&self.engine),
            _ => return None,
        })
    }
}
