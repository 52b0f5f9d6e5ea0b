//! Lock files, by name: they say what is pinned and who pins it, never what is used.

use super::Found;
use crate::facts::{Data, Ecosystem, LockFile, Span};
use crate::syntax::Source;

/// The ecosystem and the package manager that write a lock file of that name.
pub(super) fn manager(name: &str) -> Option<(Ecosystem, &'static str)> {
    Some(match name {
        "package-lock.json" | "npm-shrinkwrap.json" => (Ecosystem::Npm, "npm"),
        "pnpm-lock.yaml" => (Ecosystem::Npm, "pnpm"),
        "yarn.lock" => (Ecosystem::Npm, "yarn"),
        "bun.lock" | "bun.lockb" => (Ecosystem::Npm, "bun"),
        "uv.lock" => (Ecosystem::PyPi, "uv"),
        "poetry.lock" => (Ecosystem::PyPi, "poetry"),
        "pdm.lock" => (Ecosystem::PyPi, "pdm"),
        "Pipfile.lock" => (Ecosystem::PyPi, "pipenv"),
        "pixi.lock" => (Ecosystem::PyPi, "pixi"),
        "go.sum" => (Ecosystem::Go, "go"),
        "Cargo.lock" => (Ecosystem::Cargo, "cargo"),
        "gradle.lockfile" => (Ecosystem::Maven, "gradle"),
        "packages.lock.json" => (Ecosystem::NuGet, "nuget"),
        "paket.lock" => (Ecosystem::NuGet, "paket"),
        "Gemfile.lock" | "gems.locked" => (Ecosystem::RubyGems, "bundler"),
        "composer.lock" => (Ecosystem::Composer, "composer"),
        "mix.lock" => (Ecosystem::Hex, "mix"),
        "deno.lock" => (Ecosystem::Deno, "deno"),
        "Package.resolved" => (Ecosystem::Swift, "swift"),
        "pubspec.lock" => (Ecosystem::Pub, "pub"),
        _ => return None,
    })
}

pub(super) fn read(source: &Source<'_>, found: &mut Found<'_>) {
    if let Some((ecosystem, manager)) = manager(source.file.name()) {
        found.add(Span::START, Data::LockFile(LockFile { ecosystem, manager: manager.to_owned() }));
    }
}
