//! Manifests, lock files and version files: what a package is called, what it declares, what it asks for.
//!
//! One file an ecosystem. What a declaration means for the repository (which component, whether it is used) is for
//! `model` to say.

mod cargo;
mod composer;
mod deno;
mod dotnet;
mod elixir;
mod go;
mod gradle;
mod hosted;
mod ini;
mod lock;
mod maven;
mod npm;
mod python;
mod ruby;
mod runtime;
mod setup_py;
mod swift_dart;
mod xml;

use std::collections::BTreeMap;

use super::{Demand, Extractor, Found, Hit};
use crate::facts::{
    Data, Dependency, DependencyScope, Ecosystem, EntryPoint, File, Manifest, Role, SharedDependency, Span,
};
use crate::syntax::Source;

/// Reads one kind of file.
type Reader = fn(&Source<'_>, &mut Found<'_>);

/// The extractors of this subject.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![Box::new(Manifests)]
}

struct Manifests;

impl Extractor for Manifests {
    fn name(&self) -> &'static str {
        "manifest"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        match reader(file) {
            Some(_) if lock::manager(file.name()).is_some() => file.role != Role::Vendored,
            Some(_) => file.role.is_written(),
            None => false,
        }
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        if let Some(read) = reader(source.file) {
            read(source, found);
        }
    }
}

fn reader(file: &File) -> Option<Reader> {
    let name = file.name();
    if lock::manager(name).is_some() {
        return Some(lock::read);
    }
    let by_name: Reader = match name {
        "package.json" => npm::package,
        "pnpm-workspace.yaml" => npm::pnpm_workspace,
        "lerna.json" => npm::lerna,
        "project.json" => npm::nx_project,
        "pyproject.toml" => python::pyproject,
        "Pipfile" => python::pipfile,
        "setup.cfg" => python::setup_cfg,
        "setup.py" => setup_py::read,
        "go.mod" => go::module,
        "go.work" => go::workspace,
        "Cargo.toml" => cargo::read,
        "pom.xml" => maven::read,
        "build.gradle" | "build.gradle.kts" => gradle::build,
        "settings.gradle" | "settings.gradle.kts" => gradle::settings,
        "Directory.Packages.props" | "Directory.Build.props" => dotnet::props,
        "packages.config" => dotnet::packages,
        "Gemfile" | "gems.rb" => ruby::gemfile,
        "composer.json" => composer::read,
        "mix.exs" => elixir::read,
        "deno.json" | "deno.jsonc" | "jsr.json" => deno::read,
        "Package.swift" => swift_dart::swift,
        "pubspec.yaml" => swift_dart::dart,
        "hsproject.json" => hosted::hubspot,
        _ => return by_extension(file).or_else(|| runtime::is_version_file(name).then_some(runtime::read as Reader)),
    };
    Some(by_name)
}

fn by_extension(file: &File) -> Option<Reader> {
    match file.extension() {
        "csproj" | "fsproj" | "vbproj" => Some(dotnet::project),
        "sln" | "slnx" => Some(dotnet::solution),
        "gemspec" => Some(ruby::gemspec),
        "toml" if file.name().ends_with(".versions.toml") => Some(gradle::catalogue),
        "txt" | "in" if python::is_requirements(file) => Some(python::requirements),
        "datasource" => Some(hosted::tinybird),
        _ => None,
    }
}

/// A dependency's name and version with where it is written.
struct Declared<'a> {
    span: Span,
    name: &'a str,
    requirement: &'a str,
    local: Option<String>,
    alias: Option<&'a str>,
    shared: Option<String>,
}

impl<'a> Declared<'a> {
    fn new(span: Span, name: &'a str, requirement: &'a str) -> Self {
        Self { span, name, requirement, local: None, alias: None, shared: None }
    }

    /// Adds it as a fact.
    fn add(self, ecosystem: Ecosystem, scope: DependencyScope, found: &mut Found<'_>) {
        let span = self.span;
        if let Some(dependency) = self.dependency(ecosystem, scope) {
            found.add(span, Data::Dependency(dependency));
        }
    }

