//! Settings of tools that decide whether a practice is really on.

use super::{Attributes, Value};

/// What a setting is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SettingSubject {
    /// A bot proposes newer versions of dependencies.
    DependencyUpdates,
    /// A coverage below a minimum fails the run.
    CoverageThreshold,
    /// Something has to hold before a change is merged.
    MergeGate,
    /// Types are checked as strictly as the tool can.
    StrictTypes,
    /// Types are checked, with strict options switched off.
    LooseTypes,
    /// Types are checked without `strict`, as somebody chose.
    LaxTypes,
    /// A linter or a formatter is set up.
    LintConfiguration,
    /// Pages or bundles must stay within a budget.
    PerformanceBudget,
    /// A pipeline keeps files of a job.
    KeptFiles,
    /// A pipeline takes secrets from the store of its host.
    PipelineSecrets,
    /// A pipeline tells people about its result, by a word of its own system.
    PipelineNotices,
    /// A file holds secrets that are encrypted.
    EncryptedSecrets,
}

impl SettingSubject {
    /// The name in rules and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DependencyUpdates => "dependency-updates",
            Self::CoverageThreshold => "coverage-threshold",
            Self::MergeGate => "merge-gate",
            Self::StrictTypes => "strict-types",
            Self::LooseTypes => "loose-types",
            Self::LaxTypes => "lax-types",
            Self::LintConfiguration => "lint-configuration",
            Self::PerformanceBudget => "performance-budget",
            Self::KeptFiles => "kept-files",
            Self::PipelineSecrets => "pipeline-secrets",
            Self::PipelineNotices => "pipeline-notices",
            Self::EncryptedSecrets => "encrypted-secrets",
        }
    }
}

/// A setting in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// What it is about.
    pub subject: SettingSubject,
    /// The tool that reads it, as people write its name.
    pub tool: String,
    /// What it says, in a few words: `npm`, `90%`.
    pub value: String,
    /// Whether it takes effect; `false` where the file itself switches it off.
    pub is_enabled: bool,
    /// It covers a part only.
    pub is_limited: bool,
}

impl Attributes for Setting {
    const FIELDS: &'static [&'static str] = &["subject", "tool", "value", "enabled", "limited"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "subject" => Value::Text(self.subject.name()),
            "tool" => Value::Text(&self.tool),
            "value" => Value::Text(&self.value),
            "enabled" => Value::Flag(self.is_enabled),
            "limited" => Value::Flag(self.is_limited),
            _ => return None,
        })
    }
}
