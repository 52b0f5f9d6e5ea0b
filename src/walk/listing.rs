//! The list of files: git's index, or a parallel walk.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::{WalkBuilder, WalkState};

use super::git::{self, Commit};
use crate::config::{Listing, Settings};
use crate::facts::{Diagnostic, Language, Level, RepoPath};

/// Why nothing can be listed.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// The path does not exist or cannot be looked at.
    #[error("cannot scan {path}: {source}\n  help: give the path of a directory that you may read")]
    Root {
        /// The path as given.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The path is no directory.
    #[error("cannot scan {path}: it is not a directory\n  help: give the directory that holds the file")]
    NotADirectory {
        /// The path as given.
        path: String,
    },
}

/// A file to audit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Its path in reports: relative to the root, `/` between parts, bytes that are no UTF-8 as `%FF`.
    pub path: RepoPath,
    /// Its path relative to the root, as the system knows it.
    pub system_path: PathBuf,
    /// Its size as far as the listing tells, to start with the large ones.
    pub bytes: u64,
}

/// The files to audit.
#[derive(Debug, Default)]
pub struct List {
    /// Sorted by path.
    pub files: Vec<Listed>,
    /// The commit that is checked out, inside git.
    pub commit: Option<Commit>,
    /// What could not be listed.
    pub diagnostics: Vec<Diagnostic>,
    /// Symbolic links, relative to the root.
    pub(super) links: Vec<PathBuf>,
}

/// Lists the files below a root.
pub fn list(root: &Path, settings: &Settings) -> Result<List, WalkError> {
    let shown = || root.display().to_string();
    let metadata = std::fs::metadata(root).map_err(|source| WalkError::Root { path: shown(), source })?;
    if !metadata.is_dir() {
        return Err(WalkError::NotADirectory { path: shown() });
    }
    let tracked = match settings.listing {
        Listing::Auto => git::tracked(root),
        Listing::Walk => None,
    };
    let mut list = tracked.unwrap_or_else(|| walk(root, settings));
    let linked = linked(root, &list);
    list.files.extend(linked);
    list.files.sort();
    // A file whose merge is not finished stands in the index up to three times.
    list.files.dedup_by(|a, b| a.path == b.path && a.system_path == b.system_path);
    let found = list.files.len();
    list.files.retain(|file| settings.files.admits(&file.path));
    let left_out = found - list.files.len();
    if left_out > 0 {
        let message =
            format!("the configuration leaves out {left_out} of {found} files: `files.include`, `files.exclude`");
        list.diagnostics.push(Diagnostic { path: None, span: None, level: Level::Note, message });
    }
    if list.files.len() > settings.limits.files {
        let message = format!(
            "{} files were found and the first {} audited (`limits.max-files`)",
            list.files.len(),
            settings.limits.files
        );
        list.diagnostics.push(Diagnostic { path: None, span: None, level: Level::Error, message });
        list.files.truncate(settings.limits.files);
    }
    bound_total(&mut list, settings.limits.total_bytes);
    let is_explained = list.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error);
    if list.files.is_empty() && !is_explained {
        let message = if left_out > 0 {
            "the configuration leaves out every file: `files.include`, `files.exclude`"
        } else if list.commit.is_some() {
            "nothing here is tracked by git: add files with `git add`, or scan with `--no-git`"
        } else {
            "there are no files here"
        };
        let message = message.to_owned();
        list.diagnostics.push(Diagnostic { path: None, span: None, level: Level::Error, message });
    }
    Ok(list)
}

/// The links that lead to a file of the list, each as that file under the link's name: a linked `.dockerignore` is one.
/// Code counts in its own place alone, and whatever is no file of the list is not looked at.
fn linked(root: &Path, list: &List) -> Vec<Listed> {
    if list.links.is_empty() {
        return Vec::new();
    }
    let Ok(root) = std::fs::canonicalize(root) else { return Vec::new() };
    let bytes: BTreeMap<&Path, u64> = list.files.iter().map(|file| (file.system_path.as_path(), file.bytes)).collect();
    let follow = |link: &PathBuf| {
        let target = std::fs::canonicalize(root.join(link)).ok()?;
        let system_path = target.strip_prefix(&root).ok()?.to_path_buf();
        let bytes = *bytes.get(system_path.as_path())?;
        let ending =
            |path: &Path| path.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
        let is_code = [link, &system_path].iter().any(|path| Language::from_extension(&ending(path)).is_some());
        (!is_code).then(|| Listed { path: repo_path(link), system_path, bytes })
    };
    list.links.iter().filter_map(follow).collect()
}

