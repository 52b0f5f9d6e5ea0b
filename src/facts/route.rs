//! HTTP routes that code registers.

use super::{Attributes, Value};

/// How routers begin that are classes: what extends one has its prefix.
pub const INHERITED: &str = "class ";

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
    /// The router, or the function that fills one, that it is registered on, where others may mount that below a prefix.
    pub router: String,
}

/// A router, or a function that fills one, is mounted below a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouterMount {
    /// The module that holds it, as the language writes it: `./routes/users`, `app.api.users`; `""` for the same file.
    pub module: String,
    /// Its name there; `""` for whatever the module holds.
    pub router: String,
    /// The prefix.
    pub prefix: String,
    /// Whether only signed-in callers get through.
    pub needs_login: bool,
    /// The router of this file that it is mounted on, where that may be mounted elsewhere itself.
    pub on: String,
}

impl Route {
    /// A route that anybody may ask, of which no more is known.
    pub fn new(framework: &str, method: &str, path: String) -> Self {
        Self {
            method: method.to_owned(),
            path,
            framework: framework.to_owned(),
            checks: Vec::new(),
            needs_login: false,
            development_only: false,
            router: String::new(),
        }
    }
}

impl Attributes for RouterMount {
    const FIELDS: &'static [&'static str] = &["module", "router", "prefix"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(Value::Text(match field {
            "module" => &self.module,
            "router" => &self.router,
            "prefix" => &self.prefix,
            _ => return None,
        }))
    }
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

/// Parts of paths that may be about health.
const WORDS: &[&str] =
    &["ready", "readyz", "readiness", "live", "livez", "liveness", "alive", "status", "up", "ping", "heartbeat"];

/// Whether a path names a part that may be about health; rules decide whether it is.
pub fn is_of_interest(path: &str) -> bool {
    path.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| {
        let part = part.to_ascii_lowercase();
        part.contains("health") || WORDS.contains(&part.as_str())
    })
}

/// A prefix and a path as one path with a leading `/` and no doubled ones.
pub fn join_paths(prefix: &str, path: &str) -> String {
    let mut joined = String::with_capacity(prefix.len() + path.len() + 2);
    for part in [prefix, path] {
        for segment in part.split('/').filter(|segment| !segment.is_empty()) {
            joined.push('/');
            joined.push_str(segment);
        }
    }
    if joined.is_empty() || (path.len() > 1 && path.ends_with('/')) {
        joined.push('/');
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_with_one_slash() {
        assert_eq!(join_paths("/api/", "/health"), "/api/health");
        assert_eq!(join_paths("", "health"), "/health");
        assert_eq!(join_paths("/health", "/"), "/health");
        assert_eq!(join_paths("", ""), "/");
        assert_eq!(join_paths("/utils", "/health-check/"), "/utils/health-check/");
    }

    #[test]
    fn a_path_is_of_interest_by_whole_words() {
        for path in ["/healthz", "/api/health-check/", "/up", "/-/readiness", "/status"] {
            assert!(is_of_interest(path), "{path}");
        }
        for path in ["/upload", "/deliver", "/already", "/statuses", "/pinging"] {
            assert!(!is_of_interest(path), "{path}");
        }
    }
}
