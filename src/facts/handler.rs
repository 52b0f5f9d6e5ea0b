//! Handlers of routes that are written in another file than the route.

use super::{Attributes, Value};

/// The name that stands for all checks of health that a project adds to those of its framework.
pub const HEALTH_INDICATOR: &str = "health indicator";

/// The name that stands for the default of a project, where its framework has one for all handlers.
pub const DEFAULT_HANDLER: &str = "default handler";

/// A route's handler is a function that its file does not hold, or asks one. It has the place of its route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlerReference {
    /// The function's name, with its package, module or class where it has one: `health.Ready`. Where it is asked, what
    /// holds it is named by [`holder_stem`].
    pub function: String,
    /// Whether the handler asks the function, instead of being it: `this.healthService.check()`.
    pub is_asked: bool,
}

impl HandlerReference {
    /// The function is the handler.
    pub fn to(function: String) -> Self {
        Self { function, is_asked: false }
    }

    /// The handler asks the function.
    pub fn asks(function: String) -> Self {
        Self { function, is_asked: true }
    }
}

/// What holds a function, by a name that its class, its module and the variable with an instance of it share: `health` for
/// `HealthService`, `IHealthService`, `health.service` and `_healthService`.
pub fn holder_stem(name: &str) -> String {
    let is_interface = name.starts_with('I') && name.chars().nth(1).is_some_and(|c| c.is_ascii_uppercase());
    let name = if is_interface { name.get(1..).unwrap_or(name) } else { name };
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let mut stem = plain.as_str();
    while let Some(shorter) = ["impl", "service", "services", "svc"].iter().find_map(|end| stem.strip_suffix(end)) {
        if shorter.is_empty() {
            break;
        }
        stem = shorter;
    }
    stem.to_owned()
}

/// A function that answers requests, or that is asked by one that does; it exercises dependencies or wants somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlerFunction {
    /// The class or module that holds it, `""` where its folder is the package.
    pub owner: String,
    /// Its name.
    pub function: String,
    /// What it exercises, as a route says it.
    pub checks: Vec<String>,
    /// Functions of other files that it asks, named as in [`HandlerReference`].
    pub asks: Vec<String>,
    /// Whether it may answer requests itself; a function of a service is only asked.
    pub answers: bool,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_its_module_and_its_instance_share_a_stem() {
        for name in
            ["HealthService", "IHealthService", "HealthServiceImpl", "health.service", "_healthService", "health_svc"]
        {
            assert_eq!(holder_stem(name), "health", "{name}");
        }
        assert_eq!(holder_stem("Service"), "service");
        assert_eq!(holder_stem("Incident"), "incident");
        assert_ne!(holder_stem("HealthClient"), holder_stem("HealthService"));
    }
}
