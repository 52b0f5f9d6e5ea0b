//! Calls that print to the console.

use super::{Attributes, Value};

/// A call that prints for debugging: `console.log(…)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleCall {
    /// What is called, as written: `console.log`.
    pub call: String,
    /// Whether it is what a command says to who started it.
    pub own_output: bool,
}

impl Attributes for ConsoleCall {
    const FIELDS: &'static [&'static str] = &["call", "own-output"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        match field {
            "call" => Some(Value::Text(&self.call)),
            "own-output" => Some(Value::Flag(self.own_output)),
            _ => None,
        }
    }
}
