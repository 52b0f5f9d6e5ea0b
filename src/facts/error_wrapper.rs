//! Functions that wrap route handlers and answer their errors.

use super::{Attributes, Value};

/// A function that takes a handler and gives back one that catches for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorWrapper {
    /// Its name, `""` where it has none.
    pub name: String,
}

impl Attributes for ErrorWrapper {
    const FIELDS: &'static [&'static str] = &["name"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        match field {
            "name" => Some(Value::Text(&self.name)),
            _ => None,
        }
    }
}
