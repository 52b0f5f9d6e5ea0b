//! Git's view of the tree: the tracked files from the index, and the commit. Nothing is executed, and neither the
//! user's nor the system's configuration is read.

use std::path::{Path, PathBuf};

use gix::bstr::{BStr, ByteSlice as _};
use gix::index::entry::{Flags, Mode, Stage};

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

/// The tracked files below a root, `None` where the root is in no work tree or the index cannot be read.
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
    for entry in index.entries() {
        let path = entry.path(&index);
        let is_regular = matches!(entry.mode, Mode::FILE | Mode::FILE_EXECUTABLE);
        if !is_regular || entry.flags.contains(Flags::SKIP_WORKTREE) || entry.stage() != Stage::Unconflicted {
            continue;
        }
        let state = state_of(&work_tree, path, entry);
        is_dirty |= state != State::Clean;
        let Some(system_path) = below(path, &prefix) else { continue };
        if state == State::Missing {
            let message = "tracked, but not in the work tree".to_owned();
            let path = Some(repo_path(&system_path));
            list.diagnostics.push(Diagnostic { path, span: None, level: Level::Warning, message });
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

/// A path of the index relative to a folder of the work tree.
fn below(path: &BStr, prefix: &Path) -> Option<PathBuf> {
    let path = gix::path::from_bstr(path).ok()?;
    path.strip_prefix(prefix).ok().filter(|rest| !rest.as_os_str().is_empty()).map(Path::to_path_buf)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Clean,
    Changed,
    Missing,
}

/// Compares a file with its entry: by size and time first, as git does, by content where the time differs.
fn state_of(work_tree: &Path, path: &BStr, entry: &gix::index::Entry) -> State {
    let Ok(relative) = gix::path::from_bstr(path) else { return State::Missing };
    let full = work_tree.join(relative);
    let Ok(metadata) = std::fs::symlink_metadata(&full) else { return State::Missing };
    if !metadata.is_file() {
        return State::Changed;
    }
    let modified = gix::index::fs::Metadata::from_path_no_follow(&full)
        .ok()
        .and_then(|metadata| gix::index::entry::Stat::from_fs(&metadata).ok().map(|stat| stat.mtime));
    let same_size = u64::from(entry.stat.size) == metadata.len();
    if same_size && modified.is_some_and(|time| time == entry.stat.mtime) {
        return State::Clean;
    }
    let Ok(bytes) = std::fs::read(&full) else { return State::Changed };
    let is_same = |bytes: &[u8]| {
        gix::objs::compute_hash(gix::hash::Kind::Sha1, gix::objs::Kind::Blob, bytes).is_ok_and(|id| id == entry.id)
    };
    if is_same(&bytes) || (bytes.contains_str("\r\n") && is_same(&bytes.replace("\r\n", "\n"))) {
        State::Clean
    } else {
        State::Changed
    }
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
