//! Named commands of task runners.

use super::{Attributes, Value};

/// Who runs a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskRunner {
    /// `scripts` of a package.json.
    PackageScript,
    /// A target of a Makefile.
    Make,
}

impl TaskRunner {
    /// The name in rules and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PackageScript => "package-script",
            Self::Make => "make",
        }
    }
}

/// A package script, a make target and their kin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Who runs it.
    pub runner: TaskRunner,
    /// Its name.
    pub name: String,
    /// The shell text that it runs, lines joined by `\n`.
    pub command: String,
    /// Tasks of the same runner and file that run before it.
    pub needs: Vec<String>,
}

impl Attributes for Task {
    const FIELDS: &'static [&'static str] = &["runner", "name", "command"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "runner" => Value::Text(self.runner.name()),
            "name" => Value::Text(&self.name),
            "command" => Value::Text(&self.command),
            _ => return None,
        })
    }
}
