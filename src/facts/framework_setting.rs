//! Settings of frameworks in their own files of configuration.

use super::{Attributes, Value};

/// A setting in `application.yml` or `application.properties`, under its full name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameworkSetting {
    /// `management.endpoints.web.base-path`; in lower case, without dashes, as the frameworks compare names.
    pub key: String,
    /// Its text; the items of a list with commas between them.
    pub value: String,
}

impl Attributes for FrameworkSetting {
    const FIELDS: &'static [&'static str] = &["key", "value"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        match field {
            "key" => Some(Value::Text(&self.key)),
            "value" => Some(Value::Text(&self.value)),
            _ => None,
        }
    }
}
