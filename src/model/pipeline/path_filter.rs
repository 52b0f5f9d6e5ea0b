//! Path filters of triggers, as the systems read them: generously, for a filter is only called dead where no reading of
//! it matches a file.
//!
//! GitHub reads `**` as any text (`**.md`), `?` as "the character before may be missing" and `+` as "once or more"
//! (docs.github.com, filter pattern cheat sheet); others read `?` as one character and a folder as all that is in it.

use std::fmt::Write as _;

use regex::Regex;

use crate::facts::File;

/// Longer filters are nobody's.
const LONGEST: usize = 1_000;

/// Whether a filter matches a file. What cannot be read as a pattern, or is filled in at run time, may match.
pub(super) fn matches_some(pattern: &str, files: &[File]) -> bool {
    let pattern = pattern.trim_start_matches("./").trim_matches('/');
    if pattern.contains('$') || pattern.len() > LONGEST {
        return true;
    }
    let Ok(regex) = Regex::new(&expression(pattern)) else { return true };
    files.iter().any(|file| regex.is_match(&file.path))
}

fn expression(pattern: &str) -> String {
    let mut text = String::from("^");
    // Where the last atom starts: a quantifier after it takes it in.
    let mut last = text.len();
    let mut choices = 0_u32;
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        let start = text.len();
        match character {
            '*' if characters.next_if_eq(&'*').is_some() => match characters.next_if_eq(&'/') {
                Some(_) => text.push_str("(?:.*/)?"),
                None => text.push_str(".*"),
            },
            '*' => text.push_str("[^/]*"),
            '?' => {
                let atom = text.split_off(last);
                let _ = write!(text, "(?:{atom})?[^/]?");
                continue;
            }
            '+' => {
                let atom = text.split_off(last);
                let _ = write!(text, "(?:{atom})*\\+?");
                continue;
            }
            '[' => {
                let class: String = std::iter::from_fn(|| characters.next_if(|c| *c != ']')).collect();
                characters.next();
                let _ = write!(text, "[{}]", class.replace('\\', "\\\\").replace('[', "\\["));
            }
            '{' => {
                choices += 1;
                text.push_str("(?:");
            }
            '}' if choices > 0 => {
                choices -= 1;
                text.push(')');
            }
            ',' if choices > 0 => text.push('|'),
            '\\' => text.push_str(&regex::escape(&characters.next().map(String::from).unwrap_or_default())),
            other => text.push_str(&regex::escape(&String::from(other))),
        }
        last = start;
    }
    text.push_str("(?:/.*)?$");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Role;

    fn matches(pattern: &str, path: &str) -> bool {
        let file = File { path: path.into(), bytes: 1, role: Role::Product, language: None, lines: 1 };
        matches_some(pattern, &[file])
    }

    #[test]
    fn two_stars_are_any_text() {
        assert!(matches("**.graphql", "api/schema.graphql"));
        assert!(matches("**/README.md", "README.md"));
        assert!(matches("docs/**", "docs/a/b.md"));
        assert!(!matches("docs/**", "src/a.md"));
        assert!(!matches("*.js", "src/a.js"));
    }

    #[test]
    fn a_question_mark_is_read_both_ways() {
        assert!(matches("**/*.yaml?", ".github/workflows/ci.yaml"));
        assert!(matches("**.jsx?", "src/page.js"));
        assert!(matches("file?.txt", "file1.txt"));
        assert!(!matches("**/*.yaml?", "src/a.ts"));
    }

    #[test]
    fn classes_choices_and_repetitions() {
        assert!(matches("*.[ch]", "main.c"));
        assert!(matches("src/**/*.{ts,tsx}", "src/a/b.tsx"));
        assert!(matches("docs+/a.md", "docss/a.md"));
        assert!(!matches("src/**/*.{ts,tsx}", "src/a.vue"));
    }

    #[test]
    fn a_folder_is_what_is_in_it() {
        assert!(matches("src", "src/a.ts"));
        assert!(matches("/src/", "src/a.ts"));
        assert!(!matches("src", "srcs/a.ts"));
    }

    #[test]
    fn what_is_no_pattern_may_match() {
        assert!(matches("$FOLDER/**", "a.ts"));
        assert!(matches("a{b", "c.ts"));
    }
}
