//! Stages of deployment: configuration that is for development, for staging and tests, or for production.

use super::{Attributes, Value};

/// A stage, as coarse as rules ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// A developer's machine.
    Development,
    /// Staging, previews, acceptance and automatic tests.
    Staging,
    /// What customers use.
    Production,
}

impl Stage {
    /// Every stage.
    pub const ALL: &'static [Self] = &[Self::Development, Self::Staging, Self::Production];

    /// The name in rules and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging or tests",
            Self::Production => "production",
        }
    }

    /// The stage that a word in a name of a file, a folder or a section stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "dev" | "devel" | "develop" | "development" | "local" => Self::Development,
            "staging" | "stage" | "stg" | "test" | "testing" | "qa" | "uat" | "preprod" | "preview" | "acceptance"
            | "sandbox" | "ci" => Self::Staging,
            "prod" | "production" | "live" => Self::Production,
            _ => return None,
        })
    }
}

/// A file or section that configures one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageConfiguration {
    /// The stage.
    pub stage: Stage,
}

impl Attributes for StageConfiguration {
    const FIELDS: &'static [&'static str] = &["stage"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        (field == "stage").then_some(Value::Text(self.stage.name()))
    }
}

/// A stage with its own configuration, at the first place of it. Derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageSeparation {
    /// The stage.
    pub stage: Stage,
    /// Whether every stage has its own.
    pub is_complete: bool,
    /// The stages that have none: `staging or tests`.
    pub missing: String,
}

impl Attributes for StageSeparation {
    const FIELDS: &'static [&'static str] = &["stage", "complete", "missing"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "stage" => Value::Text(self.stage.name()),
            "complete" => Value::Flag(self.is_complete),
            "missing" => Value::Text(&self.missing),
            _ => return None,
        })
    }
}
