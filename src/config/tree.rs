//! Where configuration is read from: the work tree, or a commit.

use std::path::{Path, PathBuf};

/// The largest file of configuration.
pub(super) const MAX_BYTES: u64 = 1024 * 1024;
/// The most files of a rule pack.
pub(super) const MAX_FILES: usize = 1000;

/// A tree of files, by paths relative to the root of the repository, with `/`.
pub trait Tree {
    /// The text of a file, `None` where there is none.
    fn read(&self, path: &str) -> Result<Option<String>, String>;

    /// The paths of the TOML files below a folder, sorted.
    fn list(&self, folder: &str) -> Result<Vec<String>, String>;
}

/// The work tree. Nothing outside of its root is read, also not through symbolic links.
#[derive(Debug, Clone)]
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    /// The tree below a root.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The real path of something below the root, `None` where there is nothing.
    fn inside(&self, path: &str) -> Result<Option<PathBuf>, String> {
        let Ok(full) = std::fs::canonicalize(self.root.join(path)) else { return Ok(None) };
        let root = std::fs::canonicalize(&self.root).map_err(|error| error.kind().to_string())?;
        if full.starts_with(&root) { Ok(Some(full)) } else { Err("it leads out of the repository".to_owned()) }
    }
}

impl Tree for Disk {
    fn read(&self, path: &str) -> Result<Option<String>, String> {
        self.inside(path)?.map_or(Ok(None), |full| read_text(&full).map(Some))
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, String> {
        let Some(full) = self.inside(folder)? else { return Err("there is no such folder".to_owned()) };
        let below = toml_files(&full)?;
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        Ok(below.into_iter().map(|path| format!("{prefix}{path}")).collect())
    }
}

/// The text of a file that may be read.
pub(super) fn read_text(path: &Path) -> Result<String, String> {
    let metadata = std::fs::metadata(path).map_err(|error| error.kind().to_string())?;
    if !metadata.is_file() {
        return Err("it is no file".to_owned());
    }
    if metadata.len() > MAX_BYTES {
        return Err(format!("it is larger than {} MiB", MAX_BYTES / 1024 / 1024));
    }
    std::fs::read_to_string(path).map_err(|error| error.kind().to_string())
}

/// The TOML files below a folder, without following symbolic links.
pub(super) fn toml_files(folder: &Path) -> Result<Vec<String>, String> {
    let walker = ignore::WalkBuilder::new(folder).standard_filters(false).follow_links(false).build();
    let mut files = Vec::new();
    for entry in walker {
        let entry = entry.map_err(|error| error.to_string())?;
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        if !is_file || entry.path().extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let inner = entry.path().strip_prefix(folder).map_err(|error| error.to_string())?;
        files.push(inner.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"));
        if files.len() > MAX_FILES {
            return Err(format!("it holds more than {MAX_FILES} files"));
        }
    }
    files.sort();
    Ok(files)
}
