//! Which components depend on which: by name inside the workspace, by path, by project reference.

use std::collections::{BTreeMap, BTreeSet};

use super::folders::{Folders, folder};
use crate::facts::{Dependency, Ecosystem};
use crate::model::Facts;

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
    let mut direct: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); folders.len()];
    for (fact, dependency) in facts.each::<Dependency>() {
        let Some(own) = folders.at(folder(&fact.place.path)) else { continue };
        let by_path = dependency.local.as_ref().and_then(|path| folders.at(path));
        let target = by_path.or_else(|| names.get(&(dependency.ecosystem, dependency.name.as_str())).copied());
        if let (Some(target), Some(list)) = (target.filter(|target| *target != own), direct.get_mut(own)) {
            list.insert(target);
        }
    }
    (0..folders.len()).map(|index| closure(index, &direct, folders)).collect()
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
