//! Checks that a repository wrote itself: code that goes through several names and stops where one is missing, or that
//! reads several variables and validates them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Code;
use crate::facts::{File, Language};

/// How far behind a read the stop may stand.
const REACH: usize = 700;

/// What reads, and what stops, in a language.
struct Way {
    languages: &'static [Language],
    reads: &'static [&'static str],
    stops: &'static [&'static str],
}

const WAYS: &[Way] = &[
    Way {
        languages: &[Language::JavaScript, Language::TypeScript, Language::Tsx],
        reads: &["process.env"],
        stops: &["throw ", "process.exit("],
    },
    Way {
        languages: &[Language::Python],
        reads: &["os.environ", "os.getenv("],
        stops: &["raise ", "sys.exit(", "exit("],
    },
    Way {
        languages: &[Language::Go],
        reads: &["os.Environ(", "os.LookupEnv(", "os.Getenv("],
        stops: &["fmt.Errorf(", "errors.New(", "log.Fatal", "panic(", "os.Exit("],
    },
    Way {
        languages: &[Language::Rust],
        reads: &["env::var("],
        stops: &["panic!", "bail!", "return Err", ".expect(", "?"],
    },
    Way { languages: &[Language::Ruby], reads: &["ENV.fetch(", "ENV["], stops: &["raise ", "abort", "ENV.fetch("] },
    Way { languages: &[Language::Php], reads: &["getenv(", "env("], stops: &["throw "] },
    Way {
        languages: &[Language::Elixir],
        reads: &["System.get_env(", "System.fetch_env!("],
        stops: &["raise", "fetch_env!"],
    },
];

const OWN: &str = "a check of its own";
const PRESENCE: &str = "a check of its own looks for the names at start, but not at the values";

/// A list of at least two names of variables.
static LIST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:[\[({]\s*(?:["'][A-Z][A-Z0-9]*_[A-Z0-9_]+["']\s*,\s*){1,60}["'][A-Z][A-Z0-9_]+["']|%w[\[(]\s*[A-Z][A-Z0-9_]+\s+[A-Z][A-Z0-9_]+)"#).ok()
});

/// A function that validates settings and can say that they are wrong.
static GO_VALIDATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)^func (?:\([^)\n]{0,80}(?i:conf|cfg|setting|option|env)[^)\n]{0,80}\) (?i:validate)\w*|(?i:validate)\w*(?i:conf|cfg|setting|option|env)\w*)\([^)\n]*\)[^{\n]*\berror\b").ok()
});

/// The texts that reads start with.
pub(super) fn literals() -> impl Iterator<Item = &'static str> {
    WAYS.iter().flat_map(|way| way.reads.iter().copied())
}

/// Whether a literal is a read of the file's language.
pub(super) fn has(file: &File, literal: &str) -> bool {
    way_of(file).is_some_and(|way| way.reads.contains(&literal))
}

fn way_of(file: &File) -> Option<&'static Way> {
    WAYS.iter().find(|way| file.language.is_some_and(|language| way.languages.contains(&language)))
}

/// The check that the read at that place is part of, and what it leaves out.
pub(super) fn check(file: &File, code: Code<'_>, range: Range<usize>) -> Option<(&'static str, &'static str)> {
    let way = way_of(file)?;
    let rest = code.text.get(range.end..)?;
    if file.language == Some(Language::Elixir) {
        return elixir(file, code.text.get(range)?, rest);
    }
    if file.language == Some(Language::Go) && GO_VALIDATION.as_ref().is_some_and(|own| own.is_match(code.masked)) {
        let reads = way.reads.iter().map(|read| code.masked.matches(read).count()).sum::<usize>();
        let reads_all = rest.starts_with(')') || takes_a_variable(rest);
        return (reads_all || reads > 1).then_some((OWN, ""));
    }
    let before = code.text.get(..range.start)?.trim_end();
    let is_membership = before.ends_with(" in") || before.ends_with(" of");
    if !takes_a_variable(rest) && !is_membership {
        return None;
    }
    let near = code.masked.get(range.start..code.masked.floor_char_boundary(range.end + REACH))?;
    let stops = way.stops.iter().any(|stop| near.contains(stop));
    let names_several = LIST.as_ref().is_some_and(|list| list.is_match(code.text));
    (stops && names_several).then_some((OWN, PRESENCE))
}

/// Whether the name that is read is a variable of the code: `[name]`, `(name)`, `.get(name)`.
fn takes_a_variable(rest: &str) -> bool {
    let rest = rest.strip_prefix(".get").unwrap_or(rest).trim_start();
    let rest = rest.trim_start_matches(['(', '[', '&', '$']);
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')).count();
    let name = rest.get(..length).unwrap_or("");
    let after = rest.get(length..).unwrap_or("").trim_start();
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') && after.starts_with([')', ']', ','])
}

/// What a release of Elixir reads when it starts: a missing variable stops it.
fn elixir(file: &File, read: &str, rest: &str) -> Option<(&'static str, &'static str)> {
    let statement = rest.get(..rest.floor_char_boundary(120)).unwrap_or("");
    let after = statement.split_once(')').map_or("", |(_, after)| after).trim_start();
    let stops = read.contains('!') || after.strip_prefix("||").is_some_and(|or| or.trim_start().starts_with("raise"));
    (stops && matches!(file.name(), "runtime.exs" | "releases.exs")).then_some(("runtime.exs", ""))
}
