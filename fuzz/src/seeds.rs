//! The corpus: every file of the fixtures for its family, every fixture as a repository, every rule, every configuration.

use std::path::{Path, PathBuf};

use super::{Family, SEPARATOR};

/// The largest file that is worth a place in the corpus.
const LARGEST: u64 = 32 * 1024;

/// An input to begin with.
#[derive(Debug, Clone)]
pub struct Seed {
    /// Whose it is.
    pub target: &'static str,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// The inputs that the tree of this project gives. `root` is its root.
pub fn seeds(root: &Path) -> Vec<Seed> {
    let mut seeds = Vec::new();
    for case in cases(&root.join("fixtures")) {
        let mut whole = Vec::new();
        for path in files(&case) {
            let Some(data) = std::fs::read(&path).ok() else { continue };
            let inner = path.strip_prefix(&case).unwrap_or(&path).to_string_lossy().into_owned();
            let input = [inner.as_bytes(), b"\n", &data].concat();
            if !whole.is_empty() {
                whole.push(SEPARATOR);
            }
            whole.extend_from_slice(&input);
            seeds.push(Seed { target: Family::of(&inner).name(), data: input });
        }
        seeds.push(Seed { target: "repository", data: whole });
    }
    let mut add = |target, path: PathBuf| seeds.extend(std::fs::read(path).ok().map(|data| Seed { target, data }));
    for path in files(&root.join("rules")) {
        if path.extension().is_some_and(|ending| ending == "toml") {
            add("rules", path);
        }
    }
    add("configuration", root.join("src/config/full.toml"));
    for path in files(&root.join("reports/examples")) {
        if path.extension().is_some_and(|ending| ending == "json") {
            add("report", path);
        }
    }
    seeds
}

/// The folders of fixtures: three deep.
fn cases(fixtures: &Path) -> Vec<PathBuf> {
    let below = |folders: Vec<PathBuf>| folders.iter().flat_map(|folder| folders_of(folder)).collect::<Vec<_>>();
    below(below(folders_of(fixtures)))
}

fn folders_of(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.is_dir()).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for path in entries(&folder) {
            match path.metadata() {
                Ok(metadata) if metadata.is_dir() => open.push(path),
                Ok(metadata) if metadata.len() <= LARGEST => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}
