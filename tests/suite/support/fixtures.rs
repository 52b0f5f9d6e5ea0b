//! Finding fixtures and laying them out.

use std::fs;
use std::path::{Path, PathBuf};

use auditor::rules::Status;
use tempfile::TempDir;

/// Where the fixtures lie.
pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

/// A miniature repository with the status that a rule must have on it.
pub(crate) struct Case {
    pub(crate) rule: String,
    pub(crate) folder: String,
    pub(crate) status: Status,
    pub(crate) path: PathBuf,
}

/// Every case, sorted by path.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for category in folders(Path::new(ROOT)) {
        let category_name = name(&category);
        if !Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(&category_name).is_dir() {
            continue;
        }
        for rule in folders(&category) {
            for path in folders(&rule) {
                let folder = name(&path);
                let status = Status::ALL.iter().copied().find(|status| {
                    folder.strip_prefix(status.name()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
                });
                let status = status.unwrap_or_else(|| panic!("{}: starts with no status", path.display()));
                cases.push(Case { rule: format!("{category_name}/{}", name(&rule)), folder, status, path });
            }
        }
    }
    cases
}

/// Copies a case to a temporary directory. Markers of fake credentials become values there.
pub(crate) fn materialize(case: &Path) -> TempDir {
    let target = tempfile::tempdir().unwrap();
    for entry in walkdir::WalkDir::new(case).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = target.path().join(entry.path().strip_prefix(case).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(&path).unwrap();
        } else {
            let content = fs::read(entry.path()).unwrap();
            match String::from_utf8(content) {
                Ok(text) => fs::write(&path, super::fakes::render(&text)).unwrap(),
                Err(binary) => fs::write(&path, binary.into_bytes()).unwrap(),
            }
        }
    }
    target
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}
