//! What the scan has to say about itself: files not read, not parsed, cut.

use serde::{Deserialize, Serialize};

use super::{RepoPath, Span};

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Something that should have been judged was not: the scan is incomplete.
    Error,
    /// Something was left out or not understood; the rest was judged.
    Warning,
    /// Good to know.
    Note,
}

/// One remark about the scan, with its place and, where one is known, the remedy in its text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The file, `None` for the scan as a whole.
    pub path: Option<RepoPath>,
    /// The region in that file, where one is known.
    pub span: Option<Span>,
    /// How much it matters.
    pub level: Level,
    /// What happened, lower case, without a full stop.
    pub message: String,
}