    /// Adds it as a declaration that others take up by an alias.
    fn share(self, ecosystem: Ecosystem, alias: String, found: &mut Found<'_>) {
        let span = self.span;
        if let Some(dependency) = self.dependency(ecosystem, DependencyScope::Runtime) {
            found.add(span, Data::SharedDependency(SharedDependency { alias, dependency }));
        }
    }

    fn dependency(self, ecosystem: Ecosystem, scope: DependencyScope) -> Option<Dependency> {
        let Self { name, requirement, local, alias, shared, .. } = self;
        let (name, requirement) = (name.trim().to_owned(), requirement.trim().to_owned());
        let alias = alias.filter(|alias| *alias != name).map(str::to_owned);
        (!name.is_empty()).then_some(Dependency { ecosystem, name, requirement, scope, local, alias, shared })
    }
}

/// A manifest that says nothing yet.
fn blank(ecosystem: Ecosystem) -> Manifest {
    Manifest {
        ecosystem,
        name: None,
        version: None,
        is_private: false,
        members: Vec::new(),
        package_manager: None,
        runtimes: BTreeMap::new(),
        is_package: true,
        sources: None,
    }
}

fn entry(found: &mut Found<'_>, span: Span, kind: &'static str, detail: impl Into<String>) {
    found.add(span, Data::EntryPoint(EntryPoint { kind, detail: detail.into(), target: None }));
}

/// A relative path of a manifest as a path of the repository, `None` where it leaves it.
fn resolve(folder: &str, relative: &str) -> Option<String> {
    let relative = relative.replace('\\', "/");
    let mut parts: Vec<&str> = if relative.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.retain(|part| !part.is_empty());
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_stay_inside_the_repository() {
        assert_eq!(resolve("apps/web", "../../packages/ui").as_deref(), Some("packages/ui"));
        assert_eq!(resolve("src/Api", "..\\Domain\\Domain.csproj").as_deref(), Some("src/Domain/Domain.csproj"));
        assert_eq!(resolve("", "./a").as_deref(), Some("a"));
        assert_eq!(resolve("a", "../../b"), None);
    }
}

/// Support for the tests of readers.
#[cfg(test)]
mod testing {
    use super::*;
    use crate::facts::Language;

    /// The facts of a manifest, one a line, in the order of the file.
    pub(super) fn read(path: &str, text: &str) -> Vec<String> {
        let extension = path.rsplit('.').next().unwrap_or("");
        let file = File {
            path: path.into(),
            bytes: text.len() as u64,
            role: Role::Configuration,
            language: Language::from_extension(extension),
            lines: 0,
        };
        assert!(Manifests.wants(&file), "{path} is not wanted");
        let source = Source::new(&file, text);
        let mut found = Found::new(&file);
        Manifests.extract(&source, &[], &mut found);
        assert!(found.diagnostics().is_empty(), "{:?}", found.diagnostics());
        found.facts().iter().map(|fact| format!("{} {}", fact.place.span.line, describe(&fact.data))).collect()
    }

    fn describe(data: &Data) -> String {
        match data {
            Data::Dependency(it) => {
                let scope = if it.scope == DependencyScope::Runtime { "run" } else { "dev" };
                let local = it.local.as_ref().map(|path| format!(" at {path}")).unwrap_or_default();
                let shared = it.shared.as_ref().map(|alias| format!(" by {alias}")).unwrap_or_default();
                let alias = it.alias.as_ref().map(|alias| format!(" as {alias}")).unwrap_or_default();
                format!("{scope} {} {}{local}{shared}{alias}", it.name, it.requirement)
            }
            Data::SharedDependency(it) => {
                format!("share {} {} as {}", it.dependency.name, it.dependency.requirement, it.alias)
            }
            Data::EntryPoint(it) => format!("{}: {}", it.kind, it.detail),
            Data::LockFile(it) => format!("lock {}", it.manager),
            Data::Manifest(it) => format!(
                "manifest {:?} package={} private={} members={:?} manager={:?} runtimes={:?}",
                it.name.as_deref().unwrap_or(""),
                it.is_package,
                it.is_private,
                it.members,
                it.package_manager.as_deref().unwrap_or(""),
                it.runtimes
            ),
            other => format!("{other:?}"),
        }
    }
}
