//! Which tools a dependency or an import is. Names are looked up once each, among the tools of their ecosystem: a
//! repository imports the same modules in thousands of files.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Facts;
use crate::facts::{Dependency, Ecosystem, Import};
use crate::signals::{PackagePattern, Signals, Tool};

/// The tools behind the names that occur in a repository.
pub(super) struct Recognised<'a> {
    imports: Names<'a>,
    dependencies: Names<'a>,
}

type Names<'a> = BTreeMap<Ecosystem, BTreeMap<String, Vec<&'a Tool>>>;

impl<'a> Recognised<'a> {
    pub(super) fn new(facts: &Facts, signals: &'a Signals) -> Self {
        let imports = facts.each::<Import>().map(|(_, it)| (it.ecosystem, it.module.as_str())).collect();
        let dependencies = facts.each::<Dependency>().map(|(_, it)| (it.ecosystem, it.name.as_str())).collect();
        let is_declared = |tool: &Tool, ecosystem, name: &str| {
            tool.dependencies.iter().any(|pattern| pattern.matches(ecosystem, name))
        };
        Self {
            imports: look_up(&imports, signals, is_import_of),
            dependencies: look_up(&dependencies, signals, is_declared),
        }
    }

    /// The tools that an import loads.
    pub(super) fn of_import(&self, import: &Import) -> &[&'a Tool] {
        of(&self.imports, import.ecosystem, &import.module)
    }

    /// The tools that a dependency is.
    pub(super) fn of_dependency(&self, dependency: &Dependency) -> &[&'a Tool] {
        of(&self.dependencies, dependency.ecosystem, &dependency.name)
    }
}

/// The tools of each name, of which `is_it` says whether it is of a tool.
fn look_up<'a>(
    names: &BTreeSet<(Ecosystem, &str)>,
    signals: &'a Signals,
    is_it: impl Fn(&Tool, Ecosystem, &str) -> bool + Sync,
) -> Names<'a> {
    let mut concerned: BTreeMap<Ecosystem, Vec<&Tool>> = BTreeMap::new();
    for (ecosystem, _) in names {
        concerned.entry(*ecosystem).or_insert_with(|| concerning(signals, *ecosystem));
    }
    let tools = |&(ecosystem, name): &(Ecosystem, &str)| {
        let list = concerned.get(&ecosystem).into_iter().flatten().copied();
        (ecosystem, name.to_owned(), list.filter(|tool| is_it(tool, ecosystem, name)).collect())
    };
    let found: Vec<(Ecosystem, String, Vec<&Tool>)> = names.par_iter().map(tools).collect();
    let mut by_ecosystem = Names::new();
    for (ecosystem, name, tools) in found {
        by_ecosystem.entry(ecosystem).or_default().insert(name, tools);
    }
    by_ecosystem
}

/// The tools that have a name in an ecosystem. Code imports Deno's packages as it does those of npm.
fn concerning(signals: &Signals, ecosystem: Ecosystem) -> Vec<&Tool> {
    let is_of = |pattern: &PackagePattern| {
        pattern.ecosystem == ecosystem || ecosystem == Ecosystem::Npm && pattern.ecosystem == Ecosystem::Deno
    };
    signals.tools().filter(|tool| tool.dependencies.iter().chain(&tool.imports).any(is_of)).collect()
}

fn of<'t, 'a>(names: &'t Names<'a>, ecosystem: Ecosystem, name: &str) -> &'t [&'a Tool] {
    names.get(&ecosystem).and_then(|names| names.get(name)).map_or(&[], Vec::as_slice)
}

/// Whether a module is of a tool: by the modules that its entry names, or else by the names of its packages.
fn is_import_of(tool: &Tool, ecosystem: Ecosystem, module: &str) -> bool {
    let mut named = tool.imports.iter().filter(|pattern| pattern.ecosystem == ecosystem).peekable();
    let is_it = |pattern: &PackagePattern| pattern.ecosystem == ecosystem && is_module_of(pattern, module);
    let is_named = match named.peek() {
        Some(_) => named.any(|pattern| pattern.name.matches(module)),
        None => tool.dependencies.iter().any(is_it),
    };
    // Code imports what Deno's import map names without saying which registry it is from.
    let is_of_deno = |pattern: &PackagePattern| pattern.ecosystem == Ecosystem::Deno && is_module_of(pattern, module);
    is_named || ecosystem == Ecosystem::Npm && tool.dependencies.iter().any(is_of_deno)
}

