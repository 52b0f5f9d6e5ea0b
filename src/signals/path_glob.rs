//! Globs over paths. Most of the many that rules and tools name are never asked in a scan, so each is compiled when it is.

use std::sync::OnceLock;

use globset::{Glob, GlobBuilder, GlobMatcher};

/// No glob is longer: what it compiles to stays small enough to be compiled.
const LONGEST: usize = 4096;

/// A glob over a path: `*` stays inside a folder, `**` crosses them, braces give alternatives.
#[derive(Debug, Clone)]
pub struct PathGlob {
    glob: String,
    /// What every path of it starts with, ends with and holds: most paths are told apart by that, without the glob.
    start: String,
    end: String,
    inner: String,
    /// `None` inside where it is no glob.
    matcher: OnceLock<Option<GlobMatcher>>,
}

/// Characters that mean something in a glob.
const SPECIAL: [char; 8] = ['*', '?', '[', ']', '{', '}', '\\', '!'];

impl PathGlob {
    /// Parses a glob. The error is the text to point at and what is wrong with it.
    pub fn new(glob: &str) -> Result<Self, (String, String)> {
        if glob.len() > LONGEST {
            return Err((glob.to_owned(), format!("a glob has at most {LONGEST} bytes")));
        }
        if !is_surely_valid(glob) {
            parse(glob).map_err(|error| (glob.to_owned(), error.to_string()))?;
        }
        // Beside `**`, a `/` may stand for nothing.
        let start = glob.split(SPECIAL).next().unwrap_or("").trim_end_matches('/').to_owned();
        let end = glob.rsplit(SPECIAL).next().unwrap_or("").trim_start_matches('/').to_owned();
        let inner = longest_literal(glob);
        Ok(Self { glob: glob.to_owned(), start, end, inner, matcher: OnceLock::new() })
    }

    /// Whether a path is of it.
    pub fn is_match(&self, path: &str) -> bool {
        path.ends_with(&self.end)
            && path.starts_with(&self.start)
            && path.contains(&self.inner)
            && self.matcher().is_some_and(|matcher| matcher.is_match(path))
    }

    fn matcher(&self) -> Option<&GlobMatcher> {
        self.matcher.get_or_init(|| parse(&self.glob).ok().map(|glob| glob.compile_matcher())).as_ref()
    }

    /// The glob as written.
    pub fn glob(&self) -> &str {
        &self.glob
    }

    /// The one path that it means, where it is no pattern.
    pub fn literal(&self) -> Option<&str> {
        Some(self.glob.as_str()).filter(|glob| !glob.contains(SPECIAL))
    }

    /// The names of files that it means, where it says them all: `**/a.{yml,yaml}` means `a.yml` and `a.yaml`.
    pub fn names(&self) -> Option<Vec<String>> {
        let last = self.glob.rsplit('/').next()?;
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

fn parse(glob: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(glob).literal_separator(true).empty_alternates(true).build()
}

/// Whether nothing can be wrong with a glob: plain characters, stars, and braces that are closed and hold no others.
fn is_surely_valid(glob: &str) -> bool {
    let mut is_open = false;
    glob.bytes().all(|byte| match byte {
        b'{' => !std::mem::replace(&mut is_open, true),
        b'}' => std::mem::replace(&mut is_open, false),
        _ => byte.is_ascii_alphanumeric() || b"*/._-,@+ ".contains(&byte),
    }) && !is_open
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
            let whole = parse(own.glob()).unwrap().compile_matcher();
            for path in paths {
                assert_eq!(own.is_match(path), whole.is_match(path), "{glob} {path}");
            }
        }
    }

    #[test]
    fn what_is_surely_valid_is_not_parsed_before_it_is_asked_for() {
        for glob in ["**/*.{yml,yaml}", "a", "**", "a**b/***", "{,.}x", "{}", "a,b", "*/-/@x/+ y"] {
            assert!(is_surely_valid(glob) && parse(glob).is_ok(), "{glob}");
        }
        for glob in ["{a", "a}", "{a,{b}}", "[a", "a\\"] {
            assert!(!is_surely_valid(glob), "{glob}");
        }
        assert!(PathGlob::new("a/{b").is_err() && PathGlob::new("a/[b").is_err());
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
