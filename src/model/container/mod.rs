//! Containers: which images are shipped, whom they run as, what they start from, and what watches over them.

mod base;
mod check;
mod deployed;
mod image;
mod shipped;

use std::collections::BTreeSet;

use super::Facts;
use crate::facts::{Component, Fact, File, ImageName};

/// What follows from Dockerfiles and compose files.
pub(super) fn derive(facts: &Facts, files: &[File], components: &[Component]) -> Vec<Fact> {
    let names = OwnNames::new(components);
    let images = image::derive(facts, files, components, &names);
    let mut derived = image::contexts(facts, files, &images);
    derived.extend(image::packed(facts, components, &images));
    derived.extend(deployed::derive(facts, files, &images, &names));
    derived.extend(check::derive(facts, &images, &names));
    derived.extend(images);
    derived
}

/// The names under which this repository's programs are known.
pub(super) struct OwnNames {
    names: BTreeSet<String>,
}

impl OwnNames {
    pub(super) fn new(components: &[Component]) -> Self {
        let names = components.iter().flat_map(|component| {
            // `@scope/name` of npm, `host/owner/name` of Go (with a version at the end), `Company.Name` of .NET
            let parts = component.name.split(['/', '@']);
            let is_version = |part: &str| part.starts_with('v') && part.len() < 4;
            let named: Vec<&str> = parts.filter(|part| !part.is_empty() && !is_version(part)).collect();
            let last = named.last().copied().unwrap_or("");
            let scope = named.first().copied().filter(|_| component.name.starts_with('@'));
            [Some(last), scope].into_iter().flatten().map(str::to_ascii_lowercase).collect::<Vec<_>>()
        });
        let is_telling = |name: &String| {
            name.len() > 2 && !matches!(name.as_str(), "app" | "web" | "api" | "server" | "client" | "root" | "node")
        };
        Self { names: names.filter(is_telling).collect() }
    }

    /// Whether an image is named after one of them.
    pub(super) fn has(&self, image: &ImageName) -> bool {
        let last = image.last_name().to_ascii_lowercase();
        // `petclinic` for `spring-petclinic`
        let is_tail =
            |name: &String| last.len() > 3 && name.strip_suffix(last.as_str()).is_some_and(|rest| rest.ends_with('-'));
        self.names.contains(&last) || image.text.contains('/') && self.names.iter().any(is_tail)
    }
}
