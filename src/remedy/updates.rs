//! What a bot can keep current: the ecosystems of a repository with their folders.

use serde::Serialize;

use super::name::is_plain;
use crate::facts::{Ecosystem, Manifest, Role};
use crate::model::Repository;

/// A package ecosystem as Dependabot names it, with its folder.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Update {
    pub ecosystem: &'static str,
    pub directory: String,
}

/// The ecosystems of a repository.
pub(super) fn updates(repository: &Repository) -> Vec<Update> {
    let folder = |path: &str| match path.rsplit_once('/') {
        Some((folder, _)) => format!("/{folder}"),
        None => "/".to_owned(),
    };
    let is_of_uv =
        |path: &str| repository.component_of(path).is_some_and(|own| own.package_manager.as_deref() == Some("uv"));
    let mut updates: Vec<Update> = repository
        .facts
        .each::<Manifest>()
        .filter(|(fact, own)| own.is_package && matches!(fact.role, Role::Product | Role::Configuration))
        .filter_map(|(fact, own)| {
            let ecosystem = match own.ecosystem {
                Ecosystem::Npm => "npm",
                Ecosystem::PyPi if is_of_uv(&fact.place.path) => "uv",
                Ecosystem::PyPi => "pip",
                Ecosystem::Go => "gomod",
                Ecosystem::Cargo => "cargo",
                Ecosystem::Maven if fact.place.path.ends_with("pom.xml") => "maven",
                Ecosystem::Maven => "gradle",
                Ecosystem::NuGet => "nuget",
                Ecosystem::RubyGems => "bundler",
                Ecosystem::Composer => "composer",
                Ecosystem::Hex => "mix",
                Ecosystem::Swift => "swift",
                Ecosystem::Pub => "pub",
                Ecosystem::Deno => return None,
            };
            Some(Update { ecosystem, directory: folder(&fact.place.path) })
        })
        .collect();
    let files = || repository.files.iter().map(|file| &*file.path);
    if files().any(|path| path.starts_with(".github/workflows/")) {
        updates.push(Update { ecosystem: "github-actions", directory: "/".to_owned() });
    }
    let is_dockerfile = |path: &&str| path.rsplit('/').next() == Some("Dockerfile");
    updates.extend(files().filter(is_dockerfile).map(|path| Update { ecosystem: "docker", directory: folder(path) }));
    updates.retain(|update| is_plain(&update.directory));
    updates.sort();
    updates.dedup();
    // The members of a workspace are kept current with their root.
    let has_root = |ecosystem: &str| updates.iter().any(|own| own.ecosystem == ecosystem && own.directory == "/");
    let workspaces: Vec<&'static str> = updates
        .iter()
        .map(|own| own.ecosystem)
        .filter(|own| matches!(*own, "npm" | "cargo" | "uv") && has_root(own))
        .collect();
    updates.retain(|own| own.directory == "/" || !workspaces.contains(&own.ecosystem));
    updates
}
