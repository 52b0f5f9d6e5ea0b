//! Places at which code or configuration sets a tool up.

use super::{Attributes, Value};

/// A text that sets a known tool up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolSetup {
    /// The tool's id.
    pub tool: String,
    /// The text, as its entry says it.
    pub text: String,
    /// It makes a value that its file exports and does not use: somebody has to import it.
    pub is_exported_only: bool,
}

impl Attributes for ToolSetup {
    const FIELDS: &'static [&'static str] = &["tool", "text"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        match field {
            "tool" => Some(Value::Text(&self.tool)),
            "text" => Some(Value::Text(&self.text)),
            _ => None,
        }
    }
}

/// Code imports a file of its own repository that is called like a limiter, a cache or a client of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalImport {
    /// The specifier as written: `../middleware/limiter`.
    pub module: String,
    /// Whether the file only hands what it imports to a job queue: `new Queue("mails", { connection })`.
    pub is_for_queue: bool,
}

impl LocalImport {
    /// Whether it may mean the file of that path: by its name, or by its folder's where it is an index.
    pub fn may_mean(&self, path: &str) -> bool {
        let stem = |name: &str| name.split('.').next().unwrap_or(name).to_owned();
        let last = |path: &str| path.rsplit('/').next().map(stem);
        let own = last(path);
        let named = match own.as_deref() {
            Some("index") => path.rsplit_once('/').and_then(|(folder, _)| last(folder)),
            _ => own,
        };
        named.is_some() && last(&self.module) == named
    }
}

impl Attributes for LocalImport {
    const FIELDS: &'static [&'static str] = &["module"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        (field == "module").then_some(Value::Text(&self.module))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_specifier_means_a_file_by_its_name() {
        let import = |module: &str| LocalImport { module: module.to_owned(), is_for_queue: false };
        assert!(import("../middleware/limiter").may_mean("src/middleware/limiter.ts"));
        assert!(import("@/lib/limiter.js").may_mean("src/lib/limiter.ts"));
        assert!(import("./limiter").may_mean("src/limiter/index.ts"));
        assert!(!import("./limiter").may_mean("src/limits.ts"));
    }
}
