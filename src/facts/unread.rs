//! What should have been judged and was not read.

use super::{Attributes, Value};

/// A file that rules would have judged as code and that was not read, or a folder. What stands in it, nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadFile {
    /// Its path; `.` where the scan as a whole was cut.
    pub path: String,
    /// Why.
    pub why: String,
}

impl Attributes for UnreadFile {
    const FIELDS: &'static [&'static str] = &["path", "why"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "path" => Value::Text(&self.path),
            "why" => Value::Text(&self.why),
            _ => return None,
        })
    }
}
