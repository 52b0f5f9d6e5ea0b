//! Settings of a scan. The library sees these; arguments of the command line stay in the binary.
//!
//! `auditor.toml` has a typed form (`form`), is read as a layer that knows where each value stands (`layer`), found with
//! what it extends (`find`) and merged with the other layers (`resolve`).

mod find;
mod form;
mod keys;
mod layer;
mod paths;
mod resolve;
#[cfg(test)]
mod schema_tests;
mod tree;

use std::collections::BTreeMap;

pub use find::{Found, NAME, Wish, find};
pub use form::{
    CategoryForm, FilesForm, Form, GatesForm, LimitsForm, MigrationsForm, RoleForm, RuleForm, ThresholdsForm,
    WaiverForm, is_date,
};
pub use layer::{Entry, Key, Layer, Source, key_text};
pub use paths::{FileRules, Glob, glob};
pub use resolve::{Held, Origin, Resolved, one_line, resolve};
pub use tree::{Disk, Tree};

use crate::facts::ComponentKind;

/// The JSON Schema of `auditor.toml`, for editors.
pub const SCHEMA: &str = include_str!("../../reports/schema/config.schema.json");

/// What a scan reads and how much.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// Bounds on what comes from the tree.
    pub limits: Limits,
    /// Whose list of files is audited.
    pub listing: Listing,
    /// Whether credentials are looked for in the whole history as well.
    pub history: bool,
    /// Threads, 0 for as many as the machine has.
    pub threads: usize,
    /// Which files are audited, and what some of them are for.
    pub files: FileRules,
    /// Components whose kinds somebody says, by folder.
    pub kinds: BTreeMap<String, Vec<ComponentKind>>,
    /// How many migrations of each history are news.
    pub recent_migrations: RecentMigrations,
}

/// Whose list of files is audited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listing {
    /// Git's tracked files inside a repository, the walk outside.
    #[default]
    Auto,
    /// What the ignore rules leave, also inside a repository.
    Walk,
}

/// Bounds on what comes from the tree. What lies beyond one is reported, never left out in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest file that is read, in bytes.
    pub file_bytes: u64,
    /// The largest number of files.
    pub files: usize,
    /// All files together, in bytes.
    pub total_bytes: u64,
    /// How deep the syntax tree of a file may be: what is deeper was made to cost time.
    pub depth: usize,
    /// The steps that the parse of a file may take. The parser reports each hundred of its operations, so the default is
    /// some seconds. Steps are counted, not seconds: a busy machine must not change a report.
    pub parse_steps: u32,
    /// The matches of a rule's own pattern in one file.
    pub matches: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 8 * MEBI,
            files: 1_000_000,
            total_bytes: 8192 * MEBI,
            depth: 1000,
            parse_steps: 500_000,
            matches: 1000,
        }
    }
}

const MEBI: u64 = 1024 * 1024;

impl Limits {
    /// Bounds as a configuration says them.
    pub fn new(form: &LimitsForm) -> Self {
        let default = Self::default();
        Self {
            file_bytes: form.max_file_size.map_or(default.file_bytes, |mebibytes| u64::from(mebibytes) * MEBI),
            files: form.max_files.map_or(default.files, |files| files as usize),
            total_bytes: form.max_total_size.map_or(default.total_bytes, |mebibytes| u64::from(mebibytes) * MEBI),
            depth: form.max_depth.map_or(default.depth, |levels| levels as usize),
            parse_steps: form.max_parse_steps.map_or(default.parse_steps, |thousands| thousands.saturating_mul(1000)),
            matches: form.max_matches.map_or(default.matches, |matches| matches as usize),
        }
    }
}

/// How many migrations of a history, counted from the newest, are news. What older ones do to a database in use has most
/// likely happened everywhere, so it is told and weighs less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecentMigrations(pub usize);

impl RecentMigrations {
    /// As a configuration says it.
    pub fn new(form: &MigrationsForm) -> Self {
        form.recent.map_or_else(Self::default, |recent| Self(recent as usize))
    }
}

impl Default for RecentMigrations {
    fn default() -> Self {
        Self(10)
    }
}
