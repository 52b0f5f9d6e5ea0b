//! What a change touches: files and lines of the work tree that differ from the commit where the change began.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::Path;

use gix::bstr::ByteSlice as _;
use imara_diff::{Algorithm, Diff, InternedInput};

use crate::facts::Span;

/// The files and lines that a change touches, by path below the scanned folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    files: BTreeMap<String, Vec<RangeInclusive<u32>>>,
}

impl Changes {
    /// Whether a region is touched. A region that stands for its file as a whole is, when anything in the file is.
    pub fn touch(&self, path: &str, span: Span) -> bool {
        self.files.get(path).is_some_and(|lines| {
            span == Span::START
                || lines.iter().any(|range| *range.start() <= span.end_line && span.line <= *range.end())
        })
    }

    /// How many files are touched.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether nothing is touched.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// A commit in the history of a work tree.
fn revision(repository: &gix::Repository, name: &str) -> Result<gix::ObjectId, String> {
    let missing = |error: String| {
        format!("there is no commit `{name}` here: {error}\n  help: in CI, fetch the whole history (`fetch-depth: 0`)")
    };
    let id = repository.rev_parse_single(name).map_err(|error| missing(error.to_string()))?;
    let commit = id.object().map_err(|error| missing(error.to_string()))?.peel_to_commit();
    commit.map(|commit| commit.id).map_err(|error| missing(error.to_string()))
}

/// Opens the repository that holds a folder, without the user's or the system's configuration.
pub(super) fn open(root: &Path) -> Result<gix::Repository, String> {
    let repository = gix::open_opts(root.join(".git"), gix::open::Options::isolated())
        .map_err(|_| "this needs git, and the scanned folder is in no repository".to_owned())?;
    // Looking for commits takes it for granted that this file can be read.
    repository.shallow_commits().map_err(|error| format!("git's file `shallow` cannot be read: {error}"))?;
    Ok(repository)
}

/// The id of the commit that a name means.
pub(super) fn commit_of(root: &Path, name: &str) -> Result<(gix::Repository, gix::ObjectId), String> {
    let repository = open(root)?;
    let id = revision(&repository, name)?;
    Ok((repository, id))
}

/// What differs between the work tree and the commit where its history parted from `since`. `root` is the root of the
/// work tree, `scanned` the scanned folder below it.
pub fn changes(root: &Path, scanned: &str, since: &str) -> Result<Changes, String> {
    let (repository, since_id) = commit_of(root, since)?;
    let head = repository.head_id().map_err(|error| error.to_string())?.detach();
    let apart = || {
        format!(
            "`{since}` and what is checked out share no commit here\n  help: in CI, fetch the whole history (`fetch-depth: 0`)"
        )
    };
    let base = repository.merge_base(head, since_id).map_err(|error| error.to_string())?.ok_or_else(apart)?;
    let tree = base.object().map_err(|error| error.to_string())?.peel_to_tree().map_err(|error| error.to_string())?;
    let records = tree.traverse().breadthfirst.files().map_err(|error| error.to_string())?;
    let before: BTreeMap<String, gix::ObjectId> = records
        .into_iter()
        .filter(|record| record.mode.is_blob())
        .map(|record| (record.filepath.to_str_lossy().into_owned(), record.oid))
        .collect();
    let index = repository.index_or_empty().map_err(|error| error.to_string())?;
    let tracked: Vec<String> =
        index.entries().iter().map(|entry| entry.path(&index).to_str_lossy().into_owned()).collect();
    let gone: Vec<(&String, &gix::ObjectId)> = before.iter().filter(|(path, _)| !tracked.contains(path)).collect();
    let prefix = if scanned.is_empty() { String::new() } else { format!("{scanned}/") };
    let mut files = BTreeMap::new();
    for path in &tracked {
        let Some(inner) = path.strip_prefix(&prefix) else { continue };
        let Ok(now) = std::fs::read(root.join(path)) else { continue };
        let Ok(id) = gix::objs::compute_hash(gix::hash::Kind::Sha1, gix::objs::Kind::Blob, &now) else { continue };
        let old = before.get(path).or_else(|| moved_from(path, id, &gone));
        if old == Some(&id) {
            continue;
        }
        let old = old.and_then(|old| repository.find_object(*old).ok()).map(|object| object.data.clone());
        files.insert(inner.to_owned(), touched(&old.unwrap_or_default(), &now));
    }
    Ok(Changes { files })
}

/// Names of the default branch, the surest first.
const DEFAULT_BRANCHES: &[&str] = &[
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
];

/// The files, by path below the scanned folder, that a branch adds or changes since it left the default branch. `None` on the
/// default branch itself, behind it, and where neither is known.
pub fn added_to_default(root: &Path, scanned: &str) -> Option<BTreeSet<String>> {
    let repository = open(root).ok()?;
    let head = repository.head_id().ok()?.detach();
    let mut names = DEFAULT_BRANCHES.iter();
    let default = names.find_map(|name| revision(&repository, name).ok()).filter(|default| *default != head)?;
    let base = repository.merge_base(head, default).ok().flatten().filter(|base| base.detach() != head)?;
    let records = base.object().ok()?.peel_to_tree().ok()?.traverse().breadthfirst.files().ok()?;
    let before: BTreeMap<String, gix::ObjectId> =
        records.into_iter().map(|record| (record.filepath.to_str_lossy().into_owned(), record.oid)).collect();
    let prefix = if scanned.is_empty() { String::new() } else { format!("{scanned}/") };
    let index = repository.index_or_empty().ok()?;
    let added = index.entries().iter().filter_map(|entry| {
        let path = entry.path(&index).to_str_lossy().into_owned();
        let inner = path.strip_prefix(&prefix)?.to_owned();
        (before.get(&path) != Some(&entry.id)).then_some(inner)
    });
    Some(added.collect())
}

/// The file that a new one probably was: one that is gone, with the same content, or else with the same name.
fn moved_from<'a>(
    path: &str,
    id: gix::ObjectId,
    gone: &[(&'a String, &'a gix::ObjectId)],
) -> Option<&'a gix::ObjectId> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let same_content = gone.iter().find(|(_, old)| **old == id);
    same_content.or_else(|| gone.iter().find(|(old, _)| name(old) == name(path))).map(|(_, old)| *old)
}

