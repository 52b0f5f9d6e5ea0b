//! What else is known of a component: languages, package manager, runtimes.

use std::collections::BTreeMap;

use super::folders::{Folders, above, folder, is_product_code};
use crate::facts::{Ecosystem, File, Language, LockFile, Manifest, Role};
use crate::model::Facts;

/// One line in so many is a trace of a language, unless there is [`A_PROGRAM`] of it.
const TRACE: u64 = 100;

/// So many lines are a program of their own, however large the rest is.
const A_PROGRAM: u64 = 500;

/// Languages, package manager and runtimes of one component.
#[derive(Default)]
pub(super) struct About {
    pub(super) languages: Vec<Language>,
    /// Those of its manifests, that of its main language first.
    pub(super) ecosystems: Vec<Ecosystem>,
    pub(super) package_manager: Option<String>,
    pub(super) runtimes: BTreeMap<String, String>,
}

/// Describes every component, in the order of the folders.
pub(super) fn describe(folders: &Folders<'_>, facts: &Facts, files: &[File]) -> Vec<About> {
    let languages = languages(folders, files);
    let mut locks: BTreeMap<(&str, Ecosystem), &str> = BTreeMap::new();
    for (fact, lock) in facts.each::<LockFile>() {
        locks.entry((folder(&fact.place.path), lock.ecosystem)).or_insert(&lock.manager);
    }
    let mut manifests: BTreeMap<&str, Vec<&Manifest>> = BTreeMap::new();
    for (fact, manifest) in facts.each::<Manifest>() {
        if !matches!(fact.role, Role::Test | Role::Example | Role::Vendored) {
            manifests.entry(folder(&fact.place.path)).or_default().push(manifest);
        }
    }
    let mut all = Vec::with_capacity(folders.len());
    for (own, languages) in folders.list.iter().zip(languages) {
        let mut ecosystems: Vec<Ecosystem> = own.manifests.iter().map(|(_, manifest)| manifest.ecosystem).collect();
        let rank = |ecosystem: &Ecosystem| languages.iter().position(|language| ecosystem.is_written_in(*language));
        ecosystems.sort_by_key(|ecosystem| (rank(ecosystem).unwrap_or(usize::MAX), *ecosystem));
        ecosystems.dedup();
        let levels: Vec<&str> = above_folder(&own.path).collect();
        let manager = ecosystems.first().and_then(|ecosystem| manager(*ecosystem, &levels, &locks, &manifests));
        let runtimes = runtimes(&ecosystems, &levels, &manifests);
        all.push(About { languages, ecosystems, package_manager: manager, runtimes });
    }
    all
}

/// A folder and those above it.
fn above_folder(path: &str) -> impl Iterator<Item = &str> {
    let own = (!path.is_empty()).then_some(path);
    own.into_iter().chain(above(path))
}

/// Languages by lines of product code; where a component has none, by what else is written in it.
fn languages(folders: &Folders<'_>, files: &[File]) -> Vec<Vec<Language>> {
    let mut product: Vec<BTreeMap<Language, u64>> = vec![BTreeMap::new(); folders.len()];
    let mut other = product.clone();
    for file in files {
        let Some(language) = file.language.filter(|language| language.is_programming()) else { continue };
        let Some(index) = folders.of(&file.path) else { continue };
        let counts = if is_product_code(file) {
            &mut product
        } else if matches!(file.role, Role::Script | Role::Configuration) {
            &mut other
        } else {
            continue;
        };
        if let Some(lines) = counts.get_mut(index) {
            *lines.entry(language.family()).or_default() += u64::from(file.lines);
        }
    }
    product
        .into_iter()
        .zip(other)
        .map(|(product, other)| by_size(if product.is_empty() { other } else { product }))
        .collect()
}

/// The largest first. A formula for a package manager or one helper script does not make a component one of Ruby.
fn by_size(lines: BTreeMap<Language, u64>) -> Vec<Language> {
    let total: u64 = lines.values().sum();
    let is_more_than_a_trace = |lines: u64| lines * TRACE >= total || lines >= A_PROGRAM;
    let mut list: Vec<(Language, u64)> = lines.into_iter().filter(|(_, lines)| is_more_than_a_trace(*lines)).collect();
    list.sort_by_key(|(language, lines)| (std::cmp::Reverse(*lines), *language));
    list.into_iter().map(|(language, _)| language).collect()
}

fn manager(
    ecosystem: Ecosystem,
    levels: &[&str],
    locks: &BTreeMap<(&str, Ecosystem), &str>,
    manifests: &BTreeMap<&str, Vec<&Manifest>>,
) -> Option<String> {
    let mut builder = None;
    for level in levels {
        let lock = locks.get(&(*level, ecosystem)).map(|&manager| manager.to_owned());
        let own = manifests.get(level).into_iter().flatten().filter(|manifest| manifest.ecosystem == ecosystem);
        let declared = own.clone().find_map(|manifest| manifest.package_manager.clone());
        // `packageManager` is what corepack obeys, whatever lock files lie beside it.
        let found = match ecosystem {
            Ecosystem::Npm => declared.or(lock),
            // Every gradle, dotnet or mix project says it itself; lock files are rare.
            _ => lock.filter(|_| ecosystem == Ecosystem::PyPi).or(declared),
        };
        // Hatch builds what another manager installs, in a workspace above all.
        match found {
            Some(manager) if manager == "hatch" => builder = builder.or(Some(manager)),
            Some(_) => return found,
            None => {}
        }
    }
    match ecosystem {
        _ if builder.is_some() => builder,
        Ecosystem::Npm => Some("npm".to_owned()),
        Ecosystem::PyPi => Some("pip".to_owned()),
        _ => None,
    }
}

fn runtimes(
    ecosystems: &[Ecosystem],
    levels: &[&str],
    manifests: &BTreeMap<&str, Vec<&Manifest>>,
) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for manifest in levels.iter().filter_map(|level| manifests.get(level)).flatten() {
        if ecosystems.is_empty() || ecosystems.contains(&manifest.ecosystem) {
            for (runtime, version) in &manifest.runtimes {
                found.entry(runtime.clone()).or_insert_with(|| version.clone());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_of_a_language_are_left_out() {
        let small = BTreeMap::from([(Language::Rust, 50_000), (Language::Ruby, 23), (Language::Python, 600)]);
        assert_eq!(by_size(small), [Language::Rust, Language::Python]);
        assert_eq!(by_size(BTreeMap::from([(Language::Ruby, 3)])), [Language::Ruby]);
    }
}
