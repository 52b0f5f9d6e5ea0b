//! Git's view of the tree: the tracked files from the index, and the commit. Nothing is executed, and neither the
//! user's nor the system's configuration is read.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use gix::bstr::{BStr, ByteSlice as _};
use gix::index::entry::{Flags, Mode, Stage};
use rayon::prelude::*;

use super::listing::{List, Listed, repo_path};
use crate::facts::{Diagnostic, Level};

/// What is checked out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Commit {
    /// The commit's hash, `None` before the first commit.
    pub id: Option<String>,
    /// The branch, `None` where a commit is checked out by itself.
    pub branch: Option<String>,
    /// The date on which it was committed, `2026-11-24`, in its own time zone.
    pub date: Option<String>,
    /// Whether tracked files differ from the commit.
    pub is_dirty: bool,
}

/// The root of the work tree that holds a folder, and the folder as seen from there, `""` for the root itself. Outside
/// git, the folder is its own root.
pub fn work_tree(folder: &Path) -> Option<(PathBuf, String)> {
    let folder = std::fs::canonicalize(folder).ok()?;
    let root = folder.ancestors().find(|above| above.join(".git").exists()).unwrap_or(&folder).to_path_buf();
    let inner = folder.strip_prefix(&root).ok()?;
    let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
    Some((root, parts.join("/")))
}

/// The tracked files below a root, `None` where the root is in no work tree. An index that cannot be read is an error in
/// the list's diagnostics.
pub(super) fn tracked(root: &Path) -> Option<List> {
    let root = std::fs::canonicalize(root).ok()?;
    let git_dir = root.ancestors().map(|folder| folder.join(".git")).find(|path| path.exists())?;
    let repository = gix::open_opts(git_dir, gix::open::Options::isolated());
    let repository = match repository {
        Ok(repository) => repository,
        Err(error) => return Some(unreadable(&error.to_string())),
    };
    let work_tree = std::fs::canonicalize(repository.workdir()?).ok()?;
    let prefix = root.strip_prefix(&work_tree).ok()?.to_path_buf();
    let index = match repository.index_or_empty() {
        Ok(index) => index,
        Err(error) => return Some(unreadable(&error.to_string())),
    };
    let mut list = List::default();
    let mut is_dirty = false;
    let mut folders = Folders { work_tree: &work_tree, links: BTreeMap::new() };
    let entries: &gix::index::State = &index;
    let state = |entry| state_of(&work_tree, entries, entry);
    let states: Vec<State> = entries.entries().par_iter().map(state).collect();
    for (entry, state) in index.entries().iter().zip(states) {
        let path = entry.path(&index);
        if entry.mode == Mode::SYMLINK {
            list.links.extend(below(path, &prefix));
        }
        if !matches!(entry.mode, Mode::FILE | Mode::FILE_EXECUTABLE) {
            continue;
        }
        is_dirty |= !matches!(state, State::Clean | State::Sparse);
        let Some(system_path) = below(path, &prefix) else { continue };
        let is_there = matches!(state, State::Clean | State::Changed);
        let leads_out = is_there && folders.lead_out(&prefix.join(&system_path));
        let mut say = |level, message: &str| {
            let path = Some(repo_path(&system_path));
            list.diagnostics.push(Diagnostic { path, span: None, level, message: message.to_owned() });
        };
        match state {
            State::Missing => say(Level::Warning, "tracked, but not in the work tree"),
            State::Sparse => say(Level::Warning, "not read: left out of this sparse checkout"),
            State::Clean | State::Changed if leads_out => {
                say(Level::Warning, "not read: a folder on its path is a symbolic link");
            }
            State::Clean | State::Changed if entry.stage() != Stage::Unconflicted => {
                say(Level::Warning, "audited as it stands in the work tree: its merge is not finished");
            }
            State::Clean | State::Changed => {}
        }
        if !is_there || leads_out {
            continue;
        }
        list.files.push(Listed { path: repo_path(&system_path), system_path, bytes: u64::from(entry.stat.size) });
    }
    list.commit = Some(commit(&repository, &index, is_dirty));
    Some(list)
}

/// An index that cannot be read: the walk would audit other files, so the scan says that it is incomplete.
fn unreadable(error: &str) -> List {
    let message = format!("git's index cannot be read ({error}): scan with `--no-git` to audit all files");
    let diagnostic = Diagnostic { path: None, span: None, level: Level::Error, message };
    List { commit: Some(Commit::default()), diagnostics: vec![diagnostic], ..List::default() }
}

