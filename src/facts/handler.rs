//! Handlers of routes that are written in another file than the route.

use super::{Attributes, Value};

/// The name that stands for all checks of health that a project adds to those of its framework.
pub const HEALTH_INDICATOR: &str = "health indicator";

/// The name that stands for the default of a project, where its framework has one for all handlers.
pub const DEFAULT_HANDLER: &str = "default handler";

/// A route's handler is a function that its file does not hold. It has the place of its route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlerReference {
    /// The function's name, with its package, module or class where it has one: `health.Ready`.
    pub function: String,
}

/// A function that answers requests, and exercises dependencies or wants somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlerFunction {
    /// The class or module that holds it, `""` where its folder is the package.
    pub owner: String,
    /// Its name.
    pub function: String,
    /// What it exercises, as a route says it.
    pub checks: Vec<String>,
    /// Whether it wants somebody signed in; `None` where the project's default decides.
    pub needs_login: Option<bool>,
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
