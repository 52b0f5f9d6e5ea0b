//! Settings of a scan. The library sees these; arguments of the command line stay in the binary.

/// What a scan reads and how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Bounds on what comes from the tree.
    pub limits: Limits,
    /// Whose list of files is audited.
    pub listing: Listing,
    /// Threads, 0 for as many as the machine has.
    pub threads: usize,
    /// How many migrations of a history, counted from the newest, are news. What older ones do to a database in use has
    /// most likely happened everywhere, so it is told and weighs less.
    pub recent_migrations: usize,
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
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 8 * 1024 * 1024, files: 1_000_000 }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self { limits: Limits::default(), listing: Listing::Auto, threads: 0, recent_migrations: 10 }
    }
}
