//! Calls that print to the console.

use super::{Attributes, Value};

/// A call that prints for debugging: `console.log(…)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleCall {
    /// What is called, as written: `console.log`.
    pub call: String,
}

impl Attributes for ConsoleCall {
    const FIELDS: &'static [&'static str] = &["call"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        match field {
            "call" => Some(Value::Text(&self.call)),
            _ => None,
        }
    }
}
