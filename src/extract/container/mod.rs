//! Containers: what Dockerfiles build and what compose files run.

mod check_script;
mod compose;
mod image;
mod privilege;
mod variables;

use super::Extractor;

/// The extractors of this subject.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![
        Box::new(image::Dockerfiles),
        Box::new(compose::ComposeFiles),
        Box::new(privilege::PrivilegeDrops),
        Box::new(check_script::CheckScripts),
    ]
}

pub(super) use compose::{audience, services};
