//! What a file is for. Decided once, in `walk::role`; every later stage uses that answer.

use serde::{Deserialize, Serialize};

/// The purpose of a file in its repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Code that runs in production.
    Product,
    /// Settings of the product, of tools, of pipelines and of infrastructure.
    Configuration,
    /// Tests, their helpers, fixtures and mocks.
    Test,
    /// Scripts for developers, seeds, code generators, build configuration written as code.
    Script,
    /// Examples, demos, templates and benchmarks.
    Example,
    /// Prose.
    Documentation,
    /// Written by a program: generated code, lock files, snapshots, minified bundles, build outputs.
    Generated,
    /// Copies of other projects' files.
    Vendored,
}

impl Role {
    /// Every role.
    pub const ALL: &'static [Self] = &[
        Self::Product,
        Self::Configuration,
        Self::Test,
        Self::Script,
        Self::Example,
        Self::Documentation,
        Self::Generated,
        Self::Vendored,
    ];

    /// The name in rules and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Configuration => "configuration",
            Self::Test => "test",
            Self::Script => "script",
            Self::Example => "example",
            Self::Documentation => "documentation",
            Self::Generated => "generated",
            Self::Vendored => "vendored",
        }
    }

    /// Whether somebody wrote the file by hand for this repository.
    pub const fn is_written(self) -> bool {
        !matches!(self, Self::Generated | Self::Vendored)
    }
}
