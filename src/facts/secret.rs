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
    /// Whether it has the form of its kind, and its characters count or repeat: somebody typed it to stand for one.
    pub is_counted: bool,
    /// The first characters and dots, safe to print.
    pub redacted: String,
    /// A salted hash of the value, to tell equal values without revealing them.
    pub digest: String,
    /// The remark of a scanner beside it that allows it; `""` where there is none.
    pub remark: String,
}

/// A credential that an earlier commit holds and the tree does not hold any more. It leaked all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastSecret {
    /// The credential. Its place is the one that it had in that commit.
    pub secret: Secret,
    /// The commit with which it came, shortened.
    pub commit: String,
    /// The day on which that was written, `2026-11-24`.
    pub date: String,
}

impl Attributes for PastSecret {
    const FIELDS: &'static [&'static str] = &[
        "kind", "title", "provider", "severity", "counted", "redacted", "digest", "allowed", "remark", "commit", "date",
    ];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        match field {
            "commit" => Some(Value::Text(&self.commit)),
            "date" => Some(Value::Text(&self.date)),
            _ => self.secret.value(field),
        }
    }
}

impl Attributes for Secret {
    const FIELDS: &'static [&'static str] =
        &["kind", "title", "provider", "severity", "counted", "redacted", "digest", "allowed", "remark"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "kind" => Value::Text(&self.kind),
            "title" => Value::Text(&self.title),
            "provider" => Value::Text(&self.provider),
            "severity" => Value::Text(self.severity.name()),
            "counted" => Value::Flag(self.is_counted),
            "redacted" => Value::Text(&self.redacted),
            "digest" => Value::Text(&self.digest),
            "allowed" => Value::Flag(!self.remark.is_empty()),
            "remark" => Value::Text(&self.remark),
            _ => return None,
        })
    }
}
