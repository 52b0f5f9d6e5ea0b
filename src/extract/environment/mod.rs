//! Environment variables: files that set them, code and configuration that read them, and ignore files that keep
//! the real ones out of the repository.

mod dotenv;
mod ignore_file;
mod read;

use super::Extractor;

/// The extractors of this subject.
pub(super) fn all() -> [Box<dyn Extractor>; 3] {
    [Box::new(read::EnvironmentReads::new()), Box::new(dotenv::EnvironmentFiles), Box::new(ignore_file::IgnoreFiles)]
}
