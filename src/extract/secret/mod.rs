//! Credentials in text: known formats, which are data (`rules/secrets/formats/*.toml`), and random values that are
//! assigned to names of secrets.
//!
//! A value never leaves this module: what comes out is redacted, with a salted hash. Expressions run only around the
//! literals of their formats. What a rule makes of a finding in a test or a document is the rule's to say.

mod assignment;
mod checks;
mod code;
mod connection;
mod format;
mod key_file;
mod manifest;
mod marker;
mod named;
mod names;
mod owner;
mod placeholder;
mod recipe;
mod redaction;
mod scan;
mod shape;
mod state;
mod worth;

pub use format::{Format, Formats};

pub(super) use connection::has_live_password;
pub(super) use names::is_secret_name;
pub(super) use placeholder::{is_placeholder, is_weak_password};
pub(super) use shape::looks_random;

use super::Extractor;

/// The extractors of credentials.
pub(super) fn all(formats: Formats) -> [Box<dyn Extractor>; 4] {
    [
        Box::new(scan::Secrets::new(formats)),
        Box::new(key_file::KeyFiles),
        Box::new(manifest::SecretManifests),
        Box::new(state::TerraformStates),
    ]
}

#[cfg(test)]
#[expect(dead_code, reason = "shared with the fixtures' harness, which is another crate")]
#[path = "../../../tests/suite/support/fakes.rs"]
mod fakes;
