//! Which tools a dependency or an import is. Names are looked up once each: a repository imports the same modules in
//! thousands of files.

use std::collections::BTreeMap;

use super::Facts;
use crate::facts::{Dependency, Ecosystem, Import};
use crate::signals::{PackagePattern, Signals, Tool};

/// The tools behind the names that occur in a repository.
pub(super) struct Recognised<'a> {
    imports: BTreeMap<(Ecosystem, &'a str), Vec<&'a Tool>>,
    dependencies: BTreeMap<(Ecosystem, &'a str), Vec<&'a Tool>>,
}

impl<'a> Recognised<'a> {
    pub(super) fn new(facts: &'a Facts, signals: &'a Signals) -> Self {
        let mut found = Self { imports: BTreeMap::new(), dependencies: BTreeMap::new() };
        for (_, import) in facts.each::<Import>() {
            found.imports.entry((import.ecosystem, import.module.as_str())).or_insert_with(|| {
                signals.tools().filter(|tool| is_import_of(tool, import.ecosystem, &import.module)).collect()
            });
        }
        for (_, dependency) in facts.each::<Dependency>() {
            found.dependencies.entry((dependency.ecosystem, dependency.name.as_str())).or_insert_with(|| {
                let is_it = |tool: &&Tool| {
                    tool.dependencies.iter().any(|it| it.matches(dependency.ecosystem, &dependency.name))
                };
                signals.tools().filter(is_it).collect()
            });
        }
        found
    }

    /// The tools that an import loads.
    pub(super) fn of_import(&self, import: &'a Import) -> &[&'a Tool] {
        self.imports.get(&(import.ecosystem, import.module.as_str())).map_or(&[], Vec::as_slice)
    }

    /// The tools that a dependency is.
    pub(super) fn of_dependency(&self, dependency: &'a Dependency) -> &[&'a Tool] {
        self.dependencies.get(&(dependency.ecosystem, dependency.name.as_str())).map_or(&[], Vec::as_slice)
    }
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
        Ecosystem::Npm | Ecosystem::Deno => name.matches(npm_package(module)),
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
