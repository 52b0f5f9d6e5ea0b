//! Globs on paths of the repository: which files are audited, and roles that somebody says.

use globset::{GlobBuilder, GlobMatcher};

use super::form::Form;
use crate::facts::Role;

/// No glob is longer: what it compiles to stays small enough to be compiled.
const LONGEST: usize = 4096;

/// A glob with its text.
#[derive(Debug, Clone)]
pub struct Glob {
    text: String,
    matcher: GlobMatcher,
}

impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Glob {
    /// Whether it means a path.
    pub fn matches(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }
}

/// Compiles a glob: `*` stays inside a folder, `**` does not, and a folder's name means all that is in it.
pub fn glob(text: &str) -> Result<Glob, String> {
    if text.is_empty() {
        return Err("a glob is empty".to_owned());
    }
    if text.len() > LONGEST {
        return Err(format!("a glob has at most {LONGEST} bytes"));
    }
    let pattern = text.strip_suffix('/').map_or_else(|| text.to_owned(), |folder| format!("{folder}/**"));
    let built = GlobBuilder::new(&pattern).literal_separator(true).build();
    let matcher = built.map_err(|error| error.kind().to_string())?.compile_matcher();
    Ok(Glob { text: text.to_owned(), matcher })
}

/// Which files are audited, and what some of them are for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileRules {
    /// What stands before a path of the scan to make it one that globs mean: `apps/web/`, or nothing.
    prefix: String,
    include: Option<Vec<Glob>>,
    exclude: Vec<Glob>,
    roles: Vec<(Glob, Role)>,
}

impl FileRules {
    /// The rules of a configuration. `prefix` is the scanned folder as seen from the folder of the configuration.
    pub fn new(form: &Form, prefix: &str) -> Self {
        let globs = |list: &[String]| list.iter().filter_map(|text| glob(text).ok()).collect::<Vec<_>>();
        let role = |entry: &super::RoleForm| {
            globs(&entry.paths).into_iter().map(move |glob| (glob, entry.role)).collect::<Vec<_>>()
        };
        Self {
            prefix: if prefix.is_empty() { String::new() } else { format!("{prefix}/") },
            include: form.files.include.as_deref().map(globs),
            exclude: form.files.exclude.as_deref().map(globs).unwrap_or_default(),
            roles: form.roles.iter().flat_map(role).collect(),
        }
    }

    /// A path of the scan as globs of the configuration mean it.
    pub fn named(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Whether a file is audited.
    pub fn admits(&self, path: &str) -> bool {
        if self.include.is_none() && self.exclude.is_empty() {
            return true;
        }
        let path = self.named(path);
        let is_included = self.include.as_ref().is_none_or(|globs| globs.iter().any(|glob| glob.matches(&path)));
        is_included && !self.exclude.iter().any(|glob| glob.matches(&path))
    }

    /// The role that somebody says a file has. The last entry that matches wins.
    pub fn role(&self, path: &str) -> Option<Role> {
        if self.roles.is_empty() {
            return None;
        }
        let path = self.named(path);
        self.roles.iter().rev().find(|(glob, _)| glob.matches(&path)).map(|&(_, role)| role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str, prefix: &str) -> FileRules {
        FileRules::new(&toml::from_str(text).unwrap(), prefix)
    }

    #[test]
    fn exclusion_wins_over_inclusion() {
        let rules = rules("[files]\ninclude = [\"services/\"]\nexclude = [\"**/*.sql\"]", "");
        assert!(rules.admits("services/a/main.go"));
        assert!(!rules.admits("services/a/x.sql") && !rules.admits("web/index.ts"));
    }

    #[test]
    fn globs_mean_paths_below_the_folder_of_the_file() {
        let rules = rules("[[roles]]\npaths = [\"apps/web/sim/**\"]\nrole = \"test\"", "apps/web");
        assert_eq!(rules.role("sim/a.ts"), Some(Role::Test));
        assert_eq!(rules.role("src/a.ts"), None);
    }
}
