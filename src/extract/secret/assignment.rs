//! Random values that are assigned to names of secrets: `password = "…"`, `API_KEY: …`. Precise before complete.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Match, Regex};

use super::checks::decode_text;
use super::names::{is_secret_name, name_at};
use super::placeholder::is_placeholder;
use super::shape;
use crate::facts::{File, Role};

/// Parts of names of secrets in the spellings of code; the expression of an assignment runs only around them.
pub(super) const LITERALS: &[&str] = &[
    "assword",
    "ASSWORD",
    "asswd",
    "ASSWD",
    "ecret",
    "ECRET",
    "oken",
    "OKEN",
    "api_key",
    "apiKey",
    "ApiKey",
    "APIKey",
    "API_KEY",
    "api-key",
    "Api-Key",
    "API-Key",
    "apikey",
    "APIKEY",
    "ccess_key",
    "ccessKey",
    "ACCESS_KEY",
    "access-key",
    "rivate_key",
    "rivateKey",
    "PRIVATE_KEY",
    "ncryption_key",
    "ncryptionKey",
    "ENCRYPTION_KEY",
    "igning_key",
    "igningKey",
    "SIGNING_KEY",
    "uth_key",
    "uthKey",
    "AUTH_KEY",
    "aster_key",
    "asterKey",
    "MASTER_KEY",
    "_PASS",
    "_pass",
    "_PWD",
    "_pwd",
];

/// Files whose values are written without quotes.
const BARE_EXTENSIONS: &[&str] = &[
    "env",
    "yml",
    "yaml",
    "properties",
    "ini",
    "conf",
    "cfg",
    "cnf",
    "config",
    "sh",
    "bash",
    "zsh",
    "fish",
    "ps1",
    "tfvars",
    "npmrc",
    "pypirc",
    "netrc",
];

/// Files whose long values are data, pictures or texts in many languages. States of Terraform are read by their parts.
const DATA_EXTENSIONS: &[&str] = &[
    "svg", "map", "snap", "lock", "ipynb", "csv", "tsv", "resx", "strings", "html", "htm", "css", "scss", "sum",
    "patch", "diff", "pbxproj", "cast", "har", "log", "pem", "crt", "tfstate",
];

/// How far around a name what it is for is looked for.
const NEAR: usize = 300;

/// A found assignment.
#[derive(Debug)]
pub(super) struct Assignment {
    /// The bytes of the value.
    pub(super) value: Range<usize>,
    /// The name as written.
    pub(super) name: String,
}

/// Whether assignments are looked for in a file at all: where somebody writes what runs.
pub(super) fn concerns(file: &File) -> bool {
    matches!(file.role, Role::Product | Role::Configuration | Role::Script)
        && is_of_settings(file)
        && !is_rehearsal(&file.path)
}

/// Whether the values in a file are settings, whatever its role, and no data, texts or examples of an interface.
pub(super) fn is_of_settings(file: &File) -> bool {
    !is_translation(file)
        && !is_description(file)
        && !DATA_EXTENSIONS.contains(&file.extension())
        && !file.name().contains("lock.")
}

/// Whether a program wrote what a file holds: sums of locked packages and of texts, drawings, recorded results.
pub(super) fn is_written_by_a_program(file: &File) -> bool {
    matches!(file.extension(), "lock" | "sum" | "map" | "snap" | "svg" | "pbxproj" | "cast")
        || file.name().contains("lock.")
        || file.name().contains("-lock")
}

/// Whether a file holds texts for people in many languages.
pub(super) fn is_translation(file: &File) -> bool {
    let is_folder = |part| matches!(part, "locales" | "locale" | "i18n" | "translations" | "lang");
    file.path.split('/').any(is_folder) || matches!(file.extension(), "po" | "pot" | "xlf" | "xliff" | "ftl" | "arb")
}

/// Whether a file describes an API: the values in it are examples.
pub(super) fn is_description(file: &File) -> bool {
    ["openapi", "open_api", "open-api", "swagger", "postman"].iter().any(|word| file.name().contains(word))
}

