//! Errors that code catches and drops.

use super::{Attributes, Value};

/// A handler that neither reports the error nor passes it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwallowedError {
    /// The handler in short: `catch {}`, `.catch(() => {})`, `except: pass`.
    pub handler: String,
    /// Whether a comment says why.
    pub explained: bool,
}

impl Attributes for SwallowedError {
    const FIELDS: &'static [&'static str] = &["handler", "explained"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        match field {
            "handler" => Some(Value::Text(&self.handler)),
            "explained" => Some(Value::Flag(self.explained)),
            _ => None,
        }
    }
}
