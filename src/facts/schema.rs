//! The schema as a whole: who declares it, what it ends in, and where declarations and migrations differ.

use super::{Attributes, Span, Statement, Value};

/// A declaration of the schema by an object-relational mapper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaDefinition {
    /// The tool's id: `prisma`.
    pub tool: String,
    /// `postgresql`, `mysql`, `sqlite`, `mongodb`, …; `""` where it is not said.
    pub engine: String,
    /// Whether the tool looks after foreign keys itself, so that the database has neither them nor their indexes.
    pub emulates_keys: bool,
}

impl Attributes for SchemaDefinition {
    const FIELDS: &'static [&'static str] = &["tool", "engine", "emulates-keys"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "engine" => Value::Text(&self.engine),
            "emulates-keys" => Value::Flag(self.emulates_keys),
            _ => return None,
        })
    }
}

/// The tables that code or a written schema declares, as the statements that would make them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredSchema {
    /// The id of the tool that reads or writes it.
    pub tool: String,
    /// What would make the tables.
    pub statements: Vec<Statement>,
    /// Whether all of it was read.
    pub understood: bool,
    /// The database that it is for, where what makes its tables says so; `""` otherwise.
    pub dialect: &'static str,
}

impl Attributes for DeclaredSchema {
    const FIELDS: &'static [&'static str] = &["tool", "understood"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "understood" => Value::Flag(self.understood),
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

/// A statement of a history that an empty database would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryBreak {
    /// The tool's id.
    pub tool: String,
    /// What it does and why that cannot be, as a sentence without its full stop.
    pub explanation: String,
}

impl Attributes for HistoryBreak {
    const FIELDS: &'static [&'static str] = &["tool", "explanation"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "explanation" => Value::Text(&self.explanation),
            _ => return None,
        })
    }
}

/// A foreign key of the final schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The table that has it.
    pub table: String,
    /// Its columns, with commas between them.
    pub columns: String,
    /// The table that it refers to.
    pub references: String,
    /// `postgresql`, `mysql`, `sqlite`, …; `""` where it is not known.
    pub engine: String,
    /// `yes`, `no`, or `unknown`: whether an index leads with its columns.
    pub indexed: &'static str,
}

impl Attributes for ForeignKey {
    const FIELDS: &'static [&'static str] = &["table", "columns", "references", "engine", "indexed"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "table" => Value::Text(&self.table),
            "columns" => Value::Text(&self.columns),
            "references" => Value::Text(&self.references),
            "engine" => Value::Text(&self.engine),
            "indexed" => Value::Text(self.indexed),
            _ => return None,
        })
    }
}

/// A statement of a written model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelStatement {
    /// The entity that it is about, `""` for the model as a whole.
    pub entity: String,
    /// The statement, in one line.
    pub written: String,
    /// Where it is.
    pub span: Span,
}

/// A model as EF Core writes it down, beside a migration or as the snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenModel {
    /// The context that it belongs to.
    pub context: String,
    /// The migration that it stands beside, `""` for the snapshot.
    pub version: String,
    /// What it says.
    pub statements: Vec<ModelStatement>,
}

impl Attributes for WrittenModel {
    const FIELDS: &'static [&'static str] = &["context", "version"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "context" => Value::Text(&self.context),
            "version" => Value::Text(&self.version),
            _ => return None,
        })
    }
}

/// A declared schema and the migrations that should end in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaComparison {
    /// The tool's name as people write it.
    pub title: String,
    /// The folder of the history.
    pub history: String,
    /// Why they cannot be compared as a whole; `""` where they can.
    pub doubt: String,
}

impl Attributes for SchemaComparison {
    const FIELDS: &'static [&'static str] = &["title", "history", "doubt", "compared"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "title" => Value::Text(&self.title),
            "history" => Value::Text(&self.history),
            "doubt" => Value::Text(&self.doubt),
            "compared" => Value::Flag(self.doubt.is_empty()),
            _ => return None,
        })
    }
}

/// Something that is in the declared schema and not in the migrations, or the other way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaDifference {
    /// What differs, as a sentence without its full stop.
    pub explanation: String,
}

impl Attributes for SchemaDifference {
    const FIELDS: &'static [&'static str] = &["explanation"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "explanation" => Value::Text(&self.explanation),
            _ => return None,
        })
    }
}
