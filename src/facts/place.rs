//! Places: a path inside the repository and a region of text.

use std::sync::Arc;

/// A path relative to the scanned root, with `/` between its parts. Cheap to clone.
pub type RepoPath = Arc<str>;

/// A region of a text file. Lines and columns start at 1, columns count UTF-8 characters, the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// The column after the last one.
    pub end_column: u32,
}

impl Span {
    /// The start of a file, for what concerns the file as a whole.
    pub const START: Self = Self { line: 1, column: 1, end_line: 1, end_column: 1 };
}

/// A region of a file of the repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub path: RepoPath,
    /// The region in it.
    pub span: Span,
}
