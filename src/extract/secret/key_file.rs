//! Files that are a key and nothing else: the keys that decrypt Rails credentials.

use super::{redaction, worth};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Role, Severity};
use crate::syntax::Source;

/// Finds key files by their names and content.
pub(super) struct KeyFiles;

impl Extractor for KeyFiles {
    fn name(&self) -> &'static str {
        "key-file"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written()
            && (file.name() == "master.key" || file.folder().ends_with("credentials") && file.extension() == "key")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let key = source.text().trim();
        if key.len() != 32 || !key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return;
        }
        let is_for_ci = source.file.path.split('/').any(|part| matches!(part, ".github" | ".circleci" | "ci" | ".ci"));
        let severity = if is_for_ci || source.file.role == Role::Test { Severity::Low } else { Severity::Critical };
        let secret = redaction::of_name("rails-master-key", "key of Rails credentials".to_owned(), key, severity);
        worth::add(source, 0, source.span(0..key.len()), secret, found);
    }
}
