//! HTTP routes that code registers.

use super::{Attributes, Value};

/// A route of a server, as far as its file tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `GET`, `POST`, … or `ANY`.
    pub method: String,
    /// The path with a leading `/`, prefixes of the same file included; parameters as the framework writes them.
    pub path: String,
    /// The framework's name: `Express`, `FastAPI`.
    pub framework: String,
    /// What the handler exercises before it answers: `database`, `cache`, `http`, …; sorted, without repeats.
    pub checks: Vec<String>,
    /// Whether only signed-in callers get an answer.
    pub needs_login: bool,
    /// Whether it exists in development only: `if (app.Environment.IsDevelopment())`.
    pub development_only: bool,
}

impl Attributes for Route {
    const FIELDS: &'static [&'static str] =
        &["method", "path", "framework", "checks", "needs-login", "development-only"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "method" => Value::Text(&self.method),
            "path" => Value::Text(&self.path),
            "framework" => Value::Text(&self.framework),
            "checks" => Value::Words(self.checks.iter().map(String::as_str).collect()),
            "needs-login" => Value::Flag(self.needs_login),
            "development-only" => Value::Flag(self.development_only),
            _ => return None,
        })
    }
}
