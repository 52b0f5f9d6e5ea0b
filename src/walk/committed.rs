//! Configuration from a commit: its files are read from git's objects, so that the work tree cannot change them.

use std::path::{Path, PathBuf};

use gix::bstr::ByteSlice as _;

use super::changes::{commit_of, open};
use crate::config::Tree;

/// The files of a commit.
#[derive(Debug, Clone)]
pub struct CommitTree {
    root: PathBuf,
    tree: gix::ObjectId,
    /// The commit's id.
    pub commit: String,
}

/// The largest file that is read.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// The most files of a folder.
const MAX_FILES: usize = 1000;

impl CommitTree {
    /// The files of the commit that a name means. `root` is the root of the work tree.
    pub fn new(root: &Path, name: &str) -> Result<Self, String> {
        let (repository, id) = commit_of(root, name)?;
        let commit = repository.find_commit(id).map_err(|error| error.to_string())?;
        let tree = commit.tree_id().map_err(|error| error.to_string())?.detach();
        Ok(Self { root: root.to_owned(), tree, commit: id.to_string() })
    }
}

impl Tree for CommitTree {
    fn read(&self, path: &str) -> Result<Option<String>, String> {
        let repository = open(&self.root)?;
        let tree = repository.find_tree(self.tree).map_err(|error| error.to_string())?;
        let Some(entry) = tree.lookup_entry_by_path(path).map_err(|error| error.to_string())? else { return Ok(None) };
        // A symbolic link is no file here, wherever it leads.
        if !entry.mode().is_blob() {
            return Err("it is no file in that commit".to_owned());
        }
        let object = entry.object().map_err(|error| error.to_string())?;
        if object.data.len() > MAX_BYTES {
            return Err("it is too large in that commit".to_owned());
        }
        object.data.to_str().map(|text| Some(text.to_owned())).map_err(|error| error.to_string())
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, String> {
        let repository = open(&self.root)?;
        let tree = repository.find_tree(self.tree).map_err(|error| error.to_string())?;
        let records = tree.traverse().breadthfirst.files().map_err(|error| error.to_string())?;
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let is_meant = |path: &String| {
            path.starts_with(&prefix) && path.rsplit_once('.').is_some_and(|(_, ending)| ending == "toml")
        };
        let paths = records.into_iter().filter(|record| record.mode.is_blob());
        let mut files: Vec<String> =
            paths.map(|record| record.filepath.to_str_lossy().into_owned()).filter(is_meant).collect();
        if files.len() > MAX_FILES {
            return Err(format!("it holds more than {MAX_FILES} files"));
        }
        files.sort();
        Ok(files)
    }
}
