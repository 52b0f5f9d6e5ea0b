//! Places that a pattern of a rule finds.

use super::{Attributes, Value};

/// A query or an expression of a rule matches here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternMatch {
    /// The pattern: the rule's id and its number there.
    pub pattern: String,
    /// What stands there, in one line and shortened.
    pub text: String,
}

impl Attributes for PatternMatch {
    const FIELDS: &'static [&'static str] = &["pattern", "text"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "pattern" => Value::Text(&self.pattern),
            "text" => Value::Text(&self.text),
            _ => return None,
        })
    }
}
