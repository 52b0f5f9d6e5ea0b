//! From a value to what may be shown of it. The one place where a fact about a secret is made.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::Format;
use super::named::Named;
use crate::facts::{Secret, Severity};

/// Keeps digests apart from those of any other program.
const SALT: &str = "auditor/secret/1:";

/// The longest start that is shown, where it is a part of the format and tells nothing of the value.
const SHOWN: usize = 4;

/// A salted hash, short enough that it does not confirm a guessed password.
pub(super) fn digest(value: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(SALT);
    hash.update(value);
    hash.finalize().iter().take(5).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The fact for a value of a format.
pub(super) fn of_format(format: &Format, value: &str, severity: Severity) -> Secret {
    let prefix = format.literals.iter().find(|literal| value.starts_with(literal.as_str()));
    let shown = prefix.map_or(0, |literal| literal.len().clamp(SHOWN, 12));
    Secret {
        kind: format.id.clone(),
        title: format.title.clone(),
        provider: format.provider.clone(),
        severity,
        is_counted: false,
        redacted: redact(value, shown),
        digest: digest(value),
        remark: String::new(),
    }
}

/// The fact for a value beside the name of its provider.
pub(super) fn of_provider(named: &Named, value: &str) -> Secret {
    let title = format!("{} key", named.provider);
    Secret { provider: named.provider.clone(), ..of_name(&named.kind(), title, value, named.severity) }
}

/// The fact for a random value without a format of its own.
pub(super) fn of_name(kind: &str, title: String, value: &str, severity: Severity) -> Secret {
    let shown = if value.len() >= 24 { 2 } else { 0 };
    Secret {
        kind: kind.to_owned(),
        title,
        provider: String::new(),
        severity,
        is_counted: false,
        redacted: redact(value, shown),
        digest: digest(value),
        remark: String::new(),
    }
}

fn redact(value: &str, shown: usize) -> String {
    let start: String = value.chars().take(shown.min(value.len() / 4)).collect();
    format!("{start}\u{2026}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_shows_nothing_of_itself() {
        let secret = of_name("password", "password".to_owned(), "vT7pQ2kzL", Severity::High);
        assert_eq!(secret.redacted, "\u{2026}");
        assert!(!format!("{secret:?}").contains("vT7"));
    }

    #[test]
    fn equal_values_have_equal_digests() {
        assert_eq!(digest("a"), digest("a"));
        assert_ne!(digest("a"), digest("b"));
        assert_eq!(digest("a").len(), 10);
    }
}
