//! From a root to files: which files are audited, what each is for, and their text.
//!
//! Inside git the index decides, read with a library and never by running git; outside, the ignore rules do. Symbolic
//! links lead nowhere, with one exception: a link to a file that is audited anyway, and is no code, counts as that file.

mod attributes;
mod changes;
mod committed;
mod content;
mod git;
mod history;
mod listing;
mod role;

pub use changes::{Changes, added_to_default, changes};
pub use committed::CommitTree;
pub use content::{Content, read};
pub use git::{Commit, work_tree};
pub use history::{History, HistoryError, Past};
pub use listing::{List, Listed, WalkError, list};
pub use role::Roles;
