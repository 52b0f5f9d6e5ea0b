//! Environment variables: files that set them, code and configuration that read them, and ignore files that keep
//! the real ones out of the repository.

mod check;
mod container;
mod dotenv;
mod forms;
mod ignore_file;
mod read;
mod stage;

use super::Extractor;

/// The extractors of this subject.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![
        Box::new(read::EnvironmentReads::new()),
        Box::new(container::ContainerEnvironments),
        Box::new(check::EnvironmentChecks::new()),
        Box::new(dotenv::EnvironmentFiles),
        Box::new(stage::StageFiles),
        Box::new(stage::StageSections::new()),
        Box::new(ignore_file::IgnoreFiles),
    ]
}
