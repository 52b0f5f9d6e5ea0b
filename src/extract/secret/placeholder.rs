//! Values that stand for a secret and are none: templates, examples, words that say "put yours here".

use super::shape::{is_patterned, word_share};

/// Parts that make a value a template, which something else fills.
const TEMPLATES: &[&str] = &[
    "${",
    "{{",
    "}}",
    "<",
    ">",
    "%(",
    "$(",
    "#{",
    "@@",
    "[[",
    "{0}",
    "{}",
    "%s",
    "%v",
    "%d",
    "...",
    "***",
    "\u{2026}",
    "\u{2022}",
    "process.env",
    "os.environ",
    "getenv",
    "import.meta",
    "secrets.",
    "ENV[",
    "env.",
];

/// Words that no real secret holds, in lower case.
const DUMMIES: &[&str] = &[
    "example",
    "sample",
    "dummy",
    "fake",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "changethis",
    "change-this",
    "change_this",
    "changeit",
    "replace",
    "insert",
    "your",
    "redacted",
    "removed",
    "secret",
    "password",
    "passwort",
    "xxxx",
    "todo",
    "foobar",
    "notreal",
    "not-real",
    "not_real",
    "invalid",
    "deadbeef",
    "qwerty",
    "lorem",
    "here",
    "default",
    "mysecret",
    "localhost",
    "somekey",
    "testkey",
    "test-key",
    "test_key",
    "testtoken",
    "test-token",
    "test_token",
    "undefined",
    "hunter2",
    "goes-here",
    "n0tareal",
];

/// Characters that count or repeat, as people type them.
const COUNTS: &[&str] = &["abcdef", "123456", "000000"];

/// Passwords of development, in lower case, compared after trailing digits and signs are cut.
const WEAK: &[&str] = &[
    "",
    "abc",
    "admin",
    "app",
    "api",
    "bar",
    "baz",
    "changeit",
    "changeme",
    "database",
    "db",
    "dba",
    "default",
    "demo",
    "dev",
    "development",
    "docker",
    "elastic",
    "example",
    "foo",
    "foobar",
    "guest",
    "hello",
    "local",
    "letmein",
    "master",
    "minio",
    "minioadmin",
    "mongo",
    "mongodb",
    "mssql",
    "mypass",
    "mypassword",
    "mysecretpassword",
    "mysql",
    "mariadb",
    "nats",
    "p4ssw0rd",
    "p@ssw0rd",
    "p@ssword",
    "pass",
    "passw0rd",
    "password",
    "passwd",
    "pg",
    "pgpass",
    "postgres",
    "postgresql",
    "pw",
    "pwd",
    "qwerty",
    "rabbitmq",
    "redis",
    "root",
    "rootpassword",
    "rootpass",
    "sa",
    "secret",
    "sekret",
    "system",
    "test",
    "testing",
    "token",
    "unused",
    "user",
    "username",
    "usr",
    "welcome",
    "x",
    "xx",
    "xxx",
    "yes",
];

/// Whether a value is a template, says itself that it is none, or only counts.
pub(in crate::extract) fn is_placeholder(value: &str) -> bool {
    is_counted(value) || is_stand_in(value)
}

/// Whether the characters of a value count or repeat, as nothing does that a machine draws.
pub(super) fn is_counted(value: &str) -> bool {
    let has_count = |text: &str| COUNTS.iter().any(|part| text.contains(part));
    value.len() <= 120 && has_count(&value.to_ascii_lowercase()) || is_patterned(value)
}

/// Whether a value is a template or says in words that it is none.
pub(super) fn is_stand_in(value: &str) -> bool {
    if value.starts_with('$') || TEMPLATES.iter().any(|part| value.contains(part)) {
        return true;
    }
    let lower = value.to_ascii_lowercase();
    // In a long random text the short words occur by chance.
    let shortest = if value.len() > 120 { 7 } else { 0 };
    let has_dummy =
        |text: &str, shortest: usize| DUMMIES.iter().any(|word| word.len() >= shortest && text.contains(word));
    has_dummy(&lower, shortest) || has_dummy(&with_letters(&lower), 7)
}

/// A text whose digits are read as the letters that they look like: `ch4ng3m3` says what it is.
fn with_letters(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '6' | '9' => 'g',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// Whether a password is one that people type on their own machine: a well-known one, a word, a name of its surroundings.
pub(in crate::extract) fn is_weak_password(password: &str, surroundings: &[&str]) -> bool {
    let lower = password.to_ascii_lowercase();
    let core = lower.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
    let is_near = |name: &&str| {
        let name = name.to_ascii_lowercase();
        !name.is_empty() && (name == lower || name == core)
    };
    WEAK.contains(&core)
        || surroundings.iter().any(is_near)
        || is_placeholder(password)
        || (password.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_-. ".contains(&byte))
            && word_share(password) > 0.6)
}

/// Whether a password is one that somebody made up for something real: of three sorts of characters, and no known one.
pub(super) fn is_strong_password(password: &str) -> bool {
    let has = |is: fn(&u8) -> bool| password.bytes().any(|byte| is(&byte));
    let sorts = [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit, u8::is_ascii_punctuation];
    (8..=64).contains(&password.len())
        && !password.contains(char::is_whitespace)
        && sorts.into_iter().filter(|sort| has(*sort)).count() >= 3
        && !is_weak_password(password, &[])
        && !is_counted_up(password)
}

/// Whether a password is a name and the digits that people put behind it: `openShop123`, `Team@1234`.
fn is_counted_up(password: &str) -> bool {
    let core = password.trim_end_matches(|c: char| c.is_ascii_punctuation());
    let name = core.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = core.get(name.len()..).unwrap_or("");
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte.is_ascii_punctuation());
    is_name && matches!(digits, "1" | "12" | "123" | "1234" | "12345" | "321")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_and_instructions_are_placeholders() {
        for value in [
            "${TOKEN}",
            "{{ token }}",
            "<your-token>",
            "%(token)s",
            "changeme",
            "your-api-key-here",
            "xxxxxxxx",
            "AKIAIOSFODNN7EXAMPLE",
            "ch4n63m31fy0uc4n",
            "${{ secrets.DEPLOY_TOKEN }}",
            "process.env.DEPLOY_TOKEN",
            "aaaaaaaaaaaaaaaaaaaa",
            "0123456789abcdef",
            "fedcba9876543210",
            "ab12ab12ab12ab12",
            "xxxx-xxxx-xxxx-xxxx",
            "#{token}",
            "********",
            "q7Zp0Xk2...",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        assert!(!is_placeholder("q7Zp0Xk2Rv9LmT4bW1"));
    }

    #[test]
    fn passwords_of_development_are_weak() {
        for password in ["postgres", "password123", "Passw0rd!", "billing", "changethis", "developers"] {
            assert!(is_weak_password(password, &["billing", "db"]), "{password}");
        }
        assert!(!is_weak_password("vT7pQ2kzL", &["billing"]));
    }
}
