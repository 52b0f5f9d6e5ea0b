//! Known tools in real use.

use super::{Attributes, Role, Value};

/// A tool of `rules/signals/` that this repository really uses, or at least declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolUse {
    /// The tool's id: `sentry`.
    pub tool: String,
    /// Its name as people write it.
    pub title: String,
    /// What it is for: `error-tracking`, `migrations`.
    pub topics: Vec<String>,
    /// How it shows: `setup` (code or configuration sets it up), `dependency` (declared, and used somehow), `import`,
    /// `file`, `command`, `action`, `resource` (infrastructure as code declares it); `declared` where a manifest names it
    /// and nothing uses it, `dormant` where a chart has it and its values switch it off.
    pub how: &'static str,
    /// Whether it lies below a folder that is called examples: what somebody may copy, not what this repository runs.
    pub in_examples: bool,
}

impl ToolUse {
    /// Whether the repository works with the tool, by a file of that role.
    pub fn is_real(&self, role: Role) -> bool {
        !matches!(self.how, "declared" | "dormant") && !matches!(role, Role::Example | Role::Documentation)
    }
}

impl Attributes for ToolUse {
    const FIELDS: &'static [&'static str] = &["tool", "title", "topic", "how", "in-examples"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(&self.tool),
            "title" => Value::Text(&self.title),
            "topic" => Value::Words(self.topics.iter().map(String::as_str).collect()),
            "how" => Value::Text(self.how),
            "in-examples" => Value::Flag(self.in_examples),
            _ => return None,
        })
    }
}
