//! What is said of migrations outside of them: the order of changelogs, the engine, limits.

use super::{Attributes, Value};

/// A file or folder that a Liquibase changelog goes through at this point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangelogInclude {
    /// The path as written.
    pub target: String,
    /// Whether it is relative to the changelog.
    pub is_relative: bool,
    /// Whether all files of a folder are meant.
    pub is_folder: bool,
}

impl Attributes for ChangelogInclude {
    const FIELDS: &'static [&'static str] = &["target"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        match field {
            "target" => Some(Value::Text(&self.target)),
            _ => None,
        }
    }
}

/// The engine that a setting names for the migrations of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineSetting {
    /// The id of the tool that the setting is for, `""` for any.
    pub tool: &'static str,
    /// `postgresql`, `mysql`, `sqlite`, …
    pub engine: &'static str,
}

impl Attributes for EngineSetting {
    const FIELDS: &'static [&'static str] = &["tool", "engine"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        match field {
            "tool" => Some(Value::Text(self.tool)),
            "engine" => Some(Value::Text(self.engine)),
            _ => None,
        }
    }
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
