//! Places at which code or configuration sets a tool up.

use super::{Attributes, Value};

/// A text that sets a known tool up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolSetup {
    /// The tool's id.
    pub tool: String,
    /// The text, as its entry says it.
    pub text: String,
}

impl Attributes for ToolSetup {
    const FIELDS: &'static [&'static str] = &["tool", "text"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        match field {
            "tool" => Some(Value::Text(&self.tool)),
            "text" => Some(Value::Text(&self.text)),
            _ => None,
        }
    }
}