/// The lines of a text that differ from another. Where lines are only taken out, the line now in their place is touched.
fn touched(before: &[u8], now: &[u8]) -> Vec<RangeInclusive<u32>> {
    let input = InternedInput::new(before, now);
    let diff = Diff::compute(Algorithm::Histogram, &input);
    diff.hunks()
        .map(|hunk| {
            let (start, end) = (hunk.after.start + 1, hunk.after.end);
            start..=end.max(start)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_differ_are_touched() {
        assert_eq!(touched(b"a\nb\nc\n", b"a\nB\nc\nd\n"), [2..=2, 4..=4]);
        assert_eq!(touched(b"", b"a\nb\n"), [1..=2]);
        assert_eq!(touched(b"a\nb\nc\n", b"a\nc\n"), [2..=2]);
        assert!(touched(b"a\n", b"a\n").is_empty());
    }

    #[test]
    fn a_region_is_touched_where_it_meets_a_line() {
        let changes = Changes { files: BTreeMap::from([("a.ts".to_owned(), vec![4..=6])]) };
        let span = |line, end_line| Span { line, column: 3, end_line, end_column: 9 };
        assert!(changes.touch("a.ts", span(6, 9)) && changes.touch("a.ts", span(1, 4)));
        assert!(!changes.touch("a.ts", span(7, 9)) && !changes.touch("b.ts", span(4, 4)));
        assert!(changes.touch("a.ts", Span::START) && !changes.touch("b.ts", Span::START));
    }
}
