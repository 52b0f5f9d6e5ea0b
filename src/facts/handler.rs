//! Handlers of routes that are written in another file than the route.

use super::{Attributes, Value};

/// A route's handler is a function that its file does not hold. It has the place of its route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlerReference {
    /// The function's name, with its package where it is another one: `health.Ready`.
    pub function: String,
}

/// A function that answers requests and exercises dependencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlerFunction {
    /// Its name.
    pub function: String,
    /// What it exercises, as a route says it.
    pub checks: Vec<String>,
}

impl Attributes for HandlerReference {
    const FIELDS: &'static [&'static str] = &["function"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        (field == "function").then_some(Value::Text(&self.function))
    }
}

impl Attributes for HandlerFunction {
    const FIELDS: &'static [&'static str] = &["function", "checks"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        match field {
            "function" => Some(Value::Text(&self.function)),
            "checks" => Some(Value::Words(self.checks.iter().map(String::as_str).collect())),
            _ => None,
        }
    }
}
