//! Globs over paths. Most of the many that rules and tools name are never asked in a scan, so each is compiled when it is.

use std::sync::OnceLock;

use globset::{Glob, GlobBuilder, GlobMatcher};

/// No glob is longer: what it compiles to stays small enough to be compiled.
const LONGEST: usize = 4096;

/// A glob over a path: `*` stays inside a folder, `**` crosses them, braces give alternatives.
#[derive(Debug, Clone)]
pub struct PathGlob {
    glob: Glob,
    matcher: OnceLock<GlobMatcher>,
}

impl PathGlob {
    /// Parses a glob. The error is the text to point at and what is wrong with it.
    pub fn new(glob: &str) -> Result<Self, (String, String)> {
        if glob.len() > LONGEST {
            return Err((glob.to_owned(), format!("a glob has at most {LONGEST} bytes")));
        }
        let parsed = GlobBuilder::new(glob).literal_separator(true).empty_alternates(true).build();
        let glob = parsed.map_err(|error| (glob.to_owned(), error.to_string()))?;
        Ok(Self { glob, matcher: OnceLock::new() })
    }

    /// Whether a path is of it.
    pub fn is_match(&self, path: &str) -> bool {
        self.matcher.get_or_init(|| self.glob.compile_matcher()).is_match(path)
    }

    /// The glob itself.
    pub fn glob(&self) -> &Glob {
        &self.glob
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_of_a_glob_may_be_empty() {
        let glob = PathGlob::new("**/alertmanager{,.config}.yml").unwrap();
        assert!(glob.is_match("deploy/alertmanager.yml") && glob.is_match("alertmanager.config.yml"));
        assert!(!glob.is_match("alertmanager.old.yml"));
    }
}