/// Whether a path says that what it holds is for tests or to be looked at, whatever the role of the file.
pub(super) fn is_rehearsal(path: &str) -> bool {
    let words = path.split(|c: char| !c.is_ascii_alphabetic());
    let is_end_to_end = path.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "e2e");
    let says = [
        "test",
        "tests",
        "testing",
        "testdata",
        "testutil",
        "testutils",
        "testkit",
        "testhelpers",
        "testsuite",
        "fixture",
        "fixtures",
        "example",
        "examples",
        "sample",
        "samples",
        "demo",
        "mock",
        "mocks",
        "dummy",
        "stub",
        "stubs",
        "suites",
        "simulate",
        "simulator",
        "simulation",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    // `DemoSeeder.php`: capitals part words too.
    let is_made_up = ["Demo", "Mock", "Dummy", "Fixture", "Stub"].iter().any(|word| {
        name.match_indices(word).any(|(at, _)| {
            let after = name.as_bytes().get(at + word.len());
            after.is_some_and(|letter| !letter.is_ascii_lowercase() || *letter == b's')
        })
    });
    let is_recorded = [".snapshots/", "__snapshots__/", ".stories."].iter().any(|part| path.contains(part));
    is_made_up
        || is_end_to_end
        || is_recorded
        || words.into_iter().any(|word| says.iter().any(|own| word.eq_ignore_ascii_case(own)))
}

/// The assignment whose name holds a byte, where there is one with a value that could be a secret.
pub(super) fn read(file: &File, text: &str, at: usize) -> Option<Assignment> {
    let Range { start, end } = name_at(text, at);
    let name = text.get(start..end)?;
    let rest = text.get(end..)?;
    // Most names are only mentioned: what follows tells that at less cost than their words.
    let is_assigned = may_be_assigned(rest) || is_dockerfile(file);
    if !is_assigned || !is_secret_name(name) {
        return None;
    }
    // Transcripts hold the tokens of a session that is over.
    if file.extension() == "txt" && name.to_ascii_lowercase().ends_with("token") {
        return None;
    }
    let rest = rest.get(..rest.floor_char_boundary(400))?;
    if let Some(value) = after_space(file, text, start, rest) {
        return Some(Assignment { value: end + value.start..end + value.end, name: name.to_owned() });
    }
    let found = ASSIGNED.captures(rest)?;
    let quoted = ["double", "single", "tick", "element"].iter().find_map(|group| found.name(group));
    let is_bare = |value: &Match<'_>| takes_bare_values(file) || is_before_an_escape(rest, value.end());
    let value = quoted.or_else(|| found.name("bare").filter(is_bare))?;
    let could_be_secret = is_credential_of(name, value.as_str()) && !is_of_public_search(text, start);
    could_be_secret.then(|| Assignment { value: end + value.start()..end + value.end(), name: name.to_owned() })
}

/// Whether a value could be the secret of a name. Passwords are no hexadecimal digits: what is, is the hash of one.
pub(super) fn is_credential_of(name: &str, value: &str) -> bool {
    let is_hash = value.len() >= 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_password = ["password", "passwd", "pwd", "pass"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    is_credential(value) && !(is_hash && is_password)
}

/// Whether a search in a site's own pages is set up around a name: the key for it is public, browsers send it.
pub(super) fn is_of_public_search(text: &str, at: usize) -> bool {
    let range = text.floor_char_boundary(at.saturating_sub(NEAR))..text.floor_char_boundary(at + NEAR);
    let near = text.get(range).unwrap_or("").to_ascii_lowercase();
    let is_of_a_page = near.contains("algolia") && near.contains("appid") && near.contains("index");
    near.contains("docsearch")
        || near.contains("x-algolia-application-id")
        || near.contains("indexname") && near.contains("appid")
        || is_of_a_page
}

/// Whether the end of a line follows that is written as an escape: then a whole file stands in a text.
fn is_before_an_escape(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|after| after.starts_with("\\n") || after.starts_with("\\r"))
}

