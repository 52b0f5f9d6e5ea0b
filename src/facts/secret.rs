//! Text that looks like a credential. The value itself never leaves the extractor.

use super::{Attributes, Severity, Value};

/// A credential that was found, redacted when it is made: nothing after the extractor ever holds the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// The stable id of its format: `aws-access-key-id`, `generic-password`.
    pub kind: String,
    /// What it is, in a few words.
    pub title: String,
    /// Who issues it: `AWS`; `""` for generic ones.
    pub provider: String,
    /// How bad its loss is.
    pub severity: Severity,
    /// The first characters and dots, safe to print.
    pub redacted: String,
    /// A salted hash of the value, to tell equal values without revealing them.
    pub digest: String,
}

impl Attributes for Secret {
    const FIELDS: &'static [&'static str] = &["kind", "title", "provider", "severity", "redacted", "digest"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "kind" => Value::Text(&self.kind),
            "title" => Value::Text(&self.title),
            "provider" => Value::Text(&self.provider),
            "severity" => Value::Text(self.severity.name()),
            "redacted" => Value::Text(&self.redacted),
            "digest" => Value::Text(&self.digest),
            _ => return None,
        })
    }
}
