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
    /// Whether values are left open: empty, or a placeholder where a secret belongs.
    pub has_placeholder: bool,
}

impl Attributes for EnvironmentFile {
    const FIELDS: &'static [&'static str] = &["template", "environment", "names", "secret", "placeholder"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "template" => Value::Flag(self.is_template),
            "environment" => Value::Text(&self.environment),
            "names" => Value::Words(self.names.iter().map(String::as_str).collect()),
            "secret" => Value::Flag(self.has_secret),
            "placeholder" => Value::Flag(self.has_placeholder),
            _ => return None,
        })
    }
}

/// A `.gitignore`, judged on its own for the names that matter here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreFile {
    /// Whether it keeps `.env` in its own folder out of the repository.
    pub ignores_env: bool,
    /// Whether it keeps `.env` in the folders below out.
    pub ignores_env_below: bool,
}

impl Attributes for IgnoreFile {
    const FIELDS: &'static [&'static str] = &["ignores-env", "ignores-env-below"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        match field {
            "ignores-env" => Some(Value::Flag(self.ignores_env)),
            "ignores-env-below" => Some(Value::Flag(self.ignores_env_below)),
            _ => None,
        }
    }
}

/// A component's `.env` is kept out of the repository by an ignore file. Derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredEnvironment {
    /// The component's folder, `""` for the root.
    pub component: String,
}

impl Attributes for IgnoredEnvironment {
    const FIELDS: &'static [&'static str] = &["component"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        (field == "component").then_some(Value::Text(&self.component))
    }
}

/// A variable that product code reads and no template names, at its first read. Derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndocumentedVariable {
    /// The variable's name.
    pub name: String,
    /// The template that leaves it out: the nearest one above the read.
    pub template: String,
}

impl Attributes for UndocumentedVariable {
    const FIELDS: &'static [&'static str] = &["name", "template"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "name" => Value::Text(&self.name),
            "template" => Value::Text(&self.template),
            _ => return None,
        })
    }
}

/// Code checks the environment when it starts, against a schema or a list of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentCheck {
    /// What checks: `zod`, `pydantic-settings`, `a check of its own`.
    pub tool: String,
    /// Whether names and values are checked before the program serves anybody.
    pub is_complete: bool,
    /// What a check that is not complete leaves out; else `""`.
    pub lack: String,
}

impl Attributes for EnvironmentCheck {
    const FIELDS: &'static [&'static str] = &["tool", "complete", "lack"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "complete" => Value::Flag(self.is_complete),
            "lack" => Value::Text(&self.lack),
            _ => return None,
        })
    }
}
