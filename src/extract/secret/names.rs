//! Names in text, and which of them are names of secrets.

use std::ops::Range;

/// Words with which a name of a secret ends; a pair is two words of the name.
const SECRET_WORDS: &[&str] = &["password", "passwd", "passphrase", "secret", "token", "apikey", "pwd", "pass"];
const SECRET_PAIRS: &[(&str, &str)] = &[
    ("api", "key"),
    ("access", "key"),
    ("private", "key"),
    ("encryption", "key"),
    ("signing", "key"),
    ("auth", "key"),
    ("master", "key"),
    ("secret", "key"),
    ("service", "key"),
    ("api", "secret"),
];

/// Words that may follow the name of a secret without changing what it is.
const QUALIFIERS: &[&str] = &[
    "value",
    "prod",
    "production",
    "live",
    "dev",
    "development",
    "staging",
    "local",
    "default",
    "base",
    "str",
    "string",
];

/// Words that make a name public, a hash, or a thing of some other trade.
const INNOCENT_WORDS: &[&str] = &[
    "public",
    "publishable",
    "anon",
    "csrf",
    "xsrf",
    "hash",
    "hashed",
    "digest",
    "checksum",
    "sha",
    "sha1",
    "sha256",
    "md5",
    "integrity",
    "etag",
    "fingerprint",
    "signature",
    "page",
    "next",
    "cursor",
    "continuation",
    "cancellation",
    "syntax",
    "css",
    "design",
    "lexer",
    "parser",
    "id",
    "ids",
    "name",
    "type",
    "field",
    "path",
    "file",
    "url",
    "uri",
    "site",
    "recaptcha",
    "captcha",
    "measurement",
    "cache",
    "dedupe",
    "idempotency",
    "query",
    "partition",
    "sort",
    "primary",
    "foreign",
    "translation",
    "i18n",
    "label",
    "placeholder",
    "message",
    "error",
    "invalid",
    "fake",
    "mock",
    "example",
    "sample",
    "dummy",
    "test",
    "encrypted",
    "ciphertext",
    "sealed",
];

/// Starts of the names of variables that bundlers write into pages.
const PUBLISHED: &[&str] =
    &["REACT_APP_", "NX_REACT_APP_", "VITE_", "VUE_APP_", "GATSBY_", "EXPO_PUBLIC_", "NG_APP_", "STORYBOOK_"];

/// The name that holds a byte.
pub(super) fn name_at(text: &str, at: usize) -> Range<usize> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let (before, after) = text.as_bytes().split_at_checked(at).unwrap_or_default();
    let before = before.iter().rev().take(80).take_while(is_name).count();
    let after = after.iter().take(80).take_while(is_name).count();
    at - before..at + after
}

/// Whether a name is one of a secret: its last word says so, and no word makes it something else.
pub(in crate::extract) fn is_secret_name(name: &str) -> bool {
    let words = words_of(name);
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    while words.last().is_some_and(|word| QUALIFIERS.contains(word) || word.bytes().all(|byte| byte.is_ascii_digit())) {
        words.pop();
    }
    if is_innocent(name) {
        return false;
    }
    let [.., last] = words.as_slice() else { return false };
    let ends_in_pair = matches!(words.as_slice(), [.., first, second] if SECRET_PAIRS.contains(&(first, second)));
    // `pass` and `pwd` alone are verbs and folders.
    let is_word = SECRET_WORDS.contains(last) && (words.len() > 1 || !matches!(*last, "pass" | "pwd"));
    is_word || ends_in_pair
}

/// Whether a word of a name makes it public, a hash, or a thing of some other trade. What a bundler writes into pages by
/// the start of its name is public, unless its name says that it is none.
pub(super) fn is_innocent(name: &str) -> bool {
    let is_published = PUBLISHED.iter().any(|start| name.starts_with(start))
        && !["SECRET", "PASS", "PRIVATE", "PWD"].iter().any(|word| name.contains(word));
    is_published || words_of(name).iter().any(|word| INNOCENT_WORDS.contains(&word.as_str()))
}

/// The words of a name, in lower case: `awsSecretKey`, `AWSSecretKey`, `AWS_SECRET_KEY` and `aws-secret-key` have the same.
pub(super) fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = '_';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        if !letter.is_ascii_alphanumeric() {
            previous = letter;
            continue;
        }
        // The last capital of several is the first letter of the next word: `APIKey`.
        let is_before_small = letters.peek().is_some_and(char::is_ascii_lowercase);
        let starts = !previous.is_ascii_alphanumeric()
            || letter.is_ascii_uppercase() && (!previous.is_ascii_uppercase() || is_before_small);
        match words.last_mut() {
            Some(word) if !starts => word.push(letter.to_ascii_lowercase()),
            _ => words.push(letter.to_ascii_lowercase().to_string()),
        }
        previous = letter;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_told_from_their_neighbours() {
        for name in [
            "password",
            "DB_PASSWORD",
            "jwtSecret",
            "API_KEY",
            "x-api-key",
            "clientSecret",
            "SMTP_PASS",
            "STRIPE_SECRET_KEY",
            "authTokenProd",
            "DBPassword",
            "APIKey",
            "JWTSecret",
            "REACT_APP_CLIENT_SECRET",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "publicKey",
            "tokenType",
            "passwordField",
            "secretName",
            "token_url",
            "passwordHash",
            "nextPageToken",
            "pass",
            "csrfToken",
            "tokens",
            "REACT_APP_ANALYTICS_TOKEN",
            "key",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
