//! Packages inside a Go module that are there for other programs: where the module's product is a program, a documented
//! package that nothing else of the module imports is a library that it publishes, most often the client of its interface.

use std::collections::{BTreeMap, BTreeSet};

use super::folders::{above, folder, is_product_code};
use crate::facts::{Ecosystem, EntryPoint, Fact, File, Import, Language, Manifest, Role};
use crate::model::Facts;

/// The outermost folders of such packages.
pub(super) fn find(
    facts: &Facts,
    files: &[File],
    manifests: &BTreeMap<String, Vec<(&Fact, &Manifest)>>,
) -> Vec<String> {
    let modules = modules(manifests);
    if modules.is_empty() {
        return Vec::new();
    }
    let programs: BTreeSet<&str> = facts
        .each::<EntryPoint>()
        .filter(|(fact, entry)| entry.kind == "program" && fact.place.path.ends_with(".go") && is_product(fact))
        .map(|(fact, _)| folder(&fact.place.path))
        .collect();
    let with_programs: BTreeSet<&str> = programs.iter().filter_map(|program| module_of(program, &modules)).collect();
    let used = used(facts, &modules);
    let documented: BTreeSet<&str> =
        files.iter().filter(|file| matches!(file.name(), "README.md" | "doc.go")).map(File::folder).collect();
    let of_go = files.iter().filter(|file| file.language == Some(Language::Go) && is_product_code(file));
    let packages: BTreeSet<&str> = of_go.map(File::folder).collect();
    let mut found: Vec<String> = Vec::new();
    for package in packages {
        let is_of_program = module_of(package, &modules).is_some_and(|it| it != package && with_programs.contains(it));
        let is_open = !package.split('/').any(|part| matches!(part, "internal" | "cmd" | "main"));
        let holds = |path: &&str| is_in(path, package);
        let is_apart = !programs.iter().any(holds) && !used.iter().any(|path| holds(&path.as_str()));
        let is_inner = found.iter().any(|outer| is_in(package, outer));
        if is_of_program && is_open && is_apart && documented.contains(package) && !is_inner {
            found.push(package.to_owned());
        }
    }
    found
}

fn is_product(fact: &Fact) -> bool {
    fact.role == Role::Product
}

fn is_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Names of modules by their folders.
fn modules<'a>(manifests: &'a BTreeMap<String, Vec<(&Fact, &'a Manifest)>>) -> BTreeMap<&'a str, &'a str> {
    let of_go = |list: &'a Vec<(&Fact, &'a Manifest)>| {
        list.iter().find(|(_, manifest)| manifest.ecosystem == Ecosystem::Go).and_then(|(_, it)| it.name.as_deref())
    };
    manifests.iter().filter_map(|(path, list)| Some((path.as_str(), of_go(list)?))).collect()
}

/// The folder of the module that a package is of.
fn module_of<'a>(package: &str, modules: &BTreeMap<&'a str, &str>) -> Option<&'a str> {
    let own = modules.get_key_value(package);
    own.or_else(|| above(package).find_map(|folder| modules.get_key_value(folder))).map(|(folder, _)| *folder)
}

/// Folders of packages that code of the product imports from elsewhere.
fn used(facts: &Facts, modules: &BTreeMap<&str, &str>) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (fact, import) in facts.each::<Import>().filter(|(fact, it)| is_product(fact) && it.ecosystem == Ecosystem::Go)
    {
        let own = folder(&fact.place.path);
        for (root, name) in modules {
            let Some(rest) = import.module.strip_prefix(name) else { continue };
            let target = [*root, rest.trim_start_matches('/')].join("/");
            let target = target.trim_matches('/');
            if (rest.is_empty() || rest.starts_with('/')) && !is_in(own, target) {
                used.insert(target.to_owned());
            }
        }
    }
    used
}
