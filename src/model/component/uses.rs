//! Which components depend on which: by name inside the workspace, by path, by project reference.

use std::collections::{BTreeMap, BTreeSet};

use super::folders::{Folders, above, folder};
use super::workspaces::Workspaces;
use crate::facts::{Dependency, Ecosystem, Import, ModuleAlias, Role};
use crate::model::Facts;
use crate::model::recognise::npm_package;

/// For each component the paths of those that it uses, directly or not, sorted.
pub(super) fn find(folders: &Folders<'_>, facts: &Facts) -> Vec<Vec<String>> {
    let mut names: BTreeMap<(Ecosystem, &str), usize> = BTreeMap::new();
    for (index, folder) in folders.list.iter().enumerate() {
        for (_, manifest) in &folder.manifests {
            if let Some(name) = &manifest.name {
                names.entry((manifest.ecosystem, name.as_str())).or_insert(index);
            }
        }
    }
    let workspaces = Workspaces::new(facts);
    let mut direct: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); folders.len()];
    for (fact, dependency) in facts.each::<Dependency>() {
        let Some(own) = folders.at(folder(&fact.place.path)) else { continue };
        let by_path = dependency.local.as_ref().and_then(|path| folders.at(path));
        let (ecosystem, name) = (dependency.ecosystem, dependency.name.as_str());
        let by_name = || {
            let target = *names.get(&(ecosystem, name))?;
            let path = |index: usize| folders.list.get(index).map_or("", |folder| folder.path.as_str());
            workspaces.join(ecosystem, path(own), path(target)).then_some(target)
        };
        let target = by_path.or_else(by_name);
        if let (Some(target), Some(list)) = (target.filter(|target| *target != own), direct.get_mut(own)) {
            list.insert(target);
        }
    }
    // Members of a Deno or Nx workspace import each other without a declaration.
    let aliases = Aliases::new(facts);
    for (fact, import) in facts.each::<Import>().filter(|(fact, _)| fact.role == Role::Product) {
        let Some(own) = folders.of(&fact.place.path) else { continue };
        let path = |index: usize| folders.list.get(index).map_or("", |folder| folder.path.as_str());
        let by_name = || {
            let target = names.get(&(Ecosystem::Deno, npm_package(&import.module))).copied()?;
            workspaces.join(Ecosystem::Deno, path(own), path(target)).then_some(target)
        };
        let by_alias = || folders.of(&aliases.target(&fact.place.path, &import.module)?);
        if let Some(target) = by_alias().or_else(by_name).filter(|target| *target != own) {
            direct.get_mut(own).map(|list| list.insert(target));
        }
    }
    (0..folders.len()).map(|index| closure(index, &direct, folders)).collect()
}

/// The aliases of modules, by the folder of the file that gives them.
struct Aliases<'a> {
    exact: BTreeMap<(&'a str, &'a str), &'a str>,
    /// What stands before the `*`, with the target.
    open: BTreeMap<&'a str, Vec<(&'a str, &'a str)>>,
}

impl<'a> Aliases<'a> {
    fn new(facts: &'a Facts) -> Self {
        let (mut exact, mut open) = (BTreeMap::new(), BTreeMap::<&str, Vec<(&str, &str)>>::new());
        for (fact, alias) in facts.each::<ModuleAlias>() {
            let scope = folder(&fact.place.path);
            match alias.pattern.split_once('*') {
                None => _ = exact.entry((scope, alias.pattern.as_str())).or_insert(alias.target.as_str()),
                Some((start, _)) if !start.is_empty() => {
                    open.entry(scope).or_default().push((start, alias.target.as_str()));
                }
                Some(_) => {}
            }
        }
        Self { exact, open }
    }

    /// The file or folder that a module stands for in a file, by the nearest alias.
    fn target(&self, path: &str, module: &str) -> Option<String> {
        if self.exact.is_empty() && self.open.is_empty() {
            return None;
        }
        above(path).find_map(|scope| {
            if let Some(target) = self.exact.get(&(scope, module)) {
                return Some((*target).to_owned());
            }
            let fits =
                |(start, target): &(&str, &str)| Some((start.len(), target.replace('*', module.strip_prefix(start)?)));
            let best = self.open.get(scope)?.iter().filter_map(fits).max_by_key(|(length, _)| *length);
            best.map(|(_, target)| target)
        })
    }
}

fn closure(start: usize, direct: &[BTreeSet<usize>], folders: &Folders<'_>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some(index) = open.pop() {
        for next in direct.get(index).into_iter().flatten() {
            if *next != start && seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    let mut paths: Vec<String> =
        seen.into_iter().filter_map(|index| folders.list.get(index)).map(|folder| folder.path.clone()).collect();
    paths.sort();
    paths
}
