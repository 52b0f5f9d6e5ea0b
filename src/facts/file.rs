//! A file of the repository as the walk found it.

use super::{Language, RepoPath, Role};

/// The index of a file in the sorted list of files.
pub type FileId = usize;

/// How the bytes of a file were understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Text in UTF-8.
    Utf8,
    /// Text with invalid sequences, replaced before parsing.
    Lossy,
    /// Text in UTF-16, converted before parsing.
    Utf16,
    /// No text.
    Binary,
}

/// One file: its path, size and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Relative to the scanned root.
    pub path: RepoPath,
    /// Size in bytes.
    pub bytes: u64,
    /// What it is for.
    pub role: Role,
    /// The programming language, where the name tells one.
    pub language: Option<Language>,
    /// Lines of text, 0 for binary files.
    pub lines: u32,
}

impl File {
    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The folder, `""` for the root.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// What follows the last dot of the name, `""` where there is none.
    pub fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}
