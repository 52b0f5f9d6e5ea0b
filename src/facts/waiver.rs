//! Waivers in comments: `auditor:ignore rule-id -- reason`.

use super::{Attributes, Value};

/// A comment that accepts findings of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineWaiver {
    /// The rule's id, as written.
    pub rule: String,
    /// Why; empty where the comment does not say it.
    pub reason: String,
    /// The line whose findings are accepted: the comment's own, or the one below a comment that stands alone.
    pub line: u32,
}

impl Attributes for InlineWaiver {
    const FIELDS: &'static [&'static str] = &["rule", "reason"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "rule" => Value::Text(&self.rule),
            "reason" => Value::Text(&self.reason),
            _ => return None,
        })
    }
}