fn is_dockerfile(file: &File) -> bool {
    file.name().starts_with("Dockerfile") || file.extension() == "dockerfile"
}

/// The value in `ENV NAME value` of a Dockerfile, whose name starts at that byte.
fn after_space(file: &File, text: &str, at: usize, rest: &str) -> Option<Range<usize>> {
    let line = text.get(..at)?.rsplit('\n').next()?;
    if !is_dockerfile(file) || !line.trim().eq_ignore_ascii_case("ENV") || !rest.starts_with([' ', '\t']) {
        return None;
    }
    let value = rest.lines().next()?.trim();
    let start = rest.len() - rest.trim_start().len();
    is_credential(value).then(|| start..start + value.len())
}

/// Whether what assigns follows a name: `=`, `:`, after the quote of a key `,` or `value=`, after the name of an XML
/// element `>`, and in the next line `value:`.
fn may_be_assigned(rest: &str) -> bool {
    let after = rest.trim_start_matches(['"', '\'', '`', ']', '?', ' ', '\t']);
    let is_next_line = || after.starts_with(['\r', '\n']) && after.trim_start().starts_with("value:");
    let starts = ["value", "string =", "string=", ".=", "||="].iter().any(|start| after.starts_with(start));
    after.starts_with(['=', ':', ',', '>']) || starts || is_next_line()
}

static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    let value = r#"(?:[brBR@u]?"(?<double>[^"\s\\]{8,256})"|[brBRu]?'(?<single>[^'\s\\]{8,256})'|`(?<tick>[^`\s\\]{8,256})`|(?<bare>[A-Za-z0-9][A-Za-z0-9+/=_.~!@#%^&*-]{7,255})(?:[\s;]|\\[nr]|$))"#;
    let operator = r#"(?:["'`\]]{0,2}\??[ \t]{0,24}(?::[ \t]{0,2}[A-Za-z_.<>\[\]& ]{1,40}=|string[ \t]?=|:{1,3}=|(?:\?|\.|\|\|)?=|=>|:)|["'`],|["'][ \t]{1,8}value[ \t]?=|["']?[ \t]{0,4}\r?\n[ \t]{0,40}value:)"#;
    let element = r"[ \t]{0,4}>\s{0,40}(?<element>[A-Za-z0-9+/=_.~!@#%^&*-]{8,256})\s{0,40}</";
    let expression = format!(r"^(?:{operator}[ \t]{{0,24}}{value}|{element})");
    Regex::new(&expression).unwrap_or_else(|_| never())
});

/// An expression that matches nothing; the one above is constant and tested.
fn never() -> Regex {
    #[expect(clippy::unwrap_used, reason = "a constant expression")]
    Regex::new("[^\\s\\S]").unwrap()
}

fn takes_bare_values(file: &File) -> bool {
    BARE_EXTENSIONS.contains(&file.extension()) || file.name().starts_with(".env") || is_dockerfile(file)
}

/// Whether a value looks drawn at random and is no address, hash or encoded text of words.
fn is_credential(value: &str) -> bool {
    let known = [
        "sha256-",
        "sha384-",
        "sha512-",
        "sha1-",
        "sha256:",
        "$2a$",
        "$2b$",
        "$2y$",
        "$argon2",
        "arn:",
        "encrypted:",
        "ENC[",
        "vault:",
        "data:",
        "ssh-rsa",
        "sk_test_",
        "pk_",
        "phc_",
    ];
    if known.iter().any(|start| value.starts_with(start))
        || is_placeholder(value)
        || value.contains("://")
        || value.starts_with('/')
    {
        return false;
    }
    let decodes_to_words = decode_text(value).is_some_and(|text| text.len() > 8 && text.is_ascii());
    shape::looks_random(value, 16) && !decodes_to_words
}

#[cfg(test)]
#[path = "assignment_tests.rs"]
mod tests;
