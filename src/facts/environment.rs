//! Environment variables: who reads them, which files name them, what keeps those files out of the repository.

use super::{Attributes, Value};

/// Code or configuration reads a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentRead {
    /// The variable's name.
    pub name: String,
}

impl Attributes for EnvironmentRead {
    const FIELDS: &'static [&'static str] = &["name"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        (field == "name").then_some(Value::Text(&self.name))
    }
}

/// A dotenv file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentFile {
    /// `.env.example` and its kin, by name.
    pub is_template: bool,
    /// The environment in its name (`production` in `.env.production`), `""` where there is none.
    pub environment: String,
    /// The names that it defines or mentions in a comment as `# NAME=`.
    pub names: Vec<String>,
    /// Whether some value could be a real secret.
    pub has_secret: bool,
}

impl Attributes for EnvironmentFile {
    const FIELDS: &'static [&'static str] = &["template", "environment", "names", "secret"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "template" => Value::Flag(self.is_template),
            "environment" => Value::Text(&self.environment),
            "names" => Value::Words(self.names.iter().map(String::as_str).collect()),
            "secret" => Value::Flag(self.has_secret),
            _ => return None,
        })
    }
}

/// A `.gitignore`, judged on its own for the names that matter here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreFile {
    /// Whether it keeps `.env` in its folder and below out of the repository.
    pub ignores_env: bool,
}

impl Attributes for IgnoreFile {
    const FIELDS: &'static [&'static str] = &["ignores-env"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        (field == "ignores-env").then_some(Value::Flag(self.ignores_env))
    }
}
