//! Globs over paths. Most of the many that rules and tools name are never asked in a scan, so each is compiled when it is.

use std::sync::OnceLock;

use globset::{Glob, GlobBuilder, GlobMatcher};

/// No glob is longer: what it compiles to stays small enough to be compiled.
const LONGEST: usize = 4096;

/// A glob over a path: `*` stays inside a folder, `**` crosses them, braces give alternatives.
#[derive(Debug, Clone)]
pub struct PathGlob {
    glob: Glob,
    /// What every path of it starts with, ends with and holds: most paths are told apart by that, without the glob.
    start: String,
    end: String,
    inner: String,
    matcher: OnceLock<GlobMatcher>,
}

/// Characters that mean something in a glob.
const SPECIAL: [char; 8] = ['*', '?', '[', ']', '{', '}', '\\', '!'];

impl PathGlob {
    /// Parses a glob. The error is the text to point at and what is wrong with it.
    pub fn new(glob: &str) -> Result<Self, (String, String)> {
        if glob.len() > LONGEST {
            return Err((glob.to_owned(), format!("a glob has at most {LONGEST} bytes")));
        }
        let parsed = GlobBuilder::new(glob).literal_separator(true).empty_alternates(true).build();
        // Beside `**`, a `/` may stand for nothing.
        let start = glob.split(SPECIAL).next().unwrap_or("").trim_end_matches('/').to_owned();
        let end = glob.rsplit(SPECIAL).next().unwrap_or("").trim_start_matches('/').to_owned();
        let inner = longest_literal(glob);
        let glob = parsed.map_err(|error| (glob.to_owned(), error.to_string()))?;
        Ok(Self { glob, start, end, inner, matcher: OnceLock::new() })
    }

    /// Whether a path is of it.
    pub fn is_match(&self, path: &str) -> bool {
        path.ends_with(&self.end)
            && path.starts_with(&self.start)
            && path.contains(&self.inner)
            && self.matcher.get_or_init(|| self.glob.compile_matcher()).is_match(path)
    }

    /// The glob itself.
    pub fn glob(&self) -> &Glob {
        &self.glob
    }

    /// The one path that it means, where it is no pattern.
    pub fn literal(&self) -> Option<&str> {
        Some(self.glob.glob()).filter(|glob| !glob.contains(SPECIAL))
    }

    /// The names of files that it means, where it says them all: `**/a.{yml,yaml}` means `a.yml` and `a.yaml`.
    pub fn names(&self) -> Option<Vec<String>> {
        let last = self.glob.glob().rsplit('/').next()?;
        let mut names = vec![String::new()];
        let mut rest = last;
        while let Some((plain, group)) = rest.split_once('{') {
            let (group, after) = group.split_once('}')?;
            let longer =
                |name: &String| group.split(',').map(|part| format!("{name}{plain}{part}")).collect::<Vec<_>>();
            names = names.iter().flat_map(longer).collect();
            rest = after;
        }
        for name in &mut names {
            name.push_str(rest);
        }
        let is_plain = |name: &String| !name.is_empty() && !name.contains(SPECIAL);
        names.iter().all(is_plain).then_some(names)
    }
}

/// The longest text of a glob that stands in all its paths, without the `/` that may stand for nothing.
fn longest_literal(glob: &str) -> String {
    let mut longest = "";
    let mut depth = 0_usize;
    for piece in glob.split_inclusive(SPECIAL) {
        let plain = piece.trim_end_matches(SPECIAL).trim_matches('/');
        if depth == 0 && plain.len() > longest.len() {
            longest = plain;
        }
        match piece.chars().next_back() {
            // Inside of a class or behind an escape, nothing is looked for.
            Some('[' | '\\') => return longest.to_owned(),
            Some('{') => depth += 1,
            Some('}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    longest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_glob_starts_and_ends_with_changes_nothing() {
        let paths = ["a.yml", "x/a.yml", "x/y/a.yml", "x", "x/y", "x/b.yaml", "a.yml/x", "xa.yml", "", "x/[b].yml"];
        let globs =
            ["a.yml", "**/a.yml", "x/**", "x/**/a.yml", "*.{yml,yaml}", "x/*", "**", "x/\\[b\\].yml", "x/[!b].yml"];
        for glob in globs {
            let own = PathGlob::new(glob).unwrap();
            let whole = own.glob().compile_matcher();
            for path in paths {
                assert_eq!(own.is_match(path), whole.is_match(path), "{glob} {path}");
            }
        }
    }

    #[test]
    fn a_glob_may_say_the_names_that_it_means() {
        let names = |glob: &str| PathGlob::new(glob).unwrap().names();
        assert_eq!(names("**/{.a,b}.{yml,yaml}").unwrap(), [".a.yml", ".a.yaml", "b.yml", "b.yaml"]);
        assert_eq!(names("x/Procfile").unwrap(), ["Procfile"]);
        for glob in ["**/*.yml", "x/**", "{a/b,c/d}.yml", "a[bc].yml"] {
            assert_eq!(names(glob), None, "{glob}");
        }
    }

    #[test]
    fn alternatives_of_a_glob_may_be_empty() {
        let glob = PathGlob::new("**/alertmanager{,.config}.yml").unwrap();
        assert!(glob.is_match("deploy/alertmanager.yml") && glob.is_match("alertmanager.config.yml"));
        assert!(!glob.is_match("alertmanager.old.yml"));
    }
}