/// A path of the index relative to a folder of the work tree; `None` where it lies elsewhere. Git makes no index whose
/// paths lead out of the work tree or into its own folder, but somebody else may have.
fn below(path: &BStr, prefix: &Path) -> Option<PathBuf> {
    let path = gix::path::from_bstr(path).ok()?;
    let is_inside = path.components().all(|part| matches!(part, Component::Normal(name) if !is_git_folder(name)));
    let rest = path.strip_prefix(prefix).ok().filter(|rest| !rest.as_os_str().is_empty() && is_inside);
    rest.map(Path::to_path_buf)
}

/// Git's own files are no part of the tree, also where file systems do not tell capitals apart.
fn is_git_folder(name: &OsStr) -> bool {
    name.eq_ignore_ascii_case(".git")
}

/// Which folders of the work tree are, or lie below, symbolic links: what they lead to may be outside of the root.
struct Folders<'a> {
    work_tree: &'a Path,
    links: BTreeMap<PathBuf, bool>,
}

impl Folders<'_> {
    /// Whether a folder on a file's path is a link. Each folder is looked at once.
    fn lead_out(&mut self, path: &Path) -> bool {
        let is_folder = |folder: &&Path| !folder.as_os_str().is_empty();
        let mut unknown = Vec::new();
        let mut leads_out = false;
        for folder in path.ancestors().skip(1).filter(is_folder) {
            if let Some(known) = self.links.get(folder) {
                leads_out = *known;
                break;
            }
            unknown.push(folder);
        }
        // What lies below a link leads out as well.
        for folder in unknown.into_iter().rev() {
            leads_out = leads_out || self.is_link(folder);
            self.links.insert(folder.to_path_buf(), leads_out);
        }
        leads_out
    }

    fn is_link(&self, folder: &Path) -> bool {
        std::fs::symlink_metadata(self.work_tree.join(folder)).is_ok_and(|metadata| metadata.is_symlink())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Clean,
    Changed,
    Missing,
    Sparse,
}

/// A larger file whose time differs counts as changed, unread: whether a tree is dirty is not worth reading it twice.
const COMPARED: u64 = 1024 * 1024;

/// Compares a file with its entry: by size and time first, as git does, by content where the time differs.
fn state_of(work_tree: &Path, index: &gix::index::State, entry: &gix::index::Entry) -> State {
    if entry.flags.contains(Flags::SKIP_WORKTREE) {
        return State::Sparse;
    }
    let Ok(relative) = gix::path::from_bstr(entry.path(index)) else { return State::Missing };
    let full = work_tree.join(relative);
    let Ok(metadata) = gix::index::fs::Metadata::from_path_no_follow(&full) else { return State::Missing };
    if !metadata.is_file() {
        return State::Changed;
    }
    let modified = gix::index::entry::Stat::from_fs(&metadata).ok().map(|stat| stat.mtime);
    let same_size = u64::from(entry.stat.size) == metadata.len();
    if same_size && modified.is_some_and(|time| time == entry.stat.mtime) {
        return State::Clean;
    }
    if !same_size || metadata.len() > COMPARED {
        return State::Changed;
    }
    let Ok(bytes) = std::fs::read(&full) else { return State::Changed };
    let hash = gix::objs::compute_hash(gix::hash::Kind::Sha1, gix::objs::Kind::Blob, &bytes);
    if hash.is_ok_and(|id| id == entry.id) { State::Clean } else { State::Changed }
}

fn commit(repository: &gix::Repository, index: &gix::index::State, is_dirty: bool) -> Commit {
    let Ok(head) = repository.head_commit() else {
        let branch = branch(repository);
        return Commit { branch, is_dirty: false, ..Commit::default() };
    };
    let date = head.time().ok().and_then(|time| time.format(gix::date::time::format::SHORT).ok());
    let is_staged = head.tree_id().is_ok_and(|tree| !index_is(repository, index, tree.detach()));
    Commit { id: Some(head.id.to_string()), branch: branch(repository), date, is_dirty: is_dirty || is_staged }
}

fn branch(repository: &gix::Repository) -> Option<String> {
    let name = repository.head_name().ok().flatten()?;
    Some(name.shorten().to_string())
}

/// Whether the index holds exactly a tree: by the hash that git caches in it, or by comparing entries.
fn index_is(repository: &gix::Repository, index: &gix::index::State, tree: gix::ObjectId) -> bool {
    if index.tree().is_some_and(|cached| cached.num_entries.is_some() && cached.id == tree) {
        return true;
    }
    let Ok(tree) = repository.find_tree(tree) else { return false };
    let Ok(committed) = tree.traverse().breadthfirst.files() else { return false };
    let mut committed: Vec<_> = committed.into_iter().map(|record| (record.filepath, record.oid)).collect();
    committed.sort();
    let indexed = index.entries().iter().map(|entry| (entry.path(index), entry.id));
    committed.iter().map(|(path, id)| (path.as_bstr(), *id)).eq(indexed)
}
