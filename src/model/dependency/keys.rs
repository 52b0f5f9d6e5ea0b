//! The keys under which imports and packages find each other, by how each ecosystem derives modules from packages.

use crate::facts::Ecosystem;
use crate::model::recognise::npm_package;

/// A word of a command line without version and subpath: `tsx/esm` → `tsx`.
pub(super) fn npm_program(word: &str) -> &str {
    npm_package(word.split('@').next().filter(|name| !name.is_empty()).unwrap_or(word))
}

/// The names under which an import may be looked up: every package that could hold the module.
pub(super) fn keys(ecosystem: Ecosystem, module: &str) -> Vec<String> {
    match ecosystem {
        Ecosystem::Npm | Ecosystem::Deno => vec![npm_package(module).to_owned()],
        Ecosystem::PyPi => prefixes(module, '.').map(|prefix| prefix.replace(['.', '_'], "-").to_lowercase()).collect(),
        Ecosystem::Go => prefixes(module, '/').map(str::to_owned).collect(),
        Ecosystem::Cargo => vec![module.replace('-', "_")],
        Ecosystem::Maven | Ecosystem::NuGet => prefixes(module, '.').map(str::to_lowercase).collect(),
        Ecosystem::RubyGems => prefixes(module, '/').map(|prefix| prefix.replace(['/', '_'], "-")).collect(),
        Ecosystem::Composer => {
            prefixes(module, '\\').map(|prefix| prefix.replace(['\\', '-', '_'], "").to_lowercase()).collect()
        }
        Ecosystem::Hex => prefixes(module, '.').map(|prefix| prefix.replace('.', "").to_lowercase()).collect(),
        Ecosystem::Pub => vec![module.split('/').next().unwrap_or(module).to_owned()],
        Ecosystem::Swift => vec![module.to_lowercase()],
    }
}

/// The names under which a package's modules are.
pub(super) fn package_keys(ecosystem: Ecosystem, package: &str) -> Vec<String> {
    match ecosystem {
        Ecosystem::PyPi => {
            let plain = package.replace(['.', '_'], "-").to_lowercase();
            let short = [plain.strip_prefix("python-"), plain.strip_suffix("-python"), plain.strip_suffix("-binary")];
            let mut keys: Vec<String> = short.into_iter().flatten().map(str::to_owned).collect();
            keys.push(plain);
            keys
        }
        Ecosystem::Maven => package.split(':').next().map(str::to_lowercase).into_iter().collect(),
        Ecosystem::Cargo => vec![package.replace('-', "_")],
        Ecosystem::RubyGems => vec![package.replace(['/', '_'], "-")],
        Ecosystem::NuGet | Ecosystem::Swift => vec![package.to_lowercase()],
        // `symfony/mailer` is Symfony\Component\Mailer or Symfony\Mailer; `monolog/monolog` is Monolog.
        Ecosystem::Composer => {
            let plain = package.replace(['-', '_'], "").to_lowercase();
            let (vendor, name) = plain.split_once('/').unwrap_or((&plain, ""));
            let mut keys = vec![format!("{vendor}{name}"), format!("{vendor}component{name}"), name.to_owned()];
            keys.extend((name == "framework").then(|| "illuminate".to_owned()));
            keys
        }
        Ecosystem::Hex => vec![package.replace('_', "")],
        Ecosystem::Npm | Ecosystem::Deno | Ecosystem::Go | Ecosystem::Pub => vec![package.to_owned()],
    }
}

/// `a`, `a.b`, `a.b.c`.
fn prefixes(module: &str, separator: char) -> impl Iterator<Item = &str> {
    let ends = module.match_indices(separator).map(|(at, _)| at).chain([module.len()]);
    ends.filter_map(|end| module.get(..end))
}