/// Whether a module belongs to a package, by how its ecosystem derives one name from the other.
fn is_module_of(package: &PackagePattern, module: &str) -> bool {
    let name = &package.name;
    match package.ecosystem {
        Ecosystem::Npm | Ecosystem::Deno => name.may_start(module) && name.matches(npm_package(module)),
        Ecosystem::PyPi => {
            prefixes(module, '.').any(|prefix| name.matches(&prefix.replace(['.', '_'], "-").to_lowercase()))
        }
        Ecosystem::Go => prefixes(module, '/').any(|prefix| name.matches(prefix)),
        Ecosystem::Cargo => name.matches(module) || name.matches(&module.replace('_', "-")),
        Ecosystem::Maven => {
            let group = package.text.split(':').next().unwrap_or("");
            module.strip_prefix(group).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }
        Ecosystem::NuGet => prefixes(module, '.').any(|prefix| name.matches(prefix)),
        Ecosystem::RubyGems => {
            prefixes(module, '/').any(|prefix| name.matches(prefix) || name.matches(&prefix.replace('/', "-")))
        }
        Ecosystem::Composer => is_namespace_of(&package.text, module),
        Ecosystem::Hex => {
            let plain = package.text.replace('_', "");
            prefixes(module, '.').any(|prefix| prefix.replace('.', "").eq_ignore_ascii_case(&plain))
        }
        Ecosystem::Pub => name.matches(module.split('/').next().unwrap_or(module)),
        Ecosystem::Swift => package.text.eq_ignore_ascii_case(module),
    }
}

/// The package of a module specifier: `@scope/name/sub` → `@scope/name`.
pub(super) fn npm_package(module: &str) -> &str {
    let parts = if module.starts_with('@') { 2 } else { 1 };
    let end = module.match_indices('/').nth(parts - 1).map_or(module.len(), |(at, _)| at);
    module.get(..end).unwrap_or(module)
}

/// `a`, `a.b`, `a.b.c`.
fn prefixes(module: &str, separator: char) -> impl Iterator<Item = &str> {
    let ends = module.match_indices(separator).map(|(at, _)| at).chain([module.len()]);
    ends.filter_map(|end| module.get(..end))
}

/// `Monolog\Logger` is of `monolog/monolog`, `Symfony\Component\Mailer` of `symfony/mailer`.
fn is_namespace_of(package: &str, module: &str) -> bool {
    let Some((vendor, name)) = package.split_once('/') else { return false };
    let plain = |text: &str| text.replace(['-', '_'], "").to_lowercase();
    let mut parts = module.split('\\').map(plain);
    let is_vendor = parts.next() == Some(plain(vendor));
    is_vendor && (name == "*" || plain(vendor) == plain(name) || parts.any(|part| part == plain(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_of(package: &str, module: &str) -> bool {
        is_module_of(&PackagePattern::parse(package).unwrap(), module)
    }

    #[test]
    fn modules_follow_from_packages_as_ecosystems_do_it() {
        for (package, module) in [
            ("npm:@sentry/*", "@sentry/nextjs/edge"),
            ("npm:express", "express"),
            ("pypi:sentry-sdk", "sentry_sdk.integrations"),
            ("pypi:google-cloud-storage", "google.cloud.storage"),
            ("go:github.com/x/y", "github.com/x/y/v2/z"),
            ("cargo:actix-web", "actix_web"),
            ("maven:io.micrometer:micrometer-core", "io.micrometer.core.instrument.Counter"),
            ("nuget:Serilog", "Serilog.Events"),
            ("gem:rack-attack", "rack/attack"),
            ("composer:symfony/mailer", "Symfony\\Component\\Mailer\\Mailer"),
            ("composer:bugsnag/*", "Bugsnag\\Client"),
            ("hex:phoenix_live_view", "Phoenix.LiveView.Router"),
        ] {
            assert!(is_of(package, module), "{package} {module}");
        }
    }

    #[test]
    fn a_longer_name_is_another_package() {
        assert!(!is_of("npm:express", "express-session"));
        assert!(!is_of("pypi:flask", "flask_login"));
        assert!(!is_of("go:github.com/x/y", "github.com/x/yz"));
        assert!(!is_of("maven:io.micro:a", "io.micrometer.B"));
    }
}