/// Leaves out what lies beyond the limit of all files together, in the order of paths.
fn bound_total(list: &mut List, most: u64) {
    let mut total = 0_u64;
    let found = list.files.len();
    list.files.retain(|file| {
        total = total.saturating_add(file.bytes);
        total <= most
    });
    let left_out = found - list.files.len();
    if left_out > 0 {
        let message = format!(
            "{left_out} of {found} files were not audited: together, they are over {} MiB (`limits.max-total-size`)",
            most / (1024 * 1024)
        );
        list.diagnostics.push(Diagnostic { path: None, span: None, level: Level::Error, message });
    }
}

/// A path in reports.
pub(super) fn repo_path(path: &Path) -> RepoPath {
    let parts: Vec<String> = path.iter().map(shown).collect();
    RepoPath::from(parts.join("/"))
}

/// A part of a path as text. Bytes that are no UTF-8 stand as `%FF`, so that no two files become one.
fn shown(part: &OsStr) -> String {
    let mut text = String::new();
    for chunk in part.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// What the ignore rules leave. Rules above the root and the user's own do not count: the same tree gives the same list.
fn walk(root: &Path, settings: &Settings) -> List {
    let found: Mutex<List> = Mutex::new(List::default());
    let walker = WalkBuilder::new(root)
        .hidden(false)
        .parents(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .follow_links(false)
        .threads(settings.threads)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build_parallel();
    walker.run(|| {
        let mut local = Local { list: List::default(), shared: &found };
        Box::new(move |entry| {
            match entry {
                Ok(entry) => local.add(root, &entry),
                Err(error) => local.list.diagnostics.push(unlisted(root, &error)),
            }
            WalkState::Continue
        })
    });
    found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A thread's share of the list, handed over when the thread ends.
struct Local<'a> {
    list: List,
    shared: &'a Mutex<List>,
}

impl Local<'_> {
    fn add(&mut self, root: &Path, entry: &ignore::DirEntry) {
        let Some(kind) = entry.file_type() else { return };
        let system_path = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_path_buf();
        let path = repo_path(&system_path);
        if kind.is_file() {
            let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
            self.list.files.push(Listed { path, system_path, bytes });
        } else if kind.is_symlink() {
            self.list.links.push(system_path);
        } else if !kind.is_dir() {
            let message = "not read: neither a file nor a directory".to_owned();
            self.list.diagnostics.push(Diagnostic { path: Some(path), span: None, level: Level::Note, message });
        }
    }
}

impl Drop for Local<'_> {
    fn drop(&mut self) {
        let mut shared = self.shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        shared.files.append(&mut self.list.files);
        shared.diagnostics.append(&mut self.list.diagnostics);
        shared.links.append(&mut self.list.links);
    }
}

fn unlisted(root: &Path, error: &ignore::Error) -> Diagnostic {
    let (path, cause) = located(error);
    let path = path.map(|path| repo_path(path.strip_prefix(root).unwrap_or(path)));
    Diagnostic { path, span: None, level: Level::Error, message: format!("not read: {cause}") }
}

/// The path and the innermost cause of a walk's error, without the machine's path in the text.
fn located(error: &ignore::Error) -> (Option<&Path>, String) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path), located(err).1),
        ignore::Error::WithDepth { err, .. } => located(err),
        ignore::Error::Io(io) => (None, cause(io)),
        other => (None, other.to_string()),
    }
}

/// What the system said, without paths.
pub(super) fn cause(error: &std::io::Error) -> String {
    error
        .raw_os_error()
        .map_or_else(|| error.kind().to_string(), |code| std::io::Error::from_raw_os_error(code).kind().to_string())
}
