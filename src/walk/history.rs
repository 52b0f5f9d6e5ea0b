//! What the repository held before: every file of every commit that a branch or a tag leads to, once for each content.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::bstr::ByteSlice as _;
use gix::objs::tree::EntryKind;

use crate::facts::RepoPath;

/// A content that is no longer in the commit that is checked out.
#[derive(Debug, Clone)]
pub struct Past {
    /// Where it lay when it first appeared.
    pub path: RepoPath,
    /// The commit with which it appeared.
    pub commit: String,
    /// The day on which that was written, `2026-11-24`.
    pub date: String,
    id: ObjectId,
}

/// The contents of a history, oldest first.
#[derive(Debug, Default)]
pub struct History {
    /// The contents.
    pub list: Vec<Past>,
    /// How many commits were looked at.
    pub commits: usize,
    /// Older commits are not in this clone.
    pub is_shallow: bool,
    git_dir: PathBuf,
}

/// Why a history cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The root is in no repository.
    #[error("there is no git repository here")]
    NoRepository,
    /// An object or a reference cannot be read.
    #[error("the history cannot be read: {0}")]
    Broken(String),
}

fn broken(error: impl std::fmt::Display) -> HistoryError {
    HistoryError::Broken(error.to_string())
}

impl History {
    /// Lists what the history of the repository around a root holds beside the commit that is checked out.
    pub fn of(root: &Path) -> Result<Self, HistoryError> {
        let root = std::fs::canonicalize(root).map_err(broken)?;
        let git_dir = root.ancestors().map(|folder| folder.join(".git")).find(|path| path.exists());
        let git_dir = git_dir.ok_or(HistoryError::NoRepository)?;
        let repository = gix::open_opts(&git_dir, gix::open::Options::isolated()).map_err(broken)?;
        let mut seen = Seen::default();
        if let Ok(head) = repository.head_commit() {
            seen.add(&repository, head.tree_id().map_err(broken)?.detach(), &mut |_, _| {})?;
        }
        // The trees of the present are known, but their folders may have held other things before.
        seen.trees.clear();
        let mut list = Vec::new();
        let commits = commits(&repository)?;
        for (_, id) in &commits {
            let commit = repository.find_commit(*id).map_err(broken)?;
            let tree = commit.tree_id().map_err(broken)?.detach();
            let date = commit.author().ok().and_then(|author| author.time().ok());
            let date = date.and_then(|time| time.format(gix::date::time::format::SHORT).ok()).unwrap_or_default();
            let short: String = id.to_string().chars().take(12).collect();
            seen.add(&repository, tree, &mut |path, id| {
                list.push(Past { path, commit: short.clone(), date: date.clone(), id });
            })?;
        }
        Ok(Self { list, commits: commits.len(), is_shallow: repository.is_shallow().unwrap_or(false), git_dir })
    }

    /// A reader of contents, for one thread.
    pub fn reader(&self) -> Option<Reader> {
        gix::open_opts(&self.git_dir, gix::open::Options::isolated()).ok().map(|repository| Reader { repository })
    }
}

/// Reads contents of a history.
pub struct Reader {
    repository: gix::Repository,
}

impl Reader {
    /// The text of a content: `Ok(None)` where it is none, its size where it is larger than a limit in bytes.
    pub fn text(&self, past: &Past, limit: u64) -> Result<Option<String>, u64> {
        let Ok(header) = self.repository.find_header(past.id) else { return Ok(None) };
        if header.size() > limit {
            return Err(header.size());
        }
        let Ok(blob) = self.repository.find_blob(past.id) else { return Ok(None) };
        let is_text = memchr::memchr(0, blob.data.get(..8000).unwrap_or(&blob.data)).is_none();
        Ok(is_text.then(|| blob.data.to_str_lossy().into_owned()))
    }
}

/// Every commit that a reference leads to, by the time at which it was made.
fn commits(repository: &gix::Repository) -> Result<Vec<(i64, ObjectId)>, HistoryError> {
    let mut tips: Vec<ObjectId> = repository.head_id().ok().into_iter().map(gix::Id::detach).collect();
    let references = repository.references().map_err(broken)?;
    for mut reference in references.all().map_err(broken)?.filter_map(Result::ok) {
        // A tag may name a tree or a file; those have no history.
        if let Ok(commit) = reference.peel_to_commit() {
            tips.push(commit.id);
        }
    }
    let by_time =
        gix::revision::walk::Sorting::ByCommitTime(gix::traverse::commit::simple::CommitTimeOrder::NewestFirst);
    let walk = repository.rev_walk(tips).sorting(by_time).all().map_err(broken)?;
    let mut found = Vec::new();
    for info in walk {
        let info = info.map_err(broken)?;
        found.push((info.commit_time.unwrap_or_default(), info.id));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Folders and contents that were looked at.
#[derive(Default)]
struct Seen {
    trees: BTreeSet<ObjectId>,
    blobs: BTreeSet<ObjectId>,
}

impl Seen {
    /// Goes through a tree and hands over every content that was not seen before.
    fn add(
        &mut self,
        repository: &gix::Repository,
        root: ObjectId,
        take: &mut dyn FnMut(RepoPath, ObjectId),
    ) -> Result<(), HistoryError> {
        let mut pending = vec![(String::new(), root)];
        while let Some((folder, id)) = pending.pop() {
            if !self.trees.insert(id) {
                continue;
            }
            let tree = repository.find_tree(id).map_err(broken)?;
            for entry in tree.iter() {
                let entry = entry.map_err(broken)?;
                let name = entry.filename().to_str_lossy();
                let path = if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") };
                match entry.kind() {
                    EntryKind::Tree => pending.push((path, entry.oid().to_owned())),
                    EntryKind::Blob | EntryKind::BlobExecutable => {
                        if self.blobs.insert(entry.oid().to_owned()) {
                            take(RepoPath::from(path.as_str()), entry.oid().to_owned());
                        }
                    }
                    EntryKind::Link | EntryKind::Commit => {}
                }
            }
        }
        Ok(())
    }
}
